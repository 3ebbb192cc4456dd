/* progress.h - what a long job says of itself on stderr. */
#ifndef LENET_CLI_PROGRESS_H
#define LENET_CLI_PROGRESS_H

#include "options.h"

/* On a terminal one line that is written over and over; elsewhere whole lines, few of them. */
typedef struct cli_progress {
  bool quiet, live;
  double shown;   /* when the live line was last written */
  bool on_screen; /* a live line stands there now */
  int curve;      /* lines of a curve that stand above it */
} cli_progress;

cli_progress cli_progress_start(const cli_arguments *arguments);

/* A step of training: loss, rate, time left. */
void cli_progress_step(cli_progress *progress, const lenet_progress *state);
/* The result of an epoch, a line that stays; `test_error` NaN where it was not measured. */
void cli_progress_epoch(cli_progress *progress, const lenet_epoch *epoch, int epochs,
                        double test_error);
/* The errors on the validation images of the first `count` of `epochs` epochs, as a curve below
 * their lines, where there is a live line too; the next epoch's line takes it away again. */
void cli_progress_curve(cli_progress *progress, const double *error, size_t count, size_t epochs);
/* Bytes of a download, `total` 0 where it is not known. */
void cli_progress_bytes(cli_progress *progress, const char *file, uint64_t done, uint64_t total);
/* A part, 0 .. 1, of a job of about `seconds`, and what is at work. */
void cli_progress_part(cli_progress *progress, double part, double seconds, const char *what);

/* Takes the live line away, before anything else is written. */
void cli_progress_clear(cli_progress *progress);

#endif
