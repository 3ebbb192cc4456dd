/* A rule is a straight line of ink, thin, and longer than the strokes of a line of writing ever
 * are. Upright ones are level in the transposed picture. */
#include "image/rules.h"

#include "base/error.h"
#include "image/ruled.h"
#include "image/straight.h"

#include <math.h>
#include <stdlib.h>

enum {
  LEAST_SIDE = 100, /* pixels: no paper of less is ruled */
  BLOCK = 64        /* pixels a side that are transposed together */
};

/* A run becomes what is above and below it, with the soft edges of the line. */
static void paint(const lenet_run *v, const lenet_sheet *s)
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

static void paint_rules(const lenet_straights *lines, const lenet_sheet *s)
{
  for (size_t i = 0; i < lines->runs; i++)
    if (lines->run[i].line >= 0 && lines->line[lines->run[i].line].rule)
      paint(&lines->run[i], s);
}

/* Where a level and an upright rule cross neither is thin; the tones diagonally beside it are
 * paper. */
static void paint_crossing(const lenet_sheet *s, const lenet_straight *level,
                           const lenet_straight *upright, double x, double y)
{
  int reach = (int)(0.5 * fmax(level->thick, upright->thick) + 1.5);
  int left = (int)(x + 0.5) - reach, right = (int)(x + 0.5) + reach;
  int top = (int)(y + 0.5) - reach, bottom = (int)(y + 0.5) + reach;
  double faint = LENET_STRAIGHT_DARKER * fmax(level->dark, upright->dark);
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
      if (s->flat[(size_t)v * wide + (size_t)u] <= faint * LENET_STRAIGHT_DARKER)
        s->tones[(size_t)v * wide + (size_t)u] = (uint8_t)((sum + 2) / 4);
}

static void paint_crossings(const lenet_sheet *s, const lenet_straights *level,
                            const lenet_straights *upright)
{
  for (int i = 0; i < level->count; i++)
    for (int j = 0; j < upright->count; j++) {
      const lenet_straight *v = &upright->line[j], *h = &level->line[i];
      if (!v->rule || !h->rule)
        continue;
      /* x = a + b (y - height / 2), y = c + d (x - width / 2) */
      double x = v->at + v->slope * (h->at - h->slope * 0.5 * s->width - 0.5 * s->height);
      x /= 1 - v->slope * h->slope;
      paint_crossing(s, h, v, x, lenet_straight_y(h, s->width, x));
    }
}

static void transpose(const uint8_t *from, int width, int height, uint8_t *to)
{
  for (int top = 0; top < height; top += BLOCK)
    for (int left = 0; left < width; left += BLOCK) /* small enough to stay near the processor */
      for (int y = top; y < top + BLOCK && y < height; y++)
        for (int x = left; x < left + BLOCK && x < width; x++)
          to[(size_t)x * (size_t)height + (size_t)y] = from[(size_t)y * (size_t)width + (size_t)x];
}

static int count_rules(const lenet_straights *lines)
{
  int count = 0;
  for (int i = 0; i < lines->count; i++)
    count += lines->line[i].rule;
  return count;
}

/* `turned` is room for the transposed picture. */
static lenet_status find_and_paint(const lenet_ink *ink, const lenet_sheet *s,
                                   const lenet_sheet *turned, int *found, lenet_error *error)
{
  lenet_straights level = {0}, upright = {0};
  transpose(s->mask, s->width, s->height, turned->mask);
  transpose(s->flat, s->width, s->height, turned->flat);
  lenet_status status = lenet_straight_find(s, &level, error);
  if (status == LENET_OK)
    status = lenet_straight_find(turned, &upright, error);
  if (status == LENET_OK)
    status = lenet_ruled_tell(ink, &level, &upright, error);
  if (status == LENET_OK) {
    paint_rules(&level, s);
    transpose(s->tones, s->width, s->height, turned->tones);
    paint_rules(&upright, turned);
    transpose(turned->tones, s->height, s->width, s->tones);
    paint_crossings(s, &level, &upright);
    *found = count_rules(&level) + count_rules(&upright);
  }
  lenet_straight_free(&level);
  lenet_straight_free(&upright);
  return status;
}

lenet_status lenet_rules_remove(const lenet_ink *ink, uint8_t *tones, int *found,
                                lenet_error *error)
{
  const lenet_sheet s = {ink->width, ink->height, ink->mask, ink->flat, tones};
  const size_t count = (size_t)s.width * (size_t)s.height;
  *found = 0;
  if (s.width < LEAST_SIDE || s.height < LEAST_SIDE)
    return LENET_OK;
  uint8_t *room = malloc(3 * count);
  if (!room)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find rules");
  const lenet_sheet turned = {s.height, s.width, room, room + count, room + 2 * count};
  lenet_status status = find_and_paint(ink, &s, &turned, found, error);
  free(room);
  return status;
}
