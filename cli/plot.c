/* plot.c - `lenet plot`: figures from what train and eval print with --json. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"
#include "documents.h"
#include "output.h"
#include "svg.h"
#include "whole_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DOCUMENTS = 1000, LEGEND_BYTES = 200, SHORT_NAME = 44 };

typedef struct plot {
  const cli_arguments *arguments;
  char out[CLI_MAX_PATH]; /* "": standard output */
  size_t count;
  cli_document *document;
  cli_figure figure;
  char legend[CLI_SVG_MAX_LINES][LEGEND_BYTES];
  double *values[CLI_SVG_MAX_LINES]; /* of each line: x, y, low, high */
} plot;

static int out_of_memory(const plot *p)
{
  return cli_error(p->arguments->command, CLI_FAILED, "out of memory");
}

/* ------------------------------------------------------------------ lines ----------------- */

/* A name without its folders and ".safetensors", and not too long for a legend. */
static void shorten(const char *name, char text[LEGEND_BYTES])
{
  size_t used = 0;
  while (*name != '\0' && used + 1 < LEGEND_BYTES) {
    const size_t part = strcspn(name, ",");
    const char *from = name;
    for (const char *c = name; c < name + part; c++)
      from = *c == '/' ? c + 1 : from;
    size_t length = part - (size_t)(from - name);
    if (length > 12 && strncmp(from + length - 12, ".safetensors", 12) == 0)
      length -= 12;
    used += (size_t)snprintf(text + used, LEGEND_BYTES - used, "%.*s%s", (int)length, from,
                             name[part] != '\0' ? "," : "");
    name += part + (name[part] != '\0');
  }
  used = used < LEGEND_BYTES ? used : LEGEND_BYTES - 1;
  if (used <= SHORT_NAME)
    return;
  size_t cut = SHORT_NAME;
  while (cut > 0 && (text[cut] & 0xc0) == 0x80) /* not within a character */
    cut--;
  snprintf(text + cut, LEGEND_BYTES - cut, "...");
}

/* A new line with room for `count` points and a band, or NULL after a message. */
static cli_line *add_line(plot *p, size_t count, int *code)
{
  const size_t i = p->figure.count;
  if (i == CLI_SVG_MAX_LINES) {
    *code = cli_usage_error(p->arguments->command, "a figure holds at most %d lines",
                            CLI_SVG_MAX_LINES);
    return NULL;
  }
  p->values[i] = calloc(4 * count, sizeof *p->values[i]);
  if (p->values[i] == NULL) {
    *code = out_of_memory(p);
    return NULL;
  }
  p->figure.count++;
  cli_line *line = &p->figure.line[i];
  *line = (cli_line){.name = p->legend[i],
                     .count = count,
                     .x = p->values[i],
                     .y = p->values[i] + count,
                     .colour = (int)(i % CLI_SVG_COLOURS),
                     .dash = (cli_dash)(i / CLI_SVG_COLOURS)};
  return line;
}

/* Puts the mean of `count` values, percent, at point i of the line, and their least and largest
 * into its band. */
static void put_mean(const plot *p, cli_line *line, size_t i, double x, const double *value,
                     size_t count)
{
  double *values = p->values[line - p->figure.line];
  double sum = 0, low = INFINITY, high = -INFINITY;
  for (size_t k = 0; k < count; k++) {
    sum += value[k];
    low = value[k] < low ? value[k] : low;
    high = value[k] > high ? value[k] : high;
  }
  const double mean = sum / (double)count;
  values[i] = x;
  values[line->count + i] = 100 * mean;
  values[2 * line->count + i] = isnan(mean) ? mean : 100 * low;
  values[3 * line->count + i] = isnan(mean) ? mean : 100 * high;
  if (count > 1) {
    line->low = values + 2 * line->count;
    line->high = values + 3 * line->count;
  }
}

static void name_line(plot *p, const cli_line *line, const char *group, const char *what)
{
  char *text = p->legend[line - p->figure.line];
  if (group == NULL) {
    snprintf(text, LEGEND_BYTES, "%s", what);
    return;
  }
  shorten(group, text);
  snprintf(text + strlen(text), LEGEND_BYTES - strlen(text), ": %s", what);
}

/* ------------------------------------------------------------------ error by epoch -------- */

