/* pool.c - averages and maxima of windows that do not overlap.
 *
 *   average: y = sum of the window / n,   dL/dx = dL/dy / n for each pixel of the window
 *   maximum: y = max of the window,       dL/dx = dL/dy for the first pixel that has it, else 0
 * Second derivatives go back with the squares of these weights: 1 / n^2, and 1 or 0. */
#include "layers/layer.h"

/* The windows of output rows first .. first + count - 1; x and y: where they begin. */
static lenet_pool_shape band_of(const lenet_kernels *kernels, const lenet_work *work, int first,
                                int count, size_t *x, size_t *y)
{
  const lenet_layer *at = work->layer;
  const size_t lanes = (size_t)kernels->lanes, size = (size_t)work->row->size;
  *x = (size_t)first * size * at->input_columns * lanes;
  *y = (size_t)first * at->columns * lanes;
  return (lenet_pool_shape){.maps = at->maps,
                            .rows = count,
                            .columns = at->columns,
                            .size = work->row->size,
                            .group = 1,
                            .x_step = (size_t)at->input_rows * at->input_columns * lanes,
                            .y_step = (size_t)at->rows * at->columns * lanes};
}

void lenet_pool_forward(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  size_t x, y;
  const lenet_pool_shape shape = band_of(kernels, work, first, count, &x, &y);
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_forward(&shape, work->x + x, work->y + y);
  else
    kernels->average_pool_forward(&shape, work->x + x, work->y + y);
}

void lenet_pool_backward(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  if (!work->dx)
    return;
  size_t x, y;
  const lenet_pool_shape shape = band_of(kernels, work, first, count, &x, &y);
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_backward(&shape, work->x + x, work->y + y, work->dy + y, work->dx + x);
  else
    kernels->average_pool_backward(&shape, work->dy + y, work->dx + x);
}

void lenet_pool_backward2(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_pool_backward(kernels, work, 0, work->layer->rows);
  if (!work->dx || work->row->kind == LENET_MAX_POOL)
    return;
  /* An average's weights are 1 / n; the first pass has multiplied by one of the two. */
  const lenet_layer *at = work->layer;
  const size_t count = (size_t)at->input_maps * at->input_rows * at->input_columns * kernels->lanes;
  const real share = (real)1 / (real)(work->row->size * work->row->size);
  for (size_t i = 0; i < count; i++)
    work->dx[i] *= share;
}
