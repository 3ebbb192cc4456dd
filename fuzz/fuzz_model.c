/* Model files: what is loaded is saved, loaded again the same, and classifies a picture. */
#define _GNU_SOURCE
#include "tensors.h"

static void check_same(const lenet_model *a, const lenet_model *b)
{
  const size_t count = lenet_model_layout(a)->parameter_count;
  FUZZ_CHECK(memcmp(lenet_model_network(a), lenet_model_network(b), sizeof(lenet_network)) == 0);
  FUZZ_CHECK(memcmp(lenet_model_parameters(a), lenet_model_parameters(b),
                    count * sizeof(lenet_real)) == 0);
  FUZZ_CHECK(lenet_model_input(a).scale == lenet_model_input(b).scale);
  FUZZ_CHECK(lenet_model_input(a).offset == lenet_model_input(b).offset);
}

static void classify(const lenet_model *model)
{
  enum { MOST_MACS = 1000000 }; /* of more a picture takes too long under the sanitizers */
  lenet_session *session;
  lenet_error error;
  const lenet_network *network = lenet_model_network(model);
  lenet_real probabilities[2 * LENET_MAX_CLASSES];
  static uint8_t pixels[2 * LENET_MAX_SIDE * LENET_MAX_SIDE];
  if (lenet_model_layout(model)->macs > MOST_MACS)
    return;
  FUZZ_CHECK(lenet_session_create(model, LENET_ISA_SCALAR, &session, &error) == LENET_OK);
  for (size_t i = 0; i < sizeof pixels; i++)
    pixels[i] = (uint8_t)(i * 151);
  for (size_t count = 1; count <= 2; count++)
    FUZZ_CHECK(lenet_classify(session, pixels, network->rows, network->columns, count,
                              probabilities, &error) == LENET_OK);
  lenet_session_free(session);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  lenet_model *const untouched = (lenet_model *)&input;
  lenet_model *model = untouched, *again;
  lenet_error error;
  const lenet_status status = lenet_model_load(fuzz_write(&input, bytes, size), &model, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK) {
    FUZZ_CHECK(status == LENET_BAD_FILE && model == untouched);
    FUZZ_CHECK(error.position >= -1 && error.position <= (long long)size);
    return 0;
  }
  FUZZ_CHECK(lenet_model_save(model, fuzz_out_path(), &error) == LENET_OK);
  FUZZ_CHECK(lenet_model_load(fuzz_out_path(), &again, &error) == LENET_OK);
  check_same(model, again);
  classify(model);
  lenet_model_free(again);
  lenet_model_free(model);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  return fuzz_change_tensors(bytes, size, most, seed);
}
