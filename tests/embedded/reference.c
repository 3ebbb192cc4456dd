/* reference.c - what the boards are held against: exports a model that ships as C, in integers or
 * floats, and writes pictures of the synthetic data set with the library's scores for them.
 *
 *   reference NAME int8|float COUNT FOLDER
 *
 * FOLDER gets digit.c and digit.h, digits (COUNT pictures of 28x28 bytes) and scores (COUNT times
 * ten numbers of four bytes, int32 or float32). */
#include <lenet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, CLASSES = 10, CALIBRATION = 1000, PATH = 4096 };

static lenet_error error;

static void check(lenet_status status)
{
  if (status == LENET_OK)
    return;
  fprintf(stderr, "reference: %s\n", error.message);
  exit(1);
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t size)
{
  char path[PATH];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
    perror(path);
    exit(1);
  }
}

static lenet_dataset *open_set(lenet_split split)
{
  lenet_dataset *set = NULL;
  check(lenet_dataset_open("synthetic:12000", split, NULL, &set, &error));
  return set;
}

static uint8_t *fetch(const lenet_samples *samples, uint32_t count)
{
  uint8_t *pixels = malloc((size_t)count * SIDE * SIDE), *labels = malloc(count);
  uint32_t *index = malloc(count * sizeof *index);
  if (!pixels || !labels || !index || samples->count < count) {
    fprintf(stderr, "reference: no memory, or not %lu samples\n", (unsigned long)count);
    exit(1);
  }
  for (uint32_t i = 0; i < count; i++)
    index[i] = i;
  samples->fetch(samples->context, 0, samples->first, index, count, pixels, labels);
  free(labels), free(index);
  return pixels;
}

static void classify(const lenet_model *model, const lenet_quantized *quantized,
                     const uint8_t *pixels, size_t count, void *scores)
{
  if (quantized) {
    lenet_quantized_session *session = NULL;
    check(lenet_quantized_session_create(quantized, LENET_ISA_BEST, &session, &error));
    check(lenet_quantized_classify(session, pixels, SIDE, SIDE, count, NULL, scores, &error));
    lenet_quantized_session_free(session);
  } else {
    lenet_session *session = NULL;
    check(lenet_session_create(model, LENET_ISA_BEST, &session, &error));
    check(lenet_classify(session, pixels, SIDE, SIDE, count, scores, &error));
    lenet_session_free(session);
  }
}

int main(int argc, char **argv)
{
  const int count = argc == 5 ? atoi(argv[3]) : 0;
  char path[PATH];
  lenet_model *model = NULL;
  lenet_quantized *quantized = NULL;
  if (count < 1) {
    fputs("usage: reference NAME int8|float COUNT FOLDER\n", stderr);
    return 2;
  }
  check(lenet_builtin_load(argv[1], &model, &error));
  lenet_dataset *train = open_set(LENET_TRAIN), *test = open_set(LENET_TEST);
  const lenet_samples learned = lenet_samples_part(lenet_dataset_samples(train), 0, CALIBRATION);
  const lenet_samples samples = lenet_dataset_samples(test);
  if (strcmp(argv[2], "int8") == 0)
    check(lenet_quantize(model, &learned, &quantized, &error));
  snprintf(path, sizeof path, "%s/digit.c", argv[4]);
  check(lenet_model_save_c(model, quantized, path, NULL, &error));
  uint8_t *pixels = fetch(&samples, (uint32_t)count);
  void *scores = malloc((size_t)count * CLASSES * 4);
  classify(model, quantized, pixels, (size_t)count, scores);
  write_file(argv[4], "digits", pixels, (size_t)count * SIDE * SIDE);
  write_file(argv[4], "scores", scores, (size_t)count * CLASSES * 4);
  free(pixels), free(scores);
  lenet_quantized_free(quantized);
  lenet_model_free(model);
  lenet_dataset_free(train), lenet_dataset_free(test);
  return 0;
}
