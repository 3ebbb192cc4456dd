/* neon.c - the kernels for 64-bit ARM, where every processor has NEON and fused multiply-adds: 4
 * floats a vector, 32 registers. */
#include "kernels/kernels.h"

#ifdef LENET_HAVE_NEON_KERNELS

#include <arm_neon.h>
#include <limits.h>
#include <math.h>
#include <string.h>

typedef float32x4_t vector;

#define VECTOR_WIDTH 4
#define BLOCK_MAPS 4
#define BLOCK_PIXELS 5
#define SOLO_PIXELS 10
#define BLOCK_TAPS 5
#define BLOCK_VECTORS 4
#define PEAK_CHAINS 20
#define KERNEL_ISA LENET_ISA_NEON
#define COLUMN_ROWS 14
#define COLUMN_TARGETS 1
#define WEIGHTS_DEEP 4
#define KERNEL_ROWS 5
#define MAP_ROWS 2
#define MAP_SOURCES 2
#define LANES_TABLE lenet_kernels_neon
#define SINGLE_TABLE lenet_kernels_neon_single

static inline vector v_load(const real *p) { return vld1q_f32(p); }
static inline vector v_load_any(const real *p) { return vld1q_f32(p); }
static inline void v_store(real *p, vector v) { vst1q_f32(p, v); }
static inline void v_store_any(real *p, vector v) { vst1q_f32(p, v); }
static inline vector v_set(real a) { return vdupq_n_f32(a); }
static inline vector v_add(vector a, vector b) { return vaddq_f32(a, b); }
static inline vector v_sub(vector a, vector b) { return vsubq_f32(a, b); }
static inline vector v_mul(vector a, vector b) { return vmulq_f32(a, b); }
static inline vector v_div(vector a, vector b) { return vdivq_f32(a, b); }
static inline vector v_sqrt(vector a) { return vsqrtq_f32(a); }
static inline vector v_muladd(vector a, vector b, vector c) { return vfmaq_f32(c, a, b); }

static inline vector v_if_equal(vector a, vector b, vector yes, vector no)
{
  return vbslq_f32(vceqq_f32(a, b), yes, no);
}

static inline vector v_if_greater(vector a, vector b, vector yes, vector no)
{
  return vbslq_f32(vcgtq_f32(a, b), yes, no);
}

/* The instruction's own maximum gives NaN, whichever of the two is one. */
static inline vector v_max(vector a, vector b) { return v_if_greater(a, b, a, b); }
static inline vector v_min(vector a, vector b) { return v_if_greater(b, a, a, b); }

static inline vector v_load_first(const real *p, int n)
{
  const float32x2_t none = vdup_n_f32(0);
  switch (n) {
  case 1: return vcombine_f32(vld1_lane_f32(p, none, 0), none);
  case 2: return vcombine_f32(vld1_f32(p), none);
  case 3: return vcombine_f32(vld1_f32(p), vld1_lane_f32(p + 2, none, 0));
  default: return vld1q_f32(p);
  }
}

static inline void v_store_first(real *p, vector v, int n)
{
  switch (n) {
  case 1: vst1q_lane_f32(p, v, 0); break;
  case 2: vst1_f32(p, vget_low_f32(v)); break;
  case 3:
    vst1_f32(p, vget_low_f32(v));
    vst1q_lane_f32(p + 2, v, 2);
    break;
  default: vst1q_f32(p, v);
  }
}

/* Volatile, so that gcc leaves loads where they are: once it has brought them forward, they and 28
 * sums do not fit into the registers. */
static inline vector v_held(vector a)
{
  __asm__ volatile("" : "+w"(a));
  return a;
}

static inline vector v_bytes(const uint8_t *p)
{
  uint32_t four;
  memcpy(&four, p, sizeof four);
  const uint16x8_t wide = vmovl_u8(vcreate_u8(four));
  return vcvtq_f32_u32(vmovl_u16(vget_low_u16(wide)));
}

static inline vector v_byte(const uint32_t *p, int n)
{
  const uint32x4_t words = vshlq_u32(vld1q_u32(p), vdupq_n_s32(-8 * n));
  return vcvtq_f32_u32(vandq_u32(words, vdupq_n_u32(255)));
}

static inline vector v_even(vector a, vector b) { return vuzp1q_f32(a, b); }
static inline vector v_odd(vector a, vector b) { return vuzp2q_f32(a, b); }
static inline vector v_zip_low(vector a, vector b) { return vzip1q_f32(a, b); }
static inline vector v_zip_high(vector a, vector b) { return vzip2q_f32(a, b); }

static inline vector v_round(vector a) { return vrndnq_f32(a); }

static inline vector v_scale2(vector a, vector n)
{
  int32x4_t biased = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
  return vmulq_f32(a, vreinterpretq_f32_s32(vshlq_n_s32(biased, 23)));
}

/* Halves are added to halves, as the other instruction sets do it. */
static inline real v_sum(vector v)
{
  return vpadds_f32(vadd_f32(vget_low_f32(v), vget_high_f32(v)));
}

#include "kernels/polynomials.h"

#include "kernels/arrays_template.h"
#include "kernels/conv_template.h"
#include "kernels/tiles_template.h"
#include "kernels/lanes_template.h"
#include "kernels/single_columns_template.h"
#include "kernels/single_maps_template.h"
#include "kernels/single_template.h"

#else
typedef int lenet_no_neon_here; /* a translation unit may not be empty */
#endif
