/* lanes_template.h - the kernels over 16 pictures side by side. One weight meets 16 pictures at
 * once, and all vectors are full.
 *
 * Needs arrays_template.h and, for the instruction set,
 *   BLOCK_MAPS, BLOCK_PIXELS      output maps x pixels that are summed in registers at once
 *   BLOCK_VECTORS                 vectors of inputs in a block of dense weight gradients
 *   LANES_TABLE, KERNEL_ISA       the table to define, and its name
 * L stands for LENET_LANES. */

/* `call` with its last argument, `pixels`, as a constant: the rest of a row, under BLOCK_PIXELS. */
#define REST_CASE(n, call)                                                                         \
  case n: {                                                                                        \
    enum { pixels = n < BLOCK_PIXELS ? n : 1 };                                                    \
    call;                                                                                          \
    break;                                                                                         \
  }
#define WITH_REST(rest, call)                                                                      \
  switch (rest) {                                                                                  \
    REST_CASE(4, call)                                                                             \
    REST_CASE(3, call)                                                                             \
    REST_CASE(2, call)                                                                             \
    REST_CASE(1, call)                                                                             \
  default: break;                                                                                  \
  }
enum { L = LENET_LANES, BLOCK_UNITS = 4, BLOCK_OUTPUTS = 8 };
_Static_assert(BLOCK_PIXELS <= 5, "WITH_REST knows rests of up to 4");

/* ---- convolution ---------------------------------------------------------------------------- */

INLINE bool conv_reads(const lenet_conv_shape *s, int map, int input_map)
{
  return !s->connected || s->connected[map * s->input_maps + input_map];
}

/* A table is followed one output map at a time; without one, maps go in blocks. */
INLINE int conv_block_maps(const lenet_conv_shape *s, int maps_left)
{
  if (s->connected || maps_left == 1)
    return 1;
  return maps_left >= BLOCK_MAPS ? BLOCK_MAPS : 2;
}

/* y of `maps` maps from `map` on, `pixels` pixels from (row, column) on, one vector of lanes. */
INLINE void conv_forward_block(const lenet_conv_shape *s, const real *w, const real *b,
                               const real *x, real *y, int map, int row, int column, int lane,
                               int maps, int pixels)
{
  const int k = s->kernel, rows = s->input_rows, columns = s->input_columns;
  const int y_rows = rows - k + 1, y_columns = columns - k + 1;
  const size_t w_map = (size_t)s->input_maps * k * k;
  vector sum[BLOCK_MAPS][BLOCK_PIXELS];
  UNROLL for (int m = 0; m < maps; m++)
    UNROLL for (int p = 0; p < pixels; p++)
      sum[m][p] = v_set(b[map + m]);
  for (int c = 0; c < s->input_maps; c++) {
    if (maps == 1 && !conv_reads(s, map, c))
      continue;
    for (int i = 0; i < k; i++) {
      const real *x_row = x + ((size_t)(c * rows + row + i) * columns + column) * L + lane;
      const real *w_row = w + map * w_map + (size_t)(c * k + i) * k;
      for (int j = 0; j < k; j++) {
        vector in[BLOCK_PIXELS];
        UNROLL for (int p = 0; p < pixels; p++)
          in[p] = v_load(x_row + (size_t)(j + p) * L);
        UNROLL for (int m = 0; m < maps; m++) {
          vector weight = v_set(w_row[m * w_map + j]);
          UNROLL for (int p = 0; p < pixels; p++)
            sum[m][p] = v_muladd(weight, in[p], sum[m][p]);
        }
      }
    }
  }
  UNROLL for (int m = 0; m < maps; m++)
    UNROLL for (int p = 0; p < pixels; p++)
      v_store(y + ((size_t)((map + m) * y_rows + row) * y_columns + column + p) * L + lane,
              sum[m][p]);
}

