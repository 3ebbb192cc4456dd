/* filters.c - the kernels of each convolution, and what the last row compares its input with. */
#include "filters.h"

#include "output.h"
#include "sheets.h"

#include <math.h>
#include <string.h>

lenet_status cli_sheet_no_memory(lenet_error *error)
{
  *error = (lenet_error){LENET_NO_MEMORY, -1, "no memory for the drawing"};
  return LENET_NO_MEMORY;
}

/* The widest arrangement up to 32 columns that has no rest, or 32 columns with one. */
void cli_arrange_units(int count, bool as_code, int *rows, int *columns)
{
  enum { LEAST = 8, MOST = 32 };
  *columns = as_code ? LENET_CODE_COLUMNS : count < MOST ? count : MOST;
  while (!as_code && count % *columns != 0 && *columns > LEAST)
    --*columns;
  if (count % *columns != 0)
    *columns = MOST;
  *rows = (count + *columns - 1) / *columns;
}

static int least(int a, int b) { return a < b ? a : b; }

/* "16 maps" or "32 of 120 maps". */
static cli_words some_of(int shown, int all, const char *what)
{
  cli_words words;
  if (shown == all)
    snprintf(words.text, sizeof words.text, "%d %s", all, what);
  else
    snprintf(words.text, sizeof words.text, "%d of %d %s", shown, all, what);
  return words;
}

/* Kernels [maps][input_maps][rows][columns] in columns by map and in rows by what they read; where
 * there is one input map they stand in one line. */
static bool add_kernels(cli_sheet *sheet, const lenet_row *row, const lenet_layer *l,
                        const lenet_real *weights, int rows, int columns)
{
  const int across = least(l->maps, CLI_MOST_MAPS), down = least(l->input_maps, CLI_MOST_MAPS);
  cli_group *g = cli_sheet_add(sheet, (size_t)across * (size_t)down, 0);
  if (g == NULL)
    return false;
  g->rows = rows;
  g->columns = columns;
  g->across = across;
  int kernels = 0;
  for (int to = 0; to < across; to++)
    for (int from = 0; from < down; from++) {
      const size_t index = (size_t)to * (size_t)l->input_maps + (size_t)from;
      if (row->kind == LENET_CONV && !lenet_connected(row, from, to))
        continue;
      g->tile[from * across + to].values = weights + index * (size_t)rows * (size_t)columns;
      kernels++;
    }
  const bool conv = row->kind == LENET_CONV;
  snprintf(g->heading, sizeof g->heading, "%s: %d %s %dx%d, %s (columns)", l->name, kernels,
           conv ? "kernels" : "weights", rows, columns,
           some_of(across, l->maps, conv ? "maps" : "units").text);
  if (l->input_maps > 1)
    snprintf(g->heading + strlen(g->heading), sizeof g->heading - strlen(g->heading),
             " read %s (rows)", some_of(down, l->input_maps, "maps").text);
  cli_group_fit_ramp(g);
  return true;
}

/* A picture of weights for each unit of a last row that reads units; for an R row its code,
 * whatever it reads. */
static bool add_units(cli_sheet *sheet, const lenet_row *row, const lenet_layer *l,
                      const lenet_real *weights)
{
  const bool codes = row->kind == LENET_RBF;
  const int inputs = codes ? LENET_CODE_CELLS : l->input_maps;
  const int shown = least(l->maps, CLI_MOST_MAPS);
  int rows, columns;
  cli_arrange_units(inputs, codes, &rows, &columns);
  const size_t size = (size_t)rows * (size_t)columns;
  cli_group *g = cli_sheet_add(sheet, (size_t)shown, size * (size_t)shown);
  if (g == NULL)
    return false;
  g->ramp = codes ? CLI_INK : CLI_SIGNED;
  g->rows = rows;
  g->columns = columns;
  for (int u = 0; u < shown; u++) {
    lenet_real *own = g->own + (size_t)u * size;
    for (size_t i = 0; i < size; i++)
      own[i] = (lenet_real)NAN;
    if (codes)
      lenet_class_code(l->maps, u, own);
    else
      memcpy(own, weights + (size_t)u * (size_t)inputs, (size_t)inputs * sizeof *own);
    g->tile[u].values = own;
    if (codes)
      lenet_class_name(l->maps, u, g->tile[u].caption);
    else
      snprintf(g->tile[u].caption, sizeof g->tile[u].caption, "%d", u);
  }
  if (codes)
    snprintf(
        g->heading, sizeof g->heading, "%s: the codes of %s, not learned", l->name,
        some_of(shown, l->maps, lenet_class_character(l->maps, 0) == '0' ? "digits" : "characters")
            .text);
  else
    snprintf(g->heading, sizeof g->heading, "%s: weights of %s, %d each", l->name,
             some_of(shown, l->maps, "units").text, inputs);
  cli_group_fit_ramp(g);
  return true;
}

/* A heading alone, for what is not drawn. */
static bool add_note(cli_sheet *sheet, const lenet_layer *l)
{
  cli_group *g = cli_sheet_add(sheet, 0, 0);
  if (g == NULL)
    return false;
  snprintf(g->heading, sizeof g->heading,
           "%s: %s weights, not drawn: each of %d units reads all of %d %s", l->name,
           cli_thousands((long long)l->weight_count).text, l->maps, l->input_maps,
           l->input_rows * l->input_columns == 1 ? "units" : "maps");
  return true;
}

static bool add_row(cli_sheet *sheet, const lenet_row *row, const lenet_layer *l,
                    const lenet_real *weights, bool last)
{
  const bool units = l->rows == 1 && l->columns == 1;
  const bool reads_units = l->input_rows * l->input_columns == 1;
  switch (row->kind) {
  case LENET_CONV:
    return units && !last && l->maps > CLI_MOST_MAPS
               ? add_note(sheet, l)
               : add_kernels(sheet, row, l, weights, row->size, row->size);
  case LENET_RBF: return add_units(sheet, row, l, weights);
  case LENET_DENSE:
    if (!last)
      return add_note(sheet, l);
    return reads_units ? add_units(sheet, row, l, weights)
                       : add_kernels(sheet, row, l, weights, l->input_rows, l->input_columns);
  default: return true;
  }
}

lenet_status cli_filters_sheet(const lenet_model *model, cli_sheet *sheet, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  const lenet_layout *layout = lenet_model_layout(model);
  const lenet_real *parameters = lenet_model_parameters(model);
  *sheet = (cli_sheet){.count = 0};
  snprintf(sheet->title, sizeof sheet->title, "%s: what its layers have learned",
           cli_name_network(network).text);
  for (int i = 0; i < network->row_count; i++)
    if (!add_row(sheet, &network->row[i], &layout->layer[i],
                 parameters + layout->layer[i].weight_offset, i + 1 == network->row_count))
      return cli_sheet_no_memory(error);
  return LENET_OK;
}

bool cli_print_filters_svg(FILE *stream, const lenet_model *model)
{
  cli_sheet sheet;
  lenet_error error;
  const bool good = cli_filters_sheet(model, &sheet, &error) == LENET_OK;
  if (good)
    cli_sheet_print_svg(stream, &sheet);
  cli_sheet_free(&sheet);
  return good;
}
