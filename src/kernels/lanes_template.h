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

/* ---- pictures -------------------------------------------------------------------------------- */

/* Four pixels of each picture at a time, so that bytes of 16 pictures need not be gathered singly.
 */
static void load_pictures(int rows, int columns, const uint8_t *const *picture, real scale,
                          real offset, size_t x_row, real *x)
{
  enum { IN_WORD = 4, MOST_WORDS = (LENET_MAX_SIDE + IN_WORD - 1) / IN_WORD };
  const vector factor = v_set(scale), start = v_set(offset);
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
    for (int column = 0; column < columns; column++)
      for (int lane = 0; lane < L; lane += W) {
        const vector byte = v_byte(&word[column / IN_WORD][lane], column % IN_WORD);
        v_store(x + column * L + lane, v_add(v_mul(byte, factor), start));
      }
  }
}

/* ---- convolution ---------------------------------------------------------------------------- */

INLINE bool conv_reads(const lenet_conv_shape *s, int map, int input_map)
{
  return !s->connected || s->connected[map * s->input_maps + input_map];
}

/* From one map to the next, in numbers. */
INLINE size_t conv_x_step(const lenet_conv_shape *s)
{
  return s->x_step ? s->x_step : (size_t)s->input_rows * s->input_columns * L;
}

INLINE size_t conv_y_step(const lenet_conv_shape *s)
{
  return s->y_step
             ? s->y_step
             : (size_t)(s->input_rows - s->kernel + 1) * (s->input_columns - s->kernel + 1) * L;
}

/* The output maps that read input map c, in order, into `map`; returns how many. */
INLINE int conv_readers(const lenet_conv_shape *s, int c, int map[LENET_MAX_MAPS])
{
  int count = 0;
  for (int m = 0; m < s->maps; m++)
    if (conv_reads(s, m, c))
      map[count++] = m;
  return count;
}

/* As many maps as a register block takes of those that are left. */
INLINE int conv_block_maps(int maps_left)
{
  return maps_left >= BLOCK_MAPS ? BLOCK_MAPS : maps_left >= 2 ? 2 : 1;
}

/* y of `maps` maps from `map` on, `pixels` pixels of one row, one vector of lanes. x: what lies
 * under the kernel's corner at the first of them; y: the first of them. k: the kernel's side, a
 * constant where it is a usual one. */
INLINE void conv_forward_block(const lenet_conv_shape *s, const real *w, const real *b,
                               const real *x, real *y, int map, int maps, int pixels, int k)
{
  const size_t x_row = (size_t)s->input_columns * L, x_step = conv_x_step(s);
  const size_t y_step = conv_y_step(s), w_map = (size_t)s->input_maps * k * k;
  vector sum[BLOCK_MAPS][SOLO_PIXELS];
  UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < pixels; p++) sum[m][p] =
      v_set(b[map + m]);
  const real *w_c = w + map * w_map;
  for (int c = 0; c < s->input_maps; c++, x += x_step, w_c += k * k) {
    if (maps == 1 && !conv_reads(s, map, c))
      continue;
    const real *x_i = x, *w_i = w_c;
    for (int i = 0; i < k; i++, x_i += x_row, w_i += k)
      UNROLL for (int j = 0; j < k; j++)
      {
        vector in[SOLO_PIXELS];
        UNROLL for (int p = 0; p < pixels; p++) in[p] = v_load(x_i + (size_t)(j + p) * L);
        UNROLL for (int m = 0; m < maps; m++)
        {
          vector weight = v_set(w_i[m * w_map + j]);
          UNROLL for (int p = 0; p < pixels; p++) sum[m][p] = v_muladd(weight, in[p], sum[m][p]);
        }
      }
  }
  UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < pixels; p++)
      v_store(y + m * y_step + (size_t)p * L, sum[m][p]);
}

