/* stacks.c - a network as stacks of feature maps, left to right. */
#include "diagram.h"

#include "drawing.h"
#include "output.h"

#include <math.h>

enum {
  MOST_STAGES = LENET_MAX_ROWS + 1,
  AREA = CLI_DRAWING_WIDTH - 2 * CLI_DRAWING_MARGIN, /* pixels for the stages of a line */
  HEAD = 44,                                         /* of a line: names and shapes */
  BODY = 116,                                        /* stacks and bars */
  FOOT = 62,                                         /* what leads from one to the next */
  LINE = HEAD + BODY + FOOT,
  LARGEST = 76, /* side of the largest map */
  MOST_SQUARES = 16,
  DEPTH = 40, /* between the first and the last map of a stack, at most */
  BAR = 13,   /* width of a column of units */
  NAME_SIZE = 14,
  SHAPE_SIZE = 12,
  STEP_SIZE = 11,
  STEP_LINE = 14,
  GAP = 12,         /* between texts */
  LINK = 26,        /* between stacks */
  MOST_STRETCH = 80 /* added between two stages where a line has room */
};

/* The input, or what a row puts out. */
typedef struct stage {
  const lenet_row *row; /* NULL: the input */
  int maps, rows, columns;
  char name[8], shape[32];
  char step[3][20];         /* what makes it of the stage before, in lines of text */
  double width, step_width; /* of name, shape and picture; of the step's text */
  double x, top;            /* middle; upper edge of its line */
  double map_width, map_height, offset;
  int squares; /* drawn; 0: a bar */
} stage;

typedef struct drawing {
  int count, lines;
  int first[MOST_STAGES + 1]; /* stage of each line, and the count behind the last */
  stage stage[MOST_STAGES];
} drawing;

/* ------------------------------------------------------------------ words ----------------- */

static void describe_step(stage *s)
{
  const int k = s->row->size;
  char(*step)[20] = s->step;
  switch (s->row->kind) {
  case LENET_PAD:
    snprintf(step[0], sizeof step[0], "zero padding");
    snprintf(step[1], sizeof step[1], "of %d", k);
    break;
  case LENET_CONV: {
    static const char *const tables[] = {"", "by Table I", "by table lenet1", "by table lenet4"};
    snprintf(step[0], sizeof step[0], "convolution");
    snprintf(step[1], sizeof step[1], "%dx%d", k, k);
    snprintf(step[2], sizeof step[2], "%s", tables[s->row->connections]);
    break;
  }
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL:
    snprintf(step[0], sizeof step[0], "%s pooling",
             s->row->kind == LENET_MAX_POOL ? "max" : "average");
    snprintf(step[1], sizeof step[1], "%dx%d", k, k);
    break;
  case LENET_SUBSAMPLE:
    snprintf(step[0], sizeof step[0], "subsampling");
    snprintf(step[1], sizeof step[1], "%dx%d", k, k);
    break;
  case LENET_DENSE:
    snprintf(step[0], sizeof step[0], "full");
    snprintf(step[1], sizeof step[1], "connection");
    break;
  case LENET_RBF:
    snprintf(step[0], sizeof step[0], "Gaussian");
    snprintf(step[1], sizeof step[1], "connections");
    break;
  }
}

static void describe_shape(stage *s)
{
  if (s->row == NULL)
    snprintf(s->shape, sizeof s->shape, "%dx%d", s->rows, s->columns);
  else if (s->row->kind == LENET_DENSE || s->row->kind == LENET_RBF)
    snprintf(s->shape, sizeof s->shape, "%d unit%s", s->maps, s->maps == 1 ? "" : "s");
  else
    snprintf(s->shape, sizeof s->shape, "%d map%s %dx%d", s->maps, s->maps == 1 ? "" : "s", s->rows,
             s->columns);
}

/* ------------------------------------------------------------------ places ---------------- */

