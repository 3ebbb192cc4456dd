/* inside.c - the arithmetic of single units, by the definition of each row and in plain loops: what
 * the kernels compute fast, for those who want to see it. */
#include "lenet.h"

#include "base/error.h"
#include "net/session.h"

/* The part of a row's input maps that one unit reads: rows y .. y + height - 1, columns x .. */
typedef struct window {
  int y, x, height, width;
} window;

/* The part of `w` that lies in a map of rows x columns. */
static window clip(window w, int rows, int columns)
{
  const int top = w.y > 0 ? w.y : 0, left = w.x > 0 ? w.x : 0;
  const int bottom = w.y + w.height < rows ? w.y + w.height : rows;
  const int right = w.x + w.width < columns ? w.x + w.width : columns;
  if (bottom <= top || right <= left)
    return (window){top, left, 0, 0};
  return (window){top, left, bottom - top, right - left};
}

/* What the outputs in `w` of this row read of its input. */
static window read_by(const lenet_row *row, const lenet_layer *layer, window w)
{
  switch (row->kind) {
  case LENET_CONV: return (window){w.y, w.x, w.height + row->size - 1, w.width + row->size - 1};
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL:
  case LENET_SUBSAMPLE:
    return (window){w.y * row->size, w.x * row->size, w.height * row->size, w.width * row->size};
  case LENET_PAD:
    return clip((window){w.y - row->size, w.x - row->size, w.height, w.width}, layer->input_rows,
                layer->input_columns);
  case LENET_DENSE:
  case LENET_RBF: break;
  }
  return (window){0, 0, layer->input_rows, layer->input_columns};
}

static bool reads(const lenet_row *row, const lenet_layer *layer, int from, int to)
{
  switch (row->kind) {
  case LENET_CONV: return lenet_connected(row, from, to);
  case LENET_AVERAGE_POOL:
  case LENET_MAX_POOL:
  case LENET_PAD: return from == to;
  case LENET_SUBSAMPLE: return from == to / (layer->maps / layer->input_maps);
  case LENET_DENSE:
  case LENET_RBF: break;
  }
  return true;
}

static lenet_status check_unit(const lenet_layout *layout, int row_count, int row, int map, int y,
                               int x, lenet_error *error)
{
  if (row < 0 || row >= row_count)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "row %d: the network has rows 0 to %d", row,
                      row_count - 1);
  const lenet_layer *at = &layout->layer[row];
  if (map < 0 || map >= at->maps || y < 0 || y >= at->rows || x < 0 || x >= at->columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "unit [%d][%d][%d]: row %d has units [%d][%d][%d]", map, y, x, row, at->maps,
                      at->rows, at->columns);
  return LENET_OK;
}

lenet_status lenet_receptive_field(const lenet_network *network, int row, int y, int x, int of,
                                   lenet_field *field, lenet_error *error)
{
  lenet_layout layout;
  lenet_status status = lenet_network_layout(network, &layout, error);
  if (status == LENET_OK)
    status = check_unit(&layout, network->row_count, row, 0, y, x, error);
  if (status != LENET_OK)
    return status;
  if (of < 0 || of > row)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "field of row %d in row %d: not above it", row,
                      of);
  window w = {y, x, 1, 1};
  for (int i = row; i >= of; i--)
    w = read_by(&network->row[i], &layout.layer[i], w);
  *field = (lenet_field){.row = w.y, .column = w.x, .rows = w.height, .columns = w.width};
  return LENET_OK;
}

/* ------------------------------------------------------------------ one unit -------------- */

/* A unit at work: where its row lies, and what it comes to. */
typedef struct unit {
  const lenet_row *row;
  const lenet_layer *layer;
  const real *w, *b; /* of the row; of an R row w is the codes */
  const real *x;     /* [input_maps][input_rows][input_columns][lanes] */
  int lanes, to;
  size_t most, count; /* terms that there is room for, and so far */
  lenet_term *terms;
  double sum, highest; /* of products, of inputs */
  size_t at_highest;   /* the term with that */
} unit;

/* The weight between an input, `place` within the window of `cells`, and the unit. */
static double weight_of(const unit *u, int from, int place, int cells)
{
  const lenet_layer *layer = u->layer;
  switch (u->row->kind) {
  case LENET_CONV:
  case LENET_DENSE:
  case LENET_RBF: return (double)u->w[((size_t)u->to * layer->input_maps + from) * cells + place];
  case LENET_SUBSAMPLE: return (double)u->w[u->to];
  case LENET_AVERAGE_POOL: return 1.0 / cells;
  case LENET_MAX_POOL: return 0; /* but for the highest, see finish */
  case LENET_PAD: break;
  }
  return 1;
}

