/* train.h - a training run on its way: train.c makes it, train_report.c and report_train.c tell of
 * it. */
#ifndef LENET_CLI_TRAIN_H
#define LENET_CLI_TRAIN_H

#include "mistakes.h"
#include "models.h"
#include "progress.h"
#include "run_files.h"

typedef struct cli_job {
  const cli_arguments *arguments;
  cli_plan plan;
  lenet_isa isa;
  int threads;
  lenet_dataset *train_data, *test_data;
  lenet_augmenter *augmenter; /* NULL where pictures are learned as they are */
  lenet_samples train, validation, test;
  lenet_model *model;
  cli_models teachers; /* none of them where nobody teaches */
  lenet_trainer *trainer;
  cli_progress progress;
  cli_run_files files;
  char report[CLI_MAX_PATH]; /* where the page goes; "" without one */
  bool warned_of_plateau;
  int epoch; /* the one that `done` belongs to */
  size_t done;
  double step_seconds;      /* since the epoch was begun or resumed */
  double learned, learning; /* images and seconds of learning in this process */
  double started, seconds;  /* wall time from the first epoch to the result */
  double *test_errors;      /* [epochs], with --test-every-epoch; NaN where it was not measured */
  double temperature;       /* with --calibrate: what the scores were divided by; else 0 */
  lenet_measure measure;
  cli_answers answers; /* to the test images */
} cli_job;

/* Runs `lenet train`. */
int cli_train(const cli_arguments *arguments);

/* The fraction of test images read wrongly after `epoch` (from 1); NaN where it was not measured.
 */
double cli_test_error(const cli_job *job, int epoch);

/* Says on stderr what the run will do. */
void cli_describe_run(const cli_job *job);

/* Prints what the run came to on stdout, as text or as JSON; `best` is the epoch whose weights were
 * measured. */
void cli_print_result(const cli_job *job, int best);

/* Settles where the page of --report goes, before anything is learned. Returns an exit code. */
int cli_choose_training_report(cli_job *job);

/* Writes the page of --report, if there is to be one. Returns an exit code. */
int cli_report_training(const cli_job *job, int best);

#endif
