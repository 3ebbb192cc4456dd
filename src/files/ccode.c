/* ccode.c - a model as one file of C and one header, for chips without an operating system.
 *
 * What they have in common stands in src/files/ccode_runtime as C and is copied, sections that the
 * network has no use for left out. Printed are the arrays, a constant for each row, and two
 * functions that call the rows in turn. */
#include "files/ccode.h"
#include "base/error.h"
#include "base/file.h"
#include "net/plan.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 64 };

/* The file's name without .c, and what its functions and macros begin with: "digit", "DIGIT". */
typedef struct {
  char file[NAME], small[NAME], large[NAME];
} prefix;

/* A header of that name would be taken for the compiler's own. */
static bool is_standard(const char *name)
{
  static const char *const headers[] = {
      "assert",  "complex", "ctype",  "errno",  "fenv",   "float",       "inttypes", "iso646",
      "limits",  "locale",  "math",   "setjmp", "signal", "stdalign",    "stdarg",   "stdatomic",
      "stdbool", "stddef",  "stdint", "stdio",  "stdlib", "stdnoreturn", "string",   "tgmath",
      "threads", "time",    "uchar",  "wchar",  "wctype"};
  for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
    if (strcmp(headers[i], name) == 0)
      return true;
  return false;
}

static lenet_status find_prefix(const char *path, prefix *p, lenet_error *error)
{
  const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
  const size_t length = strlen(name);
  if (length < 3 || strcmp(name + length - 2, ".c") != 0)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: a file of C ends in .c", path);
  if (length - 2 >= NAME)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: a name of up to %d letters begins "
                      "those of functions",
                      path, NAME - 1);
  for (size_t i = 0; i < length - 2; i++) {
    const char c = name[i];
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && (i == 0 || !((c >= '0' && c <= '9') || c == '_' || c == '-')))
      return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                        "%s: the name begins those of functions: a letter, then letters, digits, "
                        "'-' and '_'",
                        path);
    p->file[i] = c;
    p->small[i] = c == '-' ? '_' : c;
    p->large[i] = (char)toupper((unsigned char)p->small[i]);
  }
  p->file[length - 2] = p->small[length - 2] = p->large[length - 2] = '\0';
  if (is_standard(p->file))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: <%s.h> is a header of C's own", path,
                      p->file);
  return LENET_OK;
}

/* ---- texts ---------------------------------------------------------------------------------- */

/* Writes a line; a name that begins with digit_ or DIGIT_ gets the file's. */
static void print_line(FILE *out, const prefix *p, const char *line)
{
  enum { LENGTH = 6 };
  for (const char *c = line; *c; c++) {
    const bool small = strncmp(c, "digit_", LENGTH) == 0, large = strncmp(c, "DIGIT_", LENGTH) == 0;
    if (small || large) {
      fprintf(out, "%s_", small ? p->small : p->large);
      c += LENGTH - 1;
    } else {
      fputc(*c, out);
    }
  }
  fputc('\n', out);
}

static bool has_step(const lenet_ccode *code, lenet_quantized_kind kind)
{
  for (int i = 0; i < code->streams; i++)
    if (!lenet_ccode_is_conv(code, i) && code->net->step[i].kind == kind)
      return true;
  return false;
}

/* Any pool: -1. */
static bool has_conv(const lenet_ccode *code, int pool)
{
  for (int i = 0; i < code->streams; i++)
    if (lenet_ccode_is_conv(code, i) && (pool < 0 || (int)lenet_ccode_pool(code, i) == pool))
      return true;
  return false;
}

static bool is_needed(const lenet_ccode *code, const char *section)
{
  const int last = code->net->step_count - 1;
  const bool codes = lenet_ccode_has_codes(code, last), dense = last > code->streams;
  const bool closed = dense || has_conv(code, -1) || has_step(code, LENET_STEP_WINDOWS);
  const struct {
    const char *name;
    bool needed;
  } choices[] = {
      {"pairs", dense || !codes || has_conv(code, -1)},
      {"two", dense || !codes || has_conv(code, -1)},
      {"sums", closed || !codes},
      {"closed", closed},
      {"scores", !codes},
      {"kernel", has_conv(code, -1)},
      {"conv", has_conv(code, LENET_INT8_NONE)},
      {"conv_mean", has_conv(code, LENET_INT8_AVERAGE)},
      {"conv_max", has_conv(code, LENET_INT8_MAX)},
      {"windows", has_step(code, LENET_STEP_WINDOWS)},
      {"max", has_step(code, LENET_STEP_MAX)},
      {"dots", dense || !codes},
      {"dense", dense},
      {"last", !codes},
      {"distances", codes},
  };
  for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
    if (strcmp(choices[i].name, section) == 0)
      return choices[i].needed;
  return true;
}

