/* rejection.c - how many answers must be rejected for how few errors: the paper's Fig. 10. */
#include "lenet.h"

#include <stdlib.h>

static int by_margin(const void *one, const void *other)
{
  const float a = ((const lenet_rejection *)one)->margin;
  const float b = ((const lenet_rejection *)other)->margin;
  return (a > b) - (a < b);
}

size_t lenet_rejection_curve(const lenet_answer *answers, size_t count, lenet_rejection *curve)
{
  size_t errors = 0, points = 0;
  for (size_t i = 0; i < count; i++) {
    const bool wrong = answers[i].label != answers[i].answer;
    curve[i] = (lenet_rejection){.margin = answers[i].margin, .errors = wrong};
    errors += wrong;
  }
  if (count == 0) /* qsort takes no NULL, whatever the count */
    return 0;
  qsort(curve, count, sizeof *curve, by_margin);
  /* From here on curve[0 .. points-1] are points, curve[i ...] still single answers. */
  for (size_t i = 0; i < count; i++) {
    const lenet_rejection answer = curve[i];
    if (points == 0 || curve[points - 1].margin != answer.margin)
      curve[points++] = (lenet_rejection){
          .rejected = i, .accepted = count - i, .errors = errors, .margin = answer.margin};
    errors -= answer.errors;
  }
  return points;
}

const lenet_rejection *lenet_rejection_for(const lenet_rejection *curve, size_t points,
                                           double error_rate)
{
  for (size_t i = 0; i < points; i++)
    if ((double)curve[i].errors / (double)curve[i].accepted <= error_rate)
      return &curve[i];
  return NULL;
}
