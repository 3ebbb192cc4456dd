#include "image/frame.h"

#include "image/scale.h"

#include <math.h>
#include <string.h>

enum {
  FRAME = 28,
  LEAST_HEIGHT = 2, /* pixels of x: what is smaller counts as this */
  BESIDE = LENET_FRAME_X_HEIGHT /
           LEAST_HEIGHT, /* cells that a row that is half in the frame reaches beyond */
  ROWS = FRAME + 2 * BESIDE
};

/* The first and last column with ink; false where there is none. */
static bool columns_of(const uint8_t *ink, int width, int height, int *left, int *right)
{
  *left = width;
  *right = 0;
  for (int y = 0; y < height; y++) {
    const uint8_t *row = ink + (size_t)y * (size_t)width;
    for (int x = 0; x < *left; x++)
      if (row[x])
        *left = x;
    for (int x = width; x > *right; x--)
      if (row[x - 1])
        *right = x;
  }
  return *right > 0;
}

/* The most of all cells. Columns go side by side: one after the other each would wait for the last.
 */
static double most_of(const double cells[FRAME * FRAME])
{
  double column[FRAME] = {0}, most = 0;
  for (int i = 0; i < FRAME; i++)
    for (int j = 0; j < FRAME; j++)
      column[j] = cells[i * FRAME + j] > column[j] ? cells[i * FRAME + j] : column[j];
  for (int j = 0; j < FRAME; j++)
    most = column[j] > most ? column[j] : most;
  return most;
}

/* Rows first .. last - 1 are those that can reach the frame. */
static void rows_in_frame(lenet_height at, double scale, int height, int *first, int *last)
{
  double top = at.baseline - LENET_FRAME_BASELINE / scale;
  double bottom = at.baseline + (FRAME - LENET_FRAME_BASELINE) / scale;
  *first = top > 0 ? top < height ? (int)top : height : 0;
  *last = bottom < height ? bottom > 0 ? (int)ceil(bottom) : 0 : height;
}

bool lenet_frame_character(const uint8_t *ink, int width, int height, lenet_height at,
                           uint8_t seen[FRAME * FRAME])
{
  int left, right, first, last;
  const double scale = LENET_FRAME_X_HEIGHT / fmax(at.x_height, LEAST_HEIGHT);
  rows_in_frame(at, scale, height, &first, &last);
  memset(seen, 0, FRAME * FRAME);
  if (!columns_of(ink, width, height, &left, &right) || last <= first)
    return false;
  lenet_axis across = {.scale = scale, .cells = FRAME};
  if ((right - left) * scale > LENET_FRAME_WIDEST)
    across.scale = (double)LENET_FRAME_WIDEST / (right - left);
  across.offset = 0.5 * FRAME - 0.5 * (right - left) * across.scale;
  const lenet_axis down = {
      .scale = scale,
      .cells = ROWS,
      .offset = BESIDE + LENET_FRAME_BASELINE - (at.baseline - first) * scale,
  };
  double cells[ROWS * FRAME] = {0}, line[FRAME];
  const double *frame = cells + BESIDE * FRAME;
  lenet_scale_ink(ink + (size_t)first * (size_t)width + left, (size_t)width, right - left,
                  last - first, across, down, line, cells);
  const double most = most_of(frame);
  for (int i = 0; i < FRAME * FRAME; i++)
    if (frame[i] > 0) /* few are, and dividing is slow */
      seen[i] = (uint8_t)(255 * frame[i] / most + 0.5);
  return most > 0;
}
