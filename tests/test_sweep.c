/* A network swept over a wide picture against the same network on each window alone. */
#include "net/sweep.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static lenet_model *new_model(const char *notation)
{
  lenet_network network;
  lenet_model *model;
  assert_int_equal(lenet_network_parse(notation, &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, (lenet_input){1.0f / 255, -0.1f}, 5, &model, NULL),
                   LENET_OK);
  return model;
}

/* Bars of light on black and noise over them, the same on each call. */
static uint8_t *draw(int rows, int width)
{
  uint8_t *pixels = malloc((size_t)rows * (size_t)width);
  uint32_t state = 1;
  assert_non_null(pixels);
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < width; x++) {
      state = state * 1664525u + 1013904223u;
      bool lit = x * x / 7 % 3 == 0 && y * (x / 9 + 1) / 11 % 2 == 0;
      pixels[y * width + x] = (uint8_t)((lit ? 180 : 0) + (state >> 26));
    }
  return pixels;
}

/* Every window of a picture `width` wide, with a rest of fewer pixels than a step on the right. */
static void check(const char *notation, int step, int width)
{
  lenet_model *model = new_model(notation);
  const lenet_network *network = lenet_model_network(model);
  const int side = network->columns, classes = lenet_model_layout(model)->classes;
  const int windows = (width - side) / step + 1;
  lenet_sweep *sweep;
  lenet_session *session;
  uint8_t *pixels = draw(side, width), *window = malloc((size_t)side * (size_t)side);
  lenet_real *swept = malloc((size_t)windows * (size_t)classes * sizeof *swept), alone[16];
  assert_int_equal(lenet_sweep_create(model, LENET_ISA_BEST, &sweep, NULL), LENET_OK);
  assert_int_equal(lenet_session_create(model, LENET_ISA_BEST, &session, NULL), LENET_OK);
  assert_int_equal(lenet_sweep_step(sweep), step);
  assert_int_equal(lenet_sweep_windows(sweep, width), windows);
  assert_int_equal(lenet_sweep_run(sweep, pixels, width, swept, NULL), LENET_OK);
  double spread = 0;
  for (int i = 0; i < windows; i++) {
    for (int y = 0; y < side; y++)
      memcpy(window + y * side, pixels + y * width + i * step, (size_t)side);
    assert_int_equal(lenet_classify(session, window, side, side, 1, alone, NULL), LENET_OK);
    for (int k = 0; k < classes; k++) {
      assert_true(fabs((double)(swept[i * classes + k] - alone[k])) < 1e-5);
      spread = fmax(spread, fabs((double)(alone[k] - swept[k])));
    }
  }
  assert_true(spread > 1e-4 || windows == 1); /* windows differ, so that a shift would show */
  free(swept);
  free(pixels);
  free(window);
  lenet_session_free(session);
  lenet_sweep_free(sweep);
  lenet_model_free(model);
}

static void each_column_is_a_window(void **state)
{
  (void)state;
  check("28x28 C4@3:relu C4@3:relu M2 C8@3:relu C8@3:relu M2 F24:relu F11:softmax", 4, 28 + 45);
  check("28x28 C4@3:relu M2 C6@4:tanh A2 C11@5:softmax", 4, 28 + 30);
  check("32x32 C6@5 S2 C16@5:table1 S2 C20@5 F10:softmax", 4, 32 + 17);
  check("12x12 C3@3:relu M2 F5:tanh F7:relu F3:softmax", 2, 12 + 9);
}

static void one_window_and_many(void **state)
{
  (void)state;
  const char *notation = "28x28 C4@3:relu C4@3:relu M2 C8@3:relu C8@3:relu M2 F24:relu F11:softmax";
  check(notation, 4, 28);
  check(notation, 4, 28 + 4 * 63);  /* as many as go together */
  check(notation, 4, 28 + 4 * 64);  /* and one more */
  check(notation, 4, 28 + 4 * 150); /* more than any input may be wide */
}

/* By hand: 12x12 C3@3 M2 F5 F3 has 10 10 3 9 + 3 25 5 + 5 3 multiply-adds; for three windows the
 * maps are 10 x 14 and the dense rows come three times. */
static void shared_work_is_counted(void **state)
{
  (void)state;
  lenet_model *model = new_model("12x12 C3@3:relu M2 F5:tanh F3:softmax");
  lenet_sweep *sweep;
  assert_int_equal(lenet_sweep_create(model, LENET_ISA_BEST, &sweep, NULL), LENET_OK);
  assert_int_equal(lenet_sweep_macs(sweep, 1), 10 * 10 * 3 * 9 + 3 * 25 * 5 + 5 * 3);
  assert_int_equal(lenet_sweep_macs(sweep, 1), lenet_model_layout(model)->macs);
  assert_int_equal(lenet_sweep_macs(sweep, 3), 10 * 14 * 3 * 9 + 3 * (3 * 25 * 5 + 5 * 3));
  lenet_sweep_free(sweep);
  lenet_model_free(model);
}

static void what_cannot_be_swept_is_refused(void **state)
{
  static const char *const notations[] = {"28x28 P2 C6@5:tanh A2 F10:softmax",
                                          "28x28 M2 F84:tanh R10", "28x28 M4 F10:tanh",
                                          "28x20 M4 F10:softmax"};
  (void)state;
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++) {
    lenet_model *model = new_model(notations[i]);
    lenet_sweep *sweep = NULL;
    lenet_error error;
    assert_int_equal(lenet_sweep_create(model, LENET_ISA_BEST, &sweep, &error), LENET_UNSUPPORTED);
    assert_null(sweep);
    lenet_model_free(model);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_column_is_a_window),
      cmocka_unit_test(one_window_and_many),
      cmocka_unit_test(shared_work_is_counted),
      cmocka_unit_test(what_cannot_be_swept_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
