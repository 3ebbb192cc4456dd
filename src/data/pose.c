#include "data/pose.h"

#include <math.h>
#include <string.h>

/* Those of one digit stand side by side. */
const lenet_skeleton *lenet_skeletons_at(const lenet_skeleton *from, size_t all, uint64_t index,
                                         int *digit, size_t *count)
{
  const lenet_skeleton *end = from + all;
  *digit = (int)(index % 10);
  while (from < end && from->sign != *digit)
    from++;
  const lenet_skeleton *last = from;
  while (last < end && last->sign == *digit)
    last++;
  *count = (size_t)(last - from);
  return from;
}

const lenet_skeleton *lenet_skeleton_choose(lenet_rng *rng, const lenet_skeleton *from,
                                            size_t count)
{
  uint32_t total = 0;
  for (size_t i = 0; i < count; i++)
    total += (uint32_t)from[i].weight;
  int left = (int)lenet_rng_below(rng, total);
  while ((left -= from->weight) >= 0)
    from++;
  return from;
}

/* The shares of the shapes are uniform over all that sum to 1. */
int lenet_skeleton_pose(lenet_rng *rng, const lenet_skeleton *skeleton, double beyond, double shake,
                        lenet_point p[LENET_SKELETON_POINTS])
{
  int points = (int)strlen(skeleton->pen), shapes = skeleton->shapes;
  double share[LENET_SKELETON_SHAPES], sum = 0;
  for (int s = 0; s < shapes; s++)
    sum += share[s] = -log(1 - lenet_rng_uniform(rng));
  for (int s = 0; s < shapes; s++)
    share[s] = 1.0 / shapes + beyond * (share[s] / sum - 1.0 / shapes);
  shake *= lenet_rng_range(rng, 0.4, 1.6);
  for (int i = 0; i < points; i++) {
    /* Two statements: a list leaves open which is drawn first. */
    p[i].x = shake * lenet_rng_normal(rng);
    p[i].y = shake * lenet_rng_normal(rng);
    for (int s = 0; s < shapes; s++) {
      p[i].x += share[s] * skeleton->at[s][i][0];
      p[i].y += share[s] * skeleton->at[s][i][1];
    }
  }
  return points;
}
