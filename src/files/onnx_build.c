/* onnx_build.c - arrays and nodes of a graph in the making. */
#include "files/onnx_build.h"

#if LENET_HAVE_ONNX

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

char *lenet_onnx_text(const char *constant) { return (char *)constant; }

/* ---- arrays ---- */

static tensor_room *add_tensor(onnx_builder *b, const char *name, int type, int dims,
                               const size_t *shape, size_t bytes)
{
  tensor_room *tensor = &b->tensor[b->graph.n_initializer];
  b->tensors[b->graph.n_initializer++] = &tensor->proto;
  lenet_onnx__tensor_proto__init(&tensor->proto);
  snprintf(tensor->name, sizeof tensor->name, "%s", name);
  tensor->proto.name = tensor->name;
  tensor->proto.has_data_type = tensor->proto.has_raw_data = 1;
  tensor->proto.data_type = type;
  tensor->proto.dims = tensor->dims;
  tensor->proto.n_dims = (size_t)dims;
  for (int i = 0; i < dims; i++)
    tensor->dims[i] = (int64_t)shape[i];
  tensor->proto.raw_data = (ProtobufCBinaryData){.len = bytes, .data = b->data + b->data_used};
  b->data_used += bytes;
  return tensor;
}

static void put_little_endian(uint8_t *to, uint64_t bits, int bytes)
{
  for (int i = 0; i < bytes; i++)
    to[i] = (uint8_t)(bits >> (8 * i));
}

const char *lenet_onnx_add_floats(onnx_builder *b, const char *name, int dims, const size_t *shape,
                                  const lenet_real *numbers, float factor)
{
  size_t count = 1;
  for (int i = 0; i < dims; i++)
    count *= shape[i];
  tensor_room *tensor =
      add_tensor(b, name, LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, dims, shape, count * 4);
  for (size_t i = 0; i < count; i++) {
    const float number = (float)numbers[i] * factor;
    uint32_t bits;
    memcpy(&bits, &number, sizeof bits);
    put_little_endian(tensor->proto.raw_data.data + i * 4, bits, 4);
  }
  return tensor->name;
}

const char *lenet_onnx_add_number(onnx_builder *b, const char *name, float number)
{
  for (size_t i = 0; i < b->graph.n_initializer; i++)
    if (strcmp(b->tensor[i].name, name) == 0)
      return b->tensor[i].name;
  const lenet_real real_number = (lenet_real)number;
  return lenet_onnx_add_floats(b, name, 0, NULL, &real_number, 1);
}

const char *lenet_onnx_add_integers(onnx_builder *b, const char *name, size_t count,
                                    const int64_t *numbers)
{
  tensor_room *tensor =
      add_tensor(b, name, LENET_ONNX__TENSOR_PROTO__DATA_TYPE__INT64, 1, &count, count * 8);
  for (size_t i = 0; i < count; i++)
    put_little_endian(tensor->proto.raw_data.data + i * 8, (uint64_t)numbers[i], 8);
  return tensor->name;
}

const char *lenet_onnx_add_parameters(onnx_builder *b, int row, bool bias, float factor)
{
  const lenet_layer *layer = &b->model->layout.layer[row];
  lenet_tensor tensor = lenet_row_tensor(b->model, row, bias);
  if (b->model->network.row[row].kind == LENET_SUBSAMPLE) {
    tensor.dims = 3;
    tensor.shape[1] = tensor.shape[2] = 1;
  }
  const size_t offset = bias ? layer->bias_offset : layer->weight_offset;
  return lenet_onnx_add_floats(b, tensor.name, tensor.dims, tensor.shape,
                               b->model->parameters + offset, factor);
}

/* ---- nodes ---- */

void lenet_onnx_add_node(onnx_builder *b, const char *operation, const char *layer,
                         const char *part, ...)
{
  node_room *node = &b->node[b->graph.n_node];
  b->nodes[b->graph.n_node++] = &node->proto;
  lenet_onnx__node_proto__init(&node->proto);
  snprintf(node->name, sizeof node->name, "%s%s%s", layer, *part ? "/" : "", part);
  va_list inputs;
  va_start(inputs, part);
  for (char *input = va_arg(inputs, char *); input; input = va_arg(inputs, char *))
    node->input[node->proto.n_input++] = input;
  va_end(inputs);
  node->output[0] = node->name;
  node->proto.n_output = 1;
  node->proto.input = node->input;
  node->proto.output = node->output;
  node->proto.name = node->name;
  node->proto.op_type = lenet_onnx_text(operation);
  node->proto.attribute = node->attributes;
  b->value = node->name;
}

static onnx_attribute *add_attribute(onnx_builder *b, const char *name, size_t count,
                                     int64_t number)
{
  node_room *node = &b->node[b->graph.n_node - 1];
  attribute_room *attribute = &node->attribute[node->proto.n_attribute];
  node->attributes[node->proto.n_attribute++] = &attribute->proto;
  lenet_onnx__attribute_proto__init(&attribute->proto);
  attribute->proto.name = lenet_onnx_text(name);
  attribute->proto.has_type = 1;
  attribute->proto.type = LENET_ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS;
  attribute->proto.n_ints = count;
  attribute->proto.ints = attribute->ints;
  for (size_t i = 0; i < count; i++)
    attribute->ints[i] = number;
  return &attribute->proto;
}

void lenet_onnx_add_list(onnx_builder *b, const char *name, size_t count, int64_t number)
{
  add_attribute(b, name, count, number);
}

void lenet_onnx_add_integer(onnx_builder *b, const char *name, int64_t number)
{
  onnx_attribute *attribute = add_attribute(b, name, 0, 0);
  attribute->type = LENET_ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT;
  attribute->has_i = 1;
  attribute->i = number;
}

#endif
