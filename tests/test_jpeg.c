/* Every form of JPEG to the grey that hand calculation gives, files that are cut or wrong, and
 * scans that would take too much. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "decoded.h"
#include "encoded.h"

#if LENET_HAVE_JPEG

enum { WIDE = 16, HIGH = 8 };

static void fill(uint8_t *pixels, int components, const uint8_t *colour)
{
  for (int i = 0; i < WIDE * HIGH * components; i++)
    pixels[i] = colour[i % components];
}

static void test_jpeg(void **state)
{
  (void)state;
  uint8_t pixels[WIDE * HIGH * 4], grey[WIDE * HIGH];
  for (int i = 0; i < WIDE * HIGH; i++)
    grey[i] = i % WIDE < 8 ? 200 : 40;
  const jpeg_form plain = {.width = WIDE,
                           .height = HIGH,
                           .components = 1,
                           .from = JCS_GRAYSCALE,
                           .to = JCS_GRAYSCALE,
                           .pixels = grey};
  assert_jpeg(&plain, WIDE, HIGH, grey, 1);
  jpeg_form form = {.width = WIDE, .height = HIGH, .pixels = pixels, .components = 3};
  form.from = JCS_RGB;
  fill(pixels, 3, (const uint8_t[]){10, 120, 200}); /* 2.99 + 70.44 + 22.8 = 96.23 */
  memset(grey, 96, sizeof grey);
  form.to = JCS_YCbCr;
  assert_jpeg(&form, WIDE, HIGH, grey, 1);
  form.progressive = true;
  assert_jpeg(&form, WIDE, HIGH, grey, 1);
  form.to = JCS_RGB;
  assert_jpeg(&form, WIDE, HIGH, grey, 1);
  /* Adobe's way, which libjpeg marks and writes as it is given: 255 is no ink.
   * (50, 150, 250) * 204 / 255 = (40, 120, 200), 11.96 + 70.44 + 22.8 = 105.2 */
  form = (jpeg_form){.width = WIDE,
                     .height = HIGH,
                     .components = 4,
                     .from = JCS_CMYK,
                     .to = JCS_CMYK,
                     .pixels = pixels};
  fill(pixels, 4, (const uint8_t[]){50, 150, 250, 204});
  memset(grey, 105, sizeof grey);
  assert_jpeg(&form, WIDE, HIGH, grey, 2);
  form.to = JCS_YCCK;
  assert_jpeg(&form, WIDE, HIGH, grey, 2);
}

/* Without Adobe's mark a number of CMYK is ink.
 * (255 - 50, 255 - 150, 255 - 250) * (255 - 204) / 255 = (41, 21, 1), 12.3 + 12.3 + 0.1 = 24.7 */
static void test_jpeg_of_inks(void **state)
{
  (void)state;
  enum { ADOBE = 16 };
  uint8_t pixels[WIDE * HIGH * 4];
  const jpeg_form form = {.width = WIDE,
                          .height = HIGH,
                          .components = 4,
                          .from = JCS_CMYK,
                          .to = JCS_CMYK,
                          .pixels = pixels};
  fill(pixels, 4, (const uint8_t[]){50, 150, 250, 204});
  unsigned long size = 0;
  uint8_t *file = make_jpeg(&form, &size);
  assert_memory_equal(file + 2, "\xff\xee\0\16Adobe", 9);
  memmove(file + 2, file + 2 + ADOBE, size - 2 - ADOBE);
  lenet_image image;
  lenet_error error;
  if (lenet_image_decode(file, size - ADOBE, "it.jpg", &image, &error) != LENET_OK)
    fail_msg("%s", error.message);
  for (int p = 0; p < WIDE * HIGH; p++)
    assert_in_range(image.pixels[p], 23, 27);
  lenet_image_free(&image);
  free(file);
}

static void test_bad_jpeg(void **state)
{
  (void)state;
  uint8_t grey[WIDE * HIGH];
  for (int i = 0; i < WIDE * HIGH; i++)
    grey[i] = (uint8_t)(i * 73);
  for (int progressive = 0; progressive < 2; progressive++) {
    const jpeg_form form = {.width = WIDE,
                            .height = HIGH,
                            .components = 1,
                            .from = JCS_GRAYSCALE,
                            .to = JCS_GRAYSCALE,
                            .pixels = grey,
                            .orientation = 6,
                            .progressive = progressive};
    unsigned long size = 0;
    uint8_t *file = make_jpeg(&form, &size);
    assert_every_cut_refused(file, size - 2);
    assert_refused(file, size - 10, (long long)size - 10, "ends");
    for (int bit = 0; bit < 8; bit++)
      assert_survives_changes(file, size, (uint8_t)(1 << bit));
    /* Height and width follow the marker FFC0 or FFC2, its length and the precision. */
    for (unsigned long i = 0; i < size - 8; i++)
      if (file[i] == 0xff && file[i + 1] == (progressive ? 0xc2 : 0xc0)) {
        file[i + 5] = file[i + 7] = 0x40; /* 0x4008 x 0x4010 */
        assert_refused(file, size, -1, "16400x16392 pixels");
        break;
      }
    free(file);
  }
}

/* Gives the file's frame another size. */
static void resize_jpeg(uint8_t *file, unsigned long size, unsigned height, unsigned width)
{
  for (unsigned long i = 0; i < size - 8; i++)
    if (file[i] == 0xff && (file[i + 1] == 0xc2 || file[i + 1] == 0xc0)) {
      file[i + 5] = (uint8_t)(height >> 8), file[i + 6] = (uint8_t)height;
      file[i + 7] = (uint8_t)(width >> 8), file[i + 8] = (uint8_t)width;
      return;
    }
  fail_msg("no frame");
}

