/* text_plot.h - a small curve in characters, for terminals. */
#ifndef LENET_CLI_TEXT_PLOT_H
#define LENET_CLI_TEXT_PLOT_H

#include <stddef.h>
#include <stdio.h>

enum { CLI_TEXT_PLOT_WIDTH = 60, CLI_TEXT_PLOT_LINES = 7 };

/* Draws a curve of errors (fractions) by epoch on a logarithmic scale: `count` of `total` epochs,
 * from the first on, in braille dots or, where the terminal has no UTF-8, stars. Returns the lines
 * written: CLI_TEXT_PLOT_LINES, or 0 where there is no curve to be seen: fewer than two epochs, no
 * error above 0, a terminal narrower than the curve. */
int cli_text_plot(FILE *stream, const double *error, size_t count, size_t total);

#endif
