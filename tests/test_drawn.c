/* Print, and what is no digit: the same for the same place, in fixed shares, inside its frame. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/drawn.h"
#include "lenet.h"

#include <math.h>
#include <string.h>

enum { SIDE = 28, AREA = SIDE * SIDE };

typedef int (*drawing)(uint64_t seed, uint64_t index, uint8_t *pixels);

static const drawing drawings[] = {lenet_printed_digit, lenet_nondigit};

enum { DRAWINGS = sizeof drawings / sizeof drawings[0] };

static void test_same_place_same_picture(void **state)
{
  (void)state;
  const uint64_t places[][2] = {{0, 0}, {1, 7}, {42, 59999}, {1, UINT64_MAX}, {UINT64_MAX, 3}};
  for (int d = 0; d < DRAWINGS; d++)
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
      uint8_t once[AREA], between[AREA], again[AREA];
      int label = drawings[d](places[i][0], places[i][1], once);
      drawings[d](5, 1234, between);
      assert_int_equal(drawings[d](places[i][0], places[i][1], again), label);
      assert_memory_equal(once, again, AREA);
    }
}

static void test_other_place_other_picture(void **state)
{
  (void)state;
  /* Neighbours of one class and kind, in both halves of the index, and neighbouring seeds. */
  const uint64_t places[][2] = {{1, 4},  {1, 24},
                                {1, 44}, {1, 4 + (UINT64_C(20) << 32)},
                                {2, 4},  {1 + (UINT64_C(1) << 32), 4}};
  enum { PLACES = sizeof places / sizeof places[0] };
  for (int d = 0; d < DRAWINGS; d++) {
    uint8_t picture[PLACES][AREA];
    for (size_t i = 0; i < PLACES; i++)
      drawings[d](places[i][0], places[i][1], picture[i]);
    for (size_t i = 0; i < PLACES; i++)
      for (size_t j = 0; j < i; j++)
        assert_memory_not_equal(picture[i], picture[j], AREA);
  }
}

static void test_labels(void **state)
{
  (void)state;
  uint8_t pixels[AREA];
  for (uint64_t i = 0; i < 200; i++) {
    assert_int_equal(lenet_printed_digit(9, i, pixels), i % 10);
    assert_int_equal(lenet_nondigit(9, i, pixels), LENET_NONDIGIT);
  }
}

/* Each of 20 neighbours is what its kind draws from the same numbers. */
static void test_shares_of_kinds(void **state)
{
  (void)state;
  static void (*const kinds[])(lenet_rng *, uint8_t *) = {lenet_draw_scribble, lenet_draw_geometry,
                                                          lenet_draw_noise};
  static const int share[] = {4, 3, 3};
  for (uint64_t start = 0; start < 200; start += 7) {
    int count[3] = {0};
    for (uint64_t i = start; i < start + 20; i++) {
      uint8_t picture[AREA], expected[AREA];
      lenet_nondigit(1, i, picture);
      for (int k = 0; k < 3; k++) {
        lenet_rng rng = lenet_rng_at(1, LENET_STREAM_NONDIGITS, i);
        kinds[k](&rng, expected);
        count[k] += memcmp(picture, expected, AREA) == 0;
      }
    }
    for (int k = 0; k < 3; k++)
      assert_int_equal(count[k], share[k]);
  }
}

typedef struct frame {
  int wide, high, most; /* of the ink; its blackest */
  double x, y;          /* its centre of mass */
} frame;

static frame measure(const uint8_t *picture)
{
  double mass = 0, at_x = 0, at_y = 0;
  int left = SIDE, right = -1, top = SIDE, bottom = -1, most = 0;
  for (int i = 0; i < AREA; i++) {
    int x = i % SIDE, y = i / SIDE;
    if (picture[i] == 0)
      continue;
    mass += picture[i];
    at_x += picture[i] * x;
    at_y += picture[i] * y;
    most = picture[i] > most ? picture[i] : most;
    left = x < left ? x : left;
    right = x > right ? x : right;
    top = y < top ? y : top;
    bottom = y > bottom ? y : bottom;
  }
  return (frame){right - left + 1, bottom - top + 1, most, at_x / mass, at_y / mass};
}

/* Print, letters and scribbles fill the box of 20 in one direction and are centred, as MNIST is;
 * only what would leave the frame stops at its edge. */
static void test_strokes_lie_in_the_frame(void **state)
{
  (void)state;
  int stopped = 0;
  for (uint64_t n = 0; n < 2000; n++)
    for (int d = 0; d < DRAWINGS; d++) {
      if (drawings[d] == lenet_nondigit && n % 2 == 1 && n % 20 >= 8)
        continue; /* no strokes */
      uint8_t picture[AREA];
      drawings[d](3, n, picture);
      frame f = measure(picture);
      assert_int_equal(f.most, 255);
      assert_in_range(f.wide, 1, 20);
      assert_in_range(f.high, 1, 20);
      assert_true(f.wide >= 19 || f.high >= 19); /* the last row may be too pale for a byte */
      stopped += fabs(f.x - 14) > 0.52 || fabs(f.y - 14) > 0.52;
    }
  assert_in_range(stopped, 0, 40);
}

static void test_always_ink(void **state)
{
  (void)state;
  for (uint64_t n = 0; n < 4000; n++) {
    uint8_t picture[AREA];
    lenet_nondigit(4, n, picture);
    frame f = measure(picture);
    assert_true(f.most > 0);
  }
}

/* The nearest mean of printed digits tells most others apart: pictures and labels belong together.
 * Guessing would get a tenth. */
static void test_printed_labels_fit_pictures(void **state)
{
  (void)state;
  static double mean[10][AREA];
  uint8_t digit[AREA];
  for (uint64_t n = 0; n < 4000; n++) {
    int label = lenet_printed_digit(1, n, digit);
    for (int i = 0; i < AREA; i++)
      mean[label][i] += digit[i] / 400.0;
  }
  int right[10] = {0};
  for (uint64_t n = 0; n < 2000; n++) {
    int label = lenet_printed_digit(2, n, digit), best = 0;
    double least = INFINITY;
    for (int d = 0; d < 10; d++) {
      double sum = 0;
      for (int i = 0; i < AREA; i++)
        sum += (digit[i] - mean[d][i]) * (digit[i] - mean[d][i]);
      best = sum < least ? d : best;
      least = fmin(sum, least);
    }
    right[label] += best == label;
  }
  for (int d = 0; d < 10; d++)
    assert_in_range(right[d], 80, 200);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same_place_same_picture),
      cmocka_unit_test(test_other_place_other_picture),
      cmocka_unit_test(test_labels),
      cmocka_unit_test(test_shares_of_kinds),
      cmocka_unit_test(test_strokes_lie_in_the_frame),
      cmocka_unit_test(test_always_ink),
      cmocka_unit_test(test_printed_labels_fit_pictures),
  };
  return cmocka_run_group_tests_name("drawn", tests, NULL, NULL);
}
