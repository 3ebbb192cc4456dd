/* report_eval.c - the page of `lenet eval --report`. */
#include "eval.h"
#include "report.h"

#include "escape.h"
#include "report_model.h"

#include <string.h>

typedef struct page {
  const cli_arguments *arguments;
  const cli_evaluation *evaluation;
} page;

/* "lenet5-modern on mnist": a file goes by its name without folders. */
void cli_name_evaluation(const cli_evaluation *e, char title[512])
{
  const char *slash = strrchr(e->model_name, '/');
  const char *name = slash != NULL ? slash + 1 : e->model_name;
  if (e->models.count > 1)
    snprintf(title, 512, "%zu models together on %.200s", e->models.count, e->set);
  else
    snprintf(title, 512, "%.200s on %.200s", name, e->set);
}

/* What was done to the pictures and to the numbers. */
static void print_circumstances(FILE *stream, const cli_evaluation *e)
{
  if (e->augment[0] != '\0')
    fprintf(stream, "<p>The pictures were distorted by %s, seed %llu.</p>\n", e->augment,
            (unsigned long long)e->seed);
  if (e->int8)
    fprintf(stream,
            "<p>Computed in 8-bit integers, whose scales the first %s training images of the data "
            "set decided.</p>\n",
            cli_thousands((long long)e->calibration).text);
}

static void print_facts(FILE *stream, const cli_evaluation *e, const cli_measured *measured)
{
  const lenet_measure *m = &e->measure;
  char rate[96];
  snprintf(rate, sizeof rate, "%s images/s", cli_rate((double)m->samples / m->seconds).text);
  cli_facts_begin(stream);
  cli_measured_facts(stream, measured);
  cli_fact(stream, "parameters", cli_thousands(cli_parameters_of(&e->models)).text,
           e->models.count > 1 ? "of all models" : NULL);
  cli_fact(stream, "time", cli_seconds(m->seconds).text, rate);
  cli_facts_end(stream);
}

/* Model, data and split are spelt out where they are the default too: defaults may change. */
static void print_again(FILE *stream, const cli_arguments *a, const cli_evaluation *e,
                        const char *const *options)
{
  const char *const words[][2] = {{"model", e->model_name}, {"data", e->set}, {"split", e->split}};
  cli_section_begin(stream, "again", "How to repeat it");
  cli_command_begin(stream, "lenet eval");
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    cli_command_option(stream, words[i][0], words[i][1]);
  for (; *options != NULL; options++)
    if (cli_given(a, *options))
      cli_command_option(stream, *options, cli_text(a, *options, ""));
  cli_command_end(stream);
  cli_run_note(stream, e->isa, cli_threads(a));
  cli_section_end(stream);
}

bool cli_evaluation_page_end(FILE *stream, const cli_arguments *arguments, const cli_evaluation *e,
                             const char *const *options)
{
  const bool whole = cli_models_section(stream, (const lenet_model *const *)e->models.model,
                                        e->models.name, e->models.count);
  print_again(stream, arguments, e, options);
  cli_page_end(stream);
  return whole;
}

static bool print_page(FILE *stream, const void *subject)
{
  static const char *const sections[][2] = {{"classes", "Classes"},        {"mistakes", "Mistakes"},
                                            {"confidence", "Confidence"},  {"network", "Network"},
                                            {"again", "How to repeat it"}, {NULL, NULL}};
  static const char *const options[] = {"data-dir", "augment", "seed",   "int8",
                                        "mistakes", "isa",     "report", NULL};
  const page *p = subject;
  const cli_evaluation *e = p->evaluation;
  const cli_measured measured = {
      .data = e->data,
      .split = e->split,
      .samples = e->samples,
      .measure = &e->measure,
      .answer = e->answers.answer,
      .classes = lenet_model_layout(e->models.model[0])->classes,
      .shown = (size_t)cli_integer(p->arguments, "mistakes", CLI_REPORT_MISTAKES)};
  char title[512], lead[LENET_MAX_NOTATION + 512];
  cli_name_evaluation(e, title);
  snprintf(lead, sizeof lead, "%s, %s parameters; %s split of %.200s, %s pictures",
           cli_common_net(&e->models).text, cli_thousands(cli_parameters_of(&e->models)).text,
           e->split, e->set, cli_thousands((long long)e->measure.samples).text);
  cli_page_begin(stream, title, lead);
  print_circumstances(stream, e);
  print_facts(stream, e, &measured);
  cli_page_contents(stream, sections);
  const bool whole = cli_measured_sections(stream, &measured);
  return cli_evaluation_page_end(stream, p->arguments, e, options) && whole;
}

int cli_report_evaluation(const cli_arguments *arguments, const cli_evaluation *evaluation)
{
  const page page = {arguments, evaluation};
  if (evaluation->report[0] == '\0')
    return CLI_OK;
  return cli_write_report(arguments, evaluation->report, print_page, &page);
}
