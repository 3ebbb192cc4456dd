/* Errors: a text for each status, and messages that are one clean line whatever name stands in
 * them. */
#include "base/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_status_texts(void **state)
{
  (void)state;
  static const lenet_status all[] = {LENET_OK,           LENET_NO_MEMORY,  LENET_BAD_ARGUMENT,
                                     LENET_BAD_NOTATION, LENET_BAD_FILE,   LENET_CANNOT_READ,
                                     LENET_CANNOT_WRITE, LENET_NO_DATA,    LENET_BAD_HASH,
                                     LENET_NO_NETWORK,   LENET_NO_DIGIT,   LENET_DIVERGED,
                                     LENET_STOPPED,      LENET_UNSUPPORTED};
  const char *unknown = lenet_status_text((lenet_status)1000);
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    const char *text = lenet_status_text(all[i]);
    assert_true(text[0] != '\0' && strcmp(text, unknown) != 0);
    for (size_t k = 0; k < i; k++)
      assert_string_not_equal(text, lenet_status_text(all[k]));
  }
}

static void test_clean_messages(void **state)
{
  (void)state;
  lenet_error error;
  assert_int_equal(
      lenet_fail(&error, LENET_BAD_FILE, 7, "%s: no", "a\nb\x1b[31m\xc2\x9b\xe2\x80\xae"),
      LENET_BAD_FILE);
  assert_string_equal(error.message, "a?b?[31m?????: no");
  assert_int_equal(error.status, LENET_BAD_FILE);
  assert_int_equal(error.position, 7);
}

/* The reason stands behind the name. */
static void test_long_names(void **state)
{
  (void)state;
  static char name[2000];
  lenet_error error;
  memset(name, 'n', sizeof name - 1);
  name[0] = 'N';
  lenet_fail(&error, LENET_CANNOT_READ, -1, "%s: the reason", name);
  const size_t length = strlen(error.message);
  assert_int_equal(length, sizeof error.message - 1);
  assert_int_equal(error.message[0], 'N');
  assert_non_null(strstr(error.message, "n...n"));
  assert_string_equal(error.message + length - 12, ": the reason");
}

static void test_no_error_wanted(void **state)
{
  (void)state;
  assert_int_equal(lenet_fail(NULL, LENET_NO_DATA, -1, "%s", "never read"), LENET_NO_DATA);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_status_texts), cmocka_unit_test(test_clean_messages),
      cmocka_unit_test(test_long_names), cmocka_unit_test(test_no_error_wanted)};
  return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
