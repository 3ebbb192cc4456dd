/* Between words there is more paper than between letters: from ink to ink, not from box to box,
 * which slanted letters and those that reach over others share. How much, each typeface and each
 * justified line has its own way: of all gaps of a line, in order, the widest step between two that
 * are neither surely within a word nor surely a space tells one from the other.
 *
 * Where all characters are equally wide, as on a typewriter, the paper between two says nothing: i
 * and l have much around them. But their middles are whole steps apart, and a space is a step
 * without a character. */
#include "read/spaces.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of x-heights. */
static const double LEAST_SPACE = 0.3;  /* less is none, */
static const double SURE_SPACE = 0.75;  /* and more is one */
static const double USUAL_SPACE = 0.44; /* from which on, where a line does not tell */
static const double WIDE = 0.62;        /* another space, in a gap that is wider than two of them */

static const double UPWARDS = 0.3; /* of a way across, that one up or down counts */
static const double HALF = 128;    /* of 255 */

/* One pitch for all. */
static const int LEAST_STEPS = 8;       /* of a line, to tell */
static const double OFF_STEP = 0.13;    /* of a pitch, that a middle may be off */
static const double STEPS_RIGHT = 0.85; /* of all steps */
static const double NARROWEST_PITCH = 0.9, WIDEST_PITCH = 1.6;

static int by_size(const void *a, const void *b)
{
  const double one = *(const double *)a, two = *(const double *)b;
  return one < two ? -1 : one > two;
}

/* gaps [count] in order. The least gap that is a space. */
static double least_space(const double *gap, int count)
{
  double widest = 0, least = USUAL_SPACE;
  for (int i = 0; i + 1 < count; i++) {
    const double low = fmax(gap[i], LEAST_SPACE), high = fmin(gap[i + 1], SURE_SPACE);
    if (high / low > widest && high > low) {
      widest = high / low;
      least = sqrt(low * high);
    }
  }
  return least;
}

/* How many of the steps are whole ones of this pitch, and of how many on average they are off. */
static int count_right(const double *step, int count, double pitch, double *sum)
{
  int right = 0;
  *sum = 0;
  for (int i = 0; i < count; i++) {
    const double steps = step[i] / pitch, whole = floor(steps + 0.5);
    if (whole < 1 || fabs(steps - whole) > OFF_STEP * sqrt(whole))
      continue;
    right++;
    *sum += step[i] / whole;
  }
  return right;
}

/* The pitch of a line in x-heights, 0 where there is none. step [count]: from middle to middle. */
static double pitch_of(const double *step, int count)
{
  double pitch = 0;
  int most = 0;
  for (int i = 0; i < count; i++) {
    double sum;
    if (step[i] < NARROWEST_PITCH || step[i] > WIDEST_PITCH)
      continue;
    const int right = count_right(step, count, step[i], &sum);
    if (right > most) {
      most = right;
      pitch = sum / right;
    }
  }
  return count >= LEAST_STEPS && most >= STEPS_RIGHT * count ? pitch : 0;
}

static double middle_of(const lenet_extent *e) { return 0.5 * (e->left + e->right); }

/* Columns where a character's ink begins and ends in each row, at half of full ink; none where
 * begin > end. */
typedef struct outline {
  double *begin, *end; /* [height] */
} outline;

static double value_at(const lenet_line *line, int x, int y)
{
  return x < 0 || x >= line->width ? 0 : line->value[(size_t)y * (size_t)line->width + (size_t)x];
}

/* Beyond column x, whose ink is full, in the direction of `step`: where it has fallen to half. */
static double half_way(const lenet_line *line, int x, int y, int step)
{
  const double here = value_at(line, x, y), next = value_at(line, x + step, y);
  const double part = next < HALF ? (here - HALF) / fmax(here - next, 1) : 0.5;
  return x + 0.5 + step * fmin(part, 1);
}

static void trace(const lenet_line *line, const lenet_cuts *cuts, const lenet_candidate *c,
                  const outline *o)
{
  const int *from = cuts->x + (size_t)c->first * (size_t)cuts->height;
  const int *to = cuts->x + (size_t)(c->last + 1) * (size_t)cuts->height;
  for (int y = 0; y < line->height; y++) {
    int left = from[y], right = to[y] - 1;
    while (left <= right && value_at(line, left, y) < HALF)
      left++;
    while (right >= left && value_at(line, right, y) < HALF)
      right--;
    o->begin[y] = left <= right ? half_way(line, left, y, -1) : HUGE_VAL;
    o->end[y] = left <= right ? half_way(line, right, y, 1) : -HUGE_VAL;
  }
}

/* The least way from ink to ink, pixels, where up or down counts less than across; `boxes` where
 * either has none. */
static double gap_between(const outline *here, const outline *next, int height, double boxes)
{
  double least = HUGE_VAL;
  for (int y = 0; y < height; y++)
    for (int v = 0; here->end[y] > -HUGE_VAL && v < height; v++)
      least = fmin(least, next->begin[v] - here->end[y] + UPWARDS * abs(v - y));
  return least < HUGE_VAL ? least : boxes;
}

/* gap [way->count - 1] and step: from each character to the next, in x-heights. `edge` has four
 * numbers for each row. */
static void measure(const lenet_line *line, const lenet_candidates *candidates,
                    const lenet_path *way, double *edge, double *gap, double *step)
{
  const double x = line->text.x_height;
  const int height = line->height;
  outline here = {edge, edge + height}, next = {edge + 2 * height, edge + 3 * height};
  trace(line, &candidates->cuts, &candidates->at[way->step[0].candidate], &here);
  for (int i = 0; i + 1 < way->count; i++) {
    const lenet_candidate *a = &candidates->at[way->step[i].candidate];
    const lenet_candidate *b = &candidates->at[way->step[i + 1].candidate];
    trace(line, &candidates->cuts, b, &next);
    gap[i] = gap_between(&here, &next, height, b->extent.left - a->extent.right) / x;
    step[i] = (middle_of(&b->extent) - middle_of(&a->extent)) / x;
    const outline kept = here;
    here = next;
    next = kept;
  }
}

/* gap and step [count]; `sorted` has room for as many. */
static void decide(const double *gap, const double *step, int count, double *sorted,
                   lenet_read_digit *digit)
{
  const double pitch = pitch_of(step, count);
  memcpy(sorted, gap, (size_t)count * sizeof *gap);
  qsort(sorted, (size_t)count, sizeof *sorted, by_size);
  const double least = least_space(sorted, count);
  for (int i = 0; i < count; i++) {
    if (pitch > 0)
      digit[i + 1].spaces = step[i] > 1.5 * pitch ? (int)(step[i] / pitch + 0.5) - 1 : 0;
    else
      digit[i + 1].spaces = gap[i] < least ? 0 : gap[i] > 2 * least + WIDE ? 2 : 1;
  }
}

lenet_status lenet_spaces_find(const lenet_line *line, const lenet_candidates *candidates,
                               const lenet_path *way, lenet_read_digit *digit, lenet_error *error)
{
  const size_t count = (size_t)way->count;
  double *room = malloc((3 * count + 4 * (size_t)line->height) * sizeof *room);
  if (!room)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the spaces of a line");
  measure(line, candidates, way, room + 3 * count, room, room + count);
  decide(room, room + count, way->count - 1, room + 2 * count, digit);
  free(room);
  return LENET_OK;
}
