/* ccode_plan.c - which lines of a network lie where in the workspace of its C, and how many bytes
 * that takes. */
#include "base/error.h"
#include "files/ccode.h"

#include <math.h>

enum { DIGIT_SIDE = 28 };

bool lenet_ccode_is_conv(const lenet_ccode *code, int step)
{
  return step < code->streams &&
         code->net->network.row[code->net->step[step].row].kind == LENET_CONV;
}

lenet_int8_pool lenet_ccode_pool(const lenet_ccode *code, int step)
{
  const lenet_quantized_step *s = &code->net->step[step];
  return s->kind == LENET_STEP_CONV ? s->at.conv.pool : LENET_INT8_NONE;
}

bool lenet_ccode_has_codes(const lenet_ccode *code, int step)
{
  return !code->int8 && code->net->network.row[code->net->step[step].row].kind == LENET_RBF;
}

static int size_of(const lenet_ccode *code, int step)
{
  return code->net->network.row[code->net->step[step].row].size;
}

int lenet_ccode_maps(const lenet_ccode *code, int step)
{
  return code->net->layout.layer[code->net->step[step].row].maps;
}

int lenet_ccode_kernel_lines(const lenet_ccode *code, int step)
{
  return lenet_ccode_is_conv(code, step) ? size_of(code, step) : 1;
}

int lenet_ccode_pairs(const lenet_ccode *code, int step)
{
  const lenet_ccode_lines *x = &code->lines[step];
  const int cells =
      lenet_ccode_is_conv(code, step) ? size_of(code, step) * x->maps : x->rows * x->pitch;
  return (cells + 1) / 2;
}

/* Behind the last steps that are not dense, or write amid a border. */
static int count_streams(const lenet_quantized *net)
{
  int streams = net->step_count - 1;
  while (streams > 0 && net->step[streams - 1].kind == LENET_STEP_DENSE &&
         net->bytes[streams].border == 0)
    streams--;
  return streams;
}

/* Cells behind the end of a line that a kernel meets: of a pair only one may be there, and without
 * a pool four columns are done at once. */
static int overrun(const lenet_ccode *code, int step)
{
  const lenet_ccode_lines *x = &code->lines[step];
  const int pairs = lenet_ccode_pairs(code, step);
  if (!lenet_ccode_is_conv(code, step))
    return step < code->streams ? 0 : 2 * pairs - x->rows * x->pitch;
  const int columns = x->columns - size_of(code, step) + 1;
  const int starts = lenet_ccode_pool(code, step) ? columns : (columns + 3) / 4 * 4;
  const int past = (starts - 1) * x->maps + 2 * pairs - x->pitch;
  return past > 0 ? past : 0;
}

static void set_lines(lenet_ccode *code, int step)
{
  const lenet_quantized_bytes *bytes = &code->net->bytes[step];
  lenet_ccode_lines *x = &code->lines[step];
  *x = (lenet_ccode_lines){.maps = bytes->maps,
                           .rows = bytes->rows,
                           .columns = bytes->columns,
                           .border = bytes->border,
                           .need = bytes->rows,
                           .pitch = bytes->maps * bytes->columns};
  if (step < code->streams) {
    x->need = x->drop = size_of(code, step);
    if (lenet_ccode_is_conv(code, step)) {
      x->drop = lenet_ccode_pool(code, step) ? 2 : 1;
      x->need += x->drop - 1;
    }
  }
  x->size = ((size_t)x->need * x->pitch + overrun(code, step) + 1) / 2 * 2;
}

/* Lines are there while their rows run: those that stream are all there at time 0, and so is what
 * they fill, which the first row behind them reads at time 1. */
static bool meet(const lenet_ccode *code, int a, int b)
{
  const int late = (a > b ? a : b) - code->streams, early = (a < b ? a : b) - code->streams;
  return late <= 0 || late - early <= 1;
}

/* Each takes the first place where it meets none of those before it. */
static void place_lines(lenet_ccode *code)
{
  size_t end = 0;
  for (int i = 0; i < code->net->step_count; i++) {
    lenet_ccode_lines *x = &code->lines[i];
    for (int j = 0; j < i; j++) {
      const lenet_ccode_lines *other = &code->lines[j];
      if (!meet(code, i, j) || x->at >= other->at + other->size || other->at >= x->at + x->size)
        continue;
      x->at = other->at + other->size;
      j = -1; /* it may meet one that it did not meet before */
    }
    end = x->at + x->size > end ? x->at + x->size : end;
  }
  code->sizes.workspace = (end * code->cell + 3) / 4 * 4;
}

static bool squashes(const lenet_row *row)
{
  return row->activation == LENET_TANH || row->activation == LENET_SCALED_TANH ||
         row->activation == LENET_SIGMOID;
}

/* Bytes of arrays: weights, and biases with what rounds sums. */
static void count_numbers(lenet_ccode *code)
{
  const size_t weight = code->int8 ? 1 : 4, unit = code->int8 ? 8 : 4;
  bool curve = false;
  for (int i = 0; i < code->net->step_count; i++) {
    const lenet_quantized_step *step = &code->net->step[i];
    const size_t maps = (size_t)lenet_ccode_maps(code, i), even = (maps + 1) / 2 * 2;
    if (lenet_ccode_has_codes(code, i)) {
      code->sizes.weights += maps * LENET_CODE_CELLS;
    } else if (step->kind == LENET_STEP_WINDOWS) {
      code->sizes.weights += weight * maps;
      code->sizes.tables += unit * maps;
    } else if (step->kind != LENET_STEP_MAX) {
      const int pairs = lenet_ccode_kernel_lines(code, i) * lenet_ccode_pairs(code, i);
      code->sizes.weights += weight * even * 2 * (size_t)pairs;
      code->sizes.tables += unit * even;
    }
    curve =
        curve || (i + 1 < code->net->step_count && squashes(&code->net->network.row[step->row]));
  }
  if (code->int8 && curve)
    code->sizes.tables += sizeof lenet_int8_base + sizeof lenet_int8_slope;
}

static lenet_status check(const lenet_ccode *code, lenet_error *error)
{
  const lenet_model *model = code->model;
  for (size_t i = 0; i < model->layout.parameter_count; i++)
    if (!isfinite(model->parameters[i]))
      return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "parameter %zu is not a number", i);
  return LENET_OK;
}

lenet_status lenet_ccode_plan(lenet_ccode *code, const lenet_model *model,
                              const lenet_quantized *quantized, lenet_error *error)
{
  const lenet_network *network = &model->network;
  lenet_status status = LENET_OK;
  *code = (lenet_ccode){.model = model, .int8 = quantized != NULL, .net = quantized};
  code->cell = code->int8 ? sizeof(int16_t) : sizeof(float);
  if (!quantized) {
    code->shape.network = *network;
    code->shape.layout = model->layout;
    code->net = &code->shape;
    status = lenet_quantized_steps(&code->shape, model->input, error);
  }
  if (status != LENET_OK)
    return status;
  const bool whole = network->rows >= DIGIT_SIDE && network->columns >= DIGIT_SIDE;
  code->rows = whole ? DIGIT_SIDE : network->rows;
  code->columns = whole ? DIGIT_SIDE : network->columns;
  code->streams = count_streams(code->net);
  for (int i = 0; i < code->net->step_count; i++)
    set_lines(code, i);
  place_lines(code);
  count_numbers(code);
  return check(code, error);
}
