/* loss.c - what training makes small.
 *
 * Softmax with cross-entropy: p = exp(a) / sum exp(a), E = -log p[D], dE/da[k] = p[k] - [k = D].
 * With label smoothing s (Szegedy et al. 2016, section 7) the wanted q[k] = (1 - s) [k = D] + s / K
 * takes the place of [k = D]:  E = -sum q log p,  dE/da = p - q.
 * With teachers (Hinton, Vinyals, Dean 2015, section 2), r their probabilities at temperature T and
 * p' = softmax(a / T), their share d of the loss is -T^2 sum r log p':
 *   E = (1 - d) (-sum q log p) + d T^2 (-sum r log p'),   dE/da = (1 - d) (p - q) + d T (p' - r)
 *
 * The RBF row (LeCun et al. 1998, p. 8-9), y the distances, D the label:
 *   eq. (8)  E = y[D],                                   dE/dy[k] = [k = D]
 *   eq. (9)  E = y[D] + log(exp(-j) + sum exp(-y)),      dE/dy[k] = [k = D] - q[k]
 *   with q[k] = exp(-y[k]) / (exp(-j) + sum exp(-y)); j infinite: no rubbish class, and q = p.
 *
 * Units with targets are the same with codes of one unit high: t[k][i] = +1 for i = k, else -1, and
 * y[k] = sum over i (x[i] - t[k][i])^2. Then eq. (8) is the squared error against the label's
 * targets, and, since y[k] = sum (x[i] + 1)^2 - 4 x[k], p = softmax(-y) = softmax(4 x): the highest
 * unit wins. The targets lie inside the range of the squashing function, as appendix A asks. */
#include "layers/layer.h"

#include <math.h>
#include <string.h>

/* A share of the gradient below 1e-18 teaches nothing, but on its way back it would turn into
 * subnormal numbers, with which some processors are a hundred times slower. */
static real felt(real share) { return share < (real)1e-18 && share > (real)-1e-18 ? 0 : share; }

/* The smoothed part of the wanted probabilities, for sums a: adds to the loss of hard labels
 * s (a[D] - mean a), and to its gradient s ([k = D] - 1 / K). */
static void smooth(int lanes, int classes, const int *labels, real smoothing, real scale,
                   const real *a, real *dy, real loss[LENET_LANES])
{
  for (int l = 0; l < lanes; l++) {
    real mean = 0;
    if (labels[l] < 0)
      continue;
    for (int k = 0; k < classes; k++)
      mean += a[k * lanes + l] / (real)classes;
    loss[l] += smoothing * (a[labels[l] * lanes + l] - mean);
    for (int k = 0; k < classes; k++)
      dy[k * lanes + l] += scale * smoothing * ((real)(labels[l] == k) - 1 / (real)classes);
  }
}

/* Mixes the loss and gradient of the labels with those of the teachers. */
static void follow_teachers(const lenet_kernels *kernels, const lenet_criterion *criterion,
                            int classes, const int *labels, real scale, const real *a, real *dy,
                            real loss[LENET_LANES])
{
  const int lanes = kernels->lanes, numbers = classes * lanes;
  const real share = criterion->distillation, t = criterion->temperature;
  real p[LENET_MAX_CLASSES * LENET_LANES] __attribute__((aligned(64)));
  real log_sum[LENET_LANES];
  for (int i = 0; i < numbers; i++)
    p[i] = a[i] / t;
  kernels->softmax(classes, p, log_sum);
  for (int l = 0; l < lanes; l++) {
    real cross = log_sum[l]; /* -sum r log p' = log sum exp(a / T) - sum r a / T */
    if (labels[l] < 0)
      continue;
    for (int k = 0; k < classes; k++)
      cross -= criterion->taught[k * lanes + l] * a[k * lanes + l] / t;
    loss[l] = (1 - share) * loss[l] + share * t * t * cross;
    for (int k = 0; k < classes; k++) {
      const int i = k * lanes + l;
      dy[i] = (1 - share) * dy[i] + scale * share * t * felt(p[i] - criterion->taught[i]);
    }
  }
}

