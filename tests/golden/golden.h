/* golden.h - the networks of golden.txt, built and run by liblenet, against PyTorch's values.
 *
 * Included by test_golden.c (float) and test_double_golden.c, which state the bounds. The formula
 * of weights, pictures and labels is that of make_golden.py; README.md describes the files. */
#ifndef LENET_TESTS_GOLDEN_H
#define LENET_TESTS_GOLDEN_H

#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GOLDEN_IMAGES = 20, GOLDEN_CLASSES = 10, GOLDEN_STEPS = 10, GOLDEN_MAX_NETWORKS = 8 };
enum { STREAM_PIXELS = 1000, STREAM_LABELS = 1001, STREAM_MIX = 1002 };

/* Largest normalised squared errors, sum (a - b)^2 / sum b^2 over the stored values of a tensor.
 * Optimisers are judged by what they added to the initial parameters. */
typedef struct golden_bounds {
  double probabilities, loss, gradient, sgd, adam;
  double distances; /* times these, for networks that end in distances */
} golden_bounds;

typedef struct golden_network {
  double gain;
  char notation[LENET_MAX_NOTATION];
} golden_network;

/* One tensor of PyTorch's: three sums over all `count` values, then every step-th value. */
typedef struct golden_tensor {
  size_t count, step, stored;
  double *values; /* [3 + stored]; belongs to the test */
} golden_tensor;

/* The output function of SplitMix64 at a place of a stream. */
static uint64_t golden_bits(uint64_t stream, uint64_t index)
{
  uint64_t z = ((stream << 32) + index + 1) * 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

/* [-1, 1) in 24 bits: exact in float. */
static double golden_unit(uint64_t stream, uint64_t index)
{
  return ((double)(golden_bits(stream, index) >> 40) - 0x1p23) / 0x1p23;
}

static FILE *golden_open(const char *name)
{
  const char *root = getenv("LENET_SOURCE_DIR");
  char path[1024];
  snprintf(path, sizeof path, "%s/tests/golden/%s", root ? root : ".", name);
  FILE *file = fopen(path, "rb");
  if (!file)
    fail_msg("cannot read %s; set LENET_SOURCE_DIR to the root of the sources", path);
  return file;
}

/* The networks of golden.txt, in order. */
static int golden_networks(golden_network networks[GOLDEN_MAX_NETWORKS])
{
  FILE *file = golden_open("golden.txt");
  char line[512];
  int count = 0;
  while (fgets(line, sizeof line, file)) {
    golden_network *network = &networks[count];
    if (sscanf(line, "network %lf %255[^\n]", &network->gain, network->notation) == 2)
      assert_true(++count < GOLDEN_MAX_NETWORKS);
  }
  fclose(file);
  return count;
}

/* Eight bytes of golden.bin: a double, least significant byte first. */
static double golden_double(const unsigned char *bytes)
{
  uint64_t bits = 0;
  for (int i = 7; i >= 0; i--)
    bits = bits << 8 | bytes[i];
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* The tensor called `name` of the network with this notation. */
static golden_tensor golden_find(const char *notation, const char *name)
{
  FILE *index = golden_open("golden.txt");
  char line[512], found[64], network[LENET_MAX_NOTATION] = "";
  golden_tensor tensor = {0};
  size_t place = 0;
  while (tensor.count == 0 && fgets(line, sizeof line, index)) {
    sscanf(line, "network %*f %255[^\n]", network);
    size_t count, step;
    if (sscanf(line, "tensor %63s %zu %zu %zu", found, &count, &step, &place) == 4 &&
        strcmp(network, notation) == 0 && strcmp(found, name) == 0)
      tensor = (golden_tensor){count, step, (count + step - 1) / step, NULL};
  }
  fclose(index);
  if (tensor.count == 0)
    fail_msg("golden.txt: no %s for %s", name, notation);

  FILE *data = golden_open("golden.bin");
  assert_int_equal(fseek(data, (long)(8 * place), SEEK_SET), 0);
  tensor.values = test_malloc((3 + tensor.stored) * sizeof *tensor.values);
  for (size_t i = 0; i < 3 + tensor.stored; i++) {
    unsigned char bytes[8];
    assert_int_equal(fread(bytes, 1, 8, data), 8);
    tensor.values[i] = golden_double(bytes);
  }
  fclose(data);
  return tensor;
}

/* Compares `ours` with PyTorch's tensor, both less `base` (NULL: nothing). */
static void golden_compare(const char *notation, const char *name, size_t count, const double *ours,
                           const double *base, double bound)
{
  golden_tensor tensor = golden_find(notation, name);
  assert_int_equal(tensor.count, count);
  double error = 0, size = 0;
  for (size_t i = 0; i < tensor.stored; i++) {
    size_t at = i * tensor.step;
    double theirs = tensor.values[3 + i];
    error += pow(ours[at] - theirs, 2);
    size += pow(theirs - (base ? base[at] : 0), 2);
  }
  if (!(error <= bound * size))
    fail_msg("%s of %s: normalised squared error %.3g, at most %.3g", name, notation, error / size,
             bound);

  /* The sums answer for the values that are not stored. A sum of n values with independent errors
   * strays sqrt(n) times as far as one of them; 5 standard deviations are allowed. */
  double sum = 0, squares = 0, mix = 0, change = 0;
  for (size_t i = 0; i < count; i++) {
    sum += ours[i];
    squares += ours[i] * ours[i];
    mix += ours[i] * golden_unit(STREAM_MIX, i);
    change += pow(ours[i] - (base ? base[i] : 0), 2);
  }
  double stray = 5 * sqrt(bound * change);
  if (!(fabs(sum - tensor.values[0]) <= stray * sqrt((double)count)) ||
      !(fabs(mix - tensor.values[2]) <= stray) ||
      !(fabs(squares - tensor.values[1]) <= 2 * stray * sqrt(squares)))
    fail_msg("%s of %s: sums are off by %.3g, %.3g, %.3g", name, notation, sum - tensor.values[0],
             squares - tensor.values[1], mix - tensor.values[2]);
  test_free(tensor.values);
}

/* ------------------------------------------------------------------ model and pictures ----- */

/* The model with the formula's weights: +-gain x the largest power of two b, b^2 fan-in <= 3. */
static lenet_model *golden_model(const golden_network *golden)
{
  lenet_network network;
  lenet_error error;
  lenet_model *model = NULL;
  if (lenet_network_parse(golden->notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){0x1p-8f, -0x1p-3f}, 1, &model, &error))
    fail_msg("%s", error.message);
  const lenet_layout *layout = lenet_model_layout(model);
  lenet_real *parameters = lenet_model_parameters_mut(model);
  uint64_t stream = 0;
  for (int r = 0; r < network.row_count; r++) {
    const lenet_layer *layer = &layout->layer[r];
    if (layer->weight_count == 0)
      continue;
    size_t fan_in = layer->weight_count / (size_t)layer->maps;
    double bound = 1;
    while (bound * bound * (double)fan_in > 3)
      bound /= 2;
    bound *= golden->gain;
    size_t kernel = fan_in / (size_t)layer->input_maps; /* weights for one input map */
    for (size_t i = 0; i < layer->weight_count; i++) {
      bool hole = network.row[r].kind == LENET_CONV &&
                  !lenet_connected(&network.row[r], (int)(i % fan_in / kernel), (int)(i / fan_in));
      parameters[layer->weight_offset + i] =
          hole ? 0 : (lenet_real)(bound * golden_unit(stream, i));
    }
    for (size_t i = 0; i < layer->bias_count; i++)
      parameters[layer->bias_offset + i] = (lenet_real)(bound * golden_unit(stream + 1, i));
    stream += 2;
  }
  return model;
}

/* A pixel: the mean of noise in pixels and of that of the first pixel of its 4x4 block; every other
 * picture begins with 12 columns of paper. */
static uint8_t golden_pixel(size_t image, int row, int column, int side)
{
  if (image % 2 == 1 && column < 12)
    return 0;
  size_t first = image * (size_t)(side * side);
  uint64_t fine = golden_bits(STREAM_PIXELS, first + (size_t)(row * side + column)) >> 56;
  uint64_t coarse =
      golden_bits(STREAM_PIXELS, first + (size_t)(row / 4 * 4 * side + column / 4 * 4)) >> 56;
  return (uint8_t)((fine + coarse) / 2);
}

static void golden_fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                         size_t count, uint8_t *pixels, uint8_t *labels)
{
  int side = *(const int *)context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    size_t image = first + index[i];
    for (int row = 0; row < side; row++)
      for (int column = 0; column < side; column++)
        *pixels++ = golden_pixel(image, row, column, side);
    labels[i] = (uint8_t)(golden_bits(STREAM_LABELS, image) % GOLDEN_CLASSES);
  }
}

