/* lanes_template.h - the kernels over 16 pictures side by side. One weight meets 16 pictures at
 * once, and all vectors are full.
 *
 * Stands behind conv_template.h and tiles_template.h, and needs for the instruction set
 *   BLOCK_VECTORS                 vectors of inputs in a block of dense weight gradients
 *   LANES_TABLE, KERNEL_ISA       the table to define, and its name
 * L stands for LENET_LANES. */

enum { BLOCK_UNITS = 4 };

/* ---- pictures -------------------------------------------------------------------------------- */

/* Four pixels of each picture at a time, so that bytes of 16 pictures need not be gathered singly.
 */
static void load_pictures(int rows, int columns, const uint8_t *const *picture, real scale,
                          real offset, size_t x_row, real *x)
{
  enum { IN_WORD = 4, MOST_WORDS = (LENET_MAX_SIDE + IN_WORD - 1) / IN_WORD, CACHE_LINE = 64 };
  const vector factor = v_set(scale), start = v_set(offset);
  /* Sixteen streams at a time are more than processors guess: all bytes are asked for at once. */
  for (int l = 0; l < L; l++)
    for (int at = 0; at < rows * columns; at += CACHE_LINE)
      __builtin_prefetch(picture[l] + at);
  for (int row = 0; row < rows; row++, x += x_row) {
    uint32_t word[MOST_WORDS][L];
    const size_t from = (size_t)row * columns;
    for (int l = 0; l < L; l++) {
      int at = 0;
      for (; at + IN_WORD <= columns; at += IN_WORD)
        memcpy(&word[at / IN_WORD][l], picture[l] + from + at, IN_WORD);
      if (at < columns)
        memcpy(&word[at / IN_WORD][l], picture[l] + from + at, (size_t)(columns - at));
    }
    for (int column = 0; column < columns; column += IN_WORD)
      for (int lane = 0; lane < L; lane += W)
        UNROLLED (n, IN_WORD) {
          const vector byte = v_byte(&word[column / IN_WORD][lane], n);
          if (column + n < columns)
            v_store(x + (column + n) * L + lane, v_add(v_mul(byte, factor), start));
        }
  }
}

/* ---- convolution ----------------------------------------------------------------------------- */

/* What is left of a convolution, its input and its output below the first `row` output rows. */
INLINE lenet_conv_shape rows_from(const lenet_conv_shape *s, int row)
{
  lenet_conv_shape rest = *s;
  rest.x_step = conv_x_step(s);
  rest.y_step = conv_y_step(s);
  rest.input_rows -= row;
  return rest;
}

INLINE size_t x_rows(const lenet_conv_shape *s, int rows)
{
  return (size_t)rows * s->input_columns * L;
}

INLINE size_t y_rows(const lenet_conv_shape *s, int rows)
{
  return (size_t)rows * (s->input_columns - s->kernel + 1) * L;
}

static void conv_forward(const lenet_conv_shape *s, lenet_activation activation, const real *w,
                         const real *b, const real *x, real *y, real *scratch)
{
  const int row = conv_in_tiles(s) ? tiles_forward(s, activation, w, b, x, y, scratch) : 0;
  const lenet_conv_shape rest = rows_from(s, row);
  plain_forward(&rest, activation, w, b, x + x_rows(s, row), y + y_rows(s, row));
}

static void conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx,
                               real *scratch)
{
  for (int c = 0; c < s->input_maps; c++)
    memset(dx + c * conv_x_step(s), 0, x_rows(s, s->input_rows) * sizeof *dx);
  const int row = conv_in_tiles(s) ? tiles_backward_data(s, w, dy, dx, scratch) : 0;
  const lenet_conv_shape rest = rows_from(s, row);
  plain_backward_data(&rest, w, dy + y_rows(s, row), dx + x_rows(s, row));
}

