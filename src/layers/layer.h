/* layer.h - what a row of a network means: its forward pass and its gradients.
 *
 * Each kind of row has one file with all of its mathematics. The functions are stateless; they
 * work on one lane block and call the kernel table that they are handed; L stands for its lanes. A
 * lane block of n numbers a lane is an array of round_up(n L); the rest is set, and nobody's input.
 */
#ifndef LENET_LAYERS_LAYER_H
#define LENET_LAYERS_LAYER_H

#include "kernels/kernels.h"

/* A row at work on one lane block. `row` and `layer` are constant; the rest says where the numbers
 * lie. In the forward pass x -> y; in the backward pass dy -> dx (NULL for the first row that has
 * no one to tell), dw, db. All gradients are overwritten, none is added to. */
typedef struct lenet_work {
  const lenet_row *row;
  const lenet_layer *layer;
  const uint8_t *connected; /* C rows with a table: [maps][input_maps]; else NULL */
  const real *w, *b;        /* of an R row: w is the table of codes [classes][84], b is NULL */
  const real *x;            /* [input_maps][input_rows][input_columns][L] */
  real *y;                  /* [maps][rows][columns][L], after the activation */
  real *dy;    /* gradient of the loss by y; made into that by the sum before the activation... */
  bool sloped; /* ... unless it is that already: the pool above did it */
  const lenet_row *below; /* of a pool: the row whose slope dx shall have, and x's place; or NULL */
  real *dx;
  real *dw, *db;
  real *scratch;             /* see lenet_layer_scratch; each share's own */
  real *square_x, *square_w; /* room for the squares of x and of w, second derivatives only */
  int share,
      shares; /* the row is divided among several: this is number `share`; 0 of 0: it is not */
} lenet_work;

/* Reals that work->scratch has room for. */
size_t lenet_layer_scratch(const lenet_kernels *kernels, const lenet_row *row,
                           const lenet_layer *layer);

/* Whether all functions below but backward2 can do a share of the row alone, which leaves the same
 * bits as one that does it all: shares of a C, A or M row are of maps, of an F row of units. */
bool lenet_layer_divides(const lenet_row *row);

/* This share's part of `count`, [*from, *to), of which the beginning is a multiple of `unit`. */
void lenet_share(const lenet_work *work, int count, int unit, int *from, int *to);

/* lenet_layer_backward is lenet_layer_slope, which makes dy the gradient by the sums, then
 * lenet_layer_send, which does the rest: each share needs what all shares of the former did. */
void lenet_layer_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_layer_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_layer_slope(const lenet_kernels *kernels, const lenet_work *work);
void lenet_layer_send(const lenet_kernels *kernels, const lenet_work *work);

/* The second back-propagation pass (LeCun et al. 1998, appendix C): dy holds d2E/dy2 of each
 * output, diagonal only, and the row gives dx = d2E/dx2, dw = d2E/dw2, db = d2E/db2, all
 * overwritten:
 *   - d2E/da2 = f'(a)^2 d2E/dy2, eq. (27), Gauss-Newton: never negative
 *   - d2E/dw2 = sum of x^2 d2E/da2 over the a's that use w, eq. (23) and (25)
 *   - d2E/dx2 = sum of w^2 d2E/da2 over the a's that x feeds, eq. (27)
 * These are the first derivatives' sums with squares in place of x, w and f', so the same kernels
 * compute them. An R row has no second pass here: lenet_loss_rbf_second starts below it. */
void lenet_layer_backward2(const lenet_kernels *kernels, const lenet_work *work);

/* True for rows that the dense kernels compute: F, and a C whose kernel covers its whole input, as
 * C5 of 1998 does ("C5 is labeled as a convolutional layer instead of a fully connected layer
 * because if the input were made bigger ..."). Same weights, same order, same numbers. */
bool lenet_layer_is_dense(const lenet_row *row, const lenet_layer *layer);

/* The kinds, one file each. */
void lenet_pad_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pad_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_conv_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_conv_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pool_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pool_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pool_backward2(const lenet_kernels *kernels, const lenet_work *work);
void lenet_subsample_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_subsample_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_subsample_backward2(const lenet_kernels *kernels, const lenet_work *work);
void lenet_rbf_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_rbf_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_dense_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_dense_backward(const lenet_kernels *kernels, const lenet_work *work);

/* What is made small, and j of eq. (9); see lenet_loss. With a softmax the label may be smoothed
 * and teachers be followed; then `taught` holds their probabilities at `temperature`, [classes][L].
 */
typedef struct lenet_criterion {
  lenet_loss loss;
  real rubbish;
  real smoothing;                 /* 0: none */
  real distillation, temperature; /* the share of the teachers, 0: none */
  const real *taught;
} lenet_criterion;

/* The loss on one lane block, with its gradient. For each of the L labels (negative: the lane is
 * empty, its loss and gradient are 0)
 *   loss[l]  = E of the criterion
 *   dy[k][l] = scale x dE / dy[k]
 * `labels` NULL: probabilities only. `dy` NULL: no gradient, and E without smoothing and teachers.
 *
 * Softmax: y [classes][L] holds the sums of the last row and becomes the probabilities.
 * RBF: y holds the distances to the classes' codes and stays; p [classes][L] gets the softmax of
 * -y. The codes are an R row's, or a last F row's targets: see loss.c. */
void lenet_loss_softmax(const lenet_kernels *kernels, const lenet_criterion *criterion, int classes,
                        const int *labels, real scale, real *y, real *dy, real loss[LENET_LANES]);
void lenet_loss_rbf(const lenet_kernels *kernels, const lenet_criterion *criterion, int classes,
                    const int *labels, real scale, const real *y, real *p, real *dy,
                    real loss[LENET_LANES]);

/* Where the second pass starts, scale x d2E / d()2, after a forward pass and its loss; 0 in empty
 * lanes. Softmax: by the sums a of the last row, p (1 - p), into dy [classes][L]. RBF: by the
 * x [cells][L] whose distances to codes [classes][cells] are y, exact on the diagonal, into dx:
 *   eq. (8)  2
 *   eq. (9)  2 (1 - sum q) + 4 (sum q d^2 - (sum q d)^2),   d = x - w[k],   q as in loss.c */
void lenet_loss_softmax_second(int lanes, int classes, const int *labels, real scale, const real *p,
                               real *dy);
void lenet_loss_rbf_second(int lanes, const lenet_criterion *criterion, int classes, int cells,
                           const int *labels, real scale, const real *codes, const real *x,
                           const real *y, real *dx);

#endif
