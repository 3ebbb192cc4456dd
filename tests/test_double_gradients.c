/* Gradients against finite differences of the loss, in double, for every kind of row.
 *
 * The loss is what lenet_evaluate measures; the gradient is what one step of plain SGD with rate 1
 * takes off the parameters. So all between the two is tested, through the public API. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

/* Central differences err by step^2 f''' / 6, about 1e-11 here, and by the rounding of the loss
 * over the step, about 4e-16 / 1e-5 = 4e-11; with an R row that of distances of about 84. */
static const double difference_step = 1e-5, relative = 1e-6, absolute = 1e-9, absolute_r = 1e-8;

enum { CLASSES = 3 };

/* In the batch under test; main sets it: one whole lane block and a part of one, or a single
 * picture, which has kernels of its own. */
static int images;

/* Bytes without pattern: the same shift register for each picture, set by its number. */
static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const lenet_network *network = context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    uint32_t place = (uint32_t)(first + index[i]), bits = 2463534242u + 88675123u * place;
    for (int p = 0; p < network->rows * network->columns; p++) {
      bits ^= bits << 13; /* Marsaglia 2003 */
      bits ^= bits >> 17;
      bits ^= bits << 5;
      *pixels++ = (uint8_t)(bits >> 24);
    }
    labels[i] = (uint8_t)(place % CLASSES);
  }
}

/* What a row's criterion is in these tests; others than cross-entropy are set for R rows. */
typedef struct criterion {
  lenet_loss loss;
  float rubbish;
} criterion;

/* The mean loss before a step, as training itself counts it. */
static double training_loss(const lenet_model *model, const lenet_samples *samples, criterion c);

static double loss(const lenet_model *model, const lenet_samples *samples, criterion c)
{
  if (c.loss != LENET_CROSS_ENTROPY)
    return training_loss(model, samples, c);
  lenet_measure measure;
  lenet_error error;
  if (lenet_evaluate(model, samples, 1, LENET_ISA_BEST, &measure, NULL, &error))
    fail_msg("%s", error.message);
  return measure.loss;
}

static lenet_epoch step(lenet_model *model, const lenet_samples *samples, criterion c, float rate)
{
  const lenet_recipe recipe = {.epochs = 1,
                               .batch = images,
                               .optimizer = LENET_SGD,
                               .learning_rate = rate,
                               .schedule = LENET_CONSTANT,
                               .loss = c.loss,
                               .rubbish = c.rubbish};
  lenet_trainer *trainer = NULL;
  lenet_error error;
  lenet_epoch epoch = {0};
  if (lenet_trainer_create(model, &recipe, samples, NULL, 1, LENET_ISA_BEST, &trainer, &error) ||
      lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error))
    fail_msg("%s", error.message);
  lenet_trainer_free(trainer);
  return epoch;
}

static double training_loss(const lenet_model *model, const lenet_samples *samples, criterion c)
{
  lenet_model *copy = NULL;
  assert_int_equal(lenet_model_copy(model, &copy, NULL), LENET_OK);
  double mean = step(copy, samples, c, 1e-30f).train_loss;
  lenet_model_free(copy);
  return mean;
}

/* Compares all parameters of one tensor; holes of a connection table must stay 0. */
static void check_tensor(lenet_model *model, const lenet_model *stepped,
                         const lenet_samples *samples, int row, size_t offset, size_t count,
                         const char *notation, criterion c)
{
  const lenet_layer *layer = &lenet_model_layout(model)->layer[row];
  const lenet_row *shape = &lenet_model_network(model)->row[row];
  lenet_real *parameters = lenet_model_parameters_mut(model);
  size_t fan_in = layer->weight_count / (size_t)layer->maps;
  size_t kernel = fan_in / (size_t)layer->input_maps;
  const double least = c.loss == LENET_CROSS_ENTROPY ? absolute : absolute_r;
  double size = 0;
  for (size_t i = 0; i < count; i++) {
    double saved = (double)parameters[offset + i];
    double gradient = saved - (double)lenet_model_parameters(stepped)[offset + i];
    size += fabs(gradient);
    if (offset == layer->weight_offset && shape->kind == LENET_CONV &&
        !lenet_connected(shape, (int)(i % fan_in / kernel), (int)(i / fan_in))) {
      assert_true(saved == 0 && gradient == 0);
      continue;
    }
    parameters[offset + i] = (lenet_real)(saved + difference_step);
    double above = loss(model, samples, c);
    parameters[offset + i] = (lenet_real)(saved - difference_step);
    double below = loss(model, samples, c);
    parameters[offset + i] = (lenet_real)saved;
    double difference = (above - below) / (2 * difference_step);
    if (!(fabs(gradient - difference) <= relative * fabs(difference) + least))
      fail_msg("%s: %s, %s %zu: gradient %.12g, finite difference %.12g", notation, layer->name,
               offset == layer->weight_offset ? "weight" : "bias", i, gradient, difference);
  }
  if (!(size > 1e-5 * (double)count))
    fail_msg("%s: %s: gradients of %.3g on average show nothing", notation, layer->name,
             size / (double)count);
}

