/* Exported C: for every kind of network it is compiled as C99 without a warning, needs nothing, has
 * no variables, and gives the library's scores, in integers bit for bit; its stack is bounded. The
 * compiler is that of $CC. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "files/ccode.h"
#include "files/ccode_runtime/int8.c"
#include "scratch.h"

#include <math.h>

enum { PICTURES = 200 };

/* ------------------------------------------------------------------ models ---------------- */

/* Weights as the library draws them, biases of +-0.3. */
static lenet_model *model_of(const char *notation, lenet_input input)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, input, 1, &model, &error))
    fail_msg("%s: %s", notation, error.message);
  const lenet_layout *layout = lenet_model_layout(model);
  lenet_rng rng = lenet_rng_at(1, 77, 0);
  for (int i = 0; i < network.row_count; i++)
    for (size_t b = 0; b < layout->layer[i].bias_count; b++)
      lenet_model_parameters_mut(model)[layout->layer[i].bias_offset + b] =
          (lenet_real)lenet_rng_range(&rng, -0.3, 0.3);
  return model;
}

/* Pictures with much paper and much ink, of the size that the exported C reads. */
static void fetch_noise(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                        size_t count, uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *samples = context;
  const size_t size = (size_t)samples->rows * samples->columns;
  for (size_t i = 0; i < count; i++) {
    lenet_rng rng = lenet_rng_at(5, epoch, (uint32_t)(first + index[i]));
    for (size_t p = 0; p < size; p++) {
      const double drawn = lenet_rng_range(&rng, -256, 512);
      pixels[i * size + p] = (uint8_t)(drawn < 0 ? 0 : drawn > 255 ? 255 : drawn);
    }
    labels[i] = 0;
  }
}

static lenet_samples noise(lenet_samples *samples, const lenet_model *model)
{
  const lenet_network *network = lenet_model_network(model);
  const bool whole = network->rows >= 28 && network->columns >= 28;
  *samples = (lenet_samples){.count = PICTURES,
                             .rows = whole ? 28 : network->rows,
                             .columns = whole ? 28 : network->columns,
                             .classes = lenet_model_layout(model)->classes,
                             .fetch = fetch_noise,
                             .context = samples};
  return *samples;
}

/* The library's scores, as numbers. */
static void scores_of(const lenet_model *model, const lenet_quantized *quantized,
                      const lenet_samples *samples, const uint8_t *pixels, double *scores)
{
  const size_t count = PICTURES * (size_t)samples->classes;
  int32_t *whole = malloc(count * sizeof *whole);
  lenet_real *probabilities = malloc(count * sizeof *probabilities);
  if (quantized) {
    lenet_quantized_session *session = NULL;
    assert_int_equal(lenet_quantized_session_create(quantized, LENET_ISA_BEST, &session, NULL), 0);
    assert_int_equal(lenet_quantized_classify(session, pixels, samples->rows, samples->columns,
                                              PICTURES, NULL, whole, NULL),
                     0);
    lenet_quantized_session_free(session);
  } else {
    lenet_session *session = NULL;
    assert_int_equal(lenet_session_create(model, LENET_ISA_BEST, &session, NULL), 0);
    assert_int_equal(lenet_classify(session, pixels, samples->rows, samples->columns, PICTURES,
                                    probabilities, NULL),
                     0);
    lenet_session_free(session);
  }
  for (size_t i = 0; i < count; i++)
    scores[i] = quantized ? whole[i] : (double)probabilities[i];
  free(whole), free(probabilities);
}

/* ------------------------------------------------------------------ the compiler ---------- */

/* Runs a command in the test's folder; what it prints goes to the file `out` there. */
static bool runs(void **state, const char *format, ...)
{
  char line[2048], command[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(command, sizeof command, format, arguments);
  va_end(arguments);
  snprintf(line, sizeof line, "cd '%s' && { %s; } >out 2>&1", ((scratch *)*state)->root, command);
  return system(line) == 0;
}

static const char *said(void **state)
{
  static char text[2000];
  char path[SCRATCH_PATH];
  FILE *file = fopen(scratch_path(state, "out", path), "r");
  const size_t size = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file)
    fclose(file);
  text[size] = '\0';
  return text;
}

