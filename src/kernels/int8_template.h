/* int8_template.h - the kernels of int8.h, written once over vectors of W int32 numbers.
 *
 * The includer defines, for its instruction set, W (divides 16) and types of 4 W bytes
 *   words     W int32;  halves 2 W int16;  octets 4 W uint8
 *   bytes_in  what x_load makes of W x 4 bytes;  weights: what w_load makes of 4;  sums: a running
 * sum and x_load(p)  w_load(p)  s_start(bias)  s_dot(sums, bytes_in, weights)  s_end(sums): words
 *   i_load i_store                W int32;  i_set i_add i_mul i_max i_shift(a, n): arithmetic,
 * right u_load u_store                W x 4 bytes, the first of four lowest;  u_byte(a, n): byte n
 * of four u_low(a, n)  u_up(a, n)       a mod 2^8n;  a x 2^8n u_down(a, n)  u_or            a /
 * 2^8n, unsigned h_pack(a, b)                  saturated, in every 16 bytes four of a, four of b
 *   h_quads(p)                    8 int16 in every 16 bytes
 *   h_set h_mul h_add h_adds (saturating) h_min h_max h_tanh
 *   o_pack(a, b)                  saturated to 0 .. 255; a and b as from h_pack of maps 0, 1 and 2,
 * 3: gives the four maps' bytes under each picture o_load o_store o_max SIGNED_INPUTS 1 where
 * x_load gives byte - 128 CONV_MAPS, DENSE_UNITS        sums of maps x 4 pixels, of units, kept in
 * registers at once INT8_TABLE, KERNEL_ISA IN_PLAIN_LOOPS                where nothing shall be
 * unrolled and inlined and, where int8_load has a faster way, HAS_LOAD and int8_load itself. */

#include "kernels/int8_unroll.h"

enum { L = LENET_LANES, CELL = LENET_CELL, PIXELS = 4 };

/* ---- from sums to bytes ---------------------------------------------------------------------- */

/* Up to h, for a map and the next one. */
INLINE halves finish_pair(const lenet_int8_finish *f, bool squash, int map, words a, words b)
{
  halves v = h_pack(i_shift(a, f->shift[map]), i_shift(b, f->shift[map + 1]));
  halves m = h_mul(v, h_quads(f->factor + 4 * map));
  m = h_adds(m, m);
  for (int i = 1; i < f->doublings; i++)
    m = h_adds(m, m);
  return squash ? h_tanh(m) : h_min(h_max(m, h_set(f->low)), h_set(f->high));
}

/* The cells' bytes of four maps from their h; of two maps where b is 0. */
INLINE octets finish_bytes(const lenet_int8_finish *f, halves a, halves b)
{
  const halves share = h_set(f->share), zero = h_set(f->zero);
  return o_pack(h_add(h_mul(a, share), zero), h_add(h_mul(b, share), zero));
}

/* ---- convolution ---------------------------------------------------------------------------- */

/* Sums of `maps` maps of the block that has `all`, at four pixels. */
INLINE void conv_sums(const lenet_int8_conv *s, const int8_t *w, const int32_t *bias,
                      const uint8_t *x, const int pixel[PIXELS], int all, int maps,
                      words (*sum)[PIXELS])
{
  sums at[CONV_MAPS][PIXELS];
  UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < PIXELS; p++) at[m][p] =
      s_start(bias[m]);
  for (int i = 0; i < s->steps; i++) {
    const uint8_t *from = x + s->offset[i];
    bytes_in in[PIXELS];
    UNROLL for (int p = 0; p < PIXELS; p++) in[p] = x_load(from + pixel[p]);
    UNROLL for (int m = 0; m < maps; m++)
    {
      weights weight = w_load(w + (i * all + m) * 4);
      UNROLL for (int p = 0; p < PIXELS; p++) at[m][p] = s_dot(at[m][p], in[p], weight);
    }
  }
  UNROLL for (int m = 0; m < maps; m++) UNROLL for (int p = 0; p < PIXELS; p++) sum[m][p] =
      s_end(at[m][p]);
}

