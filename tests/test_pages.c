/* Pages of handwritten lines: the same for the same place, and their truth is true. */
#define _XOPEN_SOURCE 700
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lenet.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>

enum { SIDE = 28, AREA = SIDE * SIDE };

static lenet_dataset *open_set(const char *set)
{
  lenet_dataset *dataset = NULL;
  assert_int_equal(lenet_dataset_open(set, LENET_TRAIN, NULL, &dataset, NULL), LENET_OK);
  return dataset;
}

/* ------------------------------------------------------------------ sets by hand ---------- */

/* The training split of MNIST's files, [count] pictures with these labels. */
static lenet_dataset *write_set(void **state, const char *folder, int side, const uint8_t *pixels,
                                const uint8_t *labels, int count)
{
  char name[128], path[SCRATCH_PATH];
  uint8_t bytes[16 + 40 * AREA] = {
      0, 0, 8, 3, 0, 0, 0, (uint8_t)count, 0, 0, 0, (uint8_t)side, 0, 0, 0, (uint8_t)side};
  const size_t size = (size_t)count * (size_t)side * (size_t)side;
  memcpy(bytes + 16, pixels, size);
  snprintf(name, sizeof name, "%s/train-images-idx3-ubyte", folder);
  scratch_write(state, name, bytes, 16 + size);
  uint8_t head[8 + 40] = {0, 0, 8, 1, 0, 0, 0, (uint8_t)count};
  memcpy(head + 8, labels, (size_t)count);
  snprintf(name, sizeof name, "%s/train-labels-idx1-ubyte", folder);
  scratch_write(state, name, head, 8 + (size_t)count);
  return open_set(scratch_path(state, folder, path));
}

/* Ten upright bars, 20 high; that of label d is 4 + d wide. */
static lenet_dataset *write_bars(void **state)
{
  static uint8_t pixels[10][SIDE][SIDE];
  uint8_t labels[10];
  for (int d = 0; d < 10; d++) {
    labels[d] = (uint8_t)d;
    for (int y = 4; y < 24; y++)
      memset(&pixels[d][y][8], 255, (size_t)(4 + d));
  }
  return write_set(state, "bars", SIDE, &pixels[0][0][0], labels, 10);
}

/* ------------------------------------------------------------------ the same -------------- */

static void assert_same_page(const lenet_page *a, const lenet_page *b)
{
  assert_int_equal(a->width, b->width);
  assert_int_equal(a->height, b->height);
  assert_int_equal(a->jpeg_quality, b->jpeg_quality);
  assert_int_equal(a->line_count, b->line_count);
  assert_memory_equal(a->pixels, b->pixels, 3 * (size_t)a->width * (size_t)a->height);
  for (int i = 0; i < a->line_count; i++) {
    assert_int_equal(a->line[i].count, b->line[i].count);
    for (int j = 0; j < a->line[i].count; j++) {
      const lenet_page_digit *p = &a->line[i].digit[j], *q = &b->line[i].digit[j];
      assert_true(p->digit == q->digit && p->sample == q->sample && p->x == q->x && p->y == q->y &&
                  p->width == q->width && p->height == q->height);
    }
  }
}

static void make(const lenet_dataset *digits, uint64_t seed, uint64_t index, lenet_page *page)
{
  lenet_error error = {.message = ""};
  if (lenet_page_make(digits, seed, index, page, &error) != LENET_OK)
    fail_msg("page %d: %s", (int)index, error.message);
}

static void test_same_place_same_page(void **state)
{
  (void)state;
  lenet_dataset *digits = open_set("synthetic:300");
  const uint64_t places[][2] = {{1, 1}, {42, 7}, {UINT64_MAX, UINT64_MAX}};
  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
    lenet_page once, between, again;
    make(digits, places[i][0], places[i][1], &once);
    make(digits, 5, 1234, &between);
    make(digits, places[i][0], places[i][1], &again);
    assert_same_page(&once, &again);
    assert_true(between.width != once.width || between.height != once.height);
    lenet_page_free(&once);
    lenet_page_free(&between);
    lenet_page_free(&again);
  }
  lenet_dataset_free(digits);
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const uint8_t *bytes, size_t size)
{
  uint64_t h = 14695981039346656037u;
  for (size_t i = 0; i < size; i++)
    h = (h ^ bytes[i]) * 1099511628211u;
  return h;
}

