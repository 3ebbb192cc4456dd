/* Lines of digits side by side: where their ink lies, whose it is, and what a reader's pieces are
 * called. The digits are drawn here, blocks whose boxes are known. */
#include "lenet.h"

#include "data/strings.h"
#include "image/strip.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, KINDS = 3 };

/* Blocks of ink: label 1 is 4 wide, 5 is 10 wide, 8 is 12 wide; all are 20 high, from row 4 on. */
static const struct block {
  int label, left, width;
} blocks[KINDS] = {{1, 12, 4}, {5, 9, 10}, {8, 8, 12}};

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  memset(pixels, 0, count * SIDE * SIDE);
  for (size_t i = 0; i < count; i++) {
    const struct block *b = &blocks[first + index[i]];
    labels[i] = (uint8_t)b->label;
    for (int y = 4; y < 24; y++)
      memset(pixels + (i * SIDE + (size_t)y) * SIDE + b->left, 200 + b->label, (size_t)b->width);
  }
}

static const lenet_samples digits = {
    .count = KINDS, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch};

static int width_of(int label)
{
  for (int i = 0; i < KINDS; i++)
    if (blocks[i].label == label)
      return blocks[i].width;
  fail_msg("label %d", label);
  return 0;
}

/* Boxes are as wide as their blocks, and the gaps are within the range; all lengths occur. */
static void test_places(void **state)
{
  (void)state;
  const lenet_string_options options = {2, 4, -1, 3, 0};
  int lengths[5] = {0}, gaps[5] = {0};
  for (uint64_t i = 0; i < 200; i++) {
    lenet_page page;
    assert_int_equal(lenet_string_make(&digits, &options, 1, i, &page, NULL), LENET_OK);
    assert_int_equal(page.line_count, 1);
    assert_int_equal(page.jpeg_quality, 0);
    const lenet_page_line *line = &page.line[0];
    assert_in_range(line->count, 2, 4);
    lengths[line->count]++;
    for (int k = 0; k < line->count; k++) {
      const lenet_page_digit *d = &line->digit[k];
      assert_int_equal(d->width, width_of(d->digit));
      assert_int_equal(d->height, 20);
      assert_int_equal(blocks[d->sample].label, d->digit);
      if (k > 0) {
        int gap = d->x - (line->digit[k - 1].x + line->digit[k - 1].width);
        assert_true(gap >= -1 && gap <= 3);
        gaps[gap + 1]++;
      }
    }
    lenet_page_free(&page);
  }
  for (int n = 2; n <= 4; n++)
    assert_in_range(lengths[n], 45, 90); /* 67 expected */
  for (int g = 0; g < 5; g++)
    assert_in_range(gaps[g], 50, 115); /* about 400 gaps, 80 expected */
}

/* Every pixel of a box is ink of its tone, that between boxes is black. */
static void test_ink(void **state)
{
  (void)state;
  const lenet_string_options options = {3, 3, 1, 2, 0};
  for (uint64_t i = 0; i < 20; i++) {
    lenet_page page;
    assert_int_equal(lenet_string_make(&digits, &options, 7, i, &page, NULL), LENET_OK);
    long ink = 0, expected = 0;
    for (int p = 0; p < page.width * page.height; p++) {
      assert_memory_equal(page.pixels + 3 * p, page.pixels + 3 * p + 1, 2); /* grey */
      ink += page.pixels[3 * p];
    }
    for (int k = 0; k < 3; k++) {
      const lenet_page_digit *d = &page.line[0].digit[k];
      expected += 20L * d->width * (200 + d->digit);
      assert_int_equal(page.pixels[3 * (d->y * page.width + d->x)], 200 + d->digit);
    }
    assert_int_equal(ink, expected);
    lenet_page_free(&page);
  }
}

/* Where two overlap the darker ink counts, and owns the pixel. */
static void test_owners(void **state)
{
  (void)state;
  const lenet_string_options options = {2, 2, -2, -2, 0};
  for (uint64_t i = 0; i < 20; i++) {
    lenet_inked_string s;
    assert_int_equal(lenet_inked_string_make(&digits, &options, 3, i, &s, NULL), LENET_OK);
    assert_int_equal(s.box[1].x, s.box[0].x + s.box[0].width - 2);
    int darker = s.label[1] > s.label[0] ? 1 : 0; /* of equal ink the first one's stays */
    int own[2] = {0};
    for (int p = 0; p < s.width * s.height; p++) {
      assert_true((s.owner[p] == LENET_NO_OWNER) == (s.pixels[p] == 0));
      if (s.owner[p] != LENET_NO_OWNER) {
        assert_int_equal(s.pixels[p], 200 + s.label[s.owner[p]]);
        own[s.owner[p]]++;
      }
    }
    assert_int_equal(own[darker], 20 * s.box[darker].width);
    assert_int_equal(own[1 - darker], 20 * (s.box[1 - darker].width - 2));
    lenet_inked_string_free(&s);
  }
}

