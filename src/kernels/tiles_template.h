/* tiles_template.h - 5x5 and 3x3 convolutions over lanes with 3 multiplications in place of 5, or
 * of 6.
 *
 * Two output rows of a 5x5 kernel ask for 2 x 5 products of kernel rows with 6 input rows, four of
 * a 3x3 kernel for 4 x 3 with as many. Winograd's minimal filtering, F(2, 5) and F(4, 3), needs 6:
 * with the polynomials' points 0, 1, -1, 2, -2 and infinity
 *
 *   y = A' [(G g) * (B' d)]
 *
 * y: 2 or 4 output rows, g: 5 or 3 kernel rows, d: 6 input rows, * point by point;
 *
 *        | 4  0 -5  0  1  0 |        |  1/4    0     0     0     0   |        | 1  1  1  1  1  0 |
 *        | 0 -4 -4  1  1  0 |        | -1/6  -1/6  -1/6  -1/6  -1/6  |   A' = | 0  1 -1  2 -2  1 |
 *   B' = | 0  4 -4 -1  1  0 |    G = | -1/6   1/6  -1/6   1/6  -1/6  |
 *        | 0 -2 -1  2  1  0 |        | 1/24  1/12   1/6   1/3   2/3  |
 *        | 0  2 -1 -2  1  0 |        | 1/24 -1/12   1/6  -1/3   2/3  |
 *        | 0  4  0 -5  0  1 |        |   0     0     0     0     1   |
 *
 * for 5x5; for 3x3 the same B', and
 *
 *        |  1/4    0     0   |
 *        | -1/6  -1/6  -1/6  |        | 1  1  1  1  1  0 |
 *    G = | -1/6   1/6  -1/6  |   A' = | 0  1 -1  2 -2  0 |
 *        | 1/24  1/12   1/6  |        | 0  1  1  4  4  0 |
 *        | 1/24 -1/12   1/6  |        | 0  1 -1  8 -8  1 |
 *        |   0     0     1   |
 *
 * (S. Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray 2016, section 4.) What
 * is left for each point is a convolution along rows, with kernels one row high. The way back is
 * the same read from right to left: dd = B [(G g) * (A dy)], dg = G' [(A dy) * (B' d)].
 *
 * d and dy are turned once for all maps that they meet, so it pays where there are some maps on
 * either side. Rounding errors are two to three times those of the plain sums.
 *
 * k, the kernel's side, is a constant wherever a function has it as its argument.
 * Stands between conv_template.h and lanes_template.h. */

enum { POINTS = 6, MOST_TAPS = 5, MOST_ROWS = 4 };

/* Output rows of a tile. */
INLINE int tile_rows(int k) { return POINTS + 1 - k; }

INLINE bool conv_in_tiles(const lenet_conv_shape *s)
{
  return lenet_conv_takes_tiles(L, s) && s->input_rows >= POINTS;
}

/* The output rows in whole tiles. */
INLINE int tiles_rows(const lenet_conv_shape *s)
{
  const int rows = s->input_rows - s->kernel + 1;
  return rows - rows % tile_rows(s->kernel);
}

/* Numbers between the points of turned input, [point][input map][column][L], and of turned weights,
 * [point][map][input map][k], which whole vectors may overrun. */
INLINE size_t tile_step(const lenet_conv_shape *s)
{
  return (size_t)s->input_maps * s->input_columns * L;
}

INLINE size_t tile_weights_step(const lenet_conv_shape *s, int k)
{
  return lenet_round_up((size_t)s->maps * s->input_maps * k);
}

INLINE size_t tile_y_row(const lenet_conv_shape *s, int k)
{
  return (size_t)(s->input_columns - k + 1) * L;
}

/* ---- turning --------------------------------------------------------------------------------- */

/* Row by row the rows of some kernels one behind the other: vectors of a single row would be mostly
 * empty. */
enum { KERNELS_AT_ONCE = 16 };
typedef struct kernel_rows {
  real row[MOST_TAPS][MOST_TAPS * KERNELS_AT_ONCE] __attribute__((aligned(64)));
} kernel_rows;

