#include "net/pass.h"

#include "base/error.h"
#include "net/plan.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for `lanes` x maps x rows x columns activations. */
static size_t room(int lanes, int maps, int rows, int columns)
{
  return lenet_round_up((size_t)maps * rows * columns * lanes);
}

/* Of the row that needs most. */
static size_t scratch_size(const lenet_model *model, const lenet_kernels *kernels)
{
  size_t most = 0;
  for (int i = 0; i < model->network.row_count; i++) {
    const size_t here =
        lenet_layer_scratch(kernels, &model->network.row[i], &model->layout.layer[i]);
    most = here > most ? here : most;
  }
  return lenet_round_up(most);
}

/* The longest input of a row with weights, and the longest array of weights. */
static void square_sizes(const lenet_model *model, int lanes, size_t *inputs, size_t *weights)
{
  *inputs = *weights = 0;
  for (int i = 0; i < model->network.row_count; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    const size_t here = room(lanes, layer->input_maps, layer->input_rows, layer->input_columns);
    if (layer->weight_count && here > *inputs)
      *inputs = here;
    if (layer->weight_count > *weights)
      *weights = lenet_round_up(layer->weight_count);
  }
}

/* The codes of an R row; with targets, that of class k is +1 for unit k and -1 for the others. */
static void fill_codes(lenet_ending ending, int classes, real *codes)
{
  for (int k = 0; k < classes; k++) {
    if (ending == LENET_ENDS_IN_CODES)
      lenet_class_code(classes, k, codes + k * LENET_CODE_CELLS);
    else
      for (int unit = 0; unit < classes; unit++)
        codes[k * classes + unit] = unit == k ? 1 : -1;
  }
}

/* Whether a pool stands above row i's squashed sums, and writes their gradients: it then multiplies
 * them by the slopes, and puts them in the place of what it read. */
static bool is_pooled(const lenet_network *network, int i)
{
  const lenet_row *row = &network->row[i];
  return row->kind == LENET_CONV && i + 1 < network->row_count &&
         (row[1].kind == LENET_AVERAGE_POOL || row[1].kind == LENET_MAX_POOL);
}

lenet_status lenet_pass_create(lenet_pass *pass, const lenet_model *model,
                               const lenet_kernels *kernels, lenet_pass_use use, lenet_error *error)
{
  const bool backward = use != LENET_PASS_FORWARD;
  const int rows = model->network.row_count, lanes = kernels->lanes;
  size_t size[LENET_MAX_ROWS + 1], total = 0;
  size[0] = room(lanes, 1, model->network.rows, model->network.columns);
  for (int i = 0; i < rows; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    size[i + 1] = room(lanes, layer->maps, layer->rows, layer->columns);
  }
  bool in_place[LENET_MAX_ROWS + 1] = {false}; /* gradients in the place of activations */
  for (int i = 0; i < rows && use == LENET_PASS_GRADIENT; i++)
    in_place[i + 1] = is_pooled(&model->network, i);
  for (int i = 0; i <= rows; i++)
    total += size[i] * (backward && !in_place[i] ? 2 : 1);
  size_t square_inputs, square_weights;
  square_sizes(model, lanes, &square_inputs, &square_weights);
  const size_t scratch = scratch_size(model, kernels);
  total += scratch + (backward ? square_inputs + square_weights : 0);
  const lenet_ending ending = lenet_ending_of(&model->network);
  const bool codes = ending != LENET_ENDS_IN_SOFTMAX, targets = ending == LENET_ENDS_IN_TARGETS;
  const int cells = targets ? model->layout.classes : LENET_CODE_CELLS;
  const size_t code_size = lenet_round_up((size_t)model->layout.classes * cells);
  total += (codes ? size[rows] + code_size : 0) + (targets ? 2 * size[rows] : 0);

  lenet_pass made = {.model = model,
                     .kernels = kernels,
                     .arena = lenet_reals(total),
                     .cells = cells,
                     .coded = targets ? rows : rows - 1};
  if (!made.arena)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for %zu activations", total);
  real *next = made.arena;
  for (int i = 0; i <= rows; i++, next += size[i - 1])
    made.activation[i] = next;
  if (backward) {
    for (int i = 0; i <= rows; i++) {
      made.gradient[i] = in_place[i] ? made.activation[i] : next;
      next += in_place[i] ? 0 : size[i];
    }
    made.squares = next;
    next += square_inputs + square_weights;
  }
  made.scratch = next;
  next += scratch;
  made.probabilities = codes ? next : made.activation[rows];
  if (codes) {
    made.codes = next + size[rows];
    fill_codes(ending, model->layout.classes, made.codes);
  }
  made.distance = targets ? made.codes + code_size : made.activation[rows];
  made.distance_gradient = targets ? made.distance + size[rows] : made.gradient[rows];
  made.criterion = (lenet_criterion){.loss = codes ? LENET_MAP : LENET_CROSS_ENTROPY,
                                     .rubbish = codes ? (real)INFINITY : 0};
  *pass = made;
  return LENET_OK;
}

