/* text_plot.c - a small curve in characters, for terminals. */
#define _POSIX_C_SOURCE 200809L
#include "text_plot.h"

#include "output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A cell of braille is 2 dots wide and 4 high. */
enum {
  LABEL = 9, /* "12.34 %" and two blanks */
  COLUMNS = CLI_TEXT_PLOT_WIDTH - LABEL,
  ROWS = CLI_TEXT_PLOT_LINES - 1,
  WIDE = 2 * COLUMNS,
  HIGH = 4 * ROWS
};

typedef struct plot {
  bool dot[HIGH][WIDE];
  double low, high; /* errors at the lower and the upper edge */
} plot;

static int row_of(const plot *p, double error)
{
  const double share = log(fmax(error, p->low) / p->low) / log(p->high / p->low);
  return (int)lround((1 - share) * (HIGH - 1));
}

/* Of epoch `i`, from 0. Few epochs are not drawn further apart than a fifth of the width. */
static int column_of(size_t i, size_t total)
{
  const double steps = total > 6 ? (double)total - 1 : 5;
  return (int)lround((double)i / steps * (WIDE - 1));
}

/* Joins two points, in whichever direction it is further. */
static void draw_step(plot *p, int x, int y, int to_x, int to_y)
{
  const int steps = abs(to_x - x) > abs(to_y - y) ? abs(to_x - x) : abs(to_y - y);
  for (int i = 0; i <= steps; i++) {
    const double share = steps > 0 ? (double)i / steps : 0;
    p->dot[(int)lround(y + share * (to_y - y))][(int)lround(x + share * (to_x - x))] = true;
  }
}

static void print_cell(FILE *stream, const plot *p, int row, int column)
{
  /* Bits of U+2800 .. U+28FF: [row][column] of the cell. */
  static const unsigned char bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
  unsigned code = 0;
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 2; x++)
      if (p->dot[4 * row + y][2 * column + x])
        code |= bits[y][x];
  if (code == 0)
    putc(' ', stream);
  else if (!cli_is_utf8())
    putc('*', stream);
  else
    fprintf(stream, "\xe2%c%c", 0xa0 + (int)(code >> 6), 0x80 + (int)(code & 0x3f));
}

static void print_plot(FILE *stream, const plot *p, const char *colour, const char *plain)
{
  for (int row = 0; row < ROWS; row++) {
    const bool labelled = row == 0 || row == ROWS - 1;
    fprintf(stream, "%7s  %s", labelled ? cli_percent(row == 0 ? p->high : p->low).text : "",
            colour);
    int last = COLUMNS - 1;
    for (bool empty = true; empty && last > 0; last -= empty)
      for (int y = 0; y < 4; y++)
        empty = empty && !p->dot[4 * row + y][2 * last] && !p->dot[4 * row + y][2 * last + 1];
    for (int column = 0; column <= last; column++)
      print_cell(stream, p, row, column);
    fprintf(stream, "%s\n", plain);
  }
}

int cli_text_plot(FILE *stream, const double *error, size_t count, size_t total)
{
  plot p = {.low = INFINITY, .high = 0};
  for (size_t i = 0; i < count; i++) {
    p.low = error[i] > 0 ? fmin(p.low, error[i]) : p.low;
    p.high = error[i] > 0 ? fmax(p.high, error[i]) : p.high;
  }
  if (count < 2 || !(p.high > p.low) || cli_columns(stream) <= CLI_TEXT_PLOT_WIDTH)
    return 0;
  for (size_t i = 1; i < count; i++)
    draw_step(&p, column_of(i - 1, total), row_of(&p, error[i - 1]), column_of(i, total),
              row_of(&p, error[i]));
  char *text = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&text, &size);
  if (memory == NULL)
    return 0;
  print_plot(memory, &p, cli_style_on(stream, CLI_YELLOW), cli_style_on(stream, CLI_PLAIN));
  fprintf(memory, "%*svalidation error by epoch, logarithmic\n", LABEL, "");
  const bool whole = fclose(memory) == 0 && text != NULL;
  if (whole)
    fwrite(text, 1, size, stream); /* at once: it does not flicker */
  free(text);
  return whole ? CLI_TEXT_PLOT_LINES : 0;
}
