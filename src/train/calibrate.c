/* calibrate.c - confidences that mean what they say (Guo, Pleiss, Sun, Weinberger 2017). */
#include "base/error.h"
#include "net/plan.h"
#include "train/measure.h"

#include <math.h>
#include <stdlib.h>

lenet_calibration lenet_calibration_of(const lenet_answer *answers, size_t count)
{
  lenet_calibration c = {.error = 0};
  for (size_t i = 0; i < count; i++) {
    const double said = (double)answers[i].confidence;
    const double confidence = said >= 0 && said <= 1 ? said : 0;  /* overflown scores: no number */
    int bin = (int)ceil(confidence * LENET_CALIBRATION_BINS) - 1; /* (b / 15, (b + 1) / 15] */
    bin = bin < 0 ? 0 : bin >= LENET_CALIBRATION_BINS ? LENET_CALIBRATION_BINS - 1 : bin;
    c.bin[bin].count++;
    c.bin[bin].confidence += confidence;
    c.bin[bin].accuracy += answers[i].answer == answers[i].label;
  }
  for (int b = 0; b < LENET_CALIBRATION_BINS; b++) {
    if (c.bin[b].count == 0)
      continue;
    c.error += fabs(c.bin[b].accuracy - c.bin[b].confidence) / (double)count;
    c.bin[b].confidence /= (double)c.bin[b].count;
    c.bin[b].accuracy /= (double)c.bin[b].count;
  }
  return c;
}

/* ---- the temperature ---- */

typedef struct scored {
  size_t count; /* samples with a label */
  int classes;
  float *score; /* [count][classes], those of the label first */
} scored;

static void collect(lenet_worker *worker, const lenet_samples *samples, scored *s)
{
  const lenet_pass *pass = &worker->pass;
  const size_t lanes = (size_t)pass->kernels->lanes;
  for (size_t at = 0; at < samples->count; at += lanes) {
    const int here = (int)(samples->count - at < lanes ? samples->count - at : lanes);
    uint32_t index[LENET_LANES];
    int labels[LENET_LANES];
    for (int l = 0; l < here; l++)
      index[l] = (uint32_t)(at + (size_t)l);
    lenet_worker_fetch(worker, samples, 0, index, here, labels);
    lenet_pass_run(&worker->pass);
    const real *score = pass->activation[pass->model->network.row_count];
    for (int l = 0; l < here; l++) {
      float *to = s->score + s->count * (size_t)s->classes;
      if (labels[l] < 0)
        continue;
      for (int k = 0; k < s->classes; k++) {
        const int from = k == 0 ? labels[l] : k <= labels[l] ? k - 1 : k;
        to[k] = (float)score[(size_t)from * lanes + (size_t)l];
      }
      s->count++;
    }
  }
}

/* The derivative of the mean cross-entropy of softmax(beta z) by beta: the mean of
 * sum p z - z[label]. It rises with beta, for the second derivative is the variance of z under p.
 */
static double slope(const scored *s, double beta)
{
  double all = 0;
  for (size_t i = 0; i < s->count; i++) {
    const float *z = s->score + i * (size_t)s->classes;
    double top = (double)z[0], sum = 0, weighted = 0;
    for (int k = 1; k < s->classes; k++)
      top = fmax(top, (double)z[k]);
    for (int k = 0; k < s->classes; k++) {
      const double share = exp(beta * ((double)z[k] - top));
      sum += share;
      weighted += share * (double)z[k];
    }
    all += weighted / sum - (double)z[0];
  }
  return all / (double)s->count;
}

/* Where it is 0, by halving the range of log beta; 0 where that is nowhere in the range. Samples
 * that are all read rightly, say, would have it ever higher. */
static double best_beta(const scored *s)
{
  double low = log(1.0 / LENET_MAX_TEMPERATURE), high = log(LENET_MAX_TEMPERATURE);
  if (!(slope(s, exp(low)) < 0 && slope(s, exp(high)) > 0))
    return 0;
  for (int i = 0; i < 60; i++) {
    const double middle = (low + high) / 2;
    if (slope(s, exp(middle)) > 0)
      high = middle;
    else
      low = middle;
  }
  return exp((low + high) / 2);
}

static void scale_last_row(lenet_model *model, double beta)
{
  const lenet_layer *last = &model->layout.layer[model->network.row_count - 1];
  for (size_t i = 0; i < last->weight_count; i++)
    model->parameters[last->weight_offset + i] *= (real)beta;
  for (size_t i = 0; i < last->bias_count; i++)
    model->parameters[last->bias_offset + i] *= (real)beta;
}

lenet_status lenet_model_calibrate(lenet_model *model, const lenet_samples *samples, lenet_isa isa,
                                   double *temperature, lenet_error *error)
{
  const lenet_kernels *kernels = lenet_kernels_for(isa, LENET_LANES);
  lenet_worker worker;
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  if (lenet_ending_of(&model->network) != LENET_ENDS_IN_SOFTMAX)
    return lenet_fail(
        error, LENET_UNSUPPORTED, -1,
        "only a softmax has a temperature: the codes and targets of others are fixed");
  lenet_status status =
      lenet_samples_check(samples, &model->network, model->layout.classes, "calibration", error);
  if (status == LENET_OK)
    status = lenet_worker_create(&worker, model, kernels, LENET_PASS_FORWARD, samples->rows,
                                 samples->columns, error);
  if (status != LENET_OK)
    return status;
  scored s = {.classes = model->layout.classes};
  s.score = malloc(samples->count * (size_t)s.classes * sizeof *s.score);
  if (!s.score) {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the scores of %zu samples",
                        samples->count);
  } else {
    collect(&worker, samples, &s);
    const double beta = s.count > 0 ? best_beta(&s) : 0;
    if (beta > 0) {
      scale_last_row(model, beta);
      *temperature = 1 / beta;
    } else {
      status = lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                          "no temperature of 1/%d to %d suits the %zu samples best",
                          LENET_MAX_TEMPERATURE, LENET_MAX_TEMPERATURE, samples->count);
    }
  }
  free(s.score);
  lenet_worker_free(&worker);
  return status;
}
