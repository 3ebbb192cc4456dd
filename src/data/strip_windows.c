/* strip_windows.c - what a network that is swept over a line must tell apart: that a digit stands
 * in the middle of its window, or that none does. What stands beside it stays in sight (LeCun et
 * al. 1998, section VIII). */
#include "lenet.h"

#include "data/met_strings.h"
#include "image/strip.h"

#include <math.h>
#include <string.h>

enum { SIDE = LENET_STRIP_ROWS };

/* Pixels of the strip, from the window's middle to that of a digit's box. */
static const double NEAR = 2;     /* up to here it is that digit, */
static const double AHEAD = 2;    /* if it is nearer than any other by so much */
static const double FAR = 4;      /* from here on it is none, */
static const double BETWEEN = 1;  /* or where two are as far, up to so much */
static const double DIGITS = 0.3; /* of the windows on a digit that are kept, */
static const double NONE = 0.12;  /* and of those on none */

/* Of the window whose middle is column `middle` of the strip: a digit, LENET_NONDIGIT, or -1 for
 * neither one nor the other. */
static int label_of(const lenet_inked_string *d, const lenet_line *line, const lenet_strip *strip,
                    double middle)
{
  double first = HUGE_VAL, second = HUGE_VAL;
  int nearest = 0;
  for (int i = 0; i < d->count; i++) {
    double centre = d->box[i].x + 0.5 * d->box[i].width - line->left;
    double away = fabs(LENET_STRIP_MARGIN + centre * strip->scale - middle);
    if (away < first) {
      second = first;
      first = away;
      nearest = i;
    } else if (away < second) {
      second = away;
    }
  }
  if (first <= NEAR && second - first >= AHEAD)
    return d->label[nearest];
  return first >= FAR || (first > NEAR && second - first <= BETWEEN) ? LENET_NONDIGIT : -1;
}

static void take_windows(const lenet_inked_string *d, const lenet_line *line,
                         const lenet_strip *strip, lenet_rng *rng, size_t most, size_t *count,
                         uint8_t *pictures, uint8_t *labels)
{
  for (int x = 0; x + SIDE <= strip->width && *count < most; x++) {
    int label = label_of(d, line, strip, x + 0.5 * SIDE);
    if (label < 0 || lenet_rng_uniform(rng) >= (label < LENET_NONDIGIT ? DIGITS : NONE))
      continue;
    for (size_t y = 0; y < SIDE; y++)
      memcpy(pictures + (*count * SIDE + y) * SIDE, strip->value + y * (size_t)strip->width + x,
             SIDE);
    labels[(*count)++] = (uint8_t)label;
  }
}

lenet_status lenet_windows_make(const lenet_samples *digits, uint64_t seed, uint64_t index,
                                size_t most, size_t *count, uint8_t *pictures, uint8_t *labels,
                                lenet_error *error)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_WINDOWS, index);
  lenet_met_string met;
  lenet_strip strip = {0};
  size_t made = 0;
  lenet_status status = lenet_met_string_make(digits, &rng, seed, index, &met, error);
  if (status != LENET_OK)
    return status;
  if (met.lines.count == 1) /* of a string that fell apart no one knows what is in which line */
    status = lenet_strip_make(&met.lines.line[0], &strip, error);
  if (status == LENET_OK && met.lines.count == 1)
    take_windows(&met.drawn, &met.lines.line[0], &strip, &rng, most, &made, pictures, labels);
  if (status == LENET_OK)
    *count = made;
  lenet_strip_free(&strip);
  lenet_met_string_free(&met);
  return status;
}
