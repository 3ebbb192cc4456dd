/* svg.h - a line plot as a figure that stands alone: axes, round ticks, lines, bands, a legend. */
#ifndef LENET_CLI_SVG_H
#define LENET_CLI_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A logarithmic axis shows no less, an axis whose values are all below it is that of zeros. */
#define CLI_SVG_LEAST 1e-12

enum { CLI_SVG_COLOURS = 7, CLI_SVG_MAX_LINES = 20 };

typedef enum cli_dash { CLI_SOLID, CLI_DASHED, CLI_DOTTED } cli_dash;

/* A line through `count` points in the order of x; where y is NaN it is broken. */
typedef struct cli_line {
  const char *name; /* in the legend, UTF-8 */
  size_t count;
  const double *x, *y;
  const double *low, *high; /* the edges of a band around it, or NULL */
  int colour;               /* 0 .. CLI_SVG_COLOURS-1 */
  cli_dash dash;
  bool dots; /* a dot on each point */
} cli_line;

/* An axis reaches from 0, or with `log` from a round number below the least value, to a round
 * number that is not below the largest. */
typedef struct cli_axis {
  const char *label; /* with its unit */
  bool log;          /* values below CLI_SVG_LEAST are left out */
  bool whole;        /* ticks at whole numbers only */
} cli_axis;

typedef struct cli_figure {
  const char *title;       /* above the figure, or NULL */
  const char *description; /* in words, for those who do not see it, or NULL */
  bool inside;       /* part of a page, which has cli_print_svg_style and shows the title itself */
  int width, height; /* pixels, the legend not counted; 0: 720, 440 */
  cli_axis x, y;     /* x is never log */
  double mark;       /* with mark_name: where on x a line stands across the figure */
  const char *mark_name; /* or NULL */
  size_t count;          /* lines, up to CLI_SVG_MAX_LINES */
  cli_line line[CLI_SVG_MAX_LINES];
} cli_figure;

/* Writes the figure: no scripts, nothing from outside, light or dark as its reader prefers. Values
 * are finite and at least 0. */
void cli_print_svg(FILE *stream, const cli_figure *figure);

/* The rules of style that the figures inside a page share: colours .s0 .. .s6 of strokes and .f0 ..
 * .f6 of fills, light and dark. */
void cli_print_svg_style(FILE *stream);

#endif
