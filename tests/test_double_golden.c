/* The double library against PyTorch in double: the same mathematics, so the same numbers. */
#include "golden/golden.h"

/* Normalised squared errors: 1e-26 is a relative error of 1e-13. Measured: 2e-29 at most. */
static const golden_bounds bounds = {.probabilities = 1e-26,
                                     .loss = 1e-26,
                                     .gradient = 1e-26,
                                     .sgd = 1e-26,
                                     .adam = 1e-26,
                                     .distances = 1};

static void test_double(void **state)
{
  (void)state;
  assert_int_equal(sizeof(lenet_real), sizeof(double));
  golden_check(LENET_ISA_BEST, &bounds);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_double)};
  return cmocka_run_group_tests_name("double golden", tests, NULL, NULL);
}
