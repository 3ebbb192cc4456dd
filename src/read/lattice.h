/* lattice.h - the best way through a line's candidates. */
#ifndef LENET_READ_LATTICE_H
#define LENET_READ_LATTICE_H

#include "image/candidates.h"

/* One step of the way: a candidate, as which class: which digit, or which character of text. */
typedef struct lenet_path_digit {
  int candidate;
  int digit;
  double confidence; /* 0 .. 1, of this digit in this place */
} lenet_path_digit;

typedef struct lenet_path {
  int count;
  lenet_path_digit *step; /* from left to right */
  double confidence;      /* 0 .. 1, of just these digits */
  double cost; /* of the way: -log of all that the networks give it, and what sizes cost */
} lenet_path;

/* scores [candidates->count][classes], the last class being what is none of the others. In a line
 * of text (its x_height is not 0) nothing is too small. */
lenet_status lenet_lattice_read(const lenet_line *line, const lenet_candidates *candidates,
                                const float *scores, int classes, lenet_path *way,
                                lenet_error *error);
void lenet_path_free(lenet_path *way);

#endif
