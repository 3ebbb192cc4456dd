/* The way from grey to ink:
 *
 *   1. shrink    a large picture, to what strokes need
 *   2. specks    single pixels of another tone, where there are many
 *   3. strokes   how wide they are and which tone is ink (strokes.h)
 *   4. paper     its tone at each pixel: a closing, which fills whatever is darker than all around
 * it and narrower than a few strokes; light may change as fast as the edge of a shadow
 *   5. flat      how much darker than that paper a pixel is, as a part of it: a shadow takes the
 * same part from ink and paper
 *   6. mask      ink is what stands out from the paper's grain, and is at least a part of the
 *                strongest ink near by: pencil and felt pen may stand on one page
 *
 * Light ink on a dark ground is turned round first, so that ink is dark throughout. */
#include "image/ink.h"

#include "base/error.h"
#include "image/rules.h"
#include "image/sheet.h"
#include "image/strokes.h"
#include "image/windows.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_PIXELS = 3000000, /* after shrinking */
  LEAST_RADIUS = 5,      /* of the closing */
  LEAST_INK = 8          /* of 255, above the paper's grain */
};

static const double STROKES_CLOSED = 1.5; /* radius of the closing, in strokes */
static const double GRAIN = 4.5;          /* standard deviations that ink stands above the paper */
static const double PART_OF_INK = 0.35;   /* of the strongest near by, at least, is ink */
static const double FAINTEST = 2.5;       /* standard deviations: less is paper; */
static const double FAINT_EDGE = 0.2;     /* of full ink, where paper has grain at all: the same */
static const double LIGHTEST = 0.9;       /* of all pixels have darker paper than the lightest */
static const double DARKEST = 0.4;        /* of its tone, the darkest paper */
static const double COARSEST = 16;        /* standard deviation of a paper's grain */
static const double SMOOTH_FROM = 6;      /* stroke width from which grain is smoothed away, */
static const double SMOOTHER_FROM = 12;   /* and smoothed twice */

/* Means of factor x factor pixels, or all of them where that is more than there are; what is left
 * over at the right and below is cut off. Turned round where ink is light. */
static void shrink(const lenet_image *image, int factor, int width, int height, uint8_t *smaller)
{
  int across = image->width < factor ? image->width : factor;
  int down = image->height < factor ? image->height : factor;
  unsigned area = (unsigned)(across * down);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      unsigned sum = area / 2;
      const uint8_t *from = image->pixels + (size_t)y * (size_t)factor * (size_t)image->width +
                            (size_t)x * (size_t)factor;
      for (int v = 0; v < down; v++, from += image->width)
        for (int u = 0; u < across; u++)
          sum += from[u];
      smaller[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)(sum / area);
    }
}

/* The value that `part` of all pixels are at or below. */
static int quantile(const uint32_t histogram[256], double part)
{
  double total = 0, sum = 0;
  for (int v = 0; v < 256; v++)
    total += histogram[v];
  for (int v = 0; v < 255; v++)
    if ((sum += histogram[v]) >= part * total)
      return v;
  return 255;
}

/* Mean and spread of the paper's grain in `flat`, from its lower tenths, which are paper in any
 * picture that is not mostly ink: of a normal distribution the 0.1, 0.3 and 0.4 quantiles
 * are 1.282, 0.524 and 0.253 standard deviations below the mean. */
static void grain_of(const uint8_t *flat, size_t count, double *mean, double *deviation)
{
  uint32_t histogram[256] = {0};
  for (size_t i = 0; i < count; i++)
    histogram[flat[i]]++;
  int low = quantile(histogram, 0.1), middle = quantile(histogram, 0.3);
  double spread = fmax((middle - low) / 0.757, (quantile(histogram, 0.4) - low) / 1.028);
  *deviation = fmin(spread, COARSEST);
  *mean = middle + 0.524 * *deviation;
}

/* paper and tone [count] -> flat [count]. Paper counts as having at least a part of the tone of the
 * lightest paper: what is much darker is no paper in a shadow but a table, where grain is no ink.
 */
static void flatten(const uint8_t *tone, const uint8_t *paper, size_t count, uint8_t *flat)
{
  uint32_t inverse[256], histogram[256] = {0}; /* 255 / paper, 16 bits after the point */
  for (size_t i = 0; i < count; i++)
    histogram[paper[i]]++;
  uint32_t darkest = (uint32_t)(DARKEST * quantile(histogram, LIGHTEST)) + 1;
  for (uint32_t v = 0; v < 256; v++)
    inverse[v] = (255u << 16) / (v < darkest ? darkest : v);
  for (size_t i = 0; i < count; i++) {
    uint32_t above = paper[i] > tone[i] ? (uint32_t)(paper[i] - tone[i]) : 0;
    flat[i] = (uint8_t)((above * inverse[paper[i]] + (1u << 15)) >> 16);
  }
}

/* Tells ink from paper. `strongest` [count] is the most of `flat` near each pixel; `value` holds
 * what `flat` is without smoothing. */