static void check_criterion(const char *notation, criterion c)
{
  lenet_network network;
  lenet_model *model = NULL, *stepped;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1 / 128.0f, -0.75f}, 3, &model, &error))
    fail_msg("%s: %s", notation, error.message);
  const lenet_layout *layout = lenet_model_layout(model);
  assert_int_equal(layout->classes, CLASSES);

  /* Biases start as 0; others show whether they are added where they should be. */
  lenet_real *parameters = lenet_model_parameters_mut(model);
  for (int r = 0; r < network.row_count; r++)
    for (size_t i = 0; i < layout->layer[r].bias_count; i++)
      parameters[layout->layer[r].bias_offset + i] = (lenet_real)(0.3 * sin(1 + 7.0 * (double)i));

  lenet_samples samples = {.count = (size_t)images,
                           .rows = network.rows,
                           .columns = network.columns,
                           .classes = CLASSES,
                           .fetch = fetch,
                           .context = &network};
  assert_int_equal(lenet_model_copy(model, &stepped, NULL), LENET_OK);
  step(stepped, &samples, c, 1);
  for (int r = 0; r < network.row_count; r++) {
    const lenet_layer *layer = &layout->layer[r];
    if (layer->weight_count == 0)
      continue;
    check_tensor(model, stepped, &samples, r, layer->weight_offset, layer->weight_count, notation,
                 c);
    check_tensor(model, stepped, &samples, r, layer->bias_offset, layer->bias_count, notation, c);
  }
  lenet_model_free(stepped);
  lenet_model_free(model);
}

static void check(const char *notation)
{
  check_criterion(notation, (criterion){LENET_CROSS_ENTROPY, 0});
}

static void test_dense(void **state)
{
  (void)state;
  assert_int_equal(sizeof(lenet_real), sizeof(double));
  check("4x5 F3:softmax");
  check("4x5 F7:tanh F3:softmax");
  check("4x4 F17:tanh F5:tanh F3:softmax");
}

static void test_convolution(void **state)
{
  (void)state;
  check("5x6 C2@3:tanh F3:softmax");
  check("6x5 C2@2:tanh C5@3:tanh F3:softmax"); /* maps not a multiple of a register block */
  check("4x7 C3@1:tanh C4@2:tanh F3:softmax");
  check("7x8 C6@2:tanh C16@3:tanh F3:softmax");
}

static void test_table(void **state)
{
  (void)state;
  check("5x6 C6@2:tanh C16@3:table1:tanh F3:softmax");
  check("5x6 C4@2:tanh C12@3:lenet1:tanh F3:softmax");
  check("5x6 C8@2:tanh C16@3:lenet4:tanh F3:softmax");
  check("4x4 C6@2:tanh C16@3:table1:tanh F3:softmax");
}

static void test_convolution_to_one_pixel(void **state)
{
  (void)state;
  check("4x4 C7@4:tanh F3:softmax");
  check("5x5 C2@2:tanh C6@4:tanh F3:softmax");
}

static void test_pad(void **state)
{
  (void)state;
  check("3x4 P2 C2@3:tanh F3:softmax");
  check("5x4 C2@2:tanh P1 C3@3:tanh F3:softmax"); /* a gradient passes through the border */
  check("4x4 C2@2:tanh P2 F3:softmax");
}

