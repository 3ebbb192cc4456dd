/* strokes.h - how wide the strokes of a picture are, and which of its tones is ink. */
#ifndef LENET_IMAGE_STROKES_H
#define LENET_IMAGE_STROKES_H

#include "lenet.h"

typedef struct lenet_strokes {
  bool light;   /* ink is lighter than paper: chalk, a dark screen, MNIST */
  double width; /* of a stroke, in pixels; about the median over all of them, at least 1 */
} lenet_strokes;

/* Measures the runs between opposite edges along rows and columns, which slow changes of light and
 * the edges of shadows do not have. LENET_NO_DIGIT where nothing stands out from the paper. */
lenet_status lenet_measure_strokes(const lenet_image *image, lenet_strokes *strokes,
                                   lenet_error *error);

#endif
