/* diagram.h - a network as a drawing: stacks of feature maps, and the compressed list of blocks. */
#ifndef LENET_CLI_DIAGRAM_H
#define LENET_CLI_DIAGRAM_H

#include "lenet.h"

#include <stdio.h>

/* Feature maps as stacks of squares, units as bars, left to right as in Fig. 2 of LeCun et al. 1998,
 * on several lines where one is too short. A whole <svg>. */
void cli_print_stacks(FILE *stream, const lenet_network *network, const lenet_layout *layout);

/* One box a row, "5x5 Conv (6), pad 2", from top to bottom, as in Dive into Deep Learning, with
 * activations, output shapes and parameters beside. A whole <svg>. */
void cli_print_blocks(FILE *stream, const lenet_network *network, const lenet_layout *layout);

/* The same for a terminal, in box-drawing characters where it takes UTF-8. */
void cli_print_blocks_text(FILE *stream, const lenet_network *network, const lenet_layout *layout);

#endif