/* h of a pair of maps after pooling; p: the pixel where there is none. */
INLINE halves pooled_pair(const lenet_int8_finish *f, lenet_int8_pool pool, bool squash, int map,
                          words (*sum)[PIXELS], int p)
{
  if (pool == LENET_INT8_NONE)
    return finish_pair(f, squash, map, sum[0][p], sum[1][p]);
  if (pool == LENET_INT8_MAX)
    return finish_pair(f, squash, map,
                       i_max(i_max(sum[0][0], sum[0][1]), i_max(sum[0][2], sum[0][3])),
                       i_max(i_max(sum[1][0], sum[1][1]), i_max(sum[1][2], sum[1][3])));
  halves a = h_add(finish_pair(f, squash, map, sum[0][0], sum[1][0]),
                   finish_pair(f, squash, map, sum[0][1], sum[1][1]));
  halves b = h_add(finish_pair(f, squash, map, sum[0][2], sum[1][2]),
                   finish_pair(f, squash, map, sum[0][3], sum[1][3]));
  return h_add(a, b);
}

/* `maps` maps from `map` on at four pixels from x on: of a window, which makes one cell, or side by
 * side, which make four, the last of which may be the same. */
INLINE void conv_block(const lenet_int8_conv *s, const int8_t *w, const uint8_t *x, uint8_t *y,
                       const int pixel[PIXELS], int map, int maps, lenet_int8_pool pool,
                       bool squash)
{
  const int32_t *bias = (SIGNED_INPUTS ? s->signed_bias : s->bias) + map;
  const lenet_int8_finish *f = &s->finish;
  const int part = CONV_MAPS < maps ? CONV_MAPS : maps;
  const int cells = pool == LENET_INT8_NONE ? PIXELS : 1;
  for (int lane = 0; lane < L; lane += W) {
    halves h[3][PIXELS]; /* of pairs of maps */
    UNROLL for (int first = 0; first < maps; first += part)
    {
      words sum[CONV_MAPS][PIXELS];
      conv_sums(s, w + first * 4, bias + first, x + lane * 4, pixel, maps, part, sum);
      UNROLL for (int m = 0; m < part; m += 2) UNROLL for (int p = 0; p < cells; p++)
          h[(first + m) / 2][p] = pooled_pair(f, pool, squash, map + first + m, sum + m, p);
    }
    UNROLL for (int p = 0; p < cells; p++)
    {
      uint8_t *to = y + pixel[p] + lane * 4;
      o_store(to, finish_bytes(f, h[0][p], maps > 2 ? h[1][p] : h_set(0)));
      if (maps > 4)
        o_store(to + (size_t)s->y_plane * CELL, finish_bytes(f, h[2][p], h_set(0)));
    }
  }
}

/* One row of cells. Without pooling four pixels side by side, at the end of a row overlapping, on
 * maps of fewer than four columns the last one several times. */
INLINE void conv_row(const lenet_int8_conv *s, const int8_t *w, const uint8_t *x, uint8_t *y,
                     int map, int maps, lenet_int8_pool pool, bool squash)
{
  if (pool != LENET_INT8_NONE) {
    const int below = s->x_columns * CELL, pixel[PIXELS] = {0, CELL, below, below + CELL};
    for (int column = 0; column < s->columns; column += 2)
      conv_block(s, w, x + (size_t)column * CELL, y + (size_t)(column / 2) * CELL, pixel, map, maps,
                 pool, squash);
    return;
  }
  int pixel[PIXELS];
  for (int p = 0; p < PIXELS; p++)
    pixel[p] = (p < s->columns ? p : s->columns - 1) * CELL;
  for (int column = 0; column < s->columns; column += PIXELS) {
    const int last = s->columns - PIXELS > 0 ? s->columns - PIXELS : 0;
    const size_t at = (size_t)(column < last ? column : last) * CELL;
    conv_block(s, w, x + at, y + at, pixel, map, maps, pool, squash);
  }
}

INLINE void conv_rows(const lenet_int8_conv *s, const uint8_t *x, uint8_t *y, lenet_int8_pool pool,
                      bool squash)
{
  const int step = pool == LENET_INT8_NONE ? 1 : 2;
  for (int row = 0; row < s->rows; row += step) {
    const uint8_t *x_row = x + (size_t)row * s->x_columns * CELL;
    const int8_t *w = s->w;
    for (int map = 0, maps; map < s->maps; w += (size_t)s->steps * maps * 4, map += maps) {
      uint8_t *y_row =
          y + ((size_t)(map / 4) * s->y_plane + (size_t)(row / step) * s->y_columns) * CELL;
      maps = lenet_int8_block(s->maps - map);
      if (maps == 6)
        conv_row(s, w, x_row, y_row, map, 6, pool, squash);
      else if (maps == 4)
        conv_row(s, w, x_row, y_row, map, 4, pool, squash);
      else
        conv_row(s, w, x_row, y_row, map, 2, pool, squash);
    }
  }
}

