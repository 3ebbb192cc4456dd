/* Models and their files, sessions, what is measured of them, and their integers. */
#include "calls.h"

static lenet_status call_model_create(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status =
      lenet_model_create(lenet_model_network(model), lenet_model_input(model), 1, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_model_copy(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_copy(model, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_builtin_load(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_builtin_load(NULL, &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_model_save(lenet_error *error)
{
  return lenet_model_save(model, path("saved"), error);
}

static lenet_status call_model_load(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_load(path("model"), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_save_onnx(lenet_error *error)
{
  return lenet_model_save_onnx(model, path("saved.onnx"), error);
}

static lenet_status call_load_onnx(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status = lenet_model_load_onnx(path("model.onnx"), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_load_weights(lenet_error *error)
{
  lenet_model *made = UNTOUCHED(lenet_model);
  const lenet_status status =
      lenet_model_load_weights(path("model"), lenet_model_network(model), &made, error);
  SETTLE(lenet_model, made, status);
  return status;
}

static lenet_status call_session(lenet_error *error)
{
  lenet_session *made = UNTOUCHED(lenet_session);
  const lenet_status status = lenet_session_create(model, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_session, made, status);
  return status;
}

static lenet_status call_classify(lenet_error *error)
{
  static const uint8_t pixels[2 * SIDE * SIDE];
  lenet_real probabilities[2 * CLASSES];
  return lenet_classify(session, pixels, SIDE, SIDE, 2, probabilities, error);
}

static lenet_status call_sums(lenet_error *error)
{
  static lenet_real sums[4096];
  lenet_unit unit;
  lenet_status status = call_classify(error);
  if (status == LENET_OK)
    status = lenet_session_sums(session, 0, sums, error);
  return status == LENET_OK ? lenet_session_unit(session, 2, 1, 0, 0, 0, NULL, &unit, error)
                            : status;
}

static lenet_status call_evaluate(lenet_error *error)
{
  lenet_measure measure;
  lenet_answer answers[SAMPLES];
  return lenet_evaluate(model, &samples, 2, LENET_ISA_BEST, &measure, answers, error);
}

static lenet_status call_together(lenet_error *error)
{
  lenet_measure measure;
  const lenet_model *const both[] = {model, linear};
  return lenet_evaluate_together(both, 2, &samples, 2, LENET_ISA_BEST, &measure, NULL, error);
}

static lenet_status call_calibrate(lenet_error *error)
{
  lenet_model *copy;
  double temperature = -7;
  lenet_status status = lenet_model_copy(model, &copy, error);
  if (status != LENET_OK)
    return status;
  status = lenet_model_calibrate(copy, &samples, LENET_ISA_BEST, &temperature, error);
  if (status != LENET_OK)
    assert_true(temperature == -7);
  lenet_model_free(copy);
  return status == LENET_BAD_ARGUMENT ? LENET_OK : status; /* so few samples have no best one */
}

static lenet_status call_quantize(lenet_error *error)
{
  lenet_quantized *made = UNTOUCHED(lenet_quantized);
  const lenet_status status = lenet_quantize(model, &samples, &made, error);
  SETTLE(lenet_quantized, made, status);
  return status;
}

static lenet_status call_quantized_session(lenet_error *error)
{
  lenet_quantized_session *made = UNTOUCHED(lenet_quantized_session);
  const lenet_status status =
      lenet_quantized_session_create(quantized, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_quantized_session, made, status);
  return status;
}

static lenet_status call_quantized_evaluate(lenet_error *error)
{
  lenet_measure measure;
  return lenet_quantized_evaluate(quantized, &samples, 2, LENET_ISA_BEST, &measure, NULL, error);
}

static lenet_status call_profile(lenet_error *error)
{
  lenet_layer_time times[LENET_MAX_ROWS];
  return lenet_profile(model, &samples, LENET_ISA_BEST, 0, times, NULL, error);
}

static lenet_status call_peak(lenet_error *error)
{
  double gflops;
  return lenet_peak_gflops(LENET_ISA_BEST, 2, 0, &gflops, error);
}

const call model_calls[] = {
    {"model_create", call_model_create},
    {"model_copy", call_model_copy},
    {"builtin_load", call_builtin_load},
    {"model_save", call_model_save},
    {"model_load", call_model_load},
    {"model_save_onnx", call_save_onnx},
    {"model_load_onnx", call_load_onnx},
    {"model_load_weights", call_load_weights},
    {"session_create", call_session},
    {"classify", call_classify},
    {"session_sums", call_sums},
    {"evaluate", call_evaluate},
    {"evaluate_together", call_together},
    {"model_calibrate", call_calibrate},
    {"quantize", call_quantize},
    {"quantized_session_create", call_quantized_session},
    {"quantized_evaluate", call_quantized_evaluate},
    {"profile", call_profile},
    {"peak_gflops", call_peak},
    {NULL, NULL},
};
