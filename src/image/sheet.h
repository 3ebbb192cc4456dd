/* sheet.h - a sheet of paper, a board or a screen that does not fill the picture. */
#ifndef LENET_IMAGE_SHEET_H
#define LENET_IMAGE_SHEET_H

#include "lenet.h"

/* Looks for a sheet that lies on something else, which is in sight around it, and paints what is around
 * it in its own tone: a desk has no writing, and its tone does not tell that of the paper. Leaves all
 * other pictures as they are. tones [height][width]. */
lenet_status lenet_sheet_isolate(uint8_t *tones, int width, int height, lenet_error *error);

#endif
