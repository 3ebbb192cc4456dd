#include "layers/layer.h"

bool lenet_layer_is_dense(const lenet_row *row, const lenet_layer *layer)
{
  return row->kind == LENET_DENSE || (row->kind == LENET_CONV && layer->rows == 1 &&
                                      layer->columns == 1 && row->connections == LENET_FULL);
}

size_t lenet_layer_scratch(const lenet_kernels *kernels, const lenet_row *row,
                           const lenet_layer *layer)
{
  if (lenet_layer_is_dense(row, layer))
    return lenet_dense_scratch(kernels->lanes,
                               layer->input_maps * layer->input_rows * layer->input_columns);
  return row->kind == LENET_CONV ? lenet_conv_row_scratch(kernels, row, layer) : 0;
}

static size_t outputs_of(const lenet_kernels *kernels, const lenet_layer *layer)
{
  return lenet_round_up((size_t)layer->maps * layer->rows * layer->columns * kernels->lanes);
}

/* f(a) of rows first .. first + count - 1 of each map, which lie side by side where they are all.
 */
static void squash_rows(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  const lenet_layer *at = work->layer;
  const size_t row = (size_t)at->columns * kernels->lanes;
  if (count == at->rows) {
    kernels->squash_forward(work->row->activation, outputs_of(kernels, at), work->y);
    return;
  }
  for (int map = 0; map < at->maps; map++)
    kernels->squash_forward(work->row->activation, count * row,
                            work->y + ((size_t)map * at->rows + first) * row);
}

static void forward_rows(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  switch (work->row->kind) {
  case LENET_PAD: lenet_pad_forward(kernels, work); return;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL: lenet_pool_forward(kernels, work, first, count); return;
  case LENET_RBF: lenet_rbf_forward(kernels, work); return;
  case LENET_SUBSAMPLE: lenet_subsample_forward(kernels, work, first, count); break;
  case LENET_CONV:
  case LENET_DENSE:
    if (lenet_layer_is_dense(work->row, work->layer))
      lenet_dense_forward(kernels, work);
    else
      lenet_conv_forward(kernels, work, first, count);
    break;
  }
  squash_rows(kernels, work, first, count);
}

void lenet_layer_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  forward_rows(kernels, work, 0, work->layer->rows);
}

bool lenet_layers_join(const lenet_kernels *kernels, const lenet_work *work)
{
  return kernels->lanes > 1 && work[0].row->kind == LENET_CONV &&
         !lenet_layer_is_dense(work[0].row, work[0].layer) &&
         (work[1].row->kind == LENET_AVERAGE_POOL || work[1].row->kind == LENET_MAX_POOL ||
          work[1].row->kind == LENET_SUBSAMPLE);
}

void lenet_layers_forward(const lenet_kernels *kernels, const lenet_work *conv,
                          const lenet_work *pool)
{
  const int size = pool->row->size;
  for (int row = 0; row < pool->layer->rows; row++) {
    forward_rows(kernels, conv, row * size, size);
    forward_rows(kernels, pool, row, 1);
  }
}

static size_t inputs_of(const lenet_kernels *kernels, const lenet_layer *layer)
{
  return (size_t)layer->input_maps * layer->input_rows * layer->input_columns * kernels->lanes;
}

/* dy of rows first .. first + count - 1 becomes the gradient of the sums before the activation. */
static void slope_rows(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  const lenet_layer *at = work->layer;
  const size_t row = (size_t)at->columns * kernels->lanes;
  if (count == at->rows) {
    kernels->squash_backward(work->row->activation, outputs_of(kernels, at), work->y, work->dy);
    return;
  }
  for (int map = 0; map < at->maps; map++) {
    const size_t from = ((size_t)map * at->rows + first) * row;
    kernels->squash_backward(work->row->activation, count * row, work->y + from, work->dy + from);
  }
}

static void square(size_t count, const real *from, real *to)
{
  for (size_t i = 0; i < count; i++)
    to[i] = from[i] * from[i];
}

void lenet_layer_backward2(const lenet_kernels *kernels, const lenet_work *work)
{
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
    slope_rows(kernels, work, 0, work->layer->rows);
    slope_rows(kernels, work, 0, work->layer->rows);
    if (work->row->kind == LENET_SUBSAMPLE) {
      lenet_subsample_backward2(kernels, work);
      return;
    }
    square(inputs_of(kernels, work->layer), work->x, work->square_x);
    square(work->layer->weight_count, work->w, work->square_w);
    squared.x = work->square_x;
    squared.w = work->square_w;
    if (lenet_layer_is_dense(work->row, work->layer)) {
      lenet_dense_backward(kernels, &squared);
      return;
    }
    lenet_conv_backward_weights(kernels, &squared, 0, work->layer->rows);
    lenet_conv_backward_data(kernels, &squared);
    return;
  }
}

void lenet_layer_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  switch (work->row->kind) {
  case LENET_PAD: lenet_pad_backward(kernels, work); return;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL: lenet_pool_backward(kernels, work, 0, work->layer->rows); return;
  case LENET_RBF: lenet_rbf_backward(kernels, work); return;
  case LENET_SUBSAMPLE:
    slope_rows(kernels, work, 0, work->layer->rows);
    lenet_subsample_backward(kernels, work);
    return;
  case LENET_CONV:
  case LENET_DENSE:
    slope_rows(kernels, work, 0, work->layer->rows);
    if (lenet_layer_is_dense(work->row, work->layer)) {
      lenet_dense_backward(kernels, work);
      return;
    }
    lenet_conv_backward_weights(kernels, work, 0, work->layer->rows);
    lenet_conv_backward_data(kernels, work);
    return;
  }
}

void lenet_layers_backward(const lenet_kernels *kernels, const lenet_work *conv,
                           const lenet_work *pool)
{
  const int size = pool->row->size;
  if (pool->row->kind == LENET_SUBSAMPLE) { /* whose own gradients are sums over all rows */
    lenet_layer_backward(kernels, pool);
    lenet_layer_backward(kernels, conv);
    return;
  }
  /* The gradient of inputs needs all of dy anyway: then the weights' is faster in one piece too. */
  const bool bands = conv->dx == NULL && lenet_conv_row_takes_bands(kernels, conv);
  for (int row = 0; row < pool->layer->rows; row++) {
    lenet_pool_backward(kernels, pool, row, 1);
    slope_rows(kernels, conv, row * size, size);
    if (bands)
      lenet_conv_backward_weights(kernels, conv, row * size, size);
  }
  if (!bands)
    lenet_conv_backward_weights(kernels, conv, 0, conv->layer->rows);
  lenet_conv_backward_data(kernels, conv);
}