static void int8_conv(const lenet_int8_conv *s, const uint8_t *x, uint8_t *y)
{
  switch (s->pool) {
  case LENET_INT8_NONE:
    if (s->finish.squash)
      conv_rows(s, x, y, LENET_INT8_NONE, true);
    else
      conv_rows(s, x, y, LENET_INT8_NONE, false);
    break;
  case LENET_INT8_AVERAGE:
    if (s->finish.squash)
      conv_rows(s, x, y, LENET_INT8_AVERAGE, true);
    else
      conv_rows(s, x, y, LENET_INT8_AVERAGE, false);
    break;
  case LENET_INT8_MAX:
    if (s->finish.squash)
      conv_rows(s, x, y, LENET_INT8_MAX, true);
    else
      conv_rows(s, x, y, LENET_INT8_MAX, false);
    break;
  }
}

/* ---- dense ---------------------------------------------------------------------------------- */

INLINE void dense_end(const lenet_int8_dense *s, int unit, const words *sum, uint8_t *y,
                      int32_t *scores, int lane)
{
  const lenet_int8_finish *f = &s->finish;
  if (s->to_scores) {
    UNROLL for (int u = 0; u < 4; u++)
        i_store(scores + (unit + u) * L + lane,
                i_mul(i_shift(sum[u], f->shift[unit + u]), i_set(s->to_scores[unit + u])));
    return;
  }
  halves first = finish_pair(f, f->squash, unit, sum[0], sum[1]);
  halves second = finish_pair(f, f->squash, unit + 2, sum[2], sum[3]);
  o_store(y + (size_t)(unit / 4) * CELL + lane * 4, finish_bytes(f, first, second));
}

/* `units` units of the block that has `all`. */
INLINE void dense_block(const lenet_int8_dense *s, const int8_t *w, const uint8_t *x, uint8_t *y,
                        int32_t *scores, int unit, int all, int units, int lane)
{
  const int32_t *bias = (SIGNED_INPUTS ? s->signed_bias : s->bias) + unit;
  sums at[DENSE_UNITS];
  words sum[DENSE_UNITS];
  UNROLL for (int u = 0; u < units; u++) at[u] = s_start(bias[u]);
  for (int i = 0; i < s->steps; i++) {
    bytes_in in = x_load(x + s->offset[i] + lane * 4);
    UNROLL for (int u = 0; u < units; u++) at[u] = s_dot(at[u], in, w_load(w + (i * all + u) * 4));
  }
  UNROLL for (int u = 0; u < units; u++) sum[u] = s_end(at[u]);
  UNROLL for (int u = 0; u < units; u += 4) dense_end(s, unit + u, sum + u, y, scores, lane);
}

static void int8_dense(const lenet_int8_dense *s, const uint8_t *x, uint8_t *y, int32_t *scores)
{
  for (int lane = 0; lane < L; lane += W) {
    const int8_t *w = s->w;
    for (int unit = 0; unit < s->units; unit += LENET_INT8_UNITS) {
      const int left = s->units - unit, all = left < LENET_INT8_UNITS ? left : LENET_INT8_UNITS;
      int u = 0;
      for (; u + DENSE_UNITS <= all; u += DENSE_UNITS)
        dense_block(s, w + u * 4, x, y, scores, unit + u, all, DENSE_UNITS, lane);
      for (; u < all; u += 4)
        dense_block(s, w + u * 4, x, y, scores, unit + u, all, 4, lane);
      w += (size_t)s->steps * all * 4;
    }
  }
}

/* ---- windows -------------------------------------------------------------------------------- */

/* The cell under (i, j) of the window that makes (row, column) of a plane. */
INLINE const uint8_t *window_at(const lenet_int8_windows *s, const uint8_t *x, int plane, int row,
                                int column, int i, int j)
{
  return x + ((size_t)plane * s->x_plane + (size_t)(row * s->size + i) * s->x_columns +
              (size_t)(column * s->size + j)) *
                 CELL;
}

