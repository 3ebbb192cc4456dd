/* eval.h - a measurement: eval.c makes it, eval_result.c tells of it. */
#ifndef LENET_CLI_EVAL_H
#define LENET_CLI_EVAL_H

#include "mistakes.h"
#include "models.h"

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
} cli_evaluation;

enum { CLI_CALIBRATION = 1000 };

/* Names the files where the library only knows their places in the list. */
int cli_refuse_models(const cli_command *command, const cli_models *models,
                      const lenet_error *error);

/* `lenet eval --corrupt`: measures and prints; the models and samples are there. */
int cli_evaluate_corrupted(const cli_arguments *arguments, cli_evaluation *evaluation,
                           lenet_isa isa);

/* `lenet eval --pages` and `--predict`: all of it. */
int cli_evaluate_pages(const cli_arguments *arguments);
int cli_evaluate_predictions(const cli_arguments *arguments);

void cli_print_evaluation(const cli_arguments *arguments, const cli_evaluation *evaluation);

#endif
