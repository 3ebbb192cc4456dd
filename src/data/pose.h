/* pose.h - one skeleton of several, and one of its many forms. */
#ifndef LENET_DATA_POSE_H
#define LENET_DATA_POSE_H

#include "data/pen.h"
#include "data/skeletons.h"

/* The skeletons of sample `index`, whose digit is the index modulo 10: any stretch is balanced. */
const lenet_skeleton *lenet_skeletons_at(const lenet_skeleton *from, size_t all, uint64_t index,
                                         int *digit, size_t *count);

/* One of `count` skeletons, each as often as its weight says. */
const lenet_skeleton *lenet_skeleton_choose(lenet_rng *rng, const lenet_skeleton *from,
                                            size_t count);

/* A random blend of the skeleton's shapes, which reaches `beyond` times as far as they do, its
 * points shaken with the spread `shake` in the skeleton's lengths. Returns how many points. */
int lenet_skeleton_pose(lenet_rng *rng, const lenet_skeleton *skeleton, double beyond, double shake,
                        lenet_point p[LENET_SKELETON_POINTS]);

#endif
