/* ONNX files: what is written comes back bit for bit, holds what onnx.proto says it should, and no
 * damaged or hostile file is taken for a model. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "files/onnx.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>

static void skip_without_files(void)
{
  lenet_model *model = NULL;
  if (lenet_model_load_onnx("/nowhere", &model, NULL) == LENET_UNSUPPORTED)
    skip();
}

static lenet_model *new_model(const char *notation)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  const lenet_input input = {1.0f / 255, -0.1f};
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, input, 7, &model, &error))
    fail_msg("%s: %s", notation, error.message);
  /* Biases too, as training would make them. */
  const lenet_layout *layout = lenet_model_layout(model);
  lenet_real *parameters = lenet_model_parameters_mut(model);
  lenet_rng rng = lenet_rng_at(7, LENET_STREAM_WEIGHTS, 99);
  for (int row = 0; row < network.row_count; row++)
    for (size_t i = 0; i < layout->layer[row].bias_count; i++)
      parameters[layout->layer[row].bias_offset + i] = (float)lenet_rng_range(&rng, -1, 1);
  return model;
}

static void check_round_trip(void **state, const char *notation)
{
  char path[SCRATCH_PATH], printed[LENET_MAX_NOTATION];
  lenet_error error;
  lenet_model *model = new_model(notation), *loaded = NULL;
  scratch_path(state, "m.onnx", path);
  assert_int_equal(lenet_model_set_note(model, "recipe", "lenet train --seed 1", &error), 0);
  if (lenet_model_save_onnx(model, path, &error) || lenet_model_load_onnx(path, &loaded, &error))
    fail_msg("%s: %s", notation, error.message);
  lenet_network_print(lenet_model_network(loaded), printed);
  assert_string_equal(printed, notation);
  assert_memory_equal(lenet_model_parameters(loaded), lenet_model_parameters(model),
                      lenet_model_layout(model)->parameter_count * sizeof(lenet_real));
  assert_true(lenet_model_input(loaded).scale == 1.0f / 255);
  assert_true(lenet_model_input(loaded).offset == -0.1f);
  assert_string_equal(lenet_model_note(loaded, "recipe"), "lenet train --seed 1");
  lenet_model_free(model);
  lenet_model_free(loaded);
}

static void test_variants(void **state)
{
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  skip_without_files();
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[i].network, notation);
    check_round_trip(state, notation);
  }
}

/* What the named networks do not have. */
static void test_odd_networks(void **state)
{
  static const char *const notations[] = {
      "9x9 S3:sigmoid C10@3:tanh", /* an area that is no power of 2, a convolution at the end */
      "6x6 S2@2 S6@3 F2:scaled",   /* maps read several times, no convolution */
      "4x6 P1 P2 C2@3 P1 M2 F84:linear R3", /* borders in a row, and one before a pool */
      "1x1 F2:softmax",
      "84x1 R10",
      "12x7 C3@1:linear A1 M1 S1:linear F5:sigmoid F2:tanh",
      "2x2 C4@2:softmax",
      "8x8 C4@1:relu S4@8:softmax",
      "12x7 R2",
  };
  skip_without_files();
  for (size_t i = 0; i < sizeof notations / sizeof *notations; i++)
    check_round_trip(state, notations[i]);
}

