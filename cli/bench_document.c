/* bench_document.c - the figures of `lenet bench` as JSON, written and read back. */
#include "bench.h"
#include "documents.h"

#include <math.h>
#include <string.h>

#if LENET_HAVE_JANSSON

/* ------------------------------------------------------------------ writing --------------- */

static json_t *speed_document(const cli_bench_result *r, const cli_speed *speed)
{
  return json_pack("{s:i, s:i, s:f, s:o, s:o, s:f}", "batch", speed->batch, "threads",
                   speed->threads, "images_per_second", speed->best, "gflops",
                   cli_json_real(speed->macs > 0 ? cli_gflops(speed) : (double)NAN), "fraction",
                   cli_json_real(cli_fraction(r, speed)), "spread", cli_spread(speed));
}

static json_t *train_document(const cli_bench_result *r)
{
  json_t *list = json_array();
  for (int place = CLI_SPEED_TRAIN; place < CLI_SPEED_SINGLE; place++)
    if (r->speed[place].best > 0)
      json_array_append_new(list, speed_document(r, &r->speed[place]));
  return list;
}

static json_t *latency_document(const cli_bench_result *r)
{
  const cli_speed *median = &r->speed[CLI_SPEED_MEDIAN], *p99 = &r->speed[CLI_SPEED_P99];
  return json_pack("{s:f, s:f, s:f, s:f, s:o, s:f}", "median", 1e6 / median->best, "p99",
                   1e6 / p99->best, "spread", cli_spread(median), "p99_spread", cli_spread(p99),
                   "fraction", cli_json_real(cli_fraction(r, median)), "gflops",
                   cli_gflops(median));
}

/* "forward" gives forward_us, forward_fraction and forward_spread; null where there is no such way.
 */
static void set_way(json_t *layer, const cli_bench_result *r, const char *way, int place)
{
  const cli_speed *speed = &r->speed[place];
  const bool measured = speed->best > 0;
  char key[32];
  snprintf(key, sizeof key, "%s_us", way);
  json_object_set_new(layer, key, cli_json_real(1e6 / speed->best));
  snprintf(key, sizeof key, "%s_fraction", way);
  json_object_set_new(layer, key, cli_json_real(measured ? cli_fraction(r, speed) : (double)NAN));
  snprintf(key, sizeof key, "%s_spread", way);
  json_object_set_new(layer, key, cli_json_real(measured ? cli_spread(speed) : (double)NAN));
}

static json_t *layers_document(const cli_bench_result *r)
{
  json_t *list = json_array();
  for (int i = 0; i < r->network.row_count; i++) {
    json_t *layer = json_pack("{s:s, s:s}", "name", r->layout.layer[i].name, "kind",
                              cli_kind_name(r->network.row[i].kind));
    set_way(layer, r, "forward", CLI_SPEED_ROWS + 2 * i);
    set_way(layer, r, "backward", CLI_SPEED_ROWS + 2 * i + 1);
    json_array_append_new(list, layer);
  }
  return list;
}

static json_t *outside_document(const cli_bench_result *r)
{
  json_t *list = json_array();
  for (int place = CLI_SPEED_LOAD; place <= CLI_SPEED_STEP; place++)
    json_array_append_new(list, json_pack("{s:s, s:f, s:f}", "name", r->speed[place].name, "us",
                                          1e6 / r->speed[place].best, "spread",
                                          cli_spread(&r->speed[place])));
  return list;
}

/* A ratio for each figure that both have. */
static json_t *compare_document(const cli_bench_result *r, const cli_bench_result *old,
                                const char *path)
{
  json_t *list = json_array();
  for (int place = 0; place < CLI_SPEEDS; place++) {
    const cli_speed *speed = &r->speed[place];
    const double ratio = cli_ratio(speed, &old->speed[place]);
    if (!isnan(ratio))
      json_array_append_new(list, json_pack("{s:s, s:i, s:i, s:f, s:o}", "name", speed->name,
                                            "batch", speed->batch, "threads", speed->threads,
                                            "ratio", ratio, "verdict",
                                            cli_json_text(cli_verdict(speed, &old->speed[place]))));
  }
  return json_pack("{s:o, s:s, s:o}", "with", cli_json_text(path), "version", old->version,
                   "figures", list);
}

