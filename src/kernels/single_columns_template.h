/* single_columns_template.h - convolution over one picture by columns: vectors are W columns of a
 * row, so that one weight meets W pixels. single_maps_template.h has the other way, and the choice.
 *
 * A vector of pixels that is read once meets all the taps in a column of the kernel, in as many
 * sums that stay in registers, so that multiplying, not reading, is what takes the time.
 *
 * Stands behind lanes_template.h, and needs for the instruction set
 *   COLUMN_ROWS                   rows of the output that are summed at once, all targets together
 *   COLUMN_TARGETS                maps of the output that are summed at once
 *   WEIGHTS_DEEP                  rows of gradients that are read at once
 *   KERNEL_ROWS                   rows of a kernel whose gradients are summed at once */

enum { KERNEL_TAPS = 5 };

INLINE real sum_of(size_t count, const real *p)
{
  vector sum = v_set(0);
  for (size_t at = 0; at < count; at += W)
    sum = v_add(sum, load_up_to(p + at, (int)(count - at)));
  return v_sum(sum);
}

/* ---- forward, and gradients of inputs -------------------------------------------------------- */

/* What goes from source maps to target maps, forward or, with the kernels turned round, back. */
typedef struct correlation {
  int k, sources, targets;
  const uint8_t *connected;     /* NULL: all */
  const real *w;                /* first tap of the kernel from source 0 to target 0 */
  int step;                     /* from tap to tap: 1, or -1 where kernels are turned round */
  int source_step, target_step; /* between kernels */
  const real *x;                /* [sources][x_rows][x_columns] */
  int x_rows, x_columns;
  bool bordered; /* k - 1 rows and columns on each side are 0, and W more numbers may be read */
  int y_rows, y_columns; /* of a target */
} correlation;

/* k >= `taps` taps below each other, the first at w, to `rows` rows of `targets` targets; x: what
 * meets the first tap for the first row. bare: the first and the last taps - 1 rows of x are 0. */
INLINE void column_taps(const correlation *q, const real *w, const real *x, int n, vector *sum,
                        int rows, int targets, int taps, bool whole, bool bare)
{
  const int k = q->k;
  vector weight[COLUMN_TARGETS * KERNEL_TAPS];
  UNROLLED (t, targets)
    UNROLLED (i, taps)
      weight[t * taps + i] =
          v_held(v_set(w[(ptrdiff_t)t * q->target_step * k * k + i * k * q->step]));
  UNROLL for (int r = 0; r < rows + taps - 1;
              r++, x += q->x_columns) if (!bare || (r >= taps - 1 && r < rows))
  {
    const vector in = v_held(whole || bare ? v_load_any(x) : v_load_first(x, n));
    UNROLLED (t, targets)
      UNROLLED (i, taps)
        if (r - i >= 0 && r - i < rows)
          sum[t * rows + r - i] = v_muladd(weight[t * taps + i], in, sum[t * rows + r - i]);
  }
}

/* `rows` rows from `row` on and W columns, or n < W, from `column` on of `targets` targets. A table
 * goes by the first of these. */
INLINE void column_block(const correlation *q, int target, const real *start, int row, int column,
                         int n, real *y, int rows, int targets, bool whole, bool bare)
{
  const int k = q->k;
  vector sum[COLUMN_TARGETS * COLUMN_ROWS];
  UNROLLED (t, targets)
    UNROLLED (r, rows)
      sum[t * rows + r] = v_set(start ? start[target + t] : 0);
  for (int source = 0; source < q->sources; source++) {
    const int kernel = source * q->source_step + target * q->target_step;
    if (q->connected && !q->connected[kernel])
      continue;
    const real *w = q->w + (ptrdiff_t)kernel * k * k;
    const real *x = q->x + ((size_t)source * q->x_rows + row) * q->x_columns + column;
    for (int j = 0; j < k; j++) {
      const real *tap = w + j * q->step;
      int i = 0;
      for (; i + KERNEL_TAPS <= k; i += KERNEL_TAPS, tap += KERNEL_TAPS * k * q->step)
        column_taps(q, tap, x + i * q->x_columns + j, n, sum, rows, targets, KERNEL_TAPS, whole,
                    bare);
      for (; i < k && !bare; i++, tap += k * q->step)
        column_taps(q, tap, x + i * q->x_columns + j, n, sum, rows, targets, 1, whole, false);
    }
  }
  UNROLLED (t, targets) {
    real *to = y + ((size_t)t * q->y_rows + row) * q->y_columns + column;
    UNROLL for (int r = 0; r < rows; r++, to += q->y_columns)
    {
      if (whole)
        v_store_any(to, sum[t * rows + r]);
      else
        v_store_first(to, sum[t * rows + r], n);
    }
  }
}

