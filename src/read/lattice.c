/* Graph of cuts, an arc for each candidate that one of them leads to another (LeCun et al. 1998,
 * sections VI and VII). An arc as digit k costs -log of what the network gives for k; as no digit,
 * which leaves dirt and commas out of the answer, -log of what it gives for none and a price for
 * each piece. The way with the least cost is the answer (Viterbi); sums over all ways, forward and
 * backward, say how sure it is. */
#include "read/lattice.h"

#include "base/error.h"
#include "read/reader.h"

#include <math.h>
#include <stdlib.h>

static const double LEAST = 1e-7;    /* probability that a network gives at least */
static const double SKIP = 2.5;      /* cost of each piece that is left out */
static const double SMALL = 0.55;    /* of a usual digit's height: lower ones cost, */
static const double SMALL_COST = 14; /* so much for each whole height that is missing */

/* Costs of each way to each cut, and from there to the end. */
typedef struct lattice {
  const lenet_candidates *candidates;
  const float *scores;
  double digit_height;
  double *best;       /* [cuts] cost of the best way from the first cut */
  int *arc;           /* [cuts] candidate that leads here on it */
  double *sum, *rest; /* [cuts] -log of the sum of exp(-cost) over all ways from, to the end */
} lattice;

static const float *scores_of(const lattice *l, int candidate)
{
  return l->scores + (size_t)candidate * LENET_READER_SCORES;
}

static int likeliest(const float *score)
{
  int best = 0;
  for (int k = 1; k < LENET_NONDIGIT; k++)
    if (score[k] > score[best])
      best = k;
  return best;
}

/* What speaks against a digit of this size. */
static double size_cost(const lattice *l, const lenet_candidate *c)
{
  int wide = c->extent.right - c->extent.left, high = c->extent.bottom - c->extent.top;
  double side = (wide > high ? wide : high) / l->digit_height;
  return side < SMALL ? SMALL_COST * (SMALL - side) : 0;
}

static double digit_cost(const lattice *l, int candidate, int digit)
{
  const lenet_candidate *c = &l->candidates->at[candidate];
  return -log(fmax((double)scores_of(l, candidate)[digit], LEAST)) + size_cost(l, c);
}

static double skip_cost(const lattice *l, int candidate)
{
  const lenet_candidate *c = &l->candidates->at[candidate];
  return -log(fmax((double)scores_of(l, candidate)[LENET_NONDIGIT], LEAST)) +
         SKIP * (c->last - c->first + 1);
}

/* -log(exp(-a) + exp(-b)) */
static double together(double a, double b)
{
  double least = a < b ? a : b, more = a < b ? b : a;
  return more == HUGE_VAL ? least : least - log1p(exp(least - more));
}

/* -log of all that a candidate can be. */
static double arc_cost(const lattice *l, int candidate)
{
  double sum = skip_cost(l, candidate);
  for (int k = 0; k < LENET_NONDIGIT; k++)
    sum = together(sum, digit_cost(l, candidate, k));
  return sum;
}

static double cheapest(const lattice *l, int candidate)
{
  double digit = digit_cost(l, candidate, likeliest(scores_of(l, candidate)));
  double skip = skip_cost(l, candidate);
  return digit < skip ? digit : skip;
}

/* Candidates come by rising first piece, so that every cut is final before arcs leave it. */
static void find_best(lattice *l)
{
  int cuts = l->candidates->cuts.count + 1;
  for (int i = 0; i < cuts; i++) {
    l->best[i] = l->sum[i] = i == 0 ? 0 : HUGE_VAL;
    l->rest[i] = i == cuts - 1 ? 0 : HUGE_VAL;
  }
  for (int i = 0; i < l->candidates->count; i++) {
    const lenet_candidate *c = &l->candidates->at[i];
    double cost = l->best[c->first] + cheapest(l, i);
    if (cost < l->best[c->last + 1]) {
      l->best[c->last + 1] = cost;
      l->arc[c->last + 1] = i;
    }
    l->sum[c->last + 1] = together(l->sum[c->last + 1], l->sum[c->first] + arc_cost(l, i));
  }
  for (int i = l->candidates->count - 1; i >= 0; i--) {
    const lenet_candidate *c = &l->candidates->at[i];
    l->rest[c->first] = together(l->rest[c->first], l->rest[c->last + 1] + arc_cost(l, i));
  }
}

/* From the end to the start, then turned round. */
static void take_way(const lattice *l, lenet_path *way)
{
  double all = l->rest[0];
  int end = l->candidates->cuts.count;
  way->confidence = exp(all - l->best[end]);
  for (int cut = end; cut > 0; cut = l->candidates->at[l->arc[cut]].first) {
    int i = l->arc[cut], digit = likeliest(scores_of(l, i));
    double cost = digit_cost(l, i, digit);
    if (skip_cost(l, i) <= cost)
      continue;
    int first = l->candidates->at[i].first;
    way->step[way->count++] = (lenet_path_digit){
        .candidate = i,
        .digit = digit,
        .confidence = exp(all - (l->sum[first] + cost + l->rest[cut])),
    };
  }
  for (int i = 0, j = way->count - 1; i < j; i++, j--) {
    lenet_path_digit kept = way->step[i];
    way->step[i] = way->step[j];
    way->step[j] = kept;
  }
}

lenet_status lenet_lattice_read(const lenet_line *line, const lenet_candidates *candidates,
                                const float *scores, lenet_path *way, lenet_error *error)
{
  size_t cuts = (size_t)candidates->cuts.count + 1;
  double *costs = malloc(3 * cuts * sizeof *costs);
  lattice l = {.candidates = candidates, .scores = scores, .digit_height = line->digit_height};
  lenet_path made = {.step = malloc(cuts * sizeof *made.step)};
  l.arc = malloc(cuts * sizeof *l.arc);
  if (!costs || !l.arc || !made.step) {
    free(costs);
    free(l.arc);
    lenet_path_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  }
  l.best = costs;
  l.sum = costs + cuts;
  l.rest = costs + 2 * cuts;
  find_best(&l);
  take_way(&l, &made);
  free(costs);
  free(l.arc);
  *way = made;
  return LENET_OK;
}

void lenet_path_free(lenet_path *way)
{
  free(way->step);
  *way = (lenet_path){0};
}
