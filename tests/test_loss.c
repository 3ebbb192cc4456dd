/* The criteria against values worked out by hand from eq. (8) and eq. (9) of the paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/pass.h"

#include <math.h>

enum { L = LENET_LANES, CLASSES = 3, LABEL = 1 };

static const double scale = 0.5;

static void near(real got, double want)
{
  if (!(fabs((double)got - want) <= 1e-5 * fabs(want) + 1e-7))
    fail_msg("%.9g, not %.9g", (double)got, want);
}

/* Lane 0 has a label. */
static void label_first(int labels[L])
{
  for (int l = 0; l < L; l++)
    labels[l] = l == 0 ? LABEL : -1;
}

typedef struct result {
  real p[CLASSES * L], dy[CLASSES * L], loss[L];
} result;

/* Lane 0 has the distances, lane 1 the same without a label. */
static result judge(lenet_criterion criterion, const double distances[CLASSES])
{
  real y[CLASSES * L] __attribute__((aligned(64))) = {0};
  real p[CLASSES * L] __attribute__((aligned(64)));
  real dy[CLASSES * L] __attribute__((aligned(64)));
  result r;
  int labels[L];
  label_first(labels);
  for (int k = 0; k < CLASSES; k++)
    y[k * L] = y[k * L + 1] = (real)distances[k];
  lenet_loss_rbf(lenet_kernels_for(LENET_ISA_BEST, L), &criterion, CLASSES, labels, (real)scale, y,
                 p, dy, r.loss);
  for (int i = 0; i < CLASSES * L; i++) {
    r.p[i] = p[i];
    r.dy[i] = dy[i];
  }
  for (int l = 1; l < L; l++) {
    assert_true(r.loss[l] == 0);
    for (int k = 0; k < CLASSES; k++)
      assert_true(r.dy[k * L + l] == 0);
  }
  return r;
}

static void test_eq8(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){.loss = LENET_MSE, .rubbish = 0}, (double[]){3, 2.5, 9});
  near(r.loss[0], 2.5);
  near(r.dy[0 * L], 0);
  near(r.dy[1 * L], scale);
  near(r.dy[2 * L], 0);
}

/* y = (1, 2, 3), j = 1: e^-1 + e^-1 + e^-2 + e^-3 = 0.367879 x 2 + 0.135335 + 0.049787 = 0.920881,
 * E = 2 + log 0.920881 = 1.917576; q = (0.399486, 0.146963, 0.054064). */
static void test_eq9(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){.loss = LENET_MAP, .rubbish = 1}, (double[]){1, 2, 3});
  near(r.loss[0], 1.917576);
  near(r.dy[0 * L], scale * -0.399486);
  near(r.dy[1 * L], scale * (1 - 0.146963));
  near(r.dy[2 * L], scale * -0.054064);
  /* The probabilities know no rubbish class: e^-1 / (e^-1 + e^-2 + e^-3) = 0.665241. */
  near(r.p[0 * L], 0.665241);
  near(r.p[1 * L], 0.244728);
  near(r.p[2 * L], 0.090031);
}

/* Without a rubbish class eq. (9) is the cross-entropy: 2 + log(e^-1 + e^-2 + e^-3) = 1.407606. */
static void test_eq9_without_rubbish(void **state)
{
  (void)state;
  result r =
      judge((lenet_criterion){.loss = LENET_MAP, .rubbish = (real)INFINITY}, (double[]){1, 2, 3});
  near(r.loss[0], 1.407606);
  near(r.dy[0 * L], scale * -0.665241);
  near(r.dy[1 * L], scale * (1 - 0.244728));
}

/* Far from all codes, as at the start: y about 84, and e^-84 is no trouble. With j = 1 the rubbish
 * class takes all: E = 84 - 1. With j = 200 the classes share it. */
static void test_far_away(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){.loss = LENET_MAP, .rubbish = 1}, (double[]){84, 84, 84});
  near(r.loss[0], 83);
  near(r.dy[1 * L], scale);
  near(r.dy[0 * L], 0);
  r = judge((lenet_criterion){.loss = LENET_MAP, .rubbish = 200}, (double[]){84, 84, 84});
  near(r.loss[0], log(3));
  near(r.dy[1 * L], scale * 2 / 3);
  near(r.dy[0 * L], scale * -1 / 3);
}