static void assert_in_memory(const uint8_t *file, unsigned long size)
{
  lenet_image image;
  lenet_error error = {.message = ""};
  assert_int_not_equal(lenet_image_decode(file, size, "it", &image, &error), LENET_OK);
  assert_null(strstr(error.message, "several scans"));
}

/* A progressive picture takes a byte a pixel and two a coefficient: 64 MiB of them, and 64 bytes
 * for each of the file's, but not a row of blocks more; in one scan nothing is kept. */
static void test_large_progressive_jpeg(void **state)
{
  (void)state;
  enum { COLUMNS = 4096, GREY_ROW = COLUMNS * 8 * (1 + 2), CMYK_ROW = COLUMNS * 8 * (1 + 4 * 2) };
  uint8_t pixels[WIDE * HIGH * 4] = {0};
  for (int cmyk = 0; cmyk < 2; cmyk++) {
    jpeg_form form = {.width = WIDE,
                      .height = HIGH,
                      .components = cmyk ? 4 : 1,
                      .from = cmyk ? JCS_CMYK : JCS_GRAYSCALE,
                      .to = cmyk ? JCS_CMYK : JCS_GRAYSCALE,
                      .pixels = pixels,
                      .progressive = true};
    unsigned long size = 0;
    uint8_t *file = make_jpeg(&form, &size);
    const unsigned rows = (unsigned)(((64 << 20) + 128 * size) / (cmyk ? CMYK_ROW : GREY_ROW));
    resize_jpeg(file, size, rows * 8, COLUMNS);
    assert_in_memory(file, size);
    resize_jpeg(file, size, rows * 8 + 8, COLUMNS);
    assert_refused(file, size, -1, "in several scans (progressive) takes 64.");
    free(file);
    form.progressive = false;
    file = make_jpeg(&form, &size);
    resize_jpeg(file, size, rows * 8 + 8, COLUMNS);
    assert_in_memory(file, size);
    free(file);
  }
}

/* However long the file is: 256 MiB. */
static void test_largest_progressive_jpeg(void **state)
{
  (void)state;
  enum { LENGTH = 8 << 20, COLUMNS = 4096, ROWS = (256 << 20) / (COLUMNS * 9) / 8 * 8 };
  uint8_t pixels[WIDE * HIGH * 4] = {0};
  const jpeg_form form = {.width = WIDE,
                          .height = HIGH,
                          .components = 4,
                          .from = JCS_CMYK,
                          .to = JCS_CMYK,
                          .pixels = pixels,
                          .progressive = true};
  unsigned long size = 0;
  uint8_t *file = make_jpeg(&form, &size), *padded = calloc(1, LENGTH);
  assert_non_null(padded);
  resize_jpeg(file, size, ROWS, COLUMNS);
  memcpy(padded, file, size);
  assert_in_memory(padded, LENGTH);
  resize_jpeg(padded, size, ROWS + 8, COLUMNS);
  assert_refused(padded, LENGTH, -1, "takes 256.");
  free(padded);
  free(file);
}

/* A file whose last scan is there `times` more. */
static uint8_t *repeat_scan(const uint8_t *file, size_t size, size_t times, size_t *longer)
{
  size_t scan = size - 2;
  while (scan > 0 && !(file[scan] == 0xff && file[scan + 1] == 0xda))
    scan--;
  size_t length = size - 2 - scan; /* without the marker of the end */
  uint8_t *made = malloc(size + times * length);
  assert_non_null(made);
  memcpy(made, file, size - 2);
  for (size_t i = 0; i < times; i++)
    memcpy(made + size - 2 + i * length, file + scan, length);
  memcpy(made + size - 2 + times * length, file + size - 2, 2);
  *longer = size + times * length;
  return made;
}

/* Scans cost time by their number and size together. */
static void test_many_scans(void **state)
{
  (void)state;
  enum { SIDE = 4096 };
  uint8_t *pixels = calloc(SIDE, SIDE);
  assert_non_null(pixels);
  unsigned long size = 0;
  size_t longer;
  jpeg_form form = {.width = SIDE,
                    .height = SIDE,
                    .components = 1,
                    .from = JCS_GRAYSCALE,
                    .to = JCS_GRAYSCALE,
                    .pixels = pixels,
                    .progressive = true};
  uint8_t *file = make_jpeg(&form, &size);
  assert_jpeg(&form, SIDE, SIDE, pixels, 1);
  uint8_t *many = repeat_scan(file, size, 64, &longer);
  assert_refused(many, longer, -1, "too many scans");
  free(many);
  free(file);
  /* The same number is nothing to a small picture, which has a limit of its own. */
  form.width = WIDE;
  form.height = HIGH;
  file = make_jpeg(&form, &size);
  many = repeat_scan(file, size, 64, &longer);
  assert_decodes(many, longer, WIDE, HIGH, pixels);
  free(many);
  many = repeat_scan(file, size, 200, &longer);
  assert_refused(many, longer, -1, "too many scans");
  free(many);
  free(file);
  free(pixels);
}

#else

static void test_jpeg_is_missing(void **state)
{
  (void)state;
  lenet_image image;
  lenet_error error;
  assert_int_equal(lenet_image_decode("\xff\xd8\xff\xe0", 4, "it", &image, &error),
                   LENET_UNSUPPORTED);
  assert_non_null(strstr(error.message, "libjpeg"));
}

#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
#if LENET_HAVE_JPEG
    cmocka_unit_test(test_jpeg),
    cmocka_unit_test(test_jpeg_of_inks),
    cmocka_unit_test(test_bad_jpeg),
    cmocka_unit_test(test_large_progressive_jpeg),
    cmocka_unit_test(test_largest_progressive_jpeg),
    cmocka_unit_test(test_many_scans),
#else
    cmocka_unit_test(test_jpeg_is_missing),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
