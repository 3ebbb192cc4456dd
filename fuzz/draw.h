/* draw.h - random numbers for a target's own changes, which the fuzzer's seed decides. */
#ifndef LENET_FUZZ_DRAW_H
#define LENET_FUZZ_DRAW_H

#include "fuzz.h"

static uint64_t draw_state;

static inline void draw_from(unsigned seed) { draw_state = seed; }

/* 0 .. below - 1; 0 for 0. Knuth's MMIX generator. */
static inline size_t draw(size_t below)
{
  draw_state = draw_state * 6364136223846793005u + 1442695040888963407u;
  return (size_t)((draw_state >> 33) % (below + !below));
}

#endif
