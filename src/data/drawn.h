/* drawn.h - pictures that are drawn, not read: sample `index` of the endless set `seed`. */
#ifndef LENET_DATA_DRAWN_H
#define LENET_DATA_DRAWN_H

#include "data/pen.h"
#include "data/skeletons.h"

/* Handwriting, any of `count` skeletons; and the same in print. `freedom` scales all that hands
 * differ in: 1 for digits, less for signs that would not be known again. */
void lenet_write_by_hand(lenet_rng *rng, double freedom, const lenet_skeleton *from, size_t count,
                         uint8_t pixels[28 * 28]);
void lenet_write_in_print(lenet_rng *rng, const lenet_skeleton *from, size_t count,
                          uint8_t pixels[28 * 28]);

/* A way of any size as a hand's pen draws it, in MNIST's frame. `median` is that of the width of pens
 * against the side of the box. */
void lenet_draw_by_hand(lenet_rng *rng, double freedom, double median, lenet_way *way,
                        uint8_t pixels[28 * 28]);

/* Both return the label, as lenet_synthetic_digit does. */
int lenet_printed_digit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28]);
int lenet_nondigit(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28]);

/* The kinds of non-digits that are no letters. */
void lenet_draw_scribble(lenet_rng *rng, uint8_t pixels[28 * 28]);
void lenet_draw_geometry(lenet_rng *rng, uint8_t pixels[28 * 28]);
void lenet_draw_noise(lenet_rng *rng, uint8_t pixels[28 * 28]);

#endif
