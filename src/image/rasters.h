/* rasters.h - lines made level: the ink of their parts alone. */
#ifndef LENET_IMAGE_RASTERS_H
#define LENET_IMAGE_RASTERS_H

#include "image/lines.h"

#define LENET_STEEPEST 0.36 /* slope of a line: 20 degrees */

typedef enum lenet_levelling {
  LENET_LEVEL,     /* no slope */
  LENET_BY_DIGITS, /* by the middles of digits */
  LENET_BY_LETTERS /* by the middles of letters, of which some reach up or down: the fewer of them,
                      the more by the slope of all lines. Finds out where letters stand */
} lenet_levelling;

/* Makes the lines->count lines that are numbered in `parts` and puts them in order: from top to
 * bottom, then from left to right. */
lenet_status lenet_rasters_make(const lenet_ink *ink, const lenet_parts *parts,
                                lenet_levelling levelling, lenet_lines *lines, lenet_error *error);

#endif
