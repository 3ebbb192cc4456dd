/* Drawn sets, opened by name: how many pictures of which classes, no one of them in both splits,
 * and options that are wrong. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdint.h>
#include <string.h>

static void test_synthetic(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *train, *test;
  assert_int_equal(lenet_dataset_open("synthetic:900,seed=3", LENET_TRAIN, NULL, &train, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_open("synthetic:900,seed=3", LENET_TEST, NULL, &test, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_samples(train).count, 900);
  assert_int_equal(lenet_dataset_samples(test).count, 150);
  assert_int_equal(lenet_dataset_samples(test).classes, 10);
  assert_string_equal(lenet_dataset_place(train), "synthetic");
  assert_string_equal(lenet_dataset_class(train, 7), "7");
  uint8_t pixels[28 * 28];
  assert_int_equal(lenet_synthetic_digit(3, 899, pixels), lenet_dataset_label(train, 899));
  assert_memory_equal(pixels, lenet_dataset_pixels(train, 899), sizeof pixels);
  /* No test digit is a training digit. */
  for (size_t i = 0; i < 150; i++)
    for (size_t j = 0; j < 900; j++)
      assert_memory_not_equal(lenet_dataset_pixels(test, i), lenet_dataset_pixels(train, j),
                              sizeof pixels);
  lenet_dataset_free(train);
  lenet_dataset_free(test);
}

static void test_nondigits(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *train, *test;
  assert_int_equal(lenet_dataset_open("nondigits:240,seed=3", LENET_TRAIN, NULL, &train, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_open("nondigits:240,seed=3", LENET_TEST, NULL, &test, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_samples(train).count, 240);
  assert_int_equal(lenet_dataset_samples(test).count, 100);
  assert_int_equal(lenet_dataset_samples(train).classes, 11);
  assert_string_equal(lenet_dataset_place(train), "nondigits");
  assert_string_equal(lenet_dataset_class(train, 9), "9");
  assert_string_equal(lenet_dataset_class(train, 10), "no digit");
  for (size_t i = 0; i < 240; i++)
    assert_int_equal(lenet_dataset_label(train, i), 10);
  for (size_t i = 0; i < 100; i++)
    for (size_t j = 0; j < 240; j++)
      assert_memory_not_equal(lenet_dataset_pixels(test, i), lenet_dataset_pixels(train, j),
                              28 * 28);
  lenet_dataset_free(train);
  lenet_dataset_free(test);
}

static void test_synthetic_options(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *data;
  assert_int_equal(lenet_dataset_open("synthetic:1", LENET_TEST, NULL, &data, &error), LENET_OK);
  assert_int_equal(lenet_dataset_samples(data).count, 100);
  lenet_dataset_free(data);
  assert_int_equal(
      lenet_dataset_open("synthetic:2,seed=18446744073709551615", LENET_TRAIN, NULL, &data, &error),
      LENET_OK);
  lenet_dataset_free(data);
  static const struct {
    const char *set;
    int column;
  } bad[] = {
      {"synthetic:", 11},         {"synthetic:0", 11},
      {"synthetic:10000001", 11}, {"synthetic:-5", 11},
      {"synthetic: 5", 11},       {"synthetic:5x", 12},
      {"synthetic:5,", 12},       {"synthetic:5,seed=", 18},
      {"synthetic:5,seed=x", 18}, {"synthetic:5,seed=1,", 19},
      {"synthetic,SEED=1", 10},   {"synthetic:5,seed=18446744073709551616", 18},
      {"synthetic:5 ", 12},       {"printed:", 9},
      {"printed:5,seed=", 16},    {"printed,5", 8},
      {"nondigits:0", 11},        {"nondigits:5,seed=x", 18},
      {"nondigits,", 10},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    data = NULL;
    assert_int_equal(lenet_dataset_open(bad[i].set, LENET_TRAIN, NULL, &data, &error),
                     LENET_BAD_ARGUMENT);
    assert_null(data);
    assert_non_null(strstr(error.message, bad[i].set));
    if (error.position != bad[i].column)
      fail_msg("%s, expected %d", error.message, bad[i].column);
  }
  assert_int_equal(lenet_dataset_open("synthetics", LENET_TRAIN, NULL, &data, &error),
                   LENET_NO_DATA);
  assert_int_equal(lenet_dataset_open("nondigit", LENET_TRAIN, NULL, &data, &error), LENET_NO_DATA);
  assert_int_equal(lenet_dataset_open("", LENET_TRAIN, NULL, &data, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_dataset_open("synthetic", (lenet_split)2, NULL, &data, NULL),
                   LENET_BAD_ARGUMENT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_synthetic),
      cmocka_unit_test(test_nondigits),
      cmocka_unit_test(test_synthetic_options),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
