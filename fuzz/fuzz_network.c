/* Networks as tables: every one that lenet_network_layout accepts is printed whole and parsed back.
 */
#define _GNU_SOURCE
#include "fuzz.h"

/* A row takes 6 bytes: kind, maps (2), size, connections, activation. */
static lenet_row row_of(const uint8_t *b)
{
  return (lenet_row){.kind = (lenet_kind)(b[0] % (LENET_RBF + 1)),
                     .maps = b[1] == 0xff ? -(int)b[2] : b[1] << (b[2] % 8),
                     .size = b[3] == 0xff ? -1 : b[3],
                     .connections = (lenet_connections)(b[4] % (LENET_TABLE_LENET4 + 1)),
                     .activation = (lenet_activation)(b[5] % (LENET_SOFTMAX + 1))};
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  enum { HEAD = 3, ROW = 6 };
  lenet_network network = {0}, again;
  lenet_layout layout;
  lenet_error error;
  if (size < HEAD)
    return 0;
  network.rows = bytes[0];
  network.columns = bytes[1];
  network.row_count = bytes[2] % (LENET_MAX_ROWS + 2);
  for (int i = 0; i < network.row_count && i < LENET_MAX_ROWS; i++)
    if (size >= HEAD + ROW * ((size_t)i + 1))
      network.row[i] = row_of(bytes + HEAD + ROW * i);
  const lenet_status status = lenet_network_layout(&network, &layout, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK)
    return 0;
  size_t parameters = 0;
  char line[LENET_MAX_NOTATION];
  for (int i = 0; i < network.row_count; i++) {
    const lenet_layer *layer = &layout.layer[i];
    FUZZ_CHECK(layer->maps > 0 && layer->rows > 0 && layer->columns > 0);
    FUZZ_CHECK(layer->weight_count == 0 || layer->weight_offset == parameters);
    FUZZ_CHECK(layer->bias_count == 0 || layer->bias_offset == parameters + layer->weight_count);
    parameters += layer->weight_count + layer->bias_count;
  }
  FUZZ_CHECK(parameters == layout.parameter_count && parameters <= LENET_MAX_PARAMETERS);
  lenet_network_print(&network, line);
  FUZZ_CHECK(strlen(line) < LENET_MAX_NOTATION - 1);
  FUZZ_CHECK(lenet_network_parse(line, &again, &error) == LENET_OK);
  FUZZ_CHECK(again.row_count == network.row_count);
  /* An S row of as many maps as it reads may say so by 0: the layout tells them alike. */
  lenet_layout same;
  FUZZ_CHECK(lenet_network_layout(&again, &same, &error) == LENET_OK);
  FUZZ_CHECK(memcmp(layout.layer, same.layer, sizeof layout.layer) == 0);
  FUZZ_CHECK(layout.parameter_count == same.parameter_count && layout.classes == same.classes);
  return 0;
}
