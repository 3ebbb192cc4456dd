/* What the calls work with, made once: models, pictures, and files of every kind. */
#define _XOPEN_SOURCE 700
#include "calls.h"

#include "../scratch.h"

static const char notation[] = "8x8 C2@3:relu M2 F6:tanh F3:softmax";

char folder[SCRATCH_PATH];
lenet_model *model, *ten, *linear;
lenet_session *session;
lenet_trainer *trainer;
lenet_quantized *quantized;
lenet_dataset *digits;
lenet_reader *cutting, *sweeping, *texts;
lenet_image picture, noise;

const char *path(const char *name)
{
  static char text[4][SCRATCH_PATH + 64];
  static int next;
  next = (next + 1) % 4;
  snprintf(text[next], sizeof text[next], "%s/%s", folder, name);
  return text[next];
}

/* ------------------------------------------------------------------ samples ---------------- */

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++) {
    const size_t sample = first + index[i];
    for (size_t p = 0; p < SIDE * SIDE; p++)
      pixels[i * SIDE * SIDE + p] = (uint8_t)((sample + 1) * (p + 3) * 29);
    labels[i] = (uint8_t)(sample % CLASSES);
  }
}

const lenet_samples samples = {
    .count = SAMPLES, .rows = SIDE, .columns = SIDE, .classes = CLASSES, .fetch = fetch};

lenet_recipe recipe_of(lenet_optimizer optimizer, bool all)
{
  lenet_recipe recipe = lenet_recipe_default(lenet_model_network(model));
  recipe.epochs = 2;
  recipe.batch = SAMPLES; /* more than a block of lanes */
  recipe.optimizer = optimizer;
  recipe.learning_rate = 0.01f;
  if (all) {
    recipe.ema = 0.9f;
    recipe.dropout = 0.2f;
    recipe.distillation = 0.5f;
    recipe.temperature = 2;
    recipe.weight_decay = 0.001f;
  }
  return recipe;
}

/* ------------------------------------------------------------------ the files -------------- */

static void write_idx(void **state, const char *name, bool pictures)
{
  uint8_t bytes[16 + 4 * 28 * 28] = {0, 0, 8, 1, 0, 0, 0, 4};
  if (!pictures) {
    scratch_write(state, name, bytes, 8 + 4);
    return;
  }
  bytes[3] = 3;
  bytes[11] = bytes[15] = 28;
  for (uint64_t i = 0; i < 4; i++)
    lenet_synthetic_digit(1, i, bytes + 16 + i * 28 * 28);
  scratch_write(state, name, bytes, sizeof bytes);
}

/* A digit of 28x28 in each of two classes and one that must be cut out. */
static void write_classes(void **state)
{
  char head[32];
  uint8_t pixels[40 * 40] = {0};
  lenet_synthetic_digit(1, 1, pixels);
  static char bytes[2048];
  int used = snprintf(head, sizeof head, "P5 28 28 255\n");
  memcpy(bytes, head, (size_t)used);
  memcpy(bytes + used, pixels, 28 * 28);
  scratch_write(state, "classes/a/1.pgm", bytes, (size_t)used + 28 * 28);
  scratch_write(state, "classes/b/1.pgm", bytes, (size_t)used + 28 * 28);
  used = snprintf(head, sizeof head, "P5 40 28 255\n");
  memset(bytes, 0, sizeof bytes);
  memcpy(bytes, head, (size_t)used);
  for (int y = 0; y < 28; y++)
    memcpy(bytes + used + y * 40 + 6, pixels + y * 28, 28);
  scratch_write(state, "classes/b/2.pgm", bytes, (size_t)used + 40 * 28);
}

static void write_gzip(void **state, const char *from, const char *to)
{
  char command[4 * SCRATCH_PATH], source[SCRATCH_PATH], target[SCRATCH_PATH];
  scratch_path(state, from, source);
  scratch_path(state, to, target);
  snprintf(command, sizeof command, "gzip -c '%s' >'%s'", source, target);
  assert_int_equal(system(command), 0);
}

/* ------------------------------------------------------------------ all of it -------------- */

