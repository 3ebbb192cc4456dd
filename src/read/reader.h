/* reader.h - the networks of a reader, and what they say of a line's candidates. */
#ifndef LENET_READ_READER_H
#define LENET_READ_READER_H

#include "image/candidates.h"

enum { LENET_READER_SCORES = 11 }; /* digits 0 .. 9, and that it is none */

struct lenet_reader {
  const lenet_model *digits, *none; /* none: NULL where digits has the eleventh class itself */
  lenet_model *own;                 /* the built-in one, or NULL */
  lenet_session *digits_session, *none_session;
};

/* scores [count][LENET_READER_SCORES], which sum to 1, for pictures [count][28][28]. */
lenet_status lenet_reader_score(lenet_reader *reader, const uint8_t *pictures, size_t count,
                                float *scores, lenet_error *error);

#endif
