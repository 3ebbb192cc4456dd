/* A network with eleven classes tells digits from what is none. Networks with ten say which digit
 * it would be, and leave it to another whether it is one.
 *
 *   p(none) = that of the network with eleven classes
 *   p(k)    = (1 - p(none)) times the normed product of p_n(k)^say_n over the networks n, each
 * taken among the digits alone */
#include "read/reader.h"

#include "base/error.h"
#include "image/strip.h"

#include <math.h>
#include <stdlib.h>

enum { BATCH = 64 /* pictures that are asked about together */, MOST_NAMERS = 2 };

static const double LEAST = 1e-7; /* probability that a network gives at least */

static lenet_status add(lenet_reader *r, const lenet_model *model, lenet_isa isa, double say,
                        lenet_error *error)
{
  lenet_namer *n = &r->namer[r->count];
  n->classes = lenet_model_layout(model)->classes;
  n->say = say;
  lenet_status status = lenet_session_create(model, isa, &n->session, error);
  r->count += status == LENET_OK;
  return status;
}

static lenet_status add_builtin(lenet_reader *r, const char *name, lenet_isa isa, double say,
                                lenet_error *error)
{
  lenet_model *model = NULL;
  lenet_status status = lenet_builtin_load(name, &model, error);
  if (status == LENET_OK)
    status = add(r, model, isa, say, error);
  if (status == LENET_OK)
    r->namer[r->count - 1].own = model;
  else
    lenet_model_free(model);
  return status;
}

static lenet_status create(lenet_script script, lenet_reader **reader, lenet_error *error)
{
  lenet_reader *made = calloc(1, sizeof *made);
  if (made) {
    made->script = script;
    made->scores = script == LENET_TEXT ? LENET_TEXT_SCORES : LENET_READER_SCORES;
    made->given = malloc(MOST_NAMERS * BATCH * (size_t)made->scores * sizeof *made->given);
  }
  if (made && made->given) {
    *reader = made;
    return LENET_OK;
  }
  lenet_reader_free(made);
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a reader");
}

lenet_status lenet_reader_create(const lenet_model *digits, lenet_isa isa, lenet_reader **reader,
                                 lenet_error *error)
{
  lenet_reader *made = NULL;
  lenet_status status = create(LENET_DIGITS, &made, error);
  if (status != LENET_OK)
    return status;
  const bool knows_none = digits && lenet_model_layout(digits)->classes == LENET_READER_SCORES;
  if (!knows_none)
    status = add_builtin(made, LENET_READER_MODEL, isa, digits ? 0 : 0.5, error);
  if (status == LENET_OK)
    status = digits ? add(made, digits, isa, 1, error) : add_builtin(made, NULL, isa, 0.5, error);
  if (status == LENET_OK && !digits)
    status = lenet_reader_create_sweep(NULL, isa, &made->second, error);
  if (status != LENET_OK) {
    lenet_reader_free(made);
    return status;
  }
  *reader = made;
  return LENET_OK;
}

/* Between digits there is something that is none, and the strip has so many rows. */
static lenet_status check_swept(const lenet_model *model, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  if (lenet_model_layout(model)->classes == LENET_READER_SCORES &&
      network->rows == LENET_STRIP_ROWS && network->columns == LENET_STRIP_ROWS)
    return LENET_OK;
  return lenet_fail(
      error, LENET_BAD_ARGUMENT, -1,
      "the network reads %dx%d pixels and has %d classes: a sweep needs %dx%d, and the "
      "10 digits and none",
      network->columns, network->rows, lenet_model_layout(model)->classes, (int)LENET_STRIP_ROWS,
      (int)LENET_STRIP_ROWS);
}

lenet_status lenet_reader_create_sweep(const lenet_model *model, lenet_isa isa,
                                       lenet_reader **reader, lenet_error *error)
{
  lenet_reader *made = NULL;
  lenet_status status = create(LENET_DIGITS, &made, error);
  if (status != LENET_OK)
    return status;
  status =
      model ? add(made, model, isa, 1, error) : add_builtin(made, LENET_SWEEP_MODEL, isa, 1, error);
  if (status == LENET_OK) {
    const lenet_model *swept = model ? model : made->namer[0].own;
    status = check_swept(swept, error);
    if (status == LENET_OK)
      status = lenet_sweep_create(swept, isa, &made->sweep, error);
  }
  if (status != LENET_OK) {
    lenet_reader_free(made);
    return status;
  }
  *reader = made;
  return LENET_OK;
}

