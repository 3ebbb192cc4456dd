/* pad.c - a border of zeros. It only moves memory, so it needs no kernel. */
#include "layers/layer.h"

#include <string.h>

void lenet_pad_forward(const lenet_kernels *kernels, const lenet_work *work)
{
  const lenet_layer *at = work->layer;
  const size_t lanes = (size_t)kernels->lanes, border = (size_t)work->row->size;
  const size_t in = (size_t)at->input_columns * lanes;
  const size_t out = (size_t)at->columns * lanes;
  memset(work->y, 0, (size_t)at->maps * at->rows * out * sizeof(real));
  for (size_t map = 0; map < (size_t)at->maps; map++)
    for (size_t row = 0; row < (size_t)at->input_rows; row++)
      memcpy(work->y + (map * at->rows + row + border) * out + border * lanes,
             work->x + (map * at->input_rows + row) * in, in * sizeof(real));
}

void lenet_pad_backward(const lenet_kernels *kernels, const lenet_work *work)
{
  if (!work->dx)
    return;
  const lenet_layer *at = work->layer;
  const size_t lanes = (size_t)kernels->lanes, border = (size_t)work->row->size;
  const size_t in = (size_t)at->input_columns * lanes;
  const size_t out = (size_t)at->columns * lanes;
  for (size_t map = 0; map < (size_t)at->maps; map++)
    for (size_t row = 0; row < (size_t)at->input_rows; row++)
      memcpy(work->dx + (map * at->input_rows + row) * in,
             work->dy + (map * at->rows + row + border) * out + border * lanes, in * sizeof(real));
}
