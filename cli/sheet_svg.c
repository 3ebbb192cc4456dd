/* sheet_svg.c - a sheet of tiles as SVG: one path for all values of a tile that have one colour. */
#include "sheet_layout.h"

#include "escape.h"

static void paint_text(void *form, double x, double y, int size, cli_anchor anchor,
                       const char *class, const char *text)
{
  cli_drawing_text(form, x, y, size, anchor, class, text);
}

static void paint_frame(void *form, double x, double y, double width, double height, bool best)
{
  fprintf(form, "<path class=\"%s\" d=\"M%.1f %.1fh%.1fv%.1fh-%.1fz\"/>\n", best ? "best" : "frame",
          x, y, width, height, width);
}

/* Runs of one level as strokes one value wide, on integers; a level that the tile does not have
 * gives no path. */
static void print_runs(FILE *stream, const cli_group *g, const cli_tile *tile, int level)
{
  bool any = false;
  for (int y = 0; y < g->rows; y++)
    for (int x = 0, end; x < g->columns; x = end) {
      const lenet_real *row = tile->values + (size_t)y * (size_t)g->columns;
      const int here = cli_group_level(g, (double)row[x]);
      for (end = x + 1; end < g->columns && cli_group_level(g, (double)row[end]) == here;)
        end++;
      if (here != level)
        continue;
      if (!any)
        fprintf(stream, "<path class=\"%c%d\" d=\"", g->ramp == CLI_SIGNED ? 'a' : 'b', level);
      fprintf(stream, "M%d %dh%d", x, y, end - x);
      any = true;
    }
  if (any)
    fputs("\"/>", stream);
}

static void paint_tiles(void *form, const cli_group *g, const cli_tiles *t)
{
  const int paper = g->ramp == CLI_SIGNED ? CLI_LEVELS / 2 : 0;
  for (size_t i = 0; i < g->count; i++) {
    if (g->tile[i].values == NULL)
      continue;
    fprintf(form, "<g class=\"values\" transform=\"translate(%.1f %.1f) scale(%.2f)\">",
            t->left + (double)(i % (size_t)t->across) * t->pitch_x,
            t->top + (double)(i / (size_t)t->across) * t->pitch_y + t->cell / 2, t->cell);
    for (int level = 0; level < CLI_LEVELS; level++)
      if (level != paper)
        print_runs(form, g, &g->tile[i], level);
    fputs("</g>\n", form);
  }
}

static void print_colours(FILE *stream, bool dark)
{
  static const cli_ramp ramps[] = {CLI_SIGNED, CLI_INK};
  for (int r = 0; r < 2; r++)
    for (int level = 0; level < CLI_LEVELS; level++) {
      const cli_colour c = cli_ramp_colour(ramps[r], level, dark);
      fprintf(stream, ".lenet-drawing .%c%d{stroke:#%02x%02x%02x}", r == 0 ? 'a' : 'b', level,
              c.red, c.green, c.blue);
    }
}

static size_t count_tiles(const cli_group *g)
{
  size_t count = 0;
  for (size_t i = 0; i < g->count; i++)
    count += g->tile[i].values != NULL;
  return count;
}

static void print_description(FILE *stream, const cli_sheet *sheet)
{
  fputs("<desc>", stream);
  for (int i = 0; i < sheet->count; i++) {
    const cli_group *g = &sheet->group[i];
    char low[16], high[16];
    cli_ramp_end(g->low, low);
    cli_ramp_end(g->high, high);
    if (i > 0)
      fputs("; ", stream);
    cli_print_escaped(stream, g->heading);
    if (g->count > 0 && g->ramp != CLI_MARKS)
      fprintf(stream, ", %zu picture%s of %dx%d values from %s to %s", count_tiles(g),
              count_tiles(g) == 1 ? "" : "s", g->rows, g->columns, low, high);
  }
  fputs(".</desc>\n", stream);
}

void cli_sheet_print_svg(FILE *stream, const cli_sheet *sheet)
{
  const cli_painter painter = {stream, paint_text, paint_tiles, paint_frame};
  cli_drawing_begin(stream, CLI_DRAWING_WIDTH, cli_sheet_paint(sheet, NULL), sheet->title);
  print_description(stream, sheet);
  fputs("<style>.lenet-drawing .frame{fill:none;stroke:#8c959f;stroke-width:.7}"
        ".lenet-drawing .values{fill:none;stroke-width:1;shape-rendering:crispEdges}\n",
        stream);
  print_colours(stream, false);
  fputs("\n@media(prefers-color-scheme:dark){.lenet-drawing .frame{stroke:#6e7681}", stream);
  print_colours(stream, true);
  fputs("}</style>\n", stream);
  cli_sheet_paint(sheet, &painter);
  cli_drawing_end(stream);
}
