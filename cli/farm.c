/* farm.c - tasks that the ranks of a job take as they become free. Rank 0 deals them out and works
 * too: between two of its own it hears what the others have done. */
#define _POSIX_C_SOURCE 200809L
#include "farm.h"

#include "output.h"
#include "stop.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ------------------------------------------------------------------ messages -------------- */

typedef enum kind {
  ALIVE,   /* nothing else to say */
  TASK,    /* to a rank: its number and description */
  RESULT,  /* to rank 0: the same */
  FAILED,  /* to rank 0: this rank cannot go on */
  STOPPED, /* to rank 0: this rank was told to stop */
  END      /* to a rank: no more tasks */
} kind;

typedef struct header {
  kind kind;
  size_t task;
} header;

static bool send(int rank, kind kind, size_t task, const cli_bytes *bytes)
{
  const size_t size = bytes != NULL ? bytes->size : 0;
  const header head = {kind, task};
  char *message = calloc(1, sizeof head + size);
  if (message == NULL)
    return false;
  memcpy(message, &head, sizeof head);
  if (size > 0)
    memcpy(message + sizeof head, bytes->data, size);
  const bool sent = cli_cluster_send(rank, message, sizeof head + size);
  free(message);
  return sent;
}

static bool receive(int *rank, header *head, cli_bytes *bytes)
{
  char *message = NULL;
  size_t size = 0;
  if (!cli_cluster_receive(rank, &message, &size))
    return false;
  memcpy(head, message, sizeof *head);
  memmove(message, message + sizeof *head, size - sizeof *head);
  *bytes = (cli_bytes){message, size - sizeof *head};
  return true;
}

/* ------------------------------------------------------------------ both ------------------ */

typedef struct state {
  const cli_farm *farm;
  int ranks;
  size_t dealt, done; /* tasks, on rank 0 */
  int *taken;         /* [ranks] tasks that a rank has */
  double *heard;      /* [ranks] when it last said something */
  double said;        /* when this rank last said something to all that it speaks to */
  double limit;
  int code;
  bool ended;
} state;

static void fail(state *s, int code)
{
  s->code = s->code == CLI_OK ? code : s->code;
  s->ended = true;
}

/* The ranks that this one speaks to: rank 0 to all, others to it. */
static void keep_in_touch(state *s)
{
  const double now = cli_clock();
  const int first = cli_rank() == 0 ? 1 : 0, end = cli_rank() == 0 ? s->ranks : 1;
  const bool due = now - s->said > fmin(s->limit / 4, 10);
  for (int r = first; r < end && s->ranks > 1; r++) {
    if (due && !send(r, ALIVE, 0, NULL))
      cli_cluster_lose(r, "cannot be reached");
    if (now - s->heard[r] > s->limit) {
      char why[64];
      snprintf(why, sizeof why, "was silent for %.0f s", s->limit);
      cli_cluster_lose(r, why);
    }
  }
  s->said = due ? now : s->said;
  if (cli_cluster_lost() != NULL)
    fail(s, CLI_FAILED);
}

static bool begin(state *s, size_t task, const cli_bytes *description)
{
  return s->farm->begin(s->farm->context, task, description);
}

static void pause_shortly(void) { nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL); }

/* ------------------------------------------------------------------ rank 0 ---------------- */

static bool deal(state *s, int rank)
{
  cli_bytes description = {NULL, 0};
  const cli_farm *farm = s->farm;
  if (s->dealt == farm->count || s->taken[rank] == farm->slots ||
      (farm->is_ready != NULL && !farm->is_ready(farm->context, s->dealt)))
    return false;
  const bool given =
      farm->describe(farm->context, s->dealt, &description) &&
      (rank == 0 ? begin(s, s->dealt, &description) : send(rank, TASK, s->dealt, &description));
  free(description.data);
  if (!given)
    fail(s, CLI_FAILED);
  s->taken[rank]++;
  s->dealt++;
  return true;
}

