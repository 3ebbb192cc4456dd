/* Networks of other programs: files of tests/onnx, made by make_fixtures.py there, give what these
 * programs say that they give. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "scratch.h"

#include <math.h>

enum { SIDE = 12, MAX_CLASSES = 4 };

static const char *folder(void)
{
  const char *root = getenv("LENET_SOURCE_DIR");
  static char path[SCRATCH_PATH];
  snprintf(path, sizeof path, "%s/tests/onnx", root ? root : ".");
  return path;
}

static lenet_status load(const char *name, const char *notation, lenet_model **model,
                         lenet_error *error)
{
  char path[SCRATCH_PATH + 64];
  lenet_network network;
  snprintf(path, sizeof path, "%s/%s", folder(), name);
  if (strstr(name, ".onnx"))
    return lenet_model_load_onnx(path, model, error);
  if (lenet_network_parse(notation, &network, error) != LENET_OK)
    return LENET_BAD_NOTATION;
  return lenet_model_load_weights(path, &network, model, error);
}

static void check_answers(const lenet_model *model, const double *expected)
{
  uint8_t picture[SIDE * SIDE];
  lenet_real probabilities[MAX_CLASSES];
  lenet_session *session = NULL;
  lenet_error error;
  for (int i = 0; i < SIDE * SIDE; i++)
    picture[i] = (uint8_t)(37 * i + 11);
  if (lenet_session_create(model, LENET_ISA_BEST, &session, &error) ||
      lenet_classify(session, picture, SIDE, SIDE, 1, probabilities, &error))
    fail_msg("%s", error.message);
  for (int k = 0; k < lenet_model_layout(model)->classes; k++)
    if (fabs((double)probabilities[k] - expected[k]) > 1e-6)
      fail_msg("class %d: %.8f, not %.8f", k, (double)probabilities[k], expected[k]);
  lenet_session_free(session);
}

/* expected.txt: file, notation with _ for spaces, probabilities. */
static void test_answers(void **state)
{
  (void)state;
  char path[SCRATCH_PATH + 64], name[64], notation[LENET_MAX_NOTATION], line[1024];
  int checked = 0;
  snprintf(path, sizeof path, "%s/expected.txt", folder());
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  while (fgets(line, sizeof line, file)) {
    double expected[MAX_CLASSES] = {0};
    lenet_model *model = NULL;
    lenet_error error;
    char printed[LENET_MAX_NOTATION];
    assert_in_range(sscanf(line, "%63s %511s %lf %lf %lf %lf", name, notation, &expected[0],
                           &expected[1], &expected[2], &expected[3]),
                    5, 6);
    for (char *c = notation; *c; c++)
      if (*c == '_')
        *c = ' ';
    const lenet_status status = load(name, notation, &model, &error);
    if (status == LENET_UNSUPPORTED && strstr(error.message, "this build has no"))
      continue;
    if (status != LENET_OK)
      fail_msg("%s", error.message);
    lenet_network_print(lenet_model_network(model), printed);
    assert_string_equal(printed, notation);
    check_answers(model, expected);
    lenet_model_free(model);
    checked++;
  }
  fclose(file);
  if (checked == 0)
    skip();
}

/* ---- weights that do not fit ---- */

static void refuse_weights(const char *notation, const char *reason)
{
  lenet_model *model = NULL;
  lenet_error error;
  const lenet_status status = load("state-dict.safetensors", notation, &model, &error);
  if (status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_BAD_FILE);
  assert_null(model);
  if (!strstr(error.message, reason))
    fail_msg("'%s' says nothing of '%s'", error.message, reason);
}

static void test_weights_that_do_not_fit(void **state)
{
  (void)state;
  refuse_weights("12x12 C4@3:relu M2 C5@2:relu M2 F9:relu F3:softmax",
                 "no array has the weights of F5, F32[9, 20]");
  refuse_weights("12x12 C4@3:relu M2 C5@2:relu M2 F8:softmax",
                 "array 'fc2.weight', F32[3, 8]: no row of the network has this shape");
  refuse_weights("28x28 F10:softmax", "no array has the weights of F1, F32[10, 784]");
}

