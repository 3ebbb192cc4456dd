/* maps.c - what each row makes of a digit. */
#include "sheets.h"

#include "output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, MOST_MAPS = 64 /* drawn of a row */ };

/* What the network is given, 0 paper .. 255 ink. */
static bool add_input(cli_sheet *sheet, const uint8_t digit[SIDE * SIDE])
{
  cli_group *g = cli_sheet_add(sheet, 1, SIDE * SIDE);
  if (g == NULL)
    return false;
  snprintf(g->heading, sizeof g->heading, "input: %dx%d", SIDE, SIDE);
  g->ramp = CLI_INK;
  g->high = 255;
  g->rows = g->columns = SIDE;
  for (int i = 0; i < SIDE * SIDE; i++)
    g->own[i] = (lenet_real)digit[i];
  g->tile[0].values = g->own;
  return true;
}

/* Rows that give units: one picture of all of them. */
static cli_group *add_units(cli_sheet *sheet, const lenet_layer *l, bool as_code, bool last)
{
  int rows, columns;
  cli_arrange_units(l->maps, as_code, &rows, &columns);
  cli_group *g = cli_sheet_add(sheet, 1, (size_t)rows * (size_t)columns);
  if (g == NULL)
    return NULL;
  g->rows = rows;
  g->columns = columns;
  g->tile[0].values = g->own;
  for (int i = l->maps; i < rows * columns; i++)
    g->own[i] = (lenet_real)NAN;
  snprintf(g->heading, sizeof g->heading, "%s: %d units", l->name, l->maps);
  if (last)
    snprintf(g->tile[0].caption, sizeof g->tile[0].caption, "0 .. %d", l->maps - 1);
  return g;
}

static cli_group *add_planes(cli_sheet *sheet, const lenet_layer *l)
{
  const int shown = l->maps < MOST_MAPS ? l->maps : MOST_MAPS;
  const size_t size = (size_t)l->rows * (size_t)l->columns;
  cli_group *g = cli_sheet_add(sheet, (size_t)shown, (size_t)l->maps * size);
  if (g == NULL)
    return NULL;
  g->rows = l->rows;
  g->columns = l->columns;
  for (int i = 0; i < shown; i++) {
    g->tile[i].values = g->own + (size_t)i * size;
    snprintf(g->tile[i].caption, sizeof g->tile[i].caption, "%d", i);
  }
  snprintf(g->heading, sizeof g->heading, "%s: %d@%dx%d", l->name, l->maps, l->rows, l->columns);
  if (shown < l->maps)
    snprintf(g->heading + strlen(g->heading), sizeof g->heading - strlen(g->heading),
             ", the first %d", shown);
  return g;
}

/* Marks the class that is answered: the highest unit, of an R row the least distance. */
static void name_answer(cli_group *g, const lenet_layer *l, bool distances)
{
  int best = 0;
  for (int i = 1; i < l->maps; i++)
    if (distances ? g->own[i] < g->own[best] : g->own[i] > g->own[best])
      best = i;
  char name[LENET_CLASS_NAME];
  if (distances)
    lenet_class_name(l->maps, best, name);
  else
    snprintf(name, sizeof name, "%d", best);
  snprintf(g->heading + strlen(g->heading), sizeof g->heading - strlen(g->heading),
           distances ? ", distances to the codes; the least is the answer: %s"
                     : "; the highest is the answer: %s",
           name);
}

static lenet_status add_rows(const lenet_session *session, const lenet_network *network,
                             const lenet_layout *layout, cli_sheet *sheet, lenet_error *error)
{
  for (int i = 0; i < network->row_count; i++) {
    const lenet_layer *l = &layout->layer[i];
    const bool units = l->rows == 1 && l->columns == 1, last = i + 1 == network->row_count;
    const bool as_code = !last && network->row[i + 1].kind == LENET_RBF;
    cli_group *g = units ? add_units(sheet, l, as_code, last) : add_planes(sheet, l);
    if (g == NULL)
      return cli_sheet_no_memory(error);
    const lenet_status status = lenet_session_maps(session, i, g->own, error);
    if (status != LENET_OK)
      return status;
    const bool distances = network->row[i].kind == LENET_RBF;
    g->ramp = distances ? CLI_INK : CLI_SIGNED;
    if (last)
      name_answer(g, l, distances);
    cli_group_fit_ramp(g);
  }
  return LENET_OK;
}

