/* The arithmetic of single units, receptive fields, one distorted picture, and a line under the
 * sweep. */
#include "lenet.h"

#include "base/rng.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void noise(uint8_t *pixels, size_t count)
{
  lenet_rng rng = lenet_rng_at(9, LENET_STREAM_SYNTHETIC, 0);
  for (size_t i = 0; i < count; i++)
    pixels[i] = (uint8_t)lenet_rng_below(&rng, 256);
}

static lenet_model *create(const char *notation)
{
  lenet_network network;
  lenet_model *model = NULL;
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error) ||
      lenet_model_create(&network, (lenet_input){1 / 255.0f, -0.1f}, 5, &model, &error))
    fail_msg("%s", error.message);
  return model;
}

static double activate(lenet_activation activation, double a)
{
  switch (activation) {
  case LENET_TANH: return tanh(a);
  case LENET_SCALED_TANH: return 1.7159 * tanh(2 * a / 3);
  case LENET_SIGMOID: return 1 / (1 + exp(-a));
  case LENET_RELU: return a > 0 ? a : 0;
  case LENET_LINEAR:
  case LENET_SOFTMAX: break;
  }
  return a;
}

enum { MOST_UNITS = 6 * 28 * 28, MOST_TERMS = 2000 };

/* Every unit of a row: its sum is that of its terms, those of lenet_session_sums, and its output
 * the activation of it. Returns the units' terms together. */
static size_t check_row(const lenet_session *session, const lenet_model *model, int row)
{
  static lenet_real sums[MOST_UNITS], maps[MOST_UNITS];
  static lenet_term terms[MOST_TERMS];
  const lenet_layer *layer = &lenet_model_layout(model)->layer[row];
  const lenet_row *at = &lenet_model_network(model)->row[row];
  size_t all = 0, i = 0;
  assert_int_equal(lenet_session_sums(session, row, sums, NULL), LENET_OK);
  assert_int_equal(lenet_session_maps(session, row, maps, NULL), LENET_OK);
  for (int map = 0; map < layer->maps; map++)
    for (int y = 0; y < layer->rows; y++)
      for (int x = 0; x < layer->columns; x++, i++) {
        lenet_unit unit;
        assert_int_equal(
            lenet_session_unit(session, row, map, y, x, MOST_TERMS, terms, &unit, NULL), LENET_OK);
        assert_true(unit.count <= MOST_TERMS);
        double sum = (double)unit.bias;
        for (size_t k = 0; k < unit.count; k++)
          sum += (double)terms[k].product;
        all += unit.count;
        assert_true(fabs(sum - (double)unit.sum) < 1e-4 * (1 + fabs(sum)));
        assert_true(unit.sum == sums[i]);
        assert_true(unit.output == maps[i]);
        if (at->activation != LENET_SOFTMAX)
          assert_true(fabs(activate(at->activation, (double)unit.sum) - (double)unit.output) <
                      2e-4 * (1 + fabs((double)unit.output)));
      }
  return all;
}

/* The kernels and the definition agree on every unit of every named network, and a row has as many
 * terms as LeCun et al. 1998 count connections, less one for each unit's bias. */
static void test_units(void **state)
{
  (void)state;
  static uint8_t pixels[28 * 28];
  noise(pixels, sizeof pixels);
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t v = 0; v < count; v++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&variants[v].network, notation);
    lenet_model *model = create(notation);
    lenet_session *session = NULL;
    lenet_real p[LENET_MAX_CLASSES];
    assert_int_equal(lenet_session_create(model, LENET_ISA_BEST, &session, NULL), LENET_OK);
    assert_int_equal(lenet_classify(session, pixels, 28, 28, 1, p, NULL), LENET_OK);
    const lenet_network *network = lenet_model_network(model);
    for (int row = 0; row < network->row_count; row++) {
      const lenet_layer *layer = &lenet_model_layout(model)->layer[row];
      if (network->row[row].kind == LENET_PAD ||
          layer->maps * layer->rows * layer->columns > MOST_UNITS)
        continue;
      const size_t terms = check_row(session, model, row);
      const size_t units = (size_t)layer->maps * layer->rows * layer->columns;
      if (strcmp(variants[v].name, "lenet5-1998") == 0 && network->row[row].kind != LENET_RBF)
        assert_int_equal(terms, (size_t)layer->connections - units);
    }
    lenet_session_free(session);
    lenet_model_free(model);
  }
}

