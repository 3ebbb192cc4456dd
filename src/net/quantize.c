/* quantize.c - from a model's numbers to integers. Every result is the same on every machine: what
 * is computed in double is +, -, x and / alone, rounded to integers at once, and what must be known
 * of activations is measured in the integers themselves, row after row.
 *
 * A map m of a row has weights w, a bias b and reads bytes, x = scale (byte - zero). With
 *
 *   s[m]    = max |w| / 127, at least |b| / (2^28 scale)
 *   w8      = round(w / s),   -127 .. 127
 *   unit[m] = s scale                                   the number that 1 in a sum stands for
 *   bias    = round(b / unit - zero sum w8)
 *
 * sum = bias + sum w8 byte stands for sum x unit. What kernels/int8.h makes of it is in steps of
 * 1 / fine: of a for tanh 2^-13, since byte = 128 + 127 tanh(a). The others come down to it:
 *
 *   scaled tanh   1.7159 tanh(2 a / 3):   fine = 2^13 x 2/3,   scale = 1.7159 / 127,  zero = 128
 *   sigmoid       (1 + tanh(a / 2)) / 2:  fine = 2^13 / 2,     scale = 1 / 254,       zero = 1
 *   relu          fine = 32 / scale,      scale = (highest sum measured) / 255,       zero = 0
 *   linear        fine = 32 / scale,      scale = (farthest sum from 0) / 127,        zero = 128
 *
 * With F[m] = unit[m] fine, doublings d = 1, or as many more as F 2^-d < 1 takes,
 *
 *   shift  = the least n >= 0 with F 2^n / 2^d >= 1/2,   factor = round(2^15 F 2^n / 2^d) <= 32767
 *
 * The last row's sums become scores in one unit for all classes: shift is the least with which no
 * possible sum leaves int16, factor = round(32767 unit 2^shift / max), max the largest of unit
 * 2^shift. */
#include "base/error.h"
#include "net/quantized.h"

#include <math.h>
#include <stdlib.h>

enum { FINE_TANH = 1 << 13, FINE_CLAMP = 32, MOST_SHIFT = 30 };

static double rounded(double a) { return floor(a + 0.5); }

#define REFUSE(q, step, status, ...) return refuse_row(q, (step)->row, error, status, __VA_ARGS__)

static lenet_status refuse_row(const lenet_quantized *q, int row, lenet_error *error,
                               lenet_status status, const char *reason)
{
  return lenet_fail(error, status, row, "row %s: %s", q->layout.layer[row].name, reason);
}

/* ---- weights -------------------------------------------------------------------------------- */

/* What the model says of a map: its weights, in order, and its bias. */
typedef struct {
  const real *w; /* NULL: all of them are `all` */
  double all, bias;
  const lenet_row *row;
  int map;
} given;

static given given_of(const lenet_quantized *q, const real *parameters,
                      const lenet_quantized_step *step, int map)
{
  const lenet_row *row = &q->network.row[step->row];
  const lenet_layer *layer = &q->layout.layer[step->row];
  given g = {.row = row, .map = map};
  switch (row->kind) {
  case LENET_AVERAGE_POOL: g.all = 1.0 / (row->size * row->size); break;
  case LENET_SUBSAMPLE:
    g.all = (double)parameters[layer->weight_offset + map];
    g.bias = (double)parameters[layer->bias_offset + map];
    break;
  case LENET_RBF: break;
  default:
    g.w = parameters + layer->weight_offset + (size_t)map * step->inputs;
    g.bias = (double)parameters[layer->bias_offset + map];
  }
  return g;
}

/* Weight `i` of a map. Distances to codes of +1 and -1 are sum x^2 + 84 - 2 sum code x:
 * probabilities need the last part alone. */
static double weight_of(const given *g, const real *code, size_t i)
{
  if (g->row->kind == LENET_RBF)
    return 2 * (double)code[i];
  if (!g->w)
    return g->all;
  const size_t kernel = (size_t)g->row->size * g->row->size;
  if (g->row->kind == LENET_CONV && g->row->connections != LENET_FULL &&
      !lenet_connected(g->row, (int)(i / kernel), g->map))
    return 0;
  return (double)g->w[i];
}

