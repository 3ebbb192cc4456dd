/* filters.h - the kernels of a model as a drawing. */
#ifndef LENET_CLI_FILTERS_H
#define LENET_CLI_FILTERS_H

#include "lenet.h"

#include <stdio.h>

/* A whole <svg>. False, with nothing written, without memory. */
bool cli_print_filters_svg(FILE *stream, const lenet_model *model);

#endif
