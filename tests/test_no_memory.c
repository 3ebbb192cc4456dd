/* Every allocation fails once: each of the library's calls is repeated with its first, second,
 * third ... allocation refused, alone and with all that come after it, until it needs no more. Each
 * time it must say LENET_NO_MEMORY, give back all that it took, and leave what it was to fill as it
 * was. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "failing_memory.h"
#include "lenet.h"
#include "scratch.h"

#include <time.h>

#if HAVE_FAILING_MEMORY

/* ------------------------------------------------------------------ what is worked with ---- */

enum { SIDE = 8, CLASSES = 3, SAMPLES = 20 };
static const char notation[] = "8x8 C2@3:relu M2 F6:tanh F3:softmax";

static char folder[SCRATCH_PATH];
static lenet_model *model, *ten, *linear;
static lenet_session *session;
static lenet_trainer *trainer; /* has done an epoch */
static lenet_quantized *quantized;
static lenet_dataset *digits;
static lenet_reader *cutting, *sweeping, *texts;
static lenet_image picture, noise; /* two digits; what packs badly */

static const char *path(const char *name)
{
  static char text[4][SCRATCH_PATH + 64];
  static int next;
  next = (next + 1) % 4;
  snprintf(text[next], sizeof text[next], "%s/%s", folder, name);
  return text[next];
}

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

static const lenet_samples samples = {
    .count = SAMPLES, .rows = SIDE, .columns = SIDE, .classes = CLASSES, .fetch = fetch};

static lenet_recipe recipe_of(lenet_optimizer optimizer, bool all)
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

/* What an object is before its call, and must be after one that failed. */
#define UNTOUCHED(type) ((type *)(void *)folder)
#define ASSERT_UNTOUCHED(type, object) assert_ptr_equal(object, UNTOUCHED(type))

/* Frees what a call has made, or sees that it has made nothing. */
#define SETTLE(type, object, status)                                                               \
  if ((status) == LENET_OK)                                                                        \
    type##_free(object);                                                                           \
  else                                                                                             \
    ASSERT_UNTOUCHED(type, object)

/* ------------------------------------------------------------------ the calls -------------- */

