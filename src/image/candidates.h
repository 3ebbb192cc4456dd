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
void lenet_candidates_free(lenet_candidates *candidates);

#endif
