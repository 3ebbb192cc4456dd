/* trainer.c - a training run: samples in batches, gradients by lane block, one optimiser step.
 *
 * A step has two halves. First every member of the team takes a run of the batch's lane blocks, and
 * leaves each block's gradient in an array of its own. Then every member sums (block_sum.h) and
 * applies a slice of all parameters.
 *
 * With weight averaging there are two sets of weights, those that learn and their average. While an
 * epoch runs the model has the first, between epochs the second: it is what is measured and kept.
 */
#include "train/trainer.h"

#include "base/clock.h"
#include "base/error.h"
#include "train/block_sum.h"
#include "train/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- one step ---- */

typedef struct {
  lenet_trainer *trainer;
  bool (*progress)(void *context, const lenet_progress *progress);
  void *context;
  double start;
  int members;             /* that take part */
  bool together;           /* in one lane block, all of them */
  int labels[LENET_LANES]; /* of that one */
  bool all_stop;           /* see lenet_step_sums */
  lenet_status outcome;    /* set by member 0 before a barrier, read by all after it */
  uint64_t last_step;      /* where the job ends, if not before */
  double deadline;         /* when it ends if the members are together */
  bool ending;
} epoch_job;

static size_t batch_at(const lenet_trainer *t, size_t done)
{
  size_t left = t->train.count - done, batch = (size_t)t->recipe.batch;
  return left < batch ? left : batch;
}

static void meet(epoch_job *job)
{
  if (job->members > 1)
    lenet_team_barrier(job->trainer->team);
}

/* Of the gradients of a batch's losses, that their mean's is wanted. */
static real scale_of(const lenet_trainer *t, size_t batch)
{
  return t->recipe.optimizer == LENET_SDLM ? 1 : (real)1 / (real)batch;
}

/* What a lane block's losses and answers come to. */
static void note_block(lenet_trainer *t, const lenet_pass *pass, size_t block, int count,
                       const int *labels, const real *loss)
{
  t->block_loss[block] = 0;
  t->block_errors[block] = 0;
  for (int l = 0; l < count; l++) {
    t->block_loss[block] += (double)loss[l];
    t->block_errors[block] += lenet_pass_answer(pass, l) != labels[l];
  }
}

/* The gradient, loss and errors of lane block `block` of the batch that starts at `done`, by a
 * member of the team. */
static void learn_block(lenet_trainer *t, int member, uint64_t step, size_t done, size_t batch,
                        size_t block)
{
  lenet_worker *worker = &t->workers[member];
  const size_t lanes = (size_t)t->kernels->lanes, at = block * lanes;
  const int here = (int)(batch - at < lanes ? batch - at : lanes);
  int labels[LENET_LANES];
  real loss[LENET_LANES];
  lenet_worker_fetch(worker, &t->train, (uint32_t)t->epochs_done + 1, t->order + done + at, here,
                     labels);
  const real scale = scale_of(t, batch);
  real *gradient = t->part + block * t->stride;
  if (t->teachers)
    lenet_teachers_answer(&t->teachers[member], worker, t->train.rows, t->train.columns, here,
                          (real)t->recipe.temperature);
  if (t->dropout)
    lenet_dropout_backward(&t->dropout[member], step << 16 | block, &worker->pass, labels, scale,
                           loss, gradient);
  else
    lenet_pass_backward(&worker->pass, labels, scale, loss, gradient);
  note_block(t, &worker->pass, block, here, labels, loss);
}

/* The same of the only block of a batch, by all members of the job. */
static void learn_together(epoch_job *job, int member, size_t done, size_t batch)
{
  lenet_trainer *t = job->trainer;
  lenet_worker *first = &t->workers[0];
  const lenet_together together = {t->team, &first->pass, member, t->workers[member].pass.scratch};
  const int here = (int)batch;
  real loss[LENET_LANES];
  lenet_fetch_lanes(&t->train, (uint32_t)t->epochs_done + 1, t->order + done,
                    here * member / LENET_SHARES, here * (member + 1) / LENET_SHARES, first->pixels,
                    job->labels);
  meet(job);
  if (member == 0) {
    for (int l = here; l < LENET_LANES; l++)
      job->labels[l] = -1;
    lenet_pass_load(&first->pass, first->pixels, t->train.rows, t->train.columns, here);
  }
  meet(job);
  lenet_together_backward(&together, job->labels, scale_of(t, batch), loss, t->part);
  if (member == 0)
    note_block(t, &first->pass, 0, here, job->labels, loss);
}

