/* show.h - what `lenet show` prints, each in a file of its own. All return an exit code. */
#ifndef LENET_CLI_SHOW_H
#define LENET_CLI_SHOW_H

#include "options.h"

/* The table of rows, or one document with --json. `model` is NULL for a network without weights. */
int cli_show_table(const cli_arguments *arguments, const lenet_network *network,
                   const lenet_layout *layout, const lenet_model *model);

/* --list, --recipe NAME. */
int cli_show_list(const cli_arguments *arguments);
int cli_show_recipe(const cli_arguments *arguments, const char *name);

/* True where an option asks for a drawing, or for a form that only drawings have. */
bool cli_show_is_drawing(const cli_arguments *arguments);
/* Draws what the options ask for, in the form that they ask for. */
int cli_show_drawing(const cli_arguments *arguments, const lenet_network *network,
                     const lenet_layout *layout, const lenet_model *model);

#endif