/* Where nothing is left to learn the gradient is 0, not a subnormal number. */
static void test_no_subnormals(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){.loss = LENET_MAP, .rubbish = 50}, (double[]){90, 0.001, 160});
  assert_true(r.dy[0 * L] == 0);
  assert_true(r.dy[2 * L] == 0);
  real y[CLASSES * L] __attribute__((aligned(64))) = {0};
  real dy[CLASSES * L] __attribute__((aligned(64))), loss[L];
  const int labels[L] = {LABEL};
  y[LABEL * L] = 95;
  const lenet_criterion criterion = {.loss = LENET_CROSS_ENTROPY};
  lenet_loss_softmax(lenet_kernels_for(LENET_ISA_BEST, L), &criterion, CLASSES, labels, 1, y, dy,
                     loss);
  assert_true(dy[0] == 0);
  assert_true(loss[0] == 0);
}

/* The sums (1, 3, 2) in lane 0, whose label is 1; lane 1 has none. */
static result judge_softmax(lenet_criterion criterion)
{
  static const double sums[CLASSES] = {1, 3, 2};
  real a[CLASSES * L] __attribute__((aligned(64))) = {0};
  real dy[CLASSES * L] __attribute__((aligned(64)));
  result r;
  int labels[L];
  label_first(labels);
  for (int k = 0; k < CLASSES; k++)
    a[k * L] = a[k * L + 1] = (real)sums[k];
  lenet_loss_softmax(lenet_kernels_for(LENET_ISA_BEST, L), &criterion, CLASSES, labels, (real)scale,
                     a, dy, r.loss);
  for (int i = 0; i < CLASSES * L; i++) {
    r.p[i] = a[i];
    r.dy[i] = dy[i];
  }
  for (int k = 0; k < CLASSES; k++)
    assert_true(r.loss[1] == 0 && r.dy[k * L + 1] == 0);
  return r;
}

/* p = (0.090031, 0.665241, 0.244728), -log p[1] = 0.407606. With s = 0.3 the wanted probabilities
 * are q = (0.1, 0.8, 0.1): -sum q log p = 0.1 x 2.407606 + 0.8 x 0.407606 + 0.1 x 1.407606 =
 * 0.707606. */
static void test_label_smoothing(void **state)
{
  (void)state;
  const lenet_criterion smooth = {.loss = LENET_CROSS_ENTROPY, .smoothing = (real)0.3};
  const result r = judge_softmax(smooth), hard = judge_softmax((lenet_criterion){0});
  near(hard.loss[0], 0.407606);
  near(r.loss[0], 0.707606);
  near(r.p[1 * L], 0.665241);
  near(r.dy[0 * L], scale * (0.0900306 - 0.1));
  near(r.dy[1 * L], scale * (0.6652410 - 0.8));
  near(r.dy[2 * L], scale * (0.2447285 - 0.1));
}

/* Teachers say r = (0.2, 0.5, 0.3) at T = 2, where p' = softmax(0.5, 1.5, 1) = (0.186324, 0.506480,
 * 0.307196) and log sum exp = 2.180270: -sum r log p' = 2.180270 - 0.1 - 0.75 - 0.3 = 1.030270.
 * Their share is 0.75: E = 0.25 x 0.707606 + 0.75 x 4 x 1.030270 = 3.267711. */
static void test_teachers(void **state)
{
  (void)state;
  real taught[CLASSES * L] = {0};
  taught[0 * L] = (real)0.2;
  taught[1 * L] = (real)0.5;
  taught[2 * L] = (real)0.3;
  const lenet_criterion criterion = {.loss = LENET_CROSS_ENTROPY,
                                     .smoothing = (real)0.3,
                                     .distillation = (real)0.75,
                                     .temperature = 2,
                                     .taught = taught};
  const result r = judge_softmax(criterion);
  near(r.loss[0], 3.267711);
  near(r.dy[0 * L], scale * (0.25 * -0.0099694 + 1.5 * (0.1863237 - 0.2)));
  near(r.dy[1 * L], scale * (0.25 * -0.1347590 + 1.5 * (0.5064804 - 0.5)));
  near(r.dy[2 * L], scale * (0.25 * 0.1447285 + 1.5 * (0.3071959 - 0.3)));
}