/* Softmax sums, C3's terms by Table I and a maximum, by hand. */
static void test_terms(void **state)
{
  (void)state;
  lenet_model *model = create("4x4 C2@3:linear M2 F2:softmax");
  lenet_real *w = lenet_model_parameters_mut(model);
  memset(w, 0, lenet_model_layout(model)->parameter_count * sizeof *w);
  w[4] = 1;               /* C1's map 0 copies the middle of its window */
  w[18] = 0.5, w[19] = 2; /* biases */
  w[20] = 3, w[23] = -1;  /* F3: unit 0 takes 3 x map 0, unit 1 -1 x map 1 */
  uint8_t pixels[16] = {0};
  pixels[5] = 255, pixels[10] = 51; /* inputs 0.9 and 0.1, all others -0.1 */
  lenet_session *session = NULL;
  lenet_real p[2], sums[2];
  lenet_term term[9];
  lenet_unit unit;
  assert_int_equal(lenet_session_create(model, LENET_ISA_SCALAR, &session, NULL), LENET_OK);
  assert_int_equal(lenet_session_unit(session, 0, 0, 0, 0, 9, term, &unit, NULL),
                   LENET_BAD_ARGUMENT); /* no picture yet */
  assert_int_equal(lenet_classify(session, pixels, 4, 4, 1, p, NULL), LENET_OK);
  assert_int_equal(lenet_session_unit(session, 0, 0, 0, 0, 9, term, &unit, NULL), LENET_OK);
  assert_int_equal(unit.count, 9);
  assert_true(fabs((double)unit.sum - 1.4) < 1e-6 && fabs((double)unit.bias - 0.5) < 1e-6);
  assert_true(term[4].row == 1 && term[4].column == 1 && term[4].map == 0 && term[4].weight == 1);
  assert_true(fabs((double)term[4].product - 0.9) < 1e-6);
  assert_int_equal(lenet_session_unit(session, 1, 0, 0, 0, 4, term, &unit, NULL), LENET_OK);
  assert_int_equal(unit.count, 4);
  assert_true(term[0].weight == 1 && term[1].weight == 0 && term[3].weight == 0);
  assert_true(fabs((double)unit.sum - 1.4) < 1e-6 && unit.output == unit.sum);
  assert_int_equal(lenet_session_sums(session, 2, sums, NULL), LENET_OK);
  assert_true(fabs((double)sums[0] - 4.2) < 1e-5 && fabs((double)sums[1] + 2) < 1e-5);
  /* fewer terms than there are, and what is not there */
  term[1].input = 77;
  assert_int_equal(lenet_session_unit(session, 0, 1, 1, 1, 1, term, &unit, NULL), LENET_OK);
  assert_true(unit.count == 9 && term[1].input == 77 && unit.sum == 2);
  assert_int_equal(lenet_session_unit(session, 3, 0, 0, 0, 9, term, &unit, NULL),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_session_unit(session, 0, 2, 0, 0, 9, term, &unit, NULL),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_session_unit(session, 0, 0, 2, 0, 9, term, &unit, NULL),
                   LENET_BAD_ARGUMENT);
  lenet_session_free(session);
  lenet_model_free(model);

  model = create("28x28 P2 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10");
  uint8_t large[28 * 28] = {0};
  lenet_real q[10];
  assert_int_equal(lenet_session_create(model, LENET_ISA_SCALAR, &session, NULL), LENET_OK);
  assert_int_equal(lenet_classify(session, large, 28, 28, 1, q, NULL), LENET_OK);
  static lenet_term terms[150];
  assert_int_equal(lenet_session_unit(session, 3, 15, 0, 0, 150, terms, &unit, NULL), LENET_OK);
  assert_int_equal(unit.count, 150); /* the last map of Table I reads all six */
  assert_int_equal(lenet_session_unit(session, 3, 4, 2, 3, 150, terms, &unit, NULL), LENET_OK);
  assert_int_equal(unit.count, 75); /* map 4 reads 4, 5 and 0 */
  assert_true(terms[0].map == 0 && terms[25].map == 4 && terms[50].map == 5);
  assert_true(terms[0].row == 2 && terms[0].column == 3);
  assert_int_equal(lenet_session_sums(session, 0, sums, NULL), LENET_UNSUPPORTED);
  lenet_session_free(session);
  lenet_model_free(model);
}