static bool same_run(const cli_document *a, const cli_document *b)
{
  return strcmp(a->name, b->name) == 0 && a->images == b->images && a->count == b->count &&
         memcmp(a->epoch, b->epoch, a->count * sizeof *a->epoch) == 0;
}

static bool same_kind(const cli_document *a, const cli_document *b)
{
  return strcmp(a->name, b->name) == 0;
}

/* True where no document before the i-th is its like: it stands for a group of them. */
static bool leads(const plot *p, size_t i, bool (*same)(const cli_document *, const cli_document *))
{
  for (size_t k = 0; k < i; k++)
    if (same(&p->document[k], &p->document[i]))
      return false;
  return true;
}

static size_t count_groups(const plot *p, bool (*same)(const cli_document *, const cli_document *))
{
  size_t groups = 0;
  for (size_t i = 0; i < p->count; i++)
    groups += leads(p, i, same);
  return groups;
}

static const char *const errors[CLI_COLUMNS] = {[CLI_TRAIN_ERROR] = "training error",
                                                [CLI_VALIDATION_ERROR] = "validation error",
                                                [CLI_TEST_ERROR] = "test error"};
static const cli_dash dashes[CLI_COLUMNS] = {[CLI_TRAIN_ERROR] = CLI_DASHED,
                                             [CLI_VALIDATION_ERROR] = CLI_DOTTED,
                                             [CLI_TEST_ERROR] = CLI_SOLID};

/* One column of the group that document `leader` stands for; nothing where it is empty. */
static int add_epochs(plot *p, size_t leader, int column, const char *group, int colour)
{
  const cli_document *first = &p->document[leader];
  int code = CLI_OK;
  bool any = false;
  for (size_t i = 0; i < first->count; i++)
    any = any || !isnan(first->column[column][i]);
  cli_line *line = any ? add_line(p, first->count, &code) : NULL;
  if (line == NULL)
    return code;
  line->colour = colour % CLI_SVG_COLOURS;
  line->dash = dashes[column];
  name_line(p, line, group, errors[column]);
  for (size_t i = 0; i < first->count; i++) {
    double value[MAX_DOCUMENTS];
    size_t count = 0;
    for (size_t k = leader; k < p->count; k++)
      if (same_run(&p->document[k], first))
        value[count++] = p->document[k].column[column][i];
    put_mean(p, line, i, first->epoch[i], value, count);
  }
  return CLI_OK;
}

/* A colour for each group; with one group for each of its errors. */
static int plot_epochs(plot *p)
{
  static const int order[CLI_COLUMNS] = {CLI_TEST_ERROR, CLI_VALIDATION_ERROR, CLI_TRAIN_ERROR};
  const bool several = count_groups(p, same_run) > 1;
  int code = CLI_OK, group = 0;
  p->figure.x = (cli_axis){.label = "epochs", .whole = true};
  for (size_t i = 0; i < p->count && code == CLI_OK; i++) {
    if (!leads(p, i, same_run))
      continue;
    for (int k = 0; k < CLI_COLUMNS && code == CLI_OK; k++)
      code = add_epochs(p, i, order[k], several ? p->document[i].name : NULL, several ? group : k);
    group++;
  }
  return code;
}

/* ------------------------------------------------------------------ error by images ------- */

static double final_error(const cli_document *document, int column)
{
  return column == CLI_TRAIN_ERROR ? document->train_error : document->test_error;
}

/* The next larger number of images in the group, or infinity. */
static double next_images(const plot *p, size_t leader, double images)
{
  double next = INFINITY;
  for (size_t k = leader; k < p->count; k++)
    if (same_kind(&p->document[k], &p->document[leader]) && p->document[k].images > images)
      next = fmin(next, p->document[k].images);
  return next;
}

static int add_images(plot *p, size_t leader, int column, const char *group, int colour)
{
  int code = CLI_OK;
  size_t points = 0;
  for (double images = 0; isfinite(images = next_images(p, leader, images));)
    points++;
  cli_line *line = add_line(p, points, &code);
  if (line == NULL)
    return code;
  line->colour = colour % CLI_SVG_COLOURS;
  line->dash = dashes[column];
  line->dots = true;
  name_line(p, line, group, errors[column]);
  double images = 0;
  for (size_t i = 0; i < points; i++) {
    double value[MAX_DOCUMENTS];
    size_t count = 0;
    images = next_images(p, leader, images);
    for (size_t k = leader; k < p->count; k++)
      if (same_kind(&p->document[k], &p->document[leader]) && p->document[k].images == images)
        value[count++] = final_error(&p->document[k], column);
    put_mean(p, line, i, images, value, count);
  }
  return CLI_OK;
}

