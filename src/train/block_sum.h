/* block_sum.h - the gradients of a step's lane blocks, summed by a team, or by several of them.
 *
 * They are summed two by two, in pairs that only the number of blocks decides: no number depends on
 * who computed it, so the sum is the same bits on any number of threads and ranks. A rank has a run
 * of the blocks, and each member of its team a run of that. Pairs within a member's run are summed
 * by it, whole arrays at a time: what another member wrote comes slowly from its processor's cache
 * to one's own, so that there should be little of it. Pairs within a rank's run are summed by its
 * team; between ranks go only the sums that are left then (exchange.h). */
#ifndef LENET_TRAIN_BLOCK_SUM_H
#define LENET_TRAIN_BLOCK_SUM_H

#include "kernels/kernels.h"

typedef struct lenet_block_sum {
  const lenet_kernels *kernels;
  real *part;    /* [blocks][stride]; the sum ends in the first */
  size_t stride; /* whole lanes */
  size_t blocks;
  size_t rank, ranks; /* 0 and 1 where one trainer has all blocks */
  size_t members;
} lenet_block_sum;

/* The first of the blocks that a rank, or a member of this one's team, takes; they end where the
 * next one's begin. */
size_t lenet_first_block_of_rank(const lenet_block_sum *sum, size_t rank);
size_t lenet_first_block(const lenet_block_sum *sum, size_t member);

/* Sums the pairs whose blocks are all the member's. */
void lenet_sum_own_pairs(const lenet_block_sum *sum, size_t member);

/* After all members have done that: sums the other pairs whose blocks are all this rank's, for the
 * parameters [from, to), whole lanes. */
void lenet_sum_other_pairs(const lenet_block_sum *sum, size_t from, size_t to);

/* No rank has more sums left after that: a run is cut from a tree of at most 2^12 blocks. */
enum { LENET_MAX_RUN_SUMS = 26 };

/* The blocks in whose places the sums of a rank's run are then. Returns their number. */
size_t lenet_run_sums(const lenet_block_sum *sum, size_t rank, size_t at[LENET_MAX_RUN_SUMS]);

/* With those of all ranks in their places: sums the pairs that are no one rank's. */
void lenet_sum_pairs_of_ranks(const lenet_block_sum *sum, size_t from, size_t to);

#endif