/* t = G g of one column of a kernel, or of as many as a vector has numbers. */
INLINE void kernel_to_points(const vector g[MOST_TAPS], vector t[POINTS], int k)
{
  const vector quarter = v_set((real)0.25), sixth = v_set((real)(-1 / 6.0));
  const vector small = v_set((real)(1 / 24.0)), two = v_set(2), four = v_set(4);
  vector even = v_add(g[0], g[2]), odd = g[1], even2 = g[2], odd2 = g[1];
  if (k == 5) {
    even = v_add(even, g[4]);
    odd = v_add(odd, g[3]);
    even2 = v_muladd(four, g[4], even2);
    odd2 = v_muladd(four, g[3], odd2);
  }
  even2 = v_muladd(four, even2, g[0]);
  odd2 = v_mul(two, odd2);
  t[0] = v_mul(quarter, g[0]);
  t[1] = v_mul(sixth, v_add(even, odd));
  t[2] = v_mul(sixth, v_sub(even, odd));
  t[3] = v_mul(small, v_add(even2, odd2));
  t[4] = v_mul(small, v_sub(even2, odd2));
  t[5] = g[k - 1];
}

/* wt = G g, at the same places. */
INLINE void rows_to_points(const kernel_rows *from, size_t taps, real *wt, size_t step, int k)
{
  for (size_t at = 0; at < taps; at += W) {
    vector g[MOST_TAPS], t[POINTS];
    UNROLLED (i, k)
      g[i] = v_load(from->row[i] + at);
    kernel_to_points(g, t, k);
    UNROLLED (p, POINTS)
      v_store(wt + p * step + at, t[p]);
  }
}

INLINE void weights_to_points(const lenet_conv_shape *s, const real *w, real *wt, int k)
{
  kernel_rows g = {{{0}}};
  for (int left = s->maps * s->input_maps; left > 0; left -= KERNELS_AT_ONCE) {
    const int kernels = left < KERNELS_AT_ONCE ? left : KERNELS_AT_ONCE;
    for (int kernel = 0; kernel < kernels; kernel++, w += k * k)
      UNROLLED (i, k)
        memcpy(g.row[i] + kernel * k, w + i * k, (size_t)k * sizeof *w);
    rows_to_points(&g, (size_t)kernels * k, wt, tile_weights_step(s, k), k);
    wt += KERNELS_AT_ONCE * k;
  }
}

/* g = G' wt, at the same places. */
INLINE void rows_from_points(const real *wt, size_t step, size_t taps, kernel_rows *to, int k)
{
  const vector quarter = v_set((real)0.25), sixth = v_set((real)(-1 / 6.0));
  const vector small = v_set((real)(1 / 24.0)), twelfth = v_set((real)(1 / 12.0));
  const vector four = v_set(4);
  for (size_t at = 0; at < taps; at += W) {
    vector t[POINTS], g[MOST_TAPS];
    UNROLLED (p, POINTS)
      t[p] = v_load(wt + p * step + at);
    const vector even = v_mul(sixth, v_add(t[1], t[2])), odd = v_mul(sixth, v_sub(t[1], t[2]));
    const vector even2 = v_mul(small, v_add(t[3], t[4]));
    const vector odd2 = v_mul(twelfth, v_sub(t[3], t[4]));
    g[0] = v_muladd(quarter, t[0], v_add(even, even2));
    g[1] = v_add(odd, odd2);
    g[2] = v_muladd(four, even2, even);
    g[3] = v_muladd(four, odd2, odd);
    g[4] = v_muladd(v_set(16), even2, even);
    g[k - 1] = v_add(g[k - 1], t[5]);
    UNROLLED (i, k)
      v_store(to->row[i] + at, g[i]);
  }
}

