/* Shapes and counts: the numbers of the paper and of the notes, Table I, initial weights. */
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

static lenet_network parse(const char *notation)
{
  lenet_network network = {0};
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error))
    fail_msg("%s: %s", notation, error.message);
  return network;
}

static lenet_layout layout_of(const lenet_network *network)
{
  lenet_layout layout;
  lenet_error error;
  if (lenet_network_layout(network, &layout, &error))
    fail_msg("%s", error.message);
  return layout;
}

static lenet_model *create(const char *notation)
{
  lenet_network network = parse(notation);
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_model_create(&network, (lenet_input){1 / 255.0f, -0.1f}, 5, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

/* ------------------------------------------------------------------ counts ----------------- */

typedef struct expected_layer {
  const char *name;
  int maps, rows, columns;
  long parameters, connections, macs;
} expected_layer;

static void check_layers(const lenet_network *network, const expected_layer *expected, int count)
{
  lenet_layout layout = layout_of(network);
  long parameters = 0, connections = 0, macs = 0;
  size_t offset = 0;
  int maps = 1, rows = network->rows, columns = network->columns;
  assert_int_equal(network->row_count, count);
  for (int r = 0; r < count; r++) {
    const lenet_layer *layer = &layout.layer[r];
    assert_string_equal(layer->name, expected[r].name);
    assert_int_equal(layer->input_maps, maps);
    assert_int_equal(layer->input_rows, rows);
    assert_int_equal(layer->input_columns, columns);
    assert_int_equal(maps = layer->maps, expected[r].maps);
    assert_int_equal(rows = layer->rows, expected[r].rows);
    assert_int_equal(columns = layer->columns, expected[r].columns);
    assert_int_equal(layer->parameters, expected[r].parameters);
    assert_int_equal(layer->connections, expected[r].connections);
    assert_int_equal(layer->macs, expected[r].macs);
    parameters += expected[r].parameters;
    connections += expected[r].connections;
    macs += expected[r].macs;
    if (layer->weight_count) { /* the array has no gaps: weights, biases, row by row */
      assert_int_equal(layer->weight_offset, offset);
      assert_int_equal(layer->bias_offset, offset + layer->weight_count);
      assert_int_equal(layer->bias_count, layer->maps);
      offset += layer->weight_count + layer->bias_count;
    } else {
      assert_int_equal(layer->bias_count, 0);
    }
  }
  assert_int_equal(layout.parameters, parameters);
  assert_int_equal(layout.connections, connections);
  assert_int_equal(layout.macs, macs);
  assert_int_equal(layout.parameter_count, offset);
  assert_int_equal(layout.classes, expected[count - 1].maps);
}

/* Keras' summary: 156, 2,416, 48,120, 10,164, 850. A convolution's connections are output pixels
 * x (fan-in + 1), a pool's output pixels x window, without parameters. */
static void test_lenet5(void **state)
{
  (void)state;
  static const expected_layer expected[] = {
      {"P", 1, 32, 32, 0, 0, 0},
      {"C1", 6, 28, 28, 156, 122304, 117600},
      {"S2", 6, 14, 14, 0, 4704, 0},
      {"C3", 16, 10, 10, 2416, 241600, 240000},
      {"S4", 16, 5, 5, 0, 1600, 0},
      {"F5", 120, 1, 1, 48120, 48120, 48000},
      {"F6", 84, 1, 1, 10164, 10164, 10080},
      {"F7", 10, 1, 1, 850, 850, 840},
  };
  static const char *const names[] = {"lenet5", "lenet5-conv", "lenet5-d2l"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const lenet_variant *variant = lenet_variant_find(names[i]);
    assert_non_null(variant);
    expected_layer rows[8];
    memcpy(rows, expected, sizeof rows);
    if (variant->network.row[5].kind == LENET_CONV)
      rows[5].name = "C5";
    check_layers(&variant->network, rows, 8);
    lenet_layout layout = layout_of(&variant->network);
    assert_int_equal(layout.parameters, 61706);
    assert_int_equal(layout.macs, 416520);
  }
}

/* The paper, pp. 7-8: C1 156 and 122,304, C3 1,516 and 151,600, C5 48,120, F6 10,164. */
static void test_paper(void **state)
{
  (void)state;
  static const expected_layer expected[] = {
      {"C1", 6, 28, 28, 156, 122304, 117600},   {"S2", 6, 14, 14, 0, 4704, 0},
      {"C3", 16, 10, 10, 1516, 151600, 150000}, {"S4", 16, 5, 5, 0, 1600, 0},
      {"C5", 120, 1, 1, 48120, 48120, 48000},   {"F6", 84, 1, 1, 10164, 10164, 10080},
      {"F7", 10, 1, 1, 850, 850, 840},
  };
  lenet_network network = parse("32x32 C6@5 A2 C16@5:table1 A2 C120@5 F84 F10:softmax");
  check_layers(&network, expected, 7);
  lenet_layout layout = layout_of(&network);
  assert_int_equal(layout.layer[2].weight_count, 16 * 6 * 25); /* holes included */
}

/* The network of 1998, pp. 7-8: 60,000 trainable parameters, 340,908 connections, row by row. Its
 * multiplications are 328,096: one a coefficient of S, none for its additions. */
static void test_1998(void **state)
{
  (void)state;
  static const expected_layer expected[] = {
      {"C1", 6, 28, 28, 156, 122304, 117600},
      {"S2", 6, 14, 14, 12, 5880, 1176},
      {"C3", 16, 10, 10, 1516, 151600, 150000},
      {"S4", 16, 5, 5, 32, 2000, 400},
      {"C5", 120, 1, 1, 48120, 48120, 48000},
      {"F6", 84, 1, 1, 10164, 10164, 10080},
      {"R7", 10, 1, 1, 0, 840, 840},
  };
  const lenet_variant *variant = lenet_variant_find("lenet5-1998");
  assert_non_null(variant);
  check_layers(&variant->network, expected, 7);
  lenet_layout layout = layout_of(&variant->network);
  assert_int_equal(layout.parameters, 60000);
  assert_int_equal(layout.connections, 340908);
  assert_int_equal(layout.macs, 328096);
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(&variant->network, notation);
  assert_string_equal(notation, "32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10");
  /* Paper -0.1 and ink 1.175 (p. 7). */
  const lenet_input input = lenet_input_default(&variant->network);
  assert_true(fabs((double)input.offset + 0.1) < 1e-7);
  assert_true(fabs(255 * (double)input.scale + (double)input.offset - 1.175) < 1e-6);
}

/* The sisters. LeNet-1: 2,578 parameters and 98,442 connections, the numbers known of it; 20
 * kernels in C3. LeNet-4: "about 260,000 connections" on p. 13, 8 maps in S2 from 4, 48 kernels in
 * C3. */
static void test_sisters(void **state)
{
  (void)state;
  static const expected_layer lenet1[] = {
      {"C1", 4, 24, 24, 104, 59904, 57600}, {"S2", 4, 12, 12, 8, 2880, 576},
      {"C3", 12, 8, 8, 512, 32768, 32000},  {"S4", 12, 4, 4, 24, 960, 192},
      {"F5", 10, 1, 1, 1930, 1930, 1920},
  };
  static const expected_layer lenet4[] = {
      {"C1", 4, 28, 28, 104, 81536, 78400},     {"S2", 8, 14, 14, 16, 7840, 1568},
      {"C3", 16, 10, 10, 1216, 121600, 120000}, {"S4", 16, 5, 5, 32, 2000, 400},
      {"C5", 120, 1, 1, 48120, 48120, 48000},   {"F6", 10, 1, 1, 1210, 1210, 1200},
  };
  static const struct {
    const char *name, *notation;
    const expected_layer *layers;
    int count;
    long parameters, connections;
  } sisters[] = {
      {"lenet1", "28x28 C4@5 S2 C12@5:lenet1 S2 F10:scaled", lenet1, 5, 2578, 98442},
      {"lenet4", "32x32 C4@5 S8@2 C16@5:lenet4 S2 C120@5 F10:scaled", lenet4, 6, 50698, 262306},
  };
  for (size_t i = 0; i < sizeof sisters / sizeof *sisters; i++) {
    const lenet_variant *variant = lenet_variant_find(sisters[i].name);
    assert_non_null(variant);
    check_layers(&variant->network, sisters[i].layers, sisters[i].count);
    lenet_layout layout = layout_of(&variant->network);
    assert_int_equal(layout.parameters, sisters[i].parameters);
    assert_int_equal(layout.connections, sisters[i].connections);
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variant->network, notation);
    assert_string_equal(notation, sisters[i].notation);
  }
}

/* Fig. 3: cells of ink in each code, and the distances between codes that make some digits look
 * alike: 6 and 8 differ in 12 cells, 0 and 4 and 8 and 9 in 18. */
static void test_codes(void **state)
{
  (void)state;
  static const int ink[] = {35, 27, 33, 32, 41, 35, 39, 25, 43, 39};
  lenet_real code[10][LENET_CODE_CELLS];
  int nearest = LENET_CODE_CELLS, farthest = 0;
  for (int d = 0; d < 10; d++) {
    int cells = 0;
    lenet_class_code(10, d, code[d]);
    for (int i = 0; i < LENET_CODE_CELLS; i++) {
      assert_true(code[d][i] == 1 || code[d][i] == -1);
      cells += code[d][i] > 0;
    }
    assert_int_equal(cells, ink[d]);
  }
  for (int a = 0; a < 10; a++)
    for (int b = 0; b < a; b++) {
      int differ = 0;
      for (int i = 0; i < LENET_CODE_CELLS; i++)
        differ += code[a][i] != code[b][i];
      nearest = differ < nearest ? differ : nearest;
      farthest = differ > farthest ? differ : farthest;
      if (a == 8 && b == 6)
        assert_int_equal(differ, 12);
      if ((a == 4 && b == 0) || (a == 9 && b == 8))
        assert_int_equal(differ, 18);
    }
  assert_int_equal(nearest, 12);
  assert_int_equal(farthest, 50);
  /* The 7: a bar above, then down to the left. */
  assert_true(code[7][0] == 1 && code[7][6] == 1 && code[7][7] == -1 && code[7][13] == 1);
}

static void test_modern_is_no_larger(void **state)
{
  (void)state;
  const lenet_variant *variant = lenet_variant_find("lenet5-modern");
  assert_non_null(variant);
  lenet_layout layout = layout_of(&variant->network);
  assert_in_range(layout.parameters, 1, 61706);
  assert_int_equal(layout.classes, 10);
  /* 160 + 2,320 + 4,640 + 9,248 + 32,832 + 4,160 + 650 */
  assert_int_equal(layout.parameters, 54010);
}

/* 240 + 5,208 + 10,416 + 20,784 + 41,568 + 83,040 + 110,720 + 1,290; multiply-adds 216 x 26^2 +
 * 5,184 x 24^2 + (10,368 + 20,736) x 12^2 + (41,472 + 82,944) x 6^2 + 110,592 + 1,280. */
static void test_cnn(void **state)
{
  (void)state;
  const lenet_variant *variant = lenet_variant_find("cnn");
  assert_non_null(variant);
  lenet_layout layout = layout_of(&variant->network);
  assert_int_equal(layout.parameters, 273266);
  assert_int_equal(layout.macs,
                   146016 + 2985984 + 1492992 + 2985984 + 1492992 + 2985984 + 110592 + 1280);
}

/* Table I of the paper: rows are maps of S2, columns maps of C3. */
static void test_table1(void **state)
{
  (void)state;
  static const char *const table[6] = {"X...XXX..XXXX.XX", "XX...XXX..XXXX.X", "XXX...XXX..X.XXX",
                                       ".XXX..XXXX..X.XX", "..XXX..XXXX.XX.X", "...XXX..XXXX.XXX"};
  lenet_row row = {LENET_CONV, 16, 5, LENET_TABLE1, LENET_TANH};
  for (int from = 0; from < 6; from++)
    for (int to = 0; to < 16; to++)
      assert_int_equal(lenet_connected(&row, from, to), table[from][to] == 'X');
  row.connections = LENET_FULL;
  for (int from = 0; from < 6; from++)
    for (int to = 0; to < 16; to++)
      assert_true(lenet_connected(&row, from, to));
}

/* LeNet-1's table as published: rows are maps H2.1-4, columns H3.1-12. */
static void test_table_lenet1(void **state)
{
  (void)state;
  static const char *const table[4] = {"111011000000", "011111000000", "000000111011",
                                       "000000011111"};
  const lenet_row row = {LENET_CONV, 12, 5, LENET_TABLE_LENET1, LENET_TANH};
  for (int from = 0; from < 4; from++)
    for (int to = 0; to < 12; to++)
      assert_int_equal(lenet_connected(&row, from, to), table[from][to] == '1');
  assert_false(lenet_connected(&row, 4, 0) || lenet_connected(&row, 0, 12));
}

/* LeNet-4's table is ours: every map reads 3 of 8, no two the same; each of the 8 is read by 6, and
 * any two of them together by one at least. */
static void test_table_lenet4(void **state)
{
  (void)state;
  const lenet_row row = {LENET_CONV, 16, 5, LENET_TABLE_LENET4, LENET_TANH};
  unsigned reads[16];
  for (int to = 0; to < 16; to++) {
    int count = 0;
    reads[to] = 0;
    for (int from = 0; from < 8; from++) {
      const bool connected = lenet_connected(&row, from, to);
      reads[to] |= (unsigned)connected << from;
      count += connected;
    }
    assert_int_equal(count, 3);
    for (int other = 0; other < to; other++)
      assert_true(reads[other] != reads[to]);
  }
  for (int a = 0; a < 8; a++)
    for (int b = 0; b <= a; b++) {
      int together = 0;
      for (int to = 0; to < 16; to++)
        together += (reads[to] >> a & 1) && (reads[to] >> b & 1);
      assert_true(a == b ? together == 6 : together >= 1);
    }
}

/* Initial weights: the stated ranges, filled evenly; biases 0; the seed decides. */
static void test_initial_weights(void **state)
{
  (void)state;
  static const struct {
    const char *notation;
    double square[3]; /* of the limits of the rows with weights */
  } cases[] = {
      /* Glorot: sqrt(6 / (fan-in + fan-out)) */
      {"12x12 C8@5:tanh F90:sigmoid F10:softmax",
       {6.0 / (25 + 200), 6.0 / (512 + 90), 6.0 / (90 + 10)}},
      /* He: sqrt(6 / fan-in); 1998: 2.4 / fan-in */
      {"12x12 C8@5:relu F90 F10:softmax", {6.0 / 25, 2.4 / 512 * 2.4 / 512, 6.0 / (90 + 10)}},
  };
  for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
    lenet_model *model = create(cases[c].notation), *other = NULL, *same = NULL;
    lenet_network network = parse(cases[c].notation);
    const lenet_input input = {1, 0};
    assert_int_equal(lenet_model_create(&network, input, 6, &other, NULL), LENET_OK);
    assert_int_equal(lenet_model_create(&network, input, 5, &same, NULL), LENET_OK);
    const lenet_layout *layout = lenet_model_layout(model);
    const lenet_real *parameters = lenet_model_parameters(model);
    assert_memory_equal(parameters, lenet_model_parameters(same),
                        layout->parameter_count * sizeof *parameters);
    for (int r = 0; r < 3; r++) {
      const lenet_layer *layer = &layout->layer[r];
      double limit = sqrt(cases[c].square[r]), largest = 0, sum = 0, squares = 0;
      double n = (double)layer->weight_count;
      size_t shared = 0;
      for (size_t i = 0; i < layer->weight_count; i++) {
        double w = (double)parameters[layer->weight_offset + i];
        largest = fmax(largest, fabs(w));
        sum += w;
        squares += w * w;
        shared += w == (double)lenet_model_parameters(other)[layer->weight_offset + i];
      }
      assert_true(largest <= limit * 1.000001 && largest > 0.95 * limit);
      assert_true(fabs(sum / n) < 5 * limit / sqrt(3 * n));
      assert_true(fabs(squares / n / (limit * limit / 3) - 1) < 5 * sqrt(0.8 / n));
      assert_true(shared < 3);
      for (size_t i = 0; i < layer->bias_count; i++)
        assert_true(parameters[layer->bias_offset + i] == 0);
    }
    lenet_model_free(model);
    lenet_model_free(other);
    lenet_model_free(same);
  }
}

