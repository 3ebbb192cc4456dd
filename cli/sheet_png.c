/* sheet_png.c - a sheet of tiles as PNG, on white, with two pixels for each of the sheet's. */
#include "sheet_layout.h"

#include "stop.h"

#include <math.h>
#include <string.h>

enum { ZOOM = 2, LETTER = 6, LETTER_HEIGHT = 7 };

static const cli_colour INK = {36, 41, 47}, PALE = {140, 149, 159}, BEST = {194, 84, 0};

static int pixel(double place) { return (int)lround(ZOOM * place); }

static void paint_text(void *form, double x, double y, int size, cli_anchor anchor,
                       const char *class, const char *text)
{
  (void)size; /* the one size of the letters is that of the smallest text */
  (void)class;
  const int width = (int)strlen(text) * LETTER * ZOOM;
  const int left = pixel(x) - (anchor == CLI_START ? 0 : anchor == CLI_MIDDLE ? width / 2 : width);
  cli_letter(form, left, pixel(y) - LETTER_HEIGHT * ZOOM, ZOOM, text, INK);
}

static void paint_frame(void *form, double x, double y, double width, double height, bool best)
{
  const cli_box box = {pixel(x), pixel(y), pixel(x + width) - pixel(x),
                       pixel(y + height) - pixel(y)};
  cli_frame(form, box, best ? 2 * ZOOM : 1, best ? BEST : PALE);
}

static void paint_tile(cli_canvas *canvas, const cli_group *g, const cli_tile *tile, double left,
                       double top, double cell)
{
  for (int y = 0; y < g->rows; y++)
    for (int x = 0; x < g->columns; x++) {
      const int level = cli_group_level(g, (double)tile->values[y * g->columns + x]);
      const int u = pixel(left + x * cell), v = pixel(top + y * cell);
      const cli_box box = {u, v, pixel(left + (x + 1) * cell) - u, pixel(top + (y + 1) * cell) - v};
      if (level >= 0)
        cli_fill(canvas, box, cli_ramp_colour(g->ramp, level, false));
    }
}

static void paint_tiles(void *form, const cli_group *g, const cli_tiles *t)
{
  for (size_t i = 0; i < g->count; i++)
    if (g->tile[i].values != NULL)
      paint_tile(form, g, &g->tile[i], t->left + (double)(i % (size_t)t->across) * t->pitch_x,
                 t->top + (double)(i / (size_t)t->across) * t->pitch_y, t->cell);
}

lenet_status cli_sheet_write_png(const char *path, const cli_sheet *sheet, lenet_error *error)
{
  cli_canvas canvas;
  if (!cli_canvas_make(&canvas, pixel(CLI_DRAWING_WIDTH), pixel(cli_sheet_paint(sheet, NULL)))) {
    *error = (lenet_error){LENET_NO_MEMORY, -1, "no memory for the picture"};
    return LENET_NO_MEMORY;
  }
  const cli_painter painter = {&canvas, paint_text, paint_tiles, paint_frame};
  cli_sheet_paint(sheet, &painter);
  cli_hold_stop(true);
  const lenet_status status =
      lenet_image_write_png(path, canvas.pixels, canvas.width, canvas.height, 3, error);
  cli_hold_stop(false);
  cli_canvas_free(&canvas);
  return status;
}