/* Applies the parameters [from, to) of the sum of all blocks, which is in the first one's place. */
static void move_slice(lenet_trainer *t, size_t from, size_t to, uint64_t step, double rate)
{
  real *w = t->model->parameters + from;
  const real *g = t->part + from, *decay = t->decay ? t->decay + from : NULL;
  if (t->recipe.optimizer == LENET_SGD) {
    t->kernels->sgd_step(to - from, (real)rate, (real)t->recipe.momentum, decay, g,
                         t->state[0] + from, w);
    return;
  }
  if (t->recipe.optimizer == LENET_SDLM) {
    /* The paper's step follows one pattern's gradient: a batch takes the sum, not the mean. */
    t->kernels->sdlm_step(to - from, (real)rate, decay, t->state[1] + from, g, w);
    return;
  }
  const double beta1 = 0.9, beta2 = 0.999, number = (double)step + 1;
  const lenet_adam_step adam = {.rate = (real)rate,
                                .beta1 = (real)beta1,
                                .beta2 = (real)beta2,
                                .epsilon = (real)1e-8,
                                .correction1 = (real)(1 / (1 - pow(beta1, number))),
                                .correction2 = (real)(1 / (1 - pow(beta2, number)))};
  t->kernels->adam_step(to - from, &adam, decay, g, t->state[0] + from, t->state[1] + from, w);
}

static void average_slice(lenet_trainer *t, size_t from, size_t to, uint64_t step)
{
  const double number = (double)step + 1, early = (1 + number) / (10 + number);
  const double keep = fmin((double)t->recipe.ema, early);
  t->kernels->average_step(to - from, (real)(1 - keep), t->model->parameters + from,
                           t->other + from);
}

static uint64_t steps_per_epoch(const lenet_trainer *t)
{
  return (t->train.count + (size_t)t->recipe.batch - 1) / (size_t)t->recipe.batch;
}

/* Member 0's part of a step that other ranks share: this rank's sums become those of all. */
static void share(epoch_job *job, const lenet_block_sum *sum)
{
  lenet_trainer *t = job->trainer;
  lenet_step_sums sums = {.loss = t->block_loss, .errors = t->block_errors};
  if (!lenet_exchange_step(t->exchange, sum, &sums))
    job->outcome = LENET_STOPPED;
  job->all_stop = sums.stop;
}

static void tell_progress(epoch_job *job)
{
  lenet_trainer *t = job->trainer;
  const lenet_progress progress = {.epoch = t->epochs_done + 1,
                                   .epochs = t->recipe.epochs,
                                   .done = t->done,
                                   .total = t->train.count,
                                   .loss = t->loss_sum / (double)t->done,
                                   .seconds = lenet_clock() - job->start};
  const bool wants_stop = job->progress && !job->progress(job->context, &progress);
  if (t->exchange) /* ranks stop after the same step: the next one */
    t->exchange->wants_stop = wants_stop;
  if (job->outcome == LENET_OK && (t->exchange ? job->all_stop : wants_stop))
    job->outcome = LENET_STOPPED;
}

/* Member 0's part of a step: sums, place, and what the caller wants to know. */
static void account(epoch_job *job, size_t batch, int blocks)
{
  lenet_trainer *t = job->trainer;
  double loss = 0;
  for (int b = 0; b < blocks; b++) {
    loss += t->block_loss[b];
    t->error_sum += (size_t)t->block_errors[b];
  }
  t->loss_sum += loss;
  t->done += batch;
  t->step++;
  job->ending = t->done == t->train.count || t->step == job->last_step ||
                (job->together && lenet_clock() > job->deadline);
  if (!isfinite(loss))
    job->outcome = LENET_DIVERGED;
  tell_progress(job);
}

static void epoch_member(void *context, int member)
{
  epoch_job *job = context;
  lenet_trainer *t = job->trainer;
  const size_t members = (size_t)job->members;
  const size_t lanes = t->stride / LENET_LANES;
  const size_t from = lanes * (size_t)member / members * LENET_LANES;
  const size_t to = lanes * ((size_t)member + 1) / members * LENET_LANES;
  size_t done = t->done;
  uint64_t step = t->step;
  meet(job); /* all have read where the run stands */
  do {
    const size_t batch = batch_at(t, done);
    const lenet_block_sum sum = {.kernels = t->kernels,
                                 .part = t->part,
                                 .stride = t->stride,
                                 .blocks = lenet_trainer_blocks_of(t, batch),
                                 .rank = t->exchange ? (size_t)t->exchange->peers.rank : 0,
                                 .ranks = t->exchange ? (size_t)t->exchange->peers.ranks : 1,
                                 .members = members};
    const size_t end = lenet_first_block(&sum, (size_t)member + 1);
    if (job->together)
      learn_together(job, member, done, batch);
    else
      for (size_t block = lenet_first_block(&sum, (size_t)member); block < end; block++)
        learn_block(t, member, step, done, batch, block);
    lenet_sum_own_pairs(&sum, (size_t)member);
    meet(job);
    lenet_sum_other_pairs(&sum, from, to);
    if (t->exchange) {
      meet(job);
      if (member == 0)
        share(job, &sum);
      meet(job);
      if (job->outcome != LENET_OK) /* no weight has moved: as if the step had not begun */
        break;
    }
    if (to > from) {
      move_slice(t, from, to, step, lenet_recipe_rate(&t->recipe, step, steps_per_epoch(t)));
      if (t->other)
        average_slice(t, from, to, step);
    }
    if (member == 0)
      account(job, batch, (int)sum.blocks);
    done += batch;
    step++;
    meet(job);
  } while (!job->ending && job->outcome == LENET_OK);
}

