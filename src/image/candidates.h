/* candidates.h - what may be the digits of a line: every run of its pieces that is not too wide. */
#ifndef LENET_IMAGE_CANDIDATES_H
#define LENET_IMAGE_CANDIDATES_H

#include "image/cuts.h"

typedef struct lenet_candidate {
  int first, last;     /* pieces */
  lenet_extent extent; /* its ink, in the line */
} lenet_candidate;

typedef struct lenet_candidates {
  lenet_cuts cuts;
  int count;
  lenet_candidate *at; /* by rising first, then last */
  uint8_t *digit;      /* [count][28][28] as a network reads them */
} lenet_candidates;

/* None where the line holds no ink. */
lenet_status lenet_candidates_find(const lenet_line *line, lenet_candidates *candidates,
                                   lenet_error *error);

/* The same in two steps, for those who need not see all: the list, with room for pictures, and the
 * picture of candidate i, for which there is memory enough or LENET_NO_MEMORY. */
lenet_status lenet_candidates_list(const lenet_line *line, lenet_candidates *candidates,
                                   lenet_error *error);
lenet_status lenet_candidates_draw(const lenet_line *line, lenet_candidates *candidates, int i,
                                   lenet_error *error);
void lenet_candidates_free(lenet_candidates *candidates);

#endif
