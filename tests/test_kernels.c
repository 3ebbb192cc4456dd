/* Every kernel of every instruction set of this machine against its definition, written here as
 * plain loops in double. The bounds on the normalised squared error are those of kernels.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Lanes of the tables under test; main sets it. */
static int L;

enum { GUARD = 16 };

/* Numbers of -1 .. 1 and behind them GUARD NaNs: who reads on gets NaN, and `check` finds who
 * writes on. */
static real *randoms(size_t count, uint64_t seed)
{
  real *r = lenet_reals(count + GUARD);
  assert_non_null(r);
  lenet_rng rng = lenet_rng_at(seed, 99, 0);
  for (size_t i = 0; i < count + GUARD; i++)
    r[i] = i < count ? (real)lenet_rng_range(&rng, -1, 1) : (real)NAN;
  return r;
}

static double *zeros(size_t count)
{
  double *d = calloc(count, sizeof *d);
  assert_non_null(d);
  return d;
}

/* sum (got - want)^2 <= bound sum want^2, for an array that randoms() made. */
static void check(const lenet_kernels *k, const char *what, const real *got, const double *want,
                  size_t count, double bound)
{
  double wrong = 0, all = 0;
  for (size_t i = 0; i < count; i++) {
    wrong += ((double)got[i] - want[i]) * ((double)got[i] - want[i]);
    all += want[i] * want[i];
  }
  if (!(wrong <= bound * all))
    fail_msg("%s of %d %s: normalised squared error %g over %g", lenet_isa_name(k->isa), k->lanes,
             what, wrong / all, bound);
  for (size_t i = count; i < count + GUARD; i++)
    if (!isnan(got[i]))
      fail_msg("%s of %d %s: writes behind its array", lenet_isa_name(k->isa), k->lanes, what);
}

#define FOR_ALL_KERNELS(k)                                                                         \
  const lenet_kernels *all[LENET_MAX_KERNELS], *k;                                                 \
  lenet_kernels_all(all);                                                                          \
  for (int which = 0; (k = all[which]); which++)                                                   \
    if (k->lanes == L)

/* ---- pictures ---- */

static void test_load_pictures(void **state)
{
  (void)state;
  enum { ROWS = 3, COLUMNS = 23, X_ROW = 25 }; /* no multiple of 4, nor of a vector; a border */
  uint8_t *pixels = malloc((size_t)L * ROWS * COLUMNS);
  const uint8_t *picture[LENET_LANES];
  assert_non_null(pixels);
  for (int i = 0; i < L * ROWS * COLUMNS; i++)
    pixels[i] = (uint8_t)(i * 37);
  for (int l = 0; l < L; l++)
    picture[l] = pixels + (size_t)l * ROWS * COLUMNS;
  const real scale = (real)0.005, offset = (real)-0.1;
  FOR_ALL_KERNELS(k)
  {
    real *x = randoms((size_t)ROWS * X_ROW * L, 1), *before = randoms((size_t)ROWS * X_ROW * L, 1);
    k->load_pictures(ROWS, COLUMNS, picture, scale, offset, (size_t)X_ROW * L, x);
    for (int i = 0; i < ROWS * X_ROW * L; i++) {
      const int row = i / L / X_ROW, column = i / L % X_ROW, l = i % L;
      const real scaled = (real)picture[l][row * COLUMNS + column % COLUMNS] * scale;
      assert_true(x[i] == (column < COLUMNS ? scaled + offset : before[i]));
    }
    free(x), free(before);
  }
  free(pixels);
}

/* ---- convolution ---- */

/* kernels.h: what a sum of so many products may be off. */
static double bound_of_sum(int products) { return fmax(1e-12, 2e-15 * products); }

