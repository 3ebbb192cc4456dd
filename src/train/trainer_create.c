/* trainer_create.c - a trainer's memory: made, given teachers, and freed. */
#include "train/trainer.h"

#include "base/error.h"
#include "base/rng.h"
#include "train/recipe.h"

#include <stdlib.h>
#include <string.h>

size_t lenet_trainer_blocks_of(const lenet_trainer *t, size_t batch)
{
  const size_t lanes = (size_t)t->kernels->lanes;
  return (batch + lanes - 1) / lanes;
}

int lenet_trainer_blocks(const lenet_trainer *trainer)
{
  const size_t batch = (size_t)trainer->recipe.batch, count = trainer->train.count;
  return (int)lenet_trainer_blocks_of(trainer, batch < count ? batch : count);
}

static bool allocate(lenet_trainer *t)
{
  const size_t blocks = (size_t)lenet_trainer_blocks(t);
  t->stride = lenet_round_up(t->model->layout.parameter_count);
  t->part = lenet_reals(blocks * t->stride);
  t->gradient = lenet_reals(t->stride);
  t->state[0] = lenet_reals(t->stride);
  t->state[1] = lenet_reals(t->recipe.optimizer == LENET_SGD ? 1 : t->stride);
  const bool decays = t->recipe.weight_decay != 0;
  t->decay = decays ? lenet_reals(t->stride) : NULL;
  t->best = lenet_reals(t->stride);
  const bool averages = t->recipe.ema > 0, drops = t->recipe.dropout > 0;
  t->other = averages ? lenet_reals(t->stride) : NULL;
  t->dropout = drops ? calloc((size_t)lenet_team_size(t->team), sizeof *t->dropout) : NULL;
  t->block_loss = calloc(blocks, sizeof *t->block_loss);
  t->block_errors = calloc(blocks, sizeof *t->block_errors);
  t->order = calloc(t->train.count, sizeof *t->order);
  t->history = calloc((size_t)t->recipe.epochs, sizeof *t->history);
  t->workers = calloc((size_t)lenet_team_size(t->team), sizeof *t->workers);
  return t->part && t->gradient && t->state[0] && t->state[1] && (t->decay || !decays) &&
         (t->other || !averages) && (t->dropout || !drops) && t->best && t->block_loss &&
         t->block_errors && t->order && t->history && t->workers;
}

static lenet_status build(lenet_trainer *t, int threads, lenet_error *error)
{
  lenet_status status = lenet_team_create(threads, &t->team, error);
  if (status != LENET_OK)
    return status;
  if (!allocate(t))
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to train in batches of %d",
                      t->recipe.batch);
  int rows = t->train.rows, columns = t->train.columns;
  if (t->has_validation && t->validation.rows > rows)
    rows = t->validation.rows;
  if (t->has_validation && t->validation.columns > columns)
    columns = t->validation.columns;
  const lenet_pass_use use =
      t->recipe.optimizer == LENET_SDLM ? LENET_PASS_CURVATURE : LENET_PASS_GRADIENT;
  for (int i = 0; i < lenet_team_size(t->team) && status == LENET_OK; i++)
    status = lenet_worker_create(&t->workers[i], t->model, t->kernels, use, rows, columns, error);
  for (int i = 0; i < lenet_team_size(t->team) && status == LENET_OK && t->dropout; i++)
    status = lenet_dropout_create(t->model, t->kernels->lanes, (double)t->recipe.dropout,
                                  t->recipe.seed, &t->dropout[i], error);
  for (int i = 0; i < lenet_team_size(t->team) && status == LENET_OK; i++)
    t->workers[i].pass.criterion = (lenet_criterion){.loss = t->recipe.loss,
                                                     .rubbish = (real)t->recipe.rubbish,
                                                     .smoothing = (real)t->recipe.label_smoothing};
  if (t->other)
    memcpy(t->other, t->model->parameters, t->stride * sizeof *t->other);
  for (int i = 0; t->decay && i < t->model->network.row_count; i++) {
    const lenet_layer *layer = &t->model->layout.layer[i];
    for (size_t w = 0; w < layer->weight_count; w++)
      t->decay[layer->weight_offset + w] = (real)t->recipe.weight_decay;
  }
  return status;
}

