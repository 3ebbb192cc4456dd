/* The one-line form of networks: printing and parsing are inverse, wrong lines are refused with
 * their column and a reason. */
#include "lenet.h"

#include "base/rng.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

static void assert_same_network(const lenet_network *a, const lenet_network *b)
{
  assert_int_equal(a->rows, b->rows);
  assert_int_equal(a->columns, b->columns);
  assert_int_equal(a->row_count, b->row_count);
  for (int r = 0; r < a->row_count; r++) {
    assert_int_equal(a->row[r].kind, b->row[r].kind);
    assert_int_equal(a->row[r].maps, b->row[r].maps);
    assert_int_equal(a->row[r].size, b->row[r].size);
    assert_int_equal(a->row[r].connections, b->row[r].connections);
    assert_int_equal(a->row[r].activation, b->row[r].activation);
  }
}

static lenet_network parse(const char *notation)
{
  lenet_network network = {0};
  lenet_error error;
  if (lenet_network_parse(notation, &network, &error))
    fail_msg("%s: %s", notation, error.message);
  return network;
}

/* Prints, parses, prints again: the same network, the same text, and the text fits. */
static void check_inverse(const lenet_network *network)
{
  struct {
    char text[LENET_MAX_NOTATION], guard[64];
  } first, second;
  memset(&first, '#', sizeof first);
  lenet_network_print(network, first.text);
  for (size_t i = 0; i < sizeof first.guard; i++)
    assert_int_equal(first.guard[i], '#');
  assert_non_null(memchr(first.text, 0, sizeof first.text));
  lenet_network again = parse(first.text);
  assert_same_network(network, &again);
  lenet_network_print(&again, second.text);
  assert_string_equal(first.text, second.text);
}

static void test_meaning(void **state)
{
  (void)state;
  lenet_network network =
      parse("32x28 P2 C6@5:tanh A2 C16@3:table1:relu M2 C7@1:sigmoid F120:linear F84 F10:softmax");
  static const lenet_row expected[] = {
      {LENET_PAD, 0, 2, LENET_FULL, LENET_LINEAR},
      {LENET_CONV, 6, 5, LENET_FULL, LENET_TANH},
      {LENET_AVERAGE_POOL, 0, 2, LENET_FULL, LENET_LINEAR},
      {LENET_CONV, 16, 3, LENET_TABLE1, LENET_RELU},
      {LENET_MAX_POOL, 0, 2, LENET_FULL, LENET_LINEAR},
      {LENET_CONV, 7, 1, LENET_FULL, LENET_SIGMOID},
      {LENET_DENSE, 120, 0, LENET_FULL, LENET_LINEAR},
      {LENET_DENSE, 84, 0, LENET_FULL, LENET_SCALED_TANH},
      {LENET_DENSE, 10, 0, LENET_FULL, LENET_SOFTMAX},
  };
  lenet_network wanted = {.rows = 32, .columns = 28, .row_count = 9};
  memcpy(wanted.row, expected, sizeof expected);
  assert_same_network(&network, &wanted);

  /* `scaled` and the lack of it are the same, in a row with a table too */
  network = parse("32x32 C6@5 M2 C16@5:table1 F10:softmax");
  wanted = parse("32x32 C6@5:scaled M2 C16@5:table1:scaled F10:softmax");
  assert_same_network(&network, &wanted);
  assert_int_equal(network.row[0].activation, LENET_SCALED_TANH);
  network = parse("8x8 S2 S2:linear F84 R3");
  static const lenet_row own[] = {
      {LENET_SUBSAMPLE, 0, 2, LENET_FULL, LENET_SCALED_TANH},
      {LENET_SUBSAMPLE, 0, 2, LENET_FULL, LENET_LINEAR},
      {LENET_DENSE, 84, 0, LENET_FULL, LENET_SCALED_TANH},
      {LENET_RBF, 3, 0, LENET_FULL, LENET_LINEAR},
  };
  wanted = (lenet_network){.rows = 8, .columns = 8, .row_count = 4};
  memcpy(wanted.row, own, sizeof own);
  assert_same_network(&network, &wanted);
  network = parse("32x32 C6@5 M2 C16@5:table1 F10:softmax");
  assert_int_equal(network.row[2].activation, LENET_SCALED_TANH);

  /* more maps than there are below, the tables' names, and units with targets at the end */
  network = parse("9x9 C4@2 S8@2 C16@1:lenet4:tanh C4@1 C12@3:lenet1 S24@2:relu F3");
  static const lenet_row sisters[] = {
      {LENET_CONV, 4, 2, LENET_FULL, LENET_SCALED_TANH},
      {LENET_SUBSAMPLE, 8, 2, LENET_FULL, LENET_SCALED_TANH},
      {LENET_CONV, 16, 1, LENET_TABLE_LENET4, LENET_TANH},
      {LENET_CONV, 4, 1, LENET_FULL, LENET_SCALED_TANH},
      {LENET_CONV, 12, 3, LENET_TABLE_LENET1, LENET_SCALED_TANH},
      {LENET_SUBSAMPLE, 24, 2, LENET_FULL, LENET_RELU},
      {LENET_DENSE, 3, 0, LENET_FULL, LENET_SCALED_TANH},
  };
  wanted = (lenet_network){.rows = 9, .columns = 9, .row_count = 7};
  memcpy(wanted.row, sisters, sizeof sisters);
  assert_same_network(&network, &wanted);
  char text[LENET_MAX_NOTATION];
  lenet_network_print(&network, text); /* how it ends is said */
  assert_string_equal(text,
                      "9x9 C4@2 S8@2 C16@1:lenet4:tanh C4@1 C12@3:lenet1 S24@2:relu F3:scaled");
}

