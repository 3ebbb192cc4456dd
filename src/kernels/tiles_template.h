/* tiles_template.h - 5x5 convolutions over lanes with three multiplications in place of five.
 *
 * Two output rows ask for 2 x 5 products of kernel rows with 6 input rows. Winograd's minimal
 * filtering F(2, 5) needs 6: with the polynomials' points 0, 1, -1, 2, -2 and infinity
 *
 *   y = A' [(G g) * (B' d)],   y: 2 output rows, g: 5 kernel rows, d: 6 input rows, * point by
 * point
 *
 *        | 1  1  1  1  1  0 |        | 4  0 -5  0  1  0 |        |  1/4    0     0     0     0   |
 *   A' = | 0  1 -1  2 -2  1 |        | 0 -4 -4  1  1  0 |        | -1/6  -1/6  -1/6  -1/6  -1/6  |
 *                               B' = | 0  4 -4 -1  1  0 |    G = | -1/6   1/6  -1/6   1/6  -1/6  |
 *                                    | 0 -2 -1  2  1  0 |        | 1/24  1/12   1/6   1/3   2/3  |
 *                                    | 0  2 -1 -2  1  0 |        | 1/24 -1/12   1/6  -1/3   2/3  |
 *                                    | 0  4  0 -5  0  1 |        |   0     0     0     0     1   |
 *
 * (S. Winograd, Arithmetic Complexity of Computations, 1980; Lavin and Gray 2016, section 4.) What
 * is left for each point is a convolution along rows, with kernels one row high. The way back is
 * the same read from right to left: dd = B [(G g) * (A dy)], dg = G' [(A dy) * (B' d)].
 *
 * d and dy are turned once for all maps that they meet, so it pays where there are some maps on
 * either side. Rounding errors are some three times those of the plain sums.
 *
 * Stands between conv_template.h and lanes_template.h. */

enum { POINTS = 6, TILE_ROWS = 2, TILE_KERNEL = 5 };

INLINE bool conv_in_tiles(const lenet_conv_shape *s)
{
  return lenet_conv_takes_tiles(L, s) && s->input_rows >= POINTS;
}

/* The output rows that come in pairs. */
INLINE int tiles_rows(const lenet_conv_shape *s)
{
  return (s->input_rows - TILE_KERNEL + 1) / TILE_ROWS * TILE_ROWS;
}

/* Numbers between the points of turned input, [point][input map][column][L], and of turned weights,
 * [point][map][input map][5]. */
INLINE size_t tile_step(const lenet_conv_shape *s)
{
  return (size_t)s->input_maps * s->input_columns * L;
}

INLINE size_t tile_weights_step(const lenet_conv_shape *s)
{
  return (size_t)s->maps * s->input_maps * TILE_KERNEL;
}

/* ---- turning --------------------------------------------------------------------------------- */

/* wt = G w, kernel column by kernel column. */
static void weights_to_points(const lenet_conv_shape *s, const real *w, real *wt)
{
  const size_t step = tile_weights_step(s);
  const vector quarter = v_set((real)0.25), sixth = v_set((real)(-1 / 6.0));
  const vector small = v_set((real)(1 / 24.0)), two = v_set(2), four = v_set(4);
  for (int kernel = 0; kernel < s->maps * s->input_maps; kernel++, w += 25, wt += TILE_KERNEL)
    for (int j = 0; j < TILE_KERNEL; j += W) {
      const int n = TILE_KERNEL - j;
      vector g[TILE_KERNEL];
      UNROLLED (i, TILE_KERNEL)
        g[i] = load_up_to(w + i * TILE_KERNEL + j, n);
      const vector even = v_add(v_add(g[0], g[2]), g[4]), odd = v_add(g[1], g[3]);
      const vector even2 = v_muladd(four, v_muladd(four, g[4], g[2]), g[0]);
      const vector odd2 = v_mul(two, v_muladd(four, g[3], g[1]));
      store_up_to(wt + j, v_mul(quarter, g[0]), n);
      store_up_to(wt + step + j, v_mul(sixth, v_add(even, odd)), n);
      store_up_to(wt + 2 * step + j, v_mul(sixth, v_sub(even, odd)), n);
      store_up_to(wt + 3 * step + j, v_mul(small, v_add(even2, odd2)), n);
      store_up_to(wt + 4 * step + j, v_mul(small, v_sub(even2, odd2)), n);
      store_up_to(wt + 5 * step + j, g[4], n);
    }
}

