/* name_list.h - the files that a command is given: as operands, and in a list. */
#ifndef LENET_CLI_NAME_LIST_H
#define LENET_CLI_NAME_LIST_H

#include "options.h"

#define CLI_OPTION_LIST                                                                            \
  {                                                                                                \
    "list", 0, CLI_TEXT, "FILE", 0, 0,                                                             \
        "read the pictures too that FILE names, one on each line; '-' takes the names from "       \
        "standard input"                                                                           \
  }

typedef struct cli_names {
  char **name; /* [count], the operands first */
  size_t count;
  size_t owned; /* the last so many, which the list gave */
} cli_names;

/* Returns an exit code, after a message if it is not CLI_OK. */
int cli_list_names(const cli_arguments *arguments, cli_names *names);
void cli_names_free(cli_names *names);

#endif
