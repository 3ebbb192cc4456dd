/* peak.c - what the machine could do at most, for comparison. */
#include "base/clock.h"
#include "base/error.h"
#include "base/team.h"
#include "kernels/kernels.h"

/* A round is a fraction of a millisecond. */
enum { ROUNDS = 10000, OPERATIONS = ROUNDS * LENET_PEAK_ROUND * 2 };

typedef struct peak_job {
  const lenet_kernels *kernels;
  lenet_team *team;
  double seconds;
  double from[LENET_MAX_THREADS], to[LENET_MAX_THREADS]; /* of this round, for each member */
  double best;
  bool going; /* set by member 0 between two barriers, read by all after them */
} peak_job;

/* What all have done between the first's start and the last's end: a member that was kept from its
 * processor lowers it, so that no sum of moments is counted that never were at once. */
static double rate_of_round(const peak_job *job)
{
  const int members = lenet_team_size(job->team);
  double from = job->from[0], to = job->to[0];
  for (int m = 1; m < members; m++) {
    from = job->from[m] < from ? job->from[m] : from;
    to = job->to[m] > to ? job->to[m] : to;
  }
  return (double)OPERATIONS * members / (to - from) / 1e9;
}

static void peak_member(void *context, int member)
{
  peak_job *job = context;
  const double start = lenet_clock();
  do {
    real sink[3 * LENET_LANES] = {0};
    lenet_team_barrier(job->team);
    job->from[member] = lenet_clock();
    job->kernels->multiply_adds(ROUNDS, sink);
    job->to[member] = lenet_clock();
    lenet_team_barrier(job->team);
    if (member == 0) {
      const double rate = rate_of_round(job);
      job->best = rate > job->best ? rate : job->best;
      job->going = job->to[0] - start < job->seconds;
    }
    lenet_team_barrier(job->team);
  } while (job->going);
}

lenet_status lenet_peak_gflops(lenet_isa isa, int threads, double seconds, double *gflops,
                               lenet_error *error)
{
  peak_job job = {.kernels = lenet_kernels_for(isa, LENET_LANES), .seconds = seconds};
  if (!job.kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  if (!(seconds >= 0))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%g seconds: 0 or more are possible", seconds);
  const lenet_status status = lenet_team_create(threads, &job.team, error);
  if (status != LENET_OK)
    return status;
  lenet_team_run(job.team, lenet_team_size(job.team), peak_member, &job);
  lenet_team_free(job.team);
  *gflops = job.best;
  return LENET_OK;
}
