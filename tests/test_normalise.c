/* Pictures small enough to work out by hand, through the frame that MNIST uses. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/normalise.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 28 };

/* Fills a rectangle of a raster that is `width` wide. */
static void paint(uint8_t *ink, int width, int left, int top, int wide, int high, uint8_t value)
{
  for (int y = top; y < top + high; y++)
    memset(ink + (size_t)y * (size_t)width + left, value, (size_t)wide);
}

/* Asserts `value` (one more or less: rounding) on a rectangle of the digit, and clears it. */
static void take(uint8_t *digit, int left, int top, int wide, int high, int value)
{
  for (int y = top; y < top + high; y++)
    for (int x = left; x < left + wide; x++) {
      assert_in_range(digit[y * SIDE + x], value - (value > 0), value + (value < 255));
      digit[y * SIDE + x] = 0;
    }
}

static void assert_nothing_left(const uint8_t *digit)
{
  for (int i = 0; i < SIDE * SIDE; i++)
    assert_int_equal(digit[i], 0);
}

static void test_box_that_fits_is_only_moved(void **state)
{
  (void)state;
  uint8_t ink[40 * 30] = {0}, digit[SIDE * SIDE];
  paint(ink, 40, 13, 2, 20, 10, 255);
  assert_true(lenet_normalise(ink, 40, 30, digit));
  take(digit, 4, 9, 20, 10, 255); /* centre of mass 13.5, 13.5: nearest below 14 */
  assert_nothing_left(digit);
}

static void test_two_tones_shrink_and_balance(void **state)
{
  (void)state;
  uint8_t ink[50 * 50] = {0}, digit[SIDE * SIDE];
  paint(ink, 50, 3, 5, 20, 20, 100);
  paint(ink, 50, 23, 5, 20, 20, 200);
  assert_true(lenet_normalise(ink, 50, 50, digit));
  /* 40x20 becomes 20x10; the centre of mass is (4.5 + 2 * 14.5) / 3 = 11.17 from the left, so
   * the box begins at column 3; 200 is the blackest and becomes 255, 100 becomes 127.5. */
  take(digit, 3, 9, 10, 10, 128);
  take(digit, 13, 9, 10, 10, 255);
  assert_nothing_left(digit);
}

static void test_edges_are_anti_aliased(void **state)
{
  (void)state;
  uint8_t ink[30 * 20], digit[SIDE * SIDE];
  memset(ink, 255, sizeof ink);
  assert_true(lenet_normalise(ink, 30, 20, digit));
  /* Height 20 * 2/3 = 13 1/3 cells: 12 whole ones and two thirds of one at each edge. */
  take(digit, 4, 7, 20, 1, 170);
  take(digit, 4, 8, 20, 12, 255);
  take(digit, 4, 20, 20, 1, 170);
  assert_nothing_left(digit);
}

static void test_single_pixel_fills_the_box(void **state)
{
  (void)state;
  uint8_t digit[SIDE * SIDE], one = 1;
  assert_true(lenet_normalise(&one, 1, 1, digit));
  take(digit, 4, 4, 20, 20, 255);
  assert_nothing_left(digit);

  uint8_t ink[9 * 7] = {0};
  ink[6 * 9 + 8] = 77;
  assert_true(lenet_normalise(ink, 9, 7, digit));
  take(digit, 4, 4, 20, 20, 255);
  assert_nothing_left(digit);
}

static void test_thin_line_stays_black(void **state)
{
  (void)state;
  uint8_t ink[120 * 30] = {0}, digit[SIDE * SIDE];
  paint(ink, 120, 11, 17, 100, 1, 255);
  assert_true(lenet_normalise(ink, 120, 30, digit));
  take(digit, 4, 14, 20, 1, 255); /* a fifth of a cell high, alone in row 14 */
  assert_nothing_left(digit);
}

static void test_box_stays_in_the_frame(void **state)
{
  (void)state;
  uint8_t ink[20 * 20] = {0}, digit[SIDE * SIDE];
  paint(ink, 20, 0, 0, 1, 20, 255);
  ink[19] = ink[19 * 20 + 19] = 1; /* nearly weightless, but the box is 20 wide for them */
  assert_true(lenet_normalise(ink, 20, 20, digit));
  take(digit, 8, 4, 1, 20, 255);
  take(digit, 27, 4, 1, 1, 1);
  take(digit, 27, 23, 1, 1, 1);
  assert_nothing_left(digit);
}

static void test_largest_side(void **state)
{
  (void)state;
  int width = LENET_MAX_IMAGE_SIDE, height = 96;
  uint8_t *ink = calloc((size_t)width, (size_t)height), digit[SIDE * SIDE];
  assert_non_null(ink);
  paint(ink, width, 0, 40, width, 7, 255);
  assert_true(lenet_normalise(ink, width, height, digit));
  take(digit, 4, 14, 20, 1, 255);
  assert_nothing_left(digit);

  memset(ink, 0, (size_t)width * (size_t)height);
  paint(ink, height, 50, 0, 30, LENET_MAX_IMAGE_SIDE, 9);
  assert_true(lenet_normalise(ink, height, width, digit));
  take(digit, 14, 4, 1, 20, 255);
  assert_nothing_left(digit);
  free(ink);
}

static void test_paper_is_no_digit(void **state)
{
  (void)state;
  uint8_t ink[15 * 10] = {0}, digit[SIDE * SIDE];
  memset(digit, 123, sizeof digit);
  assert_false(lenet_normalise(ink, 15, 10, digit));
  for (int i = 0; i < SIDE * SIDE; i++)
    assert_int_equal(digit[i], 123);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_box_that_fits_is_only_moved),
      cmocka_unit_test(test_two_tones_shrink_and_balance),
      cmocka_unit_test(test_edges_are_anti_aliased),
      cmocka_unit_test(test_single_pixel_fills_the_box),
      cmocka_unit_test(test_thin_line_stays_black),
      cmocka_unit_test(test_box_stays_in_the_frame),
      cmocka_unit_test(test_largest_side),
      cmocka_unit_test(test_paper_is_no_digit),
  };
  return cmocka_run_group_tests_name("normalise", tests, NULL, NULL);
}
