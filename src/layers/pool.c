/* pool.c - averages and maxima of windows that do not overlap.
 *
 *   average: y = sum of the window / n,   dL/dx = dL/dy / n for each pixel of the window
 *   maximum: y = max of the window,       dL/dx = dL/dy for the first pixel that has it, else 0
 * Second derivatives go back with the squares of these weights: 1 / n^2, and 1 or 0. */
#include "layers/layer.h"

static lenet_pool_shape shape_of(const lenet_work *work)
{
  return (lenet_pool_shape){.maps = work->layer->maps,
                            .rows = work->layer->rows,
                            .columns = work->layer->columns,
                            .size = work->row->size,
                            .group = 1};
}

void lenet_pool_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_pool_shape shape = shape_of(work);
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_forward(&shape, work->x, work->y);
  else
    kernels->average_pool_forward(&shape, work->x, work->y);
}

static void send_back(const lenet_kernels *kernels, const lenet_work *work,
                      lenet_activation activation)
{
  lenet_pool_shape shape = shape_of(work);
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_backward(&shape, activation, work->x, work->y, work->dy, work->dx);
  else
    kernels->average_pool_backward(&shape, activation, work->x, work->dy, work->dx);
}

void lenet_pool_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  if (work->dx)
    send_back(kernels, work, work->below ? work->below->activation : LENET_LINEAR);
}

void lenet_pool_backward2(const lenet_kernels *kernels, const lenet_work *work)
{
  if (!work->dx)
    return;
  send_back(kernels, work, LENET_LINEAR);
  if (work->row->kind == LENET_MAX_POOL)
    return;
  /* An average's weights are 1 / n; the first pass has multiplied by one of the two. */
  const lenet_layer *at = work->layer;
  const size_t count = (size_t)at->input_maps * at->input_rows * at->input_columns * kernels->lanes;
  const real share = (real)1 / (real)(work->row->size * work->row->size);
  for (size_t i = 0; i < count; i++)
    work->dx[i] *= share;
}