/* ---- one epoch ---- */

/* Between the weights that learn and their average. */
static void change_weights(lenet_trainer *t)
{
  for (size_t i = 0; t->other && i < t->stride; i++) {
    const real kept = t->other[i];
    t->other[i] = t->model->parameters[i];
    t->model->parameters[i] = kept;
  }
}

/* Mean second derivatives on the first samples of the epoch's order, which is a random one (eq.
 * (24)). One thread does it: it costs as much as a few steps. */
static void estimate_curvature(lenet_trainer *t)
{
  lenet_worker *worker = &t->workers[0];
  const size_t wanted = (size_t)t->recipe.curvature_samples;
  const size_t count = wanted < t->train.count ? wanted : t->train.count;
  const size_t lanes = (size_t)t->kernels->lanes;
  real *h = t->state[0];
  memset(h, 0, t->stride * sizeof *h);
  for (size_t at = 0; at < count; at += lanes) {
    const int here = (int)(count - at < lanes ? count - at : lanes);
    int labels[LENET_LANES];
    lenet_worker_fetch(worker, &t->train, (uint32_t)t->epochs_done + 1, t->order + at, here,
                       labels);
    lenet_pass_curvature(&worker->pass, labels, t->gradient, h);
  }
  for (size_t i = 0; i < t->stride; i++)
    h[i] /= (real)count;
  lenet_trainer_find_steps(t);
}

void lenet_trainer_find_steps(lenet_trainer *t)
{
  for (size_t i = 0; i < t->stride; i++)
    t->state[1][i] = 1 / ((real)t->recipe.mu + t->state[0][i]);
}

enum { PLATEAU_STEPS = 50 };

/* The range of rate / (mu + h) over all weights that are learned. */
static void find_rates(const lenet_trainer *t, lenet_epoch *epoch)
{
  epoch->lowest_rate = epoch->highest_rate = epoch->learning_rate;
  if (t->recipe.optimizer != LENET_SDLM)
    return;
  double least = INFINITY, most = 0;
  for (size_t i = 0; i < t->model->layout.parameter_count; i++) {
    const double h = (double)t->state[0][i];
    if (h == 0) /* a hole of a connection table */
      continue;
    least = h < least ? h : least;
    most = h > most ? h : most;
  }
  epoch->lowest_rate = epoch->learning_rate / ((double)t->recipe.mu + most);
  epoch->highest_rate = epoch->learning_rate / ((double)t->recipe.mu + least);
}

/* Fewer errors on validation; among equals the smaller loss. Without validation, the later. */
static bool is_best(const lenet_trainer *t, const lenet_epoch *epoch)
{
  if (!t->has_validation || t->best_epoch == 0)
    return true;
  const lenet_epoch *best = &t->history[t->best_epoch - 1];
  return epoch->validation_error < best->validation_error ||
         (epoch->validation_error == best->validation_error &&
          epoch->validation_loss < best->validation_loss);
}

