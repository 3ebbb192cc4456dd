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
 *   v_bytes(p)                    W bytes as numbers
 *   v_byte(p, n)                  of W words of 4 bytes the n-th byte in memory, as numbers
 *   v_exp, v_tanh_both(&a, &b)    that of one vector, that of two at once
 *   PEAK_CHAINS                   sums that multiply_adds keeps in registers: enough to hide the
 *                                 latency of all units; PEAK_CHAINS x W divides LENET_PEAK_ROUND
 * v_max(a, b) gives b where either is NaN. W stands for VECTOR_WIDTH. */

/* "full": after a plain unroll clang 14 keeps the sums of a block in memory, three times slower.
 * Under sanitizers not at all: their checks, unrolled too, take minutes to compile. */
#if defined(__clang__)
#if __has_feature(address_sanitizer)
#define UNROLL
#else
#define UNROLL _Pragma("clang loop unroll(full)")
#endif
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif
/* A loop over 0 .. n - 1, a constant, that becomes n pieces of straight code. */
#define UNROLLED(i, n) UNROLL for (int i = 0; i < (n); i++)
/* Register blocks take their size as constants; only inlined do they stay in registers. */
#define INLINE static inline __attribute__((always_inline))
enum { W = VECTOR_WIDTH };

/* ---- sums over vectors ----------------------------------------------------------------------- */

/* min(W, n) numbers, and zeros; n may be more than W here. */
INLINE vector load_up_to(const real *p, int n)
{
  return n >= W ? v_load_any(p) : v_load_first(p, n);
}

INLINE void store_up_to(real *p, vector v, int n)
{
  if (n >= W)
    v_store_any(p, v);
  else
    v_store_first(p, v, n);
}

/* One round of few_sums_of: neighbouring numbers and vectors are added, of which `used` are not 0.
 */
INLINE void add_neighbours(vector *sum, int vectors, int used)
{
  UNROLLED (i, vectors / 2)
    if (2 * i < used)
      sum[i] = v_add(v_even(sum[2 * i], sum[2 * i + 1]), v_odd(sum[2 * i], sum[2 * i + 1]));
}

/* to[i] = sum of all of v[i], for n <= W vectors at once. */
INLINE void few_sums_of(int n, const vector *v, real *to)
{
  vector sum[W];
  UNROLLED (i, W)
    sum[i] = i < n ? v[i] : v_set(0);
  if (W > 8)
    add_neighbours(sum, 16, n);
  if (W > 4)
    add_neighbours(sum, 8, (n * 8 + W - 1) / W);
  if (W > 2)
    add_neighbours(sum, 4, (n * 4 + W - 1) / W);
  add_neighbours(sum, 2, 2);
  store_up_to(to, sum[0], n);
}

/* The same for up to 32 vectors, a constant number. */
INLINE void sums_of(int count, const vector *v, real *to)
{
  UNROLLED (part, 32 / W)
    if (part * W < count)
      few_sums_of(count - part * W < W ? count - part * W : W, v + part * W, to + part * W);
}

/* ---- squashing ------------------------------------------------------------------------------- */

static const real scaled_tanh_amplitude = (real)1.7159, scaled_tanh_slope = (real)(2.0 / 3.0);

#define FOR_VECTORS(at, count) for (size_t at = 0; at < (count); at += W)

/* y = tanh y, or A tanh(S y), two vectors at a time that are the same lanes of two neighbours, so
 * that what comes out in a lane depends on nothing in another; the last may be alone. */
INLINE void squash_tanh(size_t count, real *y, bool scaled)
{
  const vector slope = v_set(scaled_tanh_slope), amplitude = v_set(scaled_tanh_amplitude);
  for (size_t at = 0; at < count; at += 2 * LENET_LANES) {
    real *next = y + (at + LENET_LANES < count ? at + LENET_LANES : at);
    UNROLL for (int lane = 0; lane < LENET_LANES; lane += W)
    {
      vector a = v_load(y + at + lane), b = v_load(next + lane);
      if (scaled)
        a = v_mul(slope, a), b = v_mul(slope, b);
      v_tanh_both(&a, &b);
      if (scaled)
        a = v_mul(amplitude, a), b = v_mul(amplitude, b);
      v_store(y + at + lane, a);
      v_store(next + lane, b);
    }
  }
}

