/* checkpoint.c - a training run in a file. All numbers that decide how it goes on are there with
 * all their bits; the order of the samples is not, since seed and epoch give it again. */
#include "train/trainer.h"

#include "base/error.h"
#include "files/model_file.h"
#include "train/recipe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#if LENET_HAVE_JANSSON

static const char checkpoint_format[] = "lenet checkpoint";

/* The recipe as an array of doubles, the one list for writing and reading. */
enum {
  EPOCHS,
  BATCH,
  OPTIMIZER,
  LEARNING_RATE,
  MOMENTUM,
  WEIGHT_DECAY,
  SCHEDULE,
  STEP_EPOCHS,
  STEP_FACTOR,
  MU,
  CURVATURE_SAMPLES,
  LOSS,
  RUBBISH,
  WARMUP,
  EMA,
  LABEL_SMOOTHING,
  DROPOUT,
  DISTILLATION,
  TEMPERATURE,
  SEED_LOW,
  SEED_HIGH,
  TRAIN_COUNT,
  VALIDATION_COUNT,
  RECIPE_SIZE
};
enum {
  EPOCHS_DONE,
  STEP,
  DONE,
  LOSS_SUM,
  ERROR_SUM,
  SPENT,
  BEST_EPOCH,
  TEACHERS_LOW,
  TEACHERS_HIGH,
  PLACE_SIZE
};
enum {
  H_EPOCH,
  H_TRAIN_LOSS,
  H_TRAIN_ERROR,
  H_VALIDATION_LOSS,
  H_VALIDATION_ERROR,
  H_RATE,
  H_LOWEST_RATE,
  H_HIGHEST_RATE,
  H_SECONDS,
  H_TRAIN_SECONDS,
  H_BEST,
  H_PLATEAU,
  HISTORY_SIZE
};

/* No sum of losses and no time in seconds is larger. */
static const double LARGE = 1e9;

static const lenet_tensor recipe_tensor = {"recipe", LENET_F64, 1, {RECIPE_SIZE}};
static const lenet_tensor place_tensor = {"place", LENET_F64, 1, {PLACE_SIZE}};

static lenet_tensor history_tensor(int epochs)
{
  return (lenet_tensor){"history", LENET_F64, 2, {(size_t)epochs, HISTORY_SIZE}};
}

static lenet_tensor array_tensor(const char *name, const lenet_model *model)
{
  lenet_tensor tensor = {"",
                         sizeof(real) == sizeof(float) ? LENET_F32 : LENET_F64,
                         1,
                         {model->layout.parameter_count}};
  strcpy(tensor.name, name);
  return tensor;
}

/* The arrays of reals, by name: the one list for writing and reading. */
enum { ARRAYS = 5 };
static const char *const array_names[ARRAYS] = {"weights", "best", "state0", "state1", "other"};

/* NULL: what such a run does not have, or finds again from the rest. */
static void list_arrays(const lenet_trainer *t, real *arrays[ARRAYS])
{
  arrays[0] = t->model->parameters;
  arrays[1] = t->best;
  arrays[2] = t->state[0];
  arrays[3] = t->recipe.optimizer == LENET_ADAM ? t->state[1] : NULL;
  arrays[4] = t->other;
}

/* ---- writing ---- */

static void pack_recipe(const lenet_trainer *t, double to[RECIPE_SIZE])
{
  const lenet_recipe *r = &t->recipe;
  to[EPOCHS] = r->epochs;
  to[BATCH] = r->batch;
  to[OPTIMIZER] = (double)r->optimizer;
  to[LEARNING_RATE] = (double)r->learning_rate;
  to[MOMENTUM] = (double)r->momentum;
  to[WEIGHT_DECAY] = (double)r->weight_decay;
  to[SCHEDULE] = (double)r->schedule;
  to[STEP_EPOCHS] = r->step_epochs;
  to[STEP_FACTOR] = (double)r->step_factor;
  to[MU] = (double)r->mu;
  to[CURVATURE_SAMPLES] = r->curvature_samples;
  to[LOSS] = (double)r->loss;
  to[RUBBISH] = (double)r->rubbish;
  to[WARMUP] = (double)r->warmup;
  to[EMA] = (double)r->ema;
  to[LABEL_SMOOTHING] = (double)r->label_smoothing;
  to[DROPOUT] = (double)r->dropout;
  to[DISTILLATION] = (double)r->distillation;
  to[TEMPERATURE] = (double)r->temperature;
  to[SEED_LOW] = (double)(uint32_t)r->seed;
  to[SEED_HIGH] = (double)(uint32_t)(r->seed >> 32);
  to[TRAIN_COUNT] = (double)t->train.count;
  to[VALIDATION_COUNT] = t->has_validation ? (double)t->validation.count : 0;
}

