/* curve.c - the error-reject curve in as many points as a figure needs. */
#include "curve.h"

double cli_accepted_error(const lenet_rejection *point)
{
  return (double)point->errors / (double)point->accepted;
}

double cli_rejected(const lenet_rejection *point)
{
  return (double)point->rejected / (double)(point->rejected + point->accepted);
}

/* Of MOST places the i-th is at (i / MOST)^2 of all. */
size_t cli_thin_curve(const lenet_rejection *curve, size_t points, size_t samples,
                      size_t place[CLI_CURVE_POINTS])
{
  enum { MOST = CLI_CURVE_POINTS - 1 };
  size_t kept = 0;
  int next = 0;
  for (size_t i = 0; i < points; i++) {
    const double rejected = (double)curve[i].rejected / (double)samples;
    const double wanted = (double)next / MOST;
    if (points > CLI_CURVE_POINTS && i + 1 < points && rejected < wanted * wanted)
      continue;
    while (rejected >= (double)next / MOST * next / MOST)
      next++;
    place[kept++] = i;
  }
  return kept;
}
