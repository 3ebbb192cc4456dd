/* Pictures: every form of PNG, PNM and JPEG to the grey that hand calculation gives, files that are
 * cut or wrong, and the way from a picture to a digit. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "image/codecs.h"
#include "scratch.h"

#include <stdint.h>
#if LENET_HAVE_PNG
#include <png.h>
#endif
#if LENET_HAVE_JPEG
#include <jpeglib.h>
#endif

/* ------------------------------------------------------------------ helpers ---------------- */

static void assert_decodes(const void *bytes, size_t size, int width, int height,
                           const uint8_t *pixels)
{
  lenet_image image;
  lenet_error error;
  if (lenet_image_decode(bytes, size, "picture", &image, &error) != LENET_OK)
    fail_msg("%s", error.message);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  assert_memory_equal(image.pixels, pixels, (size_t)(width * height));
  lenet_image_free(&image);
  assert_null(image.pixels);
}

static void assert_refused(const void *bytes, size_t size, long long position, const char *reason)
{
  lenet_image image = {.width = -5};
  lenet_error error;
  /* A copy of just this size lets AddressSanitizer see any look beyond it. */
  uint8_t *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  assert_int_equal(lenet_image_decode(copy, size, "it.png", &image, &error), LENET_BAD_FILE);
  free(copy);
  assert_int_equal(image.width, -5);
  assert_int_equal(strncmp(error.message, "it.png: byte ", 13), 0);
  if ((position >= 0 && error.position != position) || !strstr(error.message, reason))
    fail_msg("position %lld: %s", error.position, error.message);
}

static void assert_every_cut_refused(const uint8_t *bytes, size_t size)
{
  for (size_t cut = 0; cut < size; cut++)
    assert_refused(bytes, cut, -1, "");
}

/* One byte changed at a time: no crash, and either a picture or a reason. */
static void assert_survives_changes(uint8_t *bytes, size_t size, uint8_t change)
{
  for (size_t at = 0; at < size; at++) {
    lenet_image image;
    lenet_error error = {.message = ""};
    bytes[at] ^= change;
    lenet_status status = lenet_image_decode(bytes, size, "picture", &image, &error);
    bytes[at] ^= change;
    if (status == LENET_OK)
      lenet_image_free(&image);
    else
      assert_true(strlen(error.message) > 0);
  }
}

/* ------------------------------------------------------------------ PNM -------------------- */

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
  assert_refused(PNM("GIF89a"), 0, "not a PNG, JPEG or PNM");
  lenet_image image;
  lenet_error error;
  assert_int_equal(lenet_image_decode("GIF89a", 6, NULL, &image, &error), LENET_BAD_FILE);
  assert_string_equal(error.message, "picture: byte 0: not a PNG, JPEG or PNM picture");
  assert_refused(PNM("P7 1 1 255\n"), 0, "not a PNG, JPEG or PNM");
  assert_refused(PNM("P5x"), 0, "not a PNG, JPEG or PNM");
  assert_refused(PNM("\xff"), 0, "not a PNG, JPEG or PNM");
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

/* ------------------------------------------------------------------ Exif ------------------- */

#if LENET_HAVE_PNG || LENET_HAVE_JPEG

/* The smallest Exif block: a TIFF header and a directory of one entry. */
enum { EXIF = 26 };

static void make_exif(uint8_t exif[EXIF], int orientation, bool big_endian)
{
  uint8_t little[EXIF] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1};
  uint8_t big[EXIF] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1};
  little[18] = big[19] = (uint8_t)orientation;
  memcpy(exif, big_endian ? big : little, EXIF);
}

/* Stored are blocks of 8x16 pixels, A B / C D with A 250, B 170, C 90, D 10: 16 wide and 32 high,
 * so that exchanged sides show. */
enum { LYING = 16 * 32 };

