/* bench.c - `lenet bench`: how fast this machine runs a network, against what it could do.
 *
 * Each figure is the best of several runs; the spread beside it is the distance from the worst to
 * the best as a part of the best. Multiply-adds of weights count as two operations. */
#include "commands.h"
#include "output.h"
#include "place.h"

#include <stdlib.h>
#include <string.h>

enum {
  REPEATS = 5,
  PICTURES = 2048, /* drawn once, used again and again: 1.6 MB */
  FORWARD_BATCH = 512,
  TRAIN_BATCH = 64,
  EPOCH_IMAGES = 1 << 17,
  MIN_LATENCIES = 100
};

typedef struct speed {
  double images_per_second, spread, gflops, fraction;
} speed;

typedef struct bench {
  const cli_arguments *arguments;
  lenet_isa isa;
  int threads;
  double seconds; /* for each measurement */
  uint8_t *pixels, labels[PICTURES];
  lenet_samples samples;
  lenet_model *model;
  lenet_session *session;
  double peak; /* GFLOP/s of one thread */
  speed forward, forward_all, train;
  double median, p99;     /* microseconds for one picture */
  double train_single_us; /* and for training with one at a time */
} bench;

/* ------------------------------------------------------------------ material -------------- */

/* Sample i is picture i modulo PICTURES. */
static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const bench *bench = context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    size_t picture = (first + index[i]) % PICTURES;
    memcpy(pixels + i * 784, bench->pixels + picture * 784, 784);
    labels[i] = bench->labels[picture];
  }
}

/* A trainer for what is measured. How far a step goes costs nothing: hardly anywhere, so that no
 * network diverges. */
static lenet_status make_trainer(bench *b, int threads, int batch, lenet_optimizer optimizer,
                                 lenet_trainer **trainer, lenet_error *error)
{
  const lenet_recipe usual = lenet_recipe_default(lenet_model_network(b->model));
  const lenet_recipe recipe = {.epochs = 10000,
                               .batch = batch,
                               .optimizer = optimizer,
                               .learning_rate = 1e-7f,
                               .momentum = 0.9f,
                               .schedule = LENET_CONSTANT,
                               .mu = 0.02f,
                               .curvature_samples = 1,
                               .loss = usual.loss,
                               .rubbish = usual.rubbish,
                               .seed = 1};
  return lenet_trainer_create(b->model, &recipe, &b->samples, NULL, threads, b->isa, trainer,
                              error);
}

static int prepare(bench *b)
{
  const cli_command *command = b->arguments->command;
  lenet_network network;
  int code = cli_open_network(b->arguments, cli_text(b->arguments, "net", "lenet5"), &network);
  if (code != CLI_OK)
    return code;
  b->pixels = malloc((size_t)PICTURES * 784);
  if (b->pixels == NULL)
    return cli_error(command, CLI_FAILED, "out of memory");
  for (size_t i = 0; i < PICTURES; i++)
    b->labels[i] = (uint8_t)lenet_synthetic_digit(1, i, b->pixels + i * 784);
  b->samples = (lenet_samples){.count = EPOCH_IMAGES,
                               .rows = 28,
                               .columns = 28,
                               .classes = 10,
                               .fetch = fetch,
                               .context = b};
  lenet_error error;
  if (lenet_model_create(&network, lenet_input_default(&network), 1, &b->model, &error) !=
          LENET_OK ||
      lenet_session_create(b->model, b->isa, &b->session, &error) != LENET_OK)
    return cli_library_error(command, &error);
  /* Whether the network takes the pictures and labels is known before anything is measured. */
  lenet_trainer *trainer = NULL;
  const lenet_status status = make_trainer(b, 1, 1, LENET_SGD, &trainer, &error);
  lenet_trainer_free(trainer);
  if (status == LENET_BAD_ARGUMENT)
    return cli_option_error(b->arguments, "net", "%s", error.message);
  return status == LENET_OK ? CLI_OK : cli_library_error(command, &error);
}

/* ------------------------------------------------------------------ measuring ------------- */

/* Rates in images per second; `macs` is the work of one image, `peak` what all threads could do. */
static speed summarise(const double rate[REPEATS], double macs, double peak)
{
  double best = rate[0], worst = rate[0];
  for (int i = 1; i < REPEATS; i++) {
    best = rate[i] > best ? rate[i] : best;
    worst = rate[i] < worst ? rate[i] : worst;
  }
  double gflops = best * 2 * macs * 1e-9;
  return (speed){best, (best - worst) / best, gflops, peak > 0 ? gflops / peak : 0};
}

