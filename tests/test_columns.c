/* The way through a swept network's columns, on scores made by hand. */
#include "read/columns.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { STATES = 11, MOST = 64 };

/* Scores in which each column gives `sure` to what stands for it in `text`, a digit or '.', and the
 * rest evenly to all others. */
static int fill(const char *text, double sure, lenet_real scores[MOST][STATES])
{
  int count = (int)strlen(text);
  for (int c = 0; c < count; c++)
    for (int k = 0; k < STATES; k++) {
      int here = text[c] == '.' ? 10 : text[c] - '0';
      scores[c][k] = (lenet_real)(k == here ? sure : (1 - sure) / (STATES - 1));
    }
  return count;
}

static lenet_runs read_all(lenet_real scores[MOST][STATES], int count)
{
  lenet_runs runs;
  assert_int_equal(lenet_columns_read(&scores[0][0], count, &runs, NULL), LENET_OK);
  return runs;
}

static void check(const char *columns, const char *digits)
{
  lenet_real scores[MOST][STATES];
  lenet_runs runs = read_all(scores, fill(columns, 0.99, scores));
  assert_int_equal(runs.count, (int)strlen(digits));
  for (int i = 0; i < runs.count; i++) {
    assert_int_equal(runs.run[i].digit, digits[i] - '0');
    for (int c = runs.run[i].first; c <= runs.run[i].last; c++)
      assert_int_equal(columns[c], digits[i]);
    assert_true(runs.run[i].confidence > 0.5 && runs.run[i].confidence <= 1 + 1e-9);
  }
  assert_true(runs.confidence > 0 && runs.confidence <= 1 + 1e-9);
  lenet_runs_free(&runs);
}

static void a_digit_lasts_some_columns_and_counts_once(void **state)
{
  (void)state;
  check("...33..", "3");
  check("..333....5555..00...", "350");
  check("77..77", "77"); /* twice the same: none between */
  check("1", "1");
  check(".", "");
  check(".......", "");
  check("..1144..", "14"); /* different ones may touch */
}

static void one_column_may_err(void **state)
{
  lenet_real scores[MOST][STATES];
  (void)state;
  /* In the middle of a run the network wavers between the digit and another. */
  int count = fill("..888..", 0.99, scores);
  scores[3][8] = (lenet_real)0.4;
  scores[3][3] = (lenet_real)0.5;
  lenet_runs runs = read_all(scores, count);
  assert_int_equal(runs.count, 1);
  assert_int_equal(runs.run[0].digit, 8);
  assert_int_equal(runs.run[0].first, 2);
  assert_int_equal(runs.run[0].last, 4);
  assert_int_not_equal(runs.run[0].peak, 3);
  lenet_runs_free(&runs);
}

/* Every way through a few columns, one by one, by the rules of columns.c: a column costs -log of
 * its score, a digit's first 0.5 more, and 2 more still beside another digit. */
static void confidences_are_those_of_all_ways(void **state)
{
  enum { COLUMNS = 4, WAYS = STATES * STATES * STATES * STATES };
  lenet_real scores[MOST][STATES];
  (void)state;
  fill("3.7.", 0.5, scores);
  lenet_runs runs = read_all(scores, COLUMNS);
  assert_int_equal(runs.count, 2);
  double all = 0, same = 0, there[2] = {0};
  for (int way = 0; way < WAYS; way++) {
    int at[COLUMNS], digits[COLUMNS], count = 0, rest = way;
    double probability = 1;
    for (int c = 0; c < COLUMNS; c++, rest /= STATES) {
      at[c] = rest % STATES;
      int before = c > 0 ? at[c - 1] : 10;
      probability *= (double)scores[c][at[c]];
      if (at[c] == before || at[c] == 10)
        continue;
      probability *= exp(before == 10 ? -0.5 : -2.5);
      digits[count++] = at[c];
    }
    all += probability;
    bool as_read = count == 2;
    for (int i = 0; i < 2; i++) {
      as_read = as_read && digits[i] == runs.run[i].digit;
      there[i] += at[runs.run[i].peak] == runs.run[i].digit ? probability : 0;
    }
    same += as_read ? probability : 0;
  }
  assert_true(fabs(runs.confidence - same / all) < 1e-6);
  for (int i = 0; i < 2; i++)
    assert_true(fabs(runs.run[i].confidence - there[i] / all) < 1e-6);
  lenet_runs_free(&runs);
}

static void confidence_falls_with_doubt(void **state)
{
  lenet_real scores[MOST][STATES];
  double before = 1.1;
  (void)state;
  for (double sure = 0.95; sure > 0.3; sure -= 0.1) {
    lenet_runs runs = read_all(scores, fill("..44..", sure, scores));
    assert_int_equal(runs.count, 1);
    assert_true(runs.confidence < before);
    assert_true(runs.confidence <=
                runs.run[0].confidence); /* a part of it is that it stands there */
    before = runs.confidence;
    lenet_runs_free(&runs);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_digit_lasts_some_columns_and_counts_once),
      cmocka_unit_test(one_column_may_err),
      cmocka_unit_test(confidences_are_those_of_all_ways),
      cmocka_unit_test(confidence_falls_with_doubt),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
