/* The second back-propagation pass against second differences, row by row, in double.
 *
 * For one row with inputs x and weights w, E = 1/2 sum h_i (y_i(x, w) - y_i)^2, taken at the y_i
 * that the row gives now, has the exact second derivatives sum h_i (dy_i / dx)^2 on the diagonal:
 * just what Gauss-Newton's recursion must give for the row, the shared weights' sum of eq. (23)
 * included. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "layers/layer.h"
#include "net/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 40 }; /* at most so many of an array are checked */

/* Lanes of the kernels under test; main sets it. */
static int L;

static real *randoms(size_t count, uint64_t seed, double low, double high)
{
  real *r = lenet_reals(count);
  assert_non_null(r);
  lenet_rng rng = lenet_rng_at(seed, 98, 0);
  for (size_t i = 0; i < count; i++)
    r[i] = lenet_rng_range(&rng, low, high);
  return r;
}

typedef struct row_test {
  lenet_work work;
  size_t outputs;
  real *h, *y0, *y;
} row_test;

static double energy(row_test *t)
{
  double e = 0;
  t->work.y = t->y;
  lenet_layer_forward(lenet_kernels_for(LENET_ISA_BEST, L), &t->work);
  for (size_t i = 0; i < t->outputs; i++)
    e += 0.5 * t->h[i] * (t->y[i] - t->y0[i]) * (t->y[i] - t->y0[i]);
  return e;
}

static void check(row_test *t, real *values, const real *second, size_t count, const char *what)
{
  const double step = 1e-4;
  for (size_t i = 0; i < count; i += count / MOST + 1) {
    const real kept = values[i];
    values[i] = kept + step;
    double above = energy(t);
    values[i] = kept - step;
    double below = energy(t);
    values[i] = kept;
    double difference = (above + below) / (step * step); /* E is 0 in the middle */
    if (!(fabs(second[i] - difference) <= 1e-5 * fabs(difference) + 1e-7))
      fail_msg("%s %zu: %.10g, second difference %.10g", what, i, second[i], difference);
  }
}

/* The row after an input of the given size; the last row of the notation is the one tested. */
static void try_row(const char *notation)
{
  lenet_network network;
  lenet_layout layout;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_network_layout(&network, &layout, &error))
    fail_msg("%s", error.message);
  const int index = network.row_count - 2; /* before the softmax that a network must end with */
  const lenet_row *row = &network.row[index];
  const lenet_layer *layer = &layout.layer[index];
  const size_t inputs = (size_t)layer->input_maps * layer->input_rows * layer->input_columns * L;
  row_test t = {.outputs = (size_t)layer->maps * layer->rows * layer->columns * L};
  real *x = randoms(inputs, 1, -1, 1), *w = randoms(layer->weight_count + 1, 2, -1, 1);
  real *b = randoms(layer->bias_count + 1, 3, -1, 1);
  real *dx = lenet_reals(inputs), *dw = lenet_reals(layer->weight_count + 1);
  real *db = lenet_reals(layer->bias_count + 1), *dy = lenet_reals(t.outputs);
  const lenet_kernels *kernels = lenet_kernels_for(LENET_ISA_BEST, L);
  real *scratch = lenet_reals(lenet_layer_scratch(kernels, row, layer)),
       *square_x = lenet_reals(inputs);
  real *square_w = lenet_reals(layer->weight_count + 1);
  t.h = randoms(t.outputs, 4, 0, 1);
  t.y0 = lenet_reals(t.outputs);
  t.y = lenet_reals(t.outputs);
  t.work = (lenet_work){.row = row,
                        .layer = layer,
                        .connected = lenet_table_of(row->connections)->connected,
                        .w = w,
                        .b = b,
                        .x = x,
                        .y = t.y0,
                        .dy = dy,
                        .dx = dx,
                        .dw = dw,
                        .db = db,
                        .scratch = scratch,
                        .square_x = square_x,
                        .square_w = square_w};
  lenet_layer_forward(kernels, &t.work);
  memcpy(dy, t.h, t.outputs * sizeof *dy);
  lenet_layer_backward2(kernels, &t.work);
  check(&t, x, dx, inputs, "input");
  check(&t, w, dw, layer->weight_count, "weight");
  check(&t, b, db, layer->bias_count, "bias");
  free(x), free(w), free(b), free(dx), free(dw), free(db), free(dy), free(scratch);
  free(square_x), free(square_w), free(t.h), free(t.y0), free(t.y);
}

static void test_rows(void **state)
{
  (void)state;
  static const char *const notations[] = {
      "4x5 F7 F3:softmax",
      "4x5 F7:sigmoid F3:softmax",
      "6x7 C3@3 F3:softmax",
      "6x7 C3@3:tanh C4@2:linear F3:softmax",
      "6x6 C6@2 C16@3:table1 F3:softmax",
      "6x6 C8@2 C16@3:lenet4 F3:softmax",
      "5x5 C7@5 F3:softmax",
      "4x4 P1 F3:softmax",
      "4x6 A2 F3:softmax",
      "4x6 M2 F3:softmax",
      "4x6 C3@1 S2 F3:softmax",
      "6x6 S3:relu F3:softmax",
      "4x6 C2@1 S6@2 F3:softmax",
      "4x6 C2@1 S4@2:linear F3:softmax",
  };
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)
    try_row(notations[i]);
}