/* dw += G' wt. */
static void weights_from_points(const lenet_conv_shape *s, const real *wt, real *dw)
{
  const size_t step = tile_weights_step(s);
  const vector quarter = v_set((real)0.25), sixth = v_set((real)(-1 / 6.0));
  const vector small = v_set((real)(1 / 24.0)), twelfth = v_set((real)(1 / 12.0));
  const vector four = v_set(4);
  for (int kernel = 0; kernel < s->maps * s->input_maps; kernel++, dw += 25, wt += TILE_KERNEL)
    for (int j = 0; j < TILE_KERNEL; j += W) {
      const int n = TILE_KERNEL - j;
      vector t[POINTS], g[TILE_KERNEL];
      UNROLLED (p, POINTS)
        t[p] = load_up_to(wt + p * step + j, n);
      const vector even = v_mul(sixth, v_add(t[1], t[2])), odd = v_mul(sixth, v_sub(t[1], t[2]));
      const vector even2 = v_mul(small, v_add(t[3], t[4]));
      const vector odd2 = v_mul(twelfth, v_sub(t[3], t[4]));
      g[0] = v_muladd(quarter, t[0], v_add(even, even2));
      g[1] = v_add(odd, odd2);
      g[2] = v_muladd(four, even2, even);
      g[3] = v_muladd(four, odd2, odd);
      g[4] = v_add(v_muladd(v_set(16), even2, even), t[5]);
      UNROLLED (i, TILE_KERNEL) {
        real *to = dw + i * TILE_KERNEL + j;
        store_up_to(to, v_add(load_up_to(to, n), g[i]), n);
      }
    }
}

