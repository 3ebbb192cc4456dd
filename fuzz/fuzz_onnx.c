/* ONNX files: what is loaded is saved in both formats and gives the same model back. Three of four
 * changes are made to the graph, so that the file remains one: other operations, ways, attributes,
 * shapes and numbers. */
#define _GNU_SOURCE
#include "draw.h"
#include "loaded.h"

#include "files/onnx.h"

#include <stdalign.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  lenet_model *const untouched = (lenet_model *)&input;
  lenet_model *model = untouched, *again;
  lenet_error error;
  const lenet_status status =
      lenet_model_load_onnx(fuzz_write(&input, bytes, size), &model, &error);
  fuzz_check_told(status, &error);
  if (status != LENET_OK) {
    FUZZ_CHECK(status == LENET_BAD_FILE || status == LENET_UNSUPPORTED);
    FUZZ_CHECK(model == untouched);
    FUZZ_CHECK(error.position >= -1 && error.position <= (long long)size);
    return 0;
  }
  fuzz_check_saved(model);
  FUZZ_CHECK(lenet_model_save_onnx(model, fuzz_out_path(), &error) == LENET_OK);
  FUZZ_CHECK(lenet_model_load_onnx(fuzz_out_path(), &again, &error) == LENET_OK);
  fuzz_check_same(model, again);
  lenet_model_free(again);
  fuzz_classify(model);
  lenet_model_free(model);
  return 0;
}

/* ---- changes ---- */

/* A graph's memory, all given back at once, so that a part may be put anywhere. */
static alignas(max_align_t) uint8_t room[1 << 20];
static size_t room_used;

static void *take(void *data, size_t size)
{
  (void)data;
  const size_t start = room_used, step = alignof(max_align_t);
  if (size > sizeof room - start - step)
    return NULL;
  room_used += (size + step - 1) / step * step;
  return room + start;
}

static void leave(void *data, void *pointer)
{
  (void)data;
  (void)pointer;
}

static int64_t number(void)
{
  static const int64_t numbers[] = {0,  1,  -1, 2,  3,   4,          5,         6,        7,
                                    11, 12, 13, 84, 127, 2147483647, INT64_MAX, INT64_MIN};
  return numbers[draw(sizeof numbers / sizeof *numbers)];
}

#define ONE_OF(names) ((char *)(uintptr_t)(names)[draw(sizeof(names) / sizeof *(names))])

/* A value of the graph: its input or output, an array, or what a node gives. */
static char *value_of(const onnx_graph *graph)
{
  const onnx_node *node = graph->n_node > 0 ? graph->node[draw(graph->n_node)] : NULL;
  char *name = NULL;
  switch (draw(5)) {
  case 0:
    if (graph->n_input > 0)
      name = graph->input[0]->name;
    break;
  case 1:
    if (graph->n_output > 0)
      name = graph->output[0]->name;
    break;
  case 2:
    if (graph->n_initializer > 0)
      name = graph->initializer[draw(graph->n_initializer)]->name;
    break;
  default:
    if (node && node->n_output > 0)
      name = node->output[0];
  }
  return name ? name : (char *)(uintptr_t) "";
}

static void change_attribute(onnx_attribute *attribute)
{
  static const char *const names[] = {"pads",     "strides", "dilations", "kernel_shape", "group",
                                      "auto_pad", "axis",    "axes",      "transB",       "alpha",
                                      "perm",     "mode",    "ceil_mode", "keepdims",     "value"};
  if (draw(4) == 0)
    attribute->name = ONE_OF(names);
  else if (attribute->n_ints > 0 && draw(8) > 0)
    attribute->ints[draw(attribute->n_ints)] = number();
  else if (attribute->n_ints > 0)
    attribute->n_ints--;
  else if (attribute->has_i)
    attribute->i = number();
  else if (attribute->has_f)
    attribute->f = (float)number();
  else if (attribute->s.len > 0)
    attribute->s.data[draw(attribute->s.len)] ^= (uint8_t)(1u << draw(8));
}

/* What reads the node reads what that has read. */
static void take_out(onnx_graph *graph, size_t index)
{
  onnx_node *node = graph->node[index];
  if (node->n_input > 0 && node->n_output > 0)
    for (size_t n = 0; n < graph->n_node; n++)
      for (size_t i = 0; i < graph->node[n]->n_input; i++)
        if (strcmp(graph->node[n]->input[i], node->output[0]) == 0)
          graph->node[n]->input[i] = node->input[0];
  memmove(graph->node + index, graph->node + index + 1,
          (graph->n_node - index - 1) * sizeof(onnx_node *));
  graph->n_node--;
}