static lenet_status check_characters(const lenet_model *model, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  const int classes = lenet_model_layout(model)->classes;
  if (classes == LENET_TEXT_SCORES && network->rows == 28 && network->columns == 28)
    return LENET_OK;
  return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                    "the network reads %dx%d pixels and has %d classes: text needs 28x28, and the "
                    "95 characters and none",
                    network->columns, network->rows, classes);
}

lenet_status lenet_reader_create_text(const lenet_model *model, lenet_isa isa,
                                      lenet_reader **reader, lenet_error *error)
{
  lenet_reader *made = NULL;
  lenet_status status = create(LENET_TEXT, &made, error);
  if (status != LENET_OK)
    return status;
  status =
      model ? add(made, model, isa, 1, error) : add_builtin(made, LENET_PRINT_MODEL, isa, 1, error);
  if (status == LENET_OK)
    status = check_characters(model ? model : made->namer[0].own, error);
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
  for (int i = 0; i < reader->count; i++) {
    lenet_session_free(reader->namer[i].session);
    lenet_model_free(reader->namer[i].own);
  }
  lenet_sweep_free(reader->sweep);
  lenet_reader_free(reader->second);
  free(reader->given);
  free(reader);
}

/* What the networks gave for one picture, given[i][classes of i] -> score. */
static void put_together(const lenet_reader *r, const lenet_real *const given[], float *score)
{
  double log_digit[LENET_NONDIGIT] = {0}, none = 0, sum = 0;
  for (int i = 0; i < r->count; i++) {
    const lenet_namer *n = &r->namer[i];
    if (n->classes == LENET_READER_SCORES)
      none = (double)given[i][LENET_NONDIGIT];
    for (int k = 0; k < LENET_NONDIGIT && n->say > 0; k++)
      log_digit[k] += n->say * log(fmax((double)given[i][k], LEAST));
  }
  for (int k = 0; k < LENET_NONDIGIT; k++)
    sum += exp(log_digit[k]);
  for (int k = 0; k < LENET_NONDIGIT; k++)
    score[k] = (float)((1 - none) * exp(log_digit[k]) / sum);
  score[LENET_NONDIGIT] = (float)none;
}

/* At most BATCH pictures. */
static lenet_status score_some(lenet_reader *r, const uint8_t *pictures, size_t count,
                               float *scores, lenet_error *error)
{
  const size_t each = BATCH * (size_t)r->scores;
  for (int i = 0; i < r->count; i++) {
    lenet_status status = lenet_classify(r->namer[i].session, pictures, 28, 28, count,
                                         r->given + (size_t)i * each, error);
    if (status != LENET_OK)
      return status;
  }
  for (size_t p = 0; r->script == LENET_DIGITS && p < count; p++) {
    const lenet_real *const of_one[] = {r->given + p * (size_t)r->namer[0].classes,
                                        r->given + each + p * (size_t)r->namer[1].classes};
    put_together(r, of_one, scores + p * LENET_READER_SCORES);
  }
  for (size_t k = 0; r->script == LENET_TEXT && k < count * (size_t)r->scores; k++)
    scores[k] = (float)r->given[k];
  return LENET_OK;
}

lenet_status lenet_reader_score(lenet_reader *reader, const uint8_t *pictures, size_t count,
                                float *scores, lenet_error *error)
{
  for (int i = 0; reader->script == LENET_DIGITS && i < reader->count; i++)
    if (reader->namer[i].classes != LENET_NONDIGIT &&
        reader->namer[i].classes != LENET_READER_SCORES)
      return lenet_fail(
          error, LENET_BAD_ARGUMENT, -1,
          "the network has %d classes: reading needs the 10 digits, or these and none",
          reader->namer[i].classes);
  lenet_status status = LENET_OK;
  for (size_t i = 0; status == LENET_OK && i < count; i += BATCH)
    status = score_some(reader, pictures + i * 28 * 28, count - i < BATCH ? count - i : BATCH,
                        scores + i * (size_t)reader->scores, error);
  return status;
}

/* One direction of it: the part from `start` of `length` of what is `size` long. */
static void keep_inside(int size, int *start, int *length)
{
  int end = *start + *length < size ? *start + *length : size;
  *start = *start < 0 ? 0 : *start < size ? *start : size - 1;
  *length = end > *start ? end - *start : 1;
}

void lenet_box_keep_inside(const lenet_image *image, int *x, int *y, int *width, int *height)
{
  keep_inside(image->width, x, width);
  keep_inside(image->height, y, height);
}
