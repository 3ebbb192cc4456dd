/* completion_values.h - what may stand for an argument on the command line.
 *
 * It is told by an option's row: the words of a choice, the names that its argument may be (NAME of
 * a model, network, recipe, ...), and files or folders where its argument says so. */
#ifndef LENET_CLI_COMPLETION_VALUES_H
#define LENET_CLI_COMPLETION_VALUES_H

#include "options.h"

typedef enum cli_paths { CLI_NO_PATHS, CLI_FILES, CLI_FOLDERS } cli_paths;

typedef struct cli_values {
  char words[1024]; /* with blanks between */
  cli_paths paths;
} cli_values;

cli_values cli_values_of(const cli_option *option);

/* What stands beside the options of a command of `root`, by the first word of its usage. */
cli_values cli_operands_of(const cli_command *root, const cli_command *command);

#endif
