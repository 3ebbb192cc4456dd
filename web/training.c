/* training.c - training in slices: the page's worker asks for some milliseconds of it at a time,
 * and in between shows what has come of it or stops. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name), used)) name

enum { AREA = 28 * 28 };

static struct {
  uint8_t *pixels; /* [count][28][28] */
  uint8_t *labels; /* [count] */
  size_t count;
} data;
static lenet_trainer *trainer;
static lenet_progress last;
static double budget; /* seconds of the running call, of this epoch's clock */
static double state[10];

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    memcpy(pixels + i * AREA, data.pixels + (first + index[i]) * AREA, AREA);
    labels[i] = data.labels[first + index[i]];
  }
}

/* Room for `count` pictures of 28x28 and their labels, which follow them; NULL without memory. What
 * was there is gone, and so is the training on it. */
uint8_t *EXPORT(page_data)(uint32_t count)
{
  lenet_trainer_free(trainer);
  trainer = NULL;
  free(data.pixels);
  data.pixels = malloc((size_t)count * (AREA + 1));
  data.labels = data.pixels ? data.pixels + (size_t)count * AREA : NULL;
  data.count = data.pixels ? count : 0;
  return data.pixels;
}

/* Draws samples first .. first + count - 1 of the room. */
void EXPORT(page_data_draw)(uint32_t seed, uint32_t first, uint32_t count)
{
  for (size_t i = first; i < (size_t)first + count && i < data.count; i++)
    data.labels[i] = (uint8_t)lenet_synthetic_digit(seed, i, data.pixels + i * AREA);
}

/* Learns from all but the last `validation` samples, by the network's usual recipe. */
int EXPORT(page_train)(int handle, uint32_t validation, int epochs, int batch, float rate,
                       uint32_t seed)
{
  page_network *n = page_network_at(handle);
  if (!n)
    return -1;
  lenet_error error = {.status = LENET_OK};
  if (validation >= data.count) {
    error = (lenet_error){LENET_BAD_ARGUMENT, -1, "there is nothing to learn from"};
    return page_failed(&error);
  }
  const lenet_samples all = {0, data.count, 28, 28, 10, fetch, NULL};
  const lenet_samples learned = lenet_samples_part(all, 0, data.count - validation);
  const lenet_samples kept = lenet_samples_part(all, learned.count, validation);
  lenet_recipe recipe = lenet_recipe_default(lenet_model_network(n->model));
  recipe.epochs = epochs;
  recipe.batch = batch;
  recipe.learning_rate = rate > 0 ? rate : recipe.learning_rate;
  recipe.seed = seed;
  lenet_trainer_free(trainer);
  trainer = NULL;
  last = (lenet_progress){0};
  memset(state, 0, sizeof state);
  if (lenet_trainer_create(n->model, &recipe, &learned, validation ? &kept : NULL, 1,
                           LENET_ISA_BEST, &trainer, &error) != LENET_OK)
    return page_failed(&error);
  return 0;
}

float EXPORT(page_usual_rate)(int handle)
{
  page_network *n = page_network_at(handle);
  return n ? lenet_recipe_default(lenet_model_network(n->model)).learning_rate : 0;
}

static bool go_on(void *context, const lenet_progress *progress)
{
  (void)context;
  last = *progress;
  return progress->seconds < budget;
}

/* Trains for about `milliseconds`: 0 in the midst of an epoch, 1 at its end, 2 at the end of all,
 * -1 on failure. */
int EXPORT(page_train_on)(double milliseconds)
{
  lenet_error error = {.status = LENET_BAD_ARGUMENT, .message = "there is no training"};
  lenet_epoch epoch;
  budget = milliseconds / 1000;
  const lenet_status status =
      trainer ? lenet_trainer_epoch(trainer, go_on, NULL, &epoch, &error) : LENET_BAD_ARGUMENT;
  if (status == LENET_STOPPED)
    return 0;
  if (status != LENET_OK)
    return page_failed(&error);
  const double of_epoch[] = {epoch.train_loss, epoch.train_error, epoch.validation_loss,
                             epoch.validation_error};
  memcpy(state + 5, of_epoch, sizeof of_epoch);
  return epoch.epoch == last.epochs ? 2 : 1;
}

/* epoch, epochs, images done and in all of this one, its running loss; then of the last whole epoch
 * the losses and fractions wrong: learned loss and error, validation loss and error. */
const double *EXPORT(page_train_state)(void)
{
  state[0] = last.epoch;
  state[1] = last.epochs;
  state[2] = (double)last.done;
  state[3] = (double)last.total;
  state[4] = last.loss;
  return state;
}