static void make_stored(uint8_t stored[LYING], uint8_t seen[LYING], int orientation)
{
  static const uint8_t tone[4] = {250, 170, 90, 10};
  /* By the definition of where row 0 and column 0 are seen: at top left, top right, bottom left,
   * bottom right. */
  static const int shown[9][4] = {{0, 1, 2, 3}, {0, 1, 2, 3}, {1, 0, 3, 2},
                                  {3, 2, 1, 0}, {2, 3, 0, 1}, {0, 2, 1, 3},
                                  {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
  const int width = orientation >= 5 ? 32 : 16, height = orientation >= 5 ? 16 : 32;
  for (int y = 0; y < 32; y++)
    for (int x = 0; x < 16; x++)
      stored[y * 16 + x] = tone[y / 16 * 2 + x / 8];
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      seen[y * width + x] = tone[shown[orientation][y / (height / 2) * 2 + x / (width / 2)]];
}

#endif

/* By the definition of TIFF 6.0: byte order, 42, the directory's place; entries of tag, type, count
 * and value. */
static void test_exif(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    size_t size;
    int orientation;
  } blocks[] = {
#define TIFF(bytes, orientation) {bytes, sizeof bytes - 1, orientation}
#define ENTRY(tag, type, value) tag type "\1\0\0\0" value "\0\0\0"
#define SHORT "\3\0"
#define TURNED "\x12\1"
      TIFF("II*\0\10\0\0\0\1\0" ENTRY(TURNED, SHORT, "\6"), 6),
      TIFF("II*\0\10\0\0\0\2\0" ENTRY("\x0f\1", SHORT, "\6") ENTRY(TURNED, SHORT, "\3"), 3),
      /* behind the directory's end */
      TIFF("II*\0\10\0\0\0\1\0" ENTRY("\x0f\1", SHORT, "\6") ENTRY(TURNED, SHORT, "\3"), 1),
      TIFF("II*\0\10\0\0\0\0\0" ENTRY(TURNED, SHORT, "\6"), 1),
      /* of no such kind or value */
      TIFF("II*\0\10\0\0\0\1\0" ENTRY(TURNED, "\4\0", "\6"), 1),
      TIFF("II*\0\10\0\0\0\1\0" ENTRY(TURNED, SHORT, "\0"), 1),
      TIFF("II*\0\10\0\0\0\1\0" ENTRY(TURNED, SHORT, "\x9"), 1),
      /* cut, or beyond the block */
      TIFF("II*\0\10\0\0", 1),
      TIFF("II*\0\10\0\0\0\1\0" TURNED SHORT "\1\0\0\0\6\0\0", 1),
      TIFF("II*\0\7\0\0\0", 1),
      TIFF("II*\0\xff\xff\xff\xff\1\0", 1),
      /* no TIFF */
      TIFF("IM*\0\10\0\0\0\1\0" ENTRY(TURNED, SHORT, "\6"), 1),
      TIFF("MM*\0\10\0\0\0\1\0" ENTRY(TURNED, SHORT, "\6"), 1),
#undef TURNED
#undef SHORT
#undef ENTRY
#undef TIFF
  };
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    uint8_t *copy = malloc(blocks[i].size); /* for AddressSanitizer */
    assert_non_null(copy);
    memcpy(copy, blocks[i].bytes, blocks[i].size);
    const int found = lenet_exif_orientation(copy, blocks[i].size);
    if (found != blocks[i].orientation)
      fail_msg("block %zu: orientation %d, not %d", i, found, blocks[i].orientation);
    free(copy);
  }
}

/* ------------------------------------------------------------------ PNG -------------------- */

#if LENET_HAVE_PNG

typedef struct png_form {
  int width, height, depth, type;
  bool interlaced;
  const uint8_t *rows; /* packed as PNG has them */
  size_t stride;
  const png_color *palette;
  const uint8_t *transparency;     /* of palette entries */
  const png_color_16 *transparent; /* one colour */
  int palette_size, transparency_size;
  uint8_t *exif; /* [EXIF], or NULL */
  bool exif_last;
} png_form;

typedef struct bytes {
  uint8_t at[1 << 15];
  size_t size;
} bytes;

static void append(png_structp png, png_bytep from, size_t size)
{
  bytes *to = png_get_io_ptr(png);
  assert_true(size <= sizeof to->at - to->size);
  memcpy(to->at + to->size, from, size);
  to->size += size;
}

static void flush(png_structp png) { (void)png; }

