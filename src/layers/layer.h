/* layer.h - what a row of a network means: its forward pass and its gradients.
 *
 * Each kind of row has one file with all of its mathematics. The functions are stateless; they
 * work on one lane block and call the kernel table that they are handed. */
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
  const real *w, *b;
  const real *x; /* [input_maps][input_rows][input_columns][16] */
  real *y;       /* [maps][rows][columns][16], after the activation */
  real *dy;      /* gradient of the loss by y; made into that by the sum before the activation */
  real *dx;
  real *dw, *db;
  real *scratch; /* 16 x round_up(inputs of the widest dense row) */
} lenet_work;

void lenet_layer_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_layer_backward(const lenet_kernels *kernels, const lenet_work *work);

/* True for rows that the dense kernels compute: F, and a C whose kernel covers its whole input, as
 * C5 of 1998 does ("C5 is labeled as a convolutional layer instead of a fully connected layer
 * because if the input were made bigger ..."). Same weights, same order, same numbers. */
bool lenet_layer_is_dense(const lenet_row *row, const lenet_layer *layer);

/* The kinds, one file each. */
void lenet_pad_forward(const lenet_work *work);
void lenet_pad_backward(const lenet_work *work);
void lenet_conv_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_conv_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pool_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_pool_backward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_dense_forward(const lenet_kernels *kernels, const lenet_work *work);
void lenet_dense_backward(const lenet_kernels *kernels, const lenet_work *work);

/* Softmax with cross-entropy on one lane block. `y` [classes][16] holds the sums of the last row
 * and becomes the probabilities. For each of the 16 labels (negative: the lane is empty)
 *   loss[l]  = -log p[label]                       (0 for an empty lane)
 *   dy[k][l] = scale (p[k] - [k = label])          (0 for an empty lane)
 * `labels` NULL: probabilities only. `dy` NULL: no gradient. */
void lenet_loss_cross_entropy(const lenet_kernels *kernels, int classes, const int *labels,
                              real scale, real *y, real *dy, real loss[LENET_LANES]);

#endif
