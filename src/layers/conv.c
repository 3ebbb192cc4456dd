/* conv.c - convolution, stride 1, over the whole input or by a connection table.
 *
 *   a[m][r][c] = b[m] + sum over connected n, i, j of  w[m][n][i][j] x[n][r+i][c+j]
 *   dL/dw[m][n][i][j] = sum over r, c  da[m][r][c] x[n][r+i][c+j],   dL/db[m] = sum da[m]
 *   dL/dx[n][p][q]    = sum over m, i, j  w[m][n][i][j] da[m][p-i][q-j] */
#include "layers/layer.h"

static lenet_conv_shape shape_of(const lenet_row *row, const lenet_layer *layer,
                                 const uint8_t *connected)
{
  return (lenet_conv_shape){.input_maps = layer->input_maps,
                            .input_rows = layer->input_rows,
                            .input_columns = layer->input_columns,
                            .maps = layer->maps,
                            .kernel = row->size,
                            .connected = connected};
}

size_t lenet_conv_row_scratch(const lenet_kernels *kernels, const lenet_row *row,
                              const lenet_layer *layer)
{
  const lenet_conv_shape shape = shape_of(row, layer, NULL);
  return lenet_conv_scratch(kernels->lanes, &shape);
}

bool lenet_conv_row_takes_bands(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_conv_shape shape = shape_of(work->row, work->layer, NULL);
  return lenet_conv_takes_bands(kernels->lanes, &shape);
}

/* The convolution that gives output rows first .. first + count - 1; x and y: where it begins in
 * arrays of the whole one. */
static lenet_conv_shape band_of(const lenet_kernels *kernels, const lenet_work *work, int first,
                                int count, size_t *x, size_t *y)
{
  const lenet_layer *at = work->layer;
  const size_t lanes = (size_t)kernels->lanes;
  lenet_conv_shape shape = shape_of(work->row, at, work->connected);
  shape.input_rows = count + shape.kernel - 1;
  shape.x_step = (size_t)at->input_rows * at->input_columns * lanes;
  shape.y_step = (size_t)at->rows * at->columns * lanes;
  *x = (size_t)first * at->input_columns * lanes;
  *y = (size_t)first * at->columns * lanes;
  return shape;
}

static int part_of(const lenet_work *work, int first, int count)
{
  return (first == 0 ? LENET_BEGINS : 0) | (first + count == work->layer->rows ? LENET_ENDS : 0);
}

void lenet_conv_forward(const lenet_kernels *kernels, const lenet_work *work, int first, int count)
{
  size_t x, y;
  const lenet_conv_shape shape = band_of(kernels, work, first, count, &x, &y);
  kernels->conv_forward(&shape, part_of(work, first, count), work->w, work->b, work->x + x,
                        work->y + y, work->scratch);
}

void lenet_conv_backward_weights(const lenet_kernels *kernels, const lenet_work *work, int first,
                                 int count)
{
  size_t x, y;
  const lenet_conv_shape shape = band_of(kernels, work, first, count, &x, &y);
  kernels->conv_backward_weights(&shape, part_of(work, first, count), work->dy + y, work->x + x,
                                 work->dw, work->db, work->scratch);
}

void lenet_conv_backward_data(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_conv_shape shape = shape_of(work->row, work->layer, work->connected);
  if (work->dx)
    kernels->conv_backward_data(&shape, work->w, work->dy, work->dx, work->scratch);
}
