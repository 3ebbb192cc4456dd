/* notation.c - the one-line form of a network, written and read.
 *
 *   line  = side "x" side { token }
 *   token = "P" n | "A" n | "M" n | "R" n | "F" n [":" activation]
 *         | "C" n "@" n [":" table] [":" activation] | "S" [n "@"] n [":" activation]
 *
 * Letters, names of activations and names of tables stand in one table each, which both directions
 * use. */
#include "net/plan.h"

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char letters[] = {
    [LENET_PAD] = 'P',      [LENET_CONV] = 'C',      [LENET_AVERAGE_POOL] = 'A',
    [LENET_MAX_POOL] = 'M', [LENET_SUBSAMPLE] = 'S', [LENET_DENSE] = 'F',
    [LENET_RBF] = 'R'};

static const char *const activations[] = {
    [LENET_LINEAR] = "linear",   [LENET_TANH] = "tanh", [LENET_SCALED_TANH] = "scaled",
    [LENET_SIGMOID] = "sigmoid", [LENET_RELU] = "relu", [LENET_SOFTMAX] = "softmax"};
enum { ACTIVATION_COUNT = sizeof activations / sizeof *activations };

/* Whether a token has a number of maps, units or classes, and whether it has a size. */
static bool has_maps(lenet_kind kind)
{
  return kind == LENET_CONV || kind == LENET_DENSE || kind == LENET_RBF;
}
static bool has_size(lenet_kind kind) { return kind != LENET_DENSE && kind != LENET_RBF; }

/* Whether an activation may follow. */
static bool squashes(lenet_kind kind)
{
  return kind == LENET_CONV || kind == LENET_DENSE || kind == LENET_SUBSAMPLE;
}

/* ---- writing ---- */

