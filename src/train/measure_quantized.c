/* measure_quantized.c - counting the errors of a network in integers, as measure.c does of models.
 */
#include "base/clock.h"
#include "base/error.h"
#include "net/quantized.h"
#include "train/measure.h"

#include <stdlib.h>

enum { L = LENET_LANES };

typedef struct {
  lenet_team *team;
  lenet_quantized_pass *pass; /* of each member */
  uint8_t *pixels;            /* [member][L][rows][columns] */
  const lenet_samples *samples;
  lenet_answer *answers; /* of each sample */
  double *loss;          /* of each lane block, so that the sum has one order */
  atomic_size_t next;    /* see lenet_take_blocks */
} measuring;

/* The samples [at, at + here). Returns the sum of their losses. */
static double measure_block(const measuring *job, lenet_quantized_pass *pass, uint8_t *pixels,
                            size_t at, int here)
{
  const lenet_samples *samples = job->samples;
  uint32_t index[L];
  uint8_t fetched[L];
  int labels[L];
  real loss[L];
  double sum = 0;
  for (int l = 0; l < here; l++)
    index[l] = (uint32_t)(at + (size_t)l);
  samples->fetch(samples->context, 0, samples->first, index, (size_t)here, pixels, fetched);
  for (int l = 0; l < L; l++)
    labels[l] = l < here && fetched[l] < samples->classes ? fetched[l] : -1;
  lenet_quantized_pass_load(pass, pixels, samples->rows, samples->columns, here);
  lenet_quantized_pass_run(pass, pass->quantized->step_count);
  lenet_quantized_pass_judge(pass, labels, loss);
  for (int l = 0; l < here; l++) {
    lenet_answer *answer = &job->answers[at + (size_t)l];
    const int best = lenet_quantized_pass_answer(pass, l, &answer->margin);
    answer->label = (uint8_t)labels[l];
    answer->answer = (uint8_t)best;
    answer->confidence = (float)pass->probabilities[best * L + l];
    sum += (double)loss[l];
  }
  return sum;
}

static void measure_member(void *context, int member)
{
  measuring *job = context;
  const lenet_samples *samples = job->samples;
  uint8_t *pixels = job->pixels + (size_t)member * L * samples->rows * samples->columns;
  const size_t blocks = (samples->count + L - 1) / L;
  size_t block, end;
  while (lenet_take_blocks(&job->next, blocks, &block, &end))
    for (; block < end; block++) {
      const size_t at = block * L, left = samples->count - at;
      job->loss[block] =
          measure_block(job, &job->pass[member], pixels, at, (int)(left < L ? left : L));
    }
}

/* With a team, and room for all that `job` lacks but the passes. */
static lenet_status measure(measuring *job, const lenet_quantized *quantized, lenet_isa isa,
                            lenet_measure *measure, lenet_error *error)
{
  const double start = lenet_clock();
  const int members = lenet_team_size(job->team);
  const size_t count = job->samples->count;
  lenet_status status = LENET_OK;
  for (int i = 0; i < members && status == LENET_OK; i++)
    status = lenet_quantized_pass_create(&job->pass[i], quantized, isa, error);
  if (status == LENET_OK) {
    lenet_team_run(job->team, lenet_team_size(job->team), measure_member, job);
    lenet_measure_sum(job->answers, count, job->loss, (count + L - 1) / L, measure);
    measure->seconds = lenet_clock() - start;
  }
  for (int i = 0; i < members; i++)
    lenet_quantized_pass_free(&job->pass[i]);
  return status;
}

lenet_status lenet_quantized_evaluate(const lenet_quantized *quantized,
                                      const lenet_samples *samples, int threads, lenet_isa isa,
                                      lenet_measure *measured, lenet_answer *answers,
                                      lenet_error *error)
{
  lenet_team *team = NULL;
  lenet_status status =
      lenet_samples_check(samples, &quantized->network, quantized->layout.classes, "test", error);
  if (status == LENET_OK)
    status = lenet_team_create(threads, &team, error);
  if (status != LENET_OK)
    return status;
  const size_t members = (size_t)lenet_team_size(team), count = samples->count;
  lenet_answer *own = answers ? NULL : malloc(count * sizeof *own);
  measuring job = {.team = team,
                   .pass = calloc(members, sizeof *job.pass),
                   .pixels = malloc(members * L * samples->rows * samples->columns),
                   .samples = samples,
                   .answers = answers ? answers : own,
                   .loss = malloc((count + L - 1) / L * sizeof *job.loss)};
  if (job.pass && job.pixels && job.answers && job.loss)
    status = measure(&job, quantized, isa, measured, error);
  else
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to measure %zu samples", count);
  free(own);
  free(job.pass);
  free(job.pixels);
  free(job.loss);
  lenet_team_free(team);
  return status;
}
