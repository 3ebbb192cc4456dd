#define _XOPEN_SOURCE 700 /* mkfifo, and what scratch.h needs */
/* Fonts of the machine: sides that share no family, and text that lies where the metrics say. */
#include "lenet.h"

#include "data/fonts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include "scratch.h"

#include <math.h>
#include <string.h>

enum { WIDE = 200, HIGH = 100 };

/* The fonts of a part; skips the test where the build has no FreeType or the machine no such font.
 */
static lenet_fonts *open_part(lenet_font_part part)
{
  lenet_fonts *fonts = NULL;
  lenet_error error;
  const lenet_status status = lenet_fonts_open(NULL, part, &fonts, &error);
  if (status == LENET_NO_DATA || status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_OK);
  return fonts;
}

static void test_parts(void **state)
{
  (void)state;
  lenet_font_part part;
  assert_true(lenet_font_part_of("DejaVu Sans", &part));
  assert_int_equal(part, LENET_FONTS_TRAIN);
  /* Liberation Sans, Arimo and Nimbus Sans are one design. */
  assert_true(lenet_font_part_of("Arimo", &part));
  assert_int_equal(part, LENET_FONTS_TRAIN);
  assert_true(lenet_font_part_of("Lato", &part));
  assert_int_equal(part, LENET_FONTS_VALIDATION);
  assert_true(lenet_font_part_of("Open Sans", &part));
  assert_int_equal(part, LENET_FONTS_TEST);
  assert_false(lenet_font_part_of("Wingdings", &part));
}

static void test_faces(void **state)
{
  (void)state;
  for (int p = 0; p < LENET_FONT_PARTS; p++) {
    lenet_fonts *fonts = open_part((lenet_font_part)p);
    const char *before = "";
    for (size_t f = 0; f < lenet_fonts_families(fonts); f++) {
      assert_true(lenet_fonts_faces(fonts, f) > 0);
      for (size_t i = 0; i < lenet_fonts_faces(fonts, f); i++) {
        const lenet_face *face = lenet_fonts_face(fonts, f, i);
        lenet_font_part its;
        assert_true(lenet_font_part_of(face->family, &its));
        assert_int_equal(its, p);
        assert_true(i > 0 || strcmp(before, face->family) < 0);
        before = face->family;
        assert_in_range(100 * face->x_height, 30, 65);
        assert_true(face->capital > 1.1 * face->x_height && face->capital < 2 * face->x_height);
      }
    }
    lenet_fonts_free(fonts);
  }
}

static void draw(const lenet_fonts *fonts, const lenet_face *face, lenet_type type,
                 const char *text, uint8_t *canvas, lenet_glyph_box *boxes, double *end)
{
  memset(canvas, 0, WIDE * HIGH);
  assert_int_equal(
      lenet_fonts_draw(fonts, face, &type, text, 20, 70, canvas, WIDE, HIGH, boxes, end, NULL),
      LENET_OK);
}

/* Ink inside of a box and in all, of 255. */
static double ink_in(const uint8_t *canvas, lenet_glyph_box box)
{
  double sum = 0;
  for (int y = 0; y < HIGH; y++)
    for (int x = 0; x < WIDE; x++)
      if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height)
        sum += canvas[y * WIDE + x] / 255.0;
  return sum;
}

static void test_text(void **state)
{
  (void)state;
  lenet_fonts *fonts = open_part(LENET_FONTS_TRAIN);
  const lenet_face *face = lenet_fonts_face(fonts, 0, 0);
  const lenet_type plain = {.size = 40};
  const lenet_glyph_box all = {0, 0, WIDE, HIGH};
  uint8_t canvas[WIDE * HIGH];
  lenet_glyph_box box[4];
  double end, wide;
  draw(fonts, face, plain, "H x.", canvas, box, &end);

  /* Capitals and x stand on row 70 and are as high as the face says; the dot is the lowest part. */
  assert_int_equal(box[0].y + box[0].height, 70);
  assert_int_equal(box[0].y, (int)floor(70 - 40 * face->capital));
  assert_int_equal(box[2].y, (int)floor(70 - 40 * face->x_height));
  assert_in_range(box[3].y + box[3].height, 70, 71);
  assert_int_equal(box[1].width, 0);
  assert_true(box[2].x > box[0].x + box[0].width && box[3].x >= box[2].x + box[2].width);
  assert_true(end > box[3].x);

  /* All ink lies in the boxes. */
  double sum = 0;
  for (int i = 0; i < 4; i++)
    sum += ink_in(canvas, box[i]);
  assert_true(sum > 100 && fabs(sum - ink_in(canvas, all)) < 1e-6);

  /* Measuring alone gives the same; tracking makes the line longer, ink spreads. */
  assert_int_equal(
      lenet_fonts_draw(fonts, face, &plain, "H x.", 20, 70, NULL, WIDE, HIGH, NULL, &wide, NULL),
      LENET_OK);
  assert_true(fabs(wide - end) < 1e-9);
  draw(fonts, face, (lenet_type){.size = 40, .tracking = 0.1}, "H x.", canvas, NULL, &wide);
  assert_true(fabs(wide - end - 4 * 0.1 * 40) < 1e-6);
  draw(fonts, face, (lenet_type){.size = 40, .spread = 0.5}, "H x.", canvas, box, &wide);
  assert_true(ink_in(canvas, all) > 1.1 * sum);
  assert_in_range(box[0].y + box[0].height, 70, 71);
  draw(fonts, face, (lenet_type){.size = 40, .spread = -0.5}, "H x.", canvas, NULL, &wide);
  assert_true(ink_in(canvas, all) < 0.9 * sum);
  lenet_fonts_free(fonts);
}

