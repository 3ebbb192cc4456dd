#include "base/error.h"
#include "net/quantized.h"

#include <stdlib.h>

struct lenet_quantized_session {
  lenet_quantized_pass pass;
};

lenet_status lenet_quantized_session_create(const lenet_quantized *quantized, lenet_isa isa,
                                            lenet_quantized_session **session, lenet_error *error)
{
  lenet_quantized_session *made = malloc(sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a session");
  lenet_status status = lenet_quantized_pass_create(&made->pass, quantized, isa, error);
  if (status != LENET_OK)
    free(made);
  else
    *session = made;
  return status;
}

void lenet_quantized_session_free(lenet_quantized_session *session)
{
  if (!session)
    return;
  lenet_quantized_pass_free(&session->pass);
  free(session);
}

lenet_status lenet_quantized_classify(lenet_quantized_session *session, const uint8_t *pixels,
                                      int rows, int columns, size_t count,
                                      lenet_real *probabilities, int32_t *scores,
                                      lenet_error *error)
{
  enum { L = LENET_LANES };
  lenet_quantized_pass *pass = &session->pass;
  const lenet_quantized *q = pass->quantized;
  const size_t classes = (size_t)q->layout.classes;
  if (rows < 1 || columns < 1 || rows > q->network.rows || columns > q->network.columns)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "pictures of %dx%d pixels: the network reads up to %dx%d", columns, rows,
                      q->network.columns, q->network.rows);
  for (size_t at = 0; at < count; at += L) {
    const int here = (int)(count - at < L ? count - at : L);
    lenet_quantized_pass_load(pass, pixels + at * rows * columns, rows, columns, here);
    lenet_quantized_pass_run(pass, q->step_count);
    for (int lane = 0; scores && lane < here; lane++)
      for (size_t k = 0; k < classes; k++)
        scores[(at + lane) * classes + k] = pass->scores[k * L + lane];
    if (!probabilities)
      continue;
    lenet_quantized_pass_judge(pass, NULL, NULL);
    for (int lane = 0; lane < here; lane++)
      for (size_t k = 0; k < classes; k++)
        probabilities[(at + lane) * classes + k] = pass->probabilities[k * L + lane];
  }
  return LENET_OK;
}