static void pack_place(const lenet_trainer *t, double to[PLACE_SIZE])
{
  to[EPOCHS_DONE] = t->epochs_done;
  to[STEP] = (double)t->step;
  to[DONE] = (double)t->done;
  to[LOSS_SUM] = t->loss_sum;
  to[ERROR_SUM] = (double)t->error_sum;
  to[SPENT] = t->spent;
  to[BEST_EPOCH] = t->best_epoch;
  to[TEACHERS_LOW] = (double)(uint32_t)t->teachers_mark;
  to[TEACHERS_HIGH] = (double)(uint32_t)(t->teachers_mark >> 32);
}

static void pack_epoch(const lenet_epoch *e, double to[HISTORY_SIZE])
{
  to[H_EPOCH] = e->epoch;
  to[H_TRAIN_LOSS] = e->train_loss;
  to[H_TRAIN_ERROR] = e->train_error;
  to[H_VALIDATION_LOSS] = e->validation_loss;
  to[H_VALIDATION_ERROR] = e->validation_error;
  to[H_RATE] = e->learning_rate;
  to[H_LOWEST_RATE] = e->lowest_rate;
  to[H_HIGHEST_RATE] = e->highest_rate;
  to[H_SECONDS] = e->seconds;
  to[H_TRAIN_SECONDS] = e->train_seconds;
  to[H_BEST] = e->best;
  to[H_PLATEAU] = e->plateau;
}

static lenet_status add_state(const lenet_trainer *t, lenet_tensors_writer *writer,
                              const double *recipe, const double *place, const double *history,
                              lenet_error *error)
{
  const lenet_tensor history_shape = history_tensor(t->epochs_done);
  real *arrays[ARRAYS];
  list_arrays(t, arrays);
  lenet_status status = lenet_describe_model(writer, t->model, checkpoint_format, error);
  if (status == LENET_OK)
    status = lenet_tensors_add_doubles(writer, &recipe_tensor, recipe, error);
  if (status == LENET_OK)
    status = lenet_tensors_add_doubles(writer, &place_tensor, place, error);
  if (status == LENET_OK)
    status = lenet_tensors_add_doubles(writer, &history_shape, history, error);
  for (int a = 0; a < ARRAYS && status == LENET_OK; a++) {
    const lenet_tensor shape = array_tensor(array_names[a], t->model);
    if (arrays[a])
      status = lenet_tensors_add_reals(writer, &shape, arrays[a], error);
  }
  return status;
}

lenet_status lenet_trainer_save(const lenet_trainer *t, const char *path, lenet_error *error)
{
  double recipe[RECIPE_SIZE], place[PLACE_SIZE];
  double *history = calloc((size_t)t->epochs_done + 1, HISTORY_SIZE * sizeof *history);
  if (!history)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a checkpoint", path);
  pack_recipe(t, recipe);
  pack_place(t, place);
  for (int e = 0; e < t->epochs_done; e++)
    pack_epoch(&t->history[e], history + e * HISTORY_SIZE);
  lenet_tensors_writer *writer;
  lenet_status status = lenet_tensors_begin(&writer, error);
  if (status == LENET_OK) {
    status = add_state(t, writer, recipe, place, history, error);
    if (status == LENET_OK)
      status = lenet_tensors_save(writer, path, error);
    lenet_tensors_end(writer);
  }
  free(history);
  return status;
}

/* ---- reading ---- */

static bool is_whole(double value, double most)
{
  return value >= 0 && value <= most && value == floor(value);
}

static lenet_status bad_value(const char *path, const char *what, lenet_error *error)
{
  return lenet_fail(error, LENET_BAD_FILE, -1, "%s: %s is out of range", path, what);
}