/* Reads pictures, writes the answers and scores as text. */
static const char driver[] = "#include \"digit.h\"\n"
                             "#include <stdio.h>\n"
                             "static uint32_t workspace[DIGIT_WORKSPACE / 4];\n"
                             "int main(void)\n"
                             "{\n"
                             "  unsigned char pixels[DIGIT_ROWS * DIGIT_COLUMNS];\n"
                             "  SCORE scores[DIGIT_CLASSES];\n"
                             "  if (digit_selftest(workspace) != 0)\n"
                             "    return 1;\n"
                             "  while (fread(pixels, 1, sizeof pixels, stdin) == sizeof pixels) {\n"
                             "    printf(\"%d\", digit_classify(pixels, scores, workspace));\n"
                             "    for (int k = 0; k < DIGIT_CLASSES; k++)\n"
                             "      printf(\" %.9g\", (double)scores[k]);\n"
                             "    printf(\"\\n\");\n"
                             "  }\n"
                             "  return 0;\n"
                             "}\n";

/* The compiler's own figures, "FILE:LINE:COLUMN:FUNCTION<tab>BYTES<tab>static": the most that one
 * function takes. What all in a chain of calls take, boards measure: tests/embedded/main.c. */
static long stack_of(void **state)
{
  char path[SCRATCH_PATH], line[512];
  long most = 0, bytes;
  FILE *file = fopen(scratch_path(state, "digit.su", path), "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    const char *tab = strchr(line, '\t');
    assert_true(tab && sscanf(tab, "%ld", &bytes) == 1);
    /* No arrays of variable length. 32-bit x86 pushes arguments, up to what is known. */
    assert_true(strstr(tab, "static") || strstr(tab, "bounded"));
    most = bytes > most ? bytes : most;
  }
  fclose(file);
  return most;
}

static void compile(void **state, bool int8)
{
  const char *cc = getenv("CC") ? getenv("CC") : "cc";
  static const char warnings[] = "-std=c99 -pedantic -Wall -Wextra -Wconversion -Wshadow -Werror";
  if (!runs(state, "%s %s -O2 -fno-pie -c digit.c", cc, warnings) ||
      !runs(state, "%s -std=c99 -no-pie -DSCORE=%s -o run driver.c digit.o", cc,
            int8 ? "int32_t" : "float"))
    fail_msg("%s", said(state));
  /* Loops may become memset and memcpy, which every C implementation has. */
  if (!runs(state, "nm -u digit.o | grep -v 'mem[a-z]*$\\|_GLOBAL_OFFSET_TABLE_'; [ $? -eq 1 ]") ||
      !runs(state, "nm digit.o | grep ' [bBdDcCsS] '; [ $? -eq 1 ]"))
    fail_msg("digit.o needs or has: %s", said(state));
}

/* ------------------------------------------------------------------ comparing ------------- */

static void write_pictures(void **state, const lenet_samples *samples, uint8_t *pixels)
{
  uint32_t index[PICTURES];
  uint8_t labels[PICTURES];
  for (uint32_t i = 0; i < PICTURES; i++)
    index[i] = i;
  samples->fetch(samples->context, 0, 0, index, PICTURES, pixels, labels);
  scratch_write(state, "pictures", pixels, (size_t)PICTURES * samples->rows * samples->columns);
}

/* The program's lines against the library's scores. */
static void compare(void **state, const char *what, const double *scores, int classes, bool int8)
{
  char path[SCRATCH_PATH];
  FILE *file = fopen(scratch_path(state, "out", path), "r");
  assert_non_null(file);
  for (int i = 0; i < PICTURES; i++, scores += classes) {
    int answer, best = 0;
    if (fscanf(file, "%d", &answer) != 1)
      fail_msg("%s: picture %d: no answer", what, i);
    for (int k = 0; k < classes; k++) {
      double got;
      assert_int_equal(fscanf(file, "%lf", &got), 1);
      best = scores[k] > scores[best] ? k : best;
      if (fabs(got - scores[k]) > (int8 ? 0 : 1e-4))
        fail_msg("%s: picture %d, class %d: %g, not %g", what, i, k, got, scores[k]);
    }
    if (answer != best && (int8 || scores[best] - scores[answer] > 1e-4))
      fail_msg("%s: picture %d: %d, not %d", what, i, answer, best);
  }
  fclose(file);
}

