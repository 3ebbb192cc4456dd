/* straight.h - straight lines of ink, level within a few degrees: ruled lines, and long strokes. */
#ifndef LENET_IMAGE_STRAIGHT_H
#define LENET_IMAGE_STRAIGHT_H

#include "lenet.h"

enum { LENET_MOST_STRAIGHT = 200 };

/* A picture as it is, or transposed, where upright lines are level. */
typedef struct lenet_sheet {
  int width, height;
  uint8_t *mask, *flat, *tones; /* [height][width]; see ink.h */
} lenet_sheet;

/* y = at + slope (x - width / 2), and what it is like. */
typedef struct lenet_straight {
  double at, slope;
  double thick, dark; /* medians over its runs: pixels, and `flat` of the ink */
  int first, last;    /* columns of its first and its last run */
  double filled;      /* the part of the columns between them that have ink there */
  bool rule;          /* a ruled line, no stroke: see ruled.c */
} lenet_straight;

/* A run of ink in one column. */
typedef struct lenet_run {
  int x, top, bottom; /* rows top .. bottom - 1 */
  int dark;           /* the most of `flat` in it */
  int line;           /* that it is a piece of; -1: none, or a stroke across one */
} lenet_run;

typedef struct lenet_straights {
  int count;
  lenet_straight line[LENET_MOST_STRAIGHT];
  size_t runs;
  lenet_run *run; /* [runs] column by column; none is thicker than a rule */
} lenet_straights;

/* What is as long as a third of the width, all pieces together, and no part of them far darker or
 * thicker than the rest. */
lenet_status lenet_straight_find(const lenet_sheet *sheet, lenet_straights *found,
                                 lenet_error *error);
void lenet_straight_free(lenet_straights *found);

/* The row of a line in a column of a picture as wide as that. */
static inline double lenet_straight_y(const lenet_straight *line, int width, double x)
{
  return line->at + line->slope * (x - 0.5 * width);
}

/* Of what is darker than a line by more than this the line is no part. */
#define LENET_STRAIGHT_DARKER 1.35

#endif
