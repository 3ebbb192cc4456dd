/* Printed text: where letters stand and how they are framed, spaces, whose ink a piece holds, what
 * the choice among look-alikes hears from its neighbours, and pages from the press to the text that
 * is read. */
#include "lenet.h"

#include "data/owners.h"
#include "data/press.h"
#include "image/frame.h"
#include "image/height.h"
#include "image/page.h"
#include "read/spaces.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDE = 40, HIGH = 60 };

static void fill(uint8_t *ink, int left, int top, int width, int height)
{
  for (int y = top; y < top + height; y++)
    memset(ink + (size_t)y * WIDE + left, 255, (size_t)width);
}

/* Rows of the frame with full ink in its middle column. */
static void inked_rows(const uint8_t *seen, int *first, int *last)
{
  *first = 28;
  *last = -1;
  for (int y = 0; y < 28; y++)
    if (seen[y * 28 + 14] == 255) {
      *first = y < *first ? y : *first;
      *last = y;
    }
}

/* ------------------------------------------------------------------ frames ---------------- */

/* With 24 pixels of x-height every pixel is half a row of the frame. */
static void test_frame(void **state)
{
  (void)state;
  const lenet_height at = {.baseline = 44, .x_height = 24};
  uint8_t ink[WIDE * HIGH] = {0}, seen[28 * 28];
  int first, last;
  fill(ink, 10, 20, 20, 24); /* x */
  assert_true(lenet_frame_character(ink, WIDE, HIGH, at, seen));
  inked_rows(seen, &first, &last);
  assert_int_equal(first, LENET_FRAME_BASELINE - LENET_FRAME_X_HEIGHT);
  assert_int_equal(last, LENET_FRAME_BASELINE - 1);
  assert_int_equal(seen[15 * 28 + 8], 0); /* 10 columns wide, in the middle: 9 .. 18 */
  assert_int_equal(seen[15 * 28 + 9], 255);
  assert_int_equal(seen[15 * 28 + 18], 255);
  assert_int_equal(seen[15 * 28 + 19], 0);
  memset(ink, 0, sizeof ink); /* a full stop stays on the line, an apostrophe above it */
  fill(ink, 10, 40, 4, 4);
  assert_true(lenet_frame_character(ink, WIDE, HIGH, at, seen));
  inked_rows(seen, &first, &last);
  assert_int_equal(first, 19);
  assert_int_equal(last, 20);
  memset(ink, 0, sizeof ink);
  fill(ink, 10, 10, 4, 8);
  assert_true(lenet_frame_character(ink, WIDE, HIGH, at, seen));
  inked_rows(seen, &first, &last);
  assert_int_equal(first, 4);
  assert_int_equal(last, 7);
}

/* What is wide is squeezed across, what is far off is cut off, and neither is read beyond its
 * bytes. */
static void test_frame_ends(void **state)
{
  (void)state;
  uint8_t ink[WIDE * HIGH] = {0}, seen[28 * 28];
  fill(ink, 0, 20, WIDE, 8);
  assert_true(lenet_frame_character(ink, WIDE, HIGH, (lenet_height){28, 8}, seen));
  assert_int_equal(seen[15 * 28 + 0], 0);
  assert_int_equal(seen[15 * 28 + 1], 255);
  assert_int_equal(seen[15 * 28 + 26], 255);
  assert_int_equal(seen[15 * 28 + 27], 0);
  static const double baselines[] = {-1000, -5, 0, 30, 60.5, 1000};
  static const double heights[] = {0, 0.1, 2, 7.3, 400};
  for (int b = 0; b < 6; b++)
    for (int h = 0; h < 5; h++)
      lenet_frame_character(ink, WIDE, HIGH, (lenet_height){baselines[b], heights[h]}, seen);
  assert_false(lenet_frame_character(ink, WIDE, HIGH, (lenet_height){-1000, 8}, seen));
  for (int i = 0; i < 28 * 28; i++)
    assert_int_equal(seen[i], 0);
}

/* ------------------------------------------------------------------ heights --------------- */

