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
#include "data/owners.h"
#include "image/candidates.h"

#include <stdlib.h>
#include <string.h>

static const double KEPT = 0.2; /* of what is no digit */

static lenet_status take_pieces(const lenet_inked_string *d, const lenet_line *line, lenet_rng *rng,
                                size_t most, size_t *count, uint8_t *pictures, uint8_t *labels,
                                lenet_error *error)
{
  lenet_candidates candidates;
  lenet_status status = lenet_candidates_find(line, &candidates, error);
  if (status != LENET_OK)
    return status;
  const lenet_owners owners = {d->width, d->height, d->owner, d->count};
  double whole[LENET_PAGE_DIGITS];
  for (int i = 0; i < LENET_PAGE_DIGITS; i++)
    whole[i] = 1e-9;
  lenet_owners_weigh(&owners, line, whole);
  for (int i = 0; i < candidates.count && *count < most; i++) {
    const lenet_candidate *c = &candidates.at[i];
    const int owner =
        lenet_owners_of(&owners, line, &candidates.cuts, c->first, c->last, &c->extent, whole);
    const int label = owner >= 0 ? d->label[owner] : owner == -1 ? LENET_NONDIGIT : -1;
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
