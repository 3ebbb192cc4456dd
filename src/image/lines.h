/* lines.h - parts that stand in a row. */
#ifndef LENET_IMAGE_LINES_H
#define LENET_IMAGE_LINES_H

#include "image/frame.h"
#include "image/parts.h"

/* A line of writing, made level: pixel (x, y) of it is pixel (left + x, top + y + drop(x)) of the
 * ink, where drop(x) = round(slope x). */
typedef struct lenet_line {
  int left, top;
  double slope;
  int width, height;
  int digit_height;  /* of a usual digit in it, pixels; of text, of x */
  lenet_height text; /* where its letters stand, rows of the line; x_height 0 for digits */
  double if_small;   /* x-height if what looks like capitals alone were letters such as x; else 0 */
  double stroke;
  uint8_t *value; /* [height][width] 0 paper .. 255 full ink, of this line's parts alone */
} lenet_line;

typedef struct lenet_lines {
  int count;
  lenet_line *line; /* from top to bottom, then from left to right */
} lenet_lines;

/* Puts each part of writing into a line, which it notes in `parts`. */
lenet_status lenet_lines_find(const lenet_ink *ink, lenet_script script, lenet_parts *parts,
                              lenet_lines *lines, lenet_error *error);
void lenet_lines_free(lenet_lines *lines);

/* One line, level, of the largest part of writing and all that is near it, whatever the rest: a
 * picture's one digit. */
lenet_status lenet_lines_of_largest(const lenet_ink *ink, lenet_parts *parts, lenet_lines *lines,
                                    lenet_error *error);

/* drop(x). */
int lenet_line_drop(const lenet_line *line, int x);

#endif
