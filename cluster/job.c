/* job.c - joining an MPI job, waiting with a limit, and leaving. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "job.h"

#include "output.h"
#include "stop.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

cluster_job cluster = {.ranks = 1, .ranks_of_host = 1, .limit = 120, .standard_error = -1};

bool cli_has_mpi(void) { return true; }

int cli_rank(void) { return cluster.rank; }

int cli_ranks(void) { return cluster.ranks; }

int cli_ranks_of_host(void) { return cluster.ranks_of_host; }

int cli_processors_here(void)
{
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

void cli_cluster_limit(double seconds) { cluster.limit = seconds; }

double cli_cluster_patience(void) { return cluster.ranks > 1 ? cluster.limit : INFINITY; }

cli_rank_text cli_rank_name(int rank)
{
  cli_rank_text name;
  snprintf(name.text, sizeof name.text, "rank %d (%s)", rank,
           cluster.host != NULL ? cluster.host[rank] : "?");
  return name;
}

const char *cli_cluster_lost(void) { return cluster.lost[0] != '\0' ? cluster.lost : NULL; }

void cli_cluster_lose(int rank, const char *why)
{
  if (cluster.lost[0] == '\0')
    snprintf(cluster.lost, sizeof cluster.lost, "%s %s", cli_rank_name(rank).text, why);
}

/* ------------------------------------------------------------------ joining --------------- */

/* In place of standard error, until all ranks have agreed that they do the same: what all would say
 * is said once. */
static void keep_standard_error(void)
{
  FILE *kept = tmpfile();
  if (kept == NULL)
    return;
  fflush(stderr);
  cluster.standard_error = dup(STDERR_FILENO);
  if (cluster.standard_error >= 0)
    dup2(fileno(kept), STDERR_FILENO);
  fclose(kept);
}

void cli_cluster_hear(char *text, size_t size)
{
  text[0] = '\0';
  if (cluster.standard_error < 0)
    return;
  fflush(stderr);
  const ssize_t got = pread(STDERR_FILENO, text, size - 1, 0);
  text[got > 0 ? got : 0] = '\0';
  dup2(cluster.standard_error, STDERR_FILENO);
  close(cluster.standard_error);
  cluster.standard_error = -1;
}

static bool find_hosts(void)
{
  char own[HOST_SIZE] = "";
  if (gethostname(own, sizeof own - 1) != 0)
    snprintf(own, sizeof own, "?");
  MPI_Comm here;
  return MPI_Allgather(own, HOST_SIZE, MPI_CHAR, cluster.host, HOST_SIZE, MPI_CHAR, cluster.comm) ==
             MPI_SUCCESS &&
         MPI_Comm_split_type(cluster.comm, MPI_COMM_TYPE_SHARED, cluster.rank, MPI_INFO_NULL,
                             &here) == MPI_SUCCESS &&
         MPI_Comm_size(here, &cluster.ranks_of_host) == MPI_SUCCESS &&
         MPI_Comm_free(&here) == MPI_SUCCESS;
}

int cli_cluster_begin(void)
{
  int provided = 0;
  if (cli_launched_rank() > 0)
    keep_standard_error();
  if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS ||
      provided < MPI_THREAD_FUNNELED)
    return cli_error(NULL, CLI_FAILED, "MPI does not start, or knows no threads");
  cluster.begun = true;
  cluster.comm = MPI_COMM_WORLD;
  MPI_Comm_set_errhandler(cluster.comm, MPI_ERRORS_RETURN);
  MPI_Comm_rank(cluster.comm, &cluster.rank);
  MPI_Comm_size(cluster.comm, &cluster.ranks);
  const size_t ranks = (size_t)cluster.ranks;
  cluster.host = calloc(ranks, sizeof *cluster.host);
  cluster.request = calloc(2 * ranks, sizeof(MPI_Request));
  cluster.whose = calloc(2 * ranks, sizeof *cluster.whose);
  cluster.done = calloc(2 * ranks, sizeof *cluster.done);
  if (cluster.host == NULL || cluster.request == NULL || cluster.whose == NULL ||
      cluster.done == NULL)
    return cli_error(NULL, CLI_FAILED, "out of memory");
  return find_hosts() ? CLI_OK : cli_error(NULL, CLI_FAILED, "the ranks do not find each other");
}

/* ------------------------------------------------------------------ waiting --------------- */

/* At first the next part of a step is near; then the processor is given away, and then left alone.
 */