static void try_conv(lenet_conv_shape s)
{
  const int taps = s.kernel * s.kernel;
  const int rows = s.input_rows - s.kernel + 1, columns = s.input_columns - s.kernel + 1;
  const size_t nx = (size_t)s.input_maps * s.input_rows * s.input_columns * L;
  const size_t ny = (size_t)s.maps * rows * columns * L;
  const size_t nw = (size_t)s.maps * s.input_maps * s.kernel * s.kernel;
  real *x = randoms(nx, 1), *w = randoms(nw, 2), *b = randoms((size_t)s.maps, 3);
  real *dy = randoms(ny, 4);
  double *y = zeros(ny), *dx = zeros(nx), *dw = zeros(nw), *db = zeros((size_t)s.maps);
  for (int m = 0; m < s.maps; m++)
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < columns; c++)
        for (int l = 0; l < L; l++) {
          size_t at = (((size_t)m * rows + r) * columns + c) * L + l;
          y[at] = b[m];
          db[m] += dy[at];
          for (int n = 0; n < s.input_maps; n++)
            for (int i = 0; i < s.kernel; i++)
              for (int j = 0; j < s.kernel; j++) {
                if (s.connected && !s.connected[m * s.input_maps + n])
                  continue;
                size_t xi = (((size_t)n * s.input_rows + r + i) * s.input_columns + c + j) * L + l;
                size_t wi = (((size_t)m * s.input_maps + n) * s.kernel + i) * s.kernel + j;
                y[at] += (double)w[wi] * x[xi];
                dx[xi] += (double)w[wi] * dy[at];
                dw[wi] += (double)dy[at] * x[xi];
              }
        }
  FOR_ALL_KERNELS(k)
  {
    real *got_y = randoms(ny, 5), *got_dx = randoms(nx, 6), *got_dw = randoms(nw, 7);
    real *got_db = randoms((size_t)s.maps, 8);
    const size_t room = lenet_conv_scratch(L, &s) + 1;
    real *scratch = randoms(room, 9);
    k->conv_forward(&s, LENET_LINEAR, w, b, x, got_y, scratch);
    check(k, "conv_forward", got_y, y, ny, bound_of_sum(s.input_maps * taps));
    k->conv_backward_data(&s, w, dy, got_dx, scratch);
    check(k, "conv_backward_data", got_dx, dx, nx, bound_of_sum(s.maps * taps));
    k->conv_backward_weights(&s, dy, x, got_dw, got_db, scratch);
    check(k, "conv_backward_weights", got_dw, dw, nw, 1e-11);
    check(k, "conv_backward_weights' bias", got_db, db, (size_t)s.maps, 1e-11);
    for (size_t i = room; i < room + GUARD; i++)
      assert_true(isnan(scratch[i]));
    free(got_y), free(got_dx), free(got_dw), free(got_db), free(scratch);
  }
  free(x), free(w), free(b), free(dy), free(y), free(dx), free(dw), free(db);
}

static void test_conv(void **state)
{
  (void)state;
  try_conv((lenet_conv_shape){1, 32, 32, 6, 5, NULL, 0, 0});  /* C1 */
  try_conv((lenet_conv_shape){6, 14, 14, 16, 5, NULL, 0, 0}); /* C3 */
  try_conv((lenet_conv_shape){3, 9, 11, 7, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){5, 11, 13, 7, 5, NULL, 0, 0});  /* tiles, and an odd row below them */
  try_conv((lenet_conv_shape){4, 5, 6, 5, 5, NULL, 0, 0});    /* one output row: no tile */
  try_conv((lenet_conv_shape){1, 19, 39, 2, 4, NULL, 0, 0});  /* some vectors a row, and a rest */
  try_conv((lenet_conv_shape){1, 25, 24, 1, 20, NULL, 0, 0}); /* a border wider than a vector */
  try_conv((lenet_conv_shape){2, 7, 8, 1, 7, NULL, 0,
                              0}); /* one output row, a kernel wider than a block */
  try_conv((lenet_conv_shape){2, 6, 4, 3, 1, NULL, 0, 0});
  static const uint8_t table[5 * 3] = {1, 0, 1, 0, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0};
  try_conv((lenet_conv_shape){3, 8, 9, 5, 4, table, 0, 0}); /* the last map reads nothing */
}

/* 3x3 kernels between several maps go in tiles of four output rows: from none to two of these, none
 * to three rows below them, and blocks of columns and maps in full and in part. */
