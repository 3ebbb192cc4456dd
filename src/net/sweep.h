/* sweep.h - a network swept over a picture that is wider than its input, as one convolution: what
 * windows share is computed once (LeCun et al. 1998, section VIII, the space displacement network). */
#ifndef LENET_NET_SWEEP_H
#define LENET_NET_SWEEP_H

#include "lenet.h"

typedef struct lenet_sweep lenet_sweep;

/* `model` has a square input, convolutions and pools without a border of their own, then dense rows
 * down to a softmax; it must outlive the sweep. Else LENET_UNSUPPORTED. */
lenet_status lenet_sweep_create(const lenet_model *model, lenet_isa isa, lenet_sweep **sweep,
                                lenet_error *error);
void lenet_sweep_free(lenet_sweep *sweep);

/* Pixels from one window to the next: the product of all pools. */
int lenet_sweep_step(const lenet_sweep *sweep);

/* Windows of a picture that is `width` pixels wide, at least that of the network's input. */
int lenet_sweep_windows(const lenet_sweep *sweep, int width);

/* Multiply-adds for so many windows side by side, when the work is shared. */
long lenet_sweep_macs(const lenet_sweep *sweep, int windows);

/* pixels [rows of the input][width]; scores [windows][classes], each window's with sum 1, what
 * lenet_classify gives for it alone but for rounding. */
lenet_status lenet_sweep_run(lenet_sweep *sweep, const uint8_t *pixels, int width,
                             lenet_real *scores, lenet_error *error);

#endif
