/* The criteria against values worked out by hand from eq. (8) and eq. (9) of the paper. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "layers/layer.h"

#include <math.h>

enum { L = LENET_LANES, CLASSES = 3, LABEL = 1 };

static const double scale = 0.5;

static void near(real got, double want)
{
  if (!(fabs((double)got - want) <= 1e-5 * fabs(want) + 1e-7))
    fail_msg("%.9g, not %.9g", (double)got, want);
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
  for (int l = 0; l < L; l++)
    labels[l] = l == 0 ? LABEL : -1;
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
  result r = judge((lenet_criterion){LENET_MSE, 0}, (double[]){3, 2.5, 9});
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
  result r = judge((lenet_criterion){LENET_MAP, 1}, (double[]){1, 2, 3});
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
  result r = judge((lenet_criterion){LENET_MAP, (real)INFINITY}, (double[]){1, 2, 3});
  near(r.loss[0], 1.407606);
  near(r.dy[0 * L], scale * -0.665241);
  near(r.dy[1 * L], scale * (1 - 0.244728));
}

/* Far from all codes, as at the start: y about 84, and e^-84 is no trouble. With j = 1 the rubbish
 * class takes all: E = 84 - 1. With j = 200 the classes share it. */
static void test_far_away(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){LENET_MAP, 1}, (double[]){84, 84, 84});
  near(r.loss[0], 83);
  near(r.dy[1 * L], scale);
  near(r.dy[0 * L], 0);
  r = judge((lenet_criterion){LENET_MAP, 200}, (double[]){84, 84, 84});
  near(r.loss[0], log(3));
  near(r.dy[1 * L], scale * 2 / 3);
  near(r.dy[0 * L], scale * -1 / 3);
}

/* Where nothing is left to learn the gradient is 0, not a subnormal number. */
static void test_no_subnormals(void **state)
{
  (void)state;
  result r = judge((lenet_criterion){LENET_MAP, 50}, (double[]){90, 0.001, 160});
  assert_true(r.dy[0 * L] == 0);
  assert_true(r.dy[2 * L] == 0);
  real y[CLASSES * L] __attribute__((aligned(64))) = {0};
  real dy[CLASSES * L] __attribute__((aligned(64))), loss[L];
  const int labels[L] = {LABEL};
  y[LABEL * L] = 95;
  lenet_loss_softmax(lenet_kernels_for(LENET_ISA_BEST, L), CLASSES, labels, 1, y, dy, loss);
  assert_true(dy[0] == 0);
  assert_true(loss[0] == 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_eq8),           cmocka_unit_test(test_eq9),
      cmocka_unit_test(test_far_away),      cmocka_unit_test(test_eq9_without_rubbish),
      cmocka_unit_test(test_no_subnormals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