/* A file of this header, then `data` bytes of 0. */
static lenet_status load_header(void **state, const char *header, size_t data, lenet_model **model,
                                lenet_error *error)
{
  static unsigned char bytes[4096];
  char path[SCRATCH_PATH];
  lenet_network network;
  const size_t length = strlen(header);
  assert_true(8 + length + data <= sizeof bytes);
  memset(bytes, 0, sizeof bytes);
  bytes[0] = (unsigned char)length;
  bytes[1] = (unsigned char)(length >> 8);
  memcpy(bytes + 8, header, length);
  scratch_write(state, "w.safetensors", bytes, 8 + length + data);
  scratch_path(state, "w.safetensors", path);
  assert_int_equal(lenet_network_parse("2x2 F3:relu F3:relu F2:softmax", &network, error), 0);
  return lenet_model_load_weights(path, &network, model, error);
}

static void test_names(void **state)
{
  lenet_model *model = NULL;
  lenet_error error;
  lenet_status status =
      load_header(state, "{\"a.scale\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}",
                  12, &model, &error);
  if (status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "array 'a.scale', F32[3]: not called LAYER.weight"));
  /* Without biases, in float64, "9" before "10"; and a bias of another length. */
  status =
      load_header(state,
                  "{\"__metadata__\":{\"format\":\"pt\"},"
                  "\"x.10.weight\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]},"
                  "\"x.9.weight\":{\"dtype\":\"F32\",\"shape\":[3,3],\"data_offsets\":[48,84]},"
                  "\"x.1.weight\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[84,132]}}",
                  132, &model, &error);
  if (status != LENET_OK)
    fail_msg("%s", error.message);
  assert_true(lenet_model_input(model).scale == 1.0f / 255);
  lenet_model_free(model);
  model = NULL;
  status =
      load_header(state,
                  "{\"x.1.weight\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]},"
                  "\"x.1.bias\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[48,64]}}",
                  64, &model, &error);
  assert_int_equal(status, LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "array 'x.1.bias', F32[4]: not one number"));
}

/* Two arrays of one shape, the second of the two in front in the file: which one comes first? */
static lenet_status load_two(void **state, const char *first, const char *second, float number,
                             lenet_model **model, lenet_error *error)
{
  static unsigned char bytes[1024];
  char header[512], path[SCRATCH_PATH];
  lenet_network network;
  const int length =
      snprintf(header, sizeof header,
               "{\"%s.weight\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[64,128]},"
               "\"%s.weight\":{\"dtype\":\"F32\",\"shape\":[4,4],\"data_offsets\":[0,64]},"
               "\"zz.weight\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[128,160]}}",
               second, first);
  memset(bytes, 0, sizeof bytes);
  bytes[0] = (unsigned char)length;
  bytes[1] = (unsigned char)(length >> 8);
  memcpy(bytes + 8, header, (size_t)length);
  uint32_t bits;
  memcpy(&bits, &number, sizeof bits);
  for (int i = 0; i < 64; i++) /* little-endian, whatever this machine is */
    bytes[8 + length + i] = (unsigned char)(bits >> 8 * (i % 4));
  scratch_write(state, "w.safetensors", bytes, 8 + (size_t)length + 160);
  assert_int_equal(lenet_network_parse("2x2 F4:relu F4:relu F2:softmax", &network, error), 0);
  return lenet_model_load_weights(scratch_path(state, "w.safetensors", path), &network, model,
                                  error);
}

