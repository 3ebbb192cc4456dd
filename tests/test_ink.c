/* From a picture to its ink: strokes, sheets on desks, ruled lines, shadows. */
#include "lenet.h"

#include "image/ink.h"
#include "image/sheet.h"
#include "image/strokes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { W = 400, H = 300 };
static uint8_t page[W * H];

static void paper(uint8_t tone) { memset(page, tone, sizeof page); }

static void block(int left, int top, int width, int height, uint8_t tone)
{
  for (int y = top; y < top + height; y++)
    memset(page + y * W + left, tone, (size_t)width);
}

/* A 7 of strokes `pen` wide in a box of 30 x 45. */
static void seven(int left, int top, int pen, uint8_t tone)
{
  block(left, top, 30, pen, tone);
  block(left + 30 - pen, top, pen, 45, tone);
}

/* A hand's shadow, with an edge as sharp as one pixel: what is right of it has half the light. */
static void shadow(int from)
{
  for (int y = 0; y < H; y++)
    for (int x = from; x < W; x++)
      page[y * W + x] /= 2;
}

/* Grain of a desk, or of paper, as large as `grain`. */
static void roughen(int left, int top, int width, int height, int grain)
{
  uint32_t state = 7;
  for (int y = top; y < top + height; y++)
    for (int x = left; x < left + width; x++) {
      state = 1664525u * state + 1013904223u;
      int tone = page[y * W + x] + (int)(state >> 16) % (2 * grain + 1) - grain;
      page[y * W + x] = (uint8_t)(tone < 0 ? 0 : tone > 255 ? 255 : tone);
    }
}

static const lenet_image image = {W, H, page};

static void assert_strokes(bool light, double least, double most)
{
  lenet_strokes strokes;
  assert_int_equal(lenet_measure_strokes(&image, &strokes, NULL), LENET_OK);
  assert_int_equal(strokes.light, light);
  if (strokes.width < least || strokes.width > most)
    fail_msg("strokes of %.1f pixels", strokes.width);
}

static void test_strokes(void **state)
{
  (void)state;
  for (int pen = 2; pen <= 10; pen += 4) {
    paper(220);
    for (int i = 0; i < 6; i++)
      seven(30 + 55 * i, 100, pen, 60);
    assert_strokes(false, pen, pen + 1);
    for (int i = 0; i < W * H; i++)
      page[i] = (uint8_t)(255 - page[i]);
    assert_strokes(true, pen, pen + 1);
  }
  paper(220);
  seven(40, 100, 6, 60);
  seven(300, 100, 6, 60);
  shadow(200);
  assert_strokes(false, 6, 7);
  lenet_strokes strokes;
  paper(128);
  assert_int_equal(lenet_measure_strokes(&image, &strokes, NULL), LENET_NO_DIGIT);
}

static lenet_ink find_ink(void)
{
  lenet_ink ink;
  lenet_error error;
  if (lenet_ink_find(&image, 1, &ink, &error) != LENET_OK)
    fail_msg("%s", error.message);
  return ink;
}

/* Pixels of ink in a box. */
static int inked(const lenet_ink *ink, int left, int top, int width, int height)
{
  int count = 0;
  for (int y = top; y < top + height; y++)
    for (int x = left; x < left + width; x++)
      count += ink->mask[y * W + x];
  return count;
}

/* A shadow takes half of the light from paper and ink: the ink stays, the shadow is none, and both
 * sides are as dark. */
static void test_shadow(void **state)
{
  (void)state;
  paper(220);
  seven(60, 100, 6, 66);
  seven(300, 100, 6, 66);
  shadow(200);
  lenet_ink ink = find_ink();
  assert_false(ink.light);
  assert_in_range(inked(&ink, 0, 0, W, H), 2 * (30 * 6 + 39 * 6), 2 * (30 * 6 + 39 * 6) + 8);
  assert_int_equal(ink.mask[102 * W + 70], 1);
  assert_int_equal(ink.mask[102 * W + 310], 1);
  /* 66 of 220 is 0.3 of the paper: 0.7 x 255 = 178.5 darker. */
  assert_in_range(ink.flat[102 * W + 70], 176, 181);
  assert_in_range(ink.flat[102 * W + 310], 176, 181);
  lenet_ink_free(&ink);
}

