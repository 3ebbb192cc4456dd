/* polynomials.h - exp and tanh of whole vectors, for instruction sets that have no libm.
 *
 * The includer defines `vector` and the v_ functions listed in arrays_template.h, and
 *   v_round(a)       nearest integer, as a number
 *   v_scale2(a, n)   a x 2^n for whole n in -126 .. 127
 *   v_min, v_abs, v_copysign(magnitude, sign)
 *
 * The coefficients are minimax fits (Lawson's iteration) of our own: exp on +-ln2/2 has a relative
 * error of 0.05 x 2^-24 before rounding, tanh below 0.625 one of 0.07 x 2^-24. Both results are
 * within 4 ulp of the true value; NaN stays NaN. */

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

/* tanh(a) = a + a^3 P(a^2) below 0.625, else 1 - 2 / (exp(2|a|) + 1) with the sign of a. */
static inline vector v_tanh(vector a)
{
  vector magnitude = v_abs(a);
  vector s = v_mul(a, a);
  vector p = v_set(-0.005717045161873102f);
  p = v_muladd(p, s, v_set(0.02065058797597885f));
  p = v_muladd(p, s, v_set(-0.05374349653720856f));
  p = v_muladd(p, s, v_set(0.13331490755081177f));
  p = v_muladd(p, s, v_set(-0.3333328366279602f));
  vector small = v_muladd(v_mul(p, s), a, a);
  vector e = v_exp(v_add(magnitude, magnitude));
  vector large = v_sub(v_set(1.0f), v_div(v_set(2.0f), v_add(e, v_set(1.0f))));
  return v_if_greater(magnitude, v_set(0.625f), v_copysign(large, a), small);
}