/* dw += G' wt. */
INLINE void weights_from_points(const lenet_conv_shape *s, const real *wt, real *dw, int k)
{
  kernel_rows g;
  for (int left = s->maps * s->input_maps; left > 0; left -= KERNELS_AT_ONCE) {
    const int kernels = left < KERNELS_AT_ONCE ? left : KERNELS_AT_ONCE;
    rows_from_points(wt, tile_weights_step(s, k), (size_t)kernels * k, &g, k);
    wt += KERNELS_AT_ONCE * k;
    for (int kernel = 0; kernel < kernels; kernel++, dw += k * k)
      UNROLLED (i, k)
        UNROLLED (j, k)
          dw[i * k + j] += g.row[i][kernel * k + j];
  }
}

/* t = B' d. */
INLINE void rows_at_points(const vector d[POINTS], vector t[POINTS])
{
  const vector two = v_set(2), four = v_set(4), less_two = v_set(-2), less_four = v_set(-4);
  const vector less_five = v_set(-5);
  const vector even = v_muladd(less_four, d[2], d[4]), odd = v_muladd(less_four, d[1], d[3]);
  const vector even2 = v_sub(d[4], d[2]), odd2 = v_sub(d[3], d[1]);
  t[0] = v_muladd(four, d[0], v_muladd(less_five, d[2], d[4]));
  t[1] = v_add(even, odd);
  t[2] = v_sub(even, odd);
  t[3] = v_muladd(two, odd2, even2);
  t[4] = v_muladd(less_two, odd2, even2);
  t[5] = v_muladd(four, d[1], v_muladd(less_five, d[3], d[5]));
}

/* xt = B' x of the 6 input rows from x on. */
static void input_to_points(const lenet_conv_shape *s, const real *x, real *xt)
{
  const size_t row = (size_t)s->input_columns * L, step = tile_step(s);
  for (int c = 0; c < s->input_maps; c++, x += conv_x_step(s), xt += row)
    for (size_t at = 0; at < row; at += W) {
      vector d[POINTS], t[POINTS];
      UNROLLED (i, POINTS)
        d[i] = v_load(x + i * row + at);
      rows_at_points(d, t);
      UNROLLED (p, POINTS)
        v_store(xt + p * step + at, t[p]);
    }
}

/* dx += B xt, 6 rows from dx on. */
static void input_from_points(const lenet_conv_shape *s, const real *xt, real *dx)
{
  const size_t row = (size_t)s->input_columns * L, step = tile_step(s);
  const vector two = v_set(2), four = v_set(4), less_two = v_set(-2), less_four = v_set(-4);
  const vector less_five = v_set(-5);
  for (int c = 0; c < s->input_maps; c++, dx += conv_x_step(s), xt += row)
    for (size_t at = 0; at < row; at += W) {
      vector t[POINTS], d[POINTS];
      UNROLLED (p, POINTS)
        t[p] = v_load(xt + p * step + at);
      UNROLLED (i, POINTS)
        d[i] = v_load(dx + i * row + at);
      const vector even = v_add(t[1], t[2]), odd = v_sub(t[1], t[2]);
      const vector even2 = v_add(t[3], t[4]), odd2 = v_sub(t[3], t[4]);
      d[0] = v_muladd(four, t[0], d[0]);
      d[1] = v_muladd(four, v_sub(t[5], odd), v_muladd(less_two, odd2, d[1]));
      d[2] = v_muladd(less_five, t[0], v_muladd(less_four, even, v_sub(d[2], even2)));
      d[3] = v_muladd(less_five, t[5], v_muladd(two, odd2, v_add(d[3], odd)));
      d[4] = v_add(v_add(d[4], t[0]), v_add(even, even2));
      d[5] = v_add(d[5], t[5]);
      UNROLLED (i, POINTS)
        v_store(dx + i * row + at, d[i]);
    }
}

