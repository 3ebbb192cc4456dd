/* distort.h - the steps from a place in a seed's numbers to a distorted picture. */
#ifndef LENET_DATA_DISTORT_H
#define LENET_DATA_DISTORT_H

#include "base/rng.h"
#include "lenet.h"

/* LENET_BAD_ARGUMENT, with the name of the field, for a value out of its range. */
lenet_status lenet_augmentation_check(const lenet_augmentation *augmentation, lenet_error *error);

/* LENET_BAD_ARGUMENT for pictures too large to be `changed`: distorted, corrupted. */
lenet_status lenet_sides_check(const lenet_samples *samples, const char *changed,
                               lenet_error *error);

/* What is done to the plane, in this order, about the middle of the picture. */
typedef struct lenet_plane {
  double wide, high;  /* stretched by these factors */
  double shear;       /* what is one pixel higher moves to the right by this */
  double turn;        /* radians, clockwise */
  double right, down; /* moved by these, pixels */
} lenet_plane;

lenet_plane lenet_plane_draw(const lenet_augmentation *augmentation, lenet_rng *rng);

/* Where the ink of a point (x, y) of the new picture comes from: (from[0][0] x + from[0][1] y +
 * from[0][2], from[1][0] x + from[1][1] y + from[1][2]). */
typedef struct lenet_mapping {
  float from[2][3];
} lenet_mapping;

lenet_mapping lenet_plane_invert(const lenet_plane *plane, int rows, int columns);

/* Smooth displacements. Even noise in every pixel, smoothed by a Gaussian of sigma, is to one part
 * in a thousand the same random field as coarse noise at nodes sigma apart, each spread by that
 * Gaussian: only the nodes are drawn. */
enum {
  LENET_BEND_TAPS = 7, /* nodes that a pixel looks at, per direction: out to 3 sigma */
  LENET_BEND_LEAST_SIGMA = 2,
  LENET_BEND_NODES = LENET_MAX_SIDE / LENET_BEND_LEAST_SIGMA + LENET_BEND_TAPS
};

/* The way from nodes to pixels along one side of the picture. */
typedef struct lenet_bend_axis {
  int nodes;
  int first[LENET_MAX_SIDE];                     /* the first node that a pixel looks at */
  float weight[LENET_MAX_SIDE][LENET_BEND_TAPS]; /* squares sum to 1 */
} lenet_bend_axis;

typedef struct lenet_bend {
  float deviation; /* standard deviation of a displacement in each direction, pixels; 0: none */
  lenet_bend_axis down, across;
} lenet_bend;

/* `sigma` as in lenet_augmentation; unused where alpha is 0. */
void lenet_bend_prepare(const lenet_augmentation *augmentation, int rows, int columns,
                        lenet_bend *bend);

/* The drawn noise of one picture: [0] moves across, [1] down, pixels. */
typedef struct lenet_nodes {
  float at[LENET_BEND_NODES][2][LENET_BEND_NODES];
} lenet_nodes;

void lenet_nodes_draw(const lenet_bend *bend, lenet_rng *rng, lenet_nodes *nodes);

/* The displacements of the pixels of row y. */
void lenet_bend_row(const lenet_bend *bend, const lenet_nodes *nodes, int y, int columns,
                    float across[LENET_MAX_SIDE], float down[LENET_MAX_SIDE]);

/* Moves a picture's ink, [rows][columns], in place: each new pixel is read once from between the
 * old ones, where the mapping and, added to it, the displacement point. `nodes` NULL: only the
 * mapping. */
void lenet_distort(const lenet_mapping *mapping, const lenet_bend *bend, const lenet_nodes *nodes,
                   int rows, int columns, uint8_t *pixels);

/* Inverts each of `count` pixels, 255 - byte, with this probability; one number of `rng` for each
 * pixel, none where the probability is 0. */
void lenet_invert(double probability, lenet_rng *rng, size_t count, uint8_t *pixels);

#endif
