/* ccode.h - a model as C for small chips: what lenet_model_save_c works out before it writes. */
#ifndef LENET_FILES_CCODE_H
#define LENET_FILES_CCODE_H

#include "net/quantized.h"

#include <stdio.h>

/* A file of src/files/ccode_runtime, line by line, as the build puts it in. */
typedef struct lenet_ccode_text {
  const char *name;
  const char *const *lines; /* NULL-terminated */
} lenet_ccode_text;

extern const lenet_ccode_text lenet_ccode_texts[]; /* ended by a name of NULL */

/* What lies between two rows of the network: lines of [column][map] cells. */
typedef struct lenet_ccode_lines {
  int maps, rows, columns, border; /* rows and columns: border included */
  int need, drop; /* lines that the row behind reads for one of its own, and is done with then */
  int pitch;      /* cells in a line */
  size_t size;    /* cells, with those behind the last line that a kernel may look at */
  size_t at;      /* cells, from the start of the workspace */
} lenet_ccode_lines;

/* A model to be written. Step i of `net` reads lines i. The first `streams` steps make their lines
 * one by one, together; behind them each of the others, all dense, runs as a whole. */
typedef struct lenet_ccode {
  const lenet_model *model;
  bool int8;
  const lenet_quantized *net; /* steps and bytes; their integers where `int8` */
  lenet_quantized shape;      /* what `net` is where floats are written: steps, bytes, no numbers */
  int streams;
  lenet_ccode_lines lines[LENET_MAX_ROWS];
  int rows, columns; /* of the pictures: 28x28 where the network's input has room for that */
  size_t cell;       /* bytes of a cell */
  lenet_c_sizes sizes;
} lenet_ccode;

/* Fills in everything from the model and, or NULL, its integers. Fails as lenet_model_save_c does.
 */
lenet_status lenet_ccode_plan(lenet_ccode *code, const lenet_model *model,
                              const lenet_quantized *quantized, lenet_error *error);

/* Maps that a step makes. */
int lenet_ccode_maps(const lenet_ccode *code, int step);
/* Pairs of weights in a line of a kernel, and such lines. A dense row is a kernel of one line. */
int lenet_ccode_pairs(const lenet_ccode *code, int step);
int lenet_ccode_kernel_lines(const lenet_ccode *code, int step);
/* True for a step that is written as a convolution. */
bool lenet_ccode_is_conv(const lenet_ccode *code, int step);
lenet_int8_pool lenet_ccode_pool(const lenet_ccode *code, int step);
/* True for the last step of a network of 1998 in floats, which has codes in place of weights. */
bool lenet_ccode_has_codes(const lenet_ccode *code, int step);

/* The numbers of step `step`, as C. `name` begins the names of its arrays. */
void lenet_ccode_print_numbers(FILE *out, const lenet_ccode *code, int step, const char *name);
/* A number as a constant of C: "127", or in floats "1.50000e+00f". */
void lenet_ccode_print_number(FILE *out, const lenet_ccode *code, double number);

#endif