static void set(double *ink, int from, int to, double value)
{
  for (int y = from; y < to; y++)
    ink[y] = value;
}

static void test_stand(void **state)
{
  (void)state;
  double ink[40] = {0};
  set(ink, 8, 14, 20);   /* b, d, h */
  set(ink, 14, 28, 100); /* all letters */
  set(ink, 28, 33, 15);  /* g, p */
  lenet_stand stand = lenet_stand_find(ink, 40, 400);
  assert_true(stand.sure);
  assert_true(fabs(stand.at.baseline - 28) < 0.5);
  assert_true(fabs(stand.at.x_height - 14) < 0.7);
  set(ink, 8, 14, 0); /* all of one height: capitals, as long as no one knows better */
  stand = lenet_stand_find(ink, 40, 400);
  assert_false(stand.sure);
  assert_true(fabs(stand.if_small - 14) < 0.7);
  assert_true(fabs(stand.at.x_height - 14 / 1.43) < 0.7);
  lenet_stand other = stand;
  lenet_stand_settle(&other, 13.5); /* the page has such x-heights */
  assert_true(other.sure && fabs(other.at.x_height - 13.5) < 1e-9);
  other = stand;
  lenet_stand_settle(&other, 10); /* and such capitals */
  assert_true(other.sure && fabs(other.at.x_height - 10) < 1e-9);
  other = stand;
  lenet_stand_settle(&other, 40); /* neither */
  assert_false(other.sure);
}

/* One letter with a bar that has more ink than the rest: as high as all of it. Of more letters no
 * such thing is said. */
static void test_stand_of_one(void **state)
{
  (void)state;
  double ink[40] = {0};
  set(ink, 8, 28, 15);
  set(ink, 16, 20, 70); /* the bar of H */
  lenet_stand stand = lenet_stand_find(ink, 40, 16);
  assert_false(stand.sure);
  assert_true(fabs(stand.at.baseline - 28) < 0.6);
  assert_true(fabs(stand.if_small - 20) < 1);
  assert_true(fabs(stand.at.x_height - 20 / 1.43) < 0.7);
  stand = lenet_stand_find(ink, 40, 200);
  assert_true(fabs(stand.at.baseline - 20) < 0.6);
}

/* A line whose faint ink was lost on the way stands somewhere: no number is without a value. */
static void test_stand_without_ink(void **state)
{
  (void)state;
  const double ink[40] = {0};
  const lenet_stand stand = lenet_stand_find(ink, 40, 400);
  assert_false(stand.sure);
  assert_true(stand.at.baseline == 40);
  assert_true(stand.at.x_height > 0 && stand.at.x_height < 40);
}

/* Half a row of ink moves an edge by half a row. */
static void test_stand_between(void **state)
{
  (void)state;
  double ink[40] = {0};
  set(ink, 10, 30, 100);
  const lenet_stand whole = lenet_stand_find(ink, 40, 400);
  ink[30] = 50;
  const lenet_stand more = lenet_stand_find(ink, 40, 400);
  assert_true(more.at.baseline - whole.at.baseline > 0.3);
  assert_true(more.at.baseline - whole.at.baseline < 0.7);
}

/* ------------------------------------------------------------------ spaces ---------------- */

enum { BARS = 12, BAR_ROOM = 400, X_HEIGHT = 20 };

