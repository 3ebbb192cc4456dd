/* write_idx.h - a data set as the files of MNIST. */
#ifndef LENET_CLI_WRITE_IDX_H
#define LENET_CLI_WRITE_IDX_H

#include "options.h"

/* Writes one split into `directory` under MNIST's file names; of two, the training split first. If
 * any file of this split or a later one is there already, says so and writes nothing; nor does
 * anything of the split stay when a disk is full or a stop is wanted. Returns an exit code, after a
 * message if it is not CLI_OK. */
int cli_write_idx(const cli_command *command, const char *directory, lenet_split split,
                  const lenet_samples *samples);

/* Takes a split away again that has been written, where the other one cannot be. */
void cli_remove_idx(const char *directory, lenet_split split);

#endif