static void conv_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                  real *dw, real *db, real *scratch)
{
  const int row = conv_in_tiles(s) ? tiles_rows(s) : 0;
  const lenet_conv_shape rest = rows_from(s, row);
  const size_t y_map = y_rows(s, s->input_rows - s->kernel + 1);
  for (int map = 0; map < s->maps; map++) {
    vector sum = v_set(0);
    for (size_t at = 0; at < y_map; at += W)
      sum = v_add(sum, v_load(dy + map * y_map + at));
    db[map] = v_sum(sum);
  }
  if (row < s->input_rows - s->kernel + 1)
    plain_backward_weights(&rest, dy + y_rows(s, row), x + x_rows(s, row), dw);
  else
    memset(dw, 0, (size_t)s->maps * s->input_maps * s->kernel * s->kernel * sizeof *dw);
  if (row > 0)
    tiles_backward_weights(s, dy, x, dw, scratch);
}

/* ---- dense ----------------------------------------------------------------------------------- */

INLINE void dense_forward_block(int inputs, const real *w, const real *b, const real *x, real *y,
                                int unit, int lane, int units)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLLED (u, units)
    sum[u] = v_set(b[unit + u]);
  const real *w_unit = w + (size_t)unit * inputs;
  for (int i = 0; i < inputs; i++) {
    vector in = v_load(x + (size_t)i * L + lane);
    UNROLLED (u, units)
      sum[u] = v_muladd(v_set(w_unit[(size_t)u * inputs + i]), in, sum[u]);
  }
  UNROLLED (u, units)
    v_store(y + (size_t)(unit + u) * L + lane, sum[u]);
}

static void dense_forward(int inputs, int units, const real *w, const real *b, const real *x,
                          real *y)
{
  for (int lane = 0; lane < L; lane += W) {
    int unit = 0;
    for (; unit + BLOCK_OUTPUTS <= units; unit += BLOCK_OUTPUTS)
      dense_forward_block(inputs, w, b, x, y, unit, lane, BLOCK_OUTPUTS);
    for (; unit + 2 <= units; unit += 2)
      dense_forward_block(inputs, w, b, x, y, unit, lane, 2);
    if (unit < units)
      dense_forward_block(inputs, w, b, x, y, unit, lane, 1);
  }
}

INLINE void dense_backward_data_block(int units, int step, const real *w, const real *dy, real *dx,
                                      int input, int lane, int count)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLLED (i, count)
    sum[i] = v_set(0);
  for (int u = 0; u < units; u++) {
    vector d = v_load(dy + (size_t)u * L + lane);
    const real *w_at = w + (size_t)u * step + input;
    UNROLLED (i, count)
      sum[i] = v_muladd(v_set(w_at[i]), d, sum[i]);
  }
  UNROLLED (i, count)
    v_store(dx + (size_t)(input + i) * L + lane, sum[i]);
}

static void dense_backward_data(int inputs, int units, int step, const real *w, const real *dy,
                                real *dx)
{
  for (int lane = 0; lane < L; lane += W) {
    int input = 0;
    for (; input + BLOCK_OUTPUTS <= inputs; input += BLOCK_OUTPUTS)
      dense_backward_data_block(units, step, w, dy, dx, input, lane, BLOCK_OUTPUTS);
    for (; input < inputs; input++)
      dense_backward_data_block(units, step, w, dy, dx, input, lane, 1);
  }
}

