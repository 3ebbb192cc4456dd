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
  const size_t inputs = (size_t)inputs_of(work), lanes = (size_t)kernels->lanes;
  int from, to;
  lenet_share(work, work->layer->maps, 2, &from, &to); /* which are squashed in pairs */
  real *y = work->y + from * lanes;
  kernels->dense_forward((int)inputs, to - from, work->w + from * inputs, work->b + from, work->x,
                         y);
  kernels->squash_forward(work->row->activation, lenet_round_up((to - from) * lanes), y);
}

void lenet_dense_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  const int units = work->layer->maps;
  const size_t inputs = (size_t)inputs_of(work), lanes = (size_t)kernels->lanes;
  int from, to;
  lenet_share(work, units, 1, &from, &to);
  kernels->dense_backward_weights((int)inputs, to - from, work->dy + from * lanes, work->x,
                                  work->dw + from * inputs, work->db + from, work->scratch);
  if (!work->dx)
    return;
  lenet_share(work, (int)inputs, 1, &from, &to);
  kernels->dense_backward_data(to - from, units, (int)inputs, work->w + from, work->dy,
                               work->dx + from * lanes);
}