/* The loss of one lane as a function of one number, by the first differences' own code. */
typedef struct loss_test {
  lenet_criterion criterion;
  int cells, labels[LENET_LANES];
  real codes[3 * LENET_CODE_CELLS], x[LENET_CODE_CELLS * LENET_LANES];
  real y[3 * LENET_LANES], p[3 * LENET_LANES], loss[LENET_LANES];
} loss_test;

static double rbf_loss(loss_test *t, int lane)
{
  const lenet_kernels *kernels = lenet_kernels_for(LENET_ISA_BEST, L);
  kernels->rbf_forward(t->cells, 3, t->codes, t->x, t->y);
  lenet_loss_rbf(kernels, &t->criterion, 3, t->labels, 1, t->y, t->p, NULL, t->loss);
  return t->loss[lane];
}

/* Codes of digits, or targets: +1 for the class's unit and -1 for the others. */
static void try_rbf(lenet_criterion criterion, bool targets)
{
  static loss_test t;
  const int cells = targets ? 3 : LENET_CODE_CELLS;
  static real second[LENET_CODE_CELLS * LENET_LANES];
  lenet_rng rng = lenet_rng_at(5, 97, 0);
  t.criterion = criterion;
  t.cells = cells;
  for (int digit = 0; digit < 3; digit++)
    lenet_class_code(10, digit, t.codes + digit * LENET_CODE_CELLS);
  for (int i = 0; targets && i < 9; i++)
    t.codes[i] = i % 4 == 0 ? 1 : -1;
  for (int l = 0; l < L; l++)
    t.labels[l] = l == 5 ? -1 : l % 3;
  /* Between the codes of 0 and 2, which differ in few cells, so that both have a share. */
  for (int i = 0; i < cells * L; i++)
    t.x[i] = (t.codes[i / L] + t.codes[2 * cells + i / L]) / 2 + lenet_rng_range(&rng, -0.2, 0.2);
  rbf_loss(&t, 0);
  lenet_loss_rbf_second(L, &criterion, 3, cells, t.labels, 1, t.codes, t.x, t.y, second);
  const double step = 1e-3;
  for (int i = 0; i < cells * L; i += targets ? 1 : 7) {
    const int lane = i % L;
    const real kept = t.x[i];
    double middle = rbf_loss(&t, lane);
    t.x[i] = kept + step;
    double above = rbf_loss(&t, lane);
    t.x[i] = kept - step;
    double below = rbf_loss(&t, lane);
    t.x[i] = kept;
    double difference = (above - 2 * middle + below) / (step * step);
    if (!(fabs(second[i] - difference) <= 1e-4 * fabs(difference) + 1e-5))
      fail_msg("x %d: %.10g, second difference %.10g", i, second[i], difference);
    if (lane == 5)
      assert_true(second[i] == 0);
  }
}

static void test_rbf(void **state)
{
  (void)state;
  for (int targets = 0; targets < 2; targets++) {
    try_rbf((lenet_criterion){.loss = LENET_MSE, .rubbish = 0}, targets);
    try_rbf((lenet_criterion){.loss = LENET_MAP, .rubbish = targets ? 4 : 15}, targets);
    try_rbf((lenet_criterion){.loss = LENET_MAP, .rubbish = INFINITY}, targets);
  }
}

static void test_softmax(void **state)
{
  (void)state;
  const lenet_kernels *kernels = lenet_kernels_for(LENET_ISA_BEST, L);
  real *a = randoms((size_t)(3 * L), 1, -2, 2), *y = lenet_reals((size_t)(3 * L)),
       *second = lenet_reals((size_t)(3 * L));
  real loss[LENET_LANES];
  int labels[LENET_LANES];
  const double step = 1e-4;
  for (int l = 0; l < L; l++)
    labels[l] = l % 3;
  memcpy(y, a, (size_t)(3 * L) * sizeof *y);
  lenet_loss_softmax(kernels, &(lenet_criterion){.loss = LENET_CROSS_ENTROPY}, 3, labels, 1, y,
                     NULL, loss);
  lenet_loss_softmax_second(L, 3, labels, 1, y, second);
  for (int i = 0; i < 3 * L; i++) {
    double e[3];
    for (int s = -1; s <= 1; s++) {
      memcpy(y, a, (size_t)(3 * L) * sizeof *y);
      y[i] += s * step;
      lenet_loss_softmax(kernels, &(lenet_criterion){.loss = LENET_CROSS_ENTROPY}, 3, labels, 1, y,
                         NULL, loss);
      e[s + 1] = loss[i % L];
    }
    assert_true(fabs((e[0] - 2 * e[1] + e[2]) / (step * step) - second[i]) < 1e-6);
  }
  free(a), free(y), free(second);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),
      cmocka_unit_test(test_rbf),
      cmocka_unit_test(test_softmax),
  };
  int failed = 0;
  for (L = LENET_LANES; L >= 1; L -= LENET_LANES - 1)
    failed += cmocka_run_group_tests_name(L > 1 ? "16 lanes" : "one picture", tests, NULL, NULL);
  return failed;
}
