/* row_text.h - the rows of a network and the notes of a model in words. */
#ifndef LENET_CLI_ROW_TEXT_H
#define LENET_CLI_ROW_TEXT_H

#include "output.h"

/* "tanh", "scaled tanh", ... */
const char *cli_activation_name(lenet_activation activation);

/* "convolution 5x5, tanh" */
cli_words cli_describe_row(const lenet_row *row);

/* "(28, 28, 6)" as Keras writes it: rows, columns, maps; "120" for a dense row. */
cli_words cli_describe_output(const lenet_row *row, const lenet_layer *layer);

/* Notes that training leaves in a model, in the order in which they are shown; ended by NULL. */
extern const char *const cli_shown_notes[];

#endif