lenet_status lenet_trainer_create(lenet_model *model, const lenet_recipe *recipe,
                                  const lenet_samples *train, const lenet_samples *validation,
                                  int threads, lenet_isa isa, lenet_trainer **trainer,
                                  lenet_error *error)
{
  /* One pattern at a time would leave 15 of 16 lanes empty. */
  const lenet_kernels *kernels = lenet_kernels_for(isa, recipe->batch == 1 ? 1 : LENET_LANES);
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_status status = lenet_recipe_check(recipe, &model->network, error);
  if (status == LENET_OK)
    status = lenet_samples_check(train, &model->network, model->layout.classes, "training", error);
  if (status == LENET_OK && validation)
    status = lenet_samples_check(validation, &model->network, model->layout.classes, "validation",
                                 error);
  if (status != LENET_OK)
    return status;
  lenet_trainer *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a trainer");
  made->model = model;
  made->recipe = *recipe;
  made->train = *train;
  made->has_validation = validation != NULL;
  if (validation)
    made->validation = *validation;
  made->kernels = kernels;
  status = build(made, threads, error);
  if (status != LENET_OK) {
    lenet_trainer_free(made);
    return status;
  }
  lenet_trainer_shuffle(made, 1);
  *trainer = made;
  return LENET_OK;
}

lenet_status lenet_trainer_set_peers(lenet_trainer *t, const lenet_peers *peers, lenet_error *error)
{
  lenet_exchange *made = NULL;
  const int blocks = lenet_trainer_blocks(t), lanes = t->kernels->lanes;
  if (peers->ranks < 1 || peers->rank < 0 || peers->rank >= peers->ranks)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "rank %d of %d", peers->rank, peers->ranks);
  if (peers->ranks > blocks)
    return lenet_fail(
        error, LENET_BAD_ARGUMENT, -1,
        "a step is dealt out in blocks of %d pictures: batches of %d have %d of them, "
        "too few for %d ranks",
        lanes, t->recipe.batch, blocks, peers->ranks);
  if (peers->ranks > 1) {
    lenet_status status = lenet_exchange_create(peers, t->stride, (size_t)blocks, &made, error);
    if (status != LENET_OK)
      return status;
  }
  lenet_exchange_free(t->exchange);
  t->exchange = made;
  return LENET_OK;
}

static void dismiss_teachers(lenet_trainer *t)
{
  for (int i = 0; t->teachers && i < lenet_team_size(t->team); i++)
    lenet_teachers_free(&t->teachers[i]);
  free(t->teachers);
  t->teachers = NULL;
  t->teachers_mark = 0;
}

lenet_status lenet_trainer_set_teachers(lenet_trainer *t, const lenet_model *const *teachers,
                                        size_t count, lenet_error *error)
{
  const size_t members = (size_t)lenet_team_size(t->team);
  if (t->recipe.distillation == 0)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "teachers without distillation teach nothing");
  lenet_status status =
      lenet_teachers_check(t->model, teachers, count, t->train.rows, t->train.columns, error);
  if (status != LENET_OK)
    return status;
  dismiss_teachers(t);
  t->teachers = calloc(members, sizeof *t->teachers);
  if (!t->teachers)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for %zu teachers", count);
  for (size_t i = 0; i < members && status == LENET_OK; i++)
    status = lenet_teachers_create(teachers, count, t->kernels, &t->teachers[i], error);
  if (status != LENET_OK) {
    dismiss_teachers(t);
    return status;
  }
  t->teachers_mark = lenet_teachers_mark(teachers, count);
  for (size_t i = 0; i < members; i++) {
    lenet_criterion *criterion = &t->workers[i].pass.criterion;
    criterion->distillation = (real)t->recipe.distillation;
    criterion->temperature = (real)t->recipe.temperature;
    criterion->taught = t->teachers[i].probability;
  }
  return LENET_OK;
}

void lenet_trainer_free(lenet_trainer *t)
{
  if (!t)
    return;
  dismiss_teachers(t);
  lenet_exchange_free(t->exchange);
  for (int i = 0; t->dropout && i < lenet_team_size(t->team); i++)
    lenet_dropout_free(&t->dropout[i]);
  free(t->dropout);
  free(t->other);
  for (int i = 0; t->workers && i < lenet_team_size(t->team); i++)
    lenet_worker_free(&t->workers[i]);
  free(t->workers);
  lenet_team_free(t->team);
  free(t->part);
  free(t->gradient);
  free(t->state[0]);
  free(t->state[1]);
  free(t->decay);
  free(t->best);
  free(t->block_loss);
  free(t->block_errors);
  free(t->order);
  free(t->history);
  free(t);
}

void lenet_trainer_shuffle(lenet_trainer *t, int epoch)
{
  /* Fisher and Yates, from the identity each time: a function of seed and epoch alone. */
  lenet_rng rng = lenet_rng_at(t->recipe.seed, LENET_STREAM_SHUFFLE, (uint64_t)epoch);
  const uint32_t count = (uint32_t)t->train.count;
  for (uint32_t i = 0; i < count; i++)
    t->order[i] = i;
  for (uint32_t i = count; i > 1; i--) {
    uint32_t j = lenet_rng_below(&rng, i), kept = t->order[i - 1];
    t->order[i - 1] = t->order[j];
    t->order[j] = kept;
  }
}
