/* report_figures.c - figures of a measurement: the confusion matrix, reliability, the error-reject
 * curve. */
#include "report.h"

#include "curve.h"
#include "escape.h"

#include <math.h>

/* ------------------------------------------------------------------ confusion ------------- */

/* Pixels. A character is some 7.5 wide. */
enum { EDGE = 12, AXIS = 22, CHARACTER = 15, MOST_NAME = 16, LEGEND = 52 };

typedef struct matrix {
  const cli_measured *measured;
  int classes, cell;
  int longest;   /* characters of a class's name as it is shown */
  bool slanted;  /* the names of columns */
  int left, top; /* where the cells begin */
  uint32_t most; /* of the counts of wrong answers */
} matrix;

static uint32_t class_pictures(const cli_measured *m, int label)
{
  uint32_t sum = 0;
  for (int answer = 0; answer < m->classes; answer++)
    sum += m->measure->confusion[label][answer];
  return sum;
}

static matrix lay_out(const cli_measured *m)
{
  matrix x = {.measured = m, .classes = m->classes};
  x.cell = m->classes <= 12 ? 44 : m->classes <= 20 ? 36 : m->classes <= 45 ? 15 : 6;
  for (int i = 0; i < m->classes; i++) {
    const int length = cli_count_characters(cli_name_class(m->data, i).text);
    x.longest = length > x.longest ? length : x.longest;
    for (int k = 0; k < m->classes; k++)
      if (i != k && m->measure->confusion[i][k] > x.most)
        x.most = m->measure->confusion[i][k];
  }
  x.longest = x.longest > MOST_NAME ? MOST_NAME + 3 : x.longest;
  x.slanted = x.longest * CHARACTER / 2 > x.cell - 4;
  const int width = x.cell >= 15 ? x.longest * CHARACTER / 2 : 0;
  x.left = EDGE + AXIS + width + 8;
  x.top = EDGE + AXIS + (x.slanted ? width * 3 / 4 + 12 : width > 0 ? 20 : 4);
  return x;
}

/* How much of its colour a cell has: what is right by its share of the class, what is wrong by the
 * root of its count, since some mistakes are made a hundred times as often as others. Text on it
 * stays readable. */
static double strength(const matrix *x, int label, int answer)
{
  const uint32_t count = x->measured->measure->confusion[label][answer];
  if (count == 0)
    return 0;
  if (label == answer)
    return 0.1 + 0.35 * count / class_pictures(x->measured, label);
  return 0.12 + 0.4 * sqrt((double)count / x->most);
}

static void draw_cell(FILE *stream, const matrix *x, int label, int answer)
{
  const cli_measured *m = x->measured;
  const uint32_t count = m->measure->confusion[label][answer];
  const int left = x->left + answer * x->cell, top = x->top + label * x->cell;
  if (count == 0)
    return;
  fputs("<g><title>", stream);
  cli_print_escaped(stream, cli_name_class(m->data, label).text);
  fputs(" read as ", stream);
  cli_print_escaped(stream, cli_name_class(m->data, answer).text);
  fprintf(stream, ": %s of %s</title>", cli_thousands(count).text,
          cli_thousands(class_pictures(m, label)).text);
  fprintf(stream,
          "<rect class=\"f%d\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
          "fill-opacity=\"%.2f\"/>",
          label == answer ? 0 : 1, left, top, x->cell, x->cell, strength(x, label, answer));
  if (x->cell >= 36)
    fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%u</text>", left + x->cell / 2,
            top + x->cell / 2 + 5, count);
  fputs("</g>\n", stream);
}

static void draw_names(FILE *stream, const matrix *x)
{
  for (int i = 0; i < x->classes && x->cell >= 15; i++) {
    const double middle = (i + 0.5) * x->cell;
    const cli_class_name name = cli_name_class(x->measured->data, i);
    fprintf(stream, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", x->left - 8,
            x->top + middle + 4.5);
    cli_print_shortened(stream, name.text, MOST_NAME);
    if (x->slanted)
      fprintf(stream, "</text><text transform=\"translate(%.1f %d) rotate(-45)\">",
              x->left + middle + 2, x->top - 8);
    else
      fprintf(stream, "</text><text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">", x->left + middle,
              x->top - 8);
    cli_print_shortened(stream, name.text, MOST_NAME);
    fputs("</text>\n", stream);
  }
}