void lenet_pass_free(lenet_pass *pass)
{
  free(pass->arena);
  *pass = (lenet_pass){0};
}

/* Everything outside rows top .. bottom - 1 and columns left .. right - 1 of rows x columns numbers
 * for each lane, rows lying x_row apart. */
static void fill_border(real *x, real paper, size_t lanes, size_t x_row, int top, int bottom,
                        int rows, int left, int right, int columns)
{
  for (int row = 0; row < rows; row++, x += x_row) {
    const bool outside = row < top || row >= bottom;
    const size_t first = (outside ? columns : left) * lanes, end = columns * lanes;
    for (size_t i = 0; i < first; i++)
      x[i] = paper;
    for (size_t i = right * lanes; i < end && !outside; i++)
      x[i] = paper;
  }
}

/* The border of a P row that comes first: it is zeros from the beginning, and pictures are loaded
 * into its middle. */
static int border_of(const lenet_pass *pass)
{
  const lenet_row *row = &pass->model->network.row[0];
  return row->kind == LENET_PAD ? row->size : 0;
}

void lenet_pass_load(lenet_pass *pass, const uint8_t *pixels, int rows, int columns, int count)
{
  const int in_rows = pass->model->network.rows, in_columns = pass->model->network.columns;
  const int top = (in_rows - rows) / 2, left = (in_columns - columns) / 2;
  const int border = border_of(pass);
  const size_t lanes = (size_t)pass->kernels->lanes;
  const size_t x_row = (size_t)(in_columns + 2 * border) * lanes;
  const lenet_input input = pass->model->input;
  const uint8_t *picture[LENET_LANES];
  real *x = pass->activation[border > 0] + border * x_row + border * lanes;
  for (int lane = 0; lane < (int)lanes; lane++)
    picture[lane] = pixels + (size_t)(lane < count ? lane : count - 1) * rows * columns;
  fill_border(x, (real)input.offset, lanes, x_row, top, top + rows, in_rows, left, left + columns,
              in_columns);
  pass->kernels->load_pictures(rows, columns, picture, (real)input.scale, (real)input.offset, x_row,
                               x + top * x_row + left * lanes);
}

/* The first row with parameters: nothing above it needs a gradient. Pools and an R row alone have
 * none: then it is the number of rows. */
static int first_learning_row(const lenet_model *model)
{
  int i = 0;
  while (i < model->network.row_count && model->layout.layer[i].weight_count == 0)
    i++;
  return i;
}

lenet_work lenet_pass_work(const lenet_pass *pass, int i, real *gradient)
{
  const lenet_model *model = pass->model;
  const lenet_layer *layer = &model->layout.layer[i];
  lenet_work work = {.row = &model->network.row[i],
                     .layer = layer,
                     .connected = lenet_table_of(model->network.row[i].connections)->connected,
                     .w = model->parameters + layer->weight_offset,
                     .b = model->parameters + layer->bias_offset,
                     .x = pass->activation[i],
                     .y = pass->activation[i + 1],
                     .scratch = pass->scratch};
  if (work.row->kind == LENET_RBF) {
    work.w = pass->codes;
    work.b = NULL;
  }
  if (gradient) {
    work.dy = pass->gradient[i + 1];
    work.dx = i == first_learning_row(model) ? NULL : pass->gradient[i];
    work.dw = gradient + layer->weight_offset;
    work.db = gradient + layer->bias_offset;
    work.sloped = is_pooled(&model->network, i);
    if (i > 0 && is_pooled(&model->network, i - 1))
      work.below = work.row - 1;
    work.square_x = pass->squares;
    work.square_w = pass->squares + room(pass->kernels->lanes, layer->input_maps, layer->input_rows,
                                         layer->input_columns);
  }
  return work;
}

bool lenet_pass_loads(const lenet_pass *pass, int row) { return row == 0 && border_of(pass) > 0; }

void lenet_pass_run_row(lenet_pass *pass, int row)
{
  if (lenet_pass_loads(pass, row))
    return;
  lenet_work work = lenet_pass_work(pass, row, NULL);
  lenet_layer_forward(pass->kernels, &work);
}

void lenet_pass_run(lenet_pass *pass)
{
  for (int i = 0; i < pass->model->network.row_count; i++)
    lenet_pass_run_row(pass, i);
}

