/* From a picture that holds one digit to the frame of MNIST: ink, its parts, the largest of them
 * with what is near it, and normalisation. */
#include "image/digit.h"

#include "base/error.h"
#include "image/lines.h"
#include "image/normalise.h"

#include <string.h>

/* The box of a line's parts. */
static void measure(const lenet_ink *ink, const lenet_parts *parts, lenet_found_digit *digit)
{
  int left = ink->width, right = 0, top = ink->height, bottom = 0;
  for (int i = 0; i < parts->count; i++) {
    const lenet_part *p = &parts->part[i];
    if (p->line < 0)
      continue;
    left = p->left < left ? p->left : left;
    right = p->right > right ? p->right : right;
    top = p->top < top ? p->top : top;
    bottom = p->bottom > bottom ? p->bottom : bottom;
  }
  digit->x = left * ink->factor;
  digit->y = top * ink->factor;
  digit->width = (right - left) * ink->factor;
  digit->height = (bottom - top) * ink->factor;
}

static lenet_status find(const lenet_ink *ink, lenet_found_digit *digit, lenet_error *error)
{
  lenet_parts parts = {0};
  lenet_lines lines = {0};
  lenet_found_digit made;
  lenet_status status = lenet_parts_find(ink, LENET_DIGITS, &parts, error);
  if (status == LENET_OK)
    status = lenet_lines_of_largest(ink, &parts, &lines, error);
  if (status == LENET_OK) {
    const lenet_line *line = &lines.line[0];
    measure(ink, &parts, &made);
    if (lenet_normalise(line->value, line->width, line->height, made.seen))
      *digit = made;
    else
      status = lenet_fail(error, LENET_NO_DIGIT, -1, "the picture holds no ink");
  }
  lenet_lines_free(&lines);
  lenet_parts_free(&parts);
  return status;
}

lenet_status lenet_digit_find(const lenet_image *image, lenet_found_digit *digit,
                              lenet_error *error)
{
  lenet_ink ink;
  lenet_status status = lenet_ink_find(image, 1, &ink, error);
  if (status != LENET_OK)
    return status;
  status = find(&ink, digit, error);
  lenet_ink_free(&ink);
  return status;
}

lenet_status lenet_image_to_digit(const lenet_image *image, uint8_t digit[28 * 28],
                                  lenet_error *error)
{
  lenet_found_digit found;
  lenet_status status = lenet_digit_find(image, &found, error);
  if (status == LENET_OK)
    memcpy(digit, found.seen, sizeof found.seen);
  return status;
}
