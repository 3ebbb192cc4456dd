/* cmocka.h - a stand-in for cmocka where there is no longjmp: as much of it as our tests use.
 *
 * A test that fails or skips ends the whole program. So run.mjs starts the program once for each
 * test, with its number, counted over all groups from 0, in LENET_TEST_NUMBER: that test alone is
 * run, and the program ends with one of the codes below. Where main comes to its end, with 0, there
 * is no test of that number. */
#ifndef LENET_TESTS_WASM_CMOCKA_H
#define LENET_TESTS_WASM_CMOCKA_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_SKIPPED = 77, TEST_PASSED = 100, TEST_FAILED = 101 };

struct CMUnitTest {
  const char *name;
  void (*test)(void **state);
  int (*setup)(void **state);    /* NULL: none */
  int (*teardown)(void **state); /* NULL: none; runs after a failure, too */
};

#define cmocka_unit_test(f)                                                                        \
  {                                                                                                \
#f, f, NULL, NULL                                                                              \
  }
#define cmocka_unit_test_setup_teardown(f, setup, teardown)                                        \
  {                                                                                                \
#f, f, setup, teardown                                                                         \
  }
#define cmocka_run_group_tests(tests, setup, teardown)                                             \
  cmocka_run_group_tests_name(#tests, tests, setup, teardown)
#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
  run_group(name, tests, sizeof(tests) / sizeof *(tests), setup, teardown)

int run_group(const char *name, const struct CMUnitTest *tests, size_t count,
              int (*setup)(void **state), int (*teardown)(void **state));

_Noreturn void fail_at(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn void skip_test(void);
void compare_integers(const char *what, long long a, long long b, int equal, const char *file,
                      int line);
void compare_strings(const char *what, const char *a, const char *b, const char *file, int line);
void compare_memory(const char *what, const void *a, const void *b, size_t size, int equal,
                    const char *file, int line);

#define skip() skip_test()
#define fail_msg(...) fail_at(__FILE__, __LINE__, __VA_ARGS__)
#define assert_true(c) ((c) ? (void)0 : fail_at(__FILE__, __LINE__, "not true: %s", #c))
#define assert_false(c) ((c) ? fail_at(__FILE__, __LINE__, "not false: %s", #c) : (void)0)
#define assert_null(p) ((p) ? fail_at(__FILE__, __LINE__, "not NULL: %s", #p) : (void)0)
#define assert_non_null(p) ((p) ? (void)0 : fail_at(__FILE__, __LINE__, "NULL: %s", #p))
#define assert_ptr_equal(a, b)                                                                     \
  ((const void *)(a) == (const void *)(b) ? (void)0                                                \
                                          : fail_at(__FILE__, __LINE__, "%s is not %s", #a, #b))
#define assert_int_equal(a, b)                                                                     \
  compare_integers(#a ", " #b, (long long)(a), (long long)(b), 1, __FILE__, __LINE__)
#define assert_int_not_equal(a, b)                                                                 \
  compare_integers(#a ", " #b, (long long)(a), (long long)(b), 0, __FILE__, __LINE__)
#define assert_in_range(value, low, high)                                                          \
  assert_true((long long)(value) >= (long long)(low) && (long long)(value) <= (long long)(high))
#define assert_string_equal(a, b) compare_strings(#a ", " #b, a, b, __FILE__, __LINE__)
#define assert_memory_equal(a, b, size)                                                            \
  compare_memory(#a ", " #b, a, b, size, 1, __FILE__, __LINE__)
#define assert_memory_not_equal(a, b, size)                                                        \
  compare_memory(#a ", " #b, a, b, size, 0, __FILE__, __LINE__)
#define print_error(...) printf(__VA_ARGS__)
#define test_malloc(size) malloc(size)
#define test_free(p) free(p)

/* scratch.h needs it and wasi-libc lacks it. */
char *mkdtemp(char *name);

#endif