/* The same bytes on every machine: pages of bars, which need no mathematical library. */
static void test_seed_keeps_its_meaning(void **state)
{
  lenet_dataset *digits = write_bars(state);
  uint64_t h = 0;
  for (uint64_t index = 1; index <= 12; index++) {
    lenet_page page;
    make(digits, 1, index, &page);
    h ^= hash(page.pixels, 3 * (size_t)page.width * (size_t)page.height) + index;
    lenet_page_free(&page);
  }
  lenet_dataset_free(digits);
  if (h != UINT64_C(0x280f4f51daa34c2b))
    fail_msg("the pages are others: 0x%016llx", (unsigned long long)h);
}

/* ------------------------------------------------------------------ the truth ------------- */

static double brightness(const lenet_page *page, int x, int y)
{
  const uint8_t *p = page->pixels + 3 * ((size_t)y * (size_t)page->width + (size_t)x);
  return 0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2];
}

/* True where the pixel lies in the box of any digit of the page. */
static bool is_in_a_box(const lenet_page *page, int x, int y)
{
  for (int i = 0; i < page->line_count; i++)
    for (int j = 0; j < page->line[i].count; j++) {
      const lenet_page_digit *d = &page->line[i].digit[j];
      if (x >= d->x - 2 && x < d->x + d->width + 2 && y >= d->y - 2 && y < d->y + d->height + 2)
        return true;
    }
  return false;
}

/* Mean brightness of the box, and of a rim of 5 pixels around it without what belongs to others. */
static void look(const lenet_page *page, const lenet_page_digit *d, double *within, double *around)
{
  double sum[2] = {0};
  int count[2] = {0};
  for (int y = d->y - 7; y < d->y + d->height + 7; y++)
    for (int x = d->x - 7; x < d->x + d->width + 7; x++) {
      if (x < 0 || y < 0 || x >= page->width || y >= page->height)
        continue;
      const bool in = x >= d->x && x < d->x + d->width && y >= d->y && y < d->y + d->height;
      if (!in && is_in_a_box(page, x, y))
        continue;
      sum[in] += brightness(page, x, y);
      count[in]++;
    }
  assert_true(count[0] > 0);
  *within = sum[1] / count[1];
  *around = sum[0] / count[0];
}

static void check_place(const lenet_page *page, const lenet_dataset *digits, int i, int j)
{
  const lenet_page_line *line = &page->line[i];
  const lenet_page_digit *d = &line->digit[j];
  assert_true(d->sample < lenet_dataset_samples(digits).count);
  assert_int_equal(d->digit, lenet_dataset_label(digits, d->sample));
  assert_true(d->width >= 1 && d->height >= 10 && d->height <= 140);
  assert_true(d->x >= 0 && d->y >= 0);
  assert_true(d->x + d->width <= page->width && d->y + d->height <= page->height);
  if (j > 0)
    assert_true(2 * d->x + d->width > 2 * d[-1].x + d[-1].width);
}

static double middle_of(const lenet_page_line *line)
{
  double sum = 0;
  for (int j = 0; j < line->count; j++)
    sum += line->digit[j].y + 0.5 * line->digit[j].height;
  return sum / line->count;
}

/* Lines stand clear of each other, whatever their slants. */
static void check_lines(const lenet_page *page, int i)
{
  const lenet_page_line *line = &page->line[i];
  assert_true(middle_of(line) > middle_of(line - 1));
  for (int j = 0; j < line->count; j++)
    for (int k = 0; k < line[-1].count; k++) {
      const lenet_page_digit *a = &line[-1].digit[k], *b = &line->digit[j];
      assert_false(a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
                   b->y < a->y + a->height);
    }
}

/* Boxes hold ink: all of a page's are darker than what is around them, or all brighter. A shadow's
 * edge beside a digit may hide that from this test, but hardly ever does. */
static void test_truth_is_true(void **state)
{
  (void)state;
  lenet_dataset *digits = open_set("synthetic:300");
  int seen = 0, faint = 0, dark_pages = 0, jpegs = 0;
  enum { PAGES = 60 };
  for (uint64_t index = 1; index <= PAGES; index++) {
    lenet_page page;
    make(digits, 3, index, &page);
    assert_in_range(page.width, LENET_PAGE_LEAST_WIDTH, LENET_PAGE_MOST_WIDTH);
    assert_in_range(page.line_count, 1, LENET_PAGE_LINES);
    assert_true(page.jpeg_quality == 0 || (page.jpeg_quality >= 35 && page.jpeg_quality <= 95));
    jpegs += page.jpeg_quality > 0;
    int brighter = 0, darker = 0;
    for (int i = 0; i < page.line_count; i++) {
      assert_in_range(page.line[i].count, 1, LENET_PAGE_DIGITS);
      for (int j = 0; j < page.line[i].count; j++) {
        double within, around;
        check_place(&page, digits, i, j);
        look(&page, &page.line[i].digit[j], &within, &around);
        brighter += within > around;
        darker += within < around;
        seen++;
        faint += fabs(within - around) < 0.05 * around;
      }
      if (i > 0)
        check_lines(&page, i);
    }
    assert_in_range(brighter < darker ? brighter : darker, 0, (brighter + darker) / 10);
    dark_pages += brighter > darker;
    lenet_page_free(&page);
  }
  lenet_dataset_free(digits);
  assert_true(seen > 5 * PAGES);
  assert_in_range(faint, 0, seen / 50);
  assert_in_range(dark_pages, 2, PAGES / 3);
  assert_in_range(jpegs, PAGES / 4, 3 * PAGES / 4);
}

