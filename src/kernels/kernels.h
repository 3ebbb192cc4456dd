/* kernels.h - the arithmetic of the network over one lane block, as a table of functions.
 *
 * A lane block is 16 pictures side by side: an activation is [map][row][column][16], so one weight
 * meets 16 pictures at once and every vector is full, whatever the layer's shape. For one picture
 * there is a second table, whose lane block is one picture wide, [map][row][column], and whose
 * vectors run over columns, maps and inputs. Pointers to lane blocks are aligned to 64 bytes;
 * weights need no alignment.
 *
 * LENET_PICTURE_KERNELS and LENET_ARRAY_KERNELS are the one list. Each instruction set instantiates
 * lanes_template.h and single_template.h, each of which fills a table with all of it, the second
 * part by the same functions, arrays_template.h. The comment beside each kernel gives the bound on
 * its normalised squared error against its definition in double: sum (a - b)^2 / sum b^2. Tests
 * hold every instance to it.
 *
 * No kernel allocates, fails, or touches memory outside its arguments. */
#ifndef LENET_KERNELS_KERNELS_H
#define LENET_KERNELS_KERNELS_H

#include "base/real.h"

/* A convolution, stride 1, no padding: output rows = input rows - kernel + 1, columns alike. */
typedef struct lenet_conv_shape {
  int input_maps, input_rows, input_columns;
  int maps, kernel;
  const uint8_t *connected; /* [maps][input_maps], 0 or 1; NULL: all */
  size_t x_step, y_step; /* from map to map, in reals: a band of rows of higher maps; 0: no gaps */
} lenet_conv_shape;

/* `maps` maps of rows x columns made of size x size windows each. In subsampling `group` maps in a
 * row read the same input map, so that there are maps / group of those; pools have a group of 1. */
typedef struct lenet_pool_shape {
  int maps, rows, columns, size; /* output */
  int group;
} lenet_pool_shape;

/* What an Adam step needs besides the arrays: the bias corrections 1 - beta^t are folded in. */
typedef struct lenet_adam_step {
  real rate, beta1, beta2, epsilon;
  real correction1, correction2; /* 1 / (1 - beta^t) */
} lenet_adam_step;

