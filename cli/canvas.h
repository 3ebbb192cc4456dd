/* canvas.h - a colour picture to draw on. */
#ifndef LENET_CLI_CANVAS_H
#define LENET_CLI_CANVAS_H

#include "lenet.h"

typedef struct cli_colour {
  uint8_t red, green, blue;
} cli_colour;

typedef struct cli_canvas {
  int width, height;
  uint8_t *pixels; /* [height][width][3] */
} cli_canvas;

/* Columns x .. x + width - 1, rows y .. y + height - 1; what lies outside a canvas is not drawn. */
typedef struct cli_box {
  int x, y, width, height;
} cli_box;

/* All white. False without memory. */
bool cli_canvas_make(cli_canvas *canvas, int width, int height);
void cli_canvas_free(cli_canvas *canvas);

void cli_fill(cli_canvas *canvas, cli_box box, cli_colour colour);
/* The four sides, `thick` pixels outwards. */
void cli_frame(cli_canvas *canvas, cli_box box, int thick, cli_colour colour);
/* A grey picture [height][width], shrunk by averages or enlarged into the box. */
void cli_paste(cli_canvas *canvas, cli_box box, const uint8_t *grey, int width, int height);
/* Letters (as capitals), digits and .,:;%-+*@(), each 6 x 8 pixels times `scale` with the space about it;
 * others are blank. */
void cli_letter(cli_canvas *canvas, int x, int y, int scale, const char *text, cli_colour colour);

#endif
