/* int8.h - the integer arithmetic of a quantized network over one lane block, as a table of
 * functions.
 *
 * Activations are bytes, 16 pictures side by side, and four bytes of what is summed over lie
 * together under each picture, so that one instruction of multiplies and adds (vpdpbusd: 16 times
 * four products) serves 16 pictures. A cell is 16 x 4 bytes:
 *
 *   [plane][row][column][16][4]     plane p: maps 4p .. 4p + 3 of that pixel
 *
 * Bytes of maps that do not exist have weights of 0: whatever they hold counts for nothing. Where
 * the number of maps leaves a rest of 1 or 2, the last plane can be made `wide`: behind the rest's
 * maps stand those of the next columns, rest 1: columns c .. c + 3; rest 2: two maps of columns c,
 * c + 1. A plane more, `tall`, has the same of the next rows. A 5x5 kernel over one map then takes
 * 7 steps of four products in place of 25.
 *
 * A row's sums become bytes thus; every instruction set does exactly this (docs/int8.md):
 *
 *   sum    = bias + sum of weight x byte        int32; bias holds the half that rounds the shift
 *   sum    = maximum of the window's sums       maximum pooling, on sums: factors are positive
 *   v      = saturate16(sum >> shift)           arithmetic shift, both of the map
 *   m      = mul(v, factor)                     mul(a, b) = (a b + 2^14) >> 15, int16
 *   a      = saturate16(2^doublings m)
 *   h      = tanh13(a), or a clamped to low .. high
 *   h      = sum of the window's h              average pooling, 2x2: fits int16
 *   byte   = saturate to 0 .. 255 (mul(h, share) + zero)
 *
 * tanh13 is tanh in steps of 2^-13, a to h, on 64 straight pieces: lenet_int8_base, _slope below.
 * Where a sum may not overflow the quantizer has seen to it: no kernel checks.
 *
 * No kernel allocates, fails, or touches memory outside its arguments. */
#ifndef LENET_KERNELS_INT8_H
#define LENET_KERNELS_INT8_H

#include "kernels/kernels.h"

enum {
  LENET_CELL = 64, /* bytes: 16 pictures x 4 */
  LENET_INT8_UNITS =
      16,           /* units in a block of a dense row's weights; the last has a multiple of 4 */
  LENET_PIECES = 64 /* of tanh13: that of a is (a >> 10) mod 64 */
};

/* tanh13(a) = base[i] + mul(a, slope[i]): continuous, within 0.00087 of tanh. */
extern const int16_t lenet_int8_base[LENET_PIECES], lenet_int8_slope[LENET_PIECES];

/* From sums to bytes. */
typedef struct lenet_int8_finish {
  const int32_t *shift;  /* [maps] */
  const int16_t *factor; /* [maps / 2][2][4]: each one four times */
  int doublings;         /* at least 1 */
  bool squash;           /* tanh13; else clamp */
  int16_t low, high;     /* of the clamp */
  int16_t share, zero;
} lenet_int8_finish;

typedef enum lenet_int8_pool {
  LENET_INT8_NONE,
  LENET_INT8_AVERAGE,
  LENET_INT8_MAX
} lenet_int8_pool;

/* A convolution, and 2x2 pooling if there is any. `maps` is even; weights are in blocks of maps,
 * see lenet_int8_block, [block][step][maps of the block][4]. */
typedef struct lenet_int8_conv {
  int steps; /* of four products for each sum */
  const int32_t
      *offset; /* [steps]: of the cell that a step reads, from that of the sum's pixel, bytes */
  const int8_t *w;
  const int32_t *bias;        /* [maps] */
  const int32_t *signed_bias; /* [maps]: bias + 128 sum w, where bytes are read as byte - 128 */
  int maps, rows, columns;    /* of sums */
  int x_columns;              /* cells in a row of x */
  int y_plane, y_columns;     /* cells in a plane and a row of y */
  lenet_int8_pool pool;
  lenet_int8_finish finish;
} lenet_int8_conv;

/* Maps in the block that starts with `left` of them still to do. */
static inline int lenet_int8_block(int left) { return left == 6 || left == 2 ? left : 4; }

