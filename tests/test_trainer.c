/* Training runs: the same bits on any number of threads and after any interruption, the best epoch
 * by validation, and the ways in which a run can go wrong. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/real.h"
#include "base/rng.h"
#include "scratch.h"
#include "train/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 12, CLASSES = 4 };

/* Pictures of a bright bar at one of four places in noise; a function of (epoch, index) alone. */
static void fetch_bars(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                       size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  for (size_t i = 0; i < count; i++) {
    lenet_rng rng = lenet_rng_at(epoch, 50, first + index[i]);
    labels[i] = (uint8_t)((first + index[i]) % CLASSES);
    for (int p = 0; p < SIDE * SIDE; p++) {
      int row = p / SIDE;
      bool bar = row >= 3 * labels[i] && row < 3 * labels[i] + 2;
      pixels[i * SIDE * SIDE + p] = (uint8_t)(lenet_rng_below(&rng, 100) + (bar ? 90 : 0));
    }
  }
}

static const lenet_samples all_bars = {
    .count = 1000, .rows = SIDE, .columns = SIDE, .classes = CLASSES, .fetch = fetch_bars};

static const lenet_recipe adam = {.epochs = 3,
                                  .batch = 37,
                                  .optimizer = LENET_ADAM,
                                  .learning_rate = 0.003f,
                                  .weight_decay = 0.01f,
                                  .schedule = LENET_COSINE,
                                  .seed = 5};

static const lenet_recipe sdlm = {.epochs = 3,
                                  .batch = 37,
                                  .optimizer = LENET_SDLM,
                                  .learning_rate = 0.0005f,
                                  .schedule = LENET_1998,
                                  .mu = 0.02f,
                                  .curvature_samples = 50,
                                  .seed = 5};

/* One pattern at a time, which has kernels of its own. */
static const lenet_recipe single = {.epochs = 2,
                                    .batch = 1,
                                    .optimizer = LENET_SDLM,
                                    .learning_rate = 0.0005f,
                                    .schedule = LENET_1998,
                                    .mu = 0.02f,
                                    .curvature_samples = 20,
                                    .seed = 5};

/* All that a softmax may have besides, but for teachers. */
static const lenet_recipe rich = {.epochs = 3,
                                  .batch = 37,
                                  .optimizer = LENET_ADAM,
                                  .learning_rate = 0.003f,
                                  .schedule = LENET_COSINE,
                                  .warmup = 0.5f,
                                  .ema = 0.9f,
                                  .label_smoothing = 0.1f,
                                  .dropout = 0.2f,
                                  .seed = 5};

static lenet_model *new_model(void)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse("12x12 C3@3:tanh M2 C5@2:relu A2 F9:tanh F4:softmax", &network, &error) ||
      lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 3, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

static lenet_trainer *new_trainer(lenet_model *model, const lenet_recipe *recipe, int threads,
                                  lenet_isa isa)
{
  const lenet_samples train = lenet_samples_part(all_bars, 0, 400);
  const lenet_samples validation = lenet_samples_part(all_bars, 400, 100);
  lenet_trainer *trainer = NULL;
  lenet_error error;
  if (lenet_trainer_create(model, recipe, &train, &validation, threads, isa, &trainer, &error))
    fail_msg("%s", error.message);
  return trainer;
}

static void run_to_end(lenet_trainer *trainer)
{
  lenet_epoch epoch;
  lenet_error error;
  while (lenet_trainer_epochs_done(trainer) < lenet_trainer_recipe(trainer)->epochs)
    if (lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error))
      fail_msg("%s", error.message);
}

static size_t parameter_bytes(const lenet_model *model)
{
  return lenet_model_layout(model)->parameter_count * sizeof(lenet_real);
}

/* The weights after a whole run. */
static lenet_model *trained(const lenet_recipe *recipe, int threads, lenet_isa isa)
{
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, recipe, threads, isa);
  run_to_end(trainer);
  lenet_trainer_free(trainer);
  return model;
}

static void assert_same_weights(const lenet_model *a, const lenet_model *b)
{
  assert_memory_equal(lenet_model_parameters(a), lenet_model_parameters(b), parameter_bytes(a));
}

