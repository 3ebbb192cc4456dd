/* Calibration: the expected error by hand, and the temperature that scaling the scores takes away.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"

#include <math.h>

/* 4 answers: two of confidence 0.95 and 0.97 in the last bin, one of them wrong; one of 0.5, right;
 * one of 0.32, wrong. |1/2 - 0.96| 2/4 + |1 - 0.5| 1/4 + |0 - 0.32| 1/4 = 0.23 + 0.125 + 0.08. */
static void test_error_by_hand(void **state)
{
  (void)state;
  const lenet_answer answers[] = {{.label = 1, .answer = 1, .confidence = 0.95f},
                                  {.label = 2, .answer = 7, .confidence = 0.97f},
                                  {.label = 3, .answer = 3, .confidence = 0.5f},
                                  {.label = 255, .answer = 3, .confidence = 0.32f}};
  const lenet_calibration c = lenet_calibration_of(answers, 4);
  assert_true(fabs(c.error - 0.435) < 1e-6);
  assert_int_equal(c.bin[14].count, 2);
  assert_true(fabs(c.bin[14].confidence - 0.96) < 1e-6 && c.bin[14].accuracy == 0.5);
  assert_int_equal(c.bin[7].count, 1); /* 7/15 < 0.5 <= 8/15 */
  assert_int_equal(c.bin[4].count, 1); /* 4/15 < 0.32 <= 5/15 */
  assert_int_equal(c.bin[0].count, 0);
  assert_true(lenet_calibration_of(NULL, 0).error == 0);
  /* Edges: a bin has its upper one. 0 and 1 are in the first and the last. */
  const lenet_answer edges[] = {{.confidence = 0}, {.confidence = 1}, {.confidence = 0.2f}};
  const lenet_calibration e = lenet_calibration_of(edges, 3);
  /* Of overflown scores a confidence is no number: it counts as none. */
  const lenet_answer lost = {.label = 1, .answer = 1, .confidence = NAN};
  const lenet_calibration n = lenet_calibration_of(&lost, 1);
  assert_true(n.bin[0].count == 1 && n.error == 1);
  assert_true(e.bin[0].count == 1 && e.bin[14].count == 1);
}

/* A network whose only row makes the scores a, 0 of two classes, of a picture of one pixel p: a
 * grows with p. Of four samples with the same pixel three have the first label: the best
 * probability is 3/4, a / T = log 3. */
static void fetch_three_of_four(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                                size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    pixels[i] = 255;
    labels[i] = (first + index[i]) % 4 == 3;
  }
}

static lenet_model *new_model(const char *notation)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 1, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

static const lenet_samples three_of_four = {
    .count = 40, .rows = 1, .columns = 1, .classes = 2, .fetch = fetch_three_of_four};

static void test_temperature(void **state)
{
  (void)state;
  for (int isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++) {
    lenet_model *model = new_model("1x1 F2:softmax");
    lenet_real *w = lenet_model_parameters_mut(model); /* weights, then biases */
    double temperature = 0;
    lenet_measure before, after;
    if (!lenet_isa_available((lenet_isa)isa)) {
      lenet_model_free(model);
      continue;
    }
    w[0] = 4, w[1] = 0, w[2] = 1, w[3] = -1; /* scores 5 and -1 */
    assert_int_equal(lenet_evaluate(model, &three_of_four, 1, (lenet_isa)isa, &before, NULL, NULL),
                     LENET_OK);
    assert_int_equal(
        lenet_model_calibrate(model, &three_of_four, (lenet_isa)isa, &temperature, NULL), LENET_OK);
    assert_true(fabs(temperature - 6 / log(3)) < 1e-5);
    assert_true(fabs((double)w[0] - 4 * log(3) / 6) < 1e-5);
    assert_true(fabs((double)w[3] + log(3) / 6) < 1e-5);
    assert_int_equal(lenet_evaluate(model, &three_of_four, 1, (lenet_isa)isa, &after, NULL, NULL),
                     LENET_OK);
    assert_true(after.loss < before.loss && after.errors == before.errors);
    assert_true(fabs(after.loss - (0.75 * log(4.0 / 3) + 0.25 * log(4))) < 1e-6);
    /* What is calibrated has the temperature 1. */
    assert_int_equal(
        lenet_model_calibrate(model, &three_of_four, (lenet_isa)isa, &temperature, NULL), LENET_OK);
    assert_true(fabs(temperature - 1) < 1e-5);
    lenet_model_free(model);
  }
}

/* All right: the sharper the better, beyond any range. Two of four right whatever the scores say:
 * the softer the better. Neither changes the model. */
static void test_none_in_the_range(void **state)
{
  (void)state;
  lenet_model *model = new_model("1x1 F2:softmax");
  lenet_real *w = lenet_model_parameters_mut(model);
  lenet_samples right = three_of_four;
  double temperature = 0;
  right.count = 3;
  w[0] = 1, w[1] = 0, w[2] = 0, w[3] = 0;
  assert_int_equal(lenet_model_calibrate(model, &right, LENET_ISA_BEST, &temperature, NULL),
                   LENET_BAD_ARGUMENT);
  right.first = 2; /* the labels 0 and 1 */
  right.count = 2;
  assert_int_equal(lenet_model_calibrate(model, &right, LENET_ISA_BEST, &temperature, NULL),
                   LENET_BAD_ARGUMENT);
  assert_true(temperature == 0 && w[0] == 1);
  lenet_model_free(model);
}

static void test_refusals(void **state)
{
  (void)state;
  lenet_model *units = new_model("1x1 F2:scaled"), *model = new_model("1x1 F2:softmax");
  lenet_samples none = three_of_four;
  double temperature = 0;
  none.count = 0;
  assert_int_equal(lenet_model_calibrate(units, &three_of_four, LENET_ISA_BEST, &temperature, NULL),
                   LENET_UNSUPPORTED);
  assert_int_equal(lenet_model_calibrate(model, &none, LENET_ISA_BEST, &temperature, NULL),
                   LENET_BAD_ARGUMENT);
  assert_true(temperature == 0);
  lenet_model_free(units);
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_error_by_hand), cmocka_unit_test(test_temperature),
      cmocka_unit_test(test_none_in_the_range), cmocka_unit_test(test_refusals)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
