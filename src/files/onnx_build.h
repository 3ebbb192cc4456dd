/* onnx_build.h - a graph in the making: what the structs of protobuf-c point to, and what is added.
 */
#ifndef LENET_FILES_ONNX_BUILD_H
#define LENET_FILES_ONNX_BUILD_H

#include "base/number.h"
#include "files/model_file.h"
#include "files/onnx.h"

#if LENET_HAVE_ONNX

/* An S row with the scaled tanh takes the most: eight nodes and four arrays. */
enum {
  MAX_NODES = LENET_MAX_ROWS * 8 + 4,
  MAX_TENSORS = LENET_MAX_ROWS * 4 + 8,
  MAX_NODE_NAME = 32,
  /* Bytes of the arrays that are no parameters: maps that S rows gather, codes, single numbers. */
  MAX_CONSTANTS = LENET_MAX_ROWS * (LENET_MAX_MAPS + 16) * 8 + 10 * LENET_CODE_CELLS * 4
};

/* The structs of protobuf-c hold pointers to all that they consist of: here is what these point to.
 */
typedef struct attribute_room {
  onnx_attribute proto;
  int64_t ints[4];
} attribute_room;

typedef struct node_room {
  onnx_node proto;
  char name[MAX_NODE_NAME];
  char *input[4], *output[1];
  attribute_room attribute[3];
  onnx_attribute *attributes[3];
} node_room;

typedef struct tensor_room {
  onnx_tensor proto;
  char name[LENET_TENSOR_NAME];
  int64_t dims[LENET_TENSOR_DIMS];
} tensor_room;

typedef struct value_room {
  onnx_value proto;
  LenetOnnx__TypeProto type;
  LenetOnnx__TypeProto__Tensor tensor;
  LenetOnnx__TensorShapeProto shape;
  LenetOnnx__TensorShapeProto__Dimension dim[4], *dims[4];
} value_room;

typedef struct onnx_builder {
  const lenet_model *model;
  onnx_model proto;
  onnx_graph graph;
  LenetOnnx__OperatorSetIdProto opset, *opsets[1];
  node_room node[MAX_NODES];
  onnx_node *nodes[MAX_NODES];
  tensor_room tensor[MAX_TENSORS];
  onnx_tensor *tensors[MAX_TENSORS];
  value_room input, output[2];
  onnx_value *inputs[1], *outputs[2];
  onnx_note note[LENET_MAX_NOTES + 4], *notes[LENET_MAX_NOTES + 4];
  char notation[LENET_MAX_NOTATION], number[2][LENET_NUMBER_TEXT];
  uint8_t *data; /* of the tensors, one behind the other */
  size_t data_used;
  const char *value; /* what the nodes so far give */
  bool flat;         /* it is [N, units] */
} onnx_builder;

/* protobuf-c's strings are not const, but packing only reads them. */
char *lenet_onnx_text(const char *constant);

/* Each adds an array and returns its name: `factor` times the numbers; one number, of which a graph
 * has one array however often it is used; 64-bit integers; the weights or biases of a row, [maps,
 * 1, 1] those of an S row, which meet [N, maps, rows, columns]. */
const char *lenet_onnx_add_floats(onnx_builder *b, const char *name, int dims, const size_t *shape,
                                  const lenet_real *numbers, float factor);
const char *lenet_onnx_add_number(onnx_builder *b, const char *name, float number);
const char *lenet_onnx_add_integers(onnx_builder *b, const char *name, size_t count,
                                    const int64_t *numbers);
const char *lenet_onnx_add_parameters(onnx_builder *b, int row, bool bias, float factor);

/* Adds a node called LAYER or LAYER/PART that reads the values behind `part`, up to a NULL; what it
 * gives is the new b->value. */
void lenet_onnx_add_node(onnx_builder *b, const char *operation, const char *layer,
                         const char *part, ...);

/* Gives the last node an attribute: `count` times the same integer, or one. */
void lenet_onnx_add_list(onnx_builder *b, const char *name, size_t count, int64_t number);
void lenet_onnx_add_integer(onnx_builder *b, const char *name, int64_t number);

#endif
#endif
