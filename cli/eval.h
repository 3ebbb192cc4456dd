/* eval.h - a measurement: eval.c makes it, eval_result.c tells of it. */
#ifndef LENET_CLI_EVAL_H
#define LENET_CLI_EVAL_H

#include "mistakes.h"
#include "models.h"
#include "place.h"

typedef struct cli_evaluation {
  const char *model_name; /* as given */
  const char *set;
  const char *split; /* test, train or validation */
  cli_models models;
  lenet_dataset *data;
  char augment[LENET_MAX_AUGMENTATION]; /* "" where pictures are measured as they are */
  uint64_t seed;                        /* of the distortions */
  lenet_augmenter *augmenter;           /* NULL where nothing is distorted */
  lenet_samples distorted;              /* what the augmenter gives */
  lenet_samples samples;                /* what is measured */
  lenet_measure measure;
  cli_answers answers;
  lenet_rejection *curve;
  size_t points;
  bool int8;
  size_t calibration; /* training images that decided the scales of its integers */
  lenet_isa isa;
  char report[CLI_MAX_PATH]; /* where the page goes; "" without one */
} cli_evaluation;

enum { CLI_CALIBRATION = 1000 };

enum { CLI_MAX_TRIALS = 64 }; /* of --corrupt in one call, the same one at several levels too */

typedef struct cli_trial {
  const lenet_corruption *corruption;
  int level;
  size_t errors;
} cli_trial;

typedef struct cli_trials {
  size_t count;
  cli_trial trial[CLI_MAX_TRIALS];
  size_t clean; /* errors on the pictures as they are */
} cli_trials;

/* Names the files where the library only knows their places in the list. */
int cli_refuse_models(const cli_command *command, const cli_models *models,
                      const lenet_error *error);

/* `lenet eval --corrupt`: measures and prints; the models and samples are there. */
int cli_evaluate_corrupted(const cli_arguments *arguments, cli_evaluation *evaluation,
                           lenet_isa isa);

/* `lenet eval --pages` and `--predict`: all of it. */
int cli_evaluate_pages(const cli_arguments *arguments);
int cli_evaluate_print(const cli_arguments *arguments); /* with --chars ascii; of what goes beside
                                                            --pages nothing is looked at again */
int cli_evaluate_predictions(const cli_arguments *arguments);

void cli_print_evaluation(const cli_arguments *arguments, const cli_evaluation *evaluation);

/* Writes the page of --report, if there is to be one. Returns an exit code. */
int cli_report_evaluation(const cli_arguments *arguments, const cli_evaluation *evaluation);

/* The same for --corrupt. */
int cli_report_corrupted(const cli_arguments *arguments, const cli_evaluation *evaluation,
                         const cli_trials *trials);
/* The mean of the accuracies under all corruptions. */
double cli_mean_accuracy(const cli_evaluation *evaluation, const cli_trials *trials);

/* Parts of both pages: what the page is called, and its end: the models, and the command that makes
 * it again with the values of these options, of which the last is NULL, where they are given. The
 * end is false without memory. */
void cli_name_evaluation(const cli_evaluation *evaluation, char title[512]);
bool cli_evaluation_page_end(FILE *stream, const cli_arguments *arguments,
                             const cli_evaluation *evaluation, const char *const *options);

/* The parameters of all models; their network, "several" where they have different ones. */
long long cli_parameters_of(const cli_models *models);
cli_net_name cli_common_net(const cli_models *models);

#endif