INLINE void conv_forward_maps(const lenet_conv_shape *s, const real *w, const real *b,
                              const real *x, real *y, int map, int maps)
{
  const int y_rows = s->input_rows - s->kernel + 1, y_columns = s->input_columns - s->kernel + 1;
  for (int row = 0; row < y_rows; row++)
    for (int lane = 0; lane < L; lane += W) {
      int column = 0;
      for (; column + BLOCK_PIXELS <= y_columns; column += BLOCK_PIXELS)
        conv_forward_block(s, w, b, x, y, map, row, column, lane, maps, BLOCK_PIXELS);
      WITH_REST(y_columns - column,
                conv_forward_block(s, w, b, x, y, map, row, column, lane, maps, pixels))
    }
}

static void conv_forward(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                         real *y, real *scratch)
{
  (void)scratch;
  for (int map = 0, maps; map < s->maps; map += maps) {
    maps = conv_block_maps(s, s->maps - map);
    if (maps == BLOCK_MAPS)
      conv_forward_maps(s, w, b, x, y, map, BLOCK_MAPS);
    else if (maps == 2)
      conv_forward_maps(s, w, b, x, y, map, 2);
    else
      conv_forward_maps(s, w, b, x, y, map, 1);
  }
}

/* Adds what `maps` x `pixels` output gradients send back to the input. Rows are the inner loop of
 * the kernel, since neighbouring columns would wait for each other's stores. */
INLINE void conv_backward_data_block(const lenet_conv_shape *s, const real *w, const real *dy,
                                     real *dx, int map, int row, int column, int lane, int maps,
                                     int pixels)
{
  const int k = s->kernel, rows = s->input_rows, columns = s->input_columns;
  const int y_rows = rows - k + 1, y_columns = columns - k + 1;
  const size_t w_map = (size_t)s->input_maps * k * k;
  vector d[BLOCK_MAPS][BLOCK_PIXELS];
  UNROLL for (int m = 0; m < maps; m++)
    UNROLL for (int p = 0; p < pixels; p++)
      d[m][p] =
          v_load(dy + ((size_t)((map + m) * y_rows + row) * y_columns + column + p) * L + lane);
  for (int c = 0; c < s->input_maps; c++) {
    if (maps == 1 && !conv_reads(s, map, c))
      continue;
    const real *w_c = w + map * w_map + (size_t)c * k * k;
    real *dx_c = dx + ((size_t)(c * rows + row) * columns + column) * L + lane;
    for (int j = 0; j < k; j++)
      for (int i = 0; i < k; i++) {
        real *dx_p = dx_c + ((size_t)i * columns + j) * L;
        vector sum[BLOCK_PIXELS];
        UNROLL for (int p = 0; p < pixels; p++)
          sum[p] = v_load(dx_p + (size_t)p * L);
        UNROLL for (int m = 0; m < maps; m++) {
          vector weight = v_set(w_c[m * w_map + i * k + j]);
          UNROLL for (int p = 0; p < pixels; p++)
            sum[p] = v_muladd(weight, d[m][p], sum[p]);
        }
        UNROLL for (int p = 0; p < pixels; p++)
          v_store(dx_p + (size_t)p * L, sum[p]);
      }
  }
}

INLINE void conv_backward_data_maps(const lenet_conv_shape *s, const real *w, const real *dy,
                                    real *dx, int map, int maps)
{
  const int y_rows = s->input_rows - s->kernel + 1, y_columns = s->input_columns - s->kernel + 1;
  for (int row = 0; row < y_rows; row++)
    for (int lane = 0; lane < L; lane += W) {
      int column = 0;
      for (; column + BLOCK_PIXELS <= y_columns; column += BLOCK_PIXELS)
        conv_backward_data_block(s, w, dy, dx, map, row, column, lane, maps, BLOCK_PIXELS);
      WITH_REST(y_columns - column,
                conv_backward_data_block(s, w, dy, dx, map, row, column, lane, maps, pixels))
    }
}

