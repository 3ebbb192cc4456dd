/* recipe_file.c - recipes for `lenet train`: finding, reading and parsing them. */
#define _POSIX_C_SOURCE 200809L
#include "recipe_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_RECIPE = 1 << 16 }; /* bytes */

/* Options that do not decide what is learned; all others may stand in a recipe. */
static const char *const excluded[] = {
    "data-dir", "out",   "resume", "mistakes", "report", "test-every-epoch", "isa", "threads",
    "json",     "quiet", "help",   "recipe",   NULL};

/* ------------------------------------------------------------------ finding --------------- */

cli_recipe_summary cli_summarize_recipe(const char *text)
{
  cli_recipe_summary summary = {""};
  const char *start = strchr(text, '#');
  if (start != NULL) { /* GCOVR_EXCL_BR_LINE: all that ship have one */
    start += 1 + strspn(start + 1, " ");
    snprintf(summary.text, sizeof summary.text, "%.*s", (int)strcspn(start, "\n"), start);
  }
  return summary;
}

/* The shipped recipe called `name`, or NULL. */
static const cli_shipped_recipe *find_recipe(const char *name)
{
  for (const cli_shipped_recipe *r = cli_shipped_recipes; r->name != NULL; r++) {
    if (strcmp(r->name, name) == 0)
      return r;
  }
  return NULL;
}

static int unknown_recipe(const cli_arguments *arguments, const char *name)
{
  const char *names[64] = {NULL};
  size_t count = 0;
  for (const cli_shipped_recipe *r = cli_shipped_recipes;
       r->name != NULL && count < 63; /* GCOVR_EXCL_BR_LINE: fewer ship */
       r++)
    names[count++] = r->name;
  const char *nearest = cli_nearest(name, names);
  return cli_option_error(arguments, "recipe", "no recipe is called '%s'%s%s%s", name,
                          nearest != NULL ? ": did you mean " : "", nearest != NULL ? nearest : "",
                          nearest != NULL ? "?" : " ('lenet show --list' lists them)");
}

/* ------------------------------------------------------------------ reading --------------- */

static int check_text(const cli_command *command, const char *path, const char *text, size_t size)
{
  int line = 1;
  for (size_t i = 0; i < size; i++) {
    const unsigned char c = (unsigned char)text[i];
    if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7f)
      return cli_error(command, CLI_BAD_FILE, "%s:%d: byte 0x%02x is no text", path, line, c);
    line += c == '\n';
  }
  return CLI_OK;
}

static int read_file(const cli_command *command, const char *path, char text[MAX_RECIPE + 1])
{
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return cli_error(command, CLI_BAD_FILE, "%s: %s", path, strerror(errno));
  const size_t size = fread(text, 1, MAX_RECIPE + 1, file);
  int code = CLI_OK;
  if (ferror(file))
    code = cli_error(command, CLI_BAD_FILE, "%s: %s", path, strerror(errno));
  else if (size > MAX_RECIPE)
    code = cli_error(command, CLI_BAD_FILE, "%s: more than %d bytes, too long for a recipe", path,
                     MAX_RECIPE);
  else
    code = check_text(command, path, text, size);
  fclose(file);
  if (code == CLI_OK)
    text[size] = '\0';
  return code;
}

int cli_load_recipe(const cli_arguments *arguments, const char *name, char **text)
{
  char file[MAX_RECIPE + 1];
  const cli_shipped_recipe *shipped = find_recipe(name);
  if (shipped == NULL) {
    if (strchr(name, '/') == NULL && strchr(name, '.') == NULL && access(name, F_OK) != 0)
      return unknown_recipe(arguments, name);
    const int code = read_file(arguments->command, name, file);
    if (code != CLI_OK)
      return code;
  }
  *text = strdup(shipped != NULL ? shipped->text : file);
  if (*text == NULL) /* GCOVR_EXCL_BR_LINE: want of memory */
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  return CLI_OK;
}

/* ------------------------------------------------------------------ parsing --------------- */