/* X(name, parameters). w is [maps][input_maps][k][k] or [units][inputs]; L stands for `lanes`. */
#define LENET_PICTURE_KERNELS(X)                                                                   \
  /* x[row][column][L] = byte x scale + offset, rows of x lying x_row apart, from L pictures of    \
     [rows][columns] bytes; exact but for two roundings */                                         \
  X(load_pictures, (int rows, int columns, const uint8_t *const *picture, real scale, real offset, \
                    size_t x_row, real *x))                                                        \
  /* y = f(w * x + b); scratch: see lenet_conv_scratch; of the sums 1e-12, or 2e-15 for each       \
     product of a sum: the more from 500 on */                                                     \
  X(conv_forward, (const lenet_conv_shape *shape, lenet_activation activation, const real *w,      \
                   const real *b, const real *x, real *y, real *scratch))                          \
  /* dx = w^T * dy, overwritten; the same bound */                                                 \
  X(conv_backward_data,                                                                            \
    (const lenet_conv_shape *shape, const real *w, const real *dy, real *dx, real *scratch))       \
  /* dw, db = sums over positions and lanes, overwritten; holes of a table get 0; 1e-11 */         \
  X(conv_backward_weights, (const lenet_conv_shape *shape, const real *dy, const real *x,          \
                            real *dw, real *db, real *scratch))                                    \
  /* y[units][L] = w x + b; 1e-12 */                                                               \
  X(dense_forward, (int inputs, int units, const real *w, const real *b, const real *x, real *y))  \
  /* dx[inputs][L] = w^T dy, overwritten, rows of w lying `step` apart; 1e-12 */                   \
  X(dense_backward_data,                                                                           \
    (int inputs, int units, int step, const real *w, const real *dy, real *dx))                    \
  /* dw[units][inputs] = dy x^T, db, overwritten; scratch: see lenet_dense_scratch; 1e-11 */       \
  X(dense_backward_weights,                                                                        \
    (int inputs, int units, const real *dy, const real *x, real *dw, real *db, real *scratch))     \
  /* means of windows; their gradient spread evenly, times f'(a) of x = f(a), for which dx may     \
     take the place of x; 1e-13, 1e-12 */                                                          \
  X(average_pool_forward, (const lenet_pool_shape *shape, const real *x, real *y))                 \
  X(average_pool_backward, (const lenet_pool_shape *shape, lenet_activation activation,            \
                            const real *x, const real *dy, real *dx))                              \
  /* maxima of windows, exact; the gradient, times f'(a) as above, goes to the first pixel that    \
     equals the maximum; 1e-12 */                                                                  \
  X(max_pool_forward, (const lenet_pool_shape *shape, const real *x, real *y))                     \
  X(max_pool_backward, (const lenet_pool_shape *shape, lenet_activation activation, const real *x, \
                        const real *y, const real *dy, real *dx))                                  \
  /* y = w[map] x sum of the window + b[map], and its gradients, overwritten; 1e-12, 1e-11 */      \
  X(subsample_forward,                                                                             \
    (const lenet_pool_shape *shape, const real *w, const real *b, const real *x, real *y))         \
  X(subsample_backward, (const lenet_pool_shape *shape, const real *w, const real *x,              \
                         const real *dy, real *dx, real *dw, real *db))                            \
  /* y[units][L] = sum over inputs (x - w)^2, and its gradient dx[inputs][L], overwritten; 1e-12   \
   */                                                                                              \
  X(rbf_forward, (int inputs, int units, const real *w, const real *x, real *y))                   \
  X(rbf_backward, (int inputs, int units, const real *w, const real *x, const real *dy, real *dx)) \
  /* y[units][L] becomes exp(y) / sum exp(y); log_sum[L] = log sum exp(y) before; 1e-12 */         \
  X(softmax, (int units, real *y, real *log_sum))

/* Kernels over plain arrays, the same for any number of lanes. */
#define LENET_ARRAY_KERNELS(X)                                                                     \
  /* y = f(y) on `count` reals, a multiple of 16; 1e-13; sigmoid within 4 ulp, tanh within 8 */    \
  X(squash_forward, (lenet_activation activation, size_t count, real * y))                         \
  /* dy *= f'(a), from y = f(a); 1e-12 */                                                          \
  X(squash_backward, (lenet_activation activation, size_t count, const real *y, real *dy))         \
  /* sum[i] = scale x sum over b of part[b x stride + i], in order of b; 1e-13 */                  \
  X(reduce, (size_t count, int parts, size_t stride, real scale, const real *part, real *sum))     \
  /* v = momentum v + g; w -= rate (v + decay w), arrays of a multiple of 16; 1e-13. `decay` may   \
   * be NULL for none, here and below. */                                                          \
  X(sgd_step,                                                                                      \
    (size_t count, real rate, real momentum, const real *decay, const real *g, real *v, real *w))  \
  /* Kingma and Ba, algorithm 1, with decoupled decay: w -= rate (m' / (sqrt(v') + eps) + decay w) \
     ; 1e-13 */                                                                                    \
  X(adam_step, (size_t count, const lenet_adam_step *step, const real *decay, const real *g,       \
                real *m, real *v, real *w))                                                        \
  /* LeCun et al. 1998, eq. (21): w -= rate own (g + decay w), own = 1 / (mu + curvature); 1e-13   \
   */                                                                                              \
  X(sdlm_step,                                                                                     \
    (size_t count, real rate, const real *decay, const real *own, const real *g, real *w))         \
  /* average += share (w - average) */                                                             \
  X(average_step, (size_t count, real share, const real *w, real *average))                        \
  /* `rounds` x LENET_PEAK_ROUND multiply-adds s = s a + b in registers, to measure the peak, in   \
     chains that start at s, s + 1, s + 2, ...; sink[3][16]: s, a, b; [0] gets the chains' sum */  \
  X(multiply_adds, (long rounds, real *sink))

enum { LENET_PEAK_ROUND = 320 };

