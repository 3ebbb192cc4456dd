/* single_template.h - the kernels over one picture: activations are plain [map][row][column], and
 * vectors run over columns or over the inputs of a dense row.
 *
 * Needs arrays_template.h and, for the instruction set,
 *   KERNEL_ROWS                   rows of a kernel whose gradients are summed in registers at once
 *   SINGLE_TABLE, KERNEL_ISA      the table to define, and its name */

enum { BLOCK_ROWS = 14, KERNEL_COLUMNS = 5 };

/* W or n, whichever is less; n may be more than W here. */
INLINE vector load_up_to(const real *p, int n)
{
  return n >= W ? v_load_any(p) : v_load_first(p, n);
}

INLINE void store_up_to(real *p, vector v, int n)
{
  if (n >= W)
    v_store_any(p, v);
  else
    v_store_first(p, v, n);
}

INLINE real sum_of(size_t count, const real *p)
{
  vector sum = v_set(0);
  for (size_t at = 0; at < count; at += W)
    sum = v_add(sum, load_up_to(p + at, (int)(count - at)));
  return v_sum(sum);
}

/* ---- convolution ---------------------------------------------------------------------------- */

/* A map with a border of zeros, in k copies, each one column further on, cut into columns of
 * vectors: at[v][j][row][l] is the map at (row - border, v W + j + l - border). So whatever a
 * convolution reads is a whole aligned vector, and the rows below lie at constant distances. */
typedef struct packed_map {
  real *at;
  int k, border, rows, columns; /* of the map */
  int packed_rows;              /* rows + 2 border */
  int vectors;                  /* W of them cover a row of the convolution's output */
} packed_map;

INLINE packed_map make_packed(real *scratch, int k, int border, int rows, int columns)
{
  const int output_columns = columns + 2 * border - k + 1;
  packed_map made = {
      scratch, k, border, rows, columns, rows + 2 * border, (output_columns + W - 1) / W};
  if (border > 0) /* which stays as it is from map to map */
    memset(scratch, 0, (size_t)made.vectors * k * made.packed_rows * W * sizeof *scratch);
  return made;
}

static void pack(const packed_map *p, const real *map)
{
  for (int v = 0; v < p->vectors; v++)
    for (int j = 0; j < p->k; j++) {
      const int column = v * W + j - p->border; /* of the map, under lane 0 */
      const int skip = column < 0 ? -column : 0, count = p->columns - column - skip;
      const real *from = map + column + skip;
      real *to = p->at + ((size_t)(v * p->k + j) * p->packed_rows + p->border) * W;
      if (skip == 0 && count > 0)
        for (int row = 0; row < p->rows; row++)
          v_store(to + row * W, load_up_to(from + row * p->columns, count));
      else if (skip < W && count > 0)
        for (int row = 0; row < p->rows; row++) {
          const int here = count < W - skip ? count : W - skip;
          v_store_first(to + row * W + skip, v_load_first(from + row * p->columns, here), here);
        }
    }
}

/* y += w correlated with the packed map: `rows` rows of n <= W columns. The taps of w lie `step`
 * apart, 1 or, turned round, -1. */
INLINE void correlate_block(const packed_map *p, const real *at, const real *w, int step, real *y,
                            int y_columns, int n, int rows)
{
  const int k = p->k;
  const size_t shift = (size_t)p->packed_rows * W;
  vector sum[BLOCK_ROWS];
  UNROLL for (int r = 0; r < rows; r++) sum[r] = load_up_to(y + r * y_columns, n);
  for (int i = 0; i < k; i++)
    for (int j = 0; j < k; j++) {
      const vector weight = v_set(*w);
      const real *x = at + j * shift + i * W;
      UNROLL for (int r = 0; r < rows; r++) sum[r] = v_muladd(weight, v_load(x + r * W), sum[r]);
      w += step;
    }
  UNROLL for (int r = 0; r < rows; r++) store_up_to(y + r * y_columns, sum[r], n);
}

