/* bench.c - `lenet bench`: how fast this machine runs a network, against what it could do. */
#include "bench.h"
#include "commands.h"
#include "place.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ figures --------------- */

static const int train_batches[CLI_TRAIN_BATCHES] = {16, 32, [CLI_TRAIN_USUAL] = 64, 128, 256};
enum { FORWARD_BATCH = 512, LANES = 16 };

static void describe(cli_bench_result *r, int place, cli_bench_part part, const char *name,
                     int batch, int threads, double macs)
{
  cli_speed *speed = &r->speed[place];
  *speed = (cli_speed){.part = part, .batch = batch, .threads = threads, .macs = macs};
  snprintf(speed->name, sizeof speed->name, "%s", name);
}

/* The figure of one thread and, where there are more, that of all. */
static void describe_both(cli_bench_result *r, int place, cli_bench_part part, const char *name,
                          int batch, double macs)
{
  describe(r, place, part, name, batch, 1, macs);
  if (r->threads > 1)
    describe(r, place + 1, part, name, batch, r->threads, macs);
}

/* The first row with parameters, or the number of rows. */
static int first_learning(const cli_bench_result *r)
{
  int i = 0;
  while (i < r->network.row_count && r->layout.layer[i].parameters == 0)
    i++;
  return i;
}

/* Gradients of the inputs and of the weights, each as many multiply-adds as the way forward. The
 * first row with parameters gives no gradient to its inputs, an R row has no weights that learn. */
static double backward_macs(const cli_bench_result *r, int row)
{
  const int first = first_learning(r);
  if (row < first)
    return 0;
  const int gradients = row == first || r->network.row[row].kind == LENET_RBF ? 1 : 2;
  return gradients * (double)r->layout.layer[row].macs;
}

static void describe_rows(cli_bench_result *r)
{
  for (int i = 0; i < r->network.row_count; i++) {
    const lenet_layer *layer = &r->layout.layer[i];
    char name[24];
    snprintf(name, sizeof name, "%s forward", layer->name);
    if (i > 0 || r->network.row[i].kind != LENET_PAD) /* that one is done in loading */
      describe(r, CLI_SPEED_ROWS + 2 * i, CLI_LAYERS, name, LANES, 1, (double)layer->macs);
    snprintf(name, sizeof name, "%s backward", layer->name);
    if (i >= first_learning(r))
      describe(r, CLI_SPEED_ROWS + 2 * i + 1, CLI_LAYERS, name, LANES, 1, backward_macs(r, i));
  }
}

void cli_describe_speeds(cli_bench_result *r)
{
  const double forward = (double)r->layout.macs;
  double training = forward;
  for (int i = 0; i < r->network.row_count; i++)
    training += backward_macs(r, i);
  memset(r->speed, 0, sizeof r->speed);
  describe_both(r, CLI_SPEED_PEAK, CLI_PEAK, "peak", 0, 0);
  describe_both(r, CLI_SPEED_FORWARD, CLI_FORWARD, "forward", FORWARD_BATCH, forward);
  describe_both(r, CLI_SPEED_INT8, CLI_FORWARD, "forward, int8", FORWARD_BATCH, 0);
  for (int i = 0; i < CLI_TRAIN_BATCHES; i++)
    describe_both(r, CLI_SPEED_TRAIN + 2 * i, CLI_TRAINING, "training", train_batches[i], training);
  describe(r, CLI_SPEED_SINGLE, CLI_TRAINING, "training, sdlm", 1, 1, training);
  describe(r, CLI_SPEED_MEDIAN, CLI_LATENCY, "one picture", 1, 1, forward);
  describe(r, CLI_SPEED_P99, CLI_LATENCY, "99 in 100 within", 1, 1, 0);
  describe(r, CLI_SPEED_LOAD, CLI_LAYERS, "load", LANES, 1, 0);
  describe(r, CLI_SPEED_LOSS, CLI_LAYERS, "loss", LANES, 1, 0);
  describe(r, CLI_SPEED_STEP, CLI_LAYERS, "step", LANES, 1, 0);
  describe_rows(r);
}

const cli_speed *cli_of_all(const cli_bench_result *result, int place)
{
  return &result->speed[place + (result->threads > 1)];
}

double cli_gflops(const cli_speed *speed)
{
  return speed->part == CLI_PEAK ? speed->best : speed->best * 2 * speed->macs * 1e-9;
}

double cli_fraction(const cli_bench_result *result, const cli_speed *speed)
{
  const int peak = speed->threads > 1 ? CLI_SPEED_PEAK_ALL : CLI_SPEED_PEAK;
  return speed->macs > 0 ? cli_gflops(speed) / result->speed[peak].best : (double)NAN;
}

