/* A dense row that reads maps of n x n is a convolution with kernels of n x n, and one that reads
 * units is one with kernels of 1 x 1: same weights, same order. So the network for a wider input
 * has the same parameters, and each of its last row's columns is the network's answer for a window.
 */
#include "net/sweep.h"

#include "base/error.h"
#include "net/pass.h"
#include "net/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 /* windows that go together; longer pictures go in parts */ };

struct lenet_sweep {
  const lenet_model *model;
  const lenet_kernels *kernels; /* for one picture */
  int step;
  lenet_model wide; /* shares the model's parameters */
  int windows;      /* that `wide` and `pass` are for, 0 for none yet */
  lenet_pass pass;
  uint8_t *part; /* [rows][columns of MOST windows] */
};

/* The rows of `model` as convolutions. */
static lenet_status widen(const lenet_model *model, lenet_network *wide, int *step,
                          lenet_error *error)
{
  const lenet_network *network = &model->network;
  *wide = *network;
  *step = 1;
  for (int i = 0; i < network->row_count; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    lenet_row *row = &wide->row[i];
    switch (row->kind) {
    case LENET_CONV: break;
    case LENET_AVERAGE_POOL:
    case LENET_MAX_POOL:
    case LENET_SUBSAMPLE: *step *= row->size; break;
    case LENET_DENSE:
      row->kind = LENET_CONV;
      row->size = layer->input_columns;
      break;
    case LENET_PAD:
    case LENET_RBF:
      return lenet_fail(error, LENET_UNSUPPORTED, i,
                        "a network with a %s cannot be swept over a line",
                        row->kind == LENET_PAD ? "border (P)" : "row of codes (R)");
    }
  }
  if (network->rows != network->columns || lenet_ending_of(network) != LENET_ENDS_IN_SOFTMAX)
    return lenet_fail(error, LENET_UNSUPPORTED, -1,
                      "a network that is swept over a line has a square input and a softmax");
  return LENET_OK;
}

lenet_status lenet_sweep_create(const lenet_model *model, lenet_isa isa, lenet_sweep **sweep,
                                lenet_error *error)
{
  const lenet_kernels *kernels = lenet_kernels_for(isa, 1);
  if (!kernels)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_sweep *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to sweep a network");
  made->model = model;
  made->kernels = kernels;
  lenet_status status = widen(model, &made->wide.network, &made->step, error);
  if (status == LENET_OK) {
    const int columns = model->network.columns + (MOST - 1) * made->step;
    made->part = malloc((size_t)model->network.rows * (size_t)columns);
    if (!made->part)
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to sweep a network");
  }
  if (status != LENET_OK) {
    lenet_sweep_free(made);
    return status;
  }
  made->wide.input = model->input;
  made->wide.parameters = model->parameters;
  *sweep = made;
  return LENET_OK;
}

void lenet_sweep_free(lenet_sweep *sweep)
{
  if (!sweep)
    return;
  lenet_pass_free(&sweep->pass);
  free(sweep->part);
  free(sweep);
}

int lenet_sweep_step(const lenet_sweep *sweep) { return sweep->step; }

int lenet_sweep_windows(const lenet_sweep *sweep, int width)
{
  return (width - sweep->model->network.columns) / sweep->step + 1;
}

/* The wide network for so many windows. lenet_network_layout has no use here: it asks for one
 * number a class. */
static lenet_status lay_out(const lenet_sweep *s, int windows, lenet_network *network,
                            lenet_layout *layout, lenet_error *error)
{
  *layout = (lenet_layout){.classes = s->model->layout.classes};
  network->columns = s->model->network.columns + (windows - 1) * s->step;
  lenet_status status = LENET_OK;
  for (int i = 0; status == LENET_OK && i < network->row_count; i++)
    status = lenet_plan_row(network, i, layout, error);
  return status;
}

long lenet_sweep_macs(const lenet_sweep *sweep, int windows)
{
  lenet_network network = sweep->wide.network;
  lenet_layout layout;
  return lay_out(sweep, windows, &network, &layout, NULL) == LENET_OK ? layout.macs : 0;
}

static lenet_status make_room(lenet_sweep *s, int windows, lenet_error *error)
{
  if (windows == s->windows)
    return LENET_OK;
  lenet_pass_free(&s->pass);
  s->windows = 0;
  lenet_status status = lay_out(s, windows, &s->wide.network, &s->wide.layout, error);
  if (status == LENET_OK)
    status = lenet_pass_create(&s->pass, &s->wide, s->kernels, LENET_PASS_FORWARD, error);
  if (status == LENET_OK)
    s->windows = windows;
  return status;
}

/* to [classes] = the softmax of what stands `step` apart in `from`. */
static void softmax(const real *from, int classes, size_t step, lenet_real *to)
{
  real most = from[0], sum = 0;
  for (int k = 1; k < classes; k++)
    most = from[k * step] > most ? from[k * step] : most;
  for (int k = 0; k < classes; k++) {
    to[k] = (real)exp((double)(from[k * step] - most));
    sum += to[k];
  }
  for (int k = 0; k < classes; k++)
    to[k] /= sum;
}

lenet_status lenet_sweep_run(lenet_sweep *s, const uint8_t *pixels, int width, lenet_real *scores,
                             lenet_error *error)
{
  const int all = lenet_sweep_windows(s, width), classes = s->model->layout.classes;
  const int rows = s->wide.network.rows;
  for (int first = 0; first < all; first += MOST) {
    const int here = all - first < MOST ? all - first : MOST;
    lenet_status status = make_room(s, here, error);
    if (status != LENET_OK)
      return status;
    const size_t columns = (size_t)s->wide.network.columns;
    for (int y = 0; y < rows; y++)
      memcpy(s->part + (size_t)y * columns,
             pixels + (size_t)y * (size_t)width + (size_t)first * s->step, columns);
    lenet_pass_load(&s->pass, s->part, rows, (int)columns, 1);
    lenet_pass_run(&s->pass);
    const real *sums = s->pass.activation[s->wide.network.row_count];
    for (int i = 0; i < here; i++)
      softmax(sums + i, classes, (size_t)here, scores + (size_t)(first + i) * (size_t)classes);
  }
  return LENET_OK;
}
