/* The best way through a line's candidates, and how sure it is, against sums by hand. */
#include "lenet.h"

#include "read/lattice.h"
#include "read/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

enum { TALL = 20 };

/* Leaving something out that is as large as a digit costs 1.5 for each of its pieces, and 8. */
static double skipping(int pieces) { return exp(-1.5 * pieces - 8); }

static const lenet_line line = {.digit_height = TALL};

static void assert_close(double value, double expected, double tolerance)
{
  if (!(fabs(value - expected) <= tolerance))
    fail_msg("%.9f, not %.9f", value, expected);
}

/* A candidate as high as a digit. */
static lenet_candidate run(int first, int last)
{
  return (lenet_candidate){.first = first, .last = last, .extent = {0, 0, 10, TALL}};
}

static void score(float *scores, int candidate, int digit, double p, double none)
{
  float *s = scores + candidate * LENET_READER_SCORES;
  for (int k = 0; k < LENET_NONDIGIT; k++)
    s[k] = (float)((1 - p - none) / 9);
  s[digit] = (float)p;
  s[LENET_NONDIGIT] = (float)none;
}

static lenet_path read(lenet_candidate *at, int count, int pieces, const float *scores)
{
  const lenet_candidates candidates = {.cuts = {.count = pieces}, .count = count, .at = at};
  lenet_path path = {0};
  assert_int_equal(lenet_lattice_read(&line, &candidates, scores, LENET_READER_SCORES, &path, NULL),
                   LENET_OK);
  return path;
}

/* Confidence is the geometric mean of what the lattice gives and of what the scores give.
 *
 * One piece: a digit with p 0.9 or none with 0.05 and the price of leaving it out. All ways
 * together weigh 0.95 + 0.05 e^-9.5. */
static void test_one(void **state)
{
  (void)state;
  lenet_candidate at[] = {run(0, 0)};
  float scores[LENET_READER_SCORES];
  score(scores, 0, 7, 0.9, 0.05);
  lenet_path path = read(at, 1, 1, scores);
  double all = 0.95 + 0.05 * skipping(1);
  assert_int_equal(path.count, 1);
  assert_int_equal(path.step[0].digit, 7);
  assert_close(path.confidence, sqrt(0.9 / all * 0.9), 1e-6);
  assert_close(path.step[0].confidence, sqrt(0.9 / all * 0.9), 1e-6);
  lenet_path_free(&path);
}

/* Two pieces that are one digit: as one 0.9; each alone is none with 0.9, a 1 with 0.05. */
static void test_joined(void **state)
{
  (void)state;
  lenet_candidate at[] = {run(0, 0), run(0, 1), run(1, 1)};
  float scores[3 * LENET_READER_SCORES];
  score(scores, 0, 1, 0.05, 0.9);
  score(scores, 1, 4, 0.9, 0.05);
  score(scores, 2, 1, 0.05, 0.9);
  lenet_path path = read(at, 3, 2, scores);
  assert_int_equal(path.count, 1);
  assert_int_equal(path.step[0].candidate, 1);
  assert_int_equal(path.step[0].digit, 4);
  double skip = skipping(1), alone = 0.1 + 0.9 * skip;
  double all = 0.95 + 0.05 * skipping(2) + alone * alone;
  /* A 4 also comes of one piece as a 4, with (1 - 0.05 - 0.9) / 9, the other left out. */
  double four = 0.9 + 2 * (0.05 / 9) * 0.9 * skip;
  assert_close(path.confidence, sqrt(four / all * 0.9), 1e-6);
  assert_close(path.step[0].confidence, sqrt(0.9 / all * 0.9), 1e-6);
  lenet_path_free(&path);
}

