/* The float library against PyTorch in double: outputs, loss, gradients, ten steps of SGD and
 * Adam, for four networks and every instruction set of this machine. */
#include "golden/golden.h"

/* Float keeps 24 bits, so one rounding has a normalised squared error of about 1e-15. Forward and
 * backward passes add up some hundred of them. Adam divides a gradient by its own size, which
 * shows the error of the smallest ones in full. */
static const golden_bounds bounds = {
    .probabilities = 1e-12, .loss = 1e-12, .gradient = 1e-11, .sgd = 1e-10, .adam = 1e-7};

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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_scalar),
      cmocka_unit_test(test_avx2),
      cmocka_unit_test(test_avx512),
  };
  return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
