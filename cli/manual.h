/* manual.h - the pages of the manual, made of the table of commands as --help is. */
#ifndef LENET_CLI_MANUAL_H
#define LENET_CLI_MANUAL_H

#include "options.h"

/* Prints in roff (the macros of man) the page lenet(1), or lenet-NAME(1) of one of the commands of
 * `root`, in which its sub-commands stand too. `root` has no name. */
void cli_print_manual(FILE *stream, const cli_command *root, const cli_command *command);

#endif
