/* confident.h - answers with their confidence: how many can be given at which error. */
#ifndef LENET_CLI_CONFIDENT_H
#define LENET_CLI_CONFIDENT_H

#include "output.h"

typedef struct cli_confident {
  struct cli_confident_answer {
    double confidence;
    bool right;
  } * answer; /* sorted by falling confidence once cli_confident_sort was called */
  size_t count, room;
} cli_confident;

/* False where memory runs out. */
bool cli_confident_add(cli_confident *answers, double confidence, bool right);
void cli_confident_sort(cli_confident *answers);
void cli_confident_free(cli_confident *answers);

/* These want sorted answers; `all` is how many questions there were. */

/* How many answers have at least this confidence, and how many of them are wrong. */
void cli_confident_count(const cli_confident *answers, double least, size_t *given, size_t *wrong);
/* A row: so many of all, and in per cent. */
void cli_print_part(const char *name, long long of, long long all);
/* A table: for some errors the most that can be answered so that of the answers no more are wrong.
 */
void cli_confident_print(const cli_confident *answers, size_t all, const char *what);
#if LENET_HAVE_JANSSON
json_t *cli_confident_document(const cli_confident *answers, size_t all);
#endif

#endif
