/* Model files: what is loaded is saved, loaded again the same, and classifies a picture. */
#define _GNU_SOURCE
#include "loaded.h"
#include "tensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  lenet_model *const untouched = (lenet_model *)&input;
  lenet_model *model = untouched;
  lenet_error error;
  const lenet_status status = lenet_model_load(fuzz_write(&input, bytes, size), &model, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK) {
    FUZZ_CHECK(status == LENET_BAD_FILE && model == untouched);
    FUZZ_CHECK(error.position >= -1 && error.position <= (long long)size);
    return 0;
  }
  fuzz_check_saved(model);
  fuzz_classify(model);
  lenet_model_free(model);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  return fuzz_change_tensors(bytes, size, most, seed);
}
