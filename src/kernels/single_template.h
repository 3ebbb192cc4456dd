/* single_template.h - the kernels over one picture: activations are plain [map][row][column], and
 * vectors run over columns or over the inputs of a dense row.
 *
 * Stands behind single_maps_template.h, which has the convolution, and needs for the instruction
 * set SINGLE_TABLE, KERNEL_ISA      the table to define, and its name */

/* ---- pictures -------------------------------------------------------------------------------- */

static void single_load_pictures(int rows, int columns, const uint8_t *const *picture, real scale,
                                 real offset, size_t x_row, real *x)
{
  const vector factor = v_set(scale), start = v_set(offset);
  const uint8_t *from = picture[0];
  for (int row = 0; row < rows; row++, from += columns, x += x_row) {
    if (columns < W)
      for (int column = 0; column < columns; column++)
        x[column] = (real)from[column] * scale + offset;
    /* The last vector ends where the row ends, and may set again what the one before has set. */
    for (int column = 0; column < columns && columns >= W; column += W) {
      const int at = column + W <= columns ? column : columns - W;
      v_store_any(x + at, v_add(v_mul(v_bytes(from + at), factor), start));
    }
  }
}

/* ---- dense ---------------------------------------------------------------------------------- */

/* Numbers before the next address that is a whole vector's, where that holds for all rows of
 * weights: these are then read and written in whole lines of memory but for their ends. */
INLINE int numbers_before(const real *w, int inputs)
{
  const int over = (int)((uintptr_t)w / sizeof(real) % W);
  return inputs % W == 0 && over > 0 ? W - over : 0;
}

INLINE void dense_forward_step(int inputs, const real *w, const real *x, vector *sum, int i, int n,
                               int units)
{
  const vector in = load_up_to(x + i, n);
  UNROLLED (u, units)
    sum[u] = v_muladd(load_up_to(w + (size_t)u * inputs + i, n), in, sum[u]);
}

/* y = w x of `units` units. */
INLINE void single_dense_forward_block(int inputs, const real *w, const real *x, real *y, int unit,
                                       int units)
{
  const real *w_unit = w + (size_t)unit * inputs;
  vector sum[BLOCK_OUTPUTS];
  UNROLLED (u, units)
    sum[u] = v_set(0);
  int i = numbers_before(w, inputs);
  if (i > 0)
    dense_forward_step(inputs, w_unit, x, sum, 0, i, units);
  for (; i + W <= inputs; i += W)
    dense_forward_step(inputs, w_unit, x, sum, i, W, units);
  if (i < inputs)
    dense_forward_step(inputs, w_unit, x, sum, i, inputs - i, units);
  sums_of(units, sum, y + unit);
}

static void single_dense_forward(int inputs, int units, const real *w, const real *b, const real *x,
                                 real *y)
{
  int unit = 0;
  for (; unit + BLOCK_OUTPUTS <= units; unit += BLOCK_OUTPUTS)
    single_dense_forward_block(inputs, w, x, y, unit, BLOCK_OUTPUTS);
  for (; unit + 2 <= units; unit += 2)
    single_dense_forward_block(inputs, w, x, y, unit, 2);
  if (unit < units)
    single_dense_forward_block(inputs, w, x, y, unit, 1);
  for (int u = 0; u < units; u += W)
    store_up_to(y + u, v_add(load_up_to(b + u, units - u), load_up_to(y + u, units - u)),
                units - u);
}

/* `vectors` x W inputs, or n < W of a single vector. */
INLINE void single_dense_data_block(int units, int step, const real *w, const real *dy, real *dx,
                                    int input, int n, int vectors)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLLED (v, vectors)
    sum[v] = v_set(0);
  for (int u = 0; u < units; u++) {
    const vector d = v_set(dy[u]);
    const real *w_at = w + (size_t)u * step + input;
    UNROLLED (v, vectors)
      sum[v] = v_muladd(d, load_up_to(w_at + v * W, n), sum[v]);
  }
  UNROLLED (v, vectors)
    store_up_to(dx + input + v * W, sum[v], n);
}

