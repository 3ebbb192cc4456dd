/* The cheapest way from the top of a line to its bottom through each pixel of its middle row, by
 * dynamic programming: going down a row may go a column aside. Places that are cheaper than all
 * near by become cuts. Where ways meet they go on together, so cuts never cross. */
#include "image/cuts.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float ASIDE = 0.7F;            /* price of going aside, pixels of full ink */
static const double DEAREST = 2.5;          /* strokes that a cut may go through */
static const double DEAREST_LETTERS = 0.85; /* of an x-height, and no more: a stem has all of it */
/* Digit heights between cuts, at least; heights of x in text, where no letter is narrower. */
static const double NEAR_BY = 0.07, NEAR_BY_LETTERS = 0.12;

/* Prices of the ways to each pixel from the top, or from the bottom, [height][width]. */
typedef struct ways {
  int width, height;
  float *from_top, *from_bottom;
} ways;

/* next[x] = price of a pixel of `row` + the cheapest of the three that it follows. */
static void extend(const uint8_t *row, const float *previous, int width, float *next)
{
  for (int x = 0; x < width; x++) {
    float best = previous[x];
    if (x > 0 && previous[x - 1] + ASIDE < best)
      best = previous[x - 1] + ASIDE;
    if (x < width - 1 && previous[x + 1] + ASIDE < best)
      best = previous[x + 1] + ASIDE;
    next[x] = best + (float)row[x] / 255;
  }
}

static void find_ways(const lenet_line *line, ways *w)
{
  size_t wide = (size_t)line->width, high = (size_t)line->height;
  for (size_t x = 0; x < wide; x++) {
    w->from_top[x] = (float)line->value[x] / 255;
    w->from_bottom[(high - 1) * wide + x] = (float)line->value[(high - 1) * wide + x] / 255;
  }
  for (size_t y = 1; y < high; y++)
    extend(line->value + y * wide, w->from_top + (y - 1) * wide, line->width,
           w->from_top + y * wide);
  for (size_t y = high - 1; y-- > 0;)
    extend(line->value + y * wide, w->from_bottom + (y + 1) * wide, line->width,
           w->from_bottom + y * wide);
}

/* From column x of row y one row on, against the way that `price` was made; ties go straight. */
static int step_back(const float *price, int width, int x)
{
  int best = x;
  float least = price[x];
  if (x > 0 && price[x - 1] + ASIDE < least) {
    best = x - 1;
    least = price[x - 1] + ASIDE;
  }
  if (x < width - 1 && price[x + 1] + ASIDE < least)
    best = x + 1;
  return best;
}

static void trace(const ways *w, int middle, int x, int *cut)
{
  size_t wide = (size_t)w->width;
  cut[middle] = x;
  for (int y = middle; y > 0; y--)
    cut[y - 1] = step_back(w->from_top + (size_t)(y - 1) * wide, w->width, cut[y]);
  for (int y = middle; y < w->height - 1; y++)
    cut[y + 1] = step_back(w->from_bottom + (size_t)(y + 1) * wide, w->width, cut[y]);
}

/* True where no column within `reach` is cheaper, nor as cheap and a cut already. */
static bool is_cut(const float *price, int width, int reach, int x, int last)
{
  for (int d = 1; d <= reach; d++)
    if ((x - d >= 0 && price[x - d] < price[x]) || (x + d < width && price[x + d] < price[x]))
      return false;
  return last < 0 || x - last >= reach;
}

/* True where there is ink between two cuts. */
static bool has_ink(const lenet_line *line, const int *left, const int *right)
{
  for (int y = 0; y < line->height; y++)
    for (int x = left[y]; x < right[y]; x++)
      if (line->value[(size_t)y * (size_t)line->width + (size_t)x] >= 64)
        return true;
  return false;
}

/* Appends the cut, unless there is no ink since the last one: then the cheaper one stays. */
static void append(const lenet_line *line, lenet_cuts *cuts, int *placed, double price)
{
  size_t high = (size_t)line->height;
  const int *cut = cuts->x + (size_t)*placed * high;
  if (*placed > 0 && !has_ink(line, cut - high, cut)) {
    if (price < cuts->price[*placed - 1]) {
      memmove(cuts->x + (size_t)(*placed - 1) * high, cut, high * sizeof *cut);
      cuts->price[*placed - 1] = price;
    }
    return;
  }
  cuts->price[(*placed)++] = price;
}

