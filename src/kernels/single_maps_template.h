/* single_maps_template.h - convolution over one picture over maps: vectors are W maps of the
 * output, so that one pixel meets the weights of W maps; and the choice between this and by
 * columns.
 *
 * Weights and outputs have to be turned round for it. It is taken where it fills vectors better:
 * for 16 maps of 10 columns, C3, but not for 6 of 28, C1.
 *
 * Stands behind single_columns_template.h, and needs for the instruction set
 *   MAP_ROWS                      rows of the output that are summed at once
 *   MAP_SOURCES                   input maps whose weights' gradients are summed at once */

enum { MAP_COLUMNS = 10, MAP_PIXELS = 8 };

/* to[column][row] = from[row][column], for up to W of each. */
INLINE void turn_block(const real *from, size_t from_step, int rows, int columns, real *to,
                       size_t to_step)
{
  vector v[W];
  UNROLLED (r, W)
    v[r] = r < rows ? load_up_to(from + r * from_step, columns) : v_set(0);
  transpose(v);
  UNROLLED (c, W)
    if (c < columns)
      store_up_to(to + c * to_step, v[c], rows);
}

static void turn_round(const real *from, size_t from_step, int rows, int columns, real *to,
                       size_t to_step)
{
  for (int r = 0; r < rows; r += W)
    for (int c = 0; c < columns; c += W)
      turn_block(from + r * from_step + c, from_step, rows - r, columns - c, to + c * to_step + r,
                 to_step);
}

/* Weights of W maps, or of the last ones and zeros, as [input_maps][k][k][W]; 0 in the holes of a
 * table. */
static void turn_weights(const lenet_conv_shape *s, const real *w, int map, int maps, real *to)
{
  const int taps = s->kernel * s->kernel, all = s->input_maps * taps;
  if (maps < W)
    memset(to, 0, (size_t)all * W * sizeof *to);
  turn_round(w + (size_t)map * all, (size_t)all, maps, all, to, W);
  for (int c = 0; s->connected && c < s->input_maps; c++, to += taps * W) {
    real reads[W] = {0};
    for (int m = 0; m < maps; m++)
      reads[m] = (real)s->connected[(map + m) * s->input_maps + c];
    const vector mask = v_load_any(reads), zero = v_set(0);
    for (int tap = 0; tap < taps; tap++)
      v_store(to + tap * W, v_if_greater(mask, zero, v_load(to + tap * W), zero));
  }
}

/* ---- forward --------------------------------------------------------------------------------- */

/* `taps` taps of a row of the kernel, w, to rows x columns pixels of W maps. */
INLINE void map_taps(const real *w, const real *x, int x_columns, vector *sum, int rows,
                     int columns, int taps)
{
  vector weight[KERNEL_TAPS];
  UNROLLED (j, taps)
    weight[j] = v_held(v_load(w + j * W));
  UNROLLED (c, columns + taps - 1)
    UNROLLED (r, rows) {
      const vector in = v_held(v_set(x[r * x_columns + c]));
      UNROLLED (j, taps)
        if (c - j >= 0 && c - j < columns)
          sum[r * columns + c - j] = v_muladd(weight[j], in, sum[r * columns + c - j]);
    }
}

/* rows x columns pixels of W maps; x and y, which is [row][column][W], at the first of them. */
INLINE void map_block(const lenet_conv_shape *s, const real *w, vector start, const real *x,
                      real *y, int rows, int columns)
{
  const int k = s->kernel, x_columns = s->input_columns, y_columns = x_columns - k + 1;
  vector sum[MAP_ROWS * MAP_COLUMNS];
  UNROLLED (a, rows * columns)
    sum[a] = start;
  for (int c = 0; c < s->input_maps; c++, x += s->input_rows * x_columns)
    for (int i = 0; i < k; i++) {
      int j = 0;
      for (; j + KERNEL_TAPS <= k; j += KERNEL_TAPS, w += KERNEL_TAPS * W)
        map_taps(w, x + i * x_columns + j, x_columns, sum, rows, columns, KERNEL_TAPS);
      for (; j < k; j++, w += W)
        map_taps(w, x + i * x_columns + j, x_columns, sum, rows, columns, 1);
    }
  UNROLLED (r, rows)
    UNROLLED (c, columns)
      v_store(y + (r * y_columns + c) * W, sum[r * columns + c]);
}

#define COLUMNS_CASE(n)                                                                            \
  if (column + (n) <= y_columns) {                                                                 \
    map_block(s, w, start, x + column, y + column * W, rows, n);                                   \
    column += (n);                                                                                 \
    continue;                                                                                      \
  }