/* A dy at a point, a constant, from a tile's rows, y_row apart. */
INLINE vector output_to_point(int point, const real *dy, size_t y_row, int k)
{
  vector y[MOST_ROWS];
  UNROLLED (row, tile_rows(k))
    y[row] = v_load(dy + row * y_row);
  if (point == 0 || point == POINTS - 1)
    return y[point == 0 ? 0 : tile_rows(k) - 1];
  const bool far = point > 2; /* from 0: 2 and not 1 */
  vector even = y[0], odd = y[1];
  if (k == 3) {
    even = far ? v_muladd(v_set(4), y[2], even) : v_add(even, y[2]);
    odd = far ? v_muladd(v_set(4), y[3], odd) : v_add(odd, y[3]);
  }
  switch (point) {
  case 1: return v_add(even, odd);
  case 2: return v_sub(even, odd);
  case 3: return v_muladd(v_set(2), odd, even);
  default: return v_muladd(v_set(-2), odd, even);
  }
}

/* y = A' t + bias. */
INLINE void output_from_points(const vector t[POINTS], vector bias, real *y, size_t y_row, int k)
{
  const vector even = v_add(t[1], t[2]), odd = v_sub(t[1], t[2]);
  const vector even2 = v_add(t[3], t[4]), odd2 = v_sub(t[3], t[4]);
  UNROLLED (row, tile_rows(k)) {
    vector start = bias;
    if (row == 0)
      start = v_add(t[0], bias);
    if (row == tile_rows(k) - 1)
      start = v_add(t[5], bias);
    const vector power = v_set((real)(1 << row));
    const vector rest = row == 0  ? v_add(even, even2)
                        : row % 2 ? v_muladd(power, odd2, odd)
                                  : v_muladd(power, even2, even);
    v_store(y + row * y_row, v_add(start, rest));
  }
}

/* ---- forward --------------------------------------------------------------------------------- */

/* All rows of `pixels` columns of `maps` maps; xt, y: the first of them. */
INLINE void tile_forward_block(const lenet_conv_shape *s, const real *wt, const real *b,
                               const real *xt, real *y, int map, int maps, int pixels, int k)
{
  const size_t y_row = tile_y_row(s, k), y_step = conv_y_step(s);
  const size_t w_map = (size_t)s->input_maps * k;
  real at_point[POINTS][BLOCK_MAPS * BLOCK_PIXELS][W] __attribute__((aligned(64)));
  for (int point = 0; point < POINTS; point++, xt += tile_step(s), wt += tile_weights_step(s, k)) {
    vector sum[BLOCK_MAPS][BLOCK_PIXELS];
    UNROLLED (m, maps)
      UNROLLED (p, pixels)
        sum[m][p] = v_set(0);
    const real *x_c = xt, *w_c = wt + map * w_map;
    for (int c = 0; c < s->input_maps; c++, x_c += s->input_columns * L, w_c += k)
      UNROLLED (j, k) {
        vector in[BLOCK_PIXELS];
        UNROLLED (p, pixels)
          in[p] = v_load(x_c + (size_t)(j + p) * L);
        UNROLLED (m, maps) {
          vector weight = v_set(w_c[m * w_map + j]);
          UNROLLED (p, pixels)
            sum[m][p] = v_muladd(weight, in[p], sum[m][p]);
        }
      }
    UNROLLED (m, maps)
      UNROLLED (p, pixels)
        v_store(at_point[point][m * pixels + p], sum[m][p]);
  }
  for (int m = 0; m < maps; m++, y += y_step)
    for (int p = 0; p < pixels; p++) {
      vector t[POINTS];
      UNROLLED (point, POINTS)
        t[point] = v_load(at_point[point][m * pixels + p]);
      output_from_points(t, v_set(b[map + m]), y + (size_t)p * L, y_row, k);
    }
}

INLINE void tile_forward_maps(const lenet_conv_shape *s, const real *wt, const real *b,
                              const real *xt, real *y, int map, int maps, int k)
{
  const int columns = s->input_columns - k + 1;
  y += map * conv_y_step(s);
  for (int lane = 0; lane < L; lane += W) {
    int column = 0;
    for (; column + BLOCK_PIXELS <= columns; column += BLOCK_PIXELS)
      tile_forward_block(s, wt, b, xt + column * L + lane, y + column * L + lane, map, maps,
                         BLOCK_PIXELS, k);
    WITH_REST(columns - column, tile_forward_block(s, wt, b, xt + column * L + lane,
                                                   y + column * L + lane, map, maps, pixels, k))
  }
}