/* An object with a rate; nothing where that was not measured. */
static void set_speed(json_t *d, const char *key, const cli_bench_result *r, const cli_speed *speed)
{
  if (speed->best > 0)
    json_object_set_new(d, key, speed_document(r, speed));
}

json_t *cli_bench_document(const cli_bench_result *r, const cli_bench_result *old, const char *path)
{
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(&r->network, notation);
  const cli_speed *peak = &r->speed[CLI_SPEED_PEAK], *all = cli_of_all(r, CLI_SPEED_PEAK);
  json_t *d = json_pack("{s:s, s:s, s:s, s:i, s:s, s:f, s:f, s:f, s:f, s:f}", "net",
                        cli_name_network(&r->network).text, "notation", notation, "isa", r->isa,
                        "threads", r->threads, "version", r->version, "seconds", r->seconds,
                        "peak_gflops", peak->best, "peak_spread", cli_spread(peak),
                        "peak_all_gflops", all->best, "peak_all_spread", cli_spread(all));
  const cli_speed *single = &r->speed[CLI_SPEED_SINGLE];
  set_speed(d, "forward", r, &r->speed[CLI_SPEED_FORWARD]);
  set_speed(d, "forward_all", r, cli_of_all(r, CLI_SPEED_FORWARD));
  set_speed(d, "int8", r, &r->speed[CLI_SPEED_INT8]);
  set_speed(d, "int8_all", r, cli_of_all(r, CLI_SPEED_INT8));
  set_speed(d, "train", r, cli_of_all(r, CLI_SPEED_TRAIN + 2 * CLI_TRAIN_USUAL));
  set_speed(d, "train_single", r, single);
  if (single->best > 0)
    json_object_set_new(d, "train_single_us", json_real(1e6 / single->best));
  json_t *train = train_document(r);
  if (json_array_size(train) > 0)
    json_object_set(d, "train_by", train);
  json_decref(train);
  if (r->speed[CLI_SPEED_MEDIAN].best > 0)
    json_object_set_new(d, "latency_us", latency_document(r));
  if (r->speed[CLI_SPEED_LOAD].best > 0) {
    json_object_set_new(d, "layers", layers_document(r));
    json_object_set_new(d, "outside_layers", outside_document(r));
  }
  if (old != NULL)
    json_object_set_new(d, "compare", compare_document(r, old, path));
  return d;
}

/* ------------------------------------------------------------------ reading --------------- */

typedef struct reader {
  const cli_command *command;
  const char *path;
  cli_bench_result *result;
} reader;

static int refuse(const reader *r, const char *where, const char *key, const char *what)
{
  return cli_error(r->command, CLI_BAD_FILE, "%s: %s%s%s %s", r->path, where,
                   where[0] != '\0' ? "." : "", key, what);
}

/* A figure, of `key`, images a second or GFLOP/s, or where it is a time microseconds, and its
 * spread. */
static int read_speed(const reader *r, const json_t *object, const char *where, const char *key,
                      bool is_time, const char *spread_key, int place)
{
  const double value = json_number_value(json_object_get(object, key));
  const json_t *spread = json_object_get(object, spread_key);
  if (!(value > 0 && isfinite(1e6 / value)))
    return refuse(r, where, key, "is no number above 0");
  if (!json_is_number(spread) || !(json_number_value(spread) >= 0 && json_number_value(spread) < 1))
    return refuse(r, where, spread_key, "is no fraction of 0 to 1");
  cli_speed *speed = &r->result->speed[place];
  speed->best = is_time ? 1e6 / value : value;
  speed->worst = speed->best * (1 - json_number_value(spread));
  return CLI_OK;
}

