/* synthetic.c - handwriting without paper: a skeleton, a hand, a pen, and MNIST's frame.
 *
 * A digit is drawn in five steps: choose a skeleton and blend its shapes; shake its points; send
 * smooth curves through them; bend the whole as a hand would (slant, turn, width, slow waves); and
 * draw it with a pen of changing width. All numbers come from (seed, index). */
#include "data/drawn.h"
#include "data/pose.h"
#include "image/normalise.h"
#include "lenet.h"

#include <math.h>

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
static const double FINEST = 0.05;     /* the least width */
static const double BROADEST = 0.32;   /* the most */
static const double PEN_VARY = 0.3;    /* spread of its slow change along a stroke */
static const double PEN_NIB = 0.12;    /* spread of its change with the direction of travel */
static const double PEN_ROUGH = 0.3;   /* the most of its quick change */
static const double LEAST_SIDE = 28;   /* the smallest digits are drawn at this many pixels */
static const double MOST_SIDE = 48;    /* and the largest, of LENET_PEN_RASTER */
static const double SOFTEST = 2.0;     /* the widest soft edge, in pixels of the drawing */

static const double SHORTEST_WAVE = 100; /* from crest to crest */
static const double TWO_PI = 6.283185307179586;

/* Strokes begin and end early or late: moves their ends along their direction. */
static void overshoot(lenet_rng *rng, double freedom, const char *pen, int points, lenet_point *p)
{
  for (int i = 0; i < points; i++) {
    bool first = pen[i] == 'm', last = i + 1 == points || pen[i + 1] == 'm';
    if (!first && !last)
      continue;
    lenet_point next = first ? p[i + 1] : p[i - 1];
    double by = freedom * OVERSHOOT * lenet_rng_normal(rng);
    p[i].x += by * (p[i].x - next.x);
    p[i].y += by * (p[i].y - next.y);
  }
}

/* Slow waves, as of a hand that drifts, then width, slant and turn of the whole. */
static void bend(lenet_rng *rng, double freedom, lenet_way *w)
{
  double slant = SLANT_MEAN + freedom * SLANT * lenet_rng_normal(rng),
         turn = freedom * TURN * lenet_rng_normal(rng);
  double wide = exp(freedom * WIDE * lenet_rng_normal(rng));
  double c = cos(turn), s = sin(turn), fastest = TWO_PI / SHORTEST_WAVE;
  double size[2][3], phase[2][3], fx[2][3], fy[2][3];
  for (int axis = 0; axis < 2; axis++)
    for (int k = 0; k < 3; k++) {
      size[axis][k] = freedom * WAVE * lenet_rng_normal(rng);
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

/* A pen that is broader in one direction of travel than across it, as a slanting nib is, swells
 * slowly, and is rough. */
static lenet_pen choose_pen(lenet_rng *rng, double freedom, double width)
{
  lenet_pen pen = {.width = width};
  pen.vary = freedom * PEN_VARY * lenet_rng_normal(rng);
  pen.phase = lenet_rng_range(rng, 0, TWO_PI);
  pen.rate = lenet_rng_range(rng, 0.15, 1.0);
  pen.rough = PEN_ROUGH * lenet_rng_uniform(rng);
  pen.nib_cos = PEN_NIB * lenet_rng_normal(rng);
  pen.nib_sin = PEN_NIB * lenet_rng_normal(rng);
  return pen;
}

void lenet_draw_by_hand(lenet_rng *rng, double freedom, double median, lenet_way *w,
                        uint8_t pixels[28 * 28])
{
  double side = lenet_rng_range(rng, LEAST_SIDE, MOST_SIDE);
  double broadest = freedom * BROADEST;
  double width = median * exp(freedom * PEN_SPREAD * lenet_rng_normal(rng));
  width = width < FINEST ? FINEST : width > broadest ? broadest : width;
  lenet_way_fit(w, side * (1 - width));
  lenet_pen pen = choose_pen(rng, freedom, side * width);
  lenet_way_take_pen(w, &pen, rng);
  uint8_t raster[LENET_PEN_RASTER * LENET_PEN_RASTER];
  lenet_way_draw(w, (float)lenet_rng_range(rng, 0.5, SOFTEST), raster);
  lenet_normalise(raster, LENET_PEN_RASTER, LENET_PEN_RASTER, pixels);
}

void lenet_write_by_hand(lenet_rng *rng, double freedom, const lenet_skeleton *from, size_t count,
                         uint8_t pixels[28 * 28])
{
  const lenet_skeleton *skeleton = lenet_skeleton_choose(rng, from, count);
  lenet_point p[LENET_SKELETON_POINTS];
  lenet_way w;
  int points = lenet_skeleton_pose(rng, skeleton, BEYOND, freedom * SHAKE, p);
  overshoot(rng, freedom, skeleton->pen, points, p);
  lenet_way_travel(&w, skeleton->pen, points, p);
  bend(rng, freedom, &w);
  lenet_draw_by_hand(rng, freedom, PEN, &w, pixels);
}

int lenet_synthetic_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28])
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_SYNTHETIC, index);
  int digit;
  size_t count;
  const lenet_skeleton *from =
      lenet_skeletons_at(lenet_skeletons, lenet_skeleton_count, index, &digit, &count);
  lenet_write_by_hand(&rng, 1, from, count, pixels);
  return digit;
}
