/* peak.c - what the machine could do at most, for comparison. */
#include "base/clock.h"
#include "kernels/kernels.h"

double lenet_peak_gflops(lenet_isa isa, double seconds)
{
  const lenet_kernels *kernels = lenet_kernels_for(isa, LENET_LANES);
  if (!kernels)
    return 0;
  enum {
    ROUNDS = 10000,
    OPERATIONS = ROUNDS * LENET_PEAK_ROUND * 2
  }; /* a fraction of a millisecond */
  double best = 0;
  const double start = lenet_clock();
  do {
    real sink[3 * LENET_LANES] = {0};
    const double from = lenet_clock();
    kernels->multiply_adds(ROUNDS, sink);
    const double rate = OPERATIONS / (lenet_clock() - from) / 1e9;
    best = rate > best ? rate : best;
  } while (lenet_clock() - start < seconds);
  return best;
}
