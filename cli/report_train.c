/* report_train.c - the page of `lenet train --report`. */
#include "report.h"
#include "report_model.h"
#include "train.h"
#include "whole_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct page {
  const cli_job *job;
  int best; /* the epoch whose weights were measured */
} page;

/* What is drawn by epoch, in this order in memory: [COLUMNS][epochs]. Errors in per cent. */
enum {
  EPOCH,
  TRAIN_ERROR,
  VALIDATION_ERROR,
  TEST_ERROR,
  TRAIN_LOSS,
  VALIDATION_LOSS,
  RATE,
  LOWEST_RATE,
  HIGHEST_RATE,
  COLUMNS
};

typedef struct history {
  size_t epochs;
  double *value;
} history;

static double *column(const history *h, int which) { return h->value + (size_t)which * h->epochs; }

/* Without memory `value` is NULL. */
static history read_history(const cli_job *job)
{
  history h = {.epochs = (size_t)lenet_trainer_epochs_done(job->trainer)};
  h.value = calloc(COLUMNS * (h.epochs + 1), sizeof *h.value);
  for (size_t i = 0; h.value != NULL && i < h.epochs; i++) {
    const lenet_epoch e = lenet_trainer_history(job->trainer, (int)i + 1);
    column(&h, EPOCH)[i] = e.epoch;
    column(&h, TRAIN_ERROR)[i] = 100 * e.train_error;
    column(&h, VALIDATION_ERROR)[i] = 100 * e.validation_error;
    column(&h, TEST_ERROR)[i] = 100 * cli_test_error(job, e.epoch);
    column(&h, TRAIN_LOSS)[i] = e.train_loss;
    column(&h, VALIDATION_LOSS)[i] = e.validation_loss;
    column(&h, RATE)[i] = e.learning_rate;
    column(&h, LOWEST_RATE)[i] = e.lowest_rate;
    column(&h, HIGHEST_RATE)[i] = e.highest_rate;
  }
  return h;
}

/* ------------------------------------------------------------------ curves ---------------- */

/* Adds a line where there is anything to draw. Where something is 0 or less, a logarithmic axis
 * would leave it out: then it is none. */
static void add_line(cli_figure *figure, const history *h, int which, const char *name, int colour,
                     cli_dash dash)
{
  const double *value = column(h, which);
  bool any = false;
  for (size_t i = 0; i < h->epochs; i++) {
    any = any || !isnan(value[i]);
    figure->y.log = figure->y.log && (isnan(value[i]) || value[i] >= CLI_SVG_LEAST);
  }
  if (any)
    figure->line[figure->count++] = (cli_line){.name = name,
                                               .count = h->epochs,
                                               .x = column(h, EPOCH),
                                               .y = value,
                                               .colour = colour,
                                               .dash = dash};
}

/* First and last value of the line that matters most, the first one. */
static void print_curve(FILE *stream, cli_figure *figure, const char *unit)
{
  char words[256];
  const cli_line *line = &figure->line[0];
  if (figure->count == 0)
    return;
  snprintf(
      words, sizeof words,
      "%zu line%s over %zu epochs. The %s goes from %.4g%s after the first to %.4g%s after the "
      "last.",
      figure->count, figure->count == 1 ? "" : "s", line->count, line->name, line->y[0], unit,
      line->y[line->count - 1], unit);
  figure->description = words;
  fputs("<div>\n", stream);
  cli_plot_and_numbers(stream, figure);
  fputs("</div>\n", stream);
}

static cli_figure begin_curve(const char *title, const char *label, bool log)
{
  return (cli_figure){.title = title,
                      .inside = true,
                      .width = CLI_HALF_WIDTH,
                      .height = CLI_HALF_HEIGHT,
                      .x = {.label = "epoch", .whole = true},
                      .y = {.label = label, .log = log}};
}

/* ------------------------------------------------------------------ recipe ---------------- */

static void print_setting(FILE *stream, const char *name, const char *value)
{
  cli_row_begin(stream, name);
  cli_cell(stream, value);
  cli_row_end(stream);
}

/* What few recipes have: only that. */
static void print_extras(FILE *stream, const lenet_recipe *r)
{
  const struct {
    const char *name;
    float value;
  } extras[] = {{"warm-up (epochs)", r->warmup},
                {"weight averaging", r->ema},
                {"dropout", r->dropout},
                {"label smoothing", r->label_smoothing},
                {"distillation", r->distillation}};
  for (size_t i = 0; i < sizeof extras / sizeof extras[0]; i++)
    if (extras[i].value != 0)
      print_setting(stream, extras[i].name, cli_float(extras[i].value).text);
}

