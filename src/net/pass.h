/* pass.h - forward and backward through all rows, for one lane block of as many pictures as
 * the kernels have lanes: 16, or 1.
 *
 * A pass is the scratch memory of one thread. Sessions, measuring and training all run on it. */
#ifndef LENET_NET_PASS_H
#define LENET_NET_PASS_H

#include "layers/layer.h"
#include "net/model.h"

/* What a pass has memory for. Without second derivatives the gradients of rows below a pool take
 * the place of their activations, which no one reads again: less memory is moved. */
typedef enum lenet_pass_use {
  LENET_PASS_FORWARD,
  LENET_PASS_GRADIENT,
  LENET_PASS_CURVATURE /* also lenet_pass_curvature */
} lenet_pass_use;

typedef struct lenet_pass {
  const lenet_model *model;
  const lenet_kernels *kernels;
  real *arena;                          /* one block that holds all of the below */
  real *activation[LENET_MAX_ROWS + 1]; /* [0]: input, unused above a P row; [i + 1]: of row i */
  real *gradient[LENET_MAX_ROWS + 1];   /* of the loss by those; all NULL without backward */
  real *probabilities;                  /* of the last forward pass, [classes][lanes] */
  real *scratch;                        /* see lenet_layer_scratch */
  real *squares;                        /* see lenet_work; with backward only */
  real *codes; /* of an R row or of targets, [classes][cells]; NULL for a softmax */
  int cells;   /* numbers in the code of a class: 84, or with targets as many as classes */
  int coded;   /* activation[coded] is what is compared with the codes */
  real *distance, *distance_gradient; /* of that: an R row's output, or room of its own */
  lenet_criterion criterion;
} lenet_pass;

/* The criterion is cross-entropy, of codes and targets eq. (9) without a rubbish class, which is
 * the same of its probabilities; a trainer sets another. */
lenet_status lenet_pass_create(lenet_pass *pass, const lenet_model *model,
                               const lenet_kernels *kernels, lenet_pass_use use,
                               lenet_error *error);
void lenet_pass_free(lenet_pass *pass);

/* Scales `count` <= lanes pictures of rows x columns into the lanes, in the middle of the network's
 * input, paper (byte 0) around them. Lanes without a picture hold the last one again. A P row that
 * comes first is done with it. */
void lenet_pass_load(lenet_pass *pass, const uint8_t *pixels, int rows, int columns, int count);

/* Input to scores, the outputs of the last row, [classes][lanes] in activation[row_count]: the sums
 * before a softmax, the distances of an R row, or the units that have targets. */
void lenet_pass_run(lenet_pass *pass);

/* The difference of the two best scores of a lane, 0 .. FLT_MAX. Between lenet_pass_run and
 * lenet_pass_judge, which overwrites the sums of a softmax. */
float lenet_pass_margin(const lenet_pass *pass, int lane);

/* Whether lenet_pass_load has done the row. */
bool lenet_pass_loads(const lenet_pass *pass, int row);

/* Row `row` at work on the pass; `gradient` is that of all parameters, or NULL on the way forward.
 */
lenet_work lenet_pass_work(const lenet_pass *pass, int row, real *gradient);

/* One row of these, whose input stands in activation[row]. */
void lenet_pass_run_row(lenet_pass *pass, int row);

/* Scores to probabilities and, where `labels` is given (one a lane, negative for empty lanes), the
 * loss of each lane. */
void lenet_pass_judge(lenet_pass *pass, const int *labels, real loss[LENET_LANES]);

/* Both: input to probabilities and, where `labels` is given, the loss of each lane. */
void lenet_pass_forward(lenet_pass *pass, const int *labels, real loss[LENET_LANES]);

/* The same, then the gradient of scale x (sum of losses) by all parameters, which overwrites
 * `gradient` (layout.parameter_count long). Holes of connection tables get 0. */
void lenet_pass_backward(lenet_pass *pass, const int *labels, real scale, real loss[LENET_LANES],
                         real *gradient);

/* Its parts after lenet_pass_run: scores to the gradient by the scores, then row after row, from
 * the last up to the first with parameters, above which no one needs a gradient. */
void lenet_pass_judge_gradient(lenet_pass *pass, const int *labels, real scale,
                               real loss[LENET_LANES]);
void lenet_pass_backward_row(lenet_pass *pass, int row, real *gradient);
int lenet_pass_first_learning(const lenet_pass *pass);

/* The same with second derivatives (appendix C of the paper, Gauss-Newton, diagonal): adds to
 * `curvature` the sum over the lanes with a label of d2E/dw2 for every parameter. `gradient` is
 * room for one array of that length. */
void lenet_pass_curvature(lenet_pass *pass, const int *labels, real *gradient, real *curvature);

/* The class with the highest probability in a lane; the first among equals. */
int lenet_pass_answer(const lenet_pass *pass, int lane);

#endif
