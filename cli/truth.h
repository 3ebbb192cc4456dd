/* truth.h - what stands in pictures of lines, as `lenet data make pages` writes it. */
#ifndef LENET_CLI_TRUTH_H
#define LENET_CLI_TRUTH_H

#include "output.h"
#include "place.h"

typedef struct cli_truth_digit {
  int digit;               /* 0 .. 9 */
  int x, y, width, height; /* pixels of the picture */
} cli_truth_digit;

typedef struct cli_truth_line {
  int count;
  cli_truth_digit *digit; /* [count] from left to right */
} cli_truth_line;

typedef struct cli_truth {
  char picture[CLI_MAX_PATH];
  int count;
  cli_truth_line *line; /* [count] from top to bottom */
} cli_truth;

/* Reads and checks one file of truth. These return an exit code, after printing what is wrong. */
int cli_truth_load(const cli_command *command, const char *path, cli_truth *truth);
void cli_truth_free(cli_truth *truth);

/* Of the same kind of file only what it says: the picture, and its lines joined by newlines, which
 * the caller frees. */
int cli_truth_load_text(const cli_command *command, const char *path, char picture[CLI_MAX_PATH],
                        char **text);

/* The files *.json of a folder by name, `*count` of them: `list` and its paths are the caller's. */
int cli_truth_list(const cli_command *command, const char *directory, char ***list, int *count);
void cli_truth_list_free(char **list, int count);

#endif