static void draw_legend(FILE *stream, const matrix *x, int top)
{
  static const char *const lines[] = {"read rightly; darker: a larger share of the class",
                                      "read wrongly; darker: more pictures, up to "};
  for (int i = 0; i < 2; i++) {
    fprintf(stream,
            "<rect class=\"f%d\" x=\"%d\" y=\"%d\" width=\"26\" height=\"14\" "
            "fill-opacity=\".5\"/>",
            i, x->left, top + 20 * i);
    fprintf(stream, "<text x=\"%d\" y=\"%d\">%s", x->left + 34, top + 20 * i + 12, lines[i]);
    if (i == 1)
      fputs(cli_thousands(x->most).text, stream);
    fputs("</text>\n", stream);
  }
}

static void draw_grid(FILE *stream, const matrix *x)
{
  const int side = x->classes * x->cell;
  fputs("<path class=\"grid\" d=\"", stream);
  for (int i = 0; i <= x->classes && x->cell >= 15; i++)
    fprintf(stream, "M%d %dv%dM%d %dh%d", x->left + i * x->cell, x->top, side, x->left,
            x->top + i * x->cell, side);
  fprintf(stream, "M%d %dh%dv%dh%dz\"/>\n", x->left, x->top, side, side, -side);
}

/* What the figure shows, in a sentence. */
static void describe(FILE *stream, const matrix *x)
{
  const lenet_measure *m = x->measured->measure;
  fprintf(stream,
          "A heat map of %d rows, the labels, and %d columns, the answers; each cell has the "
          "number of pictures. %s of %s pictures lie off the diagonal.",
          x->classes, x->classes, cli_thousands((long long)m->errors).text,
          cli_thousands((long long)m->samples).text);
}

static void draw_matrix(FILE *stream, const matrix *x, const char *title)
{
  const int side = x->classes * x->cell, legend = 400;
  const int beyond = x->slanted ? x->longest * CHARACTER * 3 / 8 : EDGE;
  const int wide = x->left + (side + beyond > legend ? side + beyond : legend);
  const int high = x->top + side + EDGE + LEGEND;
  fprintf(stream,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
          "height=\"%d\" style=\"min-width:%dpx\" role=\"img\">\n<title>%s</title>\n<desc>",
          wide, high, wide, high, wide * 7 / 10, title);
  describe(stream, x);
  fprintf(stream, "</desc>\n<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", wide, high);
  fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">answer</text>\n",
          x->left + side / 2, EDGE + 8);
  fprintf(stream,
          "<text transform=\"translate(%d %d) rotate(-90)\" text-anchor=\"middle\">label</text>\n",
          EDGE + 10, x->top + side / 2);
  for (int label = 0; label < x->classes; label++)
    for (int answer = 0; answer < x->classes; answer++)
      draw_cell(stream, x, label, answer);
  draw_grid(stream, x);
  draw_names(stream, x);
  draw_legend(stream, x, x->top + side + EDGE);
  fputs("</svg>\n", stream);
}

static void confusion_numbers(FILE *stream, const cli_measured *m, const char *title)
{
  cli_class_name name[LENET_MAX_CLASSES];
  const char *columns[LENET_MAX_CLASSES + 2] = {"label"};
  for (int i = 0; i < m->classes; i++) {
    name[i] = cli_name_class(m->data, i);
    columns[i + 1] = name[i].text;
  }
  cli_numbers_begin(stream, title);
  cli_table_begin(stream, CLI_NUMBERS, "Pictures by label (rows) and answer (columns)", columns);
  for (int label = 0; label < m->classes; label++) {
    cli_row_begin(stream, name[label].text);
    for (int answer = 0; answer < m->classes; answer++)
      cli_cell(stream, cli_thousands(m->measure->confusion[label][answer]).text);
    cli_row_end(stream);
  }
  cli_table_end(stream);
  cli_numbers_end(stream);
}

void cli_confusion_figure(FILE *stream, const cli_measured *measured)
{
  static const char title[] = "Confusion matrix";
  const matrix x = lay_out(measured);
  cli_figure_begin(stream, title);
  draw_matrix(stream, &x, title);
  cli_figure_end(stream);
  confusion_numbers(stream, measured, title);
}

/* ------------------------------------------------------------------ reliability ----------- */

static const char reliability_title[] = "Reliability: accuracy by confidence";

