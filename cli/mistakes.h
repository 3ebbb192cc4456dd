/* mistakes.h - pictures that a model got wrong, for eval and train. */
#ifndef LENET_CLI_MISTAKES_H
#define LENET_CLI_MISTAKES_H

#include "output.h"

typedef struct cli_mistakes {
  size_t capacity, count;
  lenet_mistake *mistake;
} cli_mistakes;

/* Makes room for `capacity` mistakes (0: none wanted) for lenet_evaluate to fill. */
bool cli_mistakes_reserve(cli_mistakes *mistakes, size_t capacity);
/* After lenet_evaluate: how many errors there were in all. */
void cli_mistakes_counted(cli_mistakes *mistakes, size_t errors);
void cli_mistakes_free(cli_mistakes *mistakes);

/* Draws them as `samples` gave them to be measured; `data` knows the names of the classes. */
void cli_print_mistakes(FILE *stream, const cli_mistakes *mistakes, const lenet_samples *samples,
                        const lenet_dataset *data);

#if LENET_HAVE_JANSSON
json_t *cli_mistakes_document(const cli_mistakes *mistakes);
#endif

#endif
