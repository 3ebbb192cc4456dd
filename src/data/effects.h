/* effects.h - what can be done to the ink of a picture, each by its numbers alone: nothing is drawn
 * here but the noise, which draws for each pixel.
 *
 * Pictures are pixels [rows][columns] of up to LENET_MAX_SIDE a side, 0 paper .. 255 ink, changed
 * in place; outside lies paper. Results are rounded to the nearest byte. */
#ifndef LENET_DATA_EFFECTS_H
#define LENET_DATA_EFFECTS_H

#include "base/rng.h"
#include "lenet.h"

/* Makes strokes wider by `by` pixels, half of it on each side, narrower where it is negative. One
 * pass, for 2 pixels, takes the darkest (lightest) of a pixel and its four neighbours; a part of a
 * pass goes that part of the way. */
void lenet_widen(double by, int rows, int columns, uint8_t *pixels);

/* Paints a rectangle, which may reach over the edges. */
void lenet_paint(int left, int top, int width, int height, uint8_t tone, int rows, int columns,
                 uint8_t *pixels);

enum { LENET_BLUR_REACH = 12 }; /* pixels that blurred ink goes at most */

/* A Gaussian of `sigma` pixels, 0 .. 4, cut off at 3 sigma and brought to the sum 1. */
void lenet_blur(double sigma, int rows, int columns, uint8_t *pixels);

/* The mean along a line of `length` pixels, 0 .. 20, about the pixel; `angle` in radians, clockwise
 * from the x axis. */
void lenet_blur_along(double length, double angle, int rows, int columns, uint8_t *pixels);

/* pixel -> low + (high - low) pixel / 255; both 0 .. 255. */
void lenet_tone(double low, double high, size_t count, uint8_t *pixels);

/* The normal distribution in cells of equal probability: the mean of each, brought to variance 1. A
 * number is within 4e-4 of a quantile near the middle; none is beyond 3.8. */
enum { LENET_NORMALS = 4096 };
typedef struct lenet_normals {
  float at[LENET_NORMALS]; /* rising */
} lenet_normals;

void lenet_normals_prepare(lenet_normals *normals);

/* Adds Gaussian noise of this standard deviation, in grey levels, clipped to 0 .. 255. One number
 * of `rng` for two pixels. */
void lenet_add_noise(const lenet_normals *normals, double deviation, lenet_rng *rng, size_t count,
                     uint8_t *pixels);

#endif
