/* arrays_template.h - the kernels over plain arrays, which know no pictures, written once over a
 * vector type; with what lanes_template.h and single_template.h have in common.
 *
 * The includer defines, for its instruction set:
 *   vector, VECTOR_WIDTH          numbers in a vector; it divides 16
 *   v_load v_store                aligned;  v_load_any v_store_any: any address
 *   v_load_first(p, n)            the first n of W numbers, 1 <= n <= W, and zeros;
 *   v_store_first(p, v, n)        neither touches memory behind the n
 *   v_set v_add v_sub v_mul v_div v_sqrt v_max v_muladd (a b + c) v_sum (of all lanes)
 *   v_if_equal(a, b, yes, no)  v_if_greater(a, b, yes, no)  lane by lane
 *   v_even(a, b)  v_odd(a, b)     of the 2 W numbers a, b those at even or odd places
 *   v_zip_low(a, b)  v_zip_high(a, b)   a0 b0 a1 b1 ...: the first or the last W of 2 W numbers
 *   v_held(a)                     a, which the compiler shall load once, not for each use
 *   v_exp v_tanh
 *   PEAK_CHAINS                   sums that multiply_adds keeps in registers: enough to hide the
 *                                 latency of all units; PEAK_CHAINS x W divides 160
 * v_max(a, b) gives b where either is NaN. W stands for VECTOR_WIDTH. */

#if defined(__clang__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif
/* Register blocks take their size as constants; only inlined do they stay in registers. */
#define INLINE static inline __attribute__((always_inline))
enum { W = VECTOR_WIDTH };

/* ---- squashing ------------------------------------------------------------------------------ */

static const real scaled_tanh_amplitude = (real)1.7159, scaled_tanh_slope = (real)(2.0 / 3.0);

#define FOR_VECTORS(at, count) for (size_t at = 0; at < (count); at += W)

static void squash_forward(lenet_activation activation, size_t count, real *y)
{
  const vector one = v_set(1), zero = v_set(0);
  switch (activation) {
  case LENET_TANH:
    FOR_VECTORS(at, count) v_store(y + at, v_tanh(v_load(y + at)));
    break;
  case LENET_SCALED_TANH:
    FOR_VECTORS(at, count)
    v_store(y + at, v_mul(v_set(scaled_tanh_amplitude),
                          v_tanh(v_mul(v_set(scaled_tanh_slope), v_load(y + at)))));
    break;
  case LENET_SIGMOID:
    FOR_VECTORS(at, count)
    v_store(y + at, v_div(one, v_add(one, v_exp(v_sub(zero, v_load(y + at))))));
    break;
  case LENET_RELU:
    FOR_VECTORS(at, count) v_store(y + at, v_max(zero, v_load(y + at)));
    break;
  case LENET_LINEAR:
  case LENET_SOFTMAX: break;
  }
}

static void squash_backward(lenet_activation activation, size_t count, const real *y, real *dy)
{
  const vector one = v_set(1), zero = v_set(0);
  switch (activation) {
  case LENET_TANH: /* f' = 1 - f^2 */
    FOR_VECTORS(at, count)
    {
      vector f = v_load(y + at);
      v_store(dy + at, v_mul(v_load(dy + at), v_sub(one, v_mul(f, f))));
    }
    break;
  case LENET_SCALED_TANH: /* f' = S (A - f^2 / A) */
    FOR_VECTORS(at, count)
    {
      vector f = v_load(y + at);
      vector slope = v_sub(v_set(scaled_tanh_slope * scaled_tanh_amplitude),
                           v_mul(v_mul(f, f), v_set(scaled_tanh_slope / scaled_tanh_amplitude)));
      v_store(dy + at, v_mul(v_load(dy + at), slope));
    }
    break;
  case LENET_SIGMOID: /* f' = f (1 - f) */
    FOR_VECTORS(at, count)
    {
      vector f = v_load(y + at);
      v_store(dy + at, v_mul(v_load(dy + at), v_mul(f, v_sub(one, f))));
    }
    break;
  case LENET_RELU:
    FOR_VECTORS(at, count)
    v_store(dy + at, v_if_greater(v_load(y + at), zero, v_load(dy + at), zero));
    break;
  case LENET_LINEAR:
  case LENET_SOFTMAX: break;
  }
}

