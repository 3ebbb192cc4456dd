/* printed.c - print without a press: a skeleton of a typeface or a display, one pen all the way.
 *
 * Against handwriting nothing drifts: points hardly move, lines keep their width, or change it with
 * their direction only, as serif faces do, whose upright lines are the broad ones. */
#include "data/drawn.h"
#include "data/pose.h"
#include "image/normalise.h"

#include <math.h>

/* Lengths count as in the skeletons, where a digit is 100 high. */
static const double SHAKE = 0.5;        /* spread of a point */
static const double LIGHT = 0.06;       /* the thinnest pen against the side of the box */
static const double BOLD = 0.24;        /* the broadest */
static const double NARROW = 0.65;      /* widths against those of the skeletons */
static const double WIDE = 1.35;        /* the same */
static const double ITALIC = 0.3;       /* the most slant to the right, as tangent */
static const double CONTRAST = 0.45;    /* the most by which lines differ with their direction */
static const double TURN = 0.03;        /* spread of a paper laid askew, in radians */
static const double LEAST_SIDE = 28;    /* the smallest print is drawn at this many pixels */
static const double MOST_SIDE = 50;     /* and the largest, of LENET_PEN_RASTER */
static const double SOFTEST = 2.0;      /* the widest soft edge, in pixels of the drawing */
static const double ITALIC_SHARE = 0.3; /* of all print is slanted */
static const double SERIF_SHARE = 0.4;  /* of all print has contrast */

/* Width, slant and turn of the whole: `wide` times as wide as the skeleton. */
static void set(lenet_rng *rng, double wide, int points, lenet_point *p)
{
  double slant = lenet_rng_uniform(rng) < ITALIC_SHARE ? lenet_rng_range(rng, 0.05, ITALIC) : 0;
  double turn = TURN * lenet_rng_normal(rng), c = cos(turn), s = sin(turn);
  for (int i = 0; i < points; i++) {
    double x = wide * p[i].x - slant * p[i].y, y = p[i].y;
    p[i] = (lenet_point){c * x - s * y, s * x + c * y};
  }
}

void lenet_write_in_print(lenet_rng *rng, const lenet_skeleton *from, size_t count,
                          uint8_t pixels[28 * 28])
{
  const lenet_skeleton *skeleton = lenet_skeleton_choose(rng, from, count);
  lenet_point p[LENET_SKELETON_POINTS];
  lenet_way w;
  int points = lenet_skeleton_pose(rng, skeleton, 1, SHAKE, p);
  double wide = lenet_rng_range(rng, NARROW, WIDE);
  set(rng, wide, points, p);
  lenet_way_travel(&w, skeleton->pen, points, p);

  double side = lenet_rng_range(rng, LEAST_SIDE, MOST_SIDE);
  double boldest = BOLD * fmin(1, wide); /* narrow rings must keep their holes */
  double width = LIGHT * pow(boldest / LIGHT, lenet_rng_uniform(rng));
  lenet_way_fit(&w, side * (1 - width));
  lenet_pen pen = {.width = side * width};
  if (lenet_rng_uniform(rng) < SERIF_SHARE)
    pen.nib_cos = -CONTRAST * lenet_rng_uniform(rng);
  lenet_way_take_pen(&w, &pen, rng);
  uint8_t raster[LENET_PEN_RASTER * LENET_PEN_RASTER];
  lenet_way_draw(&w, (float)lenet_rng_range(rng, 0.5, SOFTEST), raster);
  lenet_normalise(raster, LENET_PEN_RASTER, LENET_PEN_RASTER, pixels);
}

int lenet_printed_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28])
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_PRINTED, index);
  int digit;
  size_t count;
  const lenet_skeleton *from =
      lenet_skeletons_at(lenet_typefaces, lenet_typeface_count, index, &digit, &count);
  lenet_write_in_print(&rng, from, count, pixels);
  return digit;
}