static void test_variants(void **state)
{
  (void)state;
  static const struct {
    const char *name, *notation;
  } known[] = {
      {"lenet5", "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F10:softmax"},
      {"lenet5-conv", "28x28 P2 C6@5:tanh A2 C16@5:tanh A2 C120@5:tanh F84:tanh F10:softmax"},
      {"lenet5-d2l",
       "28x28 P2 C6@5:sigmoid A2 C16@5:sigmoid A2 F120:sigmoid F84:sigmoid F10:softmax"},
      {"lenet5-1998", "32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R10"},
      {"lenet1", "28x28 C4@5 S2 C12@5:lenet1 S2 F10:scaled"},
      {"lenet4", "32x32 C4@5 S8@2 C16@5:lenet4 S2 C120@5 F10:scaled"},
      {"lenet5-ascii", "32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 R95"},
      {"lenet5-ascii-softmax", "32x32 C6@5 S2 C16@5:table1 S2 C120@5 F84 F95:softmax"},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    const lenet_variant *variant = lenet_variant_find(known[i].name);
    assert_non_null(variant);
    char text[LENET_MAX_NOTATION];
    lenet_network_print(&variant->network, text);
    assert_string_equal(text, known[i].notation);
    lenet_network network = parse(known[i].notation);
    assert_ptr_equal(lenet_variant_of(&network), variant);
  }

  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  assert_int_equal(count, 10);
  for (size_t i = 0; i < count; i++) {
    check_inverse(&variants[i].network);
    assert_ptr_equal(lenet_variant_find(variants[i].name), &variants[i]);
    assert_ptr_equal(lenet_variant_of(&variants[i].network), &variants[i]);
    assert_true(strlen(variants[i].source) > 0);
  }
  assert_non_null(lenet_variant_find("lenet5-modern"));
  assert_null(lenet_variant_find("lenet"));
  assert_null(lenet_variant_find("lenet5 "));
  lenet_network other = parse("28x28 P2 C6@5:tanh A2 C16@5:tanh A2 F120:tanh F84:tanh F9:softmax");
  assert_null(lenet_variant_of(&other));
}

