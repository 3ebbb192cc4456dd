#include "image/candidates.h"

#include "base/error.h"
#include "image/frame.h"
#include "image/normalise.h"

#include <stdlib.h>

enum { MOST_PIECES = 9, MOST_OF_LETTER = 7 /* of one candidate */ };

/* Digit heights, of more than one piece; heights of x, of @ or W. */
static const double WIDEST = 1.7, WIDEST_LETTER = 2.2;
static const double FARTHEST = 0.4; /* digit heights of paper within a digit */

static void join(lenet_extent *e, const lenet_extent *other)
{
  e->left = other->left < e->left ? other->left : e->left;
  e->top = other->top < e->top ? other->top : e->top;
  e->right = other->right > e->right ? other->right : e->right;
  e->bottom = other->bottom > e->bottom ? other->bottom : e->bottom;
}

/* Adds all runs of pieces from `first` on that may be one digit. piece [cuts->count]: where each
 * lies. */
static void add_runs(const lenet_line *line, const lenet_extent *piece, int first,
                     lenet_candidates *c)
{
  const bool text = line->text.x_height > 0;
  const double widest = text ? WIDEST_LETTER : WIDEST;
  const int most = text ? MOST_OF_LETTER : MOST_PIECES;
  lenet_extent so_far = piece[first];
  for (int last = first; last < c->cuts.count && last < first + most; last++) {
    if (last > first && (piece[last].right - so_far.left > widest * line->digit_height ||
                         piece[last].left - so_far.right > FARTHEST * line->digit_height))
      break;
    join(&so_far, &piece[last]);
    c->at[c->count++] = (lenet_candidate){first, last, so_far};
  }
}

static bool make_picture(const lenet_line *line, const lenet_cuts *cuts, const lenet_candidate *c,
                         uint8_t digit[28 * 28])
{
  int wide = c->extent.right - c->extent.left, high = c->extent.bottom - c->extent.top;
  uint8_t *ink = malloc((size_t)wide * (size_t)high);
  if (!ink)
    return false;
  lenet_cuts_copy(line, cuts, c->first, c->last, &c->extent, ink);
  bool made = true;
  if (line->text.x_height > 0) {
    const lenet_height at = {line->text.baseline - c->extent.top, line->text.x_height};
    lenet_frame_character(ink, wide, high, at, digit); /* blank where all is above the frame */
  } else {
    made = lenet_normalise(ink, wide, high, digit);
  }
  free(ink);
  return made;
}

lenet_status lenet_candidates_list(const lenet_line *line, lenet_candidates *candidates,
                                   lenet_error *error)
{
  lenet_candidates made = {0};
  lenet_status status = lenet_cuts_find(line, &made.cuts, error);
  if (status != LENET_OK)
    return status;
  lenet_extent all;
  const size_t pieces = (size_t)made.cuts.count;
  const bool blank = lenet_cuts_measure(line, &made.cuts, 0, made.cuts.count - 1, &all) == 0;
  lenet_extent *piece = malloc((pieces + 1) * sizeof *piece);
  made.at = calloc(pieces * MOST_PIECES + 1, sizeof *made.at);
  if (piece && made.at && !blank) {
    for (int i = 0; i < made.cuts.count; i++)
      lenet_cuts_measure(line, &made.cuts, i, i, &piece[i]);
    for (int first = 0; first < made.cuts.count; first++)
      add_runs(line, piece, first, &made);
  }
  made.digit = malloc((size_t)made.count * 28 * 28 + 1);
  const bool memory = piece && made.at && made.digit;
  free(piece);
  if (!memory) {
    lenet_candidates_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
  }
  *candidates = made;
  return LENET_OK;
}

lenet_status lenet_candidates_draw(const lenet_line *line, lenet_candidates *candidates, int i,
                                   lenet_error *error)
{
  if (make_picture(line, &candidates->cuts, &candidates->at[i],
                   candidates->digit + (size_t)i * 28 * 28))
    return LENET_OK;
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
}

lenet_status lenet_candidates_find(const lenet_line *line, lenet_candidates *candidates,
                                   lenet_error *error)
{
  lenet_candidates made;
  lenet_status status = lenet_candidates_list(line, &made, error);
  if (status != LENET_OK)
    return status;
  for (int i = 0; status == LENET_OK && i < made.count; i++)
    status = lenet_candidates_draw(line, &made, i, error);
  if (status == LENET_OK)
    *candidates = made;
  else
    lenet_candidates_free(&made);
  return status;
}

void lenet_candidates_free(lenet_candidates *candidates)
{
  free(candidates->at);
  free(candidates->digit);
  lenet_cuts_free(&candidates->cuts);
  *candidates = (lenet_candidates){0};
}
