/* conv_template.h - convolutions over 16 pictures side by side, sum by sum: any kernel, any
 * connection table. tiles_template.h has a faster way for some.
 *
 * Stands behind arrays_template.h, and needs for the instruction set
 *   BLOCK_MAPS, BLOCK_PIXELS      output maps x pixels that are summed in registers at once
 *   SOLO_PIXELS                   pixels of an output map that is summed alone, by a table
 *   BLOCK_TAPS                    kernel columns whose input gradients are summed there at once
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
enum { L = LENET_LANES, BLOCK_OUTPUTS = 8 };
_Static_assert(BLOCK_PIXELS <= 5, "WITH_REST knows rests of up to 4");

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

/* ---- forward --------------------------------------------------------------------------------- */

/* Squashes `count` numbers of each of `maps` maps, which were summed just now: they still are in
 * the nearest cache. */
INLINE void squash_maps(lenet_activation activation, size_t count, real *y, size_t y_step, int maps)
{
  for (int m = 0; m < maps; m++)
    squash_forward(activation, count, y + m * y_step);
}

/* Adds what lies under one column of a kernel row to the sums. */
INLINE void conv_forward_tap(const real *w, size_t w_map, const real *x,
                             vector sum[BLOCK_MAPS][SOLO_PIXELS], int maps, int pixels)
{
  vector in[SOLO_PIXELS];
  UNROLLED (p, pixels)
    in[p] = v_load(x + (size_t)p * L);
  UNROLLED (m, maps) {
    const vector weight = v_set(w[m * w_map]);
    UNROLLED (p, pixels)
      sum[m][p] = v_muladd(weight, in[p], sum[m][p]);
  }
}

/* y of `maps` maps from `map` on, `pixels` pixels of one row, one vector of lanes. x: what lies
 * under the kernel's corner at the first of them; y: the first of them. k: the kernel's side, a
 * constant where it is 5. */
INLINE void conv_forward_block(const lenet_conv_shape *s, const real *w, const real *b,
                               const real *x, real *y, int map, int maps, int pixels, int k)
{
  const size_t x_row = (size_t)s->input_columns * L, x_step = conv_x_step(s);
  const size_t y_step = conv_y_step(s), w_map = (size_t)s->input_maps * k * k;
  vector sum[BLOCK_MAPS][SOLO_PIXELS];
  UNROLLED (m, maps)
    UNROLLED (p, pixels)
      sum[m][p] = v_set(b[map + m]);
  const real *w_c = w + map * w_map;
  for (int c = 0; c < s->input_maps; c++, x += x_step, w_c += k * k) {
    if (maps == 1 && !conv_reads(s, map, c))
      continue;
    const real *x_i = x, *w_i = w_c;
    for (int i = 0; i < k; i++, x_i += x_row, w_i += k) {
      if (k == 5)
        UNROLLED (j, 5)
          conv_forward_tap(w_i + j, w_map, x_i + j * L, sum, maps, pixels);
      else
        for (int j = 0; j < k; j++)
          conv_forward_tap(w_i + j, w_map, x_i + j * L, sum, maps, pixels);
    }
  }
  UNROLLED (m, maps)
    UNROLLED (p, pixels)
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
INLINE void conv_forward_kernel(const lenet_conv_shape *s, lenet_activation activation,
                                const real *w, const real *b, const real *x, real *y, int k)
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
      squash_maps(activation, y_row, to, y_step, maps);
    }
}

/* All of it, sum by sum. */
static void plain_forward(const lenet_conv_shape *s, lenet_activation activation, const real *w,
                          const real *b, const real *x, real *y)
{
  if (s->kernel == 5)
    conv_forward_kernel(s, activation, w, b, x, y, 5);
  else
    conv_forward_kernel(s, activation, w, b, x, y, s->kernel);
}

