/* Signals while a file is written, and between steps. Each case is a process of its own, with a
 * second thread, to which the system may deliver what is sent. */
#define _GNU_SOURCE
#include "stop.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DONE = 7, STOPPED = 8 };

typedef int deed(int number);

static void *sleep_on(void *context)
{
  (void)context;
  for (;;)
    pause();
  return NULL;
}

/* What waitpid says of a process that does this beside a thread that takes signals as well. */
static int status_of(deed *does, int number)
{
  int status = -1;
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleep_on, NULL) != 0)
      _exit(1);
    _exit(does(number));
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  return status;
}

/* Sends it to the process, and lets it be delivered. */
static void send(int number)
{
  kill(getpid(), number);
  usleep(20000);
}

static void mask_all(int how)
{
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(how, &all, NULL);
}

static int dies(int number)
{
  send(number);
  return DONE;
}

static int lives_while_held(int number)
{
  cli_hold_stop(true);
  mask_all(SIG_BLOCK);
  send(number);
  _exit(DONE);
}

static int dies_when_let_go(int number)
{
  cli_hold_stop(true);
  send(number);
  cli_hold_stop(false);
  return DONE;
}

static int is_noted(int number)
{
  cli_catch_stop();
  send(number);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static int is_noted_while_held(int number)
{
  cli_catch_stop();
  cli_hold_stop(true);
  send(number);
  if (!cli_stop_wanted())
    return DONE;
  cli_hold_stop(false);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static int dies_of_one_more(int number)
{
  cli_catch_stop();
  cli_hold_stop(true);
  send(number);
  cli_hold_stop(false);
  send(number);
  return DONE;
}

static int dies_of_the_second(int number)
{
  cli_catch_stop();
  send(number);
  send(number);
  return DONE;
}

/* As when the checkpoint is written after a first Ctrl-C. */
static int second_waits(int number)
{
  cli_catch_stop();
  send(number);
  cli_hold_stop(true);
  send(number);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static int goes_on_catching(int number)
{
  cli_catch_stop();
  cli_hold_stop(true);
  cli_hold_stop(false);
  send(number);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static int ignores(int number)
{
  signal(number, SIG_IGN);
  cli_catch_stop();
  cli_hold_stop(true);
  send(number);
  cli_hold_stop(false);
  send(number);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static int ignores_after_writing(int number)
{
  signal(number, SIG_IGN);
  cli_hold_stop(true);
  send(number);
  cli_hold_stop(false);
  send(number);
  return cli_stop_wanted() ? STOPPED : DONE;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

static void each(deed *does, int code)
{
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
    const int status = status_of(does, signals[i]);
    if (code == 0) {
      assert_true(WIFSIGNALED(status));
      assert_int_equal(WTERMSIG(status), signals[i]);
    } else {
      assert_true(WIFEXITED(status));
      assert_int_equal(WEXITSTATUS(status), code);
    }
  }
}

static void test_uncaught(void **state)
{
  (void)state;
  each(dies, 0);
  each(lives_while_held, DONE);
  each(dies_when_let_go, 0);
}

static void test_caught(void **state)
{
  (void)state;
  each(is_noted, STOPPED);
  each(is_noted_while_held, STOPPED);
  each(dies_of_one_more, 0);
  each(goes_on_catching, STOPPED);
  each(dies_of_the_second, 0);
  each(second_waits, STOPPED);
}

static void test_ignored(void **state)
{
  (void)state;
  each(ignores_after_writing, DONE);
  const int status = status_of(ignores, SIGHUP);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), DONE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_uncaught),
      cmocka_unit_test(test_caught),
      cmocka_unit_test(test_ignored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
