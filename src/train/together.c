#include "train/together.h"

/* Multiply-adds a picture below which dividing a row costs more than it saves. */
enum { LEAST_MACS = 2000 };

static bool is_pool(const lenet_pass *pass, int row)
{
  const lenet_kind kind = pass->model->network.row[row].kind;
  return kind == LENET_AVERAGE_POOL || kind == LENET_MAX_POOL;
}

/* Whether the first member does the row alone. */
static bool is_alone(const lenet_pass *pass, int row)
{
  return !lenet_layer_divides(&pass->model->network.row[row]) ||
         (!is_pool(pass, row) && pass->model->layout.layer[row].macs < LEAST_MACS);
}

/* Whether the row's shares are of maps; those of dense rows are of pairs of units. */
static bool has_maps(const lenet_pass *pass, int row)
{
  return !lenet_layer_is_dense(&pass->model->network.row[row], &pass->model->layout.layer[row]);
}

static void meet(const lenet_together *t) { lenet_team_barrier(t->team); }

/* Row `row` at work; of a row that is not divided all is the first member's. */
static lenet_work share_of(const lenet_together *t, int row, real *gradient)
{
  lenet_work work = lenet_pass_work(t->pass, row, gradient);
  work.scratch = t->scratch;
  work.share = is_alone(t->pass, row) ? 0 : t->member;
  work.shares = is_alone(t->pass, row) ? 0 : LENET_SHARES;
  return work;
}

static bool takes_part(const lenet_together *t, int row)
{
  return t->member == 0 || !is_alone(t->pass, row);
}

/* A pool reads no maps but those that its own member summed. */
static void run_together(const lenet_together *t)
{
  const int rows = t->pass->model->network.row_count;
  for (int i = 0; i < rows; i++) {
    const lenet_work work = share_of(t, i, NULL);
    if (takes_part(t, i) && !lenet_pass_loads(t->pass, i))
      lenet_layer_forward(t->pass->kernels, &work);
    const bool last = i + 1 == rows;
    const bool own = is_alone(t->pass, i)
                         ? last || is_alone(t->pass, i + 1)
                         : !last && is_pool(t->pass, i + 1) && has_maps(t->pass, i);
    if (!own)
      meet(t);
  }
}

/* The first row that learns gives no gradient to an input: its shares are of maps, those of the
 * pool above it. */
static void send_together(const lenet_together *t, real *gradient)
{
  const int first = lenet_pass_first_learning(t->pass);
  bool alone = true; /* what was done last */
  for (int i = t->pass->model->network.row_count - 1; i >= first; i--) {
    const lenet_work work = share_of(t, i, gradient);
    const bool own = is_alone(t->pass, i) ? alone : !alone && i == first && work.sloped;
    if (!own)
      meet(t);
    if (takes_part(t, i))
      lenet_layer_slope(t->pass->kernels, &work);
    alone = is_alone(t->pass, i);
    if (!alone && !work.sloped && !is_pool(t->pass, i))
      meet(t);
    if (takes_part(t, i))
      lenet_layer_send(t->pass->kernels, &work);
  }
}

void lenet_together_backward(const lenet_together *t, const int *labels, real scale,
                             real loss[LENET_LANES], real *gradient)
{
  run_together(t);
  if (t->member == 0)
    lenet_pass_judge_gradient(t->pass, labels, scale, loss);
  send_together(t, gradient);
}

/* ---- whether to ---- */

enum { FIRST_WAIT = 8, LONGEST_WAIT = 512 };

static bool is_faster_together(const lenet_pace *pace)
{
  return pace->seconds[1] < pace->seconds[0];
}

bool lenet_pace_choose(lenet_pace *pace)
{
  if (pace->seconds[0] == 0 || pace->seconds[1] == 0)
    return pace->seconds[0] > 0;
  const bool again = pace->left-- <= 0;
  return is_faster_together(pace) != again;
}

void lenet_pace_note(lenet_pace *pace, bool together, double seconds, size_t pictures)
{
  const bool known = pace->seconds[0] > 0 && pace->seconds[1] > 0;
  const bool before = is_faster_together(pace), tried = known && together != before;
  if (pictures > 0)
    pace->seconds[together] = seconds / (double)pictures;
  if (known && !tried)
    return;
  const bool in_vain = known && is_faster_together(pace) == before;
  pace->wait = !in_vain                        ? FIRST_WAIT
               : 2 * pace->wait < LONGEST_WAIT ? 2 * pace->wait
                                               : LONGEST_WAIT;
  pace->left = pace->wait;
}
