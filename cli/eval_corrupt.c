/* eval_corrupt.c - `lenet eval --corrupt`: the errors on pictures made worse in one way after
 * another, beside those on the pictures as they are. */
#include "eval.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ reading --------------- */

static int unknown(const cli_arguments *a, size_t column, const char *name)
{
  const char *names[CLI_MAX_TRIALS + 1] = {NULL};
  size_t count = 0;
  const lenet_corruption *known = lenet_corruptions(&count);
  for (size_t i = 0; i < count && i < CLI_MAX_TRIALS; i++)
    names[i] = known[i].name;
  const char *nearest = cli_nearest(name, names);
  return cli_option_error(a, "corrupt", "column %zu: no corruption is called '%s'%s%s%s", column,
                          name, nearest != NULL ? ": did you mean " : "",
                          nearest != NULL ? nearest : "",
                          nearest != NULL ? "?" : " ('lenet eval --help' lists them)");
}

static int add_trial(const cli_arguments *a, size_t column, const lenet_corruption *corruption,
                     int level, cli_trials *t)
{
  if (t->count == CLI_MAX_TRIALS)
    return cli_option_error(a, "corrupt", "more than %d corruptions", CLI_MAX_TRIALS);
  for (size_t i = 0; i < t->count; i++) /* the mean would count it twice */
    if (t->trial[i].corruption == corruption && t->trial[i].level == level)
      return cli_option_error(a, "corrupt", "column %zu: %s:%d stands there already", column,
                              corruption->name, level);
  t->trial[t->count++] = (cli_trial){.corruption = corruption, .level = level};
  return CLI_OK;
}

/* NAME or NAME:LEVEL, without the comma behind it; the name may be all. */
static int read_one(const cli_arguments *a, const char *text, size_t at, size_t length,
                    cli_trials *t)
{
  char name[32];
  const char *colon = memchr(text + at, ':', length);
  const size_t name_length = colon != NULL ? (size_t)(colon - text) - at : length;
  int level = LENET_CORRUPTION_USUAL, code = CLI_OK;
  size_t known = 0;
  const lenet_corruption *list = lenet_corruptions(&known);
  if (name_length == 0)
    return cli_option_error(a, "corrupt", "column %zu: a name is missing", at + 1);
  snprintf(name, sizeof name, "%.*s", (int)(name_length < 31 ? name_length : 31), text + at);
  const lenet_corruption *one = lenet_corruption_find(name);
  const bool all = strcmp(name, "all") == 0;
  if (one == NULL && !all)
    return unknown(a, at + 1, name);
  if (colon != NULL) {
    const size_t digits = length - name_length - 1;
    if (digits != 1 || colon[1] < '1' || colon[1] > '0' + LENET_CORRUPTION_LEVELS)
      return cli_option_error(a, "corrupt", "column %zu: '%.*s' is no level of 1 to %d",
                              at + name_length + 2, (int)(digits < 20 ? digits : 20), colon + 1,
                              LENET_CORRUPTION_LEVELS);
    level = colon[1] - '0';
  }
  if (!all)
    return add_trial(a, at + 1, one, level, t);
  for (size_t i = 0; i < known && code == CLI_OK; i++)
    code = add_trial(a, at + 1, &list[i], level, t);
  return code;
}

static int read_trials(const cli_arguments *a, cli_trials *t)
{
  const char *text = cli_text(a, "corrupt", "");
  for (size_t at = 0;;) {
    const size_t length = strcspn(text + at, ",");
    const int code = read_one(a, text, at, length, t);
    if (code != CLI_OK || text[at + length] == '\0')
      return code;
    at += length + 1;
  }
}

/* ------------------------------------------------------------------ measuring ------------- */

static lenet_status measure(const cli_arguments *a, cli_evaluation *e, lenet_isa isa,
                            const lenet_samples *samples, lenet_error *error)
{
  return lenet_evaluate_together((const lenet_model *const *)e->models.model, e->models.count,
                                 samples, cli_threads(a), isa, &e->measure, NULL, error);
}