static void single_dense_backward_data(int inputs, int units, int step, const real *w,
                                       const real *dy, real *dx)
{
  int i = numbers_before(w, step);
  if (i > 0)
    single_dense_data_block(units, step, w, dy, dx, 0, i, 1);
  for (; i + BLOCK_OUTPUTS * W <= inputs; i += BLOCK_OUTPUTS * W)
    single_dense_data_block(units, step, w, dy, dx, i, W, BLOCK_OUTPUTS);
  for (; i + W <= inputs; i += W)
    single_dense_data_block(units, step, w, dy, dx, i, W, 1);
  if (i < inputs)
    single_dense_data_block(units, step, w, dy, dx, i, inputs - i, 1);
}

static void single_dense_backward_weights(int inputs, int units, const real *dy, const real *x,
                                          real *dw, real *db, real *scratch)
{
  (void)scratch;
  const int before = numbers_before(dw, inputs);
  memcpy(db, dy, (size_t)units * sizeof *db);
  for (int u = 0; u < units; u++, dw += inputs) {
    const vector d = v_set(dy[u]);
    int i = before;
    if (i > 0)
      v_store_first(dw, v_mul(d, v_load_first(x, i)), i);
    for (; i + W <= inputs; i += W)
      v_store_any(dw + i, v_mul(d, v_load_any(x + i)));
    if (i < inputs)
      v_store_first(dw + i, v_mul(d, v_load_first(x + i, inputs - i)), inputs - i);
  }
}

/* ---- pooling -------------------------------------------------------------------------------- */

/* Pixel j of n <= W windows side by side: row[l size + j] for l < n. */
INLINE vector window_pixels(const real *row, int size, int j, int n)
{
  if (size == 2) {
    const vector a = load_up_to(row, 2 * n);
    const vector b = 2 * n > W ? load_up_to(row + W, 2 * n - W) : v_set(0);
    return j == 0 ? v_even(a, b) : v_odd(a, b);
  }
  real part[W] = {0};
  for (int l = 0; l < n; l++)
    part[l] = row[l * size + j];
  return v_load_any(part);
}

/* Sets pixels 0 and 1 of n windows of size 2. */
INLINE void set_pixel_pairs(real *row, int n, vector first, vector second)
{
  store_up_to(row, v_zip_low(first, second), 2 * n);
  if (2 * n > W)
    store_up_to(row + W, v_zip_high(first, second), 2 * n - W);
}

/* Sets all pixels of n windows to the window's number in v times f'(a) of x = f(a), which dx may
 * take the place of; both lie at the first window's corner. */
INLINE void fill_windows(lenet_activation activation, const real *x, real *dx, int x_columns,
                         int size, int n, vector v)
{
  real part[W], spread[W];
  v_store_any(part, v);
  for (int i = 0; i < size; i++, x += x_columns, dx += x_columns)
    for (int at = 0; at < n * size; at += W) {
      const int here = n * size - at;
      for (int l = 0; size != 2 && l < W && l < here; l++)
        spread[l] = part[(at + l) / size];
      const vector d = size != 2 ? v_load_any(spread)
                       : at == 0 ? v_zip_low(v, v)
                                 : v_zip_high(v, v);
      store_up_to(dx + at, slope_times(activation, load_up_to(x + at, here), d), here);
    }
}

/* Runs the body for each vector of windows: n outputs at y_at, whose corner is at x_at. */
#define FOR_SINGLE_WINDOWS(s)                                                                      \
  for (int map = 0; map < (s)->maps; map++)                                                        \
    for (int row = 0, x_columns = (s)->columns * (s)->size; row < (s)->rows; row++)                \
      for (size_t column = 0, columns = (size_t)(s)->columns,                                      \
                  y_at = ((size_t)map * (s)->rows + row) * columns,                                \
                  x_at = ((size_t)(map / (s)->group) * (s)->rows + row) * columns * (s)->size *    \
                         (s)->size,                                                                \
                  n = columns < W ? columns : W;                                                   \
           column < columns; column += W, y_at += W, x_at += (size_t)W * (s)->size,                \
                  n = columns - column < W ? columns - column : W)

/* Sums, or maxima, of n <= W windows of size 2 in a row, with x at the first one's corner. */
INLINE vector fold_windows(const real *x, int x_columns, int n, bool most)
{
  const real *below = x + x_columns;
  const vector a = load_up_to(x, 2 * n), a2 = load_up_to(below, 2 * n);
  const vector c = most ? v_max(a, a2) : v_add(a, a2);
  vector d = c;
  if (2 * n > W) {
    const vector b = load_up_to(x + W, 2 * n - W), b2 = load_up_to(below + W, 2 * n - W);
    d = most ? v_max(b, b2) : v_add(b, b2);
  }
  return most ? v_max(v_even(c, d), v_odd(c, d)) : v_add(v_even(c, d), v_odd(c, d));
}

