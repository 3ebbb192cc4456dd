/* pages_texture.c - unevenness: slow waves and the grain of single pixels. */
#include "data/pages.h"

#include <stdlib.h>

/* Where column x lies between the points of a grid, in cells, and how far towards the next. */
typedef struct stop {
  int cell;
  float part;
} stop;

static stop stop_at(int pixel, double size)
{
  const double at = pixel / size;
  return (stop){(int)at, lenet_page_smooth((float)(at - (int)at))};
}

/* One row of the field: `above` and `below` are the grid's rows around it. */
static void add_row(const float *above, const float *below, float part, const stop *columns,
                    int width, float *row)
{
  for (int x = 0; x < width; x++) {
    const int c = columns[x].cell;
    const float left = above[c] + part * (below[c] - above[c]);
    const float right = above[c + 1] + part * (below[c + 1] - above[c + 1]);
    row[x] += left + columns[x].part * (right - left);
  }
}

bool lenet_page_add_waves(const page_canvas *canvas, lenet_rng *rng, double across, double down,
                          double amplitude)
{
  const size_t columns = (size_t)(canvas->width / across) + 2;
  const size_t rows = (size_t)(canvas->height / down) + 2;
  float *grid = malloc(columns * rows * sizeof *grid);
  stop *stops = malloc((size_t)canvas->width * sizeof *stops);
  if (grid && stops) {
    for (size_t i = 0; i < columns * rows; i++)
      grid[i] = (float)lenet_rng_range(rng, -amplitude, amplitude);
    for (int x = 0; x < canvas->width; x++)
      stops[x] = stop_at(x, across);
    for (int y = 0; y < canvas->height; y++) {
      const stop s = stop_at(y, down);
      const float *above = grid + (size_t)s.cell * columns;
      add_row(above, above + columns, s.part, stops, canvas->width,
              canvas->tone + (size_t)y * (size_t)canvas->width);
    }
  }
  const bool done = grid && stops;
  free(grid);
  free(stops);
  return done;
}

/* One number of the generator has four bytes, for as many pixels. */
void lenet_page_add_grain(const page_canvas *canvas, lenet_rng *grain, double amplitude)
{
  const size_t count = (size_t)canvas->width * (size_t)canvas->height;
  const float scale = (float)(amplitude / 127.5);
  uint32_t bits = 0;
  for (size_t i = 0; i < count; i++) {
    bits = i % 4 == 0 ? lenet_rng_u32(grain) : bits >> 8;
    canvas->tone[i] += scale * ((float)(bits & 255) - 127.5f);
  }
}
