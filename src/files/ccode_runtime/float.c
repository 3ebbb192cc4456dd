/* float.c - part of the C that lenet_model_save_c writes: numbers of a network in floats. See
 * int8.c. */
#include "files/ccode_runtime/compiler.c"

#include <stdint.h>

/* ---- numbers -------------------------------------------------------------------------------- */

typedef float cell, weight, number;

typedef struct {
  float bias;
} unit;

typedef enum { LINEAR, TANH, SCALED_TANH, SIGMOID, RELU } activation;

/* What a row makes of its sums. */
typedef struct {
  activation by;
  float share; /* 1, or 1/4 for the mean of four */
} finish;

/* ---- pairs ---------------------------------------------------------------------------------- */

/* Two neighbouring cells, and of four weights those of two maps for them. */
typedef struct {
  number a, b;
} pair;
typedef struct {
  pair first, second;
} two_maps;

static INLINE pair cells_at(const cell *x)
{
  const pair r = {x[0], x[1]};
  return r;
}

static INLINE two_maps weights_at(const weight *w)
{
  const two_maps r = {{w[0], w[2]}, {w[1], w[3]}};
  return r;
}

static INLINE number with_products(number sum, pair x, pair w)
{
  return sum + x.a * w.a + x.b * w.b;
}

/* ---- exponential ---------------------------------------------------------------------------- */

/* exp(x) = 2^n exp(r), |r| <= log(2) / 2, by seven terms: within 2e-7 of its size. */
static float exponential(float x)
{
  union {
    uint32_t bits;
    float number;
  } power;
  if (x < -87.0f)
    return 0.0f;
  if (x > 88.0f)
    x = 88.0f;
  const int n = (int)(x * 1.44269504f + (x < 0 ? -0.5f : 0.5f));
  const float r = x - (float)n * 0.693359375f + (float)n * 2.12194440e-4f;
  const float terms =
      1 +
      r * (1 + r * (0.5f + r * (1.66666667e-1f +
                                r * (4.16666667e-2f + r * (8.33333333e-3f + r * 1.38888889e-3f)))));
  power.bits = (uint32_t)(n + 127) << 23;
  return terms * power.number;
}

/* ---- sums ----------------------------------------------------------------------------------- */

static float sigmoid(float x) { return 1 / (1 + exponential(-x)); }

static float hyperbolic_tangent(float x) { return 1 - 2 / (1 + exponential(2 * x)); }

static number activated(activation by, number sum)
{
  switch (by) {
  case TANH: return hyperbolic_tangent(sum);
  case SCALED_TANH: return 1.7159f * hyperbolic_tangent(sum * (2.0f / 3));
  case SIGMOID: return sigmoid(sum);
  case RELU: return sum > 0 ? sum : 0;
  default: return sum;
  }
}

/* From a sum to what pools add. */
static INLINE number height(const finish *f, const unit *u, number sum)
{
  (void)u;
  return activated(f->by, sum);
}

/* ---- closed --------------------------------------------------------------------------------- */

static INLINE cell closed(const finish *f, number h) { return h * f->share; }

/* ---- scores --------------------------------------------------------------------------------- */

/* Of the last row. */
static INLINE number score_of(const finish *f, const unit *u, number sum)
{
  return height(f, u, sum);
}

/* ---- near ----------------------------------------------------------------------------------- */

static INLINE int is_near(number score, number stored)
{
  return score - stored < 1e-4f && stored - score < 1e-4f;
}

/* ---- distances ------------------------------------------------------------------------------ */

/* The last row of 1998: -sum (x - code)^2 for each class; codes [classes][cells]. */
static void distances(const int8_t *code, int cells, int classes, const cell *x, number *scores)
{
  for (int k = 0; k < classes; k++) {
    number sum = 0;
    for (int i = 0; i < cells; i++, code++)
      sum -= (x[i] - (number)*code) * (x[i] - (number)*code);
    scores[k] = sum;
  }
}

/* ---- probabilities -------------------------------------------------------------------------- */

/* The softmax of factor x score, in place. */
static void to_probabilities(int classes, number factor, number *scores)
{
  number most = scores[0], sum = 0;
  for (int k = 1; k < classes; k++)
    most = scores[k] > most ? scores[k] : most;
  for (int k = 0; k < classes; k++)
    sum += scores[k] = exponential(factor * (scores[k] - most));
  for (int k = 0; k < classes; k++)
    scores[k] /= sum;
}
