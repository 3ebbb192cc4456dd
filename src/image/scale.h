/* scale.h - ink to another size, anti-aliased. */
#ifndef LENET_IMAGE_SCALE_H
#define LENET_IMAGE_SCALE_H

#include <stddef.h>
#include <stdint.h>

/* One axis of the way to another size: source pixel i covers offset + i * scale .. + scale, in
 * cells, from 0 on. */
typedef struct lenet_axis {
  double scale, offset;
  int cells; /* whole cells that there are */
} lenet_axis;

/* Averages over area: adds to cells [down.cells][across.cells] of 0 what each gets of the source, ink
 * [rows][stride] of which the first `columns` of each row count; paper outside being 0. `line` has
 * room for across.cells numbers. All of the source lies inside the cells. */
void lenet_scale_ink(const uint8_t *ink, size_t stride, int columns, int rows, lenet_axis across,
                     lenet_axis down, double *line, double *cells);

#endif