/* One row of `maps` maps. */
INLINE void conv_forward_row(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                             real *y, int map, int maps, int k)
{
  const int columns = s->input_columns - k + 1, block = maps == 1 ? SOLO_PIXELS : BLOCK_PIXELS;
  for (int lane = 0; lane < L; lane += W) {
    int column = 0;
    for (; column + block <= columns; column += block)
      conv_forward_block(s, w, b, x + column * L + lane, y + column * L + lane, map, maps, block,
                         k);
    if (maps == 1 && SOLO_PIXELS > BLOCK_PIXELS && column + BLOCK_PIXELS <= columns) {
      conv_forward_block(s, w, b, x + column * L + lane, y + column * L + lane, map, maps,
                         BLOCK_PIXELS, k);
      column += BLOCK_PIXELS;
    }
    WITH_REST(columns - column, conv_forward_block(s, w, b, x + column * L + lane,
                                                   y + column * L + lane, map, maps, pixels, k))
  }
}

/* Row by row, so that the rows under the kernel stay in the nearest cache for all maps. */
INLINE void conv_forward_kernel(const lenet_conv_shape *s, const real *w, const real *b,
                                const real *x, real *y, int k)
{
  const size_t y_row = (size_t)(s->input_columns - k + 1) * L, y_step = conv_y_step(s);
  for (int row = 0; row + k <= s->input_rows; row++, x += s->input_columns * L, y += y_row)
    for (int map = 0, maps; map < s->maps; map += maps) {
      real *to = y + map * y_step;
      maps = s->connected ? 1 : conv_block_maps(s->maps - map); /* a table has rows of its own */
      if (maps == BLOCK_MAPS)
        conv_forward_row(s, w, b, x, to, map, BLOCK_MAPS, k);
      else if (maps == 2)
        conv_forward_row(s, w, b, x, to, map, 2, k);
      else
        conv_forward_row(s, w, b, x, to, map, 1, k);
    }
}

static void conv_forward(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                         real *y, real *scratch)
{
  (void)scratch;
  if (s->kernel == 5)
    conv_forward_kernel(s, w, b, x, y, 5);
  else
    conv_forward_kernel(s, w, b, x, y, s->kernel);
}

/* Adds what `pixels` gradients of each of `maps` output maps send back to input maps c .. end - 1
 * through kernel columns j .. j + taps - 1. dy, dx: the first of the gradients, and what lies under
 * the kernel's corner there. The input pixels of a kernel row are summed in registers. */
INLINE void conv_backward_data_block(const lenet_conv_shape *s, const real *w, const real *dy,
                                     real *dx, const int *map, int c, int end, int j, int maps,
                                     int pixels, int taps)
{
  const int k = s->kernel;
  const size_t x_row = (size_t)s->input_columns * L, x_step = conv_x_step(s);
  const size_t y_step = conv_y_step(s);
  vector d[BLOCK_MAPS][BLOCK_PIXELS];
  const real *w_m[BLOCK_MAPS];
  UNROLL for (int m = 0; m < maps; m++)
  {
    w_m[m] = w + ((size_t)map[m] * s->input_maps + c) * k * k + j;
    UNROLL for (int p = 0; p < pixels; p++) d[m][p] = v_load(dy + map[m] * y_step + (size_t)p * L);
  }
  dx += c * x_step + (size_t)j * L;
  for (; c < end; c++, dx += x_step) {
    real *to = dx;
    for (int i = 0; i < k; i++, to += x_row) {
      vector sum[BLOCK_PIXELS + BLOCK_TAPS - 1];
      UNROLL for (int p = 0; p < pixels + taps - 1; p++) sum[p] = v_load(to + (size_t)p * L);
      UNROLL for (int m = 0; m < maps; m++)
      {
        UNROLL for (int t = 0; t < taps; t++)
        {
          vector weight = v_set(w_m[m][t]);
          UNROLL for (int p = 0; p < pixels; p++) sum[p + t] =
              v_muladd(weight, d[m][p], sum[p + t]);
        }
        w_m[m] += k;
      }
      UNROLL for (int p = 0; p < pixels + taps - 1; p++) v_store(to + (size_t)p * L, sum[p]);
    }
  }
}