static void test_threads_do_not_matter(void **state)
{
  (void)state;
  lenet_recipe sgd = adam;
  sgd.optimizer = LENET_SGD;
  sgd.momentum = 0.9f;
  sgd.schedule = LENET_STEP;
  sgd.step_epochs = 1;
  sgd.step_factor = 0.5f;
  lenet_recipe wide = sgd; /* 10 blocks of pictures, 7 in the last step: pairs of pairs of pairs */
  wide.batch = 150;
  const lenet_recipe *recipes[] = {&adam, &sgd, &sdlm, &single, &wide, &rich};
  for (lenet_isa isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++)
    for (int r = 0; r < 6 && lenet_isa_available(isa); r++) {
      lenet_model *one = trained(recipes[r], 1, isa);
      for (int threads = 2; threads <= 5; threads++) {
        lenet_model *more = trained(recipes[r], threads, isa);
        assert_same_weights(one, more);
        lenet_model_free(more);
      }
      lenet_model_free(one);
    }
}

/* Up to more threads than processors and than blocks: 17 blocks in a step, 9 in the last, which
 * leaves some members of the larger teams without work. */
static void test_many_threads(void **state)
{
  (void)state;
  static const int teams[] = {2, 3, 4, 5, 7, 8, 11, 16};
  lenet_recipe descent = adam;
  descent.epochs = 2;
  descent.batch = 270;
  lenet_recipe curved = sdlm;
  curved.epochs = 2;
  curved.batch = 270;
  const lenet_recipe *recipes[] = {&descent, &curved};
  for (lenet_isa isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++)
    for (int r = 0; r < 2 && lenet_isa_available(isa); r++) {
      lenet_model *one = trained(recipes[r], 1, isa);
      for (size_t i = 0; i < sizeof teams / sizeof *teams; i++) {
        lenet_model *more = trained(recipes[r], teams[i], isa);
        assert_same_weights(one, more);
        lenet_model_free(more);
      }
      lenet_model_free(one);
    }
}

/* The weights after one step of plain descent on `count` samples from `first` on. */
static lenet_model *one_step(size_t first, size_t count)
{
  const lenet_recipe step = {.epochs = 1,
                             .batch = (int)count,
                             .optimizer = LENET_SGD,
                             .learning_rate = 0.5f,
                             .schedule = LENET_CONSTANT,
                             .seed = 5};
  const lenet_samples train = lenet_samples_part(all_bars, first, count);
  lenet_model *model = new_model();
  lenet_trainer *trainer = NULL;
  lenet_error error;
  if (lenet_trainer_create(model, &step, &train, NULL, 3, LENET_ISA_BEST, &trainer, &error))
    fail_msg("%s", error.message);
  run_to_end(trainer);
  lenet_trainer_free(trainer);
  return model;
}

/* A step of many blocks moves the weights by the mean of what its blocks alone would: none is left
 * out, and none counts twice. */
static void test_blocks_are_summed(void **state)
{
  (void)state;
  enum { COUNT = 200 };
  lenet_model *start = new_model(), *all = one_step(0, COUNT);
  const size_t parameters = lenet_model_layout(start)->parameter_count;
  double *mean = calloc(parameters, sizeof *mean), wrong = 0, moved = 0;
  assert_non_null(mean);
  for (size_t at = 0, here; at < COUNT; at += here) {
    here = COUNT - at < LENET_LANES ? COUNT - at : LENET_LANES;
    lenet_model *block = one_step(at, here);
    for (size_t i = 0; i < parameters; i++)
      mean[i] += (double)here / COUNT *
                 (double)(lenet_model_parameters(block)[i] - lenet_model_parameters(start)[i]);
    lenet_model_free(block);
  }
  for (size_t i = 0; i < parameters; i++) {
    const double move = (double)(lenet_model_parameters(all)[i] - lenet_model_parameters(start)[i]);
    wrong += (move - mean[i]) * (move - mean[i]);
    moved += mean[i] * mean[i];
  }
  assert_true(moved > 0 && wrong < 1e-8 * moved);
  free(mean);
  lenet_model_free(start);
  lenet_model_free(all);
}

static void test_seeds_do_matter(void **state)
{
  (void)state;
  lenet_recipe other = adam;
  other.seed = 6;
  lenet_model *a = trained(&adam, 1, LENET_ISA_BEST), *b = trained(&other, 1, LENET_ISA_BEST);
  assert_memory_not_equal(lenet_model_parameters(a), lenet_model_parameters(b), parameter_bytes(a));
  lenet_model_free(a);
  lenet_model_free(b);
}

