/* prose.h - words as printed pages have them: common ones, made-up ones, names, numbers, prices,
 * dates, addresses, a little code, so that every printable character occurs. No text of anyone's.
 */
#ifndef LENET_DATA_PROSE_H
#define LENET_DATA_PROSE_H

#include "base/rng.h"

#include <stdbool.h>

enum { LENET_LONGEST_WORD = 40 }; /* bytes with the NUL */

/* Where a sentence stands. A value of zeros begins one. */
typedef struct lenet_prose {
  int words;   /* of this sentence so far */
  bool inside; /* a bracket or a quotation */
  char close;  /* what ends it */
} lenet_prose;

/* The next word with the signs that belong to it, without spaces. */
void lenet_prose_word(lenet_prose *prose, lenet_rng *rng, char word[LENET_LONGEST_WORD]);

/* A word in which any of the characters 33 .. 126 are as frequent as others, 1 .. 8 of them. */
void lenet_prose_jumble(lenet_rng *rng, char word[LENET_LONGEST_WORD]);

#endif
