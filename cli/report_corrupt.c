/* report_corrupt.c - the page of `lenet eval --corrupt --report`. */
#include "eval.h"
#include "report.h"

#include "escape.h"
#include "png_uri.h"
#include "report_model.h"

#include <stdlib.h>

typedef struct page {
  const cli_arguments *arguments;
  const cli_evaluation *evaluation;
  const cli_trials *trials;
} page;

static double accuracy_of(const page *p, size_t errors)
{
  return 1 - (double)errors / (double)p->evaluation->samples.count;
}

/* "fog", or "fog, level 5" where it is another one than usual. */
static cli_words name_trial(const cli_trial *trial)
{
  cli_words words;
  snprintf(words.text, sizeof words.text,
           trial->level == LENET_CORRUPTION_USUAL ? "%.40s" : "%.40s, level %d",
           trial->corruption->name, trial->level);
  return words;
}

/* ------------------------------------------------------------------ figure ---------------- */

/* Pixels. */
enum { NAME = 150, BAR = 480, VALUE = 60, ROW = 24, THICK = 16, TOP = 10, BOTTOM = 52 };

static void draw_bar(FILE *stream, int row, const char *name, double accuracy, int colour)
{
  const int top = TOP + row * ROW;
  fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">", NAME - 8, top + 17);
  cli_print_escaped(stream, name);
  fprintf(stream,
          "</text><rect class=\"f%d\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
          "<text x=\"%.1f\" y=\"%d\">%.2f</text>\n",
          colour, NAME, top + (ROW - THICK) / 2, BAR * accuracy, THICK, NAME + BAR * accuracy + 6,
          top + 17, 100 * accuracy);
}

static void draw_bars(FILE *stream, const page *p, const char *title)
{
  const cli_trials *t = p->trials;
  const int wide = NAME + BAR + VALUE, floor = TOP + ((int)t->count + 1) * ROW;
  fprintf(stream,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
          "height=\"%d\" style=\"min-width:%dpx\" role=\"img\">\n<title>%s</title>\n"
          "<desc>A bar for each corruption; on average %.2f %% are read rightly, %.2f %% of the "
          "pictures as they are.</desc>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n",
          wide, floor + BOTTOM, wide, floor + BOTTOM, wide * 7 / 10, title,
          100 * cli_mean_accuracy(p->evaluation, t), 100 * accuracy_of(p, t->clean), wide,
          floor + BOTTOM);
  for (int i = 0; i <= 5; i++) {
    const int x = NAME + BAR * i / 5;
    fprintf(stream,
            "<path class=\"grid\" d=\"M%d %dV%d\"/>"
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d</text>\n",
            x, TOP, floor, x, floor + 20, 20 * i);
  }
  draw_bar(stream, 0, "as they are", accuracy_of(p, t->clean), 6);
  for (size_t i = 0; i < t->count; i++)
    draw_bar(stream, (int)i + 1, name_trial(&t->trial[i]).text, accuracy_of(p, t->trial[i].errors),
             0);
  fprintf(stream,
          "<path class=\"axis\" d=\"M%d %dV%dh%d\"/>"
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">accuracy (%%)</text>\n</svg>\n",
          NAME, TOP, floor, BAR, NAME + BAR / 2, floor + 42);
}

static void print_row(FILE *stream, const page *p, const char *name, const char *what,
                      double amount, size_t errors)
{
  const double all = (double)p->evaluation->samples.count;
  const cli_interval range = cli_wilson(all - (double)errors, all);
  cli_words words;
  cli_row_begin(stream, name);
  cli_cell(stream, what);
  snprintf(words.text, sizeof words.text, "%g", amount);
  cli_cell(stream, what[0] != '\0' ? words.text : "");
  cli_cell(stream, cli_thousands((long long)errors).text);
  snprintf(words.text, sizeof words.text, "%.2f", 100 * accuracy_of(p, errors));
  cli_cell(stream, words.text);
  snprintf(words.text, sizeof words.text, "%.2f to %.2f", 100 * range.low, 100 * range.high);
  cli_cell(stream, words.text);
  cli_row_end(stream);
}

static void print_figure(FILE *stream, const page *p)
{
  static const char *const columns[] = {"corruption",   "what is done",      "amount", "errors",
                                        "accuracy (%)", "95 % interval (%)", NULL};
  static const char title[] = "Accuracy under corruptions";
  const cli_trials *t = p->trials;
  cli_figure_begin(stream, title);
  draw_bars(stream, p, title);
  cli_figure_end(stream);
  cli_numbers_begin(stream, title);
  cli_table_begin(stream, CLI_WORD_AND_NUMBERS, "Errors under each corruption", columns);
  print_row(stream, p, "as they are", "", 0, t->clean);
  for (size_t i = 0; i < t->count; i++) {
    const cli_trial *trial = &t->trial[i];
    print_row(stream, p, name_trial(trial).text, trial->corruption->description,
              trial->corruption->amount[trial->level - 1], trial->errors);
  }
  cli_table_end(stream);
  cli_numbers_end(stream);
}

