/* The float library against PyTorch in double: outputs, loss, gradients, ten steps of SGD and
 * Adam, for six networks and every instruction set of this machine. */
#include "golden/golden.h"

/* Float keeps 24 bits: one rounding has a normalised squared error of about 1e-15, and some
 * hundred of them add up in a pass. Measured: 3e-13, 4e-15, 2e-12, 2e-11, 2e-10. Adam's is the
 * largest as it divides a gradient by its own size, which shows the error of the small ones.
 * A distance of 80, a sum of 84 squares, is off by some 5e-6, and so is the logarithm of its
 * probability: 2e-11. */
static const golden_bounds bounds = {.probabilities = 1e-12,
                                     .loss = 1e-13,
                                     .gradient = 1e-11,
                                     .sgd = 1e-10,
                                     .adam = 1e-9,
                                     .distances = 100};

static void test_isa(lenet_isa isa)
{
  if (!lenet_isa_available(isa))
    skip();
  golden_check(isa, &bounds);
}

static void test_scalar(void **state)
{
  (void)state;
  test_isa(LENET_ISA_SCALAR);
}

static void test_avx2(void **state)
{
  (void)state;
  test_isa(LENET_ISA_AVX2);
}

static void test_avx512(void **state)
{
  (void)state;
  test_isa(LENET_ISA_AVX512);
}

static void test_neon(void **state)
{
  (void)state;
  test_isa(LENET_ISA_NEON);
}

static void test_wasm(void **state)
{
  (void)state;
  test_isa(LENET_ISA_WASM);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scalar), cmocka_unit_test(test_avx2), cmocka_unit_test(test_avx512),
      cmocka_unit_test(test_neon),   cmocka_unit_test(test_wasm),
  };
  return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