/* Sizes of the picture; `side` is the longest side of all maps. */
static void size_stage(stage *s, int side)
{
  double width = BAR;
  if (s->row != NULL && s->rows == 1 && s->columns == 1) {
    s->map_width = BAR;
    s->map_height = BODY * fmin(1, pow(s->maps / 160.0, 0.45));
  } else {
    s->map_width = fmax(3, LARGEST * (double)s->columns / side);
    s->map_height = fmax(3, LARGEST * (double)s->rows / side);
    s->squares = s->maps < MOST_SQUARES ? s->maps : MOST_SQUARES;
    s->offset = s->squares > 1 ? fmin(5, (double)DEPTH / (s->squares - 1)) : 0;
    width = s->map_width + s->offset * (s->squares - 1);
  }
  s->width = fmax(width, fmax(cli_drawing_text_width(NAME_SIZE, s->name),
                              cli_drawing_text_width(SHAPE_SIZE, s->shape)));
  for (int i = 0; i < 3; i++)
    s->step_width = fmax(s->step_width, cli_drawing_text_width(STEP_SIZE, s->step[i]));
}

/* From the middle of a stage to that of the next: neither names nor steps touch their neighbours.
 */
static double distance(const stage *a, const stage *b)
{
  const double pictures = (a->width + b->width) / 2;
  return fmax(pictures + GAP, fmax(b->step_width + GAP, LINK + (a->map_width + b->map_width) / 2));
}

/* Before the first stage of a line other than the first stands the step that leads to it. */
static double lead(const drawing *d, int i) { return i > 0 ? d->stage[i].step_width + GAP : 0; }

/* The least width of a line of stages a .. b - 1. */
static double line_width(const drawing *d, int a, int b)
{
  double width = lead(d, a) + (d->stage[a].width + d->stage[b - 1].width) / 2;
  for (int i = a + 1; i < b; i++)
    width += distance(&d->stage[i - 1], &d->stage[i]);
  return width;
}

/* Fills lines up to `limit` pixels; returns how many there are. */
static int break_lines(drawing *d, double limit)
{
  d->lines = 0;
  for (int i = 0; i < d->count;) {
    d->first[d->lines++] = i;
    int end = i + 1;
    while (end < d->count && line_width(d, i, end + 1) <= limit)
      end++;
    i = end;
  }
  d->first[d->lines] = d->count;
  return d->lines;
}

/* As few lines as possible, as even as possible. */
static void place_stages(drawing *d)
{
  enum { STEP = 10 };
  const int lines = break_lines(d, AREA);
  double limit = AREA;
  while (limit > STEP && break_lines(d, limit - STEP) == lines)
    limit -= STEP;
  break_lines(d, limit);
  for (int l = 0; l < lines; l++) {
    const int a = d->first[l], b = d->first[l + 1];
    const double spare = AREA - line_width(d, a, b);
    const double stretch = b - a > 1 ? fmin(MOST_STRETCH, fmax(0, spare) / (b - a - 1)) : 0;
    double x = CLI_DRAWING_MARGIN + lead(d, a) + d->stage[a].width / 2;
    if (lines == 1)
      x += (spare - stretch * (b - a - 1)) / 2;
    for (int i = a; i < b; i++) {
      d->stage[i].x = x;
      d->stage[i].top = l * LINE + CLI_DRAWING_MARGIN / 2;
      if (i + 1 < b)
        x += distance(&d->stage[i], &d->stage[i + 1]) + stretch;
    }
  }
}

static drawing make_drawing(const lenet_network *network, const lenet_layout *layout)
{
  drawing d = {.count = network->row_count + 1};
  int side = network->rows > network->columns ? network->rows : network->columns;
  for (int i = 0; i < d.count; i++) {
    stage *s = &d.stage[i];
    const lenet_layer *layer = i > 0 ? &layout->layer[i - 1] : NULL;
    s->row = i > 0 ? &network->row[i - 1] : NULL;
    s->maps = i > 0 ? layer->maps : 1;
    s->rows = i > 0 ? layer->rows : network->rows;
    s->columns = i > 0 ? layer->columns : network->columns;
    snprintf(s->name, sizeof s->name, "%s", i > 0 ? layer->name : "input");
    describe_shape(s);
    if (i > 0)
      describe_step(s);
    side = s->rows > side ? s->rows : side;
    side = s->columns > side ? s->columns : side;
  }
  for (int i = 0; i < d.count; i++)
    size_stage(&d.stage[i], side);
  place_stages(&d);
  return d;
}