double cli_spread(const cli_speed *speed)
{
  return speed->best > 0 ? (speed->best - speed->worst) / speed->best : 0;
}

double cli_ratio(const cli_speed *speed, const cli_speed *old)
{
  return speed->best > 0 && old->best > 0 ? speed->best / old->best : (double)NAN;
}

const char *cli_verdict(const cli_speed *speed, const cli_speed *old)
{
  const double ratio = cli_ratio(speed, old);
  const double change = ratio > 1 ? 1 - 1 / ratio : 1 - ratio;
  if (!(change > cli_spread(speed) && change > cli_spread(old)))
    return NULL;
  return ratio > 1 ? "faster" : "slower";
}

/* ------------------------------------------------------------------ what is asked --------- */

/* Reads --only, words with commas between. */
static int choose_parts(cli_bench *b)
{
  static const char *const names[CLI_BENCH_PARTS + 1] = {"peak", "forward", "train", "latency",
                                                         "layers"};
  const char *only = cli_text(b->arguments, "only", "forward,train,latency,layers");
  b->wanted[CLI_PEAK] = true;
  while (only != NULL) {
    const size_t length = strcspn(only, ",");
    int part = 0;
    while (part < CLI_BENCH_PARTS &&
           (strlen(names[part]) != length || strncmp(names[part], only, length) != 0))
      part++;
    if (part == CLI_BENCH_PARTS)
      return cli_option_error(b->arguments, "only",
                              "'%.*s' is not one of peak, forward, train, latency, layers",
                              (int)length, only);
    b->wanted[part] = true;
    only = only[length] == ',' ? only + length + 1 : NULL;
  }
  return CLI_OK;
}

static int open_model(cli_bench *b)
{
  const cli_arguments *a = b->arguments;
  lenet_network network;
  if (cli_given(a, "model") && cli_given(a, "net"))
    return cli_usage_error(a->command, "--net and --model exclude each other");
  if (cli_given(a, "model"))
    return cli_open_model(a, "model", cli_text(a, "model", NULL), &b->model);
  const int code = cli_open_network(a, cli_text(a, "net", "lenet5"), &network);
  lenet_error error;
  if (code != CLI_OK ||
      lenet_model_create(&network, lenet_input_default(&network), 1, &b->model, &error) == LENET_OK)
    return code;
  return cli_library_error(a->command, &error);
}

/* What is measured, and with what. */
static int set_up(cli_bench *b)
{
  cli_bench_result *r = &b->result;
  if (!cli_isa(b->arguments, &b->isa))
    return CLI_USAGE;
  int code = choose_parts(b);
  if (code == CLI_OK)
    code = open_model(b);
  if (code != CLI_OK)
    return code;
  r->network = *lenet_model_network(b->model);
  r->layout = *lenet_model_layout(b->model);
  r->threads = cli_threads(b->arguments);
  r->seconds = cli_number(b->arguments, "seconds", 0.6);
  snprintf(r->isa, sizeof r->isa, "%s", lenet_isa_name(b->isa));
  snprintf(r->version, sizeof r->version, "%s", lenet_version());
  cli_describe_speeds(r);
  return CLI_OK;
}

/* A result that has been measured before. */
static int reread(cli_bench *b)
{
  static const char *const measuring[] = {"net",     "model", "only", "seconds",
                                          "threads", "isa",   NULL};
  const cli_arguments *a = b->arguments;
  for (const char *const *name = measuring; *name != NULL; name++)
    if (cli_given(a, *name))
      return cli_usage_error(a->command, "--%s: nothing is measured where a file is given", *name);
  return cli_read_bench(a->command, a->operand[0], &b->result);
}

/* ------------------------------------------------------------------ comparing ------------- */

/* Figures are compared where they are of the same work on the same means. */
static int check_alike(const cli_bench *b, const char *path, const cli_bench_result *old)
{
  const cli_command *command = b->arguments->command;
  const cli_bench_result *new = &b->result;
  const cli_net_name net = cli_name_network(&new->network);
  const cli_net_name old_net = cli_name_network(&old->network);
  if (strcmp(net.text, old_net.text) != 0)
    return cli_usage_error(command, "--compare: %s is of the net %s, not of %s", path, old_net.text,
                           net.text);
  if (strcmp(new->isa, old->isa) != 0)
    return cli_usage_error(command, "--compare: %s is of the isa %s, not of %s", path, old->isa,
                           new->isa);
  if (new->threads != old->threads)
    return cli_usage_error(command, "--compare: %s is of %d threads, not of %d", path, old->threads,
                           new->threads);
  return CLI_OK;
}

static int compare(const cli_bench *b, const char *path, cli_bench_result **old)
{
  *old = malloc(sizeof **old);
  if (*old == NULL)
    return cli_error(b->arguments->command, CLI_FAILED, "out of memory");
  const int code = cli_read_bench(b->arguments->command, path, *old);
  return code == CLI_OK ? check_alike(b, path, *old) : code;
}

