/* Between words there is more paper than between letters: from ink to ink, not from box to box,
 * which slanted letters and those that reach over others share. How much, each typeface and each
 * justified line has its own way: of all gaps of a line, in order, the widest step between two that
 * are neither surely within a word nor surely a space tells one from the other. A line may have no
 * space at all, or no letters side by side: the steps from and to where it would be sure count as
 * well. A short line goes by all of the page that are as large.
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
static const double LEAST_SPACE = 0.3; /* less is none, */
static const double SURE_SPACE = 0.75; /* and more is one */
static const double WIDE = 0.62;       /* another space, in a gap that is wider than two of them */

static const double UPWARDS = 0.3; /* of a way across, that one up or down counts */
static const double HALF = 128;    /* of 255 */

/* Figures are all as wide, so there is paper around a 1 and around what stands between two of them:
 * more than between letters, on either side. */
static const double AROUND_ONE = 0.1, AROUND_POINT_IN_NUMBER = 0.14, AROUND_POINT = 0.05;

static const int FEW_GAPS = 16;     /* with which a line is a short one */
static const int ENOUGH_GAPS = 400; /* to go by: thousands of short lines ask each other */
static const double AS_LARGE = 0.1; /* of an x-height, that another line may differ */

/* One pitch for all. */
static const int LEAST_STEPS = 4;       /* of a line, to tell */
static const double OFF_STEP = 0.13;    /* of a pitch, that a middle may be off */
static const double STEPS_RIGHT = 0.85; /* of all steps */
static const double NARROWEST_PITCH = 0.9, WIDEST_PITCH = 1.6;

static int by_size(const void *a, const void *b)
{
  const double one = *(const double *)a, two = *(const double *)b;
  return one < two ? -1 : one > two;
}