/* A network whose rows fit, by rules written here a second time, except perhaps in its size. */
static lenet_network random_rows(lenet_rng *rng, double *units, double *parameters)
{
  enum { MAX_SIDE = 40, MAX_MAPS = 200 };
  lenet_network network = {.rows = 1 + (int)lenet_rng_below(rng, MAX_SIDE),
                           .columns = 1 + (int)lenet_rng_below(rng, MAX_SIDE)};
  static const lenet_activation activations[] = {LENET_LINEAR, LENET_TANH, LENET_SCALED_TANH,
                                                 LENET_SIGMOID, LENET_RELU};
  int rows = network.rows, columns = network.columns, maps = 1;
  int count = (int)lenet_rng_below(rng, LENET_MAX_ROWS);
  bool dense = false;
  *units = *parameters = 0;
  for (int r = 0; r < count; r++) {
    double inputs = (double)maps * rows * columns;
    lenet_row row = {.kind = dense ? LENET_DENSE : (lenet_kind)lenet_rng_below(rng, 6)};
    int side = rows < columns ? rows : columns, size = 1 + (int)lenet_rng_below(rng, 4);
    if (row.kind == LENET_CONV) {
      static const struct {
        int from, to;
      } tables[] = {
          [LENET_TABLE1] = {6, 16}, [LENET_TABLE_LENET1] = {4, 12}, [LENET_TABLE_LENET4] = {8, 16}};
      for (int t = LENET_TABLE1; t <= LENET_TABLE_LENET4; t++)
        if (maps == tables[t].from && lenet_rng_below(rng, 2))
          row.connections = (lenet_connections)t;
      const bool table = row.connections != LENET_FULL;
      row.size = 1 + (int)lenet_rng_below(rng, (uint32_t)side);
      row.maps = table                     ? tables[row.connections].to
                 : lenet_rng_below(rng, 2) ? 1 + (int)lenet_rng_below(rng, MAX_MAPS)
                                           : 4 + 2 * (int)lenet_rng_below(rng, 3);
      rows -= row.size - 1;
      columns -= row.size - 1;
      *parameters += (double)row.maps * (1 + (double)maps * row.size * row.size);
      maps = row.maps;
    } else if (row.kind == LENET_PAD) {
      row.size = size;
      rows += 2 * size;
      columns += 2 * size;
    } else if (row.kind == LENET_DENSE) {
      row.maps = maps = lenet_rng_below(rng, 4) ? 1 + (int)lenet_rng_below(rng, MAX_MAPS) : 84;
      rows = columns = 1;
      *parameters += row.maps * (1 + inputs);
      dense = true;
    } else {
      while (rows % size || columns % size)
        size--;
      row.size = size;
      rows /= size;
      columns /= size;
      if (row.kind == LENET_SUBSAMPLE && lenet_rng_below(rng, 2)) { /* up to four of each */
        row.maps = maps * (1 + (int)lenet_rng_below(rng, 4));
        row.maps = maps = row.maps > LENET_MAX_MAPS ? maps : row.maps;
      }
      *parameters += row.kind == LENET_SUBSAMPLE ? 2 * maps : 0;
    }
    if (row.kind == LENET_CONV || row.kind == LENET_DENSE || row.kind == LENET_SUBSAMPLE)
      row.activation = activations[lenet_rng_below(rng, 5)];
    *units += (double)maps * rows * columns;
    network.row[network.row_count++] = row;
  }
  static const lenet_activation endings[] = {LENET_SOFTMAX, LENET_TANH, LENET_SCALED_TANH};
  lenet_row last = {LENET_DENSE, 2 + (int)lenet_rng_below(rng, 100), 0, LENET_FULL,
                    endings[lenet_rng_below(rng, 3)]};
  if (maps * rows * columns == 84 && lenet_rng_below(rng, 2)) /* codes in place of a softmax */
    last = (lenet_row){LENET_RBF, 2 + (int)lenet_rng_below(rng, 9), 0, LENET_FULL, LENET_LINEAR};
  *units += last.maps;
  *parameters += last.maps * (1 + (double)maps * rows * columns);
  network.row[network.row_count++] = last;
  return network;
}

static lenet_network random_network(lenet_rng *rng)
{
  lenet_network network;
  double units, parameters;
  do
    network = random_rows(rng, &units, &parameters);
  while (units > LENET_MAX_UNITS || parameters > LENET_MAX_PARAMETERS);
  return network;
}

static void test_random_networks(void **state)
{
  (void)state;
  lenet_rng rng = lenet_rng_at(1, LENET_STREAM_WEIGHTS, 0);
  for (int i = 0; i < 5000; i++) {
    lenet_network network = random_network(&rng);
    lenet_layout layout;
    lenet_error error;
    char text[LENET_MAX_NOTATION];
    if (lenet_network_layout(&network, &layout, &error)) {
      lenet_network_print(&network, text);
      fail_msg("%s: %s", text, error.message);
    }
    check_inverse(&network);
  }
}

