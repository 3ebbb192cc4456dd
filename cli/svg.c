/* svg.c - a line plot as a figure that stands alone: axes, round ticks, lines, bands, a legend. */
#include "svg.h"

#include "escape.h"
#include "output.h"

#include <math.h>
#include <string.h>

/* Pixels. */
enum { WIDTH = 720, HEIGHT = 440, LEFT = 68, RIGHT = 30, TOP = 20, BOTTOM = 56, TITLE = 32 };
enum { TICK_WIDTH = 80, TICK_HEIGHT = 60 }; /* that an axis has for each tick, about */

/* Colours that people with any sight tell apart (Okabe and Ito 2008), lighter ones for the dark. */
static const char style[] =
    "text{font:13px 'Helvetica Neue',Helvetica,Arial,sans-serif;fill:#24292f}"
    ".title{font-size:15px;font-weight:bold}"
    ".paper{fill:#fff}.ring{fill:none;stroke-width:1.6}"
    ".axis{stroke:#24292f;fill:none}.grid{stroke:#d8dee4;fill:none}"
    ".line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}"
    ".band{fill-opacity:.18;stroke:none}.dot{stroke:none}"
    ".dashed{stroke-dasharray:7 5}.dotted{stroke-dasharray:.1 5}\n"
    ".s0{stroke:#0072b2}.s1{stroke:#d55e00}.s2{stroke:#009e73}.s3{stroke:#b8578f}"
    ".s4{stroke:#b87d00}.s5{stroke:#3a9ad9}.s6{stroke:#555}\n"
    ".f0{fill:#0072b2}.f1{fill:#d55e00}.f2{fill:#009e73}.f3{fill:#b8578f}"
    ".f4{fill:#b87d00}.f5{fill:#3a9ad9}.f6{fill:#555}\n"
    "@media screen and (prefers-color-scheme:dark){text{fill:#e6edf3}.paper{fill:#0d1117}"
    ".axis{stroke:#e6edf3}.grid{stroke:#30363d}\n"
    ".s0{stroke:#58a6e6}.s1{stroke:#ff8f50}.s2{stroke:#3ccba0}.s3{stroke:#e79cc8}"
    ".s4{stroke:#f0bb45}.s5{stroke:#94d4fa}.s6{stroke:#bbb}\n"
    ".f0{fill:#58a6e6}.f1{fill:#ff8f50}.f2{fill:#3ccba0}.f3{fill:#e79cc8}"
    ".f4{fill:#f0bb45}.f5{fill:#94d4fa}.f6{fill:#bbb}}\n";

static const char *const dashes[] = {
    [CLI_SOLID] = "", [CLI_DASHED] = " dashed", [CLI_DOTTED] = " dotted"};

/* ------------------------------------------------------------------ axes ------------------ */

typedef struct scale {
  bool log;
  double low, high, step; /* values; with log only the ends are used */
  double from, to;        /* where those lie, pixels */
  double axis, far;       /* across: where the axis stands, and where its grid ends */
} scale;

static double place(const scale *s, double value)
{
  const double share =
      s->log ? log(value / s->low) / log(s->high / s->low) : (value - s->low) / (s->high - s->low);
  return s->from + share * (s->to - s->from);
}

static bool shown(bool log, double value)
{
  return !isnan(value) && (!log || value >= CLI_SVG_LEAST);
}

/* The least of 1, 2, 5, 10, ... that is not below `value`, but for what rounding makes of it. */
static double round_up(double value)
{
  const double power = pow(10, floor(log10(value)));
  const double digit = value / power;
  return power * (digit <= 1.0000001 ? 1 : digit <= 2.0000001 ? 2 : digit <= 5.0000001 ? 5 : 10);
}

/* The largest of them that is not above it. */
static double round_down(double value)
{
  const double power = pow(10, floor(log10(value)));
  const double digit = value / power;
  return power * (digit >= 4.9999999 ? 5 : digit >= 1.9999999 ? 2 : 1);
}

/* The ends of an axis for values of least (above 0) to most, with about `ticks` of them. */
static scale make_scale(const cli_axis *axis, double least, double most, int ticks, double from,
                        double to)
{
  scale s = {.log = axis->log, .from = from, .to = to};
  if (!(most >= CLI_SVG_LEAST)) /* nothing to show, or nothing but zeros */
    least = most = 1;
  if (axis->log) {
    s.low = round_down(least);
    s.high = round_up(most);
    if (!(s.high > s.low * 1.5))
      s.high = round_up(s.high * 1.5);
    return s;
  }
  s.step = round_up(most / ticks);
  if (axis->whole && s.step < 1)
    s.step = 1;
  s.high = s.step * ceil(most / s.step - 1e-9);
  return s;
}

/* Calls `draw` for each tick with its value, from the lowest on. */
static void each_tick(FILE *stream, const scale *s, void (*draw)(FILE *, const scale *, double))
{
  if (!s->log) {
    for (int i = 0; s->step * i <= s->high * 1.0000001; i++)
      draw(stream, s, s->step * i);
    return;
  }
  const bool sparse = s->high / s->low > 1001; /* whole decades only */
  for (double tick = s->low; tick <= s->high * 1.0000001; tick = round_up(tick * 1.5))
    if (!sparse || round_up(tick) == pow(10, round(log10(tick))))
      draw(stream, s, tick);
}