/* All whole tiles of output rows; returns how many rows that are. */
INLINE int tiles_forward_kernel(const lenet_conv_shape *s, lenet_activation activation,
                                const real *w, const real *b, const real *x, real *y, real *scratch,
                                int k)
{
  real *wt = scratch, *xt = wt + POINTS * tile_weights_step(s, k);
  const size_t x_row = (size_t)s->input_columns * L;
  const size_t y_row = tile_y_row(s, k);
  const int rows = tiles_rows(s);
  weights_to_points(s, w, wt, k);
  for (int row = 0; row < rows; row += tile_rows(k)) {
    input_to_points(s, x + row * x_row, xt);
    for (int map = 0, maps; map < s->maps; map += maps) {
      maps = conv_block_maps(s->maps - map);
      if (maps == BLOCK_MAPS)
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, BLOCK_MAPS, k);
      else if (maps == 2)
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, 2, k);
      else
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, 1, k);
      squash_maps(activation, tile_rows(k) * y_row, y + map * conv_y_step(s) + row * y_row,
                  conv_y_step(s), maps);
    }
  }
  return rows;
}

static int tiles_forward(const lenet_conv_shape *s, lenet_activation activation, const real *w,
                         const real *b, const real *x, real *y, real *scratch)
{
  return s->kernel == 5 ? tiles_forward_kernel(s, activation, w, b, x, y, scratch, 5)
                        : tiles_forward_kernel(s, activation, w, b, x, y, scratch, 3);
}

/* ---- gradient of the input ------------------------------------------------------------------- */

/* The turned rows of dy at one point, [tile][map][column][L] with these distances. */
typedef struct point_rows {
  const real *at;
  size_t tile_step, map_step;
} point_rows;

/* yt [tile][points 1 .. 4][map][column][L]: A dy; at points 0 and 5 it is dy itself. */
INLINE void outputs_to_points(const lenet_conv_shape *s, int tiles, const real *dy, real *yt, int k)
{
  const size_t y_row = tile_y_row(s, k), y_step = conv_y_step(s), step = s->maps * y_row;
  for (int tile = 0; tile < tiles; tile++, dy += tile_rows(k) * y_row, yt += 3 * step)
    for (int map = 0; map < s->maps; map++, yt += y_row)
      for (size_t at = 0; at < y_row; at += W)
        UNROLLED (p, 4) {
          const vector turned = output_to_point(p + 1, dy + map * y_step + at, y_row, k);
          v_store(yt + p * step + at, turned);
        }
}

INLINE point_rows rows_at_point(const lenet_conv_shape *s, int point, const real *dy,
                                const real *yt, int k)
{
  const size_t y_row = tile_y_row(s, k), step = s->maps * y_row;
  const int rows = tile_rows(k);
  if (point == 0)
    return (point_rows){dy, rows * y_row, conv_y_step(s)};
  if (point == POINTS - 1)
    return (point_rows){dy + (rows - 1) * y_row, rows * y_row, conv_y_step(s)};
  return (point_rows){yt + (point - 1) * step, 4 * step, y_row};
}

/* Adds to xt at a point what `pixels` columns of `maps` maps send back there; dy: the first. */
INLINE void tile_data_block(const lenet_conv_shape *s, const real *wt, const real *dy,
                            size_t y_step, real *xt, int maps, int pixels, int k)
{
  const size_t w_map = (size_t)s->input_maps * k;
  enum { WINDOW = BLOCK_PIXELS + BLOCK_TAPS - 1 };
  const int taps = BLOCK_TAPS < k ? BLOCK_TAPS : k;
  vector d[BLOCK_MAPS][BLOCK_PIXELS];
  UNROLLED (m, maps)
    UNROLLED (p, pixels)
      d[m][p] = v_load(dy + m * y_step + (size_t)p * L);
  for (int c = 0; c < s->input_maps; c++, xt += s->input_columns * L, wt += k)
    for (int j = 0; j < k; j += taps) {
      vector sum[WINDOW];
      real *to = xt + (size_t)j * L;
      UNROLLED (p, pixels + taps - 1)
        sum[p] = v_load(to + (size_t)p * L);
      UNROLLED (m, maps)
        UNROLLED (t, taps) {
          vector weight = v_set(wt[m * w_map + j + t]);
          UNROLLED (p, pixels)
            sum[p + t] = v_muladd(weight, d[m][p], sum[p + t]);
        }
      UNROLLED (p, pixels + taps - 1)
        v_store(to + (size_t)p * L, sum[p]);
    }
}
_Static_assert(BLOCK_TAPS == 1 || BLOCK_TAPS == MOST_TAPS, "tile_data_block takes one or all");