/* ------------------------------------------------------------------ command --------------- */

static int run(cli_bench *b, cli_bench_result **old)
{
  const cli_arguments *a = b->arguments;
  const char *path = cli_text(a, "compare", NULL);
  const bool measures = a->operand_count == 0;
  int code = measures ? set_up(b) : reread(b);
  if (code == CLI_OK && path != NULL)
    code = compare(b, path, old);
  if (code == CLI_OK && measures)
    code = cli_prepare_bench(b);
  if (code == CLI_OK && measures)
    code = cli_measure_bench(b);
  if (code != CLI_OK)
    return code;
  if (cli_given(a, "json"))
    CLI_PRINT_JSON(cli_bench_document(&b->result, *old, path));
  else
    cli_print_bench(&b->result, *old, path);
  return CLI_OK;
}

static int run_bench(const cli_arguments *arguments)
{
  if (arguments->operand_count > 1)
    return cli_usage_error(arguments->command, "'%s' is too much: one file is enough",
                           arguments->operand[1]);
  cli_bench *bench = calloc(1, sizeof *bench);
  if (bench == NULL)
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  bench->arguments = arguments;
  cli_bench_result *old = NULL;
  const int code = run(bench, &old);
  lenet_session_free(bench->session);
  lenet_quantized_session_free(bench->quantized_session);
  lenet_quantized_free(bench->quantized);
  lenet_model_free(bench->model);
  free(bench->pixels);
  free(bench->labels);
  free(bench);
  free(old);
  return code;
}

static const cli_option options[] = {
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0,
     "network: a name of 'lenet show --list' or its one-line notation [lenet5]"},
    {"model", 'm', CLI_TEXT, "FILE|NAME", 0, 0,
     "the network and weights of a model file, or of a model that ships with lenet"},
    {"only", 0, CLI_TEXT, "PARTS", 0, 0,
     "measure these alone, with commas between: peak, forward (also in integers), train, latency, "
     "layers; the peak is measured in any case [all]"},
    {"seconds", 0, CLI_NUMBER, "S", 0.01, 600,
     "time for each measurement, 0.01 to 600, of which there are 19 where nothing is left out "
     "[0.6]"},
    {"compare", 'c', CLI_TEXT, "OLD.json", 0, 0,
     "set an earlier result beside, of the same network, instruction set and number of threads"},
    CLI_OPTION_ISA,
    CLI_OPTION_THREADS,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_bench_command = {
    .name = "bench",
    .summary = "measure speed: the machine's peak, forward, training, one picture, each layer",
    .usage = "[--net NAME|NOTATION | --model FILE|NAME | RESULT.json] [options]",
    .details =
        "Measures the most multiply-adds that the machine does, on one thread and on all at once, "
        "and as parts of it: classifying in batches (also in 8-bit integers), training with SGD by "
        "batch size, one picture "
        "classified alone, one trained on alone by the method of 1998 (sdlm), and each layer, "
        "forward and backward, where 16 pictures travel together. Multiply-adds of weights count "
        "as two operations, and as the layer's definition has them: 3x3 and 5x5 convolutions "
        "between several maps take fewer, so more than 100 % of the peak is possible; those of "
        "integers are not "
        "counted. Pictures are synthetic and in memory, 28x28 and of 10 classes: a network has to "
        "take pictures that large and have as many outputs. All is measured in five rounds (of "
        "slow "
        "networks in fewer, at least two), "
        "in each the best stretch of some milliseconds; a figure is the best of the rounds, its "
        "spread the distance to the worst. --compare prints the speed as a multiple of the old "
        "one, 'faster' or 'slower' only where they differ by more than the spreads of both: "
        "without "
        "either, no difference is sure. With "
        "RESULT.json, what 'lenet bench --json' has printed, or - for standard input, nothing is "
        "measured.\n\n"
        "JSON keys: net, notation, isa, threads, version, seconds, peak_gflops (one thread), "
        "peak_all_gflops, forward, forward_all, int8, int8_all, train (batch 64, all threads), "
        "train_by, "
        "train_single_us, latency_us, layers, outside_layers (what a training step does besides: "
        "load the pixels, loss, step of the optimiser), compare.",
    .examples = "  lenet bench\n"
                "  lenet bench --json >before.json      # then change something\n"
                "  lenet bench --compare before.json\n"
                "  lenet bench after.json --compare before.json\n"
                "  lenet bench --only layers --net lenet5-1998 --threads 1\n"
                "  lenet bench --isa scalar --threads 1 --seconds 0.2 --json\n",
    .options = options,
    .run = run_bench,
    .writes = "",
};
