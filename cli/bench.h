/* bench.h - the figures of `lenet bench`: bench.c says what they are of, bench_measure.c measures
 * them, bench_report.c prints them, bench_document.c writes them as JSON and reads them back. */
#ifndef LENET_CLI_BENCH_H
#define LENET_CLI_BENCH_H

#include "output.h"

/* What --only chooses from. The peak is always measured: the others are parts of it. */
typedef enum cli_bench_part {
  CLI_PEAK,
  CLI_FORWARD,
  CLI_TRAINING,
  CLI_LATENCY,
  CLI_LAYERS,
  CLI_BENCH_PARTS
} cli_bench_part;

enum { CLI_TRAIN_BATCHES = 5, CLI_TRAIN_USUAL = 2 }; /* the batch of 64 is the usual one */

/* The places of the figures. Where two are a pair, of one thread and of all, they are neighbours.
 */
enum {
  CLI_SPEED_PEAK,
  CLI_SPEED_PEAK_ALL,
  CLI_SPEED_FORWARD,
  CLI_SPEED_FORWARD_ALL,
  CLI_SPEED_INT8, /* the same network in integers, see lenet_quantize */
  CLI_SPEED_INT8_ALL,
  CLI_SPEED_TRAIN,                                            /* [batch][one, all] */
  CLI_SPEED_SINGLE = CLI_SPEED_TRAIN + 2 * CLI_TRAIN_BATCHES, /* as in 1998 */
  CLI_SPEED_MEDIAN,                                           /* of the times of one picture */
  CLI_SPEED_P99,
  CLI_SPEED_LOAD, /* outside the rows, see lenet_rest_time */
  CLI_SPEED_LOSS,
  CLI_SPEED_STEP,
  CLI_SPEED_ROWS, /* [row][forward, backward] */
  CLI_SPEEDS = CLI_SPEED_ROWS + 2 * LENET_MAX_ROWS
};

/* A figure. All are speeds, also those that are printed as times: more is better. */
typedef struct cli_speed {
  cli_bench_part part;
  char name[24];
  int batch;          /* pictures at a time; 0 for the peak */
  int threads;        /* 0: there is no such figure for this network and number of threads */
  double macs;        /* multiply-adds of weights a picture; 0: not counted */
  double best, worst; /* of all rounds: pictures a second, of the peak GFLOP/s; 0: not measured */
} cli_speed;

typedef struct cli_bench_result {
  lenet_network network;
  lenet_layout layout;
  char isa[16], version[32];
  int threads;    /* "all" */
  double seconds; /* spent on each measurement */
  cli_speed speed[CLI_SPEEDS];
} cli_bench_result;

/* Names the figures of network, layout and threads, none of them measured. */
void cli_describe_speeds(cli_bench_result *result);

/* The figure of all threads beside that of one; the same where one is all. */
const cli_speed *cli_of_all(const cli_bench_result *result, int place);

double cli_gflops(const cli_speed *speed);
/* Part of the peak of as many threads; NaN where multiply-adds are not counted. */
double cli_fraction(const cli_bench_result *result, const cli_speed *speed);
/* The distance from the worst round to the best, as a part of the best. */
double cli_spread(const cli_speed *speed);

/* Speed by speed, new / old; NaN where one of them was not measured. */
double cli_ratio(const cli_speed *speed, const cli_speed *old);
/* "faster" or "slower" where they are further apart than either spreads, else NULL. */
const char *cli_verdict(const cli_speed *speed, const cli_speed *old);

/* A bench at work. */
typedef struct cli_bench {
  const cli_arguments *arguments;
  lenet_isa isa;
  bool wanted[CLI_BENCH_PARTS];
  uint8_t *pixels, *labels; /* of pictures that are used again and again */
  lenet_samples samples;
  lenet_model *model;
  lenet_session *session;
  lenet_quantized *quantized; /* NULL where the network cannot be that */
  lenet_quantized_session *quantized_session;
  cli_bench_result result;
} cli_bench;

/* Draws the pictures and makes the session; sees whether the network takes them. `model`,
 * `arguments`, `isa` and the result's names are set. Both return an exit code. */
int cli_prepare_bench(cli_bench *bench);
/* Measures what is wanted. */
int cli_measure_bench(cli_bench *bench);

/* As tables; beside those of `old`, read from `path`, where it is not NULL. */
void cli_print_bench(const cli_bench_result *result, const cli_bench_result *old, const char *path);

#if LENET_HAVE_JANSSON
json_t *cli_bench_document(const cli_bench_result *result, const cli_bench_result *old,
                           const char *path);
#endif

/* Reads what `lenet bench --json` has printed, of standard input where the path is "-". Returns an
 * exit code after printing what is wrong and where. */
int cli_read_bench(const cli_command *command, const char *path, cli_bench_result *result);

#endif
