/* The forward pass as a whole: one picture or many, small pictures, feature maps, the same
 * parameters in two networks. */
#include "lenet.h"

#include "base/rng.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

static const lenet_isa all_isas[] = {LENET_ISA_SCALAR, LENET_ISA_AVX2, LENET_ISA_AVX512,
                                     LENET_ISA_NEON, LENET_ISA_WASM};
enum { ISAS = sizeof all_isas / sizeof *all_isas };

static lenet_model *create(const char *notation)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1 / 255.0f, -0.1f}, 5, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

enum { PICTURES = 33 };

static void noise(uint8_t *pixels, size_t count)
{
  lenet_rng rng = lenet_rng_at(9, LENET_STREAM_SYNTHETIC, 0);
  for (size_t i = 0; i < count; i++)
    pixels[i] = (uint8_t)lenet_rng_below(&rng, 256);
}

/* C5 as a convolution over the whole map is a dense row: the same parameters, the same bits. */
static void test_conv_equals_dense(void **state)
{
  (void)state;
  const lenet_variant *dense = lenet_variant_find("lenet5"),
                      *conv = lenet_variant_find("lenet5-conv");
  const lenet_input input = {1 / 255.0f, 0};
  lenet_model *a = NULL, *b = NULL;
  assert_int_equal(lenet_model_create(&dense->network, input, 1, &a, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&conv->network, input, 2, &b, NULL), LENET_OK);
  size_t count = lenet_model_layout(a)->parameter_count;
  assert_int_equal(count, lenet_model_layout(b)->parameter_count);
  memcpy(lenet_model_parameters_mut(b), lenet_model_parameters(a), count * sizeof(lenet_real));

  static uint8_t pixels[PICTURES * 28 * 28];
  noise(pixels, sizeof pixels);
  for (int k = 0; k < ISAS; k++) {
    if (!lenet_isa_available(all_isas[k]))
      continue;
    lenet_session *s = NULL, *t = NULL;
    lenet_real p[PICTURES * 10], q[PICTURES * 10];
    assert_int_equal(lenet_session_create(a, all_isas[k], &s, NULL), LENET_OK);
    assert_int_equal(lenet_session_create(b, all_isas[k], &t, NULL), LENET_OK);
    assert_int_equal(lenet_classify(s, pixels, 28, 28, PICTURES, p, NULL), LENET_OK);
    assert_int_equal(lenet_classify(t, pixels, 28, 28, PICTURES, q, NULL), LENET_OK);
    assert_memory_equal(p, q, sizeof p);
    assert_int_equal(lenet_classify(s, pixels, 28, 28, 1, p, NULL), LENET_OK);
    assert_int_equal(lenet_classify(t, pixels, 28, 28, 1, q, NULL), LENET_OK);
    assert_memory_equal(p, q, 10 * sizeof *p);
    lenet_session_free(s);
    lenet_session_free(t);
  }
  lenet_model_free(a);
  lenet_model_free(b);
}

/* Any number of pictures at once gives what each gives among all, bit for bit, and alone but for
 * rounding; outputs sum to 1, and nothing is written beyond them. */
static void test_counts(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax",
      "28x28 C6@5 M2 C16@5:table1:relu M2 C30@4:sigmoid F10:softmax",
      "28x28 C4@5 S8@2 C16@5:lenet4 S2 F10:scaled",
  };
  static const size_t counts[] = {0, 1, 2, 15, 16, 17, PICTURES};
  static uint8_t pixels[PICTURES * 28 * 28];
  noise(pixels, sizeof pixels);
  for (size_t n = 0; n < sizeof notations / sizeof *notations; n++) {
    lenet_model *model = create(notations[n]);
    for (int k = 0; k < ISAS; k++) {
      if (!lenet_isa_available(all_isas[k]))
        continue;
      lenet_session *session;
      lenet_real alone[PICTURES][10], all[PICTURES][10];
      assert_int_equal(lenet_session_create(model, all_isas[k], &session, NULL), LENET_OK);
      for (int i = 0; i < PICTURES; i++) {
        assert_int_equal(lenet_classify(session, pixels + 28 * 28 * i, 28, 28, 1, alone[i], NULL),
                         LENET_OK);
        double sum = 0;
        for (int c = 0; c < 10; c++) {
          assert_true(alone[i][c] > 0 && alone[i][c] < 1);
          sum += (double)alone[i][c];
        }
        assert_true(fabs(sum - 1) < 1e-6);
        assert_true(i == 0 || memcmp(alone[i], alone[0], sizeof alone[0]) != 0);
      }
      assert_int_equal(lenet_classify(session, pixels, 28, 28, PICTURES, all[0], NULL), LENET_OK);
      for (int i = 0; i < 10 * PICTURES; i++)
        assert_true(fabs((double)all[i / 10][i % 10] - (double)alone[i / 10][i % 10]) < 1e-6);
      for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        lenet_real together[PICTURES + 1][10];
        for (int i = 0; i < 10 * (PICTURES + 1); i++)
          together[i / 10][i % 10] = -1;
        assert_int_equal(lenet_classify(session, pixels, 28, 28, counts[c], together[0], NULL),
                         LENET_OK);
        assert_memory_equal(together, counts[c] == 1 ? alone : all, counts[c] * sizeof all[0]);
        for (int i = 0; i < 10; i++)
          assert_true(together[counts[c]][i] == -1);
      }
      lenet_session_free(session);
    }
    lenet_model_free(model);
  }
}