INLINE void map_rows(const lenet_conv_shape *s, const real *w, vector start, const real *x, real *y,
                     int rows)
{
  const int y_columns = s->input_columns - s->kernel + 1;
  for (int column = 0; column < y_columns;) {
    COLUMNS_CASE(MAP_COLUMNS)
    COLUMNS_CASE(8)
    COLUMNS_CASE(4)
    COLUMNS_CASE(2)
    COLUMNS_CASE(1)
  }
}

static void maps_forward(const lenet_conv_shape *s, const real *w, const real *b, const real *x,
                         real *y, real *scratch)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const int y_map = y_rows * y_columns;
  real *turned = scratch + (size_t)s->input_maps * k * k * W; /* y as [row][column][W] */
  for (int map = 0; map < s->maps; map += W) {
    const int maps = s->maps - map < W ? s->maps - map : W;
    const vector start = load_up_to(b + map, maps);
    turn_weights(s, w, map, maps, scratch);
    int row = 0;
    for (; row + MAP_ROWS <= y_rows; row += MAP_ROWS)
      map_rows(s, scratch, start, x + row * s->input_columns, turned + row * y_columns * W,
               MAP_ROWS);
    for (; row < y_rows; row++)
      map_rows(s, scratch, start, x + row * s->input_columns, turned + row * y_columns * W, 1);
    turn_round(turned, W, y_map, maps, y + (size_t)map * y_map, (size_t)y_map);
  }
}

/* ---- forward, in tiles ------------------------------------------------------------------------
 */

/* A tile's output rows at once by the six points of tiles_template.h, where kernels, turned for
 * each call, meet enough pixels. Numbers in scratch: turned weights, those at the points
 * [point][input_maps][k][W], the input at the points [point][input_maps][columns], and y. */
enum { TILE_KERNEL = 5 };
_Static_assert(POINTS % MAP_ROWS == 0, "points are summed MAP_ROWS at once");

typedef struct map_tiles {
  const lenet_conv_shape *shape;
  size_t x_row, x_point, w_point; /* steps of the input and the weights at the points */
} map_tiles;

static map_tiles tiles_of(const lenet_conv_shape *s)
{
  const size_t x_row = lenet_round_up((size_t)s->input_columns);
  return (map_tiles){s, x_row, s->input_maps * x_row, (size_t)s->input_maps * s->kernel * W};
}

static size_t map_tiles_room(const lenet_conv_shape *s)
{
  const map_tiles t = tiles_of(s);
  const size_t y_map = (size_t)(s->input_rows - s->kernel + 1) * (s->input_columns - s->kernel + 1);
  return s->kernel * t.w_point + POINTS * (t.w_point + t.x_point) + y_map * W;
}

INLINE bool map_in_tiles(const lenet_conv_shape *s)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1;
  return !s->connected && k == TILE_KERNEL && s->input_maps >= 4 && y_rows % tile_rows(k) == 0 &&
         map_tiles_room(s) <= LENET_SINGLE_SCRATCH;
}

INLINE void map_weights_to_points(const map_tiles *t, const real *turned, real *wt)
{
  enum { k = TILE_KERNEL };
  for (int c = 0; c < t->shape->input_maps; c++, turned += k * k * W)
    for (int j = 0; j < k; j++, wt += W) {
      vector g[MOST_TAPS], at[POINTS];
      UNROLLED (i, k)
        g[i] = v_load(turned + (i * k + j) * W);
      kernel_to_points(g, at, k);
      UNROLLED (p, POINTS)
        v_store(wt + p * t->w_point, at[p]);
    }
}

/* The 6 input rows from x on. */
static void map_input_to_points(const map_tiles *t, const real *x, real *xt)
{
  const lenet_conv_shape *s = t->shape;
  const int columns = s->input_columns;
  for (int c = 0; c < s->input_maps; c++, x += s->input_rows * columns, xt += t->x_row)
    for (int column = 0; column < columns; column += W) {
      vector d[POINTS], at[POINTS];
      UNROLLED (i, POINTS)
        d[i] = load_up_to(x + i * columns + column, columns - column);
      rows_at_points(d, at);
      UNROLLED (p, POINTS)
        v_store(xt + p * t->x_point + column, at[p]);
    }
}

