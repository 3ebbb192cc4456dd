/* One picture through the kernels of its own against the same picture in a lane: all networks, all
 * instruction sets, and a training run one pattern at a time. The two ways add in different orders,
 * so they differ by rounding and no more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/pass.h"
#include "train/trainer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, PICTURES = 24, LABEL = 3 };

/* sum (got - want)^2 <= bound sum want^2 */
static void near(const char *what, const char *net, const real *got, const real *want, size_t count,
                 double bound)
{
  double wrong = 0, all = 0;
  for (size_t i = 0; i < count; i++) {
    wrong += ((double)got[i] - (double)want[i]) * ((double)got[i] - (double)want[i]);
    all += (double)want[i] * (double)want[i];
  }
  if (!(wrong <= bound * all && all > 0))
    fail_msg("%s of %s: normalised squared error %g over %g", what, net, wrong / all, bound);
}

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)lenet_synthetic_digit(7, first + index[i], pixels + i * SIDE * SIDE);
}

/* With biases: without them a relu unit over plain paper has a sum of exactly 0, which rounding in
 * the one or the other way makes a little more, and only then has a slope. */
static lenet_model *create(const lenet_variant *variant)
{
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_model_create(&variant->network, lenet_input_default(&variant->network), 11, &model,
                         &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < variant->network.row_count; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    for (size_t b = 0; b < layer->bias_count; b++)
      model->parameters[layer->bias_offset + b] = (real)0.01 * (real)((int)(b % 7) * 2 - 5);
  }
  return model;
}

static lenet_pass create_pass(const lenet_model *model, lenet_isa isa, int lanes)
{
  lenet_pass pass;
  assert_int_equal(
      lenet_pass_create(&pass, model, lenet_kernels_for(isa, lanes), LENET_PASS_CURVATURE, NULL),
      LENET_OK);
  return pass;
}

/* What a pass works out of one picture. */
typedef struct outcome {
  real probability[LENET_MAX_CLASSES], loss[LENET_LANES];
  real *gradient, *curvature;
} outcome;

static outcome work_out(const lenet_model *model, lenet_isa isa, int lanes)
{
  const size_t parameters = model->layout.parameter_count;
  outcome made = {.gradient = lenet_reals(parameters), .curvature = lenet_reals(parameters)};
  real *room = lenet_reals(parameters);
  uint8_t picture[SIDE * SIDE];
  int labels[LENET_LANES];
  for (int l = 0; l < LENET_LANES; l++)
    labels[l] = l == 0 ? LABEL : -1;
  lenet_synthetic_digit(5, 2, picture);
  lenet_pass pass = create_pass(model, isa, lanes);
  lenet_pass_load(&pass, picture, SIDE, SIDE, 1);
  lenet_pass_backward(&pass, labels, 1, made.loss, made.gradient);
  for (int k = 0; k < model->layout.classes; k++)
    made.probability[k] = pass.probabilities[k * lanes];
  lenet_pass_curvature(&pass, labels, room, made.curvature);
  lenet_pass_free(&pass);
  free(room);
  return made;
}

static void test_every_network(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (const lenet_variant *variant = variants; variant < variants + count; variant++) {
    lenet_model *model = create(variant);
    const size_t parameters = model->layout.parameter_count;
    for (lenet_isa isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++) {
      if (!lenet_isa_available(isa))
        continue;
      outcome single = work_out(model, isa, 1), lanes = work_out(model, isa, LENET_LANES);
      near("probabilities", variant->name, single.probability, lanes.probability,
           (size_t)model->layout.classes, 1e-10);
      near("loss", variant->name, single.loss, lanes.loss, 1, 1e-10);
      near("gradient", variant->name, single.gradient, lanes.gradient, parameters, 1e-10);
      near("curvature", variant->name, single.curvature, lanes.curvature, parameters, 1e-10);
      free(single.gradient), free(single.curvature);
      free(lanes.gradient), free(lanes.curvature);
    }
    lenet_model_free(model);
  }
}

/* An epoch of SDLM in batches of one, worked out with the kernels for lanes. */
static void train_in_lanes(lenet_model *model, const lenet_recipe *recipe, const uint32_t *order)
{
  const size_t parameters = model->layout.parameter_count;
  real *gradient = lenet_reals(parameters), *h = lenet_reals(parameters), loss[LENET_LANES];
  lenet_pass pass = create_pass(model, LENET_ISA_BEST, LENET_LANES);
  pass.criterion = (lenet_criterion){.loss = recipe->loss, .rubbish = (real)recipe->rubbish};
  for (int i = 0; i < recipe->curvature_samples + PICTURES; i++) {
    const int at = i < recipe->curvature_samples ? i : i - recipe->curvature_samples;
    uint8_t picture[SIDE * SIDE], label;
    int labels[LENET_LANES];
    fetch(NULL, 1, 0, &order[at], 1, picture, &label);
    for (int l = 0; l < LENET_LANES; l++)
      labels[l] = l == 0 ? label : -1;
    lenet_pass_load(&pass, picture, SIDE, SIDE, 1);
    if (i < recipe->curvature_samples) {
      lenet_pass_curvature(&pass, labels, gradient, h);
      continue;
    }
    lenet_pass_backward(&pass, labels, 1, loss, gradient);
    for (size_t p = 0; p < parameters; p++)
      model->parameters[p] -= (real)recipe->learning_rate * gradient[p] /
                              ((real)recipe->mu + h[p] / (real)recipe->curvature_samples);
  }
  lenet_pass_free(&pass);
  free(gradient), free(h);
}

static void test_training(void **state)
{
  (void)state;
  const lenet_recipe recipe = {.epochs = 1,
                               .batch = 1,
                               .optimizer = LENET_SDLM,
                               .learning_rate = 0.00005f, /* higher ones make rounding grow */
                               .schedule = LENET_CONSTANT,
                               .mu = 0.02f,
                               .curvature_samples = 10,
                               .loss = LENET_MAP,
                               .rubbish = 1,
                               .seed = 3};
  const lenet_samples samples = {
      .count = PICTURES, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch};
  lenet_model *start = create(lenet_variant_find("lenet5-1998")), *model, *reference;
  const size_t parameters = start->layout.parameter_count;
  lenet_trainer *trainer;
  lenet_epoch epoch;
  lenet_error error;
  assert_int_equal(lenet_model_copy(start, &model, NULL), LENET_OK);
  assert_int_equal(lenet_model_copy(start, &reference, NULL), LENET_OK);
  if (lenet_trainer_create(model, &recipe, &samples, NULL, 2, LENET_ISA_BEST, &trainer, &error))
    fail_msg("%s", error.message);
  train_in_lanes(reference, &recipe, trainer->order);
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, NULL), LENET_OK);
  /* What has been learned, not the weights, most of which hardly move. */
  for (size_t p = 0; p < parameters; p++) {
    model->parameters[p] -= start->parameters[p];
    reference->parameters[p] -= start->parameters[p];
  }
  near("what is learned", "lenet5-1998", model->parameters, reference->parameters, parameters,
       1e-8);
  lenet_trainer_free(trainer);
  lenet_model_free(start), lenet_model_free(model), lenet_model_free(reference);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_network),
      cmocka_unit_test(test_training),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