/* Bars 8 pixels wide with these gaps between, as a line that was read. */
static void measure_gaps(const int *gap, lenet_gaps *gaps)
{
  static uint8_t value[X_HEIGHT * BAR_ROOM];
  static int cut[(BARS + 1) * X_HEIGHT];
  lenet_candidate at[BARS];
  lenet_path_digit step[BARS];
  int x = 4;
  memset(value, 0, sizeof value);
  for (int i = 0; i < BARS; i++) {
    for (int y = 0; y < X_HEIGHT; y++) {
      cut[i * X_HEIGHT + y] = i == 0 ? 0 : x - 1;
      memset(value + y * BAR_ROOM + x, 255, 8);
    }
    at[i] = (lenet_candidate){i, i, {x, 0, x + 8, X_HEIGHT}};
    step[i] = (lenet_path_digit){i, 0, 1};
    x += 8 + (i + 1 < BARS ? gap[i] : 0);
  }
  for (int y = 0; y < X_HEIGHT; y++)
    cut[BARS * X_HEIGHT + y] = BAR_ROOM;
  const lenet_line line = {.width = BAR_ROOM,
                           .height = X_HEIGHT,
                           .text = {.baseline = X_HEIGHT, .x_height = X_HEIGHT},
                           .value = value};
  const lenet_candidates candidates = {
      .cuts = {.count = BARS, .height = X_HEIGHT, .x = cut}, .count = BARS, .at = at};
  const lenet_path way = {.count = BARS, .step = step};
  assert_int_equal(lenet_gaps_measure(&line, &candidates, &way, gaps, NULL), LENET_OK);
  assert_int_equal(gaps->count, BARS - 1);
  assert_true(gaps->x_height == X_HEIGHT);
}

/* Which of them have a space before. */
static void find_spaces(const int *gap, lenet_read_digit *digit)
{
  lenet_gaps gaps;
  lenet_read_line read = {BARS, digit, 1};
  measure_gaps(gap, &gaps);
  assert_int_equal(lenet_spaces_find(&gaps, 1, &read, NULL), LENET_OK);
  lenet_gaps_free(&gaps);
}

static void test_spaces(void **state)
{
  (void)state;
  lenet_read_digit digit[BARS] = {0};
  const int set_wide[BARS - 1] = {3, 4, 3, 12, 4, 3, 3, 12, 3, 11, 4};
  find_spaces(set_wide, digit);
  for (int i = 1; i < BARS; i++)
    assert_int_equal(digit[i].spaces, set_wide[i - 1] > 10);
  const int one_word[BARS - 1] = {3, 4, 3, 2, 4, 3, 3, 2, 3, 1, 4};
  find_spaces(one_word, digit);
  for (int i = 1; i < BARS; i++)
    assert_int_equal(digit[i].spaces, 0);
}

/* Gaps of 0.1 to 0.45 x-heights, as in `million`: no step in these is as wide as the one to where a
 * space would be sure. All of 0.8 x-heights: letters that stand alone. */
static void test_one_word(void **state)
{
  (void)state;
  lenet_read_digit digit[BARS] = {0};
  const int uneven[BARS - 1] = {4, 8, 9, 5, 2, 7, 8, 9, 3, 4, 8};
  find_spaces(uneven, digit);
  for (int i = 1; i < BARS; i++)
    assert_int_equal(digit[i].spaces, 0);
  const int alone[BARS - 1] = {16, 25, 19, 31, 18, 27, 21, 30, 19, 26, 22};
  find_spaces(alone, digit);
  for (int i = 1; i < BARS; i++)
    assert_int_equal(digit[i].spaces, 1);
}

/* The same gaps are within a number, where figures stand around points, and between words. */
static void test_number(void **state)
{
  (void)state;
  const int gap[BARS - 1] = {4, 5, 12, 4, 5, 12, 4, 5, 12, 5, 4};
  for (int number = 0; number < 2; number++) {
    lenet_read_digit digit[BARS] = {0};
    for (int i = 0; i < BARS; i++)
      digit[i].choice[0].character = (char)(!number ? 'n' : i % 3 == 2 ? '.' : '4');
    find_spaces(gap, digit);
    for (int i = 1; i < BARS; i++)
      assert_int_equal(digit[i].spaces, !number && gap[i - 1] == 12);
  }
}

