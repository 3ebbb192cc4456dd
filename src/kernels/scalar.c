/* scalar.c - the kernels in plain C: the specification, the oracle and the fallback. A "vector" is
 * 16 numbers in a struct, which compilers map to whatever the base processor has. Built with
 * float, and by the tests with double. */
#include "kernels/kernels.h"

#include <string.h>
#include <tgmath.h>

typedef struct {
  real lane[LENET_LANES];
} vector;

#define VECTOR_WIDTH LENET_LANES
#define BLOCK_MAPS 2
#define BLOCK_PIXELS 1
#define BLOCK_VECTORS 1
#define KERNEL_ISA LENET_ISA_SCALAR
#define KERNEL_TABLE lenet_kernels_scalar

#define EACH_LANE for (int l = 0; l < LENET_LANES; l++)

static inline vector v_load(const real *p)
{
  vector v;
  memcpy(&v, p, sizeof v);
  return v;
}
static inline vector v_load_any(const real *p) { return v_load(p); }
static inline void v_store(real *p, vector v) { memcpy(p, &v, sizeof v); }
static inline void v_store_any(real *p, vector v) { memcpy(p, &v, sizeof v); }

#define LANEWISE(name, parameters, expression)                                                     \
  static inline vector name parameters                                                             \
  {                                                                                                \
    vector r;                                                                                      \
    EACH_LANE r.lane[l] = (expression);                                                            \
    return r;                                                                                      \
  }
LANEWISE(v_set, (real a), a)
LANEWISE(v_add, (vector a, vector b), a.lane[l] + b.lane[l])
LANEWISE(v_sub, (vector a, vector b), a.lane[l] - b.lane[l])
LANEWISE(v_mul, (vector a, vector b), a.lane[l] *b.lane[l])
LANEWISE(v_div, (vector a, vector b), a.lane[l] / b.lane[l])
LANEWISE(v_sqrt, (vector a), sqrt(a.lane[l]))
LANEWISE(v_max, (vector a, vector b), a.lane[l] > b.lane[l] ? a.lane[l] : b.lane[l])
LANEWISE(v_muladd, (vector a, vector b, vector c), a.lane[l] * b.lane[l] + c.lane[l])
LANEWISE(v_if_equal, (vector a, vector b, vector yes, vector no),
         a.lane[l] == b.lane[l] ? yes.lane[l] : no.lane[l])
LANEWISE(v_if_greater, (vector a, vector b, vector yes, vector no),
         a.lane[l] > b.lane[l] ? yes.lane[l] : no.lane[l])
LANEWISE(v_exp, (vector a), exp(a.lane[l]))
LANEWISE(v_tanh, (vector a), tanh(a.lane[l]))

static inline real v_sum(vector v)
{
  /* Halves added to halves, as the vector units do it. */
  for (int half = LENET_LANES / 2; half > 0; half /= 2)
    for (int l = 0; l < half; l++)
      v.lane[l] += v.lane[l + half];
  return v.lane[0];
}

#include "kernels/lanes_template.h"
