/* onnx_in.c - a model from an ONNX file: rows from its nodes, then its weights, in lenet's order.
 *
 * The graph is what counts, in lenet's own files too: their notation is held against it, and only
 * says what a graph cannot, such as a connection table. */
#include "base/error.h"
#include "files/onnx_rows.h"

#if LENET_HAVE_ONNX

#include "files/model_file.h"
#include "net/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OLDEST_OPSET = 7, NEWEST_OPSET = 23 };

/* ---- rows ---- */

static const struct {
  const char *operation;
  lenet_status (*read)(onnx_reader *reader, const onnx_node *node);
} operations[] = {
    {"Conv", lenet_onnx_conv},
    {"Gemm", lenet_onnx_dense},
    {"MatMul", lenet_onnx_dense},
    {"AveragePool", lenet_onnx_pool},
    {"MaxPool", lenet_onnx_pool},
    {"Gather", lenet_onnx_gather},
    {"Relu", lenet_onnx_activation},
    {"Tanh", lenet_onnx_activation},
    {"Sigmoid", lenet_onnx_activation},
    {"Mul", lenet_onnx_mul},
    {"Softmax", lenet_onnx_softmax},
    {"LogSoftmax", lenet_onnx_softmax},
    {"Flatten", lenet_onnx_flatten},
    {"Reshape", lenet_onnx_reshape},
    {"Squeeze", lenet_onnx_squeeze},
    {"Transpose", lenet_onnx_transpose},
    {"Pad", lenet_onnx_pad},
    {"Identity", lenet_onnx_keep},
    {"Dropout", lenet_onnx_keep},
};

static lenet_status read_node(onnx_reader *reader, const onnx_node *node)
{
  for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
    if (lenet_onnx_is(node->op_type, operations[i].operation))
      return operations[i].read(reader, node);
  return lenet_onnx_refuse(reader, node, "lenet has no such layer");
}

/* The graph's one input that is no array: [N, 1, rows, columns], or with the maps last. */
static lenet_status read_input(onnx_reader *reader)
{
  const onnx_graph *graph = reader->graph;
  const onnx_value *input = NULL;
  for (size_t i = 0; i < graph->n_input; i++) {
    const char *name = graph->input[i]->name ? graph->input[i]->name : "";
    bool is_array = false;
    for (size_t a = 0; a < graph->n_initializer; a++)
      is_array |= lenet_onnx_is(graph->initializer[a]->name, name);
    if (is_array)
      continue;
    if (input)
      return lenet_onnx_refuse(reader, NULL, "the graph has several inputs");
    input = graph->input[i];
  }
  const LenetOnnx__TensorShapeProto *shape =
      input && input->type && input->type->value_case == LENET_ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE
          ? input->type->tensor_type->shape
          : NULL;
  if (!shape || shape->n_dim != 4)
    return lenet_onnx_refuse(reader, NULL, "the graph's input is not [N, 1, rows, columns]");
  int64_t side[4];
  for (int i = 0; i < 4; i++)
    side[i] =
        shape->dim[i]->value_case == LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
            ? shape->dim[i]->dim_value
            : 0;
  const bool last = side[1] != 1 && side[3] == 1;
  const int64_t rows = side[last ? 1 : 2], columns = side[last ? 2 : 3];
  if ((!last && side[1] != 1) || rows < 1 || rows > LENET_MAX_SIDE || columns < 1 ||
      columns > LENET_MAX_SIDE ||
      input->type->tensor_type->elem_type != LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT)
    return lenet_onnx_refuse(
        reader, NULL,
        "the graph's input is not [N, 1, rows, columns] of float32, with sides of "
        "1 to %d",
        LENET_MAX_SIDE);
  reader->network.rows = (int)rows;
  reader->network.columns = (int)columns;
  reader->channels_last = last;
  reader->value = input->name ? input->name : "";
  return LENET_OK;
}