static lenet_status measure_corrupted(const cli_arguments *a, cli_evaluation *e, lenet_isa isa,
                                      cli_trial *trial, lenet_error *error)
{
  lenet_corrupter *corrupter = NULL;
  lenet_status status = lenet_corrupter_create(&e->samples, trial->corruption, trial->level,
                                               e->seed, &corrupter, error);
  if (status != LENET_OK)
    return status;
  const lenet_samples corrupted = lenet_corrupter_samples(corrupter);
  status = measure(a, e, isa, &corrupted, error);
  trial->errors = e->measure.errors;
  lenet_corrupter_free(corrupter);
  return status;
}

/* ------------------------------------------------------------------ telling --------------- */

static double error_rate(const cli_evaluation *e, size_t errors)
{
  return (double)errors / (double)e->samples.count;
}

double cli_mean_accuracy(const cli_evaluation *e, const cli_trials *t)
{
  double sum = 0;
  for (size_t i = 0; i < t->count; i++)
    sum += 1 - error_rate(e, t->trial[i].errors);
  return sum / (double)t->count;
}

static void print_row(const char *name, const char *level, const cli_evaluation *e, size_t errors)
{
  printf("%-14s %5s %8s  %9s\n", name, level, cli_thousands((long long)errors).text,
         cli_percent(1 - error_rate(e, errors)).text);
}

static void print_table(const cli_evaluation *e, const cli_trials *t)
{
  printf("%s on %s, %s split, %s images, seed %llu\n\n", cli_clean(e->model_name).text,
         cli_clean(e->set).text, e->split, cli_thousands((long long)e->samples.count).text,
         (unsigned long long)e->seed);
  printf("%-14s %5s %8s  %9s\n", "corruption", "level", "errors", "accuracy");
  print_row("none", "-", e, t->clean);
  for (size_t i = 0; i < t->count; i++) {
    const cli_trial *trial = &t->trial[i];
    print_row(trial->corruption->name, (char[]){(char)('0' + trial->level), '\0'}, e,
              trial->errors);
  }
  printf("%-14s %5s %8s  %9s\n", "mean", "", "", cli_percent(cli_mean_accuracy(e, t)).text);
}

#if LENET_HAVE_JANSSON
static json_t *document(const cli_evaluation *e, const cli_trials *t)
{
  json_t *list = json_array();
  for (size_t i = 0; i < t->count; i++) {
    const cli_trial *trial = &t->trial[i];
    const double rate = error_rate(e, trial->errors);
    json_array_append_new(list, json_pack("{s:s, s:i, s:f, s:I, s:f, s:f}", "name",
                                          trial->corruption->name, "level", trial->level, "amount",
                                          trial->corruption->amount[trial->level - 1], "errors",
                                          (json_int_t)trial->errors, "error_rate", rate, "accuracy",
                                          1 - rate));
  }
  return json_pack("{s:o, s:s, s:I, s:I, s:I, s:f, s:f, s:o}", "model",
                   cli_json_text(e->model_name), "data", e->set, "samples",
                   (json_int_t)e->samples.count, "seed", (json_int_t)e->seed, "errors",
                   (json_int_t)t->clean, "accuracy", 1 - error_rate(e, t->clean),
                   "corrupted_accuracy", cli_mean_accuracy(e, t), "corruptions", list);
}
#endif

int cli_evaluate_corrupted(const cli_arguments *a, cli_evaluation *e, lenet_isa isa)
{
  static const char *const beside[] = {"augment", "int8", "mistakes", NULL};
  lenet_error error;
  for (const char *const *name = beside; *name != NULL; name++)
    if (cli_given(a, *name))
      return cli_usage_error(a->command, "--%s and --corrupt exclude each other", *name);
  cli_trials *t = calloc(1, sizeof *t);
  if (t == NULL)
    return cli_error(a->command, CLI_FAILED, "out of memory");
  int code = read_trials(a, t);
  if (code == CLI_OK && measure(a, e, isa, &e->samples, &error) != LENET_OK)
    code = cli_refuse_models(a->command, &e->models, &error);
  t->clean = e->measure.errors;
  for (size_t i = 0; i < t->count && code == CLI_OK; i++)
    if (measure_corrupted(a, e, isa, &t->trial[i], &error) != LENET_OK)
      code = cli_library_error(a->command, &error);
  if (code == CLI_OK && cli_given(a, "json"))
    CLI_PRINT_JSON(document(e, t));
  else if (code == CLI_OK)
    print_table(e, t);
  if (code == CLI_OK)
    code = cli_report_corrupted(a, e, t);
  free(t);
  return code;
}
