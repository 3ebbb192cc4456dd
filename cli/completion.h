/* completion.h - what makes a shell complete the command line, made of the table of commands. */
#ifndef LENET_CLI_COMPLETION_H
#define LENET_CLI_COMPLETION_H

#include "options.h"

/* The shells, as a choice of --completion. */
#define CLI_SHELLS "bash|zsh|fish"

/* Prints the script of one of these shells for the commands of `root`. */
void cli_print_completion(FILE *stream, const cli_command *root, const char *shell);

#endif
