/* predict.c - from a picture to its one digit. */
#include "lenet.h"

#include "image/digit.h"
#include "read/reader.h"

#include <string.h>

static lenet_status ask(lenet_reader *reader, const uint8_t digit[28 * 28], lenet_prediction *made,
                        lenet_error *error)
{
  int classes = lenet_model_layout(reader->digits)->classes;
  lenet_status status =
      lenet_classify(reader->digits_session, digit, 28, 28, 1, made->scores, error);
  if (status == LENET_OK && classes == LENET_READER_SCORES) {
    made->none = made->scores[LENET_NONDIGIT];
    classes = LENET_NONDIGIT;
  } else if (status == LENET_OK && classes == LENET_READER_SCORES - 1 && reader->none) {
    lenet_real scores[LENET_READER_SCORES];
    status = lenet_classify(reader->none_session, digit, 28, 28, 1, scores, error);
    made->none = status == LENET_OK ? scores[LENET_NONDIGIT] : 0;
  }
  for (int k = 1; status == LENET_OK && k < classes; k++)
    if (made->scores[k] > made->scores[made->digit])
      made->digit = k;
  return status;
}

lenet_status lenet_predict(lenet_reader *reader, const lenet_image *image,
                           lenet_prediction *prediction, lenet_error *error)
{
  lenet_found_digit found;
  lenet_prediction made = {0};
  lenet_status status = lenet_digit_find(image, &found, error);
  if (status == LENET_OK)
    status = ask(reader, found.seen, &made, error);
  if (status != LENET_OK)
    return status;
  made.x = found.x;
  made.y = found.y;
  made.width = found.width;
  made.height = found.height;
  memcpy(made.seen, found.seen, sizeof made.seen);
  made.confidence = made.scores[made.digit];
  *prediction = made;
  return LENET_OK;
}
