/* Between the top of x and the baseline every letter has ink, above and below only some. So the ink
 * of a line's rows rises steeply at the one and falls at the other, wherever letters touch and
 * however few pixels they have. */
#include "image/height.h"

#include <math.h>

static const double EDGE = 0.55; /* of the rows' usual ink, where the rows of x begin and end */
static const double FULL = 0.5;  /* of the most that a row has, in the usual ones at least */
/* A bar of T, H or L has more ink than all rows else: where what was found is less of the whole
 * height than x ever is, the letters are as high as all of it. */
static const double TRACE = 0.06;                  /* of the usual ink, that belongs to letters */
static const double LEAST_OF_ONE = 0.6, ONE = 1.3; /* heights wide */
static const double LEAST_OF_FEW = 0.45, FEW = 3;
static const double ABOVE =
    0.24; /* of what was found, where letters that are higher than x have ink: */
static const double HIGHER = 0.045; /* so much of the usual */
static const double CAPITAL = 1.43; /* x-heights, of capitals and figures in most typefaces */
static const double LEAST_HIGHER = 1.2, MOST_HIGHER = 1.75;
static const double LIKE = 0.1;  /* of an x-height: two lines of the same type, */
static const double PIXEL = 0.8; /* or so many pixels */

/* The mean of the rows that have at least half as much ink as the fullest. */
static double usual_ink(const double *ink, int rows)
{
  double most = 0, sum = 0;
  int count = 0;
  for (int y = 0; y < rows; y++)
    most = fmax(most, ink[y]);
  for (int y = 0; y < rows; y++)
    if (ink[y] >= FULL * most) {
      sum += ink[y];
      count++;
    }
  return sum / count;
}

static double ink_at(const double *ink, int rows, int y) { return y < 0 || y >= rows ? 0 : ink[y]; }

/* Where between the middles of rows y and y + 1 the ink goes through `edge`. */
static double crossing(const double *ink, int rows, int y, double edge)
{
  const double from = ink_at(ink, rows, y), to = ink_at(ink, rows, y + 1);
  return y + 0.5 + (edge - from) / (to - from);
}

/* The rows from the first to the last that have this much ink. */
typedef struct band {
  double top, height;
} band;

static band rows_with(const double *ink, int rows, double edge)
{
  int first = 0, last = rows - 1;
  while (first < rows - 1 && ink[first] < edge)
    first++;
  while (last > first && ink[last] < edge)
    last--;
  const double top = crossing(ink, rows, first - 1, edge);
  return (band){top, fmax(crossing(ink, rows, last, edge) - top, 1)};
}

lenet_stand lenet_stand_find(const double *ink, int rows, int width)
{
  const double usual = usual_ink(ink, rows);
  if (usual <= 0) /* nothing left of faint ink: the line's own height */
    return (lenet_stand){.at = {.baseline = rows, .x_height = rows / CAPITAL}, .if_small = rows};
  const band x = rows_with(ink, rows, EDGE * usual), all = rows_with(ink, rows, TRACE * usual);
  const double least = width < ONE * all.height   ? LEAST_OF_ONE
                       : width < FEW * all.height ? LEAST_OF_FEW
                                                  : 0;
  if (x.height < least * all.height)
    return (lenet_stand){.at = {.baseline = all.top + all.height, .x_height = all.height / CAPITAL},
                         .if_small = all.height};
  const double top = x.top, height = x.height, baseline = top + height;
  lenet_stand stand = {.at = {.baseline = baseline, .x_height = height}};
  stand.sure = ink_at(ink, rows, (int)floor(top - ABOVE * height)) >= HIGHER * usual;
  if (!stand.sure) {
    stand.if_small = height;
    stand.at.x_height = height / CAPITAL;
  }
  return stand;
}

static bool are_like(double one, double other)
{
  return fabs(one - other) <= fmax(LIKE * other, PIXEL);
}

bool lenet_stand_like(const lenet_stand *stand, double x_height)
{
  return are_like(stand->at.x_height, x_height);
}

void lenet_stand_settle(lenet_stand *stand, double page)
{
  if (stand->sure || page <= 0)
    return;
  const double higher = stand->if_small / page;
  if (!are_like(stand->if_small, page) && (higher < LEAST_HIGHER || higher > MOST_HIGHER))
    return;
  stand->at.x_height = page;
  stand->sure = true;
}