/* A tile's rows of `columns` columns of W maps; y, [row][column][W]: the first of them. */
INLINE void map_tile_block(const map_tiles *t, const real *wt, vector start, const real *xt,
                           real *y, int columns)
{
  enum { k = TILE_KERNEL };
  const lenet_conv_shape *s = t->shape;
  real at_point[POINTS][MAP_COLUMNS][W] __attribute__((aligned(64)));
  for (int point = 0; point < POINTS; point += MAP_ROWS) {
    vector sum[MAP_ROWS * MAP_COLUMNS];
    const real *w = wt + point * t->w_point, *x = xt + point * t->x_point;
    UNROLLED (a, MAP_ROWS * columns)
      sum[a] = v_set(0);
    for (int c = 0; c < s->input_maps; c++, w += k * W, x += t->x_row) {
      vector weight[MAP_ROWS * MOST_TAPS];
      UNROLLED (r, MAP_ROWS)
        UNROLLED (j, k)
          weight[r * k + j] = v_held(v_load(w + r * t->w_point + j * W));
      UNROLLED (a, columns + k - 1)
        UNROLLED (r, MAP_ROWS) {
          const vector in = v_held(v_set(x[r * t->x_point + a]));
          UNROLLED (j, k)
            if (a - j >= 0 && a - j < columns)
              sum[r * columns + a - j] = v_muladd(weight[r * k + j], in, sum[r * columns + a - j]);
        }
    }
    UNROLLED (r, MAP_ROWS)
      UNROLLED (a, columns)
        v_store(at_point[point + r][a], sum[r * columns + a]);
  }
  for (int a = 0; a < columns; a++) {
    vector at[POINTS];
    UNROLLED (p, POINTS)
      at[p] = v_load(at_point[p][a]);
    output_from_points(at, start, y + a * W, (size_t)(s->input_columns - k + 1) * W, k);
  }
}

#define TILE_COLUMNS_CASE(n)                                                                       \
  if (column + (n) <= columns) {                                                                   \
    map_tile_block(t, wt, start, xt + column, y + column * W, n);                                  \
    column += (n);                                                                                 \
    continue;                                                                                      \
  }

/* All rows of W maps. */
INLINE void map_tile_rows(const map_tiles *t, const real *wt, vector start, const real *x, real *xt,
                          real *y)
{
  enum { k = TILE_KERNEL };
  const int columns = t->shape->input_columns - k + 1, rows = t->shape->input_rows - k + 1;
  for (int row = 0; row < rows; row += tile_rows(k), y += tile_rows(k) * columns * W) {
    map_input_to_points(t, x + row * t->shape->input_columns, xt);
    for (int column = 0; column < columns;) {
      TILE_COLUMNS_CASE(MAP_COLUMNS)
      TILE_COLUMNS_CASE(8)
      TILE_COLUMNS_CASE(4)
      TILE_COLUMNS_CASE(2)
      TILE_COLUMNS_CASE(1)
    }
  }
}

static void map_tiles_forward(const lenet_conv_shape *s, const real *w, const real *b,
                              const real *x, real *y, real *scratch)
{
  const map_tiles t = tiles_of(s);
  enum { k = TILE_KERNEL };
  const int y_map = (s->input_rows - k + 1) * (s->input_columns - k + 1);
  real *wt = scratch + k * t.w_point, *xt = wt + POINTS * t.w_point;
  real *turned = xt + POINTS * t.x_point;
  for (int map = 0; map < s->maps; map += W) {
    const int maps = s->maps - map < W ? s->maps - map : W;
    const vector start = load_up_to(b + map, maps);
    turn_weights(s, w, map, maps, scratch);
    map_weights_to_points(&t, scratch, wt);
    map_tile_rows(&t, wt, start, x, xt, turned);
    turn_round(turned, W, y_map, maps, y + (size_t)map * y_map, (size_t)y_map);
  }
}

/* ---- gradients of weights -------------------------------------------------------------------- */

/* `pixels` pixels of a row, whose gradients are dy[pixel][W], add to those of `taps` taps. */
INLINE void map_weights_pixels(const real *x, const real *dy, vector *sum, int taps, int pixels)
{
  vector in[MAP_PIXELS + KERNEL_TAPS - 1];
  UNROLLED (j, taps - 1)
    in[j] = v_held(v_set(x[j]));
  UNROLLED (c, pixels) {
    const vector d = v_held(v_load(dy + c * W));
    in[c + taps - 1] = v_held(v_set(x[c + taps - 1]));
    UNROLLED (j, taps)
      sum[j] = v_muladd(d, in[c + j], sum[j]);
  }
}

/* The sums of one input map wait for each other; meanwhile those of the next go on. */
INLINE void map_weights_chunk(const real *x, size_t x_map, const real *dy, vector *sum, int sources,
                              int taps, int pixels)
{
  UNROLLED (s, sources)
    map_weights_pixels(x + s * x_map, dy, sum + s * taps, taps, pixels);
}

/* The gradients of `taps` taps of a row of the kernels from `sources` input maps; x: the first one
 * under the first tap. dw: [input_maps][k][k][W], at that tap. */
