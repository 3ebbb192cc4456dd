/* stop.c - Ctrl-C as a wish that is looked at between two steps. */
#define _POSIX_C_SOURCE 200809L
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static volatile sig_atomic_t stop_wanted, catching, holding, waiting;

/* What nohup has left out stays out; what a shell leaves out for what runs behind it, only until it
 * is asked for. */
static bool is_ignored(int number)
{
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN &&
         (number == SIGHUP || !catching);
}

static void set_handler(void (*handler)(int))
{
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
    if (!is_ignored(signals[i]))
      sigaction(signals[i], &action, NULL);
}

static void note_signal(int number)
{
  stop_wanted = 1;
  if (holding) {
    waiting = number;
    return;
  }
  catching = 0;
  set_handler(SIG_DFL);
}

void cli_catch_stop(void)
{
  stop_wanted = 0;
  catching = 1;
  set_handler(note_signal);
}

/* By a handler, since a mask is one thread's: another one would take the signal. */
void cli_hold_stop(bool held)
{
  if (held) {
    waiting = 0;
    holding = 1;
    set_handler(note_signal);
    return;
  }
  if (!catching)
    set_handler(SIG_DFL);
  holding = 0;
  const int late = waiting;
  waiting = 0;
  if (late != 0)
    raise(late);
}

bool cli_stop_wanted(void) { return stop_wanted != 0; }
