/* int8.c - part of the C that lenet_model_save_c writes: numbers of a network in integers.
 *
 * Files of this folder are no part of the library. Their text goes into what it writes, section by
 * section; a section begins with a line of dashes and its name, and what stands before the first
 * one stays here. Each file has what all of a network's rows, of whatever kind, are made of: this
 * one or float.c after compiler.c, then rows.c, classify.c. They are C99 and need a compiler alone. */
#include "files/ccode_runtime/compiler.c"

#include <stdint.h>

/* ---- numbers -------------------------------------------------------------------------------- */

/* Cortex-M4 and its like. */
#if defined(__GNUC__) && defined(__ARM_FEATURE_SIMD32) && defined(__ARM_FEATURE_UNALIGNED) &&      \
    !defined(__ARM_BIG_ENDIAN)
#define HAS_PAIRS 1
#else
#define HAS_PAIRS 0
#endif

typedef uint16_t cell; /* between rows of the network: 0 .. 255 */
typedef int8_t weight;
typedef int32_t number; /* sums and scores */

/* What a map's sums are rounded by. */
typedef struct {
  int32_t bias; /* with the half that rounds the shift */
  int16_t factor;
  uint8_t shift;
} unit;

/* What a row makes of its sums. */
typedef struct {
  int squash; /* by tanh13, else kept within low .. high */
  int doublings, low, high;
  int share, zero; /* byte = mul(h, share) + zero */
} finish;

/* ---- pairs ---------------------------------------------------------------------------------- */

/* Two neighbouring cells, and of four weights those of two maps for them. */
#if HAS_PAIRS

/* Two products of 16 bits and their sum are one instruction. `volatile` keeps loads in their order:
 * eight sums leave no registers for what is loaded early. */
typedef uint32_t pair;
typedef struct {
  pair first, second;
} two_maps;
typedef struct __attribute__((packed, may_alias)) {
  uint32_t all;
} word;

static INLINE pair cells_at(const cell *x)
{
  pair r;
  __asm__ volatile("ldr %0, %1" : "=r"(r) : "m"(*(const word *)x));
  return r;
}

static INLINE two_maps weights_at(const weight *w)
{
  const uint32_t all = ((const word *)w)->all;
  two_maps r;
  __asm__ volatile("sxtb16 %0, %1" : "=r"(r.first) : "r"(all));
  __asm__ volatile("sxtb16 %0, %1, ror #8" : "=r"(r.second) : "r"(all));
  return r;
}

static INLINE number with_products(number sum, pair x, pair w)
{
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(x), "r"(w));
  return sum;
}

#else

typedef struct {
  number a, b;
} pair;
typedef struct {
  pair first, second;
} two_maps;

static INLINE pair cells_at(const cell *x)
{
  const pair r = {x[0], x[1]};
  return r;
}

static INLINE two_maps weights_at(const weight *w)
{
#if defined(__GNUC__)
  __asm__ volatile("" ::: "memory"); /* loads stay behind it, as above */
#endif
  const two_maps r = {{w[0], w[2]}, {w[1], w[3]}};
  return r;
}

static INLINE number with_products(number sum, pair x, pair w)
{
  return sum + x.a * w.a + x.b * w.b;
}

#endif

/* ---- closed --------------------------------------------------------------------------------- */

/* tanh in steps of 2^-13 by 64 straight lines: that of a is (a >> 10) mod 64. */
static const int16_t tanh_base[64] = {
    0,     32,    148,   391,   759,   1249,  1831,  2468,  3124,  3763,  4373,  4934,  5438,
    5893,  6257,  6602,  6874,  7095,  7311,  7463,  7603,  7708,  7818,  7864,  7936,  7986,
    8038,  8065,  8093,  8093,  8123,  8123,  -8123, -8123, -8093, -8093, -8065, -8038, -7986,
    -7936, -7864, -7818, -7708, -7603, -7463, -7311, -7095, -6874, -6602, -6257, -5893, -5438,
    -4934, -4373, -3763, -3124, -2468, -1831, -1249, -759,  -391,  -148,  -32,   0};
static const int16_t tanh_slope[64] = {
    32672, 31648, 29792, 27200, 24256, 21120, 18016, 15104, 12480, 10208, 8256,  6624, 5280,
    4160,  3328,  2592,  2048,  1632,  1248,  992,   768,   608,   448,   384,   288,  224,
    160,   128,   96,    96,    64,    64,    64,    64,    96,    96,    128,   160,  224,
    288,   384,   448,   608,   768,   992,   1248,  1632,  2048,  2592,  3328,  4160, 5280,
    6624,  8256,  10208, 12480, 15104, 18016, 21120, 24256, 27200, 29792, 31648, 32672};

static INLINE int32_t mul(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

static INLINE int32_t within(int32_t a, int32_t low, int32_t high)
{
  return a < low ? low : a > high ? high : a;
}

static INLINE int32_t saturated(int32_t a)
{
#if HAS_PAIRS
  __asm__("ssat %0, #16, %0" : "+r"(a));
  return a;
#else
  return within(a, -32768, 32767);
#endif
}

static INLINE int32_t tanh13(int32_t a)
{
  const int piece = (a >> 10) & 63;
  return tanh_base[piece] + mul(a, tanh_slope[piece]);
}

/* From a sum to the h that pools add. */
static INLINE number height(const finish *f, const unit *u, number sum)
{
  const int32_t v = saturated(sum >> u->shift);
  const int32_t a = saturated(mul(v, u->factor) * (1 << f->doublings));
  return f->squash ? tanh13(a) : within(a, f->low, f->high);
}

static INLINE cell closed(const finish *f, number h)
{
  return (cell)within(mul(h, f->share) + f->zero, 0, 255);
}

/* ---- scores --------------------------------------------------------------------------------- */

/* Of the last row. */
static INLINE number score_of(const finish *f, const unit *u, number sum)
{
  (void)f;
  return (sum >> u->shift) * u->factor;
}

/* ---- near ----------------------------------------------------------------------------------- */

static INLINE int is_near(number score, number stored) { return score == stored; }