/* Fields of LeNet-5, worked out by hand: C1 sees 5, S2 6, C3 14, S4 16, C5 all 32 pixels. */
static void test_fields(void **state)
{
  (void)state;
  const lenet_network *paper = &lenet_variant_find("lenet5-1998")->network;
  static const int wide[] = {5, 6, 14, 16, 32, 32, 32};
  lenet_field f;
  for (int row = 0; row < 7; row++) {
    assert_int_equal(lenet_receptive_field(paper, row, 0, 0, 0, &f, NULL), LENET_OK);
    assert_true(f.row == 0 && f.column == 0 && f.rows == wide[row] && f.columns == wide[row]);
  }
  assert_int_equal(lenet_receptive_field(paper, 2, 3, 9, 0, &f, NULL), LENET_OK);
  assert_true(f.row == 6 && f.column == 18 && f.rows == 14 && f.columns == 14);
  assert_int_equal(lenet_receptive_field(paper, 2, 3, 9, 2, &f, NULL), LENET_OK);
  assert_true(f.row == 3 && f.column == 9 && f.rows == 5); /* in S2's maps */
  /* what is left of a border: the first unit of a padded C1 sees 3 of 5 rows of the picture */
  const lenet_network *keras = &lenet_variant_find("lenet5")->network;
  assert_int_equal(lenet_receptive_field(keras, 1, 0, 27, 0, &f, NULL), LENET_OK);
  assert_true(f.row == 0 && f.rows == 3 && f.column == 25 && f.columns == 3);
  assert_int_equal(lenet_receptive_field(keras, 0, 0, 0, 0, &f, NULL), LENET_OK);
  assert_true(f.rows == 0 && f.columns == 0);
  assert_int_equal(lenet_receptive_field(keras, 1, 0, 28, 0, &f, NULL), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_receptive_field(keras, 1, 0, 0, 2, &f, NULL), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_receptive_field(keras, 8, 0, 0, 0, &f, NULL), LENET_BAD_ARGUMENT);
}

static size_t ink_at(const uint8_t *pixels, int y, int x) { return pixels[y * 28 + x]; }

/* A bar from (12, 6) to (15, 21): moved, turned upright, made thicker. */
static void test_distortion(void **state)
{
  (void)state;
  const lenet_distortion none = {.wide = 1, .high = 1};
  uint8_t bar[28 * 28] = {0}, got[28 * 28];
  for (int y = 12; y < 16; y++)
    memset(bar + y * 28 + 6, 255, 16);
  memcpy(got, bar, sizeof got);
  assert_int_equal(lenet_distort_picture(&none, 1, 28, 28, got, NULL), LENET_OK);
  assert_memory_equal(got, bar, sizeof got);
  lenet_distortion d = none;
  d.right = 3, d.down = -2;
  assert_int_equal(lenet_distort_picture(&d, 1, 28, 28, got, NULL), LENET_OK);
  assert_true(ink_at(got, 10, 9) == 255 && ink_at(got, 10, 8) == 0 && ink_at(got, 14, 9) == 0 &&
              ink_at(got, 13, 24) == 255 && ink_at(got, 13, 25) == 0);
  memcpy(got, bar, sizeof got);
  d = none;
  d.rotate = 90;
  assert_int_equal(lenet_distort_picture(&d, 1, 28, 28, got, NULL), LENET_OK);
  for (int y = 0; y < 28; y++)
    for (int x = 0; x < 28; x++)
      assert_true(labs((long)ink_at(got, x, y) - (long)ink_at(bar, y, x)) <= 1); /* symmetric */
  memcpy(got, bar, sizeof got);
  d = none;
  d.stroke = 2;
  assert_int_equal(lenet_distort_picture(&d, 1, 28, 28, got, NULL), LENET_OK);
  assert_true(ink_at(got, 11, 10) == 255 && ink_at(got, 16, 10) == 255 && ink_at(got, 10, 10) == 0);
  memset(got, 128, sizeof got);
  d = none;
  d.noise = 0.1;
  assert_int_equal(lenet_distort_picture(&d, 7, 28, 28, got, NULL), LENET_OK);
  double squares = 0;
  for (size_t i = 0; i < sizeof got; i++)
    squares += (got[i] - 128.0) * (got[i] - 128.0);
  assert_true(fabs(sqrt(squares / sizeof got) - 25.5) < 3);
  d.wide = NAN;
  assert_int_equal(lenet_distort_picture(&d, 7, 28, 28, got, NULL), LENET_BAD_ARGUMENT);
  d = none;
  d.rotate = 181;
  assert_int_equal(lenet_distort_picture(&d, 7, 28, 28, got, NULL), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_distort_picture(&none, 7, 129, 28, got, NULL), LENET_BAD_ARGUMENT);
}

