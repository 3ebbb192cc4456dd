/* How a picture lies: Exif blocks by the definition of TIFF, good and bad, and pictures in PNG and
 * JPEG that are turned by what theirs says. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "decoded.h"
#include "encoded.h"
#include "image/codecs.h"

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

#if LENET_HAVE_PNG || LENET_HAVE_JPEG

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

#if LENET_HAVE_JPEG

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

#endif

int main(void)
{
  const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_exif),
#if LENET_HAVE_PNG && defined PNG_eXIf_SUPPORTED
    cmocka_unit_test(test_png_orientation),
#endif
#if LENET_HAVE_JPEG
    cmocka_unit_test(test_jpeg_orientation),
    cmocka_unit_test(test_jpeg_markers),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