/* The sections of a text that the network needs. What stands before the first one is left out. */
static void print_text(FILE *out, const lenet_ccode *code, const prefix *p, const char *name)
{
  const lenet_ccode_text *text = lenet_ccode_texts;
  bool needed = false;
  while (strcmp(text->name, name) != 0)
    text++;
  for (const char *const *line = text->lines; *line; line++) {
    char section[NAME];
    if (sscanf(*line, "/* ---- %63[a-z_]", section) == 1) {
      needed = is_needed(code, section);
      if (needed)
        fputc('\n', out);
    }
    const bool last = !line[1] || strncmp(line[1], "/* ---- ", 8) == 0;
    if (needed && !(last && **line == '\0'))
      print_line(out, p, *line);
  }
}

/* ---- rows ----------------------------------------------------------------------------------- */

/* "c1" */
static const char *name_of(const lenet_ccode *code, int step, char name[NAME])
{
  const lenet_layer *layer = &code->net->layout.layer[code->net->step[step].row];
  snprintf(name, NAME, "%s", layer->name);
  name[0] = (char)tolower((unsigned char)name[0]);
  return name;
}

static void print_finish(FILE *out, const lenet_ccode *code, int step)
{
  static const char *const names[] = {
      [LENET_LINEAR] = "LINEAR",   [LENET_TANH] = "TANH", [LENET_SCALED_TANH] = "SCALED_TANH",
      [LENET_SIGMOID] = "SIGMOID", [LENET_RELU] = "RELU", [LENET_SOFTMAX] = "LINEAR"};
  const lenet_quantized_step *s = &code->net->step[step];
  if (!code->int8) {
    fprintf(out, "{%s, %s}", names[code->net->network.row[s->row].activation],
            lenet_ccode_pool(code, step) == LENET_INT8_AVERAGE ? "0.25f" : "1.0f");
    return;
  }
  const lenet_int8_finish *f = s->kind == LENET_STEP_CONV    ? &s->at.conv.finish
                               : s->kind == LENET_STEP_DENSE ? &s->at.dense.finish
                                                             : &s->at.windows.finish;
  fprintf(out, "{%d, %d, %d, %d, %d, %d}", f->squash, f->doublings, f->low, f->high, f->share,
          f->zero);
}

/* The constant of a step that is no dense one. */
static void print_stream(FILE *out, const lenet_ccode *code, int step, const char *name)
{
  const lenet_ccode_lines *x = &code->lines[step], *y = x + 1;
  const int size = code->net->network.row[code->net->step[step].row].size;
  const int columns = y->columns - 2 * y->border;
  if (code->net->step[step].kind == LENET_STEP_MAX) {
    fprintf(out, "static const max_row %s = {%d, %d, %d, %d};\n", name, x->maps, size, columns,
            x->pitch);
    return;
  }
  const bool conv = lenet_ccode_is_conv(code, step);
  fprintf(out, "static const %s %s = {%s_weights, %s_units, ", conv ? "conv_row" : "windows_row",
          name, name, name);
  print_finish(out, code, step);
  fprintf(out, ", %d, %d", x->maps, y->maps);
  if (!conv)
    fprintf(out, ", %d", y->maps / x->maps);
  fprintf(out, ", %d, %d, %d};\n", size, columns, x->pitch);
}

static void print_row(FILE *out, const lenet_ccode *code, int step)
{
  char name[NAME];
  name_of(code, step, name);
  lenet_ccode_print_numbers(out, code, step, name);
  if (lenet_ccode_has_codes(code, step))
    return;
  fputc('\n', out);
  if (step < code->streams) {
    print_stream(out, code, step, name);
    return;
  }
  fprintf(out, "static const dense_row %s = {%s_weights, %s_units, ", name, name, name);
  print_finish(out, code, step);
  fprintf(out, ", %d, %d};\n", code->lines[step].rows * code->lines[step].pitch,
          lenet_ccode_maps(code, step));
}

