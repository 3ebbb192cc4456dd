/* team_alone.c - the team where there are no threads: its only member does the work. */
#include "base/team.h"

#ifdef LENET_NO_THREADS

#include "base/error.h"

#include <stdlib.h>

struct lenet_team {
  int size;
};

int lenet_processors(void) { return 1; }

lenet_status lenet_team_create(int threads, lenet_team **team, lenet_error *error)
{
  if (threads < 0 || threads > LENET_MAX_THREADS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%d threads: 0 to %d are possible", threads,
                      LENET_MAX_THREADS);
  lenet_team *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for threads");
  made->size = 1;
  *team = made;
  return LENET_OK;
}

void lenet_team_free(lenet_team *team) { free(team); }

int lenet_team_size(const lenet_team *team) { return team->size; }

void lenet_team_run(lenet_team *team, int members, void (*work)(void *context, int member),
                    void *context)
{
  (void)team, (void)members;
  work(context, 0);
}

void lenet_team_barrier(lenet_team *team) { (void)team; }

#else
typedef int lenet_threads_here; /* a translation unit may not be empty */
#endif
