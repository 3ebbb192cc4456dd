/* reject.c - which confidence goes with which error. */
#include "lenet.h"

#include <stddef.h>

/* Of the answers with at least this confidence so many were wrong. Measured with the built-in
 * networks on images that neither learned from, the last 5,000 for training of MNIST: digits one by
 * one, and 20,000 strings of 1 to 10 of them with gaps of -1 to 4 pixels (docs/reading.md). By
 * falling error. */
typedef struct mark {
  double error, digit, line;
} mark;

static const mark marks[] = {
    {0.05, 0, 0},      {0.02, 0, 0.290},      {0.01, 0, 0.682},
    {0.005, 0, 0.879}, {0.002, 0.396, 0.982}, {0.001, 0.925, 0.994},
};

double lenet_reject_threshold(bool lines, double error)
{
  const size_t count = sizeof marks / sizeof *marks;
  if (!(error < marks[0].error))
    return 0;
  for (size_t i = 1; i < count; i++) {
    const mark *more = &marks[i - 1], *less = &marks[i];
    if (error < less->error)
      continue;
    double part = (more->error - error) / (more->error - less->error);
    double from = lines ? more->line : more->digit, to = lines ? less->line : less->digit;
    return from + part * (to - from);
  }
  return lines ? marks[count - 1].line : marks[count - 1].digit;
}
