/* press_scan.c - what a scanner makes of a printed page. */
#include "data/press.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_QUALITY = 40 };
static const double JPEG_SHARE = 0.5;

enum { REACH = 12 }; /* pixels that blur goes at most */

static const double BILEVEL_DPI = 180; /* from here on some scans are black and white */
static const double BILEVEL_SHARE = 0.2;
static const double INKS_APART =
    60; /* grey levels, between the faintest ink and the darkest paper */

lenet_scan lenet_scan_choose(double dpi, lenet_rng *rng)
{
  lenet_scan s = {
      /* a sensor's own pixel, and a lens that is a few thousandths of an inch off */
      .blur = hypot(lenet_rng_range(rng, 0.25, 0.7), dpi * lenet_rng_range(rng, 0, 0.0035)),
      .paper = lenet_rng_range(rng, 190, 255),
      .noise =
          lenet_rng_below(rng, 3) == 0 ? lenet_rng_range(rng, 0, 14) : lenet_rng_range(rng, 0, 5),
      .slope = lenet_rng_below(rng, 4) == 0 ? lenet_rng_range(rng, -40, 40) : 0,
  };
  s.ink =
      lenet_rng_range(rng, 0, s.paper - 40 - INKS_APART > 110 ? 110 : s.paper - 40 - INKS_APART);
  if (dpi >= BILEVEL_DPI && lenet_rng_uniform(rng) < BILEVEL_SHARE)
    s.threshold = lenet_rng_range(rng, 0.42, 0.6);
  else if (lenet_rng_uniform(rng) < JPEG_SHARE)
    s.jpeg_quality = LEAST_QUALITY + (int)lenet_rng_below(rng, 100 - 5 - LEAST_QUALITY + 1);
  return s;
}

static int weigh(double sigma, float weight[REACH + 1])
{
  double sum = 0, w[REACH + 1];
  int reach = (int)ceil(3 * sigma);
  reach = reach > REACH ? REACH : reach;
  for (int i = 0; i <= reach; i++) {
    w[i] = exp(-0.5 * i * i / (sigma * sigma));
    sum += i > 0 ? 2 * w[i] : w[i];
  }
  for (int i = 0; i <= reach; i++)
    weight[i] = (float)(w[i] / sum);
  return reach;
}

/* A row or a column, `step` apart, through `line`, which has room for it. Beyond the edges is
 * paper. */
static void blur_along(uint8_t *pixel, size_t step, int count, const float *weight, int reach,
                       float *line)
{
  for (int i = 0; i < count; i++)
    line[i] = pixel[(size_t)i * step];
  for (int i = 0; i < count; i++) {
    float sum = weight[0] * line[i];
    for (int k = 1; k <= reach; k++)
      sum += weight[k] * ((i >= k ? line[i - k] : 0) + (i + k < count ? line[i + k] : 0));
    pixel[(size_t)i * step] = (uint8_t)(sum + 0.5F);
  }
}

static lenet_status blur(double sigma, int width, int height, uint8_t *pixels, lenet_error *error)
{
  float weight[REACH + 1];
  const int reach = weigh(sigma, weight);
  float *line = malloc((size_t)(width > height ? width : height) * sizeof *line);
  if (!line)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to blur a page");
  for (int y = 0; y < height; y++)
    blur_along(pixels + (size_t)y * (size_t)width, 1, width, weight, reach, line);
  for (int x = 0; x < width; x++)
    blur_along(pixels + x, (size_t)width, height, weight, reach, line);
  free(line);
  return LENET_OK;
}

lenet_status lenet_scan_make(const lenet_scan *scan, const lenet_normals *normals, lenet_rng *rng,
                             int width, int height, uint8_t *pixels, lenet_error *error)
{
  lenet_status status = blur(scan->blur, width, height, pixels, error);
  if (status != LENET_OK)
    return status;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      uint8_t *pixel = pixels + (size_t)y * (size_t)width + (size_t)x;
      const double light = scan->slope * x / width - fmax(scan->slope, 0);
      const double tone = scan->paper + light + (scan->ink - scan->paper) * *pixel / 255;
      *pixel = (uint8_t)(fmin(fmax(tone, 0), 255) + 0.5);
    }
  lenet_add_noise(normals, scan->noise, rng, (size_t)width * (size_t)height, pixels);
  if (scan->threshold > 0)
    for (size_t i = 0; i < (size_t)width * (size_t)height; i++) {
      const double from_ink = (pixels[i] - scan->ink) / (scan->paper - scan->ink);
      pixels[i] = from_ink < scan->threshold ? 0 : 255;
    }
  return LENET_OK;
}