static bool stop_after(void *context, const lenet_progress *progress)
{
  (void)progress;
  return --*(int *)context > 0;
}

/* A run stopped after `steps` steps, saved, and gone on with by a new trainer on other threads. */
static void interrupt_after(void **state, int steps, const lenet_recipe *recipe,
                            const lenet_model *whole)
{
  char path[SCRATCH_PATH];
  scratch_path(state, "run.ckpt", path);
  lenet_model *first = new_model(), *second = new_model();
  lenet_trainer *trainer = new_trainer(first, recipe, 2, LENET_ISA_BEST);
  lenet_epoch epoch;
  lenet_error error;
  lenet_status status = LENET_OK;
  while (status == LENET_OK && lenet_trainer_epochs_done(trainer) < recipe->epochs)
    status = lenet_trainer_epoch(trainer, stop_after, &steps, &epoch, &error);
  assert_int_equal(status, LENET_STOPPED);
  assert_int_equal(lenet_model_set_note(first, "data", "bars", &error), LENET_OK);
  assert_int_equal(lenet_trainer_save(trainer, path, &error), LENET_OK);
  lenet_trainer_free(trainer);

  lenet_checkpoint_info info;
  assert_int_equal(lenet_checkpoint_read_info(path, &info, &error), LENET_OK);
  assert_memory_equal(&info.recipe, recipe, sizeof info.recipe);
  assert_int_equal(info.train_count, 400);
  assert_int_equal(info.validation_count, 100);
  assert_int_equal(info.images, 500);
  assert_string_equal(info.data, "bars");

  trainer = new_trainer(second, recipe, 3, LENET_ISA_BEST);
  if (lenet_trainer_resume(trainer, path, &error))
    fail_msg("%s", error.message);
  run_to_end(trainer);
  assert_same_weights(second, whole);
  assert_string_equal(lenet_model_note(second, "data"), "bars");
  assert_int_equal(lenet_trainer_history(trainer, 1).epoch, 1);
  assert_true(lenet_trainer_history(trainer, 1).train_loss > 0);
  lenet_trainer_free(trainer);
  lenet_model_free(first);
  lenet_model_free(second);
}

static void test_resume(void **state)
{
  lenet_error error;
  lenet_model *probe = new_model();
  if (lenet_model_save(probe, "/dev/null/none", &error) == LENET_UNSUPPORTED) {
    lenet_model_free(probe);
    skip();
  }
  lenet_model_free(probe);
  lenet_recipe sgd = adam;
  sgd.optimizer = LENET_SGD;
  sgd.momentum = 0.9f;
  sgd.seed = 0xfedcba9876543210u;
  const lenet_recipe *recipes[] = {&adam, &sgd, &sdlm, &single, &rich};
  /* 400 samples in batches of 37 are 11 steps: the first, mid-epoch, the last of an epoch. */
  static const int stops[] = {1, 5, 11, 12, 22, 32};
  for (size_t r = 0; r < sizeof recipes / sizeof *recipes; r++) {
    lenet_model *whole = trained(recipes[r], 1, LENET_ISA_BEST);
    for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
      interrupt_after(state, stops[i], recipes[r], whole);
    lenet_model_free(whole);
  }
}

static void test_resume_refuses_other_runs(void **state)
{
  char path[SCRATCH_PATH];
  scratch_path(state, "run.ckpt", path);
  lenet_error error;
  lenet_model *model = new_model(), *fresh = new_model();
  lenet_trainer *trainer = new_trainer(model, &adam, 1, LENET_ISA_BEST);
  if (lenet_trainer_save(trainer, path, &error) == LENET_UNSUPPORTED)
    skip();
  lenet_recipe other = adam;
  other.batch = 38;
  lenet_trainer *stranger = new_trainer(fresh, &other, 1, LENET_ISA_BEST);
  assert_int_equal(lenet_trainer_resume(stranger, path, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "another recipe"));
  lenet_trainer_free(stranger);

  lenet_samples few = lenet_samples_part(all_bars, 0, 399);
  assert_int_equal(
      lenet_trainer_create(fresh, &adam, &few, NULL, 1, LENET_ISA_BEST, &stranger, &error), 0);
  assert_int_equal(lenet_trainer_resume(stranger, path, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "399"));
  lenet_trainer_free(stranger);
  lenet_trainer_free(trainer);

  /* More epochs go with every schedule but the cosine, whose course depends on their number. */
  other = adam;
  other.schedule = LENET_CONSTANT;
  trainer = new_trainer(model, &other, 1, LENET_ISA_BEST);
  assert_int_equal(lenet_trainer_save(trainer, path, &error), LENET_OK);
  other.epochs = 9;
  stranger = new_trainer(fresh, &other, 1, LENET_ISA_BEST);
  assert_int_equal(lenet_trainer_resume(stranger, path, &error), LENET_OK);
  lenet_trainer_free(stranger);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
  lenet_model_free(fresh);
}

