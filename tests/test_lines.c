/* Parts of ink, the lines they stand in, and the pieces that lines are cut into. */
#include "lenet.h"

#include "image/candidates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { W = 420, H = 320, TALL = 40, PEN = 5 };
static uint8_t page[W * H];
static const lenet_image image = {W, H, page};

static void paper(void) { memset(page, 220, sizeof page); }

static void block(int left, int top, int width, int height, uint8_t tone)
{
  for (int y = top; y < top + height; y++)
    memset(page + y * W + left, tone, (size_t)width);
}

/* A box of strokes, like a 0; 26 wide. */
static void zero(int left, int top)
{
  block(left, top, 26, PEN, 40);
  block(left, top + TALL - PEN, 26, PEN, 40);
  block(left, top, PEN, TALL, 40);
  block(left + 26 - PEN, top, PEN, TALL, 40);
}

typedef struct found {
  lenet_ink ink;
  lenet_parts parts;
  lenet_lines lines;
} found;

static found look(void)
{
  found f;
  lenet_error error;
  if (lenet_ink_find(&image, 1, &f.ink, &error) != LENET_OK ||
      lenet_parts_find(&f.ink, LENET_DIGITS, &f.parts, &error) != LENET_OK ||
      lenet_lines_find(&f.ink, LENET_DIGITS, &f.parts, &f.lines, &error) != LENET_OK)
    fail_msg("%s", error.message);
  return f;
}

static void forget(found *f)
{
  lenet_lines_free(&f->lines);
  lenet_parts_free(&f->parts);
  lenet_ink_free(&f->ink);
}

/* Is the part that covers a pixel writing? */
static bool is_writing(const found *f, int x, int y)
{
  int32_t label = f->parts.label[y * W + x];
  return label > 0 && f->parts.part[label - 1].writing;
}

/* ------------------------------------------------------------------ parts ----------------- */

static void test_parts(void **state)
{
  (void)state;
  paper();
  for (int i = 0; i < 4; i++)
    zero(60 + 50 * i, 100);
  block(300, 100, 80, 70, 30); /* a thumb */
  block(80, 260, 3, 3, 40);    /* a speck */
  block(140, 240, 60, 6, 40);  /* a dash */
  block(60, 200, 26, 30, 195); /* show-through: 25 darker, a seventh of the ink */
  block(0, 0, W, 4, 30);       /* a border */
  block(0, 0, 4, H, 30);
  found f = look();
  for (int i = 0; i < 4; i++)
    assert_true(is_writing(&f, 62 + 50 * i, 102));
  assert_false(is_writing(&f, 340, 130));
  assert_false(is_writing(&f, 81, 261));
  assert_false(is_writing(&f, 150, 242));
  assert_false(is_writing(&f, 70, 210));
  assert_false(is_writing(&f, 2, 150));
  assert_int_equal(f.parts.digit_height, TALL);
  assert_int_equal(f.lines.count, 1);
  forget(&f);
}

/* Area and edge of one part, by hand: a ring of 26 x 40, strokes of 5; its hole is 16 x 30. */
static void test_part(void **state)
{
  (void)state;
  paper();
  zero(100, 100);
  found f = look();
  const lenet_part *p = &f.parts.part[f.parts.label[101 * W + 101] - 1];
  assert_int_equal(p->left, 100);
  assert_int_equal(p->right, 126);
  assert_int_equal(p->top, 100);
  assert_int_equal(p->bottom, 140);
  assert_int_equal(p->area, 26 * 40 - 16 * 30);
  assert_int_equal(p->edge, 2 * 26 + 2 * 38 + 2 * 16 + 2 * 30);
  forget(&f);
}

/* ------------------------------------------------------------------ lines ----------------- */

/* Two columns of two lines each: from top to bottom, then from left to right. */
static void test_order(void **state)
{
  (void)state;
  paper();
  for (int line = 0; line < 2; line++)
    for (int i = 0; i < 2; i++) {
      zero(20 + 40 * i, 60 + 100 * line);
      zero(340 + 36 * i, 60 + 100 * line);
    }
  found f = look();
  static const int place[4][2] = {{20, 60}, {340, 60}, {20, 160}, {340, 160}};
  assert_int_equal(f.lines.count, 4);
  for (int i = 0; i < 4; i++) {
    assert_in_range(f.lines.line[i].left, place[i][0] - 4, place[i][0]);
    assert_in_range(f.lines.line[i].top, place[i][1] - 4, place[i][1]);
    assert_int_equal(f.lines.line[i].digit_height, TALL);
  }
  forget(&f);
}

/* A line that falls by 10 degrees is one line, and becomes level. */
static void test_slant(void **state)
{
  (void)state;
  paper();
  for (int i = 0; i < 7; i++)
    zero(40 + 50 * i, 60 + (int)(50 * i * 0.1763)); /* tan 10 degrees */
  zero(40, 180);
  found f = look();
  assert_int_equal(f.lines.count, 2);
  const lenet_line *line = &f.lines.line[0];
  assert_true(line->slope > 0.15 && line->slope < 0.19);
  assert_in_range(line->height, TALL, TALL + 16); /* rises by 53 on the page */
  assert_in_range(line->width, 326, 332);
  forget(&f);
}