/* The bins as a table, the empty ones left out. */
static void reliability_numbers(FILE *stream, const lenet_calibration *c)
{
  static const char *const columns[] = {"confidence (%)",      "pictures",
                                        "mean confidence (%)", "accuracy (%)",
                                        "95 % interval (%)",   NULL};
  cli_words words;
  cli_numbers_begin(stream, reliability_title);
  cli_table_begin(stream, CLI_NUMBERS, "Answers in bins of equal width by their confidence",
                  columns);
  for (int b = 0; b < LENET_CALIBRATION_BINS; b++) {
    const double count = (double)c->bin[b].count;
    if (c->bin[b].count == 0)
      continue;
    const cli_interval range = cli_wilson(count * c->bin[b].accuracy, count);
    snprintf(words.text, sizeof words.text, "%.1f to %.1f", 100.0 * b / LENET_CALIBRATION_BINS,
             100.0 * (b + 1) / LENET_CALIBRATION_BINS);
    cli_row_begin(stream, words.text);
    cli_cell(stream, cli_thousands((long long)c->bin[b].count).text);
    snprintf(words.text, sizeof words.text, "%.2f", 100 * c->bin[b].confidence);
    cli_cell(stream, words.text);
    snprintf(words.text, sizeof words.text, "%.2f", 100 * c->bin[b].accuracy);
    cli_cell(stream, words.text);
    snprintf(words.text, sizeof words.text, "%.2f to %.2f", 100 * range.low, 100 * range.high);
    cli_cell(stream, words.text);
    cli_row_end(stream);
  }
  cli_table_end(stream);
  cli_numbers_end(stream);
}

void cli_reliability_figure(FILE *stream, const cli_measured *measured)
{
  const lenet_calibration c = lenet_calibration_of(measured->answer, measured->measure->samples);
  double x[LENET_CALIBRATION_BINS], y[LENET_CALIBRATION_BINS], low[LENET_CALIBRATION_BINS],
      high[LENET_CALIBRATION_BINS];
  static const double ends[] = {0, 100};
  size_t count = 0;
  for (int b = 0; b < LENET_CALIBRATION_BINS; b++) {
    const double all = (double)c.bin[b].count;
    if (c.bin[b].count == 0)
      continue;
    const cli_interval range = cli_wilson(all * c.bin[b].accuracy, all);
    x[count] = 100 * c.bin[b].confidence;
    y[count] = 100 * c.bin[b].accuracy;
    low[count] = 100 * range.low;
    high[count++] = 100 * range.high;
  }
  char words[200];
  snprintf(words, sizeof words,
           "A line through the mean confidence and accuracy of %zu bins, beside the diagonal on "
           "which both are the same. Expected calibration error: %s.",
           count, cli_percent(c.error).text);
  const cli_figure figure = {
      .title = reliability_title,
      .description = words,
      .inside = true,
      .width = CLI_HALF_WIDTH,
      .height = CLI_HALF_HEIGHT,
      .x = {.label = "confidence (%)"},
      .y = {.label = "accuracy (%)"},
      .count = 2,
      .line = {{.name = "answers of a bin, with the 95 % interval of their accuracy",
                .count = count,
                .x = x,
                .y = y,
                .low = low,
                .high = high,
                .dots = true},
               {.name = "as it should be",
                .count = 2,
                .x = ends,
                .y = ends,
                .colour = 6,
                .dash = CLI_DASHED}}};
  cli_figure_begin(stream, reliability_title);
  cli_print_svg(stream, &figure);
  cli_figure_end(stream);
  reliability_numbers(stream, &c);
}

/* ------------------------------------------------------------------ rejection ------------- */

/* The point beyond which the curve says nothing more: where the error first falls to 0.1 %, or to
 * its least. */
static size_t settles(const lenet_rejection *curve, size_t points)
{
  size_t least = 0;
  for (size_t i = 1; i < points && cli_accepted_error(&curve[least]) > 0.001; i++)
    if (cli_accepted_error(&curve[i]) < cli_accepted_error(&curve[least]))
      least = i;
  return least;
}

void cli_rejection_figure(FILE *stream, const cli_measured *measured, const lenet_rejection *curve,
                          size_t points)
{
  size_t place[CLI_CURVE_POINTS];
  double x[CLI_CURVE_POINTS], y[CLI_CURVE_POINTS];
  const size_t end = settles(curve, points);
  const size_t count = cli_thin_curve(curve, end + 1, measured->measure->samples, place);
  for (size_t i = 0; i < count; i++) {
    x[i] = 100 * cli_rejected(&curve[place[i]]);
    y[i] = 100 * cli_accepted_error(&curve[place[i]]);
  }
  char words[200];
  snprintf(words, sizeof words,
           "A curve that falls from %.2f %% of all answers wrong, nothing rejected, to %.2f %% of "
           "the accepted ones, %.2f %% rejected.",
           y[0], y[count - 1], x[count - 1]);
  const cli_figure figure = {
      .title = "Error-reject curve",
      .description = words,
      .inside = true,
      .width = CLI_HALF_WIDTH,
      .height = CLI_HALF_HEIGHT,
      .x = {.label = "rejected (%)"},
      .y = {.label = "error of the accepted (%)"},
      .count = 1,
      .line = {{.name = "the least sure rejected first", .count = count, .x = x, .y = y}}};
  cli_plot_and_numbers(stream, &figure);
}