typedef struct lenet_kernels {
  lenet_isa isa;
  int lanes; /* pictures side by side: L */
#define LENET_KERNEL_MEMBER(name, parameters) void(*name) parameters;
  LENET_PICTURE_KERNELS(LENET_KERNEL_MEMBER)
  LENET_ARRAY_KERNELS(LENET_KERNEL_MEMBER)
#undef LENET_KERNEL_MEMBER
} lenet_kernels;

/* Whether a convolution goes in tiles of some rows: tiles_template.h. */
static inline bool lenet_conv_takes_tiles(int lanes, const lenet_conv_shape *shape)
{
  return lanes > 1 && !shape->connected && (shape->kernel == 5 || shape->kernel == 3) &&
         shape->input_maps >= 4 && shape->maps >= 4;
}

/* What tiles take: the turned weights, and the turned input and output of all tiles. */
static inline size_t lenet_conv_turned(int lanes, const lenet_conv_shape *shape)
{
  const size_t k = (size_t)shape->kernel, columns = (size_t)shape->input_columns;
  const size_t maps = (size_t)shape->maps, input_maps = (size_t)shape->input_maps;
  const size_t points = 6, tiles = (shape->input_rows - k + 1) / (points + 1 - k);
  const size_t tile = points * input_maps * columns + 4 * maps * (columns - k + 1);
  return points * lenet_round_up(maps * input_maps * k) + tiles * tile * (size_t)lanes;
}

/* With one lane the outputs' gradients in a border of kernel - 1 zeros, and a vector more. */
static inline size_t lenet_conv_bordered(const lenet_conv_shape *shape)
{
  const size_t border = (size_t)shape->kernel - 1;
  return shape->maps * (shape->input_rows + border) * (shape->input_columns + border) + LENET_LANES;
}

/* Reals of scratch that a convolution takes: with lanes for tiles; with one lane for a bordered
 * gradient, and for what single_maps_template.h turns round, which it does where there is room. */
enum { LENET_SINGLE_SCRATCH = 16 * 1024 };
static inline size_t lenet_conv_scratch(int lanes, const lenet_conv_shape *shape)
{
  if (lanes > 1)
    return lenet_conv_takes_tiles(lanes, shape) ? lenet_conv_turned(lanes, shape) : 0;
  const size_t bordered = lenet_conv_bordered(shape);
  return bordered > LENET_SINGLE_SCRATCH ? bordered : LENET_SINGLE_SCRATCH;
}

/* And a dense row's gradients: with lanes the transposed input. */
static inline size_t lenet_dense_scratch(int lanes, int inputs)
{
  return lanes > 1 ? (size_t)lanes * lenet_round_up((size_t)inputs) : 0;
}

/* The instances of this build. */
extern const lenet_kernels lenet_kernels_scalar, lenet_kernels_scalar_single;
#if !defined(LENET_ONLY_SCALAR) && defined(__x86_64__)
#define LENET_HAVE_X86_KERNELS 1
extern const lenet_kernels lenet_kernels_avx2, lenet_kernels_avx2_single;
extern const lenet_kernels lenet_kernels_avx512, lenet_kernels_avx512_single;
#endif
#if !defined(LENET_ONLY_SCALAR) && defined(__aarch64__) && defined(__ARM_NEON)
#define LENET_HAVE_NEON_KERNELS 1
extern const lenet_kernels lenet_kernels_neon, lenet_kernels_neon_single;
#endif
#if !defined(LENET_ONLY_SCALAR) && defined(__wasm_simd128__)
#define LENET_HAVE_WASM_KERNELS 1
extern const lenet_kernels lenet_kernels_wasm, lenet_kernels_wasm_single;
#endif

/* Every table that this processor can run, NULL-terminated; fastest first among those of as many
 * lanes. */
enum { LENET_MAX_KERNELS = 7 };
void lenet_kernels_all(const lenet_kernels *all[LENET_MAX_KERNELS]);

/* The table for `isa` and `lanes`, or NULL where this build or this processor lacks it. */
const lenet_kernels *lenet_kernels_for(lenet_isa isa, int lanes);

#endif
