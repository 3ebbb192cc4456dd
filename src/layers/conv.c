/* conv.c - convolution, stride 1, over the whole input or by a connection table.
 *
 *   a[m][r][c] = b[m] + sum over connected n, i, j of  w[m][n][i][j] x[n][r+i][c+j]
 *   dL/dw[m][n][i][j] = sum over r, c  da[m][r][c] x[n][r+i][c+j],   dL/db[m] = sum da[m]
 *   dL/dx[n][p][q]    = sum over m, i, j  w[m][n][i][j] da[m][p-i][q-j] */
#include "layers/layer.h"

/* A share is some of the maps. */
typedef struct conv_share {
  lenet_conv_shape shape;
  int from;    /* the first map */
  size_t w, y; /* where it begins in w and y */
} conv_share;

static conv_share share_of(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_layer *layer = work->layer;
  int from, to;
  lenet_share(work, layer->maps, 1, &from, &to);
  const lenet_conv_shape shape = {
      .input_maps = layer->input_maps,
      .input_rows = layer->input_rows,
      .input_columns = layer->input_columns,
      .maps = to - from,
      .kernel = work->row->size,
      .connected = work->connected ? work->connected + from * layer->input_maps : NULL};
  return (conv_share){.shape = shape,
                      .from = from,
                      .w = (size_t)from * layer->input_maps * shape.kernel * shape.kernel,
                      .y = (size_t)from * layer->rows * layer->columns * kernels->lanes};
}

void lenet_conv_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  const conv_share share = share_of(kernels, work);
  kernels->conv_forward(&share.shape, work->row->activation, work->w + share.w,
                        work->b + share.from, work->x, work->y + share.y, work->scratch);
}

static void send_to_weights(const lenet_kernels *kernels, const lenet_work *work)
{
  const conv_share share = share_of(kernels, work);
  kernels->conv_backward_weights(&share.shape, work->dy + share.y, work->x, work->dw + share.w,
                                 work->db + share.from, work->scratch);
}

/* The gradient by the input is one sum over all maps: of several shares the first takes the weights
 * and the second the input, which cost the same. */
void lenet_conv_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_work whole = *work;
  if (!work->dx) {
    send_to_weights(kernels, work);
    return;
  }
  whole.share = whole.shares = 0;
  if (work->share == 0)
    send_to_weights(kernels, &whole);
  if (work->share == 1 || work->shares <= 1) {
    const conv_share all = share_of(kernels, &whole);
    kernels->conv_backward_data(&all.shape, work->w, work->dy, work->dx, work->scratch);
  }
}
