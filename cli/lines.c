/* lines.c - the lines of a text file, none of them too long for memory. */
#include "lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool cli_lines_begin(cli_lines *lines, FILE *file)
{
  *lines = (cli_lines){.file = file, .text = malloc(CLI_LONGEST_LINE + 1)};
  return lines->text != NULL;
}

bool cli_next_line(cli_lines *lines)
{
  int c;
  lines->length = 0;
  lines->number++;
  while ((c = getc(lines->file)) != EOF && c != '\n') {
    if (c == '\0')
      lines->wrong = "a byte 0";
    else if (lines->length == CLI_LONGEST_LINE)
      lines->wrong = "too long for a line";
    else
      lines->text[lines->length++] = (char)c;
    if (lines->wrong != NULL)
      return false;
  }
  lines->text[lines->length] = '\0';
  lines->whole = c == '\n';
  if (ferror(lines->file))
    lines->wrong = strerror(errno);
  return lines->wrong == NULL && (lines->whole || lines->length > 0);
}

void cli_lines_end(cli_lines *lines) { free(lines->text); }