/* 0, 0.5, 20,000. */
static cli_words tick_text(const scale *s, double value)
{
  cli_words words;
  if (!s->log && s->step >= 1)
    return cli_thousands(llround(value));
  if (s->log)
    snprintf(words.text, sizeof words.text, "%.6g", value);
  else
    snprintf(words.text, sizeof words.text, "%.*f", (int)ceil(-log10(s->step) - 1e-9), value);
  return words;
}

/* Pixels to the left of the plot: more than usual where the numbers of the axis are long. */
static int left_of(const scale *y)
{
  const size_t low = strlen(tick_text(y, y->log ? y->low : 0).text);
  const size_t high = strlen(tick_text(y, y->high).text);
  const int longest = (int)(low > high ? low : high);
  return LEFT + (longest > 4 ? 8 * (longest - 4) : 0);
}

static void draw_tick_x(FILE *stream, const scale *s, double value)
{
  const double x = place(s, value);
  fprintf(stream, "<path class=\"axis\" d=\"M%.2f %.0fv5\"/>", x, s->axis);
  fprintf(stream, "<text x=\"%.2f\" y=\"%.0f\" text-anchor=\"middle\">%s</text>\n", x, s->axis + 20,
          tick_text(s, value).text);
}

static void draw_tick_y(FILE *stream, const scale *s, double value)
{
  const double y = place(s, value);
  if (y < s->from - 0.5)
    fprintf(stream, "<path class=\"grid\" d=\"M%.0f %.2fH%.0f\"/>", s->axis, y, s->far);
  fprintf(stream, "<path class=\"axis\" d=\"M%.0f %.2fh-5\"/>", s->axis, y);
  fprintf(stream, "<text x=\"%.0f\" y=\"%.2f\" text-anchor=\"end\">%s</text>\n", s->axis - 9,
          y + 4.5, tick_text(s, value).text);
}

static void draw_axes(FILE *stream, const cli_figure *figure, const scale *x, const scale *y)
{
  each_tick(stream, x, draw_tick_x);
  each_tick(stream, y, draw_tick_y);
  fprintf(stream, "<path class=\"axis\" d=\"M%.0f %.2fV%.0f H%.0f\"/>\n", x->from, y->to, y->from,
          x->to);
  fprintf(stream, "<text x=\"%.2f\" y=\"%.0f\" text-anchor=\"middle\">", (x->from + x->to) / 2,
          y->from + BOTTOM - 14);
  cli_print_escaped(stream, figure->x.label);
  fprintf(stream,
          "</text>\n<text transform=\"translate(20 %.2f) rotate(-90)\" "
          "text-anchor=\"middle\">",
          (y->from + y->to) / 2);
  cli_print_escaped(stream, figure->y.label);
  fprintf(stream, "</text>\n");
}

/* ------------------------------------------------------------------ lines ----------------- */

/* There along the upper edge and back along the lower, for each unbroken part. */
static void draw_band(FILE *stream, const cli_line *line, const scale *x, const scale *y)
{
  const double bottom = y->log ? y->low : 0;
  for (size_t i = 0; i < line->count;) {
    size_t end = i;
    while (end < line->count && shown(y->log, line->high[end]))
      end++;
    if (end > i) {
      fprintf(stream, "<path class=\"band f%d\" d=\"M", line->colour);
      for (size_t k = i; k < end; k++)
        fprintf(stream, "%.2f %.2f ", place(x, line->x[k]), place(y, line->high[k]));
      for (size_t k = end; k-- > i;)
        fprintf(stream, "%.2f %.2f ", place(x, line->x[k]), place(y, fmax(line->low[k], bottom)));
      fprintf(stream, "Z\"/>\n");
    }
    i = end + 1;
  }
}

/* Full, or of a line that is not solid a ring: a line of one point has nothing else to tell by. */
static void draw_dot(FILE *stream, const cli_line *line, double x, double y)
{
  fprintf(stream, "<circle class=\"%s%d\" cx=\"%.2f\" cy=\"%.2f\" r=\"3.5\"/>",
          line->dash == CLI_SOLID ? "dot f" : "ring s", line->colour, x, y);
}

static void draw_line(FILE *stream, const cli_line *line, const scale *x, const scale *y)
{
  bool drawing = false;
  fprintf(stream, "<path class=\"line s%d%s\" d=\"", line->colour, dashes[line->dash]);
  for (size_t i = 0; i < line->count; i++) {
    const bool here = shown(y->log, line->y[i]);
    if (here)
      fprintf(stream, "%s%.2f %.2f", drawing ? " " : "M", place(x, line->x[i]),
              place(y, line->y[i]));
    drawing = here;
  }
  fprintf(stream, "\"/>\n");
  for (size_t i = 0; i < line->count; i++)
    if ((line->dots || line->count == 1) && shown(y->log, line->y[i]))
      draw_dot(stream, line, place(x, line->x[i]), place(y, line->y[i]));
}