static lenet_samples golden_samples(int *side)
{
  return (lenet_samples){.count = GOLDEN_IMAGES,
                         .rows = *side,
                         .columns = *side,
                         .classes = GOLDEN_CLASSES,
                         .fetch = golden_fetch,
                         .context = side};
}

/* ------------------------------------------------------------------ checks ----------------- */

static void golden_check_forward(const golden_network *golden, lenet_isa isa,
                                 const golden_bounds *bounds)
{
  lenet_model *model = golden_model(golden);
  int side = lenet_model_network(model)->rows;
  uint8_t pixels[GOLDEN_IMAGES * 32 * 32], labels[GOLDEN_IMAGES];
  uint32_t index[GOLDEN_IMAGES];
  for (uint32_t i = 0; i < GOLDEN_IMAGES; i++)
    index[i] = i;
  golden_fetch(&side, 0, 0, index, GOLDEN_IMAGES, pixels, labels);

  lenet_session *session;
  lenet_real probabilities[GOLDEN_IMAGES * GOLDEN_CLASSES];
  double ours[GOLDEN_IMAGES * GOLDEN_CLASSES];
  assert_int_equal(lenet_session_create(model, isa, &session, NULL), LENET_OK);
  assert_int_equal(lenet_classify(session, pixels, side, side, GOLDEN_IMAGES, probabilities, NULL),
                   LENET_OK);
  for (size_t i = 0; i < GOLDEN_IMAGES * GOLDEN_CLASSES; i++)
    ours[i] = (double)probabilities[i];
  golden_compare(golden->notation, "probabilities", GOLDEN_IMAGES * GOLDEN_CLASSES, ours, NULL,
                 bounds->probabilities);
  lenet_session_free(session);

  lenet_samples samples = golden_samples(&side);
  lenet_measure measure;
  assert_int_equal(lenet_evaluate(model, &samples, 1, isa, &measure, NULL, NULL), LENET_OK);
  assert_int_equal(measure.samples, GOLDEN_IMAGES);
  golden_compare(golden->notation, "loss", 1, &measure.loss, NULL, bounds->loss);
  lenet_model_free(model);
}