static void test_conv_in_tiles_of_four_rows(void **state)
{
  (void)state;
  try_conv((lenet_conv_shape){4, 5, 6, 4, 3, NULL, 0, 0}); /* 3 rows: no tile */
  try_conv((lenet_conv_shape){4, 6, 6, 4, 3, NULL, 0, 0}); /* one tile, and nothing else */
  try_conv(
      (lenet_conv_shape){5, 7, 7, 9, 3, NULL, 0, 0}); /* 4 + 1; a weight matrix of 45 kernels */
  try_conv((lenet_conv_shape){6, 8, 9, 6, 3, NULL, 0, 0});  /* 4 + 2 */
  try_conv((lenet_conv_shape){7, 9, 12, 5, 3, NULL, 0, 0}); /* 4 + 3 */
  try_conv((lenet_conv_shape){9, 10, 3, 8, 3, NULL, 0, 0}); /* 8 rows of one column */
  try_conv((lenet_conv_shape){4, 11, 4, 7, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){8, 12, 5, 4, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){5, 13, 15, 6, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){3, 10, 10, 8, 3, NULL, 0, 0}); /* too few maps for tiles */
  try_conv((lenet_conv_shape){8, 10, 10, 3, 3, NULL, 0, 0});
  uint8_t table[8 * 6];
  for (int i = 0; i < 8 * 6; i++)
    table[i] = i % 6 == i / 6 % 6 || i % 5 == 0;
  try_conv((lenet_conv_shape){6, 8, 9, 8, 3, table, 0, 0}); /* a table: no tiles */
}

/* The layers that tiles are for, whose sums are long. */
static void test_conv_of_many_maps(void **state)
{
  (void)state;
  try_conv((lenet_conv_shape){24, 26, 26, 24, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){24, 12, 12, 48, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){48, 10, 10, 48, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){4, 30, 30, 6, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){80, 6, 7, 65, 3, NULL, 0, 0});
  try_conv((lenet_conv_shape){32, 8, 8, 64, 5, NULL, 0, 0});
}

/* Where one picture's vectors run over maps in full or in part, and where its blocks of rows end
 * with the last row. */
static void test_conv_of_odd_shapes(void **state)
{
  (void)state;
  try_conv((lenet_conv_shape){3, 7, 9, 21, 5, NULL, 0, 0});  /* maps, input maps, rows left over */
  try_conv((lenet_conv_shape){2, 8, 14, 16, 7, NULL, 0, 0}); /* taps too */
  try_conv((lenet_conv_shape){4, 8, 29, 32, 6, NULL, 0, 0}); /* and columns */
  try_conv((lenet_conv_shape){1, 9, 8, 18, 3, NULL, 0, 0});  /* a single input map */
  try_conv((lenet_conv_shape){16, 12, 12, 17, 9, NULL, 0, 0}); /* more than scratch holds */
  try_conv((lenet_conv_shape){1, 17, 20, 2, 5, NULL, 0, 0});
  try_conv((lenet_conv_shape){2, 19, 12, 1, 5, NULL, 0, 0});
  try_conv((lenet_conv_shape){2, 8, 9, 3, 5, NULL, 0, 0}); /* all rows of dx in a block */
  try_conv((lenet_conv_shape){2, 5, 6, 2, 5, NULL, 0, 0});
  uint8_t table[19 * 3];
  for (int i = 0; i < 19 * 3; i++)
    table[i] = i % 3 == i / 3 % 3 || i % 5 == 0;
  try_conv((lenet_conv_shape){3, 6, 8, 19, 5, table, 0, 0});
}

/* ---- dense ---- */

static void try_dense(int inputs, int units)
{
  const size_t nx = (size_t)inputs * L, ny = (size_t)units * L, nw = (size_t)units * inputs;
  real *x = randoms(nx, 1), *w = randoms(nw, 2), *b = randoms((size_t)units, 3);
  real *dy = randoms(ny, 4), *scratch = randoms(lenet_dense_scratch(L, inputs) + 1, 5);
  double *y = zeros(ny), *dx = zeros(nx), *dw = zeros(nw), *db = zeros((size_t)units);
  for (int u = 0; u < units; u++)
    for (int l = 0; l < L; l++) {
      y[u * L + l] = b[u];
      db[u] += dy[u * L + l];
      for (int i = 0; i < inputs; i++) {
        y[u * L + l] += (double)w[(size_t)u * inputs + i] * x[i * L + l];
        dx[i * L + l] += (double)w[(size_t)u * inputs + i] * dy[u * L + l];
        dw[(size_t)u * inputs + i] += (double)dy[u * L + l] * x[i * L + l];
      }
    }
  FOR_ALL_KERNELS(k)
  {
    real *got_y = randoms(ny, 5), *got_dx = randoms(nx, 6), *got_dw = randoms(nw, 7);
    real *got_db = randoms((size_t)units, 8);
    k->dense_forward(inputs, units, w, b, x, got_y);
    check(k, "dense_forward", got_y, y, ny, 1e-12);
    k->dense_backward_data(inputs, units, inputs, w, dy, got_dx);
    check(k, "dense_backward_data", got_dx, dx, nx, 1e-12);
    k->dense_backward_weights(inputs, units, dy, x, got_dw, got_db, scratch);
    check(k, "dense_backward_weights", got_dw, dw, nw, 1e-11);
    check(k, "dense_backward_weights' bias", got_db, db, (size_t)units, 1e-11);
    free(got_y), free(got_dx), free(got_dw), free(got_db);
  }
  free(x), free(w), free(b), free(dy), free(scratch), free(y), free(dx), free(dw), free(db);
}

