/* press.c - pages of print, from their typeface to their scan. */
#include "data/press.h"

#include "base/error.h"

#include <stdlib.h>

static const double LEAST_POINTS = 8, MOST_POINTS = 13;
static const double LEAST_INCHES = 4, MOST_INCHES = 6; /* that a page is wide */
static const double TURNED = 0.005; /* standard deviation of a page's slope, and at most */
static const double MOST_TURNED = 0.02;

enum { LEAST_LINES = 6, MOST_LINES = 18 };

lenet_status lenet_press_open(lenet_font_part part, lenet_press **press, lenet_error *error)
{
  if ((unsigned)part >= LENET_FONT_PARTS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "no such part of the fonts: %d", (int)part);
  lenet_press *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a press");
  lenet_status status = lenet_fonts_open(NULL, part, &made->fonts, error);
  if (status != LENET_OK) {
    lenet_press_free(made);
    return status;
  }
  lenet_normals_prepare(&made->normals);
  *press = made;
  return LENET_OK;
}

void lenet_press_free(lenet_press *press)
{
  if (!press)
    return;
  lenet_fonts_free(press->fonts);
  free(press);
}

static double clamp(double value, double most)
{
  return value < -most ? -most : value > most ? most : value;
}

void lenet_setting_choose(const lenet_press *press, double points, double dpi, lenet_rng *rng,
                          lenet_setting *setting)
{
  const double size = points / 72 * dpi;
  *setting = (lenet_setting){.face = lenet_fonts_choose(press->fonts, rng)};
  setting->type = (lenet_type){
      .size = size,
      .tracking = lenet_rng_below(rng, 4) == 0 ? lenet_rng_range(rng, -0.02, 0.06) : 0,
      .spread = dpi / 72 * lenet_rng_range(rng, -0.06, 0.1),
      .turn = clamp(TURNED * lenet_rng_normal(rng), MOST_TURNED),
  };
  setting->margin = dpi * lenet_rng_range(rng, 0.25, 0.6);
  setting->leading = lenet_rng_range(rng, 1.12, 1.6);
  setting->justified = lenet_rng_below(rng, 3) == 0;
}

lenet_status lenet_press_page(lenet_press *press, int dpi, uint64_t seed, uint64_t index,
                              lenet_print_page *page, lenet_error *error)
{
  if (dpi < LENET_PRINT_LEAST_DPI || dpi > LENET_PRINT_MOST_DPI)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "print is scanned with %d to %d pixels an inch", (int)LENET_PRINT_LEAST_DPI,
                      (int)LENET_PRINT_MOST_DPI);
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_PRESS, index);
  lenet_setting setting;
  lenet_set_page set;
  lenet_setting_choose(press, lenet_rng_range(&rng, LEAST_POINTS, MOST_POINTS), dpi, &rng,
                       &setting);
  setting.width = (int)(dpi * lenet_rng_range(&rng, LEAST_INCHES, MOST_INCHES));
  setting.lines = LEAST_LINES + (int)lenet_rng_below(&rng, MOST_LINES - LEAST_LINES + 1);
  const lenet_scan scan = lenet_scan_choose(dpi, &rng);
  lenet_status status = lenet_press_set(press, &setting, false, &rng, &set, error);
  if (status != LENET_OK)
    return status;
  status = lenet_scan_make(&scan, &press->normals, &rng, set.width, set.height, set.ink, error);
  if (status == LENET_OK) {
    *page = (lenet_print_page){set.width,         set.height,     set.ink,
                               scan.jpeg_quality, set.line_count, set.line};
    set.ink = NULL;
    set.line = NULL;
  }
  lenet_set_page_free(&set);
  return status;
}

void lenet_print_page_free(lenet_print_page *page)
{
  for (int i = 0; page->line && i < page->line_count; i++) {
    free(page->line[i].text);
    free(page->line[i].box);
  }
  free(page->line);
  free(page->pixels);
  *page = (lenet_print_page){0};
}
