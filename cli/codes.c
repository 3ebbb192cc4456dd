/* codes.c - what the paper fixed by hand: the connections of sparse convolutions, the codes of
 * digits. */
#include "sheets.h"

#include "output.h"

#include <string.h>

/* ------------------------------------------------------------------ tables ---------------- */

enum { CROSS = 7, CELLS = CROSS * CROSS };

/* An X that leaves a border. */
static void draw_cross(lenet_real cross[CELLS])
{
  for (int i = 1; i < CROSS - 1; i++) {
    cross[i * CROSS + i] = 1;
    cross[i * CROSS + CROSS - 1 - i] = 1;
  }
}

/* Columns are the row's maps, rows the maps that they read, counted from 0 as in Table I. */
static bool add_table(cli_sheet *sheet, const lenet_row *row, const lenet_layer *l)
{
  cli_group *g = cli_sheet_add(sheet, (size_t)l->maps * (size_t)l->input_maps, (size_t)2 * CELLS);
  if (g == NULL)
    return false;
  draw_cross(g->own);
  g->ramp = CLI_MARKS;
  g->high = 1;
  g->rows = g->columns = CROSS;
  g->across = l->maps;
  int marks = 0;
  for (int from = 0; from < l->input_maps; from++)
    for (int to = 0; to < l->maps; to++) {
      const bool connected = lenet_connected(row, from, to);
      g->tile[from * l->maps + to].values = connected ? g->own : g->own + CELLS;
      marks += connected;
    }
  snprintf(g->heading, sizeof g->heading, "%s: %d maps (columns) read %d maps (rows), %d kernels",
           l->name, l->maps, l->input_maps, marks);
  return true;
}

lenet_status cli_table_sheet(const lenet_network *network, const lenet_layout *layout,
                             cli_sheet *sheet, lenet_error *error)
{
  *sheet = (cli_sheet){.count = 0};
  snprintf(sheet->title, sizeof sheet->title, "%s: which maps read which",
           cli_name_network(network).text);
  for (int i = 0; i < network->row_count; i++)
    if (network->row[i].kind == LENET_CONV && network->row[i].connections != LENET_FULL &&
        !add_table(sheet, &network->row[i], &layout->layer[i]))
      return cli_sheet_no_memory(error);
  if (sheet->count > 0)
    return LENET_OK;
  *error = (lenet_error){LENET_UNSUPPORTED, -1, ""};
  snprintf(error->message, sizeof error->message,
           "%.200s has no connection table: each map reads all maps below it",
           cli_name_network(network).text);
  return LENET_UNSUPPORTED;
}

/* ------------------------------------------------------------------ codes ----------------- */

lenet_status cli_codes_sheet(const lenet_network *network, cli_sheet *sheet, lenet_error *error)
{
  const lenet_row *row = &network->row[network->row_count - 1];
  *sheet = (cli_sheet){.count = 0};
  if (row->kind != LENET_RBF) {
    *error = (lenet_error){LENET_UNSUPPORTED, -1, ""};
    snprintf(error->message, sizeof error->message,
             "%.200s has no R row, so there are no codes (lenet5-1998 and lenet5-ascii have)",
             cli_name_network(network).text);
    return LENET_UNSUPPORTED;
  }
  cli_group *g = cli_sheet_add(sheet, (size_t)row->maps, (size_t)row->maps * LENET_CODE_CELLS);
  if (g == NULL)
    return cli_sheet_no_memory(error);
  const char *kind = lenet_class_character(row->maps, 0) == '0' ? "digits" : "characters";
  snprintf(sheet->title, sizeof sheet->title, "%s: the codes of the %s",
           cli_name_network(network).text, kind);
  snprintf(g->heading, sizeof g->heading, "the codes of %d %s, %dx%d, ink +1, paper -1", row->maps,
           kind, LENET_CODE_COLUMNS, LENET_CODE_ROWS);
  g->ramp = CLI_INK;
  g->low = -1;
  g->high = 1;
  g->rows = LENET_CODE_ROWS;
  g->columns = LENET_CODE_COLUMNS;
  for (int i = 0; i < row->maps; i++) {
    lenet_class_code(row->maps, i, g->own + i * LENET_CODE_CELLS);
    g->tile[i].values = g->own + i * LENET_CODE_CELLS;
    lenet_class_name(row->maps, i, g->tile[i].caption);
  }
  return LENET_OK;
}
