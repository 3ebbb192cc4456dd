/* Batches of one lane block, whose rows two threads divide: the same bits as by one thread,
 * whatever the network, and no one waits where a step has to be given up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "train/together.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, SAMPLES = 52 };

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)lenet_synthetic_digit(7, first + index[i], pixels + i * SIDE * SIDE);
}

static const lenet_samples digits = {
    .count = SAMPLES, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch};

static lenet_recipe recipe_of(const lenet_network *network, lenet_optimizer optimizer, int batch)
{
  lenet_recipe recipe = lenet_recipe_default(network); /* for its loss */
  recipe.epochs = 2;
  recipe.batch = batch;
  recipe.optimizer = optimizer;
  recipe.learning_rate = 0.002f;
  recipe.momentum = optimizer == LENET_SGD ? 0.9f : 0;
  recipe.schedule = LENET_CONSTANT;
  recipe.mu = 0.02f;
  recipe.curvature_samples = 20;
  return recipe;
}

/* The weights after a whole run. */
static lenet_model *trained(const lenet_network *network, const lenet_recipe *recipe, int threads,
                            lenet_isa isa)
{
  lenet_model *model = NULL;
  lenet_trainer *trainer = NULL;
  lenet_error error;
  if (lenet_model_create(network, lenet_input_default(network), 11, &model, &error) ||
      lenet_trainer_create(model, recipe, &digits, NULL, threads, isa, &trainer, &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < recipe->epochs; i++) {
    lenet_epoch epoch;
    if (lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error))
      fail_msg("%s", error.message);
  }
  lenet_trainer_free(trainer);
  return model;
}

static void assert_same(const lenet_network *network, lenet_recipe recipe, lenet_isa isa)
{
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(network, notation);
  lenet_model *one = trained(network, &recipe, 1, isa);
  const size_t count = lenet_model_layout(one)->parameter_count;
  for (int threads = 2; threads <= 3; threads++) {
    lenet_model *more = trained(network, &recipe, threads, isa);
    if (memcmp(lenet_model_parameters(one), lenet_model_parameters(more),
               count * sizeof(lenet_real)) != 0)
      fail_msg("%s: batch %d, %d threads, %s: other weights than on one thread", notation,
               recipe.batch, threads, lenet_isa_name(isa));
    lenet_model_free(more);
  }
  lenet_model_free(one);
}

static void test_variants(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++)
    if (strcmp(variants[v].name, "cnn") != 0) /* rows of the same kinds, but slow */
      assert_same(&variants[v].network, recipe_of(&variants[v].network, LENET_SGD, 16),
                  LENET_ISA_BEST);
}

/* Odd numbers of maps, units, rows and columns; rows too small to be divided between rows that are;
 * pools of pools; a dense row first; nothing but pools above the first row that learns. */
static void test_odd_networks(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "29x29 C7@4:relu M2 C5@4:tanh A2 C9@3:scaled F33:sigmoid F10:softmax",
      "28x28 A2 C1@3:tanh C6@5:tanh A2 A2 F17:tanh F10:softmax",
      "28x28 F31:tanh F10:softmax",
      "28x28 F10:softmax",
      "28x28 M2 A7 F10:softmax",
      "28x28 C3@5:tanh C6@3:relu P1 C8@3:tanh M2 F40:tanh F10:scaled",
  };
  for (size_t n = 0; n < sizeof notations / sizeof *notations; n++) {
    lenet_network network;
    lenet_error error;
    if (lenet_network_parse(notations[n], &network, &error))
      fail_msg("%s: %s", notations[n], error.message);
    assert_same(&network, recipe_of(&network, LENET_ADAM, 16), LENET_ISA_BEST);
  }
}

static void test_batches_and_kernels(void **state)
{
  (void)state;
  static const int batches[] = {2, 3, 7, 15};
  const lenet_network *network = &lenet_variant_find("lenet5")->network;
  for (int i = 0; i < 4; i++)
    assert_same(network, recipe_of(network, LENET_SGD, batches[i]), LENET_ISA_BEST);
  for (lenet_isa isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++)
    if (lenet_isa_available(isa))
      assert_same(network, recipe_of(network, LENET_SGD, 16), isa);
  const lenet_network *paper = &lenet_variant_find("lenet5-1998")->network;
  assert_same(paper, recipe_of(paper, LENET_SDLM, 16), LENET_ISA_BEST);
}

/* Both ways are tried, then the faster is taken, but for a try of the other now and then. */
static void test_pace(void **state)
{
  (void)state;
  for (int fast = 0; fast <= 1; fast++) {
    lenet_pace pace = {{0, 0}, 0, 0};
    int times[2] = {0, 0};
    for (int i = 0; i < 1000; i++) {
      const bool together = lenet_pace_choose(&pace);
      if (i < 2)
        assert_int_equal(together, i == 1);
      times[together]++;
      lenet_pace_note(&pace, together, together == fast ? 1.0 : 1.5, 1024);
    }
    assert_in_range(times[!fast], 4, 20);
  }
}

/* What was slow becomes fast, and what was fast slow. */
static void test_change_of_pace(void **state)
{
  (void)state;
  lenet_pace pace = {{0, 0}, 0, 0};
  for (int phase = 0; phase < 4; phase++) {
    const bool fast = phase % 2;
    int right = 0;
    for (int i = 0; i < 500; i++) {
      const bool together = lenet_pace_choose(&pace);
      lenet_pace_note(&pace, together, together == fast ? 1.0 : 1.5, 1024);
      right += together == fast;
    }
    assert_true(right > 150);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_variants),
      cmocka_unit_test(test_odd_networks),
      cmocka_unit_test(test_batches_and_kernels),
      cmocka_unit_test(test_pace),
      cmocka_unit_test(test_change_of_pace),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
