/* quantized_pass.c - a quantized network at work on one lane block. */
#include "base/error.h"
#include "layers/layer.h"
#include "net/plan.h"
#include "net/quantized.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint8_t border_of(const lenet_quantized_bytes *bytes)
{
  return (uint8_t)floor(bytes->zero + 0.5);
}

lenet_status lenet_quantized_pass_create(lenet_quantized_pass *pass,
                                         const lenet_quantized *quantized, lenet_isa isa,
                                         lenet_error *error)
{
  const lenet_quantized *q = quantized;
  lenet_quantized_pass made = {.quantized = q,
                               .kernels = lenet_int8_kernels_for(isa),
                               .reals = lenet_kernels_for(isa, LENET_LANES)};
  if (!made.kernels || !made.reals)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  const size_t classes = ((size_t)q->layout.classes + 3) / 4 * 4;
  const size_t scores = classes * LENET_LANES * sizeof *made.scores;
  const size_t ground = lenet_int8_ground(q->bytes[0].columns);
  size_t total = scores + ground;
  for (int i = 0; i < q->step_count; i++)
    total += q->bytes[i].size;
  made.arena = aligned_alloc(64, total);
  made.probabilities = lenet_reals(classes * LENET_LANES);
  if (!made.arena || !made.probabilities) {
    lenet_quantized_pass_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for %zu activations", total);
  }
  memset(made.arena, 0, total);
  made.scores = (int32_t *)(void *)made.arena;
  made.ground = made.arena + scores;
  uint8_t *next = made.ground + ground;
  for (int i = 0; i < q->step_count; next += q->bytes[i].size, i++) {
    made.bytes[i] = next;
    if (q->bytes[i].border)
      memset(next, border_of(&q->bytes[i]), q->bytes[i].size);
  }
  *pass = made;
  return LENET_OK;
}

void lenet_quantized_pass_free(lenet_quantized_pass *pass)
{
  free(pass->arena);
  free(pass->probabilities);
  *pass = (lenet_quantized_pass){0};
}

/* Borders, and paper where pictures of rows x columns leave it; the ground of their rows. */
static void fill_ground(lenet_quantized_pass *pass, int rows, int columns)
{
  const lenet_quantized_bytes *x = &pass->quantized->bytes[0];
  const int inside = x->rows - 2 * x->border;
  const int top = x->border + (inside - rows) / 2;
  const lenet_int8_line line = {.columns = x->columns, .ground = pass->ground};
  const size_t row_size = (size_t)x->columns * LENET_CELL;
  memset(pass->ground, border_of(x), (size_t)x->columns);
  for (int row = 0; x->border && row < x->rows; row++)
    pass->kernels->int8_load(&line, NULL, pass->bytes[0] + (size_t)row * row_size);
  memset(pass->ground + x->border, 0, (size_t)(x->columns - 2 * x->border));
  for (int row = x->border; row < x->border + inside; row++)
    if (row < top || row >= top + rows)
      pass->kernels->int8_load(&line, NULL, pass->bytes[0] + (size_t)row * row_size);
  pass->rows = rows;
  pass->columns = columns;
}

void lenet_quantized_pass_load(lenet_quantized_pass *pass, const uint8_t *pixels, int rows,
                               int columns, int count)
{
  const lenet_quantized_bytes *x = &pass->quantized->bytes[0];
  if (pass->rows != rows || pass->columns != columns)
    fill_ground(pass, rows, columns);
  const int top = x->border + (x->rows - 2 * x->border - rows) / 2;
  const lenet_int8_line line = {.columns = x->columns,
                                .left = x->border + (x->columns - 2 * x->border - columns) / 2,
                                .width = columns,
                                .count = count,
                                .pitch = (size_t)rows * columns,
                                .ground = pass->ground};
  for (int row = 0; row < rows; row++)
    pass->kernels->int8_load(&line, pixels + (size_t)row * columns,
                             pass->bytes[0] + (size_t)(top + row) * x->columns * LENET_CELL);
}

void lenet_quantized_pass_run(lenet_quantized_pass *pass, int steps)
{
  const lenet_quantized *q = pass->quantized;
  const lenet_int8_kernels *kernels = pass->kernels;
  for (int i = 0; i < steps; i++) {
    const lenet_quantized_step *step = &q->step[i];
    const lenet_quantized_bytes *x = &q->bytes[i], *y = x + 1;
    const lenet_int8_cells cells = {x->rows, x->columns};
    const size_t plane = (size_t)x->rows * x->columns * LENET_CELL;
    uint8_t *from = pass->bytes[i], *last = from + (size_t)(x->maps / 4) * plane;
    /* The network's input comes wide. */
    if (x->rest && i > 0)
      kernels->int8_widen(&cells, x->rest, last);
    if (x->tall)
      kernels->int8_stack(&cells, x->rest, last, last + plane);
    uint8_t *to = i + 1 == q->step_count
                      ? NULL
                      : pass->bytes[i + 1] + (size_t)y->border * (y->columns + 1) * LENET_CELL;
    switch (step->kind) {
    case LENET_STEP_CONV: kernels->int8_conv(&step->at.conv, from, to); break;
    case LENET_STEP_DENSE: kernels->int8_dense(&step->at.dense, from, to, pass->scores); break;
    case LENET_STEP_WINDOWS: kernels->int8_windows(&step->at.windows, from, to); break;
    case LENET_STEP_MAX: kernels->int8_max_pool(&step->at.windows, from, to); break;
    }
  }
}

/* What a score stands for: a sum before the softmax, an R row's -y up to what all classes share, or
 * a unit that has targets. */
static double number_of(const lenet_quantized *q, int32_t score)
{
  const double sum = (double)score * q->score_unit;
  switch (q->network.row[q->network.row_count - 1].activation) {
  case LENET_TANH: return tanh(sum);
  case LENET_SCALED_TANH: return 1.7159 * tanh(sum * 2 / 3);
  default: return sum;
  }
}

/* Probabilities are the softmax of sums, of an R row's -y, or of 4 x units: see layers/loss.c. */
void lenet_quantized_pass_judge(lenet_quantized_pass *pass, const int *labels,
                                real loss[LENET_LANES])
{
  const lenet_quantized *q = pass->quantized;
  const int count = q->layout.classes * LENET_LANES;
  const lenet_criterion plain = {.loss = LENET_CROSS_ENTROPY};
  if (lenet_ending_of(&q->network) == LENET_ENDS_IN_TARGETS) {
    for (int i = 0; i < count; i++)
      pass->probabilities[i] = (real)(4 * number_of(q, pass->scores[i]));
  } else {
    const real unit = (real)q->score_unit;
    for (int i = 0; i < count; i++)
      pass->probabilities[i] = (real)pass->scores[i] * unit;
  }
  lenet_loss_softmax(pass->reals, &plain, q->layout.classes, labels, 0, pass->probabilities, NULL,
                     loss);
}

int lenet_quantized_pass_answer(const lenet_quantized_pass *pass, int lane, float *margin)
{
  const int32_t *score = pass->scores + lane;
  int best = 0, second = -1;
  for (int k = 1; k < pass->quantized->layout.classes; k++) {
    const int32_t here = score[k * LENET_LANES];
    if (here > score[best * LENET_LANES]) {
      second = best;
      best = k;
    } else if (second < 0 || here > score[second * LENET_LANES]) {
      second = k;
    }
  }
  *margin = (float)fmin(number_of(pass->quantized, score[best * LENET_LANES]) -
                            number_of(pass->quantized, score[second * LENET_LANES]),
                        (double)FLT_MAX);
  return best;
}
