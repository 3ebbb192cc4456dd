/* scalar.c - the kernels without any instruction set in mind: the specification, the oracle and the
 * fallback. A "vector" is 16 bytes of numbers in the compiler's generic vector type, which it maps
 * to whatever the base processor has, down to plain scalars. Built with float, and by the tests
 * with double. */
#include "kernels/kernels.h"

#include <limits.h>
#include <string.h>
#include <tgmath.h>

enum { LANES_HERE = 16 / sizeof(real) };
typedef real vector __attribute__((vector_size(16)));

#define VECTOR_WIDTH LANES_HERE
#define BLOCK_MAPS 2
#define BLOCK_PIXELS 4
#define SOLO_PIXELS 4
#define BLOCK_TAPS 1
#define BLOCK_VECTORS 2
#define PEAK_CHAINS 10
#define KERNEL_ISA LENET_ISA_SCALAR
#define COLUMN_ROWS 8
#define COLUMN_TARGETS 1
#define WEIGHTS_DEEP 2
#define KERNEL_ROWS 1
#define MAP_ROWS 1
#define MAP_SOURCES 1
#define LANES_TABLE lenet_kernels_scalar
#define SINGLE_TABLE lenet_kernels_scalar_single

static inline vector v_load(const real *p)
{
  vector v;
  memcpy(&v, p, sizeof v);
  return v;
}
static inline vector v_load_any(const real *p) { return v_load(p); }
static inline void v_store(real *p, vector v) { memcpy(p, &v, sizeof v); }
static inline void v_store_any(real *p, vector v) { memcpy(p, &v, sizeof v); }
static inline vector v_add(vector a, vector b) { return a + b; }
static inline vector v_sub(vector a, vector b) { return a - b; }
static inline vector v_mul(vector a, vector b) { return a * b; }
static inline vector v_div(vector a, vector b) { return a / b; }
static inline vector v_muladd(vector a, vector b, vector c) { return a * b + c; }

#define EACH_LANE for (int l = 0; l < LANES_HERE; l++)

static inline vector v_set(real a)
{
  vector r;
  EACH_LANE r[l] = a;
  return r;
}

static inline vector v_load_first(const real *p, int n)
{
  vector v = {0};
  memcpy(&v, p, (size_t)n * sizeof *p);
  return v;
}

static inline void v_store_first(real *p, vector v, int n) { memcpy(p, &v, (size_t)n * sizeof *p); }

static inline vector v_held(vector a) { return a; }

static inline vector v_bytes(const uint8_t *p)
{
  vector r;
  EACH_LANE r[l] = p[l];
  return r;
}

static inline vector v_byte(const uint32_t *p, int n)
{
  vector r;
  EACH_LANE r[l] = ((const uint8_t *)(p + l))[n];
  return r;
}

static inline vector v_even(vector a, vector b)
{
  vector r;
  EACH_LANE r[l] = 2 * l < LANES_HERE ? a[2 * l % LANES_HERE] : b[2 * l % LANES_HERE];
  return r;
}

static inline vector v_odd(vector a, vector b)
{
  vector r;
  EACH_LANE r[l] = 2 * l < LANES_HERE ? a[(2 * l + 1) % LANES_HERE] : b[(2 * l + 1) % LANES_HERE];
  return r;
}

static inline vector v_zip_low(vector a, vector b)
{
  vector r;
  EACH_LANE r[l] = l % 2 ? b[l / 2] : a[l / 2];
  return r;
}

static inline vector v_zip_high(vector a, vector b)
{
  vector r;
  EACH_LANE r[l] = l % 2 ? b[(l + LANES_HERE) / 2] : a[(l + LANES_HERE) / 2];
  return r;
}

static inline vector v_max(vector a, vector b)
{
  vector r;
  EACH_LANE r[l] = a[l] > b[l] ? a[l] : b[l];
  return r;
}

static inline vector v_if_equal(vector a, vector b, vector yes, vector no)
{
  vector r;
  EACH_LANE r[l] = a[l] == b[l] ? yes[l] : no[l];
  return r;
}

static inline vector v_if_greater(vector a, vector b, vector yes, vector no)
{
  vector r;
  EACH_LANE r[l] = a[l] > b[l] ? yes[l] : no[l];
  return r;
}

static inline vector v_sqrt(vector a)
{
  vector r;
  EACH_LANE r[l] = sqrt(a[l]);
  return r;
}

static inline vector v_exp(vector a)
{
  vector r;
  EACH_LANE r[l] = exp(a[l]);
  return r;
}

static inline void v_tanh_both(vector *a, vector *b)
{
  EACH_LANE(*a)[l] = tanh((*a)[l]);
  EACH_LANE(*b)[l] = tanh((*b)[l]);
}

/* Halves are added to halves, as the vector units do it. */
static inline real v_sum(vector v)
{
  for (int half = LANES_HERE / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++)
      v[l] += v[l + half];
  return v[0];
}

#include "kernels/arrays_template.h"
#include "kernels/conv_template.h"
#include "kernels/tiles_template.h"
#include "kernels/lanes_template.h"
#include "kernels/single_columns_template.h"
#include "kernels/single_maps_template.h"
#include "kernels/single_template.h"
