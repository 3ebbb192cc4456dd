/* effects.c - strokes wider and thinner, patches, blurs, tones and noise, in place. */
#include "data/effects.h"

#include <math.h>
#include <string.h>

static int least(int a, int b) { return a < b ? a : b; }
static int most(int a, int b) { return a > b ? a : b; }

/* ---- strokes ---- */

/* p goes `share` / 256 of the way to the extreme of itself and its neighbours. Paper lies outside,
 * so that a stroke that leaves the picture is thinned from there too. */
static void widen_once(bool wider, int share, int rows, int columns, uint8_t *pixels)
{
  uint8_t line[3][LENET_MAX_SIDE + 2] = {{0}}; /* rows y-1, y, y+1 as they were, paper around */
  memcpy(line[1] + 1, pixels, (size_t)columns);
  for (int y = 0; y < rows; y++) {
    const uint8_t *above = line[y % 3], *here = line[(y + 1) % 3];
    uint8_t *below = line[(y + 2) % 3];
    if (y + 1 < rows)
      memcpy(below + 1, pixels + (y + 1) * columns, (size_t)columns);
    else
      memset(below, 0, sizeof line[0]);
    for (int x = 0; x < columns; x++) {
      const int p = here[x + 1];
      const int to =
          wider ? most(most(most(above[x + 1], below[x + 1]), most(here[x], here[x + 2])), p)
                : least(least(least(above[x + 1], below[x + 1]), least(here[x], here[x + 2])), p);
      pixels[y * columns + x] = (uint8_t)((256 * p + (to - p) * share + 128) / 256);
    }
  }
}

void lenet_widen(double by, int rows, int columns, uint8_t *pixels)
{
  double passes = fabs(by) / 2;
  for (; passes > 0; passes--)
    widen_once(by > 0, (int)(256 * (passes < 1 ? passes : 1) + 0.5), rows, columns, pixels);
}

/* ---- patches ---- */

void lenet_paint(int left, int top, int width, int height, uint8_t tone, int rows, int columns,
                 uint8_t *pixels)
{
  const int from_x = most(left, 0), to_x = least(left + width, columns);
  const int to_y = least(top + height, rows);
  for (int y = most(top, 0); y < to_y && from_x < to_x; y++)
    memset(pixels + y * columns + from_x, tone, (size_t)(to_x - from_x));
}

/* ---- blurs ---- */

/* A copy of a picture, with paper as far around it as a blur reaches. */
typedef struct framed {
  int stride;
  uint8_t pixel[(LENET_MAX_SIDE + 2 * LENET_BLUR_REACH) * (LENET_MAX_SIDE + 2 * LENET_BLUR_REACH)];
} framed;

static void frame(const uint8_t *pixels, int rows, int columns, int reach, framed *f)
{
  f->stride = columns + 2 * reach;
  memset(f->pixel, 0, (size_t)f->stride * (size_t)(rows + 2 * reach));
  for (int y = 0; y < rows; y++)
    memcpy(f->pixel + (y + reach) * f->stride + reach, pixels + y * columns, (size_t)columns);
}

static void add_row(float weight, const uint8_t *from, int columns, float *sums)
{
  for (int x = 0; x < columns; x++)
    sums[x] += weight * (float)from[x];
}

static void round_row(const float *sums, int columns, uint8_t *to)
{
  for (int x = 0; x < columns; x++)
    to[x] = (uint8_t)(sums[x] + 0.5f);
}

void lenet_blur(double sigma, int rows, int columns, uint8_t *pixels)
{
  const int reach = least((int)ceil(3 * sigma), LENET_BLUR_REACH), taps = 2 * reach + 1;
  float weight[2 * LENET_BLUR_REACH + 1];
  double sum = 0;
  if (!(sigma > 0))
    return;
  for (int k = -reach; k <= reach; k++)
    sum += exp(-k * k / (2 * sigma * sigma));
  for (int k = -reach; k <= reach; k++)
    weight[k + reach] = (float)(exp(-k * k / (2 * sigma * sigma)) / sum);
  framed f;
  frame(pixels, rows, columns, reach, &f);
  for (int y = 0; y < rows; y++) {
    float down[LENET_MAX_SIDE + 2 * LENET_BLUR_REACH] = {0}, both[LENET_MAX_SIDE] = {0};
    for (int k = 0; k < taps; k++)
      add_row(weight[k], f.pixel + (y + k) * f.stride, f.stride, down);
    for (int k = 0; k < taps; k++)
      for (int x = 0; x < columns; x++)
        both[x] += weight[k] * down[x + k];
    round_row(both, columns, pixels + y * columns);
  }
}

