/* frame.h - a character of a printed line, as a network reads it. */
#ifndef LENET_IMAGE_FRAME_H
#define LENET_IMAGE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

/* Where a line has its letters, rows of the same picture as its ink. */
typedef struct lenet_height {
  double baseline; /* row on which x stands: the first one below it */
  double x_height; /* rows from there up to its top */
} lenet_height;

/* In a frame of 28x28 the letter x has rows 9 .. 20. */
enum { LENET_FRAME_BASELINE = 21, LENET_FRAME_X_HEIGHT = 12, LENET_FRAME_WIDEST = 26 };

/* Ink [height][width] 0 paper .. 255 ink -> seen [28][28]: scaled so that the line's x-height and
 * baseline come to the places above, the middle of its ink's columns to the middle of the frame;
 * what is wider than LENET_FRAME_WIDEST columns is squeezed across alone, and what is higher or
 * lower than the frame is cut off. So height and place on the line stay in the picture, by which c
 * and C, comma and apostrophe differ. The darkest cell becomes 255. False where no ink comes into
 * the frame.
 *
 * An x-height of less than 2 counts as 2; the baseline may lie outside of the ink. */
bool lenet_frame_character(const uint8_t *ink, int width, int height, lenet_height at,
                           uint8_t seen[28 * 28]);

#endif
