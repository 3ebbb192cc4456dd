#include "net/plan.h"

#include "base/error.h"

#include <stdio.h>

lenet_ending lenet_ending_of(const lenet_network *network)
{
  const lenet_row *last = &network->row[network->row_count - 1];
  if (last->kind == LENET_RBF)
    return LENET_ENDS_IN_CODES;
  return last->activation == LENET_SOFTMAX ? LENET_ENDS_IN_SOFTMAX : LENET_ENDS_IN_TARGETS;
}

int lenet_fan_in(const lenet_row *row, const lenet_layer *layer, int to)
{
  if (row->kind == LENET_DENSE)
    return layer->input_maps * layer->input_rows * layer->input_columns;
  if (row->kind == LENET_SUBSAMPLE)
    return row->size * row->size;
  int maps = 0;
  for (int from = 0; from < layer->input_maps; from++)
    maps += lenet_connected(row, from, to);
  return maps * row->size * row->size;
}

#define REFUSE(...) return lenet_fail(error, LENET_BAD_ARGUMENT, index, __VA_ARGS__)

static lenet_status check_choices(const lenet_network *network, int index, lenet_error *error)
{
  const lenet_row *row = &network->row[index];
  const bool squashes =
      row->kind == LENET_CONV || row->kind == LENET_DENSE || row->kind == LENET_SUBSAMPLE;
  const bool has_maps = squashes || row->kind == LENET_RBF;
  if ((unsigned)row->kind > LENET_RBF || (unsigned)row->activation > LENET_SOFTMAX ||
      !lenet_table_of(row->connections))
    REFUSE("a kind, activation or connection outside its list");
  const int fewest = row->kind == LENET_SUBSAMPLE ? 0 : 1;
  if (has_maps && (row->maps < fewest || row->maps > LENET_MAX_MAPS))
    REFUSE("%d maps or units: %d to %d are possible", row->maps, fewest, LENET_MAX_MAPS);
  if (!has_maps && row->maps != 0)
    REFUSE("pads and pools have as many maps as their input");
  if (!squashes && row->activation != LENET_LINEAR)
    REFUSE("pads, pools and R rows have no activation");
  if (row->kind == LENET_DENSE || row->kind == LENET_RBF
          ? row->size != 0
          : row->size < 1 || row->size > LENET_MAX_SIDE)
    REFUSE("size %d: 1 to %d are possible", row->size, LENET_MAX_SIDE);
  if (row->kind == LENET_RBF && index != network->row_count - 1)
    REFUSE("an R row is for the last row only");
  if (index > 0 && row[-1].kind == LENET_DENSE && row->kind != LENET_DENSE &&
      row->kind != LENET_RBF)
    REFUSE("only dense rows or an R row may follow a dense row");
  if (row->connections != LENET_FULL && row->kind != LENET_CONV)
    REFUSE("only a convolution has a connection table");
  if (row->activation == LENET_SOFTMAX && index != network->row_count - 1)
    REFUSE("softmax is for the last row only");
  return LENET_OK;
}

/* Output shape from input shape. */
static lenet_status shape_row(const lenet_row *row, int index, lenet_layer *layer,
                              lenet_error *error)
{
  const int rows = layer->input_rows, columns = layer->input_columns, size = row->size;
  const lenet_table *table = lenet_table_of(row->connections);
  layer->maps = layer->input_maps;
  switch (row->kind) {
  case LENET_PAD:
    layer->rows = rows + 2 * size;
    layer->columns = columns + 2 * size;
    if (layer->rows > 2 * LENET_MAX_SIDE || layer->columns > 2 * LENET_MAX_SIDE)
      REFUSE("a border of %d makes the map larger than %d", size, 2 * LENET_MAX_SIDE);
    break;
  case LENET_CONV:
    if (size > rows || size > columns)
      REFUSE("a %dx%d kernel does not fit: the map is %dx%d", size, size, rows, columns);
    if (table->connected && (layer->input_maps != table->input_maps || row->maps != table->maps))
      REFUSE("table %s joins %d maps to %d, not %d to %d", table->name, table->input_maps,
             table->maps, layer->input_maps, row->maps);
    layer->maps = row->maps;
    layer->rows = rows - size + 1;
    layer->columns = columns - size + 1;
    break;
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL:
  case LENET_SUBSAMPLE:
    if (rows % size != 0 || columns % size != 0)
      REFUSE("%dx%d windows leave a rest: the map is %dx%d", size, size, rows, columns);
    if (row->maps % layer->input_maps != 0) /* maps is 0 but for some S rows */
      REFUSE("%d maps: subsampling makes a multiple of the %d that it reads", row->maps,
             layer->input_maps);
    if (row->maps > 0)
      layer->maps = row->maps;
    layer->rows = rows / size;
    layer->columns = columns / size;
    break;
  case LENET_DENSE:
    layer->maps = row->maps;
    layer->rows = layer->columns = 1;
    break;
  case LENET_RBF:
    if (layer->input_maps * rows * columns != LENET_CODE_CELLS)
      REFUSE("codes have %d cells, the row above %d units", LENET_CODE_CELLS,
             layer->input_maps * rows * columns);
    if (!lenet_has_codes(row->maps))
      REFUSE("%d classes: there are codes of up to 10 digits, and of the %d printable characters",
             row->maps, (int)LENET_CHARACTERS);
    layer->maps = row->maps;
    layer->rows = layer->columns = 1;
    break;
  }
  return LENET_OK;
}