/* Runs `recipe` on the batch of all pictures, an epoch being one step, and compares the tensors
 * called `name`.0, `name`.1, ... with scale x (parameters - origin), origin being the initial ones
 * where `from_initial`, else 0. */
static void golden_check_training(const golden_network *golden, lenet_isa isa, const char *name,
                                  const lenet_recipe *recipe, double scale, bool from_initial,
                                  double bound)
{
  lenet_model *model = golden_model(golden);
  const lenet_network *network = lenet_model_network(model);
  const lenet_layout *layout = lenet_model_layout(model);
  const lenet_real *parameters = lenet_model_parameters(model);
  size_t count = layout->parameter_count;
  double *initial = test_malloc(count * sizeof *initial);
  double *ours = test_malloc(count * sizeof *ours);
  for (size_t i = 0; i < count; i++)
    initial[i] = (double)parameters[i];

  int side = network->rows;
  lenet_samples samples = golden_samples(&side);
  lenet_trainer *trainer = NULL;
  lenet_error error;
  if (lenet_trainer_create(model, recipe, &samples, NULL, 1, isa, &trainer, &error))
    fail_msg("%s", error.message);
  for (int i = 0; i < recipe->epochs; i++) {
    lenet_epoch epoch;
    if (lenet_trainer_epoch(trainer, NULL, NULL, &epoch, &error))
      fail_msg("%s", error.message);
  }
  lenet_trainer_free(trainer);
  for (size_t i = 0; i < count; i++)
    ours[i] = scale * ((double)parameters[i] - (from_initial ? initial[i] : 0));

  int number = 0;
  for (int r = 0; r < network->row_count; r++) {
    const lenet_layer *layer = &layout->layer[r];
    const size_t offsets[2] = {layer->weight_offset, layer->bias_offset};
    const size_t counts[2] = {layer->weight_count, layer->bias_count};
    for (int i = 0; layer->weight_count > 0 && i < 2; i++) {
      char tensor[32];
      snprintf(tensor, sizeof tensor, "%s.%d", name, number++);
      golden_compare(golden->notation, tensor, counts[i], ours + offsets[i],
                     from_initial ? NULL : initial + offsets[i], bound);
    }
  }
  assert_true(number >= 10);
  test_free(ours);
  test_free(initial);
  lenet_model_free(model);
}

static void golden_check(lenet_isa isa, const golden_bounds *bounds)
{
  golden_network networks[GOLDEN_MAX_NETWORKS];
  int count = golden_networks(networks);
  assert_int_equal(count, 6);
  for (int i = 0; i < count; i++) {
    /* The losses of make_golden.py: cross-entropy, eq. (9) with j = 5, eq. (8). */
    const bool softmax = strstr(networks[i].notation, ":softmax") != NULL;
    const bool codes = strstr(networks[i].notation, "R10") != NULL;
    const double wide = softmax ? 1 : bounds->distances;
    const golden_bounds own = {.probabilities = wide * bounds->probabilities,
                               .loss = wide * bounds->loss,
                               .gradient = wide * bounds->gradient,
                               .sgd = wide * bounds->sgd,
                               .adam = wide * bounds->adam};
    const lenet_loss loss = softmax ? LENET_CROSS_ENTROPY : codes ? LENET_MAP : LENET_MSE;

    golden_check_forward(&networks[i], isa, &own);

    /* One step of plain SGD tells the gradient. The rate is a large power of two, so that what is
     * lost by adding the step to the weight is small beside the step. */
    lenet_recipe recipe = {.epochs = 1,
                           .batch = GOLDEN_IMAGES,
                           .optimizer = LENET_SGD,
                           .learning_rate = 0x1p9f,
                           .schedule = LENET_CONSTANT,
                           .loss = loss,
                           .rubbish = 5};
    golden_check_training(&networks[i], isa, "gradient", &recipe, -0x1p-9, true, own.gradient);

    recipe.epochs = GOLDEN_STEPS;
    recipe.learning_rate = softmax ? 0.05f : 0.001f;
    recipe.momentum = 0.9f;
    golden_check_training(&networks[i], isa, "sgd", &recipe, 1, false, own.sgd);

    recipe.optimizer = LENET_ADAM;
    recipe.learning_rate = 0.001f;
    recipe.momentum = 0;
    golden_check_training(&networks[i], isa, "adam", &recipe, 1, false, own.adam);
  }
}

#endif