static void test_dense(void **state)
{
  (void)state;
  try_dense(400, 120); /* F5 */
  try_dense(84, 10);
  try_dense(1, 1);
  try_dense(17, 13);
  try_dense(97, 3);
}

/* ---- pooling ---- */

static double f_of(lenet_activation activation, double a)
{
  switch (activation) {
  case LENET_TANH: return tanh(a);
  case LENET_SCALED_TANH: return 1.7159 * tanh(2.0 / 3.0 * a);
  case LENET_SIGMOID: return 1 / (1 + exp(-a));
  case LENET_RELU: return a > 0 ? a : 0;
  default: return a;
  }
}

/* Central difference of the definition. */
static double slope_of(lenet_activation f, double a)
{
  const double h = 1e-6;
  return f == LENET_RELU ? a > 0 : (f_of(f, a + h) - f_of(f, a - h)) / (2 * h);
}

static void try_pool(lenet_pool_shape s)
{
  const int rows = s.rows * s.size, columns = s.columns * s.size;
  const size_t nx = (size_t)s.maps * rows * columns * L, ny = nx / (size_t)(s.size * s.size);
  real *x = randoms(nx, 1), *dy = randoms(ny, 2);
  /* Equal pixels: the first takes the whole gradient of a maximum. */
  x[0] = x[L] = 2;
  double *mean = zeros(ny), *most = zeros(ny), *dmean = zeros(nx), *dmost = zeros(nx);
  for (int m = 0; m < s.maps; m++)
    for (int r = 0; r < s.rows; r++)
      for (int c = 0; c < s.columns; c++)
        for (int l = 0; l < L; l++) {
          size_t at = (((size_t)m * s.rows + r) * s.columns + c) * L + l, first = 0;
          most[at] = -INFINITY;
          for (int i = 0; i < s.size; i++)
            for (int j = 0; j < s.size; j++) {
              size_t in = (((size_t)m * rows + r * s.size + i) * columns + c * s.size + j) * L + l;
              mean[at] += (double)x[in] / (s.size * s.size);
              dmean[in] = (double)dy[at] / (s.size * s.size);
              if ((double)x[in] > most[at]) {
                most[at] = x[in];
                first = in;
              }
            }
          dmost[first] = dy[at];
        }
  FOR_ALL_KERNELS(k)
  {
    real *y = randoms(ny, 3), *dx = randoms(nx, 4);
    k->average_pool_forward(&s, x, y);
    check(k, "average_pool_forward", y, mean, ny, 1e-13);
    k->average_pool_backward(&s, LENET_LINEAR, x, dy, dx);
    check(k, "average_pool_backward", dx, dmean, nx, 1e-13);
    k->max_pool_forward(&s, x, y);
    check(k, "max_pool_forward", y, most, ny, 0);
    k->max_pool_backward(&s, LENET_LINEAR, x, y, dy, dx);
    check(k, "max_pool_backward", dx, dmost, nx, 0);
    free(y), free(dx);
  }
  free(x), free(dy), free(mean), free(most), free(dmean), free(dmost);
}

