/* manual.c - the pages of the manual in roff. */
#include "manual.h"

#include <ctype.h>
#include <string.h>

/* ------------------------------------------------------------------ text ------------------ */

/* Characters that roff takes for something else, or typesets as another one. */
static void print_character(FILE *stream, char c)
{
  switch (c) {
  case '\\': fputs("\\e", stream); break;
  case '-': fputs("\\-", stream); break;
  case '\'': fputs("\\(aq", stream); break;
  case '`': fputs("\\(ga", stream); break;
  case '^': fputs("\\(ha", stream); break;
  case '~': fputs("\\(ti", stream); break;
  default: fputc(c, stream);
  }
}

/* Prints one line; one that begins with a dot would be a request. */
static void print_line(FILE *stream, const char *text, size_t length)
{
  if (length > 0 && text[0] == '.')
    fputs("\\&", stream);
  for (size_t i = 0; i < length; i++)
    print_character(stream, text[i]);
}

/* Prints text that roff fills, in short lines of source. */
static void print_filled(FILE *stream, const char *text, size_t length)
{
  enum { WIDTH = 60 };
  size_t used = 0;
  while (length > 0) {
    const size_t word = strcspn(text, " ") < length ? strcspn(text, " ") : length;
    if (used > 0)
      fputc(used + word > WIDTH ? '\n' : ' ', stream);
    used = used + word > WIDTH ? 0 : used;
    print_line(stream, text, word);
    used += word + 1;
    text += word;
    length -= word;
    if (length > 0)
      text++, length--;
  }
}

static void print_words(FILE *stream, const char *text) { print_line(stream, text, strlen(text)); }

static void print_help(FILE *stream, const char *text)
{
  print_filled(stream, text, strlen(text));
  fputc('\n', stream);
}

/* The end of the sentence that `text` begins, or of its line. */
static const char *sentence_end(const char *text)
{
  const char *end = text + strcspn(text, "\n");
  for (const char *stop = strstr(text, ". "); stop != NULL && stop < end;
       stop = strstr(stop + 1, ". ")) {
    if (isupper((unsigned char)stop[2]))
      return stop + 1;
  }
  return end;
}

/* Paragraphs, which an empty line parts, each begun with the request `begin`. A sentence's end is
 * the end of a line, as roff wants it. */
static void print_paragraphs(FILE *stream, const char *begin, const char *text)
{
  fprintf(stream, "%s", begin);
  while (*text != '\0') {
    const char *end = sentence_end(text);
    print_filled(stream, text, (size_t)(end - text));
    fputc('\n', stream);
    if (strncmp(end, "\n\n", 2) == 0)
      fputs(".PP\n", stream);
    else if (*end == '\n' && end[1] != '\0')
      fputs(".br\n", stream);
    text = end + strspn(end, " \n");
  }
}

static void print_verbatim(FILE *stream, const char *text)
{
  fputs(".EX\n", stream);
  while (*text != '\0') {
    const size_t length = strcspn(text, "\n");
    print_line(stream, text, length);
    fputc('\n', stream);
    text += length + (text[length] == '\n');
  }
  fputs(".EE\n", stream);
}

/* ------------------------------------------------------------------ parts ----------------- */

static void print_page_name(FILE *stream, const cli_command *command)
{
  fputs("lenet", stream);
  if (command->name != NULL) {
    fputs("\\-", stream);
    print_words(stream, command->name);
  }
}

/* NAME of the page in capitals, number, no date, which would be another at each build. */
static void print_title(FILE *stream, const cli_command *command)
{
  fputs(".TH LENET", stream);
  for (const char *c = command->name; c != NULL && *c != '\0'; c++) {
    fputs(c == command->name ? "\\-" : "", stream);
    fputc(toupper((unsigned char)*c), stream);
  }
  fprintf(stream, " 1 \"\" \"lenet %s\" \"User Commands\"\n.SH NAME\n", lenet_version());
  print_page_name(stream, command);
  fputs(" \\- ", stream);
  print_help(stream, command->summary);
}

static void print_usage(FILE *stream, const cli_command *command)
{
  fputs("\\fBlenet", stream);
  if (command->name != NULL) {
    fputc(' ', stream);
    print_words(stream, command->name);
  }
  fputs("\\fR ", stream);
  print_words(stream, command->usage);
  fputc('\n', stream);
}

static void print_option(FILE *stream, const cli_option *option)
{
  fputs(".TP\n", stream);
  if (option->letter != 0)
    fprintf(stream, "\\fB\\-%c\\fR, ", option->letter);
  fputs("\\fB\\-\\-", stream);
  print_words(stream, option->name);
  fputs("\\fR", stream);
  if (option->argument != NULL) {
    fputs(" \\fI", stream);
    print_words(stream, option->argument);
    fputs("\\fR", stream);
  }
  fputc('\n', stream);
  print_help(stream, option->help);
}

static void print_options(FILE *stream, const cli_command *command)
{
  for (const cli_option *o = command->options; o != NULL && o->name != NULL; o++)
    print_option(stream, o);
}

/* A sub-command has a part of its parent's page. */
static void print_sub_command(FILE *stream, const cli_command *command)
{
  fputs(".SS ", stream);
  print_usage(stream, command);
  print_paragraphs(stream, "", command->summary);
  if (command->details != NULL)
    print_paragraphs(stream, ".PP\n", command->details);
  print_options(stream, command);
  if (command->examples != NULL) {
    fputs(".PP\n", stream);
    print_verbatim(stream, command->examples);
  }
}

static void print_commands(FILE *stream, const cli_command *root)
{
  for (const cli_command *const *c = root->commands; *c != NULL; c++) {
    fputs(".TP\n.BR ", stream);
    print_page_name(stream, *c);
    fputs(" (1)\n", stream);
    print_help(stream, (*c)->summary);
  }
}

/* What the command reads besides its command line. */
static void print_environment(FILE *stream)
{
  static const char *const variables[][2] = {
      {"LENET_DATA", "A folder in which data sets are looked for by name."},
      {"XDG_CACHE_HOME", "The cache folder, ~/.cache where it is not set: data sets that were "
                         "fetched are in lenet/ below it."},
      {"NO_COLOR", "Where it is set, nothing is written in colour."},
  };
  fputs(".SH ENVIRONMENT\n", stream);
  for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
    fprintf(stream, ".TP\n.B %s\n", variables[i][0]);
    print_help(stream, variables[i][1]);
  }
}

void cli_print_manual(FILE *stream, const cli_command *root, const cli_command *command)
{
  print_title(stream, command);
  fputs(".SH SYNOPSIS\n", stream);
  print_usage(stream, command);
  if (command->details != NULL)
    print_paragraphs(stream, ".SH DESCRIPTION\n", command->details);
  if (command->commands != NULL)
    fputs(".SH COMMANDS\n", stream);
  if (command == root)
    print_commands(stream, root);
  for (const cli_command *const *sub = command->commands; command != root && sub && *sub; sub++)
    print_sub_command(stream, *sub);
  if (command->options != NULL)
    fputs(".SH OPTIONS\n", stream);
  print_options(stream, command);
  if (command == root)
    print_environment(stream);
  if (command->examples != NULL) {
    fputs(".SH EXAMPLES\n", stream);
    print_verbatim(stream, command->examples);
  }
  if (command != root)
    fputs(".SH SEE ALSO\n.BR lenet (1),\nwhich has the exit codes\n", stream);
}
