/* quantized_plan.c - which steps a network comes to, and where their numbers stand, as
 * kernels/int8.h has them. */
#include "base/error.h"
#include "net/quantized.h"

#include <stdlib.h>

static int planes_of(const lenet_quantized_bytes *bytes) { return (bytes->maps + 3) / 4; }

static void set_size(lenet_quantized_bytes *bytes)
{
  bytes->size =
      (size_t)(planes_of(bytes) + bytes->tall) * bytes->rows * bytes->columns * LENET_CELL;
}

/* Four products at once: where their bytes lie, and which weights of a map meet them; -1: none. */
typedef struct {
  int32_t offset;
  long index[4];
} four;

typedef struct {
  four *list;
  int count;
} fours;

static four *next_four(fours *to, const lenet_quantized_bytes *x, int plane, int row, int column)
{
  four *here = &to->list[to->count++];
  *here = (four){(int32_t)((((long)plane * x->rows + row) * x->columns + column) * LENET_CELL),
                 {-1, -1, -1, -1}};
  return here;
}

/* ---- convolution ---------------------------------------------------------------------------- */

/* The last plane of a kernel, made wide: whole steps along each row, then the columns that are
 * left, down the tall plane where that takes fewer steps. */
static bool wide_fours(fours *to, const lenet_quantized_bytes *x, int k, int rest)
{
  const int plane = x->maps / 4, first = 4 * plane, along = 4 / rest;
  const int left = k % along, whole = k - left;
  const bool tall = left * ((k + along - 1) / along) < (left ? k : 0);
  for (int i = 0; i < k; i++)
    for (int j = 0; j < (tall ? whole : k); j += along) {
      four *f = next_four(to, x, plane, i, j);
      for (int t = 0; t < 4; t++)
        if (j + t / rest < k)
          f->index[t] = ((long)(first + t % rest) * k + i) * k + j + t / rest;
    }
  for (int j = whole; tall && j < k; j++)
    for (int i = 0; i < k; i += along) {
      four *f = next_four(to, x, planes_of(x), i, j);
      for (int t = 0; t < 4; t++)
        if (i + t / rest < k)
          f->index[t] = ((long)(first + t % rest) * k + i + t / rest) * k + j;
    }
  return tall;
}

static void conv_fours(fours *to, lenet_quantized_bytes *x, int k)
{
  const int rest = x->maps % 4 == 3 ? 0 : x->maps % 4;
  for (int plane = 0; plane < planes_of(x) - (rest > 0); plane++)
    for (int i = 0; i < k; i++)
      for (int j = 0; j < k; j++) {
        four *f = next_four(to, x, plane, i, j);
        for (int t = 0; t < 4 && 4 * plane + t < x->maps; t++)
          f->index[t] = ((long)(4 * plane + t) * k + i) * k + j;
      }
  x->rest = rest;
  x->tall = rest > 0 && wide_fours(to, x, k, rest);
  set_size(x);
}

/* ---- dense ---------------------------------------------------------------------------------- */

/* Whole planes, but of the network's input, which is wide from the start, every fourth cell. */
static void dense_fours(fours *to, const lenet_quantized_bytes *x)
{
  const int along = x->rest == 1 ? 4 : 1;
  for (int plane = 0; plane < planes_of(x); plane++)
    for (int row = 0; row < x->rows; row++)
      for (int column = 0; column < x->columns; column += along) {
        four *f = next_four(to, x, plane, row, column);
        for (int t = 0; t < 4; t++) {
          const int map = along == 4 ? 0 : 4 * plane + t, at = along == 4 ? column + t : column;
          if (map < x->maps && at < x->columns)
            f->index[t] = ((long)map * x->rows + row) * x->columns + at;
        }
      }
}

/* ---- weights -------------------------------------------------------------------------------- */

/* Maps of the block in which `map` is, and which of them it is; both count from the first step's
 * weights of the block, at *before maps x steps x 4. */
