/* wasm.c - the kernels for WebAssembly with SIMD of 128 bits: 4 floats a vector, and no fused
 * multiply-add. A module cannot ask what the engine has, so this is chosen when it is built
 * (-msimd128). Engines on x86-64 have 15 registers for it, on 64-bit ARM 30. */
#include "kernels/kernels.h"

#ifdef LENET_HAVE_WASM_KERNELS

#include <limits.h>
#include <math.h>
#include <string.h>
#include <wasm_simd128.h>

typedef v128_t vector;

#define VECTOR_WIDTH 4
#define BLOCK_MAPS 4
#define BLOCK_PIXELS 2
#define SOLO_PIXELS 4
#define BLOCK_TAPS 1
#define BLOCK_VECTORS 2
#define PEAK_CHAINS 10
#define KERNEL_ISA LENET_ISA_WASM
#define COLUMN_ROWS 10
#define COLUMN_TARGETS 1
#define WEIGHTS_DEEP 2
#define MAP_ROWS 1
#define MAP_SOURCES 2
#define KERNEL_ROWS 5
#define LANES_TABLE lenet_kernels_wasm
#define SINGLE_TABLE lenet_kernels_wasm_single

static inline vector v_load(const real *p) { return wasm_v128_load(p); }
static inline vector v_load_any(const real *p) { return wasm_v128_load(p); }
static inline void v_store(real *p, vector v) { wasm_v128_store(p, v); }
static inline void v_store_any(real *p, vector v) { wasm_v128_store(p, v); }
static inline vector v_set(real a) { return wasm_f32x4_splat(a); }
static inline vector v_add(vector a, vector b) { return wasm_f32x4_add(a, b); }
static inline vector v_sub(vector a, vector b) { return wasm_f32x4_sub(a, b); }
static inline vector v_mul(vector a, vector b) { return wasm_f32x4_mul(a, b); }
static inline vector v_div(vector a, vector b) { return wasm_f32x4_div(a, b); }
static inline vector v_sqrt(vector a) { return wasm_f32x4_sqrt(a); }
static inline vector v_muladd(vector a, vector b, vector c) { return v_add(v_mul(a, b), c); }

/* pmax and pmin give their first operand where either is NaN. */
static inline vector v_max(vector a, vector b) { return wasm_f32x4_pmax(b, a); }
static inline vector v_min(vector a, vector b) { return wasm_f32x4_pmin(b, a); }

static inline vector v_if_equal(vector a, vector b, vector yes, vector no)
{
  return wasm_v128_bitselect(yes, no, wasm_f32x4_eq(a, b));
}

static inline vector v_if_greater(vector a, vector b, vector yes, vector no)
{
  return wasm_v128_bitselect(yes, no, wasm_f32x4_gt(a, b));
}

static inline vector v_load_first(const real *p, int n)
{
  switch (n) {
  case 1: return wasm_v128_load32_zero(p);
  case 2: return wasm_v128_load64_zero(p);
  case 3: return wasm_v128_load32_lane(p + 2, wasm_v128_load64_zero(p), 2);
  default: return wasm_v128_load(p);
  }
}

static inline void v_store_first(real *p, vector v, int n)
{
  switch (n) {
  case 1: wasm_v128_store32_lane(p, v, 0); break;
  case 2: wasm_v128_store64_lane(p, v, 0); break;
  case 3:
    wasm_v128_store64_lane(p, v, 0);
    wasm_v128_store32_lane(p + 2, v, 2);
    break;
  default: wasm_v128_store(p, v);
  }
}

static inline vector v_held(vector a) { return a; } /* registers are dealt by the engine */

static inline vector v_bytes(const uint8_t *p)
{
  const v128_t wide = wasm_u16x8_extend_low_u8x16(wasm_v128_load32_zero(p));
  return wasm_f32x4_convert_u32x4(wasm_u32x4_extend_low_u16x8(wide));
}

static inline vector v_byte(const uint32_t *p, int n)
{
  const v128_t words = wasm_u32x4_shr(wasm_v128_load(p), 8 * n);
  return wasm_f32x4_convert_u32x4(wasm_v128_and(words, wasm_i32x4_splat(255)));
}

static inline vector v_even(vector a, vector b) { return wasm_i32x4_shuffle(a, b, 0, 2, 4, 6); }
static inline vector v_odd(vector a, vector b) { return wasm_i32x4_shuffle(a, b, 1, 3, 5, 7); }
static inline vector v_zip_low(vector a, vector b) { return wasm_i32x4_shuffle(a, b, 0, 4, 1, 5); }
static inline vector v_zip_high(vector a, vector b) { return wasm_i32x4_shuffle(a, b, 2, 6, 3, 7); }

static inline vector v_round(vector a) { return wasm_f32x4_nearest(a); }

/* 1.5 x 2^23 + 127 + n has 127 + n in its lowest bits: shifted, they are the exponent of 2^n. */
static inline vector v_scale2(vector a, vector n)
{
  const vector biased = v_add(n, v_set(0x1.8p23f + 127));
  return v_mul(a, wasm_i32x4_shl(biased, 23));
}

/* Halves are added to halves, as the other instruction sets do it. */
static inline real v_sum(vector v)
{
  const vector half = v_add(v, wasm_i32x4_shuffle(v, v, 2, 3, 0, 1));
  return wasm_f32x4_extract_lane(half, 0) + wasm_f32x4_extract_lane(half, 1);
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
typedef int lenet_no_wasm_here; /* a translation unit may not be empty */
#endif