static void make_png(const png_form *form, bytes *to)
{
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  to->size = 0;
  png_set_write_fn(png, to, append, flush);
  png_set_IHDR(png, info, (unsigned)form->width, (unsigned)form->height, form->depth, form->type,
               form->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (form->palette)
    png_set_PLTE(png, info, form->palette, form->palette_size);
  if (form->transparency || form->transparent)
    png_set_tRNS(png, info, form->transparency, form->transparency_size, form->transparent);
#ifdef PNG_eXIf_SUPPORTED
  if (form->exif && !form->exif_last)
    png_set_eXIf_1(png, info, EXIF, form->exif);
#endif
  png_write_info(png, info);
  int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < form->height; y++)
      png_write_row(png, form->rows + (size_t)y * form->stride);
  if (form->exif && form->exif_last)
    png_write_chunk(png, (png_const_bytep) "eXIf", form->exif, EXIF);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
}

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

#if LENET_HAVE_PNG && defined PNG_eXIf_SUPPORTED
/* Before the pixels or behind them; orientation 0 stands for no Exif, 9 is none. */
static void test_png_orientation(void **state)
{
  (void)state;
  uint8_t stored[LYING], seen[LYING], exif[EXIF];
  bytes file;
  for (int orientation = 0; orientation <= 9; orientation++) {
    make_stored(stored, seen, orientation % 9);
    for (int form = 0; form < 8; form++) {
      make_exif(exif, orientation, form & 1);
      make_png(&(png_form){.width = 16,
                           .height = 32,
                           .depth = 8,
                           .rows = stored,
                           .stride = 16,
                           .exif = orientation > 0 ? exif : NULL,
                           .exif_last = form & 2,
                           .interlaced = form & 4},
               &file);
      const bool turned = orientation >= 5 && orientation <= 8;
      assert_decodes(file.at, file.size, turned ? 32 : 16, turned ? 16 : 32, seen);
      if (orientation == 6)
        for (int bit = 0; bit < 8; bit++)
          assert_survives_changes(file.at, file.size, (uint8_t)(1 << bit));
    }
  }
}
#endif

/* ------------------------------------------------------------------ JPEG ------------------- */

#if LENET_HAVE_JPEG

typedef struct jpeg_form {
  int width, height, components;
  J_COLOR_SPACE from, to;
  const uint8_t *pixels;
  int orientation; /* 0: no Exif */
  bool big_endian, progressive;
} jpeg_form;

static void write_exif(struct jpeg_compress_struct *jpeg, int orientation, bool big_endian)
{
  uint8_t marker[6 + EXIF] = "Exif\0";
  make_exif(marker + 6, orientation, big_endian);
  jpeg_write_marker(jpeg, JPEG_APP0 + 1, marker, sizeof marker);
}

static uint8_t *make_jpeg(const jpeg_form *form, unsigned long *size)
{
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  uint8_t *file = NULL;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &file, size);
  jpeg.image_width = (unsigned)form->width;
  jpeg.image_height = (unsigned)form->height;
  jpeg.input_components = form->components;
  jpeg.in_color_space = form->from;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, form->to);
  jpeg_set_quality(&jpeg, 100, TRUE);
  if (form->progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (form->orientation)
    write_exif(&jpeg, form->orientation, form->big_endian);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = (uint8_t *)(uintptr_t)form->pixels +
                   (size_t)jpeg.next_scanline * (size_t)(form->width * form->components);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return file;
}

/* Blocks of one tone survive JPEG but for rounding. */
static void assert_jpeg(const jpeg_form *form, int width, int height, const uint8_t *grey,
                        int tolerance)
{
  unsigned long size = 0;
  uint8_t *file = make_jpeg(form, &size);
  lenet_image image;
  lenet_error error;
  if (lenet_image_decode(file, size, "it.jpg", &image, &error) != LENET_OK)
    fail_msg("%s", error.message);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  for (int i = 0; i < width * height; i++)
    if (abs(image.pixels[i] - grey[i]) > tolerance)
      fail_msg("pixel %d is %d, not %d", i, image.pixels[i], grey[i]);
  lenet_image_free(&image);
  free(file);
}

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

static void test_jpeg_orientation(void **state)
{
  (void)state;
  uint8_t stored[LYING], seen[LYING];
  for (int orientation = 0; orientation <= 8; orientation++) {
    const bool turned = orientation >= 5;
    make_stored(stored, seen, orientation);
    for (int big_endian = 0; big_endian < 2; big_endian++) {
      const jpeg_form form = {.width = 16,
                              .height = 32,
                              .components = 1,
                              .from = JCS_GRAYSCALE,
                              .to = JCS_GRAYSCALE,
                              .pixels = stored,
                              .orientation = orientation,
                              .big_endian = big_endian};
      assert_jpeg(&form, turned ? 32 : 16, turned ? 16 : 32, seen, 1);
    }
  }
}

