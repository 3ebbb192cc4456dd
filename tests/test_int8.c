/* Integers: every instruction set gives the bytes of plain loops written from docs/int8.md, for all
 * kinds of rows, odd shapes and extremes; tanh against libm; answers against those of floats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "net/quantized.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const lenet_isa sets[] = {LENET_ISA_SCALAR, LENET_ISA_AVX2, LENET_ISA_AVX512,
                                 LENET_ISA_NEON};
enum { SETS = sizeof sets / sizeof *sets, PICTURES = 35 };

/* ------------------------------------------------------------------ models ---------------- */

/* Weights as the library draws them, biases of +-0.3. */
static lenet_model *model_of(const char *notation, lenet_input input, uint64_t seed)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, input, seed, &model, &error))
    fail_msg("%s: %s", notation, error.message);
  const lenet_layout *layout = lenet_model_layout(model);
  lenet_rng rng = lenet_rng_at(seed, 77, 0);
  for (int i = 0; i < network.row_count; i++)
    for (size_t b = 0; b < layout->layer[i].bias_count; b++)
      lenet_model_parameters_mut(model)[layout->layer[i].bias_offset + b] =
          (lenet_real)lenet_rng_range(&rng, -0.3, 0.3);
  return model;
}

/* Pictures with much paper and much ink: sample i is a function of i. */
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
    labels[i] = (uint8_t)((first + index[i]) % (size_t)samples->classes);
  }
}

static lenet_samples noise(lenet_samples *samples, const lenet_model *model, size_t count)
{
  const lenet_network *network = lenet_model_network(model);
  *samples = (lenet_samples){.count = count,
                             .rows = network->rows,
                             .columns = network->columns,
                             .classes = lenet_model_layout(model)->classes,
                             .fetch = fetch_noise,
                             .context = samples};
  return *samples;
}

static uint8_t *pictures_of(const lenet_samples *samples, size_t count)
{
  uint8_t *pixels = malloc(count * samples->rows * samples->columns), labels[PICTURES];
  uint32_t index[PICTURES];
  assert_non_null(pixels);
  for (uint32_t i = 0; i < count; i++)
    index[i] = i;
  samples->fetch(samples->context, 0, 0, index, count, pixels, labels);
  return pixels;
}

static lenet_quantized *quantized_of(const lenet_model *model, const lenet_samples *samples)
{
  lenet_quantized *q = NULL;
  lenet_error error;
  if (lenet_quantize(model, samples, &q, &error))
    fail_msg("%s", error.message);
  return q;
}

/* ------------------------------------------------------------------ the definition -------- */

static int64_t within(int64_t a, int64_t low, int64_t high)
{
  return a < low ? low : a > high ? high : a;
}

static int64_t mul(int64_t a, int64_t b)
{
  return (int64_t)floor(((double)a * (double)b + 16384) / 32768);
}

static int64_t tanh13(int64_t a)
{
  const int64_t piece = (int64_t)floor((double)a / 1024), i = piece < 0 ? piece + 64 : piece;
  return lenet_int8_base[i] + mul(a, lenet_int8_slope[i]);
}

/* From a sum to h. */
static int64_t h_of(const lenet_quantized_step *step, const lenet_int8_finish *f, int map,
                    int64_t sum)
{
  const int64_t v = within((int64_t)floor(ldexp((double)sum, -step->shift[map])), -32768, 32767);
  const int64_t a = within(mul(v, step->factor[map]) * (1 << f->doublings), -32768, 32767);
  return f->squash ? tanh13(a) : within(a, f->low, f->high);
}

static int byte_of(const lenet_int8_finish *f, int64_t h)
{
  return (int)within(mul(h, f->share) + f->zero, 0, 255);
}

typedef struct {
  int maps, rows, columns;
  int *at; /* [maps][rows][columns] */
} plain;

static plain plain_of(const lenet_quantized_bytes *bytes)
{
  plain p = {bytes->maps, bytes->rows, bytes->columns,
             malloc(sizeof(int) * bytes->maps * bytes->rows * bytes->columns)};
  assert_non_null(p.at);
  for (int i = 0; i < p.maps * p.rows * p.columns; i++)
    p.at[i] = (int)floor(bytes->zero + 0.5);
  return p;
}

static int *cell(plain p, int map, int row, int column)
{
  return &p.at[(map * p.rows + row) * p.columns + column];
}

