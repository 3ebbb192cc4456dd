/* recipe.c - names, defaults and limits of what decides the weights. */
#include "train/recipe.h"

#include "base/error.h"
#include "net/plan.h"

#include <math.h>
#include <string.h>

/* The names of an enumeration's values, which count from 0. */
typedef struct names {
  int count;
  const char *name[4];
} names;

static const names optimizers = {
    3, {[LENET_SGD] = "sgd", [LENET_ADAM] = "adam", [LENET_SDLM] = "sdlm"}};
static const names schedules = {4,
                                {[LENET_CONSTANT] = "constant",
                                 [LENET_STEP] = "step",
                                 [LENET_COSINE] = "cosine",
                                 [LENET_1998] = "1998"}};
static const names losses = {
    3, {[LENET_CROSS_ENTROPY] = "cross-entropy", [LENET_MSE] = "mse", [LENET_MAP] = "map"}};

static const names initials = {
    3, {[LENET_USUAL] = "usual", [LENET_FAN_IN] = "fan-in", [LENET_ROOT_FAN_IN] = "root-fan-in"}};

static bool is_listed(const names *list, int value) { return value >= 0 && value < list->count; }

static const char *name_of(const names *list, int value)
{
  return is_listed(list, value) ? list->name[value] : "unknown";
}

/* The value called `name`, or -1. */
static int find_name(const names *list, const char *name)
{
  for (int i = 0; i < list->count; i++)
    if (strcmp(list->name[i], name) == 0)
      return i;
  return -1;
}

const char *lenet_optimizer_name(lenet_optimizer optimizer)
{
  return name_of(&optimizers, (int)optimizer);
}

bool lenet_optimizer_find(const char *name, lenet_optimizer *optimizer)
{
  int i = find_name(&optimizers, name);
  if (i >= 0)
    *optimizer = (lenet_optimizer)i;
  return i >= 0;
}

const char *lenet_schedule_name(lenet_schedule schedule)
{
  return name_of(&schedules, (int)schedule);
}

bool lenet_schedule_find(const char *name, lenet_schedule *schedule)
{
  int i = find_name(&schedules, name);
  if (i >= 0)
    *schedule = (lenet_schedule)i;
  return i >= 0;
}

const char *lenet_loss_name(lenet_loss loss) { return name_of(&losses, (int)loss); }

bool lenet_loss_find(const char *name, lenet_loss *loss)
{
  int i = find_name(&losses, name);
  if (i >= 0)
    *loss = (lenet_loss)i;
  return i >= 0;
}

const char *lenet_initial_name(lenet_initial initial) { return name_of(&initials, (int)initial); }

bool lenet_initial_find(const char *name, lenet_initial *initial)
{
  int i = find_name(&initials, name);
  if (i >= 0)
    *initial = (lenet_initial)i;
  return i >= 0;
}

static bool has_activation(const lenet_network *network, lenet_activation activation)
{
  for (int i = 0; i < network->row_count; i++)
    if (network->row[i].activation == activation)
      return true;
  return false;
}

lenet_recipe lenet_recipe_default(const lenet_network *network)
{
  lenet_recipe recipe = {.epochs = 12,
                         .batch = 64,
                         .optimizer = LENET_ADAM,
                         .learning_rate = 0.004f,
                         .momentum = 0.9f,
                         .weight_decay = 0.1f,
                         .schedule = LENET_COSINE,
                         .step_epochs = 4,
                         .step_factor = 0.3f,
                         .mu = 0.02f,
                         .curvature_samples = 500,
                         .seed = 1};
  if (has_activation(network, LENET_SIGMOID)) {
    recipe.epochs = 20;
    recipe.learning_rate = 0.004f;
    recipe.weight_decay = 0;
  }
  const lenet_ending ending = lenet_ending_of(network);
  if (ending != LENET_ENDS_IN_SOFTMAX) {
    recipe.loss = ending == LENET_ENDS_IN_CODES ? LENET_MAP : LENET_MSE;
    recipe.rubbish = 1;
  }
  return recipe;
}

lenet_input lenet_input_default(const lenet_network *network)
{
  if (has_activation(network, LENET_SCALED_TANH)) /* p. 7: paper -0.1, ink 1.175 */
    return (lenet_input){.scale = 0.005f, .offset = -0.1f};
  return (lenet_input){.scale = 1.0f / 255.0f, .offset = 0.0f};
}

static bool within(float value, double low, double high)
{
  return isfinite(value) && value >= low && value <= high;
}