/* A checkpoint that is cut off is refused, and the trainer stays as it was. */
static void test_resume_from_damaged_files(void **state)
{
  char path[SCRATCH_PATH];
  scratch_path(state, "run.ckpt", path);
  lenet_error error;
  lenet_model *model = new_model(), *untouched = new_model();
  lenet_trainer *trainer = new_trainer(model, &adam, 1, LENET_ISA_BEST);
  if (lenet_trainer_save(trainer, path, &error) == LENET_UNSUPPORTED)
    skip();
  FILE *file = fopen(path, "rb");
  static char bytes[1 << 16];
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  assert_in_range(size, 1000, sizeof bytes - 1);
  for (size_t cut = 0; cut < size; cut += cut < 1500 ? 7 : 501) {
    file = fopen(path, "wb");
    assert_int_equal(fwrite(bytes, 1, cut, file), cut);
    fclose(file);
    assert_int_equal(lenet_trainer_resume(trainer, path, &error), LENET_BAD_FILE);
    assert_non_null(strstr(error.message, path));
  }
  assert_same_weights(model, untouched);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
  lenet_model_free(untouched);
}

static void test_learning_and_the_best_epoch(void **state)
{
  (void)state;
  lenet_recipe recipe = adam;
  recipe.epochs = 12;
  recipe.batch = 16;
  recipe.learning_rate = 0.02f;
  recipe.schedule = LENET_CONSTANT;
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, &recipe, 2, LENET_ISA_BEST);
  run_to_end(trainer);
  int best = 1;
  for (int e = 2; e <= 12; e++) {
    lenet_epoch epoch = lenet_trainer_history(trainer, e), so_far;
    so_far = lenet_trainer_history(trainer, best);
    bool better = epoch.validation_error < so_far.validation_error ||
                  (epoch.validation_error == so_far.validation_error &&
                   epoch.validation_loss < so_far.validation_loss);
    assert_int_equal(epoch.best, better);
    best = better ? e : best;
  }
  assert_int_equal(lenet_trainer_take_best(trainer), best);
  /* The weights taken are those that were measured. */
  const lenet_samples validation = lenet_samples_part(all_bars, 400, 100);
  lenet_measure measure;
  lenet_error error;
  assert_int_equal(lenet_evaluate(model, &validation, 3, LENET_ISA_BEST, &measure, NULL, &error),
                   0);
  assert_true((double)measure.errors / 100 ==
              lenet_trainer_history(trainer, best).validation_error);
  assert_true(measure.loss == lenet_trainer_history(trainer, best).validation_loss);
  assert_in_range(measure.errors, 0, 2);
  lenet_epoch epoch;
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error), LENET_BAD_ARGUMENT);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

static void test_divergence_and_plateau(void **state)
{
  (void)state;
  lenet_recipe wild = adam;
  wild.optimizer = LENET_SGD;
  wild.schedule = LENET_CONSTANT;
  wild.learning_rate = 1000;
  wild.momentum = 0.99f;
  wild.epochs = 50;
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, &wild, 2, LENET_ISA_BEST);
  lenet_epoch epoch = {0};
  lenet_error error;
  lenet_status status = LENET_OK;
  for (int e = 0; e < 50 && status == LENET_OK; e++)
    status = lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error);
  assert_int_equal(status, LENET_DIVERGED);
  assert_non_null(strstr(error.message, "epoch"));
  lenet_trainer_free(trainer);
  lenet_model_free(model);

  lenet_recipe still = adam;
  still.learning_rate = 1e-9f;
  still.batch = 7; /* 58 steps: enough to say that nothing is learned */
  model = new_model();
  trainer = new_trainer(model, &still, 1, LENET_ISA_BEST);
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error), LENET_OK);
  assert_true(epoch.plateau);
  lenet_trainer_free(trainer);
  lenet_model_free(model);

  lenet_recipe lively = adam;
  lively.batch = 8;
  lively.learning_rate = 0.02f;
  model = new_model();
  trainer = new_trainer(model, &lively, 1, LENET_ISA_BEST);
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error), LENET_OK);
  assert_false(epoch.plateau);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