static size_t put(char *line, size_t used, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static size_t put(char *line, size_t used, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  /* Numbers and names of this file: it does not fail. */
  const int length = vsnprintf(line + used, LENET_MAX_NOTATION - used, format, arguments);
  va_end(arguments);
  const size_t end = used + (size_t)length;
  return end < LENET_MAX_NOTATION ? end : LENET_MAX_NOTATION - 1;
}

void lenet_network_print(const lenet_network *network, char line[LENET_MAX_NOTATION])
{
  size_t used = put(line, 0, "%dx%d", network->rows, network->columns);
  for (int i = 0; i < network->row_count; i++) {
    const lenet_row *row = &network->row[i];
    const bool last = i == network->row_count - 1;
    const char *table = lenet_table_of(row->connections)->name;
    used = put(line, used, " %c", letters[row->kind]);
    if (row->maps > 0)
      used = put(line, used, "%d", row->maps);
    if (has_size(row->kind))
      used = put(line, used, row->maps > 0 ? "@%d" : "%d", row->size);
    if (table)
      used = put(line, used, ":%s", table);
    /* How a network ends is always said. */
    if (squashes(row->kind) && (row->activation != LENET_SCALED_TANH || last))
      used = put(line, used, ":%s", activations[row->activation]);
  }
}

/* ---- reading ---- */

typedef struct {
  const char *line;
  size_t at; /* next character */
} reader;

#define COLUMN(offset) ((long long)(offset) + 1)
#define REFUSE_AT(offset, ...) return refuse(error, COLUMN(offset), __VA_ARGS__)

static lenet_status refuse(lenet_error *error, long long column, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static lenet_status refuse(lenet_error *error, long long column, const char *format, ...)
{
  char reason[160];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, sizeof reason, format, arguments);
  va_end(arguments);
  return lenet_fail(error, LENET_BAD_NOTATION, column, "column %lld: %s", column, reason);
}

static bool token_ends(char c) { return c == '\0' || c == ' '; }

/* The length of the rest of the token, for messages. */
static int rest_of(const reader *r)
{
  size_t end = r->at;
  while (!token_ends(r->line[end]) && end - r->at < 24)
    end++;
  return (int)(end - r->at);
}

static lenet_status read_number(reader *r, const char *what, int most, int *number,
                                lenet_error *error)
{
  const size_t start = r->at;
  long value = 0;
  while (r->line[r->at] >= '0' && r->line[r->at] <= '9') {
    value = value * 10 + (r->line[r->at++] - '0');
    if (value > most)
      REFUSE_AT(start, "%s: 1 to %d are possible", what, most);
  }
  if (r->at == start)
    REFUSE_AT(start, "%s: a number is missing", what);
  if (value == 0)
    REFUSE_AT(start, "%s: 1 to %d are possible", what, most);
  /* One way to write each number, so that printing is the inverse of parsing. */
  if (r->line[start] == '0')
    REFUSE_AT(start, "%s: a number does not start with 0", what);
  *number = (int)value;
  return LENET_OK;
}

static bool read_word(reader *r, const char *word)
{
  size_t length = strlen(word);
  if (strncmp(r->line + r->at, word, length) != 0)
    return false;
  char after = r->line[r->at + length];
  if (!token_ends(after) && after != ':')
    return false;
  r->at += length;
  return true;
}

/* The name of a connection table. */
static bool read_table(reader *r, lenet_connections *connections)
{
  const lenet_table *table;
  for (int c = LENET_FULL + 1; (table = lenet_table_of((lenet_connections)c)); c++)
    if (read_word(r, table->name)) {
      *connections = (lenet_connections)c;
      return true;
    }
  return false;
}

/* ":table" and ":activation", at most one of each, in this order. */
static lenet_status read_options(reader *r, lenet_row *row, lenet_error *error)
{
  row->activation = LENET_SCALED_TANH;
  bool may_have_table = row->kind == LENET_CONV;
  while (r->line[r->at] == ':') {
    const size_t start = ++r->at;
    if (may_have_table && read_table(r, &row->connections)) {
      may_have_table = false;
      continue;
    }
    for (int a = 0; a < ACTIVATION_COUNT; a++)
      if (read_word(r, activations[a])) {
        row->activation = (lenet_activation)a;
        if (r->line[r->at] == ':')
          REFUSE_AT(r->at, "nothing may follow the activation");
        return LENET_OK;
      }
    REFUSE_AT(start, "'%.*s' is no activation: linear, tanh, scaled, sigmoid, relu, softmax",
              rest_of(r), r->line + r->at);
  }
  return LENET_OK;
}

/* The numbers behind the letter: maps, maps "@" size, or size. S may leave its maps out. */
static lenet_status read_sizes(reader *r, lenet_row *row, lenet_error *error)
{
  const char *number = r->line + r->at;
  const bool maps = has_maps(row->kind) ||
                    (row->kind == LENET_SUBSAMPLE && number[strspn(number, "0123456789")] == '@');
  if (maps) {
    lenet_status status =
        read_number(r, has_size(row->kind) ? "maps" : "units", LENET_MAX_MAPS, &row->maps, error);
    if (status != LENET_OK || !has_size(row->kind))
      return status;
    if (r->line[r->at] != '@')
      REFUSE_AT(r->at, "a convolution needs its kernel: C%d@5", row->maps);
    r->at++;
  }
  return read_number(r, row->kind == LENET_CONV ? "kernel" : "size", LENET_MAX_SIDE, &row->size,
                     error);
}

static lenet_status read_row(reader *r, lenet_row *row, lenet_error *error)
{
  const size_t start = r->at;
  const char *letter = memchr(letters, r->line[r->at], sizeof letters);
  if (!letter)
    REFUSE_AT(start, "'%.*s' is no row: C, S, A, M, P, F or R and a number", rest_of(r),
              r->line + start);
  *row = (lenet_row){.kind = (lenet_kind)(letter - letters)};
  r->at++;
  lenet_status status = read_sizes(r, row, error);
  if (status != LENET_OK)
    return status;
  if (squashes(row->kind))
    status = read_options(r, row, error);
  if (status == LENET_OK && !token_ends(r->line[r->at]))
    REFUSE_AT(r->at, "'%.*s' does not belong here", rest_of(r), r->line + r->at);
  return status;
}

static lenet_status read_input(reader *r, lenet_network *network, lenet_error *error)
{
  lenet_status status = read_number(r, "input rows", LENET_MAX_SIDE, &network->rows, error);
  if (status != LENET_OK)
    return status;
  if (r->line[r->at] != 'x')
    REFUSE_AT(r->at, "the input is written as rows x columns: 28x28");
  r->at++;
  status = read_number(r, "input columns", LENET_MAX_SIDE, &network->columns, error);
  if (status == LENET_OK && !token_ends(r->line[r->at]))
    REFUSE_AT(r->at, "'%.*s' does not belong here", rest_of(r), r->line + r->at);
  return status;
}

static void skip_spaces(reader *r)
{
  while (r->line[r->at] == ' ')
    r->at++;
}

lenet_status lenet_network_parse(const char *notation, lenet_network *network, lenet_error *error)
{
  reader r = {.line = notation};
  lenet_network made = {0};
  lenet_layout layout = {0};
  lenet_error shape_error;
  size_t start[LENET_MAX_ROWS];
  skip_spaces(&r);
  lenet_status status = read_input(&r, &made, error);
  if (status != LENET_OK)
    return status;
  for (skip_spaces(&r); r.line[r.at]; skip_spaces(&r)) {
    if (made.row_count == LENET_MAX_ROWS)
      REFUSE_AT(r.at, "more than %d rows", LENET_MAX_ROWS);
    start[made.row_count] = r.at;
    status = read_row(&r, &made.row[made.row_count], error);
    if (status != LENET_OK)
      return status;
    made.row_count++;
  }
  if (made.row_count == 0)
    REFUSE_AT(r.at, "no rows");
  for (int i = 0; i < made.row_count && status == LENET_OK; i++)
    status = lenet_plan_row(&made, i, &layout, &shape_error);
  if (status == LENET_OK)
    status = lenet_plan_end(&made, &layout, &shape_error);
  if (status != LENET_OK) {
    reader wrong = {.line = notation, .at = start[shape_error.position]};
    REFUSE_AT(wrong.at, "%.*s: %s", rest_of(&wrong), notation + wrong.at, shape_error.message);
  }
  *network = made;
  return LENET_OK;
}
