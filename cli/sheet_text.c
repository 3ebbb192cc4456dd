/* sheet_text.c - a sheet of tiles in characters: half blocks in colour, or a character for each
 * value. */
#include "sheet.h"

#include "output.h"

#include <math.h>
#include <string.h>

enum {
  GAP = 2,
  NUMBERS = 4, /* left of numbered rows */
  MARK = 3,    /* width of a place for a mark */
  TALL = 12    /* values; without colours higher tiles have two in a character */
};

/* How the tiles of a group are drawn. */
typedef struct form {
  bool colour;
  int step;     /* rows of values in a line */
  int lines;    /* of a tile */
  size_t width; /* of a tile with its gap */
  size_t fit;   /* tiles side by side */
} form;

static form choose_form(FILE *stream, const cli_group *g)
{
  form f = {.colour = cli_is_fancy(stream) && cli_is_utf8() && g->ramp != CLI_MARKS};
  const size_t columns = (size_t)cli_columns(stream);
  size_t width = (size_t)g->columns;
  for (size_t i = 0; i < g->count && g->across == 0; i++) {
    const size_t length = strlen(g->tile[i].caption);
    width = length > width ? length : width;
  }
  f.step = f.colour || g->rows > TALL ? 2 : 1;
  f.lines = g->ramp == CLI_MARKS ? 1 : (g->rows + f.step - 1) / f.step;
  f.width = g->ramp == CLI_MARKS ? MARK : width + GAP;
  const size_t room = g->across > 0 ? columns - NUMBERS : columns;
  f.fit = (room + GAP) / f.width;
  f.fit = f.fit < 1 ? 1 : f.fit;
  if (g->across > 0) { /* pieces of the same width */
    const size_t across = (size_t)g->across, pieces = (across + f.fit - 1) / f.fit;
    f.fit = (across + pieces - 1) / pieces;
  }
  return f;
}

/* ------------------------------------------------------------------ values ---------------- */

static double value_at(const cli_group *g, const cli_tile *tile, int y, int x)
{
  return y < g->rows ? (double)tile->values[y * g->columns + x] : (double)NAN;
}

/* Of the 256-colour palette: blues, white and oranges of its cube, or the greys. In a terminal ink
 * is light, as in all pictures there. */
static int palette(const cli_group *g, int level)
{
  static const int signs[CLI_LEVELS] = {24,  25,  32,  74,  110, 117, 153, 189, 231,
                                        230, 223, 222, 215, 208, 172, 130, 94};
  return g->ramp == CLI_SIGNED ? signs[level] : 232 + level * 23 / (CLI_LEVELS - 1);
}

static void draw_colours(FILE *stream, const cli_group *g, double upper, double lower)
{
  const int a = cli_group_level(g, upper), b = cli_group_level(g, lower);
  if (a < 0 && b < 0)
    fputs("\033[0m ", stream);
  else if (a < 0)
    fprintf(stream, "\033[0;38;5;%dm\u2584", palette(g, b));
  else if (b < 0)
    fprintf(stream, "\033[0;38;5;%dm\u2580", palette(g, a));
  else
    fprintf(stream, "\033[38;5;%d;48;5;%dm\u2580", palette(g, a), palette(g, b));
}

/* A character for one value or for the mean of two: = and - below 0, + and # above, or shades of
 * ink. */
static void draw_character(FILE *stream, const cli_group *g, double upper, double lower)
{
  static const char shades[] = " .:-=+*#%@", signs[] = "===----...++++###";
  const double value = isnan(upper) ? lower : isnan(lower) ? upper : (upper + lower) / 2;
  const int level = cli_group_level(g, value);
  if (level < 0)
    fputc(' ', stream);
  else if (g->ramp == CLI_SIGNED)
    fputc(signs[level], stream);
  else
    fputc(shades[level * 9 / (CLI_LEVELS - 1)], stream);
}

/* True for a place whose picture has any ink. */
static bool is_mark(const cli_group *g, const cli_tile *tile)
{
  for (int i = 0; tile->values != NULL && i < g->rows * g->columns; i++)
    if (tile->values[i] > 0)
      return true;
  return false;
}

/* One line of a tile, without the gap behind it. */
static void draw_line(FILE *stream, const cli_group *g, const form *f, const cli_tile *tile,
                      int line)
{
  if (g->ramp == CLI_MARKS) {
    fputs(is_mark(g, tile) ? " X" : " .", stream);
    return;
  }
  for (int x = 0; x < g->columns; x++) {
    const int y = line * f->step;
    const double upper = tile->values != NULL ? value_at(g, tile, y, x) : (double)NAN;
    const double lower =
        tile->values != NULL && f->step == 2 ? value_at(g, tile, y + 1, x) : (double)NAN;
    if (f->colour)
      draw_colours(stream, g, upper, lower);
    else
      draw_character(stream, g, upper, lower);
  }
  if (f->colour)
    fputs("\033[0m", stream);
}

