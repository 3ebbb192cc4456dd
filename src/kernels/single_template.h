/* single_template.h - the kernels over one picture: activations are plain [map][row][column], and
 * vectors run over columns or over the inputs of a dense row.
 *
 * Stands behind arrays_template.h and lanes_template.h, and needs for the instruction set
 *   BLOCK_TARGETS                 maps of a convolution's output that are summed at once
 *   KERNEL_ROWS                   rows of a kernel whose gradients are summed in registers at once
 *   SINGLE_TABLE, KERNEL_ISA      the table to define, and its name */

enum { BLOCK_ROWS = 14, KERNEL_COLUMNS = 5 };

INLINE real sum_of(size_t count, const real *p)
{
  vector sum = v_set(0);
  for (size_t at = 0; at < count; at += W)
    sum = v_add(sum, load_up_to(p + at, (int)(count - at)));
  return v_sum(sum);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void single_load_pictures(int rows, int columns, const uint8_t *const *picture, real scale,
                                 real offset, size_t x_row, real *x)
{
  const vector factor = v_set(scale), start = v_set(offset);
  const uint8_t *from = picture[0];
  for (int row = 0; row < rows; row++, from += columns, x += x_row) {
    int column = 0;
    for (; column + W <= columns; column += W)
      v_store_any(x + column, v_add(v_mul(v_bytes(from + column), factor), start));
    for (; column < columns; column++)
      x[column] = (real)from[column] * scale + offset;
  }
}

/* ---- convolution ---------------------------------------------------------------------------- */

/* Maps with a border of zeros, each in k copies, each one column further on, cut into columns of
 * vectors: slot[v][j][row][l] is the map at (row - border, v W + j + l - border). So whatever a
 * convolution reads is a whole aligned vector, and the rows below lie at constant distances. */
typedef struct packed_maps {
  real *slot;
  size_t slot_size;
  int k, border, rows, columns; /* of a map */
  int packed_rows;              /* rows + 2 border */
  int vectors;                  /* W of them cover a row of the convolution's output */
  int slots;                    /* that there is room for: as many as the nearest cache holds */
} packed_maps;

INLINE packed_maps make_packed(real *scratch, int k, int border, int rows, int columns)
{
  const int output_columns = columns + 2 * border - k + 1;
  packed_maps made = {.slot = scratch, .k = k, .border = border, .rows = rows, .columns = columns};
  made.packed_rows = rows + 2 * border;
  made.vectors = (output_columns + W - 1) / W;
  made.slot_size = (size_t)made.vectors * k * made.packed_rows * W;
  made.slots = LENET_CONV_SCRATCH > made.slot_size ? (int)(LENET_CONV_SCRATCH / made.slot_size) : 1;
  return made;
}

/* Once a call: maps that come into a slot later leave the border as it is. */
INLINE void clear_border(const packed_maps *p, int slots)
{
  memset(p->slot, 0, (size_t)slots * p->slot_size * sizeof *p->slot);
}

/* A map into a slot. */
static void pack(const packed_maps *p, int slot, const real *map)
{
  for (int v = 0; v < p->vectors; v++)
    for (int j = 0; j < p->k; j++) {
      const int column = v * W + j - p->border; /* of the map, under lane 0 */
      const int skip = column < 0 ? -column : 0, count = p->columns - column - skip;
      const real *from = map + column + skip;
      real *to =
          p->slot + slot * p->slot_size + ((size_t)(v * p->k + j) * p->packed_rows + p->border) * W;
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

/* What goes from source maps to target maps, forward or, with the kernels turned round, back. */
typedef struct correlation {
  const packed_maps *packed;
  const uint8_t *connected;     /* NULL: all */
  const real *w;                /* first tap of the kernel from source 0 to target 0 */
  int step;                     /* from tap to tap: 1, or -1 where kernels are turned round */
  int source_step, target_step; /* between kernels */
  int y_rows, y_columns;        /* of a target */
  size_t y_map;
  int first, last; /* sources first .. last - 1 are in the slots */
} correlation;

/* `rows` rows of n <= W columns of `targets` targets from `target` on; at: their place in the slot
 * of the first source. The sums begin as start[target], or as what y holds where that is NULL. */
INLINE void correlate_block(const correlation *q, int target, const real *at, const real *start,
                            real *y, int n, int rows, int targets)
{
  const packed_maps *p = q->packed;
  const size_t shift = (size_t)p->packed_rows * W, kernel_size = (size_t)p->k * p->k;
  vector sum[BLOCK_TARGETS][BLOCK_ROWS];
  UNROLL for (int t = 0; t < targets; t++)
  {
    const real *from = y + t * q->y_map;
    UNROLL for (int r = 0; r < rows; r++, from += q->y_columns) sum[t][r] =
        start ? v_set(start[target + t]) : load_up_to(from, n);
  }
  for (int source = q->first; source < q->last; source++, at += p->slot_size) {
    const int kernel = source * q->source_step + target * q->target_step;
    if (q->connected && !q->connected[kernel])
      continue;
    const real *w = q->w + kernel * kernel_size;
    for (int i = 0; i < p->k; i++)
      for (int j = 0; j < p->k; j++, w += q->step) {
        const real *x = at + j * shift + i * W;
        vector weight[BLOCK_TARGETS];
        UNROLL for (int t = 0; t < targets; t++) weight[t] =
            v_set(w[t * q->target_step * kernel_size]);
        UNROLL for (int r = 0; r < rows; r++)
        {
          const vector in = v_held(v_load(x + r * W));
          UNROLL for (int t = 0; t < targets; t++) sum[t][r] = v_muladd(weight[t], in, sum[t][r]);
        }
      }
  }
  UNROLL for (int t = 0; t < targets; t++)
  {
    real *to = y + t * q->y_map;
    UNROLL for (int r = 0; r < rows; r++, to += q->y_columns) store_up_to(to, sum[t][r], n);
  }
}

/* Blocks of as many rows as fit, so that few are too low to keep the multipliers busy. */
#define ROWS_CASE(n)                                                                               \
  if (row + n <= q->y_rows) {                                                                      \
    correlate_block(q, target, at, start, to, q->y_columns - v * W, n, targets);                   \
    row += n;                                                                                      \
    continue;                                                                                      \
  }

INLINE void correlate_targets(const correlation *q, int target, const real *start, real *y,
                              int targets)
{
  const packed_maps *p = q->packed;
  for (int v = 0; v < p->vectors; v++)
    for (int row = 0; row < q->y_rows;) {
      const real *at = p->slot + ((size_t)v * p->k * p->packed_rows + row) * W;
      real *to = y + target * q->y_map + row * q->y_columns + v * W;
      ROWS_CASE(BLOCK_ROWS)
      ROWS_CASE(10)
      ROWS_CASE(8)
      ROWS_CASE(4)
      ROWS_CASE(2)
      ROWS_CASE(1)
    }
}

/* From the sources in the slots to all targets. */
static void correlate(const correlation *q, int targets, const real *start, real *y)
{
  int target = 0;
  for (; !q->connected && target + BLOCK_TARGETS <= targets; target += BLOCK_TARGETS)
    correlate_targets(q, target, start, y, BLOCK_TARGETS);
  for (; target < targets; target++)
    correlate_targets(q, target, start, y, 1);
}

/* The next sources of `count`, as many as fit, into the slots; false where all have had their turn.
 */
static bool next_sources(correlation *q, int count, const real *x)
{
  const packed_maps *p = q->packed;
  q->first = q->last;
  q->last = count - q->first < p->slots ? count : q->first + p->slots;
  for (int source = q->first; source < q->last; source++)
    pack(p, source - q->first, x + (size_t)source * p->rows * p->columns);
  return q->first < count;
}

static void single_conv_forward(const lenet_conv_shape *s, const real *w, const real *b,
                                const real *x, real *y, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const packed_maps packed = make_packed(scratch, k, 0, s->input_rows, s->input_columns);
  correlation q = {.packed = &packed,
                   .connected = s->connected,
                   .w = w,
                   .step = 1,
                   .source_step = 1,
                   .target_step = s->input_maps,
                   .y_rows = y_rows,
                   .y_columns = y_columns,
                   .y_map = (size_t)y_rows * y_columns};
  while (next_sources(&q, s->input_maps, x))
    correlate(&q, s->maps, q.first == 0 ? b : NULL, y);
}

/* The gradients with a border of k - 1 zeros, correlated with the kernels turned round. */
static void single_conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy,
                                      real *dx, real *scratch)
{
  const int k = s->kernel, rows = s->input_rows, columns = s->input_columns;
  const packed_maps packed = make_packed(scratch, k, k - 1, rows - k + 1, columns - k + 1);
  correlation q = {.packed = &packed,
                   .connected = s->connected,
                   .w = w + k * k - 1,
                   .step = -1,
                   .source_step = s->input_maps,
                   .target_step = 1,
                   .y_rows = rows,
                   .y_columns = columns,
                   .y_map = (size_t)rows * columns};
  clear_border(&packed, s->maps < packed.slots ? s->maps : packed.slots);
  memset(dx, 0, (size_t)s->input_maps * q.y_map * sizeof *dx);
  while (next_sources(&q, s->maps, dy))
    correlate(&q, s->input_maps, NULL, dx);
}

/* What one row of gradients, or a pair of rows, adds: a row of x meets the second under one row of
 * the kernel and the first under the next. */
INLINE void conv_weights_step(const packed_maps *p, const real *x, const real *dy, int y_columns,
                              int n, vector *sum, int rows, int columns, bool pair)
{
  const vector first = load_up_to(dy, n);
  const vector second = pair ? load_up_to(dy + y_columns, n) : first;
  UNROLL for (int c = 0; c < columns; c++, x += p->packed_rows * W)
      UNROLL for (int a = 0; a < rows + pair; a++)
  {
    const vector in = v_held(v_load(x + a * W));
    if (a < rows)
      sum[a * columns + c] = v_muladd(first, in, sum[a * columns + c]);
    if (a > 0 && pair)
      sum[(a - 1) * columns + c] = v_muladd(second, in, sum[(a - 1) * columns + c]);
  }
}

/* Gradients of kernel rows i .. i + rows - 1, columns j .. j + columns - 1. */
INLINE void conv_weights_block(const packed_maps *p, const real *dy, int y_rows, int y_columns,
                               real *dw, int i, int j, int rows, int columns)
{
  vector sum[KERNEL_ROWS * KERNEL_COLUMNS];
  real sums[KERNEL_ROWS * KERNEL_COLUMNS];
  UNROLL for (int a = 0; a < rows * columns; a++) sum[a] = v_set(0);
  for (int v = 0; v < p->vectors; v++) {
    const real *x = p->slot + ((size_t)(v * p->k + j) * p->packed_rows + i) * W;
    const real *d = dy + v * W;
    const int n = y_columns - v * W;
    int row = 0;
    for (; row + 2 <= y_rows; row += 2, x += 2 * W, d += 2 * y_columns)
      conv_weights_step(p, x, d, y_columns, n, sum, rows, columns, true);
    if (row < y_rows)
      conv_weights_step(p, x, d, y_columns, n, sum, rows, columns, false);
  }
  sums_of(rows * columns, sum, sums);
  for (int a = 0; a < rows; a++)
    memcpy(dw + (i + a) * p->k + j, sums + a * columns, (size_t)columns * sizeof *dw);
}

INLINE void conv_weights_rows(const packed_maps *p, const real *dy, int y_rows, int y_columns,
                              real *dw, int i, int rows)
{
  int j = 0;
  for (; j + KERNEL_COLUMNS <= p->k; j += KERNEL_COLUMNS)
    conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, rows, KERNEL_COLUMNS);
  for (; j < p->k; j++)
    conv_weights_block(p, dy, y_rows, y_columns, dw, i, j, rows, 1);
}

static void conv_weights(const packed_maps *p, const real *dy, int y_rows, int y_columns, real *dw)
{
  int i = 0;
  for (; i + KERNEL_ROWS <= p->k; i += KERNEL_ROWS)
    conv_weights_rows(p, dy, y_rows, y_columns, dw, i, KERNEL_ROWS);
  for (; i < p->k; i++)
    conv_weights_rows(p, dy, y_rows, y_columns, dw, i, 1);
}

static void single_conv_backward_weights(const lenet_conv_shape *s, const real *dy,
                                         const real *x, real *dw, real *db, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t y_map = (size_t)y_rows * y_columns;
  for (int map = 0; map < s->maps; map++)
    db[map] = sum_of(y_map, dy + map * y_map);
  const packed_maps packed = make_packed(scratch, k, 0, s->input_rows, s->input_columns);
  for (int c = 0; c < s->input_maps; c++) {
    pack(&packed, 0, x + (size_t)c * s->input_rows * s->input_columns);
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
  UNROLL for (int u = 0; u < units; u++) sum[u] =
      v_muladd(load_up_to(w + (size_t)u * inputs + i, n), in, sum[u]);
}

INLINE void single_dense_forward_block(int inputs, const real *w, const real *b, const real *x,
                                       real *y, int unit, int units)
{
  const real *w_unit = w + (size_t)unit * inputs;
  vector sum[BLOCK_OUTPUTS];
  real sums[BLOCK_OUTPUTS];
  UNROLL for (int u = 0; u < units; u++) sum[u] = v_set(0);
  int i = numbers_before(w, inputs);
  if (i > 0)
    dense_forward_step(inputs, w_unit, x, sum, 0, i, units);
  for (; i + W <= inputs; i += W)
    dense_forward_step(inputs, w_unit, x, sum, i, W, units);
  if (i < inputs)
    dense_forward_step(inputs, w_unit, x, sum, i, inputs - i, units);
  sums_of(units, sum, sums);
  for (int u = 0; u < units; u++)
    y[unit + u] = b[unit + u] + sums[u];
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

/* `vectors` x W inputs, or n < W of a single vector. */
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
  int i = numbers_before(w, inputs);
  if (i > 0)
    single_dense_data_block(inputs, units, w, dy, dx, 0, i, 1);
  for (; i + BLOCK_OUTPUTS * W <= inputs; i += BLOCK_OUTPUTS * W)
    single_dense_data_block(inputs, units, w, dy, dx, i, W, BLOCK_OUTPUTS);
  for (; i + W <= inputs; i += W)
    single_dense_data_block(inputs, units, w, dy, dx, i, W, 1);
  if (i < inputs)
    single_dense_data_block(inputs, units, w, dy, dx, i, inputs - i, 1);
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
  FOR_SINGLE_WINDOWS(s)
  store_up_to(y + y_at, v_mul(sum_windows(x + x_at, x_columns, s->size, (int)n), share), (int)n);
}

static void single_average_pool_backward(const lenet_pool_shape *s, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_SINGLE_WINDOWS(s)
  fill_windows(dx + x_at, x_columns, s->size, (int)n, v_mul(load_up_to(dy + y_at, (int)n), share));
}

static void single_max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
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

static void single_max_pool_backward(const lenet_pool_shape *s, const real *x, const real *y,
                                     const real *dy, real *dx)
{
  const vector zero = v_set(0);
  FOR_SINGLE_WINDOWS(s)
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
                                        LENET_ARRAY_KERNELS(TABLE_ENTRY)};
