/* height.h - where the letters of a line of text stand. */
#ifndef LENET_IMAGE_HEIGHT_H
#define LENET_IMAGE_HEIGHT_H

#include "image/frame.h"

typedef struct lenet_stand {
  lenet_height at;
  bool sure; /* there is ink above x; else the letters may be capitals or figures, as `at` has it,
                or all be like x: then they are as high as `if_small` */
  double if_small;
} lenet_stand;

/* ink [rows]: how much there is in each row of a level line of this width, in pixels. Without any,
 * capitals fill it. */
lenet_stand lenet_stand_find(const double *ink, int rows, int width);

/* True where this x-height may be the line's too: what is left of the difference is what pixels
 * make. */
bool lenet_stand_like(const lenet_stand *stand, double x_height);

/* Where a line is not sure, its x-height is that of others on the page, if its letters are as high
 * as x or as capitals there: `page` is theirs, 0 where there are none. */
void lenet_stand_settle(lenet_stand *stand, double page);

#endif
