/* Integers on every machine: shipped models made into integers and run by every instruction set of
 * this one, against scores that a script of its own worked out (golden/make_int8.py). Not a bit may
 * differ. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 20, SIDE = 28, CLASSES = 10, IDX_HEADER = 16 };
typedef uint8_t picture[SIDE * SIDE];
typedef int32_t score_table[DIGITS][CLASSES];

static FILE *open_golden(const char *name)
{
  const char *root = getenv("LENET_SOURCE_DIR");
  char path[1024];
  snprintf(path, sizeof path, "%s/tests/golden/%s", root ? root : ".", name);
  FILE *file = fopen(path, "rb");
  if (!file)
    fail_msg("no %s", path);
  return file;
}

static void read_digits(picture digit[DIGITS])
{
  FILE *file = open_golden("digits.idx");
  assert_int_equal(fseek(file, IDX_HEADER, SEEK_SET), 0);
  assert_int_equal(fread(digit, sizeof *digit, DIGITS, file), DIGITS);
  fclose(file);
}

/* The next model of int8.txt. False at the end. */
static bool read_scores(FILE *file, char name[32], score_table want)
{
  if (fscanf(file, " model %31s", name) != 1)
    return false;
  for (int i = 0; i < DIGITS * CLASSES; i++)
    assert_int_equal(fscanf(file, "%d", &want[i / CLASSES][i % CLASSES]), 1);
  return true;
}

static void fetch_digits(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                         size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)epoch;
  const picture *digit = context;
  for (size_t i = 0; i < count; i++) {
    memcpy(pixels + i * sizeof *digit, digit[first + index[i]], sizeof *digit);
    labels[i] = 0;
  }
}

static void check_scores(const lenet_quantized *quantized, lenet_isa isa, const char *name,
                         picture *digit, score_table want)
{
  lenet_quantized_session *session = NULL;
  score_table got;
  lenet_error error;
  if (lenet_quantized_session_create(quantized, isa, &session, &error) ||
      lenet_quantized_classify(session, *digit, SIDE, SIDE, DIGITS, NULL, *got, &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < DIGITS * CLASSES; i++)
    if (got[i / CLASSES][i % CLASSES] != want[i / CLASSES][i % CLASSES])
      fail_msg("%s, %s, digit %d, class %d: %d instead of %d", name, lenet_isa_name(isa),
               i / CLASSES, i % CLASSES, got[i / CLASSES][i % CLASSES],
               want[i / CLASSES][i % CLASSES]);
  lenet_quantized_session_free(session);
}

static void test_models_that_ship(void **state)
{
  (void)state;
  picture digit[DIGITS];
  read_digits(digit);
  const lenet_samples samples = {.count = DIGITS,
                                 .rows = SIDE,
                                 .columns = SIDE,
                                 .classes = CLASSES,
                                 .fetch = fetch_digits,
                                 .context = digit};
  FILE *file = open_golden("int8.txt");
  char name[32];
  int models = 0;
  for (score_table want; read_scores(file, name, want); models++) {
    lenet_model *model = NULL;
    lenet_quantized *quantized = NULL;
    lenet_error error;
    if (lenet_builtin_load(name, &model, &error) ||
        lenet_quantize(model, &samples, &quantized, &error))
      fail_msg("%s", error.message);
    for (lenet_isa isa = LENET_ISA_BEST; isa <= LENET_ISA_WASM; isa++)
      if (isa == LENET_ISA_BEST || lenet_isa_available(isa))
        check_scores(quantized, isa, name, digit, want);
    lenet_quantized_free(quantized);
    lenet_model_free(model);
  }
  assert_int_equal(models, 4);
  fclose(file);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_models_that_ship)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