static void print_recipe(FILE *stream, const cli_job *job)
{
  static const char *const columns[] = {"setting", "value", NULL};
  const lenet_recipe *r = &job->plan.recipe;
  char words[160];
  fputs("<div>\n<h3>Recipe</h3>\n", stream);
  cli_table_begin(stream, CLI_WORDS, "How the network learned", columns);
  print_setting(stream, "optimizer", lenet_optimizer_name(r->optimizer));
  snprintf(words, sizeof words, "%s, %s", cli_float(r->learning_rate).text,
           lenet_schedule_name(r->schedule));
  print_setting(stream, "learning rate", words);
  snprintf(words, sizeof words, "%d", r->batch);
  print_setting(stream, "batch (images)", words);
  print_setting(stream, "weight decay", cli_float(r->weight_decay).text);
  print_setting(stream, "loss", lenet_loss_name(r->loss));
  print_extras(stream, r);
  if (job->plan.teachers[0] != '\0')
    print_setting(stream, "teachers", job->plan.teachers);
  print_setting(stream, "distortions", job->plan.augment[0] != '\0' ? job->plan.augment : "none");
  if (job->temperature > 0) {
    snprintf(words, sizeof words, "divided by %.3g", job->temperature);
    print_setting(stream, "scores, at the end", words);
  }
  snprintf(words, sizeof words, "%llu", (unsigned long long)r->seed);
  print_setting(stream, "seed", words);
  cli_table_end(stream);
  fputs("</div>\n", stream);
}

static void print_curves(FILE *stream, const page *p, const history *h)
{
  char mark[64], mean_loss[64];
  const bool validated = p->job->plan.validation > 0;
  const bool sdlm = p->job->plan.recipe.optimizer == LENET_SDLM;
  const lenet_loss loss_kind = p->job->plan.recipe.loss;
  snprintf(mark, sizeof mark, validated ? "best epoch: %d" : "kept: epoch %d", p->best);
  snprintf(mean_loss, sizeof mean_loss, "mean loss: %s%s", lenet_loss_name(loss_kind),
           loss_kind == LENET_CROSS_ENTROPY ? " (nats)" : "");
  cli_figure error = begin_curve("Error by epoch", "error (%)", true);
  cli_figure loss = begin_curve("Loss by epoch", mean_loss, true);
  cli_figure rate = begin_curve("Learning rate by epoch", "learning rate", sdlm);
  add_line(&error, h, VALIDATION_ERROR, "validation error", 1, CLI_SOLID);
  add_line(&error, h, TRAIN_ERROR, "training error, while learning", 2, CLI_DASHED);
  add_line(&error, h, TEST_ERROR, "test error", 0, CLI_DOTTED);
  add_line(&loss, h, VALIDATION_LOSS, "validation loss", 1, CLI_SOLID);
  add_line(&loss, h, TRAIN_LOSS, "training loss, while learning", 2, CLI_DASHED);
  add_line(&rate, h, RATE, "learning rate at the end of the epoch", 0, CLI_SOLID);
  if (sdlm) {
    add_line(&rate, h, LOWEST_RATE, "lowest rate of a weight", 3, CLI_DASHED);
    add_line(&rate, h, HIGHEST_RATE, "highest rate of a weight", 4, CLI_DASHED);
  }
  error.mark = loss.mark = p->best;
  error.mark_name = loss.mark_name = mark;
  fputs("<div class=\"pair\">\n", stream);
  print_curve(stream, &error, " %");
  print_curve(stream, &loss, "");
  print_curve(stream, &rate, "");
  print_recipe(stream, p->job);
  fputs("</div>\n", stream);
}

/* ------------------------------------------------------------------ the page -------------- */

static double validation_error(const page *p)
{
  return p->best > 0 ? lenet_trainer_history(p->job->trainer, p->best).validation_error : NAN;
}

static void begin_page(FILE *stream, const page *p)
{
  const cli_job *job = p->job;
  const lenet_measure *m = &job->measure;
  const lenet_variant *variant = lenet_variant_of(&job->plan.network);
  char title[400], lead[LENET_MAX_NOTATION + 300], validation[120] = "";
  snprintf(title, sizeof title, "%s trained on %s", variant != NULL ? variant->name : "A network",
           job->plan.data);
  if (job->plan.validation > 0)
    snprintf(validation, sizeof validation, "validation error %s, ",
             cli_percent(validation_error(p)).text);
  snprintf(lead, sizeof lead, "%s, %s parameters; epoch %d of %d kept; %stest error %s; %s",
           cli_name_network(&job->plan.network).text,
           cli_thousands(lenet_model_layout(job->model)->parameters).text, p->best,
           lenet_trainer_epochs_done(job->trainer), validation,
           cli_percent((double)m->errors / (double)m->samples).text,
           cli_seconds(job->seconds).text);
  cli_page_begin(stream, title, lead);
}

