#include "net/session.h"

#include "base/error.h"

#include <stdlib.h>

struct lenet_session {
  lenet_pass lanes, single; /* for many pictures, and for one */
  const lenet_pass *last;   /* which of them holds the first picture of the last call */
};

lenet_status lenet_session_create(const lenet_model *model, lenet_isa isa, lenet_session **session,
                                  lenet_error *error)
{
  const lenet_kernels *lanes = lenet_kernels_for(isa, LENET_LANES);
  const lenet_kernels *single = lenet_kernels_for(isa, 1);
  if (!lanes || !single)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "%s: this processor or build has no such kernels", lenet_isa_name(isa));
  lenet_session *made = calloc(1, sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a session");
  lenet_status status = lenet_pass_create(&made->lanes, model, lanes, LENET_PASS_FORWARD, error);
  if (status == LENET_OK)
    status = lenet_pass_create(&made->single, model, single, LENET_PASS_FORWARD, error);
  if (status != LENET_OK) {
    lenet_session_free(made);
    return status;
  }
  *session = made;
  return LENET_OK;
}

void lenet_session_free(lenet_session *session)
{
  if (!session)
    return;
  lenet_pass_free(&session->lanes);
  lenet_pass_free(&session->single);
  free(session);
}

const lenet_model *lenet_session_model(const lenet_session *session)
{
  return session->lanes.model;
}

const lenet_pass *lenet_session_last(const lenet_session *session) { return session->last; }

lenet_status lenet_classify(lenet_session *session, const uint8_t *pixels, int rows, int columns,
                            size_t count, lenet_real *probabilities, lenet_error *error)
{
  lenet_pass *pass = count == 1 ? &session->single : &session->lanes;
  const lenet_model *model = pass->model;
  const int classes = model->layout.classes;
  if (rows < 1 || columns < 1 || rows > model->network.rows || columns > model->network.columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "pictures of %dx%d pixels: the network reads up to %dx%d", columns, rows,
                      model->network.columns, model->network.rows);
  /* The last block first, so that the pass ends holding the first block for lenet_session_maps. */
  const size_t lanes = (size_t)pass->kernels->lanes;
  const size_t blocks = (count + lanes - 1) / lanes;
  for (size_t block = blocks; block-- > 0;) {
    const size_t at = block * lanes;
    const int here = (int)(count - at < lanes ? count - at : lanes);
    lenet_pass_load(pass, pixels + at * rows * columns, rows, columns, here);
    lenet_pass_forward(pass, NULL, NULL);
    const real *p = pass->probabilities;
    for (int lane = 0; lane < here; lane++)
      for (int k = 0; k < classes; k++)
        probabilities[(at + lane) * classes + k] = p[k * lanes + lane];
  }
  session->last = count > 0 ? pass : session->last;
  return LENET_OK;
}

lenet_status lenet_session_maps(const lenet_session *session, int row, lenet_real *maps,
                                lenet_error *error)
{
  const lenet_model *model = session->lanes.model;
  if (row < 0 || row >= model->network.row_count)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "row %d: the network has rows 0 to %d", row,
                      model->network.row_count - 1);
  if (!session->last)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "no picture has been classified yet");
  const lenet_layer *layer = &model->layout.layer[row];
  const size_t units = (size_t)layer->maps * layer->rows * layer->columns;
  const size_t lanes = (size_t)session->last->kernels->lanes;
  for (size_t i = 0; i < units; i++)
    maps[i] = session->last->activation[row + 1][i * lanes];
  return LENET_OK;
}
