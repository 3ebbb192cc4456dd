/* trainer.h - the state of a training run, for trainer_create.c, which makes it, trainer.c, which
 * moves it on, and checkpoint.c, which saves it. */
#ifndef LENET_TRAIN_TRAINER_H
#define LENET_TRAIN_TRAINER_H

#include "train/dropout.h"
#include "train/teachers.h"
#include "train/together.h"

struct lenet_trainer {
  lenet_model *model;
  lenet_recipe recipe;
  lenet_samples train, validation;
  bool has_validation;
  const lenet_kernels *kernels;
  lenet_team *team;
  lenet_worker *workers;    /* one a member of the team; so are the two below */
  lenet_dropout *dropout;   /* NULL: no unit is left out */
  lenet_teachers *teachers; /* NULL: nobody teaches, or not yet */
  uint64_t teachers_mark;   /* see lenet_teachers_mark; 0: nobody teaches */
  lenet_exchange *exchange; /* NULL: no other ranks train with this one */

  /* Arrays of `stride` reals, the parameter count rounded up to whole lanes. */
  size_t stride;
  real *part;     /* [blocks][stride]: gradient of each lane block of a step */
  real *gradient; /* their sum */
  real *state[2]; /* SGD: velocity, unused; Adam: mean, square; SDLM: curvature h, 1 / (mu + h) */
  real *decay;    /* the recipe's for weights, 0 for biases; NULL where the recipe has none */
  real *other;    /* with weight averaging: while an epoch runs the average of the model's weights,
                     between epochs the weights that learn; else NULL */
  real *best;     /* weights of the best epoch */

  /* Results of the lane blocks of a step, [blocks]. */
  double *block_loss;
  int *block_errors;

  /* Where the run stands: after whole steps only. */
  int epochs_done;
  lenet_pace pace;       /* of batches of one lane block */
  uint64_t step;         /* steps done in all */
  size_t done;           /* images done of the running epoch */
  double loss_sum;       /* of the running epoch */
  size_t error_sum;      /* of the running epoch */
  double spent;          /* seconds of the running epoch before it was stopped */
  uint32_t *order;       /* the running epoch's permutation of the training samples */
  lenet_epoch *history;  /* [recipe.epochs] */
  int best_epoch;        /* from 1; 0: none */
  lenet_measure measure; /* of the validation images: too large for a stack */
};

/* Lane blocks of a batch of so many samples, and of the largest batch that will come. */
size_t lenet_trainer_blocks_of(const lenet_trainer *trainer, size_t batch);
int lenet_trainer_blocks(const lenet_trainer *trainer);

/* Fills state[1] of LENET_SDLM from state[0]. */
void lenet_trainer_find_steps(lenet_trainer *trainer);

/* Writes the permutation of epoch `epoch` (from 1) into trainer->order. */
void lenet_trainer_shuffle(lenet_trainer *trainer, int epoch);

#endif
