/* real.h - the number type of weights and activations, and memory for arrays of it. */
#ifndef LENET_BASE_REAL_H
#define LENET_BASE_REAL_H

#include "lenet.h"

#include <stdint.h>

typedef lenet_real real;

/* Pictures that travel together in the innermost dimension of every activation. */
enum { LENET_LANES = 16 };

/* Array lengths are rounded up to whole lanes, so that vector loops need no rest. */
size_t lenet_round_up(size_t count);

/* An array of `count` zeros, rounded up to whole lanes and aligned to 64 bytes; NULL without
 * memory. Goes back through free(). */
real *lenet_reals(size_t count);

#endif