/* y = factor x sum + plus of the windows of size 2 in `rows` rows of n <= W, or their maxima. */
INLINE void fold_strip(int rows, int columns, int n, const real *x, real *y, bool most,
                       vector factor, vector plus)
{
  for (int row = 0; row < rows; row++, x += 4 * columns, y += columns) {
    const vector folded = fold_windows(x, 2 * columns, n, most);
    store_up_to(y, most ? folded : v_muladd(factor, folded, plus), n);
  }
}

/* Rows of maps without gaps between them are rows of one map. */
INLINE void fold_pairs(int rows, int columns, const real *x, real *y, bool most, vector factor,
                       vector plus)
{
  int column = 0;
  for (; column + W <= columns; column += W)
    fold_strip(rows, columns, W, x + 2 * column, y + column, most, factor, plus);
  if (column < columns)
    fold_strip(rows, columns, columns - column, x + 2 * column, y + column, most, factor, plus);
}

INLINE vector sum_windows(const real *x, int x_columns, int size, int n)
{
  if (size == 2) {
    const real *below = x + x_columns;
    const vector a = v_add(load_up_to(x, 2 * n), load_up_to(below, 2 * n));
    if (2 * n <= W)
      return v_add(v_even(a, a), v_odd(a, a));
    const vector b = v_add(load_up_to(x + W, 2 * n - W), load_up_to(below + W, 2 * n - W));
    return v_add(v_even(a, b), v_odd(a, b));
  }
  vector sum = v_set(0);
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      sum = v_add(sum, window_pixels(x + (size_t)i * x_columns, size, j, n));
  return sum;
}

static void single_average_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  if (s->size == 2) {
    fold_pairs(s->maps * s->rows, s->columns, x, y, false, share, v_set(0));
    return;
  }
  FOR_SINGLE_WINDOWS(s)
  store_up_to(y + y_at, v_mul(sum_windows(x + x_at, x_columns, s->size, (int)n), share), (int)n);
}

static void single_average_pool_backward(const lenet_pool_shape *s, lenet_activation activation,
                                         const real *x, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_SINGLE_WINDOWS(s)
  fill_windows(activation, x + x_at, dx + x_at, x_columns, s->size, (int)n,
               v_mul(load_up_to(dy + y_at, (int)n), share));
}

static void single_max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  if (s->size == 2) {
    fold_pairs(s->maps * s->rows, s->columns, x, y, true, v_set(1), v_set(0));
    return;
  }
  FOR_SINGLE_WINDOWS(s)
  {
    vector most = window_pixels(x + x_at, s->size, 0, (int)n);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        most = v_max(most, window_pixels(x + x_at + (size_t)i * x_columns, s->size, j, (int)n));
    store_up_to(y + y_at, most, (int)n);
  }
}

/* One window after another, for sizes other than 2. */
INLINE void max_window_backward(const real *x, int x_columns, int size, real most, real d, real *dx)
{
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) {
      const size_t at = (size_t)i * x_columns + j;
      const bool first = x[at] == most;
      dx[at] = first ? d : 0;
      d = first ? 0 : d;
    }
}

static void single_max_pool_backward(const lenet_pool_shape *s, lenet_activation activation,
                                     const real *x, const real *y, const real *dy, real *dx)
{
  const vector zero = v_set(0);
  FOR_SINGLE_WINDOWS(s)
  {
    const vector most = load_up_to(y + y_at, (int)n);
    vector left = slope_times(activation, most, load_up_to(dy + y_at, (int)n));
    if (s->size != 2) {
      real d[W];
      v_store_any(d, left);
      for (size_t l = 0; l < n; l++)
        max_window_backward(x + x_at + l * s->size, x_columns, s->size, y[y_at + l], d[l],
                            dx + x_at + l * s->size);
      continue;
    }
    for (size_t i = 0; i < 2; i++) {
      const vector a = window_pixels(x + x_at + i * x_columns, 2, 0, (int)n);
      const vector b = window_pixels(x + x_at + i * x_columns, 2, 1, (int)n);
      const vector to_a = v_if_equal(a, most, left, zero);
      left = v_if_equal(a, most, zero, left);
      const vector to_b = v_if_equal(b, most, left, zero);
      left = v_if_equal(b, most, zero, left);
      set_pixel_pairs(dx + x_at + i * x_columns, (int)n, to_a, to_b);
    }
  }
}

