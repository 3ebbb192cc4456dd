/* median.h - the median of numbers that do not all count the same. */
#ifndef LENET_IMAGE_MEDIAN_H
#define LENET_IMAGE_MEDIAN_H

#include <stddef.h>

typedef struct lenet_weighed {
  double value, weight;
} lenet_weighed;

/* The least value that, with all below it, has half of the weight; 0 of nothing. Sorts the list. */
double lenet_median(lenet_weighed *list, size_t count);

#endif
