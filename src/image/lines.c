/* A part of a digit's height looks to the right for the next one that stands about as high as it
 * does, and both are in one line; whatever is smaller joins the line of the part that it is nearest
 * to. */
#include "image/lines.h"

#include "base/error.h"
#include "image/rasters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double FARTHEST = 5; /* digit heights from one digit to the next */
/* Digit heights from a small part to a large one. */
static const double SMALL_REACH[] = {[LENET_DIGITS] = 0.6, [LENET_TEXT] = 1.2};
/* What a way along the line counts: in text a dash may stand between two spaces, and a typewriter's
 * are wide. */
static const double ALONG[] = {[LENET_DIGITS] = 1, [LENET_TEXT] = 0.35};
/* Half the height of large type counts where that is more than the page's. */
static const double LARGE_TYPE[] = {[LENET_DIGITS] = 0, [LENET_TEXT] = 0.5};
/* What stands by itself is a point, comma or quote of a part that is so many times as high, and as
 * far beside or above it as these parts of its height. */
static const double HIGHER = 1.5, BESIDE = 0.5, ABOVE = 0.25;
static const double ONE_DIGIT =
    0.25; /* of the largest part's side, from part to part of one digit */

/* ------------------------------------------------------------------ who stands with whom --- */

static int root(int *of, int i)
{
  while (of[i] != i)
    i = of[i] = of[of[i]];
  return i;
}

/* How high a usual digit is that stands beside a part of this height. */
static double height_beside(const lenet_parts *parts, int height)
{
  return fmax(parts->digit_height, LARGE_TYPE[parts->script] * height);
}

/* How far b is from being the next to the right of a; HUGE_VAL where it cannot be. */
static double distance_to_next(const lenet_parts *parts, const lenet_part *a, const lenet_part *b)
{
  double ahead = lenet_part_middle_x(b) - lenet_part_middle_x(a), gap = b->left - a->right;
  double off = fabs(lenet_part_middle_y(b) - lenet_part_middle_y(a));
  int low = a->bottom < b->bottom ? a->bottom : b->bottom;
  int high = a->top > b->top ? a->top : b->top;
  int shorter =
      lenet_part_height(a) < lenet_part_height(b) ? lenet_part_height(a) : lenet_part_height(b);
  const double tall = height_beside(parts, shorter);
  if (ahead < 0 || gap > FARTHEST * tall || low - high < 0.35 * shorter ||
      off > 0.3 * tall + LENET_STEEPEST * ahead)
    return HUGE_VAL;
  return fmax(gap, 0) + 3 * off;
}

/* Parts of writing by their left edges, so that one need not look at those far off. */
typedef struct row {
  const lenet_parts *parts;
  int count, widest, highest; /* pixels, of any of them */
  int *at;                    /* [count] parts */
  int *left;                  /* [count] their left edges */
} row;

typedef struct edge {
  int left, part;
} edge;

static int by_left(const void *a, const void *b)
{
  const edge *first = a, *second = b;
  return first->left != second->left ? (first->left < second->left ? -1 : 1)
                                     : first->part - second->part;
}

static void row_free(row *r)
{
  free(r->at);
  free(r->left);
}

/* All writing, or what is large alone. */
static lenet_status row_make(const lenet_parts *parts, bool large, row *r, lenet_error *error)
{
  edge *edges = malloc(((size_t)parts->count + 1) * sizeof *edges);
  *r = (row){.parts = parts,
             .at = malloc(((size_t)parts->count + 1) * sizeof *r->at),
             .left = malloc(((size_t)parts->count + 1) * sizeof *r->left)};
  bool memory = edges && r->at && r->left;
  for (int i = 0; memory && i < parts->count; i++) {
    const lenet_part *p = &parts->part[i];
    if (!p->writing || (large && !lenet_part_is_large(parts, p)))
      continue;
    edges[r->count++] = (edge){p->left, i};
    r->widest = p->right - p->left > r->widest ? p->right - p->left : r->widest;
    r->highest = lenet_part_height(p) > r->highest ? lenet_part_height(p) : r->highest;
  }
  if (memory)
    qsort(edges, (size_t)r->count, sizeof *edges, by_left);
  for (int i = 0; memory && i < r->count; i++) {
    r->at[i] = edges[i].part;
    r->left[i] = edges[i].left;
  }
  free(edges);
  if (memory)
    return LENET_OK;
  row_free(r);
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
}

