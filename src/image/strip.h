/* strip.h - a line as a network that is swept over it reads it. */
#ifndef LENET_IMAGE_STRIP_H
#define LENET_IMAGE_STRIP_H

#include "image/lines.h"

enum { LENET_STRIP_ROWS = 28, LENET_STRIP_MARGIN = 14 /* columns of paper at either end */ };

/* A line scaled so that its usual digit is 20 pixels high, as in MNIST, its ink's centre of mass in the
 * middle of 28 rows. What is above or below these is cut off. Column x of the line covers columns
 * LENET_STRIP_MARGIN + x scale .. + scale of the strip. */
typedef struct lenet_strip {
  int width;
  double scale;
  double top;     /* row of the strip where the line's first begins; may be negative */
  uint8_t *value; /* [LENET_STRIP_ROWS][width] 0 paper .. 255 ink, the blackest being 255 */
} lenet_strip;

lenet_status lenet_strip_make(const lenet_line *line, lenet_strip *strip, lenet_error *error);
void lenet_strip_free(lenet_strip *strip);

#endif
