/* rules.h - ruled and squared paper. */
#ifndef LENET_IMAGE_RULES_H
#define LENET_IMAGE_RULES_H

#include "image/ink.h"

/* Finds long thin straight lines, level or upright within a few degrees, in the ink's mask, and paints
 * them over in tones [height][width], with what is beside them, where no stroke crosses them. *found:
 * how many. */
lenet_status lenet_rules_remove(const lenet_ink *ink, uint8_t *tones, int *found,
                                lenet_error *error);

#endif
