/* Every form of PNG to the grey that hand calculation gives, files that are cut, wrong or huge. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "decoded.h"
#include "encoded.h"

#if LENET_HAVE_PNG

static void assert_png(png_form form, const uint8_t *pixels)
{
  bytes file;
  for (int interlaced = 0; interlaced < 2; interlaced++) {
    form.interlaced = interlaced;
    make_png(&form, &file);
    assert_decodes(file.at, file.size, form.width, form.height, pixels);
  }
}

static void test_png_grey(void **state)
{
  (void)state;
  const uint8_t bit[] = {0x40, 0xa0}; /* 010, 101 */
  assert_png((png_form){.width = 3, .height = 2, .depth = 1, .rows = bit, .stride = 1},
             (const uint8_t[]){0, 255, 0, 255, 0, 255});
  const uint8_t two[] = {0x1b}; /* 0, 1, 2, 3 of 3 */
  assert_png((png_form){.width = 4, .height = 1, .depth = 2, .rows = two, .stride = 1},
             (const uint8_t[]){0, 85, 170, 255});
  const uint8_t four[] = {0x07, 0xf4}; /* 0, 7, 15, 4 of 15 */
  assert_png((png_form){.width = 4, .height = 1, .depth = 4, .rows = four, .stride = 2},
             (const uint8_t[]){0, 119, 255, 68});
  const uint8_t eight[] = {0, 1, 127, 128, 200, 255};
  assert_png((png_form){.width = 3, .height = 2, .depth = 8, .rows = eight, .stride = 3}, eight);
  const uint8_t sixteen[] = {0, 0, 0, 0xff, 0x80, 0, 0xff, 0xff}; /* 0, 255, 32768, 65535 */
  assert_png((png_form){.width = 4, .height = 1, .depth = 16, .rows = sixteen, .stride = 8},
             (const uint8_t[]){0, 1, 128, 255});
}

static void test_png_colour(void **state)
{
  (void)state;
  const uint8_t eight[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30};
  const uint8_t grey[] = {76, 150, 29, 18};
  assert_png((png_form){.width = 4,
                        .height = 1,
                        .depth = 8,
                        .type = PNG_COLOR_TYPE_RGB,
                        .rows = eight,
                        .stride = 12},
             grey);
  uint8_t sixteen[24];
  for (int i = 0; i < 12; i++)
    sixteen[2 * i] = sixteen[2 * i + 1] = eight[i];
  assert_png((png_form){.width = 4,
                        .height = 1,
                        .depth = 16,
                        .type = PNG_COLOR_TYPE_RGB,
                        .rows = sixteen,
                        .stride = 24},
             grey);
  const png_color palette[] = {{255, 0, 0}, {0, 255, 0}, {0, 0, 255}, {10, 20, 30}};
  const uint8_t index8[] = {0, 1, 2, 3}, index2[] = {0x1b};
  png_form form = {.width = 4,
                   .height = 1,
                   .depth = 8,
                   .type = PNG_COLOR_TYPE_PALETTE,
                   .rows = index8,
                   .stride = 4,
                   .palette = palette,
                   .palette_size = 4};
  assert_png(form, grey);
  form.depth = 2;
  form.rows = index2;
  form.stride = 1;
  assert_png(form, grey);
}

/* What shines through is white: grey 100 with alpha 51 of 255 is 100 / 5 + 255 4 / 5 = 224. */
static void test_png_alpha(void **state)
{
  (void)state;
  const uint8_t grey[] = {100, 255, 100, 51, 100, 0, 0, 128};
  assert_png((png_form){.width = 4,
                        .height = 1,
                        .depth = 8,
                        .type = PNG_COLOR_TYPE_GRAY_ALPHA,
                        .rows = grey,
                        .stride = 8},
             (const uint8_t[]){100, 224, 255, 127});
  const uint8_t colour[] = {10, 20, 30, 255, 255, 0, 0, 51, 10, 20, 30, 0};
  assert_png((png_form){.width = 3,
                        .height = 1,
                        .depth = 8,
                        .type = PNG_COLOR_TYPE_RGB_ALPHA,
                        .rows = colour,
                        .stride = 12},
             (const uint8_t[]){18, 219, 255}); /* 76 / 5 + 204 = 219.2 */
  uint8_t deep[24];
  for (int i = 0; i < 12; i++)
    deep[2 * i] = deep[2 * i + 1] = colour[i];
  assert_png((png_form){.width = 3,
                        .height = 1,
                        .depth = 16,
                        .type = PNG_COLOR_TYPE_RGB_ALPHA,
                        .rows = deep,
                        .stride = 24},
             (const uint8_t[]){18, 219, 255});
}