static int measure_forward(bench *b)
{
  const lenet_layout *layout = lenet_model_layout(b->model);
  lenet_real *probabilities =
      malloc((size_t)FORWARD_BATCH * (size_t)layout->classes * sizeof(lenet_real));
  if (probabilities == NULL)
    return cli_error(b->arguments->command, CLI_FAILED, "out of memory");
  lenet_error error;
  lenet_status status = LENET_OK;
  double rate[REPEATS];
  for (int i = 0; i < REPEATS && status == LENET_OK; i++) {
    double start = cli_clock(), now = start;
    size_t images = 0;
    while (status == LENET_OK && now - start < b->seconds / REPEATS) {
      const uint8_t *pixels = b->pixels + images % PICTURES * 784;
      status = lenet_classify(b->session, pixels, 28, 28, FORWARD_BATCH, probabilities, &error);
      images += FORWARD_BATCH;
      now = cli_clock();
    }
    rate[i] = (double)images / (now - start);
  }
  free(probabilities);
  if (status != LENET_OK)
    return cli_library_error(b->arguments->command, &error);
  b->forward = summarise(rate, (double)layout->macs, b->peak);
  return CLI_OK;
}

static int measure_forward_all(bench *b)
{
  lenet_measure *measure = calloc(1, sizeof *measure);
  if (measure == NULL)
    return cli_error(b->arguments->command, CLI_FAILED, "out of memory");
  lenet_samples samples = b->samples;
  samples.count = (size_t)(b->forward.images_per_second * b->threads * b->seconds / REPEATS) + 1;
  lenet_error error;
  lenet_status status = LENET_OK;
  double rate[REPEATS];
  for (int i = 0; i < REPEATS && status == LENET_OK; i++) {
    status = lenet_evaluate(b->model, &samples, b->threads, b->isa, measure, NULL, &error);
    rate[i] = (double)samples.count / measure->seconds;
  }
  free(measure);
  if (status != LENET_OK)
    return cli_library_error(b->arguments->command, &error);
  b->forward_all =
      summarise(rate, (double)lenet_model_layout(b->model)->macs, b->peak * b->threads);
  return CLI_OK;
}

/* Forward, gradient of the weights, gradient of the inputs: three times the multiply-adds, but
 * for the first row with weights, whose input needs no gradient. */
static double training_macs(const lenet_layout *layout, int row_count)
{
  double macs = 3.0 * (double)layout->macs;
  for (int i = 0; i < row_count; i++) {
    if (layout->layer[i].macs > 0)
      return macs - (double)layout->layer[i].macs;
  }
  return macs;
}

/* One measurement of training: as much of an epoch as there is time for. */
typedef struct stretch {
  double limit, seconds; /* to be spent, spent */
  size_t batch;
  size_t first, last; /* images done before and after */
  bool begun;
} stretch;

static bool on_step(void *context, const lenet_progress *state)
{
  stretch *stretch = context;
  if (!stretch->begun)
    stretch->first = state->done - stretch->batch;
  stretch->begun = true;
  stretch->last = state->done;
  stretch->seconds = state->seconds;
  return state->seconds < stretch->limit;
}

/* Rates in images per second. */
static int time_training(bench *b, int threads, int batch, lenet_optimizer optimizer,
                         double rate[REPEATS])
{
  lenet_trainer *trainer = NULL;
  lenet_error error;
  lenet_status status = make_trainer(b, threads, batch, optimizer, &trainer, &error);
  for (int i = 0; i < REPEATS && status == LENET_OK; i++) {
    stretch stretch = {.limit = b->seconds / REPEATS, .batch = (size_t)batch};
    lenet_epoch epoch;
    status = lenet_trainer_epoch(trainer, on_step, &stretch, &epoch, &error);
    rate[i] = (double)(stretch.last - stretch.first) / stretch.seconds;
    if (status == LENET_STOPPED)
      status = LENET_OK;
  }
  lenet_trainer_free(trainer);
  return status == LENET_OK ? CLI_OK : cli_library_error(b->arguments->command, &error);
}

static int measure_training(bench *b)
{
  double rate[REPEATS];
  int code = time_training(b, b->threads, TRAIN_BATCH, LENET_SGD, rate);
  if (code != CLI_OK)
    return code;
  double macs =
      training_macs(lenet_model_layout(b->model), lenet_model_network(b->model)->row_count);
  b->train = summarise(rate, macs, b->peak * b->threads);
  return CLI_OK;
}

/* One pattern at a time, with the method of 1998. */
static int measure_single_training(bench *b)
{
  double rate[REPEATS];
  int code = time_training(b, 1, 1, LENET_SDLM, rate);
  if (code == CLI_OK)
    b->train_single_us = 1e6 / summarise(rate, 0, 0).images_per_second;
  return code;
}

