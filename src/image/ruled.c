/* The stem of a 1, 4, 7 or 9, the roof of a 7 and the foot of a 2 are straight lines too, and in a
 * picture that is hardly larger than its digits as long as a rule. But a stroke is no longer than
 * its digit is high, while a rule goes on. How high digits are, how thick and how dark their
 * strokes, is told by what is left when all straight lines are taken away.
 *
 * A level line is a rule where it is longer than a few digits are high. An upright one too, if it
 * goes from top to bottom and there is writing that it does not touch, or it is one of a sheet of
 * squares: alone, or with a flag, it is a 1. Any is a rule that goes from side to side and is
 * thinner or fainter than the writing, and so are the sides of a box and the columns of a table:
 * they end at lines that cross them, and are longer than digits are high. */
#include "image/ruled.h"

#include "base/error.h"
#include "image/median.h"
#include "image/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LONG = 2.5;     /* heights of a digit, that no stroke has */
static const double BOXED = 1.3;    /* heights of a digit, that a line between two level ones has */
static const double FILLED = 0.7;   /* of such a line is ink */
static const double ASIDE = 0.12;   /* of the picture may be between its border and a rule's end */
static const double THINNER = 0.75; /* of the writing's strokes is one pixel more than a rule */
static const double FAINTER = 0.7;  /* of the writing's ink */
enum {
  LEAST_HEIGHT = 8, /* pixels: what is smaller shows no height of digits */
  SQUARED = 6, /* level rules from side to side make a sheet of squares; a line cut out has fewer */
  NEAR = 6     /* pixels between the end of a line and the one that it ends at */
};

/* What is usual for the writing that is left without straight lines. A piece that one touches may
 * be a part of its digit. */
typedef struct writing {
  double height;       /* of the pieces that none touches, pixels; 0: there are none */
  double cut;          /* of all pieces */
  double stroke, dark; /* of all: thickness, pixels; `flat` of the ink */
} writing;

/* ------------------------------------------------------------------ writing --------------- */

/* The pixel of a run in column x and row y of the picture that it was found in. */
static size_t place(const lenet_ink *ink, bool upright, int x, int y)
{
  return upright ? (size_t)x * (size_t)ink->width + (size_t)y
                 : (size_t)y * (size_t)ink->width + (size_t)x;
}

static void erase(const lenet_ink *ink, const lenet_straights *lines, bool upright, uint8_t *mask)
{
  for (size_t i = 0; i < lines->runs; i++) {
    const lenet_run *v = &lines->run[i];
    for (int y = v->top; v->line >= 0 && y < v->bottom; y++)
      mask[place(ink, upright, v->x, y)] = 0;
  }
}

/* Marks the parts above and below a line's runs. */
static void touch(const lenet_ink *ink, const lenet_straights *lines, bool upright,
                  const lenet_parts *parts, bool *touched)
{
  int width = upright ? ink->height : ink->width, height = upright ? ink->width : ink->height;
  for (size_t i = 0; i < lines->runs; i++) {
    const lenet_run *v = &lines->run[i];
    if (v->line < 0)
      continue;
    for (int x = v->x - 1; x <= v->x + 1; x++)
      for (int y = v->top - 1; y <= v->bottom; y++)
        if (x >= 0 && x < width && y >= 0 && y < height) {
          int32_t label = parts->label[place(ink, upright, x, y)];
          if (label > 0)
            touched[label - 1] = true;
        }
  }
}

static double height(const lenet_part *p) { return lenet_part_height(p); }
static double stroke(const lenet_part *p) { return 2.0 * p->area / p->edge; }
static double darkness(const lenet_part *p) { return p->flat; }

static bool is_high(const lenet_part *p) { return lenet_part_height(p) >= LEAST_HEIGHT; }

/* The median of `value` over the writing that no line touches, or over all where `touched` is
 * NULL. */
static double measure(const lenet_parts *parts, const bool *touched, lenet_weighed *list,
                      double (*value)(const lenet_part *))
{
  size_t count = 0;
  for (int i = 0; i < parts->count; i++) {
    const lenet_part *p = &parts->part[i];
    if (p->writing && is_high(p) && !(touched && touched[i]))
      list[count++] = (lenet_weighed){value(p), height(p)};
  }
  return lenet_median(list, count);
}

/* Among thousands of crumbs of rules digits look too large to be writing: if crumbs are all that is
 * called so, whatever is higher is. */
static void prefer_high(lenet_parts *parts)
{
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].writing && is_high(&parts->part[i]))
      return;
  for (int i = 0; i < parts->count; i++)
    parts->part[i].writing = is_high(&parts->part[i]);
}