/* Each weight's own rate lies between rate / (mu + h) and rate / mu, and the loss falls. */
static void test_sdlm(void **state)
{
  (void)state;
  lenet_recipe recipe = sdlm;
  recipe.batch = 1;
  recipe.epochs = 8;
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, &recipe, 1, LENET_ISA_BEST);
  run_to_end(trainer);
  const lenet_epoch first = lenet_trainer_history(trainer, 1);
  const lenet_epoch last = lenet_trainer_history(trainer, 8);
  assert_true(first.lowest_rate > 0 && first.lowest_rate < first.highest_rate);
  assert_true(first.highest_rate <= 0.0005 / 0.02 * 1.000001);
  assert_true(last.train_loss < 0.8 * first.train_loss);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

static void test_evaluate_counts(void **state)
{
  (void)state;
  lenet_model *model = new_model();
  const lenet_samples samples = lenet_samples_part(all_bars, 7, 53);
  lenet_measure one, three;
  lenet_answer answers[53];
  lenet_error error;
  assert_int_equal(lenet_evaluate(model, &samples, 1, LENET_ISA_BEST, &one, answers, &error), 0);
  assert_int_equal(lenet_evaluate(model, &samples, 3, LENET_ISA_BEST, &three, NULL, &error), 0);
  assert_int_equal(one.samples, 53);
  assert_int_equal(one.errors, three.errors);
  assert_true(one.loss == three.loss);
  size_t all = 0, right = 0;
  for (int k = 0; k < LENET_MAX_CLASSES; k++) {
    right += one.confusion[k][k];
    for (int j = 0; j < LENET_MAX_CLASSES; j++)
      all += one.confusion[k][j];
  }
  assert_int_equal(all, 53);
  assert_int_equal(all - right, one.errors);
  assert_true(one.errors > 5); /* nothing was learned */
  size_t wrong = 0;
  for (int i = 0; i < 53; i++) {
    assert_int_equal(answers[i].label, (7 + i) % CLASSES);
    wrong += answers[i].label != answers[i].answer;
  }
  assert_int_equal(wrong, one.errors);
  lenet_model_free(model);
}

/* The average is what its definition makes of the weights after each of 11 steps, which runs that
 * are stopped there leave in their models. */
static void test_average(void **state)
{
  (void)state;
  enum { STEPS = 11 };
  lenet_recipe recipe = adam;
  recipe.epochs = 1;
  recipe.ema = 0.6f; /* more than (1 + n) / (10 + n) in the first steps */
  lenet_model *whole = trained(&recipe, 2, LENET_ISA_BEST), *start = new_model();
  const size_t parameters = lenet_model_layout(start)->parameter_count;
  double *average = calloc(parameters, sizeof *average);
  assert_non_null(average);
  for (size_t i = 0; i < parameters; i++)
    average[i] = (double)lenet_model_parameters(start)[i];
  for (int n = 1; n <= STEPS; n++) {
    lenet_model *model = new_model();
    lenet_trainer *trainer = new_trainer(model, &recipe, 1, LENET_ISA_BEST);
    lenet_epoch epoch;
    int steps = n;
    assert_int_equal(lenet_trainer_epoch(trainer, stop_after, &steps, &epoch, NULL), LENET_STOPPED);
    const double keep = fmin(0.6, (1.0 + n) / (10.0 + n));
    for (size_t i = 0; i < parameters; i++)
      average[i] = keep * average[i] + (1 - keep) * (double)lenet_model_parameters(model)[i];
    lenet_trainer_free(trainer);
    lenet_model_free(model);
  }
  for (size_t i = 0; i < parameters; i++)
    assert_true(fabs((double)lenet_model_parameters(whole)[i] - average[i]) < 1e-6);
  free(average);
  lenet_model_free(start);
  lenet_model_free(whole);
}

/* A network that learns from a teacher alone comes to answer as that does, wrong as it may be: the
 * teacher was told that each bar is one place further down. */