/* What pools send back to squashed sums, in the place of these. */
static void try_pool_slopes(lenet_pool_shape s, lenet_activation f)
{
  const int rows = s.rows * s.size, columns = s.columns * s.size;
  const size_t nx = (size_t)s.maps * rows * columns * L, ny = nx / (size_t)(s.size * s.size);
  real *a = randoms(nx, 1), *x = randoms(nx, 1), *dy = randoms(ny, 2), *y = randoms(ny, 3);
  double *dmean = zeros(nx), *dmost = zeros(nx);
  for (size_t i = 0; i < nx; i++)
    x[i] = (real)f_of(f, (double)a[i]);
  for (size_t out = 0; out < ny; out++) {
    const size_t l = out % L, column = out / L % (size_t)s.columns,
                 row = out / L / (size_t)s.columns;
    size_t first = (row * s.size * columns + column * s.size) * L + l;
    const size_t corner = first;
    for (int i = 0; i < s.size * s.size; i++) {
      const size_t at = corner + (size_t)(i / s.size * columns + i % s.size) * L;
      dmean[at] = (double)dy[out] / (s.size * s.size) * slope_of(f, (double)a[at]);
      first = x[at] > x[first] ? at : first;
    }
    dmost[first] = (double)dy[out] * slope_of(f, (double)a[first]);
  }
  FOR_ALL_KERNELS(k)
  {
    real *place = randoms(nx, 4);
    memcpy(place, x, nx * sizeof *x);
    k->average_pool_backward(&s, f, place, dy, place);
    check(k, "average_pool_backward, sloped", place, dmean, nx, 1e-12);
    memcpy(place, x, nx * sizeof *x);
    k->max_pool_forward(&s, x, y);
    k->max_pool_backward(&s, f, place, y, dy, place);
    check(k, "max_pool_backward, sloped", place, dmost, nx, 1e-12);
    free(place);
  }
  free(a), free(x), free(dy), free(y), free(dmean), free(dmost);
}

static void test_pool_slopes(void **state)
{
  (void)state;
  for (lenet_activation f = LENET_LINEAR; f <= LENET_RELU; f++) {
    try_pool_slopes((lenet_pool_shape){2, 14, 14, 2, 1}, f);
    try_pool_slopes((lenet_pool_shape){2, 3, 19, 2, 1}, f);
    try_pool_slopes((lenet_pool_shape){1, 2, 18, 3, 1}, f);
    try_pool_slopes((lenet_pool_shape){1, 2, 5, 1, 1}, f);
  }
}

static void test_pool(void **state)
{
  (void)state;
  try_pool((lenet_pool_shape){6, 14, 14, 2, 1});
  try_pool((lenet_pool_shape){2, 3, 1, 3, 1});
  try_pool((lenet_pool_shape){2, 3, 19, 2, 1}); /* more columns than a vector has numbers */
  try_pool((lenet_pool_shape){1, 2, 18, 3, 1});
  try_pool((lenet_pool_shape){1, 2, 5, 1, 1});
}

/* ---- the paper's own rows ---- */

static void try_subsample(lenet_pool_shape s)
{
  const int rows = s.rows * s.size, columns = s.columns * s.size;
  const size_t nx = (size_t)s.maps / s.group * rows * columns * L;
  const size_t ny = (size_t)s.maps * s.rows * s.columns * L;
  real *x = randoms(nx, 1), *dy = randoms(ny, 2), *w = randoms((size_t)s.maps, 3);
  real *b = randoms((size_t)s.maps, 4);
  double *y = zeros(ny), *dx = zeros(nx), *dw = zeros((size_t)s.maps), *db = zeros((size_t)s.maps);
  for (int m = 0; m < s.maps; m++)
    for (int r = 0; r < rows; r++)
      for (int c = 0; c < columns; c++)
        for (int l = 0; l < L; l++) {
          size_t in = (((size_t)(m / s.group) * rows + r) * columns + c) * L + l;
          size_t out = (((size_t)m * s.rows + r / s.size) * s.columns + c / s.size) * L + l;
          bool first = r % s.size == 0 && c % s.size == 0;
          y[out] += (double)w[m] * x[in] + (first ? (double)b[m] : 0);
          dx[in] += (double)w[m] * dy[out];
          dw[m] += (double)dy[out] * x[in];
          db[m] += first ? (double)dy[out] : 0;
        }
  FOR_ALL_KERNELS(k)
  {
    real *got_y = randoms(ny, 5), *got_dx = randoms(nx, 6);
    real *got_dw = randoms((size_t)s.maps, 7), *got_db = randoms((size_t)s.maps, 8);
    k->subsample_forward(&s, w, b, x, got_y);
    check(k, "subsample_forward", got_y, y, ny, 1e-12);
    k->subsample_backward(&s, w, x, dy, got_dx, got_dw, got_db);
    check(k, "subsample_backward", got_dx, dx, nx, 1e-12);
    check(k, "subsample_backward's coefficient", got_dw, dw, (size_t)s.maps, 1e-11);
    check(k, "subsample_backward's bias", got_db, db, (size_t)s.maps, 1e-11);
    k->subsample_backward(&s, w, x, dy, NULL, got_dw, got_db);
    check(k, "subsample_backward without dx", got_dw, dw, (size_t)s.maps, 1e-11);
    free(got_y), free(got_dx), free(got_dw), free(got_db);
  }
  free(x), free(dy), free(w), free(b), free(y), free(dx), free(dw), free(db);
}

