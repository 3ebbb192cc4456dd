/* The notation of networks: what is parsed and printed is parsed to the same network again. */
#define _GNU_SOURCE
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  char *text = fuzz_text(bytes, size);
  lenet_network network = {.rows = -7}, again = {0};
  lenet_error error;
  lenet_layout layout;
  const lenet_status status = lenet_network_parse(text, &network, &error);
  fuzz_check_told(status, &error);
  if (status == LENET_OK) {
    char line[LENET_MAX_NOTATION], second[LENET_MAX_NOTATION];
    lenet_network_print(&network, line);
    FUZZ_CHECK(strlen(line) < LENET_MAX_NOTATION - 1);
    FUZZ_CHECK(lenet_network_parse(line, &again, &error) == LENET_OK);
    lenet_network_print(&again, second);
    FUZZ_CHECK(strcmp(line, second) == 0);
    FUZZ_CHECK(memcmp(&network, &again, sizeof network) == 0);
    FUZZ_CHECK(lenet_network_layout(&network, &layout, &error) == LENET_OK);
  } else {
    FUZZ_CHECK(status == LENET_BAD_NOTATION && network.rows == -7);
    FUZZ_CHECK(error.position >= 1 && error.position <= (long long)strlen(text) + 1);
  }
  free(text);
  return 0;
}
