/* integers.c - a model in floating point and in 8-bit integers, side by side. Run: integers
 *
 *   integers [MODEL.safetensors]     else the model that ships with lenet
 *
 * Prints images/s of one thread, best of many short runs, and how many answers differ. */
#include <lenet.h>
#include <stdio.h>
#include <time.h>

enum { PICTURES = 512, SIDE = 28, RUNS = 50 };

static uint8_t pixels[PICTURES][SIDE * SIDE];
static lenet_real in_float[PICTURES * LENET_MAX_CLASSES], in_int8[PICTURES * LENET_MAX_CLASSES];

static double now(void)
{
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int answer(const lenet_real *probabilities, int classes)
{
  int best = 0;
  for (int k = 1; k < classes; k++)
    best = probabilities[k] > probabilities[best] ? k : best;
  return best;
}

int main(int argc, char **argv)
{
  lenet_error error;
  lenet_model *model = NULL;
  lenet_dataset *digits = NULL;
  lenet_quantized *quantized = NULL;
  lenet_session *session = NULL;
  lenet_quantized_session *int8_session = NULL;
  if ((argc > 1 ? lenet_model_load(argv[1], &model, &error)
                : lenet_builtin_load(NULL, &model, &error)) != LENET_OK ||
      lenet_dataset_open("synthetic:500", LENET_TRAIN, NULL, &digits, &error) != LENET_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  const lenet_samples calibration = lenet_dataset_samples(digits);
  if (lenet_quantize(model, &calibration, &quantized, &error) != LENET_OK ||
      lenet_session_create(model, LENET_ISA_BEST, &session, &error) != LENET_OK ||
      lenet_quantized_session_create(quantized, LENET_ISA_BEST, &int8_session, &error) !=
          LENET_OK) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  for (int i = 0; i < PICTURES; i++)
    lenet_synthetic_digit(7, (uint64_t)i, pixels[i]);
  double best_float = 1e9, best_int8 = 1e9;
  for (int run = 0; run < RUNS; run++) {
    const double start = now();
    lenet_classify(session, pixels[0], SIDE, SIDE, PICTURES, in_float, &error);
    const double middle = now();
    lenet_quantized_classify(int8_session, pixels[0], SIDE, SIDE, PICTURES, in_int8, NULL, &error);
    const double end = now();
    best_float = middle - start < best_float ? middle - start : best_float;
    best_int8 = end - middle < best_int8 ? end - middle : best_int8;
  }
  const int classes = lenet_model_layout(model)->classes;
  int differ = 0;
  for (int i = 0; i < PICTURES; i++)
    differ += answer(in_float + i * classes, classes) != answer(in_int8 + i * classes, classes);
  printf("float    %9.0f images/s\nintegers %9.0f images/s, %.2f times as many\n",
         PICTURES / best_float, PICTURES / best_int8, best_float / best_int8);
  printf("%d of %d answers differ\n", differ, PICTURES);
  lenet_quantized_session_free(int8_session);
  lenet_session_free(session);
  lenet_quantized_free(quantized);
  lenet_dataset_free(digits);
  lenet_model_free(model);
  return 0;
}