static void test_png_transparent_colour(void **state)
{
  (void)state;
  const uint8_t grey[] = {0, 50, 200};
  const png_color_16 fifty = {.gray = 50};
  assert_png(
      (png_form){
          .width = 3, .height = 1, .depth = 8, .rows = grey, .stride = 3, .transparent = &fifty},
      (const uint8_t[]){0, 255, 200});
  const uint8_t colour[] = {10, 20, 30, 255, 0, 0};
  const png_color_16 red = {.red = 255};
  assert_png((png_form){.width = 2,
                        .height = 1,
                        .depth = 8,
                        .type = PNG_COLOR_TYPE_RGB,
                        .rows = colour,
                        .stride = 6,
                        .transparent = &red},
             (const uint8_t[]){18, 255});
  const png_color palette[] = {{100, 100, 100}, {0, 0, 0}};
  const uint8_t index[] = {0, 1}, alpha[] = {51};
  assert_png((png_form){.width = 2,
                        .height = 1,
                        .depth = 8,
                        .type = PNG_COLOR_TYPE_PALETTE,
                        .rows = index,
                        .stride = 2,
                        .palette = palette,
                        .palette_size = 2,
                        .transparency = alpha,
                        .transparency_size = 1},
             (const uint8_t[]){224, 0});
}

/* All seven passes of Adam7 meet in a picture of more than 8x8. */
static void test_png_interlaced(void **state)
{
  (void)state;
  uint8_t pixels[19 * 21];
  for (int i = 0; i < 19 * 21; i++)
    pixels[i] = (uint8_t)(i * 37 + i / 19);
  assert_png((png_form){.width = 19, .height = 21, .depth = 8, .rows = pixels, .stride = 19},
             pixels);
}

static void test_bad_png(void **state)
{
  (void)state;
  const uint8_t pixels[64] = {1, 2, 3};
  png_form form = {.width = 8, .height = 8, .depth = 8, .rows = pixels, .stride = 8};
  bytes file;
  for (int interlaced = 0; interlaced < 2; interlaced++) {
    form.interlaced = interlaced;
    make_png(&form, &file);
    assert_every_cut_refused(file.at, file.size);
    assert_refused(file.at, file.size - 1, (long long)file.size - 1, "ends");
    for (int bit = 0; bit < 8; bit++)
      assert_survives_changes(file.at, file.size, (uint8_t)(1 << bit));
  }
  /* The first pixel's byte within the checked data. */
  file.at[33 + 8 + 4] ^= 1;
  assert_refused(file.at, file.size, -1, "");
}

/* At the limits and beyond them. */
static void test_huge_png(void **state)
{
  (void)state;
  static const uint8_t row[LENET_MAX_IMAGE_SIDE] = {0};
  png_form form = {.width = LENET_MAX_IMAGE_SIDE, .height = 1, .depth = 8, .rows = row};
  bytes file;
  make_png(&form, &file);
  assert_decodes(file.at, file.size, LENET_MAX_IMAGE_SIDE, 1, row);
  form = (png_form){.width = 1, .height = LENET_MAX_IMAGE_SIDE, .depth = 1, .rows = row};
  make_png(&form, &file);
  assert_decodes(file.at, file.size, 1, LENET_MAX_IMAGE_SIDE, row);
  form.height = LENET_MAX_IMAGE_SIDE + 1;
  make_png(&form, &file);
  assert_refused(file.at, file.size, -1, "");
  form = (png_form){.width = LENET_MAX_IMAGE_SIDE, .height = 1025, .depth = 1, .rows = row};
  make_png(&form, &file);
  assert_refused(file.at, file.size, 16, "65535x1025 pixels");
}

/* A header that asks for much, with one byte of pixels. */
static void make_empty_png(unsigned width, unsigned height, int interlace, bytes *to)
{
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  to->size = 0;
  png_set_write_fn(png, to, append, flush);
  png_set_IHDR(png, info, width, height, 16, PNG_COLOR_TYPE_RGB_ALPHA, interlace,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  png_write_chunk(png, (png_const_bytep) "IDAT", (png_const_bytep) "\x78", 1);
  png_destroy_write_struct(&png, &info);
}

/* Interlaced pictures have no limit of their own: 16 bits of four channels too take a byte a pixel.
 */
static void test_huge_interlaced_png(void **state)
{
  (void)state;
  bytes file;
  make_empty_png(8192, 8192, PNG_INTERLACE_ADAM7, &file);
  assert_refused(file.at, file.size, (long long)file.size, "ends");
  make_empty_png(8192, 8192, PNG_INTERLACE_NONE, &file);
  assert_refused(file.at, file.size, (long long)file.size, "ends");
}

#else

static void test_png_is_missing(void **state)
{
  (void)state;
  lenet_image image;
  lenet_error error;
  assert_int_equal(lenet_image_decode("\x89PNG\r\n\x1a\n", 8, "it", &image, &error),
                   LENET_UNSUPPORTED);
  assert_non_null(strstr(error.message, "libpng"));
}

#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
#if LENET_HAVE_PNG
    cmocka_unit_test(test_png_grey),
    cmocka_unit_test(test_png_colour),
    cmocka_unit_test(test_png_alpha),
    cmocka_unit_test(test_png_transparent_colour),
    cmocka_unit_test(test_png_interlaced),
    cmocka_unit_test(test_bad_png),
    cmocka_unit_test(test_huge_png),
    cmocka_unit_test(test_huge_interlaced_png),
#else
    cmocka_unit_test(test_png_is_missing),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