/* sum = bias + sum of weight x byte, the kernel's corner at (row, column). */
static int64_t sum_at(const lenet_quantized_step *step, plain x, int map, int row, int column,
                      int k_rows, int k_columns)
{
  int64_t sum = step->bias[map];
  const int8_t *w = step->weight + (size_t)map * step->inputs;
  for (int n = 0; n < x.maps; n++)
    for (int i = 0; i < k_rows; i++)
      for (int j = 0; j < k_columns; j++)
        sum += *w++ * *cell(x, n, row + i, column + j);
  assert_true(sum >= INT32_MIN && sum <= INT32_MAX);
  return sum;
}

static void plain_conv(const lenet_quantized_step *step, plain x, plain y, int border, int k)
{
  const lenet_int8_finish *f = &step->at.conv.finish;
  const lenet_int8_pool pool = step->at.conv.pool;
  const int size = pool == LENET_INT8_NONE ? 1 : 2;
  for (int map = 0; map < step->maps; map++)
    for (int row = border; row < y.rows - border; row++)
      for (int column = border; column < y.columns - border; column++) {
        int64_t most = INT32_MIN, h = 0;
        for (int i = 0; i < size * size; i++) {
          const int64_t sum = sum_at(step, x, map, (row - border) * size + i / size,
                                     (column - border) * size + i % size, k, k);
          most = sum > most ? sum : most;
          h += h_of(step, f, map, sum);
        }
        if (pool == LENET_INT8_MAX)
          h = h_of(step, f, map, most);
        *cell(y, map, row, column) = byte_of(f, h);
      }
}

static void plain_windows(const lenet_quantized_step *step, plain x, plain y, int border, int size)
{
  const lenet_int8_finish *f = &step->at.windows.finish;
  const int group = y.maps / x.maps;
  for (int map = 0; map < y.maps; map++)
    for (int row = border; row < y.rows - border; row++)
      for (int column = border; column < y.columns - border; column++) {
        int most = 0, all = 0;
        for (int i = 0; i < size * size; i++) {
          const int byte = *cell(x, map / group, (row - border) * size + i / size,
                                 (column - border) * size + i % size);
          all += byte;
          most = byte > most ? byte : most;
        }
        const int64_t sum = step->bias[map] + (int64_t)step->weight[map] * all;
        *cell(y, map, row, column) =
            step->kind == LENET_STEP_MAX ? most : byte_of(f, h_of(step, f, map, sum));
      }
}

/* The scores of one picture of rows x columns. */
static void plain_scores(const lenet_quantized *q, const uint8_t *pixels, int rows, int columns,
                         int32_t *scores)
{
  plain x = plain_of(&q->bytes[0]);
  const int border = q->bytes[0].border;
  const int top = (q->network.rows - rows) / 2, left = (q->network.columns - columns) / 2;
  for (int row = 0; row < q->network.rows; row++)
    for (int column = 0; column < q->network.columns; column++) {
      const bool inside =
          row >= top && row < top + rows && column >= left && column < left + columns;
      *cell(x, 0, border + row, border + column) =
          inside ? pixels[(row - top) * columns + column - left] : 0;
    }
  for (int i = 0; i < q->step_count; i++) {
    const lenet_quantized_step *step = &q->step[i];
    const int size = q->network.row[step->row].size, y_border = q->bytes[i + 1].border;
    const bool last = i + 1 == q->step_count;
    plain y = plain_of(&q->bytes[i + 1]);
    if (step->kind == LENET_STEP_CONV)
      plain_conv(step, x, y, y_border, size);
    else if (step->kind != LENET_STEP_DENSE)
      plain_windows(step, x, y, y_border, size);
    for (int map = 0; map < step->maps && step->kind == LENET_STEP_DENSE; map++) {
      const lenet_int8_finish *f = &step->at.dense.finish;
      const int64_t sum = sum_at(step, x, map, 0, 0, x.rows, x.columns);
      if (last)
        scores[map] =
            (int32_t)((int64_t)floor(ldexp((double)sum, -step->shift[map])) * step->factor[map]);
      else
        *cell(y, map, y_border, y_border) = byte_of(f, h_of(step, f, map, sum));
    }
    free(x.at);
    x = y;
  }
  free(x.at);
}

/* ------------------------------------------------------------------ all sets -------------- */

