/* quantized.h - a network in integers: what lenet_quantize makes of a model, and a pass through it.
 *
 * Rows become steps: a convolution takes the 2x2 pool behind it along, a border belongs to the
 * bytes around which it stands, and what changes nothing is left out. Step i reads bytes i and
 * writes bytes i + 1; the last one, which is dense, writes scores. */
#ifndef LENET_NET_QUANTIZED_H
#define LENET_NET_QUANTIZED_H

#include "kernels/int8.h"
#include "net/model.h"

/* Bytes between two steps: number = scale (byte - zero). */
typedef struct lenet_quantized_bytes {
  int maps, rows, columns, border; /* rows and columns: border included */
  double scale, zero;
  int rest;  /* maps of the last plane that is wide, 0: none is; see kernels/int8.h */
  bool tall; /* there is a tall plane, behind the others */
  size_t size;
} lenet_quantized_bytes;

typedef enum lenet_quantized_kind {
  LENET_STEP_CONV,
  LENET_STEP_DENSE,
  LENET_STEP_WINDOWS, /* means and trainable subsampling */
  LENET_STEP_MAX
} lenet_quantized_kind;

/* The integers in the model's order, and the same as kernels read them. */
typedef struct lenet_quantized_step {
  lenet_quantized_kind kind;
  int row;         /* of the network, that of the weights or the pool */
  int maps;        /* of sums; units */
  size_t inputs;   /* weights of a map */
  int8_t *weight;  /* [maps][inputs], in the order of the parameter array */
  int32_t *bias;   /* [maps] */
  int32_t *shift;  /* [maps] */
  int32_t *factor; /* [maps]: int16; of the last step: of sum >> shift to the score */
  double *unit;    /* [maps]: the number that 1 in a sum stands for */
  /* for the kernels */
  int padded; /* maps, rounded up: as many as the arrays have room for, 0 behind the others */
  int8_t *packed;
  int32_t *offset, *signed_bias;
  int16_t *quads;
  union {
    lenet_int8_conv conv;
    lenet_int8_dense dense;
    lenet_int8_windows windows;
  } at;
} lenet_quantized_step;

struct lenet_quantized {
  lenet_network network;
  lenet_layout layout;
  int step_count;
  lenet_quantized_step step[LENET_MAX_ROWS];
  lenet_quantized_bytes bytes[LENET_MAX_ROWS + 1];
  double score_unit; /* the number that 1 in a score stands for */
};

/* ---- making one: quantize.c: numbers, quantized_plan.c: where they stand ------
 */

/* Fills in the steps, their kinds and pools, the sides and borders of all bytes, and of the first
 * ones the scale. LENET_UNSUPPORTED where the last one is not dense. */
lenet_status lenet_quantized_steps(lenet_quantized *quantized, lenet_input input,
                                   lenet_error *error);

/* Lays `step` out for the kernels between `x` and `y`, whose maps, rows, columns and border are
 * known: fills `at` but for its finish, packs weights and offsets, and says in *x whether it must
 * be wide and tall. LENET_NO_MEMORY. */
lenet_status lenet_quantized_pack(const lenet_network *network, const lenet_layout *layout,
                                  lenet_quantized_step *step, lenet_quantized_bytes *x,
                                  const lenet_quantized_bytes *y, lenet_error *error);

/* What lies in the packed weights for a sum of map `map`: step s has four weights at
 * result + s x *stride. */
const int8_t *lenet_quantized_packed(const lenet_quantized_step *step, int map, size_t *stride);

/* The highest number that the sums of step `index` come to for any sample, or of both signs the
 * farthest from 0; at least 0. The steps before it must be whole, its own weights packed. */
lenet_status lenet_quantized_farthest(const lenet_quantized *quantized, int index,
                                      const lenet_samples *samples, bool both, double *farthest,
                                      lenet_error *error);

/* ---- running one ------------------------------------------------------------------------------
 */

/* Scratch of one thread, for one lane block. */
typedef struct lenet_quantized_pass {
  const lenet_quantized *quantized;
  const lenet_int8_kernels *kernels;
  const lenet_kernels *reals; /* for the probabilities */
  uint8_t *arena;
  uint8_t *bytes[LENET_MAX_ROWS + 1];
  uint8_t *ground;     /* a row of the input without pictures, see lenet_int8_line */
  int32_t *scores;     /* [classes, rounded up to 4][16] */
  real *probabilities; /* [classes][16] */
  int rows, columns;   /* of the pictures around which the input holds paper and borders; 0: none */
} lenet_quantized_pass;

lenet_status lenet_quantized_pass_create(lenet_quantized_pass *pass,
                                         const lenet_quantized *quantized, lenet_isa isa,
                                         lenet_error *error);
void lenet_quantized_pass_free(lenet_quantized_pass *pass);

/* As lenet_pass_load. */
void lenet_quantized_pass_load(lenet_quantized_pass *pass, const uint8_t *pixels, int rows,
                               int columns, int count);

/* The first `steps` steps; all of them give the scores. */
void lenet_quantized_pass_run(lenet_quantized_pass *pass, int steps);

/* Scores to probabilities and, where `labels` is given, the loss of each lane; as lenet_pass_judge.
 */
void lenet_quantized_pass_judge(lenet_quantized_pass *pass, const int *labels,
                                real loss[LENET_LANES]);

/* The class with the highest score in a lane, the first among equals, and by how much it is best:
 * see lenet_answer. */
int lenet_quantized_pass_answer(const lenet_quantized_pass *pass, int lane, float *margin);

#endif
