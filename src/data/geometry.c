/* geometry.c - shapes with ruler and compass that are no digits: neither upright bars, which are
 * ones, nor rings and upright frames, which are noughts. */
#include "data/drawn.h"
#include "image/normalise.h"

#include <math.h>

static const double TWO_PI = 6.283185307179586;

enum { RASTER = LENET_PEN_RASTER, MOST_CORNERS = 4 };

typedef struct sheet {
  float ink[RASTER * RASTER]; /* [RASTER][RASTER], 1 is full */
  float pen;                  /* half the width of a line, in pixels */
  float soft;                 /* width of an edge, in pixels */
} sheet;

static void line(sheet *s, lenet_point a, lenet_point b)
{
  lenet_vertex from = {.x = (float)a.x, .y = (float)a.y, .radius = s->pen};
  lenet_vertex to = {.x = (float)b.x, .y = (float)b.y, .radius = s->pen};
  lenet_ink_line(s->ink, from, to, s->soft);
}

/* Fills a convex polygon, its corners with the clock. Ink is by the distance to the nearest side,
 * inwards positive. */
static void fill(sheet *s, int corners, const lenet_point *p)
{
  for (int y = 0; y < RASTER; y++)
    for (int x = 0; x < RASTER; x++) {
      double least = INFINITY;
      for (int i = 0; i < corners; i++) {
        lenet_point a = p[i], b = p[(i + 1) % corners];
        double dx = b.x - a.x, dy = b.y - a.y;
        double inside = (dx * (y + 0.5 - a.y) - dy * (x + 0.5 - a.x)) / (hypot(dx, dy) + 1e-9);
        least = fmin(least, inside);
      }
      float ink = (float)(0.5 + least / s->soft);
      s->ink[y * RASTER + x] = fmaxf(s->ink[y * RASTER + x], ink);
    }
}

/* A box or a triangle about the middle of the sheet, corners with the clock. */
static int polygon(lenet_rng *rng, lenet_point p[MOST_CORNERS])
{
  double radius = lenet_rng_range(rng, 14, 24);
  int corners = 3 + (int)lenet_rng_below(rng, 2);
  if (corners == 4) { /* wider than high; a little askew */
    double high = radius * lenet_rng_range(rng, 0.3, 0.75), lean = lenet_rng_range(rng, -5, 5);
    p[0] = (lenet_point){28 - radius + lean, 28 - high};
    p[1] = (lenet_point){28 + radius + lean, 28 - high};
    p[2] = (lenet_point){28 + radius - lean, 28 + high};
    p[3] = (lenet_point){28 - radius - lean, 28 + high};
    return corners;
  }
  double start = lenet_rng_range(rng, 0, TWO_PI);
  for (int i = 0; i < corners; i++) {
    double angle = start + TWO_PI * (i + lenet_rng_range(rng, -0.15, 0.15)) / corners;
    p[i] = (lenet_point){28 + radius * cos(angle), 28 + radius * sin(angle)};
  }
  return corners;
}

static void draw_outline(lenet_rng *rng, sheet *s)
{
  lenet_point p[MOST_CORNERS];
  int corners = polygon(rng, p);
  for (int i = 0; i < corners; i++)
    line(s, p[i], p[(i + 1) % corners]);
}

static void draw_filled(lenet_rng *rng, sheet *s)
{
  if (lenet_rng_below(rng, 2) == 0) {
    /* a disc, or one drawn out to the sides */
    double out = lenet_rng_below(rng, 2) ? lenet_rng_range(rng, 0, 12) : 0;
    s->pen = (float)lenet_rng_range(rng, 8, 15);
    line(s, (lenet_point){28 - out, 28}, (lenet_point){28 + out, 28});
  } else {
    lenet_point p[MOST_CORNERS];
    int corners = polygon(rng, p);
    fill(s, corners, p);
  }
}

