/* pieces.c - what a reader of strings must tell apart: whole digits, and all other pieces that a
 * line of them can be cut into.
 *
 * A string is drawn, at times spoilt by noise and enlarged, and goes the way of any picture: ink,
 * parts, line, cuts, candidates. Where each pixel's ink came from is known, so each candidate is a
 * digit, or is none. */
#include "lenet.h"

#include "base/error.h"
#include "base/rng.h"
#include "data/met_strings.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>

static const double WHOLE = 0.92; /* of a digit's ink in it, and of its ink that digit's: a digit */
static const double BROKEN = 0.8; /* less than this of either: none */
static const double KEPT = 0.2;   /* of what is no digit */

/* The digit that a candidate is, LENET_NONDIGIT, or -1 for neither one nor the other. */
static int label_of(const lenet_inked_string *d, const lenet_line *line, const lenet_cuts *cuts,
                    const lenet_candidate *c, const double whole[LENET_PAGE_DIGITS])
{
  double own[LENET_PAGE_DIGITS] = {0}, drawn = 0; /* noise is in all candidates, and is no one's */
  const int *from = cuts->x + (size_t)c->first * (size_t)cuts->height;
  const int *to = cuts->x + (size_t)(c->last + 1) * (size_t)cuts->height;
  for (int y = c->extent.top; y < c->extent.bottom; y++)
    for (int x = from[y]; x < to[y]; x++) {
      uint8_t ink = line->value[(size_t)y * (size_t)line->width + (size_t)x];
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
    int label = label_of(d, line, &candidates.cuts, &candidates.at[i], whole);
    bool kept = label >= 0 && (label < LENET_NONDIGIT || lenet_rng_uniform(rng) < KEPT);
    if (!kept)
      continue;
    memcpy(pictures + *count * 28 * 28, candidates.digit + (size_t)i * 28 * 28, 28 * 28);
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
  lenet_met_string met;
  size_t made = 0;
  lenet_status status = lenet_met_string_make(digits, &rng, seed, index, &met, error);
  if (status != LENET_OK)
    return status;
  for (int i = 0; status == LENET_OK && i < met.lines.count; i++)
    status =
        take_pieces(&met.drawn, &met.lines.line[i], &rng, most, &made, pictures, labels, error);
  lenet_met_string_free(&met);
  if (status == LENET_OK)
    *count = made;
  return status;
}
