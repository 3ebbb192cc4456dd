/* dropout.h - hidden dense units left out at random while learning (Srivastava et al. 2014): each
 * output of a hidden dense row is 0 with a probability p, else 1 / (1 - p) times as large, so that
 * outside training nothing has to be changed. */
#ifndef LENET_TRAIN_DROPOUT_H
#define LENET_TRAIN_DROPOUT_H

#include "net/pass.h"

/* A thread's room for it. */
typedef struct lenet_dropout {
  double probability;
  uint64_t seed;
  real *mask[LENET_MAX_ROWS];  /* factors of row i's outputs, [units][lanes]; NULL: none left out */
  real *whole[LENET_MAX_ROWS]; /* those outputs before any was left out */
  real *arena;
} lenet_dropout;

/* For passes of `model` with kernels of `lanes` lanes. */
lenet_status lenet_dropout_create(const lenet_model *model, int lanes, double probability,
                                  uint64_t seed, lenet_dropout *dropout, lenet_error *error);
void lenet_dropout_free(lenet_dropout *dropout);

/* As lenet_pass_backward. Which units are left out is a function of the seed and `place` alone. */
void lenet_dropout_backward(const lenet_dropout *dropout, uint64_t place, lenet_pass *pass,
                            const int *labels, real scale, real loss[LENET_LANES], real *gradient);

#endif
