/* bench_measure.c - the measurements of `lenet bench`.
 *
 * All figures are measured in turn, and that in several rounds, so that what disturbs the machine
 * for a while disturbs one round of each, not all of one. Before each the peak is measured again:
 * the clock of a processor drifts, and a part of the peak is worth something only near to it. */
#include "bench.h"
#include "progress.h"

#include <stdlib.h>
#include <string.h>

enum {
  ROUNDS = 5,
  LEAST_ROUNDS = 2, /* of a network that is slower than planned */
  PICTURES = 2048,  /* drawn once, used again and again: 1.6 MB */
  SIDE = 28,
  EPOCH_IMAGES = 1 << 17,
  MIN_LATENCIES = 100,
  MAX_LATENCIES = 100000
};

static const double PEAK_SECONDS = 0.01;     /* before each measurement */
static const double STRETCH_SECONDS = 0.005; /* at least */

static int out_of_memory(const cli_bench *b)
{
  return cli_error(b->arguments->command, CLI_FAILED, "out of memory");
}

/* What a round has come to. */
static void record(cli_bench *b, int place, double rate)
{
  cli_speed *speed = &b->result.speed[place];
  speed->best = rate > speed->best ? rate : speed->best;
  speed->worst = speed->worst == 0 || rate < speed->worst ? rate : speed->worst;
}

/* ------------------------------------------------------------------ material -------------- */

/* Sample i is picture i modulo PICTURES. */
static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  enum { BYTES = SIDE * SIDE };
  const cli_bench *bench = context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    const size_t picture = (first + index[i]) % PICTURES;
    memcpy(pixels + i * BYTES, bench->pixels + picture * BYTES, BYTES);
    labels[i] = bench->labels[picture];
  }
}

/* A trainer for the figure. How far a step goes costs nothing: hardly anywhere, so that no network
 * diverges. */
static lenet_status make_trainer(cli_bench *b, int place, lenet_trainer **trainer,
                                 lenet_error *error)
{
  const cli_speed *speed = &b->result.speed[place];
  const lenet_recipe usual = lenet_recipe_default(&b->result.network);
  const lenet_recipe recipe = {.epochs = 1000,
                               .batch = speed->batch,
                               .optimizer = place == CLI_SPEED_SINGLE ? LENET_SDLM : LENET_SGD,
                               .learning_rate = 1e-7f,
                               .momentum = 0.9f,
                               .schedule = LENET_CONSTANT,
                               .mu = 0.02f,
                               .curvature_samples = 1,
                               .loss = usual.loss,
                               .rubbish = usual.rubbish,
                               .seed = 1};
  return lenet_trainer_create(b->model, &recipe, &b->samples, NULL, speed->threads, b->isa, trainer,
                              error);
}

/* The network in integers; where it cannot be that, there are no such figures. */
static lenet_status make_integers(cli_bench *b, lenet_error *error)
{
  lenet_samples calibration = b->samples;
  calibration.count = PICTURES;
  lenet_status status = lenet_quantize(b->model, &calibration, &b->quantized, error);
  if (status == LENET_UNSUPPORTED || status == LENET_BAD_ARGUMENT) {
    b->result.speed[CLI_SPEED_INT8].threads = b->result.speed[CLI_SPEED_INT8_ALL].threads = 0;
    return LENET_OK;
  }
  return status == LENET_OK
             ? lenet_quantized_session_create(b->quantized, b->isa, &b->quantized_session, error)
             : status;
}