static void conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx,
                               real *scratch)
{
  (void)scratch;
  memset(dx, 0, (size_t)s->input_maps * s->input_rows * s->input_columns * L * sizeof *dx);
  for (int map = 0, maps; map < s->maps; map += maps) {
    maps = conv_block_maps(s, s->maps - map);
    if (maps == BLOCK_MAPS)
      conv_backward_data_maps(s, w, dy, dx, map, BLOCK_MAPS);
    else if (maps == 2)
      conv_backward_data_maps(s, w, dy, dx, map, 2);
    else
      conv_backward_data_maps(s, w, dy, dx, map, 1);
  }
}

/* dw of `maps` maps, one input map, one kernel row i, `pixels` kernel columns from j on. */
INLINE void conv_backward_weights_block(const lenet_conv_shape *s, const real *dy, const real *x,
                                        real *dw, int map, int c, int i, int j, int maps,
                                        int pixels)
{
  const int k = s->kernel, rows = s->input_rows, columns = s->input_columns;
  const int y_rows = rows - k + 1, y_columns = columns - k + 1;
  const size_t y_map = (size_t)y_rows * y_columns * L;
  vector sum[BLOCK_MAPS][BLOCK_PIXELS];
  UNROLL for (int m = 0; m < maps; m++)
    UNROLL for (int p = 0; p < pixels; p++)
      sum[m][p] = v_set(0);
  for (int row = 0; row < y_rows; row++) {
    const real *dy_row = dy + map * y_map + (size_t)row * y_columns * L;
    const real *x_row = x + ((size_t)(c * rows + row + i) * columns + j) * L;
    for (int at = 0; at < y_columns * L; at += W) {
      vector in[BLOCK_PIXELS];
      UNROLL for (int p = 0; p < pixels; p++)
        in[p] = v_load(x_row + at + p * L);
      UNROLL for (int m = 0; m < maps; m++) {
        vector d = v_load(dy_row + m * y_map + at);
        UNROLL for (int p = 0; p < pixels; p++)
          sum[m][p] = v_muladd(d, in[p], sum[m][p]);
      }
    }
  }
  UNROLL for (int m = 0; m < maps; m++)
    UNROLL for (int p = 0; p < pixels; p++)
      dw[((size_t)((map + m) * s->input_maps + c) * k + i) * k + j + p] = v_sum(sum[m][p]);
}

INLINE void conv_backward_weights_maps(const lenet_conv_shape *s, const real *dy, const real *x,
                                       real *dw, int map, int maps)
{
  const int k = s->kernel;
  for (int c = 0; c < s->input_maps; c++) {
    if (maps == 1 && !conv_reads(s, map, c)) {
      memset(dw + (size_t)(map * s->input_maps + c) * k * k, 0, (size_t)k * k * sizeof *dw);
      continue;
    }
    for (int i = 0; i < k; i++) {
      int j = 0;
      for (; j + BLOCK_PIXELS <= k; j += BLOCK_PIXELS)
        conv_backward_weights_block(s, dy, x, dw, map, c, i, j, maps, BLOCK_PIXELS);
      WITH_REST(k - j, conv_backward_weights_block(s, dy, x, dw, map, c, i, j, maps, pixels))
    }
  }
}

static void conv_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                  real *dw, real *db, real *scratch)
{
  (void)scratch;
  const size_t y_map =
      (size_t)(s->input_rows - s->kernel + 1) * (s->input_columns - s->kernel + 1) * L;
  for (int map = 0; map < s->maps; map++) {
    vector sum = v_set(0);
    for (size_t at = 0; at < y_map; at += W)
      sum = v_add(sum, v_load(dy + map * y_map + at));
    db[map] = v_sum(sum);
  }
  for (int map = 0, maps; map < s->maps; map += maps) {
    maps = conv_block_maps(s, s->maps - map);
    if (maps == BLOCK_MAPS)
      conv_backward_weights_maps(s, dy, x, dw, map, BLOCK_MAPS);
    else if (maps == 2)
      conv_backward_weights_maps(s, dy, x, dw, map, 2);
    else
      conv_backward_weights_maps(s, dy, x, dw, map, 1);
  }
}