static void test_order(void **state)
{
  static const char *const names[][2] = {
      {"a", "ab"}, {"a2", "a10"}, {"x1a", "x1b"},     {"x01", "x2"},    {"x1.2", "x1.10"},
      {"1", "a"},  {"a1", "aa"},  {"a007b1", "a7b2"}, {"conv2", "fc1"}, {"l.9.x", "l.10"}};
  for (size_t i = 0; i < 2 * (sizeof names / sizeof *names); i++) {
    const char *first = names[i / 2][0], *second = names[i / 2][1];
    lenet_model *model = NULL;
    lenet_error error;
    const lenet_status status = i % 2 == 0 ? load_two(state, first, second, 7, &model, &error)
                                           : load_two(state, second, first, 7, &model, &error);
    if (status == LENET_UNSUPPORTED)
      skip();
    if (status != LENET_OK)
      fail_msg("%s", error.message);
    /* What load_two is given first has sevens, the other zeros. */
    if (lenet_model_parameters(model)[0] != (i % 2 == 0 ? 7 : 0))
      fail_msg("%s does not come before %s", first, second);
    lenet_model_free(model);
  }
}

static void test_bad_weights(void **state)
{
  lenet_model *model = NULL;
  lenet_error error;
  lenet_network network;
  const lenet_status status = load_two(state, "a", "b", NAN, &model, &error);
  if (status == LENET_UNSUPPORTED)
    skip();
  assert_int_equal(status, LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "not a finite number"));
  assert_int_equal(load_header(state,
                               "{\"bias\":{\"dtype\":\"F32\",\"shape\":[1],"
                               "\"data_offsets\":[0,4]}}",
                               4, &model, &error),
                   LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "array 'bias', F32[1]: not called LAYER.weight"));
  /* A bias without its weights is no layer that a row takes. */
  assert_int_equal(
      load_header(state,
                  "{\"a.weight\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]},"
                  "\"b.weight\":{\"dtype\":\"F32\",\"shape\":[3,3],\"data_offsets\":[48,84]},"
                  "\"c.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[84,108]},"
                  "\"d.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[108,116]}}",
                  116, &model, &error),
      LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "array 'd.bias', F32[2]: no row"));
  /* A bias that is no number. */
  static unsigned char bytes[256];
  static const char header[] =
      "{\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,4],\"data_offsets\":[0,32]},"
      "\"a.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[32,40]}}";
  char path[SCRATCH_PATH];
  const size_t length = sizeof header - 1;
  bytes[0] = (unsigned char)length;
  memcpy(bytes + 8, header, length);
  memset(bytes + 8 + length + 36, 0xff, 4); /* the second */
  scratch_write(state, "w.safetensors", bytes, 8 + length + 40);
  scratch_path(state, "w.safetensors", path);
  assert_int_equal(lenet_network_parse("2x2 F2:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_load_weights(path, &network, &model, &error), LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "value 1 of 'a.bias' is not a finite number"));
  assert_int_equal(lenet_network_parse("2x2 F2:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_load_weights("/nowhere/w", &network, &model, &error),
                   LENET_CANNOT_READ);
  assert_null(model);
}

static void test_input(void **state)
{
  (void)state;
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  assert_int_equal(lenet_network_parse("2x2 F2:softmax", &network, &error), 0);
  assert_int_equal(lenet_model_create(&network, (lenet_input){1, 0}, 1, &model, &error), 0);
  assert_int_equal(lenet_model_set_input(model, (lenet_input){0.5f, -1}, &error), 0);
  assert_true(lenet_model_input(model).scale == 0.5f && lenet_model_input(model).offset == -1);
  assert_int_equal(lenet_model_set_input(model, (lenet_input){INFINITY, 0}, &error),
                   LENET_BAD_ARGUMENT);
  assert_true(lenet_model_input(model).scale == 0.5f);
  lenet_model_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_answers),
      cmocka_unit_test(test_weights_that_do_not_fit),
      cmocka_unit_test_setup_teardown(test_names, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_order, scratch_make, scratch_remove),
      cmocka_unit_test_setup_teardown(test_bad_weights, scratch_make, scratch_remove),
      cmocka_unit_test(test_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