/* Rules are painted over, the digit that one crosses stays in one piece. */
static void test_rules(void **state)
{
  (void)state;
  paper(225);
  for (int y = 40; y < H; y += 40)
    block(0, y, W, 2, 150);
  seven(100, 105, 6, 50); /* crossed at 120 */
  seven(200, 185, 6, 50); /* and at 200 */
  lenet_ink ink = find_ink();
  for (int y = 40; y < H; y += 40)
    assert_in_range(inked(&ink, 250, y - 1, 140, 4), 0, 8);
  for (int y = 105; y < 150; y++)
    assert_true(inked(&ink, 124, y, 6, 1) >= 4);
  assert_in_range(inked(&ink, 100, 105, 30, 45), 390, 450); /* 414 of its own */
  lenet_ink_free(&ink);
  /* Squared paper. */
  for (int x = 30; x < W; x += 40)
    block(x, 0, 2, H, 150);
  seven(300, 225, 6, 50);
  ink = find_ink();
  assert_in_range(inked(&ink, 0, 0, 95, H), 0, 60);
  lenet_ink_free(&ink);
}

/* ------------------------------------------------------------------ sheets ---------------- */

static void isolate(void) { assert_int_equal(lenet_sheet_isolate(page, W, H, NULL), LENET_OK); }

/* What is around gets the tone of the sheet, what is on it stays. */
static void test_sheet(void **state)
{
  (void)state;
  paper(50);
  roughen(0, 0, W, H, 20);
  block(40, 30, 320, 240, 210);
  seven(150, 120, 6, 40);
  isolate();
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      if (x < 40 || x >= 360 || y < 30 || y >= 270)
        assert_in_range(page[y * W + x], 200, 215);
  assert_int_equal(page[122 * W + 160], 40);
  assert_int_equal(page[200 * W + 100], 210);
}

/* A dark board on a light wall. */
static void test_board(void **state)
{
  (void)state;
  paper(220);
  block(50, 40, 300, 220, 45);
  seven(150, 120, 6, 230);
  isolate();
  assert_in_range(page[10 * W + 10], 40, 50);
  assert_int_equal(page[122 * W + 160], 230);
}

/* A sharp shadow that goes on over the desk, and a sheet that reaches the right border. */
static void test_cut_sheets(void **state)
{
  (void)state;
  paper(40);
  block(40, 30, 320, 240, 210);
  seven(100, 120, 6, 60);
  shadow(220);
  isolate();
  assert_in_range(page[5 * W + 100], 205, 215);
  assert_in_range(page[5 * W + 300], 100, 110);
  paper(40);
  block(60, 30, W - 60, 240, 210);
  seven(150, 120, 6, 60);
  isolate();
  assert_in_range(page[150 * W + 10], 205, 215);
  assert_in_range(page[5 * W + 300], 205, 215);
  assert_int_equal(page[122 * W + 160], 60);
}

/* No sheets: plain paper, half of it in a sharp shadow, a large 0, a digit that fills the picture.
 */
static void test_no_sheet(void **state)
{
  (void)state;
  static uint8_t before[W * H];
  for (int what = 0; what < 4; what++) {
    paper(what == 3 ? 20 : 215);
    if (what == 0)
      seven(100, 100, 6, 60);
    if (what == 1)
      shadow(150);
    for (int y = 0; what == 2 && y < H; y++)
      for (int x = 0; x < W; x++) {
        double r = hypot((x - 200) / 1.3, y - 150);
        if (r > 105 && r < 125)
          page[y * W + x] = 30;
      }
    if (what == 3)
      block(150, 10, 90, 280, 240);
    memcpy(before, page, sizeof page);
    isolate();
    assert_memory_equal(page, before, sizeof page);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_strokes),  cmocka_unit_test(test_shadow),
      cmocka_unit_test(test_rules),    cmocka_unit_test(test_sheet),
      cmocka_unit_test(test_board),    cmocka_unit_test(test_cut_sheets),
      cmocka_unit_test(test_no_sheet),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
