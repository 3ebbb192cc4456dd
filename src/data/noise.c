/* noise.c - pictures that nobody drew: what a camera, a crop beside the digit or a fault gives. */
#include "data/drawn.h"
#include "image/normalise.h"

#include <math.h>
#include <string.h>

static const double TWO_PI = 6.283185307179586;

enum { SIDE = 28, AREA = SIDE * SIDE, WAVES = 6 };

static void draw_uniform(lenet_rng *rng, uint8_t pixels[AREA])
{
  int least = (int)lenet_rng_below(rng, 128);
  for (int i = 0; i < AREA; i++)
    pixels[i] = (uint8_t)(least + (int)lenet_rng_below(rng, (uint32_t)(256 - least)));
}

/* Salt and pepper: full pixels on paper. */
static void draw_salt(lenet_rng *rng, uint8_t pixels[AREA])
{
  double density = 0.03 * pow(20, lenet_rng_uniform(rng)); /* 3 % to 60 % */
  for (int i = 0; i < AREA; i++)
    pixels[i] = lenet_rng_uniform(rng) < density ? 255 : 0;
}

/* Waves of 9 to 40 pixels in all directions: cut at a level they are blots, uncut they are fog. */
static void draw_blots(lenet_rng *rng, uint8_t pixels[AREA])
{
  double value[AREA] = {0}, least = INFINITY, most = -INFINITY;
  for (int k = 0; k < WAVES; k++) {
    double rate = TWO_PI / lenet_rng_range(rng, 9, 40), angle = lenet_rng_range(rng, 0, TWO_PI);
    double phase = lenet_rng_range(rng, 0, TWO_PI);
    double fx = rate * cos(angle), fy = rate * sin(angle);
    for (int i = 0; i < AREA; i++)
      value[i] += cos(fx * (i % SIDE) + fy * (double)(i / SIDE) + phase);
  }
  for (int i = 0; i < AREA; i++) {
    least = fmin(least, value[i]);
    most = fmax(most, value[i]);
  }
  double level = lenet_rng_range(rng, 0.35, 0.85), width = pow(10, lenet_rng_range(rng, -1.3, 0));
  for (int i = 0; i < AREA; i++) {
    double ink = 0.5 + ((value[i] - least) / (most - least) - level) / width;
    pixels[i] = (uint8_t)(255 * fmax(0, fmin(1, ink)));
  }
}

/* Ink that rises evenly across the picture. */
static void draw_gradient(lenet_rng *rng, uint8_t pixels[AREA])
{
  double angle = lenet_rng_range(rng, 0, TWO_PI), c = cos(angle), s = sin(angle);
  double low = lenet_rng_range(rng, -0.5, 0.4), high = lenet_rng_range(rng, 0.6, 1.5);
  for (int i = 0; i < AREA; i++) {
    double at = 0.5 + (c * (i % SIDE - 13.5) + s * (i / SIDE - 13.5)) / SIDE;
    pixels[i] = (uint8_t)(255 * fmax(0, fmin(1, low + (high - low) * at)));
  }
}

/* Nearly empty: 1 to 8 pixels of any tone. */
static void draw_specks(lenet_rng *rng, uint8_t pixels[AREA])
{
  memset(pixels, 0, AREA);
  int specks = 1 + (int)lenet_rng_below(rng, 8);
  for (int i = 0; i < specks; i++) {
    uint32_t at = lenet_rng_below(rng, AREA);
    pixels[at] = (uint8_t)(40 + lenet_rng_below(rng, 216));
  }
}

static void draw_stripes(lenet_rng *rng, uint8_t pixels[AREA])
{
  double angle = lenet_rng_range(rng, 0, TWO_PI), rate = TWO_PI / lenet_rng_range(rng, 2.5, 9);
  double fx = rate * cos(angle), fy = rate * sin(angle), phase = lenet_rng_range(rng, 0, TWO_PI);
  double sharp = lenet_rng_range(rng, 0.5, 3);
  for (int i = 0; i < AREA; i++) {
    double ink = 0.5 + sharp * sin(fx * (i % SIDE) + fy * (double)(i / SIDE) + phase);
    pixels[i] = (uint8_t)(255 * fmax(0, fmin(1, ink)));
  }
}

/* One bright tone all over, with a little grain. */
static void draw_full(lenet_rng *rng, uint8_t pixels[AREA])
{
  uint32_t grain = 2 + lenet_rng_below(rng, 24), tone = 128 + lenet_rng_below(rng, 104);
  for (int i = 0; i < AREA; i++)
    pixels[i] = (uint8_t)(tone + lenet_rng_below(rng, grain));
}

/* Half of all is fitted to MNIST's frame, as a picture that is read would be; where there is no
 * ink to fit, or in the other half, it fills the 28x28. */
void lenet_draw_noise(lenet_rng *rng, uint8_t pixels[AREA])
{
  /* Blots three times: most like ink, and most of what a camera sees. */
  static void (*const drawings[])(lenet_rng *, uint8_t *) = {
      draw_blots,   draw_blots,    draw_blots,  draw_uniform, draw_salt,
      draw_stripes, draw_gradient, draw_specks, draw_full};
  uint8_t plain[AREA];
  bool fitted = lenet_rng_below(rng, 2) == 0;
  drawings[lenet_rng_below(rng, sizeof drawings / sizeof drawings[0])](rng, plain);
  if (!fitted || !lenet_normalise(plain, SIDE, SIDE, pixels))
    memcpy(pixels, plain, AREA);
}
