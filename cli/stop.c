/* stop.c - Ctrl-C as a wish that is looked at between two steps. */
#define _POSIX_C_SOURCE 200809L
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t stop_wanted;

static void set_handler(void (*handler)(int))
{
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
}

static void note_signal(int number)
{
  (void)number;
  stop_wanted = 1;
  set_handler(SIG_DFL);
}

void cli_catch_stop(void)
{
  stop_wanted = 0;
  set_handler(note_signal);
}

void cli_hold_stop(bool held)
{
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigprocmask(held ? SIG_BLOCK : SIG_UNBLOCK, &signals, NULL);
}

bool cli_stop_wanted(void) { return stop_wanted != 0; }
