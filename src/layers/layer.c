#include "layers/layer.h"

bool lenet_layer_is_dense(const lenet_row *row, const lenet_layer *layer)
{
  return row->kind == LENET_DENSE || (row->kind == LENET_CONV && layer->rows == 1 &&
                                      layer->columns == 1 && row->connections == LENET_FULL);
}

bool lenet_layer_divides(const lenet_row *row)
{
  return row->kind == LENET_CONV || row->kind == LENET_DENSE || row->kind == LENET_AVERAGE_POOL ||
         row->kind == LENET_MAX_POOL;
}

void lenet_share(const lenet_work *work, int count, int unit, int *from, int *to)
{
  const int shares = work->shares > 1 ? work->shares : 1, units = (count + unit - 1) / unit;
  *from = units * work->share / shares * unit;
  *to = work->share + 1 < shares ? units * (work->share + 1) / shares * unit : count;
}

size_t lenet_layer_scratch(const lenet_kernels *kernels, const lenet_row *row,
                           const lenet_layer *layer)
{
  if (lenet_layer_is_dense(row, layer))
    return lenet_dense_scratch(kernels->lanes,
                               layer->input_maps * layer->input_rows * layer->input_columns);
  if (row->kind != LENET_CONV)
    return 0;
  const lenet_conv_shape shape = {.input_maps = layer->input_maps,
                                  .input_rows = layer->input_rows,
                                  .input_columns = layer->input_columns,
                                  .maps = layer->maps,
                                  .kernel = row->size};
  return lenet_conv_scratch(kernels->lanes, &shape);
}

static size_t outputs_of(const lenet_kernels *kernels, const lenet_layer *layer)
{
  return lenet_round_up((size_t)layer->maps * layer->rows * layer->columns * kernels->lanes);
}

void lenet_layer_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  switch (work->row->kind) {
  case LENET_PAD: lenet_pad_forward(kernels, work); return;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL: lenet_pool_forward(kernels, work); return;
  case LENET_RBF: lenet_rbf_forward(kernels, work); return;
  case LENET_SUBSAMPLE:
    lenet_subsample_forward(kernels, work);
    kernels->squash_forward(work->row->activation, outputs_of(kernels, work->layer), work->y);
    return;
  case LENET_CONV:
  case LENET_DENSE:
    if (lenet_layer_is_dense(work->row, work->layer))
      lenet_dense_forward(kernels, work);
    else
      lenet_conv_forward(kernels, work);
    return;
  }
}

static size_t inputs_of(const lenet_kernels *kernels, const lenet_layer *layer)
{
  return (size_t)layer->input_maps * layer->input_rows * layer->input_columns * kernels->lanes;
}

static void square(size_t count, const real *from, real *to)
{
  for (size_t i = 0; i < count; i++)
    to[i] = from[i] * from[i];
}

void lenet_layer_backward2(const lenet_kernels *kernels, const lenet_work *work)
{
  const size_t outputs = outputs_of(kernels, work->layer);
  lenet_work squared = *work;
  switch (work->row->kind) {
  case LENET_PAD: lenet_pad_backward(kernels, work); return;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL: lenet_pool_backward2(kernels, work); return;
  case LENET_RBF: return;
  case LENET_SUBSAMPLE:
  case LENET_CONV:
  case LENET_DENSE:
    /* f' comes twice, for its square. */
    kernels->squash_backward(work->row->activation, outputs, work->y, work->dy);
    kernels->squash_backward(work->row->activation, outputs, work->y, work->dy);
    if (work->row->kind == LENET_SUBSAMPLE) {
      lenet_subsample_backward2(kernels, work);
      return;
    }
    square(inputs_of(kernels, work->layer), work->x, work->square_x);
    square(work->layer->weight_count, work->w, work->square_w);
    squared.x = work->square_x;
    squared.w = work->square_w;
    if (lenet_layer_is_dense(work->row, work->layer))
      lenet_dense_backward(kernels, &squared);
    else
      lenet_conv_backward(kernels, &squared);
    return;
  }
}

void lenet_layer_slope(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_kind kind = work->row->kind;
  if (work->sloped || (kind != LENET_SUBSAMPLE && kind != LENET_CONV && kind != LENET_DENSE))
    return;
  int from, to;
  lenet_share(work, work->layer->maps, 1, &from, &to);
  const size_t map = (size_t)work->layer->rows * work->layer->columns * kernels->lanes;
  const size_t at = from * map, count = lenet_round_up((to - from) * map);
  kernels->squash_backward(work->row->activation, count, work->y + at, work->dy + at);
}

void lenet_layer_send(const lenet_kernels *kernels, const lenet_work *work)
{
  switch (work->row->kind) {
  case LENET_PAD: lenet_pad_backward(kernels, work); return;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL: lenet_pool_backward(kernels, work); return;
  case LENET_RBF: lenet_rbf_backward(kernels, work); return;
  case LENET_SUBSAMPLE: lenet_subsample_backward(kernels, work); return;
  case LENET_CONV:
  case LENET_DENSE:
    if (lenet_layer_is_dense(work->row, work->layer))
      lenet_dense_backward(kernels, work);
    else
      lenet_conv_backward(kernels, work);
    return;
  }
}

void lenet_layer_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_layer_slope(kernels, work);
  lenet_layer_send(kernels, work);
}
