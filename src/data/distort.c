/* distort.c - a picture moved, stretched, slanted, turned, bent and speckled, by numbers drawn for
 * it.
 *
 * Each pixel of the new picture asks where its ink comes from: through the inverse of what is done
 * to the plane, plus a smooth random displacement. It is read there once, between four old pixels,
 * so that both kinds of distortion together blur no more than one. */
#include "data/distort.h"

#include <math.h>
#include <string.h>

/* ---- the plane ---- */

lenet_plane lenet_plane_draw(const lenet_augmentation *a, lenet_rng *rng)
{
  const double degree = 0.017453292519943295;
  double drawn[6]; /* always all of them: a range of 0 leaves the others' numbers as they are */
  for (int i = 0; i < 6; i++)
    drawn[i] = lenet_rng_range(rng, -1, 1);
  const double size = 1 + (double)a->scale * drawn[2], squeeze = 1 + (double)a->squeeze * drawn[3];
  return (lenet_plane){.right = (double)a->shift * drawn[0],
                       .down = (double)a->shift * drawn[1],
                       .wide = size / squeeze,
                       .high = size * squeeze,
                       .shear = (double)a->shear * drawn[4],
                       .turn = (double)a->rotate * degree * drawn[5]};
}

lenet_mapping lenet_plane_invert(const lenet_plane *p, int rows, int columns)
{
  /* (x, y) goes to turn * shear * stretch * (x, y); y points down. Its inverse, step by step. */
  const double c = cos(p->turn), s = sin(p->turn);
  const double xx = (c - p->shear * s) / p->wide, xy = (s + p->shear * c) / p->wide;
  const double yx = -s / p->high, yy = c / p->high;
  const double x = (columns - 1) / 2.0, y = (rows - 1) / 2.0;
  const double to_x = x + p->right, to_y = y + p->down;
  return (lenet_mapping){{{(float)xx, (float)xy, (float)(x - xx * to_x - xy * to_y)},
                          {(float)yx, (float)yy, (float)(y - yx * to_x - yy * to_y)}}};
}

/* ---- the displacements ---- */

static void prepare_axis(double sigma, int side, lenet_bend_axis *axis)
{
  const int reach = LENET_BEND_TAPS / 2;
  for (int i = 0; i < side; i++) {
    const double at = i / sigma + reach; /* node n stands at (n - reach) sigma */
    double weight[LENET_BEND_TAPS], squares = 0;
    axis->first[i] = (int)(at + 0.5) - reach;
    for (int k = 0; k < LENET_BEND_TAPS; k++) {
      const double distance = at - (axis->first[i] + k);
      weight[k] = exp(-distance * distance / 2);
      squares += weight[k] * weight[k];
    }
    for (int k = 0; k < LENET_BEND_TAPS; k++)
      axis->weight[i][k] = (float)(weight[k] / sqrt(squares));
  }
  axis->nodes = axis->first[side - 1] + LENET_BEND_TAPS;
}

void lenet_bend_prepare(const lenet_augmentation *a, int rows, int columns, lenet_bend *bend)
{
  *bend = (lenet_bend){0};
  if (!(a->alpha > 0))
    return;
  /* Noise of +-1 has the variance 1/3; the Gaussian leaves 1 / (4 pi sigma^2) of it. */
  const double left = 0.16286750396763996; /* sqrt(1 / (12 pi)) */
  bend->deviation = (float)(left * (double)a->alpha / (double)a->sigma);
  prepare_axis((double)a->sigma, rows, &bend->down);
  prepare_axis((double)a->sigma, columns, &bend->across);
}

void lenet_nodes_draw(const lenet_bend *bend, lenet_rng *rng, lenet_nodes *nodes)
{
  /* The sum of four bytes is near enough to normal: mean 510, variance 4 (256^2 - 1) / 12. */
  const float unit = bend->deviation / 147.80054f;
  for (int j = 0; j < bend->down.nodes; j++)
    for (int axis = 0; axis < 2; axis++)
      for (int i = 0; i < bend->across.nodes; i++) {
        const uint32_t bits = lenet_rng_u32(rng);
        const uint32_t pairs = (bits & 0xFF00FF) + (bits >> 8 & 0xFF00FF);
        const int sum = (int)((pairs & 0xFFFF) + (pairs >> 16));
        nodes->at[j][axis][i] = unit * (float)(sum - 510);
      }
}