/* ------------------------------------------------------------------ drawing --------------- */

typedef struct point {
  double x, y;
} point;

/* The upper left corner of the map in front; of a bar, its own. */
static point front(const stage *s)
{
  const double depth = s->squares > 1 ? s->offset * (s->squares - 1) : 0;
  return (point){s->x + depth / 2 - s->map_width / 2,
                 s->top + HEAD + BODY / 2.0 + depth / 2 - s->map_height / 2};
}

static const char *class_of(const stage *s)
{
  if (s->row == NULL || s->row->kind == LENET_PAD)
    return "image";
  if (s->row->kind == LENET_DENSE || s->row->kind == LENET_RBF)
    return "unit";
  return s->row->kind == LENET_CONV ? "conv" : "pool";
}

static void draw_bar(FILE *stream, const stage *s)
{
  const point p = front(s);
  const double step = fmax(4, s->map_height / s->maps);
  fprintf(stream, "<path class=\"%s\" d=\"M%.1f %.1fh%dv%.1fh-%dz", class_of(s), p.x, p.y, BAR,
          s->map_height, BAR);
  for (double y = step; y < s->map_height - 1; y += step)
    fprintf(stream, "M%.1f %.1fh%d", p.x, p.y + y, BAR);
  fputs("\"/>\n", stream);
}

/* A handwritten five, which no one has to have as a picture. */
static void draw_five(FILE *stream, point p, double width, double height)
{
  const double side = fmin(width, height);
  fprintf(stream,
          "<path class=\"pen\" transform=\"translate(%.1f %.1f) scale(%.2f)\" "
          "stroke-width=\".07\" d=\"M.7 .2H.38L.34 .46C.46 .37 .7 .4 .7 .6C.7 .83 .42 .86 .3 "
          ".74\"/>\n",
          p.x + (width - side) / 2, p.y + (height - side) / 2, side);
}

static void draw_stack(FILE *stream, const stage *s)
{
  const point p = front(s);
  for (int i = s->squares - 1; i >= 0; i--)
    fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
            class_of(s), p.x - i * s->offset, p.y - i * s->offset, s->map_width, s->map_height);
  if (s->row == NULL)
    draw_five(stream, p, s->map_width, s->map_height);
}

/* The window of the map in front that one value of the next stage is made of, and the way to it. */
static void draw_window(FILE *stream, const stage *from, const stage *to, int size)
{
  const point p = front(from), q = front(to);
  const double width = size * from->map_width / from->columns;
  const double height = size * from->map_height / from->rows;
  const double x = p.x + (from->map_width - width) * 0.8;
  const double y = p.y + (from->map_height - height) * 0.7;
  const point end = {q.x + to->map_width * 0.2, q.y + to->map_height * (to->squares ? 0.7 : 0.5)};
  fprintf(stream,
          "<path class=\"line\" d=\"M%.1f %.1fh%.1fv%.1fh%.1fz M%.1f %.1fL%.1f %.1fL%.1f "
          "%.1f\"/>\n",
          x, y, width, height, -width, x + width, y, end.x, end.y, x + width, y + height);
}

/* Everything of one stage leads to everything of the next. */
static void draw_fan(FILE *stream, const stage *from, const stage *to)
{
  const point p = front(from), q = front(to);
  const double back = from->squares > 1 ? from->offset * (from->squares - 1) : 0;
  fprintf(stream, "<path class=\"fan\" d=\"M%.1f %.1fL%.1f %.1fv%.1fL%.1f %.1fz\"/>\n",
          p.x - back + from->map_width, p.y - back, q.x, q.y, to->map_height, p.x + from->map_width,
          p.y + from->map_height);
}

