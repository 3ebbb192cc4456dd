/* Printed characters: their codes against the paper's, look-alikes, and drawn glyphs, which keep
 * their height and place on the line. */
#include "lenet.h"

#include "data/glyphs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AREA = 28 * 28 };

/* ------------------------------------------------------------------ classes --------------- */

/* tests/golden/codes_ascii.txt has the 96 codes of Fig. 3 as they stand in the paper's PDF: the
 * number of the character, then 12 rows of `.` and `#`. */
static void test_codes(void **state)
{
  (void)state;
  char path[1024], row[32];
  const char *source = getenv("LENET_SOURCE_DIR");
  snprintf(path, sizeof path, "%s/tests/golden/codes_ascii.txt", source ? source : ".");
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  int seen = 0, number;
  while (fscanf(file, "%d", &number) == 1) {
    lenet_real code[LENET_CODE_CELLS], digit[LENET_CODE_CELLS];
    if (number < 127)
      lenet_class_code(LENET_CHARACTERS, number - ' ', code);
    for (int i = 0; i < LENET_CODE_ROWS; i++) {
      assert_int_equal(fscanf(file, "%31s", row), 1);
      assert_int_equal(strlen(row), LENET_CODE_COLUMNS);
      for (int j = 0; j < LENET_CODE_COLUMNS && number < 127; j++)
        assert_true(code[i * LENET_CODE_COLUMNS + j] == (row[j] == '#' ? 1 : -1));
    }
    if (number >= '0' && number <= '9') {
      lenet_class_code(10, number - '0', digit);
      assert_memory_equal(digit, code, sizeof code);
    }
    seen++;
  }
  fclose(file);
  assert_int_equal(seen, 96); /* the last is that of no printable character */
}

static void test_names(void **state)
{
  (void)state;
  char name[LENET_CLASS_NAME];
  assert_int_equal(lenet_class_character(10, 7), '7');
  assert_int_equal(lenet_class_character(11, 10), 0);
  assert_int_equal(lenet_class_character(95, 0), ' ');
  assert_int_equal(lenet_class_character(95, 33), 'A');
  assert_int_equal(lenet_class_character(96, 94), '~');
  assert_int_equal(lenet_class_character(96, 95), 0);
  assert_int_equal(lenet_class_character(26, 3), 0);
  lenet_class_name(10, 9, name);
  assert_string_equal(name, "9");
  lenet_class_name(11, 10, name);
  assert_string_equal(name, "no digit");
  lenet_class_name(95, 0, name);
  assert_string_equal(name, "space");
  lenet_class_name(95, 15, name);
  assert_string_equal(name, "/");
  lenet_class_name(96, 95, name);
  assert_string_equal(name, "no character");
  lenet_class_name(26, 25, name);
  assert_string_equal(name, "25");
  assert_true(lenet_has_codes(2) && lenet_has_codes(10) && lenet_has_codes(95));
  assert_false(lenet_has_codes(11) || lenet_has_codes(96) || lenet_has_codes(0));
}

static void test_look_alikes(void **state)
{
  (void)state;
  assert_string_equal(lenet_look_alikes('0'), lenet_look_alikes('o'));
  assert_string_equal(lenet_look_alikes('1'), lenet_look_alikes('|'));
  assert_string_equal(lenet_look_alikes('s'), lenet_look_alikes('S'));
  assert_null(lenet_look_alikes('A'));
  assert_null(lenet_look_alikes(0));
  /* A character is in one group at most. */
  for (int c = ' '; c <= '~'; c++)
    for (const char *other = lenet_look_alikes(c); other && *other; other++)
      assert_ptr_equal(lenet_look_alikes(*other), lenet_look_alikes(c));
}

/* 0 read as O is right where look-alikes count as one, as 8 it is not; 8 read as B is wrong too. */
static void test_errors_but_alike(void **state)
{
  (void)state;
  static lenet_measure m;
  m = (lenet_measure){.samples = 100, .errors = 17};
  m.confusion['0' - ' ']['O' - ' '] = 5;
  m.confusion['0' - ' ']['8' - ' '] = 2;
  m.confusion['8' - ' ']['B' - ' '] = 3;
  m.confusion['c' - ' ']['C' - ' '] = 4;
  m.confusion['c' - ' ']['e' - ' '] = 3;
  m.confusion['A' - ' ']['A' - ' '] = 83;
  assert_int_equal(lenet_errors_but_alike(&m, 95, 0, 95), 8);
  assert_int_equal(lenet_errors_but_alike(&m, 95, '0' - ' ', 10), 5);
}

/* ------------------------------------------------------------------ glyphs ---------------- */

