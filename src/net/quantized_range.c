/* quantized_range.c - how far the sums of a row go, measured in the integers themselves. */
#include "base/error.h"
#include "net/quantized.h"

#include <math.h>
#include <stdlib.h>

/* The sum of one map at the cell x, all pictures. */
static void sums_at(const lenet_quantized_step *step, int map, const uint8_t *x,
                    int32_t sum[LENET_LANES])
{
  size_t stride;
  const int8_t *w = lenet_quantized_packed(step, map, &stride);
  const int steps = step->kind == LENET_STEP_DENSE ? step->at.dense.steps : step->at.conv.steps;
  for (int l = 0; l < LENET_LANES; l++)
    sum[l] = step->bias[map];
  for (int s = 0; s < steps; s++, w += stride) {
    const uint8_t *in = x + step->offset[s];
    for (int l = 0; l < LENET_LANES; l++, in += 4)
      sum[l] += in[0] * w[0] + in[1] * w[1] + in[2] * w[2] + in[3] * w[3];
  }
}

/* Of a window, which starts at the cell (row, column) of map / group's plane. */
static void window_at(const lenet_quantized_step *step, int map, const uint8_t *x, int row,
                      int column, int32_t sum[LENET_LANES])
{
  const lenet_int8_windows *s = &step->at.windows;
  const int from = map / s->group;
  for (int l = 0; l < LENET_LANES; l++) {
    int32_t all = 0;
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        all += x[((size_t)(from / 4) * s->x_plane + (size_t)(row * s->size + i) * s->x_columns +
                  column * s->size + j) *
                     LENET_CELL +
                 l * 4 + from % 4];
    sum[l] = step->bias[map] + step->weight[map] * all;
  }
}

/* The highest number that a row's sums of one lane block come to, or of both signs the farthest. */
static double farthest_in(const lenet_quantized_step *step, const lenet_layer *layer,
                          const lenet_quantized_bytes *x_bytes, const uint8_t *x, int count,
                          bool both)
{
  double most = 0;
  for (int map = 0; map < step->maps; map++) {
    int32_t high = INT32_MIN, low = INT32_MAX, sum[LENET_LANES];
    for (int row = 0; row < layer->rows; row++)
      for (int column = 0; column < layer->columns; column++) {
        if (step->kind == LENET_STEP_WINDOWS)
          window_at(step, map, x, row, column, sum);
        else
          sums_at(step, map, x + ((size_t)row * x_bytes->columns + column) * LENET_CELL, sum);
        for (int l = 0; l < count; l++) {
          high = sum[l] > high ? sum[l] : high;
          low = sum[l] < low ? sum[l] : low;
        }
      }
    most = fmax(most, high * step->unit[map]);
    if (both)
      most = fmax(most, -(double)low * step->unit[map]);
  }
  return most;
}

lenet_status lenet_quantized_farthest(const lenet_quantized *q, int index,
                                      const lenet_samples *samples, bool both, double *farthest,
                                      lenet_error *error)
{
  enum { L = LENET_LANES };
  const lenet_quantized_step *step = &q->step[index];
  lenet_quantized_pass pass;
  uint8_t labels[L], *pixels = malloc((size_t)L * samples->rows * samples->columns);
  if (!pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a lane block of pictures");
  lenet_status status = lenet_quantized_pass_create(&pass, q, LENET_ISA_BEST, error);
  *farthest = 0;
  for (size_t at = 0; status == LENET_OK && at < samples->count; at += L) {
    uint32_t which[L];
    const int here = samples->count - at < L ? (int)(samples->count - at) : L;
    for (int l = 0; l < here; l++)
      which[l] = (uint32_t)(at + (size_t)l);
    samples->fetch(samples->context, 0, samples->first, which, (size_t)here, pixels, labels);
    lenet_quantized_pass_load(&pass, pixels, samples->rows, samples->columns, here);
    lenet_quantized_pass_run(&pass, index);
    *farthest = fmax(*farthest, farthest_in(step, &q->layout.layer[step->row], &q->bytes[index],
                                            pass.bytes[index], here, both));
  }
  if (status == LENET_OK)
    lenet_quantized_pass_free(&pass);
  free(pixels);
  return status;
}
