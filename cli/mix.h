/* mix.h - pictures of several kinds in memory, and one file of them in which every kind is
 * everywhere. */
#ifndef LENET_CLI_MIX_H
#define LENET_CLI_MIX_H

#include "options.h"

typedef struct cli_mix {
  size_t count, wanted;
  uint8_t *pixels; /* [wanted][28][28] */
  uint8_t *labels; /* [wanted] */
  size_t stride;   /* sample i of the file is picture i * stride mod count */
} cli_mix;

/* Room for so many. These return an exit code, after a message if it is not CLI_OK. */
int cli_mix_begin(const cli_command *command, size_t wanted, cli_mix *mix);

/* Writes the pictures that are there as cli_write_idx does. */
int cli_mix_write(const cli_command *command, const char *directory, lenet_split split, int classes,
                  cli_mix *mix);
void cli_mix_free(cli_mix *mix);

#endif