INLINE words window_sum(const lenet_int8_windows *s, const uint8_t *x, int map, int row, int column,
                        int lane)
{
  const int from = map / s->group;
  if (from >= s->input_maps) /* there only to fill a cell */
    return i_set(0);
  words sum = i_set(0);
  for (int i = 0; i < s->size; i++)
    for (int j = 0; j < s->size; j++)
      sum = i_add(
          sum, u_byte(u_load(window_at(s, x, from / 4, row, column, i, j) + lane * 4), from % 4));
  return i_add(i_mul(sum, i_set(s->w[map])), i_set(s->bias[map]));
}

#define FOR_CELLS(s, y)                                                                            \
  for (int plane = 0; plane < (s)->maps / 4; plane++)                                              \
    for (int row = 0; row < (s)->rows; row++)                                                      \
      for (int column = 0; column < (s)->columns; column++)                                        \
        for (int lane = 0; lane < L; lane += W)

INLINE uint8_t *cell_of(const lenet_int8_windows *s, uint8_t *y, int plane, int row, int column)
{
  return y + ((size_t)plane * s->y_plane + (size_t)row * s->y_columns + column) * CELL;
}

static void int8_windows(const lenet_int8_windows *s, const uint8_t *x, uint8_t *y)
{
  const lenet_int8_finish *f = &s->finish;
  FOR_CELLS(s, y)
  {
    words sum[4];
    for (int m = 0; m < 4; m++)
      sum[m] = window_sum(s, x, 4 * plane + m, row, column, lane);
    halves first = finish_pair(f, f->squash, 4 * plane, sum[0], sum[1]);
    halves second = finish_pair(f, f->squash, 4 * plane + 2, sum[2], sum[3]);
    o_store(cell_of(s, y, plane, row, column) + lane * 4, finish_bytes(f, first, second));
  }
}

static void int8_max_pool(const lenet_int8_windows *s, const uint8_t *x, uint8_t *y)
{
  FOR_CELLS(s, y)
  {
    octets most = o_load(window_at(s, x, plane, row, column, 0, 0) + lane * 4);
    for (int i = 0; i < s->size; i++)
      for (int j = 0; j < s->size; j++)
        most = o_max(most, o_load(window_at(s, x, plane, row, column, i, j) + lane * 4));
    o_store(cell_of(s, y, plane, row, column) + lane * 4, most);
  }
}

/* ---- cells ---------------------------------------------------------------------------------- */

#ifndef HAS_LOAD
static void int8_load(const lenet_int8_line *line, const uint8_t *pixels, uint8_t *x)
{
  for (int l = 0; l < L; l++) {
    uint8_t bytes[LENET_INT8_COLUMNS + 4];
    memcpy(bytes, line->ground, (size_t)line->columns + 4);
    if (l < line->count)
      memcpy(bytes + line->left, pixels + (size_t)l * line->pitch, (size_t)line->width);
    for (int column = 0; column < line->columns; column++)
      memcpy(x + (size_t)column * CELL + l * 4, bytes + column, 4);
  }
}
#endif

static void int8_widen(const lenet_int8_cells *cells, int rest, uint8_t *x)
{
  for (int row = 0; row < cells->rows; row++)
    for (int lane = 0; lane < L; lane += W) {
      uint8_t *at = x + (size_t)row * cells->columns * CELL + lane * 4;
      for (int column = 0; column < cells->columns; column++, at += CELL) {
        words wide = u_low(u_load(at), rest);
        for (int next = 1; next * rest < 4 && column + next < cells->columns; next++)
          wide = u_or(wide, u_up(u_low(u_load(at + next * CELL), rest), next * rest));
        u_store(at, wide);
      }
    }
}

/* From the bottom up: each cell is the one below it, moved on, and the bytes of its own row. */
static void int8_stack(const lenet_int8_cells *cells, int rest, const uint8_t *x, uint8_t *tall)
{
  const size_t line = (size_t)cells->columns * CELL;
  for (int row = cells->rows - 1; row >= 0; row--) {
    const bool last = row == cells->rows - 1;
    for (size_t at = (size_t)row * line; at < ((size_t)row + 1) * line; at += 4 * W) {
      words below = last ? i_set(0) : u_load(tall + at + line);
      u_store(tall + at, u_or(u_low(u_load(x + at), rest), u_up(below, rest)));
    }
  }
}

#define TABLE_ENTRY(name, parameters) .name = name,
const lenet_int8_kernels INT8_TABLE = {.isa = KERNEL_ISA, LENET_INT8_KERNELS(TABLE_ENTRY)};
