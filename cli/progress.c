/* progress.c - what a long job says of itself on stderr. */
#include "progress.h"

#include "output.h"
#include "text_plot.h"

#include <math.h>
#include <string.h>

enum { BAR_CELLS = 20 };
static const double SHOW_EVERY = 0.1; /* seconds */

cli_progress cli_progress_start(const cli_arguments *arguments)
{
  bool quiet = cli_given(arguments, "quiet");
  return (cli_progress){.quiet = quiet, .live = !quiet && cli_is_live(stderr), .shown = -1};
}

void cli_progress_clear(cli_progress *progress)
{
  if (progress->on_screen)
    fputs("\r\033[K", stderr);
  progress->on_screen = false;
}

/* True when the live line is due again. */
static bool is_due(cli_progress *progress, bool last)
{
  if (!progress->live)
    return false;
  double now = cli_clock();
  if (!last && progress->shown >= 0 && now - progress->shown < SHOW_EVERY)
    return false;
  progress->shown = now;
  return true;
}

/* Writes the live line, cut to the width of the terminal so that it never wraps. */
static void show(cli_progress *progress, double part, const char *before, const char *after)
{
  char bar[BAR_CELLS * 3 + 1] = "";
  const char *full = cli_is_utf8() ? "\u2588" : "#", *empty = cli_is_utf8() ? "\u2591" : ".";
  int filled = (int)(part * BAR_CELLS + 0.5);
  bool room = cli_columns(stderr) > (int)(strlen(before) + strlen(after)) + BAR_CELLS;
  for (int i = 0; room && i < BAR_CELLS; i++)
    strcat(bar, i < filled ? full : empty);
  int left = cli_columns(stderr) - (int)strlen(before) - (room ? BAR_CELLS : 0) - 1;
  fprintf(stderr, "\r%s%s%.*s\033[K", before, bar, left > 0 ? left : 0, after);
  fflush(stderr);
  progress->on_screen = true;
}

void cli_progress_step(cli_progress *progress, const lenet_progress *state)
{
  if (!is_due(progress, state->done == state->total))
    return;
  double rate = state->seconds > 0 ? (double)state->done / state->seconds : 0;
  double to_do = (double)(state->total - state->done) +
                 (double)(state->epochs - state->epoch) * (double)state->total;
  int left = rate > 0 ? (int)(to_do / rate + 0.5) : 0;
  char before[64], after[160];
  snprintf(before, sizeof before, "epoch %2d/%d  ", state->epoch, state->epochs);
  snprintf(after, sizeof after, "  loss %.4f  %s images/s  %d:%02d left", state->loss,
           cli_rate(rate).text, left / 60, left % 60);
  show(progress, (double)state->done / (double)state->total, before, after);
}

/* Numbers of one width for each size that a run usually has: an epoch's line fits 80 columns. */
static cli_words five_digits(double value)
{
  cli_words words;
  snprintf(words.text, sizeof words.text,
           value < 10    ? "%.4f"
           : value < 100 ? "%.3f"
                         : "%.5g",
           value);
  return words;
}

static cli_words three_digits(double value)
{
  cli_words words;
  snprintf(words.text, sizeof words.text,
           value < 10    ? "%.2f"
           : value < 100 ? "%.1f"
                         : "%.0f",
           value);
  return words;
}

void cli_progress_epoch(cli_progress *progress, const lenet_epoch *epoch, int epochs,
                        double test_error)
{
  cli_progress_clear(progress);
  if (progress->quiet)
    return;
  if (progress->curve > 0) /* up to its first line, and what is below goes */
    fprintf(stderr, "\033[%dA\033[J", progress->curve);
  progress->curve = 0;
  const bool validated = !isnan(epoch->validation_error);
  int used = fprintf(stderr, "epoch %2d/%d  loss %s  error %s train", epoch->epoch, epochs,
                     five_digits(epoch->train_loss).text, cli_percent(epoch->train_error).text);
  if (validated)
    used += fprintf(stderr, ", %s validation", cli_percent(epoch->validation_error).text);
  if (!isnan(test_error))
    used += fprintf(stderr, ", %s test", cli_percent(test_error).text);
  used += fprintf(stderr, "  %s s%s", three_digits(epoch->seconds).text,
                  validated && epoch->best ? "  best" : "");
  char rates[64];
  const int length = snprintf(rates, sizeof rates, "  rates %.1e to %.2g", epoch->lowest_rate,
                              epoch->highest_rate);
  const bool differ = epoch->lowest_rate < epoch->highest_rate; /* those of SDLM */
  fprintf(stderr, "%s\n", differ && used + length <= cli_columns(stderr) ? rates : "");
}

void cli_progress_curve(cli_progress *progress, const double *error, size_t count, size_t epochs)
{
  if (progress->live)
    progress->curve = cli_text_plot(stderr, error, count, epochs);
}

void cli_progress_bytes(cli_progress *progress, const char *file, uint64_t done, uint64_t total)
{
  if (!is_due(progress, total > 0 && done == total))
    return;
  char before[96], after[96];
  snprintf(before, sizeof before, "%-26s ", file);
  if (total > 0)
    snprintf(after, sizeof after, "  %.1f of %.1f MB", (double)done * 1e-6, (double)total * 1e-6);
  else
    snprintf(after, sizeof after, "  %.1f MB", (double)done * 1e-6);
  show(progress, total > 0 ? (double)done / (double)total : 0, before, after);
}

void cli_progress_part(cli_progress *progress, double part, double seconds, const char *what)
{
  if (!is_due(progress, false))
    return;
  char after[160];
  const int left = (int)((1 - part) * seconds + 0.5);
  snprintf(after, sizeof after, "  %d:%02d left  %s", left / 60, left % 60, what);
  show(progress, part, "", after);
}