/* What may stand before the first scan, and whether the Exif behind it is found. */
static void test_jpeg_markers(void **state)
{
  (void)state;
  static const struct {
    const char *bytes;
    size_t size;
    bool found;
  } before[] = {
#define BYTES(text, found) {text, sizeof text - 1, found}
      BYTES("", true),
      BYTES("\0\x11\x22", true),   /* of no marker: libjpeg skips them with a warning */
      BYTES("\xff\xff\xff", true), /* fill bytes */
      BYTES("\xff\x01", true),     /* TEM and RST3 have no length */
      BYTES("\xff\xd3", true),
      BYTES("\xff\xe1\0\4ab", true), /* APP1, too short for Exif */
      BYTES("\xff\xe1\0\14http://ns.", true),
      BYTES("\xff\xfe\0\0", false), /* a comment shorter than its own length */
#undef BYTES
  };
  enum { JFIF = 20 }; /* behind the start of the picture and the first marker */
  uint8_t stored[LYING], seen[LYING];
  make_stored(stored, seen, 6);
  const jpeg_form form = {.width = 16,
                          .height = 32,
                          .components = 1,
                          .from = JCS_GRAYSCALE,
                          .to = JCS_GRAYSCALE,
                          .pixels = stored,
                          .orientation = 6};
  unsigned long size = 0;
  uint8_t *file = make_jpeg(&form, &size);
  for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
    const size_t more = before[i].size;
    uint8_t *longer = malloc(size + more);
    assert_non_null(longer);
    memcpy(longer, file, JFIF);
    memcpy(longer + JFIF, before[i].bytes, more);
    memcpy(longer + JFIF + more, file + JFIF, size - JFIF);
    lenet_image image;
    lenet_error error;
    if (lenet_image_decode(longer, size + more, "it.jpg", &image, &error) != LENET_OK)
      fail_msg("%zu: %s", i, error.message);
    if (image.width != (before[i].found ? 32 : 16))
      fail_msg("%zu: %d pixels wide", i, image.width);
    const uint8_t *wanted = before[i].found ? seen : stored;
    for (int p = 0; p < LYING; p++)
      assert_in_range(image.pixels[p], wanted[p] - 1, wanted[p] + 1);
    lenet_image_free(&image);
    free(longer);
  }
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

/* ------------------------------------------------------------------ to a digit ------------- */

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

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_pnm),
    cmocka_unit_test(test_bad_pnm),
    cmocka_unit_test(test_unknown),
    IN_SCRATCH(test_load),
    cmocka_unit_test(test_exif),
#if LENET_HAVE_PNG
    cmocka_unit_test(test_png_grey),
    cmocka_unit_test(test_png_colour),
    cmocka_unit_test(test_png_alpha),
    cmocka_unit_test(test_png_transparent_colour),
#ifdef PNG_eXIf_SUPPORTED
    cmocka_unit_test(test_png_orientation),
#endif
    cmocka_unit_test(test_png_interlaced),
    cmocka_unit_test(test_bad_png),
    cmocka_unit_test(test_huge_png),
    cmocka_unit_test(test_huge_interlaced_png),
#else
    cmocka_unit_test(test_png_is_missing),
#endif
#if LENET_HAVE_JPEG
    cmocka_unit_test(test_jpeg),
    cmocka_unit_test(test_jpeg_orientation),
    cmocka_unit_test(test_jpeg_of_inks),
    cmocka_unit_test(test_jpeg_markers),
    cmocka_unit_test(test_bad_jpeg),
    cmocka_unit_test(test_large_progressive_jpeg),
    cmocka_unit_test(test_largest_progressive_jpeg),
    cmocka_unit_test(test_many_scans),
#else
    cmocka_unit_test(test_jpeg_is_missing),
#endif
    cmocka_unit_test(test_polarity),
    cmocka_unit_test(test_tight),
    cmocka_unit_test(test_uneven_light),
    cmocka_unit_test(test_specks),
    cmocka_unit_test(test_two_strokes),
    cmocka_unit_test(test_large),
    cmocka_unit_test(test_strip),
    cmocka_unit_test(test_one_tone),
    cmocka_unit_test(test_idempotent),
    cmocka_unit_test(test_mnist),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
