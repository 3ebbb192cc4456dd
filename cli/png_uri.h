/* png_uri.h - a small picture inside a page. */
#ifndef LENET_CLI_PNG_URI_H
#define LENET_CLI_PNG_URI_H

#include "lenet.h"

#include <stdio.h>

/* Writes "data:image/png;base64,..." of a picture as networks see it, pixels [rows][columns], 0
 * paper .. 255 ink, up to LENET_MAX_SIDE a side: ink comes out black, paper white. */
void cli_print_png_uri(FILE *stream, const uint8_t *pixels, int rows, int columns);

#endif
