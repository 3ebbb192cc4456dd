#include "image/median.h"

#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
  double left = ((const lenet_weighed *)a)->value, right = ((const lenet_weighed *)b)->value;
  return left < right ? -1 : left > right;
}

double lenet_median(lenet_weighed *list, size_t count)
{
  double total = 0, sum = 0;
  for (size_t i = 0; i < count; i++)
    total += list[i].weight;
  qsort(list, count, sizeof *list, by_value);
  for (size_t i = 0; i < count; i++)
    if ((sum += list[i].weight) >= 0.5 * total)
      return list[i].value;
  return 0;
}
