/* int8_scalar.c - the integer kernels in plain C: the specification, the oracle and the fallback. A
 * "vector" is four int32, eight int16 or sixteen bytes. */
#include "kernels/int8.h"

#include <string.h>

enum { W = 4 };
typedef struct {
  int32_t i[4];
} words;
typedef struct {
  int16_t h[8];
} halves;
typedef struct {
  uint8_t o[16];
} octets;
typedef octets bytes_in;
typedef struct {
  int8_t w[4];
} weights;
typedef words sums;

#define SIGNED_INPUTS 0
#define IN_PLAIN_LOOPS 1
#define CONV_MAPS 6
#define DENSE_UNITS 16
#define KERNEL_ISA LENET_ISA_SCALAR
#define INT8_TABLE lenet_int8_scalar

#define EACH(n) for (int l = 0; l < n; l++)

static inline int16_t saturate16(int32_t a)
{
  return (int16_t)(a > INT16_MAX ? INT16_MAX : a < INT16_MIN ? INT16_MIN : a);
}

static inline octets o_load(const uint8_t *p)
{
  octets r;
  memcpy(r.o, p, sizeof r.o);
  return r;
}

static inline void o_store(uint8_t *p, octets a) { memcpy(p, a.o, sizeof a.o); }

static inline octets o_max(octets a, octets b)
{
  EACH(16) a.o[l] = a.o[l] > b.o[l] ? a.o[l] : b.o[l];
  return a;
}

static inline bytes_in x_load(const uint8_t *p) { return o_load(p); }

static inline weights w_load(const int8_t *p)
{
  weights r;
  memcpy(r.w, p, sizeof r.w);
  return r;
}

static inline words i_set(int32_t a) { return (words){{a, a, a, a}}; }
static inline sums s_start(int32_t bias) { return i_set(bias); }

static inline sums s_dot(sums s, bytes_in x, weights w)
{
  EACH(4)
  s.i[l] += x.o[4 * l] * w.w[0] + x.o[4 * l + 1] * w.w[1] + x.o[4 * l + 2] * w.w[2] +
            x.o[4 * l + 3] * w.w[3];
  return s;
}

static inline words s_end(sums s) { return s; }

static inline void i_store(int32_t *p, words a) { memcpy(p, a.i, sizeof a.i); }

static inline words i_add(words a, words b)
{
  EACH(4) a.i[l] += b.i[l];
  return a;
}

static inline words i_mul(words a, words b)
{
  EACH(4) a.i[l] *= b.i[l];
  return a;
}

static inline words i_max(words a, words b)
{
  EACH(4) a.i[l] = a.i[l] > b.i[l] ? a.i[l] : b.i[l];
  return a;
}

static inline words i_shift(words a, int32_t n)
{
  EACH(4) a.i[l] >>= n;
  return a;
}

static inline words u_load(const uint8_t *p)
{
  words r;
  EACH(4)
  r.i[l] = (int32_t)(p[4 * l] | (uint32_t)p[4 * l + 1] << 8 | (uint32_t)p[4 * l + 2] << 16 |
                     (uint32_t)p[4 * l + 3] << 24);
  return r;
}

static inline void u_store(uint8_t *p, words a)
{
  EACH(16) p[l] = (uint8_t)((uint32_t)a.i[l / 4] >> 8 * (l % 4));
}

static inline words u_or(words a, words b)
{
  EACH(4) a.i[l] |= b.i[l];
  return a;
}

static inline words u_up(words a, int n)
{
  EACH(4) a.i[l] = (int32_t)((uint32_t)a.i[l] << 8 * n);
  return a;
}

static inline words u_low(words a, int n)
{
  EACH(4) a.i[l] &= (1 << 8 * n) - 1;
  return a;
}

static inline words u_byte(words a, int n)
{
  EACH(4) a.i[l] = (int32_t)((uint32_t)a.i[l] >> 8 * n & 255);
  return a;
}

static inline halves h_pack(words a, words b)
{
  halves r;
  EACH(4)
  {
    r.h[l] = saturate16(a.i[l]);
    r.h[4 + l] = saturate16(b.i[l]);
  }
  return r;
}

static inline halves h_quads(const int16_t *p)
{
  halves r;
  memcpy(r.h, p, sizeof r.h);
  return r;
}

static inline halves h_set(int16_t a) { return (halves){{a, a, a, a, a, a, a, a}}; }

static inline int16_t mul(int16_t a, int16_t b) { return (int16_t)((a * b + (1 << 14)) >> 15); }

static inline halves h_mul(halves a, halves b)
{
  EACH(8) a.h[l] = mul(a.h[l], b.h[l]);
  return a;
}

static inline halves h_add(halves a, halves b)
{
  EACH(8) a.h[l] = (int16_t)(a.h[l] + b.h[l]);
  return a;
}

static inline halves h_adds(halves a, halves b)
{
  EACH(8) a.h[l] = saturate16(a.h[l] + b.h[l]);
  return a;
}

static inline halves h_min(halves a, halves b)
{
  EACH(8) a.h[l] = a.h[l] < b.h[l] ? a.h[l] : b.h[l];
  return a;
}

static inline halves h_max(halves a, halves b)
{
  EACH(8) a.h[l] = a.h[l] > b.h[l] ? a.h[l] : b.h[l];
  return a;
}

static inline halves h_tanh(halves a)
{
  EACH(8)
  {
    const int piece = a.h[l] >> 10 & (LENET_PIECES - 1);
    a.h[l] = (int16_t)(lenet_int8_base[piece] + mul(a.h[l], lenet_int8_slope[piece]));
  }
  return a;
}

static inline uint8_t saturate8(int16_t a) { return (uint8_t)(a > 255 ? 255 : a < 0 ? 0 : a); }

static inline octets o_pack(halves a, halves b)
{
  octets r;
  EACH(4)
  {
    r.o[4 * l] = saturate8(a.h[l]);
    r.o[4 * l + 1] = saturate8(a.h[4 + l]);
    r.o[4 * l + 2] = saturate8(b.h[l]);
    r.o[4 * l + 3] = saturate8(b.h[4 + l]);
  }
  return r;
}

#include "kernels/int8_template.h"