static void count_row(const lenet_row *row, lenet_layer *layer)
{
  const long positions = (long)layer->rows * layer->columns;
  if (row->kind == LENET_AVERAGE_POOL || row->kind == LENET_MAX_POOL)
    layer->connections = positions * layer->maps * row->size * row->size;
  if (row->kind == LENET_RBF)
    layer->connections = layer->macs = (long)layer->maps * LENET_CODE_CELLS;
  if (row->kind == LENET_SUBSAMPLE) { /* one coefficient and one bias a map; one multiplication */
    layer->parameters = 2L * layer->maps;
    layer->connections = positions * layer->maps * (row->size * row->size + 1);
    layer->macs = positions * layer->maps;
    layer->weight_count = layer->bias_count = (size_t)layer->maps;
  }
  if (row->kind != LENET_CONV && row->kind != LENET_DENSE)
    return;
  long weights = 0;
  for (int to = 0; to < layer->maps; to++)
    weights += lenet_fan_in(row, layer, to);
  layer->parameters = weights + layer->maps;
  layer->connections = positions * layer->parameters;
  layer->macs = positions * weights;
  layer->bias_count = (size_t)layer->maps;
  layer->weight_count = row->kind == LENET_DENSE
                            ? (size_t)weights
                            : (size_t)layer->maps * layer->input_maps * row->size * row->size;
}

/* "C1", "S2", "C3", ...: pads are not counted, pools are called S like the paper's. */
static void name_row(const lenet_network *network, int index, lenet_layer *layer)
{
  static const char letters[] = {
      [LENET_PAD] = 'P',      [LENET_CONV] = 'C',      [LENET_AVERAGE_POOL] = 'S',
      [LENET_MAX_POOL] = 'S', [LENET_SUBSAMPLE] = 'S', [LENET_DENSE] = 'F',
      [LENET_RBF] = 'R'};
  int number = 0;
  for (int i = 0; i <= index; i++)
    number += network->row[i].kind != LENET_PAD;
  layer->name[0] = letters[network->row[index].kind];
  layer->name[1] = '\0';
  if (network->row[index].kind != LENET_PAD)
    snprintf(layer->name + 1, sizeof layer->name - 1, "%d", number % 100);
}

lenet_status lenet_plan_row(const lenet_network *network, int index, lenet_layout *layout,
                            lenet_error *error)
{
  const lenet_row *row = &network->row[index];
  lenet_layer *layer = &layout->layer[index];
  *layer = (lenet_layer){
      .input_maps = 1, .input_rows = network->rows, .input_columns = network->columns};
  if (index > 0) {
    layer->input_maps = layer[-1].maps;
    layer->input_rows = layer[-1].rows;
    layer->input_columns = layer[-1].columns;
  }
  lenet_status status = check_choices(network, index, error);
  if (status == LENET_OK)
    status = shape_row(row, index, layer, error);
  if (status != LENET_OK)
    return status;

  size_t units = 0;
  for (int i = 0; i <= index; i++)
    units += (size_t)layout->layer[i].maps * layout->layer[i].rows * layout->layer[i].columns;
  if (units > LENET_MAX_UNITS)
    REFUSE("%zu outputs up to here: %d are possible", units, LENET_MAX_UNITS);
  /* Counts fit a long: at most 2^20 outputs times 2^20 inputs needs 64 bits, so check first. */
  double inputs = (double)layer->input_maps *
                  (row->kind == LENET_DENSE ? (double)layer->input_rows * layer->input_columns
                                            : (double)row->size * row->size);
  if ((row->kind == LENET_CONV || row->kind == LENET_DENSE) &&
      (inputs + 1) * layer->maps + (double)layout->parameter_count > LENET_MAX_PARAMETERS)
    REFUSE("more than the %d parameters that are possible", LENET_MAX_PARAMETERS);

  count_row(row, layer);
  name_row(network, index, layer);
  layer->weight_offset = layout->parameter_count;
  layer->bias_offset = layer->weight_offset + layer->weight_count;
  layout->parameter_count = layer->bias_offset + layer->bias_count;
  layout->parameters += layer->parameters;
  layout->connections += layer->connections;
  layout->macs += layer->macs;
  return LENET_OK;
}

lenet_status lenet_plan_end(const lenet_network *network, lenet_layout *layout, lenet_error *error)
{
  const int index = network->row_count - 1;
  const lenet_row *row = &network->row[index];
  if (row->kind != LENET_RBF && row->activation != LENET_SOFTMAX && row->activation != LENET_TANH &&
      row->activation != LENET_SCALED_TANH)
    REFUSE("the last row must be a softmax, tanh or scaled over the classes, or an R row");
  const lenet_layer *last = &layout->layer[index];
  if (last->rows != 1 || last->columns != 1)
    REFUSE("the last row must give one number a class, not %dx%d", last->rows, last->columns);
  if (last->maps < 2 || last->maps > LENET_MAX_CLASSES)
    REFUSE("%d classes: 2 to %d are possible", last->maps, LENET_MAX_CLASSES);
  layout->classes = last->maps;
  return LENET_OK;
}

lenet_status lenet_network_layout(const lenet_network *network, lenet_layout *layout,
                                  lenet_error *error)
{
  lenet_layout made = {0};
  if (network->rows < 1 || network->rows > LENET_MAX_SIDE || network->columns < 1 ||
      network->columns > LENET_MAX_SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "input of %dx%d: sides of 1 to %d are possible", network->rows,
                      network->columns, LENET_MAX_SIDE);
  if (network->row_count < 1 || network->row_count > LENET_MAX_ROWS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%d rows: 1 to %d are possible",
                      network->row_count, LENET_MAX_ROWS);
  for (int i = 0; i < network->row_count; i++) {
    lenet_status status = lenet_plan_row(network, i, &made, error);
    if (status != LENET_OK)
      return status;
  }
  lenet_status status = lenet_plan_end(network, &made, error);
  if (status == LENET_OK)
    *layout = made;
  return status;
}
