#include "canvas.h"

#include <stdlib.h>
#include <string.h>

enum { GLYPH_WIDTH = 5, GLYPH_HEIGHT = 7 };

/* Rows from the top, the leftmost pixel being the highest of five bits. */
typedef struct glyph {
  char letter;
  uint8_t row[GLYPH_HEIGHT];
} glyph;

static const glyph glyphs[] = {
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 2, 4, 8, 31}},     {'3', {31, 2, 4, 2, 1, 17, 14}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {6, 8, 16, 30, 17, 17, 14}},   {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 2, 12}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {'%', {24, 25, 2, 4, 8, 19, 3}},
    {'-', {0, 0, 0, 14, 0, 0, 0}},       {'A', {14, 17, 17, 31, 17, 17, 17}},
    {'B', {30, 17, 17, 30, 17, 17, 30}}, {'C', {15, 16, 16, 16, 16, 16, 15}},
    {'D', {30, 17, 17, 17, 17, 17, 30}}, {'E', {31, 16, 16, 30, 16, 16, 31}},
    {'F', {31, 16, 16, 30, 16, 16, 16}}, {'G', {15, 16, 16, 19, 17, 17, 15}},
    {'H', {17, 17, 17, 31, 17, 17, 17}}, {'I', {14, 4, 4, 4, 4, 4, 14}},
    {'J', {7, 2, 2, 2, 2, 18, 12}},      {'K', {17, 18, 20, 24, 20, 18, 17}},
    {'L', {16, 16, 16, 16, 16, 16, 31}}, {'M', {17, 27, 21, 21, 17, 17, 17}},
    {'N', {17, 25, 25, 21, 19, 19, 17}}, {'O', {14, 17, 17, 17, 17, 17, 14}},
    {'P', {30, 17, 17, 30, 16, 16, 16}}, {'Q', {14, 17, 17, 17, 21, 18, 13}},
    {'R', {30, 17, 17, 30, 20, 18, 17}}, {'S', {15, 16, 16, 14, 1, 1, 30}},
    {'T', {31, 4, 4, 4, 4, 4, 4}},       {'U', {17, 17, 17, 17, 17, 17, 14}},
    {'V', {17, 17, 17, 17, 10, 10, 4}},  {'W', {17, 17, 17, 21, 21, 27, 17}},
    {'X', {17, 10, 4, 4, 4, 10, 17}},    {'Y', {17, 17, 10, 4, 4, 4, 4}},
    {'Z', {31, 1, 2, 4, 8, 16, 31}},     {':', {0, 12, 12, 0, 12, 12, 0}},
    {';', {0, 12, 12, 0, 12, 4, 8}},     {',', {0, 0, 0, 0, 12, 4, 8}},
    {'(', {2, 4, 8, 8, 8, 4, 2}},        {')', {8, 4, 2, 2, 2, 4, 8}},
    {'+', {0, 4, 4, 31, 4, 4, 0}},       {'*', {0, 21, 14, 31, 14, 21, 0}},
    {'@', {14, 17, 23, 21, 23, 16, 14}},
};

bool cli_canvas_make(cli_canvas *canvas, int width, int height)
{
  const size_t size = 3 * (size_t)width * (size_t)height;
  *canvas = (cli_canvas){width, height, malloc(size)};
  if (canvas->pixels != NULL)
    memset(canvas->pixels, 255, size);
  return canvas->pixels != NULL;
}

void cli_canvas_free(cli_canvas *canvas)
{
  free(canvas->pixels);
  *canvas = (cli_canvas){0};
}

static void put(cli_canvas *canvas, int x, int y, cli_colour colour)
{
  if (x < 0 || y < 0 || x >= canvas->width || y >= canvas->height)
    return;
  uint8_t *pixel = canvas->pixels + 3 * ((size_t)y * (size_t)canvas->width + (size_t)x);
  pixel[0] = colour.red;
  pixel[1] = colour.green;
  pixel[2] = colour.blue;
}

void cli_fill(cli_canvas *canvas, cli_box box, cli_colour colour)
{
  for (int y = box.y; y < box.y + box.height; y++)
    for (int x = box.x; x < box.x + box.width; x++)
      put(canvas, x, y, colour);
}

void cli_frame(cli_canvas *canvas, cli_box b, int thick, cli_colour colour)
{
  const int wide = b.width + 2 * thick;
  cli_fill(canvas, (cli_box){b.x - thick, b.y - thick, wide, thick}, colour);
  cli_fill(canvas, (cli_box){b.x - thick, b.y + b.height, wide, thick}, colour);
  cli_fill(canvas, (cli_box){b.x - thick, b.y, thick, b.height}, colour);
  cli_fill(canvas, (cli_box){b.x + b.width, b.y, thick, b.height}, colour);
}

/* The mean of the pixels that (x, y) of the box covers, one at least. */
static uint8_t mean_at(cli_box box, int x, int y, const uint8_t *grey, int width, int height)
{
  const int left = (int)((long long)x * width / box.width);
  const int top = (int)((long long)y * height / box.height);
  int right = (int)((long long)(x + 1) * width / box.width);
  int bottom = (int)((long long)(y + 1) * height / box.height);
  right = right > left ? right : left + 1;
  bottom = bottom > top ? bottom : top + 1;
  unsigned long long sum = 0;
  for (int v = top; v < bottom; v++)
    for (int u = left; u < right; u++)
      sum += grey[(size_t)v * (size_t)width + (size_t)u];
  return (uint8_t)(sum / ((unsigned long long)(right - left) * (unsigned)(bottom - top)));
}

void cli_paste(cli_canvas *canvas, cli_box box, const uint8_t *grey, int width, int height)
{
  for (int y = 0; y < box.height; y++)
    for (int x = 0; x < box.width; x++) {
      const uint8_t mean = mean_at(box, x, y, grey, width, height);
      put(canvas, box.x + x, box.y + y, (cli_colour){mean, mean, mean});
    }
}

/* All letters are capitals. */
static const glyph *find_glyph(char letter)
{
  if (letter >= 'a' && letter <= 'z')
    letter = (char)(letter - 'a' + 'A');
  for (size_t i = 0; i < sizeof glyphs / sizeof *glyphs; i++)
    if (glyphs[i].letter == letter)
      return &glyphs[i];
  return NULL;
}

void cli_letter(cli_canvas *canvas, int x, int y, int scale, const char *text, cli_colour colour)
{
  for (; *text != '\0'; text++, x += (GLYPH_WIDTH + 1) * scale) {
    const glyph *g = find_glyph(*text);
    for (int v = 0; g != NULL && v < GLYPH_HEIGHT; v++)
      for (int u = 0; u < GLYPH_WIDTH; u++)
        if (g->row[v] >> (GLYPH_WIDTH - 1 - u) & 1)
          cli_fill(canvas, (cli_box){x + u * scale, y + v * scale, scale, scale}, colour);
  }
}
