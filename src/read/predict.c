/* read.c - from a picture to its digit: the only place that joins pictures and networks. */
#include "lenet.h"

#include "base/error.h"

lenet_status lenet_predict(lenet_session *session, const lenet_image *image,
                           lenet_prediction *prediction, lenet_error *error)
{
  uint8_t digit[28 * 28];
  lenet_prediction made = {0};
  lenet_status status = lenet_image_to_digit(image, digit, error);
  if (status == LENET_OK)
    status = lenet_classify(session, digit, 28, 28, 1, made.scores, error);
  if (status != LENET_OK)
    return status;
  for (int k = 1; k < LENET_MAX_CLASSES; k++)
    if (made.scores[k] > made.scores[made.digit])
      made.digit = k;
  made.confidence = made.scores[made.digit];
  *prediction = made;
  return LENET_OK;
}
