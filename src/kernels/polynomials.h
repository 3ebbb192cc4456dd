/* polynomials.h - exp and tanh of whole vectors, for instruction sets that have no libm.
 *
 * The includer defines `vector` and the v_ functions listed in arrays_template.h, and
 *   v_round(a)       nearest integer, as a number
 *   v_scale2(a, n)   a x 2^n for whole n in -126 .. 127
 *   v_min(a, b)      gives b where either is NaN, as v_max does
 *
 * The coefficients are minimax fits (Lawson's iteration) of our own: exp on +-ln2/2 has a relative
 * error of 0.05 x 2^-24 before rounding, tanh on +-8.8 one of 0.28 x 2^-24. What comes out is
 * within 4 ulp of the true value for exp and 8 for tanh; NaN stays NaN. */

/* exp(a) = 2^n exp(r), n = round(a / ln 2), |r| <= ln2 / 2. Arguments are clamped to where the
 * result is a normal float: -87.3 .. 88.3. */
static inline vector v_exp(vector a)
{
  vector x = v_min(v_set(88.3f), v_max(v_set(-87.3f), a)); /* this order lets a NaN through */
  vector n = v_round(v_mul(x, v_set(1.44269504f)));
  /* ln 2 in two parts, so that r loses no bits */
  vector r = v_muladd(n, v_set(-0.693359375f), x);
  r = v_muladd(n, v_set(2.12194440e-4f), r);
  vector q = v_set(0.0013814540579915047f);
  q = v_muladd(q, r, v_set(0.00836874544620514f));
  q = v_muladd(q, r, v_set(0.04166838899254799f));
  q = v_muladd(q, r, v_set(0.1666652113199234f));
  q = v_muladd(q, r, v_set(0.4999999403953552f));
  vector e = v_muladd(v_mul(r, r), q, v_add(r, v_set(1.0f)));
  return v_scale2(e, n);
}

/* tanh(a) = a P(a^2) / Q(a^2): returns a P, and Q, which is 1 or more. Beyond 8.8, where a float
 * tanh is 1, P and Q stay as they are there and the quotient grows, for the caller to cut. */
static inline vector v_tanh_parts(vector a, vector *q)
{
  const vector one = v_set(1.0f);
  const vector s = v_min(v_mul(a, a), v_set(77.44f)); /* this order makes a NaN 77.44 in P and Q */
  vector p = v_set(1.3714681242119362e-08f);
  p = v_muladd(p, s, v_set(2.086539431721093e-05f));
  p = v_muladd(p, s, v_set(0.003511053572385398f));
  p = v_muladd(p, s, v_set(0.13394020265073814f));
  p = v_muladd(p, s, one);
  vector r = v_set(7.922791227274203e-07f);
  r = v_muladd(r, s, v_set(0.00033109973907973373f));
  r = v_muladd(r, s, v_set(0.025935730184038174f));
  r = v_muladd(r, s, v_set(0.46727339076932456f));
  *q = v_muladd(r, s, one);
  return v_mul(a, p);
}

/* Cut to -1 .. 1; this order lets a NaN through. */
static inline vector v_within_one(vector a) { return v_min(v_set(1.0f), v_max(v_set(-1.0f), a)); }

/* tanh of two vectors, which share one division, the slowest instruction of all:
 * 1 / Q = Q' / (Q Q'). A NaN stays in its own place. */
static inline void v_tanh_both(vector *a, vector *b)
{
  vector q, q2;
  const vector p = v_tanh_parts(*a, &q), p2 = v_tanh_parts(*b, &q2);
  const vector share = v_div(v_set(1.0f), v_mul(q, q2));
  *a = v_within_one(v_mul(p, v_mul(q2, share)));
  *b = v_within_one(v_mul(p2, v_mul(q, share)));
}