/* xt = B' x of the 6 input rows from x on. */
static void input_to_points(const lenet_conv_shape *s, const real *x, real *xt)
{
  const size_t row = (size_t)s->input_columns * L, step = tile_step(s);
  const vector two = v_set(2), four = v_set(4), less_two = v_set(-2), less_four = v_set(-4);
  const vector less_five = v_set(-5);
  for (int c = 0; c < s->input_maps; c++, x += conv_x_step(s), xt += row)
    for (size_t at = 0; at < row; at += W) {
      vector d[POINTS];
      UNROLLED (i, POINTS)
        d[i] = v_load(x + i * row + at);
      const vector even = v_muladd(less_four, d[2], d[4]), odd = v_muladd(less_four, d[1], d[3]);
      const vector even2 = v_sub(d[4], d[2]), odd2 = v_sub(d[3], d[1]);
      v_store(xt + at, v_muladd(four, d[0], v_muladd(less_five, d[2], d[4])));
      v_store(xt + step + at, v_add(even, odd));
      v_store(xt + 2 * step + at, v_sub(even, odd));
      v_store(xt + 3 * step + at, v_muladd(two, odd2, even2));
      v_store(xt + 4 * step + at, v_muladd(less_two, odd2, even2));
      v_store(xt + 5 * step + at, v_muladd(four, d[1], v_muladd(less_five, d[3], d[5])));
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

/* A dy at a point; `point` is a constant. */
INLINE vector output_to_point(int point, vector y0, vector y1)
{
  switch (point) {
  case 0: return y0;
  case 1: return v_add(y0, y1);
  case 2: return v_sub(y0, y1);
  case 3: return v_muladd(v_set(2), y1, y0);
  case 4: return v_muladd(v_set(-2), y1, y0);
  default: return y1;
  }
}

/* ---- forward --------------------------------------------------------------------------------- */

/* Both rows of `pixels` columns of `maps` maps; xt, y: the first of them. */
INLINE void tile_forward_block(const lenet_conv_shape *s, const real *wt, const real *b,
                               const real *xt, real *y, int map, int maps, int pixels)
{
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L, y_step = conv_y_step(s);
  const size_t w_map = (size_t)s->input_maps * TILE_KERNEL;
  real at_point[POINTS][BLOCK_MAPS * BLOCK_PIXELS][W] __attribute__((aligned(64)));
  for (int point = 0; point < POINTS; point++, xt += tile_step(s), wt += tile_weights_step(s)) {
    vector sum[BLOCK_MAPS][BLOCK_PIXELS];
    UNROLLED (m, maps)
      UNROLLED (p, pixels)
        sum[m][p] = v_set(0);
    const real *x_c = xt, *w_c = wt + map * w_map;
    for (int c = 0; c < s->input_maps; c++, x_c += s->input_columns * L, w_c += TILE_KERNEL)
      UNROLLED (j, TILE_KERNEL) {
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
      vector t[POINTS], bias = v_set(b[map + m]);
      UNROLLED (point, POINTS)
        t[point] = v_load(at_point[point][m * pixels + p]);
      const vector even = v_add(v_add(t[1], t[2]), v_add(t[3], t[4]));
      const vector odd = v_muladd(v_set(2), v_sub(t[3], t[4]), v_sub(t[1], t[2]));
      v_store(y + (size_t)p * L, v_add(v_add(t[0], bias), even));
      v_store(y + y_row + (size_t)p * L, v_add(v_add(t[5], bias), odd));
    }
}

INLINE void tile_forward_maps(const lenet_conv_shape *s, const real *wt, const real *b,
                              const real *xt, real *y, int map, int maps)
{
  const int columns = s->input_columns - TILE_KERNEL + 1;
  y += map * conv_y_step(s);
  for (int lane = 0; lane < L; lane += W) {
    int column = 0;
    for (; column + BLOCK_PIXELS <= columns; column += BLOCK_PIXELS)
      tile_forward_block(s, wt, b, xt + column * L + lane, y + column * L + lane, map, maps,
                         BLOCK_PIXELS);
    WITH_REST(columns - column, tile_forward_block(s, wt, b, xt + column * L + lane,
                                                   y + column * L + lane, map, maps, pixels))
  }
}

/* All pairs of output rows; returns how many rows that are. */
static int tiles_forward(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                         real *y, real *scratch)
{
  real *wt = scratch, *xt = wt + lenet_round_up(POINTS * tile_weights_step(s));
  const size_t x_row = (size_t)s->input_columns * L;
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L;
  const int rows = tiles_rows(s);
  weights_to_points(s, w, wt);
  for (int row = 0; row < rows; row += TILE_ROWS) {
    input_to_points(s, x + row * x_row, xt);
    for (int map = 0, maps; map < s->maps; map += maps) {
      maps = conv_block_maps(s->maps - map);
      if (maps == BLOCK_MAPS)
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, BLOCK_MAPS);
      else if (maps == 2)
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, 2);
      else
        tile_forward_maps(s, wt, b, xt, y + row * y_row, map, 1);
    }
  }
  return rows;
}

/* ---- gradient of the input ------------------------------------------------------------------- */

/* Adds to xt what `pixels` columns of both rows of `maps` maps send back at a point. */
INLINE void tile_data_block(const lenet_conv_shape *s, const real *wt, const real *dy, real *xt,
                            int map, int maps, int pixels, int point)
{
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L, y_step = conv_y_step(s);
  const size_t w_map = (size_t)s->input_maps * TILE_KERNEL;
  enum { WINDOW = BLOCK_PIXELS + BLOCK_TAPS - 1 };
  vector d[BLOCK_MAPS][BLOCK_PIXELS];
  UNROLLED (m, maps)
    UNROLLED (p, pixels) {
      const real *from = dy + m * y_step + (size_t)p * L;
      d[m][p] = output_to_point(point, v_load(from), v_load(from + y_row));
    }
  xt += point * tile_step(s);
  wt += point * tile_weights_step(s) + map * w_map;
  for (int c = 0; c < s->input_maps; c++, xt += s->input_columns * L, wt += TILE_KERNEL)
    for (int j = 0; j < TILE_KERNEL; j += BLOCK_TAPS) {
      vector sum[WINDOW];
      real *to = xt + (size_t)j * L;
      UNROLLED (p, pixels + BLOCK_TAPS - 1)
        sum[p] = v_load(to + (size_t)p * L);
      UNROLLED (m, maps)
        UNROLLED (t, BLOCK_TAPS) {
          vector weight = v_set(wt[m * w_map + j + t]);
          UNROLLED (p, pixels)
            sum[p + t] = v_muladd(weight, d[m][p], sum[p + t]);
        }
      UNROLLED (p, pixels + BLOCK_TAPS - 1)
        v_store(to + (size_t)p * L, sum[p]);
    }
}
_Static_assert(TILE_KERNEL % BLOCK_TAPS == 0, "tile_data_block takes whole blocks of taps");

INLINE void tile_data_points(const lenet_conv_shape *s, const real *wt, const real *dy, real *xt,
                             int map, int maps, int pixels)
{
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 0);
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 1);
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 2);
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 3);
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 4);
  tile_data_block(s, wt, dy, xt, map, maps, pixels, 5);
}

