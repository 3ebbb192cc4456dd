/* PNM to the grey that hand calculation gives, files that are cut or wrong, what is no picture at
 * all, and pictures read from the disk. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "decoded.h"
#include "scratch.h"

#define PNM(text) text, sizeof text - 1

static void test_pnm(void **state)
{
  (void)state;
  const uint8_t bits[] = {255, 0, 255, 0, 255, 0};
  assert_decodes(PNM("P1\n3 2\n0 1 0\n1 0 1\n"), 3, 2, bits);
  assert_decodes(PNM("P1 3 2 010101"), 3, 2, bits);
  assert_decodes(PNM("P4\n3 2\n\x40\xa0"), 3, 2, bits);
  /* 7 of 15 is 119; 4 of 15 is 68. */
  const uint8_t grey[] = {0, 119, 255, 68};
  assert_decodes(PNM("P2\n# a comment\n2 # and another\n2\n15\n0 7\n15 4\n"), 2, 2, grey);
  assert_decodes(PNM("P5#comment\n2 2 15\n\x00\x07\x0f\x04"), 2, 2, grey);
  /* The header ends with one byte of space: the first pixel is a tab. */
  assert_decodes(PNM("P5 2 1 255\n\t "), 2, 1, (const uint8_t[]){9, 32});
  /* 16 bits, high byte first: 0x8000 / 65535 * 255 = 127.5 rounds to 128; 1000 of 1000. */
  assert_decodes(PNM("P5 2 1 65535\n\x80\x00\x00\xff"), 2, 1, (const uint8_t[]){128, 1});
  assert_decodes(PNM("P5 2 1 1000\n\x03\xe8\x01\xf4"), 2, 1, (const uint8_t[]){255, 128});
  /* 0.299 R + 0.587 G + 0.114 B: 76.2, 149.7, 29.1, and 0.299 10 + 0.587 20 + 0.114 30 = 18.15. */
  const uint8_t colours[] = {76, 150, 29, 18};
  assert_decodes(PNM("P3 4 1 255  255 0 0  0 255 0  0 0 255  10 20 30"), 4, 1, colours);
  assert_decodes(PNM("P6 4 1 255\n\xff\x00\x00\x00\xff\x00\x00\x00\xff\x0a\x14\x1e"), 4, 1,
                 colours);
  assert_decodes(PNM("P6 1 1 65535\n\xff\xff\x00\x00\x00\x00"), 1, 1, colours);
}

static void test_bad_pnm(void **state)
{
  (void)state;
  assert_refused(PNM("P2 2 2 15 0 7 15"), 16, "ends");
  assert_refused(PNM("P2 2 2 15 0 7 15 16"), 18, "above");
  assert_refused(PNM("P5 2 1 15\n\x0f\x10"), 11, "above");
  assert_refused(PNM("P2 2 x"), 5, "number");
  assert_refused(PNM("P2 2 2 0 0 0 0 0"), 7, "white");
  assert_refused(PNM("P2 2 2 65536 0 0 0 0"), 7, "too large");
  assert_refused(PNM("P2 -2 2 255 0 0 0 0"), 3, "number");
  assert_refused(PNM("P1 2 1 2 0"), 7, "0 or 1");
  assert_refused(PNM("P1 2 1 1 "), 9, "ends within");
  assert_refused(PNM("P5 2 1 255:ab"), 10, "space");
  assert_refused(PNM("P5 0 1 255\n"), 2, "0x1 pixels");
  assert_refused(PNM("P5 65536 1 255\n"), 2, "65536x1 pixels");
  assert_refused(PNM("P5 65535 65535 255\n"), 2, "65535x65535 pixels");
  assert_refused(PNM("P5 99999999999999999999 1 255\n"), 3, "too large");
  assert_every_cut_refused((const uint8_t *)PNM("P6 2 1 255\nabcdef"));
  assert_every_cut_refused((const uint8_t *)PNM("P4 9 2\nabcd"));
  assert_every_cut_refused((const uint8_t *)PNM("P5 1 2 256\n\x01\x00\x00\x10"));
  uint8_t text[] = "P3 # red\n2 1 255 255 0 0  1 2 3", raw[] = "P6 1 2 256\nabcdefghijkl";
  for (int bit = 0; bit < 8; bit++) {
    assert_survives_changes(text, sizeof text - 1, (uint8_t)(1 << bit));
    assert_survives_changes(raw, sizeof raw - 1, (uint8_t)(1 << bit));
  }
}