static int block_of(const lenet_quantized_step *step, int map, int *before)
{
  int maps = 0;
  *before = 0;
  if (step->kind == LENET_STEP_DENSE) {
    *before = map / LENET_INT8_UNITS * LENET_INT8_UNITS;
    maps = step->padded - *before;
    return maps < LENET_INT8_UNITS ? maps : LENET_INT8_UNITS;
  }
  for (int at = 0; at <= map; at += maps) {
    *before = at;
    maps = lenet_int8_block(step->padded - at);
  }
  return maps;
}

static int steps_of(const lenet_quantized_step *step)
{
  return step->kind == LENET_STEP_DENSE ? step->at.dense.steps : step->at.conv.steps;
}

const int8_t *lenet_quantized_packed(const lenet_quantized_step *step, int map, size_t *stride)
{
  int before;
  const int maps = block_of(step, map, &before);
  *stride = (size_t)maps * 4;
  return step->packed + (size_t)before * steps_of(step) * 4 + (size_t)(map - before) * 4;
}

/* Also what bytes that are read as byte - 128 leave out. */
static void pack_weights(lenet_quantized_step *step, const fours *from)
{
  for (int map = 0; map < step->maps; map++) {
    size_t stride;
    int8_t *to = step->packed + (lenet_quantized_packed(step, map, &stride) - step->packed);
    int32_t sum = 0;
    for (int s = 0; s < from->count; s++)
      for (int t = 0; t < 4; t++) {
        const long index = from->list[s].index[t];
        const int8_t weight = index < 0 ? 0 : step->weight[(size_t)map * step->inputs + index];
        to[s * stride + t] = weight;
        sum += weight;
      }
    step->signed_bias[map] = 128 * sum;
  }
}

static lenet_status pack_fours(lenet_quantized_step *step, lenet_quantized_bytes *x, int kernel,
                               lenet_error *error)
{
  const size_t most = (size_t)(planes_of(x) + 1) *
                      (kernel ? (size_t)kernel * kernel : (size_t)x->rows * x->columns);
  fours all = {malloc(most * sizeof *all.list), 0};
  if (all.list) {
    if (kernel)
      conv_fours(&all, x, kernel);
    else
      dense_fours(&all, x);
    step->offset = malloc((size_t)all.count * sizeof *step->offset);
    step->packed = calloc((size_t)all.count * step->padded, 4);
  }
  if (!all.list || !step->offset || !step->packed) {
    free(all.list);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to quantize a row");
  }
  for (int s = 0; s < all.count; s++)
    step->offset[s] = all.list[s].offset;
  if (kernel)
    step->at.conv.steps = all.count;
  else
    step->at.dense.steps = all.count;
  pack_weights(step, &all);
  free(all.list);
  return LENET_OK;
}

/* ---- steps ---------------------------------------------------------------------------------- */

static bool is_pool(const lenet_row *row, int size)
{
  return (row->kind == LENET_AVERAGE_POOL || row->kind == LENET_MAX_POOL) && row->size == size;
}

static lenet_quantized_kind kind_of(const lenet_row *row, const lenet_layer *layer)
{
  switch (row->kind) {
  case LENET_MAX_POOL: return LENET_STEP_MAX;
  case LENET_AVERAGE_POOL:
  case LENET_SUBSAMPLE: return LENET_STEP_WINDOWS;
  case LENET_CONV:
    return layer->rows == 1 && layer->columns == 1 ? LENET_STEP_DENSE : LENET_STEP_CONV;
  default: return LENET_STEP_DENSE;
  }
}

/* A step for row `row`, and the bytes that it writes. Returns the row behind it. */
static int add_step(lenet_quantized *q, int row)
{
  lenet_quantized_step *step = &q->step[q->step_count++];
  const lenet_row *here = &q->network.row[row];
  int last = row;
  step->row = row;
  step->kind = kind_of(here, &q->layout.layer[row]);
  if (step->kind == LENET_STEP_CONV && row + 1 < q->network.row_count && is_pool(here + 1, 2)) {
    last = row + 1;
    step->at.conv.pool = here[1].kind == LENET_MAX_POOL ? LENET_INT8_MAX : LENET_INT8_AVERAGE;
  }
  const lenet_layer *layer = &q->layout.layer[last];
  q->bytes[q->step_count] =
      (lenet_quantized_bytes){.maps = layer->maps, .rows = layer->rows, .columns = layer->columns};
  return last + 1;
}

