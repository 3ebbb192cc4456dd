/* digit.h - the one digit of a picture. */
#ifndef LENET_IMAGE_DIGIT_H
#define LENET_IMAGE_DIGIT_H

#include "lenet.h"

typedef struct lenet_found_digit {
  int x, y, width, height; /* box of its ink, pixels of the picture */
  uint8_t seen[28 * 28];   /* in the frame of MNIST */
} lenet_found_digit;

lenet_status lenet_digit_find(const lenet_image *image, lenet_found_digit *digit,
                              lenet_error *error);

#endif
