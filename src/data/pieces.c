/* pieces.c - what a reader of strings must tell apart: whole digits, and all other pieces that a
 * line of them can be cut into.
 *
 * A string is drawn, at times spoilt by noise and enlarged, and goes the way of any picture: ink,
 * parts, line, cuts, candidates. Where each pixel's ink came from is known, so each candidate is a
 * digit, or is none. */
#include "lenet.h"

#include "base/error.h"
#include "base/rng.h"
#include "data/strings.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>

static const double WHOLE = 0.92; /* of a digit's ink in it, and of its ink that digit's: a digit */
static const double BROKEN = 0.8; /* less than this of either: none */
static const double LARGEST = 3;  /* times the size of the data set's digits */
static const double KEPT = 0.2;   /* of what is no digit */

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

/* The digit that a candidate is, LENET_NONDIGIT, or -1 for neither one nor the other. */
static int label_of(const lenet_inked_string *d, const lenet_line *line, const lenet_candidate *c,
                    const double whole[LENET_PAGE_DIGITS])
{
  double own[LENET_PAGE_DIGITS] = {0}, drawn = 0; /* noise is in all candidates, and is no one's */
  size_t wide = (size_t)(c->extent.right - c->extent.left);
  for (int y = c->extent.top; y < c->extent.bottom; y++)
    for (int x = c->extent.left; x < c->extent.right; x++) {
      uint8_t ink = c->ink[(size_t)(y - c->extent.top) * wide + (size_t)(x - c->extent.left)];
      int at_x = line->left + x, at_y = line->top + y + lenet_line_drop(line, x);
      if (ink == 0 || at_x < 0 || at_y < 0 || at_x >= d->width || at_y >= d->height)
        continue;
      int owner = d->owner[(size_t)at_y * (size_t)d->width + (size_t)at_x];
      if (owner == LENET_NO_OWNER)
        continue;
      own[owner] += ink;
      drawn += ink;
    }
  int best = 0;
  for (int i = 1; i < d->count; i++)
    if (own[i] > own[best])
      best = i;
  double of_it = drawn > 0 ? own[best] / drawn : 0, of_digit = own[best] / whole[best];
  if (of_it >= WHOLE && of_digit >= WHOLE)
    return d->label[best];
  return of_it < BROKEN || of_digit < BROKEN ? LENET_NONDIGIT : -1;
}

/* The ink of each digit that found its way into the line. */
static void weigh_digits(const lenet_inked_string *d, const lenet_line *line,
                         double whole[LENET_PAGE_DIGITS])
{
  for (int y = 0; y < line->height; y++)
    for (int x = 0; x < line->width; x++) {
      int at_x = line->left + x, at_y = line->top + y + lenet_line_drop(line, x);
      if (at_x < 0 || at_y < 0 || at_x >= d->width || at_y >= d->height)
        continue;
      int owner = d->owner[(size_t)at_y * (size_t)d->width + (size_t)at_x];
      if (owner != LENET_NO_OWNER)
        whole[owner] += line->value[(size_t)y * (size_t)line->width + (size_t)x];
    }
}

static lenet_status take_pieces(const lenet_inked_string *d, const lenet_line *line, lenet_rng *rng,
                                size_t most, size_t *count, uint8_t *pictures, uint8_t *labels,
                                lenet_error *error)
{
  lenet_candidates candidates;
  lenet_status status = lenet_candidates_find(line, &candidates, error);
  if (status != LENET_OK)
    return status;
  double whole[LENET_PAGE_DIGITS];
  for (int i = 0; i < LENET_PAGE_DIGITS; i++)
    whole[i] = 1e-9;
  weigh_digits(d, line, whole);
  for (int i = 0; i < candidates.count && *count < most; i++) {
    int label = label_of(d, line, &candidates.at[i], whole);
    bool kept = label >= 0 && (label < LENET_NONDIGIT || lenet_rng_uniform(rng) < KEPT);
    if (!kept)
      continue;
    memcpy(pictures + *count * 28 * 28, candidates.at[i].digit, 28 * 28);
    labels[(*count)++] = (uint8_t)label;
  }
  lenet_candidates_free(&candidates);
  return LENET_OK;
}

lenet_status lenet_pieces_make(const lenet_samples *digits, uint64_t seed, uint64_t index,
                               size_t most, size_t *count, uint8_t *pictures, uint8_t *labels,
                               lenet_error *error)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_PIECES, index);
  lenet_inked_string d;
  lenet_ink ink = {0};
  lenet_parts parts = {0};
  lenet_lines lines = {0};
  *count = 0;
  if (digits->count == 0 || digits->rows > LENET_MAX_SIDE || digits->columns > LENET_MAX_SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "strings need pictures of digits");
  lenet_status status = draw(digits, &rng, seed, index, &d, error);
  if (status != LENET_OK)
    return status;
  lenet_image image = {d.width, d.height, d.pixels};
  status = lenet_ink_find(&image, &ink, error);
  if (status == LENET_OK)
    status = lenet_parts_find(&ink, &parts, error);
  if (status == LENET_OK)
    status = lenet_lines_find(&ink, &parts, &lines, error);
  for (int i = 0; status == LENET_OK && i < lines.count; i++)
    status = take_pieces(&d, &lines.line[i], &rng, most, count, pictures, labels, error);
  lenet_lines_free(&lines);
  lenet_parts_free(&parts);
  lenet_ink_free(&ink);
  lenet_inked_string_free(&d);
  return status == LENET_NO_DIGIT ? LENET_OK : status; /* noise alone may be left of a short one */
}
