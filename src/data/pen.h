/* pen.h - from the points that a pen passes to a drawing of its way. */
#ifndef LENET_DATA_PEN_H
#define LENET_DATA_PEN_H

#include "base/rng.h"

#include <stdbool.h>

enum {
  LENET_PEN_RASTER = 56, /* side of a drawing, in pixels */
  LENET_PEN_POINTS = 36, /* the most points of a way */
  LENET_PEN_STEPS = 32   /* the most vertices from point to point */
};

typedef struct lenet_point {
  double x, y;
} lenet_point;

/* A place on the pen's way. `down` is false where a stroke begins: no ink leads here. */
typedef struct lenet_vertex {
  float x, y;
  float radius;
  bool down;
} lenet_vertex;

typedef struct lenet_way {
  int count;
  lenet_vertex at[LENET_PEN_POINTS * LENET_PEN_STEPS];
} lenet_way;

/* A pen's width, and how it changes: each change is a share of the width. */
typedef struct lenet_pen {
  double width;             /* in pixels of the drawing */
  double nib_cos, nib_sin;  /* with twice the direction of travel, as a broad nib's does */
  double vary, phase, rate; /* slowly: a sine of the count of vertices */
  double rough;             /* quickly: the most of a random part */
} lenet_pen;

/* The way through points p[0 .. points-1], of which `pen` says what it says in a skeleton: "m", "c"
 * and "k". Corners part a stroke into curves. Lengths are those of skeletons, some 100 in all. */
void lenet_way_travel(lenet_way *way, const char *pen, int points, const lenet_point *p);

/* Fits the way into a square of `side` pixels in the drawing's middle. */
void lenet_way_fit(lenet_way *way, double side);

/* Gives each vertex its radius. */
void lenet_way_take_pen(lenet_way *way, const lenet_pen *pen, lenet_rng *rng);

/* Adds the ink of the line from a to b, ends round, to `ink` [LENET_PEN_RASTER][LENET_PEN_RASTER],
 * where 1 or more is full. `soft` is the width of the edge in pixels. a may be b: a disc. */
void lenet_ink_line(float *ink, lenet_vertex a, lenet_vertex b, float soft);

/* Ink as bytes, 0 paper .. 255. */
void lenet_ink_bytes(const float *ink, uint8_t *raster);

/* The whole way in ink on clean paper, as bytes. */
void lenet_way_draw(const lenet_way *way, float soft, uint8_t *raster);

#endif