/* Thousands of short lines go by a few hundred gaps each, not by all: that took hours. */
static void test_many_short_lines(void **state)
{
  (void)state;
  enum { LINES = 3000, GAPS = 10 };
  static double gap[LINES][GAPS], step[LINES][GAPS];
  static lenet_read_digit digit[LINES][GAPS + 1];
  static lenet_read_line read[LINES];
  static lenet_gaps gaps[LINES];
  for (int i = 0; i < LINES; i++) {
    read[i] = (lenet_read_line){GAPS + 1, digit[i], 1};
    gaps[i] = (lenet_gaps){GAPS, X_HEIGHT, gap[i], step[i]};
    for (int k = 0; k < GAPS; k++) {
      gap[i][k] = k == 4 ? 0.6 : 0.2;
      step[i][k] = 1.0 + 0.01 * ((i * GAPS + k) % 37);
    }
  }
  assert_int_equal(lenet_spaces_find(gaps, LINES, read, NULL), LENET_OK);
  for (int k = 1; k <= GAPS; k++)
    assert_int_equal(digit[0][k].spaces, digit[LINES - 1][k].spaces);
}

/* A short line alone has a space; where another line is as large and has wide gaps between letters,
 * it has none. */
static void test_short_line(void **state)
{
  (void)state;
  double gap[] = {0.2, 0.55}, step[] = {0.8, 1.35};
  lenet_read_digit digit[BARS] = {0}, more[BARS] = {0};
  lenet_read_line read[2] = {{3, digit, 1}, {BARS, more, 1}};
  lenet_gaps gaps[2] = {{2, X_HEIGHT, gap, step}};
  assert_int_equal(lenet_spaces_find(gaps, 1, read, NULL), LENET_OK);
  assert_int_equal(digit[1].spaces, 0);
  assert_int_equal(digit[2].spaces, 1);
  const int wide[BARS - 1] = {6, 8, 11, 20, 7, 11, 10, 8, 11, 21, 9};
  measure_gaps(wide, &gaps[1]);
  assert_int_equal(lenet_spaces_find(gaps, 2, read, NULL), LENET_OK);
  assert_int_equal(digit[2].spaces, 0);
  assert_int_equal(more[4].spaces, 1);
  gaps[1].x_height = 2 * X_HEIGHT; /* of another size it says nothing */
  assert_int_equal(lenet_spaces_find(gaps, 2, read, NULL), LENET_OK);
  assert_int_equal(digit[2].spaces, 1);
  lenet_gaps_free(&gaps[1]);
}

/* All steps are of 22 pixels or of two of them: a typewriter, whose paper between letters is no
 * space. */
static void test_pitch(void **state)
{
  (void)state;
  lenet_read_digit digit[BARS] = {0};
  const int gap[BARS - 1] = {14, 14, 36, 14, 14, 14, 36, 14, 14, 58, 14};
  find_spaces(gap, digit);
  for (int i = 1; i < BARS; i++)
    assert_int_equal(digit[i].spaces, (gap[i - 1] - 14) / 22);
}

/* ------------------------------------------------------------------ parts in lines -------- */

enum { SHEET_WIDE = 400, SHEET_HIGH = 240 };

static void stroke(uint8_t *sheet, int left, int top, int width, int height)
{
  for (int y = top; y < top + height; y++)
    memset(sheet + y * SHEET_WIDE + left, 0, (size_t)width);
}

/* Stems 16 pixels high in a row. */
static void stems(uint8_t *sheet, int left, int top, int count)
{
  for (int i = 0; i < count; i++)
    stroke(sheet, left + 12 * i, top, 3, 16);
}

/* All ink belongs to one of so many lines. */
static void assert_lines(uint8_t *sheet, int lines)
{
  const lenet_image image = {SHEET_WIDE, SHEET_HIGH, sheet};
  lenet_sheet_of_lines page;
  assert_int_equal(lenet_lines_of_image(&image, LENET_TEXT, &page, NULL), LENET_OK);
  assert_int_equal(page.lines.count, lines);
  for (int i = 0; i < page.parts.count; i++)
    assert_in_range(page.parts.part[i].line, 0, lines - 1);
  lenet_lines_of_image_free(&page);
}

