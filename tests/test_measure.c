/* Measuring: margins and shared answers by hand, the error-reject curve, any number of threads. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lenet.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ------------------------------------------------------------------ models by hand -------- */

/* A model of pictures of one pixel, which is read as 0 .. 1, with these parameters. */
static lenet_model *model_of(const char *notation, size_t count, const lenet_real *parameters)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1.0f / 255, 0}, 1, &model, &error))
    fail_msg("%s", error.message);
  assert_int_equal(lenet_model_layout(model)->parameter_count, count);
  memcpy(lenet_model_parameters_mut(model), parameters, count * sizeof *parameters);
  return model;
}

/* Three sums w x + b of the pixel x. */
static lenet_model *softmax_of(lenet_real w0, lenet_real w1, lenet_real w2, lenet_real b0,
                               lenet_real b1, lenet_real b2)
{
  const lenet_real parameters[] = {w0, w1, w2, b0, b1, b2};
  return model_of("1x1 F3:softmax", 6, parameters);
}

/* The 84 units are x times the code of one digit. */
static lenet_model *rbf_of(int digit)
{
  lenet_real parameters[2 * LENET_CODE_CELLS] = {0};
  lenet_class_code(10, digit, parameters);
  return model_of("1x1 F84:linear R10", 2 * LENET_CODE_CELLS, parameters);
}

/* Sample i is one pixel of 255 i / (count - 1), of class i mod classes. */
static void fetch_ramp(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                       size_t count, uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *samples = context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    const size_t at = first + index[i];
    pixels[i] = (uint8_t)(samples->count > 1 ? 255 * at / (samples->count - 1) : 255);
    labels[i] = (uint8_t)(at % (size_t)samples->classes);
  }
}

static lenet_samples ramp(lenet_samples *samples, size_t count, int classes)
{
  *samples = (lenet_samples){.count = count,
                             .rows = 1,
                             .columns = 1,
                             .classes = classes,
                             .fetch = fetch_ramp,
                             .context = samples};
  return *samples;
}

/* What several models say together of a white pixel of class 0. */
static lenet_answer ask(const lenet_model *const *models, size_t count, lenet_measure *measure)
{
  lenet_samples samples;
  lenet_answer answer;
  lenet_error error;
  ramp(&samples, 1, 3);
  if (lenet_evaluate_together(models, count, &samples, 1, LENET_ISA_BEST, measure, &answer, &error))
    fail_msg("%s", error.message);
  return answer;
}

static lenet_measure measure; /* large for a stack */

static void assert_near(double got, double expected, double bound)
{
  if (!(fabs(got - expected) <= bound))
    fail_msg("%.9g, not %.9g", got, expected);
}

/* ------------------------------------------------------------------ margins --------------- */