static void test_subsample(void **state)
{
  (void)state;
  try_subsample((lenet_pool_shape){6, 14, 14, 2, 1}); /* S2 */
  try_subsample((lenet_pool_shape){3, 2, 5, 3, 1});
  try_subsample((lenet_pool_shape){2, 3, 19, 2, 1});
  try_subsample((lenet_pool_shape){8, 14, 14, 2, 2}); /* S2 of LeNet-4 */
  try_subsample((lenet_pool_shape){6, 3, 2, 2, 3});
  try_subsample((lenet_pool_shape){6, 2, 19, 2, 2});
}

static void test_rbf(void **state)
{
  (void)state;
  enum { INPUTS = 84, UNITS = 10 };
  real *x = randoms(INPUTS * L, 1), *w = randoms(INPUTS * UNITS, 2), *dy = randoms(UNITS * L, 3);
  double *y = zeros(UNITS * L), *dx = zeros(INPUTS * L);
  for (int u = 0; u < UNITS; u++)
    for (int i = 0; i < INPUTS; i++)
      for (int l = 0; l < L; l++) {
        double d = (double)x[i * L + l] - (double)w[u * INPUTS + i];
        y[u * L + l] += d * d;
        dx[i * L + l] += 2 * d * (double)dy[u * L + l];
      }
  FOR_ALL_KERNELS(k)
  {
    real *got_y = randoms(UNITS * L, 4), *got_dx = randoms(INPUTS * L, 5);
    k->rbf_forward(INPUTS, UNITS, w, x, got_y);
    check(k, "rbf_forward", got_y, y, UNITS * L, 1e-12);
    k->rbf_backward(INPUTS, UNITS, w, x, dy, got_dx);
    check(k, "rbf_backward", got_dx, dx, INPUTS * L, 1e-12);
    free(got_y), free(got_dx);
  }
  free(x), free(w), free(dy), free(y), free(dx);
}

/* ---- squashing ---- */

/* Units in the last place of a float near `value`. */
static double ulps(double got, double value)
{
  int exponent;
  frexp(value, &exponent);
  return fabs(got - value) / ldexp(1, exponent < -125 ? -149 : exponent - 24);
}

static void test_squash(void **state)
{
  (void)state;
  enum { N = 64 * 1024 };
  real *a = randoms(N, 1), *y = randoms(N, 2), *dy = randoms(N, 3);
  double *want = zeros(N);
  for (int i = 0; i < N; i++)
    a[i] = (real)((i - N / 2) * (24.0 / N)); /* -12 .. 12 */
  for (lenet_activation f = LENET_LINEAR; f <= LENET_RELU; f++) {
    FOR_ALL_KERNELS(k)
    {
      double worst = 0;
      memcpy(y, a, N * sizeof *y);
      k->squash_forward(f, N, y);
      for (int i = 0; i < N; i++) {
        worst = fmax(worst, ulps((double)y[i], f_of(f, (double)a[i])));
        dy[i] = (real)(1 + i % 7);
      }
      if (worst > (f == LENET_TANH || f == LENET_SCALED_TANH ? 8 : 4))
        fail_msg("%s: activation %d is %g ulp off", lenet_isa_name(k->isa), f, worst);
      k->squash_backward(f, N, y, dy);
      for (int i = 0; i < N; i++)
        want[i] = (1 + i % 7) * slope_of(f, (double)a[i]);
      check(k, "squash_backward", dy, want, N, 1e-12);
    }
  }
  free(a), free(y), free(dy), free(want);
}

static void test_squash_of_odd_numbers(void **state)
{
  (void)state;
  static const float odd[] = {0.0f, -0.0f, 1e-30f, -1e-30f, 1e30f, -1e30f, 88.5f, -104.0f};
  FOR_ALL_KERNELS(k)
  for (lenet_activation f = LENET_LINEAR; f <= LENET_RELU; f++) {
    real y[LENET_LANES] __attribute__((aligned(64)));
    for (int i = 0; i < LENET_LANES; i++)
      y[i] = i < 8 ? odd[i] : i == 8 ? INFINITY : i == 9 ? -INFINITY : NAN;
    real a[LENET_LANES];
    memcpy(a, y, sizeof a);
    k->squash_forward(f, LENET_LANES, y);
    for (int i = 0; i < 10; i++) {
      double want = f_of(f, (double)a[i]);
      if (isinf(want))
        assert_true(isinf(y[i]));
      else
        assert_true(fabs((double)y[i] - want) <= 1e-6 * fabs(want) + 1e-37);
    }
    for (int i = 10; i < LENET_LANES; i++)
      assert_true(isnan(y[i])); /* or training would not notice it */
  }
}