/* The farthest from 0 that a sum can come. A window's bytes share one weight. */
static double reach(const lenet_quantized *q, const lenet_quantized_step *step, int map)
{
  const int size = q->network.row[step->row].size;
  double sum = 0;
  for (size_t i = 0; i < step->inputs; i++)
    sum += abs(step->weight[(size_t)map * step->inputs + i]);
  return 255 * sum * (step->kind == LENET_STEP_WINDOWS ? size * size : 1) +
         fabs((double)step->bias[map]);
}

static lenet_status quantize_map(const lenet_quantized *q, const real *parameters,
                                 lenet_quantized_step *step, int map,
                                 const lenet_quantized_bytes *x, lenet_error *error)
{
  const given g = given_of(q, parameters, step, map);
  const int size = g.row->size;
  const double bytes_a_weight = step->kind == LENET_STEP_WINDOWS ? size * size : 1;
  real code[LENET_CODE_CELLS];
  if (g.row->kind == LENET_RBF)
    lenet_class_code(g.row->maps, map, code);
  double most = 0;
  for (size_t i = 0; i < step->inputs; i++) {
    const double w = weight_of(&g, code, i);
    if (!isfinite(w))
      REFUSE(q, step, LENET_BAD_ARGUMENT, "a weight is not a number");
    most = fmax(most, fabs(w));
  }
  if (!isfinite(g.bias))
    REFUSE(q, step, LENET_BAD_ARGUMENT, "a bias is not a number");
  double s = fmax(most / 127, fabs(g.bias) / (x->scale * (1 << 28)));
  if (s < 1e-30) /* nothing but zeros */
    s = 1 / x->scale;
  double sum = 0;
  for (size_t i = 0; i < step->inputs; i++) {
    const double w8 = rounded(weight_of(&g, code, i) / s);
    step->weight[(size_t)map * step->inputs + i] = (int8_t)w8;
    sum += w8 * bytes_a_weight;
  }
  const double bias = rounded(g.bias / (s * x->scale) - x->zero * sum);
  if (!(fabs(bias) < (1 << 30)))
    REFUSE(q, step, LENET_UNSUPPORTED, "its sums need more than 32 bits");
  step->bias[map] = (int32_t)bias;
  step->unit[map] = s * x->scale;
  /* Room for the half that rounds a shift of up to MOST_SHIFT. */
  if (reach(q, step, map) >= (1 << 30))
    REFUSE(q, step, LENET_UNSUPPORTED, "its sums need more than 32 bits");
  return LENET_OK;
}

/* ---- from sums to bytes and scores ---------------------------------------------------------- */

static void set_rounding(lenet_quantized_step *step, int map)
{
  if (step->shift[map] > 0)
    step->bias[map] += 1 << (step->shift[map] - 1);
}

/* Fills shift and factor so that kernels give sum x unit x fine. Returns the doublings. */
static int set_factors(lenet_quantized_step *step, double fine)
{
  int doublings = 1;
  double share = 0.5; /* 2^-doublings */
  for (int map = 0; map < step->maps; map++)
    for (; rounded(32768 * step->unit[map] * fine * share) > 32767 && doublings < 16; share /= 2)
      doublings++;
  for (int map = 0; map < step->maps; map++) {
    double f = step->unit[map] * fine * share;
    int shift = 0;
    for (; f < 0.5 && shift < MOST_SHIFT; shift++)
      f *= 2;
    double factor = rounded(32768 * f);
    step->shift[map] = shift;
    step->factor[map] = (int32_t)fmin(factor, 32767);
    set_rounding(step, map);
  }
  return doublings;
}

static void set_scores(lenet_quantized *q, lenet_quantized_step *step)
{
  double most = 0;
  for (int map = 0; map < step->maps; map++) {
    int shift = 0;
    /* + 1: the half that rounds */
    for (double most_sum = reach(q, step, map); most_sum / (1 << shift) + 1 > 32767;)
      shift++;
    step->shift[map] = shift;
    most = fmax(most, step->unit[map] * (1 << shift));
  }
  for (int map = 0; map < step->maps; map++) {
    step->factor[map] = (int32_t)rounded(32767 * step->unit[map] * (1 << step->shift[map]) / most);
    set_rounding(step, map);
  }
  q->score_unit = most / 32767;
}

/* The steps of h, and what the bytes behind it stand for. `farthest`: of the sums measured from 0.
 */
