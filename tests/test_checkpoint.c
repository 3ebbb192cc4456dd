/* Checkpoints: one number of a good file changed at a time, and what each run takes for its own. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>

enum { TRAIN = 10, VALIDATION = 4 };

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++) {
    memset(pixels + 4 * i, (int)(first + index[i]) * 37 & 255, 4);
    labels[i] = (uint8_t)((first + index[i]) % 2);
  }
}

static const lenet_samples samples = {
    .count = TRAIN + VALIDATION, .rows = 2, .columns = 2, .classes = 2, .fetch = fetch};

static lenet_recipe usual(void)
{
  return (lenet_recipe){.epochs = 3,
                        .batch = 4,
                        .optimizer = LENET_SGD,
                        .learning_rate = 0.01f,
                        .momentum = 0.5f,
                        .temperature = 2,
                        .seed = 0x100000002};
}

static lenet_model *new_model(const char *notation, lenet_input input)
{
  lenet_network network;
  lenet_model *model = NULL;
  assert_int_equal(lenet_network_parse(notation, &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, input, 1, &model, NULL), LENET_OK);
  return model;
}

static lenet_trainer *new_trainer(lenet_model *model, const lenet_recipe *recipe, size_t train,
                                  size_t validation)
{
  const lenet_samples learned = lenet_samples_part(samples, 0, train);
  const lenet_samples held = lenet_samples_part(samples, train, validation);
  lenet_trainer *trainer = NULL;
  lenet_error error;
  if (lenet_trainer_create(model, recipe, &learned, validation > 0 ? &held : NULL, 1,
                           LENET_ISA_SCALAR, &trainer, &error))
    fail_msg("%s", error.message);
  return trainer;
}

#define INPUT ((lenet_input){1.0f / 255, 0})

static bool stop_in_second(void *context, const lenet_progress *progress)
{
  (void)context;
  return progress->epoch < 2;
}

/* A run that stands in its second epoch, in the file run.ckpt. */
static void save_run(void **state, lenet_model *model, const lenet_recipe *recipe,
                     size_t validation)
{
  char path[SCRATCH_PATH];
  lenet_epoch epoch;
  lenet_error error;
  lenet_trainer *trainer = new_trainer(model, recipe, TRAIN, validation);
  assert_int_equal(lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error), LENET_OK);
  assert_int_equal(lenet_trainer_epoch(trainer, stop_in_second, NULL, &epoch, &error),
                   LENET_STOPPED);
  scratch_path(state, "run.ckpt", path);
  const lenet_status status = lenet_trainer_save(trainer, path, &error);
  lenet_trainer_free(trainer);
  if (status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_OK);
}

/* Tries to resume run.ckpt; the error's message, or "" where it went well. */
static const char *resume(void **state, lenet_model *model, const lenet_recipe *recipe,
                          size_t train, size_t validation)
{
  static lenet_error error;
  char path[SCRATCH_PATH];
  lenet_trainer *trainer = new_trainer(model, recipe, train, validation);
  const lenet_status status =
      lenet_trainer_resume(trainer, scratch_path(state, "run.ckpt", path), &error);
  if (status == LENET_OK)
    error.message[0] = '\0';
  else
    assert_int_equal(lenet_trainer_epochs_done(trainer), 0);
  lenet_trainer_free(trainer);
  return error.message;
}

static void assert_says(const char *message, const char *word)
{
  if (*word ? !strstr(message, word) : *message != '\0')
    fail_msg("'%s' is not '%s'", message, word);
}

/* ---- another run ---- */

