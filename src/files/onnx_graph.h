/* onnx_graph.h - a graph from an ONNX file, walked from its input node by node. */
#ifndef LENET_FILES_ONNX_GRAPH_H
#define LENET_FILES_ONNX_GRAPH_H

#include "files/onnx.h"

#if LENET_HAVE_ONNX

/* Where a row's weights and biases are. */
typedef struct onnx_parameters {
  const onnx_tensor *weight, *bias; /* bias NULL: 0 */
  bool transposed;                  /* weight of a dense row: [inputs, units] */
  bool channels_last;               /* its inputs are in the order [rows, columns, maps] */
  int divisor;                      /* S: the weight is this many times the coefficient */
} onnx_parameters;

typedef struct onnx_reader {
  const char *path;
  const onnx_model *model;
  const onnx_graph *graph;
  lenet_error *error;
  long long opset;
  bool *used;         /* [nodes] */
  const char *value;  /* what the nodes taken so far give */
  bool flat;          /* it is [N, units] */
  bool channels_last; /* else it is [N, rows, columns, maps], not [N, maps, rows, columns] */
  bool flat_last;     /* flat, and its units are in the order [rows, columns, maps] */
  bool ended;         /* a softmax was met */
  const char *fault;  /* why lenet_onnx_input gave NULL the last time */
  lenet_network network;
  lenet_layout layout; /* of the rows so far */
  onnx_parameters parameters[LENET_MAX_ROWS];
} onnx_reader;

/* Reads and checks the bytes. What comes back goes through lenet_onnx__model_proto__free_unpacked.
 */
lenet_status lenet_onnx_read(const char *path, onnx_model **model, lenet_error *error);

/* Failures with the path, and the node where one is given. */
lenet_status lenet_onnx_bad(const onnx_reader *reader, const onnx_node *node, const char *format,
                            ...) __attribute__((format(printf, 3, 4)));
lenet_status lenet_onnx_refuse(const onnx_reader *reader, const onnx_node *node, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));

/* Strings that are missing are NULL in the structs. */
bool lenet_onnx_is(const char *text, const char *wanted);

/* The one node not taken yet that reads `value`, or NULL where there is none or are several. */
const onnx_node *lenet_onnx_peek(const onnx_reader *reader, const char *value);
/* The node behind reader->value is no other than this: reader->value becomes what it gives. */
lenet_status lenet_onnx_take(onnx_reader *reader, const onnx_node *node);
/* The node that gives `value`, or NULL; it is taken. */
const onnx_node *lenet_onnx_source(onnx_reader *reader, const char *value);

/* An integer attribute, or `otherwise`. */
int64_t lenet_onnx_integer(const onnx_node *node, const char *name, int64_t otherwise);
float lenet_onnx_float(const onnx_node *node, const char *name, float otherwise);
/* True where a list of integers is missing, or has `count` times `wanted`. */
bool lenet_onnx_all(const onnx_node *node, const char *name, size_t count, int64_t wanted);
/* A list of `count` equal integers: that integer, or `otherwise` where it is missing, -1 where it
 * is another list. */
int64_t lenet_onnx_even(const onnx_node *node, const char *name, size_t count, int64_t otherwise);
const onnx_attribute *lenet_onnx_attribute(const onnx_node *node, const char *name);

/* The array that is input `index` of the node, or of one of its two inputs that which is not
 * reader->value: an initializer or a constant, its size checked. NULL where there is none, and
 * reader->fault says why. */
const onnx_tensor *lenet_onnx_input(onnx_reader *reader, const onnx_node *node, size_t index);
const onnx_tensor *lenet_onnx_other(onnx_reader *reader, const onnx_node *node);
size_t lenet_onnx_count(const onnx_tensor *tensor);
/* Number `index` of an array of floats. */
float lenet_onnx_number(const onnx_tensor *tensor, size_t index);
bool lenet_onnx_is_float(const onnx_tensor *tensor);
/* Writes up to `most` integers of a list, and returns how many it has; 0 where it is none. */
size_t lenet_onnx_integers(const onnx_tensor *tensor, size_t most, int64_t *integers);

#endif
#endif
