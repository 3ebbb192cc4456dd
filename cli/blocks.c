/* blocks.c - a network in compressed form: one box a row, a border being part of the convolution
 * that follows it. */
#include "diagram.h"

#include "drawing.h"
#include "output.h"

#include <string.h>

typedef struct block {
  const char *class;
  char box[64];
  char function[16]; /* the activation, "" where there is none */
  char output[32];   /* shape of what comes out */
  cli_words parameters;
} block;

typedef struct blocks {
  int count;
  block block[LENET_MAX_ROWS + 1]; /* the first is the input */
} blocks;

/* ------------------------------------------------------------------ words ----------------- */

static const char *function_of(const lenet_row *row)
{
  switch (row->activation) {
  case LENET_LINEAR: return "";
  case LENET_TANH: return "tanh";
  case LENET_SCALED_TANH: return "scaled tanh";
  case LENET_SIGMOID: return "sigmoid";
  case LENET_RELU: return "ReLU";
  case LENET_SOFTMAX: return "softmax";
  }
  return "";
}

static void describe_box(block *b, const lenet_row *row, const lenet_layer *layer, int border)
{
  static const char *const tables[] = {"", ", Table I", ", table lenet1", ", table lenet4"};
  const int k = row->size;
  const size_t size = sizeof b->box;
  char padding[24] = "";
  if (border > 0)
    snprintf(padding, sizeof padding, ", pad %d", border);
  switch (row->kind) {
  case LENET_PAD: snprintf(b->box, size, "Pad %d", k); break;
  case LENET_CONV:
    snprintf(b->box, size, "%dx%d Conv (%d)%s%s", k, k, row->maps, padding,
             tables[row->connections]);
    break;
  case LENET_AVERAGE_POOL: snprintf(b->box, size, "%dx%d AvgPool, stride %d", k, k, k); break;
  case LENET_MAX_POOL: snprintf(b->box, size, "%dx%d MaxPool, stride %d", k, k, k); break;
  case LENET_SUBSAMPLE:
    snprintf(b->box, size, "%dx%d Subsampling (%d), stride %d", k, k, layer->maps, k);
    break;
  case LENET_DENSE: snprintf(b->box, size, "FC (%d)", row->maps); break;
  case LENET_RBF: snprintf(b->box, size, "RBF codes (%d)", row->maps); break;
  }
}

static void describe_output(block *b, const lenet_row *row, const lenet_layer *layer)
{
  if (row->kind == LENET_DENSE || row->kind == LENET_RBF)
    snprintf(b->output, sizeof b->output, "%d", layer->maps);
  else
    snprintf(b->output, sizeof b->output, "%d @ %dx%d", layer->maps, layer->rows, layer->columns);
}

static blocks make_blocks(const lenet_network *network, const lenet_layout *layout)
{
  blocks all = {.count = 1};
  block *input = &all.block[0];
  input->class = "image";
  snprintf(input->box, sizeof input->box, "Image (%dx%d)", network->rows, network->columns);
  for (int i = 0, border = 0; i < network->row_count; i++) {
    const lenet_row *row = &network->row[i];
    if (row->kind == LENET_PAD && i + 1 < network->row_count && row[1].kind == LENET_CONV) {
      border = row->size;
      continue;
    }
    block *b = &all.block[all.count++];
    b->class = row->kind == LENET_CONV                              ? "conv"
               : row->kind == LENET_PAD                             ? "image"
               : row->kind == LENET_DENSE || row->kind == LENET_RBF ? "unit"
                                                                    : "pool";
    describe_box(b, row, &layout->layer[i], border);
    describe_output(b, row, &layout->layer[i]);
    snprintf(b->function, sizeof b->function, "%s", function_of(row));
    b->parameters = cli_thousands(layout->layer[i].parameters);
    border = 0;
  }
  return all;
}

/* ------------------------------------------------------------------ SVG ------------------- */

enum {
  BOX = 34,    /* height of a box */
  PITCH = 54,  /* from one to the next */
  TOP = 44,    /* above the first: the heads of the columns */
  BOTTOM = 44, /* below the last: the sum */
  LEAST = 230, /* width of a box */
  LETTER = 14,
  SIDE = 13, /* size of what stands beside */
  FUNCTION = 110,
  OUTPUT = 130,
  PARAMETERS = 110 /* widths of these columns */
};

static double box_width(const blocks *all)
{
  double width = LEAST;
  for (int i = 0; i < all->count; i++) {
    const double needed = cli_drawing_text_width(LETTER, all->block[i].box) + 24;
    width = needed > width ? needed : width;
  }
  return width;
}