static int plot_images(plot *p)
{
  const bool several = count_groups(p, same_kind) > 1;
  int code = CLI_OK, group = 0;
  p->figure.x = (cli_axis){.label = "training images", .whole = true};
  for (size_t i = 0; i < p->count && code == CLI_OK; i++) {
    if (!leads(p, i, same_kind))
      continue;
    const char *name = several ? p->document[i].name : NULL;
    code = add_images(p, i, CLI_TEST_ERROR, name, group);
    if (code == CLI_OK)
      code = add_images(p, i, CLI_TRAIN_ERROR, name, several ? group : 1);
    group++;
  }
  return code;
}

/* ------------------------------------------------------------------ rejection ------------- */

/* How much is rejected where the error first falls to 0.1 %, or else to its least: what lies beyond
 * says nothing. */
static double settles(const cli_document *document)
{
  const double *error = document->column[CLI_ACCEPTED_ERROR];
  size_t least = 0;
  for (size_t i = 1; i < document->count && error[least] > 0.001; i++)
    least = error[i] < error[least] ? i : least;
  return document->column[CLI_REJECTED][least];
}

static int plot_rejection(plot *p)
{
  double most = 0;
  p->figure.x = (cli_axis){.label = "rejected (%)"};
  p->figure.y.label = "error of the accepted (%)";
  for (size_t i = 0; i < p->count; i++)
    most = fmax(most, settles(&p->document[i]));
  for (size_t i = 0; i < p->count; i++) {
    const cli_document *document = &p->document[i];
    size_t count = 0;
    while (count < document->count && document->column[CLI_REJECTED][count] <= most)
      count++;
    int code = CLI_OK;
    cli_line *line = count > 0 ? add_line(p, count, &code) : NULL;
    if (code != CLI_OK)
      return code;
    for (size_t k = 0; k < count; k++)
      put_mean(p, line, k, 100 * document->column[CLI_REJECTED][k],
               &document->column[CLI_ACCEPTED_ERROR][k], 1);
    if (line != NULL)
      shorten(document->name, p->legend[line - p->figure.line]);
  }
  return CLI_OK;
}

/* ------------------------------------------------------------------ command --------------- */

static int read_documents(plot *p)
{
  const cli_arguments *a = p->arguments;
  for (int i = 0; i < a->operand_count; i++) {
    const int code = cli_read_document(a->command, a->operand[i], &p->document[i]);
    p->count++;
    if (code != CLI_OK)
      return code;
    if (p->document[i].kind != p->document[0].kind)
      return cli_usage_error(a->command,
                             "%s and %s: one is of 'lenet train', one of 'lenet eval': "
                             "they make two figures",
                             a->operand[0], a->operand[i]);
  }
  if (cli_given(a, "x") && p->document[0].kind != CLI_TRAINED)
    return cli_usage_error(a->command, "--x: %s is of 'lenet eval', which has one kind of figure",
                           a->operand[0]);
  return CLI_OK;
}

/* The figure as one piece, so that nothing half-made is written. */
static int write_figure(const plot *p)
{
  const cli_command *command = p->arguments->command;
  char *text = NULL;
  size_t size = 0;
  FILE *memory = open_memstream(&text, &size);
  if (memory == NULL)
    return out_of_memory(p);
  cli_print_svg(memory, &p->figure);
  const bool whole = !ferror(memory);
  int code = fclose(memory) == 0 && whole ? CLI_OK : out_of_memory(p);
  if (code == CLI_OK && p->out[0] == '\0') {
    fwrite(text, 1, size, stdout);
  } else if (code == CLI_OK) {
    cli_whole_file file;
    code = cli_whole_file_begin(command, p->out, &file);
    if (code == CLI_OK) {
      fwrite(text, 1, size, file.stream);
      code = cli_whole_file_end(command, &file);
    }
  }
  free(text);
  return code;
}