static lenet_status finish_epoch(lenet_trainer *t, double train_seconds, lenet_epoch *epoch,
                                 lenet_error *error)
{
  const double guessing = 1 - 1 / (double)t->model->layout.classes; /* errors of */
  const double count = (double)t->train.count;
  lenet_epoch made = {.epoch = t->epochs_done + 1,
                      .train_loss = t->loss_sum / count,
                      .train_error = (double)t->error_sum / count,
                      .validation_loss = NAN,
                      .validation_error = NAN,
                      .learning_rate =
                          lenet_recipe_rate(&t->recipe, t->step - 1, steps_per_epoch(t)),
                      .train_seconds = train_seconds,
                      .seconds = train_seconds};
  find_rates(t, &made);
  change_weights(t);
  if (t->has_validation) {
    const lenet_measure *measure = &t->measure;
    lenet_status status = lenet_measure_samples(t->team, t->workers, 1, &t->validation, t->exchange,
                                                &t->measure, NULL, error);
    if (status != LENET_OK) {
      change_weights(t); /* back: the epoch is yet to be finished */
      return status;
    }
    made.validation_loss = measure->loss;
    made.validation_error = (double)measure->errors / (double)measure->samples;
    made.seconds += measure->seconds;
  }
  /* A network that has made few steps yet is not stuck. */
  made.plateau = t->step >= PLATEAU_STEPS && made.train_error > 0.9 * guessing;
  made.best = is_best(t, &made);
  if (made.best) {
    memcpy(t->best, t->model->parameters, t->stride * sizeof *t->best);
    t->best_epoch = made.epoch;
  }
  t->history[t->epochs_done++] = made;
  t->done = 0;
  t->loss_sum = 0;
  t->error_sum = 0;
  t->spent = 0;
  if (t->epochs_done < t->recipe.epochs)
    lenet_trainer_shuffle(t, t->epochs_done + 1);
  *epoch = made;
  return LENET_OK;
}

/* Runs steps to the end of the epoch, or only some. A step of one block of pictures is done by some
 * members together or by one alone: a single picture is not worth meeting for, nor are rows that
 * one must look at between two others. */
static void run_stretch(epoch_job *job)
{
  lenet_trainer *t = job->trainer;
  const int size = lenet_team_size(t->team);
  const bool one = lenet_trainer_blocks(t) == 1;
  const bool choice =
      one && size >= LENET_SHARES && t->kernels->lanes > 1 && !t->dropout && !t->teachers;
  const size_t done = t->done;
  const double start = lenet_clock();
  job->together = choice && lenet_pace_choose(&t->pace);
  job->members = job->together ? LENET_SHARES : one ? 1 : size;
  job->last_step = choice ? t->step + LENET_STRETCH : UINT64_MAX;
  /* As long as one would have taken. */
  job->deadline = start + t->pace.seconds[0] * (double)(LENET_STRETCH * t->recipe.batch);
  job->ending = false;
  if (job->members == 1)
    epoch_member(job, 0);
  else
    lenet_team_run(t->team, job->members, epoch_member, job);
  if (choice)
    lenet_pace_note(&t->pace, job->together, lenet_clock() - start, t->done - done);
}

lenet_status lenet_trainer_epoch(lenet_trainer *t,
                                 bool (*progress)(void *context, const lenet_progress *progress),
                                 void *context, lenet_epoch *epoch, lenet_error *error)
{
  if (t->epochs_done >= t->recipe.epochs)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "all %d epochs are done", t->recipe.epochs);
  if (t->recipe.distillation > 0 && !t->teachers)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "there is to be distillation: from whom?");
  if (t->done == 0)
    change_weights(t);
  epoch_job job = {.trainer = t, .progress = progress, .context = context, .start = lenet_clock()};
  if (t->recipe.optimizer == LENET_SDLM && t->done == 0)
    estimate_curvature(t);
  while (t->done < t->train.count && job.outcome == LENET_OK)
    run_stretch(&job);
  if (t->done == 0) /* not even the first step came to its end */
    change_weights(t);
  const double seconds = lenet_clock() - job.start;
  t->spent += seconds;
  if (job.outcome == LENET_DIVERGED) {
    lenet_trainer_take_best(t);
    return lenet_fail(error, LENET_DIVERGED, -1,
                      "epoch %d, image %zu: the loss is no longer a number", t->epochs_done + 1,
                      t->done);
  }
  if (job.outcome == LENET_STOPPED)
    return lenet_fail(error, LENET_STOPPED, -1, "stopped in epoch %d after %zu of %zu images",
                      t->epochs_done + 1, t->done, t->train.count);
  return finish_epoch(t, t->spent, epoch, error);
}

/* ---- asking ---- */

int lenet_trainer_epochs_done(const lenet_trainer *t) { return t->epochs_done; }

lenet_epoch lenet_trainer_history(const lenet_trainer *t, int epoch)
{
  return epoch >= 1 && epoch <= t->epochs_done ? t->history[epoch - 1] : (lenet_epoch){0};
}

const lenet_recipe *lenet_trainer_recipe(const lenet_trainer *t) { return &t->recipe; }

int lenet_trainer_take_best(lenet_trainer *t)
{
  if (t->best_epoch > 0)
    memcpy(t->model->parameters, t->best, t->stride * sizeof *t->best);
  return t->best_epoch;
}