static lenet_status call_model_create(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status =
      lenet_model_create(lenet_model_network(model), lenet_model_input(model), 1, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_model_copy(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_copy(model, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_builtin_load(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_builtin_load(NULL, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_model_save(lenet_error *error)
{
  return lenet_model_save(model, path("saved"), error);
}

static lenet_status call_model_load(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_load(path("model"), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_save_onnx(lenet_error *error)
{
  return lenet_model_save_onnx(model, path("saved.onnx"), error);
}

static lenet_status call_load_onnx(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_load_onnx(path("model.onnx"), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_load_weights(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status =
      lenet_model_load_weights(path("model"), lenet_model_network(model), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_session(lenet_error *error)
{
  lenet_session *made = UNTOUCHED(lenet_session);
  const lenet_status status = lenet_session_create(model, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_session, made, status);
  return status;
}

static lenet_status call_classify(lenet_error *error)
{
  static const uint8_t pixels[2 * SIDE * SIDE];
  lenet_real probabilities[2 * CLASSES];
  return lenet_classify(session, pixels, SIDE, SIDE, 2, probabilities, error);
}

static lenet_status call_sums(lenet_error *error)
{
  static lenet_real sums[4096];
  lenet_unit unit;
  lenet_status status = call_classify(error);
  if (status == LENET_OK)
    status = lenet_session_sums(session, 0, sums, error);
  return status == LENET_OK ? lenet_session_unit(session, 2, 1, 0, 0, 0, NULL, &unit, error)
                            : status;
}

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

static lenet_status call_evaluate(lenet_error *error)
{
  lenet_measure measure;
  lenet_answer answers[SAMPLES];
  return lenet_evaluate(model, &samples, 2, LENET_ISA_BEST, &measure, answers, error);
}

static lenet_status call_together(lenet_error *error)
{
  lenet_measure measure;
  const lenet_model *const both[] = {model, linear};
  return lenet_evaluate_together(both, 2, &samples, 2, LENET_ISA_BEST, &measure, NULL, error);
}

static lenet_status call_calibrate(lenet_error *error)
{
  lenet_model *copy;
  double temperature = -7;
  lenet_status status = lenet_model_copy(model, &copy, error);
  if (status != LENET_OK)
    return status;
  status = lenet_model_calibrate(copy, &samples, LENET_ISA_BEST, &temperature, error);
  if (status != LENET_OK)
    assert_true(temperature == -7);
  lenet_model_free(copy);
  return status == LENET_BAD_ARGUMENT ? LENET_OK : status; /* so few samples have no best one */
}

static lenet_status call_quantize(lenet_error *error)
{
  lenet_quantized *made = UNTOUCHED(lenet_quantized);
  const lenet_status status = lenet_quantize(model, &samples, &made, error);
  SETTLE(lenet_quantized, made, status);
  return status;
}

static lenet_status call_quantized_session(lenet_error *error)
{
  lenet_quantized_session *made = UNTOUCHED(lenet_quantized_session);
  const lenet_status status =
      lenet_quantized_session_create(quantized, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_quantized_session, made, status);
  return status;
}

static lenet_status call_quantized_evaluate(lenet_error *error)
{
  lenet_measure measure;
  return lenet_quantized_evaluate(quantized, &samples, 2, LENET_ISA_BEST, &measure, NULL, error);
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

static lenet_status open_set(const char *set, lenet_split split, lenet_error *error)
{
  lenet_dataset *made = UNTOUCHED(lenet_dataset);
  const lenet_status status = lenet_dataset_open(set, split, NULL, &made, error);
  SETTLE(lenet_dataset, made, status);
  return status;
}

static lenet_status call_drawn(lenet_error *error)
{
  return open_set("nondigits:10,seed=2", LENET_TRAIN, error);
}

static lenet_status call_idx(lenet_error *error)
{
  return open_set(path("idx"), LENET_TRAIN, error);
}

static lenet_status call_gzip(lenet_error *error)
{
  return open_set(path("idx"), LENET_TEST, error);
}

static lenet_status call_folder(lenet_error *error)
{
  return open_set(path("classes"), LENET_TRAIN, error);
}

/* Files of that name, but not of that hash. */
static lenet_status call_known(lenet_error *error)
{
  lenet_dataset *made = UNTOUCHED(lenet_dataset);
  const char *const places[] = {path("known"), NULL};
  const lenet_status status = lenet_dataset_open("mnist", LENET_TRAIN, places, &made, error);
  ASSERT_UNTOUCHED(lenet_dataset, made);
  if (status == LENET_UNSUPPORTED) /* libcrypto does not always tell that it was memory */
    return error->status = LENET_NO_MEMORY;
  return status == LENET_BAD_HASH ? LENET_OK : status;
}

static lenet_status load_picture(const char *name, lenet_error *error)
{
  lenet_image made = {.width = -7};
  const lenet_status status = lenet_image_load(path(name), &made, error);
  if (status == LENET_OK)
    lenet_image_free(&made);
  else
    assert_true(made.width == -7 && made.pixels == NULL);
  return status;
}

static lenet_status call_png(lenet_error *error) { return load_picture("picture.png", error); }
static lenet_status call_jpeg(lenet_error *error) { return load_picture("picture.jpg", error); }
static lenet_status call_pnm(lenet_error *error) { return load_picture("picture.pgm", error); }

static lenet_status call_pixels(lenet_error *error)
{
  lenet_image made = {.width = -7};
  const lenet_status status =
      lenet_image_from_pixels(picture.pixels, 9, 9, 9, LENET_GREY, &made, error);
  if (status == LENET_OK)
    lenet_image_free(&made);
  else
    assert_true(made.width == -7 && made.pixels == NULL);
  return status;
}

static lenet_status call_write_png(lenet_error *error)
{
  return lenet_image_write_png(path("saved"), noise.pixels, noise.width, noise.height, 1, error);
}

static lenet_status call_write_jpeg(lenet_error *error)
{
  return lenet_image_write_jpeg(path("saved"), noise.pixels, noise.width, noise.height, 1, 99,
                                error);
}

static lenet_status call_to_digit(lenet_error *error)
{
  uint8_t digit[28 * 28];
  return lenet_image_to_digit(&picture, digit, error);
}

static lenet_status call_steps(lenet_error *error)
{
  lenet_steps steps = {.width = -7};
  const lenet_status status = lenet_image_steps(&picture, &steps, error);
  if (status == LENET_OK)
    lenet_steps_free(&steps);
  else
    assert_int_equal(steps.width, -7);
  return status;
}

static lenet_status call_reader(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_reader_of_ten(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create(ten, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_sweeping_reader(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_reader_of_text(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create_text(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_predict(lenet_error *error)
{
  lenet_prediction prediction = {.digit = -7};
  const lenet_status status = lenet_predict(cutting, &picture, &prediction, error);
  assert_true(status == LENET_OK || prediction.digit == -7);
  return status;
}

static lenet_status read_with(lenet_reader *reader, lenet_error *error)
{
  lenet_reading reading = {.count = -7};
  const lenet_status status = lenet_read(reader, &picture, &reading, error);
  if (status == LENET_OK) {
    assert_true(reading.count > 0);
    lenet_reading_free(&reading);
  } else {
    assert_int_equal(reading.count, -7);
  }
  return status;
}

static lenet_status call_read(lenet_error *error) { return read_with(cutting, error); }
static lenet_status call_read_sweep(lenet_error *error) { return read_with(sweeping, error); }
static lenet_status call_read_text(lenet_error *error) { return read_with(texts, error); }

static lenet_status call_sweep_image(lenet_error *error)
{
  lenet_sweeping made = {.count = -7};
  const lenet_status status = lenet_sweep_image(sweeping, &picture, &made, error);
  if (status == LENET_OK)
    lenet_sweeping_free(&made);
  else
    assert_int_equal(made.count, -7);
  return status;
}

static lenet_status call_page(lenet_error *error)
{
  lenet_page page = {.width = -7};
  const lenet_status status = lenet_page_make(digits, 1, 0, &page, error);
  if (status == LENET_OK)
    lenet_page_free(&page);
  else
    assert_int_equal(page.width, -7);
  return status;
}

static lenet_status call_string(lenet_error *error)
{
  lenet_page page = {.width = -7};
  const lenet_samples of = lenet_dataset_samples(digits);
  const lenet_string_options options = {.shortest = 2, .longest = 3, .most_gap = 4};
  const lenet_status status = lenet_string_make(&of, &options, 1, 0, &page, error);
  if (status == LENET_OK)
    lenet_page_free(&page);
  else
    assert_int_equal(page.width, -7);
  return status;
}

static lenet_status draw_pieces(bool windows, lenet_error *error)
{
  enum { MOST = 64 };
  static uint8_t pictures[MOST * 28 * 28], labels[MOST];
  size_t count = 7777;
  const lenet_samples of = lenet_dataset_samples(digits);
  const lenet_status status = (windows ? lenet_windows_make : lenet_pieces_make)(
      &of, 1, 2, MOST, &count, pictures, labels, error);
  assert_true(status == LENET_OK ? count <= MOST : count == 7777);
  return status;
}

static lenet_status call_pieces(lenet_error *error) { return draw_pieces(false, error); }
static lenet_status call_windows(lenet_error *error) { return draw_pieces(true, error); }

static lenet_status call_profile(lenet_error *error)
{
  lenet_layer_time times[LENET_MAX_ROWS];
  return lenet_profile(model, &samples, LENET_ISA_BEST, 0, times, NULL, error);
}

static lenet_status call_peak(lenet_error *error)
{
  double gflops;
  return lenet_peak_gflops(LENET_ISA_BEST, 2, 0, &gflops, error);
}

/* Nobody answers on that port: the files are asked for in vain. */
static lenet_status call_fetch(lenet_error *error)
{
  static const char *const mirrors[] = {"http://127.0.0.1:9/", NULL};
  const lenet_status status =
      lenet_fetch_from("mnist", mirrors, path("fetched"), NULL, NULL, error);
  return status == LENET_NO_NETWORK ? LENET_OK : status;
}

/* ------------------------------------------------------------------ failing ---------------- */

typedef struct call {
  const char *name;
  lenet_status (*make)(lenet_error *error);
} call;

static const call calls[] = {
    {"model_create", call_model_create},
    {"model_copy", call_model_copy},
    {"builtin_load", call_builtin_load},
    {"model_save", call_model_save},
    {"model_load", call_model_load},
    {"model_save_onnx", call_save_onnx},
    {"model_load_onnx", call_load_onnx},
    {"model_load_weights", call_load_weights},
    {"session_create", call_session},
    {"classify", call_classify},
    {"session_sums", call_sums},
    {"augmenter_create", call_augmenter},
    {"corrupter_create", call_corrupter},
    {"distort_picture", call_distort},
    {"evaluate", call_evaluate},
    {"evaluate_together", call_together},
    {"model_calibrate", call_calibrate},
    {"quantize", call_quantize},
    {"quantized_session_create", call_quantized_session},
    {"quantized_evaluate", call_quantized_evaluate},
    {"trainer_create, SGD", call_trainer_sgd},
    {"trainer_create, Adam", call_trainer_adam},
    {"trainer_create, SDLM", call_trainer_sdlm},
    {"trainer_epoch", call_train},
    {"trainer_save", call_trainer_save},
    {"trainer_resume", call_trainer_resume},
    {"checkpoint_read_info", call_checkpoint_info},
    {"dataset_open, drawn", call_drawn},
    {"dataset_open, IDX", call_idx},
    {"dataset_open, gzip", call_gzip},
    {"dataset_open, folders", call_folder},
    {"dataset_open, known", call_known},
    {"image_load, PNG", call_png},
    {"image_load, JPEG", call_jpeg},
    {"image_load, PNM", call_pnm},
    {"image_from_pixels", call_pixels},
    {"image_write_png", call_write_png},
    {"image_write_jpeg", call_write_jpeg},
    {"image_to_digit", call_to_digit},
    {"image_steps", call_steps},
    {"reader_create", call_reader},
    {"reader_create, 10 classes", call_reader_of_ten},
    {"reader_create_sweep", call_sweeping_reader},
    {"reader_create_text", call_reader_of_text},
    {"predict", call_predict},
    {"read", call_read},
    {"read, sweep", call_read_sweep},
    {"read, text", call_read_text},
    {"sweep_image", call_sweep_image},
    {"page_make", call_page},
    {"string_make", call_string},
    {"pieces_make", call_pieces},
    {"windows_make", call_windows},
    {"profile", call_profile},
    {"peak_gflops", call_peak},
    {"fetch_from", call_fetch},
};
enum { CALLS = sizeof calls / sizeof *calls, MOST_ALLOCATIONS = 20000 };

/* One call whose n-th allocation fails, and one that goes well, which objects must still be fit
 * for. False where it has fewer. */
static bool fails_well(const call *c, long n, bool stays_out)
{
  lenet_error error = {.status = LENET_OK};
  const long before = memory_blocks;
  memory_fails_at(n, stays_out);
  const lenet_status status = c->make(&error);
  const bool ran_out = memory_is_back();
  if (status != LENET_OK && (!ran_out || status != LENET_NO_MEMORY))
    fail_msg("%s: allocation %ld: %s: %s", c->name, n, lenet_status_text(status), error.message);
  if (status != LENET_OK && (error.status != status || !error.message[0]))
    fail_msg("%s: allocation %ld: no message for '%s'", c->name, n, lenet_status_text(status));
  if (c->make(&error) != LENET_OK)
    fail_msg("%s: after allocation %ld failed: %s", c->name, n, error.message);
  /* A thread that libcurl looks up a name with may take a moment to end. */
  for (int i = 0; !SANITIZED && i < 200 && memory_blocks != before; i++)
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
  const long more = memory_blocks - before;
  if (!SANITIZED && more != 0)
    fail_msg("%s: allocation %ld: %ld blocks not given back", c->name, n, more);
  return ran_out;
}

static void fail_each(const call *c)
{
  for (int stays_out = 0; stays_out < 2; stays_out++) {
    long n = 1;
    while (fails_well(c, n, stays_out)) {
      n++;
      assert_true(n < MOST_ALLOCATIONS);
    }
    if (!stays_out)
      print_message("%-26s %ld allocations\n", c->name, n - 1);
  }
}

static void test_every_allocation_fails(void **state)
{
  (void)state;
  lenet_error error;
  for (int i = 0; i < CALLS; i++) {
    /* What other libraries keep for good they take now. */
    const lenet_status status = calls[i].make(&error);
    if (status == LENET_UNSUPPORTED)
      continue;
    if (status != LENET_OK)
      fail_msg("%s: %s", calls[i].name, error.message);
    fail_each(&calls[i]);
  }
}

/* Without this the test above could not fail. */
static void test_failing(void **state)
{
  (void)state;
  const long before = memory_blocks;
  memory_fails_at(2, false);
  /* volatile: or a compiler sees that nobody needs them, and takes none */
  void *volatile first = malloc(1), *volatile second = malloc(1), *volatile third = malloc(1);
  assert_true(memory_is_back());
  assert_true(first && !second && third);
  assert_int_equal(memory_blocks - before, 2);
  memory_fails_at(1, true);
  void *volatile fourth = calloc(1, 1), *volatile fifth = realloc(NULL, 1);
  assert_true(memory_is_back() && !fourth && !fifth);
  free(first);
  free(third);
  assert_int_equal(memory_blocks - before, 0);
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

static void write_gzip(void **state, const char *from, const char *to)
{
  char command[4 * SCRATCH_PATH], source[SCRATCH_PATH], target[SCRATCH_PATH];
  scratch_path(state, from, source);
  scratch_path(state, to, target);
  snprintf(command, sizeof command, "gzip -c '%s' >'%s'", source, target);
  assert_int_equal(system(command), 0);
}

static int make_all(void **state)
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

static int free_all(void **state)
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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_failing),
      cmocka_unit_test(test_every_allocation_fails),
  };
  return cmocka_run_group_tests(tests, make_all, free_all);
}

#else

int main(void)
{
  puts("skipped: another allocator than that of the GNU C library");
  return 77;
}

#endif
