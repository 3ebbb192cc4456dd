/* pages_paper.c - what is written on: paper, boards, their rules and edges, and the desk below. */
#include "data/pages.h"

#include <math.h>
#include <string.h>

static float clip(double t) { return (float)(t < 0 ? 0 : t > 1 ? 1 : t); }

static void blend(float rgb[3], const page_colour *colour, float part)
{
  for (int c = 0; c < 3; c++)
    rgb[c] += part * (colour->rgb[c] - rgb[c]);
}

static void clear_tone(const page_canvas *canvas)
{
  memset(canvas->tone, 0, (size_t)canvas->width * (size_t)canvas->height * sizeof(float));
}

/* ------------------------------------------------------------------ ground ---------------- */

/* Fibres are sparse and dark, and two or three pixels long. */
static void add_fibres(lenet_rng *rng, const page_canvas *canvas)
{
  const uint32_t area = (uint32_t)canvas->width * (uint32_t)canvas->height;
  const uint32_t count = area / 400;
  for (uint32_t i = 0; i < count; i++) {
    const uint32_t at = lenet_rng_below(rng, area - 2 * (uint32_t)canvas->width);
    const uint32_t step = lenet_page_chance(rng, 0.5) ? 1 : (uint32_t)canvas->width;
    const float dark = (float)lenet_rng_range(rng, 0.03, 0.12);
    canvas->tone[at] -= 0.6f * dark;
    canvas->tone[at + step] -= dark;
  }
}

/* Paper is nearly even; what was wiped from a board is left there in broad strokes. */
static bool roughen(lenet_rng *rng, lenet_rng *grain, const page_style *s,
                    const page_canvas *canvas)
{
  const double much = s->texture, side = s->width < s->height ? s->width : s->height;
  clear_tone(canvas);
  if (!(much > 0))
    return true;
  if (s->kind == PAGE_BOARD) {
    lenet_page_add_grain(canvas, grain, 0.12 * much);
    return lenet_page_add_waves(canvas, rng, side / 3, side / 8, 0.16 * much) &&
           lenet_page_add_waves(canvas, rng, 0.12 * side, 0.02 * side, 0.12 * much);
  }
  if (lenet_page_chance(rng, 0.25))
    add_fibres(rng, canvas);
  lenet_page_add_grain(canvas, grain, 0.02 * much);
  return lenet_page_add_waves(canvas, rng, 2.3, 2.3, 0.015 * much) &&
         lenet_page_add_waves(canvas, rng, 9, 9, 0.008 * much) &&
         lenet_page_add_waves(canvas, rng, side / 4, side / 4, 0.03 * much);
}

/* ------------------------------------------------------------------ rules ----------------- */

/* How much of a pixel a line of this thickness covers whose middle is at the distance d. */
static float line_cover(double d, double thickness)
{
  return clip(0.5 * thickness + 0.5 - fabs(d));
}

/* From the nearest of lines that are `pitch` apart, one of them at `first`. */
static double from_nearest(double at, double first, double pitch)
{
  const double t = (at - first) / pitch;
  return (t - floor(t + 0.5)) * pitch;
}

static void rule(const page_rules *r, double edge, page_point p, float rgb[3])
{
  float part = 0;
  if (r->level)
    part = line_cover(from_nearest(p.y, r->first, r->pitch), r->thickness);
  if (r->upright)
    part = fmaxf(part, line_cover(from_nearest(p.x, r->first, r->pitch), r->thickness));
  if (part > 0)
    blend(rgb, &r->colour, part);
  if (r->margin > 0)
    blend(rgb, &r->margin_colour, line_cover(p.x - edge - r->margin, r->thickness));
}

/* ------------------------------------------------------------------ edges ----------------- */

/* Pixels from the sheet's edge, inside positive. */
static double inside(const page_style *s, page_point p)
{
  const double across = fmin(p.x, s->width - p.x), down = fmin(p.y, s->height - p.y);
  return fmin(across, down) - s->edge;
}

/* The desk around the sheet, in the sheet's shadow near it, with the grain of wood. */
static bool lay_on_desk(lenet_rng *rng, lenet_rng *grain, const page_style *s,
                        const page_view *view, const page_canvas *canvas)
{
  const double side = s->width < s->height ? s->width : s->height;
  const double reach = side * lenet_rng_range(rng, 0.004, 0.03);
  clear_tone(canvas);
  lenet_page_add_grain(canvas, grain, 0.06);
  if (!lenet_page_add_waves(canvas, rng, 0.4 * side, 0.015 * side, 0.16) ||
      !lenet_page_add_waves(canvas, rng, 0.7 * side, 0.05 * side, 0.2))
    return false;
  float *rgb = canvas->rgb;
  const float *tone = canvas->tone;
  for (int y = 0; y < canvas->height; y++)
    for (int x = 0; x < canvas->width; x++, rgb += 3, tone++) {
      const double in = inside(s, lenet_page_map(view->to_sheet, x + 0.5, y + 0.5));
      if (in >= 0.5)
        continue;
      const float shade = (1 + *tone) * (0.55f + 0.45f * lenet_page_smooth((float)(-in / reach)));
      page_colour desk = s->desk;
      for (int c = 0; c < 3; c++)
        desk.rgb[c] *= shade;
      blend(rgb, &desk, clip(0.5 - in));
    }
  return true;
}

bool lenet_page_paint_sheet(lenet_rng *rng, lenet_rng *grain, const page_style *s,
                            const page_view *view, const page_canvas *canvas)
{
  if (!roughen(rng, grain, s, canvas))
    return false;
  float *rgb = canvas->rgb;
  const float *tone = canvas->tone;
  for (int y = 0; y < canvas->height; y++)
    for (int x = 0; x < canvas->width; x++, rgb += 3, tone++) {
      memcpy(rgb, s->ground.rgb, sizeof s->ground.rgb);
      if (s->rules.level || s->rules.margin > 0)
        rule(&s->rules, s->edge, lenet_page_map(view->to_sheet, x + 0.5, y + 0.5), rgb);
      for (int c = 0; c < 3; c++)
        rgb[c] *= 1 + *tone;
    }
  return s->edge > 0 ? lay_on_desk(rng, grain, s, view, canvas) : true;
}