static void test_average_pool(void **state)
{
  (void)state;
  check("6x8 C2@3:tanh A2 F3:softmax");
  check("7x7 C2@2:tanh A3 C3@2:tanh F3:softmax");
  check("8x8 A2 C2@2:tanh F3:softmax");
}

static void test_subsample(void **state)
{
  (void)state;
  check("6x8 C2@3:tanh S2 F3:softmax");
  check("7x7 C2@2 S3:linear C3@2:tanh F3:softmax");
  check("8x8 S2:sigmoid C2@2:tanh F3:softmax");
  check("6x8 C2@3:tanh S4@2 F3:softmax"); /* several maps of each */
  check("7x7 C2@2 S6@3:linear C3@2:tanh F3:softmax");
}

/* Eq. (8), eq. (9) with j among the distances (about 84 here), and without a rubbish class, where
 * it is the cross-entropy that lenet_evaluate measures. */
static void test_codes(void **state)
{
  (void)state;
  check_criterion("4x4 F84 R3", (criterion){LENET_MSE, 0});
  check_criterion("4x4 F84 R3", (criterion){LENET_MAP, 80});
  check_criterion("4x4 F84 R3", (criterion){LENET_MAP, 1});
  check_criterion("4x4 F84 R3", (criterion){LENET_MAP, INFINITY});
  check_criterion("6x6 C6@3 S2 C84@2:tanh R3", (criterion){LENET_MAP, 80});
}

/* Units with targets: the same two criteria, of distances of 3 units. */
static void test_targets(void **state)
{
  (void)state;
  static const char *const notations[] = {"4x5 F3:tanh", "4x4 F5:tanh F3:scaled",
                                          "6x6 C4@3 S8@2 C3@2:scaled"};
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++) {
    check_criterion(notations[i], (criterion){LENET_MSE, 0});
    check_criterion(notations[i], (criterion){LENET_MAP, 4});
    check_criterion(notations[i], (criterion){LENET_MAP, INFINITY});
  }
}

static void test_max_pool(void **state)
{
  (void)state;
  check("6x8 C2@3:tanh M2 F3:softmax");
  check("7x7 C2@2:tanh M3 C3@2:tanh F3:softmax");
  check("8x8 M2 C2@2:tanh F3:softmax");
}

static void test_activations(void **state)
{
  (void)state;
  static const char *const names[] = {"linear", "tanh", "scaled", "sigmoid", "relu"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    char notation[LENET_MAX_NOTATION];
    snprintf(notation, sizeof notation, "5x6 C3@2:%s C4@3:%s F6:%s F3:softmax", names[i], names[i],
             names[i]);
    check(notation);
  }
}

static void test_whole_networks(void **state)
{
  (void)state;
  check("8x8 P1 C3@3:tanh A2 C5@3:tanh A2 F6:tanh F5:tanh F3:softmax");
  check("10x10 C6@3 M2 C16@3:table1:relu M2 C9@1:relu F5 F3:softmax");
  check_criterion("10x10 C4@3 S8@2 C16@3:lenet4 S2 C7@1 F3:scaled", (criterion){LENET_MSE, 0});
  check("8x8 P1 C3@3:sigmoid A2 C5@3:sigmoid A2 F6:sigmoid F3:softmax");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_dense),       cmocka_unit_test(test_convolution),
      cmocka_unit_test(test_table),       cmocka_unit_test(test_convolution_to_one_pixel),
      cmocka_unit_test(test_pad),         cmocka_unit_test(test_average_pool),
      cmocka_unit_test(test_subsample),   cmocka_unit_test(test_codes),
      cmocka_unit_test(test_targets),     cmocka_unit_test(test_max_pool),
      cmocka_unit_test(test_activations), cmocka_unit_test(test_whole_networks),
  };
  int failed = 0;
  for (images = 19; images >= 1; images -= 18)
    failed += cmocka_run_group_tests_name(images > 1 ? "gradients in double" : "of one picture",
                                          tests, NULL, NULL);
  return failed;
}