/* ---- the paper's own rows -------------------------------------------------------------------- */

static void single_subsample_forward(const lenet_pool_shape *s, const real *w, const real *b,
                                     const real *x, real *y)
{
  const size_t y_map = (size_t)s->rows * s->columns;
  for (int m = 0; s->size == 2 && m < s->maps; m++)
    fold_pairs(s->rows, s->columns, x + m / s->group * y_map * 4, y + m * y_map, false, v_set(w[m]),
               v_set(b[m]));
  if (s->size == 2)
    return;
  FOR_SINGLE_WINDOWS(s)
  {
    const vector sum = sum_windows(x + x_at, x_columns, s->size, (int)n);
    store_up_to(y + y_at, v_muladd(v_set(w[map]), sum, v_set(b[map])), (int)n);
  }
}

/* dx may be NULL. */
static void single_subsample_backward(const lenet_pool_shape *s, const real *w, const real *x,
                                      const real *dy, real *dx, real *dw, real *db)
{
  const lenet_pool_shape one = {1, s->rows, s->columns, s->size, 1};
  const size_t y_map = (size_t)s->rows * s->columns, x_map = y_map * s->size * s->size;
  for (int m = 0; m < s->maps; m++) {
    const real *from = x + m / s->group * x_map, *d = dy + m * y_map;
    vector coefficient = v_set(0);
    FOR_SINGLE_WINDOWS(&one)
    coefficient = v_muladd(load_up_to(d + y_at, (int)n),
                           sum_windows(from + x_at, x_columns, one.size, (int)n), coefficient);
    dw[m] = v_sum(coefficient);
    db[m] = sum_of(y_map, d);
  }
  for (int m = 0; dx && m < s->maps; m += s->group, dx += x_map)
    FOR_SINGLE_WINDOWS(&one)
    {
      vector back = v_set(0);
      for (int g = m; g < m + s->group; g++)
        back = v_muladd(load_up_to(dy + g * y_map + y_at, (int)n), v_set(w[g]), back);
      fill_windows(LENET_LINEAR, dx + x_at, dx + x_at, x_columns, one.size, (int)n, back);
    }
}

static void single_rbf_forward(int inputs, int units, const real *w, const real *x, real *y)
{
  for (int u = 0; u < units; u++, w += inputs) {
    vector sum = v_set(0);
    for (int i = 0; i < inputs; i += W) {
      const vector d = v_sub(load_up_to(x + i, inputs - i), load_up_to(w + i, inputs - i));
      sum = v_muladd(d, d, sum);
    }
    y[u] = v_sum(sum);
  }
}

static void single_rbf_backward(int inputs, int units, const real *w, const real *x, const real *dy,
                                real *dx)
{
  for (int i = 0; i < inputs; i += W) {
    const vector in = load_up_to(x + i, inputs - i);
    vector sum = v_set(0);
    for (int u = 0; u < units; u++) {
      const vector d = v_sub(in, load_up_to(w + (size_t)u * inputs + i, inputs - i));
      sum = v_muladd(v_set(dy[u]), d, sum);
    }
    store_up_to(dx + i, v_add(sum, sum), inputs - i);
  }
}

static void single_softmax(int units, real *y, real *log_sum)
{
  real most = y[0], sum = 0;
  for (int u = 1; u < units; u++)
    most = y[u] < most ? most : y[u]; /* this order lets a NaN through */
  for (int u = 0; u < units; u += W)
    store_up_to(y + u, v_exp(v_sub(load_up_to(y + u, units - u), v_set(most))), units - u);
  for (int u = 0; u < units; u++)
    sum += y[u];
  for (int u = 0; u < units; u++)
    y[u] /= sum;
  *log_sum = most + (real)log((double)sum);
}

#define SINGLE_ENTRY(name, parameters) .name = single_##name,
const lenet_kernels SINGLE_TABLE = {.isa = KERNEL_ISA,
                                    .lanes = 1,
                                    LENET_PICTURE_KERNELS(SINGLE_ENTRY)
                                        LENET_ARRAY_KERNELS(TABLE_ENTRY)};
