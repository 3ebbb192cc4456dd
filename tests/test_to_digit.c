/* From a picture to a digit in MNIST's frame: any tone, size, light and dirt, and what has none. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Draws a 7 with bars of the given tone, `scale` pixels to a unit, on what is there: 14 units wide,
 * 20 high. */
static void draw_seven(uint8_t *pixels, int width, int left, int top, int scale, uint8_t tone)
{
  for (int y = 0; y < 20 * scale; y++)
    for (int x = 0; x < 14 * scale; x++)
      if (y < 3 * scale || x >= 11 * scale)
        pixels[(top + y) * width + left + x] = tone;
}

static void to_digit(uint8_t *pixels, int width, int height, uint8_t *digit)
{
  const lenet_image image = {.width = width, .height = height, .pixels = pixels};
  lenet_error error;
  if (lenet_image_to_digit(&image, digit, &error) != LENET_OK)
    fail_msg("%s", error.message);
}

static void assert_near(const uint8_t *digit, const uint8_t *expected, double tolerance)
{
  double sum = 0;
  for (int i = 0; i < 28 * 28; i++)
    sum += abs(digit[i] - expected[i]);
  if (sum / (28 * 28) > tolerance)
    fail_msg("pixels differ by %.2f in the mean", sum / (28 * 28));
}

/* What MNIST's frame makes of the 7, by hand: it fits the box of 20 as it is. Of its 93 pixels 42
 * have the mean column 6.5 and row 1, 51 have column 12 and row 11: together 9.516 and 6.484. MNIST
 * brings them to 14: 4.484 and 7.516 become the columns from 4 and the rows from 8. */
static void expected_seven(uint8_t *expected)
{
  memset(expected, 0, 28 * 28);
  draw_seven(expected, 28, 4, 8, 1, 255);
}

/* Light or dark ink, high or low contrast, any size: the same digit. */
static void test_polarity(void **state)
{
  (void)state;
  static const uint8_t tones[][2] = {{255, 0}, {0, 255}, {180, 120}, {60, 100}, {130, 110}};
  uint8_t expected[784], digit[784];
  static uint8_t pixels[400 * 300];
  expected_seven(expected);
  for (size_t i = 0; i < sizeof tones / sizeof *tones; i++)
    for (int scale = 1; scale <= 10; scale += 3) {
      memset(pixels, tones[i][0], sizeof pixels);
      draw_seven(pixels, 400, 100, 60, scale, tones[i][1]);
      to_digit(pixels, 400, 300, digit);
      assert_near(digit, expected, 0);
    }
}

/* Up to the picture's edge, and more ink than paper. */
static void test_tight(void **state)
{
  (void)state;
  uint8_t expected[784], digit[784], pixels[16 * 22];
  expected_seven(expected);
  memset(pixels, 20, sizeof pixels);
  draw_seven(pixels, 16, 1, 1, 1, 230);
  to_digit(pixels, 16, 22, digit);
  assert_near(digit, expected, 0.1);
  uint8_t disc[30 * 30];
  for (int i = 0; i < 30 * 30; i++) {
    int x = i % 30 * 2 - 29, y = i / 30 * 2 - 29;
    disc[i] = x * x + y * y < 27 * 27 ? 30 : 220; /* 64 % ink */
  }
  to_digit(disc, 30, 30, digit);
  assert_int_equal(digit[14 * 28 + 14], 255);
  assert_int_equal(digit[0], 0);
}

/* Light that falls off to one side and into the corners, by more than the ink's contrast. Ink takes
 * the same part of it everywhere. */
static void test_uneven_light(void **state)
{
  (void)state;
  uint8_t expected[784], digit[784], bare[784];
  static uint8_t pixels[200 * 200];
  expected_seven(expected);
  memset(bare, 0, sizeof bare);
  memset(pixels, 0, sizeof pixels);
  draw_seven(pixels, 200, 60, 40, 6, 40); /* per cent */
  for (int y = 0; y < 200; y++)
    for (int x = 0; x < 200; x++) {
      int light = 240 - x / 2 - ((x - 100) * (x - 100) + (y - 100) * (y - 100)) / 1000;
      pixels[y * 200 + x] = (uint8_t)(light * (100 - pixels[y * 200 + x]) / 100);
    }
  to_digit(pixels, 200, 200, digit);
  /* Its centre of mass is near the middle of two pixels: the least change of grey moves it by one.
   */
  memmove(bare, digit + (digit[8 * 28 + 4] < 128), 28 * 28 - 1);
  assert_near(bare, expected, 4);
}

/* Dirt, and the noise of a camera. */
static void test_specks(void **state)
{
  (void)state;
  uint8_t expected[784], digit[784];
  static uint8_t pixels[200 * 200];
  uint32_t noise = 1;
  expected_seven(expected);
  memset(pixels, 200, sizeof pixels);
  draw_seven(pixels, 200, 60, 40, 5, 60);
  for (int i = 0; i < 200 * 200; i++) {
    noise = noise * 1664525 + 1013904223; /* Numerical Recipes' generator */
    pixels[i] = (uint8_t)(pixels[i] + (int)(noise >> 29) - 4);
  }
  for (int speck = 0; speck < 5; speck++)
    for (int y = 0; y < 4; y++)
      for (int x = 0; x < 4; x++)
        pixels[(5 + speck * 37 + y) * 200 + 180 - speck * 2 + x] = 40;
  to_digit(pixels, 200, 200, digit);
  assert_near(digit, expected, 4);
}

