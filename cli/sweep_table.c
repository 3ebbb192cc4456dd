/* sweep_table.c - what the runs of a sweep came to, a row for each name. */
#include "sweep.h"

#if LENET_HAVE_JANSSON

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Of the seeds of a run. */
typedef struct spread {
  size_t count;
  double mean, deviation, worst; /* deviation: of a sample; NaN for one value */
} spread;

/* Of `key`; count 0 where a result has no such number. */
static spread spread_of(json_t *const *result, size_t count, const char *key)
{
  spread s = {.count = count, .deviation = NAN, .worst = -INFINITY};
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++) {
    const json_t *value = json_object_get(result[i], key);
    if (!json_is_number(value))
      return (spread){.count = 0};
    sum += json_number_value(value);
    s.worst = fmax(s.worst, json_number_value(value));
  }
  s.mean = sum / (double)count;
  for (size_t i = 0; i < count; i++) {
    const double off = json_number_value(json_object_get(result[i], key)) - s.mean;
    squares += off * off;
  }
  if (count > 1)
    s.deviation = sqrt(squares / (double)(count - 1));
  return s;
}

static void print_spread(const spread *s, double scale, int places)
{
  if (s->count == 0)
    printf(" | -");
  if (s->count > 0)
    printf(" | %.*f", places, scale * s->mean);
  if (s->count > 1)
    printf(" ± %.*f (worst %.*f)", places, scale * s->deviation, places, scale * s->worst);
}

static json_t *spread_document(const spread *s)
{
  return s->count == 0 ? json_null()
                       : json_pack("{s:o, s:o, s:o}", "mean", cli_json_real(s->mean), "deviation",
                                   cli_json_real(s->deviation), "worst", cli_json_real(s->worst));
}

/* The results of one name. */
typedef struct row {
  const char *name;
  json_t **result;
  size_t count;
} row;

static void print_row(const row *r, bool test)
{
  const spread validation = spread_of(r->result, r->count, "validation_error");
  const spread error = spread_of(r->result, r->count, "test_error");
  const spread loss = spread_of(r->result, r->count, "test_loss");
  const spread seconds = spread_of(r->result, r->count, "seconds");
  const json_t *parameters = json_object_get(r->result[0], "parameters");
  printf("| %s | %s | %zu", r->name, cli_thousands(json_integer_value(parameters)).text, r->count);
  print_spread(&validation, 100, 2);
  if (test) {
    print_spread(&error, 100, 2);
    print_spread(&loss, 1, 4);
  }
  printf(" | %.1f |\n", seconds.mean / 60);
}

static json_t *row_document(const row *r, bool test)
{
  const spread validation = spread_of(r->result, r->count, "validation_error");
  const spread seconds = spread_of(r->result, r->count, "seconds");
  json_t *object = json_pack("{s:s, s:O?, s:I, s:o, s:o}", "run", r->name, "parameters",
                             json_object_get(r->result[0], "parameters"), "seeds",
                             (json_int_t)r->count, "validation_error", spread_document(&validation),
                             "seconds", spread_document(&seconds));
  if (test && object != NULL) {
    const spread error = spread_of(r->result, r->count, "test_error");
    const spread loss = spread_of(r->result, r->count, "test_loss");
    json_object_set_new(object, "test_error", spread_document(&error));
    json_object_set_new(object, "test_loss", spread_document(&loss));
  }
  return object;
}

/* The runs of one name stand together, from `at` on; *end is the next one's. Puts their results
 * into `found`, which has room. */
static row collect(const cli_runs *runs, const cli_results *results, size_t at, size_t *end,
                   json_t **found)
{
  row r = {.name = runs->run[at].name, .result = found};
  for (*end = at; *end < runs->count && strcmp(runs->run[*end].name, r.name) == 0; ++*end)
    if (results->of[*end] != NULL)
      found[r.count++] = results->of[*end];
  return r;
}

void cli_print_sweep(const cli_arguments *a, const cli_runs *runs, const cli_results *results)
{
  const bool test = cli_given(a, "test"), json = cli_given(a, "json");
  json_t **found = calloc(runs->count + 1, sizeof *found), *rows = json_array();
  if (!json)
    printf(
        "| run | parameters | seeds | validation error %% |%s minutes |\n|---|---|---|---|%s---|\n",
        test ? " test error % | test loss |" : "", test ? "---|---|" : "");
  for (size_t at = 0, end = 0; found != NULL && at < runs->count; at = end) {
    const row r = collect(runs, results, at, &end, found);
    if (r.count > 0 && json)
      json_array_append_new(rows, row_document(&r, test));
    else if (r.count > 0)
      print_row(&r, test);
  }
  if (json)
    CLI_PRINT_JSON(json_pack("{s:O}", "runs", rows));
  json_decref(rows);
  free(found);
}

#endif