INLINE void conv_backward_data_maps(const lenet_conv_shape *s, const real *w, const real *dy,
                                    real *dx, const int *map, int c, int end, int j, int maps,
                                    int taps)
{
  const int rows = s->input_rows - s->kernel + 1, columns = s->input_columns - s->kernel + 1;
  for (int row = 0; row < rows; row++)
    for (int lane = 0; lane < L; lane += W) {
      const real *from = dy + (size_t)row * columns * L + lane;
      real *to = dx + (size_t)row * s->input_columns * L + lane;
      int column = 0;
      for (; column + BLOCK_PIXELS <= columns; column += BLOCK_PIXELS)
        conv_backward_data_block(s, w, from + column * L, to + column * L, map, c, end, j, maps,
                                 BLOCK_PIXELS, taps);
      WITH_REST(columns - column, conv_backward_data_block(s, w, from + column * L, to + column * L,
                                                           map, c, end, j, maps, pixels, taps))
    }
}

INLINE void conv_backward_data_taps(const lenet_conv_shape *s, const real *w, const real *dy,
                                    real *dx, const int *map, int c, int end, int maps)
{
  int j = 0;
  for (; j + BLOCK_TAPS <= s->kernel; j += BLOCK_TAPS)
    conv_backward_data_maps(s, w, dy, dx, map, c, end, j, maps, BLOCK_TAPS);
  for (; BLOCK_TAPS > 1 && j < s->kernel; j++)
    conv_backward_data_maps(s, w, dy, dx, map, c, end, j, maps, 1);
}

/* From the output maps map[0 .. count-1] to input maps c .. end - 1. */
INLINE void conv_backward_data_list(const lenet_conv_shape *s, const real *w, const real *dy,
                                    real *dx, const int *map, int count, int c, int end)
{
  for (int at = 0, maps; at < count; at += maps) {
    maps = conv_block_maps(count - at);
    if (maps == BLOCK_MAPS)
      conv_backward_data_taps(s, w, dy, dx, map + at, c, end, BLOCK_MAPS);
    else if (maps == 2)
      conv_backward_data_taps(s, w, dy, dx, map + at, c, end, 2);
    else
      conv_backward_data_taps(s, w, dy, dx, map + at, c, end, 1);
  }
}

static void conv_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx,
                               real *scratch)
{
  (void)scratch;
  int map[LENET_MAX_MAPS];
  const size_t x_map = (size_t)s->input_rows * s->input_columns * L;
  for (int c = 0; c < s->input_maps; c++)
    memset(dx + c * conv_x_step(s), 0, x_map * sizeof *dx);
  if (!s->connected)
    conv_backward_data_list(s, w, dy, dx, map, conv_readers(s, 0, map), 0, s->input_maps);
  for (int c = 0; s->connected && c < s->input_maps; c++)
    conv_backward_data_list(s, w, dy, dx, map, conv_readers(s, c, map), c, c + 1);
}

/* Where the sums of a weight lie between the bands of an image, W of them. */
INLINE real *conv_kept_sums(const lenet_conv_shape *s, real *scratch, int map, int weight)
{
  return scratch + ((size_t)map * (s->input_maps * s->kernel * s->kernel + 1) + weight) * W;
}

/* dw of `maps` output maps and one input map, kernel row i, `pixels` kernel columns from j on. */
INLINE void conv_backward_weights_block(const lenet_conv_shape *s, int part, const real *dy,
                                        const real *x, real *dw, real *scratch, const int *map,
                                        int c, int i, int j, int maps, int pixels)
{
  const int k = s->kernel, rows = s->input_rows - k + 1, columns = s->input_columns - k + 1;
  const size_t y_step = conv_y_step(s);
  const int at = (c * k + i) * k + j; /* of the first weight among those of its map */
  vector sum[BLOCK_MAPS * BLOCK_PIXELS];
  UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < pixels; p++)
      sum[m * pixels + p] =
          part & LENET_BEGINS ? v_set(0) : v_load(conv_kept_sums(s, scratch, map[m], at + p));
  const real *x_row = x + c * conv_x_step(s) + ((size_t)i * s->input_columns + j) * L;
  const real *dy_row[BLOCK_MAPS];
  UNROLL for (int m = 0; m < maps; m++) dy_row[m] = dy + map[m] * y_step;
  for (int row = 0; row < rows; row++, x_row += s->input_columns * L) {
    for (int n = 0; n < columns * L; n += W) {
      vector in[BLOCK_PIXELS];
      UNROLL for (int p = 0; p < pixels; p++) in[p] = v_load(x_row + n + p * L);
      UNROLL for (int m = 0; m < maps; m++)
      {
        vector d = v_load(dy_row[m] + n);
        UNROLL for (int p = 0; p < pixels; p++) sum[m * pixels + p] =
            v_muladd(d, in[p], sum[m * pixels + p]);
      }
    }
    UNROLL for (int m = 0; m < maps; m++) dy_row[m] += columns * L;
  }
  if (part & LENET_ENDS) {
    real sums[BLOCK_MAPS * BLOCK_PIXELS];
    sums_of(maps * pixels, sum, sums);
    UNROLL for (int m = 0; m < maps; m++) memcpy(dw + (size_t)map[m] * s->input_maps * k * k + at,
                                                 sums + m * pixels, (size_t)pixels * sizeof *dw);
  } else {
    UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < pixels; p++)
        v_store(conv_kept_sums(s, scratch, map[m], at + p), sum[m * pixels + p]);
  }
}