/* A stroke apart from the rest, as of a 5, is no dirt. */
static void test_two_strokes(void **state)
{
  (void)state;
  uint8_t digit[784];
  static uint8_t pixels[60 * 60];
  memset(pixels, 250, sizeof pixels);
  for (int y = 20; y < 50; y++)
    memset(pixels + y * 60 + 20, 10, 6);
  memset(pixels + 12 * 60 + 20, 10, 14); /* one pixel thick: 14 against 180; 7 wide when shrunk */
  to_digit(pixels, 60, 60, digit);
  /* The topmost row with ink is the wide stroke; the other is 3 wide. */
  int ink = 0;
  for (int y = 0; y < 28 && ink == 0; y++)
    for (int x = 0; x < 28; x++)
      ink += digit[y * 28 + x] > 0;
  assert_in_range(ink, 6, 9);
}

static void test_large(void **state)
{
  (void)state;
  enum { WIDTH = 3000, HEIGHT = 2100 };
  uint8_t expected[784], digit[784];
  uint8_t *pixels = malloc(WIDTH * HEIGHT);
  assert_non_null(pixels);
  expected_seven(expected);
  memset(pixels, 210, WIDTH * HEIGHT);
  draw_seven(pixels, WIDTH, 900, 300, 60, 20);
  to_digit(pixels, WIDTH, HEIGHT, digit);
  free(pixels);
  assert_near(digit, expected, 1);
}

/* A dash on a strip is a rule, however long the strip is. */
static void test_strip(void **state)
{
  (void)state;
  uint8_t digit[784];
  static uint8_t pixels[20000 * 3];
  const lenet_image image = {.width = 20000, .height = 3, .pixels = pixels};
  lenet_error error;
  memset(pixels, 200, sizeof pixels);
  for (int y = 0; y < 2; y++)
    memset(pixels + y * 20000 + 8000, 20, 4000);
  assert_int_equal(lenet_image_to_digit(&image, digit, &error), LENET_NO_DIGIT);
  assert_non_null(strstr(error.message, "no writing"));
}

static void test_one_tone(void **state)
{
  (void)state;
  uint8_t pixels[30 * 20], digit[784];
  lenet_error error;
  static const int sizes[][2] = {{30, 20}, {1, 1}, {30, 1}, {1, 20}};
  for (int tone = 0; tone < 256; tone += 51)
    for (size_t i = 0; i < 4; i++) {
      const lenet_image image = {.width = sizes[i][0], .height = sizes[i][1], .pixels = pixels};
      memset(pixels, tone, sizeof pixels);
      memset(digit, 7, sizeof digit);
      assert_int_equal(lenet_image_to_digit(&image, digit, &error), LENET_NO_DIGIT);
      assert_non_null(strstr(error.message, "one tone"));
      assert_int_equal(digit[0], 7);
    }
  assert_int_equal(lenet_image_to_digit(&(lenet_image){.width = 0}, digit, &error),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_image_to_digit(NULL, digit, NULL), LENET_BAD_ARGUMENT);
}

/* A digit that is in MNIST's frame already stays what it is. */
static void test_idempotent(void **state)
{
  (void)state;
  uint8_t digit[784], again[784];
  double sum = 0;
  enum { DIGITS = 300 };
  for (uint64_t i = 0; i < DIGITS; i++) {
    lenet_synthetic_digit(5, i, digit);
    to_digit(digit, 28, 28, again);
    for (int p = 0; p < 784; p++)
      sum += abs(digit[p] - again[p]);
  }
  if (sum / (DIGITS * 784.0) > 1)
    fail_msg("pixels differ by %.2f in the mean", sum / (DIGITS * 784.0));
}

static void test_mnist(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *data;
  const char *directories[] = {getenv("LENET_DATA"), NULL};
  lenet_status status = lenet_dataset_open("mnist", LENET_TEST, directories, &data, &error);
  if (status == LENET_NO_DATA || status == LENET_UNSUPPORTED) /* a .gz, without zlib */
    skip();
  assert_int_equal(status, LENET_OK);
  uint8_t digit[784];
  double sum = 0;
  enum { DIGITS = 1000 };
  for (size_t i = 0; i < DIGITS; i++) {
    const uint8_t *pixels = lenet_dataset_pixels(data, i);
    to_digit((uint8_t *)(uintptr_t)pixels, 28, 28, digit);
    for (int p = 0; p < 784; p++)
      sum += abs(digit[p] - pixels[p]);
  }
  lenet_dataset_free(data);
  if (sum / (DIGITS * 784.0) > 1)
    fail_msg("pixels differ by %.2f in the mean", sum / (DIGITS * 784.0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_polarity),     cmocka_unit_test(test_tight),
      cmocka_unit_test(test_uneven_light), cmocka_unit_test(test_specks),
      cmocka_unit_test(test_two_strokes),  cmocka_unit_test(test_large),
      cmocka_unit_test(test_strip),        cmocka_unit_test(test_one_tone),
      cmocka_unit_test(test_idempotent),   cmocka_unit_test(test_mnist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