/* Blocks of as many rows as fit, so that few are too low to keep the multipliers busy. */
#define ROWS_CASE(n)                                                                               \
  if (row + n <= y_rows) {                                                                         \
    correlate_block(p, at, w, step, to, y_columns, y_columns - v * W, n);                          \
    row += n;                                                                                      \
    continue;                                                                                      \
  }

static void correlate(const packed_map *p, const real *w, int step, real *y, int y_rows,
                      int y_columns)
{
  for (int v = 0; v < p->vectors; v++)
    for (int row = 0; row < y_rows;) {
      const real *at = p->at + ((size_t)v * p->k * p->packed_rows + row) * W;
      real *to = y + row * y_columns + v * W;
      ROWS_CASE(BLOCK_ROWS)
      ROWS_CASE(10)
      ROWS_CASE(8)
      ROWS_CASE(4)
      ROWS_CASE(2)
      ROWS_CASE(1)
    }
}

static void single_conv_forward(const lenet_conv_shape *s, const real *w, const real *b,
                                const real *x, real *y, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t y_map = (size_t)y_rows * y_columns;
  for (int map = 0; map < s->maps; map++)
    for (size_t at = 0; at < y_map; at += W)
      store_up_to(y + map * y_map + at, v_set(b[map]), (int)(y_map - at));
  const packed_map packed = make_packed(scratch, k, 0, s->input_rows, s->input_columns);
  for (int c = 0; c < s->input_maps; c++) {
    pack(&packed, x + (size_t)c * s->input_rows * s->input_columns);
    for (int map = 0; map < s->maps; map++)
      if (conv_reads(s, map, c))
        correlate(&packed, w + (size_t)(map * s->input_maps + c) * k * k, 1, y + map * y_map,
                  y_rows, y_columns);
  }
}

/* The gradients with a border of k - 1 zeros, correlated with the kernel turned round. */
static void single_conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy,
                                      real *dx, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t x_map = (size_t)s->input_rows * s->input_columns;
  memset(dx, 0, (size_t)s->input_maps * x_map * sizeof *dx);
  const packed_map packed = make_packed(scratch, k, k - 1, y_rows, y_columns);
  for (int map = 0; map < s->maps; map++) {
    pack(&packed, dy + (size_t)map * y_rows * y_columns);
    for (int c = 0; c < s->input_maps; c++)
      if (conv_reads(s, map, c))
        correlate(&packed, w + (size_t)(map * s->input_maps + c + 1) * k * k - 1, -1,
                  dx + c * x_map, s->input_rows, s->input_columns);
  }
}

/* Gradients of kernel rows i .. i + rows - 1, columns j .. j + columns - 1. */
INLINE void conv_weights_block(const packed_map *p, const real *dy, int y_rows, int y_columns,
                               real *dw, int i, int j, int rows, int columns)
{
  vector sum[KERNEL_ROWS][KERNEL_COLUMNS];
  UNROLL for (int a = 0; a < rows; a++) UNROLL for (int c = 0; c < columns; c++) sum[a][c] =
      v_set(0);
  for (int v = 0; v < p->vectors; v++)
    for (int row = 0; row < y_rows; row++) {
      const vector d = load_up_to(dy + row * y_columns + v * W, y_columns - v * W);
      const real *x = p->at + ((size_t)(v * p->k + j) * p->packed_rows + row + i) * W;
      UNROLL for (int c = 0; c < columns; c++) UNROLL for (int a = 0; a < rows; a++) sum[a][c] =
          v_muladd(d, v_load(x + ((size_t)c * p->packed_rows + a) * W), sum[a][c]);
    }
  UNROLL for (int a = 0; a < rows; a++) UNROLL for (int c = 0; c < columns; c++)
      dw[(i + a) * p->k + j + c] = v_sum(sum[a][c]);
}

static void conv_weights(const packed_map *p, const real *dy, int y_rows, int y_columns, real *dw)
{
  int i = 0;
  for (; i + KERNEL_ROWS <= p->k; i += KERNEL_ROWS) {
    int j = 0;
    for (; j + KERNEL_COLUMNS <= p->k; j += KERNEL_COLUMNS)
      conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, KERNEL_ROWS, KERNEL_COLUMNS);
    for (; j < p->k; j++)
      conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, KERNEL_ROWS, 1);
  }
  for (; i < p->k; i++) {
    int j = 0;
    for (; j + KERNEL_COLUMNS <= p->k; j += KERNEL_COLUMNS)
      conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, 1, KERNEL_COLUMNS);
    for (; j < p->k; j++)
      conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, 1, 1);
  }
}