/* Scores of `count` pictures by every instruction set against the definition. */
static void check_scores(const lenet_quantized *q, const char *what, const uint8_t *pixels,
                         int rows, int columns, size_t count)
{
  const size_t classes = (size_t)q->layout.classes;
  int32_t *want = malloc(count * classes * sizeof *want),
          *got = malloc(count * classes * sizeof *got);
  lenet_error error;
  for (size_t i = 0; i < count; i++)
    plain_scores(q, pixels + i * rows * columns, rows, columns, want + i * classes);
  for (int s = 0; s < SETS; s++) {
    lenet_quantized_session *session = NULL;
    if (!lenet_isa_available(sets[s]))
      continue;
    if (lenet_quantized_session_create(q, sets[s], &session, &error))
      fail_msg("%s", error.message);
    assert_int_equal(
        lenet_quantized_classify(session, pixels, rows, columns, count, NULL, got, NULL), LENET_OK);
    for (size_t i = 0; i < count * classes; i++)
      if (got[i] != want[i])
        fail_msg("%s, %s: picture %zu, class %zu: %d, not %d", what, lenet_isa_name(sets[s]),
                 i / classes, i % classes, got[i], want[i]);
    lenet_quantized_session_free(session);
  }
  free(want), free(got);
}

static const lenet_input usual = {1.0f / 255, 0}, shifted = {0.005f, -0.1f};

static void try_network(const char *notation, lenet_input input)
{
  for (uint64_t seed = 1; seed <= 2; seed++) {
    lenet_model *model = model_of(notation, input, seed);
    lenet_samples samples;
    noise(&samples, model, 40);
    uint8_t *pixels = pictures_of(&samples, PICTURES);
    lenet_quantized *q = quantized_of(model, &samples);
    check_scores(q, notation, pixels, samples.rows, samples.columns, seed == 1 ? PICTURES : 3);
    lenet_quantized_free(q);
    lenet_model_free(model);
    free(pixels);
  }
}

static void test_variants(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[i].network, notation);
    try_network(notation, i % 2 ? shifted : usual);
  }
}

static void test_odd_shapes(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "1x1 F3:softmax",
      "28x28 F10:softmax",
      "7x13 F6:linear F2:softmax",
      "13x7 P1 F9:relu F3:softmax",
      "28x28 A4 F10:softmax",
      "12x12 M3 A2 F4:softmax",
      "13x7 A1 C1@4:sigmoid M1 F2:softmax",
      "9x11 P1 C3@3:relu C5@2:linear A2 C7@3:tanh F3:softmax",
      "20x20 P3 P1 C2@7:tanh M2 C9@1:relu P1 C2@3:scaled F5:tanh",
      "100x64 C1@3:relu M2 F7:softmax",
      "6x70 C10@5:relu A2 F130:sigmoid F2:softmax",
      "8x128 P1 C2@3:tanh A2 S2 F3:scaled",
      "6x6 C8@5:relu C11@2:softmax",
      "10x10 C6@1:tanh C4@2:tanh C5@4:tanh C1@3:tanh F2:softmax",
      "16x16 C12@3:relu M2 P2 M11 F84:scaled R7",
  };
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)

    try_network(notations[i], i % 3 == 1 ? shifted : usual);
}

/* Every weight the largest there is, every pixel white: the farthest that sums can come. */
static void test_extremes(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "128x128 F10:softmax",
      "28x28 C6@5:relu A2 C16@5:relu M2 F120:relu F10:softmax",
      "28x28 P2 C6@5:tanh A2 C16@5:sigmoid M2 F120:linear F10:softmax",
      "20x20 C4@5:linear S2 A2 F10:scaled",
  };
  for (size_t n = 0; n < sizeof notations / sizeof *notations; n++)
    for (int sign = -1; sign <= 2; sign++) { /* all -1, all 0, all +1, both in turn */
      lenet_model *model = model_of(notations[n], usual, 1);
      const size_t count = lenet_model_layout(model)->parameter_count;
      for (size_t i = 0; i < count; i++)
        lenet_model_parameters_mut(model)[i] = (lenet_real)(sign < 2 ? sign : i % 2 ? 1 : -1);
      lenet_samples samples;
      noise(&samples, model, 2);
      const size_t size = (size_t)samples.rows * samples.columns;
      uint8_t *pixels = malloc(2 * size);
      memset(pixels, 255, size);
      memset(pixels + size, 0, size);
      lenet_quantized *q = quantized_of(model, &samples);
      check_scores(q, notations[n], pixels, samples.rows, samples.columns, 2);
      lenet_quantized_free(q);
      lenet_model_free(model);
      free(pixels);
    }
}

