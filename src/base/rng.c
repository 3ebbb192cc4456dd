#include "base/rng.h"

#include <math.h>

void lenet_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4])
{
  uint32_t k0 = key[0], k1 = key[1];
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0;
    uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u; /* golden ratio */
    k1 += 0xBB67AE85u; /* sqrt(3) - 1 */
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

lenet_rng lenet_rng_at(uint64_t seed, uint32_t stream, uint64_t index)
{
  return (lenet_rng){.key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
                     .counter = {0, stream, (uint32_t)index, (uint32_t)(index >> 32)},
                     .used = 4};
}

uint32_t lenet_rng_u32(lenet_rng *rng)
{
  if (rng->used == 4) {
    lenet_philox(rng->key, rng->counter, rng->block);
    rng->counter[0]++;
    rng->used = 0;
  }
  return rng->block[rng->used++];
}

uint32_t lenet_rng_below(lenet_rng *rng, uint32_t n)
{
  /* Numbers under 2^32 mod n would make the small remainders likelier: draw again. */
  uint32_t unfair = (uint32_t)(-n) % n;
  uint32_t bits;
  do
    bits = lenet_rng_u32(rng);
  while (bits < unfair);
  return bits % n;
}

double lenet_rng_uniform(lenet_rng *rng) { return lenet_rng_u32(rng) * 0x1p-32; }

double lenet_rng_range(lenet_rng *rng, double low, double high)
{
  return low + (high - low) * lenet_rng_uniform(rng);
}

double lenet_rng_normal(lenet_rng *rng)
{
  /* Box and Muller; 1 - u is never 0. */
  double radius = sqrt(-2.0 * log(1.0 - lenet_rng_uniform(rng)));
  return radius * cos(6.283185307179586 * lenet_rng_uniform(rng));
}