/* ---- sums and steps over whole parameter arrays ---------------------------------------------- */

static void reduce(size_t count, int parts, size_t stride, real scale, const real *part, real *sum)
{
  FOR_VECTORS(at, count)
  {
    vector total = v_load(part + at);
    for (int b = 1; b < parts; b++)
      total = v_add(total, v_load(part + b * stride + at));
    v_store(sum + at, v_mul(total, v_set(scale)));
  }
}

/* move + decay w, or move alone. */
INLINE vector with_decay(const real *decay, size_t at, vector weight, vector move)
{
  return decay ? v_muladd(v_load(decay + at), weight, move) : move;
}

static void sgd_step(size_t count, real rate, real momentum, const real *decay, const real *g,
                     real *v, real *w)
{
  const vector keep = v_set(momentum), back = v_set(-rate);
  FOR_VECTORS(at, count)
  {
    vector velocity = v_muladd(keep, v_load(v + at), v_load(g + at));
    v_store(v + at, velocity);
    vector weight = v_load(w + at);
    vector move = with_decay(decay, at, weight, velocity);
    v_store(w + at, v_muladd(back, move, weight));
  }
}

static void adam_step(size_t count, const lenet_adam_step *step, const real *decay, const real *g,
                      real *m, real *v, real *w)
{
  const vector beta1 = v_set(step->beta1), beta2 = v_set(step->beta2);
  const vector rest1 = v_set(1 - step->beta1), rest2 = v_set(1 - step->beta2);
  FOR_VECTORS(at, count)
  {
    vector gradient = v_load(g + at);
    vector mean = v_muladd(beta1, v_load(m + at), v_mul(rest1, gradient));
    vector square = v_muladd(beta2, v_load(v + at), v_mul(rest2, v_mul(gradient, gradient)));
    v_store(m + at, mean);
    v_store(v + at, square);
    vector root = v_sqrt(v_mul(square, v_set(step->correction2)));
    vector move = v_div(v_mul(mean, v_set(step->correction1)), v_add(root, v_set(step->epsilon)));
    vector weight = v_load(w + at);
    move = with_decay(decay, at, weight, move);
    v_store(w + at, v_muladd(v_set(-step->rate), move, weight));
  }
}

static void sdlm_step(size_t count, real rate, const real *decay, const real *own, const real *g,
                      real *w)
{
  const vector back = v_set(-rate);
  FOR_VECTORS(at, count)
  {
    vector weight = v_load(w + at);
    vector move = with_decay(decay, at, weight, v_load(g + at));
    v_store(w + at, v_muladd(v_mul(back, v_load(own + at)), move, weight));
  }
}

static void multiply_adds(long rounds, real *sink)
{
  vector sum[PEAK_CHAINS];
  UNROLL for (int c = 0; c < PEAK_CHAINS; c++)
    sum[c] = v_load_any(sink);
  const vector a = v_load_any(sink + LENET_LANES), b = v_load_any(sink + 2 * LENET_LANES);
  for (long r = 0; r < rounds; r++)
    for (int part = 0; part < 160 / (PEAK_CHAINS * W); part++)
      UNROLL for (int c = 0; c < PEAK_CHAINS; c++)
        sum[c] = v_muladd(sum[c], a, b);
  UNROLL for (int c = 1; c < PEAK_CHAINS; c++)
    sum[0] = v_add(sum[0], sum[c]);
  v_store_any(sink, sum[0]);
}

#define TABLE_ENTRY(name, parameters) .name = name,
