/* sweep_file.c - the file that names the runs of a sweep: on each line NAME: OPTIONS, seeds, or
 * wait. */
#define _POSIX_C_SOURCE 200809L
#include "sweep.h"

#include "lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SEEDS = 1000, MOST_WORDS = 256 };

typedef struct reading {
  const cli_arguments *arguments;
  const char *path, *models;
  int line;
  int stage;
  uint64_t seed[MOST_SEEDS];
  size_t seeds;
  cli_runs *runs;
  size_t room;
} reading;

static int complain(const reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static int complain(const reading *r, const char *format, ...)
{
  char reason[512];
  va_list list;
  va_start(list, format);
  vsnprintf(reason, sizeof reason, format, list);
  va_end(list);
  return cli_error(r->arguments->command, CLI_BAD_FILE, "%s:%d: %s", r->path, r->line, reason);
}

static int no_memory(const reading *r)
{
  return cli_error(r->arguments->command, CLI_FAILED, "out of memory");
}

/* ------------------------------------------------------------------ seeds ----------------- */

static bool add_seed(reading *r, uint64_t seed)
{
  for (size_t i = 0; i < r->seeds; i++)
    if (r->seed[i] == seed)
      return true;
  if (r->seeds == MOST_SEEDS)
    return false;
  r->seed[r->seeds++] = seed;
  return true;
}

/* A number at *text, which goes beyond it; false where there is none that JSON can hold. */
static bool read_number(const char **text, uint64_t *number)
{
  char *end = NULL;
  if (!isdigit((unsigned char)**text))
    return false;
  errno = 0;
  *number = strtoull(*text, &end, 10);
  *text = end;
  return errno == 0 && *number <= INT64_MAX;
}

/* "1-5", "1, 7". */
static bool read_seeds(reading *r, const char *text)
{
  r->seeds = 0;
  do {
    uint64_t first = 0, last = 0;
    text += strspn(text, " \t");
    if (!read_number(&text, &first))
      return false;
    last = first;
    if (*text == '-' && (text++, !read_number(&text, &last)))
      return false;
    if (last < first || last - first >= MOST_SEEDS)
      return false;
    for (uint64_t seed = first; seed <= last; seed++)
      if (!add_seed(r, seed))
        return false;
    text += strspn(text, " \t");
  } while (*text++ == ',');
  return text[-1] == '\0';
}

/* ------------------------------------------------------------------ words ----------------- */

/* Takes the next word off *text in place, as a shell does: blanks part words, '...' and "..." keep
 * them together, a backslash takes what follows as it is. NULL at the end, or with *wrong set. */
static char *next_word(char **text, const char **wrong)
{
  char *from = *text + strspn(*text, " \t"), *to = from, *word = from, quote = '\0';
  if (*from == '\0')
    return NULL;
  for (; *from != '\0' && (quote != '\0' || (*from != ' ' && *from != '\t')); from++) {
    const bool escapes =
        *from == '\\' && quote != '\'' && (quote == '\0' || from[1] == '"' || from[1] == '\\');
    if (escapes && from[1] == '\0') {
      *wrong = "nothing stands behind the last backslash";
      return NULL;
    }
    if (escapes)
      *to++ = *++from;
    else if (quote == '\0' && (*from == '\'' || *from == '"'))
      quote = *from;
    else if (quote != '\0' && *from == quote)
      quote = '\0';
    else
      *to++ = *from;
  }
  if (quote != '\0')
    *wrong = "a quotation has no end";
  *text = *from == '\0' ? from : from + 1;
  *to = '\0';
  return quote == '\0' ? word : NULL;
}

/* True for an option of lenet train that the sweep gives itself, however it is written. */
static bool is_own(const char *word)
{
  static const char *const own[] = {"--json", "--out", "--resume", "--seed", "--help"};
  const size_t length = strcspn(word, "=");
  for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
    if (length > 3 && length <= strlen(own[i]) && strncmp(own[i], word, length) == 0)
      return true;
  return word[0] == '-' && word[1] != '\0' && strchr("osh", word[1]) != NULL;
}

static bool names_models(char *const *word, size_t words)
{
  for (size_t i = 0; i < words; i++)
    if (strstr(word[i], "{models}") != NULL)
      return true;
  return false;
}

/* The word with {models} and {seed} filled in; NULL: out of memory. */
static char *fill(const char *word, const char *models, uint64_t seed)
{
  char number[24], *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
  if (stream == NULL)
    return NULL;
  while (*word != '\0') {
    if (strncmp(word, "{models}", 8) == 0) {
      fputs(models, stream);
      word += 8;
    } else if (strncmp(word, "{seed}", 6) == 0) {
      fputs(number, stream);
      word += 6;
    } else {
      putc(*word++, stream);
    }
  }
  return fclose(stream) == 0 ? text : NULL;
}

/* ------------------------------------------------------------------ lines ----------------- */

static cli_run *new_run(reading *r)
{
  cli_runs *runs = r->runs;
  if (runs->count == r->room) {
    cli_run *more = realloc(runs->run, 2 * (r->room + 8) * sizeof *more);
    if (more == NULL)
      return NULL;
    runs->run = more;
    r->room = 2 * (r->room + 8);
  }
  runs->run[runs->count] = (cli_run){.stage = r->stage};
  return &runs->run[runs->count++];
}

/* The words as one line that a shell reads back. */
static char *join(char *const *word, size_t words)
{
  char *text = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&text, &size);
  if (stream == NULL)
    return NULL;
  for (size_t i = 0; i < words; i++) {
    if (i > 0)
      putc(' ', stream);
    cli_print_word(stream, word[i]);
  }
  return fclose(stream) == 0 ? text : NULL;
}

