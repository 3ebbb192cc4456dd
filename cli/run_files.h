/* run_files.h - where the files of a training run go, and that they take nobody's place. */
#ifndef LENET_CLI_RUN_FILES_H
#define LENET_CLI_RUN_FILES_H

#include "place.h"
#include "plan.h"

typedef struct cli_run_files {
  char out[CLI_MAX_PATH];        /* the model, where links led; "" with --out none */
  char checkpoint[CLI_MAX_PATH]; /* "" where nothing can be or should be saved */
} cli_run_files;

/* Settles both before anything is learned. Refuses, as wrong usage, a path at which no file can be
 * put, an unfinished run in the way and a file that is somebody else's. */
int cli_choose_files(const cli_arguments *arguments, const cli_plan *plan, cli_run_files *files);

/* Says what will be lost before it is. */
void cli_announce_replacement(const cli_arguments *arguments, const cli_run_files *files);

#endif