static void change_node(onnx_graph *graph)
{
  static const char *const operations[] = {
      "Conv",    "Gemm",  "MatMul",    "AveragePool", "MaxPool",  "Gather",     "Relu",
      "Tanh",    "Mul",   "Sigmoid",   "Softmax",     "Flatten",  "LogSoftmax", "Reshape",
      "Squeeze", "Add",   "Transpose", "Pad",         "Identity", "Dropout",    "Sub",
      "Neg",     "Shape", "ReduceSum", "Constant",    "Concat",   "Unsqueeze",  "Elu"};
  if (graph->n_node == 0)
    return;
  const size_t index = draw(graph->n_node), other = draw(graph->n_node);
  onnx_node *node = graph->node[index];
  switch (draw(8)) {
  case 0: node->op_type = ONE_OF(operations); break;
  case 1: take_out(graph, index); break;
  case 2:
    graph->node[index] = graph->node[other];
    graph->node[other] = node;
    break;
  case 3:
    if (node->n_input > 0)
      node->n_input--;
    break;
  case 4:
    if (node->n_attribute > 0)
      node->n_attribute--;
    break;
  case 5:
    if (node->n_input > 0)
      node->input[draw(node->n_input)] = value_of(graph);
    break;
  default:
    if (node->n_attribute > 0)
      change_attribute(node->attribute[draw(node->n_attribute)]);
  }
}

static void change_array(onnx_graph *graph)
{
  if (graph->n_initializer == 0)
    return;
  onnx_tensor *array = graph->initializer[draw(graph->n_initializer)];
  switch (draw(5)) {
  case 0:
    if (array->n_dims > 0)
      array->dims[draw(array->n_dims)] = number();
    break;
  case 1:
    if (array->n_dims > 1) { /* the same numbers in another shape */
      const size_t at = draw(array->n_dims - 1);
      const int64_t kept = array->dims[at];
      array->dims[at] = array->dims[at + 1];
      array->dims[at + 1] = kept;
    }
    break;
  case 2: array->data_type = (int32_t)number(); break;
  case 3:
    if (array->raw_data.len > 0)
      array->raw_data.len -= 1 + draw(array->raw_data.len);
    break;
  default:
    if (array->raw_data.len > 0)
      LLVMFuzzerMutate(array->raw_data.data, array->raw_data.len, array->raw_data.len);
    else if (array->n_int64_data > 0)
      array->int64_data[draw(array->n_int64_data)] = number();
  }
}

static void change_frame(onnx_model *model)
{
  const LenetOnnx__TypeProto *type =
      model->graph->n_input > 0 ? model->graph->input[0]->type : NULL;
  if (draw(3) == 0 && type && type->value_case == LENET_ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE &&
      type->tensor_type->shape && type->tensor_type->shape->n_dim > 0) {
    const LenetOnnx__TensorShapeProto *shape = type->tensor_type->shape;
    LenetOnnx__TensorShapeProto__Dimension *dim = shape->dim[draw(shape->n_dim)];
    dim->value_case = LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
    dim->dim_value = number();
  } else if (draw(2) && model->n_metadata_props > 0) {
    onnx_note *note = model->metadata_props[draw(model->n_metadata_props)];
    char **text = draw(4) ? &note->value : &note->key;
    const size_t length = *text ? strlen(*text) : 0;
    if (length > 0)
      LLVMFuzzerMutate((uint8_t *)*text, length, length);
  } else if (model->n_opset_import > 0) {
    model->opset_import[0]->version = number();
  }
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  ProtobufCAllocator memory = {.alloc = take, .free = leave};
  draw_from(seed);
  room_used = 0;
  onnx_model *model = draw(4) ? lenet_onnx__model_proto__unpack(&memory, size, bytes) : NULL;
  if (!model || !model->graph)
    return LLVMFuzzerMutate(bytes, size, most);
  for (size_t left = 1 + draw(3); left > 0; left--)
    switch (draw(5)) {
    case 0: change_array(model->graph); break;
    case 1: change_frame(model); break;
    default: change_node(model->graph);
    }
  if (lenet_onnx__model_proto__get_packed_size(model) > most)
    return LLVMFuzzerMutate(bytes, size, most);
  return lenet_onnx__model_proto__pack(model, bytes);
}