/* All weights from input maps c .. end - 1 to `maps` output maps. */
INLINE void conv_backward_weights_maps(const lenet_conv_shape *s, int part, const real *dy,
                                       const real *x, real *dw, real *scratch, const int *map,
                                       int c, int end, int maps)
{
  const int k = s->kernel;
  for (; c < end; c++)
    for (int i = 0; i < k; i++) {
      int j = 0;
      for (; j + BLOCK_PIXELS <= k; j += BLOCK_PIXELS)
        conv_backward_weights_block(s, part, dy, x, dw, scratch, map, c, i, j, maps, BLOCK_PIXELS);
      WITH_REST(k - j, conv_backward_weights_block(s, part, dy, x, dw, scratch, map, c, i, j, maps,
                                                   pixels))
    }
}

INLINE void conv_backward_weights_list(const lenet_conv_shape *s, int part, const real *dy,
                                       const real *x, real *dw, real *scratch, const int *map,
                                       int count, int c, int end)
{
  for (int at = 0, maps; at < count; at += maps) {
    maps = conv_block_maps(count - at);
    if (maps == BLOCK_MAPS)
      conv_backward_weights_maps(s, part, dy, x, dw, scratch, map + at, c, end, BLOCK_MAPS);
    else if (maps == 2)
      conv_backward_weights_maps(s, part, dy, x, dw, scratch, map + at, c, end, 2);
    else
      conv_backward_weights_maps(s, part, dy, x, dw, scratch, map + at, c, end, 1);
  }
}

static void conv_backward_biases(const lenet_conv_shape *s, int part, const real *dy, real *db,
                                 real *scratch)
{
  const int k = s->kernel;
  const size_t y_map = (size_t)(s->input_rows - k + 1) * (s->input_columns - k + 1) * L;
  for (int map = 0; map < s->maps; map++, dy += conv_y_step(s)) {
    real *kept = conv_kept_sums(s, scratch, map, s->input_maps * k * k);
    vector sum = part & LENET_BEGINS ? v_set(0) : v_load(kept);
    for (size_t at = 0; at < y_map; at += W)
      sum = v_add(sum, v_load(dy + at));
    if (part & LENET_ENDS)
      db[map] = v_sum(sum);
    else
      v_store(kept, sum);
  }
}

static void conv_backward_weights(const lenet_conv_shape *s, int part, const real *dy,
                                  const real *x, real *dw, real *db, real *scratch)
{
  int map[LENET_MAX_MAPS];
  conv_backward_biases(s, part, dy, db, scratch);
  if (!s->connected) {
    const int count = conv_readers(s, 0, map);
    conv_backward_weights_list(s, part, dy, x, dw, scratch, map, count, 0, s->input_maps);
    return;
  }
  memset(dw, 0, (size_t)s->maps * s->input_maps * s->kernel * s->kernel * sizeof *dw);
  for (int c = 0; c < s->input_maps; c++) {
    const int count = conv_readers(s, c, map);
    conv_backward_weights_list(s, part, dy, x, dw, scratch, map, count, c, c + 1);
  }
}

/* ---- dense ---------------------------------------------------------------------------------- */

