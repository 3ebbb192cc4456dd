/* pages_ink.c - a digit of the data set as strokes of ink at the page's size.
 *
 * The digit's 28x28 pixels are read as samples of a smooth field of blackness. A stroke's edge is
 * where the field crosses a level, which makes it as sharp at any size as a pen leaves it; a lower
 * level makes bolder strokes. */
#include "data/pages.h"

#include <math.h>
#include <stdlib.h>

enum {
  SIDE = 28,
  FINE = 4,   /* points of the field for a pixel of the digit, each way */
  BORDER = 2, /* pixels of paper around, which the field runs out in */
  POINTS = FINE * (SIDE + 2 * BORDER) + 1
};

/* Blackness, 0 .. 1, at the points [y][x], and the level that is half of a usual stroke's. */
typedef struct field {
  float at[POINTS][POINTS];
  float usual;
} field;

/* The cubic of Mitchell and Netravali 1988 with B = C = 1/3, x pixels from the middle. */
static float cubic(float x)
{
  x = fabsf(x);
  if (x < 1)
    return (7 * x * x * x - 12 * x * x) / 6 + 8.0f / 9;
  if (x < 2)
    return (-7 * x * x * x / 3 + 12 * x * x - 20 * x) / 6 + 16.0f / 9;
  return 0;
}

/* Point p of a line of the field, from `from` whose pixels are `step` apart. */
static float interpolate(const float *from, int step, int p)
{
  const float at = (float)p / FINE - BORDER - 0.5f; /* in pixels, 0 the middle of the first */
  const int first = (int)floorf(at) - 1;
  float sum = 0;
  for (int k = first; k < first + 4; k++)
    if (k >= 0 && k < SIDE)
      sum += from[k * step] * cubic(at - (float)k);
  return sum;
}

static void make_field(const uint8_t glyph[SIDE * SIDE], field *f)
{
  float pixels[SIDE * SIDE], wide[SIDE][POINTS];
  double sum = 0, squares = 0;
  for (int i = 0; i < SIDE * SIDE; i++) {
    pixels[i] = (float)glyph[i] / 255;
    sum += (double)pixels[i];
    squares += (double)(pixels[i] * pixels[i]);
  }
  f->usual = (float)(squares / sum);
  for (int y = 0; y < SIDE; y++)
    for (int p = 0; p < POINTS; p++)
      wide[y][p] = interpolate(pixels + y * SIDE, 1, p);
  for (int q = 0; q < POINTS; q++)
    for (int p = 0; p < POINTS; p++)
      f->at[q][p] = interpolate(&wide[0][p], POINTS, q);
}

/* How much of a pixel of the picture at (gx, gy) of the digit is covered, 0 .. 1: the distance from
 * the edge in pixels, which is that in blackness over the slope. `size` is that of a digit's pixel,
 * in the picture's. */
static float cover(const field *f, float gx, float gy, float level, float size)
{
  const float u = (gx + BORDER) * FINE, v = (gy + BORDER) * FINE;
  if (!(u >= 0 && v >= 0 && u < POINTS - 1 && v < POINTS - 1))
    return 0;
  const int x = (int)u, y = (int)v;
  const float s = u - (float)x, t = v - (float)y;
  const float a = f->at[y][x], b = f->at[y][x + 1], c = f->at[y + 1][x], d = f->at[y + 1][x + 1];
  const float top = a + s * (b - a), bottom = c + s * (d - c);
  const float across = (b - a) + t * ((d - c) - (b - a)), down = bottom - top;
  const float slope = FINE * sqrtf(across * across + down * down) / size;
  const float cover = 0.5f + (top + t * down - level) / fmaxf(slope, 0.25f / size);
  return cover < 0 ? 0 : cover > 1 ? 1 : cover;
}

/* The part of the picture that the mark can reach, whole pixels. */
typedef struct frame {
  int left, top, right, bottom;
} frame;

static frame find_frame(const page_mark *m, const page_view *view, const page_canvas *canvas)
{
  const double pad = 4 + 1.5 * m->forward[1][1];
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
  for (int corner = 0; corner < 4; corner++) {
    const page_point p =
        lenet_page_map(view->to_picture, m->x + (corner % 2 ? m->right + pad : m->left - pad),
                       m->y + (corner / 2 ? m->bottom + pad : m->top - pad));
    left = fmin(left, p.x);
    top = fmin(top, p.y);
    right = fmax(right, p.x);
    bottom = fmax(bottom, p.y);
  }
  return (frame){(int)fmax(left, 0), (int)fmax(top, 0), (int)fmin(right + 1, canvas->width),
                 (int)fmin(bottom + 1, canvas->height)};
}

static void widen_box(lenet_page_digit *box, int x, int y)
{
  if (box->width == 0) {
    *box = (lenet_page_digit){box->digit, box->sample, x, y, 1, 1};
    return;
  }
  const int right = box->x + box->width > x + 1 ? box->x + box->width : x + 1;
  const int bottom = box->y + box->height > y + 1 ? box->y + box->height : y + 1;
  box->x = box->x < x ? box->x : x;
  box->y = box->y < y ? box->y : y;
  box->width = right - box->x;
  box->height = bottom - box->y;
}

static void blend(float rgb[3], const page_colour *ink, float part)
{
  for (int c = 0; c < 3; c++)
    rgb[c] += part * (ink->rgb[c] - rgb[c]);
}

bool lenet_page_draw_mark(const page_mark *m, const page_style *s, const page_view *view,
                          const uint8_t glyph[28 * 28], lenet_rng *grain, const page_canvas *canvas,
                          lenet_page_digit *box)
{
  field *f = malloc(sizeof *f); /* too much for a thread's stack */
  if (!f)
    return false;
  make_field(glyph, f);
  const double(*w)[2] = m->forward;
  const double det = w[0][0] * w[1][1] - w[0][1] * w[1][0];
  const float size = (float)sqrt(det), level = (float)m->weight * f->usual;
  const frame r = find_frame(m, view, canvas);
  *box = (lenet_page_digit){.digit = m->digit, .sample = m->sample};
  for (int y = r.top; y < r.bottom; y++)
    for (int x = r.left; x < r.right; x++) {
      const page_point p = lenet_page_map(view->to_sheet, x + 0.5, y + 0.5);
      const double dx = p.x - m->x, dy = p.y - m->y;
      const double gx = m->glyph_x + (w[1][1] * dx - w[0][1] * dy) / det;
      const double gy = m->glyph_y + (w[0][0] * dy - w[1][0] * dx) / det;
      const float covered = cover(f, (float)gx, (float)gy, level, size);
      if (covered <= 0)
        continue;
      if (covered >= 0.5f)
        widen_box(box, x, y);
      const float rough = s->grain > 0 ? (float)(s->grain * lenet_rng_uniform(grain)) : 0;
      blend(canvas->rgb + 3 * ((size_t)y * (size_t)canvas->width + (size_t)x), &s->ink,
            covered * (float)m->density * (1 - rough));
    }
  free(f);
  return true;
}
