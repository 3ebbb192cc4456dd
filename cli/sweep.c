/* sweep.c - `lenet sweep`: many training runs, by recipes and seeds, and the table of what they
 * came to. */
#define _POSIX_C_SOURCE 200809L
#include "sweep.h"

#include "agree.h"
#include "commands.h"
#include "place.h"
#include "stop.h"
#include "whole_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if LENET_HAVE_JANSSON

typedef struct sweep {
  const cli_arguments *arguments;
  const char *models; /* "" where none are kept */
  char results_path[CLI_MAX_PATH];
  cli_runs runs;
  cli_results results;
  cli_children *children; /* of this rank */
  /* On rank 0, of the runs without a result. */
  size_t *todo; /* [left] their places among the runs */
  bool *ended;  /* [left] */
  size_t left, done;
  double start;
  bool failed; /* one of them */
} sweep;

/* ------------------------------------------------------------------ tasks ----------------- */

/* A run begins when all of the stages before its own have ended. */
static bool is_ready(void *context, size_t task)
{
  const sweep *s = context;
  const int stage = s->runs.run[s->todo[task]].stage;
  for (size_t i = 0; i < task; i++)
    if (!s->ended[i] && s->runs.run[s->todo[i]].stage < stage)
      return false;
  return true;
}

static void add_word(FILE *stream, const char *word) { fwrite(word, 1, strlen(word) + 1, stream); }

static bool describe(void *context, size_t task, cli_bytes *words)
{
  const sweep *s = context;
  const cli_run *run = &s->runs.run[s->todo[task]];
  char seed[24], out[CLI_MAX_PATH] = "none";
  FILE *stream = open_memstream(&words->data, &words->size);
  if (stream == NULL)
    return false;
  snprintf(seed, sizeof seed, "%llu", (unsigned long long)run->seed);
  if (s->models[0] != '\0')
    snprintf(out, sizeof out, "%s/%s-%s.safetensors", s->models, run->name, seed);
  for (size_t i = 0; i < run->words; i++)
    add_word(stream, run->word[i]);
  const char *own[] = {"--seed", seed, "--json", "--quiet", "--out", out};
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
    add_word(stream, own[i]);
  return fclose(stream) == 0;
}

static bool begin(void *context, size_t task, const cli_bytes *words)
{
  return cli_child_begin(((sweep *)context)->children, task, words);
}

static bool finish(void *context, size_t *task, cli_bytes *result)
{
  return cli_child_finish(((sweep *)context)->children, task, result);
}

static void stop(void *context)
{
  sweep *s = context;
  cli_children_free(s->children);
  s->children = NULL;
}

static void tell(const sweep *s, const cli_run *run, const json_t *result)
{
  const double each = (cli_clock() - s->start) / (double)s->done;
  cli_note(s->arguments, "%zu/%zu  %s, seed %llu: %.0f s; about %.0f min left", s->done, s->left,
           run->name, (unsigned long long)run->seed,
           json_number_value(json_object_get(result, "seconds")),
           each * (double)(s->left - s->done) / 60);
}

/* A run that fails is told of, and the others go on. */
static bool take(void *context, size_t task, cli_bytes *bytes)
{
  sweep *s = context;
  const size_t at = s->todo[task];
  const cli_run *run = &s->runs.run[at];
  const char *printed = bytes->data + sizeof(int), *said = printed + strlen(printed) + 1;
  int code = CLI_OK;
  memcpy(&code, bytes->data, sizeof code);
  s->ended[task] = true;
  s->done++;
  json_t *result = code == CLI_OK ? cli_make_result(run, printed) : NULL;
  if (result == NULL) {
    s->failed = true;
    said = code == CLI_OK ? "lenet train printed no result" : said;
    cli_error(s->arguments->command, code == CLI_OK ? CLI_FAILED : code, "%s, seed %llu: %.*s",
              run->name, (unsigned long long)run->seed, (int)strcspn(said, "\n"), said);
    return true;
  }
  if (!cli_keep_result(s->arguments, s->results_path, result)) {
    json_decref(result);
    return false;
  }
  tell(s, run, result);
  json_decref(s->results.of[at]);
  s->results.of[at] = result;
  return true;
}

/* ------------------------------------------------------------------ making ready ---------- */

