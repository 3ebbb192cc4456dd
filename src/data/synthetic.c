/* synthetic.c - handwriting without paper: a skeleton, a hand, a pen, and MNIST's frame.
 *
 * A digit is drawn in five steps: choose a skeleton and blend its shapes; shake its points; send
 * smooth curves through them; bend the whole as a hand would (slant, turn, width, slow waves); and
 * draw it with a pen of changing width. All numbers come from (seed, index). */
#include "base/rng.h"
#include "data/skeletons.h"
#include "image/normalise.h"
#include "lenet.h"

#include <math.h>
#include <string.h>

/* How widely hands differ, chosen by how well lenet5, having seen nothing else, reads the training
 * digits of MNIST. Lengths count as in the skeletons, where a digit is 100 high; "spread" is a
 * standard deviation. */
static const double BEYOND = 1.5;      /* blends reach this many times as far as the shapes */
static const double SHAKE = 4.0;       /* spread of a point */
static const double OVERSHOOT = 0.15;  /* spread of a stroke's end, against the way to the next */
static const double WAVE = 5.5;        /* spread of the height of a slow wave */
static const double SLANT_MEAN = 0.15; /* to the right, as tangent */
static const double SLANT = 0.25;      /* spread of it */
static const double TURN = 0.14;       /* spread, in radians */
static const double WIDE = 0.27;       /* spread of the logarithm of the width */
static const double PEN = 0.13;        /* median width of the pen against the side of the box */
static const double PEN_SPREAD = 0.33; /* spread of its logarithm */
static const double PEN_VARY = 0.3;    /* spread of its slow change along a stroke */
static const double PEN_NIB = 0.12;    /* spread of its change with the direction of travel */
static const double PEN_ROUGH = 0.3;   /* the most of its quick change */
static const double LEAST_SIDE = 28;   /* the smallest digits are drawn at this many pixels */
static const double SOFTEST = 2.0;     /* the widest soft edge, in pixels of the drawing */

static const double STEP = 7;            /* between the vertices of a curve */
static const double SHORTEST_WAVE = 100; /* from crest to crest */
static const double TWO_PI = 6.283185307179586;

enum {
  RASTER = 56,    /* side of the drawing, in pixels */
  MOST_SIDE = 48, /* what the largest digits fill of it */
  LANES = 8,      /* pixels that are inked together; divides RASTER */
  MOST_STEPS = 32 /* from point to point */
};

/* A point of the pen's way. `down` is false where a stroke begins: no ink leads here. */
typedef struct vertex {
  float x, y;
  float radius;
  bool down;
} vertex;

typedef struct way {
  int count;
  vertex at[LENET_SKELETON_POINTS * MOST_STEPS];
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

/* A random blend of the skeleton's shapes, a little beyond them at times, with shaken points. The
 * shares are uniform over all that sum to 1. */
static int blend(lenet_rng *rng, const lenet_skeleton *skeleton, point p[LENET_SKELETON_POINTS])
{
  int points = (int)strlen(skeleton->pen), shapes = skeleton->shapes;
  double share[LENET_SKELETON_SHAPES], sum = 0;
  for (int s = 0; s < shapes; s++)
    sum += share[s] = -log(1 - lenet_rng_uniform(rng));
  for (int s = 0; s < shapes; s++)
    share[s] = 1.0 / shapes + BEYOND * (share[s] / sum - 1.0 / shapes);
  double shake = SHAKE * lenet_rng_range(rng, 0.4, 1.6);
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
    double by = OVERSHOOT * lenet_rng_normal(rng);
    p[i].x += by * (p[i].x - next.x);
    p[i].y += by * (p[i].y - next.y);
  }
}

static double distance(point a, point b) { return hypot(a.x - b.x, a.y - b.y); }

/* Velocity at b on the parabola through a, b, c at the times -before, 0, after. */
static point velocity(point a, point b, point c, double before, double after)
{
  double u = after / (before * (before + after)), v = before / (after * (before + after));
  return (point){u * (b.x - a.x) + v * (c.x - b.x), u * (b.y - a.y) + v * (c.y - b.y)};
}

/* Cubic Hermite curves through points first .. last at unit speed from point to point. Velocities
 * within are the parabolas'; at the ends they let the curve begin and end without a bend. */
static void curve(const point *p, int first, int last, way *w)
{
  point from = {0, 0};
  for (int i = first; i < last; i++) {
    double h = distance(p[i], p[i + 1]) + 1e-6;
    point to, chord = {(p[i + 1].x - p[i].x) / h, (p[i + 1].y - p[i].y) / h};
    if (i + 1 < last)
      to = velocity(p[i], p[i + 1], p[i + 2], h, distance(p[i + 1], p[i + 2]) + 1e-6);
    else if (i > first)
      to = (point){1.5 * chord.x - 0.5 * from.x, 1.5 * chord.y - 0.5 * from.y};
    else
      to = chord;
    if (i == first)
      from = (point){1.5 * chord.x - 0.5 * to.x, 1.5 * chord.y - 0.5 * to.y};
    int steps = h < STEP * MOST_STEPS ? 1 + (int)(h / STEP) : MOST_STEPS;
    for (int k = 1; k <= steps; k++) {
      double t = (double)k / steps, s = 1 - t;
      double a = s * s * (1 + 2 * t), b = t * t * (3 - 2 * t);
      double c = h * s * s * t, d = -h * t * t * s;
      w->at[w->count++] =
          (vertex){.x = (float)(a * p[i].x + b * p[i + 1].x + c * from.x + d * to.x),
                   .y = (float)(a * p[i].y + b * p[i + 1].y + c * from.y + d * to.y),
                   .down = true};
    }
    from = to;
  }
}

