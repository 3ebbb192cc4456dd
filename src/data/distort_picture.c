/* distort_picture.c - one picture distorted by given amounts. */
#include "data/distort.h"

#include "base/error.h"
#include "data/effects.h"

#include <math.h>

static lenet_status check_range(const char *name, double value, double low, double high,
                                lenet_error *error)
{
  if (value >= low && value <= high)
    return LENET_OK;
  return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s %g: it is %g to %g", name, value, low, high);
}

static lenet_status check(const lenet_distortion *d, int rows, int columns, lenet_error *error)
{
  const struct {
    const char *name;
    double value, low, high;
  } field[] = {{"wide", d->wide, 0.1, 10},        {"high", d->high, 0.1, 10},
               {"shear", d->shear, -2, 2},        {"rotate", d->rotate, -180, 180},
               {"right", d->right, -32, 32},      {"down", d->down, -32, 32},
               {"stroke", d->stroke, -4, 4},      {"noise", d->noise, 0, 1},
               {"rows", rows, 1, LENET_MAX_SIDE}, {"columns", columns, 1, LENET_MAX_SIDE}};
  lenet_status status = LENET_OK;
  for (size_t i = 0; i < sizeof field / sizeof *field && status == LENET_OK; i++)
    status = check_range(field[i].name, field[i].value, field[i].low, field[i].high, error);
  return status;
}

lenet_status lenet_distort_picture(const lenet_distortion *d, uint64_t seed, int rows, int columns,
                                   uint8_t *pixels, lenet_error *error)
{
  lenet_status status = check(d, rows, columns, error);
  if (status != LENET_OK)
    return status;
  const double degree = 0.017453292519943295;
  const lenet_plane plane = {.wide = d->wide,
                             .high = d->high,
                             .shear = d->shear,
                             .turn = d->rotate * degree,
                             .right = d->right,
                             .down = d->down};
  const lenet_mapping mapping = lenet_plane_invert(&plane, rows, columns);
  lenet_distort(&mapping, NULL, NULL, rows, columns, pixels);
  if (d->stroke != 0)
    lenet_widen(d->stroke, rows, columns, pixels);
  if (d->noise > 0) {
    lenet_normals normals;
    lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_NOISE, 0);
    lenet_normals_prepare(&normals);
    lenet_add_noise(&normals, 255 * d->noise, &rng, (size_t)rows * columns, pixels);
  }
  return LENET_OK;
}