/* The place in the row of the first part whose left edge is at x or beyond. */
static int row_find(const row *r, double x)
{
  int low = 0, high = r->count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (r->left[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Whoever is the next to the right of a part has its middle beyond this one's, and its left edge
 * within the least distance found so far. */
static void join_large(const row *r, int *of)
{
  for (int i = 0; i < r->count; i++) {
    const lenet_part *p = &r->parts->part[r->at[i]];
    const double farthest = FARTHEST * height_beside(r->parts, lenet_part_height(p));
    double best = HUGE_VAL;
    int next = -1;
    for (int j = row_find(r, lenet_part_middle_x(p) - 0.5 * r->widest);
         j < r->count && r->left[j] - p->right <= fmin(best, farthest); j++) {
      if (j == i)
        continue;
      double away = distance_to_next(r->parts, p, &r->parts->part[r->at[j]]);
      if (away < best) {
        best = away;
        next = r->at[j];
      }
    }
    if (next >= 0)
      of[root(of, r->at[i])] = root(of, next);
  }
}

static bool is_point_of(const lenet_part *p, const lenet_part *q)
{
  const int high = lenet_part_height(q);
  return high >= HIGHER * lenet_part_height(p) && p->left - q->right <= BESIDE * high &&
         q->left - p->right <= BESIDE * high && q->top - p->bottom <= ABOVE * high &&
         p->top - q->bottom <= 0;
}

/* Is a part beside one of another group that it may be a point of? */
static bool is_point(const row *r, int part, int *of)
{
  const lenet_part *p = &r->parts->part[part];
  const double reach = BESIDE * r->highest;
  for (int j = row_find(r, p->left - reach - r->widest);
       j < r->count && r->left[j] - p->right <= reach; j++)
    if (is_point_of(p, &r->parts->part[r->at[j]]) && root(of, r->at[j]) != root(of, part))
      return true;
  return false;
}

/* Groups of nothing but points, high as they are, begin no line. `whole` has room for each part. */
static void set_minor(const row *r, lenet_parts *parts, int *of, bool *whole)
{
  memset(whole, 0, (size_t)parts->count * sizeof *whole);
  for (int i = 0; i < r->count; i++) {
    const int first = root(of, r->at[i]);
    whole[first] = whole[first] || !is_point(r, r->at[i], of);
  }
  for (int i = 0; i < r->count; i++)
    parts->part[r->at[i]].minor = !whole[root(of, r->at[i])];
  for (int i = 0; i < r->count; i++)
    if (parts->part[r->at[i]].minor)
      of[r->at[i]] = r->at[i];
}

/* From box to box, 0 where they overlap; `along` is what a way along the line counts. */
static double distance_between(const lenet_part *a, const lenet_part *b, double along)
{
  int dx = a->left > b->right ? a->left - b->right : b->left > a->right ? b->left - a->right : 0;
  int dy = a->top > b->bottom ? a->top - b->bottom : b->top > a->bottom ? b->top - a->bottom : 0;
  return hypot(along * dx, dy);
}

/* Each small part joins the large one of the row that it is nearest to. */
static void join_small(const row *r, lenet_script script, int *of)
{
  const double along = ALONG[script];
  for (int i = 0; i < r->parts->count; i++) {
    const lenet_part *p = &r->parts->part[i];
    if (!p->writing || lenet_part_is_large(r->parts, p))
      continue;
    double best = SMALL_REACH[script] * height_beside(r->parts, r->highest);
    for (int j = row_find(r, p->left - best / along - r->widest);
         j < r->count && along * (r->left[j] - p->right) < best; j++) {
      const lenet_part *q = &r->parts->part[r->at[j]];
      double away = distance_between(p, q, along);
      if (away < best &&
          away < SMALL_REACH[script] * height_beside(r->parts, lenet_part_height(q))) {
        best = away;
        of[i] = r->at[j];
      }
    }
  }
}

/* Numbers the lines, from 0; parts without a line get -1. */
static int number_lines(lenet_parts *parts, int *of)
{
  int count = 0;
  for (int i = 0; i < parts->count; i++)
    parts->part[i].line = -1;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < parts->count; i++) {
      lenet_part *p = &parts->part[i];
      lenet_part *first = &parts->part[root(of, i)];
      if (pass == 0 && lenet_part_is_large(parts, p)) {
        if (first->line < 0)
          first->line = count++;
        p->line = first->line;
      } else if (pass == 1 && p->writing && p->line < 0 && of[i] != i) {
        p->line = first->line;
      }
    }
  return count;
}

lenet_status lenet_lines_find(const lenet_ink *ink, lenet_script script, lenet_parts *parts,
                              lenet_lines *lines, lenet_error *error)
{
  lenet_lines made = {0};
  int *of = malloc(((size_t)parts->count + 1) * sizeof *of);
  bool *whole = malloc(((size_t)parts->count + 1) * sizeof *whole);
  row large = {0};
  lenet_status status = of && whole
                            ? row_make(parts, true, &large, error)
                            : lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  for (int i = 0; status == LENET_OK && i < parts->count; i++)
    of[i] = i;
  if (status == LENET_OK)
    join_large(&large, of);
  if (status == LENET_OK && script == LENET_TEXT) {
    set_minor(&large, parts, of, whole);
    row_free(&large);
    status = row_make(parts, true, &large, error);
  }
  if (status == LENET_OK) {
    join_small(&large, script, of);
    row_free(&large);
    made.count = number_lines(parts, of);
    status = lenet_rasters_make(
        ink, parts, script == LENET_TEXT ? LENET_BY_LETTERS : LENET_BY_DIGITS, &made, error);
  }
  free(of);
  free(whole);
  if (status == LENET_OK)
    *lines = made;
  return status;
}

/* Takes the largest part into line 0, and what is near to what is taken already, until there is no
 * more. `taken` is for a number for each part. */
static void take_nearby(const row *r, lenet_parts *parts, int *taken)
{
  int largest = -1, count = 0;
  for (int i = 0; i < parts->count; i++) {
    lenet_part *p = &parts->part[i];
    p->line = -1;
    if (p->writing && (largest < 0 || p->area > parts->part[largest].area))
      largest = i;
  }
  lenet_part *seed = &parts->part[largest];
  int wide = seed->right - seed->left, high = lenet_part_height(seed);
  double reach = ONE_DIGIT * (wide > high ? wide : high);
  seed->line = 0;
  taken[count++] = largest;
  for (int next = 0; next < count; next++) {
    const lenet_part *near = &parts->part[taken[next]];
    for (int j = row_find(r, near->left - reach - r->widest);
         j < r->count && r->left[j] - near->right <= reach; j++) {
      lenet_part *p = &parts->part[r->at[j]];
      if (p->line == 0 || distance_between(p, near, 1) > reach)
        continue;
      p->line = 0;
      taken[count++] = r->at[j];
    }
  }
}

lenet_status lenet_lines_of_largest(const lenet_ink *ink, lenet_parts *parts, lenet_lines *lines,
                                    lenet_error *error)
{
  lenet_lines made = {.count = 1};
  int *taken = malloc(((size_t)parts->count + 1) * sizeof *taken);
  row all;
  if (!taken)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  lenet_status status = row_make(parts, false, &all, error);
  if (status == LENET_OK) {
    take_nearby(&all, parts, taken);
    row_free(&all);
    status = lenet_rasters_make(ink, parts, LENET_LEVEL, &made, error);
  }
  free(taken);
  if (status == LENET_OK)
    *lines = made;
  return status;
}
