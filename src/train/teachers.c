#include "train/teachers.h"

#include "base/error.h"
#include "net/plan.h"

#include <stdlib.h>
#include <string.h>

lenet_status lenet_teachers_check(const lenet_model *model, const lenet_model *const *teachers,
                                  size_t count, int rows, int columns, lenet_error *error)
{
  if (count < 1 || count > LENET_MAX_MODELS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%zu teachers: 1 to %d can teach", count,
                      LENET_MAX_MODELS);
  if (lenet_ending_of(&model->network) != LENET_ENDS_IN_SOFTMAX)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "only a softmax can be taught");
  for (size_t i = 0; i < count; i++) {
    const lenet_network *network = &teachers[i]->network;
    if (lenet_ending_of(network) != LENET_ENDS_IN_SOFTMAX ||
        teachers[i]->layout.classes != model->layout.classes)
      return lenet_fail(error, LENET_BAD_ARGUMENT, (long long)i,
                        "teacher %zu: only a softmax over %d classes can teach this network", i + 1,
                        model->layout.classes);
    if (network->rows < rows || network->columns < columns)
      return lenet_fail(error, LENET_BAD_ARGUMENT, (long long)i,
                        "teacher %zu: reads %dx%d, the pictures are %dx%d", i + 1, network->rows,
                        network->columns, rows, columns);
  }
  return LENET_OK;
}

static uint64_t mark_bytes(uint64_t mark, const void *bytes, size_t size)
{
  for (size_t i = 0; i < size; i++)
    mark = (mark ^ ((const uint8_t *)bytes)[i]) * 1099511628211u;
  return mark;
}

uint64_t lenet_teachers_mark(const lenet_model *const *teachers, size_t count)
{
  uint64_t mark = 14695981039346656037u;
  for (size_t i = 0; i < count; i++) {
    char notation[LENET_MAX_NOTATION];
    lenet_network_print(&teachers[i]->network, notation);
    mark = mark_bytes(mark, notation, strlen(notation));
    mark = mark_bytes(mark, teachers[i]->parameters,
                      teachers[i]->layout.parameter_count * sizeof(real));
  }
  return mark | 1;
}

lenet_status lenet_teachers_create(const lenet_model *const *teachers, size_t count,
                                   const lenet_kernels *kernels, lenet_teachers *made,
                                   lenet_error *error)
{
  lenet_teachers ready = {.pass = calloc(count, sizeof *ready.pass)};
  ready.probability =
      lenet_reals(lenet_round_up((size_t)teachers[0]->layout.classes * (size_t)kernels->lanes));
  lenet_status status = LENET_OK;
  if (!ready.pass || !ready.probability)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for %zu teachers", count);
  for (; ready.count < count && status == LENET_OK; ready.count += status == LENET_OK)
    status = lenet_pass_create(&ready.pass[ready.count], teachers[ready.count], kernels,
                               LENET_PASS_FORWARD, error);
  if (status != LENET_OK)
    lenet_teachers_free(&ready);
  else
    *made = ready;
  return status;
}

void lenet_teachers_free(lenet_teachers *teachers)
{
  for (size_t i = 0; i < teachers->count; i++)
    lenet_pass_free(&teachers->pass[i]);
  free(teachers->pass);
  free(teachers->probability);
  *teachers = (lenet_teachers){0};
}

void lenet_teachers_answer(lenet_teachers *teachers, const lenet_worker *worker, int rows,
                           int columns, int count, real temperature)
{
  for (size_t m = 0; m < teachers->count; m++) {
    lenet_pass *pass = &teachers->pass[m];
    const int last = pass->model->network.row_count;
    const size_t numbers = (size_t)pass->model->layout.classes * (size_t)pass->kernels->lanes;
    real *score = pass->activation[last];
    lenet_pass_load(pass, worker->pixels, rows, columns, count);
    lenet_pass_run(pass);
    for (size_t i = 0; i < numbers; i++)
      score[i] /= temperature;
    lenet_pass_judge(pass, NULL, NULL);
    for (size_t i = 0; i < numbers; i++)
      teachers->probability[i] =
          (m > 0 ? teachers->probability[i] : 0) + score[i] / (real)teachers->count;
  }
}