static void single_conv_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                         real *dw, real *db, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t y_map = (size_t)y_rows * y_columns;
  for (int map = 0; map < s->maps; map++)
    db[map] = sum_of(y_map, dy + map * y_map);
  const packed_map packed = make_packed(scratch, k, 0, s->input_rows, s->input_columns);
  for (int c = 0; c < s->input_maps; c++) {
    pack(&packed, x + (size_t)c * s->input_rows * s->input_columns);
    for (int map = 0; map < s->maps; map++) {
      real *to = dw + (size_t)(map * s->input_maps + c) * k * k;
      if (conv_reads(s, map, c))
        conv_weights(&packed, dy + map * y_map, y_rows, y_columns, to);
      else
        memset(to, 0, (size_t)k * k * sizeof *to);
    }
  }
}

/* ---- dense ---------------------------------------------------------------------------------- */

INLINE void single_dense_forward_block(int inputs, const real *w, const real *b, const real *x,
                                       real *y, int unit, int units)
{
  const real *w_unit = w + (size_t)unit * inputs;
  vector sum[BLOCK_OUTPUTS];
  UNROLL for (int u = 0; u < units; u++) sum[u] = v_set(0);
  int i = 0;
  for (; i + W <= inputs; i += W) {
    const vector in = v_load(x + i);
    UNROLL for (int u = 0; u < units; u++) sum[u] =
        v_muladd(v_load_any(w_unit + (size_t)u * inputs + i), in, sum[u]);
  }
  if (i < inputs) {
    const vector in = v_load_first(x + i, inputs - i);
    UNROLL for (int u = 0; u < units; u++) sum[u] =
        v_muladd(v_load_first(w_unit + (size_t)u * inputs + i, inputs - i), in, sum[u]);
  }
  UNROLL for (int u = 0; u < units; u++) y[unit + u] = b[unit + u] + v_sum(sum[u]);
}

static void single_dense_forward(int inputs, int units, const real *w, const real *b, const real *x,
                                 real *y)
{
  int unit = 0;
  for (; unit + BLOCK_OUTPUTS <= units; unit += BLOCK_OUTPUTS)
    single_dense_forward_block(inputs, w, b, x, y, unit, BLOCK_OUTPUTS);
  for (; unit + 2 <= units; unit += 2)
    single_dense_forward_block(inputs, w, b, x, y, unit, 2);
  if (unit < units)
    single_dense_forward_block(inputs, w, b, x, y, unit, 1);
}

/* `vectors` x W inputs; n < W of one vector at the end. */
INLINE void single_dense_data_block(int inputs, int units, const real *w, const real *dy, real *dx,
                                    int input, int n, int vectors)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLL for (int v = 0; v < vectors; v++) sum[v] = v_set(0);
  for (int u = 0; u < units; u++) {
    const vector d = v_set(dy[u]);
    const real *w_at = w + (size_t)u * inputs + input;
    UNROLL for (int v = 0; v < vectors; v++) sum[v] =
        v_muladd(d, load_up_to(w_at + v * W, n), sum[v]);
  }
  UNROLL for (int v = 0; v < vectors; v++) store_up_to(dx + input + v * W, sum[v], n);
}

static void single_dense_backward_data(int inputs, int units, const real *w, const real *dy,
                                       real *dx)
{
  int input = 0;
  for (; input + BLOCK_OUTPUTS * W <= inputs; input += BLOCK_OUTPUTS * W)
    single_dense_data_block(inputs, units, w, dy, dx, input, W, BLOCK_OUTPUTS);
  for (; input + W <= inputs; input += W)
    single_dense_data_block(inputs, units, w, dy, dx, input, W, 1);
  if (input < inputs)
    single_dense_data_block(inputs, units, w, dy, dx, input, inputs - input, 1);
}

