/* The random numbers: known answers of Philox4x32-10, the place in the sequence, and moments. */
#include "base/rng.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>

/* philox4x32 10 rounds, from the file kat_vectors of Random123 (Salmon et al. 2011). */
static void test_known_answers(void **state)
{
  (void)state;
  static const struct {
    uint32_t counter[4], key[2], out[4];
  } known[] = {
      {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
       {0xffffffff, 0xffffffff},
       {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
      {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
       {0xa4093822, 0x299f31d0},
       {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    uint32_t out[4];
    lenet_philox(known[i].key, known[i].counter, out);
    for (int word = 0; word < 4; word++)
      assert_int_equal(out[word], known[i].out[word]);
  }
}

/* Number n of a place is word n % 4 of block n / 4; seed, stream and index each change all. */
static void test_place(void **state)
{
  (void)state;
  const uint64_t seed = 0x0123456789abcdefu, index = 0xfedcba9876543210u;
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_SYNTHETIC, index);
  for (uint32_t n = 0; n < 40; n++) {
    const uint32_t key[2] = {0x89abcdef, 0x01234567};
    const uint32_t counter[4] = {n / 4, LENET_STREAM_SYNTHETIC, 0x76543210, 0xfedcba98};
    uint32_t out[4];
    lenet_philox(key, counter, out);
    assert_int_equal(lenet_rng_u32(&rng), out[n % 4]);
  }
}

static void test_moments(void **state)
{
  (void)state;
  enum { N = 200000 };
  lenet_rng rng = lenet_rng_at(1, LENET_STREAM_WEIGHTS, 0);
  double sum = 0, squares = 0, product = 0, last = 0.5;
  for (int i = 0; i < N; i++) {
    double u = lenet_rng_uniform(&rng);
    assert_true(u >= 0 && u < 1);
    sum += u;
    squares += (u - 0.5) * (u - 0.5);
    product += (u - 0.5) * (last - 0.5);
    last = u;
  }
  /* 5 standard deviations of the mean of N draws, here and below */
  assert_true(fabs(sum / N - 0.5) < 5 * sqrt(1 / 12.0 / N));
  assert_true(fabs(squares / N - 1 / 12.0) < 5 * sqrt(1 / 180.0 / N));
  assert_true(fabs(product / N) < 5 / 12.0 / sqrt(N)); /* neighbours know nothing of each other */

  sum = squares = product = 0;
  int inside = 0;
  for (int i = 0; i < N; i++) {
    double z = lenet_rng_normal(&rng);
    sum += z;
    squares += z * z;
    product += z * z * z * z;
    inside += fabs(z) < 1;
  }
  assert_true(fabs(sum / N) < 5 / sqrt(N));
  assert_true(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
  assert_true(fabs(product / N - 3) < 5 * sqrt(96.0 / N)); /* fourth moment; var z^4 = 105 - 9 */
  assert_true(fabs((double)inside / N - 0.682689492) < 5 * sqrt(0.2166 / N));

  sum = 0;
  for (int i = 0; i < N; i++) {
    double a = lenet_rng_range(&rng, -3, 5);
    assert_true(a >= -3 && a < 5);
    sum += a;
  }
  assert_true(fabs(sum / N - 1) < 5 * sqrt(64 / 12.0 / N));
}

static void test_below(void **state)
{
  (void)state;
  lenet_rng rng = lenet_rng_at(2, LENET_STREAM_SHUFFLE, 7);
  enum { N = 100000, CLASSES = 10 };
  int count[CLASSES] = {0};
  for (int i = 0; i < N; i++) {
    uint32_t k = lenet_rng_below(&rng, CLASSES);
    assert_true(k < CLASSES);
    count[k]++;
  }
  double chi = 0;
  for (int k = 0; k < CLASSES; k++)
    chi += pow(count[k] - N / (double)CLASSES, 2) / (N / (double)CLASSES);
  assert_true(chi < 33.7); /* 9 degrees of freedom: exceeded once in 10,000 */
  assert_true(chi > 0.6);  /* and not suspiciously even: undercut once in 15,000 */

  /* Below 3 x 2^30 a plain remainder would give the lowest third half of all draws. */
  int low = 0;
  for (int i = 0; i < N; i++)
    low += lenet_rng_below(&rng, 3u << 30) < 1u << 30;
  assert_true(fabs((double)low / N - 1 / 3.0) < 5 * sqrt(2 / 9.0 / N));

  for (int i = 0; i < 100; i++)
    assert_int_equal(lenet_rng_below(&rng, 1), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_known_answers),
      cmocka_unit_test(test_place),
      cmocka_unit_test(test_moments),
      cmocka_unit_test(test_below),
  };
  return cmocka_run_group_tests_name("rng", tests, NULL, NULL);
}
