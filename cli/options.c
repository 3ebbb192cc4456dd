/* options.c - one option table drives parsing, checking and help. */
#define _POSIX_C_SOURCE 200809L
#include "options.h"

#include "cluster.h"
#include "output.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { HELP_INDENT = 28, HELP_WIDTH = 96 };

/* ------------------------------------------------------------------ finding --------------- */

static int option_count(const cli_command *command)
{
  int count = 0;
  while (command->options != NULL && command->options[count].name != NULL)
    count++;
  return count;
}

/* The place of the option `name` in the command's table, or -1. */
static int find_option(const cli_command *command, const char *name)
{
  for (int i = 0; i < option_count(command); i++) {
    if (strcmp(command->options[i].name, name) == 0)
      return i;
  }
  return -1;
}

static const cli_value *find_value(const cli_arguments *arguments, const char *name)
{
  static const cli_value none;
  const int i = find_option(arguments->command, name);
  return i < 0 ? &none : &arguments->value[i];
}

bool cli_given(const cli_arguments *arguments, const char *name)
{
  return find_value(arguments, name)->given;
}

bool cli_given_by_file(const cli_arguments *arguments, const char *name)
{
  return find_value(arguments, name)->file != NULL;
}

const char *cli_text(const cli_arguments *arguments, const char *name, const char *otherwise)
{
  const cli_value *value = find_value(arguments, name);
  return value->given ? value->text : otherwise;
}

long long cli_integer(const cli_arguments *arguments, const char *name, long long otherwise)
{
  const cli_value *value = find_value(arguments, name);
  return value->given ? value->integer : otherwise;
}

uint64_t cli_seed(const cli_arguments *arguments, const char *name, uint64_t otherwise)
{
  const cli_value *value = find_value(arguments, name);
  return value->given ? value->seed : otherwise;
}

double cli_number(const cli_arguments *arguments, const char *name, double otherwise)
{
  const cli_value *value = find_value(arguments, name);
  return value->given ? value->number : otherwise;
}

bool cli_isa(const cli_arguments *arguments, lenet_isa *isa)
{
  lenet_isa wanted = LENET_ISA_BEST;
  const char *name = cli_text(arguments, "isa", "best");
  lenet_isa_find(name, &wanted);
  if (wanted == LENET_ISA_BEST)
    wanted = lenet_isa_best();
  if (!lenet_isa_available(wanted)) {
    cli_usage_error(arguments->command,
                    "--isa: '%s' is not available on this processor or in this build", name);
    return false;
  }
  *isa = wanted;
  return true;
}

int cli_threads(const cli_arguments *arguments)
{
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
  if (cli_ranks() > 1) { /* the ranks of a host share its processors, as mpirun has bound them */
    const int here = cli_processors_here();
    processors /= cli_ranks_of_host();
    processors = processors < here ? processors : here;
  }
  return (int)cli_integer(arguments, "threads", processors < 1 ? 1 : processors);
}

/* ------------------------------------------------------------------ likeness -------------- */

/* Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
static int distance(const char *a, const char *b)
{
  enum { LONGEST = 32 };
  int row[LONGEST + 1][LONGEST + 1];
  int n = (int)strlen(a), m = (int)strlen(b);
  if (n > LONGEST || m > LONGEST)
    return LONGEST;
  for (int i = 0; i <= n; i++) {
    for (int j = 0; j <= m; j++) {
      if (i == 0 || j == 0) {
        row[i][j] = i + j;
        continue;
      }
      int best = row[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      if (row[i - 1][j] + 1 < best)
        best = row[i - 1][j] + 1;
      if (row[i][j - 1] + 1 < best)
        best = row[i][j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          row[i - 2][j - 2] + 1 < best)
        best = row[i - 2][j - 2] + 1;
      row[i][j] = best;
    }
  }
  return row[n][m];
}

const char *cli_nearest(const char *word, const char *const *names)
{
  const char *nearest = NULL;
  int least = strlen(word) < 4 ? 2 : 3; /* this many mistakes are no longer the same word */
  for (; *names != NULL; names++) {
    int d = distance(word, *names);
    if (d < least) {
      least = d;
      nearest = *names;
    }
  }
  return nearest;
}

/* ------------------------------------------------------------------ values ---------------- */

static int value_error(const cli_command *command, const char *name, const cli_value *value,
                       const char *reason)
{
  if (value->file != NULL)
    return cli_error(command, CLI_BAD_FILE, "%s:%d: %s: %s", value->file, value->line, name,
                     reason);
  return cli_usage_error(command, "--%s: %s", name, reason);
}

int cli_option_error(const cli_arguments *arguments, const char *name, const char *format, ...)
{
  char reason[1024];
  va_list list;
  va_start(list, format);
  vsnprintf(reason, sizeof reason, format, list);
  va_end(list);
  return value_error(arguments->command, name, find_value(arguments, name), reason);
}

