/* encode.h - what is left of a picture that was a file. */
#ifndef LENET_IMAGE_ENCODE_H
#define LENET_IMAGE_ENCODE_H

#include "lenet.h"

/* Grey pixels [height][width] become what a JPEG of this quality, 1 .. 100, keeps of them. */
lenet_status lenet_through_jpeg(int quality, int width, int height, uint8_t *pixels,
                                lenet_error *error);

#endif
