/* A network with eleven classes tells digits from what is none. One with ten is asked which digit
 * it would be, and the built-in reader whether it is one. */
#include "read/reader.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 64 /* pictures that are asked about together */ };

static lenet_status open_sessions(lenet_reader *r, lenet_isa isa, lenet_error *error)
{
  lenet_status status = lenet_session_create(r->digits, isa, &r->digits_session, error);
  if (status == LENET_OK && r->none)
    status = lenet_session_create(r->none, isa, &r->none_session, error);
  return status;
}

lenet_status lenet_reader_create(const lenet_model *digits, lenet_isa isa, lenet_reader **reader,
                                 lenet_error *error)
{
  lenet_reader *made = calloc(1, sizeof *made);
  lenet_status status = LENET_OK;
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a reader");
  int classes = digits ? lenet_model_layout(digits)->classes : 0;
  if (classes != LENET_READER_SCORES)
    status = lenet_builtin_load(LENET_READER_MODEL, &made->own, error);
  if (status == LENET_OK) {
    made->digits = digits ? digits : made->own;
    made->none = digits ? made->own : NULL;
    status = open_sessions(made, isa, error);
  }
  if (status != LENET_OK) {
    lenet_reader_free(made);
    return status;
  }
  *reader = made;
  return LENET_OK;
}

void lenet_reader_free(lenet_reader *reader)
{
  if (!reader)
    return;
  lenet_session_free(reader->digits_session);
  lenet_session_free(reader->none_session);
  lenet_model_free(reader->own);
  free(reader);
}

/* At most BATCH pictures. */
static lenet_status score_some(lenet_reader *r, const uint8_t *pictures, size_t count,
                               float *scores, lenet_error *error)
{
  lenet_real digits[BATCH * LENET_READER_SCORES], none[BATCH * LENET_READER_SCORES];
  const size_t classes = r->none ? LENET_READER_SCORES - 1 : LENET_READER_SCORES;
  lenet_status status = lenet_classify(r->digits_session, pictures, 28, 28, count, digits, error);
  if (status == LENET_OK && r->none)
    status = lenet_classify(r->none_session, pictures, 28, 28, count, none, error);
  for (size_t i = 0; status == LENET_OK && i < count; i++) {
    float *to = scores + i * LENET_READER_SCORES;
    const lenet_real *from = digits + i * classes;
    lenet_real rest = r->none ? 1 - none[i * LENET_READER_SCORES + LENET_NONDIGIT] : 1;
    for (size_t k = 0; k < classes; k++)
      to[k] = (float)(rest * from[k]);
    if (r->none)
      to[LENET_NONDIGIT] = (float)(1 - rest);
  }
  return status;
}

lenet_status lenet_reader_score(lenet_reader *reader, const uint8_t *pictures, size_t count,
                                float *scores, lenet_error *error)
{
  if (lenet_model_layout(reader->digits)->classes < LENET_READER_SCORES - 1 ||
      lenet_model_layout(reader->digits)->classes > LENET_READER_SCORES)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "the network has %d classes: reading needs the 10 digits, or these and none",
                      lenet_model_layout(reader->digits)->classes);
  lenet_status status = LENET_OK;
  for (size_t i = 0; status == LENET_OK && i < count; i += BATCH)
    status = score_some(reader, pictures + i * 28 * 28, count - i < BATCH ? count - i : BATCH,
                        scores + i * LENET_READER_SCORES, error);
  return status;
}