static int make_figure(plot *p)
{
  const cli_arguments *a = p->arguments;
  int code = read_documents(p);
  if (code != CLI_OK)
    return code;
  p->figure.title = cli_text(a, "title", NULL);
  p->figure.y = (cli_axis){.label = "error (%)", .log = cli_given(a, "log")};
  if (p->document[0].kind == CLI_EVALUATED)
    code = plot_rejection(p);
  else if (strcmp(cli_text(a, "x", "epochs"), "images") == 0)
    code = plot_images(p);
  else
    code = plot_epochs(p);
  return code == CLI_OK ? write_figure(p) : code;
}

/* Where the figure goes, which is not where what it is made of comes from. */
static int choose_out(plot *p)
{
  const cli_arguments *a = p->arguments;
  const char *out = cli_text(a, "out", "-");
  if (strcmp(out, "-") == 0)
    return CLI_OK;
  int code = cli_check_out(a, out, p->out);
  if (code == CLI_OK)
    code = cli_check_sources(a, "--out", p->out, (const char *const *)a->operand, a->operand_count);
  return code == CLI_OK ? cli_check_replaced(a, "--out", p->out, CLI_SVG) : code;
}

static int run_plot(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  if (arguments->operand_count < 1)
    return cli_usage_error(command, "no file: what 'lenet train --json' or 'lenet eval --json' "
                                    "printed, or - for standard input");
  if (arguments->operand_count > MAX_DOCUMENTS)
    return cli_usage_error(command, "at most %d files make a figure", MAX_DOCUMENTS);
  if (!cli_given(arguments, "out") && cli_is_terminal(stdout))
    return cli_usage_error(command,
                           "--out: the figure goes to a file or a pipe, not to a terminal");
  plot *p = calloc(1, sizeof *p);
  cli_document *documents = calloc((size_t)arguments->operand_count, sizeof *documents);
  if (p == NULL || documents == NULL) {
    free(p);
    free(documents);
    return cli_error(command, CLI_FAILED, "out of memory");
  }
  p->arguments = arguments;
  p->document = documents;
  int code = choose_out(p);
  if (code == CLI_OK)
    code = make_figure(p);
  for (size_t i = 0; i < p->count; i++)
    cli_free_document(&documents[i]);
  for (size_t i = 0; i < p->figure.count; i++)
    free(p->values[i]);
  free(documents);
  free(p);
  return code;
}

static const cli_option options[] = {
    {"out", 'o', CLI_TEXT, "FILE", 0, 0,
     "where the figure goes, an SVG; - is standard output [that, unless it is a terminal]"},
    {"x", 0, CLI_CHOICE, "epochs|images", 0, 0,
     "of 'lenet train': error by epoch, or the error at the end by the number of training images "
     "[epochs]"},
    {"log", 0, CLI_FLAG, NULL, 0, 0,
     "a logarithmic axis of the error; errors below 1e-12 %, 0 among them, are left out"},
    {"title", 't', CLI_TEXT, "TEXT", 0, 0, "a line above the figure [none]"},
    {"help", 'h', CLI_FLAG, NULL, 0, 0, "print this help"},
    {0},
};

const cli_command cli_plot_command = {
    .name = "plot",
    .summary = "draw what train and eval print with --json",
    .usage = "FILE.json... [--out FILE.svg] [options]",
    .details =
        "Of 'lenet train --json' it draws the errors after each epoch, those of the test images "
        "where there was --test-every-epoch (Fig. 5 of LeCun et al. 1998), or the errors at the "
        "end by the number of training images (Fig. 6). Runs that differ in nothing but the seed "
        "become one line, their mean, in a band from the least to the largest. Of 'lenet eval "
        "--json' it draws error-reject curves, one for each file, up to where all have fallen to "
        "0.1 % (Fig. 10). '-' reads one from standard input. The figure stands alone, light or "
        "dark "
        "as its reader prefers.",
    .examples =
        "  lenet train --test-every-epoch --json >run.json && lenet plot run.json -o run.svg\n"
        "  lenet plot seed-*.json --log --title 'LeNet-5 on MNIST' --out seeds.svg\n"
        "  lenet plot with-*-images.json --x images --out images.svg\n"
        "  lenet eval --json >eval.json && lenet plot eval.json --out rejection.svg\n",
    .options = options,
    .run = run_plot,
    .writes = "out",
};
