/* onnx_out.c - a model as an ONNX file.
 *
 *   input [N, 1, rows, columns] -> scores [N, classes] -> probabilities [N, classes]
 *
 * Each row becomes a node of its name, "C1", and those that its activation and its other steps take
 * behind a slash, "C1/tanh". A node's output has the node's name. Weights have the names and shapes
 * that they have in model files, a connection table's holes being zeros of a dense Conv. */
#include "base/error.h"
#include "files/onnx_build.h"

#if LENET_HAVE_ONNX

#include "base/file.h"
#include "files/model_file.h"
#include "net/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

/* [N, maps, rows, columns] -> [N, units], in that order. */
static void flatten(onnx_builder *b, const char *layer)
{
  if (b->flat)
    return;
  lenet_onnx_add_node(b, "Flatten", layer, "flatten", b->value, NULL);
  lenet_onnx_add_integer(b, "axis", 1);
  b->flat = true;
}

static void add_pad(onnx_builder *b, int row)
{
  char name[MAX_NODE_NAME], shape[MAX_NODE_NAME];
  const int64_t size = b->model->network.row[row].size;
  const int64_t pads[] = {0, 0, size, size, 0, 0, size, size};
  snprintf(name, sizeof name, "P.%d", row); /* P rows have no number of their own */
  snprintf(shape, sizeof shape, "p.%d.pads", row);
  lenet_onnx_add_node(b, "Pad", name, "", b->value, lenet_onnx_add_integers(b, shape, 8, pads),
                      NULL);
}

/* `border` is that of a P row above, which a Conv has among its attributes. */
static void add_conv(onnx_builder *b, int row, int border)
{
  const char *weight = lenet_onnx_add_parameters(b, row, false, 1),
             *bias = lenet_onnx_add_parameters(b, row, true, 1);
  lenet_onnx_add_node(b, "Conv", b->model->layout.layer[row].name, "", b->value, weight, bias,
                      NULL);
  lenet_onnx_add_list(b, "kernel_shape", 2, b->model->network.row[row].size);
  if (border > 0)
    lenet_onnx_add_list(b, "pads", 4, border);
}

static void add_pool(onnx_builder *b, const char *operation, int row)
{
  const int size = b->model->network.row[row].size;
  lenet_onnx_add_node(b, operation, b->model->layout.layer[row].name, "", b->value, NULL);
  lenet_onnx_add_list(b, "kernel_shape", 2, size);
  lenet_onnx_add_list(b, "strides", 2, size);
}

/* The window's sum is its mean times its area: the coefficient takes that in where its bits come
 * back from it, with an area of 2^n; any other area has a node of its own. */
static void add_subsample(onnx_builder *b, int row)
{
  const lenet_layer *layer = &b->model->layout.layer[row];
  const int group = layer->maps / layer->input_maps;
  const int area = b->model->network.row[row].size * b->model->network.row[row].size;
  const bool folds = (area & (area - 1)) == 0;
  char name[MAX_NODE_NAME];
  if (group > 1) {
    int64_t from[LENET_MAX_MAPS];
    for (int map = 0; map < layer->maps; map++)
      from[map] = map / group;
    snprintf(name, sizeof name, "%s.maps", layer->name);
    lenet_onnx_add_node(b, "Gather", layer->name, "maps", b->value,
                        lenet_onnx_add_integers(b, name, (size_t)layer->maps, from), NULL);
    lenet_onnx_add_integer(b, "axis", 1);
  }
  add_pool(b, "AveragePool", row);
  if (!folds) {
    snprintf(name, sizeof name, "%s.area", layer->name);
    lenet_onnx_add_node(b, "Mul", layer->name, "sum", b->value,
                        lenet_onnx_add_number(b, name, (float)area), NULL);
  }
  lenet_onnx_add_node(b, "Mul", layer->name, "coefficient", b->value,
                      lenet_onnx_add_parameters(b, row, false, folds ? (float)area : 1), NULL);
  lenet_onnx_add_node(b, "Add", layer->name, "bias", b->value,
                      lenet_onnx_add_parameters(b, row, true, 1), NULL);
}

static void add_dense(onnx_builder *b, int row)
{
  const char *name = b->model->layout.layer[row].name;
  flatten(b, name);
  const char *weight = lenet_onnx_add_parameters(b, row, false, 1),
             *bias = lenet_onnx_add_parameters(b, row, true, 1);
  lenet_onnx_add_node(b, "Gemm", name, "", b->value, weight, bias, NULL);
  lenet_onnx_add_integer(b, "transB", 1);
}

