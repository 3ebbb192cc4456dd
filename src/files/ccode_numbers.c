/* ccode_numbers.c - a step's numbers as C arrays, in the order in which the generated text meets
 * them (src/files/ccode_runtime/rows.c): pairs of maps, lines of the kernel, pairs of cells. */
#include "base/number.h"
#include "files/ccode.h"

#include <stdio.h>

/* The shortest of 6 to 9 digits that gives the float back; no locale's comma. */
static void print_float(FILE *out, double number)
{
  char text[32];
  const float wanted = (float)number;
  for (int digits = 6; digits <= 9; digits++) {
    double read;
    snprintf(text, sizeof text, "%.*e", digits - 1, (double)wanted);
    for (char *c = text; *c; c++)
      *c = *c == ',' ? '.' : *c;
    if (lenet_parse_number(text, &read) && (float)read == wanted)
      break;
  }
  fprintf(out, "%sf", text);
}

static void print_number(FILE *out, bool int8, double number)
{
  if (int8)
    fprintf(out, "%ld", (long)number);
  else
    print_float(out, number);
}

void lenet_ccode_print_number(FILE *out, const lenet_ccode *code, double number)
{
  print_number(out, code->int8, number);
}

/* Numbers in lines of their own. */
typedef struct {
  FILE *out;
  bool int8;
  int in_line;
} list;

static void print_next(list *l, double number)
{
  const int most = l->int8 ? 24 : 8;
  fputs(l->in_line == 0 ? "\n  " : " ", l->out);
  print_number(l->out, l->int8, number);
  fputc(',', l->out);
  l->in_line = (l->in_line + 1) % most;
}

/* The weight by which map `map` of a step has input `index`, counted as the model does. */
static double weight_at(const lenet_ccode *code, int step, int map, size_t index)
{
  const lenet_quantized_step *s = &code->net->step[step];
  const lenet_row *row = &code->net->network.row[s->row];
  const lenet_layer *layer = &code->net->layout.layer[s->row];
  const lenet_ccode_lines *x = &code->lines[step];
  const bool conv = row->kind == LENET_CONV;
  const size_t inputs =
      conv ? (size_t)x->maps * row->size * row->size : (size_t)x->maps * x->rows * x->columns;
  if (code->int8)
    return s->weight[(size_t)map * inputs + index];
  if (conv && row->connections != LENET_FULL &&
      !lenet_connected(row, (int)(index / (size_t)(row->size * row->size)), map))
    return 0;
  return (double)code->model->parameters[layer->weight_offset + (size_t)map * inputs + index];
}

/* The same of cell `cell` in line `line` of the step's kernel; 0 behind its end. */
static double weight_of_cell(const lenet_ccode *code, int step, int map, int line, int cell)
{
  const lenet_ccode_lines *x = &code->lines[step];
  const int size = code->net->network.row[code->net->step[step].row].size;
  const bool conv = lenet_ccode_is_conv(code, step);
  const int rows = conv ? size : x->rows, columns = conv ? size : x->columns;
  const int from = cell % x->maps, column = cell / x->maps % columns;
  const int row = line + cell / x->maps / columns;
  if (map >= lenet_ccode_maps(code, step) || row >= rows || (conv && cell >= columns * x->maps))
    return 0;
  return weight_at(code, step, map, ((size_t)from * rows + row) * columns + column);
}

static void print_kernels(FILE *out, const lenet_ccode *code, int step)
{
  list l = {out, code->int8, 0};
  const int lines = lenet_ccode_kernel_lines(code, step), pairs = lenet_ccode_pairs(code, step);
  for (int map = 0; map < lenet_ccode_maps(code, step); map += 2)
    for (int line = 0; line < lines; line++)
      for (int i = 0; i < 4 * pairs; i++)
        print_next(&l, weight_of_cell(code, step, map + i % 2, line, i / 4 * 2 + i % 4 / 2));
}

/* One weight for each map, with which a window's sum is multiplied. */
static void print_coefficients(FILE *out, const lenet_ccode *code, int step)
{
  const lenet_quantized_step *s = &code->net->step[step];
  const lenet_row *row = &code->net->network.row[s->row];
  const size_t offset = code->net->layout.layer[s->row].weight_offset;
  list l = {out, code->int8, 0};
  for (int map = 0; map < lenet_ccode_maps(code, step); map++)
    print_next(&l, code->int8 ? s->weight[map]
                   : row->kind == LENET_AVERAGE_POOL
                       ? 1.0 / (row->size * row->size)
                       : (double)code->model->parameters[offset + map]);
}

static void print_unit(FILE *out, const lenet_ccode *code, int step, int map)
{
  const lenet_quantized_step *s = &code->net->step[step];
  const lenet_layer *layer = &code->net->layout.layer[s->row];
  const bool is_there = map < lenet_ccode_maps(code, step);
  if (code->int8 && is_there) {
    fprintf(out, "{%ld, %ld, %ld}", (long)s->bias[map], (long)s->factor[map], (long)s->shift[map]);
  } else if (code->int8) {
    fputs("{0, 0, 0}", out);
  } else {
    fputc('{', out);
    print_number(out, false,
                 is_there && layer->bias_count
                     ? (double)code->model->parameters[layer->bias_offset + map]
                     : 0);
    fputc('}', out);
  }
}

static void print_units(FILE *out, const lenet_ccode *code, int step)
{
  const int maps = lenet_ccode_maps(code, step);
  const bool windows = code->net->step[step].kind == LENET_STEP_WINDOWS;
  for (int map = 0; map < (windows ? maps : (maps + 1) / 2 * 2); map++) {
    fputs(map % 4 == 0 ? "\n  " : " ", out);
    print_unit(out, code, step, map);
    fputc(',', out);
  }
}

/* +1 and -1, in the order of the cells. */
static void print_codes(FILE *out, const lenet_ccode *code, int step)
{
  const lenet_ccode_lines *x = &code->lines[step];
  list l = {out, true, 0};
  for (int class = 0; class < lenet_ccode_maps(code, step); class ++) {
    lenet_real cells[LENET_CODE_CELLS];
    lenet_class_code(lenet_ccode_maps(code, step), class, cells);
    for (int cell = 0; cell < LENET_CODE_CELLS; cell++)
      print_next(&l, (double)cells[cell % x->maps * x->rows * x->columns + cell / x->maps]);
  }
}

void lenet_ccode_print_numbers(FILE *out, const lenet_ccode *code, int step, const char *name)
{
  const lenet_quantized_kind kind = code->net->step[step].kind;
  if (kind == LENET_STEP_MAX)
    return;
  if (lenet_ccode_has_codes(code, step)) {
    fprintf(out, "\nstatic const int8_t %s_codes[] = {", name);
    print_codes(out, code, step);
    fputs("\n};\n", out);
    return;
  }
  fprintf(out, "\nstatic const weight %s_weights[] = {", name);
  if (kind == LENET_STEP_WINDOWS)
    print_coefficients(out, code, step);
  else
    print_kernels(out, code, step);
  fprintf(out, "\n};\n\nstatic const unit %s_units[] = {", name);
  print_units(out, code, step);
  fputs("\n};\n", out);
}
