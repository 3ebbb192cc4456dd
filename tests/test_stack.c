/* What calls take of the stack of the thread that makes them: lenet.h promises 128 KiB at most, all
 * that musl gives a thread. Each runs on a stack of its own, which is full of a pattern before;
 * what is no longer there afterwards was used. What decoders and encoders of the system take is
 * counted with it. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "sanitized.h"
#include "scratch.h"

#include <pthread.h>

enum { PROMISED = 128 * 1024, STACK = 1024 * 1024, PATTERN = 0xa5 };

typedef struct work {
  void **state; /* the folder */
  lenet_dataset *digits;
  lenet_samples samples;
  lenet_page page;
  lenet_image picture; /* of it */
  lenet_model *model;  /* the default one */
  bool failed;
} work;

typedef void (*deed)(work *w);

static void check(work *w, lenet_status status) { w->failed = w->failed || status != LENET_OK; }

/* ------------------------------------------------------------------ what is done ---------- */

static void make_page(work *w) { check(w, lenet_page_make(w->digits, 1, 0, &w->page, NULL)); }

static void take_pixels(work *w)
{
  check(w, lenet_image_from_pixels(w->page.pixels, w->page.width, w->page.height,
                                   (ptrdiff_t)w->page.width * 3, LENET_RGB, &w->picture, NULL));
}

static void load_model(work *w) { check(w, lenet_builtin_load("lenet5-modern", &w->model, NULL)); }

static void read_with(work *w, lenet_reader *reader)
{
  lenet_reading reading = {0};
  lenet_prediction prediction;
  check(w, lenet_read(reader, &w->picture, &reading, NULL));
  check(w, lenet_predict(reader, &w->picture, &prediction, NULL));
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
}

static void read_digits(work *w)
{
  lenet_reader *reader = NULL;
  check(w, lenet_reader_create(w->model, LENET_ISA_BEST, &reader, NULL));
  if (!w->failed)
    read_with(w, reader);
}

static void read_by_sweep(work *w)
{
  lenet_reader *reader = NULL;
  lenet_reading reading = {0};
  check(w, lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &reader, NULL));
  if (!w->failed)
    check(w, lenet_read(reader, &w->picture, &reading, NULL));
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
}

static void read_text(work *w)
{
  lenet_reader *reader = NULL;
  lenet_reading reading = {0};
  check(w, lenet_reader_create_text(NULL, LENET_ISA_BEST, &reader, NULL));
  if (!w->failed)
    check(w, lenet_read(reader, &w->picture, &reading, NULL));
  lenet_reading_free(&reading);
  lenet_reader_free(reader);
}

static void classify(work *w)
{
  lenet_session *session = NULL;
  lenet_real scores[16 * LENET_MAX_CLASSES];
  check(w, lenet_session_create(w->model, LENET_ISA_BEST, &session, NULL));
  if (!w->failed)
    check(w, lenet_classify(session, lenet_dataset_pixels(w->digits, 0), 28, 28, 16, scores, NULL));
  lenet_session_free(session);
}

static void quantize(work *w)
{
  static lenet_measure measure;
  char path[SCRATCH_PATH];
  lenet_quantized *quantized = NULL;
  check(w, lenet_quantize(w->model, &w->samples, &quantized, NULL));
  if (w->failed)
    return;
  check(w,
        lenet_quantized_evaluate(quantized, &w->samples, 1, LENET_ISA_BEST, &measure, NULL, NULL));
  check(w, lenet_model_save_c(w->model, quantized, scratch_path(w->state, "digits.c", path), NULL,
                              NULL));
  lenet_quantized_free(quantized);
}

static void write_models(work *w)
{
  lenet_model *loaded = NULL;
  char path[SCRATCH_PATH];
  check(w, lenet_model_save(w->model, scratch_path(w->state, "digits.safetensors", path), NULL));
  check(w, lenet_model_load(path, &loaded, NULL));
  lenet_model_free(loaded);
#ifdef LENET_HAVE_ONNX
  check(w, lenet_model_save_onnx(w->model, scratch_path(w->state, "digits.onnx", path), NULL));
  check(w, lenet_model_load_onnx(path, &loaded, NULL));
  lenet_model_free(loaded);
#endif
}

static void write_pictures(work *w)
{
  lenet_image read = {0};
  char path[SCRATCH_PATH];
  const lenet_page *p = &w->page;
  check(w, lenet_image_write_png(scratch_path(w->state, "page.png", path), p->pixels, p->width,
                                 p->height, 3, NULL));
  check(w, lenet_image_load(path, &read, NULL));
  lenet_image_free(&read);
  check(w, lenet_image_write_jpeg(scratch_path(w->state, "page.jpg", path), p->pixels, p->width,
                                  p->height, 3, 75, NULL));
  check(w, lenet_image_load(path, &read, NULL));
  lenet_image_free(&read);
}

static void evaluate_corrupted(work *w)
{
  static lenet_measure measure;
  size_t count = 0;
  const lenet_corruption *corruption = lenet_corruptions(&count);
  for (size_t i = 0; i < count; i++) {
    lenet_corrupter *corrupter = NULL;
    check(w, lenet_corrupter_create(&w->samples, &corruption[i], 5, 1, &corrupter, NULL));
    const lenet_samples spoilt = lenet_corrupter_samples(corrupter);
    check(w, lenet_evaluate(w->model, &spoilt, 1, LENET_ISA_BEST, &measure, NULL, NULL));
    lenet_corrupter_free(corrupter);
  }
}