static void test_another_recipe(void **state)
{
  static const struct {
    size_t offset;
    float number;
  } floats[] = {{offsetof(lenet_recipe, learning_rate), 0.02f},
                {offsetof(lenet_recipe, momentum), 0.25f},
                {offsetof(lenet_recipe, weight_decay), 0.01f},
                {offsetof(lenet_recipe, warmup), 0.5f},
                {offsetof(lenet_recipe, ema), 0.5f},
                {offsetof(lenet_recipe, label_smoothing), 0.1f},
                {offsetof(lenet_recipe, dropout), 0.1f}};
  lenet_recipe recipe = usual();
  lenet_model *model = new_model("2x2 F3:tanh F2:softmax", INPUT);
  save_run(state, model, &recipe, VALIDATION);
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "");
  for (size_t i = 0; i < sizeof floats / sizeof *floats; i++) {
    recipe = usual();
    memcpy((char *)&recipe + floats[i].offset, &floats[i].number, sizeof(float));
    assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  }
  recipe = usual();
  recipe.optimizer = LENET_ADAM;
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  recipe = usual();
  recipe.seed++;
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  recipe = usual();
  recipe.batch = 5;
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  recipe = usual();
  recipe.schedule = LENET_STEP;
  recipe.step_epochs = 2;
  recipe.step_factor = 0.5f;
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  lenet_recipe other = recipe;
  save_run(state, model, &recipe, VALIDATION);
  other.step_epochs = 1;
  assert_says(resume(state, model, &other, TRAIN, VALIDATION), "another recipe");
  other = recipe;
  other.step_factor = 0.25f;
  assert_says(resume(state, model, &other, TRAIN, VALIDATION), "another recipe");
  /* The cosine's course depends on the number of epochs. */
  recipe = usual();
  recipe.schedule = LENET_COSINE;
  save_run(state, model, &recipe, VALIDATION);
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "");
  recipe.epochs++;
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "another recipe");
  lenet_model_free(model);
}

static void test_another_run(void **state)
{
  const lenet_recipe recipe = usual();
  lenet_recipe shorter = recipe;
  lenet_model *model = new_model("2x2 F3:tanh F2:softmax", INPUT);
  save_run(state, model, &recipe, VALIDATION);
  static const struct {
    const char *notation;
    lenet_input input;
  } others[] = {{"2x2 F4:tanh F2:softmax", {1.0f / 255, 0}},
                {"2x2 F3:tanh F2:softmax", {0.5f, 0}},
                {"2x2 F3:tanh F2:softmax", {1.0f / 255, 1}}};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    lenet_model *other = new_model(others[i].notation, others[i].input);
    assert_says(resume(state, other, &recipe, TRAIN, VALIDATION), "another network");
    lenet_model_free(other);
  }
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION - 1), "10 training and 4 validation");
  assert_says(resume(state, model, &recipe, TRAIN, 0), "not 10 and 0");
  assert_says(resume(state, model, &recipe, TRAIN - 1, VALIDATION), "not 9 and 4");
  shorter.epochs = 1;
  assert_says(resume(state, model, &shorter, TRAIN, VALIDATION), "");
  save_run(state, model, &recipe, 0);
  assert_says(resume(state, model, &recipe, TRAIN, 0), "");
  assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), "0 validation samples");
  lenet_model_free(model);
}

/* ---- one number changed ---- */

/* The file's bytes, and where the numbers of its array `name` begin. */
static uint8_t bytes[1 << 14];
static size_t size;

static uint8_t *find_array(const char *name)
{
  char key[64];
  size_t start, length = 0;
  for (int i = 7; i >= 0; i--)
    length = length << 8 | bytes[i];
  snprintf(key, sizeof key, "\"%s\":{", name);
  const char *entry = strstr((char *)bytes + 8, key);
  assert_non_null(entry);
  assert_int_equal(sscanf(strstr(entry, "data_offsets") + 14, "[%zu", &start), 1);
  return bytes + 8 + length + start;
}

static void read_run(void **state)
{
  char path[SCRATCH_PATH];
  FILE *file = fopen(scratch_path(state, "run.ckpt", path), "rb");
  assert_non_null(file);
  size = fread(bytes, 1, sizeof bytes - 1, file);
  fclose(file);
  bytes[size] = '\0';
}

/* Little-endian, whatever the machine. */
static void put(uint8_t *to, double number)
{
  uint64_t bits;
  memcpy(&bits, &number, sizeof bits);
  for (int i = 0; i < 8; i++)
    to[i] = (uint8_t)(bits >> (8 * i));
}