static void draw_block(FILE *stream, const block *b, double y, double width, bool last)
{
  const double x = CLI_DRAWING_MARGIN, foot = y + BOX, line = y + BOX / 2.0 + 5;
  fprintf(stream,
          "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" rx=\"4\"/>\n",
          b->class, x, y, width, BOX);
  if (!last)
    fprintf(stream,
            "<path class=\"line\" d=\"M%.1f %.1fv%d\"/><path class=\"head\" d=\"M%.1f %dl-4 "
            "-8h8z\"/>\n",
            x + width / 2, foot, PITCH - BOX - 8, x + width / 2, (int)foot + PITCH - BOX);
  cli_drawing_text(stream, x + width / 2, line, LETTER, CLI_MIDDLE, "", b->box);
  double right = x + width + CLI_DRAWING_MARGIN;
  cli_drawing_text(stream, right, line, SIDE, CLI_START, "", b->function);
  cli_drawing_text(stream, right += FUNCTION + OUTPUT, line, SIDE, CLI_END, "", b->output);
  cli_drawing_text(stream, right += PARAMETERS, line, SIDE, CLI_END, "", b->parameters.text);
}

static void draw_heads(FILE *stream, double width)
{
  double right = 2 * CLI_DRAWING_MARGIN + width;
  cli_drawing_text(stream, right, 28, SIDE, CLI_START, "dim", "activation");
  cli_drawing_text(stream, right += FUNCTION + OUTPUT, 28, SIDE, CLI_END, "dim", "output");
  cli_drawing_text(stream, right += PARAMETERS, 28, SIDE, CLI_END, "dim", "parameters");
}

static void print_description(FILE *stream, const blocks *all)
{
  fputs("<desc>", stream);
  for (int i = 0; i < all->count; i++) {
    const block *b = &all->block[i];
    fprintf(stream, "%s%s", i > 0 ? "; " : "", b->box);
    if (b->function[0] != '\0')
      fprintf(stream, ", %s", b->function);
    if (b->output[0] != '\0')
      fprintf(stream, ", output %s, %s parameters", b->output, b->parameters.text);
  }
  fputs(".</desc>\n", stream);
}

void cli_print_blocks(FILE *stream, const lenet_network *network, const lenet_layout *layout)
{
  const blocks all = make_blocks(network, layout);
  const double width = box_width(&all);
  const double whole = 3 * CLI_DRAWING_MARGIN + width + FUNCTION + OUTPUT + PARAMETERS;
  const double foot = TOP + PITCH * (double)all.count;
  char title[LENET_MAX_NOTATION + 64];
  snprintf(title, sizeof title, "%s: its layers as blocks", cli_name_network(network).text);
  cli_drawing_begin(stream, whole, foot - (PITCH - BOX) + BOTTOM, title);
  print_description(stream, &all);
  draw_heads(stream, width);
  for (int i = 0; i < all.count; i++)
    draw_block(stream, &all.block[i], TOP + PITCH * (double)i, width, i + 1 == all.count);
  const double right = whole - CLI_DRAWING_MARGIN, y = foot - (PITCH - BOX) + 28;
  cli_drawing_text(stream, right - PARAMETERS, y, SIDE, CLI_END, "dim", "in all");
  cli_drawing_text(stream, right, y, SIDE, CLI_END, "strong",
                   cli_thousands(layout->parameters).text);
  cli_drawing_end(stream);
}

/* ------------------------------------------------------------------ text ------------------ */

static void print_many(FILE *stream, const char *text, int count)
{
  for (int i = 0; i < count; i++)
    fputs(text, stream);
}

/* A side of a box with room for `inside` letters, `knot` in its middle. */
static void print_side(FILE *stream, const char *left, const char *line, const char *knot,
                       const char *right, int inside)
{
  const int half = (inside + 2) / 2;
  fputs(left, stream);
  print_many(stream, line, half);
  fputs(knot, stream);
  print_many(stream, line, inside + 2 - half - 1);
  fprintf(stream, "%s\n", right);
}

void cli_print_blocks_text(FILE *stream, const lenet_network *network, const lenet_layout *layout)
{
  const blocks all = make_blocks(network, layout);
  const bool fine = cli_is_utf8();
  const char *line = fine ? "\u2500" : "-", *wall = fine ? "\u2502" : "|";
  int inside = 0;
  for (int i = 0; i < all.count; i++) {
    const int length = (int)strlen(all.block[i].box);
    inside = length > inside ? length : inside;
  }
  fprintf(stream, "%s%*s  %-12s%16s%13s%s\n", cli_style_on(stream, CLI_BOLD), inside + 4, "",
          "activation", "output", "parameters", cli_style_on(stream, CLI_PLAIN));
  for (int i = 0; i < all.count; i++) {
    const block *b = &all.block[i];
    const int left = (inside - (int)strlen(b->box)) / 2;
    const bool first = i == 0, last = i + 1 == all.count;
    print_side(stream, fine ? "\u250c" : "+", line,
               first  ? line
               : fine ? "\u25bc"
                      : "v",
               fine ? "\u2510" : "+", inside);
    fprintf(stream, "%s %*s%-*s %s", wall, left, "", inside - left, b->box, wall);
    if (first)
      fputc('\n', stream);
    else
      fprintf(stream, "  %-12s%16s%13s\n", b->function, b->output, b->parameters.text);
    print_side(stream, fine ? "\u2514" : "+", line,
               last   ? line
               : fine ? "\u252c"
                      : "+",
               fine ? "\u2518" : "+", inside);
  }
  fprintf(stream, "%*s%13s\n", inside + 6 + 12 + 16, "in all",
          cli_thousands(layout->parameters).text);
}
