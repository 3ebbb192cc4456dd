/* lines.h - the lines of a text file, none of them too long for memory. */
#ifndef LENET_CLI_LINES_H
#define LENET_CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
  CLI_LONGEST_LINE = 1 << 20
}; /* bytes; a file without lines, such as /dev/zero, has no end */

typedef struct cli_lines {
  FILE *file;
  char *text; /* of the line, without its end */
  size_t length;
  bool whole;        /* a newline ends it, not the file */
  int number;        /* from 1 on */
  const char *wrong; /* why there is no next line, but for the end: not NULL */
} cli_lines;

/* Of a file that the caller closes. False: out of memory. */
bool cli_lines_begin(cli_lines *lines, FILE *file);

/* The next line; false at the end of the file, and where something is wrong. */
bool cli_next_line(cli_lines *lines);
void cli_lines_end(cli_lines *lines);

#endif
