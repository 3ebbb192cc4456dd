#include "image/normalise.h"

#include "image/scale.h"

#include <math.h>
#include <string.h>

enum { FRAME = 28, BOX = 20 };

/* Where ink lies: columns left .. right - 1, rows top .. bottom - 1. */
typedef struct extent {
  int left, right, top, bottom;
} extent;

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

/* `pixels` source pixels, the longer side being `longest`, centred in 1 .. BOX whole cells. */
static lenet_axis fit(int pixels, int longest)
{
  lenet_axis a = {.scale = (double)BOX / longest};
  double length = pixels * a.scale;
  a.cells = (int)ceil(length - 1e-9);
  a.offset = 0.5 * (a.cells - length);
  return a;
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
  lenet_axis across = fit(wide, wide > high ? wide : high);
  lenet_axis down = fit(high, wide > high ? wide : high);
  double box[BOX * BOX] = {0}, line[BOX];
  lenet_scale_ink(ink + (size_t)e.top * (size_t)width + e.left, (size_t)width, wide, high, across,
                  down, line, box);

  double mass = 0, at_x = 0, at_y = 0, most = 0;
  for (int i = 0; i < down.cells; i++)
    for (int j = 0; j < across.cells; j++) {
      double ink_here = box[i * across.cells + j];
      mass += ink_here;
      at_x += ink_here * j;
      at_y += ink_here * i;
      most = fmax(most, ink_here);
    }
  int left = place(at_x / mass, across.cells), top = place(at_y / mass, down.cells);
  /* The blackest cell becomes 255, as in every picture of MNIST: thin lines stay black. */
  memset(digit, 0, FRAME * FRAME);
  for (int i = 0; i < down.cells; i++)
    for (int j = 0; j < across.cells; j++)
      digit[(top + i) * FRAME + left + j] = (uint8_t)(255 * box[i * across.cells + j] / most + 0.5);
  return true;
}