lenet_status lenet_recipe_check(const lenet_recipe *recipe, const lenet_network *network,
                                lenet_error *error)
{
#define REFUSE(...) return lenet_fail(error, LENET_BAD_ARGUMENT, -1, __VA_ARGS__)
  if (recipe->epochs < 1 || recipe->epochs > LENET_MAX_EPOCHS)
    REFUSE("%d epochs: 1 to %d are possible", recipe->epochs, LENET_MAX_EPOCHS);
  if (recipe->batch < 1 || recipe->batch > LENET_MAX_BATCH)
    REFUSE("a batch of %d: 1 to %d are possible", recipe->batch, LENET_MAX_BATCH);
  if (!is_listed(&optimizers, (int)recipe->optimizer) ||
      !is_listed(&schedules, (int)recipe->schedule))
    REFUSE("an optimizer or schedule outside its list");
  if (!within(recipe->learning_rate, 0, 1000) || recipe->learning_rate == 0)
    REFUSE("learning rate %g: more than 0, up to 1000, is possible", (double)recipe->learning_rate);
  if (!within(recipe->momentum, 0, 1) || recipe->momentum == 1)
    REFUSE("momentum %g: 0 to below 1 is possible", (double)recipe->momentum);
  if (!within(recipe->weight_decay, 0, 100))
    REFUSE("weight decay %g: 0 to 100 is possible", (double)recipe->weight_decay);
  if (recipe->schedule == LENET_STEP && recipe->step_epochs < 1)
    REFUSE("steps of %d epochs: at least 1", recipe->step_epochs);
  if (recipe->schedule == LENET_STEP && !within(recipe->step_factor, 0, 1))
    REFUSE("step factor %g: 0 to 1 is possible", (double)recipe->step_factor);
  if (recipe->optimizer == LENET_SDLM && !(within(recipe->mu, 0, 1000) && recipe->mu > 0))
    REFUSE("mu %g: more than 0, up to 1000, is possible", (double)recipe->mu);
  if (recipe->optimizer == LENET_SDLM && recipe->curvature_samples < 1)
    REFUSE("%d samples for the curvature: at least 1", recipe->curvature_samples);
  const bool softmax = lenet_ending_of(network) == LENET_ENDS_IN_SOFTMAX;
  if ((recipe->loss == LENET_CROSS_ENTROPY) != softmax || !is_listed(&losses, (int)recipe->loss))
    REFUSE("loss %s: a softmax has cross-entropy, an R row and tanh units mse or map",
           lenet_loss_name(recipe->loss));
  if (recipe->loss == LENET_MAP && !(recipe->rubbish > 0))
    REFUSE("rubbish constant %g: more than 0 is possible", (double)recipe->rubbish);
  if (!within(recipe->warmup, 0, LENET_MAX_EPOCHS))
    REFUSE("a warm-up of %g epochs: 0 to %d are possible", (double)recipe->warmup,
           LENET_MAX_EPOCHS);
  const struct {
    const char *name;
    float value;
    bool of_softmax;
  } below_one[] = {{"ema", recipe->ema, false},
                   {"label smoothing", recipe->label_smoothing, true},
                   {"dropout", recipe->dropout, false}};
  for (size_t i = 0; i < sizeof below_one / sizeof *below_one; i++)
    if (!within(below_one[i].value, 0, 1) || below_one[i].value == 1)
      REFUSE("%s %g: 0 to below 1 is possible", below_one[i].name, (double)below_one[i].value);
    else if (below_one[i].of_softmax && below_one[i].value > 0 && !softmax)
      REFUSE("%s: only a softmax has it", below_one[i].name);
  if (!within(recipe->distillation, 0, 1))
    REFUSE("distillation %g: 0 to 1 is possible", (double)recipe->distillation);
  if (recipe->distillation > 0 && !softmax)
    REFUSE("distillation: only a softmax can be taught");
  if (recipe->distillation > 0 && !within(recipe->temperature, 0.01, 1000))
    REFUSE("temperature %g: 0.01 to 1000 is possible", (double)recipe->temperature);
  return LENET_OK;
#undef REFUSE
}

/* The part of the rate that the warm-up lets through. */
static double warmth(const lenet_recipe *recipe, uint64_t step, uint64_t steps_per_epoch)
{
  const double cold = (double)recipe->warmup * (double)steps_per_epoch;
  return (double)step + 1 < cold ? ((double)step + 1) / cold : 1;
}

double lenet_recipe_rate(const lenet_recipe *recipe, uint64_t step, uint64_t steps_per_epoch)
{
  const double rate = recipe->learning_rate * warmth(recipe, step, steps_per_epoch);
  switch (recipe->schedule) {
  case LENET_STEP:
    return rate * pow(recipe->step_factor,
                      (double)(step / steps_per_epoch / (uint64_t)recipe->step_epochs));
  case LENET_COSINE: {
    const double all = (double)steps_per_epoch * recipe->epochs;
    return rate * 0.5 * (1.0 + cos(3.141592653589793 * (double)step / all));
  }
  case LENET_1998: {
    const uint64_t done = step / steps_per_epoch; /* epochs before this one */
    return rate * (done < 2 ? 1 : done < 5 ? 0.4 : done < 8 ? 0.2 : done < 12 ? 0.1 : 0.02);
  }
  case LENET_CONSTANT: break;
  }
  return rate;
}
