#include "train/measure.h"

#include "base/clock.h"
#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- workers ---- */

lenet_status lenet_worker_create(lenet_worker *worker, const lenet_model *model,
                                 const lenet_kernels *kernels, lenet_pass_use use, int rows,
                                 int columns, lenet_error *error)
{
  lenet_worker made = {.pixels = malloc((size_t)kernels->lanes * rows * columns)};
  if (!made.pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a lane block of pictures");
  lenet_status status = lenet_pass_create(&made.pass, model, kernels, use, error);
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

void lenet_fetch_lanes(const lenet_samples *samples, uint32_t epoch, const uint32_t *index,
                       int from, int to, uint8_t *pixels, int labels[LENET_LANES])
{
  uint8_t fetched[LENET_LANES];
  if (from < to)
    samples->fetch(samples->context, epoch, samples->first, index + from, (size_t)(to - from),
                   pixels + (size_t)from * samples->rows * samples->columns, fetched);
  for (int l = from; l < to; l++)
    labels[l] = fetched[l - from] < samples->classes ? fetched[l - from] : -1;
}

void lenet_worker_fetch(lenet_worker *worker, const lenet_samples *samples, uint32_t epoch,
                        const uint32_t *index, int count, int labels[LENET_LANES])
{
  lenet_fetch_lanes(samples, epoch, index, 0, count, worker->pixels, labels);
  for (int l = count; l < LENET_LANES; l++)
    labels[l] = -1;
  lenet_pass_load(&worker->pass, worker->pixels, samples->rows, samples->columns, count);
}

lenet_status lenet_samples_check(const lenet_samples *samples, const lenet_network *network,
                                 int classes, const char *what, lenet_error *error)
{
  if (samples->count < 1 || samples->count > UINT32_MAX)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%zu %s samples", samples->count, what);
  if (samples->rows < 1 || samples->columns < 1 || samples->rows > network->rows ||
      samples->columns > network->columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s pictures of %dx%d: the network reads up to %dx%d", what, samples->rows,
                      samples->columns, network->rows, network->columns);
  if (samples->classes < 1 || samples->classes > classes)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s samples of %d classes: the network has %d outputs", what,
                      samples->classes, classes);
  return LENET_OK;
}

/* ---- several models together ---- */

static lenet_status check_alike(const lenet_model *const *models, size_t count, lenet_error *error)
{
  if (count < 1 || count > LENET_MAX_MODELS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%zu models: 1 to %d can answer together",
                      count, LENET_MAX_MODELS);
  char notation[2][LENET_MAX_NOTATION];
  lenet_network_print(&models[0]->network, notation[0]);
  for (size_t i = 1; i < count; i++) {
    lenet_network_print(&models[i]->network, notation[1]);
    const char *first = strrchr(notation[0], ' ') + 1, *here = strrchr(notation[1], ' ') + 1;
    if (strcmp(first, here) != 0)
      return lenet_fail(error, LENET_BAD_ARGUMENT, (long long)i,
                        "models 1 and %zu end with %s and %s: they cannot answer together", i + 1,
                        first, here);
  }
  return LENET_OK;
}

static real *scores_of(const lenet_worker *worker)
{
  return worker->pass.activation[worker->pass.model->network.row_count];
}

/* log sum exp of a lane's scores. */
static double log_sum(const real *score, int classes, int lanes, int lane)
{
  double top = -INFINITY, sum = 0;
  for (int k = 0; k < classes; k++)
    top = fmax(top, (double)score[k * lanes + lane]);
  for (int k = 0; k < classes; k++)
    sum += exp((double)score[k * lanes + lane] - top);
  return top + log(sum);
}

/* log of the mean of exp(value[i]). */
static double log_mean(const double *value, size_t count)
{
  double top = -INFINITY, sum = 0;
  for (size_t i = 0; i < count; i++)
    top = fmax(top, value[i]);
  for (size_t i = 0; i < count; i++)
    sum += exp(value[i] - top);
  return top + log(sum / (double)count);
}

/* Puts the mean of the outputs of `models` workers in the place of the first one's scores. The
 * outputs of a softmax are probabilities: the logarithms of their means, taken as scores, have
 * those as their softmax. */
static void average_outputs(lenet_worker *workers, size_t models)
{
  const lenet_pass *pass = &workers[0].pass;
  const int classes = pass->model->layout.classes, lanes = pass->kernels->lanes;
  for (int l = 0; l < lanes; l++) {
    double all[LENET_MAX_MODELS], value[LENET_MAX_MODELS];
    for (size_t m = 0; m < models && !pass->codes; m++)
      all[m] = log_sum(scores_of(&workers[m]), classes, lanes, l);
    for (int k = 0; k < classes; k++) {
      double sum = 0;
      for (size_t m = 0; m < models; m++) {
        const double score = (double)scores_of(&workers[m])[k * lanes + l];
        value[m] = pass->codes ? score : score - all[m];
        sum += value[m];
      }
      scores_of(&workers[0])[k * lanes + l] =
          (real)(pass->codes ? sum / (double)models : log_mean(value, models));
    }
  }
}

/* ---- measuring ---- */

bool lenet_take_blocks(atomic_size_t *next, size_t blocks, size_t *first, size_t *end)
{
  enum { AT_ONCE = 8 };
  *first = atomic_fetch_add_explicit(next, AT_ONCE, memory_order_relaxed);
  *end = *first + AT_ONCE < blocks ? *first + AT_ONCE : blocks;
  return *first < blocks;
}

typedef struct {
  lenet_team *team;
  lenet_worker *workers; /* [member][model] */
  size_t models;
  const lenet_samples *samples;
  lenet_answer *answers; /* of each sample */
  double *loss;          /* of each lane block, so that the sum has one order */
  size_t end;            /* of the blocks to measure here */
  atomic_size_t next;    /* see lenet_take_blocks */
} measuring;

/* The samples [at, at + here), which fill the lanes of one block. Returns the sum of their losses.
 */
static double measure_block(const measuring *job, lenet_worker *workers, size_t at, int here)
{
  const lenet_samples *samples = job->samples;
  lenet_pass *pass = &workers[0].pass;
  lenet_answer *answers = job->answers + at;
  uint32_t index[LENET_LANES];
  int labels[LENET_LANES];
  real loss[LENET_LANES];
  double sum = 0;
  for (int l = 0; l < here; l++)
    index[l] = (uint32_t)(at + (size_t)l);
  lenet_worker_fetch(&workers[0], samples, 0, index, here, labels);
  for (size_t m = 1; m < job->models; m++)
    lenet_pass_load(&workers[m].pass, workers[0].pixels, samples->rows, samples->columns, here);
  for (size_t m = 0; m < job->models; m++)
    lenet_pass_run(&workers[m].pass);
  if (job->models > 1)
    average_outputs(workers, job->models);
  for (int l = 0; l < here; l++)
    answers[l].margin = lenet_pass_margin(pass, l);
  lenet_pass_judge(pass, labels, loss);
  for (int l = 0; l < here; l++) {
    const int answer = lenet_pass_answer(pass, l);
    answers[l].label = (uint8_t)labels[l];
    answers[l].answer = (uint8_t)answer;
    answers[l].confidence = (float)pass->probabilities[answer * pass->kernels->lanes + l];
    sum += (double)loss[l];
  }
  return sum;
}

static void measure_member(void *context, int member)
{
  measuring *job = context;
  lenet_worker *workers = &job->workers[(size_t)member * job->models];
  const size_t lanes = (size_t)workers[0].pass.kernels->lanes, count = job->samples->count;
  size_t block, end;
  while (lenet_take_blocks(&job->next, job->end, &block, &end))
    for (; block < end; block++) {
      const size_t at = block * lanes;
      job->loss[block] =
          measure_block(job, workers, at, (int)(count - at < lanes ? count - at : lanes));
    }
}

void lenet_measure_sum(const lenet_answer *answers, size_t count, const double *loss, size_t blocks,
                       lenet_measure *measure)
{
  memset(measure, 0, sizeof *measure);
  measure->samples = count;
  for (size_t block = 0; block < blocks; block++)
    measure->loss += loss[block];
  measure->loss /= (double)count;
  for (size_t i = 0; i < count; i++) {
    const lenet_answer *a = &answers[i];
    if (a->label < LENET_MAX_CLASSES)
      measure->confusion[a->label][a->answer]++;
    measure->errors += a->label != a->answer;
  }
}

/* Those of `blocks` lane blocks that are this rank's; then, of all ranks, their losses and answers.
 */
static bool measure_with(measuring *job, size_t blocks, size_t lanes, lenet_exchange *exchange)
{
  const size_t rank = exchange ? (size_t)exchange->peers.rank : 0;
  job->end = exchange ? lenet_first_of_rank(&exchange->peers, blocks, rank + 1) : blocks;
  atomic_init(&job->next, exchange ? lenet_first_of_rank(&exchange->peers, blocks, rank) : 0);
  lenet_team_run(job->team, lenet_team_size(job->team), measure_member, job);
  return !exchange ||
         (lenet_exchange_parts(exchange, job->loss, blocks, sizeof *job->loss) &&
          lenet_exchange_parts(exchange, job->answers, blocks, lanes * sizeof *job->answers));
}

lenet_status lenet_measure_samples(lenet_team *team, lenet_worker *workers, size_t models,
                                   const lenet_samples *samples, lenet_exchange *exchange,
                                   lenet_measure *measure, lenet_answer *answers,
                                   lenet_error *error)
{
  const double start = lenet_clock();
  const size_t lanes = (size_t)workers[0].pass.kernels->lanes, count = samples->count;
  const size_t blocks = (count + lanes - 1) / lanes;
  lenet_answer *own = answers ? NULL : calloc(blocks * lanes, sizeof *own);
  measuring job = {.team = team,
                   .workers = workers,
                   .models = models,
                   .samples = samples,
                   .answers = answers ? answers : own,
                   .loss = malloc(blocks * sizeof *job.loss)};
  lenet_status status = LENET_OK;
  if (!job.answers || !job.loss) {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to measure %zu samples", count);
  } else if (!measure_with(&job, blocks, lanes, exchange)) {
    status = lenet_fail(error, LENET_STOPPED, -1, "stopped while measuring %zu samples", count);
  } else {
    lenet_measure_sum(job.answers, count, job.loss, blocks, measure);
    measure->seconds = lenet_clock() - start;
  }
  free(own);
  free(job.loss);
  return status;
}

/* As lenet_evaluate_together, with a team and room for its workers, [member][model]. */
static lenet_status evaluate_with(lenet_team *team, lenet_worker *workers,
                                  const lenet_kernels *kernels, const lenet_model *const *models,
                                  size_t model_count, const lenet_samples *samples,
                                  lenet_measure *measure, lenet_answer *answers, lenet_error *error)
{
  const size_t count = (size_t)lenet_team_size(team) * model_count;
  lenet_status status = LENET_OK;
  for (size_t i = 0; i < count && status == LENET_OK; i++)
    status = lenet_worker_create(&workers[i], models[i % model_count], kernels, LENET_PASS_FORWARD,
                                 samples->rows, samples->columns, error);
  if (status == LENET_OK)
    status =
        lenet_measure_samples(team, workers, model_count, samples, NULL, measure, answers, error);
  for (size_t i = 0; i < count; i++)
    lenet_worker_free(&workers[i]);
  return status;
}

lenet_status lenet_evaluate_together(const lenet_model *const *models, size_t model_count,
                                     const lenet_samples *samples, int threads, lenet_isa isa,
                                     lenet_measure *measure, lenet_answer *answers,
                                     lenet_error *error)
{
  lenet_team *team = NULL;
  const lenet_kernels *kernels = lenet_kernels_for(isa, LENET_LANES);
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_status status = check_alike(models, model_count, error);
  for (size_t i = 0; i < model_count && status == LENET_OK; i++)
    status =
        lenet_samples_check(samples, &models[i]->network, models[i]->layout.classes, "test", error);
  if (status == LENET_OK)
    status = lenet_team_create(threads, &team, error);
  if (status != LENET_OK)
    return status;
  lenet_worker *workers = calloc((size_t)lenet_team_size(team) * model_count, sizeof *workers);
  status = workers
               ? evaluate_with(team, workers, kernels, models, model_count, samples, measure,
                               answers, error)
               : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for %zu models", model_count);
  free(workers);
  lenet_team_free(team);
  return status;
}

lenet_status lenet_evaluate(const lenet_model *model, const lenet_samples *samples, int threads,
                            lenet_isa isa, lenet_measure *measure, lenet_answer *answers,
                            lenet_error *error)
{
  return lenet_evaluate_together(&model, 1, samples, threads, isa, measure, answers, error);
}

size_t lenet_errors_but_alike(const lenet_measure *measure, int classes, int first, int count)
{
  size_t errors = 0;
  for (int label = first; label < first + count; label++) {
    const char *group = lenet_look_alikes(lenet_class_character(classes, label));
    for (int k = 0; k < classes; k++) {
      const int character = lenet_class_character(classes, k);
      if (k != label && !(group && character && strchr(group, character)))
        errors += measure->confusion[label][k];
    }
  }
  return errors;
}