/* However far they overlap: boxes in the picture, none left of the one before, their ink in them.
 */
static void test_deep_overlap(void **state)
{
  (void)state;
  const lenet_string_options options = {1, 10, -8, -8, 0};
  for (uint64_t i = 0; i < 100; i++) {
    lenet_inked_string s;
    assert_int_equal(lenet_inked_string_make(&digits, &options, 1, i, &s, NULL), LENET_OK);
    for (int k = 0; k < s.count; k++) {
      assert_true(s.box[k].x >= 1 && s.box[k].x + s.box[k].width < s.width);
      assert_true(k == 0 || s.box[k].x >= s.box[k - 1].x);
      int ink = s.pixels[(s.box[k].y + 3) * s.width + s.box[k].x];
      assert_true(ink >= 200 + s.label[k]); /* its own, or a darker one's */
    }
    for (int y = 0; y < s.height; y++)
      assert_int_equal(s.pixels[y * s.width] + s.pixels[y * s.width + s.width - 1], 0);
    lenet_inked_string_free(&s);
  }
}

static void fetch_blank(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                        size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch, (void)first, (void)index;
  memset(pixels, 0, count * SIDE);
  memset(labels, 0, count);
}

/* A blank picture, one column wide, is a column of paper. */
static void test_blank(void **state)
{
  (void)state;
  const lenet_samples blank = {
      .count = 1, .rows = SIDE, .columns = 1, .classes = 10, .fetch = fetch_blank};
  lenet_page page;
  assert_int_equal(
      lenet_string_make(&blank, &(lenet_string_options){3, 3, 1, 1, 0}, 1, 0, &page, NULL),
      LENET_OK);
  assert_int_equal(page.line[0].digit[2].width, 1);
  lenet_page_free(&page);
}

static void test_inverted(void **state)
{
  (void)state;
  const lenet_string_options plain = {10, 10, 0, 0, 0}, spoilt = {10, 10, 0, 0, 0.1};
  lenet_page before, after;
  assert_int_equal(lenet_string_make(&digits, &plain, 5, 0, &before, NULL), LENET_OK);
  assert_int_equal(lenet_string_make(&digits, &spoilt, 5, 0, &after, NULL), LENET_OK);
  assert_int_equal(before.width, after.width);
  int count = before.width * before.height, inverted = 0;
  for (int p = 0; p < count; p++) {
    int was = before.pixels[3 * p], is = after.pixels[3 * p];
    assert_true(is == was || is == 255 - was);
    inverted += is != was;
  }
  /* Binomial: within four standard deviations of a tenth. */
  assert_true(fabs(inverted - 0.1 * count) < 4 * sqrt(0.09 * count));
  assert_memory_equal(before.line, after.line, sizeof before.line[0]);
  lenet_page_free(&before);
  lenet_page_free(&after);
}

static void test_refused(void **state)
{
  (void)state;
  static const lenet_string_options bad[] = {{0, 3, 0, 1, 0},  {3, 2, 0, 1, 0},  {1, 11, 0, 1, 0},
                                             {1, 2, -9, 1, 0}, {1, 2, 2, 1, 0},  {1, 2, 0, 29, 0},
                                             {1, 2, 0, 1, -1}, {1, 2, 0, 1, 0.6}};
  lenet_error error;
  lenet_page page;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    assert_int_equal(lenet_string_make(&digits, &bad[i], 1, 0, &page, &error), LENET_BAD_ARGUMENT);
  lenet_samples letters = digits;
  letters.classes = 26;
  assert_int_equal(
      lenet_string_make(&letters, &(lenet_string_options){1, 2, 0, 1, 0}, 1, 0, &page, &error),
      LENET_BAD_ARGUMENT);
  lenet_samples none = digits;
  none.count = 0;
  assert_int_equal(
      lenet_string_make(&none, &(lenet_string_options){1, 2, 0, 1, 0}, 1, 0, &page, &error),
      LENET_BAD_ARGUMENT);
}

