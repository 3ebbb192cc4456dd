/* "Memory is taken when an object is made: a forward pass or a training step allocates nothing."
 * This program stands in for the C library's allocator, counts, and hands on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "sanitized.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__GLIBC__) && !SANITIZED

static atomic_long allocations;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size)
{
  allocations++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  allocations++;
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
  allocations++;
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  allocations++;
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
  allocations++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
  allocations++;
  *memory = __libc_memalign(alignment, size);
  return *memory ? 0 : ENOMEM;
}

enum { SIDE = 28, PICTURES = 64, SAMPLES = 140, MOST_STEPS = SAMPLES };

static uint8_t pixels[PICTURES * SIDE * SIDE];

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *to, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)lenet_synthetic_digit(7, first + index[i], to + i * SIDE * SIDE);
}

static const lenet_samples digits = {
    .count = SAMPLES, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch};

static lenet_model *create(const lenet_variant *variant)
{
  lenet_model *model = NULL;
  assert_int_equal(lenet_model_create(&variant->network, lenet_input_default(&variant->network), 11,
                                      &model, NULL),
                   LENET_OK);
  return model;
}

/* Without this the tests below could not fail. */
static void test_counting(void **state)
{
  (void)state;
  lenet_model *model = create(lenet_variant_find("lenet5"));
  lenet_session *session = NULL;
  const long before = allocations;
  assert_int_equal(lenet_session_create(model, LENET_ISA_BEST, &session, NULL), LENET_OK);
  const long after = allocations;
  assert_true(after >= before + 3); /* the session and the arrays of its two passes */
  lenet_session_free(session);
  lenet_model_free(model);
}

static void assert_classifies_without(const lenet_model *model, lenet_isa isa, size_t count)
{
  lenet_session *session = NULL;
  static lenet_real probabilities[PICTURES * LENET_MAX_CLASSES];
  lenet_status status = LENET_OK;
  assert_int_equal(lenet_session_create(model, isa, &session, NULL), LENET_OK);
  const long before = allocations;
  for (int call = 0; call < 3 && status == LENET_OK; call++)
    status = lenet_classify(session, pixels, SIDE, SIDE, count, probabilities, NULL);
  const long after = allocations;
  assert_int_equal(status, LENET_OK);
  assert_int_equal(after - before, 0);
  lenet_session_free(session);
}

static void test_classifying(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++) {
    lenet_model *model = create(&variants[v]);
    for (lenet_isa isa = LENET_ISA_BEST; isa <= LENET_ISA_NEON; isa++)
      if (lenet_isa_available(isa)) {
        assert_classifies_without(model, isa, 1);
        assert_classifies_without(model, isa, PICTURES);
        assert_classifies_without(model, isa, PICTURES - 5);
      }
    lenet_model_free(model);
  }
}

typedef struct steps {
  int count;
  long allocations[MOST_STEPS]; /* when each step had ended */
} steps;

static bool on_step(void *context, const lenet_progress *progress)
{
  steps *s = context;
  (void)progress;
  s->allocations[s->count++] = allocations;
  return true;
}

static void assert_trains_without(const lenet_variant *variant, lenet_optimizer optimizer,
                                  int batch, int threads)
{
  lenet_model *model = create(variant);
  lenet_recipe recipe = lenet_recipe_default(&variant->network);
  recipe.epochs = 2;
  recipe.batch = batch;
  recipe.optimizer = optimizer;
  recipe.learning_rate = 1e-5f;
  lenet_trainer *trainer = NULL;
  assert_int_equal(
      lenet_trainer_create(model, &recipe, &digits, NULL, threads, LENET_ISA_BEST, &trainer, NULL),
      LENET_OK);
  for (int e = 0; e < recipe.epochs; e++) {
    static steps s;
    lenet_epoch epoch;
    s.count = 0;
    assert_int_equal(lenet_trainer_epoch(trainer, on_step, &s, &epoch, NULL), LENET_OK);
    assert_int_equal(s.count, (SAMPLES + batch - 1) / batch);
    for (int i = 1; i < s.count; i++)
      assert_int_equal(s.allocations[i] - s.allocations[i - 1], 0);
  }
  lenet_trainer_free(trainer);
  lenet_model_free(model);
}

/* Every way through a step: one thread, more of them, a last batch that is smaller, one by one. */
static void assert_all_train_without(const lenet_variant *variant, lenet_optimizer optimizer)
{
  assert_trains_without(variant, optimizer, 64, 1);
  assert_trains_without(variant, optimizer, 64, 3);
  assert_trains_without(variant, optimizer, 100, 2);
  assert_trains_without(variant, optimizer, 1, 1);
}

/* Rows meet LENET_SDLM, which has a pass of its own over them; other optimisers see parameters
 * alone. */
static void test_training(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++) {
    assert_all_train_without(&variants[v], LENET_SGD);
    assert_trains_without(&variants[v], LENET_SDLM, 64, 3);
    assert_trains_without(&variants[v], LENET_SDLM, 1, 1);
  }
  for (lenet_optimizer optimizer = LENET_SGD + 1; optimizer <= LENET_SDLM; optimizer++)
    assert_all_train_without(lenet_variant_find("lenet5"), optimizer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counting),
      cmocka_unit_test(test_classifying),
      cmocka_unit_test(test_training),
  };
  for (uint32_t i = 0; i < PICTURES; i++)
    lenet_synthetic_digit(3, i, pixels + (size_t)i * SIDE * SIDE);
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
  puts("skipped: another allocator than that of the GNU C library");
  return 77;
}

#endif
