/* encode.h - a picture's bytes as a file would have them. */
#ifndef LENET_IMAGE_ENCODE_H
#define LENET_IMAGE_ENCODE_H

#include "lenet.h"

/* Grey pixels [height][width] as a JPEG of this quality, 1 .. 100, in memory that the caller frees.
 */
lenet_status lenet_encode_jpeg(const uint8_t *pixels, int width, int height, int quality,
                               uint8_t **bytes, size_t *size, lenet_error *error);

#endif