static void print_lines(FILE *out, const lenet_ccode *code)
{
  const lenet_network *network = &code->net->network;
  fputs("\n/* ---- the network: its rows in turn ---- */\n\n", out);
  fprintf(out, "enum { LINES = %d, INPUT_COLUMNS = %d, INPUT_TOP = %d, INPUT_LEFT = %d };\n\n",
          code->streams + 1, network->columns, (network->rows - code->rows) / 2,
          (network->columns - code->columns) / 2);
  fputs("static const number input_scale = ", out);
  lenet_ccode_print_number(out, code, code->int8 ? 1 : (double)code->model->input.scale);
  fputs(", input_offset = ", out);
  lenet_ccode_print_number(out, code, code->int8 ? 0 : (double)code->model->input.offset);
  fputs(";\n\nstatic const lines line[LINES] = {\n", out);
  for (int i = 0; i <= code->streams; i++) {
    const lenet_ccode_lines *l = &code->lines[i];
    fprintf(out, "  {%zu, %zu, %d, %d, %d, %d, %d, %d, %d},\n", l->at, l->size, l->pitch, l->rows,
            l->border, l->maps, l->need, l->drop,
            code->int8 && l->border ? (int)floor(code->net->bytes[i].zero + 0.5) : 0);
  }
  fputs("};\n", out);
}

/* The function that makes a line of what lies behind a step. Those of convolutions are made for
 * their row alone, the shapes in them as constants, and stay apart: each has few registers to
 * spare, and their stacks shall not add up. */
static void print_caller(FILE *out, const lenet_ccode *code, int step)
{
  static const char *const convs[] = {[LENET_INT8_NONE] = "conv",
                                      [LENET_INT8_AVERAGE] = "conv_mean",
                                      [LENET_INT8_MAX] = "conv_max"};
  char name[NAME];
  name_of(code, step, name);
  if (lenet_ccode_is_conv(code, step))
    fprintf(out, "\nstatic APART void %s_line(const cell *x, cell *y) { %s(&%s, x, y); }\n", name,
            convs[lenet_ccode_pool(code, step)], name);
}

static void print_make_line(FILE *out, const lenet_ccode *code)
{
  char name[NAME];
  for (int i = 0; i < code->streams; i++)
    print_caller(out, code, i);
  fputs("\n/* A line of lines s. */\n"
        "static void make_line(int s, const cell *x, cell *y)\n{\n",
        out);
  if (code->streams == 0)
    fputs("  (void)s, (void)x, (void)y;\n", out);
  for (int i = 0; i < code->streams; i++) {
    name_of(code, i, name);
    fprintf(out, "  %sif (s == %d)\n    ", i ? "else " : "", i + 1);
    if (lenet_ccode_is_conv(code, i))
      fprintf(out, "%s_line(x, y);\n", name);
    else
      fprintf(out, "%s(&%s, x, y);\n",
              code->net->step[i].kind == LENET_STEP_MAX ? "max" : "windows", name);
  }
  fputs("}\n", out);
}

static void print_finish_rows(FILE *out, const lenet_ccode *code)
{
  char name[NAME];
  const int last = code->net->step_count - 1;
  fputs("\nstatic void finish_rows(cell *workspace, number *scores)\n{\n", out);
  for (int i = code->streams; i < last; i++)
    fprintf(out, "  dense(&%s, workspace + %zu, workspace + %zu);\n", name_of(code, i, name),
            code->lines[i].at, code->lines[i + 1].at);
  name_of(code, last, name);
  if (lenet_ccode_has_codes(code, last))
    fprintf(out, "  distances(%s_codes, %d, %d, workspace + %zu, scores);\n", name,
            LENET_CODE_CELLS, code->net->layout.classes, code->lines[last].at);
  else
    fprintf(out, "  last(&%s, workspace + %zu, scores);\n", name, code->lines[last].at);
  if (!code->int8)
    fprintf(out, "  to_probabilities(%d, %d, scores);\n", code->net->layout.classes,
            lenet_ending_of(&code->net->network) == LENET_ENDS_IN_TARGETS ? 4 : 1);
  fputs("}\n", out);
}

/* ---- self-test ------------------------------------------------------------------------------ */

/* A 3 amid paper, not all of its ink equally dark. */
static void draw_digit(const lenet_ccode *code, uint8_t *pixels)
{
  const int top = code->rows / 7, left = code->columns / 7;
  const int height = code->rows - 2 * top, width = code->columns - 2 * left;
  real cells[LENET_CODE_CELLS];
  lenet_class_code(10, 3, cells);
  memset(pixels, 0, (size_t)code->rows * code->columns);
  for (int i = 0; i < height; i++)
    for (int j = 0; j < width; j++)
      if (cells[i * LENET_CODE_ROWS / height * LENET_CODE_COLUMNS +
                j * LENET_CODE_COLUMNS / width] > 0)
        pixels[(top + i) * code->columns + left + j] = (uint8_t)(255 - (7 * i + 13 * j) % 96);
}

