/* Every column is one of ten digits or none. A digit lasts one column or several and counts once,
 * so that the same digit twice has a column of none between. A column costs -log of what the
 * network gives for what it is, and a digit's first one a price. The way with the least cost is the
 * answer (Viterbi; LeCun et al. 1998, section VIII-A); sums over all ways, forward and backward,
 * say how sure it is. */
#include "read/columns.h"

#include "base/error.h"
#include "read/reader.h"

#include <math.h>
#include <stdlib.h>

enum { STATES = LENET_READER_SCORES, NONE = LENET_NONDIGIT };

static const double LEAST = 1e-7; /* probability that the network gives at least */
static const double START = 0.5;  /* price of each digit, */
static const double BESIDE = 2;   /* and of one that follows another without a column of none */

/* Costs [count][STATES] of being in each state in each column. */
typedef struct table {
  int count;
  double *here; /* of the column alone */
  double *best; /* of the best way from the left up to here */
  int *from;    /* the state before, on it */
  double *sum,
      *rest; /* -log of the sum of exp(-cost) over all ways up to here, and from the next on */
} table;

static double change_cost(int from, int to)
{
  if (from == to || to == NONE)
    return 0;
  return START + (from == NONE ? 0 : BESIDE);
}

/* -log(exp(-a) + exp(-b)) */
static double together(double a, double b)
{
  double least = a < b ? a : b, more = a < b ? b : a;
  return more == HUGE_VAL ? least : least - log1p(exp(least - more));
}

static void go_forward(table *t)
{
  for (int k = 0; k < STATES; k++)
    t->best[k] = t->sum[k] = t->here[k] + change_cost(NONE, k);
  for (int c = 1; c < t->count; c++)
    for (int to = 0; to < STATES; to++) {
      const double *best = t->best + (c - 1) * STATES, *sum = t->sum + (c - 1) * STATES;
      double least = HUGE_VAL, all = HUGE_VAL;
      int way = to;
      for (int from = 0; from < STATES; from++) {
        double cost = change_cost(from, to);
        all = together(all, sum[from] + cost);
        if (best[from] + cost < least) {
          least = best[from] + cost;
          way = from;
        }
      }
      t->best[c * STATES + to] = least + t->here[c * STATES + to];
      t->sum[c * STATES + to] = all + t->here[c * STATES + to];
      t->from[c * STATES + to] = way;
    }
}

static void go_backward(table *t)
{
  for (int k = 0; k < STATES; k++)
    t->rest[(t->count - 1) * STATES + k] = 0;
  for (int c = t->count - 2; c >= 0; c--)
    for (int from = 0; from < STATES; from++) {
      double all = HUGE_VAL;
      for (int to = 0; to < STATES; to++)
        all = together(all, change_cost(from, to) + t->here[(c + 1) * STATES + to] +
                                t->rest[(c + 1) * STATES + to]);
      t->rest[c * STATES + from] = all;
    }
}

/* The cost of all ways. */
static double all_of(const table *t)
{
  double all = HUGE_VAL;
  for (int k = 0; k < STATES; k++)
    all = together(all, t->sum[(t->count - 1) * STATES + k]);
  return all;
}

/* Follows the best way back, right to left, and turns the runs round. */
static void take_runs(const table *t, lenet_runs *runs)
{
  int state = 0;
  const double *end = t->best + (t->count - 1) * STATES;
  for (int k = 1; k < STATES; k++)
    if (end[k] < end[state])
      state = k;
  lenet_run *open = NULL;
  for (int c = t->count - 1; c >= 0; c--) {
    if (state == NONE) {
      open = NULL;
    } else {
      if (!open || open->digit != state) {
        open = &runs->run[runs->count++];
        *open = (lenet_run){.first = c, .last = c, .peak = c, .digit = state};
      }
      open->first = c;
      if (t->here[c * STATES + state] < t->here[open->peak * STATES + state])
        open->peak = c;
    }
    state = t->from[c * STATES + state];
  }
  for (int i = 0, j = runs->count - 1; i < j; i++, j--) {
    lenet_run kept = runs->run[i];
    runs->run[i] = runs->run[j];
    runs->run[j] = kept;
  }
}

/* The cost of all ways that come to just these digits: of 2 n + 1 places, none and digits by turns,
 * of which that of none between two different digits may be left out. `cost` has room for them. */
static double cost_of_runs(const table *t, const lenet_runs *runs, double *cost)
{
  const int places = 2 * runs->count + 1;
  for (int p = 0; p < places; p++)
    cost[p] = HUGE_VAL;
  for (int c = 0; c < t->count; c++)
    for (int p = places - 1; p >= 0; p--) { /* from the right: cost[p - 1] is still the old one */
      int digit = p % 2 ? runs->run[p / 2].digit : NONE;
      double all = cost[p];
      if (c == 0 && p <= 1)
        all = change_cost(NONE, digit);
      else if (c > 0 && p > 0)
        all = together(all,
                       cost[p - 1] + change_cost(p % 2 ? NONE : runs->run[p / 2 - 1].digit, digit));
      if (c > 0 && p > 2 && p % 2 && runs->run[p / 2 - 1].digit != digit)
        all = together(all, cost[p - 2] + change_cost(runs->run[p / 2 - 1].digit, digit));
      cost[p] = all + t->here[c * STATES + digit];
    }
  return places > 1 ? together(cost[places - 1], cost[places - 2]) : cost[0];
}

lenet_status lenet_columns_read(const lenet_real *scores, int count, lenet_runs *runs,
                                lenet_error *error)
{
  const size_t cells = (size_t)count * STATES;
  double *costs = malloc((4 * cells + 2 * (size_t)count + 1) * sizeof *costs);
  table t = {.count = count, .from = calloc(cells, sizeof *t.from)};
  lenet_runs made = {.run = malloc((size_t)count * sizeof *made.run)};
  if (!costs || !t.from || !made.run) {
    free(costs);
    free(t.from);
    lenet_runs_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  }
  t.here = costs;
  t.best = costs + cells;
  t.sum = costs + 2 * cells;
  t.rest = costs + 3 * cells;
  for (size_t i = 0; i < cells; i++)
    t.here[i] = -log(fmax((double)scores[i], LEAST));
  go_forward(&t);
  go_backward(&t);
  take_runs(&t, &made);
  const double all = all_of(&t);
  for (int i = 0; i < made.count; i++) {
    const size_t at = (size_t)made.run[i].peak * STATES + (size_t)made.run[i].digit;
    made.run[i].confidence = exp(all - t.sum[at] - t.rest[at]);
  }
  made.confidence = exp(all - cost_of_runs(&t, &made, costs + 4 * cells));
  free(costs);
  free(t.from);
  *runs = made;
  return LENET_OK;
}

void lenet_runs_free(lenet_runs *runs)
{
  free(runs->run);
  *runs = (lenet_runs){0};
}