static double set_finish(lenet_activation activation, double farthest, lenet_quantized_bytes *y,
                         lenet_int8_finish *finish)
{
  *finish = (lenet_int8_finish){.squash = true, .share = 4 * 127, .zero = 128};
  switch (activation) {
  case LENET_TANH: y->scale = 1.0 / 127, y->zero = 128; return FINE_TANH;
  case LENET_SCALED_TANH: y->scale = 1.7159 / 127, y->zero = 128; return FINE_TANH * 2.0 / 3;
  case LENET_SIGMOID: y->scale = 1.0 / 254, y->zero = 1; return FINE_TANH / 2.0;
  case LENET_RELU:
    *finish = (lenet_int8_finish){.high = 255 * FINE_CLAMP, .share = 32768 / FINE_CLAMP};
    y->scale = (farthest > 0 ? farthest : 1) / 255, y->zero = 0;
    return FINE_CLAMP / y->scale;
  default:
    *finish = (lenet_int8_finish){.low = -127 * FINE_CLAMP,
                                  .high = 127 * FINE_CLAMP,
                                  .share = 32768 / FINE_CLAMP,
                                  .zero = 128};
    y->scale = (farthest > 0 ? farthest : 1) / 127, y->zero = 128;
    return FINE_CLAMP / y->scale;
  }
}

/* A mean stays in the scale of what it is the mean of. */
static double set_mean(const lenet_quantized_bytes *x, lenet_quantized_bytes *y,
                       lenet_int8_finish *finish)
{
  *finish = (lenet_int8_finish){.high = 255 * FINE_CLAMP, .share = 32768 / FINE_CLAMP};
  y->scale = x->scale, y->zero = x->zero;
  return FINE_CLAMP / x->scale;
}

/* Hands shifts and factors to the kernels, four times each. */
static void hand_over(lenet_quantized_step *step, lenet_int8_finish *finish, int doublings)
{
  finish->shift = step->shift;
  finish->factor = step->quads;
  finish->doublings = doublings;
  for (int map = 0; map < step->padded; map++) {
    step->signed_bias[map] += step->bias[map];
    for (int i = 0; i < 4; i++)
      step->quads[4 * map + i] = (int16_t)step->factor[map];
  }
}

/* ---- steps ---------------------------------------------------------------------------------- */

static lenet_status take_room(lenet_quantized *q, lenet_quantized_step *step,
                              const lenet_quantized_bytes *x, lenet_error *error)
{
  const lenet_row *row = &q->network.row[step->row];
  const int unit = step->kind == LENET_STEP_CONV ? 2 : 4;
  step->maps = q->layout.layer[step->row].maps;
  step->padded = (step->maps + unit - 1) / unit * unit;
  step->inputs = 1;
  if (step->kind == LENET_STEP_CONV)
    step->inputs = (size_t)x->maps * row->size * row->size;
  if (step->kind == LENET_STEP_DENSE)
    step->inputs = (size_t)x->maps * x->rows * x->columns;
  const size_t maps = (size_t)step->padded;
  step->weight = calloc(maps, step->inputs);
  step->bias = calloc(maps, sizeof *step->bias);
  step->signed_bias = calloc(maps, sizeof *step->signed_bias);
  step->shift = calloc(maps, sizeof *step->shift);
  step->factor = calloc(maps, sizeof *step->factor);
  step->quads = calloc(maps, 4 * sizeof *step->quads);
  step->unit = calloc(maps, sizeof *step->unit);
  if (step->weight && step->bias && step->signed_bias && step->shift && step->factor &&
      step->quads && step->unit)
    return LENET_OK;
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to quantize a row");
}

