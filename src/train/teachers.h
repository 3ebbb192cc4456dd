/* teachers.h - models whose answers another one learns (Hinton, Vinyals, Dean 2015). */
#ifndef LENET_TRAIN_TEACHERS_H
#define LENET_TRAIN_TEACHERS_H

#include "train/measure.h"

/* A thread's room for them. */
typedef struct lenet_teachers {
  size_t count;
  lenet_pass *pass;  /* [count], forward only */
  real *probability; /* [classes][lanes]: what the criterion of the learner's pass points to */
} lenet_teachers;

/* LENET_BAD_ARGUMENT, position = index of the teacher, for one that cannot teach `model`: both end
 * in a softmax over the same classes, and read pictures of rows x columns. */
lenet_status lenet_teachers_check(const lenet_model *model, const lenet_model *const *teachers,
                                  size_t count, int rows, int columns, lenet_error *error);

/* Teachers that passed this check. */
lenet_status lenet_teachers_create(const lenet_model *const *teachers, size_t count,
                                   const lenet_kernels *kernels, lenet_teachers *made,
                                   lenet_error *error);
void lenet_teachers_free(lenet_teachers *teachers);

/* A number that tells teachers apart: FNV-1a over their networks and parameters; never 0. */
uint64_t lenet_teachers_mark(const lenet_model *const *teachers, size_t count);

/* The mean of the teachers' softmax (scores / temperature) for the `count` pictures of rows x
 * columns that the worker has fetched. */
void lenet_teachers_answer(lenet_teachers *teachers, const lenet_worker *worker, int rows,
                           int columns, int count, real temperature);

#endif
