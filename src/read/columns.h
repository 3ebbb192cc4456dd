/* columns.h - from what a swept network gives for each column of a line to its digits. */
#ifndef LENET_READ_COLUMNS_H
#define LENET_READ_COLUMNS_H

#include "lenet.h"

/* Neighbouring columns in which one digit stands. */
typedef struct lenet_run {
  int first, last;
  int peak; /* the column that gives most for the digit */
  int digit;
  double confidence; /* probability of the digit at the peak, over all ways to read the line */
} lenet_run;

typedef struct lenet_runs {
  int count;
  lenet_run *run;    /* from left to right */
  double confidence; /* probability of just these digits, over all ways */
} lenet_runs;

/* scores [count][LENET_READER_SCORES], count 1 or more. */
lenet_status lenet_columns_read(const lenet_real *scores, int count, lenet_runs *runs,
                                lenet_error *error);
void lenet_runs_free(lenet_runs *runs);

#endif
