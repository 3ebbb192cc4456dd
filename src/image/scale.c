#include "image/scale.h"

#include <string.h>

/* Adds a line of `value` from `from` to `to` to the cells that it covers. */
static void spread(double *cell, int cells, double from, double to, double value)
{
  int first = (int)from;
  if (first >= cells)
    first = cells - 1;
  for (int i = first; i < cells && i < to; i++) {
    double low = from > i ? from : i, high = to < i + 1 ? to : i + 1;
    if (high > low)
      cell[i] += (high - low) * value;
  }
}

void lenet_scale_ink(const uint8_t *ink, size_t stride, int columns, int rows, lenet_axis across,
                     lenet_axis down, double *line, double *cells)
{
  /* Nothing is added to cells beside the source, rounding included. */
  const int left = (int)across.offset < across.cells ? (int)across.offset : across.cells - 1;
  const double end = across.offset + columns * across.scale;
  const int right = end < across.cells - 2 ? (int)end + 2 : across.cells;
  for (int y = 0; y < rows; y++) {
    const uint8_t *row = ink + (size_t)y * stride;
    memset(line, 0, (size_t)across.cells * sizeof *line);
    for (int x = 0; x < columns; x++) {
      if (row[x] == 0)
        continue;
      double from = across.offset + x * across.scale;
      spread(line, across.cells, from, from + across.scale, row[x]);
    }
    double from = down.offset + y * down.scale, to = from + down.scale;
    int first = (int)from < down.cells ? (int)from : down.cells - 1;
    for (int i = first; i < down.cells && i < to; i++) {
      double low = from > i ? from : i, high = to < i + 1 ? to : i + 1;
      double *cell = cells + (size_t)i * (size_t)across.cells;
      for (int j = left; high > low && j < right; j++)
        cell[j] += (high - low) * line[j];
    }
  }
}
