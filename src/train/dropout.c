#include "train/dropout.h"

#include "base/error.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

/* Numbers in the outputs of row i, 0 where none of them is left out. */
static size_t outputs_of(const lenet_model *model, int i, int lanes)
{
  const bool hidden = i < model->network.row_count - 1;
  const lenet_layer *layer = &model->layout.layer[i];
  return hidden && lenet_layer_is_dense(&model->network.row[i], layer)
             ? lenet_round_up((size_t)layer->maps * (size_t)lanes)
             : 0;
}

lenet_status lenet_dropout_create(const lenet_model *model, int lanes, double probability,
                                  uint64_t seed, lenet_dropout *dropout, lenet_error *error)
{
  lenet_dropout made = {.probability = probability, .seed = seed};
  size_t total = 0;
  for (int i = 0; i < model->network.row_count; i++)
    total += 2 * outputs_of(model, i, lanes);
  made.arena = lenet_reals(total > 0 ? total : 1);
  if (!made.arena)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to leave out units");
  real *next = made.arena;
  for (int i = 0; i < model->network.row_count; i++) {
    const size_t outputs = outputs_of(model, i, lanes);
    made.mask[i] = outputs ? next : NULL;
    made.whole[i] = outputs ? next + outputs : NULL;
    next += 2 * outputs;
  }
  *dropout = made;
  return LENET_OK;
}

void lenet_dropout_free(lenet_dropout *dropout)
{
  free(dropout->arena);
  *dropout = (lenet_dropout){0};
}

/* 16 bits decide of each number: two from each word. */
static void draw(const lenet_dropout *dropout, lenet_rng *rng, size_t count, real *mask)
{
  const uint32_t below = (uint32_t)(dropout->probability * 65536 + 0.5);
  const real rest = (real)(1 / (1 - dropout->probability));
  for (size_t i = 0; i < count; i += 2) {
    const uint32_t bits = lenet_rng_u32(rng);
    mask[i] = (bits & 0xffff) < below ? 0 : rest;
    if (i + 1 < count)
      mask[i + 1] = bits >> 16 < below ? 0 : rest;
  }
}

static void multiply(size_t count, const real *mask, real *y)
{
  for (size_t i = 0; i < count; i++)
    y[i] *= mask[i];
}

void lenet_dropout_backward(const lenet_dropout *dropout, uint64_t place, lenet_pass *pass,
                            const int *labels, real scale, real loss[LENET_LANES], real *gradient)
{
  const lenet_model *model = pass->model;
  const size_t lanes = (size_t)pass->kernels->lanes;
  lenet_rng rng = lenet_rng_at(dropout->seed, LENET_STREAM_DROPOUT, place);
  for (int i = 0; i < model->network.row_count; i++) {
    lenet_pass_run_row(pass, i);
    if (!dropout->mask[i])
      continue;
    const size_t count = (size_t)model->layout.layer[i].maps * lanes;
    draw(dropout, &rng, count, dropout->mask[i]);
    memcpy(dropout->whole[i], pass->activation[i + 1], count * sizeof(real));
    multiply(count, dropout->mask[i], pass->activation[i + 1]);
  }
  lenet_pass_judge_gradient(pass, labels, scale, loss);
  for (int i = model->network.row_count - 1; i >= lenet_pass_first_learning(pass); i--) {
    if (dropout
            ->mask[i]) { /* the row above has learned from what was left; slopes are the whole's */
      const size_t count = (size_t)model->layout.layer[i].maps * lanes;
      multiply(count, dropout->mask[i], pass->gradient[i + 1]);
      memcpy(pass->activation[i + 1], dropout->whole[i], count * sizeof(real));
    }
    lenet_pass_backward_row(pass, i, gradient);
  }
}
