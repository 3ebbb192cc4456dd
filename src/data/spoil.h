/* spoil.h - the effects of an augmentation beyond its geometry, drawn for one picture. */
#ifndef LENET_DATA_SPOIL_H
#define LENET_DATA_SPOIL_H

#include "data/effects.h"

/* Applies the fields stroke, occlude, blur, contrast and noise of `a`, in this order, to half of
 * all pictures, and each to half of those, with a stream of numbers of its own at `place` of
 * `seed`. `normals` may be unprepared where noise is 0. */
void lenet_spoil(const lenet_augmentation *a, const lenet_normals *normals, uint64_t seed,
                 uint64_t place, int rows, int columns, uint8_t *pixels);

/* Mirrors a picture left to right with this probability. */
void lenet_flip(double probability, uint64_t seed, uint64_t place, int rows, int columns,
                uint8_t *pixels);

/* Somewhere inside the picture, as wide and high as given or as the picture is: paper, ink or a
 * grey between, a third of the times each. */
void lenet_occlude(int width, int height, lenet_rng *rng, int rows, int columns, uint8_t *pixels);

#endif
