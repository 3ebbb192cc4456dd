/* A rule is a straight line of ink, thin, and across much of the picture; the strokes of a line of
 * writing never lie on one line for so long. A Hough transform over short vertical runs of ink
 * finds level rules; upright ones are level in the transposed picture. */
#include "image/rules.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  SLOPES = 81,        /* directions that are tried, about level */
  MOST_RULES = 200,   /* in one direction */
  LEAST_SIDE = 100,   /* pixels: no paper of less is ruled */
  THICKEST = 8,       /* pixels */
  MOST_COLUMNS = 1500 /* that vote */
};
static const double STEEPEST = 0.1; /* 5.7 degrees */
static const double LONGEST = 0.33; /* of the width, that a rule's runs cover at least */
static const double DARKER = 1.35;  /* than its rule is what is no part of it */
static const double REACH = 1.6;    /* pixels from the line to the middle of a run that is its */

/* Where a level rule is: y = at + slope (x - width / 2), and what it is like. */
typedef struct rule {
  double at, slope;
  double thick, dark; /* medians over its runs: pixels, and `flat` of the ink */
} rule;

/* A run of ink in one column. */
typedef struct run {
  int x, top, bottom; /* rows top .. bottom - 1 */
  int dark;           /* the most of `flat` in it */
} run;

/* A picture as it is, or transposed. */
typedef struct sheet {
  int width, height;
  uint8_t *mask, *flat, *tones;
} sheet;

typedef struct runs {
  size_t count;
  run *at;
} runs;

static int thickest(int height)
{
  int part = height / 80;
  return part < 3 ? 3 : part < THICKEST ? part : THICKEST;
}

/* All runs that are no thicker than a rule, column by column. */
static bool find_runs(const sheet *s, runs *found)
{
  size_t room = 1024, wide = (size_t)s->width;
  int most = thickest(s->height), width = s->width, height = s->height;
  found->count = 0;
  found->at = malloc(room * sizeof *found->at);
  for (int x = 0; found->at && x < width; x++)
    for (int y = 0; y < height; y++) {
      int top = y, dark = 0;
      for (; y < height && s->mask[(size_t)y * wide + (size_t)x]; y++)
        if (s->flat[(size_t)y * wide + (size_t)x] > dark)
          dark = s->flat[(size_t)y * wide + (size_t)x];
      if (y == top || y - top > most)
        continue;
      if (found->count == room) {
        run *more = realloc(found->at, 2 * room * sizeof *more);
        if (!more) {
          free(found->at);
          found->at = NULL;
          return false;
        }
        found->at = more;
        room *= 2;
      }
      found->at[found->count++] = (run){x, top, y, dark};
    }
  return found->at != NULL;
}

static double slope_of(int i) { return STEEPEST * (2.0 * i / (SLOPES - 1) - 1); }

/* votes [SLOPES][bins]: how many columns have a run on each line. */
static void vote(const runs *r, int width, int bins, int offset, uint16_t *votes)
{
  int every = 1 + width / MOST_COLUMNS;
  for (size_t i = 0; i < r->count; i++) {
    const run *v = &r->at[i];
    if (v->x % every)
      continue;
    double middle = 0.5 * (v->top + v->bottom - 1), aside = v->x - 0.5 * width;
    for (int s = 0; s < SLOPES; s++) {
      int bin = (int)(middle - slope_of(s) * aside + 0.5) + offset;
      if (bin >= 0 && bin < bins && votes[s * bins + bin] < UINT16_MAX)
        votes[s * bins + bin]++;
    }
  }
}

/* Takes the lines with the most votes, the best first, one of all that are near each other. */
static int choose(uint16_t *votes, int bins, int offset, int least, rule rules[MOST_RULES])
{
  int count = 0;
  while (count < MOST_RULES) {
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
    rules[count++] = (rule){best_bin - offset, slope_of(best_slope), 0, 0};
    for (int s = 0; s < SLOPES; s++)
      for (int b = best_bin - 4; b <= best_bin + 4; b++)
        if (b >= 0 && b < bins)
          votes[s * bins + b] = 0;
  }
  return count;
}

static double height_at(const rule *r, const sheet *s, double x)
{
  return r->at + r->slope * (x - 0.5 * s->width);
}

static bool is_on(const rule *r, const sheet *s, const run *v)
{
  return fabs(height_at(r, s, v->x) - 0.5 * (v->top + v->bottom - 1)) <= REACH;
}

