#include "data/owners.h"

#include <string.h>

static const double WHOLE = 0.92;  /* of a mark's ink in it, and of its ink that mark's: the mark */
static const double BROKEN = 0.8;  /* less than this of either: none */
static const double ANOTHER = 0.5; /* of another mark's ink as well: none */

/* Whose the ink at (x, y) of the line is. */
static int owner_at(const lenet_owners *o, const lenet_line *line, int x, int y)
{
  const int at_x = line->left + x, at_y = line->top + y + lenet_line_drop(line, x);
  if (at_x < 0 || at_y < 0 || at_x >= o->width || at_y >= o->height)
    return LENET_NO_OWNER;
  return o->owner[(size_t)at_y * (size_t)o->width + (size_t)at_x];
}

void lenet_owners_weigh(const lenet_owners *owners, const lenet_line *line, double *whole)
{
  for (int y = 0; y < line->height; y++)
    for (int x = 0; x < line->width; x++) {
      const int owner = owner_at(owners, line, x, y);
      if (owner != LENET_NO_OWNER)
        whole[owner] += line->value[(size_t)y * (size_t)line->width + (size_t)x];
    }
}

int lenet_owners_of(const lenet_owners *owners, const lenet_line *line, const lenet_cuts *cuts,
                    int first, int last, const lenet_extent *extent, const double *whole)
{
  double own[LENET_MOST_OWNERS] = {0}, drawn = 0; /* noise is in all pieces, and is no one's */
  const int *from = cuts->x + (size_t)first * (size_t)cuts->height;
  const int *to = cuts->x + (size_t)(last + 1) * (size_t)cuts->height;
  for (int y = extent->top; y < extent->bottom; y++)
    for (int x = from[y]; x < to[y]; x++) {
      const uint8_t ink = line->value[(size_t)y * (size_t)line->width + (size_t)x];
      const int owner = ink == 0 ? LENET_NO_OWNER : owner_at(owners, line, x, y);
      if (owner == LENET_NO_OWNER)
        continue;
      own[owner] += ink;
      drawn += ink;
    }
  int best = 0;
  for (int i = 1; i < owners->count; i++)
    if (own[i] > own[best])
      best = i;
  for (int i = 0; i < owners->count; i++) /* a point beside a letter is little ink, but a mark */
    if (i != best && own[i] >= ANOTHER * whole[i])
      return -1;
  const double of_it = drawn > 0 ? own[best] / drawn : 0, of_mark = own[best] / whole[best];
  if (of_it >= WHOLE && of_mark >= WHOLE)
    return best;
  return of_it < BROKEN || of_mark < BROKEN ? -1 : -2;
}

lenet_status lenet_owners_pieces(const lenet_owners *owners, const lenet_line *line, uint8_t none,
                                 double part, lenet_rng *rng, lenet_piece_store *store,
                                 lenet_error *error)
{
  enum { PIXELS = 28 * 28 };
  lenet_candidates candidates;
  lenet_status status = lenet_candidates_find(line, &candidates, error);
  if (status != LENET_OK)
    return status;
  double whole[LENET_MOST_OWNERS];
  for (int i = 0; i < LENET_MOST_OWNERS; i++)
    whole[i] = 1e-9;
  lenet_owners_weigh(owners, line, whole);
  for (int i = 0; i < candidates.count && *store->count < store->most; i++) {
    const lenet_candidate *c = &candidates.at[i];
    const int owner =
        lenet_owners_of(owners, line, &candidates.cuts, c->first, c->last, &c->extent, whole);
    if (owner < -1 || (owner == -1 && lenet_rng_uniform(rng) >= part))
      continue;
    memcpy(store->pictures + *store->count * PIXELS, candidates.digit + (size_t)i * PIXELS, PIXELS);
    store->labels[(*store->count)++] = owner >= 0 ? owners->label[owner] : none;
  }
  lenet_candidates_free(&candidates);
  return LENET_OK;
}
