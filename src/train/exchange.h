/* exchange.h - what a trainer and its peers tell each other (lenet_peers).
 *
 * After each step a rank sends each other one, for that one's slice of all parameters, the sums
 * that are left of its run of blocks; sums its own slice of all ranks' in the tree's order; and
 * sends the result to all. So every number is added by one rank, in the order in which one trainer
 * alone adds them, and a rank sends about twice the parameters, however many ranks there are. */
#ifndef LENET_TRAIN_EXCHANGE_H
#define LENET_TRAIN_EXCHANGE_H

#include "train/block_sum.h"

typedef struct lenet_exchange {
  lenet_peers peers;
  size_t room;             /* bytes for and from one rank */
  unsigned char *out, *in; /* [ranks][room] */
  const void **send;       /* these four: [ranks] */
  void **receive;
  size_t *send_size, *receive_size;
  bool wants_stop; /* of this rank: the others hear of it with the next step */
} lenet_exchange;

/* For arrays of `stride` reals and batches of up to `blocks` lane blocks. */
lenet_status lenet_exchange_create(const lenet_peers *peers, size_t stride, size_t blocks,
                                   lenet_exchange **exchange, lenet_error *error);
void lenet_exchange_free(lenet_exchange *exchange);

/* What is known of a step's blocks. */
typedef struct lenet_step_sums {
  double *loss; /* [blocks] */
  int *errors;  /* [blocks] */
  bool stop;    /* some rank wanted to before this step */
} lenet_step_sums;

/* Sums the blocks of all ranks into the first one's place and tells all what they came to. False:
 * the peers are lost; `sums` and the first block's place are of no use then. */
bool lenet_exchange_step(lenet_exchange *exchange, const lenet_block_sum *sum,
                         lenet_step_sums *sums);

/* Where rank's part of `count` things begins, when they are dealt out in order. */
size_t lenet_first_of_rank(const lenet_peers *peers, size_t count, size_t rank);

/* Each rank has its part of an array of `count` elements of `size` bytes, and gets the others'. */
bool lenet_exchange_parts(lenet_exchange *exchange, void *array, size_t count, size_t size);

#endif
