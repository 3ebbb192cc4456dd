/* scores.c - what lenet gives for the test images of a data set, as raw float32 for another program
 * to compare with.
 *
 *   scores MODEL SET DATA-DIR FOLDER
 *
 * Writes FOLDER/inputs.f32 [N][rows][columns], byte * scale + offset, smaller pictures in the
 * middle of paper; scores.f32 and probabilities.f32 [N][classes], as lenet_model_save_onnx names
 * them. Prints N, rows, columns and classes. */
#include <lenet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PIXELS = LENET_MAX_SIDE * LENET_MAX_SIDE };

typedef struct outputs {
  FILE *inputs, *scores, *probabilities;
} outputs;

static FILE *create(const char *folder, const char *name)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "wb");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  return file;
}

static void write_inputs(const lenet_model *model, const uint8_t *picture, int rows, int columns,
                         FILE *file)
{
  const lenet_network *network = lenet_model_network(model);
  const lenet_input input = lenet_model_input(model);
  const int top = (network->rows - rows) / 2, left = (network->columns - columns) / 2;
  static float values[MAX_PIXELS];
  for (int y = 0; y < network->rows; y++)
    for (int x = 0; x < network->columns; x++) {
      const int from_y = y - top, from_x = x - left;
      const bool inside = from_y >= 0 && from_y < rows && from_x >= 0 && from_x < columns;
      const float byte = inside ? (float)picture[from_y * columns + from_x] : 0;
      values[y * network->columns + x] = byte * input.scale + input.offset;
    }
  fwrite(values, sizeof *values, (size_t)network->rows * network->columns, file);
}

/* The sums before a softmax, the distances of an R row with their signs turned, or units. */
static lenet_status find_scores(const lenet_session *session, const lenet_model *model,
                                float *scores, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  const int last = network->row_count - 1;
  if (network->row[last].activation == LENET_SOFTMAX)
    return lenet_session_sums(session, last, scores, error);
  lenet_status status = lenet_session_maps(session, last, scores, error);
  for (int k = 0; network->row[last].kind == LENET_RBF && k < lenet_model_layout(model)->classes;
       k++)
    scores[k] = -scores[k];
  return status;
}

static lenet_status run(const lenet_model *model, lenet_samples samples, outputs *out,
                        lenet_error *error)
{
  static uint8_t picture[MAX_PIXELS];
  float scores[LENET_MAX_CLASSES], probabilities[LENET_MAX_CLASSES];
  const size_t classes = (size_t)lenet_model_layout(model)->classes;
  lenet_session *session = NULL;
  lenet_status status = lenet_session_create(model, LENET_ISA_BEST, &session, error);
  for (uint32_t i = 0; status == LENET_OK && i < samples.count; i++) {
    uint8_t label;
    samples.fetch(samples.context, 0, samples.first, &i, 1, picture, &label);
    status =
        lenet_classify(session, picture, samples.rows, samples.columns, 1, probabilities, error);
    if (status == LENET_OK)
      status = find_scores(session, model, scores, error);
    write_inputs(model, picture, samples.rows, samples.columns, out->inputs);
    fwrite(scores, sizeof *scores, classes, out->scores);
    fwrite(probabilities, sizeof *probabilities, classes, out->probabilities);
  }
  lenet_session_free(session);
  return status;
}

int main(int argc, char **argv)
{
  lenet_model *model = NULL;
  lenet_dataset *data = NULL;
  lenet_error error;
  if (argc != 5) {
    fprintf(stderr, "usage: scores MODEL SET DATA-DIR FOLDER\n");
    return 2;
  }
  const char *const places[] = {argv[3], NULL};
  lenet_status status = lenet_model_load(argv[1], &model, &error);
  if (status == LENET_OK)
    status = lenet_dataset_open(argv[2], LENET_TEST, places, &data, &error);
  if (status == LENET_OK) {
    outputs out = {create(argv[4], "inputs.f32"), create(argv[4], "scores.f32"),
                   create(argv[4], "probabilities.f32")};
    status = run(model, lenet_dataset_samples(data), &out, &error);
    if (fclose(out.inputs) + fclose(out.scores) + fclose(out.probabilities) != 0) {
      perror(argv[4]);
      return 1;
    }
  }
  if (status != LENET_OK) {
    fprintf(stderr, "scores: %s\n", error.message);
    return 1;
  }
  printf("%zu %d %d %d\n", lenet_dataset_samples(data).count, lenet_model_network(model)->rows,
         lenet_model_network(model)->columns, lenet_model_layout(model)->classes);
  lenet_dataset_free(data);
  lenet_model_free(model);
  return 0;
}