/* The two strokes of = between wide spaces are neither rules nor what letters are measured by. */
static void test_equals_sign(void **state)
{
  (void)state;
  static uint8_t sheet[SHEET_WIDE * SHEET_HIGH];
  memset(sheet, 255, sizeof sheet);
  stems(sheet, 40, 100, 1);
  stroke(sheet, 75, 103, 17, 3);
  stroke(sheet, 75, 110, 17, 3);
  stems(sheet, 115, 100, 1);
  assert_lines(sheet, 1);
}

/* Type four times as high as the rest is no blot, and its points, as high as small letters, stand
 * in its line. */
static void test_heading(void **state)
{
  (void)state;
  static uint8_t sheet[SHEET_WIDE * SHEET_HIGH];
  memset(sheet, 255, sizeof sheet);
  for (int i = 0; i < 5; i++)
    stroke(sheet, 40 + 50 * i, 30, 10, 64);
  stroke(sheet, 270, 83, 11, 11);
  stems(sheet, 40, 140, 20);
  stems(sheet, 40, 180, 20);
  assert_lines(sheet, 3);
}

/* ------------------------------------------------------------------ whose ink ------------- */

/* A letter of 20x20 and a point of 3x3 beside it: the two together are none of them, little though
 * the point is. */
static void test_owners(void **state)
{
  (void)state;
  enum { W = 30, H = 24 };
  uint8_t value[W * H] = {0}, owner[W * H];
  int cut[2 * H];
  memset(owner, LENET_NO_OWNER, sizeof owner);
  for (int y = 2; y < 22; y++)
    for (int x = 2; x < 22; x++) {
      value[y * W + x] = 255;
      owner[y * W + x] = 0;
    }
  for (int y = 19; y < 22; y++)
    for (int x = 25; x < 28; x++) {
      value[y * W + x] = 255;
      owner[y * W + x] = 1;
    }
  for (int y = 0; y < H; y++) {
    cut[y] = 0;
    cut[H + y] = W;
  }
  const lenet_owners owners = {.width = W, .height = H, .owner = owner, .count = 2};
  const lenet_line line = {.width = W, .height = H, .value = value};
  lenet_cuts cuts = {.count = 1, .height = H, .x = cut};
  const lenet_extent all = {2, 2, 28, 22};
  double whole[2] = {1e-9, 1e-9};
  lenet_owners_weigh(&owners, &line, whole);
  assert_true(fabs(whole[0] - 400 * 255) < 1 && fabs(whole[1] - 9 * 255) < 1);
  assert_int_equal(lenet_owners_of(&owners, &line, &cuts, 0, 0, &all, whole), -1);
  for (int y = 0; y < H; y++)
    cut[H + y] = 23;
  assert_int_equal(lenet_owners_of(&owners, &line, &cuts, 0, 0, &all, whole), 0);
  for (int y = 0; y < H; y++)
    cut[H + y] = 10;
  assert_int_equal(lenet_owners_of(&owners, &line, &cuts, 0, 0, &all, whole), -1);
}

/* ------------------------------------------------------------------ as a text ------------- */

static void test_text(void **state)
{
  (void)state;
  lenet_read_digit digit[3] = {{.character = 'a', .confidence = 0.9F},
                               {.character = 'b', .confidence = 0.2F, .spaces = 1},
                               {.character = '3', .digit = 3, .confidence = 0.8F}};
  const lenet_read_line line = {3, digit, 0.5F};
  char text[16];
  assert_int_equal(lenet_read_text(&line, 0, text, sizeof text), 4);
  assert_string_equal(text, "a b3");
  assert_int_equal(lenet_read_text(&line, 0.5, text, sizeof text), 6);
  assert_string_equal(text, "a \xEF\xBF\xBD"
                            "3");
  assert_int_equal(lenet_read_text(&line, 0.5, NULL, 0), 6);
  for (size_t room = 1; room < 8; room++) {
    memset(text, 'x', sizeof text);
    assert_int_equal(lenet_read_text(&line, 0.5, text, room), 6);
    assert_true(strlen(text) < room);
    assert_true(room > 6 || strchr(text, '\xEF') == NULL || strchr(text, '\xBD') != NULL);
  }
}

/* ------------------------------------------------------------------ from the press -------- */

