/* onnx_rows.h - what each operation of ONNX becomes in a network. */
#ifndef LENET_FILES_ONNX_ROWS_H
#define LENET_FILES_ONNX_ROWS_H

#include "files/onnx_graph.h"

#if LENET_HAVE_ONNX

/* Of one picture, once the rows so far have made what they make. */
typedef struct lenet_onnx_shape {
  int maps, rows, columns;
} lenet_onnx_shape;

lenet_onnx_shape lenet_onnx_shape_of(const onnx_reader *reader);

/* Adds a row; `node` is named where it does not fit. */
lenet_status lenet_onnx_push(onnx_reader *reader, const onnx_node *node, lenet_row row,
                             onnx_parameters parameters);

/* Each takes `node`, which reads reader->value, and those behind it that belong to it. */
lenet_status lenet_onnx_conv(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_dense(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_pool(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_gather(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_activation(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_mul(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_softmax(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_rbf(onnx_reader *reader, const onnx_node *reshape);

/* These change the order of the same numbers, or nothing (onnx_order.c). */
lenet_status lenet_onnx_flatten(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_reshape(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_squeeze(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_transpose(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_pad(onnx_reader *reader, const onnx_node *node);
lenet_status lenet_onnx_keep(onnx_reader *reader, const onnx_node *node);

#endif
#endif
