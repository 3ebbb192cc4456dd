/* sweep_results.c - what runs came to: a line of JSON each, in a file that only grows. */
#define _DEFAULT_SOURCE /* flock */
#include "sweep.h"

#include "lines.h"

#if LENET_HAVE_JANSSON

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static bool is_text(const json_t *object, const char *key, const char *value)
{
  const char *text = json_string_value(json_object_get(object, key));
  return text != NULL && strcmp(text, value) == 0;
}

static bool is_of(const json_t *result, const cli_run *run)
{
  return is_text(result, "run", run->name) && is_text(result, "options", run->options) &&
         json_integer_value(json_object_get(result, "seed")) == (json_int_t)run->seed;
}

static bool is_result(const json_t *result)
{
  return json_is_string(json_object_get(result, "run")) &&
         json_is_string(json_object_get(result, "options")) &&
         json_is_integer(json_object_get(result, "seed"));
}

static int no_result(const cli_arguments *a, const char *path, int number)
{
  return cli_error(a->command, CLI_BAD_FILE, "%s:%d: no result of a run", path, number);
}

/* Takes the place of an earlier result. */
static int read_line(const cli_arguments *a, const char *path, int number, const char *line,
                     const cli_runs *runs, cli_results *results)
{
  json_t *result = json_loads(line, 0, NULL);
  if (!is_result(result)) {
    json_decref(result);
    return no_result(a, path, number);
  }
  for (size_t i = 0; i < runs->count; i++)
    if (is_of(result, &runs->run[i])) {
      json_decref(results->of[i]);
      results->of[i] = json_incref(result);
    }
  json_decref(result);
  return CLI_OK;
}

/* True for the beginning of a result, which a kill or a full disk left: it is as if it had not
 * been, and the next result takes its place. Of any other file nothing may be cut off. */
static bool is_cut_result(const cli_lines *lines)
{
  static const char start[] = "{\"run\": \"";
  const size_t most = sizeof start - 1;
  return memcmp(lines->text, start, lines->length < most ? lines->length : most) == 0;
}

int cli_read_results(const cli_arguments *a, const char *path, const cli_runs *runs,
                     cli_results *results)
{
  *results = (cli_results){.of = calloc(runs->count + 1, sizeof(json_t *)), .count = runs->count};
  if (results->of == NULL)
    return cli_error(a->command, CLI_FAILED, "out of memory");
  FILE *file = fopen(path, "rb");
  if (file == NULL && errno == ENOENT)
    return CLI_OK;
  if (file == NULL)
    return cli_error(a->command, CLI_BAD_FILE, "%s: %s", path, strerror(errno));
  cli_lines lines;
  int code =
      cli_lines_begin(&lines, file) ? CLI_OK : cli_error(a->command, CLI_FAILED, "out of memory");
  while (code == CLI_OK && cli_next_line(&lines)) {
    if (lines.whole)
      code = read_line(a, path, lines.number, lines.text, runs, results);
    else if (!is_cut_result(&lines))
      code = no_result(a, path, lines.number);
  }
  if (code == CLI_OK && lines.wrong != NULL)
    code = cli_error(a->command, CLI_BAD_FILE, "%s:%d: %s", path, lines.number, lines.wrong);
  cli_lines_end(&lines);
  fclose(file);
  return code;
}

void cli_results_free(cli_results *results)
{
  for (size_t i = 0; results->of != NULL && i < results->count; i++)
    json_decref(results->of[i]);
  free(results->of);
  *results = (cli_results){.count = 0};
}

/* ------------------------------------------------------------------ keeping --------------- */

/* Where what stands in the file behind its last whole line begins: a cut result. */
static off_t end_of_lines(int file)
{
  char bytes[4096];
  off_t end = 0, at = 0;
  for (ssize_t got; (got = pread(file, bytes, sizeof bytes, at)) > 0; at += got)
    for (ssize_t i = 0; i < got; i++)
      if (bytes[i] == '\n')
        end = at + i + 1;
  return end;
}

/* Another sweep may add to the same file: one at a time, where the file system has locks. */
static bool append(const char *path, const char *line, size_t size)
{
  const int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0)
    return false;
  flock(file, LOCK_EX);
  const off_t end = end_of_lines(file);
  bool whole = ftruncate(file, end) == 0 && lseek(file, end, SEEK_SET) == end;
  for (ssize_t written; whole && size > 0; line += written, size -= (size_t)written) {
    written = write(file, line, size);
    whole = written > 0;
  }
  whole = whole && fsync(file) == 0;
  return close(file) == 0 && whole;
}

/* The keys of `names` in `from`, into `to`; false where one is missing. */
static bool copy_keys(json_t *to, const json_t *from, const char *const *names)
{
  for (; *names != NULL; names++)
    if (json_object_set(to, *names, json_object_get(from, *names)) != 0)
      return false;
  return true;
}

static json_t *result_of(const cli_run *run, const json_t *printed)
{
  static const char *const of_run[] = {"net",        "parameters",  "train_samples", "best_epoch",
                                       "test_error", "test_errors", "test_samples",  "test_loss",
                                       "seconds",    "threads",     "isa",           "recipe",
                                       NULL};
  static const char *const of_epoch[] = {"train_loss", "train_error", "validation_loss",
                                         "validation_error", NULL};
  const size_t best = (size_t)json_integer_value(json_object_get(printed, "best_epoch"));
  const json_t *epoch = json_array_get(json_object_get(printed, "epochs"), best - 1);
  json_t *result = json_pack("{s:s, s:I, s:s}", "run", run->name, "seed", (json_int_t)run->seed,
                             "options", run->options);
  if (result != NULL && copy_keys(result, printed, of_run) && copy_keys(result, epoch, of_epoch))
    return result;
  json_decref(result);
  return NULL;
}

json_t *cli_make_result(const cli_run *run, const char *printed)
{
  json_t *document = json_loads(printed, 0, NULL);
  json_t *result = document != NULL ? result_of(run, document) : NULL;
  json_decref(document);
  return result;
}

bool cli_keep_result(const cli_arguments *a, const char *path, const json_t *result)
{
  char *line = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&line, &size);
  bool kept = stream != NULL && json_dumpf(result, stream, JSON_REAL_PRECISION(9)) == 0;
  if (stream != NULL) {
    putc('\n', stream);
    kept = fclose(stream) == 0 && kept;
  }
  if (kept && !append(path, line, size)) {
    cli_error(a->command, CLI_FAILED, "%s: %s", path, strerror(errno));
    kept = false;
  }
  free(line);
  return kept;
}

#endif