/* "--lr: 'x' is not a number of 1e-09 to 100" and its like. */
static int bad_value(const cli_command *command, const cli_option *option, const cli_value *value)
{
  char reason[1024] = "the value is empty";
  const char *text = value->text;
  const double low = option->low, high = option->high;
  if (option->kind == CLI_INTEGER)
    snprintf(reason, sizeof reason, "'%s' is not a whole number of %.0f to %.0f", text, low, high);
  else if (option->kind == CLI_SEED)
    snprintf(reason, sizeof reason, "'%s' is not a whole number of 0 to 2^64-1", text);
  else if (option->kind == CLI_NUMBER)
    snprintf(reason, sizeof reason, "'%s' is not a number of %g to %g", text, low, high);
  else if (option->kind == CLI_CHOICE)
    snprintf(reason, sizeof reason, "'%s' is not one of %s", text, option->argument);
  return value_error(command, option->name, value, reason);
}

static bool is_choice(const char *choices, const char *text)
{
  size_t length = strlen(text);
  while (choices != NULL) {
    if (strncmp(choices, text, length) == 0 && (choices[length] == '|' || choices[length] == '\0'))
      return length > 0;
    choices = strchr(choices, '|');
    if (choices != NULL)
      choices++;
  }
  return false;
}

/* Reads `text` into `value`, whose place is set. Returns an exit code. */
static int read_value(const cli_command *command, const cli_option *option, const char *text,
                      cli_value *value)
{
  char *end = NULL;
  bool starts_well = text[0] == '-' || text[0] == '.' || (text[0] >= '0' && text[0] <= '9');
  bool good = true;
  errno = 0;
  switch (option->kind) {
  case CLI_INTEGER:
    value->integer = strtoll(text, &end, 10);
    good = starts_well && *end == '\0' && errno == 0 && (double)value->integer >= option->low &&
           (double)value->integer <= option->high;
    break;
  case CLI_SEED:
    value->seed = strtoull(text, &end, 10);
    good = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    break;
  case CLI_NUMBER:
    value->number = strtod(text, &end) + 0.0; /* of -0 too: a recipe would keep its sign */
    good = starts_well && *end == '\0' && isfinite(value->number) && value->number >= option->low &&
           value->number <= option->high;
    break;
  case CLI_CHOICE: good = is_choice(option->argument, text); break;
  case CLI_TEXT: good = text[0] != '\0'; break;
  case CLI_FLAG: break;
  }
  value->text = text;
  value->given = true;
  return good ? CLI_OK : bad_value(command, option, value);
}

/* ------------------------------------------------------------------ parsing --------------- */

/* The dashes and the name of a long option as typed, without "=value". */
static cli_words typed_name(const char *token)
{
  cli_words words;
  snprintf(words.text, sizeof words.text, "%.*s", (int)strcspn(token, "="), token);
  return words;
}

enum { FIRST = 256 }; /* codes of long options, beyond any letter */

/* Of the option with this code. Which word it was, C libraries count in different ways. */
static int lacks_value(const cli_command *command, int code)
{
  if (code < FIRST)
    return cli_usage_error(command, "-%c needs a value", code);
  return cli_usage_error(command, "--%s needs a value", command->options[code - FIRST].name);
}

/* getopt_long has met something that it does not know; find out what and say so. `token` is the
 * word that it was in, but for a letter that others follow. */
static int unknown_option(const cli_command *command, const char *token, int letter)
{
  if ((letter != 0 && letter < FIRST) || strncmp(token, "--", 2) != 0)
    return cli_usage_error(command, "unknown option '-%c'", letter);
  cli_words typed = typed_name(token);
  const char *word = typed.text + 2;
  const char *names[CLI_MAX_OPTIONS + 1] = {NULL};
  char matches[256] = "";
  int match_count = 0;
  const cli_option *exact = NULL;
  for (int i = 0; i < option_count(command); i++) {
    const cli_option *option = &command->options[i];
    names[i] = option->name;
    if (strcmp(option->name, word) == 0)
      exact = option;
    if (strncmp(option->name, word, strlen(word)) == 0) {
      size_t used = strlen(matches);
      snprintf(matches + used, sizeof matches - used, "%s--%s", match_count > 0 ? ", " : "",
               option->name);
      match_count++;
    }
  }
  const char *nearest = cli_nearest(word, names);
  if (exact != NULL || match_count == 1)
    return cli_usage_error(command, "%s takes no value", typed.text);
  if (match_count > 1)
    return cli_usage_error(command, "%s could be any of %s", typed.text, matches);
  if (nearest != NULL)
    return cli_usage_error(command, "unknown option '%s': did you mean --%s?", typed.text, nearest);
  return cli_usage_error(command, "unknown option '%s'", typed.text);
}

