/* onnx_graph.h - ONNX graphs of other programs, each written as a line of nodes and a line of
 * arrays, and what must become of them or why they must be refused. The including file defines
 * _XOPEN_SOURCE 700 and includes cmocka.h first. */
#ifndef LENET_TESTS_ONNX_GRAPH_H
#define LENET_TESTS_ONNX_GRAPH_H

#include "files/onnx.h"
#include "scratch.h"

#include <ctype.h>
#include <stdint.h>

#if LENET_HAVE_ONNX

enum { MOST = 64, DIMS = 10, NUMBERS = 8192 };

/* Everything of one graph, so that nothing is taken and given back. */
static struct {
  char text[4096];
  size_t used;
  onnx_node node[MOST], *nodes[MOST];
  onnx_attribute attribute[MOST], *attributes[MOST];
  onnx_tensor tensor[MOST], *tensors[MOST];
  char *strings[4 * MOST];
  int64_t integers[16 * MOST];
  float floats[NUMBERS];
  size_t node_count, attribute_count, tensor_count, string_count, integer_count, float_count;
} made;

static inline char *keep(const char *from, size_t length)
{
  char *text = made.text + made.used;
  assert_true(made.used + length < sizeof made.text);
  memcpy(text, from, length);
  text[length] = '\0';
  made.used += length + 1;
  return text;
}

/* "2,3" to integers; how many, in `count`. */
static inline int64_t *keep_integers(const char *text, size_t *count)
{
  int64_t *first = made.integers + made.integer_count;
  for (*count = 0; *text && *text != ']' && *text != ' '; text += *text == ',' || *text == 'x') {
    char *end;
    first[(*count)++] = strtoll(text, &end, 10);
    made.integer_count++;
    text = end;
  }
  return first;
}

/* "axis=1", "pads=1,1,1,1", "axes=2,", "alpha=0.5", "mode=edge" */
static inline onnx_attribute *make_attribute(const char *text)
{
  onnx_attribute *a = &made.attribute[made.attribute_count];
  const char *value = strchr(text, '=') + 1;
  lenet_onnx__attribute_proto__init(a);
  a->name = keep(text, (size_t)(value - 1 - text));
  if (isalpha((unsigned char)*value)) {
    a->has_s = 1;
    a->s.len = strlen(value);
    a->s.data = (uint8_t *)keep(value, a->s.len);
  } else if (strchr(value, ',')) {
    a->ints = keep_integers(value, &a->n_ints);
  } else if (strchr(value, '.')) {
    a->has_f = 1;
    a->f = strtof(value, NULL);
  } else {
    a->has_i = 1;
    a->i = strtoll(value, NULL, 10);
  }
  return made.attributes[made.attribute_count++] = a;
}

/* "a,b" to strings; "~" is one that is empty. */
static inline char **keep_names(const char *text, size_t *count)
{
  char **first = made.strings + made.string_count;
  for (*count = 0; *text; text += *text == ',') {
    const size_t length = strcspn(text, ",");
    first[(*count)++] = keep(text, *text == '~' ? 0 : length);
    made.string_count++;
    text += length;
  }
  return first;
}

/* "w:2x1x3x3" floats, all 1/2; "k:=1.5" one float; "s:[1,16]" integers; "n:i7" one integer. */
static inline onnx_tensor *make_tensor(const char *text)
{
  onnx_tensor *t = &made.tensor[made.tensor_count];
  const char *value = strchr(text, ':') + 1;
  lenet_onnx__tensor_proto__init(t);
  t->name = keep(text, (size_t)(value - 1 - text));
  t->has_data_type = 1;
  if (*value == '[' || *value == 'i') {
    t->data_type = LENET_ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
    t->int64_data = keep_integers(value + 1, &t->n_int64_data);
    t->n_dims = *value == '[';
    t->dims = made.integers + made.integer_count;
    made.integers[made.integer_count++] = (int64_t)t->n_int64_data;
    return made.tensors[made.tensor_count++] = t;
  }
  t->data_type = LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
  t->float_data = made.floats + made.float_count;
  t->n_float_data = 1;
  if (*value == '=') {
    *t->float_data = strtof(value + 1, NULL);
  } else {
    t->dims = keep_integers(value, &t->n_dims);
    for (size_t i = 0; i < t->n_dims; i++)
      t->n_float_data *= (size_t)t->dims[i];
    assert_true(made.float_count + t->n_float_data <= NUMBERS);
    for (size_t i = 0; i < t->n_float_data; i++)
      t->float_data[i] = 0.5f;
  }
  made.float_count += t->n_float_data;
  return made.tensors[made.tensor_count++] = t;
}

/* "Conv x,w>c pads=1,1,1,1", and "Constant >s value" has the array s as its value. */
static inline void make_node(char *text)
{
  onnx_node *n = &made.node[made.node_count];
  char *rest, *word = strtok_r(text, " ", &rest);
  lenet_onnx__node_proto__init(n);
  n->op_type = keep(word, strlen(word));
  char *ways = strtok_r(NULL, " ", &rest), *out = strchr(ways, '>');
  *out++ = '\0';
  n->input = keep_names(ways, &n->n_input);
  n->output = keep_names(out, &n->n_output);
  n->attribute = made.attributes + made.attribute_count;
  while ((word = strtok_r(NULL, " ", &rest))) {
    onnx_attribute *a = make_attribute(strchr(word, '=') ? word : "value=0");
    n->n_attribute++;
    for (size_t i = 0; !strchr(word, '=') && i < made.tensor_count; i++)
      if (strcmp(made.tensor[i].name, word) == 0)
        a->t = &made.tensor[i], a->has_i = 0;
  }
  made.nodes[made.node_count++] = n;
}

