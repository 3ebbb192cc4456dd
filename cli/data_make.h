/* data_make.h - `lenet data make`. */
#ifndef LENET_CLI_DATA_MAKE_H
#define LENET_CLI_DATA_MAKE_H

#include "options.h"

extern const cli_command cli_data_make_command;

/* `lenet data make reader DIRECTORY`: reads --count and --seed. Returns an exit code, after a message if it
 * is not CLI_OK. */
int cli_make_reader_data(const cli_arguments *arguments, const char *directory);

#endif
