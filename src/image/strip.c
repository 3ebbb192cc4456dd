#include "image/strip.h"

#include "base/error.h"
#include "image/scale.h"

#include <math.h>
#include <stdlib.h>

enum { DIGIT = 20 /* rows of a usual digit */ };

/* Where the ink's centre of mass is, rows of the line, counted from pixel centres. */
static double middle_of(const lenet_line *line)
{
  double mass = 0, at = 0;
  for (int y = 0; y < line->height; y++)
    for (int x = 0; x < line->width; x++) {
      int ink = line->value[(size_t)y * (size_t)line->width + (size_t)x];
      mass += ink;
      at += (double)ink * y;
    }
  return mass > 0 ? at / mass : 0.5 * (line->height - 1);
}

/* Whole rows of the strip away from the line's own, so that what has the right size already stays
 * sharp. MNIST takes 14 for the middle of 0 .. 27. */
static double top_of(const lenet_line *line, double scale)
{
  return floor(LENET_STRIP_ROWS / 2 + 0.5 - (middle_of(line) + 0.5) * scale + 0.5);
}

/* The rows of the line that lie inside the strip. */
static void rows_inside(const lenet_line *line, const lenet_strip *strip, int *first, int *end)
{
  *first = 0;
  *end = line->height;
  while (*first < line->height && strip->top + *first * strip->scale < 0)
    ++*first;
  while (*end > *first && strip->top + *end * strip->scale > LENET_STRIP_ROWS)
    --*end;
}

static void fill(const lenet_line *line, double *line_room, double *cells, lenet_strip *strip)
{
  int first, end;
  rows_inside(line, strip, &first, &end);
  const lenet_axis across = {strip->scale, LENET_STRIP_MARGIN, strip->width};
  const lenet_axis down = {strip->scale, strip->top + first * strip->scale, LENET_STRIP_ROWS};
  lenet_scale_ink(line->value + (size_t)first * (size_t)line->width, (size_t)line->width,
                  line->width, end - first, across, down, line_room, cells);
  const size_t count = (size_t)LENET_STRIP_ROWS * (size_t)strip->width;
  double most = 0;
  for (size_t i = 0; i < count; i++)
    most = fmax(most, cells[i]);
  for (size_t i = 0; i < count; i++)
    strip->value[i] = most > 0 ? (uint8_t)(255 * cells[i] / most + 0.5) : 0;
}

lenet_status lenet_strip_make(const lenet_line *line, lenet_strip *strip, lenet_error *error)
{
  lenet_strip made = {.scale = (double)DIGIT / line->digit_height};
  made.top = top_of(line, made.scale);
  made.width = 2 * LENET_STRIP_MARGIN + (int)ceil(line->width * made.scale);
  const size_t wide = (size_t)made.width;
  double *cells = calloc((LENET_STRIP_ROWS + 1) * wide, sizeof *cells);
  made.value = malloc(LENET_STRIP_ROWS * wide);
  if (!cells || !made.value) {
    free(cells);
    lenet_strip_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a line of digits");
  }
  fill(line, cells + LENET_STRIP_ROWS * wide, cells, &made);
  free(cells);
  *strip = made;
  return LENET_OK;
}

void lenet_strip_free(lenet_strip *strip)
{
  free(strip->value);
  *strip = (lenet_strip){0};
}