static void test_unknown(void **state)
{
  (void)state;
  assert_refused("", 0, 0, "empty");
  assert_refused(PNM("ABCDEF"), 0, "not a PNG, JPEG or PNM");
  lenet_image image;
  lenet_error error;
  assert_int_equal(lenet_image_decode("ABCDEF", 6, NULL, &image, &error), LENET_BAD_FILE);
  assert_string_equal(error.message, "picture: byte 0: not a PNG, JPEG or PNM picture");
  assert_refused(PNM("P7 1 1 255\n"), 0, "not a PNG, JPEG or PNM");
  assert_refused(PNM("P5x"), 0, "not a PNG, JPEG or PNM");
  assert_refused(PNM("\xff"), 0, "not a PNG, JPEG or PNM");
}

/* The beginnings are those of ISO/IEC 23008-12 (brands of HEIF) and 14496-12, AV1 Image File Format
 * 1.1, RFC 9649 (WebP), GIF89a, TIFF 6.0, BITMAPFILEHEADER and ISO 32000. */
static void test_foreign(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    size_t size;
    const char *name;
  } files[] = {
      {PNM("\0\0\0\044ftypheic"), "a HEIC picture"},
      {PNM("\0\0\0\044ftypheix"), "a HEIC picture"},
      {PNM("\0\0\0\030ftyphevc"), "a HEIC picture"},
      {PNM("\0\0\0\030ftypmif1"), "a HEIF picture"},
      {PNM("\0\0\0\030ftypmsf1"), "a HEIF picture"},
      {PNM("\0\0\0\040ftypavif"), "an AVIF picture"},
      {PNM("\0\0\0\040ftypavis"), "an AVIF picture"},
      {PNM("RIFF\x24\0\0\0WEBP"), "a WebP picture"},
      {PNM("GIF87a"), "a GIF picture"},
      {PNM("GIF89a"), "a GIF picture"},
      {PNM("II*\0\x08\0\0\0"), "a TIFF picture"},
      {PNM("MM\0*\0\0\0\x08"), "a TIFF picture"},
      {PNM("BM\x46\0\0\0\0\0\0\0\x36\0\0\0"), "a BMP picture"},
      {PNM("%PDF-1.7\n"), "a PDF document"},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    char reason[100];
    snprintf(reason, sizeof reason,
             "byte 0: %s, and only PNG, JPEG and PNM are read: convert it first", files[i].name);
    assert_refused(files[i].bytes, files[i].size, 0, reason);
    assert_refused(files[i].bytes, 2, 0, "not a PNG, JPEG or PNM");
  }
  assert_refused(PNM("\0\0\0\044ftyphe"), 0, "not a PNG, JPEG or PNM");
  assert_refused(PNM("\0\0\0\040ftypisom"), 0, "not a PNG, JPEG or PNM"); /* a film */
  assert_refused(PNM("RIFF\x24\0\0\0WAVE"), 0, "not a PNG, JPEG or PNM"); /* a sound */
  assert_refused(PNM("BMW, Audi and VW"), 0, "not a PNG, JPEG or PNM");   /* a text */
}

static void test_load(void **state)
{
  lenet_image image;
  lenet_error error;
  char path[SCRATCH_PATH];
  scratch_write(state, "a.jpg", PNM("P5 1 1 255\n\x2a")); /* the content counts, not the name */
  assert_int_equal(lenet_image_load(scratch_path(state, "a.jpg", path), &image, &error), LENET_OK);
  assert_int_equal(image.pixels[0], 42);
  lenet_image_free(&image);
  lenet_image_free(NULL);
  assert_int_equal(lenet_image_load(scratch_path(state, "b.png", path), &image, &error),
                   LENET_CANNOT_READ);
  assert_non_null(strstr(error.message, path));
  scratch_write(state, "b.png", "", 0);
  assert_int_equal(lenet_image_load(path, &image, &error), LENET_BAD_FILE);
  assert_non_null(strstr(error.message, path));
  assert_int_equal(lenet_image_load(path, &image, NULL), LENET_BAD_FILE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_pnm),
      cmocka_unit_test(test_bad_pnm),
      cmocka_unit_test(test_unknown),
      cmocka_unit_test(test_foreign),
      cmocka_unit_test_setup_teardown(test_load, scratch_make, scratch_remove),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