/* Five drawn digits in a row, each in a frame of its own. */
static void draw_line(uint8_t *pixels, int labels[5])
{
  memset(pixels, 0, 40 * 200);
  for (int i = 0; i < 5; i++) {
    uint8_t digit[28 * 28];
    labels[i] = lenet_synthetic_digit(2, (uint64_t)i, digit);
    for (int y = 0; y < 28; y++)
      memcpy(pixels + (y + 6) * 200 + 20 + i * 32, digit + y * 28, 28);
  }
}

/* The path through the windows spells what lenet_read answers for the same reader. */
static void test_sweeping(void **state)
{
  (void)state;
  static uint8_t pixels[40 * 200];
  int labels[5];
  draw_line(pixels, labels);
  lenet_image image = {200, 40, pixels};
  lenet_reader *reader = NULL;
  lenet_reading reading;
  lenet_sweeping sweeping;
  assert_int_equal(lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &reader, NULL), LENET_OK);
  assert_int_equal(lenet_read(reader, &image, &reading, NULL), LENET_OK);
  assert_int_equal(lenet_sweep_image(reader, &image, &sweeping, NULL), LENET_OK);
  assert_int_equal(reading.count, 1);
  assert_int_equal(sweeping.count, 1);
  const lenet_swept_line *line = &sweeping.line[0];
  assert_int_equal(line->count, (line->width - 28) / line->step + 1);
  int read = 0;
  for (int i = 0; i < line->count; i++) {
    double sum = 0;
    for (int k = 0; k < 11; k++)
      sum += (double)line->scores[i * 11 + k];
    assert_true(fabs(sum - 1) < 1e-4);
    if (line->path[i] != LENET_NONDIGIT && (i == 0 || line->path[i] != line->path[i - 1])) {
      assert_true(read < reading.line[0].count);
      assert_int_equal(line->path[i], reading.line[0].digit[read++].digit);
    }
  }
  assert_int_equal(read, reading.line[0].count);
  assert_int_equal(read, 5);
  lenet_sweeping_free(&sweeping);
  lenet_reading_free(&reading);
  memset(pixels, 128, sizeof pixels); /* one tone: no lines */
  assert_int_equal(lenet_sweep_image(reader, &image, &sweeping, NULL), LENET_OK);
  assert_int_equal(sweeping.count, 0);
  lenet_sweeping_free(&sweeping);
  lenet_reader_free(reader);
  assert_int_equal(lenet_reader_create(NULL, LENET_ISA_BEST, &reader, NULL), LENET_OK);
  assert_int_equal(lenet_sweep_image(reader, &image, &sweeping, NULL), LENET_UNSUPPORTED);
  lenet_reader_free(reader);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_units),    cmocka_unit_test(test_terms),
      cmocka_unit_test(test_fields),   cmocka_unit_test(test_distortion),
      cmocka_unit_test(test_sweeping),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
