/* binarise.h - paper and ink. */
#ifndef LENET_IMAGE_BINARISE_H
#define LENET_IMAGE_BINARISE_H

#include "lenet.h"

/* Finds which tone is paper, levels uneven light, and tells ink from paper.
 *
 * ink [height][width] gets how far each pixel is from paper: 0 for the paper itself, 255 for full
 * ink, in between on the edges of strokes. *threshold is the least value that counts as ink.
 * LENET_NO_DIGIT where no two tones can be told apart. */
lenet_status lenet_binarise(const lenet_image *image, uint8_t *ink, int *threshold,
                            lenet_error *error);

#endif
