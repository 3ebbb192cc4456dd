/* int8_neon.c - the integer kernels for 64-bit ARM with what every such processor has. Its products
 * of bytes are of signed ones, so bytes are read as byte - 128; two of them fit 16 bits together.
 */
#include "kernels/int8.h"

#ifdef LENET_HAVE_NEON_KERNELS

#include <arm_neon.h>
#include <string.h>

typedef int32x4_t words;
typedef int16x8_t halves;
typedef uint8x16_t octets;
typedef int8x16_t bytes_in, weights;
typedef struct {
  int32x4_t low, high;
} sums; /* pictures 0, 1 and 2, 3: two parts of each */

#define W 4
#define SIGNED_INPUTS 1
#define CONV_MAPS 2
#define DENSE_UNITS 8
#define KERNEL_ISA LENET_ISA_NEON
#define INT8_TABLE lenet_int8_neon

static inline bytes_in x_load(const uint8_t *p)
{
  return vreinterpretq_s8_u8(veorq_u8(vld1q_u8(p), vdupq_n_u8(128)));
}

static inline weights w_load(const int8_t *p)
{
  int32_t four;
  memcpy(&four, p, sizeof four);
  return vreinterpretq_s8_s32(vdupq_n_s32(four));
}

/* The bias stands in one part of each picture. */
static inline sums s_start(int32_t bias)
{
  const int32x4_t once = vsetq_lane_s32(0, vsetq_lane_s32(0, vdupq_n_s32(bias), 1), 3);
  return (sums){once, once};
}

static inline sums s_dot(sums s, bytes_in x, weights w)
{
  return (sums){vpadalq_s16(s.low, vmull_s8(vget_low_s8(x), vget_low_s8(w))),
                vpadalq_s16(s.high, vmull_high_s8(x, w))};
}

static inline words s_end(sums s) { return vpaddq_s32(s.low, s.high); }

static inline void i_store(int32_t *p, words a) { vst1q_s32(p, a); }
static inline words i_set(int32_t a) { return vdupq_n_s32(a); }
static inline words i_add(words a, words b) { return vaddq_s32(a, b); }
static inline words i_mul(words a, words b) { return vmulq_s32(a, b); }
static inline words i_max(words a, words b) { return vmaxq_s32(a, b); }
static inline words i_shift(words a, int32_t n) { return vshlq_s32(a, vdupq_n_s32(-n)); }

static inline words u_load(const uint8_t *p) { return vreinterpretq_s32_u8(vld1q_u8(p)); }
static inline void u_store(uint8_t *p, words a) { vst1q_u8(p, vreinterpretq_u8_s32(a)); }
static inline words u_or(words a, words b) { return vorrq_s32(a, b); }
static inline words u_up(words a, int n) { return vshlq_s32(a, vdupq_n_s32(8 * n)); }
static inline words u_low(words a, int n) { return vandq_s32(a, vdupq_n_s32((1 << 8 * n) - 1)); }
static inline words u_byte(words a, int n) { return u_low(i_shift(a, 8 * n), 1); }

static inline halves h_pack(words a, words b) { return vqmovn_high_s32(vqmovn_s32(a), b); }
static inline halves h_quads(const int16_t *p) { return vld1q_s16(p); }
static inline halves h_set(int16_t a) { return vdupq_n_s16(a); }
/* Saturates -32768 x -32768 only, and factors are more than that. */
static inline halves h_mul(halves a, halves b) { return vqrdmulhq_s16(a, b); }
static inline halves h_add(halves a, halves b) { return vaddq_s16(a, b); }
static inline halves h_adds(halves a, halves b) { return vqaddq_s16(a, b); }
static inline halves h_min(halves a, halves b) { return vminq_s16(a, b); }
static inline halves h_max(halves a, halves b) { return vmaxq_s16(a, b); }

/* The table's low bytes, and its high ones. */
static inline halves h_of_piece(const int16_t table[LENET_PIECES], uint8x8_t piece)
{
  const uint8_t *p = (const uint8_t *)table;
  uint8x16x4_t low, high;
  for (int i = 0; i < 4; i++) {
    const uint8x16x2_t part = vld2q_u8(p + 32 * i);
    low.val[i] = part.val[0];
    high.val[i] = part.val[1];
  }
  const uint8x8_t l = vqtbl4_u8(low, piece), h = vqtbl4_u8(high, piece);
  return vreinterpretq_s16_u8(vcombine_u8(vzip1_u8(l, h), vzip2_u8(l, h)));
}

static inline halves h_tanh(halves a)
{
  const uint8x8_t piece =
      vand_u8(vreinterpret_u8_s8(vmovn_s16(vshrq_n_s16(a, 10))), vdup_n_u8(LENET_PIECES - 1));
  return h_add(h_of_piece(lenet_int8_base, piece), h_mul(a, h_of_piece(lenet_int8_slope, piece)));
}

static inline octets o_pack(halves a, halves b)
{
  static const uint8_t order[16] = {0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15};
  return vqtbl1q_u8(vqmovun_high_s16(vqmovun_s16(a), b), vld1q_u8(order));
}

static inline octets o_load(const uint8_t *p) { return vld1q_u8(p); }
static inline void o_store(uint8_t *p, octets a) { vst1q_u8(p, a); }
static inline octets o_max(octets a, octets b) { return vmaxq_u8(a, b); }

#include "kernels/int8_template.h"

#else
typedef int lenet_no_int8_neon_here; /* a translation unit may not be empty */
#endif