/* The object `key` with a rate; nothing where it is missing. */
static int read_rate(const reader *r, const json_t *root, const char *key, int place)
{
  const json_t *object = json_object_get(root, key);
  return object == NULL ? CLI_OK
                        : read_speed(r, object, key, "images_per_second", false, "spread", place);
}

/* What the figures are of, and which there are. */
static int read_run(const reader *r, const json_t *root)
{
  cli_bench_result *result = r->result;
  const char *notation = json_string_value(json_object_get(root, "notation"));
  const char *isa = json_string_value(json_object_get(root, "isa"));
  const char *version = json_string_value(json_object_get(root, "version"));
  const json_int_t threads = json_integer_value(json_object_get(root, "threads"));
  lenet_isa known;
  lenet_error error;
  if (notation == NULL)
    return refuse(r, "", "notation", "is no text");
  if (lenet_network_parse(notation, &result->network, &error) != LENET_OK ||
      lenet_network_layout(&result->network, &result->layout, &error) != LENET_OK)
    return cli_error(r->command, CLI_BAD_FILE, "%s: notation: %s", r->path, error.message);
  if (isa == NULL || !lenet_isa_find(isa, &known))
    return refuse(r, "", "isa", "is no instruction set");
  if (threads < 1 || threads > 256)
    return refuse(r, "", "threads", "is no whole number of 1 to 256");
  if (version == NULL || strlen(version) >= sizeof result->version ||
      version[strspn(version, "0123456789.-+abcdefghijklmnopqrstuvwxyz")] != '\0')
    return refuse(r, "", "version", "is no version");
  result->seconds = json_number_value(json_object_get(root, "seconds"));
  if (!(result->seconds > 0))
    return refuse(r, "", "seconds", "is no number above 0");
  result->threads = (int)threads;
  snprintf(result->isa, sizeof result->isa, "%s", isa);
  snprintf(result->version, sizeof result->version, "%s", version);
  cli_describe_speeds(result);
  return CLI_OK;
}

/* Figures of other batches and threads than those that bench measures are left out. */
static int read_training(const reader *r, const json_t *list)
{
  if (list != NULL && !json_is_array(list))
    return refuse(r, "", "train_by", "is no list");
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *entry = json_array_get(list, i);
    const json_t *batch = json_object_get(entry, "batch"),
                 *threads = json_object_get(entry, "threads");
    char where[64];
    snprintf(where, sizeof where, "train_by[%zu]", i);
    if (!json_is_integer(batch) || !json_is_integer(threads))
      return refuse(r, where, json_is_integer(batch) ? "threads" : "batch", "is no whole number");
    for (int place = CLI_SPEED_TRAIN; place < CLI_SPEED_SINGLE; place++) {
      const cli_speed *speed = &r->result->speed[place];
      if (speed->threads == 0 || speed->batch != json_integer_value(batch) ||
          speed->threads != json_integer_value(threads))
        continue;
      const int code = read_speed(r, entry, where, "images_per_second", false, "spread", place);
      if (code != CLI_OK)
        return code;
    }
  }
  return CLI_OK;
}

static int read_latency(const reader *r, const json_t *latency)
{
  if (latency == NULL)
    return CLI_OK;
  const int code = read_speed(r, latency, "latency_us", "median", true, "spread", CLI_SPEED_MEDIAN);
  return code == CLI_OK
             ? read_speed(r, latency, "latency_us", "p99", true, "p99_spread", CLI_SPEED_P99)
             : code;
}

static bool is_named(const json_t *entry, const char *name)
{
  const char *text = json_string_value(json_object_get(entry, "name"));
  return text != NULL && strcmp(text, name) == 0;
}

