/* lattice.h - the best way through a line's candidates. */
#ifndef LENET_READ_LATTICE_H
#define LENET_READ_LATTICE_H

#include "image/candidates.h"

/* One step of the way: a candidate, as which digit. */
typedef struct lenet_path_digit {
  int candidate;
  int digit;
  double confidence; /* 0 .. 1, of this digit in this place */
} lenet_path_digit;

typedef struct lenet_path {
  int count;
  lenet_path_digit *step; /* from left to right */
  double confidence;      /* 0 .. 1, of just these digits */
} lenet_path;

/* scores [candidates->count][LENET_READER_SCORES]. */
lenet_status lenet_lattice_read(const lenet_line *line, const lenet_candidates *candidates,
                                const float *scores, lenet_path *way, lenet_error *error);
void lenet_path_free(lenet_path *way);

#endif
