/* plan_parts.h - what plan.c, which reads options, and plan_resume.c, which reads a checkpoint,
 * share. */
#ifndef LENET_CLI_PLAN_PARTS_H
#define LENET_CLI_PLAN_PARTS_H

#include "plan.h"

/* Options that were given replace what the recipe has. */
void cli_plan_apply_options(const cli_arguments *arguments, const lenet_network *network,
                            lenet_recipe *recipe);

/* Refuses what would be without effect, is no number, or does not suit the network. */
int cli_plan_check_options(const cli_arguments *arguments, const cli_plan *plan);

/* --augment, or what the plan has where it is not given. */
int cli_plan_read_augmentation(const cli_arguments *arguments, cli_plan *plan);

/* --teachers, as far as it is kept. */
int cli_plan_read_teachers(const cli_arguments *arguments, cli_plan *plan);

/* The plan of the run that plan->resume has saved. */
int cli_plan_from_checkpoint(const cli_arguments *arguments, cli_plan *plan);

#endif