static lenet_press *open_press(lenet_font_part part)
{
  lenet_press *press = NULL;
  lenet_error error;
  const lenet_status status = lenet_press_open(part, &press, &error);
  if (status == LENET_NO_DATA || status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_OK);
  return press;
}

static void test_press_of_no_part(void **state)
{
  lenet_press *press = NULL;
  lenet_error error;
  (void)state;
  assert_int_equal(lenet_press_open(LENET_FONT_PARTS, &press, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_press_open((lenet_font_part)-1, &press, &error), LENET_BAD_ARGUMENT);
  assert_null(press);
}

/* Levenshtein's. */
static size_t distance(const char *a, const char *b)
{
  size_t row[512], columns = strlen(b);
  assert_true(columns < 512);
  for (size_t j = 0; j <= columns; j++)
    row[j] = j;
  for (size_t i = 1; a[i - 1]; i++) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= columns; j++) {
      const size_t changed = corner + (a[i - 1] != b[j - 1]);
      const size_t other = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
      corner = row[j];
      row[j] = changed < other ? changed : other;
    }
  }
  return row[columns];
}

/* Boxes lie in the page around ink, and the same page comes again. */
static void test_page(void **state)
{
  (void)state;
  lenet_press *press = open_press(LENET_FONTS_TRAIN);
  lenet_print_page page, again;
  assert_int_equal(lenet_press_page(press, 40, 1, 1, &page, NULL), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_press_page(press, 601, 1, 1, &page, NULL), LENET_BAD_ARGUMENT);
  for (uint64_t i = 1; i <= 4; i++) {
    assert_int_equal(lenet_press_page(press, 100, 3, i, &page, NULL), LENET_OK);
    assert_int_equal(lenet_press_page(press, 100, 3, i, &again, NULL), LENET_OK);
    assert_int_equal(page.width, again.width);
    assert_int_equal(page.height, again.height);
    assert_memory_equal(page.pixels, again.pixels, (size_t)page.width * (size_t)page.height);
    assert_true(page.line_count >= 6 && page.line_count <= 18);
    for (int l = 0; l < page.line_count; l++) {
      const lenet_print_line *line = &page.line[l];
      assert_string_equal(line->text, again.line[l].text);
      assert_true(line->text[0] > ' ');
      for (size_t k = 0; line->text[k]; k++) {
        const lenet_print_box *b = &line->box[k];
        assert_true(line->text[k] >= ' ' && line->text[k] <= '~');
        if (line->text[k] == ' ') {
          assert_true(b->width == 0 && line->text[k + 1] > ' ');
          continue;
        }
        assert_true(b->width > 0 && b->height > 0 && b->x >= 0 && b->y >= 0);
        assert_true(b->x + b->width <= page.width && b->y + b->height <= page.height);
      }
    }
    lenet_print_page_free(&page);
    lenet_print_page_free(&again);
  }
  lenet_press_free(press);
}

static void test_pieces(void **state)
{
  (void)state;
  enum { MOST = 2000 };
  lenet_press *press = open_press(LENET_FONTS_TRAIN);
  uint8_t *pictures = malloc(MOST * 28 * 28), *labels = malloc(MOST);
  size_t count = 0, whole = 0, all = 0;
  assert_non_null(pictures);
  assert_non_null(labels);
  for (uint64_t page = 1; page <= 5; page++) {
    assert_int_equal(lenet_press_pieces(press, 1, page, MOST, &count, pictures, labels, NULL),
                     LENET_OK);
    assert_true(count > 10 && count <= MOST);
    all += count;
    for (size_t i = 0; i < count; i++) {
      assert_true(labels[i] > 0 && labels[i] <= 95);
      whole += labels[i] < 95;
    }
  }
  assert_true(4 * whole > all);
  assert_int_equal(lenet_press_pieces(press, 1, 1, 7, &count, pictures, labels, NULL), LENET_OK);
  assert_int_equal(count, 7);
  free(pictures);
  free(labels);
  lenet_press_free(press);
}

