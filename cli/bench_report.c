/* bench_report.c - the figures of `lenet bench` as tables. */
#include "bench.h"

#include <math.h>
#include <string.h>

/* What is printed, and what stands beside it or NULL. */
typedef struct report {
  const cli_bench_result *result, *old;
} report;

static cli_words percent(double fraction)
{
  cli_words words = {"-"};
  if (!isnan(fraction))
    snprintf(words.text, sizeof words.text, "%.1f %%", 100 * fraction);
  return words;
}

/* Three digits: 0.084 us, 8.41 us, 8,410 us. */
static cli_words microseconds(double seconds)
{
  cli_words words;
  const double us = 1e6 * seconds;
  if (us < 1000)
    snprintf(words.text, sizeof words.text, "%.*f us",
             us < 1     ? 3
             : us < 10  ? 2
             : us < 100 ? 1
                        : 0,
             us);
  else
    snprintf(words.text, sizeof words.text, "%.40s us", cli_rate(us).text);
  return words;
}

/* "  1.23 faster" where there is something to compare with. */
static cli_words ratio(const report *r, int place)
{
  cli_words words = {""};
  if (r->old == NULL)
    return words;
  const cli_speed *new = &r->result->speed[place], *old = &r->old->speed[place];
  const char *verdict = cli_verdict(new, old);
  if (isnan(cli_ratio(new, old)))
    snprintf(words.text, sizeof words.text, "%13s", "-       ");
  else
    snprintf(words.text, sizeof words.text, "%6.2f %-6s", cli_ratio(new, old),
             verdict != NULL ? verdict : "");
  return words;
}

/* A line without the spaces at its end. */
static void print_line(const char *line)
{
  int length = (int)strlen(line);
  while (length > 0 && line[length - 1] == ' ')
    length--;
  printf("%.*s\n", length, line);
}

/* ------------------------------------------------------------------ the network ----------- */

static void print_speed(const report *r, int place)
{
  const cli_speed *speed = &r->result->speed[place];
  char line[512], batch[16] = "", rate[80] = "", gflops[32] = "-";
  if (speed->best == 0)
    return;
  if (speed->batch > 0)
    snprintf(batch, sizeof batch, "%d", speed->batch);
  if (speed->batch == 1)
    snprintf(rate, sizeof rate, "%s      ", microseconds(1 / speed->best).text);
  else if (speed->batch > 1)
    snprintf(rate, sizeof rate, "%.40s images/s", cli_rate(speed->best).text);
  if (speed->part == CLI_PEAK || speed->macs > 0)
    snprintf(gflops, sizeof gflops, "%.1f", cli_gflops(speed));
  snprintf(line, sizeof line, "%-16s%6s%8d%20s%9s%10s%9s%s", speed->name, batch, speed->threads,
           rate, gflops, percent(cli_fraction(r->result, speed)).text,
           percent(cli_spread(speed)).text, ratio(r, place).text);
  print_line(line);
}

static void print_speeds(const report *r)
{
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("%s%-16s%6s%8s%20s%9s%10s%9s%s%s\n", bold, "", "batch", "threads", "speed   ", "GFLOP/s",
         "of peak", "spread", r->old != NULL ? "   new/old" : "", plain);
  for (int place = 0; place < CLI_SPEED_LOAD; place++)
    print_speed(r, place);
}

/* ------------------------------------------------------------------ its rows -------------- */

/* A way through a row, forward or backward, as columns of a line. */
typedef struct way {
  char text[256];
} way;

static way describe_seconds(const report *r, double seconds, double fraction, const char *spread,
                            const char *ratio)
{
  way w;
  snprintf(w.text, sizeof w.text, "%10s%9s%8s%*.40s", microseconds(seconds).text,
           isnan(fraction) ? "" : percent(fraction).text, spread, r->old != NULL ? 13 : 0, ratio);
  return w;
}

/* Nothing but a stroke where there is no such way: `place` is -1 or that of a figure without value.
 */
static way describe_way(const report *r, int place)
{
  way w;
  if (place < 0 || r->result->speed[place].best == 0) {
    snprintf(w.text, sizeof w.text, "%10s%*s", "-", r->old != NULL ? 30 : 17, "");
    return w;
  }
  const cli_speed *speed = &r->result->speed[place];
  return describe_seconds(r, 1 / speed->best, cli_fraction(r->result, speed),
                          percent(cli_spread(speed)).text, ratio(r, place).text);
}