/* What the library makes of it; in integers where there are such. */
static lenet_status classify(const lenet_ccode *code, const uint8_t *pixels, double *scores,
                             lenet_error *error)
{
  const lenet_isa isa = lenet_isa_available(LENET_ISA_SCALAR) ? LENET_ISA_SCALAR : LENET_ISA_BEST;
  const int classes = code->net->layout.classes;
  int32_t whole[LENET_MAX_CLASSES];
  real probabilities[LENET_MAX_CLASSES];
  lenet_status status;
  if (code->int8) {
    lenet_quantized_session *session;
    status = lenet_quantized_session_create(code->net, isa, &session, error);
    if (status != LENET_OK)
      return status;
    status =
        lenet_quantized_classify(session, pixels, code->rows, code->columns, 1, NULL, whole, error);
    lenet_quantized_session_free(session);
  } else {
    lenet_session *session;
    status = lenet_session_create(code->model, isa, &session, error);
    if (status != LENET_OK)
      return status;
    status = lenet_classify(session, pixels, code->rows, code->columns, 1, probabilities, error);
    lenet_session_free(session);
  }
  for (int k = 0; k < classes && status == LENET_OK; k++)
    scores[k] = code->int8 ? whole[k] : (double)probabilities[k];
  return status;
}

static lenet_status print_selftest(FILE *out, const lenet_ccode *code, const prefix *p,
                                   lenet_error *error)
{
  uint8_t pixels[LENET_MAX_SIDE * LENET_MAX_SIDE];
  double scores[LENET_MAX_CLASSES];
  const int count = code->rows * code->columns;
  draw_digit(code, pixels);
  const lenet_status status = classify(code, pixels, scores, error);
  if (status != LENET_OK)
    return status;
  fprintf(out, "\n/* For %s_selftest alone. */\nstatic const uint8_t stored_pixels[%d] = {",
          p->small, count);
  for (int i = 0; i < count; i++)
    fprintf(out, "%s%d,", i % code->columns ? " " : "\n  ", pixels[i]);
  fputs("\n};\n\nstatic const number stored_scores[] = {", out);
  for (int k = 0; k < code->net->layout.classes; k++) {
    fputs(k ? ", " : "", out);
    lenet_ccode_print_number(out, code, scores[k]);
  }
  fputs("};\n", out);
  return LENET_OK;
}

/* ---- files ---------------------------------------------------------------------------------- */

static void print_title(FILE *out, const lenet_ccode *code, const char *what)
{
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(&code->net->network, notation);
  fprintf(
      out,
      "/* %s\n"
      " *\n"
      " * SPDX-License-Identifier: MIT\n"
      " * Copyright (c) 2026 The lenet authors, for the code; weights are of who trained them.\n"
      " *\n"
      " * Written by lenet %s. The network, in %s:\n"
      " *\n"
      " *   %s\n"
      " *\n",
      what, LENET_VERSION, code->int8 ? "8-bit integers" : "floats", notation);
}

static lenet_status print_source(FILE *out, const lenet_ccode *code, const prefix *p,
                                 lenet_error *error)
{
  char what[3 * NAME];
  snprintf(what, sizeof what, "%s.c - reads a digit; %s.h says how.", p->file, p->file);
  print_title(out, code, what);
  fprintf(out,
          " * C99; nothing else is needed. No variables, no memory but the caller's. */\n"
          "#include \"%s.h\"\n",
          p->file);
  print_text(out, code, p, "compiler");
  print_text(out, code, p, code->int8 ? "int8" : "float");
  print_text(out, code, p, "rows");
  print_lines(out, code);
  for (int i = 0; i < code->net->step_count; i++)
    print_row(out, code, i);
  print_make_line(out, code);
  print_finish_rows(out, code);
  const lenet_status status = print_selftest(out, code, p, error);
  print_text(out, code, p, "classify");
  return status;
}

