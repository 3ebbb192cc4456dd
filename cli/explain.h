/* explain.h - the way from a picture to its digits, as a picture. */
#ifndef LENET_CLI_EXPLAIN_H
#define LENET_CLI_EXPLAIN_H

#include "place.h"

#define CLI_OPTION_EXPLAIN                                                                         \
  {                                                                                                \
    "explain", 0, CLI_TEXT, "FILE.png", 0, 0,                                                      \
        "write a PNG that shows each step from the picture to its digits; of files that are "      \
        "there only an earlier one of these is replaced"                                           \
  }

/* Where --explain puts its picture, links followed; "" without it. Refuses, as wrong usage, more
 * than one picture, standard output, a path at which no file can be put, what is to be read, and a
 * file that is there and that --explain has not written: `--explain *.png` names a picture. */
int cli_choose_explain(const cli_arguments *arguments, char path[CLI_MAX_PATH]);

/* Writes a PNG: the picture with a box around each digit, the picture with its light evened out, its
 * ink (black: writing, grey: other), and below, line by line, each digit as the network saw it, with what
 * it was read as, how surely, and a bar for each score from 0 to 9 and "no digit". */
lenet_status cli_explain(const char *path, const lenet_image *image, const lenet_reading *reading,
                         lenet_error *error);

#endif