static void squash_forward(lenet_activation activation, size_t count, real *y)
{
  const vector one = v_set(1), zero = v_set(0);
  switch (activation) {
  case LENET_TANH: squash_tanh(count, y, false); break;
  case LENET_SCALED_TANH: squash_tanh(count, y, true); break;
  case LENET_SIGMOID:
    FOR_VECTORS(at, count)
    v_store(y + at, v_div(one, v_add(one, v_exp(v_sub(zero, v_load(y + at))))));
    break;
  case LENET_RELU: FOR_VECTORS(at, count) v_store(y + at, v_max(zero, v_load(y + at))); break;
  case LENET_LINEAR:
  case LENET_SOFTMAX: break;
  }
}

/* d f'(a), from y = f(a). */
INLINE vector slope_times(lenet_activation activation, vector y, vector d)
{
  const vector one = v_set(1), zero = v_set(0);
  switch (activation) {
  case LENET_TANH: return v_mul(d, v_sub(one, v_mul(y, y))); /* f' = 1 - f^2 */
  case LENET_SCALED_TANH:                                    /* f' = S (A - f^2 / A) */
    return v_mul(d, v_sub(v_set(scaled_tanh_slope * scaled_tanh_amplitude),
                          v_mul(v_mul(y, y), v_set(scaled_tanh_slope / scaled_tanh_amplitude))));
  case LENET_SIGMOID: return v_mul(d, v_mul(y, v_sub(one, y))); /* f' = f (1 - f) */
  case LENET_RELU: return v_if_greater(y, zero, d, zero);
  case LENET_LINEAR:
  case LENET_SOFTMAX: break;
  }
  return d;
}

/* Runs the body with `activation` as a constant, `f`. */
#define FOR_ACTIVATION(activation, body)                                                           \
  switch (activation) {                                                                            \
    ACTIVATION_CASE(LENET_TANH, body)                                                              \
    ACTIVATION_CASE(LENET_SCALED_TANH, body)                                                       \
    ACTIVATION_CASE(LENET_SIGMOID, body)                                                           \
    ACTIVATION_CASE(LENET_RELU, body)                                                              \
    ACTIVATION_CASE(LENET_LINEAR, body)                                                            \
  case LENET_SOFTMAX: break;                                                                       \
  }
#define ACTIVATION_CASE(name, body)                                                                \
  case name: {                                                                                     \
    const lenet_activation f = name;                                                               \
    body;                                                                                          \
    break;                                                                                         \
  }

static void squash_backward(lenet_activation activation, size_t count, const real *y, real *dy)
{
  if (activation != LENET_LINEAR)
    FOR_ACTIVATION(activation, FOR_VECTORS(at, count) v_store(
                                   dy + at, slope_times(f, v_load(y + at), v_load(dy + at))))
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

static void average_step(size_t count, real share, const real *w, real *average)
{
  FOR_VECTORS(at, count)
  {
    const vector old = v_load(average + at);
    v_store(average + at, v_muladd(v_set(share), v_sub(v_load(w + at), old), old));
  }
}

/* Chain c starts at start + c, or a compiler may see that all are the same and run one of them. */
static void multiply_adds(long rounds, real *sink)
{
  vector sum[PEAK_CHAINS], start = v_load_any(sink);
  UNROLLED (c, PEAK_CHAINS)
    sum[c] = v_add(start, v_set((real)c));
  const vector a = v_load_any(sink + LENET_LANES), b = v_load_any(sink + 2 * LENET_LANES);
  for (long r = 0; r < rounds; r++)
    for (int part = 0; part < LENET_PEAK_ROUND / (PEAK_CHAINS * W); part++)
      UNROLLED (c, PEAK_CHAINS)
        sum[c] = v_muladd(sum[c], a, b);
  UNROLL for (int c = 1; c < PEAK_CHAINS; c++) sum[0] = v_add(sum[0], sum[c]);
  v_store_any(sink, sum[0]);
}

#define TABLE_ENTRY(name, parameters) .name = name,