/* Rows by chance, whatever fits. */
static void test_random_networks(void **state)
{
  static const char *const tokens[] = {
      "P1",         "C3@3:tanh", "C4@1:linear", "C6@2", "A2",       "M2",           "S2",
      "S12@2:relu", "A3",        "S3:linear",   "F7",   "F84:relu", "C16@1:table1", "C8@5:sigmoid"};
  static const char *const ends[] = {"F10:softmax", "F3:tanh", "F4:scaled", "R10", "C2@1:softmax"};
  lenet_rng rng = lenet_rng_at(3, LENET_STREAM_WEIGHTS, 0);
  int checked = 0;
  skip_without_files();
  while (checked < 40) {
    char notation[LENET_MAX_NOTATION] = "";
    lenet_network network;
    size_t used = (size_t)snprintf(notation, sizeof notation, "%ux%u",
                                   1 + lenet_rng_below(&rng, 24), 1 + lenet_rng_below(&rng, 24));
    for (uint32_t rows = lenet_rng_below(&rng, 8); rows > 0; rows--) {
      const char *token = tokens[lenet_rng_below(&rng, sizeof tokens / sizeof *tokens)];
      snprintf(notation + used, sizeof notation - used, " %s", token);
      if (lenet_network_parse(notation, &network, NULL) == LENET_BAD_NOTATION) {
        /* Rows in front of an end: it is bad for want of one, or because the token does not fit. */
        char closed[LENET_MAX_NOTATION + 16];
        snprintf(closed, sizeof closed, "%s F2:softmax", notation);
        if (lenet_network_parse(closed, &network, NULL) != LENET_OK) {
          notation[used] = '\0';
          continue;
        }
      }
      used = strlen(notation);
    }
    snprintf(notation + used, sizeof notation - used, " %s",
             ends[lenet_rng_below(&rng, sizeof ends / sizeof *ends)]);
    if (lenet_network_parse(notation, &network, NULL) != LENET_OK)
      continue;
    lenet_network_print(&network, notation);
    check_round_trip(state, notation);
    checked++;
  }
}

#if LENET_HAVE_ONNX

static onnx_model *read_model(const char *path, uint8_t *bytes, size_t room, size_t *size)
{
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  *size = fread(bytes, 1, room, file);
  assert_in_range(*size, 1, room - 1);
  fclose(file);
  onnx_model *model = lenet_onnx__model_proto__unpack(NULL, *size, bytes);
  assert_non_null(model);
  return model;
}

static uint8_t file_bytes[1 << 20];

static const onnx_tensor *tensor_of(const onnx_graph *graph, const char *name)
{
  for (size_t i = 0; i < graph->n_initializer; i++)
    if (strcmp(graph->initializer[i]->name, name) == 0)
      return graph->initializer[i];
  fail_msg("no array %s", name);
  return NULL;
}

static void check_value(const onnx_value *value, const char *name, size_t dims,
                        const int64_t *shape)
{
  const LenetOnnx__TensorShapeProto *there = value->type->tensor_type->shape;
  assert_string_equal(value->name, name);
  assert_int_equal(value->type->tensor_type->elem_type, 1);
  assert_int_equal(there->n_dim, dims + 1);
  assert_string_equal(there->dim[0]->dim_param, "N");
  for (size_t i = 0; i < dims; i++)
    assert_int_equal(there->dim[i + 1]->dim_value, shape[i]);
}

