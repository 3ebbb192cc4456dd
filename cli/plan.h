/* plan.h - what a training run is to do: from options, or from a checkpoint. */
#ifndef LENET_CLI_PLAN_H
#define LENET_CLI_PLAN_H

#include "options.h"

typedef struct cli_plan {
  lenet_network network;
  lenet_recipe recipe;
  lenet_input input;
  char data[256];        /* the set's name, as for --data */
  long long validation;  /* training images kept aside; -1: as many as usual */
  long long samples;     /* learn from the first so many only; 0: from all that are left */
  char init[256];        /* as for --init, "" without it */
  char teachers[512];    /* as for --teachers, "" without them */
  lenet_initial initial; /* how weights are drawn where --init does not give them */
  lenet_augmentation augmentation;
  char augment[LENET_MAX_AUGMENTATION]; /* its one-line form; "" where pictures stay as they are */
  bool calibrate;                       /* --calibrate temperature */
  char isa[16];       /* with `resume`: the instruction set of that run, "" if unknown */
  const char *resume; /* --resume, or NULL */
  size_t images;      /* with `resume`: those of the training split of that run */
} cli_plan;

/* Both return an exit code, after a message if it is not CLI_OK. */
int cli_plan_run(const cli_arguments *arguments, cli_plan *plan);

/* Settles which of the `count` images of the training split are for validation, the last
 * plan->validation, and which are learned from, the first `*learned`. */
int cli_plan_images(const cli_arguments *arguments, cli_plan *plan, size_t count, size_t *learned);

/* The command line that asks for the same weights, with every choice spelt out. */
typedef struct cli_command_line {
  char text[1024];
} cli_command_line;
cli_command_line cli_plan_command_line(const cli_plan *plan);
/* What `lenet train --net` does with this network where nothing else is asked for. */
cli_command_line cli_default_command_line(const lenet_network *network);

#endif