static lenet_status read_recipe(const lenet_tensors *file, const lenet_network *network,
                                lenet_recipe *recipe, size_t *train_count, size_t *validation_count,
                                lenet_error *error)
{
  double from[RECIPE_SIZE];
  const char *path = lenet_tensors_path(file);
  lenet_status status = lenet_tensors_read_doubles(file, &recipe_tensor, from, error);
  if (status != LENET_OK)
    return status;
  static const int whole[] = {EPOCHS, BATCH, OPTIMIZER, SCHEDULE, STEP_EPOCHS, CURVATURE_SAMPLES,
                              LOSS};
  for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
    if (!is_whole(from[whole[i]], INT32_MAX))
      return bad_value(path, "the recipe", error);
  if (!is_whole(from[SEED_LOW], UINT32_MAX) || !is_whole(from[SEED_HIGH], UINT32_MAX) ||
      !is_whole(from[TRAIN_COUNT], UINT32_MAX) || !is_whole(from[VALIDATION_COUNT], UINT32_MAX))
    return bad_value(path, "the recipe", error);
  const lenet_recipe made = {.epochs = (int)from[EPOCHS],
                             .batch = (int)from[BATCH],
                             .optimizer = (lenet_optimizer)from[OPTIMIZER],
                             .learning_rate = (float)from[LEARNING_RATE],
                             .momentum = (float)from[MOMENTUM],
                             .weight_decay = (float)from[WEIGHT_DECAY],
                             .schedule = (lenet_schedule)from[SCHEDULE],
                             .step_epochs = (int)from[STEP_EPOCHS],
                             .step_factor = (float)from[STEP_FACTOR],
                             .mu = (float)from[MU],
                             .curvature_samples = (int)from[CURVATURE_SAMPLES],
                             .loss = (lenet_loss)from[LOSS],
                             .rubbish = (float)from[RUBBISH],
                             .warmup = (float)from[WARMUP],
                             .ema = (float)from[EMA],
                             .label_smoothing = (float)from[LABEL_SMOOTHING],
                             .dropout = (float)from[DROPOUT],
                             .distillation = (float)from[DISTILLATION],
                             .temperature = (float)from[TEMPERATURE],
                             .seed = (uint64_t)from[SEED_HIGH] << 32 | (uint64_t)from[SEED_LOW]};
  lenet_error reason;
  if (lenet_recipe_check(&made, network, &reason) != LENET_OK)
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: recipe: %s", path, reason.message);
  *recipe = made;
  *train_count = (size_t)from[TRAIN_COUNT];
  *validation_count = (size_t)from[VALIDATION_COUNT];
  return LENET_OK;
}

static lenet_status open_checkpoint(const char *path, lenet_tensors **file, lenet_model **model,
                                    lenet_error *error)
{
  lenet_status status = lenet_tensors_open(path, LENET_MAX_MODEL_FILE, file, error);
  if (status != LENET_OK)
    return status;
  status = lenet_blank_from_file(*file, checkpoint_format, model, error);
  if (status != LENET_OK)
    lenet_tensors_close(*file);
  return status;
}

lenet_status lenet_checkpoint_read_info(const char *path, lenet_checkpoint_info *info,
                                        lenet_error *error)
{
  lenet_tensors *file;
  lenet_model *model;
  double place[PLACE_SIZE];
  lenet_checkpoint_info made = {0};
  lenet_status status = open_checkpoint(path, &file, &model, error);
  if (status != LENET_OK)
    return status;
  status = read_recipe(file, &model->network, &made.recipe, &made.train_count,
                       &made.validation_count, error);
  if (status == LENET_OK)
    status = lenet_tensors_read_doubles(file, &place_tensor, place, error);
  if (status == LENET_OK && !is_whole(place[EPOCHS_DONE], made.recipe.epochs))
    status = bad_value(path, "the number of epochs done", error);
  if (status == LENET_OK) {
    const char *data = lenet_model_note(model, "data");
    const char *augment = lenet_model_note(model, "augment");
    const char *teachers = lenet_model_note(model, "teachers");
    const char *calibrate = lenet_model_note(model, "calibrate");
    const char *isa = lenet_model_note(model, "isa");
    const char *images = lenet_model_note(model, "images");
    made.network = model->network;
    made.input = model->input;
    made.epochs_done = (int)place[EPOCHS_DONE];
    made.images = made.train_count + made.validation_count;
    if (images && strtoull(images, NULL, 10) > made.images)
      made.images = (size_t)strtoull(images, NULL, 10);
    if (data && strlen(data) < sizeof made.data)
      strcpy(made.data, data);
    if (augment && strlen(augment) < sizeof made.augment)
      strcpy(made.augment, augment);
    if (teachers && strlen(teachers) < sizeof made.teachers)
      strcpy(made.teachers, teachers);
    if (calibrate && strlen(calibrate) < sizeof made.calibrate)
      strcpy(made.calibrate, calibrate);
    if (isa && strlen(isa) < sizeof made.isa)
      strcpy(made.isa, isa);
    *info = made;
  }
  lenet_model_free(model);
  lenet_tensors_close(file);
  return status;
}

