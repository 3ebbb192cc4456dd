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

enum {
  AROUND = 4 /* digits: how far off the best way other ways of giving the same digits may be */
};

static const double LEAST = 1e-7;    /* probability that a network gives at least */
static const double SKIP = 1.5;      /* cost of each piece that is left out, */
static const double SKIP_LARGE = 8;  /* and of leaving out what is as large as a digit */
static const double SMALL = 0.55;    /* of a usual digit's height: lower ones cost, */
static const double SMALL_COST = 14; /* so much for each whole height that is missing */

/* Costs of each way to each cut, and from there to the end. */
typedef struct lattice {
  const lenet_candidates *candidates;
  const float *scores;
  int classes; /* the last one: none */
  bool text;
  double digit_height;
  double *best;       /* [cuts] cost of the best way from the first cut */
  int *arc;           /* [cuts] candidate that leads here on it */
  int *from;          /* [cuts] first candidate that leads on from here */
  double *sum, *rest; /* [cuts] -log of the sum of exp(-cost) over all ways from, to the end */
} lattice;

static const float *scores_of(const lattice *l, int candidate)
{
  return l->scores + (size_t)candidate * (size_t)l->classes;
}

static int likeliest(const float *score, int none)
{
  int best = 0;
  for (int k = 1; k < none; k++)
    if (score[k] > score[best])
      best = k;
  return best;
}

/* The longer side, in heights of a usual digit. */
static double side_of(const lattice *l, const lenet_candidate *c)
{
  int wide = c->extent.right - c->extent.left, high = c->extent.bottom - c->extent.top;
  return (wide > high ? wide : high) / l->digit_height;
}

/* What speaks against a digit of this size. */
static double size_cost(const lattice *l, const lenet_candidate *c)
{
  double side = side_of(l, c);
  return side < SMALL && !l->text ? SMALL_COST * (SMALL - side) : 0;
}

static double digit_cost(const lattice *l, int candidate, int digit)
{
  const lenet_candidate *c = &l->candidates->at[candidate];
  return -log(fmax((double)scores_of(l, candidate)[digit], LEAST)) + size_cost(l, c);
}

/* Dirt is small, and what is as large as a digit is hardly there for nothing. */
static double skip_cost(const lattice *l, int candidate)
{
  const lenet_candidate *c = &l->candidates->at[candidate];
  return -log(fmax((double)scores_of(l, candidate)[l->classes - 1], LEAST)) +
         SKIP * (c->last - c->first + 1) + SKIP_LARGE * fmin(side_of(l, c), 1);
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
  if (l->text) /* which of the characters costs nothing more */
    return together(sum, -log(fmax(1 - (double)scores_of(l, candidate)[l->classes - 1], LEAST)));
  for (int k = 0; k < l->classes - 1; k++)
    sum = together(sum, digit_cost(l, candidate, k));
  return sum;
}

static double cheapest(const lattice *l, int candidate)
{
  double digit = digit_cost(l, candidate, likeliest(scores_of(l, candidate), l->classes - 1));
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
    l->from[i] = l->candidates->count;
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
    l->from[c->first] = i;
    l->rest[c->first] = together(l->rest[c->first], l->rest[c->last + 1] + arc_cost(l, i));
  }
  for (int i = cuts - 2; i >= 0;
       i--) /* from a cut within a character that is sure no arc leads on */
    if (l->from[i] == l->candidates->count)
      l->from[i] = l->from[i + 1];
}

/* The way from the end to the start, then turned round. */
static void take_way(const lattice *l, lenet_path *way)
{
  way->cost = l->best[l->candidates->cuts.count];
  for (int cut = l->candidates->cuts.count; cut > 0; cut = l->candidates->at[l->arc[cut]].first) {
    int i = l->arc[cut], digit = likeliest(scores_of(l, i), l->classes - 1);
    if (digit_cost(l, i, digit) < skip_cost(l, i))
      way->step[way->count++] = (lenet_path_digit){.candidate = i, .digit = digit};
  }
  for (int i = 0, j = way->count - 1; i < j; i++, j--) {
    lenet_path_digit kept = way->step[i];
    way->step[i] = way->step[j];
    way->step[j] = kept;
  }
}

/* ------------------------------------------------------------------ how sure it is --------- */

/* Pieces that two candidates share, as a part of those that either has. */
static double shared(const lenet_candidate *a, const lenet_candidate *b)
{
  int first = a->first > b->first ? a->first : b->first;
  int last = a->last < b->last ? a->last : b->last;
  int either =
      (a->last > b->last ? a->last : b->last) - (a->first < b->first ? a->first : b->first) + 1;
  return last < first ? 0 : (double)(last - first + 1) / either;
}

