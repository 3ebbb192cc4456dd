/* picture.h - digits drawn with characters. */
#ifndef LENET_CLI_PICTURE_H
#define LENET_CLI_PICTURE_H

#include "lenet.h"

#include <stdio.h>

typedef struct cli_picture {
  const uint8_t *pixels; /* [rows][columns], 0 paper .. 255 ink */
  char caption[64];
} cli_picture;

/* Draws pictures of one size side by side, as many as fit into a line, each with its caption.
 * With `crop`, the empty border that all of them share is left out. */
void cli_draw(FILE *stream, const cli_picture *pictures, size_t count, int rows, int columns,
              bool crop);

#endif