/* fan-in and root-fan-in, by the inputs of each map of a table: C3's maps 0, 6 and 15 read 3, 4 and
 * 6 of 6, so that their weights reach 2.4 / 75, 2.4 / 100 and 2.4 / 150, or 1 over the roots. */
static void test_initial_by_fan_in(void **state)
{
  (void)state;
  static const int map[] = {0, 6, 15}, fan_in[] = {75, 100, 150};
  lenet_model *model = create("32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10");
  lenet_real *parameters = lenet_model_parameters_mut(model);
  const lenet_layer *s2 = &lenet_model_layout(model)->layer[1];
  const lenet_layer *c3 = &lenet_model_layout(model)->layer[2];
  for (int root = 0; root < 2; root++) {
    parameters[c3->bias_offset] = 7;
    lenet_model_initialize(model, root ? LENET_ROOT_FAN_IN : LENET_FAN_IN, 3);
    assert_true(parameters[c3->bias_offset] == 0);
    for (int i = 0; i < 3; i++) {
      double largest = 0;
      for (int k = 0; k < 150; k++)
        largest = fmax(largest, fabs((double)parameters[c3->weight_offset + map[i] * 150 + k]));
      const double limit = root ? 1 / sqrt(fan_in[i]) : 2.4 / fan_in[i];
      assert_true(largest <= limit * 1.000001 && largest > 0.9 * limit);
    }
    for (int m = 1; m < 6; m++) { /* coefficients: drawn from +-0.6, or all 1 / sqrt(4) */
      const double w = (double)parameters[s2->weight_offset + m];
      assert_true(root ? w == 0.5 : fabs(w) <= 0.600001);
      assert_true(root || w != (double)parameters[s2->weight_offset]);
    }
  }
  lenet_model_free(model);
}