/* The entry's name is that of the row, and its times are there. */
static int read_layer(const reader *r, const json_t *entry, int row)
{
  const int forward = CLI_SPEED_ROWS + 2 * row, backward = forward + 1;
  char where[64];
  snprintf(where, sizeof where, "layers[%d]", row);
  if (!is_named(entry, r->result->layout.layer[row].name))
    return refuse(r, where, "name", "is not that of the network's row");
  const int code = r->result->speed[forward].threads > 0
                       ? read_speed(r, entry, where, "forward_us", true, "forward_spread", forward)
                       : CLI_OK;
  if (code != CLI_OK || r->result->speed[backward].threads == 0)
    return code;
  return read_speed(r, entry, where, "backward_us", true, "backward_spread", backward);
}

static int read_layers(const reader *r, const json_t *root)
{
  const json_t *layers = json_object_get(root, "layers");
  const json_t *outside = json_object_get(root, "outside_layers");
  const int rows = r->result->network.row_count;
  int code = CLI_OK;
  if (layers == NULL && outside == NULL)
    return CLI_OK;
  if (json_array_size(layers) != (size_t)rows)
    return refuse(r, "", "layers", "is no list of the network's rows");
  for (int i = 0; i < rows && code == CLI_OK; i++)
    code = read_layer(r, json_array_get(layers, (size_t)i), i);
  for (int place = CLI_SPEED_LOAD; place <= CLI_SPEED_STEP && code == CLI_OK; place++) {
    const json_t *entry = json_array_get(outside, (size_t)(place - CLI_SPEED_LOAD));
    char where[64];
    snprintf(where, sizeof where, "outside_layers[%d]", place - CLI_SPEED_LOAD);
    code = is_named(entry, r->result->speed[place].name)
               ? read_speed(r, entry, where, "us", true, "spread", place)
               : refuse(r, where, "name", "is not what stands there");
  }
  return code;
}

static int read_all(const reader *r, const json_t *root)
{
  const bool several = r->result->threads > 1;
  int code = read_speed(r, root, "", "peak_gflops", false, "peak_spread", CLI_SPEED_PEAK);
  if (code == CLI_OK && several)
    code = read_speed(r, root, "", "peak_all_gflops", false, "peak_all_spread", CLI_SPEED_PEAK_ALL);
  if (code == CLI_OK)
    code = read_rate(r, root, "forward", CLI_SPEED_FORWARD);
  if (code == CLI_OK && several)
    code = read_rate(r, root, "forward_all", CLI_SPEED_FORWARD_ALL);
  if (code == CLI_OK)
    code = read_rate(r, root, "int8", CLI_SPEED_INT8);
  if (code == CLI_OK && several)
    code = read_rate(r, root, "int8_all", CLI_SPEED_INT8_ALL);
  if (code == CLI_OK)
    code = read_training(r, json_object_get(root, "train_by"));
  if (code == CLI_OK)
    code = read_rate(r, root, "train_single", CLI_SPEED_SINGLE);
  if (code == CLI_OK)
    code = read_latency(r, json_object_get(root, "latency_us"));
  return code == CLI_OK ? read_layers(r, root) : code;
}

int cli_read_bench(const cli_command *command, const char *path, cli_bench_result *result)
{
  int code;
  json_t *root = cli_load_json(command, &path, &code);
  if (root == NULL)
    return code;
  const reader r = {command, path, result};
  if (json_object_get(root, "peak_gflops") == NULL)
    code = cli_error(command, CLI_BAD_FILE, "%s: not of 'lenet bench --json'", path);
  else
    code = read_run(&r, root);
  if (code == CLI_OK)
    code = read_all(&r, root);
  json_decref(root);
  return code;
}

#else

int cli_read_bench(const cli_command *command, const char *path, cli_bench_result *result)
{
  (void)result;
  return cli_error(command, CLI_FAILED, "%s: this build of lenet was made without jansson", path);
}

#endif
