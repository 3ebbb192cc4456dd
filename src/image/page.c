#include "image/page.h"

#include "base/error.h"
#include "image/median.h"

#include <math.h>
#include <stdlib.h>

static const double FEW_PIXELS = 200000; /* with which a page of text is looked at first */
enum { MOST_SHRUNK = 3 };                /* the first time */
static const double LEAST_X = 8;         /* pixels of x-height that are to be left */

static lenet_status find_lines(const lenet_image *image, lenet_script script, int factor,
                               lenet_sheet_of_lines *page, lenet_error *error)
{
  lenet_sheet_of_lines made = {0};
  lenet_status status = lenet_ink_find(image, factor, &made.ink, error);
  if (status == LENET_OK)
    status = lenet_parts_find(&made.ink, script, &made.parts, error);
  if (status == LENET_OK)
    status = lenet_lines_find(&made.ink, script, &made.parts, &made.lines, error);
  if (status == LENET_OK)
    *page = made;
  else
    lenet_lines_of_image_free(&made);
  return status;
}

lenet_status lenet_lines_of_image(const lenet_image *image, lenet_script script,
                                  lenet_sheet_of_lines *page, lenet_error *error)
{
  return find_lines(image, script, 1, page, error);
}

/* How far the picture may be shrunk so that x keeps LEAST_X pixels, going by the median of all
 * lines. */
static lenet_status factor_for(const lenet_sheet_of_lines *page, int *factor, lenet_error *error)
{
  lenet_weighed *list = malloc(((size_t)page->lines.count + 1) * sizeof *list);
  if (!list)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  for (int i = 0; i < page->lines.count; i++)
    list[i] = (lenet_weighed){page->lines.line[i].text.x_height, page->lines.line[i].width};
  const double x_height = lenet_median(list, (size_t)page->lines.count);
  free(list);
  *factor = (int)(page->ink.factor * x_height / LEAST_X);
  return LENET_OK;
}

lenet_status lenet_lines_of_text(const lenet_image *image, lenet_sheet_of_lines *page,
                                 lenet_error *error)
{
  const double few = sqrt(image->width * (double)image->height / FEW_PIXELS);
  const int first = few < MOST_SHRUNK ? (int)few : MOST_SHRUNK;
  if (first <= 1)
    return find_lines(image, LENET_TEXT, 1, page, error);
  lenet_sheet_of_lines made = {0};
  int factor = 1;
  lenet_status status = find_lines(image, LENET_TEXT, first, &made, error);
  if (status == LENET_OK)
    status = factor_for(&made, &factor, error);
  if (status == LENET_OK && factor >= made.ink.factor) {
    *page = made;
    return LENET_OK;
  }
  lenet_lines_of_image_free(&made);
  if (status != LENET_OK && status != LENET_NO_DIGIT)
    return status;
  return find_lines(image, LENET_TEXT, factor > 1 ? factor : 1, page, error);
}

void lenet_lines_of_image_free(lenet_sheet_of_lines *page)
{
  lenet_lines_free(&page->lines);
  lenet_parts_free(&page->parts);
  lenet_ink_free(&page->ink);
}
