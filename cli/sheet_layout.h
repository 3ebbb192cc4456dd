/* sheet_layout.h - where everything on a sheet of tiles stands, for the forms that have pixels. */
#ifndef LENET_CLI_SHEET_LAYOUT_H
#define LENET_CLI_SHEET_LAYOUT_H

#include "drawing.h"
#include "sheet.h"

/* Tiles of a group: values are squares with sides of `cell` pixels. */
typedef struct cli_tiles {
  double left, top;        /* of the first */
  double pitch_x, pitch_y; /* from one to the next */
  double cell;
  int across;
} cli_tiles;

/* What a form must be able to draw, in pixels of a sheet CLI_DRAWING_WIDTH wide. */
typedef struct cli_painter {
  void *form;
  void (*text)(void *form, double x, double y, int size, cli_anchor anchor, const char *class,
               const char *text);
  void (*tiles)(void *form, const cli_group *group, const cli_tiles *tiles);
  void (*frame)(void *form, double x, double y, double width, double height, bool best);
} cli_painter;

/* Calls the painter for all that is on the sheet, from top to bottom; returns the height of it. Without
 * a painter (NULL) it only measures. */
double cli_sheet_paint(const cli_sheet *sheet, const cli_painter *painter);

#endif