/* "Any network that lenet_network_layout accepts fits": the longest tokens there are, in as many
 * rows as there are, must be refused or fit. */
static void test_longest(void **state)
{
  (void)state;
  static const struct {
    int size;
    lenet_activation activation;
  } choice[] = {{1, LENET_SIGMOID}, {9, LENET_SIGMOID}, {1, LENET_TANH}, {1, LENET_SCALED_TANH}};
  for (size_t c = 0; c < sizeof choice / sizeof *choice; c++) {
    lenet_network network = {.rows = 128, .columns = 128, .row_count = LENET_MAX_ROWS};
    for (int r = 0; r < LENET_MAX_ROWS - 1; r++)
      network.row[r] = (lenet_row){.kind = LENET_CONV,
                                   .maps = LENET_MAX_MAPS,
                                   .size = choice[c].size,
                                   .activation = choice[c].activation};
    network.row[LENET_MAX_ROWS - 1] =
        (lenet_row){.kind = LENET_DENSE, .maps = LENET_MAX_CLASSES, .activation = LENET_SOFTMAX};
    lenet_layout layout;
    if (lenet_network_layout(&network, &layout, NULL) == LENET_OK)
      check_inverse(&network);
  }
}

/* One that the layout does not accept may be too long: it is cut, and stays within its room. */
static void test_too_long(void **state)
{
  (void)state;
  struct {
    char text[LENET_MAX_NOTATION], behind[64];
  } room;
  lenet_network network = {.rows = 128, .columns = 128, .row_count = LENET_MAX_ROWS};
  for (int r = 0; r < LENET_MAX_ROWS; r++)
    network.row[r] = (lenet_row){.kind = LENET_CONV,
                                 .maps = INT_MAX,
                                 .size = INT_MAX,
                                 .connections = LENET_TABLE1,
                                 .activation = LENET_SIGMOID};
  memset(&room, '?', sizeof room);
  lenet_network_print(&network, room.text);
  assert_int_equal(strlen(room.text), LENET_MAX_NOTATION - 1);
  static const char begin[] = "128x128 C2147483647@2147483647:table1:sigmoid C2147483647@";
  assert_int_equal(strncmp(room.text, begin, sizeof begin - 1), 0);
  for (size_t i = 0; i < sizeof room.behind; i++)
    assert_int_equal(room.behind[i], '?');
}

static void test_spaces(void **state)
{
  (void)state;
  lenet_network tight = parse("28x28 C6@5:tanh A2 F10:softmax");
  lenet_network wide = parse("  28x28   C6@5:tanh  A2     F10:softmax   ");
  assert_same_network(&tight, &wide);
}

/* Columns count from 1. A part that cannot be read is named by its first character, a row that
 * does not fit by the start of its token. */