static void try_model(void **state, const char *what, const lenet_model *model, bool int8)
{
  lenet_samples samples;
  lenet_quantized *quantized = NULL;
  lenet_c_sizes sizes;
  lenet_error error;
  char path[SCRATCH_PATH];
  noise(&samples, model);
  const size_t size = (size_t)samples.rows * samples.columns;
  uint8_t *pixels = malloc(PICTURES * size);
  double *scores = malloc(PICTURES * sizeof *scores * (size_t)samples.classes);
  if (int8 && lenet_quantize(model, &samples, &quantized, &error))
    fail_msg("%s: %s", what, error.message);
  if (lenet_model_save_c(model, quantized, scratch_path(state, "digit.c", path), &sizes, &error))
    fail_msg("%s: %s", what, error.message);
  write_pictures(state, &samples, pixels);
  scores_of(model, quantized, &samples, pixels, scores);
  compile(state, int8);
  if (!runs(state, "./run <pictures"))
    fail_msg("%s: the self-test fails", what);
  compare(state, what, scores, samples.classes, int8);
  lenet_quantized_free(quantized);
  free(pixels), free(scores);
}

static const lenet_input usual = {1.0f / 255, 0}, shifted = {0.005f, -0.1f};

static void try_notation(void **state, const char *notation, lenet_input input)
{
  lenet_model *model = model_of(notation, input);
  scratch_write(state, "driver.c", driver, sizeof driver - 1);
  for (int int8 = 0; int8 < 2; int8++)
    try_model(state, notation, model, int8);
  lenet_model_free(model);
}

static void test_variants(void **state)
{
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[i].network, notation);
    try_notation(state, notation, i % 2 ? shifted : usual);
  }
}

static void test_odd_shapes(void **state)
{
  static const char *const notations[] = {
      "1x1 F3:softmax",
      "13x7 P1 F9:relu F3:softmax",
      "28x28 A4 F10:softmax",
      "12x12 M3 A2 F4:softmax",
      "13x7 A1 C1@4:sigmoid M1 F2:softmax",
      "9x11 P1 C3@3:relu C5@2:linear A2 C7@3:tanh F3:softmax",
      "20x20 P3 P1 C2@7:tanh M2 C9@1:relu P1 C2@3:scaled F5:tanh",
      "8x128 P1 C2@3:tanh A2 S2 F3:scaled",
      "10x10 C3@10:relu P2 C4@3:tanh P1 C5@5:relu F4:softmax",
      "16x16 C12@3:relu M2 P2 M11 F84:scaled R7",
      "8x10 C7@3:tanh M2 R10",
  };
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)
    try_notation(state, notations[i], i % 3 == 1 ? shifted : usual);
}

/* ------------------------------------------------------------------ what it takes --------- */

/* lenet5 in integers: what docs/embedding.md promises. */
static void test_sizes(void **state)
{
  lenet_model *model = NULL;
  lenet_quantized *quantized = NULL;
  lenet_c_sizes sizes;
  char path[SCRATCH_PATH];
  const char *cc = getenv("CC") ? getenv("CC") : "cc";
  assert_int_equal(lenet_builtin_load("lenet5", &model, NULL), LENET_OK);
  assert_int_equal(lenet_quantize(model, NULL, &quantized, NULL), LENET_OK);
  scratch_path(state, "digit.c", path);
  assert_int_equal(lenet_model_save_c(model, quantized, path, &sizes, NULL), LENET_OK);
  /* C1 5 lines of 6 for 5 weights; 8 bytes for each of 236 units, 256 of tanh */
  assert_int_equal(sizes.weights, 6 * 5 * 6 + 16 * 150 + 120 * 400 + 84 * 120 + 10 * 84);
  assert_int_equal(sizes.tables, 236 * 8 + 256);
  /* Half words: 6 lines of 32 and one more, 6 of 14 x 6, 5 of 5 x 16 */
  assert_int_equal(sizes.workspace, 2 * (194 + 504 + 400));
  if (runs(state, "%s -std=c99 -O2 -fstack-usage -c digit.c && [ -f digit.su ]", cc))
    assert_true(stack_of(state) <= LENET_C_STACK);
  lenet_quantized_free(quantized);
  lenet_model_free(model);
}

