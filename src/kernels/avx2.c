/* avx2.c - the kernels for x86 processors with AVX2 and FMA: 8 floats a vector, 16 registers. */
#include "kernels/kernels.h"

#ifdef LENET_HAVE_X86_KERNELS

#include <immintrin.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif

typedef __m256 vector;

#define VECTOR_WIDTH 8
#define BLOCK_MAPS 2
#define BLOCK_PIXELS 5
#define SOLO_PIXELS 10
#define BLOCK_TAPS 1
#define BLOCK_VECTORS 2
#define PEAK_CHAINS 10
#define KERNEL_ISA LENET_ISA_AVX2
#define COLUMN_ROWS 8
#define COLUMN_TARGETS 1
#define WEIGHTS_DEEP 2
#define KERNEL_ROWS 2
#define MAP_ROWS 1
#define MAP_SOURCES 2
#define LANES_TABLE lenet_kernels_avx2
#define SINGLE_TABLE lenet_kernels_avx2_single

static inline vector v_load(const real *p) { return _mm256_load_ps(p); }
static inline vector v_load_any(const real *p) { return _mm256_loadu_ps(p); }
static inline void v_store(real *p, vector v) { _mm256_store_ps(p, v); }
static inline void v_store_any(real *p, vector v) { _mm256_storeu_ps(p, v); }
static inline vector v_set(real a) { return _mm256_set1_ps(a); }
static inline vector v_add(vector a, vector b) { return _mm256_add_ps(a, b); }
static inline vector v_sub(vector a, vector b) { return _mm256_sub_ps(a, b); }
static inline vector v_mul(vector a, vector b) { return _mm256_mul_ps(a, b); }
static inline vector v_div(vector a, vector b) { return _mm256_div_ps(a, b); }
static inline vector v_sqrt(vector a) { return _mm256_sqrt_ps(a); }
static inline vector v_max(vector a, vector b) { return _mm256_max_ps(a, b); }
static inline vector v_min(vector a, vector b) { return _mm256_min_ps(a, b); }
static inline vector v_muladd(vector a, vector b, vector c) { return _mm256_fmadd_ps(a, b, c); }

static inline vector v_if_equal(vector a, vector b, vector yes, vector no)
{
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_EQ_OQ));
}

static inline vector v_if_greater(vector a, vector b, vector yes, vector no)
{
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
}

/* 8 lanes from first_lanes + 8 - n on: ones in the first n. */
static const int32_t first_lanes[16] = {-1, -1, -1, -1, -1, -1, -1, -1};

static inline __m256i first_mask(int n)
{
  return _mm256_loadu_si256((const __m256i *)(first_lanes + 8 - n));
}

static inline vector v_load_first(const real *p, int n)
{
  return _mm256_maskload_ps(p, first_mask(n));
}

static inline void v_store_first(real *p, vector v, int n)
{
  _mm256_maskstore_ps(p, first_mask(n), v);
}

/* The 4 pairs of numbers a0 b0 a1 b1 as a0 a1 b0 b1. */
static inline vector in_order(vector v)
{
  return _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(v), 0xd8));
}

static inline vector v_held(vector a) { return a; }

static inline vector v_bytes(const uint8_t *p)
{
  return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
}

static inline vector v_byte(const uint32_t *p, int n)
{
  const __m256i words =
      _mm256_srl_epi32(_mm256_loadu_si256((const __m256i *)p), _mm_cvtsi32_si128(8 * n));
  return _mm256_cvtepi32_ps(_mm256_and_si256(words, _mm256_set1_epi32(255)));
}

static inline vector v_even(vector a, vector b) { return in_order(_mm256_shuffle_ps(a, b, 0x88)); }

static inline vector v_odd(vector a, vector b) { return in_order(_mm256_shuffle_ps(a, b, 0xdd)); }

static inline vector v_zip_low(vector a, vector b)
{
  return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x20);
}

static inline vector v_zip_high(vector a, vector b)
{
  return _mm256_permute2f128_ps(_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b), 0x31);
}

static inline vector v_round(vector a)
{
  return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline vector v_scale2(vector a, vector n)
{
  __m256i biased = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
  return _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32(biased, 23)));
}

static inline real v_sum(vector v)
{
  __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
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
typedef int lenet_no_avx2_here; /* a translation unit may not be empty */
#endif