/* ---- gradient of the input ------------------------------------------------------------------- */

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
  UNROLLED (m, maps) {
    w_m[m] = w + ((size_t)map[m] * s->input_maps + c) * k * k + j;
    UNROLLED (p, pixels)
      d[m][p] = v_load(dy + map[m] * y_step + (size_t)p * L);
  }
  dx += c * x_step + (size_t)j * L;
  for (; c < end; c++, dx += x_step) {
    real *to = dx;
    for (int i = 0; i < k; i++, to += x_row) {
      vector sum[BLOCK_PIXELS + BLOCK_TAPS - 1];
      UNROLLED (p, pixels + taps - 1)
        sum[p] = v_load(to + (size_t)p * L);
      UNROLLED (m, maps) {
        UNROLLED (t, taps) {
          vector weight = v_set(w_m[m][t]);
          UNROLLED (p, pixels)
            sum[p + t] = v_muladd(weight, d[m][p], sum[p + t]);
        }
        w_m[m] += k;
      }
      UNROLLED (p, pixels + taps - 1)
        v_store(to + (size_t)p * L, sum[p]);
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

/* Adds to dx. */
static void plain_backward_data(const lenet_conv_shape *s, const real *w, const real *dy, real *dx)
{
  int map[LENET_MAX_MAPS];
  if (!s->connected)
    conv_backward_data_list(s, w, dy, dx, map, conv_readers(s, 0, map), 0, s->input_maps);
  for (int c = 0; s->connected && c < s->input_maps; c++)
    conv_backward_data_list(s, w, dy, dx, map, conv_readers(s, c, map), c, c + 1);
}

/* ---- gradient of the weights ----------------------------------------------------------------- */

/* dw of `maps` output maps and one input map, kernel row i, `pixels` kernel columns from j on. */
INLINE void conv_backward_weights_block(const lenet_conv_shape *s, const real *dy, const real *x,
                                        real *dw, const int *map, int c, int i, int j, int maps,
                                        int pixels)
{
  const int k = s->kernel, rows = s->input_rows - k + 1, columns = s->input_columns - k + 1;
  const size_t y_step = conv_y_step(s);
  const int at = (c * k + i) * k + j; /* of the first weight among those of its map */
  vector sum[BLOCK_MAPS * BLOCK_PIXELS];
  UNROLLED (m, maps)
    UNROLLED (p, pixels)
      sum[m * pixels + p] = v_set(0);
  const real *x_row = x + c * conv_x_step(s) + ((size_t)i * s->input_columns + j) * L;
  const real *dy_row[BLOCK_MAPS];
  UNROLLED (m, maps)
    dy_row[m] = dy + map[m] * y_step;
  for (int row = 0; row < rows; row++, x_row += s->input_columns * L) {
    for (int n = 0; n < columns * L; n += W) {
      vector in[BLOCK_PIXELS];
      UNROLLED (p, pixels)
        in[p] = v_load(x_row + n + p * L);
      UNROLLED (m, maps) {
        vector d = v_load(dy_row[m] + n);
        UNROLLED (p, pixels)
          sum[m * pixels + p] = v_muladd(d, in[p], sum[m * pixels + p]);
      }
    }
    UNROLLED (m, maps)
      dy_row[m] += columns * L;
  }
  real sums[BLOCK_MAPS * BLOCK_PIXELS];
  sums_of(maps * pixels, sum, sums);
  UNROLLED (m, maps)
    memcpy(dw + (size_t)map[m] * s->input_maps * k * k + at, sums + m * pixels,
           (size_t)pixels * sizeof *dw);
}

/* All weights from input maps c .. end - 1 to `maps` output maps. */
INLINE void conv_backward_weights_maps(const lenet_conv_shape *s, const real *dy, const real *x,
                                       real *dw, const int *map, int c, int end, int maps)
{
  const int k = s->kernel;
  for (; c < end; c++)
    for (int i = 0; i < k; i++) {
      int j = 0;
      for (; j + BLOCK_PIXELS <= k; j += BLOCK_PIXELS)
        conv_backward_weights_block(s, dy, x, dw, map, c, i, j, maps, BLOCK_PIXELS);
      WITH_REST(k - j, conv_backward_weights_block(s, dy, x, dw, map, c, i, j, maps, pixels))
    }
}

INLINE void conv_backward_weights_list(const lenet_conv_shape *s, const real *dy, const real *x,
                                       real *dw, const int *map, int count, int c, int end)
{
  for (int at = 0, maps; at < count; at += maps) {
    maps = conv_block_maps(count - at);
    if (maps == BLOCK_MAPS)
      conv_backward_weights_maps(s, dy, x, dw, map + at, c, end, BLOCK_MAPS);
    else if (maps == 2)
      conv_backward_weights_maps(s, dy, x, dw, map + at, c, end, 2);
    else
      conv_backward_weights_maps(s, dy, x, dw, map + at, c, end, 1);
  }
}

static void plain_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                   real *dw)
{
  int map[LENET_MAX_MAPS];
  if (!s->connected) {
    const int count = conv_readers(s, 0, map);
    conv_backward_weights_list(s, dy, x, dw, map, count, 0, s->input_maps);
    return;
  }
  memset(dw, 0, (size_t)s->maps * s->input_maps * s->kernel * s->kernel * sizeof *dw);
  for (int c = 0; c < s->input_maps; c++) {
    const int count = conv_readers(s, c, map);
    conv_backward_weights_list(s, dy, x, dw, map, count, c, c + 1);
  }
}