/* ------------------------------------------------------------------ examples -------------- */

/* The first picture of the split, as `samples` have it. */
static void print_example(FILE *stream, const lenet_samples *samples, uint8_t *pixels,
                          const char *name)
{
  const uint32_t first = 0;
  uint8_t label = 0;
  samples->fetch(samples->context, 0, samples->first, &first, 1, pixels, &label);
  fprintf(stream, "<li><img alt=\"the first picture, %s\" width=\"%d\" height=\"%d\" src=\"", name,
          samples->columns, samples->rows);
  cli_print_png_uri(stream, pixels, samples->rows, samples->columns);
  fprintf(stream, "\">%s</li>\n", name);
}

/* False without memory. */
static bool print_examples(FILE *stream, const page *p)
{
  const cli_evaluation *e = p->evaluation;
  uint8_t *pixels = malloc((size_t)e->samples.rows * (size_t)e->samples.columns);
  bool whole = pixels != NULL;
  fputs("<h3>The first picture under each</h3>\n<ul class=\"gallery\">\n", stream);
  if (whole)
    print_example(stream, &e->samples, pixels, "as it is");
  for (size_t i = 0; i < p->trials->count && whole; i++) {
    const cli_trial *trial = &p->trials->trial[i];
    lenet_corrupter *corrupter = NULL;
    whole = lenet_corrupter_create(&e->samples, trial->corruption, trial->level, e->seed,
                                   &corrupter, NULL) == LENET_OK;
    if (whole) {
      const lenet_samples corrupted = lenet_corrupter_samples(corrupter);
      print_example(stream, &corrupted, pixels, name_trial(trial).text);
    }
    lenet_corrupter_free(corrupter);
  }
  fputs("</ul>\n", stream);
  free(pixels);
  return whole;
}

/* ------------------------------------------------------------------ the page -------------- */

static void print_facts(FILE *stream, const page *p)
{
  const cli_trials *t = p->trials;
  const cli_trial *worst = &t->trial[0];
  char words[96];
  for (size_t i = 1; i < t->count; i++)
    worst = t->trial[i].errors > worst->errors ? &t->trial[i] : worst;
  cli_facts_begin(stream);
  cli_fact(stream, "accuracy", cli_percent(accuracy_of(p, t->clean)).text,
           "of the pictures as they are");
  snprintf(words, sizeof words, "mean of %zu corruption%s", t->count, t->count == 1 ? "" : "s");
  cli_fact(stream, "accuracy, corrupted", cli_percent(cli_mean_accuracy(p->evaluation, t)).text,
           words);
  snprintf(words, sizeof words, "worst: %s", name_trial(worst).text);
  cli_fact(stream, "accuracy, least", cli_percent(accuracy_of(p, worst->errors)).text, words);
  cli_fact(stream, "parameters", cli_thousands(cli_parameters_of(&p->evaluation->models)).text,
           p->evaluation->models.count > 1 ? "of all models" : NULL);
  cli_facts_end(stream);
}

static bool print_page(FILE *stream, const void *subject)
{
  static const char *const sections[][2] = {{"corruptions", "Corruptions"},
                                            {"network", "Network"},
                                            {"again", "How to repeat it"},
                                            {NULL, NULL}};
  static const char *const options[] = {"data-dir", "corrupt", "seed", "isa", "report", NULL};
  const page *p = subject;
  const cli_evaluation *e = p->evaluation;
  char title[512], whole_title[540], lead[LENET_MAX_NOTATION + 512];
  cli_name_evaluation(e, title);
  snprintf(whole_title, sizeof whole_title, "%s, corrupted", title);
  snprintf(lead, sizeof lead, "%s; %s split of %.200s, %s pictures, seed %llu",
           cli_common_net(&e->models).text, e->split, e->set,
           cli_thousands((long long)e->samples.count).text, (unsigned long long)e->seed);
  cli_page_begin(stream, whole_title, lead);
  print_facts(stream, p);
  cli_page_contents(stream, sections);
  cli_section_begin(stream, "corruptions", "Corruptions");
  print_figure(stream, p);
  const bool whole = print_examples(stream, p);
  cli_section_end(stream);
  return cli_evaluation_page_end(stream, p->arguments, e, options) && whole;
}

int cli_report_corrupted(const cli_arguments *arguments, const cli_evaluation *evaluation,
                         const cli_trials *trials)
{
  const page page = {arguments, evaluation, trials};
  if (evaluation->report[0] == '\0')
    return CLI_OK;
  return cli_write_report(arguments, evaluation->report, print_page, &page);
}