/* FILE.txt has its results in FILE.jsonl. */
static int place_results(sweep *s, const char *path)
{
  const char *slash = strrchr(path, '/'), *dot = strrchr(path, '.');
  const bool has_end = dot != NULL && dot > (slash != NULL ? slash + 1 : path);
  const int stem = has_end ? (int)(dot - path) : (int)strlen(path);
  return snprintf(s->results_path, sizeof s->results_path, "%.*s.jsonl", stem, path) <
                 (int)sizeof s->results_path
             ? CLI_OK
             : cli_usage_error(s->arguments->command, "the file's name is too long");
}

/* Before hours of training, not after them. */
static int check_results(const sweep *s)
{
  const cli_arguments *a = s->arguments;
  char real[CLI_MAX_PATH];
  struct stat there;
  if (cli_given(a, "table"))
    return CLI_OK;
  if (stat(s->results_path, &there) != 0 || !S_ISREG(there.st_mode))
    return cli_check_file(a, "results", s->results_path, real);
  return access(s->results_path, R_OK | W_OK) == 0
             ? CLI_OK
             : cli_error(a->command, CLI_FAILED, "%s: %s", s->results_path, strerror(errno));
}

/* Whether `names`, commas between, has this one. */
static bool names_it(const char *names, const char *name)
{
  const size_t length = strlen(name);
  for (; names != NULL; names = strchr(names, ',')) {
    names += *names == ',';
    if (strncmp(names, name, length) == 0 && (names[length] == ',' || names[length] == '\0'))
      return true;
  }
  return false;
}

/* Refuses a name in --only that no run has; drops the runs that it does not name. */
static int keep_only(sweep *s)
{
  const char *only = cli_text(s->arguments, "only", NULL);
  for (const char *name = only; name != NULL && *name != '\0';) {
    const size_t length = strcspn(name, ",");
    bool found = length == 0;
    for (size_t i = 0; i < s->runs.count && !found; i++)
      found =
          strlen(s->runs.run[i].name) == length && strncmp(s->runs.run[i].name, name, length) == 0;
    if (!found)
      return cli_option_error(s->arguments, "only", "%s has no run called '%.*s'",
                              s->arguments->operand[0], (int)length, name);
    name += length + (name[length] == ',');
  }
  size_t kept = 0;
  for (size_t i = 0; i < s->runs.count && only != NULL; i++) {
    if (!names_it(only, s->runs.run[i].name))
      continue;
    const cli_run run = s->runs.run[i];
    s->runs.run[i] = s->runs.run[kept];
    s->runs.run[kept++] = run;
  }
  for (; only != NULL && s->runs.count > kept; s->runs.count--)
    cli_run_free(&s->runs.run[s->runs.count - 1]);
  return CLI_OK;
}

static int find_work(sweep *s)
{
  s->todo = calloc(s->runs.count + 1, sizeof *s->todo);
  s->ended = calloc(s->runs.count + 1, sizeof *s->ended);
  if (s->todo == NULL || s->ended == NULL)
    return cli_error(s->arguments->command, CLI_FAILED, "out of memory");
  for (size_t i = 0; i < s->runs.count; i++)
    if (s->results.of[i] == NULL)
      s->todo[s->left++] = i;
  return CLI_OK;
}

static int read_files(sweep *s)
{
  const cli_arguments *a = s->arguments;
  int code = place_results(s, a->operand[0]);
  if (code == CLI_OK)
    code = check_results(s);
  if (code == CLI_OK)
    code = cli_read_runs(a, a->operand[0], s->models, &s->runs);
  if (code == CLI_OK)
    code = keep_only(s);
  if (code == CLI_OK)
    code = cli_read_results(a, s->results_path, &s->runs, &s->results);
  return code == CLI_OK ? find_work(s) : code;
}