/* Smaller pictures, of one size after another in one session, and any number of them. */
static void test_pictures(void **state)
{
  (void)state;
  lenet_model *model = model_of("16x20 P2 C3@5:tanh A2 F5:softmax", shifted, 3);
  lenet_samples samples;
  noise(&samples, model, PICTURES);
  uint8_t *pixels = pictures_of(&samples, PICTURES);
  lenet_quantized *q = quantized_of(model, NULL);
  lenet_quantized_session *session = NULL;
  static const int sides[][3] = {{16, 20, 17}, {3, 9, 16},  {16, 20, 1},
                                 {16, 1, 5},   {1, 20, 35}, {16, 20, 16}};
  assert_int_equal(lenet_quantized_session_create(q, LENET_ISA_BEST, &session, NULL), LENET_OK);
  for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
    int32_t got[PICTURES * 5], want[5];
    const int rows = sides[i][0], columns = sides[i][1], count = sides[i][2];
    check_scores(q, "small pictures", pixels, rows, columns, (size_t)count);
    assert_int_equal(
        lenet_quantized_classify(session, pixels, rows, columns, (size_t)count, NULL, got, NULL),
        LENET_OK);
    for (int p = 0; p < count; p++) {
      plain_scores(q, pixels + p * rows * columns, rows, columns, want);
      assert_memory_equal(got + 5 * p, want, sizeof want);
    }
  }
  lenet_error error;
  assert_int_equal(lenet_quantized_classify(session, pixels, 17, 20, 1, NULL, NULL, &error),
                   LENET_BAD_ARGUMENT);
  lenet_quantized_session_free(session);
  lenet_quantized_free(q);
  lenet_model_free(model);
  free(pixels);
}

/* ------------------------------------------------------------------ numbers --------------- */

/* The bound of kernels/int8.h, in every step of a; never falling. */
static void test_tanh(void **state)
{
  (void)state;
  double worst = 0;
  for (int a = -32768; a < 32768; a++) {
    worst = fmax(worst, fabs((double)tanh13(a) / 8192 - tanh(a / 8192.0)));
    assert_true(a == -32768 || tanh13(a) >= tanh13(a - 1));
    assert_true(llabs(tanh13(a)) <= 8191); /* four of them fit 16 bits */
  }
  assert_true(worst <= 0.00087);
  assert_int_equal(tanh13(0), 0);
}

/* A row of one unit over the byte of one pixel, by hand: w = -2 and 0.5, b = 0.9 and 0, scale
 * 1/255.
 */
static void test_numbers_by_hand(void **state)
{
  (void)state;
  lenet_model *model = model_of("1x1 F2:tanh F2:softmax", usual, 1);
  static const lenet_real parameters[] = {-2, 0.5, 0.9f, 0, 1, 0, 0, -1, 0, 0};
  memcpy(lenet_model_parameters_mut(model), parameters, sizeof parameters);
  lenet_quantized *q = quantized_of(model, NULL);
  const lenet_quantized_step *first = &q->step[0], *last = &q->step[1];
  assert_int_equal(first->weight[0], -127);
  assert_int_equal(first->weight[1], 127);
  /* unit[0] = 2 / 127 / 255 = 6.176e-5; F = unit 2^13 = 0.5059; F 2^n / 2 >= 1/2 with n = 1 */
  assert_true(fabs(first->unit[0] - 2.0 / 127 / 255) < 1e-11);
  assert_int_equal(first->shift[0], 1);
  assert_int_equal(first->factor[0], 16578);   /* 2^15 x 0.50593 */
  assert_int_equal(first->bias[0], 14573 + 1); /* 0.9 / unit = 14573.25 */
  assert_int_equal(first->shift[1], 3);        /* a quarter of that unit */
  /* tanh's bytes are 128 + 127 tanh: zero is taken off by the bias, and half of 2^shift is there */
  assert_int_equal(last->bias[0], -128 * 127 + (last->shift[0] ? 1 << (last->shift[0] - 1) : 0));
  /* White: tanh(-2 + 0.9) and tanh(0.5). */
  lenet_quantized_session *session = NULL;
  int32_t scores[2];
  assert_int_equal(lenet_quantized_session_create(q, LENET_ISA_BEST, &session, NULL), LENET_OK);
  assert_int_equal(
      lenet_quantized_classify(session, (const uint8_t[]){255}, 1, 1, 1, NULL, scores, NULL),
      LENET_OK);
  assert_true(fabs(scores[0] * q->score_unit - tanh(-1.1)) < 0.6 / 127);
  assert_true(fabs(scores[1] * q->score_unit + tanh(0.5)) < 0.6 / 127);
  lenet_quantized_session_free(session);
  lenet_quantized_free(q);
  lenet_model_free(model);
}

