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

static const double KEPT = 0.2; /* of what is no digit */

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
  const lenet_inked_string *d = &met.drawn;
  const lenet_owners owners = {d->width, d->height, d->owner, d->count, d->label};
  lenet_piece_store store = {most, &made, pictures, labels};
  for (int i = 0; status == LENET_OK && i < met.lines.count; i++)
    status =
        lenet_owners_pieces(&owners, &met.lines.line[i], LENET_NONDIGIT, KEPT, &rng, &store, error);
  lenet_met_string_free(&met);
  if (status == LENET_OK)
    *count = made;
  return status;
}