/* What the sums of step `index` come to, where it is not the last one. */
static lenet_status set_bytes(lenet_quantized *q, int index, const lenet_samples *samples,
                              lenet_error *error)
{
  lenet_quantized_step *step = &q->step[index];
  lenet_quantized_bytes *x = &q->bytes[index], *y = x + 1;
  const lenet_row *row = &q->network.row[step->row];
  const bool mean = row->kind == LENET_AVERAGE_POOL, relu = row->activation == LENET_RELU;
  lenet_int8_finish finish;
  double farthest = 0;
  if (!mean && (relu || row->activation == LENET_LINEAR)) {
    if (!samples)
      REFUSE(q, step, LENET_BAD_ARGUMENT, "how far it goes is measured: samples are needed");
    lenet_status status = lenet_quantized_farthest(q, index, samples, !relu, &farthest, error);
    if (status != LENET_OK)
      return status;
  }
  const double fine =
      mean ? set_mean(x, y, &finish) : set_finish(row->activation, farthest, y, &finish);
  for (int map = 0; mean && map < step->maps; map++)
    step->bias[map] = 0; /* a mean of bytes, whatever they stand for */
  if (step->kind == LENET_STEP_CONV && step->at.conv.pool == LENET_INT8_AVERAGE)
    finish.share /= 4;
  hand_over(step, &finish, set_factors(step, fine));
  if (step->kind == LENET_STEP_CONV)
    step->at.conv.finish = finish;
  else if (step->kind == LENET_STEP_DENSE)
    step->at.dense.finish = finish;
  else
    step->at.windows.finish = finish;
  return LENET_OK;
}

static lenet_status quantize_step(lenet_quantized *q, const real *parameters, int index,
                                  const lenet_samples *samples, lenet_error *error)
{
  lenet_quantized_step *step = &q->step[index];
  lenet_quantized_bytes *x = &q->bytes[index], *y = x + 1;
  lenet_status status = take_room(q, step, x, error);
  if (x->border && !(rounded(x->zero) >= 0 && rounded(x->zero) <= 255))
    REFUSE(q, step, LENET_UNSUPPORTED, "no byte stands for the zeros of the border before it");
  for (int map = 0; map < step->maps && status == LENET_OK && step->kind != LENET_STEP_MAX; map++)
    status = quantize_map(q, parameters, step, map, x, error);
  if (status == LENET_OK)
    status = lenet_quantized_pack(&q->network, &q->layout, step, x, y, error);
  if (status != LENET_OK)
    return status;
  if (step->kind == LENET_STEP_MAX) {
    y->scale = x->scale, y->zero = x->zero;
    return LENET_OK;
  }
  if (index < q->step_count - 1)
    return set_bytes(q, index, samples, error);
  set_scores(q, step);
  hand_over(step, &step->at.dense.finish, 0);
  step->at.dense.to_scores = step->factor;
  return LENET_OK;
}

/* ---- objects -------------------------------------------------------------------------------- */

static lenet_status check_samples(const lenet_model *model, const lenet_samples *samples,
                                  lenet_error *error)
{
  const lenet_network *network = &model->network;
  if (samples->count < 1 || samples->count > UINT32_MAX)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%zu calibration samples", samples->count);
  if (samples->rows < 1 || samples->columns < 1 || samples->rows > network->rows ||
      samples->columns > network->columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "calibration pictures of %dx%d: the network reads up to %dx%d", samples->rows,
                      samples->columns, network->rows, network->columns);
  return LENET_OK;
}

lenet_status lenet_quantize(const lenet_model *model, const lenet_samples *calibration,
                            lenet_quantized **quantized, lenet_error *error)
{
  const lenet_input input = model->input;
  if (!(isfinite(input.scale) && isfinite(input.offset) && input.scale > 0))
    return lenet_fail(error, LENET_UNSUPPORTED, -1, "inputs of byte x %g %+g cannot be quantized",
                      (double)input.scale, (double)input.offset);
  lenet_status status = calibration ? check_samples(model, calibration, error) : LENET_OK;
  if (status != LENET_OK)
    return status;
  lenet_quantized *q = calloc(1, sizeof *q);
  if (!q)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a quantized model");
  q->network = model->network;
  q->layout = model->layout;
  status = lenet_quantized_steps(q, input, error);
  for (int i = 0; i < q->step_count && status == LENET_OK; i++)
    status = quantize_step(q, model->parameters, i, calibration, error);
  if (status != LENET_OK)
    lenet_quantized_free(q);
  else
    *quantized = q;
  return status;
}

void lenet_quantized_free(lenet_quantized *quantized)
{
  for (int i = 0; quantized && i < quantized->step_count; i++) {
    lenet_quantized_step *step = &quantized->step[i];
    free(step->weight);
    free(step->bias);
    free(step->shift);
    free(step->factor);
    free(step->unit);
    free(step->packed);
    free(step->offset);
    free(step->signed_bias);
    free(step->quads);
  }
  free(quantized);
}
