/* pool.c - averages and maxima of windows that do not overlap.
 *
 *   average: y = sum of the window / n,   dL/dx = dL/dy / n for each pixel of the window
 *   maximum: y = max of the window,       dL/dx = dL/dy for the first pixel that has it, else 0
 * Second derivatives go back with the squares of these weights: 1 / n^2, and 1 or 0. */
#include "layers/layer.h"

/* A share is some of the maps, which begin at x and y. */
typedef struct pool_share {
  lenet_pool_shape shape;
  size_t x, y;
} pool_share;

static pool_share share_of(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_layer *layer = work->layer;
  int from, to;
  lenet_share(work, layer->maps, 1, &from, &to);
  const size_t y = (size_t)from * layer->rows * layer->columns * kernels->lanes;
  return (pool_share){.shape = {.maps = to - from,
                                .rows = layer->rows,
                                .columns = layer->columns,
                                .size = work->row->size,
                                .group = 1},
                      .x = y * work->row->size * work->row->size,
                      .y = y};
}

void lenet_pool_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  const pool_share share = share_of(kernels, work);
  const real *x = work->x + share.x;
  real *y = work->y + share.y;
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_forward(&share.shape, x, y);
  else
    kernels->average_pool_forward(&share.shape, x, y);
}

static void send_back(const lenet_kernels *kernels, const lenet_work *work,
                      lenet_activation activation)
{
  const pool_share share = share_of(kernels, work);
  const real *x = work->x + share.x, *dy = work->dy + share.y;
  real *dx = work->dx + share.x;
  if (work->row->kind == LENET_MAX_POOL)
    kernels->max_pool_backward(&share.shape, activation, x, work->y + share.y, dy, dx);
  else
    kernels->average_pool_backward(&share.shape, activation, x, dy, dx);
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