/* Columns from one cut to the next, at least. */
static int reach_of(const lenet_line *line)
{
  const double near_by = line->text.x_height > 0 ? NEAR_BY_LETTERS : NEAR_BY;
  const int reach = (int)(near_by * line->digit_height + 0.5);
  return reach > 1 ? reach : 1;
}

static void place_cuts(const lenet_line *line, const ways *w, const float *price, lenet_cuts *cuts)
{
  int reach = reach_of(line), placed = 0, last = -1;
  int middle = line->height / 2;
  size_t high = (size_t)line->height;
  double dearest = DEAREST * line->stroke + 0.5;
  if (line->text.x_height > 0)
    dearest = fmin(dearest, DEAREST_LETTERS * line->text.x_height);
  for (size_t y = 0; y < high; y++)
    cuts->x[y] = 0;
  append(line, cuts, &placed, 0);
  for (int x = 1; x < line->width; x++)
    if ((double)price[x] <= dearest && is_cut(price, line->width, reach, x, last)) {
      trace(w, middle, x, cuts->x + (size_t)placed * high);
      append(line, cuts, &placed, (double)price[x]);
      last = x;
    }
  for (size_t y = 0; y < high; y++)
    cuts->x[(size_t)placed * high + y] = line->width;
  /* No ink after the last cut: the end takes its place. */
  if (placed > 1 &&
      !has_ink(line, cuts->x + (size_t)(placed - 1) * high, cuts->x + (size_t)placed * high))
    for (placed--; high > 0; high--)
      cuts->x[(size_t)placed * (size_t)line->height + high - 1] = line->width;
  cuts->price[placed] = 0;
  cuts->count = placed;
}

lenet_status lenet_cuts_find(const lenet_line *line, lenet_cuts *cuts, lenet_error *error)
{
  size_t wide = (size_t)line->width, high = (size_t)line->height;
  ways w = {line->width, line->height, malloc(wide * high * sizeof(float)),
            malloc(wide * high * sizeof(float))};
  float *price = malloc(wide * sizeof *price);
  /* Cuts are `reach` columns apart, and there is one at either end. */
  size_t most = wide / (size_t)reach_of(line) + 3;
  lenet_cuts made = {.height = line->height,
                     .x = malloc(most * high * sizeof *made.x),
                     .price = malloc(most * sizeof *made.price)};
  lenet_status status = LENET_OK;
  if (w.from_top && w.from_bottom && price && made.x && made.price) {
    find_ways(line, &w);
    size_t middle = high / 2 * wide;
    for (size_t x = 0; x < wide; x++)
      price[x] =
          w.from_top[middle + x] + w.from_bottom[middle + x] - (float)line->value[middle + x] / 255;
    place_cuts(line, &w, price, &made);
    *cuts = made;
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to cut a line into digits");
    lenet_cuts_free(&made);
  }
  free(price);
  free(w.from_top);
  free(w.from_bottom);
  return status;
}

void lenet_cuts_free(lenet_cuts *cuts)
{
  free(cuts->x);
  free(cuts->price);
  *cuts = (lenet_cuts){0};
}

double lenet_cuts_measure(const lenet_line *line, const lenet_cuts *cuts, int first, int last,
                          lenet_extent *extent)
{
  const int *from = cuts->x + (size_t)first * (size_t)cuts->height;
  const int *to = cuts->x + (size_t)(last + 1) * (size_t)cuts->height;
  lenet_extent e = {line->width, line->height, 0, 0};
  double sum = 0;
  for (int y = 0; y < line->height; y++)
    for (int x = from[y]; x < to[y]; x++) {
      uint8_t value = line->value[(size_t)y * (size_t)line->width + (size_t)x];
      if (value == 0)
        continue;
      sum += value;
      e.left = x < e.left ? x : e.left;
      e.right = x >= e.right ? x + 1 : e.right;
      e.top = y < e.top ? y : e.top;
      e.bottom = y + 1;
    }
  *extent = e;
  return sum / 255;
}

void lenet_cuts_copy(const lenet_line *line, const lenet_cuts *cuts, int first, int last,
                     const lenet_extent *extent, uint8_t *ink)
{
  const int *from = cuts->x + (size_t)first * (size_t)cuts->height;
  const int *to = cuts->x + (size_t)(last + 1) * (size_t)cuts->height;
  for (int y = extent->top; y < extent->bottom; y++)
    for (int x = extent->left; x < extent->right; x++)
      *ink++ =
          x >= from[y] && x < to[y] ? line->value[(size_t)y * (size_t)line->width + (size_t)x] : 0;
}
