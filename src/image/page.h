/* page.h - a picture taken apart down to its lines, before any network is asked. */
#ifndef LENET_IMAGE_PAGE_H
#define LENET_IMAGE_PAGE_H

#include "image/ink.h"
#include "image/lines.h"
#include "image/parts.h"

typedef struct lenet_sheet_of_lines {
  lenet_ink ink;
  lenet_parts parts;
  lenet_lines lines;
} lenet_sheet_of_lines;

/* LENET_NO_DIGIT for a picture of one tone; then, too, there is nothing to be freed. */
lenet_status lenet_lines_of_image(const lenet_image *image, lenet_script script,
                                  lenet_sheet_of_lines *page, lenet_error *error);

/* Lines of text in a picture that may be large: it is shrunk as far as letters allow. */
lenet_status lenet_lines_of_text(const lenet_image *image, lenet_sheet_of_lines *page,
                                 lenet_error *error);
void lenet_lines_of_image_free(lenet_sheet_of_lines *page);

#endif