static void pause_after(long tries)
{
  enum { SPINS = 2000, YIELDS = 20000 };
  if (tries < SPINS)
    return;
  if (tries < YIELDS)
    sched_yield();
  else
    nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
}

static int first_pending(int count)
{
  for (int i = 0; i < count; i++)
    if (cluster.request[i] != MPI_REQUEST_NULL)
      return cluster.whose[i];
  return 0;
}

/* Seconds after a signal, which mpirun sends where a rank has died, and then gives one. */
static const double GRACE = 0.3;
static const double HEARSAY = 0.2; /* seconds in which others tell for whom they wait */

/* A rank that is waited for may itself wait for another: each tells rank 0, which goes by that to
 * the last one, who tells nothing. */
static int last_silent(int count)
{
  int silent = first_pending(count);
  if (cluster.rank > 0) {
    MPI_Request told;
    cluster.silent = silent;
    if (MPI_Isend(&cluster.silent, 1, MPI_INT, 0, TAG_SILENT, cluster.comm, &told) == MPI_SUCCESS)
      MPI_Request_free(&told);
    return silent;
  }
  const double end = cli_clock() + HEARSAY;
  while (cli_clock() < end) {
    int there = 0, next;
    if (MPI_Iprobe(silent, TAG_SILENT, cluster.comm, &there, MPI_STATUS_IGNORE) != MPI_SUCCESS)
      break;
    if (!there) {
      nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
      continue;
    }
    if (MPI_Recv(&next, 1, MPI_INT, silent, TAG_SILENT, cluster.comm, MPI_STATUS_IGNORE) !=
            MPI_SUCCESS ||
        next <= 0 || next >= cluster.ranks)
      break;
    silent = next;
  }
  return silent;
}

bool cluster_wait(int count, double limit)
{
  double heard = cli_clock(), signalled = INFINITY;
  for (long tries = 0;; tries++) {
    int done = 0;
    if (MPI_Testsome(count, cluster.request, &done, cluster.done, MPI_STATUSES_IGNORE) !=
        MPI_SUCCESS) {
      cli_cluster_lose(first_pending(count), "cannot be reached");
      return false;
    }
    if (done == MPI_UNDEFINED) /* none is left */
      return true;
    pause_after(tries);
    if (done == 0 && tries % 64 != 63)
      continue;
    const double now = cli_clock();
    heard = done > 0 ? now : heard;
    if (isinf(signalled) && cli_stop_wanted())
      signalled = now;
    if (now - heard > limit) {
      char why[64];
      snprintf(why, sizeof why, "was silent for %.0f s", limit);
      cli_cluster_lose(last_silent(count), why);
      return false;
    }
    if (now - signalled > GRACE && isfinite(limit)) {
      cli_cluster_lose(last_silent(count), "does not answer any more");
      return false;
    }
  }
}

/* ------------------------------------------------------------------ leaving --------------- */

/* Rank 0 has what is to be said and saved, and then ends the job; the others wait for that. */
static void end_by_force(int code)
{
  fflush(stdout);
  fflush(stderr);
  if (cluster.rank > 0) {
    nanosleep(&(struct timespec){.tv_sec = 2 + (cluster.rank < 8 ? cluster.rank : 8)}, NULL);
    cli_error(NULL, code, "%s: %s", cli_rank_name(cluster.rank).text, cluster.lost);
  }
  MPI_Abort(cluster.comm, code);
}

/* Those who fail together come together; who fails alone does not wait for the others' limit. */
static const double SOON = 5;

int cli_cluster_end(int code)
{
  if (!cluster.begun)
    return code;
  cli_cluster_hear((char[2]){0}, 2);
  if (cluster.lost[0] == '\0' && cluster.rank > 0)
    cluster.limit = INFINITY; /* rank 0 may have much to do yet; where it dies mpirun ends all */
  if (code != CLI_OK && cluster.limit > SOON)
    cluster.limit = SOON;
  int *codes = calloc((size_t)cluster.ranks, sizeof *codes);
  bool together = codes != NULL && cluster.lost[0] == '\0';
  together =
      together && cli_cluster_gather(&code, sizeof code, codes) && cli_cluster_tell(&(char){0}, 1);
  free(codes);
  if (!together)
    end_by_force(code != CLI_OK ? code : CLI_FAILED);
  MPI_Finalize();
  free(cluster.host);
  free(cluster.request);
  free(cluster.whose);
  free(cluster.done);
  cluster = (cluster_job){.ranks = 1, .ranks_of_host = 1};
  return code;
}
