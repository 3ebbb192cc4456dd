/* A Hough transform over short vertical runs of ink finds lines about level. */
#include "image/straight.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>

enum {
  SLOPES = 81,        /* directions that are tried, about level */
  THICKEST = 8,       /* pixels */
  MOST_COLUMNS = 1500 /* that vote */
};
static const double STEEPEST = 0.1; /* 5.7 degrees */
static const double LONGEST = 0.33; /* of the width, that a line's runs cover at least */
static const double REACH = 1.6;    /* pixels from the line to the middle of a run that is its */

static int thickest(int height)
{
  int part = height / 80;
  return part < 3 ? 3 : part < THICKEST ? part : THICKEST;
}

/* All runs that are no thicker than a rule, column by column. */
static bool find_runs(const lenet_sheet *s, lenet_straights *found)
{
  size_t room = 1024, wide = (size_t)s->width;
  int most = thickest(s->height), width = s->width, height = s->height;
  found->runs = 0;
  found->run = malloc(room * sizeof *found->run);
  for (int x = 0; found->run && x < width; x++)
    for (int y = 0; y < height; y++) {
      int top = y, dark = 0;
      for (; y < height && s->mask[(size_t)y * wide + (size_t)x]; y++)
        if (s->flat[(size_t)y * wide + (size_t)x] > dark)
          dark = s->flat[(size_t)y * wide + (size_t)x];
      if (y == top || y - top > most)
        continue;
      if (found->runs == room) {
        lenet_run *more = realloc(found->run, 2 * room * sizeof *more);
        if (!more) {
          free(found->run);
          found->run = NULL;
          return false;
        }
        found->run = more;
        room *= 2;
      }
      found->run[found->runs++] = (lenet_run){x, top, y, dark, -1};
    }
  return found->run != NULL;
}

static double slope_of(int i) { return STEEPEST * (2.0 * i / (SLOPES - 1) - 1); }

/* votes [SLOPES][bins]: how many columns have a run on each line. */
static void vote(const lenet_straights *r, int width, int bins, int offset, uint16_t *votes)
{
  int every = 1 + width / MOST_COLUMNS;
  double slope[SLOPES];
  for (int s = 0; s < SLOPES; s++)
    slope[s] = slope_of(s);
  for (size_t i = 0; i < r->runs; i++) {
    const lenet_run *v = &r->run[i];
    if (v->x % every)
      continue;
    double middle = 0.5 * (v->top + v->bottom - 1), aside = v->x - 0.5 * width;
    int bin[SLOPES]; /* all at once: the sums go several together, the votes cannot */
    for (int s = 0; s < SLOPES; s++)
      bin[s] = (int)(middle - slope[s] * aside + 0.5) + offset;
    for (int s = 0; s < SLOPES; s++)
      if (bin[s] >= 0 && bin[s] < bins && votes[s * bins + bin[s]] < UINT16_MAX)
        votes[s * bins + bin[s]]++;
  }
}

/* Takes the lines with the most votes, the best first, one of all that are near each other. */
static int choose(uint16_t *votes, int bins, int offset, int least,
                  lenet_straight lines[LENET_MOST_STRAIGHT])
{
  int count = 0;
  while (count < LENET_MOST_STRAIGHT) {
    int best_slope = -1, best_bin = 0, most = least - 1;
    for (int s = 0; s < SLOPES; s++)
      for (int b = 1; b + 1 < bins; b++) {
        /* A line between two bins votes for both. */
        int sum = votes[s * bins + b] + (votes[s * bins + b - 1] > votes[s * bins + b + 1]
                                             ? votes[s * bins + b - 1]
                                             : votes[s * bins + b + 1]);
        if (votes[s * bins + b] && sum > most) {
          most = sum;
          best_slope = s;
          best_bin = b;
        }
      }
    if (best_slope < 0)
      break;
    lines[count++] = (lenet_straight){.at = best_bin - offset, .slope = slope_of(best_slope)};
    for (int s = 0; s < SLOPES; s++)
      for (int b = best_bin - 4; b <= best_bin + 4; b++)
        if (b >= 0 && b < bins)
          votes[s * bins + b] = 0;
  }
  return count;
}

