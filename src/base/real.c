#include "base/real.h"

#include <stdlib.h>
#include <string.h>

size_t lenet_round_up(size_t count)
{
  return (count + LENET_LANES - 1) / LENET_LANES * LENET_LANES;
}

real *lenet_reals(size_t count)
{
  if (count > SIZE_MAX / sizeof(real) - LENET_LANES)
    return NULL;
  size_t bytes = lenet_round_up(count ? count : 1) * sizeof(real);
  real *reals = aligned_alloc(64, bytes);
  if (reals)
    memset(reals, 0, bytes);
  return reals;
}