/* ------------------------------------------------------------------ groups ---------------- */

/* Tiles side by side: `count` from `first` on. */
static void draw_strip(FILE *stream, const cli_group *g, const form *f, size_t first, size_t count,
                       const char *label)
{
  const size_t drawn = g->ramp == CLI_MARKS ? 2 : (size_t)g->columns;
  for (int line = 0; line < f->lines; line++) {
    if (g->across > 0)
      fprintf(stream, "%*s ", NUMBERS - 1, line == f->lines / 2 ? label : "");
    for (size_t i = 0; i < count; i++) {
      draw_line(stream, g, f, &g->tile[first + i], line);
      fprintf(stream, "%*s", i + 1 < count ? (int)(f->width - drawn) : 0, "");
    }
    fputc('\n', stream);
  }
}

/* Rows and columns with their numbers; what is wider than the terminal comes in pieces. */
static void draw_numbered(FILE *stream, const cli_group *g, const form *f)
{
  const size_t across = (size_t)g->across;
  for (size_t from = 0; from < across; from += f->fit) {
    const size_t count = across - from < f->fit ? across - from : f->fit;
    fprintf(stream, "%s%*s", from > 0 ? "\n" : "", NUMBERS, "");
    for (size_t i = 0; i < count; i++) {
      const int width = i + 1 < count ? (int)f->width : 0;
      if (g->ramp == CLI_MARKS)
        fprintf(stream, "%2zu%s", from + i, width > 0 ? " " : "");
      else
        fprintf(stream, "%-*zu", width, from + i);
    }
    fputc('\n', stream);
    for (size_t row = 0; row * across < g->count; row++) {
      char label[16];
      snprintf(label, sizeof label, "%zu", row);
      draw_strip(stream, g, f, row * across + from, count, label);
      if (f->lines > 1 && (row + 1) * across < g->count)
        fputc('\n', stream);
    }
  }
}

static void draw_flow(FILE *stream, const cli_group *g, const form *f)
{
  for (size_t from = 0; from < g->count; from += f->fit) {
    const size_t count = g->count - from < f->fit ? g->count - from : f->fit;
    if (from > 0)
      fputc('\n', stream);
    draw_strip(stream, g, f, from, count, "");
    bool any = false;
    for (size_t i = 0; i < count; i++)
      any = any || g->tile[from + i].caption[0] != '\0';
    for (size_t i = 0; i < count && any; i++) {
      const cli_tile *tile = &g->tile[from + i];
      const int width = i + 1 < count ? (int)f->width : 0;
      fprintf(stream, "%s%-*s%s", tile->best ? cli_style_on(stream, CLI_BOLD) : "", width,
              tile->caption, tile->best ? cli_style_on(stream, CLI_PLAIN) : "");
    }
    if (any)
      fputc('\n', stream);
  }
}

/* Heading, and what the ends of the ramp mean. */
static void draw_heading(FILE *stream, const cli_group *g, const form *f)
{
  char low[16], high[16];
  cli_ramp_end(g->low, low);
  cli_ramp_end(g->high, high);
  fprintf(stream, "%s%s%s", cli_style_on(stream, CLI_BOLD), g->heading,
          cli_style_on(stream, CLI_PLAIN));
  if (g->count > 0 && g->ramp != CLI_MARKS && f->colour) {
    fprintf(stream, "  %s ", low);
    for (int level = 0; level < CLI_LEVELS; level += 2)
      fprintf(stream, "\033[38;5;%dm\u2588", palette(g, level));
    fprintf(stream, "\033[0m %s", high);
  } else if (g->count > 0 && g->ramp == CLI_SIGNED) {
    fprintf(stream, "  %s = - . + # %s", low, high);
  } else if (g->count > 0 && g->ramp == CLI_INK) {
    fprintf(stream, "  blank %s, @ %s", low, high);
  }
  fputc('\n', stream);
}

void cli_sheet_print_text(FILE *stream, const cli_sheet *sheet)
{
  for (int i = 0; i < sheet->count; i++) {
    const cli_group *g = &sheet->group[i];
    const form f = choose_form(stream, g);
    if (i > 0)
      fputc('\n', stream);
    draw_heading(stream, g, &f);
    if (g->count > 0 && g->across > 0)
      draw_numbered(stream, g, &f);
    else
      draw_flow(stream, g, &f);
  }
}