/* The first and last row with half of full ink; false where there is none. */
static bool rows_of(const uint8_t *pixels, int *top, int *bottom)
{
  *top = 28;
  *bottom = -1;
  for (int i = 0; i < AREA; i++)
    if (pixels[i] >= 128) {
      *top = i / 28 < *top ? i / 28 : *top;
      *bottom = i / 28;
    }
  return *bottom >= 0;
}

static lenet_dataset *open_glyphs(const char *set, lenet_split split)
{
  lenet_dataset *data = NULL;
  lenet_error error;
  const lenet_status status = lenet_dataset_open(set, split, NULL, &data, &error);
  if (status == LENET_NO_DATA || status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_OK);
  return data;
}

/* Means over many: the frame's promise, x on row 20 and 12 high, whatever the typeface. */
static void test_places(void **state)
{
  (void)state;
  static const struct place {
    char character;
    double top, bottom; /* rows, and how far a mean may be from them */
    double within;
  } places[] = {
      {'x', 9, 20, 0.6}, {'H', 4, 20, 1}, {'.', 18.5, 20, 1}, {'\'', 3.5, 9, 2}, {'_', 23, 24, 2}};
  lenet_dataset *data = open_glyphs("glyphs:6900", LENET_TRAIN);
  assert_int_equal(lenet_dataset_samples(data).count, 6900);
  assert_int_equal(lenet_dataset_samples(data).classes, 95);
  for (size_t p = 0; p < sizeof places / sizeof *places; p++) {
    double top = 0, bottom = 0, count = 0;
    for (size_t i = 0; i < 6900; i++) {
      int first, last;
      if (lenet_dataset_label(data, i) != places[p].character - ' ' ||
          !rows_of(lenet_dataset_pixels(data, i), &first, &last))
        continue;
      top += first;
      bottom += last;
      count++;
    }
    assert_true(count > 50);
    assert_true(top / count > places[p].top - places[p].within &&
                top / count < places[p].top + places[p].within);
    assert_true(bottom / count > places[p].bottom - places[p].within &&
                bottom / count < places[p].bottom + places[p].within);
  }
  lenet_dataset_free(data);
}

/* Of what is learned from each digit stands three times in 115 pictures, all else once; of what is
 * measured with, all alike. */
static void test_shares(void **state)
{
  (void)state;
  static const struct share {
    lenet_split split;
    size_t pictures, digits;
  } shares[] = {{LENET_TRAIN, 115, 3}, {LENET_TEST, 95, 1}};
  for (int s = 0; s < 2; s++) {
    lenet_dataset *data = open_glyphs("glyphs:690", shares[s].split);
    size_t seen[95] = {0};
    for (size_t i = 0; i < shares[s].pictures; i++)
      seen[lenet_dataset_label(data, i)]++;
    for (int c = 0; c < 95; c++)
      assert_int_equal(seen[c], c >= '0' - ' ' && c <= '9' - ' ' ? shares[s].digits : 1);
    lenet_dataset_free(data);
  }
}

static void test_set(void **state)
{
  (void)state;
  lenet_dataset *one = open_glyphs("glyphs:240,seed=3", LENET_TRAIN);
  lenet_dataset *same = open_glyphs("glyphs:120,seed=3", LENET_TRAIN);
  lenet_dataset *test = open_glyphs("glyphs:240,seed=3", LENET_TEST);
  assert_string_equal(lenet_dataset_class(one, 0), "space");
  assert_string_equal(lenet_dataset_class(one, 33), "A");
  assert_string_equal(lenet_dataset_place(one), "glyphs");
  assert_int_equal(lenet_dataset_samples(test).count, 100);
  size_t differ = 0;
  for (size_t i = 0; i < 100; i++) {
    const bool blank = lenet_dataset_label(one, i) == 0;
    int top, bottom;
    assert_true(blank != rows_of(lenet_dataset_pixels(one, i), &top, &bottom));
    /* Of one seed, the same pictures in any set where they are for training. */
    assert_memory_equal(lenet_dataset_pixels(one, i), lenet_dataset_pixels(same, i), AREA);
    differ += memcmp(lenet_dataset_pixels(one, i), lenet_dataset_pixels(test, i), AREA) != 0;
  }
  assert_true(differ > 95);
  lenet_dataset_free(one);
  lenet_dataset_free(same);
  lenet_dataset_free(test);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_codes),       cmocka_unit_test(test_names),
      cmocka_unit_test(test_look_alikes), cmocka_unit_test(test_errors_but_alike),
      cmocka_unit_test(test_places),      cmocka_unit_test(test_shares),
      cmocka_unit_test(test_set)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
