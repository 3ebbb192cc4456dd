/* dataset.h - what a data set is made of. */
#ifndef LENET_DATA_DATASET_H
#define LENET_DATA_DATASET_H

#include "lenet.h"

enum { LENET_MAX_SAMPLES = 1 << 24 };

struct lenet_dataset {
  size_t count;
  int rows, columns, classes;
  uint8_t *pixels; /* [count][rows][columns] */
  uint8_t *labels; /* [count], each below `classes` */
  char *place;
  char *class_name[LENET_MAX_CLASSES];
};

/* "<directory>/<name><suffix>", to be freed; NULL without memory. */
char *lenet_data_path(const char *directory, const char *name, const char *suffix);

#endif