/* A session that has classified the digit. */
static lenet_status classify(const lenet_model *model, const uint8_t digit[SIDE * SIDE],
                             lenet_session **session, lenet_error *error)
{
  lenet_real probabilities[LENET_MAX_CLASSES];
  lenet_status status = lenet_session_create(model, LENET_ISA_BEST, session, error);
  if (status == LENET_OK)
    status = lenet_classify(*session, digit, SIDE, SIDE, 1, probabilities, error);
  return status;
}

lenet_status cli_maps_sheet(const lenet_model *model, const uint8_t digit[SIDE * SIDE],
                            cli_sheet *sheet, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  lenet_session *session = NULL;
  *sheet = (cli_sheet){.count = 0};
  snprintf(sheet->title, sizeof sheet->title, "%s: what its layers make of a picture",
           cli_name_network(network).text);
  lenet_status status = classify(model, digit, &session, error);
  if (status == LENET_OK && !add_input(sheet, digit))
    status = cli_sheet_no_memory(error);
  if (status == LENET_OK)
    status = add_rows(session, network, lenet_model_layout(model), sheet, error);
  lenet_session_free(session);
  return status;
}

/* ------------------------------------------------------------------ distances ------------- */

static bool add_seen(cli_sheet *sheet, const char *name, lenet_real units[LENET_CODE_CELLS])
{
  cli_group *g = cli_sheet_add(sheet, 1, LENET_CODE_CELLS);
  if (g == NULL)
    return false;
  snprintf(g->heading, sizeof g->heading, "%s: what the network makes of the picture", name);
  g->rows = LENET_CODE_ROWS;
  g->columns = LENET_CODE_COLUMNS;
  memcpy(g->own, units, LENET_CODE_CELLS * sizeof *g->own);
  g->tile[0].values = g->own;
  cli_group_fit_ramp(g);
  g->ramp = CLI_INK; /* as the codes, with nothing in the middle */
  return true;
}

lenet_status cli_distances_sheet(const lenet_model *model, const uint8_t digit[SIDE * SIDE],
                                 cli_sheet *sheet, lenet_error *error)
{
  const lenet_network *network = lenet_model_network(model);
  const lenet_layout *layout = lenet_model_layout(model);
  const int last = network->row_count - 1;
  lenet_real units[LENET_CODE_CELLS], distance[LENET_MAX_CLASSES];
  lenet_session *session = NULL;
  lenet_status status = cli_codes_sheet(network, sheet, error);
  if (status != LENET_OK)
    return status;
  cli_group *codes = &sheet->group[0];
  status = classify(model, digit, &session, error);
  if (status == LENET_OK)
    status = lenet_session_maps(session, last - 1, units, error);
  if (status == LENET_OK)
    status = lenet_session_maps(session, last, distance, error);
  lenet_session_free(session);
  if (status != LENET_OK)
    return status;
  if (!add_seen(sheet, layout->layer[last - 1].name, units))
    return cli_sheet_no_memory(error);
  int best = 0;
  for (int i = 1; i < layout->classes; i++)
    best = distance[i] < distance[best] ? i : best;
  char name[LENET_CLASS_NAME];
  for (int i = 0; i < layout->classes; i++) {
    lenet_class_name(layout->classes, i, name);
    snprintf(codes->tile[i].caption, sizeof codes->tile[i].caption, "%s: %.1f%s", name,
             (double)distance[i], i == best ? " *" : "");
  }
  codes->tile[best].best = true;
  snprintf(sheet->title, sizeof sheet->title, "%s: a picture and the codes of the %s",
           cli_name_network(network).text,
           lenet_class_character(layout->classes, 0) == '0' ? "digits" : "characters");
  lenet_class_name(layout->classes, best, name);
  snprintf(codes->heading, sizeof codes->heading,
           "%s: the codes with their squared distances; nearest *: %s", layout->layer[last].name,
           name);
  const cli_group seen = sheet->group[1]; /* first what is compared, then with what */
  sheet->group[1] = sheet->group[0];
  sheet->group[0] = seen;
  return LENET_OK;
}
