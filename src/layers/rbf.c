/* rbf.c - the output row of 1998: squared distances to fixed codes, eq. (7).
 *
 *   y[u] = sum over i  (x[i] - w[u][i])^2,   dL/dx[i] = 2 sum over u  dy[u] (x[i] - w[u][i])
 *
 * The codes w are constants: there is nothing to learn here. */
#include "layers/layer.h"

static int inputs_of(const lenet_work *work)
{
  return work->layer->input_maps * work->layer->input_rows * work->layer->input_columns;
}

void lenet_rbf_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  kernels->rbf_forward(inputs_of(work), work->layer->maps, work->w, work->x, work->y);
}

void lenet_rbf_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  if (work->dx)
    kernels->rbf_backward(inputs_of(work), work->layer->maps, work->w, work->x, work->dy, work->dx);
}