/* [N, 84] -> [N, 1, 84], less codes [classes, 84], squared and summed over the last axis. */
static void add_rbf(onnx_builder *b, int row)
{
  const lenet_layer *layer = &b->model->layout.layer[row];
  const size_t shape[] = {(size_t)layer->maps, LENET_CODE_CELLS};
  const int64_t units[] = {-1, 1, LENET_CODE_CELLS}, axis = 2;
  lenet_real codes[LENET_CHARACTERS * LENET_CODE_CELLS];
  for (int k = 0; k < layer->maps; k++)
    lenet_class_code(layer->maps, k, codes + k * LENET_CODE_CELLS);
  lenet_onnx_add_node(b, "Reshape", layer->name, "units", b->value,
                      lenet_onnx_add_integers(b, "codes.units", 3, units), NULL);
  lenet_onnx_add_node(b, "Sub", layer->name, "difference", b->value,
                      lenet_onnx_add_floats(b, "codes", 2, shape, codes, 1), NULL);
  lenet_onnx_add_node(b, "Mul", layer->name, "square", b->value, b->value, NULL);
  lenet_onnx_add_node(b, "ReduceSum", layer->name, "", b->value,
                      lenet_onnx_add_integers(b, "codes.axis", 1, &axis), NULL);
  lenet_onnx_add_integer(b, "keepdims", 0);
  lenet_onnx_add_node(b, "Neg", layer->name, "negative", b->value,
                      NULL); /* the nearest code scores highest */
  b->flat = true;
}

static void add_activation(onnx_builder *b, int row)
{
  const char *name = b->model->layout.layer[row].name;
  switch (b->model->network.row[row].activation) {
  case LENET_LINEAR:
  case LENET_SOFTMAX: break; /* the graph's end is the softmax */
  case LENET_TANH: lenet_onnx_add_node(b, "Tanh", name, "tanh", b->value, NULL); break;
  case LENET_SIGMOID: lenet_onnx_add_node(b, "Sigmoid", name, "sigmoid", b->value, NULL); break;
  case LENET_RELU: lenet_onnx_add_node(b, "Relu", name, "relu", b->value, NULL); break;
  case LENET_SCALED_TANH:
    lenet_onnx_add_node(b, "Mul", name, "in", b->value,
                        lenet_onnx_add_number(b, "scaled.in", LENET_ONNX_SCALE_IN), NULL);
    lenet_onnx_add_node(b, "Tanh", name, "tanh", b->value, NULL);
    lenet_onnx_add_node(b, "Mul", name, "out", b->value,
                        lenet_onnx_add_number(b, "scaled.out", LENET_ONNX_SCALE_OUT), NULL);
    break;
  }
}

static void add_rows(onnx_builder *b)
{
  const lenet_network *network = &b->model->network;
  int border = 0; /* of a P row that the Conv below takes with it */
  for (int i = 0; i < network->row_count; i++) {
    switch (network->row[i].kind) {
    case LENET_PAD:
      if (i + 1 < network->row_count && network->row[i + 1].kind == LENET_CONV)
        border = network->row[i].size;
      else
        add_pad(b, i);
      continue;
    case LENET_CONV: add_conv(b, i, border); break;
    case LENET_AVERAGE_POOL: add_pool(b, "AveragePool", i); break;
    case LENET_MAX_POOL: add_pool(b, "MaxPool", i); break;
    case LENET_SUBSAMPLE: add_subsample(b, i); break;
    case LENET_DENSE: add_dense(b, i); break;
    case LENET_RBF: add_rbf(b, i); break;
    }
    border = 0;
    b->flat |= network->row[i].kind == LENET_DENSE;
    add_activation(b, i);
  }
}

/* Names what the last row gives, and adds the softmax that lenet_classify has. */
static void add_end(onnx_builder *b)
{
  flatten(b, b->model->layout.layer[b->model->network.row_count - 1].name);
  b->node[b->graph.n_node - 1].output[0] = lenet_onnx_text("scores");
  b->value = "scores";
  if (lenet_ending_of(&b->model->network) == LENET_ENDS_IN_TARGETS)
    lenet_onnx_add_node(b, "Mul", "softmax", "in", b->value,
                        lenet_onnx_add_number(b, "softmax.in", LENET_ONNX_TARGET_SCALE), NULL);
  lenet_onnx_add_node(b, "Softmax", "softmax", "", b->value, NULL);
  lenet_onnx_add_integer(b, "axis", 1);
  b->node[b->graph.n_node - 1].output[0] = lenet_onnx_text("probabilities");
}

/* ---- the model around the graph ---- */