/* Bytes of tanh and sigmoid rows are the nearest to libm's, give or take an eighth of a step. */
static void test_activations(void **state)
{
  (void)state;
  for (int sigmoid = 0; sigmoid <= 1; sigmoid++) {
    lenet_model *model =
        model_of(sigmoid ? "1x1 F4:sigmoid F2:softmax" : "1x1 F4:tanh F2:softmax", usual, 1);
    static const lenet_real parameters[] = {8, -3, 0.7f, 2, -4, 1, 0, 0.25f};
    memcpy(lenet_model_parameters_mut(model), parameters, sizeof parameters);
    lenet_quantized *q = quantized_of(model, NULL);
    for (int s = 0; s < SETS; s++) {
      lenet_quantized_pass pass;
      if (!lenet_isa_available(sets[s]))
        continue;
      assert_int_equal(lenet_quantized_pass_create(&pass, q, sets[s], NULL), LENET_OK);
      for (int pixel = 0; pixel < 256; pixel++) {
        const uint8_t byte = (uint8_t)pixel;
        lenet_quantized_pass_load(&pass, &byte, 1, 1, 1);
        lenet_quantized_pass_run(&pass, 1);
        for (int u = 0; u < 4; u++) {
          const double w = q->step[0].weight[u] * q->step[0].unit[u] * 255;
          const double a = w * pixel / 255 + (double)parameters[4 + u];
          const double want = sigmoid ? 1 + 254 / (1 + exp(-a)) : 128 + 127 * tanh(a);
          assert_true(fabs(pass.bytes[1][u] - want) < 0.5 + 0.125);
        }
      }
      lenet_quantized_pass_free(&pass);
    }
    lenet_quantized_free(q);
    lenet_model_free(model);
  }
}

/* ------------------------------------------------------------------ whole networks -------- */

static lenet_measure floats, integers[2]; /* large for a stack */

static void test_model_that_ships(void **state)
{
  (void)state;
  lenet_model *model = NULL;
  lenet_dataset *data = NULL;
  lenet_error error;
  if (lenet_builtin_load(NULL, &model, &error) ||
      lenet_dataset_open("synthetic:2000", LENET_TRAIN, NULL, &data, &error))
    fail_msg("%s", error.message);
  const lenet_samples all = lenet_dataset_samples(data);
  const lenet_samples calibration = lenet_samples_part(all, 0, 200);
  const lenet_samples samples = lenet_samples_part(all, 200, 1001);
  lenet_quantized *q = quantized_of(model, &calibration);
  lenet_answer *first = calloc(1001, sizeof *first), *here = calloc(1001, sizeof *here);
  assert_int_equal(lenet_evaluate(model, &samples, 2, LENET_ISA_BEST, &floats, here, NULL), 0);
  for (int threads = 1; threads <= 5; threads += 2) {
    lenet_measure *measure = &integers[threads > 1];
    assert_int_equal(lenet_quantized_evaluate(q, &samples, threads, LENET_ISA_BEST, measure,
                                              threads > 1 ? here : first, NULL),
                     LENET_OK);
    if (threads > 1) {
      assert_memory_equal(first, here, 1001 * sizeof *first);
      assert_true(integers[0].loss == integers[1].loss);
      assert_int_equal(integers[0].errors, integers[1].errors);
    }
  }
  assert_int_equal(integers[0].samples, 1001);
  assert_true(labs((long)integers[0].errors - (long)floats.errors) <= 5);
  assert_true(fabs(integers[0].loss - floats.loss) < 0.02);
  free(first), free(here);
  lenet_quantized_free(q);
  lenet_dataset_free(data);
  lenet_model_free(model);
}

