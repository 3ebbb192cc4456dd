/* drawing.h - what pictures of networks as SVG share: the frame around them, their look, their text. */
#ifndef LENET_CLI_DRAWING_H
#define LENET_CLI_DRAWING_H

#include <stdio.h>

/* Pixels across where nothing else is said: text is never smaller than 11 of them. */
enum { CLI_DRAWING_WIDTH = 900, CLI_DRAWING_MARGIN = 20 };

typedef enum cli_anchor { CLI_START, CLI_MIDDLE, CLI_END } cli_anchor;

/* Opens an <svg> that stands alone, with its <title> and its colours for light and dark. Rules are
 * bound to the drawing, so that several may stand in one page. A <desc> follows, then what is drawn,
 * then cli_drawing_end. */
void cli_drawing_begin(FILE *stream, double width, double height, const char *title);
void cli_drawing_end(FILE *stream);

/* A line of text whose letters stand on y; `class` is "" or "strong" or "dim". */
void cli_drawing_text(FILE *stream, double x, double y, int size, cli_anchor anchor,
                      const char *class, const char *text);

/* Pixels that a text takes at most, by the letters of the usual sans serif fonts. */
double cli_drawing_text_width(int size, const char *text);

#endif