static void make_pictures(void)
{
  noise = (lenet_image){150, 150, calloc(150 * 150, 1)};
  assert_non_null(noise.pixels);
  for (unsigned i = 0; i < 150 * 150; i++)
    noise.pixels[i] = (uint8_t)((i * 2654435761u) >> 24);
  picture = (lenet_image){90, 50, calloc(90 * 50, 1)};
  assert_non_null(picture.pixels);
  for (uint64_t d = 0; d < 2; d++) {
    uint8_t pixels[28 * 28];
    lenet_synthetic_digit(4, d, pixels);
    for (size_t i = 0; i < 28 * 28; i++)
      picture.pixels[(i / 28 + 11) * 90 + i % 28 + 10 + d * 35] = pixels[i];
  }
}

static void make_models(void)
{
  lenet_network network;
  assert_int_equal(lenet_network_parse(notation, &network, NULL), LENET_OK);
  const lenet_input input = lenet_input_default(&network);
  assert_int_equal(lenet_model_create(&network, input, 1, &model, NULL), LENET_OK);
  assert_int_equal(lenet_model_set_note(model, "data", "none", NULL), LENET_OK);
  assert_int_equal(lenet_network_parse("8x8 F3:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, input, 1, &linear, NULL), LENET_OK);
  assert_int_equal(lenet_network_parse("28x28 M4 F10:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, input, 1, &ten, NULL), LENET_OK);
}

int make_all(void **state)
{
  if (scratch_make(state) != 0)
    return -1;
  snprintf(folder, sizeof folder, "%s", ((scratch *)*state)->root);
  lenet_epoch epoch;
  make_models();
  make_pictures();
  const lenet_recipe recipe = recipe_of(LENET_ADAM, false);
  write_idx(state, "idx/train-images-idx3-ubyte", true);
  write_idx(state, "idx/train-labels-idx1-ubyte", false);
  write_gzip(state, "idx/train-images-idx3-ubyte", "idx/t10k-images-idx3-ubyte.gz");
  write_gzip(state, "idx/train-labels-idx1-ubyte", "idx/t10k-labels-idx1-ubyte.gz");
  write_idx(state, "known/mnist/train-images-idx3-ubyte", true);
  write_idx(state, "known/mnist/train-labels-idx1-ubyte", false);
  write_classes(state);
  scratch_write(state, "picture.pgm", "P5 2 2 255\n\1\2\3\4", 15);
  lenet_image_write_png(path("picture.png"), picture.pixels, 90, 50, 1, NULL);
  lenet_image_write_jpeg(path("picture.jpg"), picture.pixels, 90, 50, 1, 90, NULL);
  lenet_model_save(model, path("model"), NULL);
  lenet_model_save_onnx(model, path("model.onnx"), NULL);
  return lenet_session_create(model, LENET_ISA_BEST, &session, NULL) == LENET_OK &&
                 lenet_quantize(model, &samples, &quantized, NULL) == LENET_OK &&
                 lenet_dataset_open("synthetic:12", LENET_TRAIN, NULL, &digits, NULL) == LENET_OK &&
                 lenet_reader_create(NULL, LENET_ISA_BEST, &cutting, NULL) == LENET_OK &&
                 lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &sweeping, NULL) == LENET_OK &&
                 lenet_reader_create_text(NULL, LENET_ISA_BEST, &texts, NULL) == LENET_OK &&
                 lenet_trainer_create(model, &recipe, &samples, &samples, 1, LENET_ISA_BEST,
                                      &trainer, NULL) == LENET_OK &&
                 lenet_trainer_epoch(trainer, NULL, NULL, &epoch, NULL) == LENET_OK &&
                 (lenet_trainer_save(trainer, path("checkpoint"), NULL), true)
             ? 0
             : -1;
}

int free_all(void **state)
{
  lenet_trainer_free(trainer);
  lenet_reader_free(cutting);
  lenet_reader_free(sweeping);
  lenet_reader_free(texts);
  lenet_dataset_free(digits);
  lenet_quantized_free(quantized);
  lenet_session_free(session);
  lenet_image_free(&picture);
  lenet_image_free(&noise);
  lenet_model_free(linear);
  lenet_model_free(ten);
  lenet_model_free(model);
  return scratch_remove(state);
}