/* ---- dense ---------------------------------------------------------------------------------- */

INLINE void dense_forward_block(int inputs, const real *w, const real *b, const real *x, real *y,
                                int unit, int lane, int units)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLL for (int u = 0; u < units; u++)
    sum[u] = v_set(b[unit + u]);
  const real *w_unit = w + (size_t)unit * inputs;
  for (int i = 0; i < inputs; i++) {
    vector in = v_load(x + (size_t)i * L + lane);
    UNROLL for (int u = 0; u < units; u++)
      sum[u] = v_muladd(v_set(w_unit[(size_t)u * inputs + i]), in, sum[u]);
  }
  UNROLL for (int u = 0; u < units; u++)
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

INLINE void dense_backward_data_block(int inputs, int units, const real *w, const real *dy,
                                      real *dx, int input, int lane, int count)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLL for (int i = 0; i < count; i++)
    sum[i] = v_set(0);
  for (int u = 0; u < units; u++) {
    vector d = v_load(dy + (size_t)u * L + lane);
    const real *w_at = w + (size_t)u * inputs + input;
    UNROLL for (int i = 0; i < count; i++)
      sum[i] = v_muladd(v_set(w_at[i]), d, sum[i]);
  }
  UNROLL for (int i = 0; i < count; i++)
    v_store(dx + (size_t)(input + i) * L + lane, sum[i]);
}

static void dense_backward_data(int inputs, int units, const real *w, const real *dy, real *dx)
{
  for (int lane = 0; lane < L; lane += W) {
    int input = 0;
    for (; input + BLOCK_OUTPUTS <= inputs; input += BLOCK_OUTPUTS)
      dense_backward_data_block(inputs, units, w, dy, dx, input, lane, BLOCK_OUTPUTS);
    for (; input < inputs; input++)
      dense_backward_data_block(inputs, units, w, dy, dx, input, lane, 1);
  }
}