/* True where two recipes give the same weights as far as both have run. */
static bool same_course(const lenet_recipe *a, const lenet_recipe *b)
{
  return a->batch == b->batch && a->optimizer == b->optimizer &&
         a->learning_rate == b->learning_rate && a->momentum == b->momentum &&
         a->weight_decay == b->weight_decay && a->schedule == b->schedule &&
         a->step_epochs == b->step_epochs && a->step_factor == b->step_factor && a->mu == b->mu &&
         a->curvature_samples == b->curvature_samples && a->loss == b->loss &&
         a->rubbish == b->rubbish && a->warmup == b->warmup && a->ema == b->ema &&
         a->label_smoothing == b->label_smoothing && a->dropout == b->dropout &&
         a->distillation == b->distillation && a->temperature == b->temperature &&
         a->seed == b->seed && (a->schedule != LENET_COSINE || a->epochs == b->epochs);
}

static bool same_network(const lenet_model *a, const lenet_model *b)
{
  char left[LENET_MAX_NOTATION], right[LENET_MAX_NOTATION];
  lenet_network_print(&a->network, left);
  lenet_network_print(&b->network, right);
  return strcmp(left, right) == 0 && a->input.scale == b->input.scale &&
         a->input.offset == b->input.offset;
}

static lenet_status check_same_run(const lenet_trainer *t, const lenet_tensors *file,
                                   const lenet_model *saved, lenet_error *error)
{
  const char *path = lenet_tensors_path(file);
  lenet_recipe recipe;
  size_t train_count, validation_count;
  lenet_status status =
      read_recipe(file, &saved->network, &recipe, &train_count, &validation_count, error);
  if (status != LENET_OK)
    return status;
  if (!same_network(t->model, saved))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: is of another network", path);
  if (!same_course(&t->recipe, &recipe))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: is of another recipe", path);
  if (train_count != t->train.count ||
      validation_count != (t->has_validation ? t->validation.count : 0))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: is of %zu training and %zu validation samples, not %zu and %zu", path,
                      train_count, validation_count, t->train.count,
                      t->has_validation ? t->validation.count : 0);
  return LENET_OK;
}

static lenet_status check_place(const lenet_trainer *t, const char *path, const double *place,
                                lenet_error *error)
{
  const double count = (double)t->train.count, batch = t->recipe.batch;
  const double steps = ceil(count / batch);
  if (!is_whole(place[EPOCHS_DONE], t->recipe.epochs))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: has done more than %d epochs", path,
                      t->recipe.epochs);
  if (place[TEACHERS_LOW] != (double)(uint32_t)t->teachers_mark ||
      place[TEACHERS_HIGH] != (double)(uint32_t)(t->teachers_mark >> 32))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: other models were the teachers", path);
  bool in_range = is_whole(place[DONE], count) && is_whole(place[ERROR_SUM], place[DONE]) &&
                  is_whole(place[BEST_EPOCH], place[EPOCHS_DONE]) &&
                  fabs(place[LOSS_SUM]) <= LARGE && place[SPENT] >= 0 && place[SPENT] <= LARGE &&
                  (fmod(place[DONE], batch) == 0 || place[DONE] == count) &&
                  place[STEP] == place[EPOCHS_DONE] * steps + ceil(place[DONE] / batch) &&
                  (place[BEST_EPOCH] > 0) == (place[EPOCHS_DONE] > 0);
  return in_range ? LENET_OK : bad_value(path, "the place in the run", error);
}

/* Validation numbers are NaN just where there are no validation samples. */
static bool epoch_in_range(const lenet_trainer *t, const double *from)
{
  static const int numbers[] = {H_TRAIN_LOSS,   H_TRAIN_ERROR,   H_VALIDATION_LOSS,
                                H_RATE,         H_LOWEST_RATE,   H_VALIDATION_ERROR,
                                H_HIGHEST_RATE, H_TRAIN_SECONDS, H_SECONDS};
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    const int at = numbers[i];
    const bool fraction = at == H_TRAIN_ERROR || at == H_VALIDATION_ERROR;
    if ((at == H_VALIDATION_LOSS || at == H_VALIDATION_ERROR) && !t->has_validation) {
      if (!isnan(from[at]))
        return false;
    } else if (!(from[at] >= (fraction ? 0 : -LARGE) && from[at] <= (fraction ? 1 : LARGE))) {
      return false;
    }
  }
  return true;
}