/* dw of `units` units and `vectors` x W inputs, from xt[L][stride], x with lanes outermost. */
INLINE void dense_backward_weights_block(int inputs, const real *dy, const real *xt, size_t stride,
                                         real *dw, int unit, int input, int units, int vectors)
{
  vector sum[BLOCK_UNITS][BLOCK_VECTORS];
  UNROLLED (u, units)
    UNROLLED (v, vectors)
      sum[u][v] = v_set(0);
  for (int l = 0; l < L; l++) {
    vector in[BLOCK_VECTORS];
    UNROLLED (v, vectors)
      in[v] = v_load(xt + l * stride + input + v * W);
    UNROLLED (u, units) {
      vector d = v_set(dy[(size_t)(unit + u) * L + l]);
      UNROLLED (v, vectors)
        sum[u][v] = v_muladd(d, in[v], sum[u][v]);
    }
  }
  UNROLLED (u, units)
    UNROLLED (v, vectors) {
      int at = input + v * W;
      real *to = dw + (size_t)(unit + u) * inputs + at;
      if (at + W <= inputs) {
        v_store_any(to, sum[u][v]);
      } else if (at < inputs) {
        real part[W];
        v_store_any(part, sum[u][v]);
        memcpy(to, part, (size_t)(inputs - at) * sizeof *to);
      }
    }
}

INLINE void dense_backward_weights_units(int inputs, const real *dy, const real *xt, size_t stride,
                                         real *dw, int unit, int units)
{
  int input = 0;
  for (; input + BLOCK_VECTORS * W <= inputs; input += BLOCK_VECTORS * W)
    dense_backward_weights_block(inputs, dy, xt, stride, dw, unit, input, units, BLOCK_VECTORS);
  for (; input < inputs; input += W)
    dense_backward_weights_block(inputs, dy, xt, stride, dw, unit, input, units, 1);
}

/* Rows become columns, by log2 W perfect shuffles. */
INLINE void transpose(vector v[W])
{
  UNROLL for (int round = 1; round < W; round *= 2)
  {
    vector t[W];
    UNROLLED (i, W / 2) {
      t[2 * i] = v_zip_low(v[i], v[i + W / 2]);
      t[2 * i + 1] = v_zip_high(v[i], v[i + W / 2]);
    }
    UNROLLED (i, W)
      v[i] = t[i];
  }
}

/* xt[L][stride] = x[inputs][L] with lanes outermost, filled up with zeros. */
static void lanes_outermost(int inputs, const real *x, size_t stride, real *xt)
{
  for (int lane = 0; lane < L; lane += W)
    for (size_t i = 0; i < stride; i += W) {
      vector v[W];
      UNROLLED (r, W)
        v[r] = (int)i + r < inputs ? v_load(x + (i + r) * L + lane) : v_set(0);
      transpose(v);
      UNROLLED (r, W)
        v_store(xt + (lane + r) * stride + i, v[r]);
    }
}

static void dense_backward_weights(int inputs, int units, const real *dy, const real *x, real *dw,
                                   real *db, real *scratch)
{
  const size_t stride = lenet_round_up((size_t)inputs);
  lanes_outermost(inputs, x, stride, scratch);
  int unit = 0;
  for (; unit + BLOCK_UNITS <= units; unit += BLOCK_UNITS)
    dense_backward_weights_units(inputs, dy, scratch, stride, dw, unit, BLOCK_UNITS);
  for (; unit < units; unit++)
    dense_backward_weights_units(inputs, dy, scratch, stride, dw, unit, 1);
  for (int u = 0; u < units; u++) {
    vector sum = v_set(0);
    for (int lane = 0; lane < L; lane += W)
      sum = v_add(sum, v_load(dy + (size_t)u * L + lane));
    db[u] = v_sum(sum);
  }
}

/* ---- pooling --------------------------------------------------------------------------------- */

/* From one map to the next, in numbers. */
INLINE size_t pool_x_step(const lenet_pool_shape *s)
{
  return (size_t)s->rows * s->columns * s->size * s->size * L;
}

INLINE size_t pool_y_step(const lenet_pool_shape *s) { return (size_t)s->rows * s->columns * L; }

/* Runs `call` for each vector of each output, with its window at x_at and itself at y_at; `size`,
 * the window's side, is a constant where it is 2. */