static int make_ready(sweep *s)
{
  const cli_arguments *a = s->arguments;
  const int jobs = (int)cli_integer(a, "jobs", 1), processors = cli_threads(a);
  const bool shared = jobs > 1 || cli_ranks() > 1;
  const int each = processors > jobs ? processors / jobs : 1;
  if (a->operand_count != 1)
    return cli_usage_error(
        a->command, a->operand_count == 0 ? "no file of runs given" : "'%s' is too much: one file",
        a->operand_count > 1 ? a->operand[1] : "");
  s->models = cli_text(a, "models", "");
  int code = cli_rank() == 0 ? read_files(s) : CLI_OK;
  if (code != CLI_OK || cli_given(a, "table"))
    return code;
  if (s->models[0] != '\0' && !cli_make_directories(s->models))
    return cli_option_error(a, "models", "%s: %s", s->models, strerror(errno));
  s->children = cli_children_create(a->program, jobs, shared ? each : 0);
  return s->children != NULL ? CLI_OK : cli_error(a->command, CLI_FAILED, "out of memory");
}

/* ------------------------------------------------------------------ command --------------- */

static int train_rest(sweep *s)
{
  const cli_farm farm = {.context = s,
                         .slots = (int)cli_integer(s->arguments, "jobs", 1),
                         .count = s->left,
                         .is_ready = is_ready,
                         .describe = describe,
                         .take = take,
                         .begin = begin,
                         .finish = finish,
                         .stop = stop};
  if (s->left == 0 && cli_rank() == 0)
    cli_note(s->arguments, "nothing to train: %s has all %zu runs", s->results_path, s->runs.count);
  s->start = cli_clock();
  cli_catch_stop();
  const int code = cli_farm_run(s->arguments->command, &farm);
  if (code == CLI_OK || cli_rank() > 0)
    return code;
  return cli_error(s->arguments->command, code,
                   "stopped with %zu of %zu runs done; the same command goes on",
                   s->runs.count - s->left + s->done, s->runs.count);
}

static int run_sweep(const cli_arguments *arguments)
{
  sweep s = {.arguments = arguments};
  cli_facts facts = {""};
  int code = make_ready(&s);
  cli_add_option_facts(&facts, arguments);
  code = cli_agree(arguments->command, code, &facts);
  if (code == CLI_OK && !cli_given(arguments, "table"))
    code = train_rest(&s);
  if (code == CLI_OK && cli_rank() == 0)
    cli_print_sweep(arguments, &s.runs, &s.results);
  if (code == CLI_OK && s.failed)
    code = CLI_FAILED;
  cli_children_free(s.children);
  cli_results_free(&s.results);
  cli_runs_free(&s.runs);
  free(s.todo);
  free(s.ended);
  return code;
}

#else

static int run_sweep(const cli_arguments *arguments)
{
  return cli_error(arguments->command, CLI_FAILED,
                   "this build of lenet was made without jansson, which results need");
}

#endif

static const cli_option options[] = {
    {"jobs", 'j', CLI_INTEGER, "N", 1, 256,
     "runs at once, of each process under mpirun; they share the processors [1]"},
    {"models", 0, CLI_TEXT, "DIR", 0, 0, "keep each run's model there, as NAME-SEED.safetensors"},
    {"only", 0, CLI_TEXT, "NAME[,...]", 0, 0, "the runs of these names alone"},
    {"table", 0, CLI_FLAG, NULL, 0, 0, "train nothing, print the table of what is done"},
    {"test", 0, CLI_FLAG, NULL, 0, 0,
     "show the columns of the test images too: choose without them"},
    CLI_OPTION_TIMEOUT,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_sweep_command = {
    .name = "sweep",
    .summary = "train many recipes with many seeds and print what they came to",
    .usage = "FILE [options]",
    .details =
        "FILE names a run on each line, NAME: OPTIONS OF LENET TRAIN; 'seeds 1-5' or 'seeds 1,7' "
        "holds "
        "for the lines below it [1]; what stands below 'wait' begins when all above it has ended; "
        "# "
        "begins a comment. In the options {models} stands for the folder of --models, which is "
        "needed then, and {seed} for the seed. A result is a line of JSON in FILE's name with "
        ".jsonl, written when a run has "
        "ended: what was stopped is trained anew, what is there is not repeated unless its options "
        "have changed. At the end comes a table of all: mean, standard deviation and the worst "
        "over "
        "the seeds.\n\n"
        "'mpirun -n N lenet sweep FILE' deals the runs out to N processes, of one machine or "
        "several, as "
        "they become free: docs/cluster.md.",
    .examples = "  lenet sweep experiments/results.txt --jobs 2 --models kept\n"
                "  lenet sweep experiments/results.txt --table --test\n",
    .options = options,
    .run = run_sweep,
    .shares = true,
};