static inline void make_parts(const char *line, void (*make)(char *part))
{
  char text[2048], *rest;
  snprintf(text, sizeof text, "%s", line);
  for (char *part = strtok_r(text, ";", &rest); part; part = strtok_r(NULL, ";", &rest))
    if (part[strspn(part, " ")])
      make(part + strspn(part, " "));
}

static inline void make_array(char *part) { make_tensor(part); }

typedef struct graph {
  const char *input, *arrays, *nodes; /* input: NULL for a picture of 1x4x4 */
  const char *result;                 /* the notation, or what the reason says */
} graph;

/* The output is y. `change` may do to the file what text cannot. */
static inline void write_graph(void **state, const graph *g, void (*change)(onnx_model *model))
{
  static uint8_t bytes[1 << 18];
  onnx_model model = LENET_ONNX__MODEL_PROTO__INIT;
  onnx_graph whole = LENET_ONNX__GRAPH_PROTO__INIT;
  LenetOnnx__OperatorSetIdProto set = LENET_ONNX__OPERATOR_SET_ID_PROTO__INIT, *sets[] = {&set};
  onnx_value input = LENET_ONNX__VALUE_INFO_PROTO__INIT, *inputs[] = {&input};
  onnx_value output = LENET_ONNX__VALUE_INFO_PROTO__INIT, *outputs[] = {&output};
  LenetOnnx__TypeProto type = LENET_ONNX__TYPE_PROTO__INIT;
  LenetOnnx__TypeProto__Tensor tensor = LENET_ONNX__TYPE_PROTO__TENSOR__INIT;
  LenetOnnx__TensorShapeProto shape = LENET_ONNX__TENSOR_SHAPE_PROTO__INIT;
  LenetOnnx__TensorShapeProto__Dimension dim[DIMS], *dims[DIMS];
  memset(&made, 0, sizeof made);
  make_parts(g->arrays, make_array);
  make_parts(g->nodes, make_node);
  const int64_t *sides = keep_integers(g->input ? g->input : "1,1,4,4", &shape.n_dim);
  for (size_t i = 0; i < shape.n_dim; i++) {
    lenet_onnx__tensor_shape_proto__dimension__init(&dim[i]);
    dim[i].value_case = LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE;
    dim[i].dim_value = sides[i];
    dims[i] = &dim[i];
  }
  shape.dim = dims;
  tensor.shape = &shape;
  tensor.has_elem_type = 1;
  tensor.elem_type = LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
  type.value_case = LENET_ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE;
  type.tensor_type = &tensor;
  input.name = (char *)(uintptr_t) "x";
  input.type = &type;
  output.name = (char *)(uintptr_t) "y";
  set.has_version = 1;
  set.version = 13;
  whole.n_node = made.node_count;
  whole.node = made.nodes;
  whole.n_initializer = made.tensor_count;
  whole.initializer = made.tensors;
  whole.n_input = whole.n_output = 1;
  whole.input = inputs;
  whole.output = outputs;
  model.graph = &whole;
  model.n_opset_import = 1;
  model.opset_import = sets;
  if (change)
    change(&model);
  assert_true(lenet_onnx__model_proto__get_packed_size(&model) <= sizeof bytes);
  scratch_write(state, "g.onnx", bytes, lenet_onnx__model_proto__pack(&model, bytes));
}

static inline void check(void **state, const graph *g, void (*change)(onnx_model *model))
{
  char path[SCRATCH_PATH], notation[LENET_MAX_NOTATION];
  lenet_model *model = NULL;
  lenet_error error;
  write_graph(state, g, change);
  const lenet_status status =
      lenet_model_load_onnx(scratch_path(state, "g.onnx", path), &model, &error);
  if (g->result[strspn(g->result, "0123456789")] != 'x') { /* no notation */
    if (status != LENET_BAD_FILE && status != LENET_UNSUPPORTED)
      fail_msg("%s: %s: status %d", g->arrays, g->nodes, (int)status);
    assert_null(model);
    assert_non_null(strstr(error.message, path));
    if (!strstr(error.message, g->result))
      fail_msg("%s: '%s' says nothing of '%s'", g->nodes, error.message, g->result);
    return;
  }
  if (status != LENET_OK)
    fail_msg("%s: %s", g->nodes, error.message);
  lenet_network_print(lenet_model_network(model), notation);
  assert_string_equal(notation, g->result);
  lenet_model_free(model);
}

#define CHECK_ALL(graphs)                                                                          \
  for (size_t i = 0; i < sizeof(graphs) / sizeof *(graphs); i++)                                   \
  check(state, &(graphs)[i], NULL)

/* How several graphs end: with a dense row behind p, and with distances to the codes c of cells. */
#define END "; Flatten p>f; Gemm f,v>y"
#define STEPS "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r keepdims=0; Neg r>y"

#endif

#endif
