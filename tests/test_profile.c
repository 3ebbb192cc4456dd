/* Where the time goes: every row is timed, nothing else is touched, and what is asked for wrongly
 * is refused. How long a row takes depends on the machine; that a row with ten times the work takes
 * longer does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28 };

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)lenet_synthetic_digit(7, first + index[i], pixels + i * SIDE * SIDE);
}

static const lenet_samples digits = {
    .count = 100, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch};

static lenet_model *create(const lenet_network *network)
{
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_model_create(network, lenet_input_default(network), 11, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

static lenet_model *create_of(const char *notation)
{
  lenet_network network;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error))
    fail_msg("%s", error.message);
  return create(&network);
}

/* A picture takes less than a tenth of a second on any machine. */
static void assert_time(double seconds) { assert_true(seconds > 0 && seconds < 0.1); }

static void assert_all_rows(const lenet_model *model, lenet_isa isa)
{
  lenet_layer_time times[LENET_MAX_ROWS];
  lenet_rest_time rest = {0};
  lenet_error error;
  memset(times, 0xff, sizeof times);
  if (lenet_profile(model, &digits, isa, 0.002, times, &rest, &error))
    fail_msg("%s", error.message);
  const lenet_layout *layout = lenet_model_layout(model);
  bool learning = false;
  for (int i = 0; i < lenet_model_network(model)->row_count; i++) {
    if (i == 0 && lenet_model_network(model)->row[0].kind == LENET_PAD)
      assert_true(times[i].forward == 0);
    else
      assert_time(times[i].forward);
    learning = learning || layout->layer[i].parameters > 0;
    if (learning)
      assert_time(times[i].backward);
    else
      assert_true(times[i].backward == 0);
  }
  assert_time(rest.load);
  assert_time(rest.loss);
  assert_time(rest.step);
}

static void test_all_rows(void **state)
{
  (void)state;
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++) {
    lenet_model *model = create(&variants[v].network);
    const size_t bytes = lenet_model_layout(model)->parameter_count * sizeof(lenet_real);
    lenet_real *before = malloc(bytes);
    assert_non_null(before);
    memcpy(before, lenet_model_parameters(model), bytes);
    for (lenet_isa isa = LENET_ISA_BEST; isa <= LENET_ISA_NEON; isa++)
      if (lenet_isa_available(isa))
        assert_all_rows(model, isa);
    assert_memory_equal(before, lenet_model_parameters(model), bytes);
    free(before);
    lenet_model_free(model);
  }
}

/* Of 784 inputs to 400 units and from those to 10: 78 times the multiply-adds, forward and, for the
 * gradient of the weights alone against both gradients, 39 times backward. */
static void test_work_takes_time(void **state)
{
  (void)state;
  lenet_model *model = create_of("28x28 F400:relu F10:softmax");
  lenet_layer_time times[LENET_MAX_ROWS];
  assert_int_equal(lenet_profile(model, &digits, LENET_ISA_BEST, 0.05, times, NULL, NULL),
                   LENET_OK);
  assert_true(times[0].forward > 2 * times[1].forward);
  assert_true(times[0].backward > 2 * times[1].backward);
  lenet_model_free(model);
}

/* Fewer pictures than lanes, and smaller ones than the network reads. */
static void test_few_small_pictures(void **state)
{
  (void)state;
  lenet_model *model = create_of("32x32 P2 A2 F10:softmax");
  lenet_samples few = digits;
  lenet_layer_time times[LENET_MAX_ROWS];
  few.count = 3;
  assert_int_equal(lenet_profile(model, &few, LENET_ISA_BEST, 0, times, NULL, NULL), LENET_OK);
  assert_time(times[1].forward);
  assert_true(times[0].backward == 0 && times[1].backward == 0);
  assert_time(times[2].backward);
  lenet_model_free(model);
}

/* Pools and codes: no row has parameters, none a way back. */
static void test_nothing_to_learn(void **state)
{
  (void)state;
  lenet_model *model = create_of("48x28 A4 R10");
  assert_all_rows(model, LENET_ISA_BEST);
  lenet_model_free(model);
}

static void test_refusals(void **state)
{
  (void)state;
  lenet_model *model = create_of("28x28 F10:softmax"), *small = create_of("20x20 F10:softmax"),
              *three = create_of("28x28 F3:softmax");
  lenet_layer_time times[LENET_MAX_ROWS];
  lenet_rest_time rest;
  lenet_error error;
  lenet_isa missing = LENET_ISA_SCALAR;
  while (lenet_isa_available(missing))
    missing++;
  lenet_samples none = digits;
  none.count = 0;
  const struct {
    const lenet_model *model;
    const lenet_samples *samples;
    lenet_isa isa;
    const char *says;
  } cases[] = {
      {model, &digits, missing, "no such kernels"},
      {model, &none, LENET_ISA_BEST, "0 timing samples"},
      {small, &digits, LENET_ISA_BEST, "timing pictures of 28x28: the network reads up to 20x20"},
      {three, &digits, LENET_ISA_BEST, "timing samples of 10 classes: the network has 3 outputs"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    times[0].forward = rest.load = 77;
    assert_int_equal(
        lenet_profile(cases[i].model, cases[i].samples, cases[i].isa, 0.001, times, &rest, &error),
        LENET_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, cases[i].says));
    assert_true(times[0].forward == 77 && rest.load == 77);
    assert_int_equal(
        lenet_profile(cases[i].model, cases[i].samples, cases[i].isa, 0.001, times, NULL, NULL),
        LENET_BAD_ARGUMENT);
  }
  lenet_model_free(model), lenet_model_free(small), lenet_model_free(three);
}

static void test_peak_refusals(void **state)
{
  (void)state;
  lenet_error error;
  double gflops = 77;
  lenet_isa missing = LENET_ISA_SCALAR;
  while (lenet_isa_available(missing))
    missing++;
  assert_int_equal(lenet_peak_gflops(missing, 1, 0, &gflops, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "no such kernels"));
  for (int wrong = 0; wrong < 2; wrong++) {
    assert_int_equal(lenet_peak_gflops(LENET_ISA_BEST, wrong ? 257 : -1, 0, &gflops, &error),
                     LENET_BAD_ARGUMENT);
    assert_non_null(strstr(error.message, wrong ? "257 threads" : "-1 threads"));
  }
  assert_true(gflops == 77);
}

/* Several threads on fewer processors do no more than the processors can: the sum is of what was
 * done at once. 16 on one processor would add up to 16 times its peak where each is timed alone. */
static void test_peak_is_of_the_same_time(void **state)
{
  (void)state;
  double one = 0, many = 0;
  assert_int_equal(lenet_peak_gflops(LENET_ISA_SCALAR, 1, 0.05, &one, NULL), LENET_OK);
  assert_int_equal(lenet_peak_gflops(LENET_ISA_SCALAR, 0, 0.05, &many, NULL), LENET_OK);
  double crowd = 0;
  assert_int_equal(lenet_peak_gflops(LENET_ISA_SCALAR, 64, 0.05, &crowd, NULL), LENET_OK);
  assert_true(crowd < 3 * (many > one ? many : one));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_rows),
      cmocka_unit_test(test_work_takes_time),
      cmocka_unit_test(test_few_small_pictures),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_nothing_to_learn),
      cmocka_unit_test(test_peak_refusals),
      cmocka_unit_test(test_peak_is_of_the_same_time),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