static bool has_targets(const lenet_pass *pass)
{
  return pass->codes && pass->coded == pass->model->network.row_count;
}

static void judge(lenet_pass *pass, const int *labels, real scale, real *dy, real loss[LENET_LANES])
{
  const lenet_kernels *kernels = pass->kernels;
  const int rows = pass->model->network.row_count, classes = pass->model->layout.classes;
  const real *y = pass->activation[rows];
  const bool targets = has_targets(pass); /* else the row itself gives the distances */
  if (!pass->codes) {
    lenet_loss_softmax(kernels, &pass->criterion, classes, labels, scale, pass->activation[rows],
                       dy, loss);
    return;
  }
  if (targets)
    kernels->rbf_forward(pass->cells, classes, pass->codes, y, pass->distance);
  lenet_loss_rbf(kernels, &pass->criterion, classes, labels, scale, pass->distance,
                 pass->probabilities, dy ? pass->distance_gradient : NULL, loss);
  if (targets && dy)
    kernels->rbf_backward(pass->cells, classes, pass->codes, y, pass->distance_gradient, dy);
}

void lenet_pass_judge(lenet_pass *pass, const int *labels, real loss[LENET_LANES])
{
  judge(pass, labels, 0, NULL, loss);
}

void lenet_pass_forward(lenet_pass *pass, const int *labels, real loss[LENET_LANES])
{
  lenet_pass_run(pass);
  lenet_pass_judge(pass, labels, loss);
}

int lenet_pass_first_learning(const lenet_pass *pass) { return first_learning_row(pass->model); }

void lenet_pass_judge_gradient(lenet_pass *pass, const int *labels, real scale,
                               real loss[LENET_LANES])
{
  judge(pass, labels, scale, pass->gradient[pass->model->network.row_count], loss);
}

void lenet_pass_backward_row(lenet_pass *pass, int row, real *gradient)
{
  lenet_work work = lenet_pass_work(pass, row, gradient);
  lenet_layer_backward(pass->kernels, &work);
}

void lenet_pass_backward(lenet_pass *pass, const int *labels, real scale, real loss[LENET_LANES],
                         real *gradient)
{
  const int first = first_learning_row(pass->model);
  lenet_pass_run(pass);
  lenet_pass_judge_gradient(pass, labels, scale, loss);
  for (int i = pass->model->network.row_count - 1; i >= first; i--)
    lenet_pass_backward_row(pass, i, gradient);
}

void lenet_pass_curvature(lenet_pass *pass, const int *labels, real *gradient, real *curvature)
{
  const lenet_model *model = pass->model;
  const int first = first_learning_row(model);
  int last = model->network.row_count - 1;
  real loss[LENET_LANES];
  lenet_pass_forward(pass, labels, loss);
  if (pass->codes) {
    lenet_loss_rbf_second(pass->kernels->lanes, &pass->criterion, model->layout.classes,
                          pass->cells, labels, 1, pass->codes, pass->activation[pass->coded],
                          pass->distance, pass->gradient[pass->coded]);
    last = pass->coded - 1;
  } else {
    lenet_loss_softmax_second(pass->kernels->lanes, model->layout.classes, labels, 1,
                              pass->probabilities, pass->gradient[last + 1]);
  }
  for (int i = last; i >= first; i--) {
    lenet_work work = lenet_pass_work(pass, i, gradient);
    lenet_layer_backward2(pass->kernels, &work);
  }
  for (size_t i = 0; i < model->layout.parameter_count; i++)
    curvature[i] += gradient[i];
}

int lenet_pass_answer(const lenet_pass *pass, int lane)
{
  const real *p = pass->probabilities + lane;
  const int lanes = pass->kernels->lanes;
  int best = 0;
  for (int k = 1; k < pass->model->layout.classes; k++)
    if (p[k * lanes] > p[best * lanes])
      best = k;
  return best;
}

float lenet_pass_margin(const lenet_pass *pass, int lane)
{
  const real *score = pass->activation[pass->model->network.row_count] + lane;
  /* Of an R row's distances the least is the best. */
  const double sign = pass->codes && !has_targets(pass) ? -1 : 1;
  double best = -INFINITY, second = -INFINITY;
  for (int k = 0; k < pass->model->layout.classes; k++) {
    const double here = sign * (double)score[k * pass->kernels->lanes];
    if (here > second)
      second = here > best ? best : here;
    best = here > best ? here : best;
  }
  const double margin = best - second;
  return margin >= 0 ? (float)fmin(margin, (double)FLT_MAX) : 0; /* 0 also where it is no number */
}