static int compare_doubles(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static int measure_latency(bench *b)
{
  size_t capacity = (size_t)MIN_LATENCIES * 1000, count = 0;
  double *latency = malloc(capacity * sizeof *latency);
  if (latency == NULL)
    return cli_error(b->arguments->command, CLI_FAILED, "out of memory");
  lenet_real probabilities[LENET_MAX_CLASSES];
  lenet_error error;
  lenet_status status = LENET_OK;
  double start = cli_clock(), now = start;
  while (status == LENET_OK && count < capacity &&
         (count < MIN_LATENCIES || now - start < b->seconds)) {
    const uint8_t *picture = b->pixels + count % PICTURES * 784;
    double before = cli_clock();
    status = lenet_classify(b->session, picture, 28, 28, 1, probabilities, &error);
    now = cli_clock();
    latency[count++] = 1e6 * (now - before);
  }
  qsort(latency, count, sizeof *latency, compare_doubles);
  b->median = latency[count / 2];
  b->p99 = latency[count * 99 / 100];
  free(latency);
  return status == LENET_OK ? CLI_OK : cli_library_error(b->arguments->command, &error);
}

/* ------------------------------------------------------------------ printing -------------- */

#if LENET_HAVE_JANSSON
static json_t *speed_document(const speed *s, int threads)
{
  return json_pack("{s:f, s:f, s:f, s:f, s:i}", "images_per_second", s->images_per_second, "gflops",
                   s->gflops, "fraction", s->fraction, "spread", s->spread, "threads", threads);
}

static json_t *document(const bench *b)
{
  return json_pack("{s:s, s:s, s:i, s:f, s:o, s:o, s:o, s:{s:f, s:f}, s:f}", "net",
                   cli_name_network(lenet_model_network(b->model)).text, "isa",
                   lenet_isa_name(b->isa), "threads", b->threads, "peak_gflops", b->peak, "forward",
                   speed_document(&b->forward, 1), "forward_all",
                   speed_document(&b->forward_all, b->threads), "train",
                   speed_document(&b->train, b->threads), "latency_us", "median", b->median, "p99",
                   b->p99, "train_single_us", b->train_single_us);
}
#endif

static void print_speed(const char *what, int threads, const speed *s)
{
  printf("%-12s%3d %-7s%11s images/s%8.1f GFLOP/s%8.1f %%%7.1f %%\n", what, threads,
         threads == 1 ? "thread" : "threads", cli_rate(s->images_per_second).text, s->gflops,
         100 * s->fraction, 100 * s->spread);
}

static void print_text(const bench *b)
{
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("%s on %s\n\n", cli_name_network(lenet_model_network(b->model)).text,
         lenet_isa_name(b->isa));
  printf("%s%69s%9s%s\n", bold, "of peak", "spread", plain);
  printf("%-12s%3d %-7s%20s%8.1f GFLOP/s\n", "peak", 1, "thread", "", b->peak);
  print_speed("forward", 1, &b->forward);
  print_speed("forward", b->threads, &b->forward_all);
  print_speed("training", b->threads, &b->train);
  printf("%-12s%3d %-7s%11.1f us median, %.1f us for 99 in 100\n", "one picture", 1, "thread",
         b->median, b->p99);
  printf("%-12s%3d %-7s%11.1f us a picture, one at a time\n", "training", 1, "thread",
         b->train_single_us);
}

/* ------------------------------------------------------------------ command --------------- */

static int measure(bench *b)
{
  int code = prepare(b);
  if (code != CLI_OK)
    return code;
  cli_note(b->arguments, "measuring for about %s", cli_seconds(6 * b->seconds).text);
  lenet_error error;
  if (lenet_peak_gflops(b->isa, 1, b->seconds, &b->peak, &error) != LENET_OK)
    return cli_library_error(b->arguments->command, &error);
  int (*const measurements[])(bench *) = {measure_forward, measure_forward_all, measure_training,
                                          measure_latency, measure_single_training};
  for (size_t i = 0; i < sizeof measurements / sizeof measurements[0] && code == CLI_OK; i++)
    code = measurements[i](b);
  if (code != CLI_OK)
    return code;
  if (cli_given(b->arguments, "json"))
    CLI_PRINT_JSON(document(b));
  else
    print_text(b);
  return CLI_OK;
}

static int run_bench(const cli_arguments *arguments)
{
  if (arguments->operand_count > 0)
    return cli_usage_error(arguments->command, "'%s' is too much", arguments->operand[0]);
  bench bench = {.arguments = arguments,
                 .threads = cli_threads(arguments),
                 .seconds = cli_number(arguments, "seconds", 1)};
  int code = cli_isa(arguments, &bench.isa) ? measure(&bench) : CLI_USAGE;
  lenet_session_free(bench.session);
  lenet_model_free(bench.model);
  free(bench.pixels);
  return code;
}

static const cli_option options[] = {
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0,
     "network: a name of 'lenet show --list' or its one-line notation [lenet5]"},
    {"seconds", 0, CLI_NUMBER, "S", 0.01, 600, "time for each of six measurements [1]"},
    CLI_OPTION_ISA,
    CLI_OPTION_THREADS,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_bench_command = {
    .name = "bench",
    .summary = "measure speed: the machine's peak, forward, training, one picture",
    .usage = "[--net NAME|NOTATION] [options]",
    .details = "Pictures are synthetic and in memory, batches are of 512 forward and of 64 in "
               "training. Figures are the best of five runs; spread is the distance to the worst. "
               "JSON keys: peak_gflops (one thread), forward, forward_all, train, latency_us, "
               "train_single_us (batches of one, sdlm).",
    .examples = "  lenet bench\n"
                "  lenet bench --isa scalar --threads 1 --seconds 0.2 --json\n",
    .options = options,
    .run = run_bench,
};