static void test_margin_of_a_softmax(void **state)
{
  (void)state;
  static const struct {
    double sum[3], margin;
    int answer;
  } cases[] = {
      {{1, 3.5, 2}, 1.5, 1},      {{2, 2, -5}, 0, 0},
      {{-7, -7.25, -9}, 0.25, 0}, {{0, -300, 400}, 400, 2}, /* a probability of 0 in float */
      {{0, 0, 0}, 0, 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const double *s = cases[i].sum;
    lenet_model *model =
        softmax_of((lenet_real)s[0], 0, 1, 0, (lenet_real)s[1], (lenet_real)s[2] - 1);
    const lenet_model *one = model;
    const lenet_answer answer = ask(&one, 1, &measure);
    assert_int_equal(answer.label, 0);
    assert_int_equal(answer.answer, cases[i].answer);
    assert_near((double)answer.margin, cases[i].margin, 1e-5);
    const double best = s[cases[i].answer];
    const double p = 1 / (exp(s[0] - best) + exp(s[1] - best) + exp(s[2] - best));
    assert_near((double)answer.confidence, p, 1e-6);
    lenet_model_free(model);
  }
}

/* 6 and 8 differ in 12 of 84 cells, which is the least of all pairs: 4 x 12 apart. */
static void test_margin_of_distances(void **state)
{
  (void)state;
  lenet_model *six = rbf_of(6);
  const lenet_model *one = six;
  lenet_answer answer = ask(&one, 1, &measure);
  assert_int_equal(answer.answer, 6);
  assert_near((double)answer.margin, 48, 1e-4);
  /* Half way to the code: (1 - 0.5)^2 in every cell; where they differ (1 + 0.5)^2. */
  for (int i = 0; i < LENET_CODE_CELLS; i++)
    lenet_model_parameters_mut(six)[i] /= 2;
  answer = ask(&one, 1, &measure);
  assert_near((double)answer.margin, 12 * (2.25 - 0.25), 1e-4);
  lenet_model_free(six);
}

static void test_margin_is_finite(void **state)
{
  (void)state;
  static const lenet_real large = (lenet_real)3e38;
  lenet_model *far = softmax_of(large, -large, 0, 0, 0, 0);
  lenet_model *none = softmax_of((lenet_real)NAN, 0, 0, 0, 0, 0);
  const lenet_model *one = far;
  assert_true(ask(&one, 1, &measure).margin == (float)large);
  lenet_model_parameters_mut(far)[2] = -large;
  assert_true(ask(&one, 1, &measure).margin == FLT_MAX);
  one = none;
  const float margin = ask(&one, 1, &measure).margin;
  assert_true(margin >= 0 && margin <= FLT_MAX);
  lenet_model_free(far);
  lenet_model_free(none);
}

static void fetch_nameless(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                           size_t count, uint8_t *pixels, uint8_t *labels)
{
  fetch_ramp(context, epoch, first, index, count, pixels, labels);
  memset(labels, 3, count);
}

/* A label that is no class is an error and stands in no row of the matrix. */
static void test_no_label(void **state)
{
  (void)state;
  lenet_model *model = softmax_of(1, 2, 3, 0, 0, 0);
  lenet_samples samples;
  lenet_answer answers[5];
  ramp(&samples, 5, 3);
  samples.fetch = fetch_nameless;
  assert_int_equal(lenet_evaluate(model, &samples, 1, LENET_ISA_BEST, &measure, answers, NULL),
                   LENET_OK);
  assert_int_equal(measure.errors, 5);
  for (int i = 0; i < 5; i++)
    assert_int_equal(answers[i].label, 255);
  for (int label = 0; label < LENET_MAX_CLASSES; label++)
    for (int answer = 0; answer < LENET_MAX_CLASSES; answer++)
      assert_int_equal(measure.confusion[label][answer], 0);
  lenet_model_free(model);
}

/* ------------------------------------------------------------------ together -------------- */

/* Probabilities (1/2, 1/4, 1/4), (1/8, 3/4, 1/8) and (1/6, 1/6, 2/3): their sums are 19/24, 28/24
 * and 25/24. */
static void test_probabilities_are_averaged(void **state)
{
  (void)state;
  static const double p[3][3] = {
      {0.5, 0.25, 0.25}, {0.125, 0.75, 0.125}, {1.0 / 6, 1.0 / 6, 2.0 / 3}};
  const lenet_model *models[3];
  for (int m = 0; m < 3; m++) /* the constant m changes nothing */
    models[m] = softmax_of(0, 0, 0, (lenet_real)(log(p[m][0]) + m), (lenet_real)(log(p[m][1]) + m),
                           (lenet_real)(log(p[m][2]) + m));
  const lenet_answer answer = ask(models, 3, &measure);
  assert_int_equal(answer.answer, 1);
  assert_near((double)answer.confidence, 28.0 / 72, 1e-6);
  assert_near((double)answer.margin, log(28.0 / 25), 1e-5);
  assert_near(measure.loss, -log(19.0 / 72), 1e-5); /* of class 0 */
  assert_int_equal(measure.errors, 1);
  for (int m = 0; m < 3; m++)
    lenet_model_free((lenet_model *)(uintptr_t)models[m]);
}

/* Twice the code of 6, once that of 8: distances 48/3 and 96/3, all others farther. */
static void test_distances_are_averaged(void **state)
{
  (void)state;
  lenet_model *six = rbf_of(6), *eight = rbf_of(8);
  const lenet_model *models[] = {six, eight, six};
  lenet_answer answer = ask(models, 3, &measure);
  assert_int_equal(answer.answer, 6);
  assert_near((double)answer.margin, 16, 1e-4);
  answer = ask(models, 2, &measure);
  assert_near((double)answer.margin, 0, 1e-4);
  assert_near((double)answer.confidence, 0.5, 1e-6);
  lenet_model_free(six);
  lenet_model_free(eight);
}

/* A model answers with itself as it does alone, also where probabilities leave the range of float,
 * and models of other sizes of picture and other scaling may answer together. */
static void test_with_itself(void **state)
{
  (void)state;
  enum { COUNT = 41 };
  lenet_model *made[] = {softmax_of(3, -2, (lenet_real)0.5, (lenet_real)-1, 1, (lenet_real)0.3),
                         softmax_of(900, -200, 5, -300, 100, 3), rbf_of(3)};
  for (int i = 0; i < 3; i++) {
    const lenet_model *models[] = {made[i], made[i], made[i]};
    lenet_answer alone[COUNT], together[COUNT];
    lenet_samples samples;
    ramp(&samples, COUNT, 3);
    lenet_evaluate(made[i], &samples, 1, LENET_ISA_BEST, &measure, alone, NULL);
    const double loss = measure.loss;
    const size_t errors = measure.errors;
    lenet_evaluate_together(models, 3, &samples, 1, LENET_ISA_BEST, &measure, together, NULL);
    assert_near(measure.loss, loss, 1e-5 * (1 + loss));
    assert_int_equal(measure.errors, errors);
    for (int s = 0; s < COUNT; s++) {
      assert_int_equal(together[s].label, alone[s].label);
      assert_int_equal(together[s].answer, alone[s].answer);
      assert_near((double)together[s].confidence, (double)alone[s].confidence, 1e-5);
      assert_near((double)together[s].margin, (double)alone[s].margin,
                  1e-5 * (1 + (double)alone[s].margin));
    }
    lenet_model_free(made[i]);
  }
}

static void test_threads(void **state)
{
  (void)state;
  enum { COUNT = 203 };
  lenet_model *small = softmax_of(3, -2, (lenet_real)0.5, (lenet_real)-1, 1, (lenet_real)0.3);
  lenet_network network;
  lenet_model *large = NULL;
  assert_int_equal(lenet_network_parse("7x5 C2@3:tanh F3:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, (lenet_input){0.01f, -1}, 3, &large, NULL),
                   LENET_OK);
  const lenet_model *models[] = {small, large};
  lenet_samples samples;
  ramp(&samples, COUNT, 3);
  lenet_answer one[COUNT], many[COUNT];
  memset(one, 0, sizeof one);
  memset(many, 0, sizeof many);
  lenet_evaluate_together(models, 2, &samples, 1, LENET_ISA_BEST, &measure, one, NULL);
  const double loss = measure.loss;
  for (int threads = 2; threads <= 5; threads++) {
    assert_int_equal(
        lenet_evaluate_together(models, 2, &samples, threads, LENET_ISA_BEST, &measure, many, NULL),
        LENET_OK);
    assert_true(measure.loss == loss);
    assert_memory_equal(one, many, sizeof one);
  }
  lenet_model_free(small);
  lenet_model_free(large);
}

static void test_unlike_models(void **state)
{
  (void)state;
  lenet_model *three = softmax_of(1, 2, 3, 4, 5, 6), *codes = rbf_of(1);
  const lenet_real ten[20] = {0};
  lenet_model *classes = model_of("1x1 F10:softmax", 20, ten);
  lenet_samples samples;
  lenet_error error;
  ramp(&samples, 5, 3);
  const struct {
    const lenet_model *models[3];
    size_t count;
    int position;
    const char *says;
  } cases[] = {
      {{three, three, classes}, 3, 2, "models 1 and 3 end with F3:softmax and F10:softmax"},
      {{codes, classes}, 2, 1, "models 1 and 2 end with R10 and F10:softmax"},
      {{three}, 0, -1, "0 models"},
      {{three}, LENET_MAX_MODELS + 1, -1, "65 models"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    measure.errors = 77;
    assert_int_equal(lenet_evaluate_together(cases[i].models, cases[i].count, &samples, 1,
                                             LENET_ISA_BEST, &measure, NULL, &error),
                     LENET_BAD_ARGUMENT);
    assert_int_equal(error.position, cases[i].position);
    assert_non_null(strstr(error.message, cases[i].says));
    assert_int_equal(measure.errors, 77);
  }
  lenet_model_free(three);
  lenet_model_free(codes);
  lenet_model_free(classes);
}

/* ------------------------------------------------------------------ rejection ------------- */

enum { MOST = 12 };

typedef struct expected {
  size_t rejected, errors;
  double margin;
} expected;

/* Right answers have label 1, wrong ones 2. */
static size_t curve_of(const char *right_or_wrong, const float *margin, lenet_rejection *curve)
{
  lenet_answer answers[MOST];
  const size_t count = strlen(right_or_wrong);
  for (size_t i = 0; i < count; i++)
    answers[i] =
        (lenet_answer){.label = right_or_wrong[i] == '+' ? 1 : 2, .answer = 1, .margin = margin[i]};
  return lenet_rejection_curve(answers, count, curve);
}

static void test_curve(void **state)
{
  (void)state;
  static const struct {
    const char *answers;
    float margin[MOST];
    size_t points;
    expected point[MOST];
  } cases[] = {
      {"+", {3}, 1, {{0, 0, 3}}},
      {"-", {3}, 1, {{0, 1, 3}}},
      {"++++", {4, 1, 3, 2}, 4, {{0, 0, 1}, {1, 0, 2}, {2, 0, 3}, {3, 0, 4}}},
      {"---", {4, 1, 2}, 3, {{0, 3, 1}, {1, 2, 2}, {2, 1, 4}}},
      {"+-+-+-",
       {5, 0, 2, 2, 9, 5},
       4,
       {{0, 3, 0}, {1, 2, 2}, {3, 1, 5}, {5, 0, 9}}}, /* both pairs of ties go together */
      {"+-+", {1, 1, 1}, 1, {{0, 1, 1}}},
      {"", {0}, 0, {{0, 0, 0}}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    lenet_rejection curve[MOST];
    const size_t count = strlen(cases[i].answers);
    assert_int_equal(curve_of(cases[i].answers, cases[i].margin, curve), cases[i].points);
    for (size_t p = 0; p < cases[i].points; p++) {
      const expected *e = &cases[i].point[p];
      assert_int_equal(curve[p].rejected, e->rejected);
      assert_int_equal(curve[p].accepted, count - e->rejected);
      assert_int_equal(curve[p].errors, e->errors);
      assert_true((double)curve[p].margin == e->margin);
    }
  }
  assert_int_equal(lenet_rejection_curve(NULL, 0, NULL), 0);
}

static void test_fewest_rejected(void **state)
{
  (void)state;
  lenet_rejection curve[MOST];
  /* Margins 1 .. 10. Error rates after rejecting 0, 1, ... 9: 3/10, 2/9, 2/8, 2/7, 1/6, 1/5, 1/4,
   * 1/3, 1/2, 1/1: the wrong answer of the largest margin stays. */
  static const float rising[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  size_t points = curve_of("-++-+++++-", rising, curve);
  assert_int_equal(points, 10);
  static const struct {
    double most;
    int rejected;
  } cases[] = {{1, 0},      {0.3, 0},     {0.29, 1},   {2.0 / 9, 1},
               {0.2222, 4}, {1.0 / 6, 4}, {0.166, -1}, {0, -1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const lenet_rejection *found = lenet_rejection_for(curve, points, cases[i].most);
    assert_int_equal(found ? (int)found->rejected : -1, cases[i].rejected);
  }
  /* All right: nothing need be rejected. All wrong: nothing helps. One sample: it is the best. */
  points = curve_of("++++++++++", rising, curve);
  assert_int_equal(lenet_rejection_for(curve, points, 0)->rejected, 0);
  points = curve_of("----------", rising, curve);
  assert_null(lenet_rejection_for(curve, points, 0.999));
  assert_int_equal(lenet_rejection_for(curve, points, 1)->rejected, 0);
  points = curve_of("+", rising, curve);
  assert_int_equal(lenet_rejection_for(curve, points, 0)->accepted, 1);
  assert_null(lenet_rejection_for(curve, 0, 1));
  /* The last wrong answer goes, with the right one of the same margin. */
  static const float tied[] = {1, 2, 2, 3};
  points = curve_of("+-++", tied, curve);
  const lenet_rejection *none = lenet_rejection_for(curve, points, 0);
  assert_int_equal(none->rejected, 3);
  assert_true(none->margin == 3);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_margin_of_a_softmax),
      cmocka_unit_test(test_margin_of_distances),
      cmocka_unit_test(test_margin_is_finite),
      cmocka_unit_test(test_no_label),
      cmocka_unit_test(test_probabilities_are_averaged),
      cmocka_unit_test(test_distances_are_averaged),
      cmocka_unit_test(test_with_itself),
      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_unlike_models),
      cmocka_unit_test(test_curve),
      cmocka_unit_test(test_fewest_rejected),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