static bool is_on(const lenet_straight *l, const lenet_sheet *s, const lenet_run *v)
{
  return fabs(lenet_straight_y(l, s->width, v->x) - 0.5 * (v->top + v->bottom - 1)) <= REACH;
}

/* What most of a rule's runs are like. */
static void describe(const lenet_straights *r, const lenet_sheet *s, lenet_straight *it)
{
  uint32_t thick[THICKEST + 1] = {0}, dark[256] = {0}, count = 0, sum = 0;
  for (size_t i = 0; i < r->runs; i++)
    if (is_on(it, s, &r->run[i])) {
      thick[r->run[i].bottom - r->run[i].top]++;
      dark[r->run[i].dark]++;
      count++;
    }
  int t = 0, d = 0;
  while (t < THICKEST && 2 * (sum += thick[t]) < count)
    t++;
  for (sum = 0; d < 255 && 2 * (sum += dark[d]) < count;)
    d++;
  it->thick = t;
  it->dark = d;
}

/* Each run that is as thin and as faint as a line that it is on belongs to it; the rest are
 * strokes.
 */
static void assign(lenet_straights *r, const lenet_sheet *s)
{
  for (int k = 0; k < r->count; k++)
    describe(r, s, &r->line[k]);
  for (size_t i = 0; i < r->runs; i++) {
    lenet_run *v = &r->run[i];
    for (int k = 0; k < r->count && v->line < 0; k++)
      if (is_on(&r->line[k], s, v) && v->bottom - v->top <= r->line[k].thick + 1.5 &&
          v->dark <= LENET_STRAIGHT_DARKER * r->line[k].dark)
        v->line = k;
  }
}

static bool has_ink(const lenet_sheet *s, const lenet_straight *l, int x)
{
  int y = (int)floor(lenet_straight_y(l, s->width, x) + 0.5);
  for (int v = y - 1; v <= y + 1; v++)
    if (v >= 0 && v < s->height && s->mask[(size_t)v * (size_t)s->width + (size_t)x])
      return true;
  return false;
}

/* From where to where each line goes, and what part of that is inked. */
static void measure(lenet_straights *r, const lenet_sheet *s)
{
  for (int k = 0; k < r->count; k++) {
    r->line[k].first = s->width;
    r->line[k].last = -1;
  }
  for (size_t i = 0; i < r->runs; i++)
    if (r->run[i].line >= 0) {
      lenet_straight *l = &r->line[r->run[i].line];
      l->first = r->run[i].x < l->first ? r->run[i].x : l->first;
      l->last = r->run[i].x;
    }
  for (int k = 0; k < r->count; k++) {
    lenet_straight *l = &r->line[k];
    int inked = 0;
    for (int x = l->first; x <= l->last; x++)
      inked += has_ink(s, l, x);
    l->filled = l->last < l->first ? 0 : (double)inked / (l->last - l->first + 1);
  }
}

lenet_status lenet_straight_find(const lenet_sheet *sheet, lenet_straights *found,
                                 lenet_error *error)
{
  int offset = (int)(0.5 * STEEPEST * sheet->width) + 1, bins = sheet->height + 2 * offset;
  int columns = sheet->width / (1 + sheet->width / MOST_COLUMNS);
  uint16_t *votes = calloc((size_t)SLOPES * (size_t)bins, sizeof *votes);
  *found = (lenet_straights){0};
  bool memory = votes && find_runs(sheet, found);
  if (memory) {
    vote(found, sheet->width, bins, offset, votes);
    found->count = choose(votes, bins, offset, (int)(LONGEST * columns) + 1, found->line);
    assign(found, sheet);
    measure(found, sheet);
  }
  free(votes);
  return memory ? LENET_OK : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
}

void lenet_straight_free(lenet_straights *found)
{
  free(found->run);
  *found = (lenet_straights){0};
}
