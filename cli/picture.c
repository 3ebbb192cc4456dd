/* picture.c - digits drawn with characters.
 *
 * A character cell is about twice as high as wide, so each holds two pixels, one above the other:
 *   a terminal with colours   the upper half block, foreground and background in 24 greys
 *   another UTF-8 terminal    one of ' ', upper half, lower half, full block
 *   anything else             an ASCII shade for the mean of the two pixels */
#include "picture.h"

#include "output.h"

#include <string.h>

enum { GAP = 2 };

typedef enum mode { GREYS, BLOCKS, SHADES } mode;

/* Half-open ranges of rows and columns. */
typedef struct box {
  int top, bottom, left, right;
} box;

static box ink_of_all(const cli_picture *pictures, size_t count, int rows, int columns)
{
  box ink = {rows, 0, columns, 0};
  for (size_t i = 0; i < count; i++) {
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < columns; x++) {
        if (pictures[i].pixels[y * columns + x] == 0)
          continue;
        ink.top = y < ink.top ? y : ink.top;
        ink.bottom = y + 1 > ink.bottom ? y + 1 : ink.bottom;
        ink.left = x < ink.left ? x : ink.left;
        ink.right = x + 1 > ink.right ? x + 1 : ink.right;
      }
    }
  }
  if (ink.bottom == 0)
    return (box){0, rows, 0, columns};
  return ink;
}

static int pixel_at(const cli_picture *picture, int y, int x, int rows, int columns)
{
  return y < rows ? picture->pixels[y * columns + x] : 0;
}

/* The cells of one line of one picture: pixel rows y and y + 1. */
static void draw_cells(FILE *stream, const cli_picture *picture, int y, box part, int rows,
                       int columns, mode mode)
{
  static const char *const blocks[] = {" ", "\u2580", "\u2584", "\u2588"};
  static const char shades[] = " .:-=+*#%@";
  for (int x = part.left; x < part.right; x++) {
    int upper = pixel_at(picture, y, x, rows, columns);
    int lower = pixel_at(picture, y + 1, x, rows, columns);
    if (mode == GREYS) /* 232 .. 255 are the greys of the 256-colour palette */
      fprintf(stream, "\033[38;5;%d;48;5;%dm\u2580", 232 + upper * 23 / 255,
              232 + lower * 23 / 255);
    else if (mode == BLOCKS)
      fputs(blocks[(upper >= 128) + 2 * (lower >= 128)], stream);
    else
      putc(shades[(upper + lower) * 9 / 510], stream);
  }
  if (mode == GREYS)
    fputs("\033[0m", stream);
}

/* One strip of pictures side by side, in cells of `width` characters. */
static void draw_strip(FILE *stream, const cli_picture *pictures, size_t count, int width, box part,
                       int rows, int columns, mode mode)
{
  for (int y = part.top; y < part.bottom; y += 2) {
    for (size_t i = 0; i < count; i++) {
      draw_cells(stream, &pictures[i], y, part, rows, columns, mode);
      if (i + 1 < count)
        fprintf(stream, "%*s", width - (part.right - part.left), "");
    }
    putc('\n', stream);
  }
  for (size_t i = 0; i < count; i++)
    fprintf(stream, i + 1 < count ? "%-*s" : "%.*s", i + 1 < count ? width : 64,
            cli_clean(pictures[i].caption).text);
  fputs("\n", stream);
}

void cli_draw(FILE *stream, const cli_picture *pictures, size_t count, int rows, int columns,
              bool crop)
{
  mode mode = SHADES;
  if (cli_is_terminal(stream) && cli_is_utf8())
    mode = cli_is_fancy(stream) ? GREYS : BLOCKS;
  box part = {0, rows, 0, columns};
  if (crop)
    part = ink_of_all(pictures, count, rows, columns);
  int width = part.right - part.left;
  for (size_t i = 0; i < count; i++) {
    int length = (int)strlen(pictures[i].caption);
    width = length > width ? length : width;
  }
  width += GAP;
  size_t fit = (size_t)((cli_columns(stream) + GAP) / width);
  fit = fit < 1 ? 1 : fit;
  for (size_t i = 0; i < count; i += fit) {
    if (i > 0)
      putc('\n', stream);
    draw_strip(stream, pictures + i, count - i < fit ? count - i : fit, width, part, rows, columns,
               mode);
  }
}
