/* loaded.h - what must hold of a model that came from a file, whatever the file. */
#ifndef LENET_FUZZ_LOADED_H
#define LENET_FUZZ_LOADED_H

#include "fuzz.h"

static inline void fuzz_check_same(const lenet_model *a, const lenet_model *b)
{
  const size_t count = lenet_model_layout(a)->parameter_count;
  FUZZ_CHECK(memcmp(lenet_model_network(a), lenet_model_network(b), sizeof(lenet_network)) == 0);
  FUZZ_CHECK(memcmp(lenet_model_parameters(a), lenet_model_parameters(b),
                    count * sizeof(lenet_real)) == 0);
  FUZZ_CHECK(lenet_model_input(a).scale == lenet_model_input(b).scale);
  FUZZ_CHECK(lenet_model_input(a).offset == lenet_model_input(b).offset);
}

/* It is saved as a model file, and that gives it back. */
static inline void fuzz_check_saved(const lenet_model *model)
{
  lenet_model *again;
  lenet_error error;
  FUZZ_CHECK(lenet_model_save(model, fuzz_out_path(), &error) == LENET_OK);
  FUZZ_CHECK(lenet_model_load(fuzz_out_path(), &again, &error) == LENET_OK);
  fuzz_check_same(model, again);
  lenet_model_free(again);
}

/* It classifies one picture and two. */
static inline void fuzz_classify(const lenet_model *model)
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

#endif