lenet_status lenet_quantized_steps(lenet_quantized *q, lenet_input input, lenet_error *error)
{
  const lenet_network *network = &q->network;
  q->bytes[0] = (lenet_quantized_bytes){.maps = 1,
                                        .rows = network->rows,
                                        .columns = network->columns,
                                        .scale = (double)input.scale,
                                        .zero = -(double)input.offset / (double)input.scale,
                                        .rest = 1};
  for (int row = 0; row < network->row_count;) {
    lenet_quantized_bytes *bytes = &q->bytes[q->step_count];
    if (network->row[row].kind == LENET_PAD) {
      bytes->border += network->row[row].size;
      bytes->rows += 2 * network->row[row].size;
      bytes->columns += 2 * network->row[row].size;
    }
    if (network->row[row].kind == LENET_PAD || is_pool(&network->row[row], 1))
      row++;
    else
      row = add_step(q, row);
  }
  for (int i = 0; i <= q->step_count; i++)
    set_size(&q->bytes[i]);
  const lenet_quantized_step *last = &q->step[q->step_count - 1];
  if (last->kind != LENET_STEP_DENSE)
    return lenet_fail(error, LENET_UNSUPPORTED, last->row,
                      "row %s: quantized networks end with an F, C or R row",
                      q->layout.layer[last->row].name);
  return LENET_OK;
}

static void plan_windows(lenet_quantized_step *step, const lenet_quantized_bytes *x,
                         const lenet_quantized_bytes *y, int size)
{
  step->at.windows = (lenet_int8_windows){.maps = step->padded,
                                          .rows = y->rows - 2 * y->border,
                                          .columns = y->columns - 2 * y->border,
                                          .size = size,
                                          .input_maps = x->maps,
                                          .group = y->maps / x->maps,
                                          .x_plane = x->rows * x->columns,
                                          .x_columns = x->columns,
                                          .y_plane = y->rows * y->columns,
                                          .y_columns = y->columns,
                                          .w = step->weight,
                                          .bias = step->bias};
}

lenet_status lenet_quantized_pack(const lenet_network *network, const lenet_layout *layout,
                                  lenet_quantized_step *step, lenet_quantized_bytes *x,
                                  const lenet_quantized_bytes *y, lenet_error *error)
{
  const lenet_row *row = &network->row[step->row];
  const lenet_layer *layer = &layout->layer[step->row];
  lenet_status status = LENET_OK;
  switch (step->kind) {
  case LENET_STEP_CONV: {
    const lenet_int8_pool pool = step->at.conv.pool;
    status = pack_fours(step, x, row->size, error);
    step->at.conv = (lenet_int8_conv){.steps = step->at.conv.steps,
                                      .offset = step->offset,
                                      .w = step->packed,
                                      .bias = step->bias,
                                      .signed_bias = step->signed_bias,
                                      .maps = step->padded,
                                      .rows = layer->rows,
                                      .columns = layer->columns,
                                      .x_columns = x->columns,
                                      .y_plane = y->rows * y->columns,
                                      .y_columns = y->columns,
                                      .pool = pool};
    break;
  }
  case LENET_STEP_DENSE:
    status = pack_fours(step, x, 0, error);
    step->at.dense = (lenet_int8_dense){.steps = step->at.dense.steps,
                                        .offset = step->offset,
                                        .w = step->packed,
                                        .bias = step->bias,
                                        .signed_bias = step->signed_bias,
                                        .units = step->padded};
    break;
  case LENET_STEP_WINDOWS:
  case LENET_STEP_MAX: plan_windows(step, x, y, row->size); break;
  }
  return status;
}
