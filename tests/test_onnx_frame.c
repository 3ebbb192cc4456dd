/* The frame of an ONNX file by other programs: inputs, types, operator sets, names, and where
 * arrays are. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "onnx_graph.h"

#if LENET_HAVE_ONNX

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

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_frame),
      IN_SCRATCH(test_many_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void) { return 77; }

#endif