INLINE void tile_data_maps(const lenet_conv_shape *s, const real *wt, const point_rows *y, real *xt,
                           int map, int maps, int k)
{
  const int columns = s->input_columns - k + 1;
  const real *dy = y->at + map * y->map_step;
  wt += (size_t)map * s->input_maps * k;
  for (int lane = 0; lane < L; lane += W) {
    int column = 0;
    for (; column + BLOCK_PIXELS <= columns; column += BLOCK_PIXELS)
      tile_data_block(s, wt, dy + column * L + lane, y->map_step, xt + column * L + lane, maps,
                      BLOCK_PIXELS, k);
    WITH_REST(columns - column, tile_data_block(s, wt, dy + column * L + lane, y->map_step,
                                                xt + column * L + lane, maps, pixels, k))
  }
}

/* Adds what all whole tiles of dy send back to dx; returns how many rows that are. */
INLINE int tiles_backward_data_kernel(const lenet_conv_shape *s, const real *w, const real *dy,
                                      real *dx, real *scratch, int k)
{
  real *wt = scratch, *xt = wt + POINTS * tile_weights_step(s, k);
  real *yt = xt + POINTS * tile_step(s);
  const int rows = tiles_rows(s);
  weights_to_points(s, w, wt, k);
  for (int row = 0; row < rows; row += tile_rows(k)) {
    memset(xt, 0, POINTS * tile_step(s) * sizeof *xt);
    outputs_to_points(s, 1, dy, yt, k);
    for (int point = 0; point < POINTS; point++) {
      const point_rows y = rows_at_point(s, point, dy, yt, k);
      const real *wt_point = wt + point * tile_weights_step(s, k);
      real *xt_point = xt + point * tile_step(s);
      for (int map = 0, maps; map < s->maps; map += maps) {
        maps = conv_block_maps(s->maps - map);
        if (maps == BLOCK_MAPS)
          tile_data_maps(s, wt_point, &y, xt_point, map, BLOCK_MAPS, k);
        else if (maps == 2)
          tile_data_maps(s, wt_point, &y, xt_point, map, 2, k);
        else
          tile_data_maps(s, wt_point, &y, xt_point, map, 1, k);
      }
    }
    input_from_points(s, xt, dx);
    dy += tile_rows(k) * tile_y_row(s, k);
    dx += (size_t)tile_rows(k) * s->input_columns * L;
  }
  return rows;
}

static int tiles_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx,
                               real *scratch)
{
  return s->kernel == 5 ? tiles_backward_data_kernel(s, w, dy, dx, scratch, 5)
                        : tiles_backward_data_kernel(s, w, dy, dx, scratch, 3);
}

/* ---- gradient of the weights ----------------------------------------------------------------- */

/* Columns of input maps that meet a vector of dy: in many registers those of two 3x3 kernels. */
enum { MOST_INS = BLOCK_MAPS * BLOCK_PIXELS >= 20 ? 6 : MOST_TAPS };

/* wt at one point, of `maps` maps, `sources` input maps from c on and `taps` columns from j on:
 * sums over tiles, columns and lanes. */