/* One picture with label 0 through a network of three tanh units whose weights are 0, so that
 * y = tanh(b); derivatives by b. */
typedef struct outcome {
  double loss, gradient[CLASSES], second[CLASSES], p[CLASSES];
} outcome;

static outcome judge_units(lenet_criterion criterion)
{
  static const double y[CLASSES] = {0.5, -0.25, 0.75};
  lenet_network network;
  lenet_model *model = NULL;
  lenet_pass pass;
  assert_int_equal(lenet_network_parse("1x1 F3:tanh", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create_blank(&network, (lenet_input){1, 0}, &model, NULL), LENET_OK);
  for (int k = 0; k < CLASSES; k++)
    lenet_model_parameters_mut(model)[CLASSES + k] = (real)atanh(y[k]);
  assert_int_equal(lenet_pass_create(&pass, model, lenet_kernels_for(LENET_ISA_BEST, L),
                                     LENET_PASS_CURVATURE, NULL),
                   LENET_OK);
  pass.criterion = criterion;
  const uint8_t pixel = 1;
  int labels[L];
  for (int l = 0; l < L; l++)
    labels[l] = l == 0 ? 0 : -1;
  real loss[L], gradient[2 * CLASSES], curvature[2 * CLASSES] = {0};
  lenet_pass_load(&pass, &pixel, 1, 1, 1);
  lenet_pass_curvature(&pass, labels, gradient, curvature);
  lenet_pass_backward(&pass, labels, 1, loss, gradient);
  near((real)lenet_pass_margin(&pass, 0), 0.75 - 0.5); /* of the two highest units */
  outcome o = {.loss = (double)loss[0]};
  for (int k = 0; k < CLASSES; k++) {
    o.gradient[k] = (double)gradient[CLASSES + k];
    o.second[k] = (double)curvature[CLASSES + k];
    o.p[k] = (double)pass.probabilities[k * L];
  }
  assert_int_equal(lenet_pass_answer(&pass, 0), 2); /* the highest unit */
  lenet_pass_free(&pass);
  lenet_model_free(model);
  return o;
}

/* y = (1/2, -1/4, 3/4) for the targets (1, -1, -1): E = 1/4 + 9/16 + 49/16 = 31/8. By the sums
 * before the tanh, 2 (y - t) (1 - y^2) and 2 (1 - y^2)^2. The other classes are at 55/8 and 23/8.
 */
static void test_targets(void **state)
{
  (void)state;
  const outcome mse = judge_units((lenet_criterion){.loss = LENET_MSE, .rubbish = 0});
  near((real)mse.loss, 3.875);
  near((real)mse.gradient[0], 2 * -0.5 * 0.75);
  near((real)mse.gradient[1], 2 * 0.75 * 0.9375);
  near((real)mse.gradient[2], 2 * 1.75 * 0.4375);
  near((real)mse.second[0], 2 * 0.75 * 0.75);
  near((real)mse.second[1], 2 * 0.9375 * 0.9375);
  near((real)mse.second[2], 2 * 0.4375 * 0.4375);
  /* softmax(4 y) = e^2, e^-1, e^3 over their sum 27.842472 */
  near((real)mse.p[0], 0.265388);
  near((real)mse.p[1], 0.0132129);
  near((real)mse.p[2], 0.721399);
  /* j = 4: q = e^-31/8, e^-55/8, e^-23/8 over e^-4 + their sum = 0.0965194; 3.875 + log of it */
  const outcome map = judge_units((lenet_criterion){.loss = LENET_MAP, .rubbish = 4});
  near((real)map.loss, 1.536989);
  near((real)map.gradient[0], -1.927955);
  near((real)map.gradient[1], 0.306998);
  near((real)map.gradient[2], 1.313457);
  near((real)map.p[0], 0.265388);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_eq8),
      cmocka_unit_test(test_eq9),
      cmocka_unit_test(test_far_away),
      cmocka_unit_test(test_eq9_without_rubbish),
      cmocka_unit_test(test_no_subnormals),
      cmocka_unit_test(test_targets),
      cmocka_unit_test(test_label_smoothing),
      cmocka_unit_test(test_teachers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
