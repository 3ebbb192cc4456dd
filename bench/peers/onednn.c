/* onednn.c - lenet5 on oneDNN's primitives, one of the peers of compare.py.
 *
 *   onednn answers FOLDER THREADS                 digits of the test images
 *   onednn forward FOLDER THREADS SECONDS         images/s, the best of several batches
 *   onednn latency FOLDER THREADS SECONDS         one image
 *   onednn train   FOLDER THREADS BATCH IMAGES    an epoch of SGD with momentum
 *
 * What stands in FOLDER is said in materials.py, what is printed in README.md. */
#include "onednn_net.h"

#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LATENCIES = 100000 };

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *read_file(const char *folder, const char *name, size_t *bytes)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0)
    die(path);
  *bytes = (size_t)ftell(file);
  void *data = malloc(*bytes);
  rewind(file);
  if (data == NULL || fread(data, 1, *bytes, file) != *bytes)
    die(path);
  fclose(file);
  return data;
}

typedef struct set {
  int count;
  float *picture; /* [count][784], ready for the network */
  uint8_t *label;
} set;

/* The parameter array; `scale` and `offset`, which make inputs of bytes, stand before it. */
static float *read_model(const char *folder, const char *name, float *scale, float *offset)
{
  size_t bytes;
  float *model = read_file(folder, name, &bytes);
  if (bytes != (2 + PARAMETERS) * sizeof *model)
    die("this is no lenet5");
  *scale = model[0];
  *offset = model[1];
  return model + 2;
}

static set read_set(const char *folder, const char *images, const char *labels, float scale,
                    float offset)
{
  size_t bytes, count;
  uint8_t *pixel = read_file(folder, images, &bytes);
  set set = {.label = read_file(folder, labels, &count), .picture = malloc(bytes * sizeof(float))};
  if (set.picture == NULL || bytes != count * PIXELS)
    die("images and labels do not fit together");
  set.count = (int)count;
  for (size_t i = 0; i < bytes; i++)
    set.picture[i] = (float)pixel[i] * scale + offset;
  free(pixel);
  return set;
}

/* The digits that the network reads in a set, in its order, as a string. */
static char *answers(net *net, const set *set)
{
  char *answer = calloc(1, (size_t)set->count + 1);
  if (answer == NULL)
    die("out of memory");
  for (int first = 0; first < set->count; first += net_batch(net)) {
    const int count = set->count - first < net_batch(net) ? set->count - first : net_batch(net);
    memcpy(net_input(net), set->picture + (size_t)first * PIXELS,
           (size_t)count * PIXELS * sizeof(float));
    net_forward(net);
    const float *score = net_scores(net);
    for (int i = 0; i < count; i++, score += CLASSES) {
      int best = 0;
      for (int c = 1; c < CLASSES; c++)
        best = score[c] > score[best] ? c : best;
      answer[first + i] = (char)('0' + best);
    }
  }
  return answer;
}

static void forward(const float *parameters, const set *test, double seconds)
{
  static const int batches[] = {32, 64, 256, 1000};
  enum { TRIES = sizeof batches / sizeof batches[0] };
  double best = 0;
  int best_batch = 0;
  for (int i = 0; i < TRIES && batches[i] <= test->count; i++) {
    net *net = make_net(batches[i], 0, parameters);
    for (int j = 0; j < 3; j++)
      net_forward(net);
    double start = now(), spent = 0, images = 0;
    for (int first = 0; spent < seconds / TRIES; spent = now() - start) {
      memcpy(net_input(net), test->picture + (size_t)first * PIXELS,
             (size_t)net_batch(net) * PIXELS * sizeof(float));
      net_forward(net);
      images += net_batch(net);
      first = first + 2 * net_batch(net) <= test->count ? first + net_batch(net) : 0;
    }
    if (images / spent > best) {
      best = images / spent;
      best_batch = net_batch(net);
    }
  }
  printf("\"images_per_second\": %.1f, \"how\": \"batch %d\"", best, best_batch);
}

static int compare(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void latency(const float *parameters, const set *test, double seconds)
{
  static double time[LATENCIES];
  net *net = make_net(1, 0, parameters);
  int count = -100; /* to warm up */
  for (double end = now() + seconds; count < LATENCIES && (count < 100 || now() < end); count++) {
    const float *picture = test->picture + (size_t)(count + 100) % (size_t)test->count * PIXELS;
    const double start = now();
    memcpy(net_input(net), picture, PIXELS * sizeof(float));
    net_forward(net);
    if (count >= 0)
      time[count] = 1e6 * (now() - start);
  }
  qsort(time, (size_t)count, sizeof *time, compare);
  printf("\"median_us\": %.2f, \"p99_us\": %.2f", time[count / 2], time[count * 99 / 100]);
}

/* An epoch of the first `images` in a random order. */
static void train(const float *parameters, const set *set, const struct set *test, int batch,
                  int images)
{
  net *net = make_net(batch, 1, parameters);
  int *order = malloc((size_t)images * sizeof *order);
  uint8_t *label = malloc((size_t)batch);
  if (order == NULL || label == NULL || images > set->count)
    die("out of memory or of images");
  uint64_t state = 1;
  for (int i = 0; i < images; i++) { /* Knuth's shuffle */
    state = state * 6364136223846793005u + 1442695040888963407u;
    const int j = (int)((state >> 33) % (uint64_t)(i + 1));
    order[i] = order[j];
    order[j] = i;
  }
  double loss = 0;
  const int steps = images / batch; /* what is left over is no batch */
  for (int s = 0; s < 3; s++) {     /* the first runs are slower; they change no weights */
    net_warm_up(net);
  }
  const double start = now();
  for (int s = 0; s < steps; s++) {
    float *input = net_input(net);
#pragma omp parallel for if (batch > 16)
    for (int i = 0; i < batch; i++) {
      const int k = order[s * batch + i];
      memcpy(input + (size_t)i * PIXELS, set->picture + (size_t)k * PIXELS, PIXELS * sizeof *input);
      label[i] = set->label[k];
    }
    loss += net_learn(net, label);
  }
  const double seconds = now() - start;
  printf("\"seconds\": %.4f, \"loss\": %.6f, \"answers\": \"%s\"",
         seconds * images / ((double)steps * batch), loss / ((double)steps * batch),
         answers(net, test));
}

int main(int argc, char **argv)
{
  const char *work = argc > 3 ? argv[1] : "";
  const int is_training = strcmp(work, "train") == 0;
  if (argc != (strcmp(work, "answers") == 0 ? 4 : is_training ? 6 : 5))
    die("usage: onednn answers|forward|latency|train FOLDER THREADS [...]");
  omp_set_num_threads(atoi(argv[3]));
  start_onednn();
  float scale, offset;
  const float *parameters =
      read_model(argv[2], is_training ? "start.floats" : "trained.floats", &scale, &offset);
  const set test = read_set(argv[2], "test.images", "test.labels", scale, offset);
  const dnnl_version_t *version = dnnl_version();
  printf("{\"version\": \"oneDNN %d.%d.%d\", ", version->major, version->minor, version->patch);
  if (is_training) {
    const set set = read_set(argv[2], "train.images", "train.labels", scale, offset);
    train(parameters, &set, &test, atoi(argv[4]), atoi(argv[5]));
  } else if (strcmp(work, "forward") == 0)
    forward(parameters, &test, atof(argv[4]));
  else if (strcmp(work, "latency") == 0)
    latency(parameters, &test, atof(argv[4]));
  else
    printf("\"answers\": \"%s\"", answers(make_net(100, 0, parameters), &test));
  printf("}\n");
  return 0;
}
