/* skeletons.h - the movements of a pen that write a digit or a letter, as data. */
#ifndef LENET_DATA_SKELETONS_H
#define LENET_DATA_SKELETONS_H

#include <stddef.h>
#include <stdint.h>

enum { LENET_SKELETON_POINTS = 20, LENET_SKELETON_SHAPES = 4 };

/* One way to write a sign. `pen` has a letter for each point:
 *   m  the pen is set down here: a stroke begins
 *   c  the pen passes here on a smooth curve
 *   k  the pen passes here and turns sharply
 * A skeleton has several shapes, extremes of one movement with the same points: any blend of them
 * is that sign too. Points are (x, y), y downwards, a tall sign being about 100 high. */
typedef struct lenet_skeleton {
  int sign;   /* a digit's value, or the code point of what is no digit */
  int weight; /* how often it is drawn, against those that it is chosen among */
  const char *pen;
  int shapes;
  int8_t at[LENET_SKELETON_SHAPES][LENET_SKELETON_POINTS][2];
} lenet_skeleton;

/* Handwritten digits, by rising digit. */
extern const lenet_skeleton lenet_skeletons[];
extern const size_t lenet_skeleton_count;

/* Printed digits, by rising digit. */
extern const lenet_skeleton lenet_typefaces[];
extern const size_t lenet_typeface_count;

/* Letters and signs that nobody takes for a digit. */
extern const lenet_skeleton lenet_letters[];
extern const size_t lenet_letter_count;

#endif
