/* Ruled lines are taken away, the straight strokes of digits stay, however close the picture. */
#include "lenet.h"

#include "image/ink.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PAPER = 225, INK = 45, MOST_WIDE = 1000, MOST_HIGH = 400 };
static uint8_t page[MOST_WIDE * MOST_HIGH];
static lenet_image image = {0, 0, page};

static void paper(int width, int height)
{
  memset(page, PAPER, sizeof page);
  image.width = width;
  image.height = height;
}

/* ------------------------------------------------------------------ drawing --------------- */

/* A straight stroke with round ends and edges as soft as a pixel. */
static void stroke(double ax, double ay, double bx, double by, double pen, uint8_t tone)
{
  double along = (bx - ax) * (bx - ax) + (by - ay) * (by - ay), reach = 0.5 * pen + 1;
  int left = (int)(fmin(ax, bx) - reach), right = (int)(fmax(ax, bx) + reach);
  int top = (int)(fmin(ay, by) - reach), bottom = (int)(fmax(ay, by) + reach);
  for (int y = top < 0 ? 0 : top; y <= bottom && y < image.height; y++)
    for (int x = left < 0 ? 0 : left; x <= right && x < image.width; x++) {
      double u = x + 0.5 - ax, v = y + 0.5 - ay;
      double t = along > 0 ? (u * (bx - ax) + v * (by - ay)) / along : 0;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      double part = 0.5 * pen + 0.5 - hypot(u - t * (bx - ax), v - t * (by - ay));
      part = part < 0 ? 0 : part > 1 ? 1 : part;
      uint8_t made = (uint8_t)(PAPER + (tone - PAPER) * part + 0.5),
              *at = &page[y * image.width + x];
      *at = made < *at ? made : *at;
    }
}

/* Corners of each digit in per cent of a box of 60 x 100, from point to point. */
static const struct {
  int count;
  int8_t at[11][2];
} shape[] = {
    {9, {{30, 0}, {50, 15}, {55, 50}, {50, 85}, {30, 100}, {10, 85}, {5, 50}, {10, 15}, {30, 0}}},
    {3, {{16, 20}, {30, 0}, {30, 100}}},
    {7, {{5, 25}, {12, 8}, {27, 0}, {48, 8}, {50, 35}, {3, 100}, {57, 100}}},
    {9, {{6, 8}, {30, 0}, {51, 12}, {49, 38}, {26, 48}, {52, 56}, {54, 85}, {30, 100}, {3, 88}}},
    {4, {{42, 100}, {42, 0}, {2, 68}, {58, 68}}},
    {8, {{51, 0}, {12, 0}, {9, 45}, {30, 38}, {52, 55}, {52, 85}, {28, 100}, {4, 90}}},
    {9, {{48, 4}, {20, 25}, {7, 65}, {12, 92}, {30, 100}, {52, 88}, {50, 62}, {30, 52}, {9, 68}}},
    {3, {{3, 0}, {51, 0}, {51, 100}}},
    {10,
     {{30, 47},
      {10, 32},
      {12, 10},
      {30, 0},
      {50, 10},
      {48, 32},
      {8, 70},
      {30, 100},
      {54, 75},
      {30, 47}}},
    {9, {{51, 30}, {40, 52}, {18, 52}, {7, 34}, {12, 8}, {30, 0}, {49, 8}, {51, 30}, {51, 100}}},
};

/* A digit from row `top` to row top + tall. */
static void draw(int digit, double left, double top, double tall, double pen)
{
  double scale = 0.01 * (tall - pen);
  for (int i = 0; i + 1 < shape[digit].count; i++) {
    const int8_t *a = shape[digit].at[i], *b = shape[digit].at[i + 1];
    stroke(left + a[0] * scale, top + 0.5 * pen + a[1] * scale, left + b[0] * scale,
           top + 0.5 * pen + b[1] * scale, pen, INK);
  }
}

/* ------------------------------------------------------------------ counting -------------- */

static lenet_ink find_ink(void)
{
  lenet_ink ink;
  lenet_error error;
  if (lenet_ink_find(&image, 1, &ink, &error) != LENET_OK)
    fail_msg("%s", error.message);
  return ink;
}

static uint8_t before[MOST_WIDE * MOST_HIGH];
/* Remembers the writing, before rules are drawn. */
static void keep(void) { memcpy(before, page, sizeof page); }