/* ------------------------------------------------------------------ arithmetic ------------ */

/* The text's curve is the library's. */
static void test_tanh(void **state)
{
  (void)state;
  assert_memory_equal(tanh_base, lenet_int8_base, sizeof tanh_base);
  assert_memory_equal(tanh_slope, lenet_int8_slope, sizeof tanh_slope);
  const finish squashes = {1, 1, 0, 0, 508, 128}, keeps = {0, 2, -4064, 4064, 1024, 128};
  const unit one = {0, 32767, 0}, half = {0, 16384, 3};
  assert_int_equal(height(&squashes, &one, 0), 0);
  assert_int_equal(height(&squashes, &one, 4096), 6244);    /* 1: y[8] of int8_tables.c */
  assert_int_equal(height(&squashes, &one, 1 << 20), 8187); /* tanh13(32767) */
  assert_int_equal(height(&keeps, &half, 800), 200);        /* 800 / 8 / 2 x 4 */
  assert_int_equal(height(&keeps, &half, -(1 << 20)), -4064);
  assert_int_equal(closed(&keeps, 320), 138); /* 320 / 32 + 128 */
  assert_int_equal(closed(&keeps, 8000), 255);
  assert_int_equal(closed(&keeps, -8000), 0);
}

/* ------------------------------------------------------------------ what is refused ------- */

static void refuses(void **state, const lenet_model *model, const lenet_quantized *quantized,
                    const char *name, lenet_status status, const char *why)
{
  char path[SCRATCH_PATH];
  lenet_error error = {0};
  assert_int_equal(
      lenet_model_save_c(model, quantized, scratch_path(state, name, path), NULL, &error), status);
  if (!strstr(error.message, why))
    fail_msg("%s: %s", name, error.message);
}

static void test_refusals(void **state)
{
  lenet_model *model = model_of("8x8 C3@3:tanh F2:softmax", usual);
  lenet_model *other = model_of("8x8 C4@3:tanh F2:softmax", usual);
  lenet_quantized *quantized = NULL;
  assert_int_equal(lenet_quantize(other, NULL, &quantized, NULL), LENET_OK);
  refuses(state, model, NULL, "digit", LENET_BAD_ARGUMENT, "ends in .c");
  refuses(state, model, NULL, ".c", LENET_BAD_ARGUMENT, "ends in .c");
  refuses(state, model, NULL, "5.c", LENET_BAD_ARGUMENT, "a letter");
  refuses(state, model, NULL, "a b.c", LENET_BAD_ARGUMENT, "a letter");
  refuses(state, model, NULL, "none/digit.c", LENET_CANNOT_WRITE, "digit.c");
  refuses(state, model, quantized, "digit.c", LENET_BAD_ARGUMENT, "another network");
  /* Where the header cannot be, the C file stays what it was. */
  char path[SCRATCH_PATH];
  scratch_write(state, "kept.c", "old", 3);
  assert_int_equal(mkdir(scratch_path(state, "kept.h", path), 0777), 0);
  refuses(state, model, NULL, "kept.c", LENET_CANNOT_WRITE, "kept.h");
  assert_true(runs(state, "[ \"$(cat kept.c)\" = old ] && ! ls .lenet*"));
  lenet_model_parameters_mut(model)[3] = (lenet_real)NAN;
  refuses(state, model, NULL, "digit.c", LENET_BAD_ARGUMENT, "not a number");
  lenet_quantized_free(quantized);
  lenet_model_free(model);
  lenet_model_free(other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_variants, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_odd_shapes, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_sizes, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_refusals, scratch_make, scratch_remove),
      cmocka_unit_test(test_tanh),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