typedef struct change {
  const char *array;
  int index;
  double number;
  const char *word; /* of the message; "" where the file remains good */
} change;

static void check_changes(void **state, const change *changes, size_t count, size_t validation)
{
  const lenet_recipe recipe = usual();
  lenet_model *model = new_model("2x2 F3:tanh F2:softmax", INPUT);
  save_run(state, model, &recipe, validation);
  read_run(state);
  for (size_t i = 0; i < count; i++) {
    uint8_t kept[8], *at = find_array(changes[i].array) + 8 * changes[i].index;
    memcpy(kept, at, sizeof kept);
    put(at, changes[i].number);
    scratch_write(state, "run.ckpt", bytes, size);
    const char *message = resume(state, model, &recipe, TRAIN, validation);
    if (*changes[i].word ? !strstr(message, changes[i].word) : *message != '\0')
      fail_msg("%s[%d] = %g: '%s', not '%s'", changes[i].array, changes[i].index, changes[i].number,
               message, changes[i].word);
    memcpy(at, kept, sizeof kept);
  }
  lenet_model_free(model);
}

#define RANGE "is out of range"
#define CHECK(list, validation)                                                                    \
  check_changes(state, list, sizeof(list) / sizeof *(list), validation)

/* The order of the numbers is that of checkpoint.c. */
static void test_recipe_numbers(void **state)
{
  static const change changes[] = {
      {"recipe", 0, 2.5, RANGE},
      {"recipe", 0, -1, RANGE},
      {"recipe", 0, 1e10, RANGE},
      {"recipe", 0, NAN, RANGE},
      {"recipe", 1, 0, "recipe: "},
      {"recipe", 2, 9, "recipe: "},
      {"recipe", 3, -1, "recipe: "},
      {"recipe", 6, 17, "recipe: "},
      {"recipe", 11, 17, "recipe: "},
      {"recipe", 19, 0.5, RANGE},
      {"recipe", 20, 1e10, RANGE},
      {"recipe", 21, -1, RANGE},
      {"recipe", 22, 1e10, RANGE},
      {"recipe", 9, 0.5, "another recipe"},
      {"recipe", 10, 7, "another recipe"},
      {"recipe", 12, 0.5, "another recipe"},
      {"recipe", 17, 0.5, "another recipe"},
      {"recipe", 18, 9, "another recipe"},
      {"recipe", 20, 0, "another recipe"},
      {"recipe", 0, 7, ""}, /* more epochs go with all schedules but the cosine */
  };
  CHECK(changes, VALIDATION);
}

/* Done are 4 of 10 samples of the second epoch, in 4 steps. */
static void test_place(void **state)
{
  static const change changes[] = {
      {"place", 0, 4, "more than 3 epochs"},
      {"place", 0, 0.5, "more than 3 epochs"},
      {"place", 0, 0, RANGE},
      {"place", 1, 5, RANGE},
      {"place", 2, 11, RANGE},
      {"place", 2, 3, RANGE},
      {"place", 2, 8, RANGE},
      {"place", 2, 10, RANGE}, /* the whole epoch would be one step more */
      {"place", 3, 1e10, RANGE},
      {"place", 3, NAN, RANGE},
      {"place", 4, 5, RANGE},
      {"place", 5, -1, RANGE},
      {"place", 5, 1e10, RANGE},
      {"place", 6, 2, RANGE},
      {"place", 6, 0, RANGE},
      {"place", 7, 1, "other models"},
      {"place", 8, 1, "other models"},
      {"place", 3, 0.25, ""},
  };
  CHECK(changes, VALIDATION);
}

static void test_history(void **state)
{
  static const change with[] = {
      {"history", 1, NAN, "the history"},   {"history", 2, 1.5, "the history"},
      {"history", 2, -0.5, "the history"},  {"history", 3, NAN, "the history"},
      {"history", 4, 2, "the history"},     {"history", 5, 1e10, "the history"},
      {"history", 8, -1e10, "the history"}, {"history", 8, 2, ""},
  };
  static const change without[] = {{"history", 3, 0.5, "the history"},
                                   {"history", 4, 0.5, "the history"},
                                   {"history", 8, 2, ""}};
  CHECK(with, VALIDATION);
  CHECK(without, 0);
}

