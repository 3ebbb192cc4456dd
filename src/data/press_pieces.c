/* press_pieces.c - what a reader of print must tell apart: whole characters, and all other pieces
 * that lines of them can be cut into. Some lines are printed, scanned, and go the way of any
 * picture; who owns which ink is known. */
#include "data/press.h"

#include "base/error.h"
#include "image/encode.h"
#include "image/page.h"

#include <math.h>

static const double KEPT = 0.25; /* of what is no character */
static const double LEAST_DPI = 76, MOST_DPI = 320;
static const double LEAST_POINTS = 7.5, MOST_POINTS = 14;
static const double JUMBLED = 0.45;  /* so that rare characters are as well learned */
static const double CHARACTERS = 34; /* that a line has room for, about */

enum { LINES = 3, NONE = 95 };

static lenet_status print(const lenet_press *press, lenet_rng *rng, lenet_set_page *page,
                          lenet_error *error)
{
  lenet_setting setting;
  const double dpi = LEAST_DPI * pow(MOST_DPI / LEAST_DPI, lenet_rng_uniform(rng));
  lenet_setting_choose(press, lenet_rng_range(rng, LEAST_POINTS, MOST_POINTS), dpi, rng, &setting);
  setting.margin = setting.type.size;
  setting.width = (int)((0.5 * CHARACTERS + 2) * setting.type.size);
  setting.lines = LINES;
  setting.jumbled = JUMBLED;
  const lenet_scan scan = lenet_scan_choose(dpi, rng);
  lenet_status status = lenet_press_set(press, &setting, true, rng, page, error);
  if (status != LENET_OK)
    return status;
  status =
      lenet_scan_make(&scan, &press->normals, rng, page->width, page->height, page->ink, error);
  if (status == LENET_OK && scan.jpeg_quality > 0)
    status = lenet_through_jpeg(scan.jpeg_quality, page->width, page->height, page->ink, error);
  if (status != LENET_OK)
    lenet_set_page_free(page);
  return status;
}

lenet_status lenet_press_pieces(lenet_press *press, uint64_t seed, uint64_t index, size_t most,
                                size_t *count, uint8_t *pictures, uint8_t *labels,
                                lenet_error *error)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_PRESS_PIECES, index);
  lenet_set_page page;
  lenet_sheet_of_lines read = {0};
  size_t made = 0;
  lenet_status status = print(press, &rng, &page, error);
  if (status != LENET_OK)
    return status;
  const lenet_image image = {page.width, page.height, page.ink};
  status = lenet_lines_of_image(&image, LENET_TEXT, &read, error);
  const lenet_owners owners = {page.width, page.height, page.owner, page.prints, page.label};
  lenet_piece_store store = {most, &made, pictures, labels};
  for (int i = 0; status == LENET_OK && i < read.lines.count; i++)
    status = lenet_owners_pieces(&owners, &read.lines.line[i], NONE, KEPT, &rng, &store, error);
  lenet_lines_of_image_free(&read);
  lenet_set_page_free(&page);
  if (status != LENET_OK && status != LENET_NO_DIGIT)
    return status;
  *count = made;
  return LENET_OK;
}
