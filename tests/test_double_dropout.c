/* Dropout in double: with the units that a place leaves out the gradient is that of the loss, and
 * of many units the right part is left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/real.h"
#include "train/dropout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURES = 5, SIDE = 6, CLASSES = 3, PLACE = 7 };

typedef struct fixture {
  lenet_model *model;
  lenet_pass pass;
  lenet_dropout dropout;
  int labels[LENET_LANES];
  real *gradient;
} fixture;

static void set_up(fixture *f, const char *notation, double probability)
{
  lenet_network network;
  lenet_error error;
  uint8_t pixels[PICTURES * SIDE * SIDE];
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 3, &f->model, &error) ||
      lenet_pass_create(&f->pass, f->model, lenet_kernels_for(LENET_ISA_BEST, LENET_LANES),
                        LENET_PASS_GRADIENT, &error) ||
      lenet_dropout_create(f->model, LENET_LANES, probability, 11, &f->dropout, &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < PICTURES * SIDE * SIDE; i++)
    pixels[i] = (uint8_t)(i * 89 % 251);
  for (int l = 0; l < LENET_LANES; l++)
    f->labels[l] = l < PICTURES ? l % CLASSES : -1;
  lenet_pass_load(&f->pass, pixels, SIDE, SIDE, PICTURES);
  f->gradient = lenet_reals(lenet_round_up(lenet_model_layout(f->model)->parameter_count));
  assert_non_null(f->gradient);
}

static void tear_down(fixture *f)
{
  free(f->gradient);
  lenet_dropout_free(&f->dropout);
  lenet_pass_free(&f->pass);
  lenet_model_free(f->model);
}

static double loss_at(fixture *f, uint64_t place)
{
  real loss[LENET_LANES];
  double sum = 0;
  lenet_dropout_backward(&f->dropout, place, &f->pass, f->labels, 1, loss, f->gradient);
  for (int l = 0; l < LENET_LANES; l++)
    sum += (double)loss[l];
  return sum;
}

static void test_gradient(void **state)
{
  (void)state;
  static const char *const networks[] = {"6x6 C4@3:tanh A2 F9:tanh F7:sigmoid F3:softmax",
                                         "6x6 C3@3:scaled C8@4:tanh F3:softmax"};
  const double step = 1e-5;
  for (size_t n = 0; n < sizeof networks / sizeof *networks; n++) {
    fixture f;
    set_up(&f, networks[n], 0.4);
    const size_t count = lenet_model_layout(f.model)->parameter_count;
    real *w = lenet_model_parameters_mut(f.model), *kept = calloc(count, sizeof *kept);
    assert_non_null(kept);
    assert_true(loss_at(&f, PLACE) != loss_at(&f, PLACE + 1));
    loss_at(&f, PLACE);
    memcpy(kept, f.gradient, count * sizeof *kept);
    for (size_t i = 0; i < count; i++) {
      const real before = w[i];
      w[i] = before + (real)step;
      const double above = loss_at(&f, PLACE);
      w[i] = before - (real)step;
      const double below = loss_at(&f, PLACE);
      w[i] = before;
      const double want = (above - below) / (2 * step);
      if (fabs((double)kept[i] - want) > 1e-6 * fabs(want) + 1e-9)
        fail_msg("%s, parameter %zu: %g, not %g", networks[n], i, (double)kept[i], want);
    }
    free(kept);
    tear_down(&f);
  }
}

/* 16 x 900 numbers: the part left out has a standard deviation of 0.004. What stays is as much
 * larger as makes up for it. */
static void test_part_left_out(void **state)
{
  (void)state;
  fixture f;
  set_up(&f, "6x6 F900:linear F3:softmax", 0.3);
  int zeros = 0;
  const int numbers = 900 * LENET_LANES;
  loss_at(&f, PLACE);
  for (int i = 0; i < numbers; i++) {
    const double factor = (double)f.dropout.mask[0][i];
    zeros += factor == 0;
    assert_true(factor == 0 || fabs(factor - 1 / 0.7) < 1e-12);
  }
  assert_null(f.dropout.mask[1]); /* not of the last row */
  assert_true(fabs(zeros / (double)numbers - 0.3) < 0.02);
  tear_down(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_gradient),
                                     cmocka_unit_test(test_part_left_out)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
