/* sweep.h - many training runs: the file that names them (sweep_file.c), what they came to
 * (sweep_results.c, sweep_table.c), and those on their way (sweep_child.c). */
#ifndef LENET_CLI_SWEEP_H
#define LENET_CLI_SWEEP_H

#include "farm.h"
#include "output.h"

/* One training run. */
typedef struct cli_run {
  char *name;
  uint64_t seed;
  char **word; /* [words] options of lenet train */
  size_t words;
  char *options; /* the same as one line, by which a result is known */
  int stage;     /* lines 'wait' above it */
} cli_run;

typedef struct cli_runs {
  cli_run *run;
  size_t count;
} cli_runs;

/* Reads the runs of `path`; {models} in options becomes `models`. Returns an exit code, after a
 * message that names FILE:LINE. */
int cli_read_runs(const cli_arguments *arguments, const char *path, const char *models,
                  cli_runs *runs);
void cli_run_free(cli_run *run);
void cli_runs_free(cli_runs *runs);

/* ---- results: a line of JSON each in a file beside the runs' ---- */

#if LENET_HAVE_JANSSON
/* The last result of each run, in the order of `runs`; NULL where there is none. */
typedef struct cli_results {
  json_t **of; /* [runs] */
  size_t count;
} cli_results;

int cli_read_results(const cli_arguments *arguments, const char *path, const cli_runs *runs,
                     cli_results *results);
void cli_results_free(cli_results *results);

/* A result, of what `lenet train --json` has printed; NULL where that is none. */
json_t *cli_make_result(const cli_run *run, const char *printed);

/* Appends it to the file. False after a message. */
bool cli_keep_result(const cli_arguments *arguments, const char *path, const json_t *result);

/* Prints a row for each name, as a table of Markdown, or as JSON. `test`: with what the test images
 * came to. */
void cli_print_sweep(const cli_arguments *arguments, const cli_runs *runs,
                     const cli_results *results);
#endif

/* ---- runs on their way: processes of this rank ---- */

typedef struct cli_children cli_children;

/* `program`: lenet as it was called; `jobs`: children at once; `threads`: of each, where its
 * options do not say; 0: as many as lenet train takes by itself. NULL: out of memory. */
cli_children *cli_children_create(const char *program, int jobs, int threads);
/* Ends those that still run. */
void cli_children_free(cli_children *children);

/* The description of a task: words that end in NUL. The last one is where the model goes, or none.
 */
bool cli_child_begin(cli_children *children, size_t task, const cli_bytes *words);
/* One that has ended: its exit code, then what it printed and what it said, each ended by NUL. */
bool cli_child_finish(cli_children *children, size_t *task, cli_bytes *result);

#endif
