/* onnx.h - what the writer and the reader of ONNX files share.
 *
 * Files are of the ONNX operator set 13 and intermediate representation 7, float32. The structs of
 * lenet_onnx.pb-c.h are made from onnx.proto when lenet is built. See https://onnx.ai/onnx/intro.
 */
#ifndef LENET_FILES_ONNX_H
#define LENET_FILES_ONNX_H

#include "lenet.h"

#if LENET_HAVE_ONNX
#include <lenet_onnx.pb-c.h>

typedef LenetOnnx__ModelProto onnx_model;
typedef LenetOnnx__GraphProto onnx_graph;
typedef LenetOnnx__NodeProto onnx_node;
typedef LenetOnnx__AttributeProto onnx_attribute;
typedef LenetOnnx__TensorProto onnx_tensor;
typedef LenetOnnx__ValueInfoProto onnx_value;
typedef LenetOnnx__StringStringEntryProto onnx_note;

enum { LENET_ONNX_IR = 7, LENET_ONNX_OPSET = 13 };

/* Numbers that stand in a graph: those of 1.7159 tanh(2a/3), and what units with targets are
 * multiplied by before their softmax (lenet_classify). */
#define LENET_ONNX_SCALE_IN ((float)(2.0 / 3.0))
#define LENET_ONNX_SCALE_OUT 1.7159f
#define LENET_ONNX_TARGET_SCALE 4.0f

#endif
#endif