void lenet_loss_softmax(const lenet_kernels *kernels, const lenet_criterion *criterion, int classes,
                        const int *labels, real scale, real *y, real *dy, real loss[LENET_LANES])
{
  const int lanes = kernels->lanes;
  const bool smooths = dy && criterion->smoothing > 0, follows = dy && criterion->distillation > 0;
  real a[LENET_MAX_CLASSES * LENET_LANES]; /* the sums, where they are needed once more */
  real log_sum[LENET_LANES], wanted[LENET_LANES] = {0};
  if (smooths || follows)
    memcpy(a, y, (size_t)(classes * lanes) * sizeof *a);
  if (labels)
    for (int l = 0; l < lanes; l++)
      if (labels[l] >= 0)
        wanted[l] = y[labels[l] * lanes + l];
  kernels->softmax(classes, y, log_sum);
  if (!labels)
    return;
  for (int l = 0; l < lanes; l++)
    loss[l] = labels[l] >= 0 ? log_sum[l] - wanted[l] : 0;
  if (!dy)
    return;
  for (int k = 0; k < classes; k++)
    for (int l = 0; l < lanes; l++) {
      real p = felt(y[k * lanes + l]);
      dy[k * lanes + l] = labels[l] >= 0 ? scale * (p - (real)(labels[l] == k)) : 0;
    }
  if (smooths)
    smooth(lanes, classes, labels, criterion->smoothing, scale, a, dy, loss);
  if (follows)
    follow_teachers(kernels, criterion, classes, labels, scale, a, dy, loss);
}

/* The rubbish class takes the share exp(-j) / (exp(-j) + sum exp(-y)) of the mass: `kept` is what
 * is left for the classes, and log(exp(-j) + sum exp(-y)) = log_sum - log kept. */
static double share_kept(const lenet_criterion *criterion, double log_sum)
{
  return criterion->loss == LENET_MAP ? 1 / (1 + exp(-(double)criterion->rubbish - log_sum)) : 0;
}

void lenet_loss_rbf(const lenet_kernels *kernels, const lenet_criterion *criterion, int classes,
                    const int *labels, real scale, const real *y, real *p, real *dy,
                    real loss[LENET_LANES])
{
  const int lanes = kernels->lanes;
  real log_sum[LENET_LANES], kept[LENET_LANES];
  for (int i = 0; i < classes * lanes; i++)
    p[i] = -y[i];
  kernels->softmax(classes, p, log_sum);
  if (!labels)
    return;
  for (int l = 0; l < lanes; l++) {
    /* exp(j + log_sum) may overflow to infinity: then nothing is kept of a far picture's mass. */
    kept[l] = (real)share_kept(criterion, (double)log_sum[l]);
    loss[l] = labels[l] >= 0 ? y[labels[l] * lanes + l] : 0;
    if (labels[l] >= 0 && criterion->loss == LENET_MAP) {
      double j = (double)criterion->rubbish, s = (double)log_sum[l];
      double top = s > -j ? s : -j, low = s > -j ? -j : s;
      loss[l] += (real)(top + log1p(exp(low - top)));
    }
  }
  if (!dy)
    return;
  for (int k = 0; k < classes; k++)
    for (int l = 0; l < lanes; l++) {
      real q = felt(kept[l] * p[k * lanes + l]);
      dy[k * lanes + l] = labels[l] >= 0 ? scale * ((real)(labels[l] == k) - q) : 0;
    }
}

void lenet_loss_softmax_second(int lanes, int classes, const int *labels, real scale, const real *p,
                               real *dy)
{
  for (int k = 0; k < classes; k++)
    for (int l = 0; l < lanes; l++) {
      const real share = p[k * lanes + l];
      dy[k * lanes + l] = labels[l] >= 0 ? felt(scale * share * (1 - share)) : 0;
    }
}

/* q of eq. (9) for one lane, in double: distances of some hundred leave nothing of float. */
static void shares(int lanes, const lenet_criterion *criterion, int classes, const real *y,
                   int lane, double q[LENET_MAX_CLASSES])
{
  double top = -(double)criterion->rubbish, sum;
  for (int k = 0; k < classes; k++)
    top = fmax(top, -(double)y[k * lanes + lane]);
  sum = exp(-(double)criterion->rubbish - top);
  for (int k = 0; k < classes; k++)
    sum += q[k] = exp(-(double)y[k * lanes + lane] - top);
  for (int k = 0; k < classes; k++)
    q[k] /= sum;
}

void lenet_loss_rbf_second(int lanes, const lenet_criterion *criterion, int classes, int cells,
                           const int *labels, real scale, const real *codes, const real *x,
                           const real *y, real *dx)
{
  for (int l = 0; l < lanes; l++) {
    double q[LENET_MAX_CLASSES] = {0}, all = 0;
    if (criterion->loss == LENET_MAP)
      shares(lanes, criterion, classes, y, l, q);
    for (int k = 0; k < classes; k++)
      all += q[k];
    for (int i = 0; i < cells; i++) {
      double first = 0, second = 0; /* sum q d, sum q d^2 */
      for (int k = 0; k < classes; k++) {
        double d = (double)x[i * lanes + l] - (double)codes[k * cells + i];
        first += q[k] * d;
        second += q[k] * d * d;
      }
      double h = 2 * (1 - all) + 4 * (second - first * first);
      dx[i * lanes + l] = labels[l] >= 0 ? scale * (real)h : 0;
    }
  }
}
