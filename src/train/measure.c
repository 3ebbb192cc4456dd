#include "train/measure.h"

#include "base/clock.h"
#include "base/error.h"

#include <stdlib.h>
#include <string.h>

/* ---- workers ---- */

lenet_status lenet_worker_create(lenet_worker *worker, const lenet_model *model,
                                 const lenet_kernels *kernels, bool backward, int rows, int columns,
                                 lenet_error *error)
{
  lenet_worker made = {.pixels = malloc((size_t)kernels->lanes * rows * columns)};
  if (!made.pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a lane block of pictures");
  lenet_status status = lenet_pass_create(&made.pass, model, kernels, backward, error);
  if (status != LENET_OK) {
    free(made.pixels);
    return status;
  }
  *worker = made;
  return LENET_OK;
}

void lenet_worker_free(lenet_worker *worker)
{
  free(worker->pixels);
  lenet_pass_free(&worker->pass);
  worker->pixels = NULL;
}

void lenet_worker_fetch(lenet_worker *worker, const lenet_samples *samples, uint32_t epoch,
                        const uint32_t *index, int count, int labels[LENET_LANES])
{
  uint8_t fetched[LENET_LANES];
  samples->fetch(samples->context, epoch, samples->first, index, (size_t)count, worker->pixels,
                 fetched);
  for (int l = 0; l < LENET_LANES; l++)
    labels[l] = l < count && fetched[l] < samples->classes ? fetched[l] : -1;
  lenet_pass_load(&worker->pass, worker->pixels, samples->rows, samples->columns, count);
}

lenet_status lenet_samples_check(const lenet_samples *samples, const lenet_model *model,
                                 const char *what, lenet_error *error)
{
  if (samples->count < 1 || samples->count > UINT32_MAX)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%zu %s samples", samples->count, what);
  if (samples->rows < 1 || samples->columns < 1 || samples->rows > model->network.rows ||
      samples->columns > model->network.columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s pictures of %dx%d: the network reads up to %dx%d", what, samples->rows,
                      samples->columns, model->network.rows, model->network.columns);
  if (samples->classes < 1 || samples->classes > model->layout.classes)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s samples of %d classes: the network has %d outputs", what,
                      samples->classes, model->layout.classes);
  return LENET_OK;
}

/* ---- measuring ---- */

typedef struct {
  lenet_team *team;
  lenet_worker *workers;
  const lenet_samples *samples;
  uint8_t *label, *answer; /* of each sample */
  float *confidence;       /* of each sample */
  double *loss;            /* of each lane block, so that the sum has one order */
} measuring;

static void measure_member(void *context, int member)
{
  measuring *job = context;
  lenet_worker *worker = &job->workers[member];
  const size_t lanes = (size_t)worker->pass.kernels->lanes, count = job->samples->count;
  const size_t stride = (size_t)lenet_team_size(job->team);
  for (size_t block = (size_t)member; block * lanes < count; block += stride) {
    const size_t at = block * lanes;
    const int here = (int)(count - at < lanes ? count - at : lanes);
    uint32_t index[LENET_LANES];
    int labels[LENET_LANES];
    real loss[LENET_LANES];
    for (int l = 0; l < here; l++)
      index[l] = (uint32_t)(at + (size_t)l);
    lenet_worker_fetch(worker, job->samples, 0, index, here, labels);
    lenet_pass_forward(&worker->pass, labels, loss);
    const real *p = worker->pass.probabilities;
    job->loss[block] = 0;
    for (int l = 0; l < here; l++) {
      int answer = lenet_pass_answer(&worker->pass, l);
      job->label[at + l] = (uint8_t)labels[l];
      job->answer[at + l] = (uint8_t)answer;
      job->confidence[at + l] = (float)p[(size_t)answer * lanes + l];
      job->loss[block] += (double)loss[l];
    }
  }
}

/* Lane blocks of `count` samples. */
static size_t blocks_of(const lenet_worker *workers, size_t count)
{
  const size_t lanes = (size_t)workers[0].pass.kernels->lanes;
  return (count + lanes - 1) / lanes;
}

static void sum_up(const measuring *job, lenet_measure *measure, lenet_mistake *mistakes,
                   size_t capacity)
{
  const size_t count = job->samples->count, blocks = blocks_of(job->workers, count);
  for (size_t block = 0; block < blocks; block++)
    measure->loss += job->loss[block];
  measure->loss /= (double)count;
  for (size_t i = 0; i < count; i++) {
    if (job->label[i] < LENET_MAX_CLASSES)
      measure->confusion[job->label[i]][job->answer[i]]++;
    if (job->label[i] == job->answer[i])
      continue;
    if (mistakes && measure->errors < capacity)
      mistakes[measure->errors] = (lenet_mistake){.index = (uint32_t)i,
                                                  .label = job->label[i],
                                                  .answer = job->answer[i],
                                                  .confidence = job->confidence[i]};
    measure->errors++;
  }
}

lenet_status lenet_measure_samples(lenet_team *team, lenet_worker *workers,
                                   const lenet_samples *samples, lenet_measure *measure,
                                   lenet_mistake *mistakes, size_t capacity, lenet_error *error)
{
  const double start = lenet_clock();
  const size_t count = samples->count, blocks = blocks_of(workers, count);
  measuring job = {.team = team,
                   .workers = workers,
                   .samples = samples,
                   .label = malloc(count),
                   .answer = malloc(count),
                   .confidence = malloc(count * sizeof *job.confidence),
                   .loss = malloc(blocks * sizeof *job.loss)};
  bool whole = job.label && job.answer && job.confidence && job.loss;
  if (whole) {
    lenet_team_run(team, measure_member, &job);
    memset(measure, 0, sizeof *measure);
    measure->samples = count;
    sum_up(&job, measure, mistakes, capacity);
    measure->seconds = lenet_clock() - start;
  }
  free(job.label);
  free(job.answer);
  free(job.confidence);
  free(job.loss);
  return whole ? LENET_OK
               : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to measure %zu samples", count);
}

lenet_status lenet_evaluate(const lenet_model *model, const lenet_samples *samples, int threads,
                            lenet_isa isa, lenet_measure *measure, lenet_mistake *mistakes,
                            size_t capacity, lenet_error *error)
{
  lenet_worker workers[LENET_MAX_THREADS] = {0};
  lenet_team *team = NULL;
  const lenet_kernels *kernels = lenet_kernels_for(isa, LENET_LANES);
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_status status = lenet_samples_check(samples, model, "test", error);
  if (status == LENET_OK)
    status = lenet_team_create(threads, &team, error);
  const int size = status == LENET_OK ? lenet_team_size(team) : 0;
  for (int i = 0; i < size && status == LENET_OK; i++)
    status = lenet_worker_create(&workers[i], model, kernels, false, samples->rows,
                                 samples->columns, error);
  if (status == LENET_OK)
    status = lenet_measure_samples(team, workers, samples, measure, mistakes, capacity, error);
  for (int i = 0; i < size; i++)
    lenet_worker_free(&workers[i]);
  lenet_team_free(team);
  return status;
}
