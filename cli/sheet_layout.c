#include "sheet_layout.h"

#include <math.h>
#include <string.h>

enum {
  WIDE = CLI_DRAWING_WIDTH - 2 * CLI_DRAWING_MARGIN,
  HEADING = 13,
  HEADING_LINE = 30, /* letters, and from there to the tiles */
  SMALL = 11,
  SMALL_LINE = 16,
  NUMBERS = 26, /* left of numbered rows */
  GROUP_GAP = 24,
  TILE_GAP = 7,
  USUAL_TILE = 84, /* side of a tile */
  MOST_CELL = 12,  /* side of a value */
  MARK_CELL = 4,   /* of a mark */
  RAMP = 8,        /* side of a level of the scale */
  STRIP = 4        /* a tile that is wider than this many heights may take a whole line */
};

static double at_least(double value, double least) { return value > least ? value : least; }

/* The side of a value: whole pixels where that can be. */
static double cell_side(const cli_group *g)
{
  if (g->across > 0) {
    const double share = (double)(WIDE - NUMBERS) / g->across - TILE_GAP / 2.0;
    const double most = g->ramp == CLI_MARKS ? MARK_CELL : MOST_CELL;
    const double cell = fmin(most, at_least(share, 12) / g->columns);
    return cell > 1 ? floor(cell) : cell;
  }
  const int side = g->rows > g->columns ? g->rows : g->columns;
  const bool strip = g->columns >= STRIP * g->rows;
  const double room = strip ? WIDE : at_least(USUAL_TILE, side);
  return floor(fmin(MOST_CELL, room / side));
}

static cli_tiles place_tiles(const cli_group *g, double top)
{
  cli_tiles t = {.left = CLI_DRAWING_MARGIN, .top = top, .cell = cell_side(g), .across = g->across};
  const double width = t.cell * g->columns, height = t.cell * g->rows;
  if (g->across > 0) {
    char number[16];
    snprintf(number, sizeof number, "%d", g->across - 1);
    t.left += NUMBERS;
    t.top += SMALL_LINE;
    t.pitch_x = fmax(width + TILE_GAP / 2.0, cli_drawing_text_width(SMALL, number) + 3);
    t.pitch_y = at_least(height + TILE_GAP / 2.0, SMALL + 3);
    return t;
  }
  double caption = 0;
  for (size_t i = 0; i < g->count; i++)
    caption = fmax(caption, cli_drawing_text_width(SMALL, g->tile[i].caption));
  t.pitch_x = fmax(width, caption) + TILE_GAP;
  t.pitch_y = height + TILE_GAP + (caption > 0 ? SMALL_LINE : 0);
  t.across = (int)at_least(floor((WIDE + TILE_GAP) / t.pitch_x), 1);
  return t;
}

/* ------------------------------------------------------------------ painting -------------- */

/* The scale of colours, right of the heading, with the values at its ends. */
static void paint_ramp(const cli_painter *p, const cli_group *g, double top)
{
  lenet_real values[CLI_LEVELS];
  for (int i = 0; i < CLI_LEVELS; i++)
    values[i] = (lenet_real)(g->low + (g->high - g->low) * i / (CLI_LEVELS - 1));
  cli_tile tile = {.values = values};
  const cli_group scale = {.ramp = g->ramp,
                           .low = g->low,
                           .high = g->high,
                           .rows = 1,
                           .columns = CLI_LEVELS,
                           .count = 1,
                           .tile = &tile};
  char low[16], high[16];
  cli_ramp_end(g->low, low);
  cli_ramp_end(g->high, high);
  const double end = CLI_DRAWING_WIDTH - CLI_DRAWING_MARGIN, width = RAMP * CLI_LEVELS;
  const double left = end - cli_drawing_text_width(SMALL, high) - 6 - width;
  const cli_tiles place = {.left = left, .top = top + 5, .cell = RAMP, .across = 1};
  p->tiles(p->form, &scale, &place);
  p->frame(p->form, left, top + 5, width, RAMP, false);
  p->text(p->form, end, top + HEADING, SMALL, CLI_END, "dim", high);
  p->text(p->form, left - 6, top + HEADING, SMALL, CLI_END, "dim", low);
}

/* Numbers above columns and left of rows. */
static void paint_numbers(const cli_painter *p, const cli_group *g, const cli_tiles *t)
{
  char number[16];
  for (int i = 0; i < g->across; i++) {
    snprintf(number, sizeof number, "%d", i);
    p->text(p->form, t->left + i * t->pitch_x + t->cell * g->columns / 2, t->top - 5, SMALL,
            CLI_MIDDLE, "dim", number);
  }
  for (int i = 0; i * (size_t)g->across < g->count; i++) {
    snprintf(number, sizeof number, "%d", i);
    p->text(p->form, t->left - 6, t->top + i * t->pitch_y + t->cell * g->rows / 2 + 4, SMALL,
            CLI_END, "dim", number);
  }
}

static void paint_group(const cli_painter *p, const cli_group *g, double top, const cli_tiles *t)
{
  p->text(p->form, CLI_DRAWING_MARGIN, top + HEADING, HEADING, CLI_START, "strong", g->heading);
  if (g->count == 0)
    return;
  if (g->ramp != CLI_MARKS)
    paint_ramp(p, g, top);
  if (g->across > 0)
    paint_numbers(p, g, t);
  p->tiles(p->form, g, t);
  for (size_t i = 0; i < g->count; i++) {
    const cli_tile *tile = &g->tile[i];
    const double x = t->left + (double)(i % (size_t)t->across) * t->pitch_x;
    const double y = t->top + (double)(i / (size_t)t->across) * t->pitch_y;
    if (tile->values == NULL)
      continue;
    p->frame(p->form, x, y, t->cell * g->columns, t->cell * g->rows, tile->best);
    if (g->across == 0)
      p->text(p->form, x, y + t->cell * g->rows + SMALL + 3, SMALL, CLI_START,
              tile->best ? "strong" : "dim", tile->caption);
  }
}

double cli_sheet_paint(const cli_sheet *sheet, const cli_painter *painter)
{
  double y = CLI_DRAWING_MARGIN;
  for (int i = 0; i < sheet->count; i++) {
    const cli_group *g = &sheet->group[i];
    const cli_tiles t = place_tiles(g, y + HEADING_LINE);
    if (painter != NULL)
      paint_group(painter, g, y, &t);
    const size_t lines = (g->count + (size_t)t.across - 1) / (size_t)t.across;
    y = g->count > 0 ? t.top + (double)lines * t.pitch_y : y + SMALL_LINE;
    y += GROUP_GAP;
  }
  return y - GROUP_GAP + CLI_DRAWING_MARGIN;
}
