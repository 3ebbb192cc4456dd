/* rng.h - random numbers as a function of a place, not of a history.
 *
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011)
 * turns (seed, stream, index, counter) into bits. Sample 4711 of epoch 3 is therefore the same
 * whoever asks for it, on any thread and in any order. */
#ifndef LENET_BASE_RNG_H
#define LENET_BASE_RNG_H

#include <stdint.h>

/* What the numbers are for: two uses of one seed never share numbers. */
enum {
  LENET_STREAM_WEIGHTS = 1,   /* index = row of the network */
  LENET_STREAM_SHUFFLE = 2,   /* index = epoch */
  LENET_STREAM_SYNTHETIC = 3, /* index = sample */
  LENET_STREAM_DISTORT = 4,   /* index = epoch, sample: 32 bits each */
  LENET_STREAM_INVERT = 5,    /* the same; a number for each pixel */
  LENET_STREAM_DROPOUT = 6,   /* index = step, block of the batch: 48 and 16 bits */
  LENET_STREAM_SPOIL = 7,     /* 7 to 13: index as that of LENET_STREAM_DISTORT */
  LENET_STREAM_STROKE = 8,
  LENET_STREAM_OCCLUDE = 9,
  LENET_STREAM_BLUR = 10,
  LENET_STREAM_CONTRAST = 11,
  LENET_STREAM_NOISE = 12,
  LENET_STREAM_FLIP = 13,
  LENET_STREAM_CORRUPT = 14,     /* index = corruption, sample: 32 bits each */
  LENET_STREAM_PAGE = 15,        /* index = page: what is on it and where */
  LENET_STREAM_PAGE_GRAIN = 16,  /* the same: numbers for single pixels */
  LENET_STREAM_PRINTED = 17,     /* index = sample */
  LENET_STREAM_NONDIGITS = 18,   /* the same */
  LENET_STREAM_STRING = 19,      /* index = string */
  LENET_STREAM_PIECES = 20,      /* the same */
  LENET_STREAM_WINDOWS = 21,     /* the same */
  LENET_STREAM_GLYPHS = 22,      /* index = sample */
  LENET_STREAM_PRESS = 23,       /* index = page of print */
  LENET_STREAM_PRESS_PIECES = 24 /* the same */
};

typedef struct lenet_rng {
  uint32_t key[2];
  uint32_t counter[4]; /* block number, stream, index (low, high) */
  uint32_t block[4];   /* the numbers of the present block */
  unsigned used;       /* how many of them have been handed out */
} lenet_rng;

/* One block of Philox4x32-10, for those who need no state. */
void lenet_philox(const uint32_t key[2], const uint32_t counter[4], uint32_t out[4]);

lenet_rng lenet_rng_at(uint64_t seed, uint32_t stream, uint64_t index);

uint32_t lenet_rng_u32(lenet_rng *rng);
uint32_t lenet_rng_below(lenet_rng *rng, uint32_t n);            /* 0 .. n-1, without bias; n > 0 */
double lenet_rng_uniform(lenet_rng *rng);                        /* [0, 1), 32 bits */
double lenet_rng_range(lenet_rng *rng, double low, double high); /* [low, high) */
double lenet_rng_normal(lenet_rng *rng);                         /* mean 0, variance 1 */

#endif
