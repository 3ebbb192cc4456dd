/* synthetic.c - handwriting without paper: a skeleton, a hand, a pen, and MNIST's frame.
 *
 * A digit is drawn in five steps: choose a skeleton and blend its shapes; shake its points; send
 * smooth curves through them; bend the whole as a hand would (slant, turn, width, slow waves); and
 * draw it with a round pen of changing width. All numbers come from (seed, index). */
#include "data/skeletons.h"
#include "base/rng.h"
#include "image/normalise.h"
#include "lenet.h"

#include <math.h>
#include <string.h>

#ifndef P_JIT
#define P_JIT 2.5
#define P_WAVE 3.0
#define P_SLANT 0.22
#define P_ROT 0.10
#define P_ASP 0.16
#define P_PEN 11.5
#define P_PENS 0.26
#define P_SOFT 0.6
#endif

enum {
  RASTER = 64, /* side of the drawing, three times that of the frame's box */
  MOST_VERTICES = 320
};

/* A point of the pen's way. `down` is false where a stroke begins: no ink leads here. */
typedef struct vertex {
  float x, y;
  float radius;
  bool down;
} vertex;

typedef struct way {
  int count;
  vertex at[MOST_VERTICES];
} way;

typedef struct point {
  double x, y;
} point;

static const lenet_skeleton *choose(lenet_rng *rng, int digit)
{
  uint32_t total = 0;
  for (size_t i = 0; i < lenet_skeleton_count; i++)
    if (lenet_skeletons[i].digit == digit)
      total += (uint32_t)lenet_skeletons[i].weight;
  int left = (int)lenet_rng_below(rng, total);
  size_t i = 0;
  for (;; i++) {
    if (lenet_skeletons[i].digit != digit)
      continue;
    left -= lenet_skeletons[i].weight;
    if (left < 0)
      break;
  }
  return &lenet_skeletons[i];
}

/* A random blend of the skeleton's shapes, a little beyond them at times, with shaken points. */
static int blend(lenet_rng *rng, const lenet_skeleton *skeleton, point p[LENET_SKELETON_POINTS])
{
  int points = (int)strlen(skeleton->pen), shapes = skeleton->shapes;
  double share[LENET_SKELETON_SHAPES], sum = 0;
  for (int s = 0; s < shapes; s++)
    sum += share[s] = -log(1 - lenet_rng_uniform(rng));
  for (int s = 0; s < shapes; s++)
    share[s] = 1.0 / shapes + 1.2 * (share[s] / sum - 1.0 / shapes);
  double shake = P_JIT * lenet_rng_range(rng, 0.4, 1.6);
  for (int i = 0; i < points; i++) {
    p[i] = (point){shake * lenet_rng_normal(rng), shake * lenet_rng_normal(rng)};
    for (int s = 0; s < shapes; s++) {
      p[i].x += share[s] * skeleton->at[s][i][0];
      p[i].y += share[s] * skeleton->at[s][i][1];
    }
  }
  return points;
}

/* Strokes begin and end early or late: moves their ends along their direction. */
static void overshoot(lenet_rng *rng, const char *pen, int points, point *p)
{
  for (int i = 0; i < points; i++) {
    bool first = pen[i] == 'm', last = i + 1 == points || pen[i + 1] == 'm';
    if (!first && !last)
      continue;
    point next = first ? p[i + 1] : p[i - 1];
    double by = 0.12 * lenet_rng_normal(rng);
    p[i].x += by * (p[i].x - next.x);
    p[i].y += by * (p[i].y - next.y);
  }
}

static double distance(point a, point b) { return hypot(a.x - b.x, a.y - b.y); }

/* Direction of travel at b on the parabola through a, b, c at the times -before, 0, after. */
static point heading(point a, point b, point c, double before, double after)
{
  double u = after / (before * (before + after)), v = before / (after * (before + after));
  return (point){u * (b.x - a.x) + v * (c.x - b.x), u * (b.y - a.y) + v * (c.y - b.y)};
}

/* Cubic Hermite curves through points first .. last; at the ends as the parabola's. */
static void curve(const point *p, int first, int last, way *w)
{
  point from = {0, 0};
  for (int i = first; i < last; i++) {
    double h = distance(p[i], p[i + 1]) + 1e-6;
    point to, chord = {(p[i + 1].x - p[i].x) / h, (p[i + 1].y - p[i].y) / h};
    if (i + 1 < last)
      to = heading(p[i], p[i + 1], p[i + 2], h, distance(p[i + 1], p[i + 2]) + 1e-6);
    else if (i > first)
      to = (point){1.5 * chord.x - 0.5 * from.x, 1.5 * chord.y - 0.5 * from.y};
    else
      to = chord;
    if (i == first)
      from = (point){1.5 * chord.x - 0.5 * to.x, 1.5 * chord.y - 0.5 * to.y};
    int steps = 1 + (int)(h / 7);
    for (int k = 1; k <= steps && w->count < MOST_VERTICES; k++) {
      double t = (double)k / steps, s = 1 - t;
      double a = s * s * (1 + 2 * t), b = t * t * (3 - 2 * t), c = h * s * s * t,
             d = -h * t * t * s;
      w->at[w->count++] =
          (vertex){.x = (float)(a * p[i].x + b * p[i + 1].x + c * from.x + d * to.x),
                   .y = (float)(a * p[i].y + b * p[i + 1].y + c * from.y + d * to.y),
                   .down = true};
    }
    from = to;
  }
}

