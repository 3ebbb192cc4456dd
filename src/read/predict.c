/* predict.c - from a picture to its one digit. */
#include "lenet.h"

#include "base/error.h"
#include "image/digit.h"
#include "read/reader.h"

#include <string.h>

/* A network for other things than digits answers alone, and no one knows what is none of them. */
static lenet_status ask_alone(lenet_namer *namer, lenet_prediction *made, lenet_error *error)
{
  return lenet_classify(namer->session, made->seen, 28, 28, 1, made->scores, error);
}

static lenet_status ask(lenet_reader *reader, lenet_prediction *made, lenet_error *error)
{
  lenet_namer *last = &reader->namer[reader->count - 1];
  const bool digits = last->classes == LENET_NONDIGIT || last->classes == LENET_READER_SCORES;
  const int classes = digits ? LENET_NONDIGIT : last->classes;
  float scores[LENET_READER_SCORES];
  lenet_status status = digits ? lenet_reader_score(reader, made->seen, 1, scores, error)
                               : ask_alone(last, made, error);
  if (status != LENET_OK)
    return status;
  for (int k = 0; digits && k < classes; k++)
    made->scores[k] = (lenet_real)scores[k];
  made->none = digits ? (lenet_real)scores[LENET_NONDIGIT] : 0;
  for (int k = 1; k < classes; k++)
    if (made->scores[k] > made->scores[made->digit])
      made->digit = k;
  made->confidence = made->scores[made->digit];
  return LENET_OK;
}

lenet_status lenet_predict(lenet_reader *reader, const lenet_image *image,
                           lenet_prediction *prediction, lenet_error *error)
{
  lenet_found_digit found;
  lenet_prediction made = {0};
  if (reader->script == LENET_TEXT)
    return lenet_fail(error, LENET_UNSUPPORTED, -1,
                      "the reader is for lines of text, not for one digit");
  lenet_status status = lenet_digit_find(image, &found, error);
  if (status != LENET_OK)
    return status;
  made.x = found.x;
  made.y = found.y;
  made.width = found.width;
  made.height = found.height;
  lenet_box_keep_inside(image, &made.x, &made.y, &made.width, &made.height);
  memcpy(made.seen, found.seen, sizeof made.seen);
  status = ask(reader, &made, error);
  if (status == LENET_OK)
    *prediction = made;
  return status;
}