/* Of a page, lines as many as were printed, spaces among the characters, most of all characters
 * right; the choices are in order and boxes in the page. */
static void test_reading(void **state)
{
  (void)state;
  lenet_press *press = open_press(LENET_FONTS_TRAIN);
  lenet_reader *reader;
  lenet_prediction prediction;
  assert_int_equal(lenet_reader_create_text(NULL, LENET_ISA_BEST, &reader, NULL), LENET_OK);
  for (uint64_t i = 1; i <= 3; i++) {
    lenet_print_page page;
    lenet_reading reading;
    size_t wrong = 0, all = 0;
    assert_int_equal(lenet_press_page(press, 200, 8, i, &page, NULL), LENET_OK);
    const lenet_image image = {page.width, page.height, page.pixels};
    assert_int_equal(lenet_read(reader, &image, &reading, NULL), LENET_OK);
    assert_int_equal(reading.count, page.line_count);
    for (int l = 0; l < reading.count; l++) {
      char text[512];
      lenet_read_text(&reading.line[l], 0, text, sizeof text);
      wrong += distance(page.line[l].text, text);
      all += strlen(page.line[l].text);
      for (int k = 0; k < reading.line[l].count; k++) {
        const lenet_read_digit *d = &reading.line[l].digit[k];
        assert_true(d->character > ' ' && d->character <= '~');
        assert_true(d->choices >= 1 && d->choices <= LENET_CHOICES);
        assert_int_equal(d->choice[0].character, d->character);
        assert_int_equal(d->digit,
                         d->character >= '0' && d->character <= '9' ? d->character - '0' : -1);
        assert_true(d->confidence >= 0 && d->confidence <= 1.0001F);
        assert_true(d->x >= 0 && d->y >= 0 && d->x + d->width <= page.width);
        assert_true(d->y + d->height <= page.height);
      }
    }
    assert_true((double)wrong < 0.1 * (double)all);
    assert_int_equal(lenet_predict(reader, &image, &prediction, NULL), LENET_UNSUPPORTED);
    lenet_reading_free(&reading);
    lenet_print_page_free(&page);
  }
  lenet_reader_free(reader);
  lenet_press_free(press);
}

/* Regular, of a family that is there. */
static const lenet_face *face_of(const lenet_fonts *fonts, const char *family)
{
  for (size_t f = 0; f < lenet_fonts_families(fonts); f++)
    for (size_t i = 0; i < lenet_fonts_faces(fonts, f); i++) {
      const lenet_face *face = lenet_fonts_face(fonts, f, i);
      if (strcmp(face->family, family) == 0 &&
          (strcmp(face->style, "Regular") == 0 || strcmp(face->style, "Book") == 0))
        return face;
    }
  return NULL;
}

/* Clean black lines on white, each below the last; what is read of them, line by line. */
static void read_drawn(lenet_reader *reader, const lenet_press *press, const lenet_face *face,
                       const char *const *line, int lines, char *text, size_t room)
{
  enum { W = 420, H = 320, SIZE = 32 };
  static uint8_t pixels[W * H];
  const lenet_type type = {.size = SIZE};
  lenet_reading reading;
  memset(pixels, 0, sizeof pixels);
  for (int i = 0; i < lines; i++)
    assert_int_equal(lenet_fonts_draw(press->fonts, face, &type, line[i], 30, 60 + 48 * i, pixels,
                                      W, H, NULL, NULL, NULL),
                     LENET_OK);
  for (int i = 0; i < W * H; i++)
    pixels[i] = (uint8_t)(255 - pixels[i]);
  const lenet_image image = {W, H, pixels};
  assert_int_equal(lenet_read(reader, &image, &reading, NULL), LENET_OK);
  size_t used = 0;
  text[0] = '\0';
  for (int i = 0; i < reading.count; i++) {
    used += lenet_read_text(&reading.line[i], 0, text + used, room - used);
    assert_true(used + 2 < room);
    text[used++] = '\n';
    text[used] = '\0';
  }
  lenet_reading_free(&reading);
}

