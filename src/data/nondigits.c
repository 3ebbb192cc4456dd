/* nondigits.c - what is not a digit: the shares of its kinds, and lines that say nothing.
 *
 * Of any 20 in a row 10 are letters and signs, 4 scribbles, 3 shapes of geometry and 3 noise. Seven
 * letters of ten are handwriting, the others print. */
#include "lenet.h"

#include "data/drawn.h"

#include <math.h>

static const double PRINT_SHARE = 0.3;    /* of all letters */
static const double LETTER_FREEDOM = 0.6; /* more, and some letters turn into digits */
static const double SCRIBBLE_PEN = 0.07;  /* a broader one makes rings of spirals, and so noughts */
static const double TWO_PI = 6.283185307179586;

enum { MOST_TURNS = 5, POINTS_A_TURN = 7 };

/* ------------------------------------------------------------------ scribbles ------------- */

/* Points of a way while it is made, with the letters of lenet_way_travel. */
typedef struct plan {
  int points;
  char pen[LENET_PEN_POINTS + 1];
  lenet_point at[LENET_PEN_POINTS];
} plan;

static void add(plan *made, char pen, double x, double y)
{
  made->pen[made->points] = pen;
  made->at[made->points++] = (lenet_point){x, y};
}

/* Turns all points about (50, 50). */
static void turn(plan *made, double by)
{
  double c = cos(by), s = sin(by);
  for (int i = 0; i < made->points; i++) {
    double x = made->at[i].x - 50, y = made->at[i].y - 50;
    made->at[i] = (lenet_point){50 + c * x - s * y, 50 + s * x + c * y};
  }
}

/* One to three strokes, each smooth through points anywhere. At least eight points in all: with
 * fewer many would be digits. */
static void plan_tangle(lenet_rng *rng, plan *made)
{
  int strokes = 1 + (int)lenet_rng_below(rng, 3);
  for (int s = 0; s < strokes; s++) {
    int points = (s + 8) / strokes + (int)lenet_rng_below(rng, 6);
    for (int i = 0; i < points; i++) {
      double x = lenet_rng_range(rng, 0, 100), y = lenet_rng_range(rng, 0, 100);
      add(made, i == 0 ? 'm' : 'c', x, y);
    }
  }
}

/* To and fro, with sharp or round turns: four and more, or it might be a Z and so a 2. */
static void plan_zigzag(lenet_rng *rng, plan *made)
{
  int corners = 6 + (int)lenet_rng_below(rng, 8);
  double high = lenet_rng_range(rng, 30, 100);
  char pen = lenet_rng_below(rng, 2) ? 'k' : 'c';
  for (int i = 0; i < corners; i++) {
    double x = 100.0 * i / (corners - 1) + 4 * lenet_rng_normal(rng);
    double y = 50 + (i % 2 ? high : -high) * lenet_rng_range(rng, 0.3, 0.5);
    add(made, i == 0 ? 'm' : pen, x, y);
  }
  turn(made, lenet_rng_range(rng, 0, TWO_PI));
}

static void plan_spiral(lenet_rng *rng, plan *made)
{
  double turns = lenet_rng_range(rng, 2.5, MOST_TURNS), inner = lenet_rng_range(rng, 1, 7);
  double flat = lenet_rng_range(rng, 0.6, 1), way = lenet_rng_below(rng, 2) ? 1 : -1;
  int points = (int)(turns * POINTS_A_TURN);
  for (int i = 0; i <= points; i++) {
    double angle = way * TWO_PI * i / POINTS_A_TURN, radius = inner + (50 - inner) * i / points;
    radius += 1.5 * lenet_rng_normal(rng);
    add(made, i == 0 ? 'm' : 'c', 50 + radius * cos(angle), 50 + flat * radius * sin(angle));
  }
  turn(made, lenet_rng_range(rng, 0, TWO_PI));
}

/* Straight lines from side to side, five and more: crossed out, or pick-up sticks. */
static void plan_sticks(lenet_rng *rng, plan *made)
{
  int sticks = 5 + (int)lenet_rng_below(rng, 6);
  for (int i = 0; i < sticks; i++) {
    double angle = lenet_rng_range(rng, 0, TWO_PI), dx = 50 * cos(angle), dy = 50 * sin(angle);
    double x = 50 + 15 * lenet_rng_normal(rng), y = 50 + 15 * lenet_rng_normal(rng);
    add(made, 'm', x - dx, y - dy);
    add(made, 'k', x + dx, y + dy);
  }
}

void lenet_draw_scribble(lenet_rng *rng, uint8_t pixels[28 * 28])
{
  static void (*const plans[])(lenet_rng *, plan *) = {plan_tangle, plan_zigzag, plan_spiral,
                                                       plan_sticks};
  plan made = {.points = 0};
  plans[lenet_rng_below(rng, sizeof plans / sizeof plans[0])](rng, &made);
  lenet_way w;
  lenet_way_travel(&w, made.pen, made.points, made.at);
  lenet_draw_by_hand(rng, 1, SCRIBBLE_PEN, &w, pixels);
}

/* ------------------------------------------------------------------ all kinds ------------- */

static void write_letter(lenet_rng *rng, uint8_t pixels[28 * 28])
{
  if (lenet_rng_uniform(rng) < PRINT_SHARE)
    lenet_write_in_print(rng, lenet_letters, lenet_letter_count, pixels);
  else
    lenet_write_by_hand(rng, LETTER_FREEDOM, lenet_letters, lenet_letter_count, pixels);
}

int lenet_nondigit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28])
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_NONDIGITS, index);
  int place = (int)(index % 20); /* any stretch has all kinds */
  if (place % 2 == 0)
    write_letter(&rng, pixels);
  else if (place < 8)
    lenet_draw_scribble(&rng, pixels);
  else if (place < 14)
    lenet_draw_geometry(&rng, pixels);
  else
    lenet_draw_noise(&rng, pixels);
  return LENET_NONDIGIT;
}
