/* Distorted pictures, trainers and their checkpoints. */
#include "calls.h"

static lenet_status call_augmenter(lenet_error *error)
{
  lenet_augmenter *made = UNTOUCHED(lenet_augmenter);
  lenet_augmentation augmentation;
  lenet_status status = lenet_augmentation_parse("affine,elastic,robust", &augmentation, error);
  if (status == LENET_OK)
    status = lenet_augmenter_create(&samples, &augmentation, 1, &made, error);
  SETTLE(lenet_augmenter, made, status);
  return status;
}

static lenet_status call_corrupter(lenet_error *error)
{
  lenet_corrupter *made = UNTOUCHED(lenet_corrupter);
  size_t count;
  const lenet_status status =
      lenet_corrupter_create(&samples, lenet_corruptions(&count), 3, 1, &made, error);
  SETTLE(lenet_corrupter, made, status);
  return status;
}

static lenet_status call_distort(lenet_error *error)
{
  static uint8_t pixels[28 * 28];
  const lenet_distortion distortion = {.wide = 1, .high = 1.2, .stroke = 1, .noise = 0.1};
  return lenet_distort_picture(&distortion, 1, 28, 28, pixels, error);
}

static lenet_status create_trainer(lenet_optimizer optimizer, bool all, lenet_error *error)
{
  lenet_trainer *made = UNTOUCHED(lenet_trainer);
  const lenet_recipe recipe = recipe_of(optimizer, all);
  const lenet_status status =
      lenet_trainer_create(model, &recipe, &samples, &samples, 2, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_trainer, made, status);
  return status;
}

static lenet_status call_trainer_sgd(lenet_error *error)
{
  return create_trainer(LENET_SGD, false, error);
}

static lenet_status call_trainer_adam(lenet_error *error)
{
  return create_trainer(LENET_ADAM, true, error);
}

static lenet_status call_trainer_sdlm(lenet_error *error)
{
  return create_trainer(LENET_SDLM, false, error);
}

/* Teachers, an epoch, and the way back from a checkpoint, each of a trainer that is there. */
static lenet_status call_train(lenet_error *error)
{
  lenet_model *copy;
  lenet_trainer *made;
  lenet_epoch epoch;
  const lenet_recipe recipe = recipe_of(LENET_ADAM, true);
  const lenet_model *const teachers[] = {model};
  lenet_status status = lenet_model_copy(model, &copy, error);
  if (status != LENET_OK)
    return status;
  status = lenet_trainer_create(copy, &recipe, &samples, &samples, 2, LENET_ISA_BEST, &made, error);
  if (status == LENET_OK) {
    status = lenet_trainer_set_teachers(made, teachers, 1, error);
    if (status == LENET_OK)
      status = lenet_trainer_epoch(made, NULL, NULL, &epoch, error);
    lenet_trainer_free(made);
  }
  lenet_model_free(copy);
  return status;
}

static lenet_status call_trainer_save(lenet_error *error)
{
  return lenet_trainer_save(trainer, path("saved"), error);
}

static lenet_status call_trainer_resume(lenet_error *error)
{
  lenet_model *copy;
  lenet_trainer *made;
  const lenet_recipe recipe = recipe_of(LENET_ADAM, false);
  lenet_status status =
      lenet_model_create(lenet_model_network(model), lenet_model_input(model), 99, &copy, error);
  if (status != LENET_OK)
    return status;
  status = lenet_trainer_create(copy, &recipe, &samples, &samples, 1, LENET_ISA_BEST, &made, error);
  if (status == LENET_OK) {
    const lenet_real first = lenet_model_parameters(copy)[0];
    status = lenet_trainer_resume(made, path("checkpoint"), error);
    if (status != LENET_OK) {
      assert_int_equal(lenet_trainer_epochs_done(made), 0);
      assert_true(lenet_model_parameters(copy)[0] == first);
      assert_null(lenet_model_note(copy, "data"));
    }
    lenet_trainer_free(made);
  }
  lenet_model_free(copy);
  return status;
}

static lenet_status call_checkpoint_info(lenet_error *error)
{
  lenet_checkpoint_info info = {.epochs_done = -7};
  const lenet_status status = lenet_checkpoint_read_info(path("checkpoint"), &info, error);
  assert_int_equal(info.epochs_done, status == LENET_OK ? 1 : -7);
  return status;
}

const call training_calls[] = {
    {"augmenter_create", call_augmenter},
    {"corrupter_create", call_corrupter},
    {"distort_picture", call_distort},
    {"trainer_create, SGD", call_trainer_sgd},
    {"trainer_create, Adam", call_trainer_adam},
    {"trainer_create, SDLM", call_trainer_sdlm},
    {"trainer_epoch", call_train},
    {"trainer_save", call_trainer_save},
    {"trainer_resume", call_trainer_resume},
    {"checkpoint_read_info", call_checkpoint_info},
    {NULL, NULL},
};