/* ---- what a checkpoint says of itself ---- */

static lenet_checkpoint_info info_with(void **state, const char *key, const char *value)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_checkpoint_info info;
  const lenet_recipe recipe = usual();
  lenet_model *model = new_model("2x2 F3:tanh F2:softmax", INPUT);
  if (key)
    assert_int_equal(lenet_model_set_note(model, key, value, &error), LENET_OK);
  save_run(state, model, &recipe, VALIDATION);
  if (lenet_checkpoint_read_info(scratch_path(state, "run.ckpt", path), &info, &error))
    fail_msg("%s", error.message);
  lenet_model_free(model);
  return info;
}

static void test_info(void **state)
{
  char longer[700];
  lenet_checkpoint_info info = info_with(state, NULL, NULL);
  assert_int_equal(info.epochs_done, 1);
  assert_int_equal(info.images, TRAIN + VALIDATION);
  assert_int_equal(info.train_count, TRAIN);
  assert_true(info.recipe.seed == usual().seed);
  memset(longer, 'a', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_int_equal(info_with(state, "images", "60000").images, 60000);
  assert_int_equal(info_with(state, "images", "3").images, TRAIN + VALIDATION);
#define NOTE(field)                                                                                \
  info = info_with(state, #field, "known");                                                        \
  assert_string_equal(info.field, "known");                                                        \
  info = info_with(state, #field, longer);                                                         \
  assert_string_equal(info.field, "") /* rather nothing than a part */
  NOTE(data);
  NOTE(augment);
  NOTE(teachers);
  NOTE(calibrate);
  NOTE(isa);
}

static void test_bad_info(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_checkpoint_info info = {.epochs_done = -7};
  info_with(state, NULL, NULL);
  read_run(state);
  scratch_path(state, "run.ckpt", path);
  put(find_array("place"), 4); /* epochs done, of 3 */
  scratch_write(state, "run.ckpt", bytes, size);
  assert_int_equal(lenet_checkpoint_read_info(path, &info, &error), LENET_BAD_FILE);
  assert_says(error.message, "the number of epochs done");
  put(find_array("place"), 1);
  memcpy(strstr((char *)bytes + 8, "\"place\""), "\"plaza\"", 7);
  scratch_write(state, "run.ckpt", bytes, size);
  assert_int_equal(lenet_checkpoint_read_info(path, &info, &error), LENET_BAD_FILE);
  assert_says(error.message, "array 'place' is missing");
  memcpy(strstr((char *)bytes + 8, "\"recipe\""), "\"recite\"", 8);
  scratch_write(state, "run.ckpt", bytes, size);
  assert_int_equal(lenet_checkpoint_read_info(path, &info, &error), LENET_BAD_FILE);
  assert_says(error.message, "array 'recipe' is missing");
  assert_int_equal(info.epochs_done, -7);
}

/* Each array that a run needs is missed. */
static void test_missing_arrays(void **state)
{
  static const char *const names[] = {"recipe", "place", "history", "weights", "best", "state0"};
  const lenet_recipe recipe = usual();
  lenet_model *model = new_model("2x2 F3:tanh F2:softmax", INPUT);
  save_run(state, model, &recipe, VALIDATION);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char key[64], word[64];
    save_run(state, model, &recipe, VALIDATION);
    read_run(state);
    snprintf(key, sizeof key, "\"%s\":", names[i]);
    *(strstr((char *)bytes + 8, key) + 1) = '_';
    scratch_write(state, "run.ckpt", bytes, size);
    snprintf(word, sizeof word, "array '%s' is missing", names[i]);
    assert_says(resume(state, model, &recipe, TRAIN, VALIDATION), word);
  }
  lenet_model_free(model);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
  const struct CMUnitTest tests[] = {TEST(test_another_recipe), TEST(test_another_run),
                                     TEST(test_recipe_numbers), TEST(test_place),
                                     TEST(test_history),        TEST(test_info),
                                     TEST(test_bad_info),       TEST(test_missing_arrays)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
