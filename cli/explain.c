#include "explain.h"

#include "canvas.h"
#include "output.h"
#include "stop.h"
#include "whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
  PANEL = 420, /* pixels, the longer side of a panel */
  GAP = 12,    /* between all things */
  FRAME = 28,  /* side of what the network sees */
  ZOOM = 3,    /* of that */
  TILE = FRAME * ZOOM + GAP,
  TILE_HEIGHT = FRAME * ZOOM + 70,
  BAR = 34, /* height of a score of 1 */
  SCORES = 11,
  MOST_ROWS = 200 /* of tiles */
};

static const cli_colour INK = {20, 20, 20}, SURE = {0, 130, 80}, UNSURE = {210, 90, 0},
                        BARS = {90, 120, 180}, PALE = {225, 225, 225};

/* ------------------------------------------------------------------ the file -------------- */

enum { IEND = 12, MARK = 36 + IEND };

/* How a picture of --explain ends: a text, "Software", and the chunk that ends every PNG. A chunk
 * is the length of its data, its type, the data and the CRC of the last two (ISO/IEC 15948, 5.3).
 */
static const char mark[MARK] = "\0\0\0\x18tEXtSoftware\0lenet --explain\xe1\x14\x99\x4c"
                               "\0\0\0\0IEND\xae\x42\x60\x82";

/* True where the file may be replaced: it is missing, empty, or a picture of --explain. */
static bool is_ours(const char *path)
{
  char end[MARK];
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return errno == ENOENT;
  const bool empty = fseek(file, 0, SEEK_END) == 0 && ftell(file) == 0;
  const bool marked = fseek(file, -MARK, SEEK_END) == 0 && fread(end, 1, MARK, file) == MARK &&
                      memcmp(end, mark, MARK) == 0;
  fclose(file);
  return empty || marked;
}

/* Puts the mark in place of the end of a PNG that is there. A picture without an end is none. */
static lenet_status set_mark(const char *path, lenet_error *error)
{
  FILE *file = fopen(path, "r+b");
  const bool written =
      file != NULL && fseek(file, -IEND, SEEK_END) == 0 && fwrite(mark, 1, MARK, file) == MARK;
  if (file != NULL && fclose(file) == 0 && written)
    return LENET_OK;
  *error = (lenet_error){LENET_CANNOT_WRITE, -1, ""};
  snprintf(error->message, sizeof error->message, "%.200s: %s", path, strerror(errno));
  remove(path);
  return LENET_CANNOT_WRITE;
}

int cli_choose_explain(const cli_arguments *a, char path[CLI_MAX_PATH])
{
  const char *given = cli_text(a, "explain", NULL);
  path[0] = '\0';
  if (given == NULL)
    return CLI_OK;
  if (a->operand_count > 1)
    return cli_usage_error(a->command, "--explain: shows one picture at a time");
  if (strcmp(given, "-") == 0)
    return cli_usage_error(a->command,
                           "--explain: the picture goes to a file, not to standard output");
  int code = cli_check_file(a, "--explain", given, path);
  if (code == CLI_OK)
    code =
        cli_check_sources(a, "--explain", path, (const char *const *)a->operand, a->operand_count);
  if (code == CLI_OK && !is_ours(path))
    return cli_usage_error(a->command,
                           "--explain: %s is there and was not written by --explain: choose "
                           "another name",
                           path);
  return code;
}

/* ------------------------------------------------------------------ drawing --------------- */

static cli_colour colour_of(const lenet_read_digit *digit)
{
  return (double)digit->confidence >= 0.9 ? SURE : UNSURE;
}

/* A box of the picture's shape with PANEL as its longer side, two pixels at least. */
static cli_box panel_at(int x, int y, const lenet_image *image)
{
  const bool wide = image->width >= image->height;
  const double scale = (double)PANEL / (wide ? image->width : image->height);
  const int width = (int)(image->width * scale), height = (int)(image->height * scale);
  return (cli_box){x, y, width > 2 ? width : 2, height > 2 ? height : 2};
}

static void draw_boxes(cli_canvas *canvas, cli_box panel, const lenet_image *image,
                       const lenet_reading *reading)
{
  const double scale = (double)panel.width / image->width;
  for (int i = 0; i < reading->count; i++)
    for (int k = 0; k < reading->line[i].count; k++) {
      const lenet_read_digit *d = &reading->line[i].digit[k];
      const cli_box box = {panel.x + (int)(d->x * scale), panel.y + (int)(d->y * scale),
                           (int)(d->width * scale) + 1, (int)(d->height * scale) + 1};
      const char text[2] = {(char)('0' + d->digit), '\0'};
      cli_frame(canvas, box, 1, colour_of(d));
      cli_letter(canvas, box.x, box.y - 11, 1, text, colour_of(d));
    }
}