static double seconds_of(const cli_bench_result *result, int place)
{
  return place >= 0 && result->speed[place].best > 0 ? 1 / result->speed[place].best : 0;
}

static double step_seconds(const cli_bench_result *result)
{
  double sum = 0;
  for (int place = CLI_SPEED_LOAD; place < CLI_SPEEDS; place++)
    sum += seconds_of(result, place);
  return sum;
}

/* The share in a step is left out where the ratios need its room. */
static void print_ways(const report *r, const char *name, const char *what, const way *forward,
                       const way *backward, double seconds)
{
  char line[640], share[32] = "";
  if (r->old == NULL)
    snprintf(share, sizeof share, "%5.0f %%", 100 * seconds / step_seconds(r->result));
  snprintf(line, sizeof line, "%-4s%-15s%s%s%s", name, what, forward->text, backward->text, share);
  print_line(line);
}

static void print_row(const report *r, const char *name, const char *what, int forward,
                      int backward)
{
  const way there = describe_way(r, forward), back = describe_way(r, backward);
  print_ways(r, name, what, &there, &back,
             seconds_of(r->result, forward) + seconds_of(r->result, backward));
}

/* Of all rows together: `first` is the first one's place. */
static double total_seconds(const cli_bench_result *result, int first)
{
  double sum = 0;
  for (int i = 0; i < result->network.row_count; i++)
    sum += seconds_of(result, first + 2 * i);
  return sum;
}

static way describe_total(const report *r, int first)
{
  const double seconds = total_seconds(r->result, first);
  double macs = 0;
  if (seconds == 0)
    return describe_way(r, -1);
  for (int i = 0; i < r->result->network.row_count; i++)
    macs += r->result->speed[first + 2 * i].macs;
  const double peak = r->result->speed[CLI_SPEED_PEAK].best;
  return describe_seconds(r, seconds, 2e-9 * macs / seconds / peak, "", "");
}

static void print_total(const report *r)
{
  const int first = CLI_SPEED_ROWS;
  const way forward = describe_total(r, first), backward = describe_total(r, first + 1);
  print_ways(r, "", "all layers", &forward, &backward,
             total_seconds(r->result, first) + total_seconds(r->result, first + 1));
}

/* "C6@5:tanh": the notation's word for a row. */
static cli_words notation_of(const lenet_network *network, int row)
{
  char notation[LENET_MAX_NOTATION];
  cli_words words;
  lenet_network_print(network, notation);
  const char *word = notation;
  for (int i = 0; i <= row; i++) /* the first word is the input's size */
    word = strchr(word, ' ') + 1;
  snprintf(words.text, sizeof words.text, "%.*s", (int)strcspn(word, " "), word);
  return words;
}

static void print_layers(const report *r)
{
  const cli_bench_result *result = r->result;
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  printf("\nlayers: time for a picture, 16 side by side in training, one thread\n\n");
  printf("%s%-19s%10s%9s%8s%s%10s%9s%8s%s%s\n", bold, "layer", "forward", "of peak", "spread",
         r->old != NULL ? "  new/old    " : "", "backward", "of peak", "spread",
         r->old != NULL ? "  new/old" : "  share", plain);
  for (int i = 0; i < result->network.row_count; i++)
    print_row(r, result->layout.layer[i].name, notation_of(&result->network, i).text,
              CLI_SPEED_ROWS + 2 * i, CLI_SPEED_ROWS + 2 * i + 1);
  print_total(r);
  print_row(r, "", "load", CLI_SPEED_LOAD, -1);
  print_row(r, "", "loss", CLI_SPEED_LOSS, -1);
  print_row(r, "", "step", -1, CLI_SPEED_STEP);
  printf("\nof peak: multiply-adds as the layer's definition has them; 3x3 and 5x5 ones\n"
         "between several maps take fewer, so that more than 100 %% is possible\n");
}

/* ------------------------------------------------------------------ all ------------------- */

void cli_print_bench(const cli_bench_result *result, const cli_bench_result *old, const char *path)
{
  const report r = {result, old};
  printf("%s on %s (lenet %s)\n\n", cli_name_network(&result->network).text, result->isa,
         result->version);
  print_speeds(&r);
  if (result->speed[CLI_SPEED_LOAD].best > 0)
    print_layers(&r);
  if (old != NULL)
    printf("\nnew/old: speeds as multiples of those in %s (lenet %s); faster or slower where they\n"
           "differ by more than the spreads of both; shares of a step are left out beside them\n",
           path, old->version);
}
