/* int8_avx2.c - the integer kernels for x86 processors with AVX2. There the instruction that
 * multiplies bytes adds pairs of products in 16 bits and saturates, so bytes are widened: the even
 * and the odd ones of four, each pair's products added in 32 bits. */
#include "kernels/int8.h"

#ifdef LENET_HAVE_X86_KERNELS

#include <immintrin.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2")
#endif

typedef __m256i words, halves, octets, sums;
typedef struct {
  __m256i even, odd;
} bytes_in, weights;

#define W 8
#define SIGNED_INPUTS 0
#define CONV_MAPS 2
#define DENSE_UNITS 8
#define KERNEL_ISA LENET_ISA_AVX2
#define INT8_TABLE lenet_int8_avx2

static inline __m256i load(const void *p) { return _mm256_load_si256((const __m256i *)p); }

static inline bytes_in x_load(const uint8_t *p)
{
  const __m256i x = load(p);
  return (bytes_in){_mm256_and_si256(x, _mm256_set1_epi16(255)), _mm256_srli_epi16(x, 8)};
}

static inline weights w_load(const int8_t *p)
{
  int32_t four;
  memcpy(&four, p, sizeof four);
  const __m256i w = _mm256_set1_epi32(four);
  return (weights){_mm256_srai_epi16(_mm256_slli_epi16(w, 8), 8), _mm256_srai_epi16(w, 8)};
}

static inline sums s_start(int32_t bias) { return _mm256_set1_epi32(bias); }

static inline sums s_dot(sums s, bytes_in x, weights w)
{
  return _mm256_add_epi32(
      s, _mm256_add_epi32(_mm256_madd_epi16(x.even, w.even), _mm256_madd_epi16(x.odd, w.odd)));
}

static inline words s_end(sums s) { return s; }

static inline void i_store(int32_t *p, words a) { _mm256_store_si256((__m256i *)p, a); }
static inline words i_set(int32_t a) { return _mm256_set1_epi32(a); }
static inline words i_add(words a, words b) { return _mm256_add_epi32(a, b); }
static inline words i_mul(words a, words b) { return _mm256_mullo_epi32(a, b); }
static inline words i_max(words a, words b) { return _mm256_max_epi32(a, b); }
static inline words i_shift(words a, int32_t n) { return _mm256_srav_epi32(a, i_set(n)); }

static inline words u_load(const uint8_t *p) { return load(p); }
static inline void u_store(uint8_t *p, words a) { _mm256_store_si256((__m256i *)p, a); }
static inline words u_or(words a, words b) { return _mm256_or_si256(a, b); }
static inline words u_up(words a, int n) { return _mm256_sll_epi32(a, _mm_cvtsi32_si128(8 * n)); }

static inline words u_low(words a, int n)
{
  return _mm256_and_si256(a, _mm256_set1_epi32((1 << 8 * n) - 1));
}

static inline words u_byte(words a, int n)
{
  return u_low(_mm256_srl_epi32(a, _mm_cvtsi32_si128(8 * n)), 1);
}

static inline halves h_pack(words a, words b) { return _mm256_packs_epi32(a, b); }
static inline halves h_set(int16_t a) { return _mm256_set1_epi16(a); }
static inline halves h_mul(halves a, halves b) { return _mm256_mulhrs_epi16(a, b); }
static inline halves h_add(halves a, halves b) { return _mm256_add_epi16(a, b); }
static inline halves h_adds(halves a, halves b) { return _mm256_adds_epi16(a, b); }
static inline halves h_min(halves a, halves b) { return _mm256_min_epi16(a, b); }
static inline halves h_max(halves a, halves b) { return _mm256_max_epi16(a, b); }

static inline halves h_quads(const int16_t *p)
{
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)p));
}

/* Of each int32 the low half: two numbers of the table from where the index points. The last piece
 * is read with the number before it. */
static inline __m256i pieces_of(const int16_t table[LENET_PIECES], __m256i piece)
{
  const __m256i end = _mm256_set1_epi32(LENET_PIECES - 1);
  const __m256i at = _mm256_min_epi32(piece, _mm256_sub_epi32(end, _mm256_set1_epi32(1)));
  const __m256i two = _mm256_i32gather_epi32((const int *)(const void *)table, at, 2);
  const __m256i last = _mm256_cmpeq_epi32(piece, end);
  return _mm256_srai_epi32(_mm256_blendv_epi8(_mm256_slli_epi32(two, 16), two, last), 16);
}

static inline halves h_of_piece(const int16_t table[LENET_PIECES], halves piece)
{
  const __m256i even = pieces_of(table, _mm256_and_si256(piece, _mm256_set1_epi32(0xffff)));
  const __m256i odd = pieces_of(table, _mm256_srli_epi32(piece, 16));
  return _mm256_blend_epi16(even, _mm256_slli_epi32(odd, 16), 0xaa);
}

static inline halves h_tanh(halves a)
{
  const halves piece =
      _mm256_and_si256(_mm256_srai_epi16(a, 10), _mm256_set1_epi16(LENET_PIECES - 1));
  return h_add(h_of_piece(lenet_int8_base, piece), h_mul(a, h_of_piece(lenet_int8_slope, piece)));
}

static inline octets o_pack(halves a, halves b)
{
  const __m128i order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm256_shuffle_epi8(_mm256_packus_epi16(a, b), _mm256_broadcastsi128_si256(order));
}

static inline octets o_load(const uint8_t *p) { return load(p); }
static inline void o_store(uint8_t *p, octets a) { _mm256_store_si256((__m256i *)p, a); }
static inline octets o_max(octets a, octets b) { return _mm256_max_epu8(a, b); }

#include "kernels/int8_template.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int lenet_no_int8_avx2_here; /* a translation unit may not be empty */
#endif
