/* Pictures in memory, and the steps that a picture goes through. */
#include "lenet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void assert_grey(const void *pixels, int width, int height, ptrdiff_t stride,
                        lenet_pixel_format format, const uint8_t *expected)
{
  lenet_image image;
  assert_int_equal(lenet_image_from_pixels(pixels, width, height, stride, format, &image, NULL),
                   LENET_OK);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  assert_memory_equal(image.pixels, expected, (size_t)width * (size_t)height);
  lenet_image_free(&image);
}

/* ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue: 76, 150, 29 for full ones. */
static void test_formats(void **state)
{
  (void)state;
  assert_grey("\x01\x80\xff", 3, 1, 3, LENET_GREY, (const uint8_t *)"\x01\x80\xff");
  /* Ink 100 on white: at alpha 255 itself, at 0 white, at 51 a fifth: 0.2 x 100 + 0.8 x 255 = 224.
   */
  static const uint8_t veiled[] = {100, 255, 100, 0, 100, 51};
  assert_grey(veiled, 3, 1, 6, LENET_GREY_ALPHA, (const uint8_t *)"\x64\xff\xe0");
  static const uint8_t rgb[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
  assert_grey(rgb, 4, 1, 12, LENET_RGB, (const uint8_t[]){76, 150, 29, 255});
  static const uint8_t rgba[] = {255, 0, 0, 255, 0, 0, 255, 255, 9, 9, 9, 0};
  assert_grey(rgba, 3, 1, 12, LENET_RGBA, (const uint8_t[]){76, 29, 255});
  assert_grey(rgba, 3, 1, 12, LENET_BGRA, (const uint8_t[]){29, 76, 255});
}

static void test_strides(void **state)
{
  (void)state;
  static const uint8_t rows[] = {1, 2, 99, 3, 4, 99, 5, 6, 99};
  assert_grey(rows, 2, 3, 3, LENET_GREY, (const uint8_t[]){1, 2, 3, 4, 5, 6});
  /* Bottom row first, as in Windows bitmaps. */
  assert_grey(rows + 6, 2, 3, -3, LENET_GREY, (const uint8_t[]){5, 6, 3, 4, 1, 2});
}

static void test_refused(void **state)
{
  (void)state;
  static const uint8_t pixels[16];
  lenet_image image = {.width = 7};
  lenet_error error;
  static const struct {
    int width, height;
    ptrdiff_t stride;
    int format;
  } bad[] = {{0, 1, 4, LENET_GREY},     {1, 0, 4, LENET_GREY},
             {-1, 1, 4, LENET_GREY},    {65536, 1, 65536, LENET_GREY},
             {1, 65536, 1, LENET_GREY}, {4, 2, 3, LENET_GREY},
             {2, 2, -7, LENET_RGBA},    {2, 2, 5, LENET_RGB},
             {1, 1, 4, LENET_BGRA + 1}, {60000, 60000, 60000, LENET_GREY}};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    assert_int_equal(lenet_image_from_pixels(pixels, bad[i].width, bad[i].height, bad[i].stride,
                                             (lenet_pixel_format)bad[i].format, &image, &error),
                     LENET_BAD_ARGUMENT);
    assert_int_equal(image.width, 7);
  }
  assert_int_equal(lenet_image_from_pixels(NULL, 1, 1, 1, LENET_GREY, &image, &error),
                   LENET_BAD_ARGUMENT);
}

/* A 7 of strokes 6 wide, dark on light paper that falls off to the right, and one fleck of dirt. */
static void test_steps(void **state)
{
  (void)state;
  enum { W = 120, H = 100 };
  static uint8_t pixels[W * H];
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++) {
      bool bar = y >= 20 && y < 26 && x >= 40 && x < 76,
           stem = y >= 20 && y < 80 && x >= 70 && x < 76;
      bool dirt = y >= 90 && y < 93 && x >= 10 && x < 13;
      int paper = 230 - x;
      pixels[y * W + x] = (uint8_t)(bar || stem || dirt ? paper / 3 : paper);
    }
  const lenet_image image = {W, H, pixels};
  lenet_steps steps;
  assert_int_equal(lenet_image_steps(&image, &steps, NULL), LENET_OK);
  assert_int_equal(steps.width, W);
  assert_int_equal(steps.height, H);
  assert_int_equal(steps.factor, 1);
  assert_false(steps.light);
  assert_true(steps.stroke >= 5 && steps.stroke <= 7);
  assert_int_equal(steps.ink[23 * W + 50], 255);
  assert_int_equal(steps.ink[60 * W + 73], 255);
  assert_int_equal(steps.ink[91 * W + 11], 128);
  assert_int_equal(steps.ink[50 * W + 20], 0);
  assert_in_range(steps.level[50 * W + 20], 250, 255);  /* paper is white on the light side */
  assert_in_range(steps.level[50 * W + 110], 250, 255); /* and on the dark one */
  assert_in_range(steps.level[60 * W + 73], 75, 95);    /* a third of the paper: 85 */
  lenet_steps_free(&steps);
  assert_null(steps.level);
  /* The other way round. */
  for (int i = 0; i < W * H; i++)
    pixels[i] = (uint8_t)(255 - pixels[i]);
  assert_int_equal(lenet_image_steps(&image, &steps, NULL), LENET_OK);
  assert_true(steps.light);
  assert_int_equal(steps.ink[60 * W + 73], 255);
  lenet_steps_free(&steps);
  memset(pixels, 90, sizeof pixels);
  assert_int_equal(lenet_image_steps(&image, &steps, NULL), LENET_NO_DIGIT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_formats),
      cmocka_unit_test(test_strides),
      cmocka_unit_test(test_refused),
      cmocka_unit_test(test_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
