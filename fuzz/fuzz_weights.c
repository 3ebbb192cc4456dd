/* Weights of other programs, for each of a few networks: what is taken is saved and loaded again.
 */
#define _GNU_SOURCE
#include "loaded.h"
#include "tensors.h"

/* Those of the corpus: dense rows alone, all kinds of rows with weights, a table, PyTorch's. */
static const char *const notations[] = {"2x3 F4:relu F2:softmax", "4x4 C1@1 S2@2 F2:scaled",
                                        "2x2 C6@1 C16@1:table1 C2@2:softmax",
                                        "12x12 C4@3:relu M2 C5@2:relu M2 F8:relu F3:softmax"};

static void load(const char *path, size_t size, const lenet_network *network)
{
  lenet_model *const untouched = (lenet_model *)&size;
  lenet_model *model = untouched;
  lenet_error error;
  const lenet_status status = lenet_model_load_weights(path, network, &model, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK) {
    FUZZ_CHECK(status == LENET_BAD_FILE && model == untouched);
    FUZZ_CHECK(error.position >= -1 && error.position <= (long long)size);
    return;
  }
  fuzz_check_saved(model);
  fuzz_classify(model);
  lenet_model_free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  enum { COUNT = sizeof notations / sizeof *notations };
  static fuzz_file input = FUZZ_NO_FILE;
  static lenet_network networks[COUNT];
  for (size_t i = 0; networks[COUNT - 1].rows == 0 && i < COUNT; i++)
    FUZZ_CHECK(lenet_network_parse(notations[i], &networks[i], NULL) == LENET_OK);
  const char *path = fuzz_write(&input, bytes, size);
  for (size_t i = 0; i < COUNT; i++)
    load(path, size, &networks[i]);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  return fuzz_change_tensors(bytes, size, most, seed);
}