/* Windows that a sweep learns from: with a block in their middle they are its label's. */
static void test_windows(void **state)
{
  (void)state;
  enum { MOST = 400 };
  static uint8_t pictures[MOST * SIDE * SIDE], labels[MOST];
  int on_digits = 0, on_none = 0, empty = 0;
  for (uint64_t i = 0; i < 60; i++) {
    size_t count;
    assert_int_equal(lenet_windows_make(&digits, 1, i, MOST, &count, pictures, labels, NULL),
                     LENET_OK);
    for (size_t k = 0; k < count; k++) {
      if (labels[k] == LENET_NONDIGIT) {
        on_none++;
        continue;
      }
      on_digits++;
      assert_true(labels[k] == 1 || labels[k] == 5 || labels[k] == 8);
      /* 2 pixels off, and 2 more to the edge of the narrowest block; wide ones may be hollow. */
      bool ink = false;
      for (int y = 0; y < SIDE; y++)
        for (int x = 8; x < 20; x++)
          ink = ink || pictures[(k * SIDE + (size_t)y) * SIDE + (size_t)x] > 0;
      empty += !ink;
    }
  }
  /* Blocks a little apart look like light paper with dark strokes: in one string the gaps are ink. */
  assert_in_range(empty, 0, on_digits / 50);
  assert_in_range(on_digits, 60, 1200);
  assert_in_range(on_none, 60, 1200);
}

/* A line of blocks that is twice as large as MNIST's digits: half as large, in the middle of 28
 * rows. */
static void test_strip(void **state)
{
  (void)state;
  enum { W = 60, H = 50 };
  uint8_t value[W * H] = {0};
  for (int y = 6; y < 46; y++)
    memset(value + y * W + 10, 255, 20);
  const lenet_line line = {.width = W, .height = H, .digit_height = 40, .value = value};
  lenet_strip strip;
  assert_int_equal(lenet_strip_make(&line, &strip, NULL), LENET_OK);
  assert_int_equal(strip.width, 30 + 2 * LENET_STRIP_MARGIN);
  for (int y = 0; y < LENET_STRIP_ROWS; y++)
    for (int x = 0; x < strip.width; x++) {
      bool ink = y >= 5 && y < 25 && x >= LENET_STRIP_MARGIN + 5 && x < LENET_STRIP_MARGIN + 15;
      assert_int_equal(strip.value[y * strip.width + x], ink ? 255 : 0);
    }
  lenet_strip_free(&strip);
}

/* The pieces of strings: the same for the same numbers, of all classes, and no more than there is
 * room. */
static void test_pieces(void **state)
{
  (void)state;
  enum { MOST = 400 };
  static uint8_t pictures[MOST * SIDE * SIDE], again[MOST * SIDE * SIDE], labels[MOST];
  long seen[11] = {0};
  for (uint64_t i = 0; i < 40; i++) {
    size_t count, same, few;
    assert_int_equal(lenet_pieces_make(&digits, 1, i, MOST, &count, pictures, labels, NULL),
                     LENET_OK);
    assert_in_range(count, 0, MOST - 1);
    for (size_t k = 0; k < count; k++) {
      assert_true(labels[k] <= LENET_NONDIGIT);
      seen[labels[k]]++;
    }
    assert_int_equal(lenet_pieces_make(&digits, 1, i, MOST, &same, again, labels, NULL), LENET_OK);
    assert_int_equal(same, count);
    assert_memory_equal(pictures, again, count * SIDE * SIDE);
    assert_int_equal(lenet_pieces_make(&digits, 1, i, 1, &few, again, labels, NULL), LENET_OK);
    assert_int_equal(few, count > 0);
  }
  /* 40 strings of 1 to 10 digits: 220 are expected, a third of each kind. */
  assert_in_range(seen[1] + seen[5] + seen[8], 150, 260);
  for (int k = 0; k < KINDS; k++)
    assert_in_range(seen[blocks[k].label], 35, 110);
  assert_true(seen[LENET_NONDIGIT] > 0);
  assert_int_equal(seen[0] + seen[2] + seen[3] + seen[4] + seen[6] + seen[7] + seen[9], 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_places),       cmocka_unit_test(test_ink),
      cmocka_unit_test(test_owners),       cmocka_unit_test(test_inverted),
      cmocka_unit_test(test_refused),      cmocka_unit_test(test_pieces),
      cmocka_unit_test(test_windows),      cmocka_unit_test(test_strip),
      cmocka_unit_test(test_deep_overlap), cmocka_unit_test(test_blank),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