/* A dense row. `units` is a multiple of 4; weights [block of 16][step][units of the block][4]. */
typedef struct lenet_int8_dense {
  int steps;
  const int32_t *offset;
  const int8_t *w;
  const int32_t *bias, *signed_bias;
  int units;
  const int32_t
      *to_scores; /* [units], of the last row: score = (sum >> shift) x to_scores; else NULL */
  lenet_int8_finish finish;
} lenet_int8_dense;

/* Sums of windows, sum = bias + w x (sum of bytes): means and trainable subsampling. Map m reads
 * map m / group. */
typedef struct lenet_int8_windows {
  int maps, rows, columns, size; /* of y; maps: a multiple of 4 */
  int input_maps, group;
  int x_plane, x_columns, y_plane, y_columns;
  const int8_t *w;
  const int32_t *bias;
  lenet_int8_finish finish;
} lenet_int8_windows;

/* Cells of a plane. */
typedef struct lenet_int8_cells {
  int rows, columns;
} lenet_int8_cells;

/* One row of pictures on its ground: the bytes of `count` pictures, `width` each and `pitch` apart,
 * at column `left`; what is not covered is the ground, `columns` bytes and zeros up to the next
 * multiple of 64 behind at least 4 of them. */
typedef struct lenet_int8_line {
  int columns; /* cells to write; at most LENET_INT8_COLUMNS */
  int left, width, count;
  size_t pitch;
  const uint8_t *ground;
} lenet_int8_line;

enum { LENET_INT8_COLUMNS = 2 * LENET_MAX_SIDE };
static inline size_t lenet_int8_ground(int columns) { return ((size_t)columns + 4 + 63) / 64 * 64; }

/* X(name, parameters). x and y point to cells and are aligned to 64 bytes; tests hold every
 * instance to the same bytes. */
#define LENET_INT8_KERNELS(X)                                                                      \
  /* One row of pictures to wide cells of rest 1 */                                                \
  X(int8_load, (const lenet_int8_line *line, const uint8_t *pixels, uint8_t *x))                   \
  /* Makes a plane wide, in place; `rest` 1 or 2. Behind the last column stand zeros. */           \
  X(int8_widen, (const lenet_int8_cells *cells, int rest, uint8_t *x))                             \
  /* The tall plane of a plane. Below the last row stand zeros. */                                 \
  X(int8_stack, (const lenet_int8_cells *cells, int rest, const uint8_t *x, uint8_t *tall))        \
  X(int8_conv, (const lenet_int8_conv *conv, const uint8_t *x, uint8_t *y))                        \
  /* `scores` [units][16] is written where there is dense->to_scores, else y */                    \
  X(int8_dense, (const lenet_int8_dense *dense, const uint8_t *x, uint8_t *y, int32_t *scores))    \
  X(int8_windows, (const lenet_int8_windows *windows, const uint8_t *x, uint8_t *y))               \
  /* Maxima of windows of bytes; maps: a multiple of 4, group 1 */                                 \
  X(int8_max_pool, (const lenet_int8_windows *windows, const uint8_t *x, uint8_t *y))

typedef struct lenet_int8_kernels {
  lenet_isa isa;
#define LENET_KERNEL_MEMBER(name, parameters) void(*name) parameters;
  LENET_INT8_KERNELS(LENET_KERNEL_MEMBER)
#undef LENET_KERNEL_MEMBER
} lenet_int8_kernels;

extern const lenet_int8_kernels lenet_int8_scalar;
#ifdef LENET_HAVE_X86_KERNELS
extern const lenet_int8_kernels lenet_int8_avx2, lenet_int8_vnni;
#endif
#ifdef LENET_HAVE_NEON_KERNELS
extern const lenet_int8_kernels lenet_int8_neon;
#endif

/* The table for `isa`, or NULL where this build or this processor lacks it. With LENET_ISA_AVX512
 * that of AVX-512 VNNI, or of AVX2 on the processors that have AVX-512 without it. */
const lenet_int8_kernels *lenet_int8_kernels_for(lenet_isa isa);

#endif
