#include "sheet.h"

#include <math.h>
#include <stdlib.h>

cli_group *cli_sheet_add(cli_sheet *sheet, size_t count, size_t own)
{
  cli_tile *tile = calloc(count > 0 ? count : 1, sizeof *tile);
  lenet_real *values = calloc(own > 0 ? own : 1, sizeof *values);
  if (tile == NULL || values == NULL || sheet->count == CLI_MOST_GROUPS) {
    free(tile);
    free(values);
    return NULL;
  }
  cli_group *group = &sheet->group[sheet->count++];
  *group = (cli_group){.count = count, .tile = tile, .own = values};
  return group;
}

void cli_sheet_free(cli_sheet *sheet)
{
  for (int i = 0; i < sheet->count; i++) {
    free(sheet->group[i].tile);
    free(sheet->group[i].own);
  }
  *sheet = (cli_sheet){.count = 0};
}

/* ------------------------------------------------------------------ colours --------------- */

void cli_group_fit_ramp(cli_group *group)
{
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < group->count; i++)
    for (int k = 0; group->tile[i].values != NULL && k < group->rows * group->columns; k++) {
      const double value = (double)group->tile[i].values[k];
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
  if (group->ramp == CLI_SIGNED) {
    high = fmax(fabs(low), fabs(high));
    low = -high;
  }
  const bool flat = !isfinite(high - low) || high <= low;
  group->low = isfinite(low) ? low : 0;
  group->high = flat ? group->low + 1 : high;
  if (flat && group->ramp == CLI_SIGNED)
    group->low = -(group->high = 1);
}

int cli_group_level(const cli_group *group, double value)
{
  if (isnan(value))
    return -1;
  const double share = (value - group->low) / (group->high - group->low);
  return (int)(fmin(fmax(share, 0), 1) * (CLI_LEVELS - 1) + 0.5);
}

/* Between two colours. */
static cli_colour mix(cli_colour a, cli_colour b, double share)
{
  return (cli_colour){(uint8_t)lround(a.red + share * (b.red - a.red)),
                      (uint8_t)lround(a.green + share * (b.green - a.green)),
                      (uint8_t)lround(a.blue + share * (b.blue - a.blue))};
}

/* Five colours of a ramp at equal distances. Blue and orange stay apart for people with any sight,
 * and both move away from the paper as values do from 0. */
static const cli_colour ramps[2][2][5] = {
    {{{0, 62, 122}, {78, 154, 208}, {255, 255, 255}, {238, 146, 70}, {150, 54, 0}},
     {{170, 214, 255}, {46, 118, 186}, {13, 17, 23}, {186, 92, 24}, {255, 196, 140}}},
    {{{255, 255, 255}, {196, 196, 196}, {138, 138, 138}, {79, 79, 79}, {20, 20, 20}},
     {{13, 17, 23}, {71, 74, 79}, {130, 132, 136}, {188, 189, 191}, {245, 245, 245}}},
};

cli_colour cli_ramp_colour(cli_ramp ramp, int level, bool dark)
{
  const cli_colour *stop = ramps[ramp == CLI_SIGNED ? 0 : 1][dark ? 1 : 0];
  const double place = 4.0 * level / (CLI_LEVELS - 1);
  const int below = place >= 4 ? 3 : (int)place;
  return mix(stop[below], stop[below + 1], place - below);
}

void cli_ramp_end(double value, char text[16]) { snprintf(text, 16, "%.3g", value); }
