/* place.h - where data sets are looked for, and what --net, --model and --data name. */
#ifndef LENET_CLI_PLACE_H
#define LENET_CLI_PLACE_H

#include "options.h"

enum { CLI_MAX_PLACES = 3, CLI_MAX_PATH = 4096 };

/* --data-dir, $LENET_DATA, $XDG_CACHE_HOME/lenet or ~/.cache/lenet: those that are set. */
typedef struct cli_places {
  const char *directory[CLI_MAX_PLACES + 1]; /* NULL-terminated */
  char cache[CLI_MAX_PATH];                  /* "" where there is no home */
} cli_places;

void cli_find_places(const cli_arguments *arguments, cli_places *places);

/* The first place that holds a file of the known set, and how many of its four are there; 0 where
 * no place holds one. Checks no hash. */
int cli_locate_set(const cli_places *places, const lenet_known_set *set, char path[CLI_MAX_PATH]);

/* Makes a directory and those above it; where it cannot, errno says why. */
bool cli_make_directories(const char *path);

/* These return an exit code, CLI_OK for success, and print what went wrong. */

/* `name`, the value of --net, is a name of lenet_variants or a notation. */
int cli_open_network(const cli_arguments *arguments, const char *name, lenet_network *network);
/* `name`, of the value of --`option`, is a file, the name of a model inside the library, or NULL
 * for the default one. */
int cli_open_model(const cli_arguments *arguments, const char *option, const char *name,
                   lenet_model **model);
/* `set`, as for lenet_dataset_open, is the value of --`option` or what stands for it; NULL: no
 * option chooses it. Tells how to get a known set that is not there, and how to do without. */
int cli_open_data(const cli_arguments *arguments, const char *option, const char *set,
                  lenet_split split, lenet_dataset **data);

enum { CLI_VALIDATION = 5000 /* the last training pictures, as `lenet train` keeps them apart */ };

/* The samples of a split by name: test, train, or validation, the last of the training split. */
int cli_open_samples(const cli_arguments *arguments, const char *option, const char *set,
                     const char *split, lenet_dataset **data, lenet_samples *samples);

#endif
