/* dense.c - a fully connected row.
 *
 *   a[u] = b[u] + sum over i  w[u][i] x[i]
 *   dL/dw[u][i] = da[u] x[i],   dL/db[u] = da[u],   dL/dx[i] = sum over u  w[u][i] da[u]
 *
 * Maps below are read as one vector in their order in memory, [map][row][column]. */
#include "layers/layer.h"

static int inputs_of(const lenet_work *work)
{
  return work->layer->input_maps * work->layer->input_rows * work->layer->input_columns;
}

void lenet_dense_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  const int units = work->layer->maps;
  kernels->dense_forward(inputs_of(work), units, work->w, work->b, work->x, work->y);
  kernels->squash_forward(work->row->activation, lenet_round_up((size_t)units * kernels->lanes),
                          work->y);
}

void lenet_dense_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  kernels->dense_backward_weights(inputs_of(work), work->layer->maps, work->dy, work->x, work->dw,
                                  work->db, work->scratch);
  if (work->dx)
    kernels->dense_backward_data(inputs_of(work), work->layer->maps, work->w, work->dy, work->dx);
}