static bool add_run(reading *r, const char *name, char *const *word, size_t words, uint64_t seed)
{
  cli_run *run = new_run(r);
  if (run == NULL)
    return false;
  run->seed = seed;
  run->name = strdup(name);
  run->word = calloc(words + 1, sizeof *run->word);
  if (run->name == NULL || run->word == NULL)
    return false;
  for (; run->words < words; run->words++) {
    run->word[run->words] = fill(word[run->words], r->models, seed);
    if (run->word[run->words] == NULL)
      return false;
  }
  run->options = join(run->word, run->words);
  return run->options != NULL;
}

static bool is_name(const char *name)
{
  if (!isalnum((unsigned char)name[0]))
    return false;
  for (; *name != '\0'; name++)
    if (!isalnum((unsigned char)*name) && *name != '-' && *name != '.')
      return false;
  return true;
}

static bool is_taken(const cli_runs *runs, const char *name)
{
  for (size_t i = 0; i < runs->count; i++)
    if (strcmp(runs->run[i].name, name) == 0)
      return true;
  return false;
}

static int read_options(reading *r, const char *name, char *options)
{
  char *word[MOST_WORDS];
  const char *wrong = NULL;
  size_t words = 0;
  for (char *w; (w = next_word(&options, &wrong)) != NULL; words++) {
    if (is_own(w))
      return complain(r, "'%s' is the sweep's own", w);
    if (words == MOST_WORDS)
      return complain(r, "more than %d words", MOST_WORDS);
    word[words] = w;
  }
  if (wrong != NULL)
    return complain(r, "%s", wrong);
  if (r->models[0] == '\0' && names_models(word, words))
    return cli_option_error(r->arguments, "models", "%s:%d has {models}, and no folder is given",
                            r->path, r->line);
  for (size_t i = 0; i < r->seeds; i++)
    if (!add_run(r, name, word, words, r->seed[i]))
      return no_memory(r);
  return CLI_OK;
}

/* A # behind a blank begins a comment, as in a shell: none in quotes or behind a backslash. */
static void cut_comment(char *line)
{
  char quote = '\0';
  bool blank = false;
  for (; *line != '\0'; line++) {
    if (*line == '#' && blank) {
      *line = '\0';
      return;
    }
    blank = quote == '\0' && (*line == ' ' || *line == '\t');
    if (*line == '\\' && quote != '\'' && line[1] != '\0')
      line++;
    else if (*line == quote)
      quote = '\0';
    else if (quote == '\0' && (*line == '\'' || *line == '"'))
      quote = *line;
  }
}

/* Cuts a comment, and the blanks at both ends. */
static char *trim(char *line)
{
  cut_comment(line);
  line += strspn(line, " \t");
  size_t length = strlen(line);
  while (length > 0 && isspace((unsigned char)line[length - 1]))
    line[--length] = '\0';
  return line;
}

static int read_line(reading *r, char *line)
{
  line = trim(line);
  if (line[0] == '\0' || line[0] == '#')
    return CLI_OK;
  if (strcmp(line, "wait") == 0) {
    r->stage++;
    return CLI_OK;
  }
  if (strncmp(line, "seeds ", 6) == 0)
    return read_seeds(r, line + 6)
               ? CLI_OK
               : complain(r, "'%s' is no list of seeds such as 1-5 or 1,7", line + 6);
  char *colon = strchr(line, ':');
  if (colon != NULL)
    *colon = '\0';
  if (colon == NULL || !is_name(line))
    return complain(r, "neither NAME: OPTIONS nor seeds nor wait");
  if (is_taken(r->runs, line))
    return complain(r, "%s stands on a line above already", line);
  return read_options(r, line, colon + 1);
}

int cli_read_runs(const cli_arguments *arguments, const char *path, const char *models,
                  cli_runs *runs)
{
  *runs = (cli_runs){.count = 0};
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return cli_error(arguments->command, CLI_BAD_FILE, "%s: %s", path, strerror(errno));
  reading *r = calloc(1, sizeof *r);
  cli_lines lines = {.file = NULL};
  int code = r != NULL && cli_lines_begin(&lines, file)
                 ? CLI_OK
                 : cli_error(arguments->command, CLI_FAILED, "out of memory");
  if (r != NULL)
    *r = (reading){.arguments = arguments,
                   .path = path,
                   .models = models,
                   .runs = runs,
                   .seed = {1},
                   .seeds = 1};
  while (code == CLI_OK && cli_next_line(&lines)) {
    r->line = lines.number;
    code = read_line(r, lines.text);
  }
  if (code == CLI_OK && lines.wrong != NULL) {
    r->line = lines.number;
    code = complain(r, "%s", lines.wrong);
  }
  cli_lines_end(&lines);
  free(r);
  fclose(file);
  return code;
}

void cli_run_free(cli_run *run)
{
  for (size_t w = 0; w < run->words; w++)
    free(run->word[w]);
  free(run->word);
  free(run->name);
  free(run->options);
}

void cli_runs_free(cli_runs *runs)
{
  for (size_t i = 0; i < runs->count; i++)
    cli_run_free(&runs->run[i]);
  free(runs->run);
  *runs = (cli_runs){.count = 0};
}