static lenet_status separate(lenet_ink *ink, const uint8_t *strongest, lenet_error *error)
{
  size_t count = (size_t)ink->width * (size_t)ink->height, inked = 0;
  double mean, deviation, sharp_mean, sharp_deviation;
  grain_of(ink->flat, count, &mean, &deviation);
  grain_of(ink->value, count, &sharp_mean, &sharp_deviation);
  double least = mean + fmax(GRAIN * deviation, LEAST_INK);
  uint8_t threshold[256], faintest[256]; /* by the strongest ink near by */
  for (int v = 0; v < 256; v++) {
    double faint = fmax(FAINTEST * sharp_deviation, FAINT_EDGE * (v - mean));
    threshold[v] = (uint8_t)fmin(255, ceil(fmax(least, mean + PART_OF_INK * (v - mean))));
    faintest[v] = sharp_deviation > 0 ? (uint8_t)fmin(255, faint) : 0;
  }
  uint8_t paper = (uint8_t)fmin(255, sharp_mean + 0.5);
  for (size_t i = 0; i < count; i++) {
    uint8_t value = ink->value[i] > paper ? (uint8_t)(ink->value[i] - paper) : 0;
    ink->mask[i] = ink->flat[i] >= threshold[strongest[i]];
    ink->value[i] = value < faintest[strongest[i]] ? 0 : value;
    inked += ink->mask[i];
  }
  if (inked == 0)
    return lenet_fail(error, LENET_NO_DIGIT, -1, "the picture is of one tone: no ink on it");
  return LENET_OK;
}

/* `value` holds the tones of the picture, ink being dark; `mask` and the rest are room. */
static lenet_status tell_ink(lenet_ink *ink, uint8_t *smooth, uint8_t *strongest,
                             lenet_error *error)
{
  int w = ink->width, h = ink->height;
  size_t count = (size_t)w * (size_t)h;
  int radius = (int)(STROKES_CLOSED * ink->stroke + 0.5);
  if (radius < LEAST_RADIUS)
    radius = LEAST_RADIUS;
  lenet_status status = LENET_OK;
  memcpy(smooth, ink->value, count);
  if (ink->stroke >= SMOOTH_FROM)
    status = lenet_smooth(smooth, w, h, error);
  if (status == LENET_OK && ink->stroke >= SMOOTHER_FROM)
    status = lenet_smooth(smooth, w, h, error);
  uint8_t *paper = ink->mask;
  memcpy(paper, smooth, count);
  if (status == LENET_OK)
    status = lenet_window_maximum(paper, w, h, radius, error);
  if (status == LENET_OK)
    status = lenet_window_minimum(paper, w, h, radius, error);
  if (status != LENET_OK)
    return status;
  flatten(smooth, paper, count, ink->flat);
  flatten(ink->value, paper, count, ink->value);
  memcpy(strongest, ink->flat, count);
  status = lenet_window_maximum(strongest, w, h, radius, error);
  return status == LENET_OK ? separate(ink, strongest, error) : status;
}

static bool allocate(const lenet_image *image, int factor, lenet_ink *ink)
{
  ink->factor = factor;
  while ((image->width / ink->factor) * (double)(image->height / ink->factor) > MOST_PIXELS)
    ink->factor++;
  ink->width = image->width / ink->factor > 1 ? image->width / ink->factor : 1;
  ink->height = image->height / ink->factor > 1 ? image->height / ink->factor : 1;
  size_t count = (size_t)ink->width * (size_t)ink->height;
  ink->flat = malloc(count);
  ink->value = malloc(count);
  ink->mask = malloc(count);
  return ink->flat && ink->value && ink->mask;
}

/* From tones [count] on; `room` is [2][count]. Rules that are found are painted over, and all is
 * done once more: most strokes of a ruled page are rules. */
static lenet_status from_tones(lenet_ink *ink, uint8_t *tones, uint8_t *room, lenet_error *error)
{
  size_t count = (size_t)ink->width * (size_t)ink->height;
  lenet_image image = {ink->width, ink->height, tones};
  for (int pass = 0; pass < 2; pass++) {
    lenet_strokes strokes;
    lenet_status status = lenet_measure_strokes(&image, &strokes, error);
    if (status != LENET_OK)
      return status;
    ink->light = strokes.light;
    ink->stroke = strokes.width;
    for (size_t i = 0; i < count; i++)
      ink->value[i] = ink->light ? (uint8_t)(255 - tones[i]) : tones[i];
    status = tell_ink(ink, room, room + count, error);
    int rules = 0;
    if (status == LENET_OK && pass == 0)
      status = lenet_rules_remove(ink, tones, &rules, error);
    if (status != LENET_OK || rules == 0)
      return status;
  }
  return LENET_OK;
}

lenet_status lenet_ink_find(const lenet_image *image, int factor, lenet_ink *ink,
                            lenet_error *error)
{
  lenet_ink made = {0};
  if (!image || !image->pixels || image->width < 1 || image->height < 1 ||
      image->width > LENET_MAX_IMAGE_SIDE || image->height > LENET_MAX_IMAGE_SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "a picture has 1 to %d pixels on a side",
                      (int)LENET_MAX_IMAGE_SIDE);
  bool memory = allocate(image, factor, &made);
  size_t count = (size_t)made.width * (size_t)made.height;
  uint8_t *room = malloc(3 * count), *tones = room;
  lenet_status status = LENET_OK;
  if (!memory || !room)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the ink of a picture");
  if (status == LENET_OK) {
    shrink(image, made.factor, made.width, made.height, tones);
    status = lenet_sheet_isolate(tones, made.width, made.height, error);
  }
  if (status == LENET_OK) {
    status = lenet_despeckle(tones, made.width, made.height, error);
  }
  if (status == LENET_OK)
    status = from_tones(&made, tones, room + count, error);
  free(room);
  if (status == LENET_OK)
    *ink = made;
  else
    lenet_ink_free(&made);
  return status;
}

void lenet_ink_free(lenet_ink *ink)
{
  free(ink->flat);
  free(ink->value);
  free(ink->mask);
  *ink = (lenet_ink){0};
}