static void print_facts(FILE *stream, const page *p, const cli_measured *measured)
{
  const cli_job *job = p->job;
  char words[120];
  cli_words number;
  cli_facts_begin(stream);
  cli_measured_facts(stream, measured);
  if (job->plan.validation > 0) {
    snprintf(words, sizeof words, "of %s pictures", cli_thousands(job->plan.validation).text);
    cli_fact(stream, "validation error", cli_percent(validation_error(p)).text, words);
  }
  snprintf(number.text, sizeof number.text, "%d", p->best);
  snprintf(words, sizeof words, "of %d%s", lenet_trainer_epochs_done(job->trainer),
           job->plan.validation > 0 ? ", the best" : "");
  cli_fact(stream, "epoch kept", number.text, words);
  cli_fact(stream, "parameters", cli_thousands(lenet_model_layout(job->model)->parameters).text,
           NULL);
  snprintf(words, sizeof words, "%s images/s learned",
           cli_rate(job->learning > 0 ? job->learned / job->learning : 0).text);
  cli_fact(stream, "time", cli_seconds(job->seconds).text, words);
  cli_facts_end(stream);
}

static void print_learning(FILE *stream, const page *p, const history *h)
{
  const cli_job *job = p->job;
  cli_section_begin(stream, "learning", "Learning");
  fprintf(
      stream,
      "<p>%s training, %s validation and %s test images. The test images were measured with the "
      "weights of epoch %d.</p>\n",
      cli_thousands((long long)job->train.count).text, cli_thousands(job->plan.validation).text,
      cli_thousands((long long)job->test.count).text, p->best);
  print_curves(stream, p, h);
  cli_section_end(stream);
}

static void print_again(FILE *stream, const cli_job *job)
{
  cli_section_begin(stream, "again", "How to repeat it");
  cli_command_begin(stream, cli_plan_command_line(&job->plan).text);
  cli_command_option(stream, "out", job->files.out[0] != '\0' ? job->files.out : "none");
  cli_command_option(stream, "report", cli_text(job->arguments, "report", ""));
  cli_command_end(stream);
  cli_run_note(stream, job->isa, job->threads);
  cli_section_end(stream);
}

static bool print_page(FILE *stream, const void *subject)
{
  static const char *const sections[][2] = {{"learning", "Learning"},
                                            {"classes", "Classes"},
                                            {"mistakes", "Mistakes"},
                                            {"confidence", "Confidence"},
                                            {"network", "Network"},
                                            {"again", "How to repeat it"},
                                            {NULL, NULL}};
  const page *p = subject;
  const cli_job *job = p->job;
  const lenet_model *const model = job->model;
  const char *name = job->files.out[0] != '\0' ? job->files.out : "the model, not kept";
  const cli_measured measured = {
      .data = job->test_data,
      .split = "test",
      .samples = job->test,
      .measure = &job->measure,
      .answer = job->answers.answer,
      .classes = lenet_model_layout(model)->classes,
      .shown = (size_t)cli_integer(job->arguments, "mistakes", CLI_REPORT_MISTAKES)};
  const history h = read_history(job);
  if (h.value == NULL)
    return false;
  begin_page(stream, p);
  print_facts(stream, p, &measured);
  cli_page_contents(stream, sections);
  print_learning(stream, p, &h);
  free(h.value);
  bool whole = cli_measured_sections(stream, &measured);
  whole = cli_models_section(stream, &model, &name, 1) && whole;
  print_again(stream, job);
  cli_page_end(stream);
  return whole;
}

int cli_choose_training_report(cli_job *job)
{
  const cli_command *command = job->arguments->command;
  const int code = cli_choose_report(job->arguments, job->report);
  if (code != CLI_OK || job->report[0] == '\0' || job->files.out[0] == '\0')
    return code;
  if (cli_same_place(job->report, job->files.out) ||
      cli_same_place(job->report, job->files.checkpoint))
    return cli_usage_error(command, "--report: %s is where the model or its checkpoint goes",
                           job->report);
  return CLI_OK;
}

int cli_report_training(const cli_job *job, int best)
{
  const page page = {job, best};
  if (job->report[0] == '\0')
    return CLI_OK;
  return cli_write_report(job->arguments, job->report, print_page, &page);
}