static void travel(const char *pen, int points, const point *p, way *w)
{
  w->count = 0;
  int first = 0;
  for (int i = 0; i < points; i++) {
    if (pen[i] == 'm') {
      if (w->count < MOST_VERTICES)
        w->at[w->count++] = (vertex){.x = (float)p[i].x, .y = (float)p[i].y, .down = false};
      first = i;
    } else if (pen[i] == 'k' || i + 1 == points || pen[i + 1] == 'm') {
      curve(p, first, i, w);
      first = i;
    }
  }
}

/* Slant, turn and width of the whole, then slow waves, as of a hand that drifts. */
static void bend(lenet_rng *rng, way *w)
{
  double slant = 0.12 + P_SLANT * lenet_rng_normal(rng), turn = P_ROT * lenet_rng_normal(rng);
  double wide = exp(P_ASP * lenet_rng_normal(rng));
  double c = cos(turn), s = sin(turn);
  double size[2][3], phase[2][3], fx[2][3], fy[2][3];
  for (int axis = 0; axis < 2; axis++)
    for (int k = 0; k < 3; k++) {
      size[axis][k] = P_WAVE * lenet_rng_normal(rng);
      phase[axis][k] = lenet_rng_range(rng, 0, 6.2831853);
      fx[axis][k] = 0.06 * lenet_rng_range(rng, -1, 1);
      fy[axis][k] = 0.06 * lenet_rng_range(rng, -1, 1);
    }
  for (int i = 0; i < w->count; i++) {
    double x = w->at[i].x - 45, y = w->at[i].y - 50;
    double dx = 0, dy = 0;
    for (int k = 0; k < 3; k++) {
      dx += size[0][k] * sin(fx[0][k] * x + fy[0][k] * y + phase[0][k]);
      dy += size[1][k] * sin(fx[1][k] * x + fy[1][k] * y + phase[1][k]);
    }
    x = wide * (x + dx) - slant * y;
    y += dy;
    w->at[i].x = (float)(c * x - s * y);
    w->at[i].y = (float)(s * x + c * y);
  }
}

/* Gives the way its pen width and fits it into the raster. */
static void fit(lenet_rng *rng, way *w)
{
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
  for (int i = 0; i < w->count; i++) {
    left = fminf(left, w->at[i].x);
    right = fmaxf(right, w->at[i].x);
    top = fminf(top, w->at[i].y);
    bottom = fmaxf(bottom, w->at[i].y);
  }
  float side = fmaxf(right - left, bottom - top);
  /* The pen's width is meant against the box of 20: w / 20 = pen / (side + pen). */
  double share = P_PEN / 100 * exp(P_PENS * lenet_rng_normal(rng));
  share = fmin(share, 0.3);
  float scale = (RASTER - 6) * (float)(1 - share) / side;
  float radius = (float)(0.5 * share * (RASTER - 6));
  float middle_x = 0.5f * (left + right), middle_y = 0.5f * (top + bottom);
  float vary = (float)(0.12 * lenet_rng_normal(rng)), along = (float)lenet_rng_range(rng, 0, 6.28);
  float rate = (float)lenet_rng_range(rng, 0.02, 0.15);
  for (int i = 0; i < w->count; i++) {
    vertex *v = &w->at[i];
    v->x = (v->x - middle_x) * scale + RASTER / 2;
    v->y = (v->y - middle_y) * scale + RASTER / 2;
    v->radius = radius * (1 + vary * sinf(along + rate * 7 * (float)i));
  }
}

/* Inks all pixels near the line from a to b, ends round. `soft` is the width of the edge. */
static void ink_line(uint8_t raster[RASTER][RASTER], vertex a, vertex b, float soft)
{
  float reach = fmaxf(a.radius, b.radius) + 0.5f * soft, gain = 1 / soft;
  int x0 = (int)fmaxf(0, fminf(a.x, b.x) - reach), x1 = (int)(fmaxf(a.x, b.x) + reach) + 1;
  int y0 = (int)fmaxf(0, fminf(a.y, b.y) - reach), y1 = (int)(fmaxf(a.y, b.y) + reach) + 1;
  float dx = b.x - a.x, dy = b.y - a.y, inverse = 1 / (dx * dx + dy * dy + 1e-9f);
  for (int y = y0; y < y1 && y < RASTER; y++)
    for (int x = x0; x < x1 && x < RASTER; x++) {
      float px = (float)x + 0.5f - a.x, py = (float)y + 0.5f - a.y;
      float t = fminf(1, fmaxf(0, (px * dx + py * dy) * inverse));
      float ex = px - t * dx, ey = py - t * dy, square = ex * ex + ey * ey;
      if (square >= reach * reach)
        continue;
      float radius = a.radius + t * (b.radius - a.radius);
      float ink = fminf(1, 0.5f + gain * (radius - sqrtf(square)));
      if (ink > 0 && 255 * ink > raster[y][x])
        raster[y][x] = (uint8_t)(255 * ink);
    }
}

int lenet_synthetic_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28])
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_SYNTHETIC, index);
  int digit = (int)(index % 10);
  const lenet_skeleton *skeleton = choose(&rng, digit);
  point p[LENET_SKELETON_POINTS];
  way w;
  int points = blend(&rng, skeleton, p);
  overshoot(&rng, skeleton->pen, points, p);
  travel(skeleton->pen, points, p, &w);
  bend(&rng, &w);
  fit(&rng, &w);

  uint8_t raster[RASTER][RASTER] = {{0}};
  float soft = (float)(RASTER / 20.0 * P_SOFT * lenet_rng_range(&rng, 0.5, 1.5));
  for (int i = 0; i < w.count; i++)
    if (w.at[i].down)
      ink_line(raster, w.at[i - 1], w.at[i], soft);
  lenet_normalise(raster[0], RASTER, RASTER, pixels);
  return digit;
}