/* dw of `units` units and `vectors` x W inputs, from xt[L][stride], x with lanes outermost. */
INLINE void dense_backward_weights_block(int inputs, const real *dy, const real *xt, size_t stride,
                                         real *dw, int unit, int input, int units, int vectors)
{
  vector sum[BLOCK_UNITS][BLOCK_VECTORS];
  UNROLL for (int u = 0; u < units; u++)
    UNROLL for (int v = 0; v < vectors; v++)
      sum[u][v] = v_set(0);
  for (int l = 0; l < L; l++) {
    vector in[BLOCK_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++)
      in[v] = v_load(xt + l * stride + input + v * W);
    UNROLL for (int u = 0; u < units; u++) {
      vector d = v_set(dy[(size_t)(unit + u) * L + l]);
      UNROLL for (int v = 0; v < vectors; v++)
        sum[u][v] = v_muladd(d, in[v], sum[u][v]);
    }
  }
  UNROLL for (int u = 0; u < units; u++)
    UNROLL for (int v = 0; v < vectors; v++) {
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

static void dense_backward_weights(int inputs, int units, const real *dy, const real *x, real *dw,
                                   real *db, real *scratch)
{
  const size_t stride = lenet_round_up((size_t)inputs);
  for (int i = 0; i < inputs; i++)
    for (int l = 0; l < L; l++)
      scratch[l * stride + i] = x[(size_t)i * L + l];
  for (int l = 0; l < L; l++)
    for (size_t i = (size_t)inputs; i < stride; i++)
      scratch[l * stride + i] = 0;
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

/* ---- pooling -------------------------------------------------------------------------------- */

/* The input pixel under (i, j) of the window that makes output (map, row, column). */
INLINE size_t pool_at(const lenet_pool_shape *s, int map, int row, int column, int i, int j)
{
  return (((size_t)map * s->rows + row) * s->size + i) * s->columns * s->size * L +
         ((size_t)column * s->size + j) * L;
}

/* Runs the body for each output vector, `y_at`, `map`, `row`, `column` and `lane` being its place. */
#define FOR_POOL(s)                                                                                \
  for (int map = 0; map < (s)->maps; map++)                                                        \
    for (int row = 0; row < (s)->rows; row++)                                                      \
      for (int column = 0; column < (s)->columns; column++)                                        \
        for (size_t lane = 0,                                                                      \
                    y_at = (((size_t)map * (s)->rows + row) * (s)->columns + column) * L;          \
             lane < L; lane += W, y_at += W)

static void average_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_POOL(s)
  {
    vector sum = v_set(0);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        sum = v_add(sum, v_load(x + pool_at(s, map, row, column, i, j) + lane));
    v_store(y + y_at, v_mul(sum, share));
  }
}

static void average_pool_backward(const lenet_pool_shape *s, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_POOL(s)
  {
    vector d = v_mul(v_load(dy + y_at), share);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        v_store(dx + pool_at(s, map, row, column, i, j) + lane, d);
  }
}

static void max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  FOR_POOL(s)
  {
    vector most = v_load(x + pool_at(s, map, row, column, 0, 0) + lane);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        most = v_max(most, v_load(x + pool_at(s, map, row, column, i, j) + lane));
    v_store(y + y_at, most);
  }
}

static void max_pool_backward(const lenet_pool_shape *s, const real *x, const real *y,
                              const real *dy, real *dx)
{
  const vector zero = v_set(0);
  FOR_POOL(s)
  {
    vector most = v_load(y + y_at), left = v_load(dy + y_at);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++) {
        size_t at = pool_at(s, map, row, column, i, j) + lane;
        vector in = v_load(x + at);
        v_store(dx + at, v_if_equal(in, most, left, zero));
        left = v_if_equal(in, most, zero, left);
      }
  }
}

/* ---- the paper's own rows -------------------------------------------------------------------- */

INLINE vector window_sum(const lenet_pool_shape *s, const real *x, int map, int row, int column,
                         size_t lane)
{
  vector sum = v_set(0);
  for (int i = 0; i < s->size; i++)
    for (int j = 0; j < s->size; j++)
      sum = v_add(sum, v_load(x + pool_at(s, map, row, column, i, j) + lane));
  return sum;
}

static void subsample_forward(const lenet_pool_shape *s, const real *w, const real *b,
                              const real *x, real *y)
{
  FOR_POOL(s)
  {
    vector sum = window_sum(s, x, map / s->group, row, column, lane);
    v_store(y + y_at, v_muladd(v_set(w[map]), sum, v_set(b[map])));
  }
}

/* dx may be NULL. The first map of a group overwrites it, the others add. */
static void subsample_backward(const lenet_pool_shape *s, const real *w, const real *x,
                               const real *dy, real *dx, real *dw, real *db)
{
  for (int map = 0; map < s->maps; map++) {
    const int from = map / s->group;
    const bool more = map % s->group != 0;
    vector coefficient = v_set(0), bias = v_set(0);
    for (int row = 0; row < s->rows; row++)
      for (int column = 0; column < s->columns; column++)
        for (size_t lane = 0; lane < L; lane += W) {
          size_t y_at = (((size_t)map * s->rows + row) * s->columns + column) * L + lane;
          vector d = v_load(dy + y_at);
          coefficient = v_muladd(d, window_sum(s, x, from, row, column, lane), coefficient);
          bias = v_add(bias, d);
          vector back = v_mul(d, v_set(w[map]));
          for (int i = 0; dx && i < s->size; i++)
            for (int j = 0; j < s->size; j++) {
              real *to = dx + pool_at(s, from, row, column, i, j) + lane;
              v_store(to, more ? v_add(v_load(to), back) : back);
            }
        }
    dw[map] = v_sum(coefficient);
    db[map] = v_sum(bias);
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