static void draw_cross(lenet_rng *rng, sheet *s)
{
  double angle = lenet_rng_range(rng, 0, TWO_PI / 4), reach = lenet_rng_range(rng, 16, 22);
  int arms = 2 + (int)lenet_rng_below(rng, 3);
  s->pen *= (float)lenet_rng_range(rng, 1, 2);
  for (int i = 0; i < arms; i++) {
    double dx = reach * cos(angle + TWO_PI / 2 * i / arms);
    double dy = reach * sin(angle + TWO_PI / 2 * i / arms);
    line(s, (lenet_point){28 - dx, 28 - dy}, (lenet_point){28 + dx, 28 + dy});
  }
}

/* `lines` parallel lines about the middle, which run in the direction (dx, dy) of length 1. */
static void draw_parallel(sheet *s, int lines, double apart, double dx, double dy)
{
  for (int i = 0; i < lines; i++) {
    double off = apart * (i - 0.5 * (lines - 1)), x = 28 - off * dy, y = 28 + off * dx;
    line(s, (lenet_point){x - 20 * dx, y - 20 * dy}, (lenet_point){x + 20 * dx, y + 20 * dy});
  }
}

static void draw_lines(lenet_rng *rng, sheet *s)
{
  double angle = lenet_rng_range(rng, 0, TWO_PI);
  int lines = 3 + (int)lenet_rng_below(rng, 4);
  s->pen = (float)lenet_rng_range(rng, 1, 12.0 / lines);
  draw_parallel(s, lines, 42.0 / lines, cos(angle), sin(angle));
}

static void draw_grid(lenet_rng *rng, sheet *s)
{
  double angle = lenet_rng_range(rng, -0.3, 0.3);
  int lines = 2 + (int)lenet_rng_below(rng, 4);
  s->pen = (float)lenet_rng_range(rng, 1, 8.0 / lines);
  draw_parallel(s, lines, 40.0 / lines, cos(angle), sin(angle));
  draw_parallel(s, lines, 40.0 / lines, -sin(angle), cos(angle));
}

/* One long bar that lies, as a minus, a dash or a rule of a form. */
static void draw_bar(lenet_rng *rng, sheet *s)
{
  double angle = lenet_rng_range(rng, -0.35, 0.35);
  draw_parallel(s, 1, 0, cos(angle), sin(angle));
}

/* One dot as large as it was drawn: fitted to the frame it would be a disc. */
static void draw_dot(lenet_rng *rng, sheet *s)
{
  double x = lenet_rng_range(rng, 8, 48), y = lenet_rng_range(rng, 8, 48);
  s->pen = (float)lenet_rng_range(rng, 2, 8);
  line(s, (lenet_point){x, y}, (lenet_point){x, y});
}

/* Halves the raster without moving it. */
static void halve(const uint8_t *raster, uint8_t pixels[28 * 28])
{
  for (int y = 0; y < 28; y++)
    for (int x = 0; x < 28; x++) {
      const uint8_t *at = raster + 2 * y * RASTER + 2 * x;
      pixels[y * 28 + x] = (uint8_t)((at[0] + at[1] + at[RASTER] + at[RASTER + 1] + 2) / 4);
    }
}

void lenet_draw_geometry(lenet_rng *rng, uint8_t pixels[28 * 28])
{
  static void (*const drawings[])(lenet_rng *, sheet *) = {
      draw_outline, draw_filled, draw_cross, draw_lines, draw_grid, draw_bar, draw_dot};
  sheet s = {.pen = (float)lenet_rng_range(rng, 1, 3.5)};
  s.soft = (float)lenet_rng_range(rng, 0.5, 2);
  uint32_t kind = lenet_rng_below(rng, sizeof drawings / sizeof drawings[0]);
  drawings[kind](rng, &s);
  uint8_t raster[RASTER * RASTER];
  lenet_ink_bytes(s.ink, raster);
  if (drawings[kind] == draw_dot)
    halve(raster, pixels);
  else
    lenet_normalise(raster, RASTER, RASTER, pixels);
}