int cli_prepare_bench(cli_bench *b)
{
  const cli_arguments *a = b->arguments;
  b->pixels = malloc((size_t)PICTURES * SIDE * SIDE);
  b->labels = malloc(PICTURES);
  if (b->pixels == NULL || b->labels == NULL)
    return out_of_memory(b);
  for (size_t i = 0; i < PICTURES; i++)
    b->labels[i] = (uint8_t)lenet_synthetic_digit(1, i, b->pixels + i * SIDE * SIDE);
  b->samples = (lenet_samples){.count = EPOCH_IMAGES,
                               .rows = SIDE,
                               .columns = SIDE,
                               .classes = 10,
                               .fetch = fetch,
                               .context = b};
  lenet_error error;
  if (lenet_session_create(b->model, b->isa, &b->session, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  if (make_integers(b, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  /* Whether the network takes the pictures and labels is known before anything is measured. */
  lenet_trainer *trainer = NULL;
  const lenet_status status = make_trainer(b, CLI_SPEED_TRAIN, &trainer, &error);
  lenet_trainer_free(trainer);
  if (status == LENET_BAD_ARGUMENT)
    return cli_option_error(a, cli_given(a, "model") ? "model" : "net", "%s", error.message);
  return status == LENET_OK ? CLI_OK : cli_library_error(a->command, &error);
}

/* ------------------------------------------------------------------ measurements ---------- */

/* Each measures the figure at `place` once, for about `seconds`. */

static lenet_status measure_peak(cli_bench *b, int place, double seconds, lenet_error *error)
{
  double gflops = 0;
  const lenet_status status =
      lenet_peak_gflops(b->isa, b->result.speed[place].threads, seconds, &gflops, error);
  if (status == LENET_OK)
    record(b, place, gflops);
  return status;
}

/* Rates of the stretches of a round, one after the other. */
typedef struct stretches {
  double end;  /* when the round ends */
  double from; /* the beginning of the stretch that is on its way */
  size_t images;
  double best; /* images a second */
} stretches;

static stretches begin(double seconds)
{
  const double now = cli_clock();
  return (stretches){.end = now + seconds, .from = now};
}

/* Counts images that are done. False when the round has ended, after one stretch at least. */
static bool count_images(stretches *s, size_t images)
{
  const double now = cli_clock(), seconds = now - s->from;
  s->images += images;
  if (seconds < STRETCH_SECONDS)
    return true;
  const double rate = (double)s->images / seconds;
  s->best = rate > s->best ? rate : s->best;
  s->from = now;
  s->images = 0;
  return now < s->end;
}

/* Classifies in floats or, at the place of that, in integers. */
static lenet_status measure_forward(cli_bench *b, int place, double seconds, lenet_error *error)
{
  const size_t batch = (size_t)b->result.speed[place].batch;
  lenet_real *probabilities =
      malloc(batch * (size_t)b->result.layout.classes * sizeof *probabilities);
  if (probabilities == NULL)
    return LENET_NO_MEMORY;
  lenet_status status = LENET_OK;
  size_t first = 0;
  stretches s = begin(seconds);
  do {
    const uint8_t *pixels = b->pixels + first * SIDE * SIDE;
    status = place == CLI_SPEED_INT8
                 ? lenet_quantized_classify(b->quantized_session, pixels, SIDE, SIDE, batch,
                                            probabilities, NULL, error)
                 : lenet_classify(b->session, pixels, SIDE, SIDE, batch, probabilities, error);
    first = (first + batch) % PICTURES;
  } while (status == LENET_OK && count_images(&s, batch));
  free(probabilities);
  record(b, place, s.best);
  return status;
}

/* By measuring errors, which is what classifies on several threads; its own seconds leave out the
 * making of those. */
static lenet_status measure_forward_all(cli_bench *b, int place, double seconds, lenet_error *error)
{
  lenet_measure *measure = calloc(1, sizeof *measure);
  if (measure == NULL)
    return LENET_NO_MEMORY;
  const int threads = b->result.speed[place].threads;
  const bool int8 = place == CLI_SPEED_INT8_ALL;
  const double one = b->result.speed[int8 ? CLI_SPEED_INT8 : CLI_SPEED_FORWARD].best;
  lenet_samples samples = b->samples;
  samples.count = (size_t)(one * threads * 2 * STRETCH_SECONDS) + 1;
  lenet_status status;
  double best = 0;
  const double start = cli_clock();
  do {
    status = int8 ? lenet_quantized_evaluate(b->quantized, &samples, threads, b->isa, measure, NULL,
                                             error)
                  : lenet_evaluate(b->model, &samples, threads, b->isa, measure, NULL, error);
    const double rate = (double)samples.count / measure->seconds;
    best = rate > best ? rate : best;
  } while (status == LENET_OK && cli_clock() - start < seconds);
  free(measure);
  record(b, place, best);
  return status;
}

typedef struct training {
  stretches stretches;
  size_t done; /* images of this epoch */
} training;

static bool on_step(void *context, const lenet_progress *state)
{
  training *t = context;
  const size_t images = state->done - t->done;
  t->done = state->done;
  return count_images(&t->stretches, images);
}

static lenet_status measure_training(cli_bench *b, int place, double seconds, lenet_error *error)
{
  lenet_trainer *trainer = NULL;
  lenet_status status = make_trainer(b, place, &trainer, error);
  training t = {.stretches = begin(seconds)};
  while (status == LENET_OK) {
    lenet_epoch epoch;
    t.done = 0;
    status = lenet_trainer_epoch(trainer, on_step, &t, &epoch, error);
  }
  lenet_trainer_free(trainer);
  record(b, place, t.stretches.best);
  return status == LENET_STOPPED ? LENET_OK : status;
}

static int compare_doubles(const void *a, const void *b)
{
  const double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Gives both figures of one picture. */
static lenet_status measure_latency(cli_bench *b, int place, double seconds, lenet_error *error)
{
  double *latency = malloc(MAX_LATENCIES * sizeof *latency);
  if (latency == NULL)
    return LENET_NO_MEMORY;
  size_t count = 0;
  lenet_real probabilities[LENET_MAX_CLASSES];
  lenet_status status = LENET_OK;
  const double start = cli_clock();
  double now = start;
  while (status == LENET_OK && count < MAX_LATENCIES &&
         (count < MIN_LATENCIES || now - start < seconds)) {
    const uint8_t *picture = b->pixels + count % PICTURES * SIDE * SIDE;
    const double before = cli_clock();
    status = lenet_classify(b->session, picture, SIDE, SIDE, 1, probabilities, error);
    now = cli_clock();
    latency[count++] = now - before;
  }
  qsort(latency, count, sizeof *latency, compare_doubles);
  record(b, place, 1 / latency[count / 2]);
  record(b, CLI_SPEED_P99, 1 / latency[count * 99 / 100]);
  free(latency);
  return status;
}

/* Gives the figures of all rows and of what is outside them. */
static lenet_status measure_layers(cli_bench *b, int place, double seconds, lenet_error *error)
{
  lenet_layer_time times[LENET_MAX_ROWS];
  lenet_rest_time rest;
  const lenet_status status =
      lenet_profile(b->model, &b->samples, b->isa, seconds, times, &rest, error);
  if (status != LENET_OK)
    return status;
  record(b, place, 1 / rest.load);
  record(b, CLI_SPEED_LOSS, 1 / rest.loss);
  record(b, CLI_SPEED_STEP, 1 / rest.step);
  for (int i = 0; i < b->result.network.row_count; i++) {
    if (times[i].forward > 0)
      record(b, CLI_SPEED_ROWS + 2 * i, 1 / times[i].forward);
    if (times[i].backward > 0)
      record(b, CLI_SPEED_ROWS + 2 * i + 1, 1 / times[i].backward);
  }
  return LENET_OK;
}

/* ------------------------------------------------------------------ rounds ---------------- */

typedef lenet_status (*measurement)(cli_bench *b, int place, double seconds, lenet_error *error);

/* What measures the figure; NULL where there is none, or another one's measurement gives it too. */
static measurement measurement_of(const cli_bench *b, int place)
{
  const cli_speed *speed = &b->result.speed[place];
  if (speed->threads == 0 || !b->wanted[speed->part])
    return NULL;
  switch (speed->part) {
  case CLI_PEAK: return measure_peak;
  case CLI_FORWARD: return speed->threads == 1 ? measure_forward : measure_forward_all;
  case CLI_TRAINING: return measure_training;
  case CLI_LATENCY: return place == CLI_SPEED_MEDIAN ? measure_latency : NULL;
  case CLI_LAYERS: return place == CLI_SPEED_LOAD ? measure_layers : NULL;
  case CLI_BENCH_PARTS: break;
  }
  return NULL;
}

/* What stands beside the bar. */
static cli_words describe(const cli_speed *speed)
{
  cli_words words;
  const char *what = speed->part == CLI_LAYERS ? "layers" : speed->name;
  int used = snprintf(words.text, sizeof words.text, "%s", what);
  if (speed->batch > 1 && speed->part != CLI_LAYERS)
    used +=
        snprintf(words.text + used, sizeof words.text - (size_t)used, ", batch %d", speed->batch);
  snprintf(words.text + used, sizeof words.text - (size_t)used, ", %d thread%s", speed->threads,
           speed->threads == 1 ? "" : "s");
  return words;
}

static lenet_status measure_one(cli_bench *b, int place, lenet_error *error)
{
  const cli_speed *speed = &b->result.speed[place];
  const int peak = speed->threads > 1 ? CLI_SPEED_PEAK_ALL : CLI_SPEED_PEAK;
  lenet_status status = LENET_OK;
  if (speed->part != CLI_PEAK) {
    double gflops = 0;
    status = lenet_peak_gflops(b->isa, speed->threads, PEAK_SECONDS, &gflops, error);
    /* A lower one says that so short a time was not enough, not that the peak spreads. */
    if (gflops > b->result.speed[peak].best)
      b->result.speed[peak].best = gflops;
  }
  return status == LENET_OK ? measurement_of(b, place)(b, place, b->result.seconds / ROUNDS, error)
                            : status;
}

int cli_measure_bench(cli_bench *b)
{
  int count = 0;
  for (int place = 0; place < CLI_SPEEDS; place++)
    count += measurement_of(b, place) != NULL;
  const double seconds = count * (b->result.seconds + ROUNDS * PEAK_SECONDS);
  cli_progress progress = cli_progress_start(b->arguments);
  if (!progress.live)
    cli_note(b->arguments, "measuring for about %s", cli_seconds(seconds).text);
  lenet_error error = {.status = LENET_OK};
  lenet_status status = LENET_OK;
  int done = 0;
  const double start = cli_clock();
  for (int round = 0; round < ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && cli_clock() - start > 2 * seconds)
      break;
    for (int place = 0; place < CLI_SPEEDS && status == LENET_OK; place++) {
      if (measurement_of(b, place) == NULL)
        continue;
      cli_progress_part(&progress, (double)done++ / (count * ROUNDS), seconds,
                        describe(&b->result.speed[place]).text);
      status = measure_one(b, place, &error);
    }
  }
  cli_progress_clear(&progress);
  if (status == LENET_NO_MEMORY)
    return out_of_memory(b);
  return status == LENET_OK ? CLI_OK : cli_library_error(b->arguments->command, &error);
}