INLINE void map_weights_block(const lenet_conv_shape *s, const real *dy, const real *x, real *dw,
                              int sources, int taps)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t x_map = (size_t)s->input_rows * s->input_columns;
  vector sum[MAP_SOURCES * KERNEL_TAPS];
  UNROLLED (a, sources * taps)
    sum[a] = v_set(0);
  for (int row = 0; row < y_rows; row++, x += s->input_columns, dy += y_columns * W) {
    int column = 0;
    for (; column + MAP_PIXELS <= y_columns; column += MAP_PIXELS)
      map_weights_chunk(x + column, x_map, dy + column * W, sum, sources, taps, MAP_PIXELS);
    for (; column + 2 <= y_columns; column += 2)
      map_weights_chunk(x + column, x_map, dy + column * W, sum, sources, taps, 2);
    for (; column < y_columns; column++)
      map_weights_chunk(x + column, x_map, dy + column * W, sum, sources, taps, 1);
  }
  UNROLLED (c, sources)
    UNROLLED (j, taps)
      v_store(dw + ((size_t)c * k * k + j) * W, sum[c * taps + j]);
}

INLINE void map_weights_sources(const lenet_conv_shape *s, const real *dy, const real *x, real *dw,
                                int sources)
{
  const int k = s->kernel;
  for (int i = 0; i < k; i++, x += s->input_columns) {
    int j = 0;
    for (; j + KERNEL_TAPS <= k; j += KERNEL_TAPS)
      map_weights_block(s, dy, x + j, dw + (size_t)(i * k + j) * W, sources, KERNEL_TAPS);
    for (; j < k; j++)
      map_weights_block(s, dy, x + j, dw + (size_t)(i * k + j) * W, sources, 1);
  }
}

static void maps_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                  real *dw, real *db, real *scratch)
{
  const int k = s->kernel, taps = s->input_maps * k * k;
  const int y_map = (s->input_rows - k + 1) * (s->input_columns - k + 1);
  const size_t x_map = (size_t)s->input_rows * s->input_columns;
  real *turned = scratch + (size_t)taps * W; /* dy as [row][column][W] */
  for (int map = 0; map < s->maps; map += W) {
    const int maps = s->maps - map < W ? s->maps - map : W;
    if (maps < W)
      memset(turned, 0, (size_t)y_map * W * sizeof *turned);
    turn_round(dy + (size_t)map * y_map, (size_t)y_map, maps, y_map, turned, W);
    int c = 0;
    for (; c + MAP_SOURCES <= s->input_maps; c += MAP_SOURCES)
      map_weights_sources(s, turned, x + c * x_map, scratch + (size_t)c * k * k * W, MAP_SOURCES);
    for (; c < s->input_maps; c++)
      map_weights_sources(s, turned, x + c * x_map, scratch + (size_t)c * k * k * W, 1);
    turn_round(scratch, W, taps, maps, dw + (size_t)map * taps, (size_t)taps);
  }
  for (int map = 0; map < s->maps; map++, dy += y_map) {
    db[map] = sum_of((size_t)y_map, dy);
    for (int c = 0; c < s->input_maps; c++, dw += k * k)
      if (!conv_reads(s, map, c))
        memset(dw, 0, (size_t)k * k * sizeof *dw);
  }
}

/* ---- which of the two ------------------------------------------------------------------------ */

/* How many vectors there are for a tap and a row of the output, all maps together: over maps, less
 * those by columns. Too many where there is no room to turn things round. */
static int more_over_maps(const lenet_conv_shape *s)
{
  const int k = s->kernel, y_rows = s->input_rows - k + 1, y_columns = s->input_columns - k + 1;
  const size_t room = ((size_t)s->input_maps * k * k + (size_t)y_rows * y_columns) * W;
  if (room > LENET_SINGLE_SCRATCH)
    return INT_MAX;
  return (s->maps + W - 1) / W * y_columns - s->maps * ((y_columns + W - 1) / W);
}

static void single_conv_forward(const lenet_conv_shape *s, lenet_activation activation,
                                const real *w, const real *b, const real *x, real *y, real *scratch)
{
  const int y_rows = s->input_rows - s->kernel + 1, y_columns = s->input_columns - s->kernel + 1;
  if (more_over_maps(s) < 0 && map_in_tiles(s))
    map_tiles_forward(s, w, b, x, y, scratch);
  else if (more_over_maps(s) < 0)
    maps_forward(s, w, b, x, y, scratch);
  else
    columns_forward(s, w, b, x, y);
  squash_forward(activation, lenet_round_up((size_t)s->maps * y_rows * y_columns), y);
}

static void single_conv_backward_weights(const lenet_conv_shape *s, const real *dy, const real *x,
                                         real *dw, real *db, real *scratch)
{
  if (more_over_maps(s) <= 0 && s->input_maps >= MAP_SOURCES)
    maps_backward_weights(s, dy, x, dw, db, scratch);
  else
    columns_backward_weights(s, dy, x, dw, db);
}
