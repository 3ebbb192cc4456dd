/* windows.h - the largest and the least value around each pixel. */
#ifndef LENET_IMAGE_WINDOWS_H
#define LENET_IMAGE_WINDOWS_H

#include "lenet.h"

/* pixels [height][width] become the maximum, or the minimum, of the square of 2 radius + 1 pixels
 * around each; what lies outside the picture does not count. A few looks at each pixel, whatever
 * the radius, which may be larger than the picture. LENET_NO_MEMORY leaves `pixels` unset. */
lenet_status lenet_window_maximum(uint8_t *pixels, int width, int height, int radius,
                                  lenet_error *error);
lenet_status lenet_window_minimum(uint8_t *pixels, int width, int height, int radius,
                                  lenet_error *error);

/* Each pixel becomes the mean of its 3x3, weighed 1 2 1 both ways; the border repeats. */
lenet_status lenet_smooth(uint8_t *pixels, int width, int height, lenet_error *error);

/* Where more than one pixel in fifty is of another tone than all around it, as dust, faulty sensors and
 * the noise of 1998 make them, each such pixel becomes the mean of those around. */
lenet_status lenet_despeckle(uint8_t *pixels, int width, int height, lenet_error *error);

#endif