/* What most of a rule's runs are like. */
static void describe(const runs *r, const sheet *s, rule *it)
{
  uint32_t thick[THICKEST + 1] = {0}, dark[256] = {0}, count = 0, sum = 0;
  for (size_t i = 0; i < r->count; i++)
    if (is_on(it, s, &r->at[i])) {
      thick[r->at[i].bottom - r->at[i].top]++;
      dark[r->at[i].dark]++;
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

/* A run becomes what is above and below it, with the soft edges of the line. */
static void paint(const run *v, const sheet *s)
{
  size_t wide = (size_t)s->width;
  int soft = 1 + (v->bottom - v->top) / 3;
  int above = v->top - soft - 1, below = v->bottom + soft;
  if (above < 0)
    above = below < s->height ? below : 0;
  if (below >= s->height)
    below = above;
  double from = s->tones[(size_t)above * wide + (size_t)v->x];
  double to = s->tones[(size_t)below * wide + (size_t)v->x];
  for (int y = v->top - soft; y < v->bottom + soft; y++)
    if (y >= 0 && y < s->height) {
      double part = below > above ? (double)(y - above) / (below - above) : 0;
      s->tones[(size_t)y * wide + (size_t)v->x] = (uint8_t)(from + part * (to - from) + 0.5);
    }
}

/* Paints over what is as thin and as faint as the rule that it is on: the rest are strokes. */
static void paint_rules(const runs *r, rule *rules, int count, const sheet *s)
{
  for (int k = 0; k < count; k++)
    describe(r, s, &rules[k]);
  for (size_t i = 0; i < r->count; i++) {
    const run *v = &r->at[i];
    for (int k = 0; k < count; k++)
      if (is_on(&rules[k], s, v) && v->bottom - v->top <= rules[k].thick + 1.5 &&
          v->dark <= DARKER * rules[k].dark) {
        paint(v, s);
        break;
      }
  }
}

static lenet_status remove_level(const sheet *s, rule rules[MOST_RULES], int *found,
                                 lenet_error *error)
{
  runs r = {0, NULL};
  int offset = (int)(0.5 * STEEPEST * s->width) + 1, bins = s->height + 2 * offset;
  int columns = s->width / (1 + s->width / MOST_COLUMNS);
  uint16_t *votes = calloc((size_t)SLOPES * (size_t)bins, sizeof *votes);
  bool memory = votes && find_runs(s, &r);
  if (memory) {
    vote(&r, s->width, bins, offset, votes);
    *found = choose(votes, bins, offset, (int)(LONGEST * columns) + 1, rules);
    paint_rules(&r, rules, *found, s);
  }
  free(r.at);
  free(votes);
  return memory ? LENET_OK : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find rules");
}

/* Where a level and an upright rule cross neither is thin; the tones diagonally beside it are
 * paper. */
static void paint_crossing(const sheet *s, const rule *level, const rule *upright, double x,
                           double y)
{
  int reach = (int)(0.5 * fmax(level->thick, upright->thick) + 1.5);
  int left = (int)(x + 0.5) - reach, right = (int)(x + 0.5) + reach;
  int top = (int)(y + 0.5) - reach, bottom = (int)(y + 0.5) + reach;
  double faint = DARKER * fmax(level->dark, upright->dark);
  if (left < 1 || top < 1 || right + 1 >= s->width || bottom + 1 >= s->height)
    return;
  size_t wide = (size_t)s->width;
  int sum = 0;
  for (int i = 0; i < 4; i++) {
    int u = i % 2 ? right + 1 : left - 1, v = i < 2 ? top - 1 : bottom + 1;
    if (s->flat[(size_t)v * wide + (size_t)u] > faint)
      return;
    sum += s->tones[(size_t)v * wide + (size_t)u];
  }
  for (int v = top; v <= bottom; v++)
    for (int u = left; u <= right; u++)
      if (s->flat[(size_t)v * wide + (size_t)u] <= faint * DARKER)
        s->tones[(size_t)v * wide + (size_t)u] = (uint8_t)((sum + 2) / 4);
}

static void paint_crossings(const sheet *s, const rule *level, int levels, const rule *upright,
                            int uprights)
{
  for (int i = 0; i < levels; i++)
    for (int j = 0; j < uprights; j++) {
      /* x = a + b (y - height / 2), y = c + d (x - width / 2) */
      const rule *v = &upright[j], *h = &level[i];
      double x = v->at + v->slope * (h->at - h->slope * 0.5 * s->width - 0.5 * s->height);
      x /= 1 - v->slope * h->slope;
      paint_crossing(s, h, v, x, height_at(h, s, x));
    }
}

static void transpose(const uint8_t *from, int width, int height, uint8_t *to)
{
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      to[(size_t)x * (size_t)height + (size_t)y] = from[(size_t)y * (size_t)width + (size_t)x];
}

/* The upright rules of a sheet; `room` is for its transposed pictures. */
static lenet_status remove_upright(const sheet *s, uint8_t *room, rule rules[MOST_RULES],
                                   int *found, lenet_error *error)
{
  size_t count = (size_t)s->width * (size_t)s->height;
  sheet turned = {s->height, s->width, room, room + count, room + 2 * count};
  transpose(s->mask, s->width, s->height, turned.mask);
  transpose(s->flat, s->width, s->height, turned.flat);
  transpose(s->tones, s->width, s->height, turned.tones);
  lenet_status status = remove_level(&turned, rules, found, error);
  transpose(turned.tones, s->height, s->width, s->tones);
  return status;
}

lenet_status lenet_rules_remove(const lenet_ink *ink, uint8_t *tones, int *found,
                                lenet_error *error)
{
  sheet s = {ink->width, ink->height, ink->mask, ink->flat, tones};
  rule level[MOST_RULES], upright[MOST_RULES];
  int levels = 0, uprights = 0;
  *found = 0;
  if (s.width < LEAST_SIDE || s.height < LEAST_SIDE)
    return LENET_OK;
  uint8_t *room = malloc(3 * (size_t)s.width * (size_t)s.height);
  if (!room)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find rules");
  lenet_status status = remove_level(&s, level, &levels, error);
  if (status == LENET_OK)
    status = remove_upright(&s, room, upright, &uprights, error);
  free(room);
  if (status == LENET_OK)
    paint_crossings(&s, level, levels, upright, uprights);
  *found = levels + uprights;
  return status;
}