INLINE void tile_data_maps(const lenet_conv_shape *s, const real *wt, const real *dy, real *xt,
                           int map, int maps)
{
  const int columns = s->input_columns - TILE_KERNEL + 1;
  dy += map * conv_y_step(s);
  for (int lane = 0; lane < L; lane += W) {
    int column = 0;
    for (; column + BLOCK_PIXELS <= columns; column += BLOCK_PIXELS)
      tile_data_points(s, wt, dy + column * L + lane, xt + column * L + lane, map, maps,
                       BLOCK_PIXELS);
    WITH_REST(columns - column, tile_data_points(s, wt, dy + column * L + lane,
                                                 xt + column * L + lane, map, maps, pixels))
  }
}

/* Adds what all pairs of rows of dy send back to dx; returns how many rows that are. */
static int tiles_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx,
                               real *scratch)
{
  real *wt = scratch, *xt = wt + lenet_round_up(POINTS * tile_weights_step(s));
  const size_t x_row = (size_t)s->input_columns * L;
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L;
  const int rows = tiles_rows(s);
  weights_to_points(s, w, wt);
  for (int row = 0; row < rows; row += TILE_ROWS) {
    memset(xt, 0, POINTS * tile_step(s) * sizeof *xt);
    for (int map = 0, maps; map < s->maps; map += maps) {
      maps = conv_block_maps(s->maps - map);
      if (maps == BLOCK_MAPS)
        tile_data_maps(s, wt, dy + row * y_row, xt, map, BLOCK_MAPS);
      else if (maps == 2)
        tile_data_maps(s, wt, dy + row * y_row, xt, map, 2);
      else
        tile_data_maps(s, wt, dy + row * y_row, xt, map, 1);
    }
    input_from_points(s, xt, dx + row * x_row);
  }
  return rows;
}

/* ---- gradient of the weights ----------------------------------------------------------------- */

/* The turned rows of dy at one point, [tile][map][column][L] with these distances. */
typedef struct point_rows {
  const real *at;
  size_t tile_step, map_step;
} point_rows;

/* yt [tile][points 1 .. 4][map][column][L]: A dy; at points 0 and 5 it is dy itself. */
static void outputs_to_points(const lenet_conv_shape *s, int tiles, const real *dy, real *yt)
{
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L, y_step = conv_y_step(s);
  const size_t step = s->maps * y_row;
  for (int tile = 0; tile < tiles; tile++, dy += TILE_ROWS * y_row, yt += 3 * step)
    for (int map = 0; map < s->maps; map++, yt += y_row)
      for (size_t at = 0; at < y_row; at += W) {
        const real *from = dy + map * y_step + at;
        const vector y0 = v_load(from), y1 = v_load(from + y_row);
        UNROLL for (int point = 1; point <= 4; point++)
            v_store(yt + (point - 1) * step + at, output_to_point(point, y0, y1));
      }
}

