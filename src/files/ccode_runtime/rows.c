/* rows.c - part of the C that lenet_model_save_c writes: the rows of a network, one output line at
 * a time. See int8.c. Lines are [column][map] cells: what a kernel meets of a line lies together.
 */

/* ---- two ------------------------------------------------------------------------------------ */

/* Sums of two maps at one place: pairs of cells, a row of dense units' all, a kernel's line after
 * line. */
typedef struct {
  number a, b;
} two;

static INLINE void add_two(two *s, const cell *x, const weight *w)
{
  const two_maps m = weights_at(w);
  const pair at = cells_at(x);
  s->a = with_products(s->a, at, m.first);
  s->b = with_products(s->b, at, m.second);
}

/* Kernels have sides of 3 and 5, and so most of their lines a multiple of 3 pairs; but three at
 * once need registers. */
static INLINE void add_line(two *s, const cell *x, const weight *w, int pairs)
{
  for (; !FEW_REGISTERS && pairs >= 3; pairs -= 3, x += 6, w += 12) {
    add_two(s, x, w);
    add_two(s, x + 2, w + 4);
    add_two(s, x + 4, w + 8);
  }
  for (; pairs > 0; pairs--, x += 2, w += 4)
    add_two(s, x, w);
}

/* ---- kernel --------------------------------------------------------------------------------- */

/* A convolution, with what pools its sums 2x2 if anything does. Weights are in pairs of maps: for
 * each, [size][pairs] fours, of a pair of cells in a kernel's line those of
 * (cell, map), (cell, map + 1), (cell + 1, map), (cell + 1, map + 1); 0 where there is none. */
typedef struct {
  const weight *weights;
  const unit *units; /* [maps, made even] */
  finish finish;
  int from, maps; /* maps of x and of y */
  int size;       /* side of the kernel */
  int columns;    /* of y */
  int pitch;      /* cells in a line of x */
} conv_row;

/* Of two maps: the pixel at x, the one to its right, and those two `below`. */
typedef struct {
  number a, b, c, d, e, f, g, h;
} eight;

static INLINE void add_products(eight *s, const cell *x, int right, int below, const weight *w)
{
  const two_maps m = weights_at(w);
  pair at = cells_at(x);
  s->a = with_products(s->a, at, m.first);
  s->e = with_products(s->e, at, m.second);
  at = cells_at(x + right);
  s->b = with_products(s->b, at, m.first);
  s->f = with_products(s->f, at, m.second);
  at = cells_at(x + below);
  s->c = with_products(s->c, at, m.first);
  s->g = with_products(s->g, at, m.second);
  at = cells_at(x + below + right);
  s->d = with_products(s->d, at, m.first);
  s->h = with_products(s->h, at, m.second);
}

/* The sums of two maps, [map][pixel], for a processor that has registers for eight of them. */
static INLINE void add_eight(const conv_row *r, const unit *u, const weight *w, const cell *x,
                             int below, number sum[8])
{
  const int pairs = (r->size * r->from + 1) / 2;
  eight s = {u[0].bias, u[0].bias, u[0].bias, u[0].bias,
             u[1].bias, u[1].bias, u[1].bias, u[1].bias};
  for (int i = 0; i < r->size; i++, x += r->pitch - 2 * pairs) {
    int n = pairs;
    for (; n >= 3; n -= 3, x += 6, w += 12) {
      add_products(&s, x, r->from, below, w);
      add_products(&s, x + 2, r->from, below, w + 4);
      add_products(&s, x + 4, r->from, below, w + 8);
    }
    for (; n > 0; n--, x += 2, w += 4)
      add_products(&s, x, r->from, below, w);
  }
  sum[0] = s.a, sum[1] = s.b, sum[2] = s.c, sum[3] = s.d;
  sum[4] = s.e, sum[5] = s.f, sum[6] = s.g, sum[7] = s.h;
}

/* The same one pixel after the other. */
static INLINE void add_twos(const conv_row *r, const unit *u, const weight *w, const cell *x,
                            int below, number sum[8])
{
  const int pairs = (r->size * r->from + 1) / 2;
  for (int pixel = 0; pixel < 4; pixel++) {
    const cell *from = x + (pixel & 1) * r->from + (pixel >> 1) * below;
    const weight *v = w;
    two s = {u[0].bias, u[1].bias};
    for (int i = 0; i < r->size; i++, from += r->pitch, v += 4 * pairs)
      add_line(&s, from, v, pairs);
    sum[pixel] = s.a, sum[4 + pixel] = s.b;
  }
}

/* All but the pointers is known to the compiler. Returns where the next maps' weights are. */
static INLINE const weight *add_kernel(const conv_row *r, const unit *u, const weight *w,
                                       const cell *x, int below, number sum[8])
{
  if (FEW_REGISTERS)
    add_twos(r, u, w, x, below, sum);
  else
    add_eight(r, u, w, x, below, sum);
  return w + r->size * ((r->size * r->from + 1) / 2) * 4;
}

/* ---- conv ----------------------------------------------------------------------------------- */

/* Four pixels of a line at once; what lies behind its end is not kept. */
static INLINE void conv(const conv_row *r, const cell *x, cell *y)
{
  for (int column = 0; column < r->columns; column += 4, x += 4 * r->from, y += 4 * r->maps) {
    const weight *w = r->weights;
    for (int map = 0; map < r->maps; map += 2) {
      number sum[8];
      w = add_kernel(r, &r->units[map], w, x, 2 * r->from, sum);
      for (int i = 0; i < 8; i++)
        if (map + i / 4 < r->maps && column + i % 4 < r->columns)
          y[i % 4 * r->maps + map + i / 4] =
              closed(&r->finish, height(&r->finish, &r->units[map + i / 4], sum[i]));
    }
  }
}