#define FOR_WINDOWS_OF_SIZE(s, window, body)                                                       \
  for (int map = 0; map < (s)->maps; map++)                                                        \
    for (int row = 0; row < (s)->rows; row++) {                                                    \
      const int size = window;                                                                     \
      const size_t x_row = (size_t)(s)->columns * size * L;                                        \
      size_t x_at = map / (s)->group * pool_x_step(s) + (size_t)row * size * x_row;                \
      size_t y_at = map * pool_y_step(s) + (size_t)row * (s)->columns * L;                         \
      for (const size_t end = y_at + (size_t)(s)->columns * L; y_at < end; x_at += (size - 1) * L) \
        for (int lane = 0; lane < L; lane += W, x_at += W, y_at += W)                              \
          body;                                                                                    \
    }
#define FOR_WINDOWS(s, body)                                                                       \
  if ((s)->size == 2)                                                                              \
    FOR_WINDOWS_OF_SIZE(s, 2, body)                                                                \
  else                                                                                             \
    FOR_WINDOWS_OF_SIZE(s, (s)->size, body)

INLINE vector window_sum(const real *x, size_t x_row, int size)
{
  vector sum = v_load(x);
  for (int i = 0; i < size; i++)
    for (int j = i == 0; j < size; j++)
      sum = v_add(sum, v_load(x + i * x_row + (size_t)j * L));
  return sum;
}

INLINE void fill_window(real *x, size_t x_row, int size, vector v)
{
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      v_store(x + i * x_row + (size_t)j * L, v);
}

INLINE vector window_max(const real *x, size_t x_row, int size)
{
  vector most = v_load(x);
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++)
      most = v_max(most, v_load(x + i * x_row + (size_t)j * L));
  return most;
}

/* d to the first pixel that is `most`, 0 to the others. */
INLINE void fill_window_at(const real *x, real *dx, size_t x_row, int size, vector most, vector d)
{
  const vector zero = v_set(0);
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) {
      const vector in = v_load(x + i * x_row + (size_t)j * L);
      v_store(dx + i * x_row + (size_t)j * L, v_if_equal(in, most, d, zero));
      d = v_if_equal(in, most, zero, d);
    }
}

static void average_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_WINDOWS(s, v_store(y + y_at, v_mul(window_sum(x + x_at, x_row, size), share)))
}

INLINE void fill_window_sloped(lenet_activation activation, const real *x, real *dx, size_t x_row,
                               int size, vector d)
{
  for (int i = 0; i < size; i++)
    for (int j = 0; j < size; j++) {
      const size_t at = i * x_row + (size_t)j * L;
      v_store(dx + at, slope_times(activation, v_load(x + at), d));
    }
}

static void average_pool_backward(const lenet_pool_shape *s, lenet_activation activation,
                                  const real *x, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_ACTIVATION(activation, FOR_WINDOWS(s, fill_window_sloped(f, x + x_at, dx + x_at, x_row, size,
                                                               v_mul(v_load(dy + y_at), share))))
}

static void max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  FOR_WINDOWS(s, v_store(y + y_at, window_max(x + x_at, x_row, size)))
}

static void max_pool_backward(const lenet_pool_shape *s, lenet_activation activation, const real *x,
                              const real *y, const real *dy, real *dx)
{
  FOR_WINDOWS(s, {
    const vector most = v_load(y + y_at);
    fill_window_at(x + x_at, dx + x_at, x_row, size, most,
                   slope_times(activation, most, v_load(dy + y_at)));
  })
}

/* ---- the paper's own rows -------------------------------------------------------------------- */

static void subsample_forward(const lenet_pool_shape *s, const real *w, const real *b,
                              const real *x, real *y){
    FOR_WINDOWS(s, v_store(y + y_at, v_muladd(v_set(w[map]), window_sum(x + x_at, x_row, size),
                                              v_set(b[map]))))}

/* Adds to the sums of one map's coefficient and bias, and to dx, which the first map of a group
 * overwrites. */
