/* measure.h - counting errors with a team and its passes that exist already. */
#ifndef LENET_TRAIN_MEASURE_H
#define LENET_TRAIN_MEASURE_H

#include "base/team.h"
#include "net/pass.h"
#include "train/exchange.h"

#include <stdatomic.h>

/* A thread's working memory: a pass and room for one lane block of pictures. */
typedef struct lenet_worker {
  lenet_pass pass;
  uint8_t *pixels; /* [lanes][rows][columns] */
} lenet_worker;

/* rows x columns: the largest pictures that will come. */
lenet_status lenet_worker_create(lenet_worker *worker, const lenet_model *model,
                                 const lenet_kernels *kernels, lenet_pass_use use, int rows,
                                 int columns, lenet_error *error);
void lenet_worker_free(lenet_worker *worker);

/* Fetches samples index[from .. to - 1] into those lanes of `pixels`, with their labels: -1 for one
 * that is no class. */
void lenet_fetch_lanes(const lenet_samples *samples, uint32_t epoch, const uint32_t *index,
                       int from, int to, uint8_t *pixels, int labels[LENET_LANES]);

/* Fetches samples index[0 .. count-1] into the worker's lanes; labels of empty lanes are -1. */
void lenet_worker_fetch(lenet_worker *worker, const lenet_samples *samples, uint32_t epoch,
                        const uint32_t *index, int count, int labels[LENET_LANES]);

/* LENET_BAD_ARGUMENT where the samples' sides or classes do not fit the network, or there are none.
 */
lenet_status lenet_samples_check(const lenet_samples *samples, const lenet_network *network,
                                 int classes, const char *what, lenet_error *error);

/* The next lane blocks that no member of a team has measured yet, first .. end - 1 of `blocks`;
 * false where there are none. A member whose processor is slower, or shared, takes fewer. */
bool lenet_take_blocks(atomic_size_t *next, size_t blocks, size_t *first, size_t *end);

/* What `count` answers come to, and the sums of losses of `blocks` lane blocks. */
void lenet_measure_sum(const lenet_answer *answers, size_t count, const double *loss, size_t blocks,
                       lenet_measure *measure);

/* As lenet_evaluate_together; `workers` [members of the team][models]. With an `exchange` (else
 * NULL) each rank measures its part and all get the same result, `answers` being NULL;
 * LENET_STOPPED where the peers are lost. */
lenet_status lenet_measure_samples(lenet_team *team, lenet_worker *workers, size_t models,
                                   const lenet_samples *samples, lenet_exchange *exchange,
                                   lenet_measure *measure, lenet_answer *answers,
                                   lenet_error *error);

#endif
