/* subsample.c - S2 and S4 of 1998: a window's sum times a trainable coefficient, plus a bias.
 *
 *   a[m][r][c] = w[m] sum of the window of x[n] + b[m],   n = m / group
 *   dL/dw[m] = sum over r, c  da[m][r][c] (sum of the window),   dL/db[m] = sum da[m]
 *   dL/dx    = sum over the group's m  w[m] da[m][r][c] for each pixel of the window
 *
 * The group is 1 but for S2 of LeNet-4, whose 8 maps read the 4 of C1 in pairs (p. 13).
 *
 * The paper says "average" on p. 6 and "added" on p. 7; we add, as its section II.B and the
 * authors' later code do. The functions that can be learned are the same; the coefficient is a
 * quarter of what it would be with averages. */
#include "layers/layer.h"

static lenet_pool_shape shape_of(const lenet_work *work)
{
  return (lenet_pool_shape){.maps = work->layer->maps,
                            .rows = work->layer->rows,
                            .columns = work->layer->columns,
                            .size = work->row->size,
                            .group = work->layer->maps / work->layer->input_maps};
}

void lenet_subsample_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_pool_shape shape = shape_of(work);
  kernels->subsample_forward(&shape, work->w, work->b, work->x, work->y);
}

void lenet_subsample_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  lenet_pool_shape shape = shape_of(work);
  kernels->subsample_backward(&shape, work->w, work->x, work->dy, work->dx, work->dw, work->db);
}

/* Once a pass over the data on some hundred samples, so in plain loops. */
void lenet_subsample_backward2(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_layer *at = work->layer;
  const int size = work->row->size, lanes = kernels->lanes, group = at->maps / at->input_maps;
  for (int map = 0; map < at->maps; map++) {
    const real square_w = work->w[map] * work->w[map];
    work->dw[map] = work->db[map] = 0;
    for (int out = 0; out < at->rows * at->columns * lanes; out++) {
      const int lane = out % lanes, pixel = out / lanes;
      const int row = pixel / at->columns * size, column = pixel % at->columns * size;
      const real h = work->dy[(size_t)map * at->rows * at->columns * lanes + out];
      real sum = 0;
      for (int i = 0; i < size * size; i++) {
        const size_t in =
            (((size_t)map / group * at->input_rows + row + i / size) * at->input_columns + column +
             i % size) *
                lanes +
            lane;
        sum += work->x[in];
        if (work->dx)
          work->dx[in] = (map % group ? work->dx[in] : 0) + square_w * h;
      }
      work->dw[map] += sum * sum * h;
      work->db[map] += h;
    }
  }
}