/* The bar of a 5 stands off its digit, the dirt far away from all is in no line. */
static void test_small_parts(void **state)
{
  (void)state;
  paper();
  for (int i = 0; i < 3; i++)
    zero(60 + 60 * i, 100);
  block(250, 100, 16, PEN, 40); /* 4 to the right of the last digit's edge at 206 + 44 */
  block(222, 110, PEN, 30, 40);
  block(300, 280, 12, 12, 40);
  found f = look();
  assert_int_equal(f.lines.count, 1);
  int bar = f.parts.label[102 * W + 258] - 1, far = f.parts.label[285 * W + 305] - 1;
  assert_true(bar >= 0 && far >= 0);
  assert_int_equal(f.parts.part[bar].line, 0);
  assert_int_equal(f.parts.part[far].line, -1);
  forget(&f);
}

/* ------------------------------------------------------------------ cuts ------------------ */

/* Two boxes with a bridge between them, as touching digits have. */
static void test_cut(void **state)
{
  (void)state;
  paper();
  zero(100, 100);
  zero(134, 100);
  block(126, 130, 8, 4, 40);
  found f = look();
  assert_int_equal(f.lines.count, 1);
  const lenet_line *line = &f.lines.line[0];
  lenet_cuts cuts;
  assert_int_equal(lenet_cuts_find(line, &cuts, NULL), LENET_OK);
  /* One of the cuts goes through the bridge, whose ink it pays: 4 pixels. */
  bool through = false;
  for (int i = 1; i < cuts.count; i++) {
    int x = cuts.x[i * cuts.height + cuts.height / 2] + line->left;
    through = through || (x >= 126 && x <= 134 && cuts.price[i] >= 3 && cuts.price[i] <= 6);
  }
  assert_true(through);
  lenet_cuts_free(&cuts);
  forget(&f);
}

/* Cuts never cross, every piece has ink, and all pieces together are the line. */
static void test_pieces(void **state)
{
  (void)state;
  paper();
  for (int i = 0; i < 9; i++) {
    zero(30 + 38 * i, 100 + 3 * (i % 4));
    block(40 + 38 * i, 110 + 5 * (i % 3), 30, 4, 40);
  }
  found f = look();
  const lenet_line *line = &f.lines.line[0];
  lenet_cuts cuts;
  assert_int_equal(lenet_cuts_find(line, &cuts, NULL), LENET_OK);
  assert_true(cuts.count >= 9);
  size_t area = (size_t)line->width * (size_t)line->height;
  uint8_t *together = calloc(area, 1), *ink = malloc(area);
  for (int i = 0; i < cuts.count; i++) {
    lenet_extent e;
    for (int y = 0; y < cuts.height; y++)
      assert_true(cuts.x[(i + 1) * cuts.height + y] >= cuts.x[i * cuts.height + y]);
    double mass = lenet_cuts_measure(line, &cuts, i, i, &e), sum = 0;
    assert_true(mass > 0 && e.right > e.left && e.bottom > e.top);
    lenet_cuts_copy(line, &cuts, i, i, &e, ink);
    for (int y = e.top; y < e.bottom; y++)
      for (int x = e.left; x < e.right; x++) {
        uint8_t value = ink[(y - e.top) * (e.right - e.left) + x - e.left];
        together[y * line->width + x] = (uint8_t)(together[y * line->width + x] + value);
        sum += value;
      }
    assert_true(sum / 255 > mass - 1e-6 && sum / 255 < mass + 1e-6);
  }
  assert_memory_equal(together, line->value, area);
  free(together);
  free(ink);
  lenet_cuts_free(&cuts);
  forget(&f);
}

/* Candidates are all runs of pieces that are neither too wide nor bridge paper, by rising first
 * piece. */
static void test_candidates(void **state)
{
  (void)state;
  paper();
  for (int i = 0; i < 3; i++)
    zero(60 + 60 * i, 100); /* 34 pixels of paper between them: more than 0.4 x 40 */
  found f = look();
  lenet_candidates c;
  assert_int_equal(lenet_candidates_find(&f.lines.line[0], &c, NULL), LENET_OK);
  int whole = 0;
  for (int i = 0; i < c.count; i++) {
    const lenet_candidate *at = &c.at[i];
    assert_true(at->first <= at->last && at->last < c.cuts.count);
    assert_true(at->extent.right - at->extent.left <= 30);
    if (i > 0)
      assert_true(at->first > c.at[i - 1].first ||
                  (at->first == c.at[i - 1].first && at->last > c.at[i - 1].last));
    whole += at->extent.right - at->extent.left >= 26;
  }
  assert_int_equal(whole, 3);
  assert_int_equal(c.at[0].first, 0);
  assert_int_equal(c.at[c.count - 1].last, c.cuts.count - 1);
  lenet_candidates_free(&c);
  forget(&f);
}

/* A line whose parts lost all their ink to the paper's grain: no digits, which is no failure. */
static void test_no_candidates(void **state)
{
  (void)state;
  static uint8_t value[40 * 30];
  const lenet_line line = {
      .width = 40, .height = 30, .digit_height = 20, .stroke = 3, .value = value};
  lenet_candidates c;
  assert_int_equal(lenet_candidates_find(&line, &c, NULL), LENET_OK);
  assert_int_equal(c.count, 0);
  lenet_candidates_free(&c);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parts),         cmocka_unit_test(test_part),
      cmocka_unit_test(test_order),         cmocka_unit_test(test_slant),
      cmocka_unit_test(test_small_parts),   cmocka_unit_test(test_cut),
      cmocka_unit_test(test_pieces),        cmocka_unit_test(test_candidates),
      cmocka_unit_test(test_no_candidates),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
