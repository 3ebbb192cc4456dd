/* sheet.h - a sheet of tiles: small pictures of numbers in groups, each group with a heading and a scale
 * of colours. Described once, drawn as SVG, as PNG or with characters. */
#ifndef LENET_CLI_SHEET_H
#define LENET_CLI_SHEET_H

#include "canvas.h"

#include <stdio.h>

/* How numbers become colours: from blue over the paper's to orange, or from paper to ink. Marks are ink,
 * and in characters an X. */
typedef enum cli_ramp { CLI_SIGNED, CLI_INK, CLI_MARKS } cli_ramp;

enum { CLI_LEVELS = 17 }; /* of a ramp; that of 0 in CLI_SIGNED and the lowest of CLI_INK are paper */

typedef struct cli_tile {
  const lenet_real *values; /* [rows][columns], where it is NaN nothing is drawn; NULL: an empty place */
  bool best;                /* has a frame that catches the eye */
  char caption[32];
} cli_tile;

typedef struct cli_group {
  char heading[200];
  cli_ramp ramp;
  double low, high;  /* the ends of the ramp; with CLI_SIGNED low is -high */
  int rows, columns; /* of each tile */
  int across;        /* tiles side by side, their columns and rows numbered from 0; 0: as many as
                        fit, each with its caption */
  size_t count;
  cli_tile *tile;    /* [count] */
  lenet_real *own;   /* values that no one else holds, or NULL */
} cli_group;

enum { CLI_MOST_GROUPS = LENET_MAX_ROWS + 1 };

typedef struct cli_sheet {
  char title[LENET_MAX_NOTATION + 64];
  int count;
  cli_group group[CLI_MOST_GROUPS];
} cli_sheet;

/* A new group at the end of the sheet, `count` empty tiles and `own` values of its own, all 0. NULL
 * without memory. */
cli_group *cli_sheet_add(cli_sheet *sheet, size_t count, size_t own);
void cli_sheet_free(cli_sheet *sheet);

/* Sets the ends of a ramp so that they hold all values of the tiles. */
void cli_group_fit_ramp(cli_group *group);

/* The level of a value, 0 .. CLI_LEVELS - 1; -1 for NaN. */
int cli_group_level(const cli_group *group, double value);
cli_colour cli_ramp_colour(cli_ramp ramp, int level, bool dark);
/* "-0.52": an end of a ramp. */
void cli_ramp_end(double value, char text[16]);

/* The three forms. SVG and PNG have the same places. */
void cli_sheet_print_svg(FILE *stream, const cli_sheet *sheet);
lenet_status cli_sheet_write_png(const char *path, const cli_sheet *sheet, lenet_error *error);
void cli_sheet_print_text(FILE *stream, const cli_sheet *sheet);

#endif