INLINE void subsample_window(const real *x, real *dx, size_t x_row, int size, vector d, vector w,
                             bool more, vector *coefficient, vector *bias)
{
  *coefficient = v_muladd(d, window_sum(x, x_row, size), *coefficient);
  *bias = v_add(*bias, d);
  if (!dx)
    return;
  const vector back = v_mul(d, w);
  if (!more)
    fill_window(dx, x_row, size, back);
  for (int i = 0; more && i < size; i++)
    for (int j = 0; j < size; j++) {
      real *to = dx + i * x_row + (size_t)j * L;
      v_store(to, v_add(v_load(to), back));
    }
}

/* dx may be NULL. */
static void subsample_backward(const lenet_pool_shape *s, const real *w, const real *x,
                               const real *dy, real *dx, real *dw, real *db)
{
  for (int m = 0; m < s->maps; m++) {
    const size_t from = m / s->group * pool_x_step(s);
    lenet_pool_shape one = *s;
    one.maps = one.group = 1;
    const real *x_m = x + from, *dy_m = dy + m * pool_y_step(s);
    real *dx_m = dx ? dx + from : NULL;
    const bool more = m % s->group != 0;
    vector coefficient = v_set(0), bias = v_set(0), weight = v_set(w[m]);
    FOR_WINDOWS(&one, subsample_window(x_m + x_at, dx_m ? dx_m + x_at : NULL, x_row, size,
                                       v_load(dy_m + y_at), weight, more, &coefficient, &bias))
    dw[m] = v_sum(coefficient);
    db[m] = v_sum(bias);
  }
}

static void rbf_forward(int inputs, int units, const real *w, const real *x, real *y)
{
  for (int u = 0; u < units; u++)
    for (int lane = 0; lane < L; lane += W) {
      vector sum = v_set(0);
      for (int i = 0; i < inputs; i++) {
        vector d = v_sub(v_load(x + (size_t)i * L + lane), v_set(w[(size_t)u * inputs + i]));
        sum = v_muladd(d, d, sum);
      }
      v_store(y + (size_t)u * L + lane, sum);
    }
}

static void rbf_backward(int inputs, int units, const real *w, const real *x, const real *dy,
                         real *dx)
{
  for (int i = 0; i < inputs; i++)
    for (int lane = 0; lane < L; lane += W) {
      vector in = v_load(x + (size_t)i * L + lane), sum = v_set(0);
      for (int u = 0; u < units; u++) {
        vector d = v_sub(in, v_set(w[(size_t)u * inputs + i]));
        sum = v_muladd(v_load(dy + (size_t)u * L + lane), d, sum);
      }
      v_store(dx + (size_t)i * L + lane, v_add(sum, sum));
    }
}

static void softmax(int units, real *y, real *log_sum)
{
  real most[L], sums[L];
  for (int lane = 0; lane < L; lane += W) {
    vector top = v_load(y + lane), sum = v_set(0);
    for (int u = 1; u < units; u++)
      top = v_max(top, v_load(y + (size_t)u * L + lane));
    for (int u = 0; u < units; u++) {
      vector e = v_exp(v_sub(v_load(y + (size_t)u * L + lane), top));
      v_store(y + (size_t)u * L + lane, e);
      sum = v_add(sum, e);
    }
    for (int u = 0; u < units; u++)
      v_store(y + (size_t)u * L + lane, v_div(v_load(y + (size_t)u * L + lane), sum));
    v_store_any(most + lane, top);
    v_store_any(sums + lane, sum);
  }
  for (int l = 0; l < L; l++)
    log_sum[l] = most[l] + (real)log((double)sums[l]);
}

const lenet_kernels LANES_TABLE = {.isa = KERNEL_ISA,
                                   .lanes = L,
                                   LENET_PICTURE_KERNELS(TABLE_ENTRY)
                                       LENET_ARRAY_KERNELS(TABLE_ENTRY)};
