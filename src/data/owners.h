/* owners.h - whose ink a candidate holds, of a picture that was drawn mark by mark. */
#ifndef LENET_DATA_OWNERS_H
#define LENET_DATA_OWNERS_H

#include "base/rng.h"
#include "image/candidates.h"

enum { LENET_NO_OWNER = 255, LENET_MOST_OWNERS = 254 };

typedef struct lenet_owners {
  int width, height;
  const uint8_t *owner; /* [height][width] which mark has the most ink here, or LENET_NO_OWNER */
  int count;            /* marks */
  const uint8_t *label; /* [count] what each is */
} lenet_owners;

/* Adds to whole [owners->count] the ink of each mark that found its way into the line. */
void lenet_owners_weigh(const lenet_owners *owners, const lenet_line *line, double *whole);

/* The mark that pieces first .. last are, with hardly anything else; -1: they are none, since they
 * hold less than a mark or more; -2: neither one nor the other. `extent` is theirs, `whole` what
 * lenet_owners_weigh made of numbers above 0. */
int lenet_owners_of(const lenet_owners *owners, const lenet_line *line, const lenet_cuts *cuts,
                    int first, int last, const lenet_extent *extent, const double *whole);

/* Where a line's candidates go: `*count` of `most` are there. */
typedef struct lenet_piece_store {
  size_t most, *count;
  uint8_t *pictures; /* [most][28][28] */
  uint8_t *labels;   /* [most] */
} lenet_piece_store;

/* All candidates of a line that are marks, and of those that are none, which get the label `none`,
 * this part, drawn. */
lenet_status lenet_owners_pieces(const lenet_owners *owners, const lenet_line *line, uint8_t none,
                                 double part, lenet_rng *rng, lenet_piece_store *store,
                                 lenet_error *error);

#endif