/* Numbers of rows that a block may have: few, since each is code of its own. */
#define FOR_BLOCK_ROWS(X) X(14) X(12) X(8) X(7) X(4) X(1)

/* The number, `most` at most, for all blocks of a map of so many rows. A block costs its rows and
 * some two more for its beginning and end. */
static int best_block_rows(int rows, int most)
{
  int best = 1, least = 3 * rows;
#define TRY_ROWS(n)                                                                                \
  if ((n) <= most && (n) <= rows && (rows + (n)-1) / (n) * ((n) + 2) < least) {                    \
    best = (n);                                                                                    \
    least = (rows + (n)-1) / (n) * ((n) + 2);                                                      \
  }
  FOR_BLOCK_ROWS(TRY_ROWS)
#undef TRY_ROWS
  return best;
}

/* All rows of `targets` targets; the last block ends with the last row, and so works out again what
 * the one before has in common with it. */
INLINE void column_rows(const correlation *q, int target, const real *start, int column,
                        int block_rows, real *y, int targets, bool whole)
{
#define ROWS_CASE(n)                                                                               \
  if ((n) <= COLUMN_ROWS && (n)*targets <= COLUMN_ROWS && block_rows == (n)) {                     \
    const int here = (n) <= COLUMN_ROWS ? (n) : 1;                                                 \
    if (here >= 8 && bare)                                                                         \
      column_block(q, target, start, 0, column, q->y_columns, y, here, targets, whole, true);      \
    else                                                                                           \
      column_block(q, target, start, at, column, q->y_columns, y, here, targets, whole, false);    \
  }
  const bool bare = q->bordered && block_rows == q->y_rows && q->k == KERNEL_TAPS;
  for (int row = 0; row < q->y_rows; row += block_rows) {
    const int at = row + block_rows <= q->y_rows ? row : q->y_rows - block_rows;
    FOR_BLOCK_ROWS(ROWS_CASE)
  }
#undef ROWS_CASE
}

/* The last vector of a row ends where the row ends, as the last block does. */
INLINE void correlate_targets(const correlation *q, int target, const real *start, real *y,
                              int rows, int targets)
{
  if (q->y_columns < W)
    column_rows(q, target, start, 0, rows, y, targets, false);
  for (int column = 0; column + W <= q->y_columns; column += W)
    column_rows(q, target, start, column, rows, y, targets, true);
  if (q->y_columns > W && q->y_columns % W > 0)
    column_rows(q, target, start, q->y_columns - W, rows, y, targets, true);
}

/* start: what the sums of each target begin as; NULL: 0. Two targets at once read each vector of
 * pixels once, and their sums wait less for each other. */
static void correlate(const correlation *q, const real *start, real *y)
{
  const size_t y_map = (size_t)q->y_rows * q->y_columns;
  const int rows = best_block_rows(q->y_rows, COLUMN_ROWS);
  const int fewer = best_block_rows(q->y_rows, COLUMN_ROWS / COLUMN_TARGETS);
  /* Not where they would have to work out more rows twice. */
  const bool pays = (q->y_rows + fewer - 1) / fewer * fewer <= (q->y_rows + rows - 1) / rows * rows;
  int target = 0;
  if (COLUMN_TARGETS > 1 && pays && !q->connected && !q->bordered)
    for (; target + COLUMN_TARGETS <= q->targets; target += COLUMN_TARGETS)
      correlate_targets(q, target, start, y + target * y_map, fewer, COLUMN_TARGETS);
  for (; target < q->targets; target++)
    correlate_targets(q, target, start, y + target * y_map, rows, 1);
}

static void columns_forward(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                            real *y)
{
  const correlation q = {.k = s->kernel,
                         .sources = s->input_maps,
                         .targets = s->maps,
                         .connected = s->connected,
                         .w = w,
                         .step = 1,
                         .source_step = 1,
                         .target_step = s->input_maps,
                         .x = x,
                         .x_rows = s->input_rows,
                         .x_columns = s->input_columns,
                         .y_rows = s->input_rows - s->kernel + 1,
                         .y_columns = s->input_columns - s->kernel + 1};
  correlate(&q, b, y);
}