int cli_parse(const cli_command *command, int argc, char **argv, cli_arguments *arguments)
{
  struct option long_options[CLI_MAX_OPTIONS + 1] = {{0}};
  char letters[2 * CLI_MAX_OPTIONS + 2] =
      ":"; /* ':' first: tell missing values from unknown ones */
  size_t letters_used = 1;
  int count = option_count(command);
  *arguments = (cli_arguments){.command = command};
  for (int i = 0; i < count; i++) {
    const cli_option *option = &command->options[i];
    bool takes_value = option->kind != CLI_FLAG;
    long_options[i] = (struct option){option->name, takes_value, NULL, FIRST + i};
    if (option->letter != 0) {
      letters[letters_used++] = option->letter;
      if (takes_value)
        letters[letters_used++] = ':';
      letters[letters_used] = '\0';
    }
  }
  opterr = 0;
  optind = 0; /* 0, not 1: also forgets where a short option was left by an earlier scan */
  int code;
  while ((code = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
    int index = code - FIRST;
    for (int i = 0; code < FIRST && i < count; i++) {
      if (command->options[i].letter == code)
        index = i;
    }
    if (code == ':')
      return lacks_value(command, optopt);
    if (code == '?')
      return unknown_option(command, argv[optind - 1], optopt);
    int wrong = read_value(command, &command->options[index], optarg != NULL ? optarg : "",
                           &arguments->value[index]);
    if (wrong != CLI_OK)
      return wrong;
  }
#if !LENET_HAVE_JANSSON
  if (cli_given(arguments, "json"))
    return cli_error(command, CLI_FAILED, "--json: this build of lenet was made without jansson");
#endif
  arguments->operand = argv + optind;
  arguments->operand_count = argc - optind;
  return CLI_OK;
}

int cli_set_from_file(cli_arguments *arguments, const char *name, const char *text,
                      const char *file, int line)
{
  const int i = find_option(arguments->command, name);
  cli_value value = {.file = file, .line = line};
  int code = read_value(arguments->command, &arguments->command->options[i], text, &value);
  if (code == CLI_OK && !arguments->value[i].given)
    arguments->value[i] = value;
  return code;
}

/* ------------------------------------------------------------------ help ------------------ */

/* Prints `text` wrapped between the columns `indent` and HELP_WIDTH, from column `at` on. */
static void print_wrapped(FILE *stream, const char *text, int indent, int at)
{
  while (*text != '\0') {
    int length = (int)strcspn(text, " \n");
    if (at > indent && at + 1 + length > HELP_WIDTH) {
      fprintf(stream, "\n");
      at = 0;
    }
    if (at < indent) {
      fprintf(stream, "%*s", indent - at, "");
      at = indent;
    } else if (at > indent) {
      fprintf(stream, " ");
      at++;
    }
    fprintf(stream, "%.*s", length, text);
    at += length;
    text += length;
    if (*text == '\n') {
      fprintf(stream, "\n");
      at = 0;
    }
    text += *text != '\0';
  }
  fprintf(stream, "\n");
}

void cli_print_paragraphs(FILE *stream, const char *text) { print_wrapped(stream, text, 0, 0); }

static void print_option(FILE *stream, const cli_option *option)
{
  char left[80];
  char letter[4] = {'-', option->letter, ',', '\0'};
  int used = snprintf(left, sizeof left, "  %s --%s%s%s", option->letter != 0 ? letter : "   ",
                      option->name, option->argument != NULL ? " " : "",
                      option->argument != NULL ? option->argument : "");
  fprintf(stream, "%s", left);
  if (used > HELP_INDENT - 2) {
    fprintf(stream, "\n");
    used = 0;
  }
  print_wrapped(stream, option->help, HELP_INDENT, used);
}

void cli_print_help(FILE *stream, const cli_command *command)
{
  const char *bold = cli_style_on(stream, CLI_BOLD), *plain = cli_style_on(stream, CLI_PLAIN);
  fprintf(stream, "lenet %s - %s\n\n", command->name, command->summary);
  fprintf(stream, "%sUsage%s\n  lenet %s %s\n", bold, plain, command->name, command->usage);
  if (command->details != NULL) {
    fprintf(stream, "\n");
    cli_print_paragraphs(stream, command->details);
  }
  if (command->commands != NULL) {
    fprintf(stream, "\n%sCommands%s\n", bold, plain);
    for (const cli_command *const *sub = command->commands; *sub != NULL; sub++)
      fprintf(stream, "  %-14s %s\n", (*sub)->name, (*sub)->summary);
  }
  if (command->options != NULL) {
    fprintf(stream, "\n%sOptions%s\n", bold, plain);
    for (int i = 0; i < option_count(command); i++)
      print_option(stream, &command->options[i]);
  }
  if (command->examples != NULL)
    fprintf(stream, "\n%sExamples%s\n%s", bold, plain, command->examples);
}