/* An epoch on distorted pictures, with all three optimizers. */
static void train_on(work *w, const lenet_samples *samples)
{
  lenet_network network;
  char path[SCRATCH_PATH];
  check(w, lenet_network_parse("28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F84:tanh F10:softmax", &network,
                               NULL));
  for (int kind = 0; kind < 3; kind++) {
    lenet_model *model = NULL;
    lenet_trainer *trainer = NULL;
    lenet_epoch epoch;
    lenet_recipe recipe = lenet_recipe_default(&network);
    recipe.optimizer = kind == 0 ? LENET_SGD : kind == 1 ? LENET_ADAM : LENET_SDLM;
    recipe.batch = kind == 2 ? 1 : 16;
    recipe.epochs = 1;
    check(w, lenet_model_create(&network, lenet_input_default(&network), 1, &model, NULL));
    check(w, lenet_trainer_create(model, &recipe, samples, &w->samples, 1, LENET_ISA_BEST, &trainer,
                                  NULL));
    if (trainer) {
      check(w, lenet_trainer_epoch(trainer, NULL, NULL, &epoch, NULL));
      check(w, lenet_trainer_save(trainer, scratch_path(w->state, "run.ckpt", path), NULL));
      check(w, lenet_trainer_resume(trainer, path, NULL));
    }
    lenet_trainer_free(trainer);
    lenet_model_free(model);
  }
}

static void train(work *w)
{
  lenet_augmenter *augmenter = NULL;
  lenet_augmentation augmentation;
  check(w,
        lenet_augmentation_parse("affine,elastic,robust,flip=0.5,invert=0.1", &augmentation, NULL));
  check(w, lenet_augmenter_create(&w->samples, &augmentation, 1, &augmenter, NULL));
  const lenet_samples distorted = lenet_augmenter_samples(augmenter);
  train_on(w, &distorted);
  lenet_augmenter_free(augmenter);
}

static void draw_sets(work *w)
{
  static const char *const sets[] = {"synthetic:40,seed=1", "printed:40,seed=1",
                                     "nondigits:40,seed=1"};
  for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
    lenet_dataset *drawn = NULL;
    check(w, lenet_dataset_open(sets[i], LENET_TRAIN, NULL, &drawn, NULL));
    lenet_dataset_free(drawn);
  }
}

static const struct {
  const char *name;
  deed deed;
} deeds[] = {{"make a page", make_page},
             {"take pixels", take_pixels},
             {"load a model that ships", load_model},
             {"read digits", read_digits},
             {"read by sweep", read_by_sweep},
             {"read text", read_text},
             {"classify", classify},
             {"quantize, measure, write as C", quantize},
             {"save and load models", write_models},
             {"save and load pictures", write_pictures},
             {"measure corrupted pictures", evaluate_corrupted},
             {"train", train},
             {"draw data sets", draw_sets}};

/* ------------------------------------------------------------------ what it took ---------- */

typedef struct call {
  deed deed;
  work *work;
} call;

static void *make_call(void *context)
{
  const call *c = context;
  c->deed(c->work);
  return NULL;
}

/* Bytes of the stack that the deed changed, its thread's own beginning included. */
static size_t measure(deed deed, work *w)
{
  unsigned char *stack = NULL;
  pthread_attr_t attributes;
  pthread_t thread;
  call c = {deed, w};
  assert_int_equal(posix_memalign((void **)&stack, 65536, STACK), 0);
  memset(stack, PATTERN, STACK);
  assert_int_equal(pthread_attr_init(&attributes), 0);
  assert_int_equal(pthread_attr_setstack(&attributes, stack, STACK), 0);
  assert_int_equal(pthread_create(&thread, &attributes, make_call, &c), 0);
  assert_int_equal(pthread_join(thread, NULL), 0);
  pthread_attr_destroy(&attributes);
  size_t untouched = 0;
  while (untouched < STACK && stack[untouched] == PATTERN)
    untouched++;
  free(stack);
  return STACK - untouched;
}

static void test_calls(void **state)
{
  work w = {.state = state};
  assert_int_equal(lenet_dataset_open("synthetic:120,seed=3", LENET_TRAIN, NULL, &w.digits, NULL),
                   LENET_OK);
  w.samples = lenet_dataset_samples(w.digits);
  size_t most = 0;
  for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
    const size_t took = measure(deeds[i].deed, &w);
    printf("%-30s %4zu KiB\n", deeds[i].name, (took + 1023) / 1024);
    if (w.failed)
      fail_msg("%s failed", deeds[i].name);
    most = took > most ? took : most;
  }
  assert_true(most < PROMISED);
  lenet_model_free(w.model);
  lenet_image_free(&w.picture);
  lenet_page_free(&w.page);
  lenet_dataset_free(w.digits);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_calls, scratch_make, scratch_remove)};
#ifdef __OPTIMIZE__
  const bool as_released = !SANITIZED;
#else
  const bool as_released = false;
#endif
  if (!as_released) /* other frames */
    return 77;
  return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
