/* told.h - what was read in a picture, as text and as JSON. */
#ifndef LENET_CLI_TOLD_H
#define LENET_CLI_TOLD_H

#include "output.h"

#include <stdio.h>

/* Of digits a line is sure enough or not; of text each character. */
typedef struct cli_told {
  bool text;
  double least; /* confidence */
} cli_told;

/* One line of output for each line of the picture; the name only where there are several pictures.
 */
void cli_print_reading(FILE *stream, const char *path, bool named, const lenet_reading *reading,
                       const cli_told *how);
#if LENET_HAVE_JANSSON
json_t *cli_reading_document(const char *path, const lenet_reading *reading, const cli_told *how);
#endif

#endif
