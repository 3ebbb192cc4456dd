/* ONNX graphs of other programs, each written here as a line of nodes and a line of arrays: what
 * they become, or why they are refused. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "files/onnx.h"
#include "scratch.h"

#include <ctype.h>
#include <stdint.h>

#if LENET_HAVE_ONNX

/* ---- graphs from text ---- */

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

static char *keep(const char *from, size_t length)
{
  char *text = made.text + made.used;
  assert_true(made.used + length < sizeof made.text);
  memcpy(text, from, length);
  text[length] = '\0';
  made.used += length + 1;
  return text;
}

/* "2,3" to integers; how many, in `count`. */
static int64_t *keep_integers(const char *text, size_t *count)
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
static onnx_attribute *make_attribute(const char *text)
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
static char **keep_names(const char *text, size_t *count)
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
static onnx_tensor *make_tensor(const char *text)
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
static void make_node(char *text)
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

static void make_parts(const char *line, void (*make)(char *part))
{
  char text[2048], *rest;
  snprintf(text, sizeof text, "%s", line);
  for (char *part = strtok_r(text, ";", &rest); part; part = strtok_r(NULL, ";", &rest))
    if (part[strspn(part, " ")])
      make(part + strspn(part, " "));
}

static void make_array(char *part) { make_tensor(part); }

typedef struct graph {
  const char *input, *arrays, *nodes; /* input: NULL for a picture of 1x4x4 */
  const char *result;                 /* the notation, or what the reason says */
} graph;

/* The output is y. `change` may do to the file what text cannot. */
static void write_graph(void **state, const graph *g, void (*change)(onnx_model *model))
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

static void check(void **state, const graph *g, void (*change)(onnx_model *model))
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

/* ---- convolutions ---- */

#define F3 "; Flatten c>f; Gemm f,v>y"

