/* int8_vnni.c - the integer kernels for x86 processors with AVX-512 BW, VL and VNNI. */
#include "kernels/int8.h"
#include "kernels/int8_unroll.h"

#ifdef LENET_HAVE_X86_KERNELS

#include <immintrin.h>
#include <string.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni,avx2"))), \
                             apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx512f,avx512bw,avx512vl,avx512vnni,avx2")
#endif

typedef __m512i words, halves, octets, bytes_in, weights, sums;

#define W 16
#define SIGNED_INPUTS 0
#define CONV_MAPS 6
#define DENSE_UNITS 16
#define KERNEL_ISA LENET_ISA_AVX512
#define INT8_TABLE lenet_int8_vnni

static inline bytes_in x_load(const uint8_t *p) { return _mm512_load_si512(p); }

static inline weights w_load(const int8_t *p)
{
  int32_t four;
  memcpy(&four, p, sizeof four);
  return _mm512_set1_epi32(four);
}

static inline sums s_start(int32_t bias) { return _mm512_set1_epi32(bias); }

/* Of the intrinsic gcc 12 makes copies of the sum, and has no registers left for them. */
static inline sums s_dot(sums s, bytes_in x, weights w)
{
  __asm__("vpdpbusd %2, %1, %0" : "+v"(s) : "v"(x), "v"(w));
  return s;
}

static inline words s_end(sums s) { return s; }

static inline void i_store(int32_t *p, words a) { _mm512_store_si512(p, a); }
static inline words i_set(int32_t a) { return _mm512_set1_epi32(a); }
static inline words i_add(words a, words b) { return _mm512_add_epi32(a, b); }
static inline words i_mul(words a, words b) { return _mm512_mullo_epi32(a, b); }
static inline words i_max(words a, words b) { return _mm512_max_epi32(a, b); }
static inline words i_shift(words a, int32_t n) { return _mm512_srav_epi32(a, i_set(n)); }

static inline words u_load(const uint8_t *p) { return _mm512_load_si512(p); }
static inline void u_store(uint8_t *p, words a) { _mm512_store_si512(p, a); }
static inline words u_or(words a, words b) { return _mm512_or_si512(a, b); }
static inline words u_up(words a, int n) { return _mm512_sll_epi32(a, _mm_cvtsi32_si128(8 * n)); }

static inline words u_low(words a, int n)
{
  return _mm512_and_si512(a, _mm512_set1_epi32((1 << 8 * n) - 1));
}

static inline words u_byte(words a, int n)
{
  return u_low(_mm512_srl_epi32(a, _mm_cvtsi32_si128(8 * n)), 1);
}

static inline halves h_pack(words a, words b) { return _mm512_packs_epi32(a, b); }
static inline halves h_set(int16_t a) { return _mm512_set1_epi16(a); }
static inline halves h_mul(halves a, halves b) { return _mm512_mulhrs_epi16(a, b); }
static inline halves h_add(halves a, halves b) { return _mm512_add_epi16(a, b); }
static inline halves h_adds(halves a, halves b) { return _mm512_adds_epi16(a, b); }
static inline halves h_min(halves a, halves b) { return _mm512_min_epi16(a, b); }
static inline halves h_max(halves a, halves b) { return _mm512_max_epi16(a, b); }

static inline halves h_quads(const int16_t *p)
{
  return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)p));
}

/* The instruction reads the low 6 bits of each index. */
static inline halves h_of_piece(const int16_t table[LENET_PIECES], halves piece)
{
  return _mm512_permutex2var_epi16(_mm512_loadu_si512(table), piece,
                                   _mm512_loadu_si512(table + 32));
}

static inline halves h_tanh(halves a)
{
  halves piece = _mm512_srai_epi16(a, 10);
  return h_add(h_of_piece(lenet_int8_base, piece), h_mul(a, h_of_piece(lenet_int8_slope, piece)));
}

static inline octets o_pack(halves a, halves b)
{
  const __m128i order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  return _mm512_shuffle_epi8(_mm512_packus_epi16(a, b), _mm512_broadcast_i32x4(order));
}

static inline octets o_load(const uint8_t *p) { return _mm512_load_si512(p); }
static inline void o_store(uint8_t *p, octets a) { _mm512_store_si512(p, a); }
static inline octets o_max(octets a, octets b) { return _mm512_max_epu8(a, b); }

/* Sixteen lines of sixteen words become sixteen cells of sixteen words. */
INLINE void transpose(__m512i r[16])
{
  __m512i t[16];
  UNROLL for (int i = 0; i < 16; i += 2)
  {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  UNROLL for (int i = 0; i < 16; i += 4) UNROLL for (int j = 0; j < 2; j++)
  {
    r[i + 2 * j] = _mm512_unpacklo_epi64(t[i + j], t[i + j + 2]);
    r[i + 2 * j + 1] = _mm512_unpackhi_epi64(t[i + j], t[i + j + 2]);
  }
  UNROLL for (int i = 0; i < 4; i++)
  {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  UNROLL for (int i = 0; i < 4; i++)
  {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

/* Bytes first .. first + 63 of one picture's line. */
INLINE __m512i line_of(const lenet_int8_line *line, const uint8_t *pixels, int l, int first)
{
  const int left = line->left - first, right = left + line->width;
  const __m512i ground = (size_t)first + 64 <= lenet_int8_ground(line->columns)
                             ? _mm512_loadu_si512(line->ground + first)
                             : _mm512_setzero_si512();
  if (l >= line->count || right <= 0 || left >= 64)
    return ground;
  __mmask64 there = right < 64 ? ((__mmask64)1 << right) - 1 : ~(__mmask64)0;
  if (left > 0)
    there &= ~(__mmask64)0 << left;
  return _mm512_mask_loadu_epi8(ground, there, pixels + (ptrdiff_t)(l * line->pitch) - left);
}

/* The cells of four columns: the first is a word of the lines, those behind it are made of two. */
INLINE void store_cells(uint8_t *x, __m512i low, __m512i high, int columns)
{
  _mm512_store_si512(x, low);
  if (columns > 1)
    _mm512_store_si512(x + LENET_CELL,
                       _mm512_or_si512(_mm512_srli_epi32(low, 8), _mm512_slli_epi32(high, 24)));
  if (columns > 2)
    _mm512_store_si512(x + 2 * LENET_CELL,
                       _mm512_or_si512(_mm512_srli_epi32(low, 16), _mm512_slli_epi32(high, 16)));
  if (columns > 3)
    _mm512_store_si512(x + 3 * LENET_CELL,
                       _mm512_or_si512(_mm512_srli_epi32(low, 24), _mm512_slli_epi32(high, 8)));
}

#define STORE(word)                                                                                \
  if (4 * word < here)                                                                             \
    store_cells(to + 4 * word * LENET_CELL, r[word], r[word + 1], here - 4 * word);

#define HAS_LOAD 1
static void int8_load(const lenet_int8_line *line, const uint8_t *pixels, uint8_t *x)
{
  for (int first = 0; first < line->columns; first += 60) {
    __m512i r[16];
    UNROLL for (int l = 0; l < 16; l++) r[l] = line_of(line, pixels, l, first);
    transpose(r);
    const int here = line->columns - first < 60 ? line->columns - first : 60;
    uint8_t *to = x + (size_t)first * LENET_CELL;
    STORE(0)
    STORE(1)
    STORE(2)
    STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9) STORE(10) STORE(11) STORE(12)
        STORE(13) STORE(14)
  }
}

#include "kernels/int8_template.h"

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#else
typedef int lenet_no_vnni_here; /* a translation unit may not be empty */
#endif