static lenet_status read_rows(onnx_reader *reader)
{
  const onnx_graph *graph = reader->graph;
  lenet_status status = read_input(reader);
  const onnx_node *node = status == LENET_OK ? lenet_onnx_peek(reader, reader->value) : NULL;
  for (; status == LENET_OK && node; node = lenet_onnx_peek(reader, reader->value))
    status = read_node(reader, node);
  if (status != LENET_OK)
    return status;
  bool is_output = false;
  for (size_t i = 0; i < graph->n_output; i++)
    is_output |= lenet_onnx_is(graph->output[i]->name, reader->value);
  for (size_t n = 0; n < graph->n_node; n++)
    if (!reader->used[n] && !lenet_onnx_is(graph->node[n]->op_type, "Constant"))
      return lenet_onnx_refuse(reader, graph->node[n], "is not on one way from input to output");
  if (!is_output || reader->network.row_count == 0)
    return lenet_onnx_bad(reader, NULL, "no node leads to the graph's output");
  lenet_row *last = &reader->network.row[reader->network.row_count - 1];
  lenet_error reason;
  if (!reader->ended && last->kind != LENET_RBF && last->activation == LENET_LINEAR)
    last->activation = LENET_SOFTMAX; /* a network that ends in the sums before its softmax */
  if (lenet_network_layout(&reader->network, &reader->layout, &reason) != LENET_OK)
    return lenet_onnx_refuse(reader, NULL, "%s", reason.message);
  return LENET_OK;
}

/* ---- lenet's own files ---- */

static const char *find_note(const onnx_model *model, const char *key)
{
  for (size_t i = 0; i < model->n_metadata_props; i++)
    if (lenet_onnx_is(model->metadata_props[i]->key, key))
      return model->metadata_props[i]->value;
  return NULL;
}

/* Takes the notation in place of the rows, which must be the same as far as a graph can tell. */
static lenet_status take_notation(onnx_reader *reader, const char *notation)
{
  lenet_network said;
  lenet_layout layout;
  lenet_error reason;
  if (!notation || lenet_network_parse(notation, &said, &reason) != LENET_OK)
    return lenet_onnx_bad(reader, NULL, "notation: %s", notation ? reason.message : "is missing");
  lenet_network_layout(&said, &layout, NULL); /* what was parsed has one */
  const lenet_network *there = &reader->network;
  bool same = said.rows == there->rows && said.columns == there->columns &&
              said.row_count == there->row_count;
  for (int i = 0; same && i < said.row_count; i++)
    same = said.row[i].kind == there->row[i].kind && said.row[i].size == there->row[i].size &&
           said.row[i].activation == there->row[i].activation &&
           layout.layer[i].maps == reader->layout.layer[i].maps;
  if (!same)
    return lenet_onnx_bad(reader, NULL, "the notation is of another network than the nodes");
  reader->network = said;
  reader->layout = layout;
  return LENET_OK;
}

/* ---- weights ---- */

/* Where weight `input` of `unit` of a dense row stands in the file's array. */
static size_t place_of(const lenet_layer *layer, const onnx_parameters *parameters, size_t unit,
                       size_t input)
{
  const size_t inputs = layer->weight_count / (size_t)layer->maps;
  const size_t plane = (size_t)layer->input_rows * (size_t)layer->input_columns;
  if (parameters->channels_last) /* [map][pixel] to [pixel][map] */
    input = input % plane * (size_t)layer->input_maps + input / plane;
  return parameters->transposed ? input * (size_t)layer->maps + unit : unit * inputs + input;
}

static void copy_row(const onnx_parameters *parameters, const lenet_row *row,
                     const lenet_layer *layer, lenet_real *to)
{
  const size_t per_map = layer->weight_count / (size_t)layer->maps;
  lenet_real *weight = to + layer->weight_offset, *bias = to + layer->bias_offset;
  for (size_t i = 0; i < layer->weight_count; i++) {
    const size_t at =
        row->kind == LENET_DENSE ? place_of(layer, parameters, i / per_map, i % per_map) : i;
    weight[i] = (lenet_real)lenet_onnx_number(parameters->weight, at);
    if (row->kind == LENET_SUBSAMPLE)
      weight[i] /= (lenet_real)parameters->divisor;
  }
  for (size_t i = 0; i < layer->bias_count; i++)
    bias[i] = parameters->bias ? (lenet_real)lenet_onnx_number(parameters->bias, i) : 0;
}

