/* data_pages.h - lines of digits as picture files and what stands in them. */
#ifndef LENET_CLI_DATA_PAGES_H
#define LENET_CLI_DATA_PAGES_H

#include "options.h"

/* `lenet data make pages DIRECTORY` and `strings`: read --from, --split, --count and --seed, of
 * strings also --digits, --gap and --invert. Return an exit code, after a message if it is not
 * CLI_OK. */
int cli_make_pages(const cli_arguments *arguments, const char *directory);
int cli_make_strings(const cli_arguments *arguments, const char *directory);

#endif