enum { SAMPLE = 30, GAP = 8, ROW = 18 };

static int legend_height(const cli_figure *figure) { return ROW * (int)figure->count + GAP; }

/* Below the axes, where no line can run under it. */
static void draw_legend(FILE *stream, const cli_figure *figure, int left, int top)
{
  for (size_t i = 0; i < figure->count; i++) {
    const cli_line *line = &figure->line[i];
    const double y = top + ROW * (double)i + ROW / 2.0;
    fprintf(stream, "<path class=\"line s%d%s\" d=\"M%.2f %.2fh%d\"/>", line->colour,
            dashes[line->dash], (double)left, y, SAMPLE);
    if (line->dots)
      draw_dot(stream, line, left + SAMPLE / 2.0, y);
    fprintf(stream, "<text x=\"%.2f\" y=\"%.2f\">", (double)(left + SAMPLE + GAP), y + 4.5);
    cli_print_escaped(stream, line->name);
    fprintf(stream, "</text>\n");
  }
}

/* A line across the figure, its name at the top, on the side that has more room. */
static void draw_mark(FILE *stream, const cli_figure *figure, const scale *x, const scale *y)
{
  const double at = place(x, figure->mark);
  const bool left = at > (x->from + x->to) / 2;
  fprintf(stream, "<path class=\"axis dashed\" d=\"M%.2f %.2fV%.2f\"/>", at, y->from, y->to);
  fprintf(stream, "<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"%s\">", at + (left ? -6 : 6),
          y->to + 10, left ? "end" : "start");
  cli_print_escaped(stream, figure->mark_name);
  fprintf(stream, "</text>\n");
}

/* ------------------------------------------------------------------ figure ---------------- */

/* Widens the range of what is shown of `count` values. */
static void widen(bool log, size_t count, const double *value, double *least, double *most)
{
  for (size_t i = 0; value != NULL && i < count; i++) {
    if (!shown(log, value[i]))
      continue;
    *least = fmin(*least, value[i]);
    *most = fmax(*most, value[i]);
  }
}

/* What stands before the axes: the root, its words for those who do not see it, paper and title. */
static void begin(FILE *stream, const cli_figure *figure, int width, int height)
{
  fprintf(stream,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
          "height=\"%d\" role=\"img\">\n<title>",
          width, height, width, height);
  cli_print_escaped(stream, figure->title != NULL ? figure->title : figure->y.label);
  fprintf(stream, "</title>\n");
  if (figure->description != NULL) {
    fprintf(stream, "<desc>");
    cli_print_escaped(stream, figure->description);
    fprintf(stream, "</desc>\n");
  }
  if (!figure->inside)
    fprintf(stream, "<style>\n%s</style>\n", style);
  fprintf(stream, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", width, height);
  if (figure->title == NULL || figure->inside)
    return;
  fprintf(stream, "<text class=\"title\" x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
          (LEFT + width - RIGHT) / 2, TOP + 12);
  cli_print_escaped(stream, figure->title);
  fprintf(stream, "</text>\n");
}

void cli_print_svg_style(FILE *stream) { fputs(style, stream); }

void cli_print_svg(FILE *stream, const cli_figure *figure)
{
  double least[2] = {INFINITY, INFINITY}, most[2] = {0, 0};
  for (size_t i = 0; i < figure->count; i++) {
    const cli_line *line = &figure->line[i];
    widen(false, line->count, line->x, &least[0], &most[0]);
    widen(figure->y.log, line->count, line->y, &least[1], &most[1]);
    widen(figure->y.log, line->count, line->low, &least[1], &most[1]);
    widen(figure->y.log, line->count, line->high, &least[1], &most[1]);
  }
  const int width = figure->width > 0 ? figure->width : WIDTH;
  const int bottom = figure->height > 0 ? figure->height : HEIGHT;
  const double top = TOP + (figure->title != NULL && !figure->inside ? TITLE : 0);
  scale y = make_scale(&figure->y, least[1], most[1], (bottom - BOTTOM - TOP) / TICK_HEIGHT,
                       bottom - BOTTOM, top);
  const int left = left_of(&y);
  scale x = make_scale(&figure->x, least[0], most[0], (width - LEFT - RIGHT) / TICK_WIDTH + 1, left,
                       width - RIGHT);
  x.axis = y.from;
  y.axis = x.from;
  y.far = x.to;
  begin(stream, figure, width, bottom + legend_height(figure));
  draw_axes(stream, figure, &x, &y);
  if (figure->mark_name != NULL)
    draw_mark(stream, figure, &x, &y);
  for (size_t i = 0; i < figure->count; i++)
    if (figure->line[i].high != NULL)
      draw_band(stream, &figure->line[i], &x, &y);
  for (size_t i = 0; i < figure->count; i++)
    draw_line(stream, &figure->line[i], &x, &y);
  draw_legend(stream, figure, left, bottom);
  fprintf(stream, "</svg>\n");
}
