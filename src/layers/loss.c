/* loss.c - softmax with cross-entropy: p = exp(a) / sum exp(a), L = -log p[label],
 * dL/da[k] = p[k] - [k = label]. */
#include "layers/layer.h"

void lenet_loss_cross_entropy(const lenet_kernels *kernels, int classes, const int *labels,
                              real scale, real *y, real *dy, real loss[LENET_LANES])
{
  real log_sum[LENET_LANES], wanted[LENET_LANES] = {0};
  if (labels)
    for (int l = 0; l < LENET_LANES; l++)
      if (labels[l] >= 0)
        wanted[l] = y[labels[l] * LENET_LANES + l];
  kernels->softmax(classes, y, log_sum);
  if (!labels)
    return;
  for (int l = 0; l < LENET_LANES; l++)
    loss[l] = labels[l] >= 0 ? log_sum[l] - wanted[l] : 0;
  if (!dy)
    return;
  for (int k = 0; k < classes; k++)
    for (int l = 0; l < LENET_LANES; l++) {
      real p = y[k * LENET_LANES + l];
      dy[k * LENET_LANES + l] = labels[l] >= 0 ? scale * (p - (real)(labels[l] == k)) : 0;
    }
}