static void fetch_mislabelled(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                              size_t count, uint8_t *pixels, uint8_t *labels)
{
  fetch_bars(context, epoch, first, index, count, pixels, labels);
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)((labels[i] + 1) % CLASSES);
}

static lenet_model *taught_by(const lenet_model *teacher, int threads)
{
  lenet_recipe recipe = adam;
  recipe.epochs = 12;
  recipe.batch = 16;
  recipe.learning_rate = 0.01f;
  recipe.distillation = 1;
  recipe.temperature = 2;
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, &recipe, threads, LENET_ISA_BEST);
  lenet_epoch epoch;
  lenet_error error;
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "from whom"));
  assert_int_equal(lenet_trainer_set_teachers(trainer, &teacher, 1, &error), LENET_OK);
  run_to_end(trainer);
  lenet_trainer_free(trainer);
  return model;
}

static void test_teachers(void **state)
{
  (void)state;
  lenet_samples wrong = lenet_samples_part(all_bars, 0, 400);
  wrong.fetch = fetch_mislabelled;
  lenet_recipe recipe = adam;
  recipe.epochs = 12;
  recipe.batch = 16;
  recipe.learning_rate = 0.01f;
  lenet_model *teacher = new_model();
  lenet_trainer *trainer = NULL;
  lenet_error error;
  assert_int_equal(
      lenet_trainer_create(teacher, &recipe, &wrong, NULL, 2, LENET_ISA_BEST, &trainer, &error),
      LENET_OK);
  assert_int_equal(lenet_trainer_set_teachers(trainer, (const lenet_model *[]){teacher}, 1, &error),
                   LENET_BAD_ARGUMENT); /* there is no distillation */
  run_to_end(trainer);
  lenet_trainer_free(trainer);
  lenet_model *one = taught_by(teacher, 1), *three = taught_by(teacher, 3);
  assert_same_weights(one, three);
  lenet_measure measure;
  wrong = lenet_samples_part(all_bars, 500, 200);
  wrong.fetch = fetch_mislabelled;
  assert_int_equal(lenet_evaluate(one, &wrong, 1, LENET_ISA_BEST, &measure, NULL, &error),
                   LENET_OK);
  assert_true(measure.errors < 10); /* of 200 */
  lenet_model_free(one);
  lenet_model_free(three);
  lenet_model_free(teacher);
}

/* Teachers that cannot teach are named by their place. */
static void test_wrong_teachers(void **state)
{
  (void)state;
  static const char *const others[] = {"12x12 F4:scaled", "12x12 F5:softmax", "11x12 F4:softmax"};
  lenet_recipe recipe = adam;
  recipe.distillation = 0.5f;
  recipe.temperature = 1;
  lenet_model *model = new_model();
  lenet_trainer *trainer = new_trainer(model, &recipe, 2, LENET_ISA_BEST);
  lenet_error error;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    lenet_network network;
    lenet_model *other = NULL;
    assert_int_equal(lenet_network_parse(others[i], &network, &error), LENET_OK);
    assert_int_equal(lenet_model_create(&network, (lenet_input){1, 0}, 1, &other, &error),
                     LENET_OK);
    const lenet_model *teachers[] = {model, other};
    assert_int_equal(lenet_trainer_set_teachers(trainer, teachers, 2, &error), LENET_BAD_ARGUMENT);
    assert_int_equal(error.position, 1);
    lenet_model_free(other);
  }
  assert_int_equal(lenet_trainer_set_teachers(trainer, NULL, 0, &error), LENET_BAD_ARGUMENT);
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