static bool is_listed(const char *const *names, const char *name)
{
  while (*names != NULL && strcmp(*names, name) != 0)
    names++;
  return *names != NULL;
}

/* What may stand in a recipe of this command, NULL-terminated. */
static void list_options(const cli_command *command, const char *names[CLI_MAX_OPTIONS + 1])
{
  int count = 0;
  for (const cli_option *option = command->options; option->name != NULL; option++) {
    if (!is_listed(excluded, option->name))
      names[count++] = option->name;
  }
  names[count] = NULL;
}

/* Cuts the comment and the blanks around the rest off a line. */
static char *strip(char *line)
{
  const char *blank = " \t\r";
  line += strspn(line, blank);
  size_t length = 0;
  while (line[length] != '\0' &&
         (line[length] != '#' || (length > 0 && strchr(blank, line[length - 1]) == NULL)))
    length++;
  line[length] = '\0';
  while (length > 0 && strchr(blank, line[length - 1]) != NULL)
    line[--length] = '\0';
  return line;
}

/* One line that is not empty; `seen`: the lines on which the options of the table stand. */
static int parse_line(cli_arguments *arguments, const char *file, int number, char *line,
                      const char *const *names, int seen[CLI_MAX_OPTIONS])
{
  const cli_command *command = arguments->command;
  char *value = line + strcspn(line, " \t");
  if (*value != '\0')
    *value++ = '\0';
  value += strspn(value, " \t");
  if (is_listed(excluded, line))
    return cli_error(command, CLI_BAD_FILE, "%s:%d: %s: may not stand in a recipe", file, number,
                     line);
  int i = 0;
  while (names[i] != NULL && strcmp(names[i], line) != 0)
    i++;
  if (names[i] == NULL) {
    const char *nearest = cli_nearest(line, names);
    return cli_error(command, CLI_BAD_FILE, "%s:%d: unknown option '%s'%s%s%s", file, number, line,
                     nearest != NULL ? ": did you mean " : "", nearest != NULL ? nearest : "",
                     nearest != NULL ? "?" : "");
  }
  if (seen[i] > 0)
    return cli_error(command, CLI_BAD_FILE, "%s:%d: %s: stands on line %d already", file, number,
                     line, seen[i]);
  seen[i] = number;
  if (*value == '\0')
    return cli_error(command, CLI_BAD_FILE, "%s:%d: %s: the value is missing", file, number, line);
  return cli_set_from_file(arguments, line, value, file, number);
}

static int parse(cli_arguments *arguments, const char *file, char *text)
{
  const char *names[CLI_MAX_OPTIONS + 1];
  int seen[CLI_MAX_OPTIONS] = {0}, code = CLI_OK, lines = 0;
  list_options(arguments->command, names);
  for (int number = 1; *text != '\0' && code == CLI_OK; number++) {
    char *line = text;
    text += strcspn(text, "\n");
    if (*text != '\0')
      *text++ = '\0';
    line = strip(line);
    if (*line == '\0')
      continue;
    code = parse_line(arguments, file, number, line, names, seen);
    lines++;
  }
  if (lines == 0) /* hardly what was meant */
    return cli_error(arguments->command, CLI_BAD_FILE,
                     "%s: an empty recipe: no line of it has an "
                     "option",
                     file);
  return code;
}

int cli_read_recipe(cli_arguments *arguments, char **text)
{
  const char *name = cli_text(arguments, "recipe", NULL);
  if (name == NULL)
    return CLI_OK;
  if (cli_given(arguments, "resume"))
    return cli_usage_error(arguments->command, "--recipe and --resume exclude each other: a "
                                               "checkpoint goes on as it was begun");
  const int code = cli_load_recipe(arguments, name, text);
  if (code != CLI_OK)
    return code;
  const bool marked = strncmp(*text, "\xef\xbb\xbf", 3) == 0; /* a byte order mark */
  return parse(arguments, name, *text + (marked ? 3 : 0));
}