/* The same digit from two ways of cutting: the confidence is that of both. */
static void test_two_ways(void **state)
{
  (void)state;
  lenet_candidate at[] = {run(0, 0), run(0, 1), run(0, 2), run(1, 1), run(1, 2), run(2, 2)};
  float scores[6 * LENET_READER_SCORES];
  score(scores, 0, 0, 0.001, 0.99);
  score(scores, 1, 3, 0.8, 0.19); /* with the last piece left out */
  score(scores, 2, 3, 0.9, 0.09);
  score(scores, 3, 0, 0.001, 0.99);
  score(scores, 4, 0, 0.001, 0.99);
  score(scores, 5, 0, 0.001, 0.99);
  lenet_path path = read(at, 6, 3, scores);
  double skip = skipping(1);
  assert_int_equal(path.count, 1);
  assert_int_equal(path.step[0].candidate, 2);
  /* Both candidates of the 3 have most of their pieces in common. */
  assert_true(path.step[0].confidence > sqrt(0.9 / (0.91 + 0.8 * skip + 0.2) * 0.9));
  /* A 3 and then another digit is that 3 too, but another text. */
  assert_true(path.confidence < path.step[0].confidence);
  assert_true(path.confidence > sqrt(0.9 / (0.9 + 0.09 * skipping(3) + 0.1) * 0.9));
  lenet_path_free(&path);
}

/* Dirt is left out; digits that are far too small cost. */
static void test_dirt(void **state)
{
  (void)state;
  lenet_candidate at[] = {run(0, 0), run(1, 1), run(2, 2)};
  float scores[3 * LENET_READER_SCORES];
  at[1].extent = (lenet_extent){0, 0, 4, 4};
  score(scores, 0, 5, 0.97, 0.01);
  score(scores, 1, 1, 0.01, 0.97);
  score(scores, 2, 2, 0.97, 0.01);
  lenet_path path = read(at, 3, 3, scores);
  assert_int_equal(path.count, 2);
  assert_int_equal(path.step[0].digit, 5);
  assert_int_equal(path.step[1].digit, 2);
  assert_int_equal(path.step[1].candidate, 2);
  lenet_path_free(&path);
  score(scores, 1, 1, 0.5, 0.45);
  at[1].extent = (lenet_extent){0, 0, 2, 2};
  path = read(at, 3, 3, scores);
  assert_int_equal(path.count, 2);
  lenet_path_free(&path);
}

/* Confidence of a long line, where the band of the forward pass is narrower than the line: that of
 * independent digits is the product. */
static void test_long(void **state)
{
  (void)state;
  enum { LONG = 60 };
  lenet_candidate at[LONG];
  float scores[LONG * LENET_READER_SCORES];
  for (int i = 0; i < LONG; i++) {
    at[i] = run(i, i);
    score(scores, i, i % 10, 0.99, 0);
  }
  lenet_path path = read(at, LONG, LONG, scores);
  assert_int_equal(path.count, LONG);
  /* That it is none has at least 1e-7 in a lattice: next to nothing. */
  assert_close(path.confidence, pow(0.99, LONG), 1e-4);
  for (int i = 0; i < LONG; i++) {
    assert_int_equal(path.step[i].digit, i % 10);
    assert_close(path.step[i].confidence, 0.99, 1e-4);
  }
  lenet_path_free(&path);
}

/* A character of two pieces of which no single one is a candidate: the cut within has no arc, and
 * the neighbours' confidence is not lost there. */
static void test_cut_without_arcs(void **state)
{
  (void)state;
  lenet_candidate at[] = {run(0, 0), run(1, 2), run(3, 3)};
  float scores[3 * LENET_READER_SCORES];
  for (int i = 0; i < 3; i++)
    score(scores, i, i + 1, 0.98, 0.01);
  lenet_path path = read(at, 3, 4, scores);
  assert_int_equal(path.count, 3);
  for (int i = 0; i < 3; i++)
    assert_true(path.step[i].confidence > 0.95);
  assert_true(path.confidence > 0.9);
  lenet_path_free(&path);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_one),    cmocka_unit_test(test_cut_without_arcs),
      cmocka_unit_test(test_joined), cmocka_unit_test(test_two_ways),
      cmocka_unit_test(test_dirt),   cmocka_unit_test(test_long),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