static void draw_tile(cli_canvas *canvas, int x, int y, const lenet_read_digit *digit)
{
  uint8_t dark[FRAME * FRAME]; /* as on paper */
  char text[16];
  for (int i = 0; i < FRAME * FRAME; i++)
    dark[i] = (uint8_t)(255 - digit->seen[i]);
  const cli_box box = {x, y, FRAME * ZOOM, FRAME * ZOOM};
  cli_paste(canvas, box, dark, FRAME, FRAME);
  cli_frame(canvas, box, 1, PALE);
  snprintf(text, sizeof text, "%d", digit->digit);
  cli_letter(canvas, x, y + FRAME * ZOOM + 6, 3, text, colour_of(digit));
  snprintf(text, sizeof text, "%.1f%%", 100 * (double)digit->confidence);
  cli_letter(canvas, x + 24, y + FRAME * ZOOM + 12, 1, text, INK);
  const int foot = y + FRAME * ZOOM + 32 + BAR;
  for (int k = 0; k < SCORES; k++) {
    const int height = (int)((double)digit->scores[k] * BAR + 0.5), left = x + k * 7 + 3;
    cli_fill(canvas, (cli_box){left, foot, 5, 1}, INK);
    cli_fill(canvas, (cli_box){left, foot - height, 5, height},
             k == digit->digit ? colour_of(digit) : BARS);
  }
}

static int tile_rows(const lenet_reading *reading, int across)
{
  int rows = 0;
  for (int i = 0; i < reading->count; i++)
    rows += (reading->line[i].count + across - 1) / across;
  return rows < MOST_ROWS ? rows : MOST_ROWS;
}

static void draw_tiles(cli_canvas *canvas, int y, int across, const lenet_reading *reading)
{
  for (int i = 0; i < reading->count; i++) {
    for (int k = 0; k < reading->line[i].count; k++)
      draw_tile(canvas, GAP + k % across * TILE, y + k / across * TILE_HEIGHT,
                &reading->line[i].digit[k]);
    y += (reading->line[i].count + across - 1) / across * TILE_HEIGHT;
  }
}

static void draw_panels(cli_canvas *canvas, const lenet_image *image, const lenet_steps *steps,
                        const lenet_reading *reading)
{
  const size_t count = (size_t)steps->width * (size_t)steps->height;
  for (size_t i = 0; i < count; i++)
    steps->ink[i] = (uint8_t)(255 - steps->ink[i]);
  cli_box panel = panel_at(GAP, GAP, image);
  cli_paste(canvas, panel, image->pixels, image->width, image->height);
  draw_boxes(canvas, panel, image, reading);
  panel.x += panel.width + GAP;
  cli_paste(canvas, panel, steps->level, steps->width, steps->height);
  cli_frame(canvas, panel, 1, PALE);
  panel.x += panel.width + GAP;
  cli_paste(canvas, panel, steps->ink, steps->width, steps->height);
  cli_frame(canvas, panel, 1, PALE);
}

lenet_status cli_explain(const char *path, const lenet_image *image, const lenet_reading *reading,
                         lenet_error *error)
{
  lenet_steps steps;
  lenet_status status = lenet_image_steps(image, &steps, error);
  if (status == LENET_NO_DIGIT) { /* of one tone: nothing but the picture to show */
    steps = (lenet_steps){.width = 0};
    status = LENET_OK;
  }
  if (status != LENET_OK)
    return status;
  const cli_box panel = panel_at(GAP, GAP, image);
  int width = 3 * panel.width + 4 * GAP;
  width = width > 6 * TILE + GAP ? width : 6 * TILE + GAP;
  const int across = (width - GAP) / TILE, foot = panel.height + 2 * GAP;
  cli_canvas canvas;
  if (!cli_canvas_make(&canvas, width, foot + tile_rows(reading, across) * TILE_HEIGHT)) {
    lenet_steps_free(&steps);
    *error = (lenet_error){LENET_NO_MEMORY, -1, "no memory to draw the steps"};
    return LENET_NO_MEMORY;
  }
  if (steps.ink != NULL)
    draw_panels(&canvas, image, &steps, reading);
  else
    cli_paste(&canvas, panel, image->pixels, image->width, image->height);
  draw_tiles(&canvas, foot, across, reading);
  cli_hold_stop(true);
  status = lenet_image_write_png(path, canvas.pixels, canvas.width, canvas.height, 3, error);
  if (status == LENET_OK)
    status = set_mark(path, error);
  cli_hold_stop(false);
  cli_canvas_free(&canvas);
  lenet_steps_free(&steps);
  return status;
}