void lenet_bend_row(const lenet_bend *bend, const lenet_nodes *nodes, int y, int columns,
                    float across[LENET_MAX_SIDE], float down[LENET_MAX_SIDE])
{
  float line[2][LENET_BEND_NODES] = {{0}}; /* the nodes, smoothed downwards at y */
  for (int k = 0; k < LENET_BEND_TAPS; k++) {
    const float weight = bend->down.weight[y][k];
    for (int d = 0; d < 2; d++) {
      const float *node = nodes->at[bend->down.first[y] + k][d];
      for (int i = 0; i < bend->across.nodes; i++)
        line[d][i] += weight * node[i];
    }
  }
  for (int x = 0; x < columns; x++) {
    const float *weight = bend->across.weight[x];
    const float *right = line[0] + bend->across.first[x], *low = line[1] + bend->across.first[x];
    float sum[2] = {0, 0};
    for (int k = 0; k < LENET_BEND_TAPS; k++) {
      sum[0] += weight[k] * right[k];
      sum[1] += weight[k] * low[k];
    }
    across[x] = sum[0];
    down[x] = sum[1];
  }
}

/* ---- the picture ---- */

/* A picture with paper around it: one pixel above and to the left, two below and to the right, so
 * that whatever lies outside is read as paper without a question. */
typedef struct framed {
  int stride;
  uint8_t pixel[(LENET_MAX_SIDE + 3) * (LENET_MAX_SIDE + 3)];
} framed;

static void frame(const uint8_t *pixels, int rows, int columns, framed *f)
{
  f->stride = columns + 3;
  memset(f->pixel, 0, (size_t)f->stride * (size_t)(rows + 3));
  for (int y = 0; y < rows; y++)
    memcpy(f->pixel + (y + 1) * f->stride + 1, pixels + y * columns, (size_t)columns);
}

/* Into the frame: 0 .. side + 1, where both ends are paper. */
static float inside(float at, int side)
{
  const float most = (float)(side + 1);
  at += 1;
  at = at > 0 ? at : 0;
  return at < most ? at : most;
}

static uint8_t between(const framed *f, float x, float y)
{
  const int left = (int)x, top = (int)y;
  const float right = x - (float)left, low = y - (float)top;
  const uint8_t *p = f->pixel + top * f->stride + left, *q = p + f->stride;
  const float upper = (float)p[0] + right * (float)(p[1] - p[0]);
  const float lower = (float)q[0] + right * (float)(q[1] - q[0]);
  return (uint8_t)(upper + low * (lower - upper) + 0.5f);
}

void lenet_distort(const lenet_mapping *mapping, const lenet_bend *bend, const lenet_nodes *nodes,
                   int rows, int columns, uint8_t *pixels)
{
  const float(*from)[3] = mapping->from;
  float across[LENET_MAX_SIDE] = {0}, down[LENET_MAX_SIDE] = {0};
  framed f;
  frame(pixels, rows, columns, &f);
  for (int y = 0; y < rows; y++) {
    if (nodes)
      lenet_bend_row(bend, nodes, y, columns, across, down);
    const float start_x = from[0][1] * (float)y + from[0][2];
    const float start_y = from[1][1] * (float)y + from[1][2];
    for (int x = 0; x < columns; x++)
      pixels[y * columns + x] =
          between(&f, inside(from[0][0] * (float)x + start_x + across[x], columns),
                  inside(from[1][0] * (float)x + start_y + down[x], rows));
  }
}

/* ---- the pixels ---- */

void lenet_invert(double probability, lenet_rng *rng, size_t count, uint8_t *pixels)
{
  const uint64_t below = (uint64_t)(probability * 4294967296.0); /* of 2^32 numbers */
  for (size_t i = 0; i < count && below > 0; i++)
    pixels[i] ^= lenet_rng_u32(rng) < below ? 255 : 0; /* 255 - byte */
}
