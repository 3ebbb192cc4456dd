/* conv.c - convolution, stride 1, over the whole input or by a connection table.
 *
 *   a[m][r][c] = b[m] + sum over connected n, i, j of  w[m][n][i][j] x[n][r+i][c+j]
 *   dL/dw[m][n][i][j] = sum over r, c  da[m][r][c] x[n][r+i][c+j],   dL/db[m] = sum da[m]
 *   dL/dx[n][p][q]    = sum over m, i, j  w[m][n][i][j] da[m][p-i][q-j] */
#include "layers/layer.h"

static lenet_conv_shape shape_of(const lenet_work *work)
{
  return (lenet_conv_shape){.input_maps = work->layer->input_maps,
                            .input_rows = work->layer->input_rows,
                            .input_columns = work->layer->input_columns,
                            .maps = work->layer->maps,
                            .kernel = work->row->size,
                            .connected = work->connected};
}

void lenet_conv_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_conv_shape shape = shape_of(work);
  kernels->conv_forward(&shape, work->row->activation, work->w, work->b, work->x, work->y,
                        work->scratch);
}

void lenet_conv_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_conv_shape shape = shape_of(work);
  kernels->conv_backward_weights(&shape, work->dy, work->x, work->dw, work->db, work->scratch);
  if (work->dx)
    kernels->conv_backward_data(&shape, work->w, work->dy, work->dx, work->scratch);
}