static lenet_status fill(const onnx_reader *reader, lenet_model *model)
{
  for (int i = 0; i < model->network.row_count; i++)
    if (model->layout.layer[i].weight_count > 0)
      copy_row(&reader->parameters[i], &model->network.row[i], &model->layout.layer[i],
               model->parameters);
  for (size_t i = 0; i < model->layout.parameter_count; i++)
    if (!isfinite(model->parameters[i]))
      return lenet_onnx_bad(reader, NULL, "a weight is not a finite number");
  lenet_status status = LENET_OK;
  for (int i = 0; i < model->network.row_count && status == LENET_OK; i++)
    status = lenet_check_holes(model, i, reader->path, reader->error);
  return status;
}

/* ---- the model ---- */

/* Files that lenet wrote say so twice, in front and at the very end, so that none that lost its end
 * passes for another program's. */
static lenet_status read_description(onnx_reader *reader, bool *ours, lenet_input *input)
{
  const onnx_model *file = reader->model;
  const char *format = find_note(file, "format");
  *ours = lenet_onnx_is(format, lenet_model_format);
  *input = (lenet_input){.scale = 1.0f / 255, .offset = 0};
  if (!*ours && lenet_onnx_is(file->producer_name, "lenet"))
    return lenet_onnx_bad(reader, NULL, "metadata is missing: the file was cut off or changed");
  for (size_t i = 0; i < file->n_opset_import; i++)
    if (lenet_onnx_is(file->opset_import[i]->domain, "") ||
        lenet_onnx_is(file->opset_import[i]->domain, "ai.onnx"))
      reader->opset = file->opset_import[i]->version;
  if (reader->opset < OLDEST_OPSET || reader->opset > NEWEST_OPSET)
    return lenet_onnx_refuse(reader, NULL, "operator set %lld: %d to %d are read", reader->opset,
                             OLDEST_OPSET, NEWEST_OPSET);
  lenet_status status = LENET_OK;
  if (*ours)
    status = lenet_read_number_note(reader->path, "input_scale", find_note(file, "input_scale"),
                                    &input->scale, reader->error);
  if (*ours && status == LENET_OK)
    status = lenet_read_number_note(reader->path, "input_offset", find_note(file, "input_offset"),
                                    &input->offset, reader->error);
  return status;
}

static lenet_status make_model(onnx_reader *reader, lenet_model **model)
{
  bool ours;
  lenet_input input;
  lenet_model *made;
  lenet_status status = read_description(reader, &ours, &input);
  if (status == LENET_OK)
    status = read_rows(reader);
  if (status == LENET_OK && ours)
    status = take_notation(reader, find_note(reader->model, "notation"));
  if (status == LENET_OK)
    status = lenet_model_create_blank(&reader->network, input, &made, reader->error);
  if (status != LENET_OK)
    return status;
  status = fill(reader, made);
  for (size_t i = 0; ours && i < reader->model->n_metadata_props; i++) {
    const onnx_note *note = reader->model->metadata_props[i];
    if (note->key && note->value)
      lenet_take_note(made, note->key, note->value);
  }
  if (status == LENET_OK)
    *model = made;
  else
    lenet_model_free(made);
  return status;
}

lenet_status lenet_model_load_onnx(const char *path, lenet_model **model, lenet_error *error)
{
  onnx_model *file;
  lenet_status status = lenet_onnx_read(path, &file, error);
  if (status != LENET_OK)
    return status;
  onnx_reader reader = {.path = path, .model = file, .graph = file->graph, .error = error};
  reader.used = calloc(file->graph->n_node + 1, sizeof *reader.used);
  if (reader.used)
    status = make_model(&reader, model);
  else
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read a model", path);
  free(reader.used);
  lenet_onnx__model_proto__free_unpacked(file, NULL);
  return status;
}

#else

lenet_status lenet_model_load_onnx(const char *path, lenet_model **model, lenet_error *error)
{
  (void)model;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build has no protobuf-c, which ONNX files need", path);
}

#endif
