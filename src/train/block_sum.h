/* block_sum.h - the gradients of a step's lane blocks, summed by a team.
 *
 * They are summed two by two, in pairs that only the number of blocks decides: no number depends on
 * who computed it, so the sum is the same bits on any number of threads. Pairs within a member's
 * run of blocks are summed by it, whole arrays at a time: what another member wrote comes slowly
 * from its processor's cache to one's own, so that there should be little of it. */
#ifndef LENET_TRAIN_BLOCK_SUM_H
#define LENET_TRAIN_BLOCK_SUM_H

#include "kernels/kernels.h"

typedef struct lenet_block_sum {
  const lenet_kernels *kernels;
  real *part;    /* [blocks][stride]; the sum ends in the first */
  size_t stride; /* whole lanes */
  size_t blocks, members;
} lenet_block_sum;

/* The first of the blocks that a member takes; they end where the next member's begin. */
size_t lenet_first_block(const lenet_block_sum *sum, size_t member);

/* Sums the pairs whose blocks are all the member's. */
void lenet_sum_own_pairs(const lenet_block_sum *sum, size_t member);

/* After all members have done that: sums the rest for the parameters [from, to), whole lanes. */
void lenet_sum_other_pairs(const lenet_block_sum *sum, size_t from, size_t to);

#endif
