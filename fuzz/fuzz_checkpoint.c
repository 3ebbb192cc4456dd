/* Checkpoints: what says of itself that it is a small run is resumed, trains an epoch and is saved.
 */
#define _GNU_SOURCE
#include "tensors.h"

enum { MOST_SAMPLES = 64, MOST_EPOCHS = 1000, MOST_MACS = 2000 };

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *samples = context;
  const size_t area = (size_t)samples->rows * (size_t)samples->columns;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    FUZZ_CHECK(first + index[i] < samples->first + samples->count);
    memset(pixels + i * area, (int)(first + index[i]) * 37 & 255, area);
    labels[i] = (uint8_t)((first + index[i]) % (size_t)samples->classes);
  }
}

static bool is_small(const lenet_checkpoint_info *info)
{
  lenet_layout layout;
  return info->train_count <= MOST_SAMPLES && info->validation_count <= MOST_SAMPLES &&
         info->recipe.epochs <= MOST_EPOCHS && info->recipe.distillation == 0 &&
         lenet_network_layout(&info->network, &layout, NULL) == LENET_OK &&
         layout.macs <= MOST_MACS && layout.parameter_count <= MOST_MACS;
}

/* An epoch, if one is left, and what came of it saved and resumed. */
static void go_on(lenet_trainer *trainer, lenet_trainer *second)
{
  lenet_error error;
  lenet_epoch epoch;
  lenet_status status = LENET_OK;
  if (lenet_trainer_epochs_done(trainer) < lenet_trainer_recipe(trainer)->epochs)
    status = lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error);
  fuzz_check_told(status, &error);
  FUZZ_CHECK(status == LENET_OK || status == LENET_DIVERGED);
  if (status != LENET_OK)
    return;
  for (int e = 1; e <= lenet_trainer_epochs_done(trainer); e++)
    lenet_trainer_history(trainer, e);
  lenet_trainer_take_best(trainer);
  FUZZ_CHECK(lenet_trainer_save(trainer, fuzz_out_path(), &error) == LENET_OK);
  status = lenet_trainer_resume(second, fuzz_out_path(), &error);
  fuzz_check_told(status, &error);
}

static void resume(const char *path, const lenet_checkpoint_info *info)
{
  lenet_model *model[2] = {NULL};
  lenet_trainer *trainer[2] = {NULL};
  lenet_error error;
  lenet_samples train = {.count = info->train_count,
                         .rows = info->network.rows,
                         .columns = info->network.columns,
                         .fetch = fetch},
                validation;
  lenet_layout layout;
  lenet_network_layout(&info->network, &layout, NULL);
  train.classes = layout.classes;
  validation = train;
  validation.first = train.count;
  validation.count = info->validation_count;
  train.context = &train;
  validation.context = &validation;
  bool made = true;
  for (int i = 0; i < 2 && made; i++)
    made = lenet_model_create(&info->network, info->input, 1, &model[i], &error) == LENET_OK &&
           lenet_trainer_create(model[i], &info->recipe, &train,
                                validation.count > 0 ? &validation : NULL, 1, LENET_ISA_SCALAR,
                                &trainer[i], &error) == LENET_OK;
  if (made) {
    const lenet_status status = lenet_trainer_resume(trainer[0], path, &error);
    fuzz_check_told(status, &error);
    if (status == LENET_OK)
      go_on(trainer[0], trainer[1]);
    else
      FUZZ_CHECK(lenet_trainer_epochs_done(trainer[0]) == 0);
  }
  for (int i = 0; i < 2; i++) {
    lenet_trainer_free(trainer[i]);
    lenet_model_free(model[i]);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  lenet_checkpoint_info info = {.epochs_done = -7};
  lenet_error error;
  const char *path = fuzz_write(&input, bytes, size);
  const lenet_status status = lenet_checkpoint_read_info(path, &info, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK)
    FUZZ_CHECK(status == LENET_BAD_FILE && info.epochs_done == -7);
  else if (is_small(&info))
    resume(path, &info);
  return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  return fuzz_change_tensors(bytes, size, most, seed);
}