/* The pen's whole way: corners part a stroke into curves. */
static void travel(const char *pen, int points, const point *p, way *w)
{
  w->count = 0;
  int first = 0;
  for (int i = 0; i < points; i++) {
    if (pen[i] == 'm') {
      w->at[w->count++] = (vertex){.x = (float)p[i].x, .y = (float)p[i].y, .down = false};
      first = i;
    } else if (pen[i] == 'k' || i + 1 == points || pen[i + 1] == 'm') {
      curve(p, first, i, w);
      first = i;
    }
  }
}

/* Slow waves, as of a hand that drifts, then width, slant and turn of the whole. */
static void bend(lenet_rng *rng, way *w)
{
  double slant = SLANT_MEAN + SLANT * lenet_rng_normal(rng), turn = TURN * lenet_rng_normal(rng);
  double wide = exp(WIDE * lenet_rng_normal(rng));
  double c = cos(turn), s = sin(turn), fastest = TWO_PI / SHORTEST_WAVE;
  double size[2][3], phase[2][3], fx[2][3], fy[2][3];
  for (int axis = 0; axis < 2; axis++)
    for (int k = 0; k < 3; k++) {
      size[axis][k] = WAVE * lenet_rng_normal(rng);
      phase[axis][k] = lenet_rng_range(rng, 0, TWO_PI);
      fx[axis][k] = fastest * lenet_rng_range(rng, -1, 1);
      fy[axis][k] = fastest * lenet_rng_range(rng, -1, 1);
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

/* Fits the way into a square of `side` pixels in the drawing's middle, with room for the pen. */
static void fit(way *w, double side)
{
  float left = 1e9f, right = -1e9f, top = 1e9f, bottom = -1e9f;
  for (int i = 0; i < w->count; i++) {
    vertex v = w->at[i];
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

/* Gives the way a pen of about `width` pixels: broader in one direction of travel than across it,
 * as a slanting nib is, swelling slowly, and rough. */
static void take_pen(lenet_rng *rng, way *w, double width)
{
  double vary = PEN_VARY * lenet_rng_normal(rng), phase = lenet_rng_range(rng, 0, TWO_PI);
  double rate = lenet_rng_range(rng, 0.15, 1.0), rough = PEN_ROUGH * lenet_rng_uniform(rng);
  double nib_cos = PEN_NIB * lenet_rng_normal(rng), nib_sin = PEN_NIB * lenet_rng_normal(rng);
  for (int i = 0; i < w->count; i++) {
    vertex *v = &w->at[i], *near = v->down ? v - 1 : v + 1;
    double dx = v->x - near->x, dy = v->y - near->y, square = dx * dx + dy * dy + 1e-9;
    /* cos and sin of twice the direction: the same there and back */
    double nib = (nib_cos * (dx * dx - dy * dy) + nib_sin * 2 * dx * dy) / square;
    double by = 1 + nib + vary * sin(phase + rate * i) + rough * lenet_rng_range(rng, -1, 1);
    v->radius = (float)(0.5 * width * (by < 0.4 ? 0.4 : by));
  }
}

static int clip(float at, int limit) { return at < 0 ? 0 : at > (float)limit ? limit : (int)at; }

/* Inks all pixels near the line from a to b, ends round. `soft` is the width of the edge.
 *
 * At the distance d from the line of a pen of radius r the ink is 1/2 + (r - d) / soft; near the
 * edge, where it counts, r - d is nearly (r r - d d) / 2r, which takes no root. Eight pixels at a
 * time without a branch let compilers use vectors. */
static void ink_line(float raster[RASTER * RASTER], vertex a, vertex b, float soft)
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

/* A drawing of the way, [RASTER][RASTER], 0 paper .. 255 ink. */
static void draw(const way *w, float soft, uint8_t raster[RASTER * RASTER])
{
  float ink[RASTER * RASTER] = {0};
  for (int i = 0; i < w->count; i++)
    if (w->at[i].down)
      ink_line(ink, w->at[i - 1], w->at[i], soft);
  for (int i = 0; i < RASTER * RASTER; i++)
    raster[i] = (uint8_t)(255 * (ink[i] > 1 ? 1 : ink[i]));
}

int lenet_synthetic_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28])
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_SYNTHETIC, index);
  int digit = (int)(index % 10); /* any stretch is balanced */
  const lenet_skeleton *skeleton = choose(&rng, digit);
  point p[LENET_SKELETON_POINTS];
  way w;
  int points = blend(&rng, skeleton, p);
  overshoot(&rng, skeleton->pen, points, p);
  travel(skeleton->pen, points, p, &w);
  bend(&rng, &w);

  double side = lenet_rng_range(&rng, LEAST_SIDE, MOST_SIDE);
  double pen = PEN * exp(PEN_SPREAD * lenet_rng_normal(&rng));
  pen = pen < 0.05 ? 0.05 : pen > 0.32 ? 0.32 : pen;
  fit(&w, side * (1 - pen));
  take_pen(&rng, &w, side * pen);
  uint8_t raster[RASTER * RASTER];
  draw(&w, (float)lenet_rng_range(&rng, 0.5, SOFTEST), raster);
  lenet_normalise(raster, RASTER, RASTER, pixels);
  return digit;
}
