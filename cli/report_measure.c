/* report_measure.c - what was measured, as sections of a report: classes, mistakes, confidence. */
#include "report.h"

#include "escape.h"
#include "png_uri.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

cli_interval cli_wilson(double part, double all)
{
  const double z = 1.959964; /* 97.5 % of the normal distribution lie below */
  const double share = part / all, step = z * z / all;
  const double middle = (share + step / 2) / (1 + step);
  const double half = z * sqrt(share * (1 - share) / all + step / (4 * all)) / (1 + step);
  return (cli_interval){fmax(middle - half, 0), fmin(middle + half, 1)};
}

cli_class_name cli_name_class(const lenet_dataset *data, int label)
{
  cli_class_name name;
  const char *known = lenet_dataset_class(data, label);
  if (known != NULL)
    snprintf(name.text, sizeof name.text, "%s", known);
  else
    snprintf(name.text, sizeof name.text, "%d", label);
  return name;
}

void cli_measured_facts(FILE *stream, const cli_measured *measured)
{
  const lenet_measure *m = measured->measure;
  const double samples = (double)m->samples, errors = (double)m->errors;
  const cli_interval range = cli_wilson(errors, samples);
  char words[200];
  cli_words name;
  snprintf(words, sizeof words, "%s of %s; 95 %% interval %.2f to %.2f %%",
           cli_thousands((long long)m->errors).text, cli_thousands((long long)m->samples).text,
           100 * range.low, 100 * range.high);
  snprintf(name.text, sizeof name.text, "%s error", measured->split);
  cli_fact(stream, name.text, cli_percent(errors / samples).text, words);
  snprintf(words, sizeof words, "%s read rightly",
           cli_thousands((long long)(m->samples - m->errors)).text);
  cli_fact(stream, "accuracy", cli_percent(1 - errors / samples).text, words);
  snprintf(words, sizeof words, "%.4f", m->loss);
  cli_fact(stream, "loss", words, "nats, mean cross-entropy");
  cli_fact(stream, "calibration error",
           cli_percent(lenet_calibration_of(measured->answer, m->samples).error).text,
           "expected, 15 bins");
}

/* ------------------------------------------------------------------ classes --------------- */

typedef struct score {
  double pictures, answers, right;
} score;

static score score_of(const cli_measured *m, int class)
{
  score s = {.right = m->measure->confusion[class][class]};
  for (int i = 0; i < m->classes; i++) {
    s.pictures += m->measure->confusion[class][i];
    s.answers += m->measure->confusion[i][class];
  }
  return s;
}

/* Harmonic mean of precision and recall; of a class that neither occurs nor is answered NaN, as of
 * the other two where nothing is divided. */
static double f1_of(score s) { return 2 * s.right / (s.pictures + s.answers); }

/* "99.59", "-" for NaN. */
static void percent_cell(FILE *stream, double fraction)
{
  cli_words words = {"-"};
  if (!isnan(fraction))
    snprintf(words.text, sizeof words.text, "%.2f", 100 * fraction);
  cli_cell(stream, words.text);
}

/* Sums of what was counted; means of the classes that have a value. */
static void print_means(FILE *stream, const cli_measured *m)
{
  double sum[3] = {0}, pictures = 0, wrong = 0;
  int count[3] = {0};
  for (int i = 0; i < m->classes; i++) {
    const score s = score_of(m, i);
    pictures += s.pictures;
    wrong += s.pictures - s.right;
    const double value[3] = {s.right / s.answers, s.right / s.pictures, f1_of(s)};
    for (int k = 0; k < 3; k++) {
      sum[k] += isnan(value[k]) ? 0 : value[k];
      count[k] += !isnan(value[k]);
    }
  }
  cli_row_begin(stream, "all");
  cli_cell(stream, cli_thousands((long long)pictures).text);
  cli_cell(stream, cli_thousands((long long)wrong).text);
  for (int k = 0; k < 3; k++)
    percent_cell(stream, sum[k] / count[k]);
  cli_row_end(stream);
}

