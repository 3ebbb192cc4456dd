/* profile.c - where the time of a training step goes, row by row.
 *
 * Whole steps on one lane block are run, of the parts that training is made of, and the clock is
 * read between two of them: each row meets the numbers, and the caches, that it meets in training.
 */
#include "base/clock.h"
#include "base/error.h"
#include "train/measure.h"

#include <math.h>
#include <stdlib.h>

enum { LEAST_STEPS = 10 };

/* One step at work. */
typedef struct profile {
  lenet_worker worker;
  const lenet_samples *samples;
  int labels[LENET_LANES];
  real *gradient, *velocity, *weights; /* [stride]; the model's own weights stay */
  size_t stride;
  double clock; /* what reading the clock takes */
  double last;  /* when it was last read */
  lenet_layer_time *times;
  lenet_rest_time rest;
} profile;

static void reset(profile *p, int rows)
{
  for (int i = 0; i < rows; i++)
    p->times[i] = (lenet_layer_time){
        INFINITY, i < lenet_pass_first_learning(&p->worker.pass) ? 0 : (double)INFINITY};
  p->rest = (lenet_rest_time){INFINITY, INFINITY, INFINITY};
  p->clock = INFINITY;
  for (int i = 0; i < 100; i++) {
    const double from = lenet_clock();
    p->clock = fmin(p->clock, lenet_clock() - from);
  }
}

/* Ends a part: the time since the last one ended, if it is the least so far. */
static void note(profile *p, double *least)
{
  const double now = lenet_clock();
  const double seconds = now - p->last - p->clock;
  /* The clock may be coarser than a part is long. */
  *least = fmin(*least, fmax(seconds, 1e-9));
  p->last = lenet_clock();
}

static void step(profile *p)
{
  lenet_pass *pass = &p->worker.pass;
  const int rows = pass->model->network.row_count;
  real loss[LENET_LANES];
  p->last = lenet_clock();
  lenet_pass_load(pass, p->worker.pixels, p->samples->rows, p->samples->columns, LENET_LANES);
  note(p, &p->rest.load);
  for (int i = 0; i < rows; i++) {
    lenet_pass_run_row(pass, i);
    note(p, &p->times[i].forward);
  }
  lenet_pass_judge_gradient(pass, p->labels, (real)1 / LENET_LANES, loss);
  note(p, &p->rest.loss);
  for (int i = rows - 1; i >= lenet_pass_first_learning(pass); i--) {
    lenet_pass_backward_row(pass, i, p->gradient);
    note(p, &p->times[i].backward);
  }
  pass->kernels->sgd_step(p->stride, (real)1e-6, (real)0.9, NULL, p->gradient, p->velocity,
                          p->weights);
  note(p, &p->rest.step);
}

static void fetch(profile *p)
{
  uint32_t index[LENET_LANES];
  for (uint32_t i = 0; i < LENET_LANES; i++)
    index[i] = i % (uint32_t)p->samples->count;
  lenet_worker_fetch(&p->worker, p->samples, 0, index, LENET_LANES, p->labels);
}

static lenet_status prepare(profile *p, const lenet_model *model, const lenet_kernels *kernels,
                            lenet_error *error)
{
  const lenet_recipe usual = lenet_recipe_default(&model->network);
  lenet_status status = lenet_worker_create(&p->worker, model, kernels, LENET_PASS_GRADIENT,
                                            p->samples->rows, p->samples->columns, error);
  if (status != LENET_OK)
    return status;
  p->stride = lenet_round_up(model->layout.parameter_count);
  p->gradient = lenet_reals(p->stride);
  p->velocity = lenet_reals(p->stride);
  p->weights = lenet_reals(p->stride);
  if (!p->gradient || !p->velocity || !p->weights)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to time %zu parameters", p->stride);
  p->worker.pass.criterion = (lenet_criterion){.loss = usual.loss, .rubbish = (real)usual.rubbish};
  fetch(p);
  return LENET_OK;
}

static void clean_up(profile *p)
{
  lenet_worker_free(&p->worker);
  free(p->gradient);
  free(p->velocity);
  free(p->weights);
}

/* From seconds for a lane block to seconds for a picture. */
static void divide(double *seconds) { *seconds /= LENET_LANES; }

lenet_status lenet_profile(const lenet_model *model, const lenet_samples *samples, lenet_isa isa,
                           double seconds, lenet_layer_time times[LENET_MAX_ROWS],
                           lenet_rest_time *rest, lenet_error *error)
{
  const lenet_kernels *kernels = lenet_kernels_for(isa, LENET_LANES);
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_status status =
      lenet_samples_check(samples, &model->network, model->layout.classes, "timing", error);
  if (status != LENET_OK)
    return status;
  const int rows = model->network.row_count;
  profile p = {.samples = samples, .times = times};
  status = prepare(&p, model, kernels, error);
  if (status != LENET_OK) {
    clean_up(&p);
    return status;
  }
  reset(&p, rows);
  const double start = lenet_clock();
  for (int steps = 0; steps < LEAST_STEPS || lenet_clock() - start < seconds; steps++)
    step(&p);
  if (model->network.row[0].kind == LENET_PAD)
    times[0].forward = 0;
  for (int i = 0; i < rows; i++) {
    divide(&times[i].forward);
    divide(&times[i].backward);
  }
  divide(&p.rest.load);
  divide(&p.rest.loss);
  divide(&p.rest.step);
  if (rest)
    *rest = p.rest;
  clean_up(&p);
  return LENET_OK;
}