static lenet_status find_writing(const lenet_ink *ink, const lenet_straights *level,
                                 const lenet_straights *upright, writing *found, lenet_error *error)
{
  size_t count = (size_t)ink->width * (size_t)ink->height;
  lenet_ink rest = *ink;
  lenet_parts parts = {0};
  rest.mask = malloc(count);
  if (!rest.mask)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to tell rules from strokes");
  memcpy(rest.mask, ink->mask, count);
  erase(ink, level, false, rest.mask);
  erase(ink, upright, true, rest.mask);
  lenet_status status = lenet_parts_find(&rest, LENET_DIGITS, &parts, error);
  free(rest.mask);
  *found = (writing){0};
  if (status != LENET_OK)
    return status == LENET_NO_DIGIT ? LENET_OK : status;
  bool *touched = calloc((size_t)parts.count, sizeof *touched);
  lenet_weighed *list = malloc((size_t)parts.count * sizeof *list);
  if (touched && list) {
    prefer_high(&parts);
    touch(ink, level, false, &parts, touched);
    touch(ink, upright, true, &parts, touched);
    found->height = measure(&parts, touched, list, height);
    found->cut = measure(&parts, NULL, list, height);
    found->stroke = measure(&parts, NULL, list, stroke);
    found->dark = measure(&parts, NULL, list, darkness);
  } else
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to tell rules from strokes");
  free(touched);
  free(list);
  lenet_parts_free(&parts);
  return status;
}

/* ------------------------------------------------------------------ lines ----------------- */

/* Lines of one direction, and the side of the picture that they run along. */
typedef struct direction {
  lenet_straights *lines;
  int side;
} direction;

static bool is_long(const lenet_straight *l, double least)
{
  return l->filled >= FILLED && l->last - l->first + 1 >= least;
}

static bool spans(const lenet_straight *l, int side)
{
  return l->first <= ASIDE * side && l->last >= (1 - ASIDE) * side - 1;
}

static bool is_unlike(const lenet_straight *l, const writing *w)
{
  return l->thick + 1 <= THINNER * w->stroke || l->dark <= FAINTER * w->dark;
}

/* Does a line that crosses, or one that is a rule, go through the point at x of this one? */
static bool is_crossed(const lenet_straight *l, int side, int x, const direction *across,
                       bool by_rule)
{
  double y = lenet_straight_y(l, side, x);
  for (int i = 0; i < across->lines->count; i++) {
    const lenet_straight *k = &across->lines->line[i];
    if ((k->rule || !by_rule) && y >= k->first - NEAR && y <= k->last + NEAR &&
        fabs(lenet_straight_y(k, across->side, y) - x) <= NEAR)
      return true;
  }
  return false;
}

static bool is_between(const lenet_straight *l, int side, const direction *across, bool rules)
{
  return is_crossed(l, side, l->first, across, rules) &&
         is_crossed(l, side, l->last, across, rules);
}

static bool is_level_rule(const lenet_straight *l, const direction *level, double tall,
                          const writing *w)
{
  return is_long(l, LONG * tall) || (spans(l, level->side) && is_unlike(l, w));
}

/* Level rules that go from side to side. */
static int count_spanning(const direction *level)
{
  int count = 0;
  for (int i = 0; i < level->lines->count; i++)
    count += level->lines->line[i].rule && spans(&level->lines->line[i], level->side);
  return count;
}

static bool is_upright_rule(const lenet_straight *l, const direction *upright,
                            const direction *level, const writing *w)
{
  double boxed = w->height > 0 ? w->height : w->cut;
  if (boxed > 0 && is_long(l, BOXED * boxed) && is_between(l, upright->side, level, false))
    return true;
  return spans(l, upright->side) &&
         (is_unlike(l, w) || (w->height > 0 && is_long(l, LONG * w->height)) ||
          (l->filled >= FILLED && count_spanning(level) >= SQUARED));
}

static void tell(const direction *level, const direction *upright, const writing *w)
{
  /* Where every digit touches a rule they are hardly higher than rules are apart. */
  int rows = level->lines->count > 0 ? level->lines->count : 1;
  double tall = w->height > 0 ? w->height : (double)upright->side / rows;
  for (int i = 0; i < level->lines->count; i++) {
    lenet_straight *l = &level->lines->line[i];
    l->rule = is_level_rule(l, level, tall, w);
  }
  for (int i = 0; i < upright->lines->count; i++) {
    lenet_straight *l = &upright->lines->line[i];
    l->rule = is_upright_rule(l, upright, level, w);
  }
  /* The upper and lower side of a narrow box. */
  for (int i = 0; i < level->lines->count; i++) {
    lenet_straight *l = &level->lines->line[i];
    l->rule = l->rule || is_between(l, level->side, upright, true);
  }
}

lenet_status lenet_ruled_tell(const lenet_ink *ink, lenet_straights *level,
                              lenet_straights *upright, lenet_error *error)
{
  writing w = {0};
  if (level->count + upright->count == 0)
    return LENET_OK;
  lenet_status status = find_writing(ink, level, upright, &w, error);
  if (status == LENET_OK)
    tell(&(direction){level, ink->width}, &(direction){upright, ink->height}, &w);
  return status;
}
