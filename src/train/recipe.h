/* recipe.h - what the trainer asks of a recipe. */
#ifndef LENET_TRAIN_RECIPE_H
#define LENET_TRAIN_RECIPE_H

#include "lenet.h"

enum { LENET_MAX_EPOCHS = 100000, LENET_MAX_BATCH = 65536 };

/* LENET_BAD_ARGUMENT names the first value that is out of its range or does not suit the network.
 */
lenet_status lenet_recipe_check(const lenet_recipe *recipe, const lenet_network *network,
                                lenet_error *error);

/* The learning rate of step `step`, counted from 0 over all epochs. */
double lenet_recipe_rate(const lenet_recipe *recipe, uint64_t step, uint64_t steps_per_epoch);

#endif