/* The probability of a digit here: of all ways through a candidate that has more than half of its
 * pieces in common with this one. No way goes through two of these. */
static double digit_confidence(const lattice *l, const lenet_path_digit *step)
{
  const lenet_candidates *all = l->candidates;
  const lenet_candidate *here = &all->at[step->candidate];
  int width = here->last - here->first + 1;
  int low = here->first - width < 0 ? 0 : here->first - width;
  double sum = 0;
  for (int i = l->from[low]; i < all->count && all->at[i].first <= here->last; i++) {
    const lenet_candidate *c = &all->at[i];
    if (shared(c, here) > 0.5)
      sum += exp(l->rest[0] -
                 (l->sum[c->first] + digit_cost(l, i, step->digit) + l->rest[c->last + 1]));
  }
  return fmin(sum, 1);
}

/* Costs of all ways to the cuts low .. high that give n digits, the last of them `digit`; `given`
 * are those of n - 1. Where no digit is to be given, `digit` is -1. */
static void give_digit(const lattice *l, const double *given, int digit, int low, int high,
                       double *to)
{
  for (int cut = low; cut <= high; cut++)
    to[cut] = digit < 0 && cut == 0 ? 0 : HUGE_VAL;
  for (int i = l->from[low]; i < l->candidates->count; i++) {
    const lenet_candidate *c = &l->candidates->at[i];
    int cut = c->last + 1;
    if (c->first >= high)
      break;
    if (cut > high)
      continue;
    if (digit >= 0)
      to[cut] = together(to[cut], given[c->first] + digit_cost(l, i, digit));
    to[cut] = together(to[cut], to[c->first] + skip_cost(l, i));
  }
}

/* The probability of these digits, whatever the cuts between them: by a forward pass for each
 * number of digits given so far, over cuts that are AROUND digits or less from where the best way
 * has them. `room` is [2][cuts]. */
static double text_confidence(const lattice *l, const lenet_path *way, double *room)
{
  const lenet_candidate *at = l->candidates->at;
  int end = l->candidates->cuts.count;
  double *given = room, *to = room + end + 1;
  for (int i = 0; i < 2 * (end + 1); i++)
    room[i] = HUGE_VAL;
  for (int n = 0; n <= way->count; n++) {
    int low = n - AROUND < 0 ? 0 : at[way->step[n - AROUND].candidate].first;
    int high = n + AROUND >= way->count ? end : at[way->step[n + AROUND].candidate].last + 1;
    give_digit(l, given, n == 0 ? -1 : way->step[n - 1].digit, low, high, to);
    double *kept = given;
    given = to;
    to = kept;
  }
  return fmin(exp(l->rest[0] - given[end]), 1);
}

/* Two probabilities, of which each knows what the other does not, and their geometric mean: among
 * all ways through the lattice, where leaving a piece out has its price; and what the networks give
 * for just these pieces as just these digits, none of them being none. docs/reading.md says what
 * each is worth. */
static void weigh(const lattice *l, double *room, lenet_path *way)
{
  double scores = 1;
  for (int i = 0; i < way->count; i++) {
    lenet_path_digit *step = &way->step[i];
    double score = (double)scores_of(l, step->candidate)[step->digit];
    step->confidence = sqrt(digit_confidence(l, step) * score);
    scores *= score;
  }
  way->confidence = sqrt(text_confidence(l, way, room) * scores);
}

lenet_status lenet_lattice_read(const lenet_line *line, const lenet_candidates *candidates,
                                const float *scores, int classes, lenet_path *way,
                                lenet_error *error)
{
  size_t cuts = (size_t)candidates->cuts.count + 1;
  double *costs = calloc(5 * cuts, sizeof *costs);
  int *places = malloc(2 * cuts * sizeof *places);
  lattice l = {.candidates = candidates,
               .scores = scores,
               .classes = classes,
               .text = line->text.x_height > 0,
               .digit_height = line->digit_height};
  lenet_path made = {.step = malloc(cuts * sizeof *made.step)};
  if (!costs || !places || !made.step) {
    free(costs);
    free(places);
    lenet_path_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  }
  l.best = costs;
  l.sum = costs + cuts;
  l.rest = costs + 2 * cuts;
  l.arc = places;
  l.from = places + cuts;
  find_best(&l);
  take_way(&l, &made);
  weigh(&l, costs + 3 * cuts, &made);
  free(costs);
  free(places);
  *way = made;
  return LENET_OK;
}

void lenet_path_free(lenet_path *way)
{
  free(way->step);
  *way = (lenet_path){0};
}
