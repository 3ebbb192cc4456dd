/* digit.c - from a picture that holds one digit to the frame of MNIST: ink, its parts, the largest of
 * them with what is near it, and normalisation. */
#include "lenet.h"

#include "base/error.h"
#include "image/lines.h"
#include "image/normalise.h"

static lenet_status to_digit(const lenet_ink *ink, uint8_t digit[28 * 28], lenet_error *error)
{
  lenet_parts parts = {0};
  lenet_lines lines = {0};
  lenet_status status = lenet_parts_find(ink, &parts, error);
  if (status == LENET_OK)
    status = lenet_lines_of_largest(ink, &parts, &lines, error);
  if (status == LENET_OK) {
    const lenet_line *line = &lines.line[0];
    if (!lenet_normalise(line->value, line->width, line->height, digit))
      status = lenet_fail(error, LENET_NO_DIGIT, -1, "the picture holds no ink");
  }
  lenet_lines_free(&lines);
  lenet_parts_free(&parts);
  return status;
}

lenet_status lenet_image_to_digit(const lenet_image *image, uint8_t digit[28 * 28],
                                  lenet_error *error)
{
  lenet_ink ink;
  lenet_status status = lenet_ink_find(image, &ink, error);
  if (status != LENET_OK)
    return status;
  status = to_digit(&ink, digit, error);
  lenet_ink_free(&ink);
  return status;
}