/* A float array [N, shape...]. */
static onnx_value *describe_value(value_room *value, const char *name, int dims, const int *shape)
{
  lenet_onnx__value_info_proto__init(&value->proto);
  lenet_onnx__type_proto__init(&value->type);
  lenet_onnx__type_proto__tensor__init(&value->tensor);
  lenet_onnx__tensor_shape_proto__init(&value->shape);
  for (int i = 0; i <= dims; i++) {
    lenet_onnx__tensor_shape_proto__dimension__init(&value->dim[i]);
    value->dims[i] = &value->dim[i];
    value->dim[i].value_case = LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
    if (i > 0)
      value->dim[i].dim_value = shape[i - 1];
  }
  value->dim[0].value_case = LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
  value->dim[0].dim_param = lenet_onnx_text("N");
  value->shape.n_dim = (size_t)dims + 1;
  value->shape.dim = value->dims;
  value->tensor.has_elem_type = 1;
  value->tensor.elem_type = LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
  value->tensor.shape = &value->shape;
  value->type.value_case = LENET_ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
  value->type.tensor_type = &value->tensor;
  value->proto.name = lenet_onnx_text(name);
  value->proto.type = &value->type;
  return &value->proto;
}

static void add_note(onnx_builder *b, const char *key, const char *value)
{
  onnx_note *note = &b->note[b->proto.n_metadata_props];
  b->notes[b->proto.n_metadata_props++] = note;
  lenet_onnx__string_string_entry_proto__init(note);
  note->key = lenet_onnx_text(key);
  note->value = lenet_onnx_text(value);
}

static void add_notes(onnx_builder *b)
{
  const lenet_model *model = b->model;
  lenet_network_print(&model->network, b->notation);
  lenet_print_number(model->input.scale, b->number[0]);
  lenet_print_number(model->input.offset, b->number[1]);
  for (int i = 0; i < model->note_count; i++)
    add_note(b, model->note[i].key, model->note[i].value);
  add_note(b, "notation", b->notation);
  add_note(b, "input_scale", b->number[0]);
  add_note(b, "input_offset", b->number[1]);
  add_note(b, "format", lenet_model_format); /* last: a file that was cut off lacks it */
}

static void build(onnx_builder *b)
{
  const lenet_network *network = &b->model->network;
  const lenet_variant *variant = lenet_variant_of(network);
  lenet_onnx__model_proto__init(&b->proto);
  lenet_onnx__graph_proto__init(&b->graph);
  lenet_onnx__operator_set_id_proto__init(&b->opset);
  b->opset.domain = lenet_onnx_text("");
  b->opset.has_version = b->proto.has_ir_version = 1;
  b->opset.version = LENET_ONNX_OPSET;
  b->opsets[0] = &b->opset;
  b->proto.ir_version = LENET_ONNX_IR;
  b->proto.n_opset_import = 1;
  b->proto.opset_import = b->opsets;
  b->proto.producer_name = lenet_onnx_text("lenet");
  b->proto.producer_version = lenet_onnx_text(LENET_VERSION);
  b->proto.graph = &b->graph;
  b->proto.metadata_props = b->notes;
  b->graph.name = lenet_onnx_text(variant ? variant->name : "network");
  b->graph.node = b->nodes;
  b->graph.initializer = b->tensors;
  b->graph.n_input = 1;
  b->graph.input = b->inputs;
  b->graph.n_output = 2;
  b->graph.output = b->outputs;
  b->inputs[0] = describe_value(&b->input, "input", 3, (int[]){1, network->rows, network->columns});
  b->outputs[0] = describe_value(&b->output[0], "scores", 1, &b->model->layout.classes);
  b->outputs[1] = describe_value(&b->output[1], "probabilities", 1, &b->model->layout.classes);
  b->value = "input";
  add_rows(b);
  add_end(b);
  add_notes(b);
}

/* Packing ends in a file, piece by piece. */
typedef struct sink {
  ProtobufCBuffer base;
  lenet_file_writer file;
  lenet_status status; /* after a failure the rest is left out */
  lenet_error *error;
} sink;

static void append(ProtobufCBuffer *buffer, size_t size, const uint8_t *bytes)
{
  sink *s = (sink *)buffer;
  if (s->status == LENET_OK)
    s->status = lenet_file_append(&s->file, bytes, size, s->error);
}

lenet_status lenet_model_save_onnx(const lenet_model *model, const char *path, lenet_error *error)
{
  const lenet_status finite = lenet_check_finite(model, path, error);
  if (finite != LENET_OK)
    return finite;
  onnx_builder *b = calloc(1, sizeof *b);
  uint8_t *data = malloc(model->layout.parameter_count * 4 + MAX_CONSTANTS);
  sink out = {.base = {.append = append}, .error = error};
  if (!b || !data) {
    out.status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to write a model", path);
  } else {
    b->model = model;
    b->data = data;
    build(b);
    out.status = lenet_file_begin(&out.file, path, error);
    if (out.status == LENET_OK)
      lenet_onnx__model_proto__pack_to_buffer(&b->proto, &out.base);
    if (out.status == LENET_OK)
      out.status = lenet_file_commit(&out.file, error);
  }
  free(data);
  free(b);
  return out.status;
}

#else

lenet_status lenet_model_save_onnx(const lenet_model *model, const char *path, lenet_error *error)
{
  (void)model;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build has no protobuf-c, which ONNX files need", path);
}

#endif
