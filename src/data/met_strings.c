#include "data/met_strings.h"

#include "base/error.h"
#include "image/page.h"

#include <math.h>
#include <stdlib.h>

static const double LARGEST = 3; /* times the size of the data set's digits */

/* Enlarges a drawn string, bilinearly; who owns a pixel is whoever owns the nearest. */
static lenet_status enlarge(lenet_inked_string *d, double factor, lenet_error *error)
{
  lenet_inked_string made = *d;
  made.width = (int)(d->width * factor);
  made.height = (int)(d->height * factor);
  size_t count = (size_t)made.width * (size_t)made.height;
  made.pixels = malloc(count);
  made.owner = malloc(count);
  if (!made.pixels || !made.owner) {
    free(made.pixels);
    free(made.owner);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to enlarge a string");
  }
  for (int y = 0; y < made.height; y++)
    for (int x = 0; x < made.width; x++) {
      double u = (x + 0.5) / factor - 0.5, v = (y + 0.5) / factor - 0.5;
      u = u < 0 ? 0 : u;
      v = v < 0 ? 0 : v;
      int left = (int)u, top = (int)v;
      int right = left + 1 < d->width ? left + 1 : left;
      int low = top + 1 < d->height ? top + 1 : top;
      const uint8_t *above = d->pixels + (size_t)top * (size_t)d->width;
      const uint8_t *below = d->pixels + (size_t)low * (size_t)d->width;
      double upper = above[left] + (u - left) * (above[right] - above[left]);
      double lower = below[left] + (u - left) * (below[right] - below[left]);
      size_t to = (size_t)y * (size_t)made.width + (size_t)x;
      made.pixels[to] = (uint8_t)(upper + (v - top) * (lower - upper) + 0.5);
      made.owner[to] = d->owner[(size_t)(v + 0.5 < d->height ? v + 0.5 : v) * (size_t)d->width +
                                (size_t)(u + 0.5 < d->width ? u + 0.5 : u)];
    }
  for (int i = 0; i < d->count; i++) {
    made.box[i].x = (int)lrint(d->box[i].x * factor);
    made.box[i].y = (int)lrint(d->box[i].y * factor);
    made.box[i].width = (int)lrint(d->box[i].width * factor);
    made.box[i].height = (int)lrint(d->box[i].height * factor);
  }
  lenet_inked_string_free(d);
  *d = made;
  return LENET_OK;
}

static lenet_status draw(const lenet_samples *digits, lenet_rng *rng, uint64_t seed, uint64_t index,
                         lenet_inked_string *d, lenet_error *error)
{
  lenet_string_options options = {1, LENET_PAGE_DIGITS, -1, 4, 0};
  if (lenet_rng_below(rng, 4) == 0)
    options.most_gap = 14;
  if (lenet_rng_below(rng, 5) < 2)
    options.invert = lenet_rng_range(rng, 0.01, 0.13);
  bool large = lenet_rng_below(rng, 2) == 0 && options.invert == 0;
  double factor = lenet_rng_range(rng, 1, LARGEST);
  lenet_status status = lenet_inked_string_make(digits, &options, seed, index, d, error);
  if (status == LENET_OK && large) {
    status = enlarge(d, factor, error);
    if (status != LENET_OK)
      lenet_inked_string_free(d);
  }
  return status;
}

/* Noise alone may be left of a short string: then there are no lines. */
static lenet_status find_lines(const lenet_inked_string *d, lenet_lines *lines, lenet_error *error)
{
  const lenet_image image = {d->width, d->height, d->pixels};
  lenet_sheet_of_lines page = {0};
  lenet_status status = lenet_lines_of_image(&image, LENET_DIGITS, &page, error);
  *lines = page.lines;
  page.lines = (lenet_lines){0};
  lenet_lines_of_image_free(&page);
  return status == LENET_NO_DIGIT ? LENET_OK : status;
}

lenet_status lenet_met_string_make(const lenet_samples *digits, lenet_rng *rng, uint64_t seed,
                                   uint64_t index, lenet_met_string *met, lenet_error *error)
{
  lenet_met_string made = {0};
  if (digits->count == 0 || digits->rows > LENET_MAX_SIDE || digits->columns > LENET_MAX_SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "strings need pictures of digits");
  lenet_status status = draw(digits, rng, seed, index, &made.drawn, error);
  if (status != LENET_OK)
    return status;
  status = find_lines(&made.drawn, &made.lines, error);
  if (status == LENET_OK)
    *met = made;
  else
    lenet_met_string_free(&made);
  return status;
}

void lenet_met_string_free(lenet_met_string *met)
{
  lenet_lines_free(&met->lines);
  lenet_inked_string_free(&met->drawn);
}