/* A small picture lies in the middle of paper: the same as the caller laying it there. */
static void test_small_pictures(void **state)
{
  (void)state;
  lenet_model *model = create("32x30 C6@5:tanh A2 F10:softmax");
  lenet_session *session;
  assert_int_equal(lenet_session_create(model, LENET_ISA_BEST, &session, NULL), LENET_OK);
  uint8_t small[28 * 28], large[2 * 32 * 30] = {0};
  noise(small, sizeof small);
  const int rows = 28, columns = 14; /* two pictures of 28x14 */
  for (int i = 0; i < 2; i++)
    for (int r = 0; r < rows; r++)
      memcpy(large + i * 32 * 30 + (r + 2) * 30 + 8, small + i * rows * columns + r * columns,
             (size_t)columns);
  lenet_real p[20], q[20];
  assert_int_equal(lenet_classify(session, small, rows, columns, 2, p, NULL), LENET_OK);
  assert_int_equal(lenet_classify(session, large, 32, 30, 2, q, NULL), LENET_OK);
  assert_memory_equal(p, q, sizeof p);

  lenet_error error = {0};
  static uint8_t big[33 * 33];
  assert_int_equal(lenet_classify(session, big, 33, 30, 1, p, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(error.status, LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_classify(session, big, 32, 31, 1, p, NULL), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_classify(session, big, 0, 30, 1, p, NULL), LENET_BAD_ARGUMENT);
  assert_memory_equal(p, q, sizeof p);
  lenet_session_free(session);
  lenet_model_free(model);
}

/* Holes of the table hold 0 at first, and what stands there changes no output. */
static void test_holes(void **state)
{
  (void)state;
  lenet_model *model = create("32x32 C6@5 A2 C16@5:table1 A2 C120@5 F84 F10:softmax");
  const lenet_row *row = &lenet_model_network(model)->row[2];
  const lenet_layer *layer = &lenet_model_layout(model)->layer[2];
  lenet_real *weights = lenet_model_parameters_mut(model) + layer->weight_offset;
  uint8_t pixels[32 * 32];
  for (int i = 0; i < 32 * 32; i++)
    pixels[i] = (uint8_t)(i * 37);
  for (int k = 0; k < ISAS; k++) {
    if (!lenet_isa_available(all_isas[k]))
      continue;
    lenet_session *session;
    lenet_real before[10], after[10];
    assert_int_equal(lenet_session_create(model, all_isas[k], &session, NULL), LENET_OK);
    assert_int_equal(lenet_classify(session, pixels, 32, 32, 1, before, NULL), LENET_OK);
    int holes = 0, nonzero = 0;
    for (int i = 0; i < 16 * 6 * 25; i++)
      if (!lenet_connected(row, i / 25 % 6, i / 150)) {
        assert_true(weights[i] == 0);
        holes++;
        weights[i] = 7;
      } else {
        nonzero += weights[i] != 0;
      }
    assert_int_equal(holes, 36 * 25);
    assert_true(nonzero > 59 * 25);
    assert_int_equal(lenet_classify(session, pixels, 32, 32, 1, after, NULL), LENET_OK);
    assert_memory_equal(before, after, sizeof before);
    for (int i = 0; i < 16 * 6 * 25; i++)
      if (!lenet_connected(row, i / 25 % 6, i / 150))
        weights[i] = 0;
    lenet_session_free(session);
  }
  lenet_model_free(model);
}

/* One output of a row by plain loops over its input x; a softmax row's before the softmax. */
static double output_of(const lenet_model *model, int number, int m, int r, int c, const double *x)
{
  const lenet_row *row = &lenet_model_network(model)->row[number];
  const lenet_layer *layer = &lenet_model_layout(model)->layer[number];
  const lenet_real *parameters = lenet_model_parameters(model);
  int rows = layer->input_rows, columns = layer->input_columns, size = row->size;
  if (row->kind == LENET_PAD) {
    bool inside = r >= size && r < rows + size && c >= size && c < columns + size;
    return inside ? x[(r - size) * columns + c - size] : 0;
  }
  if (row->kind == LENET_AVERAGE_POOL || row->kind == LENET_MAX_POOL) {
    double sum = 0, most = -INFINITY;
    for (int u = 0; u < size * size; u++) {
      double in = x[(m * rows + r * size + u / size) * columns + c * size + u % size];
      sum += in;
      most = fmax(most, in);
    }
    return row->kind == LENET_MAX_POOL ? most : sum / (size * size);
  }
  int kernel_rows = row->kind == LENET_CONV ? size : rows;
  int kernel_columns = row->kind == LENET_CONV ? size : columns;
  const lenet_real *w = parameters + layer->weight_offset +
                        (size_t)(m * layer->input_maps * kernel_rows * kernel_columns);
  double a = (double)parameters[layer->bias_offset + (size_t)m];
  for (int from = 0; from < layer->input_maps; from++)
    for (int u = 0; u < kernel_rows; u++)
      for (int v = 0; v < kernel_columns; v++)
        a += (double)*w++ * x[(from * rows + r + u) * columns + c + v];
  switch (row->activation) {
  case LENET_TANH: return tanh(a);
  case LENET_SCALED_TANH: return 1.7159 * tanh(2 * a / 3);
  case LENET_SIGMOID: return 1 / (1 + exp(-a));
  case LENET_RELU: return fmax(a, 0);
  default: return a;
  }
}

/* Feature maps of the first picture of a call, each row worked out from the one above it. */
static void test_maps(void **state)
{
  (void)state;
  enum { ROWS = 8, MOST = 512 };
  lenet_model *model = create("9x15 P1 C3@4:tanh M2 C2@2:relu A3 F4 F5:sigmoid F3:softmax");
  const lenet_layout *layout = lenet_model_layout(model);
  lenet_real *parameters = lenet_model_parameters_mut(model);
  for (int r = 0; r < ROWS; r++) /* biases that are not 0 */
    for (size_t i = 0; i < layout->layer[r].bias_count; i++)
      parameters[layout->layer[r].bias_offset + i] = (lenet_real)(0.1 * (double)(i + 1));
  uint8_t pixels[2 * 9 * 15];
  noise(pixels, sizeof pixels);
  for (int k = 0; k < 2 * ISAS; k++) {
    const lenet_isa isa = all_isas[k / 2];
    const size_t count = (size_t)(k % 2 + 1);
    if (!lenet_isa_available(isa))
      continue;
    lenet_session *session;
    lenet_real probabilities[6], maps[MOST + 1];
    assert_int_equal(lenet_session_create(model, isa, &session, NULL), LENET_OK);
    assert_int_equal(lenet_session_maps(session, 0, maps, NULL), LENET_BAD_ARGUMENT);
    assert_int_equal(lenet_classify(session, pixels, 9, 15, 3 - count, probabilities, NULL),
                     LENET_OK);
    assert_int_equal(lenet_classify(session, pixels, 9, 15, count, probabilities, NULL), LENET_OK);
    double x[MOST], y[MOST];
    for (int i = 0; i < 9 * 15; i++)
      x[i] = pixels[i] * (double)(1 / 255.0f) + (double)-0.1f;
    for (int row = 0; row < ROWS; row++) {
      const lenet_layer *layer = &layout->layer[row];
      int count = layer->maps * layer->rows * layer->columns;
      double sum = 0;
      for (int i = 0; i < count; i++) {
        int in_map = i % (layer->rows * layer->columns);
        y[i] = output_of(model, row, i / (layer->rows * layer->columns), in_map / layer->columns,
                         in_map % layer->columns, x);
        sum += exp(y[i]);
      }
      maps[count] = 77;
      assert_int_equal(lenet_session_maps(session, row, maps, NULL), LENET_OK);
      assert_true(maps[count] == 77);
      for (int i = 0; i < count; i++) {
        x[i] = row == ROWS - 1 ? exp(y[i]) / sum : y[i];
        assert_true(fabs((double)maps[i] - x[i]) < 1e-6);
      }
    }
    assert_memory_equal(maps, probabilities, 3 * sizeof *maps);
    assert_int_equal(lenet_session_maps(session, ROWS, maps, NULL), LENET_BAD_ARGUMENT);
    assert_int_equal(lenet_session_maps(session, -1, maps, NULL), LENET_BAD_ARGUMENT);
    lenet_session_free(session);
  }
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_conv_equals_dense),
      cmocka_unit_test(test_counts),
      cmocka_unit_test(test_small_pictures),
      cmocka_unit_test(test_holes),
      cmocka_unit_test(test_maps),
  };
  return cmocka_run_group_tests_name("forward", tests, NULL, NULL);
}