static void test_softmax(void **state)
{
  (void)state;
  enum { UNITS = 10 };
  real *a = randoms(UNITS * L, 1);
  for (int i = 0; i < UNITS * L; i++)
    a[i] *= (real)(1 + 10 * (i % L)); /* from flat to very steep */
  double *want = zeros(UNITS * L), *want_log = zeros(L);
  for (int l = 0; l < L; l++) {
    double most = -INFINITY, sum = 0;
    for (int u = 0; u < UNITS; u++)
      most = fmax(most, (double)a[u * L + l]);
    for (int u = 0; u < UNITS; u++)
      sum += exp((double)a[u * L + l] - most);
    for (int u = 0; u < UNITS; u++)
      want[u * L + l] = exp((double)a[u * L + l] - most) / sum;
    want_log[l] = most + log(sum);
  }
  FOR_ALL_KERNELS(k)
  {
    real *y = randoms((size_t)UNITS * L, 2), *log_sum = randoms((size_t)L, 3);
    memcpy(y, a, (size_t)UNITS * L * sizeof *y);
    k->softmax(UNITS, y, log_sum);
    check(k, "softmax", y, want, UNITS * L, 1e-12);
    check(k, "softmax's log sum", log_sum, want_log, L, 1e-12);
    free(y), free(log_sum);
  }
  free(a), free(want), free(want_log);
}

/* ---- sums and steps ---- */

static void test_reduce(void **state)
{
  (void)state;
  enum { N = 160, PARTS = 5, STRIDE = 192 };
  real *part = randoms(PARTS * STRIDE, 1), *sum = randoms(N, 2);
  double want[N] = {0};
  for (int b = 0; b < PARTS; b++)
    for (int i = 0; i < N; i++)
      want[i] += 0.25 * (double)part[b * STRIDE + i];
  FOR_ALL_KERNELS(k)
  {
    k->reduce(N, PARTS, STRIDE, (real)0.25, part, sum);
    check(k, "reduce", sum, want, N, 1e-13);
  }
  free(part), free(sum);
}

static double decay_of(const real *decay, int i) { return decay ? (double)decay[i] : 0; }

/* `decay` NULL: none. */
static void try_steps(const real *decay)
{
  enum { N = 64 };
  const lenet_adam_step adam = {(real)0.01,
                                (real)0.9,
                                (real)0.999,
                                (real)1e-8,
                                (real)(1 / (1 - 0.9)),
                                (real)(1 / (1 - 0.999))};
  FOR_ALL_KERNELS(k)
  {
    real *g = randoms(N, 1), *v = randoms(N, 2), *w = randoms(N, 3), *m = randoms(N, 4);
    double want_w[N], want_v[N], want_m[N];
    for (int i = 0; i < N; i++) {
      want_v[i] = 0.9 * (double)v[i] + (double)g[i];
      want_w[i] = (double)w[i] - 0.1 * (want_v[i] + decay_of(decay, i) * (double)w[i]);
    }
    k->sgd_step(N, (real)0.1, (real)0.9, decay, g, v, w);
    check(k, "sgd_step's velocity", v, want_v, N, 1e-13);
    check(k, "sgd_step", w, want_w, N, 1e-13);
    for (int i = 0; i < N; i++) {
      v[i] = (real)fabs(v[i]);
      want_m[i] = 0.9 * (double)m[i] + 0.1 * (double)g[i];
      want_v[i] = 0.999 * (double)v[i] + 0.001 * (double)g[i] * (double)g[i];
      double move = want_m[i] / (1 - 0.9) / (sqrt(want_v[i] / (1 - 0.999)) + 1e-8);
      want_w[i] = (double)w[i] - 0.01 * (move + decay_of(decay, i) * (double)w[i]);
    }
    k->adam_step(N, &adam, decay, g, m, v, w);
    check(k, "adam_step's mean", m, want_m, N, 1e-13);
    check(k, "adam_step's square", v, want_v, N, 1e-12);
    check(k, "adam_step", w, want_w, N, 1e-12);
    for (int i = 0; i < N; i++)
      want_w[i] =
          (double)w[i] - 0.001 * (double)v[i] * ((double)g[i] + decay_of(decay, i) * (double)w[i]);
    k->sdlm_step(N, (real)0.001, decay, v, g, w);
    check(k, "sdlm_step", w, want_w, N, 1e-12);
    free(g), free(v), free(w), free(m);
  }
}