/* Is there writing within four pixels? */
static bool is_near(int x, int y)
{
  for (int v = y < 4 ? 0 : y - 4; v <= y + 4 && v < image.height; v++)
    for (int u = x < 4 ? 0 : x - 4; u <= x + 4 && u < image.width; u++)
      if (before[v * image.width + u] < PAPER)
        return true;
  return false;
}

/* Of the writing at least `least` per cent must be found as ink, and away from it at most `most`
 * pixels. */
static void assert_kept(int least, int most, const char *what, int pen)
{
  int drawn = 0, kept = 0, more = 0;
  lenet_ink ink = find_ink();
  for (int i = 0; i < image.width * image.height; i++) {
    bool is_writing = 2 * before[i] < PAPER + INK;
    drawn += is_writing;
    kept += is_writing && ink.mask[i];
    more += ink.mask[i] && !is_near(i % image.width, i / image.width);
  }
  lenet_ink_free(&ink);
  if (100 * kept < least * drawn || more > most)
    fail_msg("%s, pen of %d in %d x %d: %d of %d pixels are left, and %d more", what, pen,
             image.width, image.height, kept, drawn, more);
}

/* ------------------------------------------------------------------ strokes --------------- */

/* All ten digits, 130 high. */
static void test_line(void **state)
{
  (void)state;
  static const int high[] = {134, 138, 146, 160, 200, 300};
  for (size_t i = 0; i < sizeof high / sizeof *high; i++)
    for (int pen = 1; pen <= 8; pen++) {
      paper(940, high[i]);
      for (int d = 0; d < 10; d++)
        draw(d, 15 + 92 * d, 0.5 * (high[i] - 130), 130, pen);
      keep();
      assert_kept(95, 0, "0123456789", pen);
    }
}

/* One of them, in pictures that are close and not so close. */
static void test_digit(void **state)
{
  (void)state;
  static const int size[][2] = {{104, 110}, {110, 140}, {140, 160}, {300, 300}};
  for (size_t i = 0; i < sizeof size / sizeof *size; i++)
    for (int pen = 1; pen <= 5; pen++)
      for (int d = 0; d < 10; d++) {
        double tall = size[i][1] < 150 ? size[i][1] - 6 : 100;
        char name[] = {(char)('0' + d), 0};
        paper(size[i][0], size[i][1]);
        draw(d, 0.5 * (size[i][0] - 0.6 * tall), 0.5 * (size[i][1] - tall), tall, pen);
        keep();
        assert_kept(95, 0, name, pen);
      }
}

/* A stem as long as the picture is high but for 2 to 8 per cent. */
static void test_stem(void **state)
{
  (void)state;
  for (int pen = 1; pen <= 5; pen++)
    for (int per_cent = 2; per_cent <= 8; per_cent++) {
      int high = 120 + (120 * per_cent + 50) / 100;
      paper(120, high);
      double top = 0.5 * (high - 120 + pen);
      stroke(60, top, 60 + 0.5 * pen, top + 120 - pen, pen, INK);
      keep();
      assert_kept(95, 0, "a stem", pen);
    }
}

/* Long level strokes: a minus, the roof of a 7 from side to side. */
static void test_level(void **state)
{
  (void)state;
  for (int pen = 1; pen <= 5; pen++) {
    paper(200, 120);
    stroke(10, 60, 90, 60, pen, INK);
    draw(2, 120, 5, 110, pen);
    keep();
    assert_kept(95, 0, "-2", pen);
    paper(104, 150);
    stroke(3, 8, 101, 8, pen, INK);
    stroke(101, 8, 60, 140, pen, INK);
    keep();
    assert_kept(95, 0, "a 7", pen);
  }
}

/* ------------------------------------------------------------------ rules ----------------- */

static void write_number(double left, double top, double tall, double pen)
{
  static const int digits[] = {3, 1, 4, 7, 9};
  for (int i = 0; i < 5; i++)
    draw(digits[i], left + 0.75 * i * tall, top, tall, pen);
  keep();
}

/* Lines that rise by `slope`, `pitch` apart, from the left to the right border. */
static void rule_paper(double first, double pitch, double slope, double pen, uint8_t tone)
{
  for (double y = first; y < image.height; y += pitch)
    stroke(-20, y + 20 * slope, image.width + 20, y - slope * (image.width + 20), pen, tone);
}

