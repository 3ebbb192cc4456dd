/* report.h - the pages that `lenet train --report` and `lenet eval --report` write: one HTML file
 * that needs nothing else, no script, no network. */
#ifndef LENET_CLI_REPORT_H
#define LENET_CLI_REPORT_H

#include "mistakes.h"
#include "place.h"
#include "svg.h"

/* ------------------------------------------------------------------ the file -------------- */

#define CLI_OPTION_REPORT                                                                          \
  {                                                                                                \
    "report", 0, CLI_TEXT, "FILE.html", 0, 0,                                                      \
        "write a page with figures of the result, one file that needs nothing else; a run that "   \
        "fails or is stopped writes none"                                                          \
  }

/* Where the page goes, links followed; "" without --report. Refuses, as wrong usage, standard
 * output, a path at which no file can be put, and a file that is there and is no HTML page: it may
 * be a model, or what the command reads. */
int cli_choose_report(const cli_arguments *arguments, char path[CLI_MAX_PATH]);

/* Writes the page whole or not at all and says so: `print` writes it, or returns false without
 * memory. Returns an exit code. */
int cli_write_report(const cli_arguments *arguments, const char *path,
                     bool (*print)(FILE *stream, const void *subject), const void *subject);

/* ------------------------------------------------------------------ parts of a page ------- */

/* Texts are plain: they are escaped here. */

void cli_page_begin(FILE *stream, const char *title, const char *lead);
void cli_page_end(FILE *stream);

/* Links to the sections of the page, pairs of their id and what it is called, ended by NULL. */
void cli_page_contents(FILE *stream, const char *const (*sections)[2]);

/* A section of the page under a heading of the second order; `id` is a word. */
void cli_section_begin(FILE *stream, const char *id, const char *heading);
void cli_section_end(FILE *stream);

/* Facts, side by side: between a begin and an end. `note` may be NULL. */
void cli_facts_begin(FILE *stream);
void cli_fact(FILE *stream, const char *name, const char *value, const char *note);
void cli_facts_end(FILE *stream);

/* A figure with its title; the drawing stands between these two. */
void cli_figure_begin(FILE *stream, const char *title);
void cli_figure_end(FILE *stream);
/* The figure's numbers, folded away below it, and its end. */
void cli_numbers_begin(FILE *stream, const char *title);
void cli_numbers_end(FILE *stream);

/* What the columns of a table after the first hold. */
typedef enum cli_table_kind { CLI_NUMBERS, CLI_WORD_AND_NUMBERS, CLI_WORDS } cli_table_kind;

/* A table; `columns` ends with NULL. */
void cli_table_begin(FILE *stream, cli_table_kind kind, const char *caption,
                     const char *const *columns);
void cli_table_end(FILE *stream);
/* A row is its head, then cells, then an end. */
void cli_row_begin(FILE *stream, const char *head);
void cli_cell(FILE *stream, const char *text);
void cli_row_end(FILE *stream);

enum { CLI_HALF_WIDTH = 480, CLI_HALF_HEIGHT = 380 }; /* of a plot that has another beside it */

/* A line plot with a title and its numbers: a row for each point of the first line, whose x all
 * others share; `decimals` of y. */
void cli_plot_and_numbers(FILE *stream, const cli_figure *figure);

/* ------------------------------------------------------------------ what was measured ----- */

typedef struct cli_measured {
  const lenet_dataset *data; /* knows the names of the classes */
  const char *split;         /* test, validation, train */
  lenet_samples samples;     /* as they were measured */
  const lenet_measure *measure;
  const lenet_answer *answer; /* [measure->samples] */
  int classes;                /* of the model */
  size_t shown;               /* mistakes to show, the most confident first */
} cli_measured;

enum { CLI_REPORT_MISTAKES = 24 }; /* shown where --mistakes does not say how many */

/* The range in which the true share lies where `part` of `all` were counted, at 95 % (Wilson 1927).
 */
typedef struct cli_interval {
  double low, high;
} cli_interval;
cli_interval cli_wilson(double part, double all);

/* The name of a class, its number where it has none. */
typedef struct cli_class_name {
  char text[260];
} cli_class_name;
cli_class_name cli_name_class(const lenet_dataset *data, int label);

/* "0.36 %" and its like of the whole measurement, as facts. */
void cli_measured_facts(FILE *stream, const cli_measured *measured);
/* The sections: which classes are taken for which, the mistakes, confidence. False without memory.
 */
bool cli_measured_sections(FILE *stream, const cli_measured *measured);

/* Figures with their numbers. */
void cli_confusion_figure(FILE *stream, const cli_measured *measured);
void cli_reliability_figure(FILE *stream, const cli_measured *measured);
void cli_rejection_figure(FILE *stream, const cli_measured *measured, const lenet_rejection *curve,
                          size_t points);

#endif
