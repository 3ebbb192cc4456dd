/* pages_camera.c - where the camera stands, how sharp it is, and what its sensor adds. */
#include "data/pages.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ perspective ----------- */

/* The map that takes (0, 0), (1, 0), (1, 1), (0, 1) to four corners (Heckbert 1989, section 2.2.3).
 */
static void from_square(const page_point q[4], double m[9])
{
  const double sx = q[0].x - q[1].x + q[2].x - q[3].x, sy = q[0].y - q[1].y + q[2].y - q[3].y;
  const double ax = q[1].x - q[2].x, ay = q[1].y - q[2].y;
  const double bx = q[3].x - q[2].x, by = q[3].y - q[2].y;
  const double det = ax * by - bx * ay;
  const double g = (sx * by - bx * sy) / det, h = (ax * sy - sx * ay) / det;
  const double filled[9] = {q[1].x - q[0].x + g * q[1].x,
                            q[3].x - q[0].x + h * q[3].x,
                            q[0].x,
                            q[1].y - q[0].y + g * q[1].y,
                            q[3].y - q[0].y + h * q[3].y,
                            q[0].y,
                            g,
                            h,
                            1};
  memcpy(m, filled, sizeof filled);
}

/* The adjoint, which is the inverse but for a factor that a map's division takes out. */
static void invert(const double m[9], double inverse[9])
{
  for (int r = 0; r < 3; r++)
    for (int c = 0; c < 3; c++) {
      const int r1 = (r + 1) % 3, r2 = (r + 2) % 3, c1 = (c + 1) % 3, c2 = (c + 2) % 3;
      inverse[3 * c + r] = m[3 * r1 + c1] * m[3 * r2 + c2] - m[3 * r1 + c2] * m[3 * r2 + c1];
    }
}

void lenet_page_choose_view(lenet_rng *rng, const page_style *s, page_view *view)
{
  static const double corners[4][2] = {{0, 0}, {1, 0}, {1, 1}, {0, 1}};
  page_point q[4];
  for (int i = 0; i < 4; i++) {
    q[i].x = s->width * (corners[i][0] + s->skew * lenet_rng_range(rng, -1, 1));
    q[i].y = s->height * (corners[i][1] + s->skew * lenet_rng_range(rng, -1, 1));
  }
  from_square(q, view->to_sheet);
  for (int row = 0; row < 3; row++) {
    view->to_sheet[3 * row] /= s->width;
    view->to_sheet[3 * row + 1] /= s->height;
  }
  invert(view->to_sheet, view->to_picture);
}

/* ------------------------------------------------------------------ blur ------------------ */

enum { REACH = 8, STRIP = 48 /* numbers of a row that are blurred down together */ };

/* (1 - x x / R R)^4 has the variance R R / 11 and is near to a Gaussian. Returns the reach. */
static int choose_weights(double sigma, float weight[REACH + 1])
{
  const double square = 11 * sigma * sigma;
  double sum = 0, w[REACH + 1];
  int reach = 0;
  for (int i = 0; i <= REACH; i++) {
    const double t = 1 - i * i / square;
    w[i] = t > 0 ? t * t * t * t : 0;
    sum += i > 0 ? 2 * w[i] : w[i];
    reach = w[i] > 0 ? i : reach;
  }
  for (int i = 0; i <= reach; i++)
    weight[i] = (float)(w[i] / sum);
  return reach;
}

static int clamp(int i, int count) { return i < 0 ? 0 : i >= count ? count - 1 : i; }

/* `from` and `to` are [count][lanes], `to` with `stride` numbers from one to the next. */
static void blur_along(const float *from, int count, int lanes, const float *weight, int reach,
                       float *to, size_t stride)
{
  for (int i = 0; i < count; i++) {
    float sum[STRIP];
    for (int c = 0; c < lanes; c++)
      sum[c] = weight[0] * from[(size_t)i * (size_t)lanes + (size_t)c];
    for (int k = 1; k <= reach; k++) {
      const float *before = from + (size_t)clamp(i - k, count) * (size_t)lanes;
      const float *after = from + (size_t)clamp(i + k, count) * (size_t)lanes;
      for (int c = 0; c < lanes; c++)
        sum[c] += weight[k] * (before[c] + after[c]);
    }
    memcpy(to + (size_t)i * stride, sum, (size_t)lanes * sizeof *sum);
  }
}

bool lenet_page_blur(const page_canvas *canvas, double sigma)
{
  float weight[REACH + 1];
  const int reach = sigma > 0.1 ? choose_weights(sigma, weight) : 0;
  if (reach == 0)
    return true;
  const int row = 3 * canvas->width, height = canvas->height;
  const size_t most = (size_t)(row > STRIP * height ? row : STRIP * height);
  float *copy = malloc(most * sizeof *copy);
  if (!copy)
    return false;
  for (int y = 0; y < height; y++) {
    float *at = canvas->rgb + (size_t)y * (size_t)row;
    memcpy(copy, at, (size_t)row * sizeof *copy);
    blur_along(copy, canvas->width, 3, weight, reach, at, 3);
  }
  for (int x = 0; x < row; x += STRIP) {
    const int lanes = row - x < STRIP ? row - x : STRIP;
    for (int y = 0; y < height; y++)
      memcpy(copy + (size_t)y * (size_t)lanes, canvas->rgb + (size_t)y * (size_t)row + x,
             (size_t)lanes * sizeof *copy);
    blur_along(copy, height, lanes, weight, reach, canvas->rgb + x, (size_t)row);
  }
  free(copy);
  return true;
}

/* ------------------------------------------------------------------ noise ----------------- */

/* Four bytes together are nearly normal: their sum has the mean 510 and the variance 4 65535 / 12.
 */
static float bell_of(uint32_t bits)
{
  const int sum = (int)((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24));
  return (float)(sum - 510) * (1 / 147.8f);
}

static uint8_t to_byte(float level)
{
  return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : level + 0.5f);
}

/* Most noise is of brightness, a third as much of colour. Dark pixels have less. */
void lenet_page_expose(const page_canvas *canvas, double noise, lenet_rng *grain, uint8_t *pixels)
{
  const size_t count = (size_t)canvas->width * (size_t)canvas->height;
  const float *rgb = canvas->rgb;
  for (size_t i = 0; i < count; i++, rgb += 3, pixels += 3) {
    float bright = 0, colour[3] = {0};
    if (noise > 0) {
      const uint32_t bits = lenet_rng_u32(grain);
      const float sigma = (float)noise * (0.5f + 0.5f * rgb[1]);
      bright = sigma * bell_of(lenet_rng_u32(grain));
      for (int c = 0; c < 3; c++)
        colour[c] = sigma * ((float)(bits >> 8 * c & 255) - 127.5f) * (0.33f / 73.9f);
    }
    for (int c = 0; c < 3; c++)
      pixels[c] = to_byte(255 * rgb[c] + bright + colour[c]);
  }
}
