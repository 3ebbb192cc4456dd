/* spaces.h - where printed lines have spaces. */
#ifndef LENET_READ_SPACES_H
#define LENET_READ_SPACES_H

#include "read/lattice.h"

#include "lenet.h"

/* What lies between the characters of a line, in x-heights. */
typedef struct lenet_gaps {
  int count; /* of the characters, less one */
  double x_height;
  double *gap;  /* [count] paper from each character to the next; owns the steps too */
  double *step; /* [count] from middle to middle */
} lenet_gaps;

lenet_status lenet_gaps_measure(const lenet_line *line, const lenet_candidates *candidates,
                                const lenet_path *way, lenet_gaps *gaps, lenet_error *error);
void lenet_gaps_free(lenet_gaps *gaps);

/* Sets `spaces` of each character of these lines [lines] of a page: how many are before it. Goes by
 * what each character is most likely; of the gaps takes off what paper such characters have around
 * them. */
lenet_status lenet_spaces_find(lenet_gaps *gaps, int lines, lenet_read_line *read,
                               lenet_error *error);

#endif
