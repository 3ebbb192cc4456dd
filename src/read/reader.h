/* reader.h - the networks of a reader, and what they say of pictures. */
#ifndef LENET_READ_READER_H
#define LENET_READ_READER_H

#include "lenet.h"

#include "image/parts.h"
#include "net/sweep.h"

enum {
  LENET_READER_SCORES = 11, /* digits 0 .. 9, and that it is none */
  LENET_TEXT_SCORES = 96    /* characters 32 .. 126, and that it is none */
};

/* One network of a reader. */
typedef struct lenet_namer {
  lenet_model *own; /* a built-in one; NULL where it is the caller's */
  lenet_session *session;
  int classes;
  double say; /* how much it counts for which digit it is; what does not count says only whether it
                 is one */
} lenet_namer;

struct lenet_reader {
  lenet_script script; /* of text there is one network, and lines are cut */
  int scores;          /* LENET_READER_SCORES or LENET_TEXT_SCORES */
  lenet_real *given;   /* what each network says of some pictures */
  int count;
  lenet_namer namer[2];
  lenet_sweep *sweep;   /* of the only network over lines, or NULL: lines are cut */
  lenet_reader *second; /* one that sweeps, asked how sure lines are, or NULL */
};

/* scores [count][reader->scores], which sum to 1, for pictures [count][28][28]. LENET_BAD_ARGUMENT
 * where the networks have other classes than digits, or than characters. */
lenet_status lenet_reader_score(lenet_reader *reader, const uint8_t *pictures, size_t count,
                                float *scores, lenet_error *error);

/* Keeps a box within the picture, and at least a pixel large: rows of a slanted line, and pixels
 * that stand for several of the picture's, may reach beyond. */
void lenet_box_keep_inside(const lenet_image *image, int *x, int *y, int *width, int *height);

#endif