static void print_classes(FILE *stream, const cli_measured *m)
{
  static const char *const columns[] = {"class",      "pictures", "errors", "precision (%)",
                                        "recall (%)", "F1 (%)",   NULL};
  fputs(
      "<h3>Class by class</h3>\n<p class=\"note\">Precision: so many of the answers with this "
      "class are right. Recall: so many of the pictures of this class are read rightly. F1: their "
      "harmonic mean. The last row has sums and means.</p>\n",
      stream);
  cli_table_begin(stream, CLI_NUMBERS, "Precision, recall and F1 of each class", columns);
  for (int i = 0; i < m->classes; i++) {
    const score s = score_of(m, i);
    cli_row_begin(stream, cli_name_class(m->data, i).text);
    cli_cell(stream, cli_thousands((long long)s.pictures).text);
    cli_cell(stream, cli_thousands((long long)(s.pictures - s.right)).text);
    percent_cell(stream, s.right / s.answers);
    percent_cell(stream, s.right / s.pictures);
    percent_cell(stream, f1_of(s));
    cli_row_end(stream);
  }
  print_means(stream, m);
  cli_table_end(stream);
}

/* Pictures whose label is no class of the model stand in no row of the matrix. */
static void note_unknown(FILE *stream, const cli_measured *m)
{
  size_t known = 0;
  for (int i = 0; i < m->classes; i++)
    known += (size_t)score_of(m, i).pictures;
  if (known < m->measure->samples)
    fprintf(stream,
            "<p class=\"note\">%s pictures have a label that is no class of the model: they count "
            "as errors and stand in no row.</p>\n",
            cli_thousands((long long)(m->measure->samples - known)).text);
}

/* ------------------------------------------------------------------ mistakes -------------- */

typedef struct mistake {
  size_t sample;
  float confidence, margin;
} mistake;

/* Where confidences are the same, as many of an R row are 1 to rounding, by the margin. */
static int by_confidence(const void *first, const void *second)
{
  const mistake *a = first, *b = second;
  if (a->confidence != b->confidence)
    return a->confidence < b->confidence ? 1 : -1;
  if (a->margin != b->margin)
    return a->margin < b->margin ? 1 : -1;
  return a->sample < b->sample ? -1 : 1;
}

/* All mistakes, the most confident first; NULL without memory. */
static mistake *find_mistakes(const cli_measured *m)
{
  mistake *found = malloc((m->measure->errors + 1) * sizeof *found);
  size_t count = 0;
  for (size_t i = 0; found != NULL && i < m->measure->samples; i++)
    if (m->answer[i].label != m->answer[i].answer)
      found[count++] = (mistake){i, m->answer[i].confidence, m->answer[i].margin};
  if (found != NULL)
    qsort(found, count, sizeof *found, by_confidence);
  return found;
}

static void print_mistake(FILE *stream, const cli_measured *m, size_t sample, uint8_t *pixels)
{
  const lenet_answer *a = &m->answer[sample];
  const uint32_t index = (uint32_t)sample;
  uint8_t label = 0;
  m->samples.fetch(m->samples.context, 0, m->samples.first, &index, 1, pixels, &label);
  const cli_class_name is = cli_name_class(m->data, label), as = cli_name_class(m->data, a->answer);
  fputs("<li><img alt=\"", stream);
  cli_print_escaped(stream, is.text);
  fputs(", read as ", stream);
  cli_print_escaped(stream, as.text);
  fprintf(stream, "\" width=\"%d\" height=\"%d\" src=\"", m->samples.columns, m->samples.rows);
  cli_print_png_uri(stream, pixels, m->samples.rows, m->samples.columns);
  fputs("\"><b>", stream);
  cli_print_escaped(stream, is.text);
  fputs("</b> read as <b>", stream);
  cli_print_escaped(stream, as.text);
  fprintf(stream, "</b><span>%.1f %%, no. %zu</span></li>\n", 100 * (double)a->confidence, sample);
}

