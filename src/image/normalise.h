/* normalise.h - any blot of ink to the frame that MNIST uses. */
#ifndef LENET_IMAGE_NORMALISE_H
#define LENET_IMAGE_NORMALISE_H

#include "lenet.h"

/* Scales the ink of a raster, ink [height][width], 0 paper .. 255 ink, to a box of 20x20 with its
 * aspect ratio kept and its edges anti-aliased, and puts its centre of mass in the middle of
 * 28x28 (to whole pixels, as MNIST did). Pixels of 0 around the ink are cut off first; the
 * blackest pixel of the result is 255. Returns false, and leaves `digit` alone, where there is no
 * ink. `ink` may be any size from 1x1 to LENET_MAX_IMAGE_SIDE. Allocates nothing. */
bool lenet_normalise(const uint8_t *ink, int width, int height, uint8_t digit[28 * 28]);

#endif