static void rule_upright(double first, double pitch, double slope, double pen, uint8_t tone)
{
  for (double x = first; x < image.width; x += pitch)
    stroke(x - 20 * slope, -20, x + slope * (image.height + 20), image.height + 20, pen, tone);
}

static void test_ruled_paper(void **state)
{
  (void)state;
  for (int tilt = 0; tilt < 4; tilt++)
    for (int pen = 3; pen <= 6; pen += 3) {
      paper(500, 300);
      write_number(60, 100, 50, pen);
      rule_paper(47, 50, 0.02 * tilt, 2, 160);
      assert_kept(95, 40, "ruled paper", pen);
      rule_upright(40, 1000, 0.02 * tilt, 2, 160);
      assert_kept(95, 60, "a margin", pen);
      paper(500, 300);
      write_number(60, 100, 50, pen);
      rule_paper(27, 40, 0.02 * tilt, 2, INK);
      assert_kept(95, 40, "dark rules", pen);
    }
}

/* One line of squared paper, cut out. */
static void test_squared_paper(void **state)
{
  (void)state;
  for (int pen = 4; pen <= 8; pen += 2) {
    paper(500, 120);
    write_number(60, 20, 80, pen);
    rule_paper(12, 32, 0.01, 1.5, 150);
    rule_upright(20, 32, 0.01, 1.5, 150);
    assert_kept(95, 200, "squared paper", pen); /* of 7,000: where a stem stands on a rule */
    paper(110, 120);
    draw(4, 25, 20, 80, pen);
    keep();
    rule_paper(12, 32, 0.01, 1.5, 150);
    rule_upright(20, 32, 0.01, 1.5, 150);
    assert_kept(95, 60, "squared paper", pen);
  }
}

/* A sheet of small squares in the writing's own ink: no digit is free of rules. */
static void test_small_squares(void **state)
{
  (void)state;
  for (int pen = 2; pen <= 3; pen++) {
    paper(700, 400);
    for (int line = 0; line < 4; line++)
      for (int k = 0; k < 8; k++)
        draw((3 * line + k) % 10, 60 + k * 40, 40 + line * 60, 34, 4);
    keep();
    rule_paper(12, 24, 0, pen, 80);
    rule_upright(20, 24, 0, pen, 80);
    assert_kept(70, 400, "small squares", pen); /* of 20,000 and more */
  }
}

/* A frame and its columns. */
static void grid(double left, double top, double width, double height, int columns, int rows,
                 double pen, uint8_t tone)
{
  for (int i = 0; i <= columns; i++)
    stroke(left + i * width / columns, top, left + i * width / columns, top + height, pen, tone);
  for (int i = 0; i <= rows; i++)
    stroke(left, top + i * height / rows, left + width, top + i * height / rows, pen, tone);
}

static void test_tables(void **state)
{
  (void)state;
  for (int pen = 2; pen <= 4; pen++) {
    paper(500, 300);
    write_number(60, 60, 40, pen);
    write_number(60, 130, 40, pen);
    write_number(60, 200, 40, pen);
    grid(40, 45, 420, 210, 2, 3, 2, INK);
    assert_kept(95, 60, "a table", pen);
  }
}

static void test_boxes(void **state)
{
  (void)state;
  for (int pen = 2; pen <= 4; pen++) {
    paper(500, 200);
    write_number(100, 70, 60, pen);
    grid(50, 50, 400, 100, 1, 1, 2, INK);
    assert_kept(95, 30, "a box", pen);
    paper(140, 160);
    draw(3, 50, 40, 80, pen);
    keep();
    grid(20, 15, 100, 130, 1, 1, 2, INK);
    assert_kept(95, 30, "a box of one digit", pen);
    paper(140, 160);
    draw(4, 50, 40, 80, pen);
    keep();
    grid(20, 15, 100, 130, 1, 1, 2, INK);
    assert_kept(95, 30, "a box of one 4", pen);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_line),          cmocka_unit_test(test_digit),
      cmocka_unit_test(test_stem),          cmocka_unit_test(test_level),
      cmocka_unit_test(test_ruled_paper),   cmocka_unit_test(test_squared_paper),
      cmocka_unit_test(test_small_squares), cmocka_unit_test(test_tables),
      cmocka_unit_test(test_boxes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
