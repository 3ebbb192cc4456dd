/* ruled.h - which straight lines are ruled, and which are the strokes of digits. */
#ifndef LENET_IMAGE_RULED_H
#define LENET_IMAGE_RULED_H

#include "image/ink.h"
#include "image/straight.h"

/* Sets `rule` of each level and upright line; the latter are level in the transposed picture. */
lenet_status lenet_ruled_tell(const lenet_ink *ink, lenet_straights *level,
                              lenet_straights *upright, lenet_error *error);

#endif
