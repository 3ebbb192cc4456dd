/* Every allocation fails once: each of the library's calls is repeated with its first, second,
 * third ... allocation refused, alone and with all that come after it, until it needs no more. Each
 * time it must say LENET_NO_MEMORY, give back all that it took, and leave what it was to fill as it
 * was. */
#define _XOPEN_SOURCE 700
#include "no_memory/calls.h"

#include "failing_memory.h"

#include <stdio.h>
#include <time.h>

#if HAVE_FAILING_MEMORY

enum { MOST_ALLOCATIONS = 20000 };

/* One call whose n-th allocation fails, and one that goes well, which objects must still be fit
 * for. False where it has fewer. */
static bool fails_well(const call *c, long n, bool stays_out)
{
  lenet_error error = {.status = LENET_OK};
  const long before = memory_blocks;
  memory_fails_at(n, stays_out);
  const lenet_status status = c->make(&error);
  const bool ran_out = memory_is_back();
  if (status != LENET_OK && (!ran_out || status != LENET_NO_MEMORY))
    fail_msg("%s: allocation %ld: %s: %s", c->name, n, lenet_status_text(status), error.message);
  if (status != LENET_OK && (error.status != status || !error.message[0]))
    fail_msg("%s: allocation %ld: no message for '%s'", c->name, n, lenet_status_text(status));
  if (c->make(&error) != LENET_OK)
    fail_msg("%s: after allocation %ld failed: %s", c->name, n, error.message);
  /* A thread that libcurl looks up a name with may take a moment to end. */
  for (int i = 0; !SANITIZED && i < 200 && memory_blocks != before; i++)
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  const long more = memory_blocks - before;
  if (!SANITIZED && more != 0)
    fail_msg("%s: allocation %ld: %ld blocks not given back", c->name, n, more);
  return ran_out;
}

static void fail_each(const call *c)
{
  for (int stays_out = 0; stays_out < 2; stays_out++) {
    long n = 1;
    while (fails_well(c, n, stays_out)) {
      n++;
      assert_true(n < MOST_ALLOCATIONS);
    }
    if (!stays_out)
      print_message("%-26s %ld allocations\n", c->name, n - 1);
  }
}

static void test_every_allocation_fails(void **state)
{
  (void)state;
  static const call *const parts[] = {model_calls, training_calls, data_calls, picture_calls};
  lenet_error error;
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    for (const call *c = parts[i]; c->make; c++) {
      /* What other libraries keep for good they take now. */
      const lenet_status status = c->make(&error);
      if (status == LENET_UNSUPPORTED)
        continue;
      if (status != LENET_OK)
        fail_msg("%s: %s", c->name, error.message);
      fail_each(c);
    }
}

/* Without this the test above could not fail. */
static void test_failing(void **state)
{
  (void)state;
  const long before = memory_blocks;
  memory_fails_at(2, false);
  /* volatile: or a compiler sees that nobody needs them, and takes none */
  void *volatile first = malloc(1), *volatile second = malloc(1), *volatile third = malloc(1);
  assert_true(memory_is_back());
  assert_true(first && !second && third);
  assert_int_equal(memory_blocks - before, 2);
  memory_fails_at(1, true);
  void *volatile fourth = calloc(1, 1), *volatile fifth = realloc(NULL, 1);
  assert_true(memory_is_back() && !fourth && !fifth);
  free(first);
  free(third);
  assert_int_equal(memory_blocks - before, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_failing),
      cmocka_unit_test(test_every_allocation_fails),
  };
  return cmocka_run_group_tests(tests, make_all, free_all);
}

#else

int main(void)
{
  puts("skipped: another allocator than that of the GNU C library");
  return 77;
}

#endif
