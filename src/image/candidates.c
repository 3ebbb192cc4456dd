#include "image/candidates.h"

#include "base/error.h"
#include "image/normalise.h"

#include <stdlib.h>

enum { MOST_PIECES = 9 /* of one candidate */ };

static const double WIDEST = 1.7;   /* digit heights, of more than one piece */
static const double FARTHEST = 0.4; /* digit heights of paper within a digit */

/* The pieces from `first` on that may be one digit: the last of them. */
static int last_piece(const lenet_line *line, const lenet_cuts *cuts, int first)
{
  int last = first;
  lenet_extent so_far;
  lenet_cuts_measure(line, cuts, first, first, &so_far);
  while (last + 1 < cuts->count && last + 1 < first + MOST_PIECES) {
    lenet_extent next;
    lenet_cuts_measure(line, cuts, last + 1, last + 1, &next);
    if (next.right - so_far.left > WIDEST * line->digit_height ||
        next.left - so_far.right > FARTHEST * line->digit_height)
      break;
    so_far.left = next.left < so_far.left ? next.left : so_far.left;
    so_far.right = next.right > so_far.right ? next.right : so_far.right;
    last++;
  }
  return last;
}

static bool make_candidate(const lenet_line *line, const lenet_cuts *cuts, lenet_candidate *c,
                           uint8_t digit[28 * 28])
{
  lenet_cuts_measure(line, cuts, c->first, c->last, &c->extent);
  int wide = c->extent.right - c->extent.left, high = c->extent.bottom - c->extent.top;
  uint8_t *ink = malloc((size_t)wide * (size_t)high);
  if (!ink)
    return false;
  lenet_cuts_copy(line, cuts, c->first, c->last, &c->extent, ink);
  bool made = lenet_normalise(ink, wide, high, digit);
  free(ink);
  return made;
}

lenet_status lenet_candidates_find(const lenet_line *line, lenet_candidates *candidates,
                                   lenet_error *error)
{
  lenet_candidates made = {0};
  lenet_status status = lenet_cuts_find(line, &made.cuts, error);
  if (status != LENET_OK)
    return status;
  lenet_extent all;
  const bool blank = lenet_cuts_measure(line, &made.cuts, 0, made.cuts.count - 1, &all) == 0;
  made.at = calloc((size_t)made.cuts.count * MOST_PIECES + 1, sizeof *made.at);
  for (int first = 0; made.at && !blank && first < made.cuts.count; first++) {
    int end = last_piece(line, &made.cuts, first);
    for (int last = first; last <= end; last++)
      made.at[made.count++] = (lenet_candidate){.first = first, .last = last};
  }
  made.digit = malloc((size_t)made.count * 28 * 28 + 1);
  bool memory = made.at && made.digit;
  for (int i = 0; memory && i < made.count; i++)
    memory = make_candidate(line, &made.cuts, &made.at[i], made.digit + (size_t)i * 28 * 28);
  if (!memory) {
    lenet_candidates_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
  }
  *candidates = made;
  return LENET_OK;
}

void lenet_candidates_free(lenet_candidates *candidates)
{
  free(candidates->at);
  free(candidates->digit);
  lenet_cuts_free(&candidates->cuts);
  *candidates = (lenet_candidates){0};
}