static void test_wrong_lines(void **state)
{
  (void)state;
  static const struct {
    const char *notation;
    int column;
    const char *reason;
  } wrong[] = {
      /* the input */
      {"", 1, "rows"},
      {"   ", 4, "rows"},
      {"x28 F10:softmax", 1, "rows"},
      {"28 F10:softmax", 3, "x"},
      {"28X28 F10:softmax", 3, "x"},
      {"28x F10:softmax", 4, "columns"},
      {"28x28F10:softmax", 6, "belong"},
      {"0x28 F10:softmax", 1, "rows"},
      {"129x28 F10:softmax", 1, "rows"},
      {"28x129 F10:softmax", 4, "columns"},
      {"-28x28 F10:softmax", 1, "rows"},
      {"4294967324x28 F10:softmax", 1, "rows"}, /* 2^32 + 28 */
      {"28x28", 6, "row"},
      /* tokens */
      {"28x28 Q3 F10:softmax", 7, "Q"},
      {"28x28 f10:softmax", 7, "f"},
      {"28x28 C6@5 ? F10:softmax", 12, "?"},
      {"28x28 ?aaaaaaaaaaaaaaaaaaaaaaabbb", 7, "'?aaaaaaaaaaaaaaaaaaaaaaa'"}, /* 24 are told */
      {"28x28 C6 F10:softmax", 9, "@"},
      {"28x28 C6@ F10:softmax", 10, "kernel"},
      {"28x28 C@5 F10:softmax", 8, "maps"},
      {"28x28 C-6@5 F10:softmax", 8, "maps"},
      {"28x28 C 6@5 F10:softmax", 8, "maps"},
      {"28x28 C6@5.5 F10:softmax", 11, "."},
      {"28x28 C0@5 F10:softmax", 8, "maps"},
      {"28x28 C1025@5 F10:softmax", 8, "maps"},
      {"28x28 C6@0 F10:softmax", 10, "kernel"},
      {"28x28 F0 F10:softmax", 8, "1 to 1024"},
      {"28x28 F99999999999999999999 F10:softmax", 8, "1 to 1024"},
      {"28x28 F4294967306:softmax", 8, "1 to 1024"},               /* 2^32 + 10 */
      {"28x28 C6@18446744073709551621 F10:softmax", 10, "kernel"}, /* 2^64 + 5 */
      {"28x28 P F10:softmax", 8, "number is missing"},
      {"28x28 A0 F10:softmax", 8, "1 to 128"},
      /* activations and tables */
      {"28x28 C6@5:tanhh F10:softmax", 12, "tanhh"},
      {"28x28 C6@5:TANH F10:softmax", 12, "TANH"},
      {"28x28 C6@5: F10:softmax", 12, "activation"},
      {"28x28 C6@5:tanh:relu F10:softmax", 16, ":"},
      {"28x28 F10:softmaxy", 11, "softmaxy"},
      {"28x28 C6@5:table2 F10:softmax", 12, "table2"},
      {"28x28 C6@5 A2:tanh F10:softmax", 14, ":"},
      {"28x28 P2:relu F10:softmax", 9, ":"},
      {"28x28 F10:table1 F10:softmax", 11, "table1"},
      /* rows that do not fit */
      {"28x28 C6@29 F10:softmax", 7, "29"},
      {"28x28 C6@5 C6@25 F10:softmax", 12, "25"},
      {"28x28 C6@5 A5 F10:softmax", 12, "24"},
      {"28x27 M2 F10:softmax", 7, "27"},
      {"28x28 C6@5 A48 F10:softmax", 12, "48"},
      {"28x28 C6@5:table1 F10:softmax", 7, "table"},
      {"28x28 C6@5 C15@5:table1 F10:softmax", 12, "table"},
      {"28x28 C5@5 C16@5:table1 F10:softmax", 12, "table"},
      {"28x28 F10:softmax F10:softmax", 7, "softmax"},
      {"28x28 C6@5:softmax F10:softmax", 7, "softmax"},
      {"28x28 F20 P2 F10:softmax", 11, "P2"},
      {"28x28 F20 C6@2 F10:softmax", 11, "dense"},
      {"28x28 F20 A2 F10:softmax", 11, "dense"},
      {"28x28 F20:linear", 7, "softmax"},
      {"28x28 F20:relu", 7, "softmax"},
      {"28x28 C10@28:sigmoid", 7, "softmax"},
      {"28x28 C10@5:tanh", 7, "24x24"},
      {"28x28 F1:tanh", 7, "2 to 128"},
      {"28x28 C10@5:softmax", 7, "24x24"},
      {"28x28 F1:softmax", 7, "2 to 128"},
      {"28x28 F83 R10", 11, "84 cells"},
      {"28x28 F84 R11", 11, "10 digits"},
      {"28x28 F84 R1", 11, "2 to 128"},
      {"28x28 F84 R10:softmax", 14, "does not belong"},
      {"28x28 F84 R10 F10:softmax", 11, "last row"},
      {"28x28 S3 F10:softmax", 7, "rest"},
      {"28x28 C4@5 S6@2 F10:softmax", 12, "multiple of the 4"},
      {"28x28 C4@5 S2@2 F10:softmax", 12, "multiple of the 4"},
      {"28x28 S4@3 F10:softmax", 7, "rest"},
      {"28x28 S0@2 F10:softmax", 8, "maps"},
      {"28x28 S1025@2 F10:softmax", 8, "1 to 1024"},
      {"28x28 S@2 F10:softmax", 8, "maps"},
      {"28x28 S4@ F10:softmax", 10, "size"},
      {"28x28 S4@02 F10:softmax", 10, "start with 0"},
      {"28x28 S4@2@2 F10:softmax", 11, "belong"},
      {"28x28 S129 F10:softmax", 8, "1 to 128"},
      {"28x28 A4@2 F10:softmax", 9, "belong"},
      {"28x28 F4@2 F10:softmax", 9, "belong"},
      {"28x28 S4@2:lenet4 F10:softmax", 12, "lenet4"},
      {"28x28 C4@5 C12@5:table1 F10:softmax", 12, "table table1 joins 6 maps to 16"},
      {"28x28 C4@5 C16@5:lenet1 F10:softmax", 12, "lenet1 joins 4 maps to 12"},
      {"28x28 C4@5 C16@5:lenet4 F10:softmax", 12, "lenet4 joins 8 maps to 16"},
      {"28x28 C4@5 C12@5:lenet1:lenet1 F10:softmax", 25, "lenet1"},
      {"28x28 C4@5 C12@5:lenet2 F10:softmax", 18, "lenet2"},
      {"28x28 S2:softmax F10:softmax", 7, "last row"},
      {"28x28 F84 S2 F10:softmax", 11, "dense"},
      {"28x28 F129:softmax", 7, "128"},
      {"28x28 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F9 F10:softmax", 55, "16"},
  };
  int failures = 0;
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    lenet_network network, before;
    memset(&network, 0x5a, sizeof network);
    before = network;
    lenet_error error = {0};
    lenet_status status = lenet_network_parse(wrong[i].notation, &network, &error);
    if (status != LENET_BAD_NOTATION || error.status != status ||
        error.position != wrong[i].column || !strstr(error.message, wrong[i].reason)) {
      print_error("\"%s\": expected column %d and \"%s\"; status %d, column %lld: %s\n",
                  wrong[i].notation, wrong[i].column, wrong[i].reason, (int)status, error.position,
                  error.message);
      failures++;
    }
    assert_null(strchr(error.message, '\n'));
    assert_int_equal(memcmp(&network, &before, sizeof network) == 0, status != LENET_OK);
    assert_int_equal(lenet_network_parse(wrong[i].notation, &network, NULL), status);
  }
  assert_int_equal(failures, 0);
}

