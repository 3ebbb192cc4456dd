/* skeletons.h - the movements of a pen that write a digit, as data. */
#ifndef LENET_DATA_SKELETONS_H
#define LENET_DATA_SKELETONS_H

#include <stddef.h>
#include <stdint.h>

enum { LENET_SKELETON_POINTS = 20, LENET_SKELETON_SHAPES = 4 };

/* One way to write a digit. `pen` has a letter for each point:
 *   m  the pen is set down here: a stroke begins
 *   c  the pen passes here on a smooth curve
 *   k  the pen passes here and turns sharply
 * A skeleton has several shapes, extremes of one movement with the same points: any blend of them
 * is that digit too. Points are (x, y), y downwards, a digit being about 100 high. */
typedef struct lenet_skeleton {
  int digit;
  int weight; /* how often it is drawn, against the other skeletons of the digit */
  const char *pen;
  int shapes;
  int8_t at[LENET_SKELETON_SHAPES][LENET_SKELETON_POINTS][2];
} lenet_skeleton;

/* All skeletons, by rising digit. */
extern const lenet_skeleton lenet_skeletons[];
extern const size_t lenet_skeleton_count;

#endif
