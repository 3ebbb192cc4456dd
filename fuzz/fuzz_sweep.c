/* The file that names the runs of a sweep, and behind a line "====" its results: read, printed as a
 * table and as JSON, and a result kept. A run's options as one line must be the same words when
 * they are read again. */
#define _GNU_SOURCE
#include "command.h"

#include "sweep.h"

static cli_arguments parse(char **argv)
{
  cli_arguments arguments;
  int argc = 0;
  while (argv[argc] != NULL)
    argc++;
  FUZZ_CHECK(cli_parse(&cli_sweep_command, argc, argv, &arguments) == CLI_OK);
  return arguments;
}

static void check_words(const cli_arguments *arguments, const cli_run *run)
{
  static fuzz_file again = FUZZ_NO_FILE;
  char *text = NULL;
  size_t size = 0;
  cli_runs runs;
  FILE *stream = open_memstream(&text, &size);
  FUZZ_CHECK(stream != NULL);
  fprintf(stream, "seeds %llu\n%s: %s\n", (unsigned long long)run->seed, run->name, run->options);
  FUZZ_CHECK(fclose(stream) == 0);
  FUZZ_CHECK(cli_read_runs(arguments, fuzz_write(&again, text, size), "m", &runs) == CLI_OK);
  FUZZ_CHECK(runs.count == 1 && runs.run[0].words == run->words && runs.run[0].seed == run->seed &&
             strcmp(runs.run[0].options, run->options) == 0);
  for (size_t w = 0; w < run->words; w++)
    FUZZ_CHECK(strcmp(runs.run[0].word[w], run->word[w]) == 0);
  cli_runs_free(&runs);
  free(text);
}

static void print_results(cli_arguments *arguments, const cli_runs *runs, const char *text,
                          size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  const char *path = fuzz_write(&input, text, size);
  cli_results results;
  const int code = cli_read_results(arguments, path, runs, &results);
  FUZZ_CHECK(code == CLI_OK || code == CLI_BAD_FILE);
  if (code == CLI_OK) {
    cli_print_sweep(arguments, runs, &results);
    json_t *result = runs->count > 0 ? cli_make_result(&runs->run[0], text) : NULL;
    if (result != NULL)
      FUZZ_CHECK(cli_keep_result(arguments, path, result));
    json_decref(result);
  }
  cli_results_free(&results);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  static const char edge[] = "\n====\n";
  char *json[] = {"sweep", "file", "--test", "--json", NULL};
  char *table[] = {"sweep", "file", "--test", "--table", NULL};
  cli_runs runs;
  fuzz_silence();
  fuzz_silence_output();
  char *text = fuzz_text(bytes, size), *second = memmem(text, size, edge, sizeof edge - 1);
  const size_t first = second != NULL ? (size_t)(second - text) + 1 : size;
  cli_arguments arguments = parse(size % 2 ? json : table);
  const int code = cli_read_runs(&arguments, fuzz_write(&input, text, first), "m", &runs);
  FUZZ_CHECK(code == CLI_OK || code == CLI_BAD_FILE);
  for (size_t i = 0; code == CLI_OK && i < runs.count && i < 4; i++)
    check_words(&arguments, &runs.run[i]);
  if (code == CLI_OK && second != NULL) {
    second += sizeof edge - 1;
    print_results(&arguments, &runs, second, size - (size_t)(second - text));
  }
  cli_runs_free(&runs);
  free(text);
  return 0;
}