/* gap [count] in order. The least gap that is a space. Of many some are within words. */
static double least_space(const double *gap, int count)
{
  double widest = 0, least = SURE_SPACE;
  for (int i = count < FEW_GAPS ? 0 : 1; i <= count; i++) {
    const double low = fmax(i > 0 ? gap[i - 1] : 0, LEAST_SPACE);
    const double high = fmin(i < count ? gap[i] : HUGE_VAL, SURE_SPACE);
    if (high > low && high / low > widest) {
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

/* From each character to the next, in x-heights. `edge` has four numbers for each row. */
static void measure(const lenet_line *line, const lenet_candidates *candidates,
                    const lenet_path *way, double *edge, const lenet_gaps *gaps)
{
  const double x = line->text.x_height;
  const int height = line->height;
  outline here = {edge, edge + height}, next = {edge + 2 * height, edge + 3 * height};
  trace(line, &candidates->cuts, &candidates->at[way->step[0].candidate], &here);
  for (int i = 0; i < gaps->count; i++) {
    const lenet_candidate *a = &candidates->at[way->step[i].candidate];
    const lenet_candidate *b = &candidates->at[way->step[i + 1].candidate];
    trace(line, &candidates->cuts, b, &next);
    gaps->gap[i] = gap_between(&here, &next, height, b->extent.left - a->extent.right) / x;
    gaps->step[i] = (middle_of(&b->extent) - middle_of(&a->extent)) / x;
    const outline kept = here;
    here = next;
    next = kept;
  }
}

lenet_status lenet_gaps_measure(const lenet_line *line, const lenet_candidates *candidates,
                                const lenet_path *way, lenet_gaps *gaps, lenet_error *error)
{
  const size_t count = (size_t)way->count;
  double *edge = malloc(4 * (size_t)line->height * sizeof *edge);
  lenet_gaps made = {.count = way->count - 1,
                     .x_height = line->text.x_height,
                     .gap = malloc(2 * count * sizeof *made.gap)};
  if (!edge || !made.gap) {
    free(edge);
    lenet_gaps_free(&made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the spaces of a line");
  }
  made.step = made.gap + count;
  measure(line, candidates, way, edge, &made);
  free(edge);
  *gaps = made;
  return LENET_OK;
}

void lenet_gaps_free(lenet_gaps *gaps)
{
  free(gaps->gap);
  *gaps = (lenet_gaps){0};
}

/* ------------------------------------------------------------------ of a page -------------- */

static bool is_one_of(char c, const char *these) { return c && strchr(these, c); }

static bool is_point(char c) { return is_one_of(c, ".,:;"); }

static bool is_one(char c) { return is_one_of(c, "1lI|"); }

/* What may stand in a number: neighbours have not yet said which of those that look alike. */
static bool in_number(char c)
{
  return (c >= '0' && c <= '9') || is_point(c) || is_one(c) || is_one_of(c, "oO$%");
}

/* Paper that there is between these two in any case, beyond what letters have. */
static double paper_around(char a, char b)
{
  const int points = is_point(a) + is_point(b);
  if (in_number(a) && in_number(b))
    return AROUND_ONE * (is_one(a) + is_one(b)) + AROUND_POINT_IN_NUMBER * points;
  return AROUND_POINT * points;
}

static void take_off_paper(lenet_gaps *gaps, const lenet_read_digit *digit)
{
  for (int i = 0; i < gaps->count; i++)
    gaps->gap[i] -= paper_around(digit[i].choice[0].character, digit[i + 1].choice[0].character);
}

static bool is_as_large(const lenet_gaps *one, const lenet_gaps *other)
{
  return fabs(one->x_height - other->x_height) <= AS_LARGE * one->x_height;
}

/* Copies the gaps and steps that say where line `at` has spaces: its own and, where these are few,
 * those of the nearest lines. Returns how many. */
static int gather(const lenet_gaps *gaps, int lines, int at, double *gap, double *step)
{
  int count = 0;
  for (int away = 0; away < lines; away++)
    for (int side = away > 0 ? -1 : 1; side <= 1; side += 2) {
      const int i = at + side * away;
      if (i < 0 || i >= lines || (away > 0 && !is_as_large(&gaps[at], &gaps[i])))
        continue;
      memcpy(gap + count, gaps[i].gap, (size_t)gaps[i].count * sizeof *gap);
      memcpy(step + count, gaps[i].step, (size_t)gaps[i].count * sizeof *step);
      count += gaps[i].count;
      if (gaps[at].count >= FEW_GAPS || count >= ENOUGH_GAPS)
        return count;
    }
  return count;
}

/* gap and step [count]: of this line and those that it goes by. */
static void decide(const lenet_gaps *line, double *gap, const double *step, int count,
                   lenet_read_digit *digit)
{
  const double pitch = pitch_of(step, count);
  qsort(gap, (size_t)count, sizeof *gap, by_size);
  const double least = least_space(gap, count);
  for (int i = 0; i < line->count; i++) {
    const double steps = pitch > 0 ? line->step[i] / pitch : 0;
    if (pitch > 0)
      digit[i + 1].spaces = steps > 1.5 ? (int)(steps + 0.5) - 1 : 0;
    else
      digit[i + 1].spaces = line->gap[i] < least ? 0 : line->gap[i] > 2 * least + WIDE ? 2 : 1;
  }
}

lenet_status lenet_spaces_find(lenet_gaps *gaps, int lines, lenet_read_line *read,
                               lenet_error *error)
{
  size_t count = 1;
  for (int i = 0; i < lines; i++)
    count += (size_t)gaps[i].count;
  double *room = malloc(2 * count * sizeof *room);
  if (!room)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the spaces of a page");
  for (int i = 0; i < lines; i++)
    take_off_paper(&gaps[i], read[i].digit);
  for (int i = 0; i < lines; i++) {
    const int told = gather(gaps, lines, i, room, room + count);
    decide(&gaps[i], room, room + count, told, read[i].digit);
  }
  free(room);
  return LENET_OK;
}