/* What it takes on the chip. */
static void print_needs(FILE *out, const lenet_ccode *code, const prefix *p)
{
  const lenet_c_sizes *sizes = &code->sizes;
  const size_t stored = (size_t)code->rows * code->columns + 4 * (size_t)code->net->layout.classes;
  fprintf(
      out,
      " *   flash      %zu bytes: weights %zu, tables %zu; and the code, some kilobytes\n"
      " *   RAM        %zu bytes: the workspace; nothing lives in it between calls\n"
      " *   stack      %d bytes at most (gcc -O2 for 32 bits)\n"
      " *   self-test  %zu bytes of flash more, which a linker drops that is told to\n"
      " *              (-fdata-sections -ffunction-sections, --gc-sections) if no one calls it\n"
      " *\n",
      sizes->weights + sizes->tables, sizes->weights, sizes->tables, sizes->workspace,
      LENET_C_STACK, stored);
  fprintf(out, " *   static uint32_t workspace[%s_WORKSPACE / 4];\n", p->large);
  fprintf(out, " *   %s scores[%s_CLASSES];\n", code->int8 ? "int32_t" : "float", p->large);
  fprintf(out, " *   int digit = %s_classify(pixels, scores, workspace); */\n", p->small);
}

static void print_header(FILE *out, const lenet_ccode *code, const prefix *p)
{
  char what[3 * NAME];
  const char *type = code->int8 ? "int32_t" : "float";
  snprintf(what, sizeof what, "%s.h - reads a digit of %dx%d pixels.", p->file, code->columns,
           code->rows);
  print_title(out, code, what);
  print_needs(out, code, p);
  fprintf(out, "#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n", p->large, p->large);
  fprintf(out, "#define %s_ROWS %d\n#define %s_COLUMNS %d\n#define %s_CLASSES %d\n", p->large,
          code->rows, p->large, code->columns, p->large, code->net->layout.classes);
  fprintf(out, "#define %s_WORKSPACE %zu /* bytes */\n\n", p->large, code->sizes.workspace);
  fputs("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n", out);
  fprintf(
      out,
      "/* The digit of a picture: 0 is paper, 255 ink, rows from top to bottom; the ink in the\n"
      " * middle as MNIST has it. `scores` gets %s;\n"
      " * the highest is the answer, the first among equals. `workspace` has %s_WORKSPACE\n"
      " * bytes, at an address that 4 divides. */\n",
      code->int8 ? "the last row's integers, the same on every chip"
                 : "the probability of each class",
      p->large);
  fprintf(out,
          "int %s_classify(const uint8_t pixels[%s_ROWS * %s_COLUMNS],\n"
          "    %s scores[%s_CLASSES], void *workspace);\n\n",
          p->small, p->large, p->large, type, p->large);
  fprintf(out,
          "/* 0 where a stored picture has the scores that lenet found%s. */\n"
          "int %s_selftest(void *workspace);\n\n",
          code->int8 ? "" : " (within 0.0001)", p->small);
  fputs("#ifdef __cplusplus\n}\n#endif\n\n#endif\n", out);
}

/* Both files, or neither where one cannot be written. */
static lenet_status write_files(const lenet_ccode *code, const prefix *p, const char *path,
                                const char *header, lenet_error *error)
{
  lenet_file_writer c, h;
  lenet_status status = lenet_file_begin(&c, path, error);
  if (status != LENET_OK)
    return status;
  status = lenet_file_begin(&h, header, error);
  if (status != LENET_OK) {
    lenet_file_abandon(&c);
    return status;
  }
  status = print_source(c.stream, code, p, error);
  print_header(h.stream, code, p);
  if (status == LENET_OK)
    status = lenet_file_settle(&c, error);
  if (status == LENET_OK)
    status = lenet_file_commit(&h, error);
  if (status == LENET_OK)
    return lenet_file_commit(&c, error);
  lenet_file_abandon(&c);
  lenet_file_abandon(&h);
  return status;
}

lenet_status lenet_model_save_c(const lenet_model *model, const lenet_quantized *quantized,
                                const char *path, lenet_c_sizes *sizes, lenet_error *error)
{
  prefix p;
  lenet_status status = find_prefix(path, &p, error);
  if (status == LENET_OK && quantized &&
      memcmp(&quantized->network, &model->network, sizeof model->network) != 0)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "the integers are those of another network");
  if (status != LENET_OK)
    return status;
  lenet_ccode *code = malloc(sizeof *code);
  char *header = malloc(strlen(path) + 1);
  if (code && header) {
    strcpy(header, path);
    header[strlen(path) - 1] = 'h';
    status = lenet_ccode_plan(code, model, quantized, error);
    if (status == LENET_OK)
      status = write_files(code, &p, path, header, error);
    if (status == LENET_OK && sizes)
      *sizes = code->sizes;
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to write it", path);
  }
  free(header);
  free(code);
  return status;
}
