/* escape.h - text of others inside XML and HTML. */
#ifndef LENET_CLI_ESCAPE_H
#define LENET_CLI_ESCAPE_H

#include <stdio.h>

/* Writes `text` so that it stands as it is between tags and in values in double quotes. Bytes that
 * are no UTF-8 and characters that may not stand in XML become U+FFFD. */
void cli_print_escaped(FILE *stream, const char *text);

/* The same for the first `most` characters, with three dots where there are more. */
void cli_print_shortened(FILE *stream, const char *text, int most);

/* The characters of `text`, each byte that is part of none counted as one. */
int cli_count_characters(const char *text);

#endif