static void add_term(unit *u, int from, int y, int x, double weight)
{
  const lenet_layer *layer = u->layer;
  const size_t at = ((size_t)from * layer->input_rows + y) * layer->input_columns + x;
  const double input = (double)u->x[at * u->lanes];
  const double product =
      u->row->kind == LENET_RBF ? (input - weight) * (input - weight) : input * weight;
  u->sum += product;
  if (u->count == 0 || input > u->highest) {
    u->highest = input;
    u->at_highest = u->count;
  }
  if (u->count < u->most)
    u->terms[u->count] = (lenet_term){.map = from,
                                      .row = y,
                                      .column = x,
                                      .input = (real)input,
                                      .weight = (real)weight,
                                      .product = (real)product};
  u->count++;
}

/* The sum before the activation, of the unit in row y, column x of map u->to. */
static double sum_unit(unit *u, int y, int x)
{
  const window w = read_by(u->row, u->layer, (window){y, x, 1, 1});
  const int cells = w.height * w.width;
  u->count = 0;
  u->sum = 0;
  for (int from = 0; from < u->layer->input_maps; from++) {
    if (!reads(u->row, u->layer, from, u->to))
      continue;
    for (int i = 0; i < cells; i++)
      add_term(u, from, w.y + i / w.width, w.x + i % w.width, weight_of(u, from, i, cells));
  }
  if (u->row->kind == LENET_MAX_POOL) {
    if (u->at_highest < u->most) {
      u->terms[u->at_highest].weight = 1;
      u->terms[u->at_highest].product = (real)u->highest;
    }
    return u->highest;
  }
  return u->sum + (u->b && u->layer->bias_count ? (double)u->b[u->to] : 0);
}

/* `row` is one of the network's, and a picture has been classified. */
static unit unit_of(const lenet_pass *pass, int row)
{
  const lenet_model *model = pass->model;
  const lenet_layer *layer = &model->layout.layer[row];
  const lenet_row *at = &model->network.row[row];
  return (unit){.row = at,
                .layer = layer,
                .w = at->kind == LENET_RBF ? pass->codes : model->parameters + layer->weight_offset,
                .b = model->parameters + layer->bias_offset,
                .x = pass->activation[row],
                .lanes = pass->kernels->lanes};
}

static lenet_status check_session(const lenet_session *session, int row, lenet_error *error)
{
  const lenet_pass *pass = lenet_session_last(session);
  if (!pass)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "no picture has been classified yet");
  if (row == 0 && pass->model->network.row[0].kind == LENET_PAD)
    return lenet_fail(error, LENET_UNSUPPORTED, -1,
                      "row 0: pictures are loaded into its middle, it computes nothing");
  return LENET_OK;
}

lenet_status lenet_session_unit(const lenet_session *session, int row, int map, int y, int x,
                                size_t most, lenet_term *terms, lenet_unit *answer,
                                lenet_error *error)
{
  const lenet_model *model = lenet_session_model(session);
  lenet_status status = check_unit(&model->layout, model->network.row_count, row, map, y, x, error);
  if (status == LENET_OK)
    status = check_session(session, row, error);
  if (status != LENET_OK)
    return status;
  const lenet_pass *pass = lenet_session_last(session);
  unit u = unit_of(pass, row);
  u.to = map;
  u.most = most;
  u.terms = terms;
  const double sum = sum_unit(&u, y, x);
  const size_t at = ((size_t)map * u.layer->rows + y) * u.layer->columns + x;
  *answer = (lenet_unit){.count = u.count,
                         .bias = u.layer->bias_count ? u.b[map] : 0,
                         .sum = (real)sum,
                         .output = pass->activation[row + 1][at * u.lanes]};
  return LENET_OK;
}

lenet_status lenet_session_sums(const lenet_session *session, int row, lenet_real *sums,
                                lenet_error *error)
{
  const lenet_model *model = lenet_session_model(session);
  lenet_status status = check_unit(&model->layout, model->network.row_count, row, 0, 0, 0, error);
  if (status == LENET_OK)
    status = check_session(session, row, error);
  if (status != LENET_OK)
    return status;
  unit u = unit_of(lenet_session_last(session), row);
  for (u.to = 0; u.to < u.layer->maps; u.to++)
    for (int y = 0; y < u.layer->rows; y++)
      for (int x = 0; x < u.layer->columns; x++)
        *sums++ = (real)sum_unit(&u, y, x);
  return LENET_OK;
}