/* Every prefix of a line and every line with one other character is either a network or refused
 * at a column of the line. */
static void check_damaged(const char *line)
{
  static const char others[] = " 0129x@:PCAMFStz-+.\t\n\x7f\xc3";
  const size_t length = strlen(line);
  for (size_t at = 0; at <= length; at++)
    for (size_t c = 0; c < sizeof others; c++) { /* the last is NUL: a prefix */
      char text[128];
      memcpy(text, line, length + 1);
      text[at] = others[c];
      if (at == length && others[c])
        text[length + 1] = 0;
      lenet_network network;
      lenet_error error = {0};
      lenet_status status = lenet_network_parse(text, &network, &error);
      if (status == LENET_OK) {
        lenet_layout layout;
        assert_int_equal(lenet_network_layout(&network, &layout, NULL), LENET_OK);
        check_inverse(&network);
      } else {
        assert_int_equal(status, LENET_BAD_NOTATION);
        assert_in_range(error.position, 1, strlen(text) + 1);
      }
    }
}

static void test_damaged_lines(void **state)
{
  (void)state;
  static const char *const lines[] = {
      "28x28 P2 C6@5:tanh A2 C16@5:table1:relu M2 C120@5 F84:sigmoid F10:softmax",
      "32x32 C4@5 S8@2 C16@5:lenet4 S16@2 C120@5 F10:scaled",
  };
  for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
    check_damaged(lines[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_meaning),         cmocka_unit_test(test_variants),
      cmocka_unit_test(test_random_networks), cmocka_unit_test(test_longest),
      cmocka_unit_test(test_too_long),        cmocka_unit_test(test_spaces),
      cmocka_unit_test(test_wrong_lines),     cmocka_unit_test(test_damaged_lines),
  };
  return cmocka_run_group_tests_name("notation", tests, NULL, NULL);
}