/* The gradients in a border of k - 1 zeros, correlated with the kernels turned round. */
static void single_conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy,
                                      real *dx, real *scratch)
{
  const int k = s->kernel, border = k - 1;
  const int rows = s->input_rows - border, columns = s->input_columns - border;
  const correlation q = {.k = k,
                         .sources = s->maps,
                         .targets = s->input_maps,
                         .connected = s->connected,
                         .w = w + k * k - 1,
                         .step = -1,
                         .source_step = s->input_maps,
                         .target_step = 1,
                         .x = scratch,
                         .x_rows = rows + 2 * border,
                         .x_columns = columns + 2 * border,
                         .bordered = true,
                         .y_rows = s->input_rows,
                         .y_columns = s->input_columns};
  memset(scratch, 0, lenet_conv_bordered(s) * sizeof *scratch);
  for (int map = 0; map < s->maps; map++) {
    real *to = scratch + ((size_t)map * q.x_rows + border) * q.x_columns + border;
    for (int row = 0; row < rows; row++, dy += columns, to += q.x_columns)
      for (int column = 0; column < columns; column += W)
        store_up_to(to + column, load_up_to(dy + column, columns - column), columns - column);
  }
  correlate(&q, NULL, dx);
}

/* ---- gradients of weights -------------------------------------------------------------------- */

/* What `deep` rows of gradients add to rows x columns taps: a row of x meets each of them under
 * another row of the kernel. */
INLINE void weights_step(const real *x, int x_columns, const real *dy, int y_columns, int n,
                         vector *sum, int rows, int columns, int deep)
{
  vector d[WEIGHTS_DEEP];
  UNROLLED (r, deep)
    d[r] = load_up_to(dy + r * y_columns, n);
  UNROLLED (c, columns)
    UNROLLED (a, rows + deep - 1) {
      const vector in = v_held(load_up_to(x + a * x_columns + c, n));
      UNROLLED (r, deep)
        if (a - r >= 0 && a - r < rows)
          sum[(a - r) * columns + c] = v_muladd(d[r], in, sum[(a - r) * columns + c]);
    }
}

/* All rows of W columns, or n < W. */
INLINE void weights_strip(const real *x, int x_columns, const real *dy, int y_rows, int y_columns,
                          int n, vector *sum, int rows, int columns)
{
  int row = 0;
  for (; row + WEIGHTS_DEEP <= y_rows; row += WEIGHTS_DEEP)
    weights_step(x + row * x_columns, x_columns, dy + row * y_columns, y_columns, n, sum, rows,
                 columns, WEIGHTS_DEEP);
  for (; row < y_rows; row++)
    weights_step(x + row * x_columns, x_columns, dy + row * y_columns, y_columns, n, sum, rows,
                 columns, 1);
}

/* Gradients of the rows x columns taps of a k x k kernel at dw, whose first reads x at its corner.
 */
INLINE void weights_block(const lenet_conv_shape *s, const real *x, const real *dy, real *dw,
                          int rows, int columns)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  vector sum[KERNEL_ROWS * KERNEL_TAPS];
  real sums[KERNEL_ROWS * KERNEL_TAPS];
  UNROLLED (a, rows * columns)
    sum[a] = v_set(0);
  int column = 0;
  for (; column + W <= y_columns; column += W)
    weights_strip(x + column, s->input_columns, dy + column, y_rows, y_columns, W, sum, rows,
                  columns);
  if (column < y_columns)
    weights_strip(x + column, s->input_columns, dy + column, y_rows, y_columns, y_columns - column,
                  sum, rows, columns);
  sums_of(rows * columns, sum, sums);
  for (int a = 0; a < rows; a++)
    memcpy(dw + a * k, sums + a * columns, (size_t)columns * sizeof *dw);
}

INLINE void weights_rows(const lenet_conv_shape *s, const real *x, const real *dy, real *dw,
                         int rows)
{
  int j = 0;
  for (; j + KERNEL_TAPS <= s->kernel; j += KERNEL_TAPS)
    weights_block(s, x + j, dy, dw + j, rows, KERNEL_TAPS);
  for (; j < s->kernel; j++)
    weights_block(s, x + j, dy, dw + j, rows, 1);
}

static void weights_of_kernel(const lenet_conv_shape *s, const real *x, const real *dy, real *dw)
{
  const int k = s->kernel;
  int i = 0;
  for (; i + KERNEL_ROWS <= k; i += KERNEL_ROWS)
    weights_rows(s, x + (size_t)i * s->input_columns, dy, dw + i * k, KERNEL_ROWS);
  for (; i < k; i++)
    weights_rows(s, x + (size_t)i * s->input_columns, dy, dw + i * k, 1);
}

static void columns_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                     real *dw, real *db)
{
  const int k = s->kernel;
  const size_t x_map = (size_t)s->input_rows * s->input_columns;
  const size_t y_map = (size_t)(s->input_rows - k + 1) * (s->input_columns - k + 1);
  for (int map = 0; map < s->maps; map++, dy += y_map) {
    db[map] = sum_of(y_map, dy);
    for (int c = 0; c < s->input_maps; c++, dw += k * k)
      if (conv_reads(s, map, c))
        weights_of_kernel(s, x + c * x_map, dy, dw);
      else
        memset(dw, 0, (size_t)k * k * sizeof *dw);
  }
}