/* A slanted H leans to the right above the line; a line that falls by a tenth does so. */
static void test_slant_and_turn(void **state)
{
  (void)state;
  lenet_fonts *fonts = open_part(LENET_FONTS_TRAIN);
  const lenet_face *face = lenet_fonts_face(fonts, 0, 0);
  uint8_t canvas[WIDE * HIGH];
  lenet_glyph_box upright[1], leaning[1], falling[8];
  double end;
  draw(fonts, face, (lenet_type){.size = 40}, "H", canvas, upright, &end);
  draw(fonts, face, (lenet_type){.size = 40, .slant = 0.25}, "H", canvas, leaning, &end);
  assert_int_equal(leaning->y, upright->y);
  assert_true(fabs(leaning->width - upright->width - 0.25 * 40 * face->capital) <= 1);
  draw(fonts, face, (lenet_type){.size = 16, .turn = 0.1}, "HHHHHHHH", canvas, falling, &end);
  const double fall = falling[7].y - falling[0].y, way = falling[7].x - falling[0].x;
  assert_true(fabs(fall - 0.1 * way) <= 1.2);

  /* What lies outside is cut off. */
  const lenet_type large = {.size = 300};
  assert_int_equal(
      lenet_fonts_draw(fonts, face, &large, "@@@", -40, 90, canvas, WIDE, HIGH, NULL, &end, NULL),
      LENET_OK);
  lenet_fonts_free(fonts);
}

static void test_no_fonts(void **state)
{
  (void)state;
  lenet_fonts *fonts = NULL;
  lenet_error error = {0};
  const char *const none[] = {"/nowhere", NULL};
  const lenet_status status = lenet_fonts_open(none, LENET_FONTS_TEST, &fonts, &error);
  assert_true(status == LENET_CANNOT_READ || status == LENET_UNSUPPORTED);
  assert_null(fonts);
  lenet_fonts_free(NULL);
}

/* A pipe that is called like a font, which nobody writes to; links that lead back to the folder
 * that they lie in, many at a time; broken fonts. */
static void test_odd_folders(void **state)
{
  char folder[SCRATCH_PATH], path[SCRATCH_PATH], name[32];
  assert_int_equal(scratch_make(state), 0);
  assert_int_equal(mkdir(scratch_path(state, "fonts", folder), 0777), 0);
  assert_int_equal(mkfifo(scratch_path(state, "fonts/a.ttf", path), 0666), 0);
  assert_int_equal(mkdir(scratch_path(state, "fonts/b.otf", path), 0777), 0);
  assert_int_equal(symlink("nowhere", scratch_path(state, "fonts/c.ttf", path)), 0);
  scratch_write(state, "fonts/d.ttf", "", 0);
  scratch_write(state, "fonts/e.otf", "OTTO\0\1", 6);
  for (int i = 0; i < 12; i++) {
    snprintf(name, sizeof name, "fonts/back-%d", i);
    assert_int_equal(symlink(i % 2 ? "." : folder, scratch_path(state, name, path)), 0);
  }
  lenet_fonts *fonts = NULL;
  lenet_error error = {0};
  const char *const folders[] = {folder, NULL};
  const lenet_status status = lenet_fonts_open(folders, LENET_FONTS_TEST, &fonts, &error);
  assert_true(status == LENET_NO_DATA || status == LENET_UNSUPPORTED);
  assert_int_equal(scratch_remove(state), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parts),    cmocka_unit_test(test_faces),
      cmocka_unit_test(test_text),     cmocka_unit_test(test_slant_and_turn),
      cmocka_unit_test(test_no_fonts), cmocka_unit_test(test_odd_folders)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