/* Rows that fit no notation, straight to lenet_network_layout. */
static void test_bad_rows(void **state)
{
  (void)state;
  const lenet_network good = parse("28x28 P2 C6@5:tanh A2 C16@5:table1 F10:softmax");
  layout_of(&good);
  enum { CASES = 16 };
  lenet_network bad[CASES];
  for (int i = 0; i < CASES; i++)
    bad[i] = good;
  bad[0].row_count = 0;
  bad[1].row_count = LENET_MAX_ROWS + 1;
  bad[2].rows = 0;
  bad[3].columns = LENET_MAX_SIDE + 1;
  bad[4].row[1].kind = (lenet_kind)99;
  bad[5].row[1].maps = -1;
  bad[6].row[1].size = -5;
  bad[7].row[1].activation = (lenet_activation)99;
  bad[8].row[1].connections = (lenet_connections)99;
  bad[9].row[1].size = 2147483647;
  bad[10].row[0].size = 2147483647;
  bad[11].row[4].maps = LENET_MAX_CLASSES + 1;
  bad[12].row[2].maps = 6; /* pooling makes no maps */
  for (int i = 13; i < CASES; i++)
    bad[i].row[2] = (lenet_row){LENET_SUBSAMPLE, 0, 2, LENET_FULL, LENET_TANH};
  bad[13].row[2].maps = 9; /* of 6 */
  bad[14].row[2].maps = -6;
  bad[15].row[2].maps = 6 * LENET_MAX_MAPS;
  for (int i = 0; i < CASES; i++) {
    lenet_layout layout;
    lenet_error error = {0};
    if (lenet_network_layout(&bad[i], &layout, &error) != LENET_BAD_ARGUMENT)
      fail_msg("wrong network %d was taken", i);
    assert_int_equal(error.status, LENET_BAD_ARGUMENT);
    lenet_model *model = NULL;
    assert_int_equal(lenet_model_create(&bad[i], (lenet_input){1, 0}, 1, &model, NULL),
                     LENET_BAD_ARGUMENT);
    assert_null(model);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lenet5),
      cmocka_unit_test(test_paper),
      cmocka_unit_test(test_1998),
      cmocka_unit_test(test_sisters),
      cmocka_unit_test(test_codes),
      cmocka_unit_test(test_modern_is_no_larger),
      cmocka_unit_test(test_cnn),
      cmocka_unit_test(test_table1),
      cmocka_unit_test(test_table_lenet1),
      cmocka_unit_test(test_table_lenet4),
      cmocka_unit_test(test_initial_weights),
      cmocka_unit_test(test_initial_by_fan_in),
      cmocka_unit_test(test_bad_rows),
  };
  return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