static void test_average_step(void **state)
{
  (void)state;
  enum { N = 64 };
  FOR_ALL_KERNELS(k)
  {
    real *w = randoms(N, 1), *average = randoms(N, 2);
    double want[N];
    for (int i = 0; i < N; i++)
      want[i] = 0.9 * (double)average[i] + 0.1 * (double)w[i];
    k->average_step(N, (real)0.1, w, average);
    check(k, "average_step", average, want, N, 1e-13);
    free(w), free(average);
  }
}

/* All chains are run: merged into one they would be some times too fast. */
static void test_multiply_adds(void **state)
{
  (void)state;
  enum { CHAINS = 20 }; /* or 10; all of them multiply-adds of a round */
  FOR_ALL_KERNELS(k)
  {
    real sink[3 * LENET_LANES];
    for (int i = 0; i < 3 * LENET_LANES; i++)
      sink[i] = (real)(i < LENET_LANES ? 0 : i < 2 * LENET_LANES ? 1 : 0); /* s = s: chain c is c */
    k->multiply_adds(2, sink);
    assert_true(sink[0] == CHAINS * (CHAINS - 1) / 2 ||
                sink[0] == CHAINS / 2 * (CHAINS / 2 - 1) / 2);
  }
}

static void test_steps(void **state)
{
  (void)state;
  real *decay = randoms(64, 9);
  try_steps(decay);
  try_steps(NULL);
  free(decay);
}

static void test_choice(void **state)
{
  (void)state;
  lenet_isa isa;
  assert_true(lenet_isa_available(LENET_ISA_SCALAR));
  assert_true(lenet_isa_available(LENET_ISA_BEST));
  assert_true(lenet_isa_available(lenet_isa_best()));
  assert_int_not_equal(lenet_isa_best(), LENET_ISA_BEST);
  for (lenet_isa isa = LENET_ISA_SCALAR; isa <= LENET_ISA_WASM; isa++)
    assert_int_equal(lenet_isa_integers(isa) != NULL, lenet_isa_available(isa));
  if (lenet_isa_available(LENET_ISA_SCALAR))
    assert_string_equal(lenet_isa_integers(LENET_ISA_SCALAR), "scalar");
  assert_true(lenet_isa_find("avx512", &isa));
  assert_int_equal(isa, LENET_ISA_AVX512);
  assert_true(lenet_isa_find("neon", &isa));
  assert_int_equal(isa, LENET_ISA_NEON);
  assert_true(lenet_isa_find("wasm", &isa));
  assert_int_equal(isa, LENET_ISA_WASM);
  assert_false(lenet_isa_find("sse", &isa));
  FOR_ALL_KERNELS(k)
  {
    assert_true(lenet_isa_available(k->isa));
    assert_ptr_equal(lenet_kernels_for(k->isa, k->lanes), k);
    for (int threads = 0; threads <= 3; threads++) {
      double gflops = 0;
      assert_int_equal(lenet_peak_gflops(k->isa, threads, 0.001, &gflops, NULL), LENET_OK);
      assert_true(gflops > 0);
    }
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_conv),
      cmocka_unit_test(test_conv_in_tiles_of_four_rows),
      cmocka_unit_test(test_conv_of_many_maps),
      cmocka_unit_test(test_conv_of_odd_shapes),
      cmocka_unit_test(test_dense),
      cmocka_unit_test(test_subsample),
      cmocka_unit_test(test_rbf),
      cmocka_unit_test(test_pool),
      cmocka_unit_test(test_pool_slopes),
      cmocka_unit_test(test_squash),
      cmocka_unit_test(test_softmax),
      cmocka_unit_test(test_squash_of_odd_numbers),
      cmocka_unit_test(test_reduce),
      cmocka_unit_test(test_steps),
      cmocka_unit_test(test_choice),
      cmocka_unit_test(test_load_pictures),
      cmocka_unit_test(test_average_step),
      cmocka_unit_test(test_multiply_adds),
  };
  int failed = 0;
  for (L = LENET_LANES; L >= 1; L -= LENET_LANES - 1)
    failed += cmocka_run_group_tests_name(L > 1 ? "16 lanes" : "one picture", tests, NULL, NULL);
  return failed;
}