/* The picture keeps its size in the middle of the border. */
static void draw_border(FILE *stream, const stage *from, const stage *to)
{
  const point p = front(from), q = front(to);
  const double x = q.x + (to->map_width - from->map_width) / 2;
  const double y = q.y + (to->map_height - from->map_height) / 2;
  fprintf(stream,
          "<path class=\"line dash\" d=\"M%.1f %.1fh%.1fv%.1fh%.1fz M%.1f %.1fH%.1f M%.1f "
          "%.1fH%.1f\"/>\n",
          x, y, from->map_width, from->map_height, -from->map_width, p.x + from->map_width, y, x,
          p.x + from->map_width, y + from->map_height, x);
}

/* Units and maps of 1x1 have no windows to show. */
static bool is_full(const stage *from, const stage *to)
{
  const lenet_kind kind = to->row->kind;
  return kind == LENET_DENSE || kind == LENET_RBF || (kind == LENET_CONV && from->squares == 0);
}

static void draw_link(FILE *stream, const stage *from, const stage *to)
{
  if (from->top < to->top) {
    const double x = to->x - to->width / 2, y = to->top + HEAD + BODY / 2.0;
    fprintf(stream,
            "<path class=\"line\" d=\"M%.1f %.1fH%.1f\"/><path class=\"head\" d=\"M%.1f "
            "%.1fl-9 -4v8z\"/>\n",
            x - GAP - to->step_width, y, x - GAP, x - GAP / 2.0, y);
  } else if (is_full(from, to)) {
    draw_fan(stream, from, to);
  } else if (to->row->kind == LENET_PAD) {
    draw_border(stream, from, to);
  } else {
    draw_window(stream, from, to, to->row->size);
  }
}

static void draw_words(FILE *stream, const drawing *d, int i)
{
  const stage *s = &d->stage[i];
  cli_drawing_text(stream, s->x, s->top + 16, NAME_SIZE, CLI_MIDDLE, "strong", s->name);
  cli_drawing_text(stream, s->x, s->top + 33, SHAPE_SIZE, CLI_MIDDLE, "", s->shape);
  if (i == 0)
    return;
  const stage *before = s - 1;
  const bool first = before->top < s->top;
  const double x = first ? s->x - s->width / 2 - GAP - s->step_width / 2 : (before->x + s->x) / 2;
  double y = s->top + HEAD + BODY + 20;
  for (int k = 0; k < 3; k++, y += STEP_LINE)
    cli_drawing_text(stream, x, y, STEP_SIZE, CLI_MIDDLE, "dim", s->step[k]);
}

static void print_description(FILE *stream, const drawing *d)
{
  fputs("<desc>", stream);
  for (int i = 0; i < d->count; i++) {
    const stage *s = &d->stage[i];
    fprintf(stream, "%s%s: %s", i > 0 ? "; " : "", s->name, s->shape);
    for (int k = 0; k < 3 && s->step[k][0] != '\0'; k++)
      fprintf(stream, "%s %s", k == 0 ? " by" : "", s->step[k]);
  }
  fputs(".</desc>\n", stream);
}

void cli_print_stacks(FILE *stream, const lenet_network *network, const lenet_layout *layout)
{
  const drawing d = make_drawing(network, layout);
  char title[LENET_MAX_NOTATION + 64];
  snprintf(title, sizeof title, "%s: the feature maps, layer by layer",
           cli_name_network(network).text);
  cli_drawing_begin(stream, CLI_DRAWING_WIDTH, d.lines * LINE + CLI_DRAWING_MARGIN, title);
  print_description(stream, &d);
  for (int i = 1; i < d.count; i++)
    if (is_full(&d.stage[i - 1], &d.stage[i]))
      draw_link(stream, &d.stage[i - 1], &d.stage[i]);
  for (int i = 0; i < d.count; i++) {
    if (d.stage[i].squares > 0)
      draw_stack(stream, &d.stage[i]);
    else
      draw_bar(stream, &d.stage[i]);
  }
  for (int i = 1; i < d.count; i++)
    if (!is_full(&d.stage[i - 1], &d.stage[i]))
      draw_link(stream, &d.stage[i - 1], &d.stage[i]);
  for (int i = 0; i < d.count; i++)
    draw_words(stream, &d, i);
  cli_drawing_end(stream);
}