static void test_conv(void **state)
{
  static const graph graphs[] = {
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:2; v:8x3", "Conv x,w,b>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w,~>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:32x3", "Conv x,w>c auto_pad=SAME_LOWER" F3,
       "4x4 P1 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=VALID" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:32x3", "Conv x,w>c auto_pad=NOTSET pads=1,1,1,1" F3,
       "4x4 P1 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=ANOTHERNAMEALTOGETHER" F3,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c auto_pad=0" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x2x2", "Conv x,w>c auto_pad=SAME_UPPER", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=0,0,1,1", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=1,1", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c pads=200,200,200,200", "border is not the same"},
      {NULL, "w:2x1x3x3", "Conv x,w>c group=2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c strides=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c dilations=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x3", "Conv x,w>c kernel_shape=2,2", "groups, strides or dilations"},
      {NULL, "w:2x1x3x2", "Conv x,w>c", "not square"},
      {NULL, "w:2x1x3", "Conv x,w>c", "not square"},
      {NULL, "w:[1,2]", "Conv x,w>c", "not square"},
      {NULL, "w:2x2x3x3", "Conv x,w>c", "joins 2 maps to 2, and 1 come to it"},
      {NULL, "w:0x1x3x3", "Conv x,w>c", "joins 1 maps to 0"},
      {NULL, "w:1025x1x1x1", "Conv x,w>c", "joins 1 maps to 1025"},
      {NULL, "w:2x1x1x1", "Flatten x>f; Conv f,w>c", "joins 1 maps to 2, and 0 come to it"},
      {NULL, "w:2x1x3x3", "Conv x>c", "reads what is neither its input nor an array"},
      {NULL, "w:2x1x3x3", "Conv x,~>c", "reads what is neither its input nor an array"},
      {NULL, "w:2x1x3x3; b:3", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3; b:[1,2]", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3; b:2x1", "Conv x,w,b>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x3x3", "Conv x,w,nothing>c", "its bias is no array of 2 floats"},
      {NULL, "w:2x1x5x5", "Conv x,w>c", "'c' (Conv)"},
      {"1,4,4,1", "w:2x1x3x3", "Conv x,w>c", "maps last"},
      {NULL, "w:2x1x3x3", "Conv x,w>~", "gives nothing"},
      {NULL, "w:2x1x3x3", "Conv x,w>", "gives nothing"},
      {NULL, "w:2x1x3x3; b:2x1x1; v:8x3", "Conv x,w>a; Add a,b>c" F3, "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:1x2x1x1; v:8x3", "Conv x,w>a; Add b,a>c" F3,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; b:2", "Conv x,w>a; Add a,b>c", "adds no number to each of the 2"},
      {NULL, "w:2x1x3x3; b:2", "Conv x,w>a; Add a,b,b>c", "adds no number to each of the 2"},
      {NULL, "w:2x1x3x3; b:2x1x1", "Conv x,w>a; Add a,a>c", "adds no number to each of the 2"},
  };
  CHECK_ALL(graphs);
}

/* ---- dense rows ---- */

static void test_dense(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "v:3x16; b:3", "Flatten x>f; Gemm f,v,b>y transB=1", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:1x3", "Flatten x>f; Gemm f,v,b>y alpha=1.0 beta=1.0", "4x4 F3:softmax"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v,~>y", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:3", "Flatten x>f; MatMul f,v>m; Add m,b>y", "4x4 F3:softmax"},
      {NULL, "v:16x3; b:3", "Flatten x>f; MatMul f,v,b>y", "4x4 F3:softmax"},
      {NULL, "v:16x3", "Gemm x,v>y", "a Flatten is missing"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f>y", "reads what is neither"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y transA=1", "transA, or an alpha or beta"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y alpha=0.5", "transA, or an alpha or beta"},
      {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y beta=0.5", "transA, or an alpha or beta"},
      {NULL, "v:15x3", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:16", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:[16,3]", "Flatten x>f; Gemm f,v>y", "do not read the 16 units"},
      {NULL, "v:16x0", "Flatten x>f; Gemm f,v>y", "0 units"},
      {"1,1,1,1", "v:1x1025", "Flatten x>f; Gemm f,v>y", "1025 units"},
      {NULL, "v:16x3; b:2", "Flatten x>f; Gemm f,v,b>y", "its bias is no array of 3 floats"},
      {NULL, "v:16x3; b:2", "Flatten x>f; MatMul f,v>m; Add m,b>y",
       "adds no number to each of the 3"},
      {NULL, "v:16x3", "Flatten x>f; MatMul f,v>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
}

/* ---- pools ---- */

#define POOL "kernel_shape=2,2 strides=2,2"
#define END "; Flatten p>f; Gemm f,v>y"

static void test_pools(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:4x3", "AveragePool x>p " POOL END, "4x4 A2 F3:softmax"},
      {NULL, "v:4x3", "MaxPool x>p " POOL " pads=0,0,0,0 dilations=1,1" END, "4x4 M2 F3:softmax"},
      {NULL, "v:16x3", "MaxPool x>p kernel_shape=1,1" END, "4x4 M1 F3:softmax"},
      {NULL, "", "MaxPool x>p", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,3 strides=2,3", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,2,2 strides=2,2,2", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=2,2", "windows are not square"},
      {NULL, "", "MaxPool x>p pads=1,1,1,1 " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>p dilations=2,2 " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=0,0 strides=0,0", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=999,999 strides=999,999", "windows are not square"},
      {NULL, "", "MaxPool x>p kernel_shape=5,5 strides=5,5", "'p' (MaxPool)"},
      {NULL, "", "Flatten x>f; MaxPool f>p " POOL, "windows are not square"},
      {"1,4,4,1", "", "MaxPool x>p " POOL, "windows are not square"},
      {NULL, "", "MaxPool x>~ " POOL, "gives nothing"},
      {NULL, "k:1x1x1; v:4x3", "AveragePool x>a " POOL "; Mul a,k>p" END,
       "4x4 S2:linear F3:softmax"},
      {NULL, "n:=4; k:1x1x1; b:1x1x1; v:4x3",
       "AveragePool x>a " POOL "; Mul a,n>m; Mul m,k>s; Add s,b>p" END, "4x4 S2:linear F3:softmax"},
      {NULL, "k:2", "AveragePool x>a " POOL "; Mul a,k>p" END, "one coefficient for each map"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>p; Relu p>y",
       "one coefficient for each map"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>p", "one coefficient for each map"},
      {NULL, "n:=3", "AveragePool x>a " POOL "; Mul a,n>p", "multiplies by what is neither"},
      {NULL, "k:1x1x1", "AveragePool x>a " POOL "; Mul a,k>~", "gives nothing"},
      {NULL, "n:=4", "AveragePool x>a " POOL "; Mul a,n>~", "gives nothing"},
      {NULL, "k:1x1x1; b:2", "AveragePool x>a " POOL "; Mul a,k>p; Add p,b>y", "adds no number"},
      {NULL, "k:1x1x1", "AveragePool x>a " POOL "; Mul a,k,k>p", "multiplies by what is neither"},
      {NULL, "i:[0,0]; k:2x1x1; v:8x3",
       "Gather x,i>g axis=1; AveragePool g>a " POOL "; Mul a,k>p" END,
       "4x4 S2@2:linear F3:softmax"},
      {NULL, "i:[0,0]", "Gather x,i>g axis=1; AveragePool g>p " POOL, "has no coefficients"},
      {NULL, "i:[0,0]", "Gather x,i>g axis=1; Relu g>y", "no AveragePool reads it"},
      {NULL, "i:[0,0]", "Gather x,i>y axis=1", "no AveragePool reads it"},
      {NULL, "i:[0,0]", "Gather x,i>~ axis=1", "gives nothing"},
      {NULL, "i:[0,0]", "Gather x,i>y", "each map the same number of times"},
      {NULL, "i:[0,1]", "Gather x,i>y axis=1", "each map the same number of times"},
      {NULL, "i:0", "Gather x,i>y axis=1", "each map the same number of times"},
      {NULL, "w:2x1x3x3; i:[0,0,1]", "Conv x,w>c; Gather c,i>y axis=1",
       "each map the same number of times"},
      {NULL, "", "Gather x>y axis=1", "each map the same number of times"},
  };
  CHECK_ALL(graphs);
}

/* ---- activations and ends ---- */

#define DENSE "Flatten x>f; Gemm f,v>g; "

static void test_activations(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", DENSE "Relu g>y", "the last row must be"},
      {NULL, "v:16x3", DENSE "Tanh g>y", "4x4 F3:tanh"},
      {NULL, "v:16x3", DENSE "Sigmoid g>y", "the last row must be"},
      {NULL, "v:16x3", DENSE "Softmax g>y", "4x4 F3:softmax"},
      {NULL, "v:16x3", DENSE "LogSoftmax g>y axis=1", "4x4 F3:softmax"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>y",
       "4x4 F3:scaled"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul i,g>a; Tanh a>b; Mul o,b>y",
       "4x4 F3:scaled"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Relu b>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.5", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>y",
       "begins no 1.7159 tanh(2a/3)"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>~", "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667; o:=1.7159", DENSE "Mul g,i>a; Tanh a>b; Mul b,o>~",
       "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>", "multiplies by what is neither"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>a; Relu a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; i:[1]", DENSE "Mul g,i>a; Tanh a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; i:2", DENSE "Mul g,i>a; Tanh a>y", "multiplies by what is neither"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>y", "4x4 F3:tanh"},
      {NULL, "v:16x3; q:=4", DENSE "Mul g,q>m; Softmax m>y", "no units with targets"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>y axis=0", "over the units"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Softmax m>~", "gives nothing"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>m; Relu m>y",
       "multiplies by what is neither"},
      {NULL, "v:16x3; q:=4", DENSE "Tanh g>t; Mul t,q>~; Softmax ~>y", "gives nothing"},
      {NULL, "v:16x3; i:=0.6666667", DENSE "Mul g,i>~; Tanh ~>y", "gives nothing"},
      {NULL, "v:16x3", DENSE "Softmax g>y axis=2", "over the units"},
      {NULL, "v:16x3", "Flatten x>f; Softmax f>y", "over the units"},
      {NULL, "w:2x1x3x3", "Conv x,w>c; Softmax c>y", "over the units"},
      {NULL, "v:16x3", DENSE "Softmax g>~", "gives nothing"},
      {NULL, "v:16x3", DENSE "Softmax g>s; Relu s>y", "no row whose activation"},
      {NULL, "v:16x3", DENSE "Softmax g>s; Softmax s>y", "no row whose activation"},
      {NULL, "v:16x3; u:3x2", DENSE "Softmax g>s; Gemm s,u>y", "stands behind the softmax"},
      {NULL, "v:16x3", DENSE "Relu g>r; Tanh r>y", "no row whose activation"},
      {NULL, "v:16x3", DENSE "Relu g>~", "gives nothing"},
      {NULL, "", "Relu x>y", "no row whose activation"},
      {NULL, "", "MaxPool x>p " POOL "; Relu p>y", "no row whose activation"},
      {NULL, "", "AveragePool x>p " POOL "; Relu p>y", "no row whose activation"},
      {NULL, "w:2x1x3x3; v:2x3", "Conv x,w>c; MaxPool c>q " POOL "; Relu q>p" END,
       "4x4 C2@3:relu M2 F3:softmax"},
      {NULL, "k:1x1x1; v:4x3", "AveragePool x>a " POOL "; Mul a,k>s; Sigmoid s>p" END,
       "4x4 S2:sigmoid F3:softmax"},
      {NULL, "v:16x3", DENSE "Elu g>y", "lenet has no such layer"},
  };
  CHECK_ALL(graphs);
}

/* ---- the same numbers in another order ---- */

static void test_orders(void **state)
{
  static const graph graphs[] = {
      {NULL, "v:16x3", "Flatten x>f axis=2; Gemm f,v>y", "an axis other than 1"},
      {NULL, "v:16x3", "Flatten x>~; Gemm f,v>y", "gives nothing"},
      {NULL, "s:[-1,16]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[0,-1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[1,16]; v:16x3", "Reshape x,s>e; Reshape e,s>f; Gemm f,v>y", "4x4 F3:softmax"},
      {NULL, "s:[-1,-1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[2,16]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,8]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,16,1]; v:16x3", "Reshape x,s>f; Gemm f,v>y", "its new shape"},
      {NULL, "s:[1,16]; v:16x3", "Reshape x,s>~; Gemm f,v>y", "gives nothing"},
      {NULL, "s:2x2", "Reshape x,s>f", "its new shape"},
      {NULL, "s:i7", "Reshape x,s>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x,nothing,s>f", "its new shape"},
      {NULL, "s:[1,16]", "Reshape x,nothing>f", "its new shape"},
      /* Maps last and first again. */
      {NULL, "s:[1,4,4,1]; r:[1,1,4,4]; v:16x3", "Reshape x,s>a; Reshape a,r>p" END,
       "4x4 F3:softmax"},
      {"1,4,4,1", "r:[0,1,4,4]; w:2x1x3x3; v:8x3", "Reshape x,r>a; Conv a,w>p" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "r:[9,1,4,4]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,2,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,4,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,4,2,1]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,2,4]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,4,2]", "Reshape x,r>y", "its new shape"},
      {NULL, "r:[1,1,4,4]", "Flatten x>f; Reshape f,r>y", "its new shape"},
      {NULL, "r:[1,1,4,4]", "Reshape x,r>~", "gives nothing"},
      {NULL, "w:2x1x3x3; r:[1,2,2,2]; v:8x3", "Conv x,w>c; Reshape c,r>p" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; r:[1,2,2,2]", "Conv x,w>c; Transpose c>d perm=0,2,3,1; Reshape d,r>y",
       "its new shape"},
      {NULL, "w:2x1x4x4; r:[1,1,1,2]; v:2x3", "Conv x,w>c; Reshape c,r>p" END,
       "4x4 C2@4:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3", "Conv x,w>c; Transpose c>p perm=0,2,3,1" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x3x3; v:8x3",
       "Conv x,w>c; Transpose c>d perm=0,2,3,1; Transpose d>p perm=0,3,1,2" END,
       "4x4 C2@3:linear F3:softmax"},
      {NULL, "w:2x1x4x4; v:2x3", "Conv x,w>c; Transpose c>p perm=0,2,3,1" END,
       "4x4 C2@4:linear F3:softmax"},
      {NULL, "", "Transpose x>y perm=0,3,1,2", "maps first or last"},
      {NULL, "", "Transpose x>y perm=0,2,3", "maps first or last"},
      {NULL, "", "Transpose x>y", "maps first or last"},
      {NULL, "", "Flatten x>f; Transpose f>y perm=0,2,3,1", "maps first or last"},
      {NULL, "", "Transpose x>~ perm=0,2,3,1", "gives nothing"},
      {NULL, "v:16x3", "Identity x>a; Dropout a>p" END, "4x4 F3:softmax"},
      {NULL, "v:16x3", "Identity x>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
}

/* What is left of a picture behind the last convolution: [N, units, 1, 1]. */
static void test_squeeze(void **state)
{
#define ONE "w:3x1x4x4; "
  static const graph graphs[] = {
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c,a>y", "4x4 C3@4:softmax"},
      {NULL, ONE "a:[-1,-2]", "Conv x,w>c; Squeeze c,a>y", "4x4 C3@4:softmax"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=3,2", "4x4 C3@4:softmax"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c>y", "axes other than rows and columns"},
      {NULL, ONE "a:[0,5]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[1,4]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[2,2]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[3,3]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[2,-2]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[3,1]", "Conv x,w>c; Squeeze c,a>y", "axes other than rows and columns"},
      {NULL, ONE "a:[9223372036854775807,3]", "Conv x,w>c; Squeeze c,a>y",
       "axes other than rows and columns"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=9223372036854775807,9223372036854775807",
       "axes other than rows and columns"},
      {NULL, ONE, "Conv x,w>c; Squeeze c>y axes=0,1,2,3,4", "axes other than rows and columns"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Squeeze c,a>~", "gives nothing"},
      {NULL, "a:[2,3]", "Squeeze x,a>y", "more than one pixel a map"},
      {"1,1,1,1", "a:[2,3]", "Flatten x>f; Squeeze f,a>y", "more than one pixel a map"},
      {NULL, ONE "a:[2,3]", "Conv x,w>c; Transpose c>d perm=0,2,3,1; Squeeze d,a>y",
       "more than one pixel a map"},
  };
  CHECK_ALL(graphs);
#undef ONE
}

static void test_pad(void **state)
{
#define BORDER "p:[0,0,1,1,0,0,1,1]; v:36x3; "
#define REST "; Flatten q>f; Gemm f,v>y"
  static const graph graphs[] = {
      {NULL, BORDER, "Pad x,p>q" REST, "4x4 P1 F3:softmax"},
      {NULL, BORDER "z:=0", "Pad x,p,z>q mode=constant" REST, "4x4 P1 F3:softmax"},
      {NULL, BORDER, "Pad x,p,~>q" REST, "4x4 P1 F3:softmax"},
      {NULL, "v:36x3", "Pad x>q pads=0,0,1,1,0,0,1,1 value=0.0" REST, "4x4 P1 F3:softmax"},
      {NULL, "p:[0,0,0,0,0,0,0,0]; v:16x3", "Pad x,p>q" REST, "4x4 F3:softmax"},
      {"1,4,4,1", "p:[0,1,1,0,0,1,1,0]; v:36x3", "Pad x,p>q" REST, "4x4 P1 F3:softmax"},
      {NULL, "p:[0,0,1,1,0,0,1,2]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,1,1,0,0,1]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,-1,-1,0,0,-1,-1]", "Pad x,p>q", "no border of zeros"},
      {NULL, "p:[0,0,999,999,0,0,999,999]", "Pad x,p>q", "no border of zeros"},
      {NULL, "", "Pad x>q pads=0,0,1,1,0,0,1,1,0", "no border of zeros"},
      {NULL, BORDER, "Flatten x>f; Pad f,p>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q mode=reflect", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q mode=anything", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>q value=0.5", "no border of zeros"},
      {NULL, BORDER "z:=1", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER "z:[0]", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER "z:2", "Pad x,p,z>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p,nothing>q", "no border of zeros"},
      {NULL, BORDER, "Pad x,p>~", "gives nothing"},
  };
  CHECK_ALL(graphs);
#undef BORDER
#undef REST
}

/* x.view(x.size(0), -1) of PyTorch: the shape is computed. */
static void test_batch_size(void **state)
{
#define VIEW(before, join) before "; " join "; Reshape x,r>f; Gemm f,v>y"
#define ARRAYS "z:i0; a:[0]; t:[-1]; v:16x3"
#define SIZE "Shape x>s; Gather s,z>u axis=0"
#define JOIN "Concat u,t>r axis=0"
#define REFUSED "its new shape"
  static const graph graphs[] = {
      {NULL, ARRAYS, VIEW(SIZE, JOIN), "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>g; Unsqueeze g,a>u", JOIN), "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>g; Unsqueeze g>u axes=0,", JOIN),
       "4x4 F3:softmax"},
      {NULL, ARRAYS, VIEW("Unsqueeze >u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Unsqueeze nothing,a>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s", "Concat nothing,t>r"), REFUSED},
      {NULL, ARRAYS, VIEW(SIZE, "Identity u>r"), REFUSED},
      {NULL, ARRAYS, VIEW(SIZE, "Concat u,t,t>r"), REFUSED},
      {NULL, "z:i0; t:[-1,2]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s,z>u axis=1", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Gather s>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x>s; Relu s>u", JOIN), REFUSED},
      {NULL, "z:[0,0]; t:[-1]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, "z:i1; t:[-1]; v:16x3", VIEW(SIZE, JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Gather nothing,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Identity v>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape x,x>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Shape v>s; Gather s,z>u", JOIN), REFUSED},
      {NULL, ARRAYS, VIEW("Elu v>; " SIZE, "Identity u>r"), REFUSED},
  };
  CHECK_ALL(graphs);
}

/* ---- distances to codes ---- */

static void put_codes(onnx_model *model)
{
  onnx_tensor *codes = model->graph->initializer[0];
  for (int digit = 0; digit < (int)codes->dims[0]; digit++) {
    lenet_real code[LENET_CODE_CELLS];
    lenet_class_code(10, digit, code);
    for (int i = 0; i < LENET_CODE_CELLS; i++)
      codes->float_data[digit * LENET_CODE_CELLS + i] = (float)code[i];
  }
}

static void test_codes(void **state)
{
#define CODES "c:10x84; s:[-1,1,84]; a:[2]"
#define STEPS "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r keepdims=0; Neg r>y"
  static const graph good[] = {
      {"1,1,12,7", CODES, STEPS, "12x7 R10"},
      {"1,1,12,7", "c:3x84; s:[0,1,84]; a:[-1]", STEPS "", "12x7 R3"},
      {"1,1,12,7", CODES, STEPS "; Softmax y>z", "no node leads"},
      {"1,1,12,7", CODES, "Reshape x,s>~", "gives nothing"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>~", "gives nothing"},
      {"1,1,12,7", CODES,
       "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r keepdims=0; Neg r>~", "gives nothing"},
      {"1,1,12,7", CODES, "Reshape x,s>u", "begins no row of distances"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Relu u>y", "begins no row of distances"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,c>y", "squares no differences"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d>y", "squares no differences"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q>r keepdims=0; Neg r>y",
       "sum over a code's cells"},
      {"1,1,12,7", "c:10x84; s:[-1,1,84]; a:[1]", STEPS, "sum over a code's cells"},
      {"1,1,12,7", CODES, "Reshape x,s>u; Sub u,c>d; Mul d,d>q; ReduceSum q,a>r; Neg r>y",
       "sum over a code's cells"},
      {"1,12,7,1", CODES, STEPS, "its new shape"},
      {"1,1,6,7", CODES "; w:2x1x1x1",
       "Conv x,w>v; Transpose v>t perm=0,2,3,1; Flatten t>f; Reshape f,s>y", "its new shape"},
      {"1,1,12,7", CODES "; k:=4", STEPS "; Mul y,k>m; Softmax m>z", "no units with targets"},
      {"1,1,4,4", CODES, "Reshape x,s>y", "its new shape"},
      {"1,1,12,7", "c:10x84; s:[-1,2,84]", "Reshape x,s>y", "its new shape"},
      {"1,1,12,7", "c:10x84; s:[-1,1,83]", "Reshape x,s>y", "its new shape"},
  };
  static const graph bad[] = {
      {"1,1,12,7", CODES, STEPS, "its codes are not"},
      {"1,1,12,7", "c:84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:0x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:11x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:96x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "c:10x83; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
      {"1,1,12,7", "k:10x84; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"},
  };
  for (size_t i = 0; i < sizeof good / sizeof *good; i++)
    check(state, &good[i], put_codes);
  CHECK_ALL(bad);
}

/* ---- what text does not say ---- */

#define TEXT(words) ((char *)(uintptr_t)(words))

static onnx_value second = LENET_ONNX__VALUE_INFO_PROTO__INIT;
static onnx_value *two_inputs[2];
static void more_inputs(onnx_model *m, const char *name)
{
  second.name = TEXT(name);
  two_inputs[0] = &second;
  two_inputs[1] = m->graph->input[0];
  m->graph->input = two_inputs;
  m->graph->n_input = 2;
}
static void array_is_input(onnx_model *m) { more_inputs(m, "v"); }
static void two_pictures(onnx_model *m) { more_inputs(m, "z"); }
static void no_name(onnx_model *m) { more_inputs(m, NULL); }
static void no_input(onnx_model *m) { m->graph->n_input = 0; }
static void no_type(onnx_model *m) { m->graph->input[0]->type = NULL; }
static void other_type(onnx_model *m)
{
  static LenetOnnx__TypeProto__Sequence sequence = LENET_ONNX__TYPE_PROTO__SEQUENCE__INIT;
  m->graph->input[0]->type->value_case = LENET_ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE;
  m->graph->input[0]->type->sequence_type = &sequence;
}
static void no_shape(onnx_model *m) { m->graph->input[0]->type->tensor_type->shape = NULL; }
static void doubles(onnx_model *m) { m->graph->input[0]->type->tensor_type->elem_type = 11; }
static void named_side(onnx_model *m)
{
  LenetOnnx__TensorShapeProto__Dimension *dim =
      m->graph->input[0]->type->tensor_type->shape->dim[2];
  dim->value_case = LENET_ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
  dim->dim_param = TEXT("height");
}
static void unnamed_input(onnx_model *m) { m->graph->input[0]->name = NULL; }
static void older(onnx_model *m) { m->opset_import[0]->version = 6; }
static void newer(onnx_model *m) { m->opset_import[0]->version = 24; }
static void other_set(onnx_model *m) { m->opset_import[0]->domain = TEXT("com.example"); }
static void same_set(onnx_model *m) { m->opset_import[0]->domain = TEXT("ai.onnx"); }
static void same_domain(onnx_model *m) { m->graph->node[0]->domain = TEXT("ai.onnx"); }
static void no_graph(onnx_model *m) { m->graph = NULL; }
static void many_nodes(onnx_model *m)
{
  static onnx_node *nodes[600];
  for (size_t i = 0; i < 600; i++)
    nodes[i] = m->graph->node[0];
  m->graph->node = nodes;
  m->graph->n_node = 600;
}
static void many_arrays(onnx_model *m)
{
  static onnx_tensor *arrays[600];
  for (size_t i = 0; i < 600; i++)
    arrays[i] = m->graph->initializer[0];
  m->graph->initializer = arrays;
  m->graph->n_initializer = 600;
}
static void external(onnx_model *m)
{
  static onnx_note entry = LENET_ONNX__STRING_STRING_ENTRY_PROTO__INIT, *entries[] = {&entry};
  m->graph->initializer[0]->n_external_data = 1;
  m->graph->initializer[0]->external_data = entries;
}
static void integers(onnx_model *m)
{
  onnx_tensor *array = m->graph->initializer[0];
  static int64_t numbers[64];
  array->data_type = LENET_ONNX__TENSOR_PROTO__DATA_TYPE__INT64;
  array->n_int64_data = array->n_float_data;
  array->int64_data = numbers;
  array->n_float_data = 0;
}
static void two_dims(onnx_model *m)
{
  static int64_t dims[] = {1, 2};
  m->graph->initializer[0]->n_dims = 2;
  m->graph->initializer[0]->dims = dims;
}
static void named_node(onnx_model *m)
{
  m->graph->node[m->graph->n_node - 1]->name = TEXT("the last");
  m->graph->node[m->graph->n_node - 1]->op_type = NULL;
}

static void empty_name(onnx_model *m) { m->graph->node[0]->name = TEXT(""); }

static void test_frame(void **state)
{
#define WHOLE "v:16x3", "Flatten x>f; Gemm f,v>y"
  static const struct {
    void (*change)(onnx_model *model);
    graph graph;
  } files[] = {
      {array_is_input, {NULL, WHOLE, "4x4 F3:softmax"}},
      {same_set, {NULL, WHOLE, "4x4 F3:softmax"}},
      {same_domain, {NULL, WHOLE, "4x4 F3:softmax"}},
      {two_pictures, {NULL, WHOLE, "several inputs"}},
      {no_name, {NULL, WHOLE, "several inputs"}},
      {no_input, {NULL, WHOLE, "not [N, 1, rows, columns]"}},
      {no_type, {NULL, WHOLE, "not [N, 1, rows, columns]"}},
      {other_type, {NULL, WHOLE, "not [N, 1, rows, columns]"}},
      {no_shape, {NULL, WHOLE, "not [N, 1, rows, columns]"}},
      {doubles, {NULL, WHOLE, "of float32, with sides"}},
      {named_side, {NULL, WHOLE, "of float32, with sides"}},
      {NULL, {"1,1,4", WHOLE, "not [N, 1, rows, columns]"}},
      {NULL, {"1,2,4,4", WHOLE, "of float32, with sides"}},
      {NULL, {"1,1,0,4", WHOLE, "of float32, with sides"}},
      {NULL, {"1,1,129,4", WHOLE, "of float32, with sides"}},
      {NULL, {"1,1,4,0", WHOLE, "of float32, with sides"}},
      {NULL, {"1,1,4,129", WHOLE, "of float32, with sides"}},
      {unnamed_input, {NULL, WHOLE, "is not on one way"}},
      {older, {NULL, WHOLE, "operator set 6"}},
      {newer, {NULL, WHOLE, "operator set 24"}},
      {other_set, {NULL, WHOLE, "operator set 0"}},
      {no_graph, {NULL, WHOLE, "there is no graph"}},
      {many_nodes, {NULL, WHOLE, "more nodes or arrays"}},
      {many_arrays, {NULL, WHOLE, "more nodes or arrays"}},
      {external, {NULL, WHOLE, "in another file"}},
      {integers, {NULL, WHOLE, "do not read the 16 units"}},
      {integers, {NULL, "w:2x1x3x3", "Conv x,w>y", "not square"}},
      {integers, {"1,1,12,7", "c:1x64; s:[-1,1,84]; a:[2]", STEPS, "its codes are not"}},
      {two_dims, {NULL, "s:[-1,16]", "Reshape x,s>y", "its new shape"}},
      {named_node, {NULL, "v:16x3", "Flatten x>f; Elu f>y", "node 'the last' ()"}},
      {empty_name, {NULL, "v:16x3", "Elu x>f", "node 'f' (Elu)"}},
      {NULL, {NULL, "v:16x3", "Flatten x>f; Elu f>", "node '' (Elu)"}},
      {NULL,
       {NULL, "v:1x1x1x1x1x1x1x1x16", "Flatten x>f; Gemm f,v>y", "a shape that no LeNet has"}},
      {NULL, {NULL, "v:16x3", "Identity x>y", "no node leads to the graph's output"}},
      {NULL, {NULL, "v:16x3", "Flatten x>f; Gemm f,v>z", "no node leads to the graph's output"}},
      {NULL, {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y; Relu v>z", "is not on one way"}},
      {NULL, {NULL, "v:16x3", "Flatten x>f; Gemm f,v>y; Constant >k v", "4x4 F3:softmax"}},
      {NULL, {NULL, "c:16x3", "Flatten x>f; Constant >v c; Gemm f,v>y", "4x4 F3:softmax"}},
      {NULL, {NULL, "c:16x3", "Flatten x>f; Constant >v,w c; Gemm f,v>y", "reads what is neither"}},
      {NULL, {NULL, "", "Flatten x>f; Constant >v; Gemm f,v>y", "reads what is neither"}},
  };
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    check(state, &files[i].graph, files[i].change);
}

static void test_many_rows(void **state)
{
  char nodes[2048] = "";
  for (int i = 0; i <= LENET_MAX_ROWS; i++)
    snprintf(nodes + strlen(nodes), sizeof nodes - strlen(nodes),
             "MaxPool v%d>v%d kernel_shape=1,1;", i, i + 1);
  memcpy(strchr(nodes, ' ') + 1, "x ", 2); /* "MaxPool x >v1": the first reads the input */
  memmove(strchr(nodes, ' ') + 2, strchr(nodes, ' ') + 3, strlen(strchr(nodes, ' ') + 3) + 1);
  check(state, &(graph){NULL, "", nodes, "more than"}, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
  const struct CMUnitTest tests[] = {
      TEST(test_conv),   TEST(test_dense),   TEST(test_pools),    TEST(test_activations),
      TEST(test_orders), TEST(test_squeeze), TEST(test_pad),      TEST(test_batch_size),
      TEST(test_codes),  TEST(test_frame),   TEST(test_many_rows)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) { return 77; }

#endif
