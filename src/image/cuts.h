/* cuts.h - a line of writing in pieces that are no more than a digit each. */
#ifndef LENET_IMAGE_CUTS_H
#define LENET_IMAGE_CUTS_H

#include "image/lines.h"

/* Over-segmentation: a line cut wherever little ink is in the way, so that each digit is one piece or
 * several that stand side by side (LeCun et al. 1998, section VII). Cuts run from top to bottom and
 * may lean; piece k is what lies right of cut k and left of cut k + 1. Every piece has ink. */
typedef struct lenet_cuts {
  int count;     /* pieces; there are count + 1 cuts */
  int height;    /* of the line */
  int *x;        /* [count + 1][height] where each cut is in each row */
  double *price; /* [count + 1] ink that it goes through, in pixels of full ink */
} lenet_cuts;

lenet_status lenet_cuts_find(const lenet_line *line, lenet_cuts *cuts, lenet_error *error);
void lenet_cuts_free(lenet_cuts *cuts);

/* Columns left .. right - 1, rows top .. bottom - 1 of a line. */
typedef struct lenet_extent {
  int left, top, right, bottom;
} lenet_extent;

/* The ink of pieces first .. last: where it lies, and how much there is, in pixels of full ink. */
double lenet_cuts_measure(const lenet_line *line, const lenet_cuts *cuts, int first, int last,
                          lenet_extent *extent);

/* Copies it, paper around it: ink [bottom - top][right - left] of the extent. */
void lenet_cuts_copy(const lenet_line *line, const lenet_cuts *cuts, int first, int last,
                     const lenet_extent *extent, uint8_t *ink);

#endif
