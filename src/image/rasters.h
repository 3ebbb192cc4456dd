/* rasters.h - lines made level: the ink of their parts alone. */
#ifndef LENET_IMAGE_RASTERS_H
#define LENET_IMAGE_RASTERS_H

#include "image/lines.h"

#define LENET_STEEPEST 0.36 /* slope of a line: 20 degrees */

/* Makes the lines->count lines that are numbered in `parts`, `level` without a slope, and puts them in order:
 * from top to bottom, then from left to right. */
lenet_status lenet_rasters_make(const lenet_ink *ink, const lenet_parts *parts, bool level,
                                lenet_lines *lines, lenet_error *error);

#endif
