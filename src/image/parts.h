/* parts.h - connected pieces of ink, and which of them are writing. */
#ifndef LENET_IMAGE_PARTS_H
#define LENET_IMAGE_PARTS_H

#include "image/ink.h"

/* What the writing of a picture is: digits of a hand or a press, which are all about as high and
 * none of them small; or printed text, with dots, dashes and letters of several heights. */
typedef enum lenet_script { LENET_DIGITS, LENET_TEXT } lenet_script;

/* One 8-connected piece of ink. Columns left .. right - 1, rows top .. bottom - 1. */
typedef struct lenet_part {
  int left, top, right, bottom;
  int area;     /* pixels */
  int edge;     /* pixels that have paper, or the end of the picture, above, below or beside them */
  int flat;     /* mean of the ink's `flat`: how dark it is */
  int full;     /* what a fifth of its pixels have of the ink's `value`, at least: full ink */
  int line;     /* the line it stands in, -1: none; see lines.h */
  bool writing; /* false for dirt, ruled lines, borders, dark objects */
  bool minor;   /* of text: low beside those it stands with, as the point of a heading is */
  bool bar;     /* of text: no higher than a stroke is wide, and flat: a dash, a half of = */
} lenet_part;

typedef struct lenet_parts {
  lenet_script script;
  int count;
  lenet_part *part; /* [count] */
  int32_t *label;   /* [ink height][ink width] 0: paper, else 1 + index of the part */
  int digit_height; /* of the writing, in pixels: about the median. Of text about that of x */
} lenet_parts;

/* LENET_NO_DIGIT where none of the parts is writing. */
lenet_status lenet_parts_find(const lenet_ink *ink, lenet_script script, lenet_parts *parts,
                              lenet_error *error);
void lenet_parts_free(lenet_parts *parts);

/* Writing high enough to begin a line: digits, not their bars and dots; letters, not commas or
 * dashes. */
bool lenet_part_is_large(const lenet_parts *parts, const lenet_part *part);

static inline int lenet_part_height(const lenet_part *p) { return p->bottom - p->top; }
static inline double lenet_part_middle_x(const lenet_part *p) { return 0.5 * (p->left + p->right); }
static inline double lenet_part_middle_y(const lenet_part *p) { return 0.5 * (p->top + p->bottom); }

#endif