/* Where the points of a line fall, each shared out between four pixels. */
static void draw_line(double length, double angle, int reach, float *kernel)
{
  const int side = 2 * reach + 1, points = 2 * (int)ceil(length) + 1;
  const double x = cos(angle), y = sin(angle);
  for (int i = 0; i < points; i++) {
    const double along = points > 1 ? length * (i / (points - 1.0) - 0.5) : 0;
    const double right = along * x + reach, down = along * y + reach;
    const int left = (int)right, top = (int)down;
    const double to_right = right - left, to_low = down - top;
    float *corner = kernel + top * side + left;
    corner[0] += (float)((1 - to_right) * (1 - to_low) / points);
    corner[1] += (float)(to_right * (1 - to_low) / points);
    corner[side] += (float)((1 - to_right) * to_low / points);
    corner[side + 1] += (float)(to_right * to_low / points);
  }
}

void lenet_blur_along(double length, double angle, int rows, int columns, uint8_t *pixels)
{
  enum { SIDE = 2 * LENET_BLUR_REACH + 1 };
  /* One more pixel than the line's end is in, for the shares. */
  const int reach = least((int)ceil(length / 2) + 1, LENET_BLUR_REACH), side = 2 * reach + 1;
  float kernel[SIDE * SIDE] = {0};
  draw_line(length, angle, reach, kernel);
  framed f;
  frame(pixels, rows, columns, reach, &f);
  for (int y = 0; y < rows; y++) {
    float sums[LENET_MAX_SIDE] = {0};
    for (int k = 0; k < side * side; k++)
      if (kernel[k] > 0)
        add_row(kernel[k], f.pixel + (y + k / side) * f.stride + k % side, columns, sums);
    round_row(sums, columns, pixels + y * columns);
  }
}

/* ---- tones ---- */

void lenet_tone(double low, double high, size_t count, uint8_t *pixels)
{
  /* 2^16 times a grey level. */
  const int32_t start = (int32_t)lrint(low * 65536) + 32768;
  const int32_t step = (int32_t)lrint((high - low) / 255 * 65536);
  for (size_t i = 0; i < count; i++)
    pixels[i] = (uint8_t)((start + step * pixels[i]) / 65536);
}

/* ---- noise ---- */

static double density(double x) { return 0.3989422804014327 * exp(-x * x / 2); }

void lenet_normals_prepare(lenet_normals *normals)
{
  enum { HALF = LENET_NORMALS / 2 };
  double right = 0, squares = 0, mean[HALF]; /* of the cells left of the middle */
  for (int i = HALF - 1; i >= 0; i--) {
    /* The cell's left edge, by Newton: left of 0 the distribution is convex, so that steps from the
     * right never pass it. */
    double left = right;
    for (int step = 0; step < 12 && i > 0; step++)
      left -= (0.5 * erfc(-left * 0.7071067811865476) - (double)i / LENET_NORMALS) / density(left);
    mean[i] = LENET_NORMALS * ((i > 0 ? density(left) : 0) - density(right));
    squares += mean[i] * mean[i];
    right = left;
  }
  for (int i = 0; i < HALF; i++) {
    normals->at[i] = (float)(mean[i] / sqrt(squares / HALF));
    normals->at[LENET_NORMALS - 1 - i] = -normals->at[i];
  }
}

static uint8_t clip(float value)
{
  value = value > 0 ? value : 0;
  return value < 255 ? (uint8_t)(value + 0.5f) : 255;
}

void lenet_add_noise(const lenet_normals *normals, double deviation, lenet_rng *rng, size_t count,
                     uint8_t *pixels)
{
  const float scale = (float)deviation;
  for (size_t i = 0; i < count; i += 2) {
    const uint32_t bits = lenet_rng_u32(rng);
    pixels[i] = clip((float)pixels[i] + scale * normals->at[bits >> 20]);
    if (i + 1 < count)
      pixels[i + 1] = clip((float)pixels[i + 1] + scale * normals->at[bits >> 4 & 4095]);
  }
}
