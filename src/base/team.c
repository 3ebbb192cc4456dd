#define _GNU_SOURCE /* sched_getaffinity */
#include "base/team.h"

#ifndef LENET_NO_THREADS

#include "base/error.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct lenet_team {
  int size;
  int spins; /* tries before a waiting member yields; 0 where processors are scarce */
  /* The barrier: the last to arrive opens the next round. */
  atomic_int arrived;
  atomic_uint round;
  /* The job; members wait for `job_number` to change. */
  pthread_mutex_t lock;
  pthread_cond_t wake;
  unsigned job_number;
  bool ending;
  int members; /* that take part */
  void (*work)(void *context, int member);
  void *context;
  pthread_t thread[LENET_MAX_THREADS];
};

typedef struct {
  lenet_team *team;
  int member;
} member_start;

/* Members call what a sample source does, and musl gives a thread no more than 128 KiB. */
enum { LEAST_STACK = 1 << 20 };

int lenet_processors(void)
{
#ifdef __linux__
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) > 0)
    return CPU_COUNT(&allowed) < LENET_MAX_THREADS ? CPU_COUNT(&allowed) : LENET_MAX_THREADS;
#endif
  long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : online > LENET_MAX_THREADS ? LENET_MAX_THREADS : (int)online;
}

void lenet_team_barrier(lenet_team *team)
{
  const int members = team->members; /* read before arriving: the next job may have others */
  if (members == 1)
    return;
  unsigned round = atomic_load_explicit(&team->round, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&team->arrived, 1, memory_order_acq_rel) == members - 1) {
    atomic_store_explicit(&team->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&team->round, round + 1, memory_order_release);
    return;
  }
  int spins = team->spins;
  while (atomic_load_explicit(&team->round, memory_order_acquire) == round) {
    if (spins > 0) {
      spins--;
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    } else {
      sched_yield();
    }
  }
}

static void *member_main(void *start)
{
  lenet_team *team = ((member_start *)start)->team;
  int member = ((member_start *)start)->member;
  free(start);
  unsigned done = 0;
  for (;;) {
    pthread_mutex_lock(&team->lock);
    while (team->job_number == done && !team->ending)
      pthread_cond_wait(&team->wake, &team->lock);
    const bool ending = team->ending, called = member < team->members;
    done = team->job_number;
    pthread_mutex_unlock(&team->lock);
    if (ending)
      return NULL;
    if (!called)
      continue;
    team->work(team->context, member);
    lenet_team_barrier(team);
  }
}

void lenet_team_run(lenet_team *team, int members, void (*work)(void *context, int member),
                    void *context)
{
  if (team->size > 1) {
    pthread_mutex_lock(&team->lock);
    team->members = members;
    team->work = work;
    team->context = context;
    team->job_number++;
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
  }
  work(context, 0);
  lenet_team_barrier(team);
}

static void end_threads(lenet_team *team, int started)
{
  pthread_mutex_lock(&team->lock);
  team->ending = true;
  pthread_cond_broadcast(&team->wake);
  pthread_mutex_unlock(&team->lock);
  for (int i = 1; i < started; i++)
    pthread_join(team->thread[i], NULL);
  pthread_cond_destroy(&team->wake);
  pthread_mutex_destroy(&team->lock);
  free(team);
}

static bool start_thread(lenet_team *team, int member)
{
  member_start *start = malloc(sizeof *start);
  if (!start)
    return false;
  *start = (member_start){team, member};
  pthread_attr_t attributes;
  size_t stack = 0;
  pthread_attr_init(&attributes);
  if (pthread_attr_getstacksize(&attributes, &stack) == 0 && stack < LEAST_STACK)
    pthread_attr_setstacksize(&attributes, LEAST_STACK);
  const bool started = pthread_create(&team->thread[member], &attributes, member_main, start) == 0;
  pthread_attr_destroy(&attributes);
  if (!started)
    free(start);
  return started;
}

lenet_status lenet_team_create(int threads, lenet_team **team, lenet_error *error)
{
  if (threads < 0 || threads > LENET_MAX_THREADS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%d threads: 0 to %d are possible", threads,
                      LENET_MAX_THREADS);
  lenet_team *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for threads");
  made->size = threads ? threads : lenet_processors();
  made->members = made->size;
  made->spins = made->size <= lenet_processors() ? 500 : 0;
  pthread_mutex_init(&made->lock, NULL);
  pthread_cond_init(&made->wake, NULL);
  for (int i = 1; i < made->size; i++)
    if (!start_thread(made, i)) {
      end_threads(made, i);
      return lenet_fail(error, LENET_NO_MEMORY, -1, "the system gives no thread %d of %d", i + 1,
                        threads);
    }
  *team = made;
  return LENET_OK;
}

void lenet_team_free(lenet_team *team)
{
  if (team)
    end_threads(team, team->size);
}

int lenet_team_size(const lenet_team *team) { return team->size; }

#else
typedef int lenet_no_threads_here; /* a translation unit may not be empty */
#endif