static void single_dense_backward_weights(int inputs, int units, const real *dy, const real *x,
                                          real *dw, real *db, real *scratch)
{
  (void)scratch;
  memcpy(db, dy, (size_t)units * sizeof *db);
  for (int u = 0; u < units; u++) {
    const vector d = v_set(dy[u]);
    real *to = dw + (size_t)u * inputs;
    int i = 0;
    for (; i + W <= inputs; i += W)
      v_store_any(to + i, v_mul(d, v_load(x + i)));
    if (i < inputs)
      v_store_first(to + i, v_mul(d, v_load_first(x + i, inputs - i)), inputs - i);
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

/* Sets all pixels of n windows to the window's number in v; x lies at the first one's corner. */
INLINE void fill_windows(real *x, int x_columns, int size, int n, vector v)
{
  real part[W];
  v_store_any(part, v);
  for (int i = 0; i < size; i++) {
    real *row = x + (size_t)i * x_columns;
    if (size == 2)
      set_pixel_pairs(row, n, v, v);
    else
      for (int l = 0; l < n * size; l++)
        row[l] = part[l / size];
  }
}

/* Runs the body for each vector of windows: n outputs at y_at, whose corner is at x_at. */
#define FOR_WINDOWS(s)                                                                             \
  for (int map = 0; map < (s)->maps; map++)                                                        \
    for (int row = 0, x_columns = (s)->columns * (s)->size; row < (s)->rows; row++)                \
      for (size_t column = 0, columns = (size_t)(s)->columns,                                      \
                  y_at = ((size_t)map * (s)->rows + row) * columns,                                \
                  x_at = ((size_t)(map / (s)->group) * (s)->rows + row) * columns * (s)->size *    \
                         (s)->size,                                                                \
                  n = columns < W ? columns : W;                                                   \
           column < columns; column += W, y_at += W, x_at += (size_t)W * (s)->size,                \
                  n = columns - column < W ? columns - column : W)

INLINE vector sum_windows(const real *x, int x_columns, int size, int n)
{
  vector sum = v_set(0);
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      sum = v_add(sum, window_pixels(x + (size_t)i * x_columns, size, j, n));
  return sum;
}

static void single_average_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_WINDOWS(s)
  store_up_to(y + y_at, v_mul(sum_windows(x + x_at, x_columns, s->size, (int)n), share), (int)n);
}

static void single_average_pool_backward(const lenet_pool_shape *s, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_WINDOWS(s)
  fill_windows(dx + x_at, x_columns, s->size, (int)n, v_mul(load_up_to(dy + y_at, (int)n), share));
}

static void single_max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  FOR_WINDOWS(s)
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

static void single_max_pool_backward(const lenet_pool_shape *s, const real *x, const real *y,
                                     const real *dy, real *dx)
{
  const vector zero = v_set(0);
  FOR_WINDOWS(s)
  {
    if (s->size != 2) {
      for (size_t l = 0; l < n; l++)
        max_window_backward(x + x_at + l * s->size, x_columns, s->size, y[y_at + l], dy[y_at + l],
                            dx + x_at + l * s->size);
      continue;
    }
    const vector most = load_up_to(y + y_at, (int)n);
    vector left = load_up_to(dy + y_at, (int)n);
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
  FOR_WINDOWS(s)
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
    FOR_WINDOWS(&one)
    coefficient = v_muladd(load_up_to(d + y_at, (int)n),
                           sum_windows(from + x_at, x_columns, one.size, (int)n), coefficient);
    dw[m] = v_sum(coefficient);
    db[m] = sum_of(y_map, d);
  }
  for (int m = 0; dx && m < s->maps; m += s->group, dx += x_map)
    FOR_WINDOWS(&one)
    {
      vector back = v_set(0);
      for (int g = m; g < m + s->group; g++)
        back = v_muladd(load_up_to(dy + g * y_map + y_at, (int)n), v_set(w[g]), back);
      fill_windows(dx + x_at, x_columns, one.size, (int)n, back);
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
                                        LENET_ARRAY_KERNELS(LANES_ENTRY)};
