/* Numbers as files have them: read and written the same in every locale. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/number.h"

#include <math.h>

static void test_read(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    double number;
  } good[] = {{"0", 0},
              {"-1", -1},
              {"12.25", 12.25},
              {".5", 0.5},
              {"3.", 3},
              {"1e2", 100},
              {"1E+2", 100},
              {"25e-2", 0.25},
              {"-1.5e1", -15},
              {"1e-300", 1e-300},
              {"12345678901234567", 12345678901234567.0}};
  static const char *const bad[] = {"",
                                    "-",
                                    ".",
                                    "e5",
                                    "1e",
                                    "1e+",
                                    "1e-",
                                    "+1",
                                    "1 ",
                                    " 1",
                                    "0x10",
                                    "1,5",
                                    "nan",
                                    "inf",
                                    "1e999",
                                    "1e1000",
                                    "123456789012345678",
                                    "1.5.2"};
  double number = -7;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
    if (!lenet_parse_number(good[i].text, &number))
      fail_msg("'%s' is not read", good[i].text);
    if (fabs(number - good[i].number) > 1e-15 * fabs(good[i].number))
      fail_msg("'%s' is read as %.17g", good[i].text, number);
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    if (lenet_parse_number(bad[i], &number))
      fail_msg("'%s' is read as %.17g", bad[i], number);
}

static void test_write(void **state)
{
  (void)state;
  static const struct {
    float number;
    const char *text;
  } numbers[] = {
      {0, "0"}, {-1.5f, "-1.5"}, {1e10f, "1e+10"}, {0.25f, "0.25"}, {1e-5f, "9.99999975e-06"}};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    char text[LENET_NUMBER_TEXT];
    double again;
    lenet_print_number(numbers[i].number, text);
    assert_string_equal(text, numbers[i].text);
    assert_true(lenet_parse_number(text, &again));
    assert_true((float)again == numbers[i].number);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_write)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
