/* avx512.c - the kernels for x86 processors with AVX-512 F and DQ: 16 floats a vector, 32
 * registers. */
#include "kernels/kernels.h"

#ifdef LENET_HAVE_X86_KERNELS

#include <immintrin.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))),        \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx2,fma")
#endif

typedef __m512 vector;

#define VECTOR_WIDTH 16
#define BLOCK_MAPS 4
#define BLOCK_PIXELS 5
#define SOLO_PIXELS 10
#define BLOCK_TAPS 5
#define BLOCK_VECTORS 4
#define PEAK_CHAINS 20
#define KERNEL_ISA LENET_ISA_AVX512
#define COLUMN_ROWS 14
#define COLUMN_TARGETS 2
#define WEIGHTS_DEEP 4
#define KERNEL_ROWS 5
#define MAP_ROWS 2
#define MAP_SOURCES 2
#define LANES_TABLE lenet_kernels_avx512
#define SINGLE_TABLE lenet_kernels_avx512_single

static inline vector v_load(const real *p) { return _mm512_load_ps(p); }
static inline vector v_load_any(const real *p) { return _mm512_loadu_ps(p); }
static inline void v_store(real *p, vector v) { _mm512_store_ps(p, v); }
static inline void v_store_any(real *p, vector v) { _mm512_storeu_ps(p, v); }
static inline vector v_set(real a) { return _mm512_set1_ps(a); }
static inline vector v_add(vector a, vector b) { return _mm512_add_ps(a, b); }
static inline vector v_sub(vector a, vector b) { return _mm512_sub_ps(a, b); }
static inline vector v_mul(vector a, vector b) { return _mm512_mul_ps(a, b); }
static inline vector v_div(vector a, vector b) { return _mm512_div_ps(a, b); }
static inline vector v_sqrt(vector a) { return _mm512_sqrt_ps(a); }
static inline vector v_max(vector a, vector b) { return _mm512_max_ps(a, b); }
static inline vector v_min(vector a, vector b) { return _mm512_min_ps(a, b); }
static inline vector v_muladd(vector a, vector b, vector c) { return _mm512_fmadd_ps(a, b, c); }

static inline vector v_if_equal(vector a, vector b, vector yes, vector no)
{
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_EQ_OQ), no, yes);
}

static inline vector v_if_greater(vector a, vector b, vector yes, vector no)
{
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), no, yes);
}

static inline vector v_load_first(const real *p, int n)
{
  return _mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
}

static inline void v_store_first(real *p, vector v, int n)
{
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), v);
}

/* gcc would rather load twice than keep what is used twice. */
static inline vector v_held(vector a)
{
  __asm__("" : "+v"(a));
  return a;
}

static inline vector v_bytes(const uint8_t *p)
{
  return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
}

static inline vector v_byte(const uint32_t *p, int n)
{
  const __m512i words = _mm512_srl_epi32(_mm512_loadu_si512(p), _mm_cvtsi32_si128(8 * n));
  return _mm512_cvtepi32_ps(_mm512_and_si512(words, _mm512_set1_epi32(255)));
}

static inline vector v_even(vector a, vector b)
{
  const __m512i at = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  return _mm512_permutex2var_ps(a, at, b);
}

static inline vector v_odd(vector a, vector b)
{
  const __m512i at = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return _mm512_permutex2var_ps(a, at, b);
}

static inline vector v_zip_low(vector a, vector b)
{
  const __m512i at = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  return _mm512_permutex2var_ps(a, at, b);
}

static inline vector v_zip_high(vector a, vector b)
{
  const __m512i at =
      _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  return _mm512_permutex2var_ps(a, at, b);
}

static inline vector v_round(vector a)
{
  return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline vector v_scale2(vector a, vector n) { return _mm512_scalef_ps(a, n); }
static inline real v_sum(vector v)
{
  __m256 eight = _mm256_add_ps(_mm512_castps512_ps256(v), _mm512_extractf32x8_ps(v, 1));
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps(eight, 1));
  __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
  return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#include "kernels/polynomials.h"

#include "kernels/arrays_template.h"
#include "kernels/conv_template.h"
#include "kernels/tiles_template.h"
#include "kernels/lanes_template.h"
#include "kernels/single_columns_template.h"
#include "kernels/single_maps_template.h"
#include "kernels/single_template.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int lenet_no_avx512_here; /* a translation unit may not be empty */
#endif