/* wt at one point, of `maps` maps and input map c: sums over tiles, columns and lanes. */
INLINE void tile_weights_block(const lenet_conv_shape *s, int tiles, const point_rows *y,
                               const real *xt, real *wt, int map, int c, int j, int maps, int taps)
{
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L;
  const size_t w_map = (size_t)s->input_maps * TILE_KERNEL;
  vector sum[BLOCK_MAPS * BLOCK_PIXELS];
  real sums[BLOCK_MAPS * BLOCK_PIXELS];
  UNROLLED (i, maps * taps)
    sum[i] = v_set(0);
  for (int tile = 0; tile < tiles; tile++) {
    const real *x_c = xt + tile * POINTS * tile_step(s) + ((size_t)c * s->input_columns + j) * L;
    const real *y_m = y->at + tile * y->tile_step + map * y->map_step;
    for (size_t at = 0; at < y_row; at += W) {
      vector in[BLOCK_PIXELS];
      UNROLLED (t, taps)
        in[t] = v_load(x_c + at + t * L);
      UNROLLED (m, maps) {
        vector d = v_load(y_m + m * y->map_step + at);
        UNROLLED (t, taps)
          sum[m * taps + t] = v_muladd(d, in[t], sum[m * taps + t]);
      }
    }
  }
  sums_of(maps * taps, sum, sums);
  UNROLLED (m, maps)
    memcpy(wt + (map + m) * w_map + (size_t)c * TILE_KERNEL + j, sums + m * taps,
           (size_t)taps * sizeof *wt);
}

INLINE void tile_weights_maps(const lenet_conv_shape *s, int tiles, const point_rows *y,
                              const real *xt, real *wt, int map, int maps)
{
  for (int c = 0; c < s->input_maps; c++) {
    int j = 0;
    for (; j + BLOCK_PIXELS <= TILE_KERNEL; j += BLOCK_PIXELS)
      tile_weights_block(s, tiles, y, xt, wt, map, c, j, maps, BLOCK_PIXELS);
    for (; j < TILE_KERNEL; j++)
      tile_weights_block(s, tiles, y, xt, wt, map, c, j, maps, 1);
  }
}

/* Adds to dw what all pairs of rows of dy give. */
static void tiles_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                   real *dw, real *scratch)
{
  const int tiles = tiles_rows(s) / TILE_ROWS;
  const size_t y_row = (size_t)(s->input_columns - TILE_KERNEL + 1) * L;
  real *wt = scratch, *xt = wt + lenet_round_up(POINTS * tile_weights_step(s));
  real *yt = xt + tiles * POINTS * tile_step(s);
  for (int tile = 0; tile < tiles; tile++)
    input_to_points(s, x + (size_t)tile * TILE_ROWS * s->input_columns * L,
                    xt + tile * POINTS * tile_step(s));
  outputs_to_points(s, tiles, dy, yt);
  for (int point = 0; point < POINTS; point++) {
    const point_rows raw = {dy + (point == 0 ? 0 : y_row), TILE_ROWS * y_row, conv_y_step(s)};
    const point_rows turned = {yt, 4 * s->maps * y_row, y_row};
    const bool is_raw = point == 0 || point == POINTS - 1;
    const point_rows *y = is_raw ? &raw : &turned;
    yt += is_raw ? 0 : s->maps * y_row;
    const real *xt_point = xt + point * tile_step(s);
    real *wt_point = wt + point * tile_weights_step(s);
    for (int map = 0, maps; map < s->maps; map += maps) {
      maps = conv_block_maps(s->maps - map);
      if (maps == BLOCK_MAPS)
        tile_weights_maps(s, tiles, y, xt_point, wt_point, map, BLOCK_MAPS);
      else if (maps == 2)
        tile_weights_maps(s, tiles, y, xt_point, wt_point, map, 2);
      else
        tile_weights_maps(s, tiles, y, xt_point, wt_point, map, 1);
    }
  }
  weights_from_points(s, wt, dw);
}
