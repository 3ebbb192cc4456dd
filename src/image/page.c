#include "image/page.h"

lenet_status lenet_lines_of_image(const lenet_image *image, lenet_sheet_of_lines *page,
                                  lenet_error *error)
{
  lenet_sheet_of_lines made = {0};
  lenet_status status = lenet_ink_find(image, &made.ink, error);
  if (status == LENET_OK)
    status = lenet_parts_find(&made.ink, &made.parts, error);
  if (status == LENET_OK)
    status = lenet_lines_find(&made.ink, &made.parts, &made.lines, error);
  if (status == LENET_OK)
    *page = made;
  else
    lenet_lines_of_image_free(&made);
  return status;
}

void lenet_lines_of_image_free(lenet_sheet_of_lines *page)
{
  lenet_lines_free(&page->lines);
  lenet_parts_free(&page->parts);
  lenet_ink_free(&page->ink);
}
