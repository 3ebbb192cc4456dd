/* report_model.c - the networks, their notes and the way to repeat it all, as parts of a report. */
#define _POSIX_C_SOURCE 200809L
#include "report_model.h"

#include "diagram.h"
#include "escape.h"
#include "filters.h"
#include "row_text.h"

#include <stdlib.h>

/* ------------------------------------------------------------------ models ---------------- */

/* The table that `lenet show` prints. */
static void print_rows(FILE *stream, const lenet_network *network, const lenet_layout *layout)
{
  static const char *const columns[] = {
      "layer", "type", "output shape", "parameters", "connections", "multiply-adds", NULL};
  cli_words words;
  cli_table_begin(stream, CLI_WORD_AND_NUMBERS, "Rows of the network, with counts for one picture",
                  columns);
  snprintf(words.text, sizeof words.text, "(%d, %d, 1)", network->rows, network->columns);
  cli_row_begin(stream, "input");
  for (int i = 0; i < 5; i++)
    cli_cell(stream, i == 1 ? words.text : "");
  cli_row_end(stream);
  for (int i = 0; i < network->row_count; i++) {
    const lenet_layer *layer = &layout->layer[i];
    cli_row_begin(stream, layer->name);
    cli_cell(stream, cli_describe_row(&network->row[i]).text);
    cli_cell(stream, cli_describe_output(&network->row[i], layer).text);
    cli_cell(stream, cli_thousands(layer->parameters).text);
    cli_cell(stream, cli_thousands(layer->connections).text);
    cli_cell(stream, cli_thousands(layer->macs).text);
    cli_row_end(stream);
  }
  cli_row_begin(stream, "total");
  cli_cell(stream, "");
  cli_cell(stream, "");
  cli_cell(stream, cli_thousands(layout->parameters).text);
  cli_cell(stream, cli_thousands(layout->connections).text);
  cli_cell(stream, cli_thousands(layout->macs).text);
  cli_row_end(stream);
  cli_table_end(stream);
}

static void print_notes(FILE *stream, const lenet_model *model)
{
  static const char *const columns[] = {"note", "value", NULL};
  bool any = false;
  for (const char *const *key = cli_shown_notes; *key != NULL; key++)
    any = any || lenet_model_note(model, *key) != NULL;
  if (!any)
    return;
  cli_table_begin(stream, CLI_WORDS, "What training left in the model", columns);
  for (const char *const *key = cli_shown_notes; *key != NULL; key++) {
    const char *value = lenet_model_note(model, *key);
    if (value == NULL)
      continue;
    cli_row_begin(stream, *key);
    cli_cell(stream, value);
    cli_row_end(stream);
  }
  cli_table_end(stream);
}

/* Drawings that say in their own words what they show. False without memory. */
static bool print_drawings(FILE *stream, const lenet_model *model)
{
  cli_figure_begin(stream, "From picture to answer");
  cli_print_stacks(stream, lenet_model_network(model), lenet_model_layout(model));
  cli_figure_end(stream);
  fputs("</figure>\n", stream);
  cli_figure_begin(stream, "What was learned");
  const bool whole = cli_print_filters_svg(stream, model);
  cli_figure_end(stream);
  fputs("</figure>\n", stream);
  return whole;
}

bool cli_models_section(FILE *stream, const lenet_model *const *models, const char *const *names,
                        size_t count)
{
  bool whole = true;
  cli_section_begin(stream, "network", count > 1 ? "Networks" : "Network");
  for (size_t i = 0; i < count; i++) {
    const lenet_network *network = lenet_model_network(models[i]);
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(network, notation);
    fputs("<h3>", stream);
    cli_print_escaped(stream, names[i]);
    fputs("</h3>\n<p>", stream);
    cli_print_escaped(stream, notation);
    fputs("</p>\n", stream);
    print_rows(stream, network, lenet_model_layout(models[i]));
    whole = print_drawings(stream, models[i]) && whole;
    print_notes(stream, models[i]);
  }
  cli_section_end(stream);
  return whole;
}

/* ------------------------------------------------------------------ to repeat it ---------- */

void cli_command_begin(FILE *stream, const char *words)
{
  fputs("<pre><code>", stream);
  cli_print_escaped(stream, words);
}

void cli_command_option(FILE *stream, const char *option, const char *value)
{
  char *word = NULL;
  size_t size = 0;
  fprintf(stream, " --%s%s", option, value[0] != '\0' ? " " : "");
  if (value[0] == '\0')
    return;
  FILE *memory = open_memstream(&word, &size);
  if (memory != NULL) {
    cli_print_word(memory, value);
    fclose(memory);
  }
  cli_print_escaped(stream, word != NULL ? word : value);
  free(word);
}

void cli_command_end(FILE *stream) { fputs("</code></pre>\n", stream); }

void cli_run_note(FILE *stream, lenet_isa isa, int threads)
{
  fprintf(stream,
          "<p class=\"note\">lenet %s, instruction set %s, %d thread%s. The number of threads "
          "changes the time, never the result; another instruction set rounds differently.</p>\n",
          lenet_version(), lenet_isa_name(isa), threads, threads == 1 ? "" : "s");
}
