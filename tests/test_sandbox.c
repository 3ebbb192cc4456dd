/* The sandbox of the command: what can still be done in it, and what no longer. Each case is a
 * process of its own, since none comes out again. */
#define _GNU_SOURCE
#include "sandbox.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scratch.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* What came of it in the process: the number of an error, 0 for none. */
typedef int deed(void **state);

static int in_sandbox(void **state, deed *does)
{
  char allowed[SCRATCH_PATH];
  int status = -1;
  const char *const folder[] = {scratch_path(state, "allowed", allowed)};
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    cli_sandbox_enter(folder, 1);
    _exit(does(state));
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int opened(void **state, const char *name, int flags)
{
  char path[SCRATCH_PATH];
  return open(scratch_path(state, name, path), flags, 0666) >= 0 ? 0 : errno;
}

static int reads(void **state) { return opened(state, "here", O_RDONLY); }

static int writes(void **state) { return opened(state, "here", O_WRONLY); }

static int creates(void **state) { return opened(state, "new", O_WRONLY | O_CREAT); }

static int creates_allowed(void **state)
{
  return opened(state, "allowed/new", O_WRONLY | O_CREAT);
}

static int removes(void **state)
{
  char path[SCRATCH_PATH];
  return unlink(scratch_path(state, "here", path)) == 0 ? 0 : errno;
}

/* As a file is written whole: aside, and renamed. */
static int replaces_allowed(void **state)
{
  char part[SCRATCH_PATH], path[SCRATCH_PATH];
  const int code = opened(state, "allowed/part", O_WRONLY | O_CREAT | O_EXCL);
  scratch_path(state, "allowed/part", part);
  scratch_path(state, "allowed/old", path);
  return code == 0 && rename(part, path) != 0 ? errno : code;
}

static int runs(void **state)
{
  (void)state;
  execl("/bin/sh", "sh", "-c", "exit 0", (char *)NULL);
  return errno;
}

static int connects(void **state)
{
  (void)state;
  return socket(AF_INET, SOCK_DGRAM, 0) >= 0 ? 0 : errno;
}

/* The calls that succeed, as bits. */
static int changes_rights(void **state)
{
  char path[SCRATCH_PATH];
  scratch_path(state, "here", path);
  const int file = open(path, O_RDONLY);
  return (chmod(path, 0600) == 0) << 0 | (fchmod(file, 0600) == 0) << 1 |
         (fchmodat(AT_FDCWD, path, 0600, 0) == 0) << 2 |
         (chown(path, (uid_t)-1, (gid_t)-1) == 0) << 3 |
         (fchown(file, (uid_t)-1, (gid_t)-1) == 0) << 4 |
         (utimensat(AT_FDCWD, path, NULL, 0) == 0) << 5 | (futimens(file, NULL) == 0) << 6;
}

static void *write_in_thread(void *state) { return (void *)(intptr_t)writes(state); }

static int writes_in_thread(void **state)
{
  pthread_t thread;
  void *result = NULL;
  if (pthread_create(&thread, NULL, write_in_thread, state) != 0)
    return -1;
  pthread_join(thread, &result);
  return (int)(intptr_t)result;
}

static void test_left(void **state)
{
  assert_int_equal(in_sandbox(state, reads), 0);
  assert_int_equal(in_sandbox(state, creates_allowed), 0);
  assert_int_equal(in_sandbox(state, replaces_allowed), 0);
}

static void test_files(void **state)
{
  if (cli_sandbox_offered().landlock == 0)
    skip();
  assert_int_equal(in_sandbox(state, writes), EACCES);
  assert_int_equal(in_sandbox(state, creates), EACCES);
  assert_int_equal(in_sandbox(state, removes), EACCES);
  assert_int_not_equal(in_sandbox(state, runs), 0); /* which of the two says so is theirs */
  assert_int_equal(in_sandbox(state, writes_in_thread), EACCES);
}

static void test_calls(void **state)
{
  if (!cli_sandbox_offered().seccomp)
    skip();
  assert_int_equal(in_sandbox(state, connects), EPERM);
  assert_int_equal(in_sandbox(state, runs), EPERM);
  assert_int_equal(in_sandbox(state, changes_rights), 0);
}

/* The process that started it can do all that it could. */
static void test_outside(void **state)
{
  assert_int_equal(in_sandbox(state, reads), 0);
  assert_int_equal(writes(state), 0);
  assert_int_equal(connects(state), 0);
  assert_int_equal(changes_rights(state), 0x7f);
}

static int make_files(void **state)
{
  if (scratch_make(state) != 0)
    return -1;
  scratch_write(state, "here", "text", 4);
  scratch_write(state, "allowed/old", "text", 4);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_left),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_calls),
      cmocka_unit_test(test_outside),
  };
  return cmocka_run_group_tests(tests, make_files, scratch_remove);
}
