/* explain.h - the way from a picture to its digits, as a picture. */
#ifndef LENET_CLI_EXPLAIN_H
#define LENET_CLI_EXPLAIN_H

#include "options.h"

/* Writes a PNG: the picture with a box around each digit, the picture with its light evened out, its
 * ink (black: writing, grey: other), and below, line by line, each digit as the network saw it, with what
 * it was read as, how surely, and a bar for each score from 0 to 9 and "no digit". */
lenet_status cli_explain(const char *path, const lenet_image *image, const lenet_reading *reading,
                         lenet_error *error);

#endif