/* The file by hand: versions, shapes, names, and the arithmetic of an S row. */
static void test_contents(void **state)
{
  static const char *const nodes[] = {"Conv C1",
                                      "Mul C1/in",
                                      "Tanh C1/tanh",
                                      "Mul C1/out",
                                      "AveragePool S2",
                                      "Mul S2/coefficient",
                                      "Add S2/bias",
                                      "Mul S2/in",
                                      "Tanh S2/tanh",
                                      "Mul S2/out",
                                      "Conv C3",
                                      "Mul C3/in",
                                      "Tanh C3/tanh",
                                      "Mul C3/out",
                                      "AveragePool S4",
                                      "Mul S4/coefficient",
                                      "Add S4/bias",
                                      "Mul S4/in",
                                      "Tanh S4/tanh",
                                      "Mul S4/out",
                                      "Conv C5",
                                      "Mul C5/in",
                                      "Tanh C5/tanh",
                                      "Mul C5/out",
                                      "Flatten F6/flatten",
                                      "Gemm F6",
                                      "Mul F6/in",
                                      "Tanh F6/tanh",
                                      "Mul F6/out",
                                      "Reshape R7/units",
                                      "Sub R7/difference",
                                      "Mul R7/square",
                                      "ReduceSum R7",
                                      "Neg R7/negative",
                                      "Softmax softmax"};
  char path[SCRATCH_PATH];
  size_t size;
  lenet_error error;
  lenet_model *model = new_model("32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10");
  scratch_path(state, "m.onnx", path);
  assert_int_equal(lenet_model_save_onnx(model, path, &error), 0);
  onnx_model *file = read_model(path, file_bytes, sizeof file_bytes, &size);
  const onnx_graph *graph = file->graph;
  assert_int_equal(file->ir_version, 7);
  assert_int_equal(file->n_opset_import, 1);
  assert_int_equal(file->opset_import[0]->version, 13);
  assert_string_equal(graph->name, "lenet5-1998");
  assert_int_equal(graph->n_input, 1);
  check_value(graph->input[0], "input", 3, (int64_t[]){1, 32, 32});
  assert_int_equal(graph->n_output, 2);
  check_value(graph->output[0], "scores", 1, (int64_t[]){10});
  check_value(graph->output[1], "probabilities", 1, (int64_t[]){10});
  assert_int_equal(graph->n_node, sizeof nodes / sizeof *nodes);
  for (size_t i = 0; i < graph->n_node; i++) {
    char text[80];
    snprintf(text, sizeof text, "%s %s", graph->node[i]->op_type, graph->node[i]->name);
    assert_string_equal(text, nodes[i]);
  }
  /* C3 reads maps 0, 1 and 2 of S2 in its map 0, not map 3. */
  const onnx_tensor *c3 = tensor_of(graph, "c3.weight"), *s2 = tensor_of(graph, "s2.weight");
  assert_int_equal(c3->n_dims, 4);
  assert_int_equal(c3->raw_data.len, 16 * 6 * 25 * 4);
  for (size_t i = 0; i < 100; i++)
    assert_int_equal(c3->raw_data.data[3 * 100 + i], 0);
  /* A window's sum is four times its mean. */
  const uint8_t *raw = s2->raw_data.data;
  const uint32_t bits =
      raw[0] | (uint32_t)raw[1] << 8 | (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24;
  float coefficient;
  memcpy(&coefficient, &bits, sizeof coefficient);
  assert_int_equal(s2->n_dims, 3);
  assert_true(coefficient ==
              4 * lenet_model_parameters(model)[lenet_model_layout(model)->layer[1].weight_offset]);
  lenet_onnx__model_proto__free_unpacked(file, NULL);
  lenet_model_free(model);
}

/* Cut at every byte: refused with the path. Changed at every byte: refused, or a sound model. */
static void test_damage(void **state)
{
  char path[SCRATCH_PATH], damaged[SCRATCH_PATH];
  size_t size;
  lenet_error error;
  lenet_model *model = new_model("8x8 P1 C2@3 S2 S4@1:tanh M2 F4:relu F2:softmax"), *loaded = NULL;
  scratch_path(state, "m.onnx", path);
  scratch_path(state, "d.onnx", damaged);
  assert_int_equal(lenet_model_set_note(model, "recipe", "none", &error), 0);
  assert_int_equal(lenet_model_save_onnx(model, path, &error), 0);
  onnx_model *file = read_model(path, file_bytes, sizeof file_bytes, &size);
  lenet_onnx__model_proto__free_unpacked(file, NULL);
  for (size_t cut = 0; cut < size; cut++) {
    scratch_write(state, "d.onnx", file_bytes, cut);
    assert_int_not_equal(lenet_model_load_onnx(damaged, &loaded, &error), LENET_OK);
    assert_non_null(strstr(error.message, damaged));
  }
  for (size_t at = 0; at < size; at++)
    for (int mask = 1; mask < 256; mask <<= 2) {
      file_bytes[at] ^= (uint8_t)mask;
      scratch_write(state, "d.onnx", file_bytes, size);
      file_bytes[at] ^= (uint8_t)mask;
      if (lenet_model_load_onnx(damaged, &loaded, &error) == LENET_OK)
        lenet_model_free(loaded);
      else
        assert_true(error.status == LENET_BAD_FILE || error.status == LENET_UNSUPPORTED);
    }
  lenet_model_free(model);
}

/* ---- files made to harm ---- */

static void refuse_bytes(void **state, const uint8_t *bytes, size_t size)
{
  char path[SCRATCH_PATH];
  lenet_model *model = NULL;
  lenet_error error;
  scratch_write(state, "h.onnx", bytes, size);
  scratch_path(state, "h.onnx", path);
  assert_int_equal(lenet_model_load_onnx(path, &model, &error), LENET_BAD_FILE);
  assert_null(model);
}

/* Graphs inside attributes of nodes of graphs, deeper than any stack: each level is graph, node and
 * attribute. Built from the inside, so the bytes stand at the end of the room. */
static void test_depth(void **state)
{
  enum { LEVELS = 20000 };
  static uint8_t room[LEVELS * 24];
  static const uint8_t tags[] = {6 << 3 | 2, 5 << 3 | 2, 1 << 3 | 2}; /* g, attribute, node */
  uint8_t *at = room + sizeof room;
  for (int level = 0; level < 3 * LEVELS + 1; level++) {
    uint8_t length[10];
    size_t rest = (size_t)(room + sizeof room - at), bytes = 0;
    do {
      length[bytes] = (uint8_t)((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
      rest >>= 7;
    } while (length[bytes++] & 0x80);
    at -= bytes;
    memcpy(at, length, bytes);
    *--at = level == 3 * LEVELS ? 7 << 3 | 2 : tags[level % 3]; /* at last the model's graph */
  }
  refuse_bytes(state, at, (size_t)(room + sizeof room - at));
}

/* A hundred thousand empty nodes, and a list of as many integers: each byte would become many. */
static void test_many(void **state)
{
  enum { COUNT = 100000 };
  static uint8_t room[16 + 2 * COUNT];
  const uint8_t graph[] = {7 << 3 | 2, 0xc0, 0x9a, 0x0c}; /* of 200,000 bytes */
  memcpy(room, graph, sizeof graph);
  for (size_t i = 0; i < COUNT; i++)
    room[sizeof graph + 2 * i] = 1 << 3 | 2, room[sizeof graph + 2 * i + 1] = 0;
  refuse_bytes(state, room, sizeof graph + 2 * COUNT);
  const uint8_t list[] = {7 << 3 | 2, 0xc8, 0x9a, 0x0c, 5 << 3 | 2, 0xc4, 0x9a, 0x0c, /* a tensor */
                          7 << 3 | 2, 0xc0, 0x9a, 0x0c}; /* int64_data */
  memset(room, 0, sizeof room);
  memcpy(room, list, sizeof list);
  refuse_bytes(state, room, sizeof list + 2 * COUNT);
}

/* Bytes that are no message: a number without an end, the field 0, fields and groups that are none.
 */
static void test_bytes(void **state)
{
  static const struct {
    uint8_t bytes[16];
    size_t size;
  } files[] = {{"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12},
               {"\x00\x01", 2},
               {"\xf8\xff\xff\xff\x0f\x01", 6},
               {"\x08\xff", 2},
               {"\x3a\xff", 2},
               {"\x09\x01", 2},
               {"\x3b\x01", 2},
               {"\x3a\x05\x01", 3},
               {"\x08\x01", 2},
               {"\xaa\x3e\x02\x01\x02\x3a", 6}};
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    refuse_bytes(state, files[i].bytes, files[i].size);
}

/* ---- files that say what does not fit ---- */

/* Writes a good model as `change` leaves it. */
/* What could not be loaded again is not written, and what was there stays. */
static void test_not_finite(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = new_model("8x8 F2:softmax"), *loaded = NULL;
  scratch_path(state, "m.onnx", path);
  assert_int_equal(lenet_model_save_onnx(model, path, &error), 0);
  lenet_model_parameters_mut(model)[7] = (lenet_real)NAN;
  assert_int_equal(lenet_model_save_onnx(model, path, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(error.position, 7);
  assert_int_equal(lenet_model_load_onnx(path, &loaded, &error), LENET_OK);
  lenet_model_free(loaded);
  lenet_model_free(model);
}

static void refuse_changed(void **state, void (*change)(onnx_model *model), lenet_status status,
                           const char *reason)
{
  char path[SCRATCH_PATH];
  size_t size;
  lenet_error error;
  lenet_model *model = new_model("8x8 C2@3:tanh A2 F4:relu F2:softmax"), *loaded = NULL;
  scratch_path(state, "c.onnx", path);
  assert_int_equal(lenet_model_save_onnx(model, path, &error), 0);
  onnx_model *file = read_model(path, file_bytes, sizeof file_bytes, &size);
  lenet_model_free(model);
  change(file);
  size = lenet_onnx__model_proto__pack(file, file_bytes);
  lenet_onnx__model_proto__free_unpacked(file, NULL);
  scratch_write(state, "c.onnx", file_bytes, size);
  assert_int_equal(lenet_model_load_onnx(path, &loaded, &error), status);
  if (!strstr(error.message, reason))
    fail_msg("'%s' says nothing of '%s'", error.message, reason);
}

static void rename_text(char **text, const char *name)
{
  free(*text);
  *text = strdup(name);
}

static onnx_node *node_of(onnx_model *model, const char *name)
{
  for (size_t i = 0; i < model->graph->n_node; i++)
    if (strcmp(model->graph->node[i]->name, name) == 0)
      return model->graph->node[i];
  fail_msg("no node %s", name);
  return NULL;
}

static void unknown_node(onnx_model *m) { rename_text(&node_of(m, "C1/tanh")->op_type, "Elu"); }
static void other_domain(onnx_model *m) { rename_text(&node_of(m, "C1")->domain, "com.example"); }
static void dangling(onnx_model *m) { rename_text(&node_of(m, "F3")->input[1], "nothing"); }
static void cut_way(onnx_model *m) { rename_text(&node_of(m, "S2")->input[0], "nothing"); }
static void cycle(onnx_model *m) { rename_text(&node_of(m, "F3/relu")->output[0], "C1"); }
static void wrong_dims(onnx_model *m) { m->graph->initializer[0]->dims[1] = 2; }
static void huge_dims(onnx_model *m) { m->graph->initializer[0]->dims[0] = INT64_MAX; }
static void negative_dims(onnx_model *m) { m->graph->initializer[0]->dims[0] = -2; }
static void doubles(onnx_model *m) { m->graph->initializer[0]->data_type = 11; }
static void old_opset(onnx_model *m) { m->opset_import[0]->version = 3; }
static void other_notation(onnx_model *m)
{
  rename_text(&m->metadata_props[0]->value, "8x8 C2@3:tanh M2 F4:relu F2:softmax");
}
/* The nodes are those of 8x8 C2@3:tanh A2 F4:relu F2:softmax. */
static const char *said;
static void say(onnx_model *m) { rename_text(&m->metadata_props[0]->value, said); }
static void no_notation(onnx_model *m) { rename_text(&m->metadata_props[0]->key, "other"); }
static void no_note(onnx_model *m, const char *key)
{
  for (size_t i = 0; i < m->n_metadata_props; i++)
    if (strcmp(m->metadata_props[i]->key, key) == 0)
      rename_text(&m->metadata_props[i]->key, "other");
}
static void no_scale(onnx_model *m) { no_note(m, "input_scale"); }
static void no_offset(onnx_model *m) { no_note(m, "input_offset"); }
static void no_format(onnx_model *m) { rename_text(&m->metadata_props[3]->key, "other"); }
static void elsewhere(onnx_model *m)
{
  m->graph->initializer[0]->has_data_location = 1;
  m->graph->initializer[0]->data_location = 1;
}
static void no_number(onnx_model *m) { memset(m->graph->initializer[0]->raw_data.data, 0xff, 4); }
static void strided(onnx_model *m)
{
  onnx_attribute *attribute = node_of(m, "C1")->attribute[0];
  rename_text(&attribute->name, "strides");
}
static void side_way(onnx_model *m) { rename_text(&node_of(m, "F3/relu")->input[0], "C1/tanh"); }

static void test_changed(void **state)
{
  refuse_changed(state, unknown_node, LENET_UNSUPPORTED,
                 "'C1/tanh' (Elu): lenet has no such layer");
  refuse_changed(state, other_domain, LENET_UNSUPPORTED,
                 "'C1' (Conv): of the domain 'com.example'");
  refuse_changed(state, dangling, LENET_BAD_FILE, "'F3' (Gemm): it reads what is neither");
  refuse_changed(state, cut_way, LENET_UNSUPPORTED, "'S2' (AveragePool): is not on one way");
  refuse_changed(state, cycle, LENET_UNSUPPORTED, "is not on one way");
  refuse_changed(state, wrong_dims, LENET_BAD_FILE, "more or fewer numbers");
  refuse_changed(state, huge_dims, LENET_BAD_FILE, "a shape that no LeNet has");
  refuse_changed(state, negative_dims, LENET_BAD_FILE, "a shape that no LeNet has");
  refuse_changed(state, doubles, LENET_BAD_FILE, "neither of float32 nor of int64");
  refuse_changed(state, old_opset, LENET_UNSUPPORTED, "operator set 3");
  refuse_changed(state, other_notation, LENET_BAD_FILE, "of another network than the nodes");
  static const char *const others[] = {
      "10x8 C2@3:tanh A2 F4:relu F2:softmax", "8x10 C2@3:tanh A2 F4:relu F2:softmax",
      "8x8 C2@3:tanh A2 F2:softmax",          "8x8 C2@3:tanh M2 F4:relu F2:softmax",
      "8x8 C2@3:tanh A3 F4:relu F2:softmax",  "8x8 C2@3:relu A2 F4:relu F2:softmax",
      "8x8 C2@3:tanh A2 F5:relu F2:softmax"};
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    said = others[i];
    refuse_changed(state, say, LENET_BAD_FILE, "of another network than the nodes");
  }
  said = "8x8 F2:nothing";
  refuse_changed(state, say, LENET_BAD_FILE, "notation: column");
  refuse_changed(state, no_notation, LENET_BAD_FILE, "notation: is missing");
  refuse_changed(state, no_scale, LENET_BAD_FILE, "input_scale");
  refuse_changed(state, no_offset, LENET_BAD_FILE, "input_offset");
  refuse_changed(state, no_format, LENET_BAD_FILE, "metadata is missing");
  refuse_changed(state, elsewhere, LENET_BAD_FILE, "in another file");
  refuse_changed(state, no_number, LENET_BAD_FILE, "not a finite number");
  refuse_changed(state, strided, LENET_UNSUPPORTED, "groups, strides or dilations");
  refuse_changed(state, side_way, LENET_UNSUPPORTED, "is not on one way");
}

#endif

/* A weight where the table has no connection, which the notation tells of. */
static void test_hole(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = new_model("5x5 C6@1 C16@5:table1 F2:softmax"), *loaded = NULL;
  skip_without_files();
  scratch_path(state, "hole.onnx", path);
  /* Map 0 of C2 reads maps 0, 1 and 2 of C1. */
  lenet_model_parameters_mut(model)[lenet_model_layout(model)->layer[1].weight_offset + 3 * 25] = 1;
  assert_int_equal(lenet_model_save_onnx(model, path, &error), LENET_OK);
  assert_int_equal(lenet_model_load_onnx(path, &loaded, &error), LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "from map 3 to map 0, which its table does not join"));
  assert_null(loaded);
  lenet_model_free(model);
}

static void test_missing(void **state)
{
  char path[SCRATCH_PATH];
  lenet_error error;
  lenet_model *model = new_model("2x2 F2:softmax"), *loaded = NULL;
  skip_without_files();
  assert_int_equal(lenet_model_load_onnx("/nowhere/m.onnx", &loaded, &error), LENET_CANNOT_READ);
  assert_int_equal(lenet_model_save_onnx(model, "/nowhere/m.onnx", &error), LENET_CANNOT_WRITE);
  scratch_write(state, "text.onnx", "no model at all", 15);
  scratch_path(state, "text.onnx", path);
  assert_int_equal(lenet_model_load_onnx(path, &loaded, &error), LENET_BAD_FILE);
  assert_non_null(strstr(error.message, "not an ONNX file"));
  lenet_model_free(model);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_make, scratch_remove)
  const struct CMUnitTest tests[] = {
    TEST(test_variants),
    TEST(test_odd_networks),
    TEST(test_random_networks),
    TEST(test_missing),
    TEST(test_hole),
#if LENET_HAVE_ONNX
    TEST(test_contents),
    TEST(test_damage),
    TEST(test_depth),
    TEST(test_bytes),
    TEST(test_many),
    TEST(test_changed),
    TEST(test_not_finite),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
