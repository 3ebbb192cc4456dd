#include "image/normalise.h"

#include <math.h>
#include <string.h>

enum { FRAME = 28, BOX = 20 };

/* Where ink lies: columns left .. right - 1, rows top .. bottom - 1. */
typedef struct extent {
  int left, right, top, bottom;
} extent;

/* One axis of the way into the box: source pixel i covers offset + i * scale .. + scale. */
typedef struct axis {
  double scale, offset;
  int cells; /* whole cells of the box that this covers, 1 .. BOX */
} axis;

static bool find_ink(const uint8_t *ink, int width, int height, extent *found)
{
  extent e = {width, 0, height, 0};
  for (int y = 0; y < height; y++) {
    const uint8_t *row = ink + (size_t)y * (size_t)width;
    int left = 0, right = width;
    while (left < width && row[left] == 0)
      left++;
    if (left == width)
      continue;
    while (row[right - 1] == 0)
      right--;
    if (left < e.left)
      e.left = left;
    if (right > e.right)
      e.right = right;
    if (e.top == height)
      e.top = y;
    e.bottom = y + 1;
  }
  *found = e;
  return e.right > 0;
}

/* `pixels` source pixels, the longer side being `longest`, centred in whole cells. */
static axis fit(int pixels, int longest)
{
  axis a = {.scale = (double)BOX / longest};
  double length = pixels * a.scale;
  a.cells = (int)ceil(length - 1e-9);
  a.offset = 0.5 * (a.cells - length);
  return a;
}

/* Adds a line of `value` from `from` to `to` to the cells that it covers. */
static void spread(double cell[BOX], int cells, double from, double to, double value)
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

/* Averages over area: each cell gets the mean of what it covers, paper outside being 0. */
static void shrink(const uint8_t *ink, int width, extent e, axis across, axis down,
                   double box[BOX][BOX])
{
  for (int y = e.top; y < e.bottom; y++) {
    const uint8_t *row = ink + (size_t)y * (size_t)width;
    double line[BOX] = {0};
    for (int x = e.left; x < e.right; x++) {
      if (row[x] == 0)
        continue;
      double from = across.offset + (x - e.left) * across.scale;
      spread(line, across.cells, from, from + across.scale, row[x]);
    }
    double from = down.offset + (y - e.top) * down.scale, to = from + down.scale;
    int first = (int)from < down.cells ? (int)from : down.cells - 1;
    for (int i = first; i < down.cells && i < to; i++) {
      double low = from > i ? from : i, high = to < i + 1 ? to : i + 1;
      for (int j = 0; high > low && j < across.cells; j++)
        box[i][j] += (high - low) * line[j];
    }
  }
}

/* The place of the box's first cell that brings its centre of mass nearest to the frame's
 * middle. MNIST counts from pixel centres and takes 14 for the middle of 0 .. 27: the mean over
 * its training pictures is 14.0 in both directions. Halves go down, so that a full box of 20
 * lies on 4 .. 23; the tiny term keeps rounding from deciding that. The box never leaves the
 * frame, even where its mass is all at one end. */
static int place(double centre, int cells)
{
  int first = (int)ceil(FRAME / 2 - 0.5 - centre - 1e-6);
  return first < 0 ? 0 : first > FRAME - cells ? FRAME - cells : first;
}

bool lenet_normalise(const uint8_t *ink, int width, int height, uint8_t digit[FRAME * FRAME])
{
  extent e;
  if (!find_ink(ink, width, height, &e))
    return false;
  int wide = e.right - e.left, high = e.bottom - e.top;
  axis across = fit(wide, wide > high ? wide : high);
  axis down = fit(high, wide > high ? wide : high);
  double box[BOX][BOX] = {{0}};
  shrink(ink, width, e, across, down, box);

  double mass = 0, at_x = 0, at_y = 0, most = 0;
  for (int i = 0; i < down.cells; i++)
    for (int j = 0; j < across.cells; j++) {
      mass += box[i][j];
      at_x += box[i][j] * j;
      at_y += box[i][j] * i;
      most = fmax(most, box[i][j]);
    }
  int left = place(at_x / mass, across.cells), top = place(at_y / mass, down.cells);
  /* The blackest cell becomes 255, as in every picture of MNIST: thin lines stay black. */
  memset(digit, 0, FRAME * FRAME);
  for (int i = 0; i < down.cells; i++)
    for (int j = 0; j < across.cells; j++)
      digit[(top + i) * FRAME + left + j] = (uint8_t)(255 * box[i][j] / most + 0.5);
  return true;
}
