/* strings.h - digits of a set side by side. */
#ifndef LENET_DATA_STRINGS_H
#define LENET_DATA_STRINGS_H

#include "data/owners.h"
#include "lenet.h"

/* A string, light ink on black, and where its ink comes from. */
typedef struct lenet_inked_string {
  int width, height;
  uint8_t *pixels; /* [height][width] */
  uint8_t *owner;  /* [height][width] the place in the string of the digit with the most ink here;
                      LENET_NO_OWNER where there is none */
  int count;
  uint8_t label[LENET_PAGE_DIGITS]; /* from left to right */
  size_t sample[LENET_PAGE_DIGITS]; /* which pictures of the data set */
  struct {
    int x, y, width, height;
  } box[LENET_PAGE_DIGITS];
} lenet_inked_string;

/* Draws string `index` of `seed`. `options` are in their ranges, and there are samples. */
lenet_status lenet_inked_string_make(const lenet_samples *digits,
                                     const lenet_string_options *options, uint64_t seed,
                                     uint64_t index, lenet_inked_string *drawn, lenet_error *error);
void lenet_inked_string_free(lenet_inked_string *drawn);

#endif
