#include "data/pen.h"

#include <math.h>

static const double STEP = 7; /* between the vertices of a curve */

enum {
  RASTER = LENET_PEN_RASTER,
  LANES = 8 /* pixels that are inked together; divides RASTER */
};

static double distance(lenet_point a, lenet_point b) { return hypot(a.x - b.x, a.y - b.y); }

/* Velocity at b on the parabola through a, b, c at the times -before, 0, after. */
static lenet_point velocity(lenet_point a, lenet_point b, lenet_point c, double before,
                            double after)
{
  double u = after / (before * (before + after)), v = before / (after * (before + after));
  return (lenet_point){u * (b.x - a.x) + v * (c.x - b.x), u * (b.y - a.y) + v * (c.y - b.y)};
}

/* Cubic Hermite curves through points first .. last at unit speed from point to point. Velocities
 * within are the parabolas'; at the ends they let the curve begin and end without a bend. */
static void curve(const lenet_point *p, int first, int last, lenet_way *w)
{
  lenet_point from = {0, 0};
  for (int i = first; i < last; i++) {
    double h = distance(p[i], p[i + 1]) + 1e-6;
    lenet_point to, chord = {(p[i + 1].x - p[i].x) / h, (p[i + 1].y - p[i].y) / h};
    if (i + 1 < last)
      to = velocity(p[i], p[i + 1], p[i + 2], h, distance(p[i + 1], p[i + 2]) + 1e-6);
    else if (i > first)
      to = (lenet_point){1.5 * chord.x - 0.5 * from.x, 1.5 * chord.y - 0.5 * from.y};
    else
      to = chord;
    if (i == first)
      from = (lenet_point){1.5 * chord.x - 0.5 * to.x, 1.5 * chord.y - 0.5 * to.y};
    int steps = h < STEP * LENET_PEN_STEPS ? 1 + (int)(h / STEP) : LENET_PEN_STEPS;
    for (int k = 1; k <= steps; k++) {
      double t = (double)k / steps, s = 1 - t;
      double a = s * s * (1 + 2 * t), b = t * t * (3 - 2 * t);
      double c = h * s * s * t, d = -h * t * t * s;
      w->at[w->count++] =
          (lenet_vertex){.x = (float)(a * p[i].x + b * p[i + 1].x + c * from.x + d * to.x),
                         .y = (float)(a * p[i].y + b * p[i + 1].y + c * from.y + d * to.y),
                         .down = true};
    }
    from = to;
  }
}

void lenet_way_travel(lenet_way *w, const char *pen, int points, const lenet_point *p)
{
  w->count = 0;
  int first = 0;
  for (int i = 0; i < points; i++) {
    if (pen[i] == 'm') {
      w->at[w->count++] = (lenet_vertex){.x = (float)p[i].x, .y = (float)p[i].y, .down = false};
      first = i;
    } else if (pen[i] == 'k' || i + 1 == points || pen[i + 1] == 'm') {
      curve(p, first, i, w);
      first = i;
    }
  }
}

void lenet_way_fit(lenet_way *w, double side)
{
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
  for (int i = 0; i < w->count; i++) {
    lenet_vertex v = w->at[i];
    left = v.x < left ? v.x : left;
    right = v.x > right ? v.x : right;
    top = v.y < top ? v.y : top;
    bottom = v.y > bottom ? v.y : bottom;
  }
  float longest = right - left > bottom - top ? right - left : bottom - top;
  float scale = (float)side / longest;
  float middle_x = 0.5f * (left + right), middle_y = 0.5f * (top + bottom);
  for (int i = 0; i < w->count; i++) {
    w->at[i].x = (w->at[i].x - middle_x) * scale + RASTER / 2;
    w->at[i].y = (w->at[i].y - middle_y) * scale + RASTER / 2;
  }
}

void lenet_way_take_pen(lenet_way *w, const lenet_pen *pen, lenet_rng *rng)
{
  for (int i = 0; i < w->count; i++) {
    lenet_vertex *v = &w->at[i], *near = v->down ? v - 1 : v + 1;
    double dx = v->x - near->x, dy = v->y - near->y, square = dx * dx + dy * dy + 1e-9;
    /* cos and sin of twice the direction: the same there and back */
    double nib = (pen->nib_cos * (dx * dx - dy * dy) + pen->nib_sin * 2 * dx * dy) / square;
    double by = 1 + nib + pen->vary * sin(pen->phase + pen->rate * i) +
                pen->rough * lenet_rng_range(rng, -1, 1);
    v->radius = (float)(0.5 * pen->width * (by < 0.4 ? 0.4 : by));
  }
}

static int clip(float at, int limit) { return at < 0 ? 0 : at > (float)limit ? limit : (int)at; }

/* At the distance d from the line of a pen of radius r the ink is 1/2 + (r - d) / soft; near the
 * edge, where it counts, r - d is nearly (r r - d d) / 2r, which takes no root. Eight pixels at a
 * time without a branch let compilers use vectors. */
void lenet_ink_line(float *raster, lenet_vertex a, lenet_vertex b, float soft)
{
  float dx = b.x - a.x, dy = b.y - a.y, inverse = 1 / (dx * dx + dy * dy + 1e-9f);
  float radius = 0.5f * (a.radius + b.radius), reach = radius + 0.5f * soft;
  float fall = 1 / (2 * radius * soft), full = 0.5f + fall * radius * radius;
  int x0 = clip((dx < 0 ? b.x : a.x) - reach, RASTER - 1) & ~(LANES - 1);
  int x1 = clip((dx < 0 ? a.x : b.x) + reach + 1, RASTER);
  int y0 = clip((dy < 0 ? b.y : a.y) - reach, RASTER);
  int y1 = clip((dy < 0 ? a.y : b.y) + reach + 1, RASTER);
  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x += LANES) {
      float *pixel = raster + y * RASTER + x;
      float px = (float)x + 0.5f - a.x, py = (float)y + 0.5f - a.y;
      for (int i = 0; i < LANES; i++) {
        float qx = px + (float)i, t = (qx * dx + py * dy) * inverse;
        t = 0.5f * (1 + fabsf(t) - fabsf(t - 1)); /* clamped to 0 .. 1 */
        float ex = qx - t * dx, ey = py - t * dy;
        float ink = full - fall * (ex * ex + ey * ey);
        pixel[i] = 0.5f * (ink + pixel[i] + fabsf(ink - pixel[i])); /* the larger */
      }
    }
}

void lenet_ink_bytes(const float *ink, uint8_t *raster)
{
  for (int i = 0; i < RASTER * RASTER; i++)
    raster[i] = (uint8_t)(255 * (ink[i] > 1 ? 1 : ink[i]));
}

void lenet_way_draw(const lenet_way *w, float soft, uint8_t *raster)
{
  float ink[RASTER * RASTER] = {0};
  for (int i = 0; i < w->count; i++)
    if (w->at[i].down)
      lenet_ink_line(ink, w->at[i - 1], w->at[i], soft);
  lenet_ink_bytes(ink, raster);
}
