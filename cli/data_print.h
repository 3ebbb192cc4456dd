/* data_print.h - printed pages as files, and the pieces that a reader of print learns from. */
#ifndef LENET_CLI_DATA_PRINT_H
#define LENET_CLI_DATA_PRINT_H

#include "options.h"

/* `lenet data make print DIRECTORY`: reads --split, --dpi, --count and --seed. Returns an exit
 * code, after a message if it is not CLI_OK. */
int cli_make_print(const cli_arguments *arguments, const char *directory);

/* `lenet data make print-reader DIRECTORY`: reads --count and --seed. */
int cli_make_print_reader(const cli_arguments *arguments, const char *directory);

#endif