/* Bars 20 high and 4 + d wide stay that, but for the hand's width (0.85 to 1.2, less or more from
 * digit to digit), its lean and the camera. */
static void test_boxes_fit_the_ink(void **state)
{
  lenet_dataset *digits = write_bars(state);
  int wide_seen = 0;
  for (uint64_t index = 1; index <= 30; index++) {
    lenet_page page;
    make(digits, 2, index, &page);
    for (int i = 0; i < page.line_count; i++)
      for (int j = 0; j < page.line[i].count; j++) {
        const lenet_page_digit *d = &page.line[i].digit[j];
        const double plain = d->height * (4 + d->digit) / 20.0;
        assert_true(d->width > 0.6 * plain - 2);
        assert_true(d->width < 1.5 * plain + 0.5 * d->height);
        wide_seen += d->digit > 5;
      }
    lenet_page_free(&page);
  }
  lenet_dataset_free(digits);
  assert_true(wide_seen > 0);
}

/* ------------------------------------------------------------------ refusals -------------- */

static void refuse(lenet_dataset *dataset, const char *reason)
{
  lenet_page page = {.width = 77};
  lenet_error error;
  assert_int_equal(lenet_page_make(dataset, 1, 1, &page, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, reason));
  assert_int_equal(page.width, 77);
  assert_int_equal(lenet_page_make(dataset, 1, 1, &page, NULL), LENET_BAD_ARGUMENT);
  lenet_dataset_free(dataset);
}

static void write_class(void **state, const char *folder, const char *name)
{
  char path[128];
  uint8_t picture[13 + AREA] = "P5 28 28 255\n";
  memset(picture + 13, 255, AREA);
  memset(picture + 13 + 10 * SIDE, 0, 5 * SIDE);
  for (int i = 1; i <= 6; i++) {
    snprintf(path, sizeof path, "%s/%s/%d.pgm", folder, name, i);
    scratch_write(state, path, picture, sizeof picture);
  }
}

static void test_what_holds_no_digits(void **state)
{
  static const uint8_t nothing[4 * AREA];
  static const uint8_t labels[4] = {0, 1, 2, 3};
  static const uint8_t small[4 * 16 * 16] = {255};
  char path[SCRATCH_PATH], name[8];
  refuse(write_set(state, "blank", SIDE, nothing, labels, 4), "no ink");
  refuse(write_set(state, "small", 16, small, labels, 4), "16x16");
  write_class(state, "things", "3");
  write_class(state, "things", "boots");
  refuse(open_set(scratch_path(state, "things", path)), "'boots'");
  for (int i = 0; i < 11; i++) {
    snprintf(name, sizeof name, "%d", i);
    write_class(state, "many", name);
  }
  refuse(open_set(scratch_path(state, "many", path)), "11 classes");
}

/* The name of a class counts, not its place among the classes. */
static void test_digits_are_names_of_classes(void **state)
{
  char path[SCRATCH_PATH];
  write_class(state, "seven", "7");
  write_class(state, "seven", "9");
  lenet_dataset *digits = open_set(scratch_path(state, "seven", path));
  lenet_page page;
  make(digits, 1, 1, &page);
  for (int j = 0; j < page.line[0].count; j++)
    assert_true(page.line[0].digit[j].digit == 7 || page.line[0].digit[j].digit == 9);
  lenet_page_free(&page);
  assert_null(page.pixels);
  lenet_page_free(&page);
  lenet_dataset_free(digits);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_place_same_page),
      cmocka_unit_test_setup_teardown(test_seed_keeps_its_meaning, scratch_make, scratch_remove),
      cmocka_unit_test(test_truth_is_true),
      cmocka_unit_test_setup_teardown(test_boxes_fit_the_ink, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_what_holds_no_digits, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_digits_are_names_of_classes, scratch_make,
                                      scratch_remove),
  };
  return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
