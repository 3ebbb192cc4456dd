/* Pictures as PNG and JPEG files: what is written is read back, and nothing half-written stays. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lenet.h"
#include "scratch.h"

enum { WIDTH = 37, HEIGHT = 23 };

/* A slope, the same in all channels. */
static void fill(uint8_t *pixels, int channels)
{
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    for (int c = 0; c < channels; c++)
      pixels[i * channels + c] = (uint8_t)(4 * (i % WIDTH) + 3 * (i / WIDTH));
}

/* Loads what was written and compares within `off`. */
static void assert_holds_slope(const char *path, int off)
{
  lenet_image image;
  uint8_t grey[WIDTH * HEIGHT];
  fill(grey, 1);
  assert_int_equal(lenet_image_load(path, &image, NULL), LENET_OK);
  assert_int_equal(image.width, WIDTH);
  assert_int_equal(image.height, HEIGHT);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    assert_true(abs(image.pixels[i] - grey[i]) <= off);
  lenet_image_free(&image);
}

/* Colours land in their channels: red, green and blue weigh 76, 150 and 29 of 255. */
static void assert_weighs(const char *path, int weight, int off)
{
  lenet_image image;
  assert_int_equal(lenet_image_load(path, &image, NULL), LENET_OK);
  assert_true(abs(image.pixels[0] - weight) <= off);
  lenet_image_free(&image);
}

static void test_png(void **state)
{
#if LENET_HAVE_PNG
  static const int weights[3] = {76, 150, 29};
  char path[SCRATCH_PATH];
  uint8_t pixels[3 * WIDTH * HEIGHT];
  for (int channels = 1; channels <= 3; channels += 2) {
    fill(pixels, channels);
    scratch_path(state, "slope.png", path);
    assert_int_equal(lenet_image_write_png(path, pixels, WIDTH, HEIGHT, channels, NULL), LENET_OK);
    assert_holds_slope(path, 0);
  }
  for (int c = 0; c < 3; c++) {
    uint8_t dot[3] = {0};
    dot[c] = 255;
    assert_int_equal(lenet_image_write_png(path, dot, 1, 1, 3, NULL), LENET_OK);
    assert_weighs(path, weights[c], 0);
  }
#else
  (void)state;
  skip();
#endif
}

static void test_jpeg(void **state)
{
#if LENET_HAVE_JPEG
  static const int weights[3] = {76, 150, 29};
  char path[SCRATCH_PATH];
  uint8_t pixels[3 * WIDTH * HEIGHT];
  for (int channels = 1; channels <= 3; channels += 2) {
    fill(pixels, channels);
    scratch_path(state, "slope.jpg", path);
    assert_int_equal(lenet_image_write_jpeg(path, pixels, WIDTH, HEIGHT, channels, 95, NULL),
                     LENET_OK);
    assert_holds_slope(path, 6);
  }
  for (int c = 0; c < 3; c++) {
    uint8_t dot[3] = {0};
    dot[c] = 255;
    assert_int_equal(lenet_image_write_jpeg(path, dot, 1, 1, 3, 90, NULL), LENET_OK);
    assert_weighs(path, weights[c], 4);
  }
#else
  (void)state;
  skip();
#endif
}

static void test_refusals(void **state)
{
#if LENET_HAVE_PNG && LENET_HAVE_JPEG
  char path[SCRATCH_PATH], missing[SCRATCH_PATH];
  const uint8_t dot[4] = {0};
  lenet_error error;
  scratch_path(state, "x", path);
  scratch_path(state, "no-folder/x", missing);
  static const int wrong[][3] = {{0, 1, 1},
                                 {1, 0, 1},
                                 {1, -1, 3},
                                 {1, 1, 2},
                                 {1, 1, 4},
                                 {LENET_MAX_IMAGE_SIDE + 1, 1, 1},
                                 {LENET_MAX_IMAGE_SIDE, LENET_MAX_IMAGE_SIDE, 1}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const int *w = wrong[i];
    assert_int_equal(lenet_image_write_png(path, dot, w[0], w[1], w[2], &error),
                     LENET_BAD_ARGUMENT);
    assert_int_equal(lenet_image_write_jpeg(path, dot, w[0], w[1], w[2], 80, &error),
                     LENET_BAD_ARGUMENT);
  }
  for (int quality = 0; quality <= 101; quality += 101)
    assert_int_equal(lenet_image_write_jpeg(path, dot, 1, 1, 1, quality, &error),
                     LENET_BAD_ARGUMENT);
  assert_false(scratch_exists(state, "x"));
  assert_int_equal(lenet_image_write_png(missing, dot, 1, 1, 1, &error), LENET_CANNOT_WRITE);
  assert_int_equal(lenet_image_write_jpeg(missing, dot, 1, 1, 1, 80, &error), LENET_CANNOT_WRITE);
#else
  (void)state;
  skip();
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_png, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_jpeg, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_refusals, scratch_make, scratch_remove),
  };
  return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