/* Words without a space, a column of numbers and letters alone, one to a picture: nothing but their
 * own gaps and heights tells what they are. */
static void test_few_characters(void **state)
{
  (void)state;
  static const char *const families[] = {"DejaVu Sans", "Liberation Sans"};
  static const char *const alone[] = {"Hello",  "million", "2024", "Total", "Settings", "quick",
                                      "street", "A",       "4",    "L",     "P",        "T",
                                      "H",      "E",       "7",    "2",     NULL};
  static const char *const column[] = {"12.50", "1,300.00", "9.99", "88,412.10", "0.05"};
  lenet_press *press = open_press(LENET_FONTS_TRAIN);
  lenet_reader *reader;
  char text[256], wanted[256];
  assert_int_equal(lenet_reader_create_text(NULL, LENET_ISA_BEST, &reader, NULL), LENET_OK);
  for (size_t f = 0; f < sizeof families / sizeof *families; f++) {
    const lenet_face *face = face_of(press->fonts, families[f]);
    if (!face)
      continue;
    for (const char *const *word = alone; *word; word++) {
      snprintf(wanted, sizeof wanted, "%s\n", *word);
      read_drawn(reader, press, face, word, 1, text, sizeof text);
      assert_string_equal(text, wanted);
    }
    read_drawn(reader, press, face, column, 5, text, sizeof text);
    assert_string_equal(text, "12.50\n1,300.00\n9.99\n88,412.10\n0.05\n");
  }
  lenet_reader_free(reader);
  lenet_press_free(press);
}

/* Models that know other classes are refused. */
static void test_other_models(void **state)
{
  (void)state;
  lenet_model *model;
  lenet_reader *reader = NULL;
  assert_int_equal(lenet_builtin_load("lenet5", &model, NULL), LENET_OK);
  assert_int_equal(lenet_reader_create_text(model, LENET_ISA_BEST, &reader, NULL),
                   LENET_BAD_ARGUMENT);
  assert_null(reader);
  lenet_model_free(model);
}

/* A picture of one tone, one of a pixel, one letter: no lines, no lines, one line at most. */
static void test_little(void **state)
{
  (void)state;
  static uint8_t pixels[64 * 64];
  lenet_reader *reader;
  lenet_reading reading;
  assert_int_equal(lenet_reader_create_text(NULL, LENET_ISA_BEST, &reader, NULL), LENET_OK);
  memset(pixels, 200, sizeof pixels);
  for (int side = 1; side <= 64; side += 63) {
    const lenet_image image = {side, side, pixels};
    assert_int_equal(lenet_read(reader, &image, &reading, NULL), LENET_OK);
    assert_int_equal(reading.count, 0);
    lenet_reading_free(&reading);
  }
  for (int y = 16; y < 48; y++) /* l */
    memset(pixels + y * 64 + 30, 20, 5);
  const lenet_image image = {64, 64, pixels};
  assert_int_equal(lenet_read(reader, &image, &reading, NULL), LENET_OK);
  assert_true(reading.count <= 1);
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frame),
      cmocka_unit_test(test_frame_ends),
      cmocka_unit_test(test_stand),
      cmocka_unit_test(test_stand_without_ink),
      cmocka_unit_test(test_stand_between),
      cmocka_unit_test(test_stand_of_one),
      cmocka_unit_test(test_spaces),
      cmocka_unit_test(test_one_word),
      cmocka_unit_test(test_number),
      cmocka_unit_test(test_short_line),
      cmocka_unit_test(test_pitch),
      cmocka_unit_test(test_owners),
      cmocka_unit_test(test_text),
      cmocka_unit_test(test_page),
      cmocka_unit_test(test_pieces),
      cmocka_unit_test(test_reading),
      cmocka_unit_test(test_few_characters),
      cmocka_unit_test(test_other_models),
      cmocka_unit_test(test_little),
      cmocka_unit_test(test_many_short_lines),
      cmocka_unit_test(test_equals_sign),
      cmocka_unit_test(test_heading),
      cmocka_unit_test(test_press_of_no_part),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