INLINE void tile_weights_block(const lenet_conv_shape *s, int tiles, const point_rows *y,
                               const real *xt, real *wt, int map, int c, int j, int maps,
                               int sources, int taps, int k)
{
  const size_t y_row = tile_y_row(s, k), x_map = (size_t)s->input_columns * L;
  const size_t w_map = (size_t)s->input_maps * k;
  const int ins = sources * taps;
  vector sum[BLOCK_MAPS * MOST_INS];
  real sums[BLOCK_MAPS * MOST_INS];
  UNROLLED (i, maps * ins)
    sum[i] = v_set(0);
  for (int tile = 0; tile < tiles; tile++) {
    const real *x_c = xt + tile * POINTS * tile_step(s) + c * x_map + j * L;
    const real *y_m = y->at + tile * y->tile_step + map * y->map_step;
    for (size_t at = 0; at < y_row; at += W) {
      vector in[MOST_INS];
      UNROLLED (i, ins)
        in[i] = v_load(x_c + at + i / taps * x_map + i % taps * L);
      UNROLLED (m, maps) {
        vector d = v_load(y_m + m * y->map_step + at);
        UNROLLED (i, ins)
          sum[m * ins + i] = v_muladd(d, in[i], sum[m * ins + i]);
      }
    }
  }
  sums_of(maps * ins, sum, sums);
  UNROLLED (m, maps)
    UNROLLED (n, sources)
      memcpy(wt + (map + m) * w_map + (size_t)(c + n) * k + j, sums + m * ins + n * taps,
             (size_t)taps * sizeof *wt);
}

INLINE void tile_weights_maps(const lenet_conv_shape *s, int tiles, const point_rows *y,
                              const real *xt, real *wt, int map, int maps, int k)
{
  const int block = BLOCK_PIXELS < k ? BLOCK_PIXELS : k, sources = MOST_INS / k;
  int c = 0;
  for (; sources > 1 && c + sources <= s->input_maps; c += sources)
    tile_weights_block(s, tiles, y, xt, wt, map, c, 0, maps, sources, k, k);
  for (; c < s->input_maps; c++) {
    int j = 0;
    for (; j + block <= k; j += block)
      tile_weights_block(s, tiles, y, xt, wt, map, c, j, maps, 1, block, k);
    for (; j < k; j++)
      tile_weights_block(s, tiles, y, xt, wt, map, c, j, maps, 1, 1, k);
  }
}

/* Adds to dw what all whole tiles of dy give. */
INLINE void tiles_backward_weights_kernel(const lenet_conv_shape *s, const real *dy, const real *x,
                                          real *dw, real *scratch, int k)
{
  const int tiles = tiles_rows(s) / tile_rows(k);
  real *wt = scratch, *xt = wt + POINTS * tile_weights_step(s, k);
  real *yt = xt + tiles * POINTS * tile_step(s);
  for (int tile = 0; tile < tiles; tile++)
    input_to_points(s, x + (size_t)tile * tile_rows(k) * s->input_columns * L,
                    xt + tile * POINTS * tile_step(s));
  outputs_to_points(s, tiles, dy, yt, k);
  for (int point = 0; point < POINTS; point++) {
    const point_rows y = rows_at_point(s, point, dy, yt, k);
    const real *xt_point = xt + point * tile_step(s);
    real *wt_point = wt + point * tile_weights_step(s, k);
    for (int map = 0, maps; map < s->maps; map += maps) {
      maps = conv_block_maps(s->maps - map);
      if (maps == BLOCK_MAPS)
        tile_weights_maps(s, tiles, &y, xt_point, wt_point, map, BLOCK_MAPS, k);
      else if (maps == 2)
        tile_weights_maps(s, tiles, &y, xt_point, wt_point, map, 2, k);
      else
        tile_weights_maps(s, tiles, &y, xt_point, wt_point, map, 1, k);
    }
  }
  weights_from_points(s, wt, dw, k);
}

static void tiles_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                   real *dw, real *scratch)
{
  if (s->kernel == 5)
    tiles_backward_weights_kernel(s, dy, x, dw, scratch, 5);
  else
    tiles_backward_weights_kernel(s, dy, x, dw, scratch, 3);
}
