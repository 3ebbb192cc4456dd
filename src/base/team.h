/* team.h - a fixed set of threads that do one job together and meet at barriers. */
#ifndef LENET_BASE_TEAM_H
#define LENET_BASE_TEAM_H

#include "lenet.h"

enum { LENET_MAX_THREADS = 256 };

/* WebAssembly has no threads but where a program is built for them. There a team is the caller's
 * own thread alone, whatever was asked for (team_alone.c). */
#if defined(__wasm__) && !defined(_REENTRANT)
#define LENET_NO_THREADS 1
#endif

typedef struct lenet_team lenet_team;

/* Processors that this process may use, at least 1. */
int lenet_processors(void);

/* `threads` 1 .. LENET_MAX_THREADS, or 0 for lenet_processors(). The caller's own thread is member
 * 0; the others sleep between jobs. */
lenet_status lenet_team_create(int threads, lenet_team **team, lenet_error *error);
void lenet_team_free(lenet_team *team);
int lenet_team_size(const lenet_team *team);

/* Runs work(context, member) once on each of the first `members` members, and returns when all of
 * these are done. */
void lenet_team_run(lenet_team *team, int members, void (*work)(void *context, int member),
                    void *context);

/* Called by every member of a job inside it: none goes on before all have come. What a member wrote
 * before is seen by all after. Waiting spins for a while, then gives the processor away. */
void lenet_team_barrier(lenet_team *team);

#endif