INLINE void dense_forward_block(int inputs, const real *w, const real *b, const real *x, real *y,
                                int unit, int lane, int units)
{
  vector sum[BLOCK_OUTPUTS];
  UNROLL for (int u = 0; u < units; u++) sum[u] = v_set(b[unit + u]);
  const real *w_unit = w + (size_t)unit * inputs;
  for (int i = 0; i < inputs; i++) {
    vector in = v_load(x + (size_t)i * L + lane);
    UNROLL for (int u = 0; u < units; u++) sum[u] =
        v_muladd(v_set(w_unit[(size_t)u * inputs + i]), in, sum[u]);
  }
  UNROLL for (int u = 0; u < units; u++) v_store(y + (size_t)(unit + u) * L + lane, sum[u]);
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
  UNROLL for (int i = 0; i < count; i++) sum[i] = v_set(0);
  for (int u = 0; u < units; u++) {
    vector d = v_load(dy + (size_t)u * L + lane);
    const real *w_at = w + (size_t)u * inputs + input;
    UNROLL for (int i = 0; i < count; i++) sum[i] = v_muladd(v_set(w_at[i]), d, sum[i]);
  }
  UNROLL for (int i = 0; i < count; i++) v_store(dx + (size_t)(input + i) * L + lane, sum[i]);
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
  UNROLL for (int u = 0; u < units; u++) UNROLL for (int v = 0; v < vectors; v++) sum[u][v] =
      v_set(0);
  for (int l = 0; l < L; l++) {
    vector in[BLOCK_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) in[v] = v_load(xt + l * stride + input + v * W);
    UNROLL for (int u = 0; u < units; u++)
    {
      vector d = v_set(dy[(size_t)(unit + u) * L + l]);
      UNROLL for (int v = 0; v < vectors; v++) sum[u][v] = v_muladd(d, in[v], sum[u][v]);
    }
  }
  UNROLL for (int u = 0; u < units; u++) UNROLL for (int v = 0; v < vectors; v++)
  {
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
    UNROLL for (int i = 0; i < W / 2; i++)
    {
      t[2 * i] = v_zip_low(v[i], v[i + W / 2]);
      t[2 * i + 1] = v_zip_high(v[i], v[i + W / 2]);
    }
    UNROLL for (int i = 0; i < W; i++) v[i] = t[i];
  }
}

/* xt[L][stride] = x[inputs][L] with lanes outermost, filled up with zeros. */
static void lanes_outermost(int inputs, const real *x, size_t stride, real *xt)
{
  for (int lane = 0; lane < L; lane += W)
    for (size_t i = 0; i < stride; i += W) {
      vector v[W];
      UNROLL for (int r = 0; r < W; r++) v[r] =
          (int)i + r < inputs ? v_load(x + (i + r) * L + lane) : v_set(0);
      transpose(v);
      UNROLL for (int r = 0; r < W; r++) v_store(xt + (lane + r) * stride + i, v[r]);
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

/* ---- pooling -------------------------------------------------------------------------------- */

/* From one map to the next, in numbers. */
INLINE size_t pool_x_step(const lenet_pool_shape *s)
{
  return s->x_step ? s->x_step : (size_t)s->rows * s->columns * s->size * s->size * L;
}

INLINE size_t pool_y_step(const lenet_pool_shape *s)
{
  return s->y_step ? s->y_step : (size_t)s->rows * s->columns * L;
}

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

static void average_pool_backward(const lenet_pool_shape *s, const real *dy, real *dx)
{
  const vector share = v_set((real)1 / (real)(s->size * s->size));
  FOR_WINDOWS(s, fill_window(dx + x_at, x_row, size, v_mul(v_load(dy + y_at), share)))
}

static void max_pool_forward(const lenet_pool_shape *s, const real *x, real *y)
{
  FOR_WINDOWS(s, v_store(y + y_at, window_max(x + x_at, x_row, size)))
}

static void max_pool_backward(const lenet_pool_shape *s, const real *x, const real *y,
                              const real *dy, real *dx)
{
  FOR_WINDOWS(s,
              fill_window_at(x + x_at, dx + x_at, x_row, size, v_load(y + y_at), v_load(dy + y_at)))
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
