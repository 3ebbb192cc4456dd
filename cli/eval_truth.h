/* eval_truth.h - pictures whose truth stands beside them, read one by one: what `lenet eval
 * --pages` does for digits and for text. */
#ifndef LENET_CLI_EVAL_TRUTH_H
#define LENET_CLI_EVAL_TRUTH_H

#include "place.h"

/* Reads the picture of one file of truth and counts in `tally` how right that was. Returns an exit
 * code, after printing what is wrong. */
typedef int cli_read_truth(const cli_arguments *arguments, lenet_reader *reader, const char *path,
                           void *tally);

/* All files of truth of the folder of --pages, by the reader that --model and --chars name, with
 * progress, until Ctrl-C. Returns an exit code. */
int cli_read_all_truth(const cli_arguments *arguments, cli_read_truth *read, void *tally);

#endif