static void take(state *s, int rank, size_t task, cli_bytes *result)
{
  if (!s->farm->take(s->farm->context, task, result))
    fail(s, CLI_FAILED);
  s->taken[rank]--;
  s->done++;
}

static bool hear(state *s)
{
  int rank = 0;
  header head;
  cli_bytes bytes = {NULL, 0};
  if (s->ranks == 1 || !receive(&rank, &head, &bytes))
    return false;
  s->heard[rank] = cli_clock();
  if (head.kind == RESULT)
    take(s, rank, head.task, &bytes);
  else if (head.kind == FAILED || head.kind == STOPPED)
    fail(s, head.kind == FAILED ? CLI_FAILED : CLI_INTERRUPTED);
  free(bytes.data);
  return true;
}

static bool finish_own(state *s)
{
  size_t task = 0;
  cli_bytes result = {NULL, 0};
  if (!s->farm->finish(s->farm->context, &task, &result))
    return false;
  take(s, 0, task, &result);
  free(result.data);
  return true;
}

static void lead(state *s)
{
  while (!s->ended && s->done < s->farm->count) {
    bool moved = false;
    while (hear(s))
      moved = true;
    for (int filled = 0; filled < s->farm->slots; filled++) /* each gets one before any gets two */
      for (int r = s->ranks - 1; r >= 0 && !s->ended; r--)
        moved = (s->taken[r] <= filled && deal(s, r)) || moved;
    moved = (!s->ended && finish_own(s)) || moved;
    keep_in_touch(s);
    if (cli_stop_wanted())
      fail(s, CLI_INTERRUPTED);
    if (!moved)
      pause_shortly();
  }
  for (int r = 1; r < s->ranks; r++)
    send(r, END, 0, NULL);
}

/* ------------------------------------------------------------------ other ranks ----------- */

static bool obey(state *s)
{
  int rank = 0;
  header head;
  cli_bytes bytes = {NULL, 0};
  if (!receive(&rank, &head, &bytes))
    return false;
  s->heard[0] = cli_clock();
  s->ended = head.kind == END;
  if (head.kind == TASK && !begin(s, head.task, &bytes)) {
    send(0, FAILED, head.task, NULL);
    fail(s, CLI_FAILED);
  }
  free(bytes.data);
  return true;
}

static void follow(state *s)
{
  while (!s->ended) {
    size_t task = 0;
    cli_bytes result = {NULL, 0};
    bool moved = false;
    while (obey(s))
      moved = true;
    if (!s->ended && s->farm->finish(s->farm->context, &task, &result)) {
      send(0, RESULT, task, &result);
      free(result.data);
      moved = true;
    }
    keep_in_touch(s);
    if (!s->ended && cli_stop_wanted()) {
      send(0, STOPPED, 0, NULL);
      fail(s, CLI_INTERRUPTED);
    }
    if (!moved)
      pause_shortly();
  }
}

int cli_farm_run(const cli_command *command, const cli_farm *farm)
{
  state s = {.farm = farm, .ranks = cli_ranks(), .limit = cli_cluster_patience()};
  s.taken = calloc((size_t)s.ranks, sizeof *s.taken);
  s.heard = calloc((size_t)s.ranks, sizeof *s.heard);
  if (s.taken == NULL || s.heard == NULL) {
    fail(&s, cli_error(command, CLI_FAILED, "out of memory"));
  } else {
    s.said = cli_clock();
    for (int r = 0; r < s.ranks; r++)
      s.heard[r] = s.said;
    if (cli_rank() == 0)
      lead(&s);
    else
      follow(&s);
    farm->stop(farm->context);
  }
  if (cli_rank() == 0 && cli_cluster_lost() != NULL)
    cli_error(command, CLI_FAILED, "%s", cli_cluster_lost());
  free(s.taken);
  free(s.heard);
  return s.code;
}