/* False without memory. */
static bool print_mistakes(FILE *stream, const cli_measured *m)
{
  const size_t errors = m->measure->errors;
  const size_t shown = m->shown < errors ? m->shown : errors;
  mistake *found = find_mistakes(m);
  uint8_t *pixels = malloc((size_t)m->samples.rows * (size_t)m->samples.columns);
  if (errors == 0)
    fputs("<p>None: every picture is read rightly.</p>\n", stream);
  else if (shown == 0)
    fprintf(stream, "<p>%s; none was to be shown.</p>\n", cli_thousands((long long)errors).text);
  else
    fprintf(stream,
            "<p>%s of %s, the most confident first: the label, the answer, the probability that "
            "the model gives it, and the picture's number in the split, from 0.</p>\n"
            "<ul class=\"gallery\">\n",
            cli_thousands((long long)shown).text, cli_thousands((long long)errors).text);
  for (size_t i = 0; i < shown && found != NULL && pixels != NULL; i++)
    print_mistake(stream, m, found[i].sample, pixels);
  if (shown > 0)
    fputs("</ul>\n", stream);
  const bool whole = found != NULL && pixels != NULL;
  free(found);
  free(pixels);
  return whole;
}

/* ------------------------------------------------------------------ confidence ------------ */

/* What must be rejected so that of the others no more than these parts are wrong. */
static void print_rejects(FILE *stream, const cli_measured *m, const lenet_rejection *curve,
                          size_t points)
{
  static const char *const columns[] = {"error wanted (%)", "rejected (%)",   "pictures",
                                        "margin below",     "error left (%)", NULL};
  static const double wanted[] = {0.01, 0.005, 0.001};
  cli_words words;
  cli_table_begin(stream, CLI_NUMBERS, "Least that must be rejected for an error", columns);
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
    const lenet_rejection *p = lenet_rejection_for(curve, points, wanted[i]);
    snprintf(words.text, sizeof words.text, "%g", 100 * wanted[i]);
    cli_row_begin(stream, words.text);
    if (p == NULL) {
      fputs("<td colspan=\"4\">not reached</td>", stream);
    } else {
      percent_cell(stream, (double)p->rejected / (double)m->measure->samples);
      cli_cell(stream, cli_thousands((long long)p->rejected).text);
      snprintf(words.text, sizeof words.text, "%.3g", (double)p->margin);
      cli_cell(stream, p->rejected == 0 ? "none needed" : words.text);
      percent_cell(stream, (double)p->errors / (double)p->accepted);
    }
    cli_row_end(stream);
  }
  cli_table_end(stream);
}

/* False without memory. */
static bool print_rejection(FILE *stream, const cli_measured *m)
{
  lenet_rejection *curve = malloc(m->measure->samples * sizeof *curve);
  if (curve == NULL)
    return false;
  const size_t points = lenet_rejection_curve(m->answer, m->measure->samples, curve);
  fputs("<div>\n", stream);
  cli_rejection_figure(stream, m, curve, points);
  print_rejects(stream, m, curve, points);
  fputs("</div>\n", stream);
  free(curve);
  return true;
}

bool cli_measured_sections(FILE *stream, const cli_measured *measured)
{
  cli_section_begin(stream, "classes", "Classes");
  fputs("<div class=\"pair\">\n<div>\n", stream);
  cli_confusion_figure(stream, measured);
  fputs("</div>\n<div>\n", stream);
  print_classes(stream, measured);
  note_unknown(stream, measured);
  fputs("</div>\n</div>\n", stream);
  cli_section_end(stream);
  cli_section_begin(stream, "mistakes", "Mistakes");
  bool whole = print_mistakes(stream, measured);
  cli_section_end(stream);
  cli_section_begin(stream, "confidence", "Confidence");
  fputs(
      "<p>The margin is that between the two best scores of a picture; those with the smallest are "
      "rejected first.</p>\n<div class=\"pair\">\n<div>\n",
      stream);
  cli_reliability_figure(stream, measured);
  fputs("</div>\n", stream);
  whole = print_rejection(stream, measured) && whole;
  fputs("</div>\n", stream);
  cli_section_end(stream);
  return whole;
}