/* Probabilities of each ending are near those of floats, and margins are those of the scores. */
static void test_endings(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax",
      "32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10", "28x28 C4@5 S2 C12@5:lenet1 S2 F10:scaled",
      "28x28 C4@5:relu M2 F10:tanh"};
  for (size_t n = 0; n < sizeof notations / sizeof *notations; n++) {
    lenet_model *model = model_of(notations[n], usual, 4);
    lenet_samples samples;
    noise(&samples, model, 64);
    lenet_quantized *q = quantized_of(model, &samples);
    lenet_answer want[64], got[64];
    assert_int_equal(lenet_evaluate(model, &samples, 1, LENET_ISA_BEST, &floats, want, NULL), 0);
    assert_int_equal(
        lenet_quantized_evaluate(q, &samples, 1, LENET_ISA_BEST, &integers[0], got, NULL), 0);
    for (int i = 0; i < 64; i++) {
      assert_int_equal(got[i].label, want[i].label);
      assert_true(got[i].margin >= 0);
      if (got[i].answer != want[i].answer) /* only where it was a near thing */
        assert_true(got[i].confidence - want[i].confidence < 0.08f);
      else
        assert_true(fabsf(got[i].confidence - want[i].confidence) < 0.15f);
    }
    assert_true(fabs(integers[0].loss - floats.loss) < 0.05 * (1 + floats.loss));
    lenet_quantized_free(q);
    lenet_model_free(model);
  }
}

/* ------------------------------------------------------------------ refusals -------------- */

static void refuses(const char *notation, lenet_input input, lenet_real first, bool with_samples,
                    lenet_status status, const char *reason)
{
  lenet_model *model = model_of(notation, input, 1);
  lenet_samples samples;
  lenet_quantized *q = NULL;
  lenet_error error;
  noise(&samples, model, 3);
  if (first != 0)
    lenet_model_parameters_mut(model)[0] = first;
  assert_int_equal(lenet_quantize(model, with_samples ? &samples : NULL, &q, &error), status);
  assert_null(q);
  if (!strstr(error.message, reason))
    fail_msg("'%s' says nothing of '%s'", error.message, reason);
  lenet_model_free(model);
}

static void test_refusals(void **state)
{
  (void)state;
  refuses("8x8 C4@3:relu F2:softmax", usual, 0, false, LENET_BAD_ARGUMENT, "row C1: ");
  refuses("8x8 C4@3:tanh F9:linear F2:softmax", usual, 0, false, LENET_BAD_ARGUMENT, "row F2: ");
  refuses("8x8 C4@3:tanh F2:softmax", usual, (lenet_real)NAN, true, LENET_BAD_ARGUMENT,
          "row C1: a weight is not a number");
  refuses("8x8 P1 C4@3:tanh F2:softmax", (lenet_input){1.0f / 255, 0.1f}, 0, true,
          LENET_UNSUPPORTED, "row C1: no byte stands for the zeros");
  refuses("8x8 F2:softmax", (lenet_input){-1.0f / 255, 1}, 0, true, LENET_UNSUPPORTED, "inputs");
  refuses("4x4 C2@3:tanh S2:tanh", usual, 0, true, LENET_UNSUPPORTED, "row S2: ");
  lenet_model *model = model_of("128x128 C8@1:relu F2:softmax", usual, 1);
  for (size_t i = 0; i < lenet_model_layout(model)->parameter_count; i++)
    lenet_model_parameters_mut(model)[i] = 1;
  lenet_samples samples;
  lenet_quantized *q = NULL;
  lenet_error error;
  noise(&samples, model, 1);
  assert_int_equal(lenet_quantize(model, &samples, &q, &error), LENET_UNSUPPORTED);
  assert_int_equal(error.position, 1);
  assert_non_null(strstr(error.message, "row F2: its sums need more than 32 bits"));
  samples.rows = 129;
  assert_int_equal(lenet_quantize(model, &samples, &q, &error), LENET_BAD_ARGUMENT);
  lenet_model_free(model);
  /* An instruction set that is not here. */
  model = model_of("8x8 F2:softmax", usual, 1);
  q = quantized_of(model, NULL);
  for (int s = 0; s < SETS; s++)
    if (!lenet_isa_available(sets[s])) {
      lenet_quantized_session *session = NULL;
      assert_int_equal(lenet_quantized_session_create(q, sets[s], &session, &error),
                       LENET_BAD_ARGUMENT);
      assert_null(session);
    }
  lenet_quantized_free(q);
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_variants),    cmocka_unit_test(test_odd_shapes),
      cmocka_unit_test(test_extremes),    cmocka_unit_test(test_pictures),
      cmocka_unit_test(test_tanh),        cmocka_unit_test(test_numbers_by_hand),
      cmocka_unit_test(test_activations), cmocka_unit_test(test_model_that_ships),
      cmocka_unit_test(test_endings),     cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