static void test_schedules(void **state)
{
  (void)state;
  lenet_recipe r = adam;
  r.learning_rate = 0.5f;
  r.epochs = 10;
  assert_true(lenet_recipe_rate(&r, 0, 7) == 0.5);
  assert_true(fabs(lenet_recipe_rate(&r, 35, 7) - 0.25) < 1e-12); /* half way */
  assert_true(fabs(lenet_recipe_rate(&r, 70, 7)) < 1e-12);
  r.schedule = LENET_STEP;
  r.step_epochs = 3;
  r.step_factor = 0.5f;
  assert_true(lenet_recipe_rate(&r, 20, 7) == 0.5);
  assert_true(lenet_recipe_rate(&r, 21, 7) == 0.25);
  assert_true(lenet_recipe_rate(&r, 42, 7) == 0.125);
  r.schedule = LENET_CONSTANT;
  assert_true(lenet_recipe_rate(&r, 69, 7) == 0.5);
  r.warmup = 2; /* 14 steps */
  assert_true(fabs(lenet_recipe_rate(&r, 0, 7) - 0.5 / 14) < 1e-12);
  assert_true(fabs(lenet_recipe_rate(&r, 6, 7) - 0.25) < 1e-12);
  assert_true(lenet_recipe_rate(&r, 13, 7) == 0.5);
  r.warmup = 0;
  /* p. 10: 0.0005 for 2 passes, 0.0002 for 3, 0.0001 for 3, 0.00005 for 4, 0.00001 after. */
  static const double paper[] = {5, 5, 2, 2, 2, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.1, 0.1};
  r.schedule = LENET_1998;
  r.learning_rate = 0.0005f;
  for (unsigned epoch = 0; epoch < sizeof paper / sizeof *paper; epoch++)
    assert_true(fabs(lenet_recipe_rate(&r, 7 * epoch + 3, 7) - 1e-4 * paper[epoch]) < 1e-10);
}

static void refuse(lenet_model *model, lenet_recipe recipe, const char *word)
{
  lenet_trainer *trainer = NULL;
  lenet_error error;
  assert_int_equal(
      lenet_trainer_create(model, &recipe, &all_bars, NULL, 1, LENET_ISA_BEST, &trainer, &error),
      LENET_BAD_ARGUMENT);
  assert_null(trainer);
  assert_non_null(strstr(error.message, word));
}

static void test_wrong_recipes(void **state)
{
  (void)state;
  lenet_model *model = new_model();
  lenet_trainer *trainer = NULL;
  lenet_error error;
  lenet_recipe r = adam;
#define WRONG(member, value, word) (r = adam, r.member = (value), refuse(model, r, word))
  WRONG(epochs, 0, "epochs");
  WRONG(epochs, 100001, "epochs");
  WRONG(batch, 0, "batch");
  WRONG(batch, 65537, "batch");
  WRONG(learning_rate, 0, "rate");
  WRONG(learning_rate, NAN, "rate");
  WRONG(momentum, 1, "momentum");
  WRONG(momentum, -0.1f, "momentum");
  WRONG(weight_decay, -1, "decay");
  WRONG(optimizer, (lenet_optimizer)3, "optimizer");
  WRONG(schedule, LENET_STEP, "step");
  WRONG(loss, LENET_MAP, "softmax");
  WRONG(optimizer, LENET_SDLM, "mu");
  WRONG(warmup, -1, "warm-up");
  WRONG(ema, 1, "ema");
  WRONG(label_smoothing, 1, "smoothing");
  WRONG(dropout, 1, "dropout");
  WRONG(distillation, 1.5f, "distillation");
  WRONG(distillation, 0.5f, "temperature");
  /* Samples that do not fit, and too many threads. */
  lenet_samples large = all_bars, classes = all_bars, none = all_bars;
  large.rows = SIDE + 1;
  classes.classes = CLASSES + 1;
  none.count = 0;
  const lenet_samples *bad[] = {&large, &classes, &none};
  for (int i = 0; i < 3; i++)
    assert_int_equal(
        lenet_trainer_create(model, &adam, bad[i], NULL, 1, LENET_ISA_BEST, &trainer, &error),
        LENET_BAD_ARGUMENT);
  assert_int_equal(
      lenet_trainer_create(model, &adam, &all_bars, NULL, 257, LENET_ISA_BEST, &trainer, &error),
      LENET_BAD_ARGUMENT);
  assert_null(trainer);
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_threads_do_not_matter),
      cmocka_unit_test(test_many_threads),
      cmocka_unit_test(test_blocks_are_summed),
      cmocka_unit_test(test_seeds_do_matter),
      cmocka_unit_test_setup_teardown(test_resume, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_resume_refuses_other_runs, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_resume_from_damaged_files, scratch_make, scratch_remove),
      cmocka_unit_test(test_learning_and_the_best_epoch),
      cmocka_unit_test(test_divergence_and_plateau),
      cmocka_unit_test(test_sdlm),
      cmocka_unit_test(test_evaluate_counts),
      cmocka_unit_test(test_average),
      cmocka_unit_test(test_teachers),
      cmocka_unit_test(test_wrong_teachers),
      cmocka_unit_test(test_schedules),
      cmocka_unit_test(test_wrong_recipes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
