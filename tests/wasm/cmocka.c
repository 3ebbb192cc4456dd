#include "cmocka.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

static size_t number; /* tests seen so far */
static const struct CMUnitTest *running;
static void *state;

_Noreturn static void end_test(int code)
{
  int (*teardown)(void **state) = running->teardown;
  static int ended;
  if (!ended++ && teardown && teardown(&state) != 0)
    fail_at(__FILE__, __LINE__, "the teardown fails");
  exit(code);
}

_Noreturn void fail_at(const char *file, int line, const char *format, ...)
{
  va_list arguments;
  printf("%s: %s:%d: ", running->name, file, line);
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  printf("\n");
  end_test(TEST_FAILED);
}

_Noreturn void skip_test(void) { end_test(TEST_SKIPPED); }

int run_group(const char *name, const struct CMUnitTest *tests, size_t count,
              int (*setup)(void **state), int (*teardown)(void **state))
{
  const char *wanted = getenv("LENET_TEST_NUMBER");
  const size_t first = number, test = wanted ? strtoul(wanted, NULL, 10) : 0;
  number += count;
  if (test < first || test >= number)
    return 0;
  running = &tests[test - first];
  printf("%s: %s\n", name, running->name);
  if ((setup && setup(&state) != 0) || (running->setup && running->setup(&state) != 0))
    fail_at(__FILE__, __LINE__, "the setup fails");
  running->test(&state);
  if (teardown && teardown(&state) != 0)
    fail_at(__FILE__, __LINE__, "the group's teardown fails");
  end_test(TEST_PASSED);
}

void compare_integers(const char *what, long long a, long long b, int equal, const char *file,
                      int line)
{
  if ((a == b) != equal)
    fail_at(file, line, "%s: %lld and %lld", what, a, b);
}

void compare_strings(const char *what, const char *a, const char *b, const char *file, int line)
{
  if (strcmp(a, b) != 0)
    fail_at(file, line, "%s: \"%s\" and \"%s\"", what, a, b);
}

void compare_memory(const char *what, const void *a, const void *b, size_t size, int equal,
                    const char *file, int line)
{
  if ((memcmp(a, b, size) == 0) == equal)
    return;
  size_t at = 0;
  while (equal && ((const char *)a)[at] == ((const char *)b)[at])
    at++;
  fail_at(file, line, equal ? "%s: they differ at byte %zu" : "%s: the same %zu bytes", what,
          equal ? at : size);
}

char *mkdtemp(char *name)
{
  char *end = name + strlen(name) - 6;
  for (int try = 0; try < 1000; try++) {
    snprintf(end, 7, "%06d", try);
    if (mkdir(name, 0700) == 0)
      return name;
    if (errno != EEXIST)
      break;
  }
  return NULL;
}
