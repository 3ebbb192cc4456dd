/* recipe_file.h - recipes for `lenet train`: text files, some of which ship inside the command.
 *
 * A line is an option of `lenet train` without its dashes, a blank and the value. A comment begins
 * with # at the start of a line or after a blank. Empty lines are nothing. */
#ifndef LENET_CLI_RECIPE_FILE_H
#define LENET_CLI_RECIPE_FILE_H

#include "output.h"

typedef struct cli_shipped_recipe {
  const char *name, *text;
} cli_shipped_recipe;

/* The files of recipes/ by name, as the build writes them; a row without a name ends the table. */
extern const cli_shipped_recipe cli_shipped_recipes[];

/* The first comment of a recipe: what it is. */
typedef struct cli_recipe_summary {
  char text[128];
} cli_recipe_summary;
cli_recipe_summary cli_summarize_recipe(const char *text);

/* The text of the recipe `name`, the value of --recipe: one that ships or a file; to be freed. Returns
 * an exit code, after a message if it is not CLI_OK. */
int cli_load_recipe(const cli_arguments *arguments, const char *name, char **text);

/* Gives the options that the recipe of --recipe has, and the command line has not, their values.
 * These point into `*text`, to be freed after `arguments` is done with. Without --recipe nothing is
 * done. Returns an exit code. */
int cli_read_recipe(cli_arguments *arguments, char **text);

#endif
