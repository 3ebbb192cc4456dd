/* mistakes.h - what a model answered, and pictures that it got wrong, for eval and train. */
#ifndef LENET_CLI_MISTAKES_H
#define LENET_CLI_MISTAKES_H

#include "output.h"

typedef struct cli_answers {
  size_t count;         /* samples */
  lenet_answer *answer; /* of each, for lenet_evaluate to fill */
  size_t wanted;        /* mistakes to be shown, the first ones */
} cli_answers;

/* Makes room for an answer to each of `count` samples. False where there is no memory. */
bool cli_answers_reserve(cli_answers *answers, size_t count, size_t wanted);
void cli_answers_free(cli_answers *answers);

/* Draws the wanted mistakes as `samples` gave them to be measured, an empty line before them;
 * prints nothing where there are none. `data` knows the names of the classes. */
void cli_print_mistakes(FILE *stream, const cli_answers *answers, const lenet_samples *samples,
                        const lenet_dataset *data);

#if LENET_HAVE_JANSSON
json_t *cli_mistakes_document(const cli_answers *answers);
#endif

#endif