static void unpack_epoch(const double *from, int number, lenet_epoch *e)
{
  *e = (lenet_epoch){.epoch = number,
                     .train_loss = from[H_TRAIN_LOSS],
                     .train_error = from[H_TRAIN_ERROR],
                     .validation_loss = from[H_VALIDATION_LOSS],
                     .validation_error = from[H_VALIDATION_ERROR],
                     .learning_rate = from[H_RATE],
                     .lowest_rate = from[H_LOWEST_RATE],
                     .highest_rate = from[H_HIGHEST_RATE],
                     .seconds = from[H_SECONDS],
                     .train_seconds = from[H_TRAIN_SECONDS],
                     .best = from[H_BEST] != 0,
                     .plateau = from[H_PLATEAU] != 0};
}

/* Copies all state out of a checked file, the notes of its model too. Nothing of the trainer
 * changes unless all of it is read. */
static lenet_status restore(lenet_trainer *t, const lenet_tensors *file, const lenet_model *saved,
                            lenet_error *error)
{
  double place[PLACE_SIZE];
  lenet_status status = lenet_tensors_read_doubles(file, &place_tensor, place, error);
  if (status == LENET_OK)
    status = check_place(t, lenet_tensors_path(file), place, error);
  if (status != LENET_OK)
    return status;
  const int done = (int)place[EPOCHS_DONE];
  const lenet_tensor history_shape = history_tensor(done);
  double *history = calloc((size_t)done + 1, HISTORY_SIZE * sizeof *history);
  real *read = lenet_reals(ARRAYS * t->stride), *arrays[ARRAYS];
  if (!history || !read)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory", lenet_tensors_path(file));
  else
    status = lenet_tensors_read_doubles(file, &history_shape, history, error);
  for (int e = 0; e < done && status == LENET_OK; e++)
    if (!epoch_in_range(t, history + e * HISTORY_SIZE))
      status = bad_value(lenet_tensors_path(file), "the history", error);
  list_arrays(t, arrays);
  for (int a = 0; a < ARRAYS && status == LENET_OK; a++) {
    const lenet_tensor shape = array_tensor(array_names[a], t->model);
    if (arrays[a])
      status = lenet_tensors_read_reals(file, &shape, read + a * t->stride, error);
  }
  if (status == LENET_OK) {
    for (int a = 0; a < ARRAYS; a++)
      if (arrays[a])
        memcpy(arrays[a], read + a * t->stride, t->stride * sizeof *read);
    for (int e = 0; e < done; e++)
      unpack_epoch(history + e * HISTORY_SIZE, e + 1, &t->history[e]);
    t->epochs_done = done;
    t->step = (uint64_t)place[STEP];
    t->done = (size_t)place[DONE];
    t->loss_sum = place[LOSS_SUM];
    t->error_sum = (size_t)place[ERROR_SUM];
    t->spent = place[SPENT];
    t->best_epoch = (int)place[BEST_EPOCH];
    if (t->recipe.optimizer == LENET_SDLM)
      lenet_trainer_find_steps(t);
    lenet_trainer_shuffle(t, done + 1);
    memcpy(t->model->note, saved->note, sizeof saved->note);
    t->model->note_count = saved->note_count;
  }
  free(history);
  free(read);
  return status;
}

lenet_status lenet_trainer_resume(lenet_trainer *t, const char *path, lenet_error *error)
{
  lenet_tensors *file;
  lenet_model *saved;
  lenet_status status = open_checkpoint(path, &file, &saved, error);
  if (status != LENET_OK)
    return status;
  status = check_same_run(t, file, saved, error);
  if (status == LENET_OK)
    status = restore(t, file, saved, error);
  lenet_model_free(saved);
  lenet_tensors_close(file);
  return status;
}

#else

static lenet_status without_jansson(const char *path, lenet_error *error)
{
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build has no jansson, which checkpoints need", path);
}

lenet_status lenet_trainer_save(const lenet_trainer *t, const char *path, lenet_error *error)
{
  (void)t;
  return without_jansson(path, error);
}

lenet_status lenet_checkpoint_read_info(const char *path, lenet_checkpoint_info *info,
                                        lenet_error *error)
{
  (void)info;
  return without_jansson(path, error);
}

lenet_status lenet_trainer_resume(lenet_trainer *t, const char *path, lenet_error *error)
{
  (void)t;
  return without_jansson(path, error);
}

#endif