/* ---- conv_mean ------------------------------------------------------------------------------ */

/* Means of 2x2 sums, each made a height first. */
static INLINE void conv_mean(const conv_row *r, const cell *x, cell *y)
{
  for (int column = 0; column < r->columns; column++, x += 2 * r->from, y += r->maps) {
    const weight *w = r->weights;
    for (int map = 0; map < r->maps; map += 2) {
      number sum[8];
      w = add_kernel(r, &r->units[map], w, x, r->pitch, sum);
      for (int m = 0; m < 2 && map + m < r->maps; m++) {
        number h = 0;
        for (int i = 0; i < 4; i++)
          h += height(&r->finish, &r->units[map + m], sum[4 * m + i]);
        y[map + m] = closed(&r->finish, h);
      }
    }
  }
}

/* ---- conv_max ------------------------------------------------------------------------------- */

/* The highest of 2x2 sums, then its height: the same as the highest of four heights. */
static INLINE void conv_max(const conv_row *r, const cell *x, cell *y)
{
  for (int column = 0; column < r->columns; column++, x += 2 * r->from, y += r->maps) {
    const weight *w = r->weights;
    for (int map = 0; map < r->maps; map += 2) {
      number sum[8];
      w = add_kernel(r, &r->units[map], w, x, r->pitch, sum);
      for (int m = 0; m < 2 && map + m < r->maps; m++) {
        number most = sum[4 * m];
        for (int i = 1; i < 4; i++)
          most = sum[4 * m + i] > most ? sum[4 * m + i] : most;
        y[map + m] = closed(&r->finish, height(&r->finish, &r->units[map + m], most));
      }
    }
  }
}

/* ---- windows -------------------------------------------------------------------------------- */

/* Sums of size x size windows, times a weight for each map. Map m reads map m / group. */
typedef struct {
  const weight *weights; /* [maps] */
  const unit *units;
  finish finish;
  int from, maps, group, size, columns, pitch;
} windows_row;

static void windows(const windows_row *r, const cell *x, cell *y)
{
  for (int column = 0; column < r->columns; column++, x += r->size * r->from, y += r->maps) {
    int from = 0, left = r->group;
    for (int map = 0; map < r->maps; map++) {
      number sum = 0;
      for (int i = 0; i < r->size; i++)
        for (int j = 0; j < r->size; j++)
          sum += x[i * r->pitch + j * r->from + from];
      sum = r->units[map].bias + r->weights[map] * sum;
      y[map] = closed(&r->finish, height(&r->finish, &r->units[map], sum));
      if (--left == 0)
        from++, left = r->group;
    }
  }
}

/* ---- max ------------------------------------------------------------------------------------ */

/* The highest cells of size x size windows. */
typedef struct {
  int maps, size, columns, pitch;
} max_row;

static void max(const max_row *r, const cell *x, cell *y)
{
  for (int column = 0; column < r->columns; column++, x += (r->size - 1) * r->maps)
    for (int map = 0; map < r->maps; map++, x++, y++) {
      *y = *x;
      for (int i = 0; i < r->size; i++)
        for (int j = 0; j < r->size; j++)
          *y = x[i * r->pitch + j * r->maps] > *y ? x[i * r->pitch + j * r->maps] : *y;
    }
}

/* ---- dots ----------------------------------------------------------------------------------- */

/* A dense row. Weights are in pairs of units, as those of a kernel with one line. */
typedef struct {
  const weight *weights;
  const unit *units; /* [maps, made even] */
  finish finish;
  int cells, maps;
} dense_row;

/* Of the units `map` and map + 1. */
static void two_sums(const dense_row *r, int map, const cell *x, number sum[2])
{
  const int pairs = (r->cells + 1) / 2;
  const weight *w = r->weights + 2 * map * pairs;
  two s = {r->units[map].bias, r->units[map + 1].bias};
  add_line(&s, x, w, pairs);
  sum[0] = s.a, sum[1] = s.b;
}

/* ---- dense ---------------------------------------------------------------------------------- */

static void dense(const dense_row *r, const cell *x, cell *y)
{
  for (int map = 0; map < r->maps; map += 2) {
    number sum[2];
    two_sums(r, map, x, sum);
    for (int m = 0; m < 2 && map + m < r->maps; m++)
      y[map + m] = closed(&r->finish, height(&r->finish, &r->units[map + m], sum[m]));
  }
}

/* ---- last ----------------------------------------------------------------------------------- */

static void last(const dense_row *r, const cell *x, number *scores)
{
  for (int map = 0; map < r->maps; map += 2) {
    number sum[2];
    two_sums(r, map, x, sum);
    for (int m = 0; m < 2 && map + m < r->maps; m++)
      scores[map + m] = score_of(&r->finish, &r->units[map + m], sum[m]);
  }
}

/* ---- lines ---------------------------------------------------------------------------------- */

/* The lines between two rows of the network that the second one still needs: the workspace never
 * holds a whole map before the last pool. */
typedef struct {
  int at, size; /* cells, from the start of the workspace */
  int pitch;    /* cells in a line */
  int rows;     /* lines in all, with a border of `border` pixels */
  int border, maps;
  int need, drop; /* lines that the row behind reads at once, and those that it is done with then */
  cell ground;    /* of the border */
} lines;

static void fill(cell *y, int count, cell with)
{
  for (int i = 0; i < count; i++)
    y[i] = with;
}

/* Forgets the first lines. */
static void slide(const lines *l, cell *x)
{
  const int gone = l->drop * l->pitch, left = (l->need - l->drop) * l->pitch;
  for (int i = 0; i < left; i++)
    x[i] = x[i + gone];
}
