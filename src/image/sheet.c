/* Sharp edges cut a picture into regions. Light changes slowly over a desk and over a sheet, and
 * the shadow of a hand has soft edges; the edge of a sheet is sharp. The largest region is sheet if
 * it keeps away from the border, or from most of it; then other regions that do are sheet too,
 * beyond the edges of a shadow, and those at the border are around it. A sheet is convex, and has a
 * tone of its own. All this is seen as well in a picture of some 200 pixels. */
#include "image/sheet.h"

#include "base/error.h"
#include "image/windows.h"

#include <stdlib.h>
#include <string.h>

enum {
  SMALL = 200,      /* pixels of the longer side that are looked at */
  LEAST_SIDE = 100, /* of a picture that can show a sheet and what is around it */
  INSIDE = 1,       /* small pixels that are left off at the edge of the sheet */
  SAMPLE = 6        /* pixels whose mean goes on to the border */
};

static const double EDGE = 0.16;  /* of the lighter tone, within three pixels: an edge, */
static const int EDGE_LEAST = 8;  /* and at least so many of 255 */
static const double LARGE = 0.25; /* of the picture, at least, is sheet; */
static const double PIECE = 0.01; /* and of each of its regions */
static const double AWAY =
    0.03; /* of the border, at most, are in a sheet that does not reach it, */
static const double BEYOND = 0.45; /* and in one that does */
static const double CONVEX = 0.9;  /* of its hull is not around the sheet */
static const double AGREE = 0.8;   /* of the places along its edge differ in the same way, */
static const double DARKER = 0.42; /* where it reaches the border by so much: a shadow is lighter */

/* Regions by number, from FIRST on. */
enum { EDGES = 1, AROUND, SHEET, FIRST };
typedef struct region {
  int area, border; /* pixels, and those at the border of the picture */
} region;

/* The small picture, and in `kind` the region of each pixel, 0 where that is not known yet. */
typedef struct view {
  int width, height, factor;
  uint8_t *tone, *lightest, *darkest; /* the latter: within three pixels */
  uint16_t *kind;
  int *stack;
  int *left, *right; /* [height] of the sheet in each row, right is one more than the last */
  int regions;
  region *region; /* [regions], of FIRST first */
} view;

static void shrink(const uint8_t *tones, int width, view *v)
{
  int area = v->factor * v->factor;
  for (int y = 0; y < v->height; y++)
    for (int x = 0; x < v->width; x++) {
      int sum = area / 2;
      for (int b = 0; b < v->factor; b++)
        for (int a = 0; a < v->factor; a++)
          sum += tones[(size_t)(y * v->factor + b) * (size_t)width + (size_t)(x * v->factor + a)];
      v->tone[y * v->width + x] = (uint8_t)(sum / area);
    }
}

static bool is_edge(int a, int b)
{
  int lighter = a > b ? a : b, step = abs(a - b);
  return step > EDGE_LEAST && step > EDGE * lighter;
}

/* An edge that is nearly along the rows goes from tone to tone slowly within a row: it is across
 * three pixels that it can be told. */
static lenet_status find_edges(view *v, lenet_error *error)
{
  int count = v->width * v->height;
  memcpy(v->lightest, v->tone, (size_t)count);
  memcpy(v->darkest, v->tone, (size_t)count);
  lenet_status status = lenet_window_maximum(v->lightest, v->width, v->height, 1, error);
  if (status == LENET_OK)
    status = lenet_window_minimum(v->darkest, v->width, v->height, 1, error);
  for (int i = 0; status == LENET_OK && i < count; i++)
    v->kind[i] = is_edge(v->lightest[i], v->darkest[i]) ? EDGES : 0;
  return status;
}

static bool at_border(const view *v, int i)
{
  int x = i % v->width, y = i / v->width;
  return x == 0 || y == 0 || x == v->width - 1 || y == v->height - 1;
}

/* The region of all that can be reached from a pixel without crossing an edge. */
static region flood(view *v, int from, uint16_t kind)
{
  region made = {0};
  int depth = 0;
  v->kind[from] = kind;
  v->stack[depth++] = from;
  while (depth > 0) {
    int at = v->stack[--depth], x = at % v->width, y = at / v->width;
    const int next[4] = {x > 0 ? at - 1 : -1, x < v->width - 1 ? at + 1 : -1,
                         y > 0 ? at - v->width : -1, y < v->height - 1 ? at + v->width : -1};
    made.area++;
    made.border += at_border(v, at);
    for (int i = 0; i < 4; i++)
      if (next[i] >= 0 && v->kind[next[i]] == 0) {
        v->kind[next[i]] = kind;
        v->stack[depth++] = next[i];
      }
  }
  return made;
}

/* Returns the largest region. */
static int find_regions(view *v)
{
  int largest = 0;
  v->regions = 0;
  for (int i = 0; i < v->width * v->height; i++)
    if (v->kind[i] == 0) {
      v->region[v->regions] = flood(v, i, (uint16_t)(FIRST + v->regions));
      if (v->region[v->regions].area > v->region[largest].area)
        largest = v->regions;
      v->regions++;
    }
  return largest;
}

/* Names the regions, the largest being sheet. */
static void name_regions(view *v, int largest)
{
  int all = v->width * v->height;
  for (int i = 0; i < all; i++) {
    if (v->kind[i] < FIRST)
      continue;
    const int number = v->kind[i] - FIRST;
    const region *r = &v->region[number];
    if (number == largest || (r->border == 0 && r->area > PIECE * all))
      v->kind[i] = SHEET;
    else if (r->border > 0)
      v->kind[i] = AROUND;
  }
}

/* Bulges the limits of rows outwards until they are convex: none is farther in than the straight
 * line between two others. sign 1: left limits, -1: right ones. */
static void make_convex(int *limit, int first, int last, int sign)
{
  for (int a = first; a < last;) {
    /* The next corner of the hull: the row towards which one goes outwards most. */
    int corner = a + 1;
    for (int b = a + 2; b <= last; b++)
      if (sign * (limit[b] - limit[a]) * (corner - a) <=
          sign * (limit[corner] - limit[a]) * (b - a))
        corner = b;
    for (int y = a + 1; y < corner; y++)
      limit[y] = limit[a] + (limit[corner] - limit[a]) * (y - a) / (corner - a);
    a = corner;
  }
}

/* The limits of the sheet's hull; its first and last row, and its area. */
static long hull(view *v, int *first, int *last)
{
  long area = 0;
  *first = v->height;
  *last = -1;
  for (int y = 0; y < v->height; y++) {
    v->left[y] = v->width;
    v->right[y] = 0;
    for (int x = 0; x < v->width; x++)
      if (v->kind[y * v->width + x] == SHEET) {
        v->left[y] = x < v->left[y] ? x : v->left[y];
        v->right[y] = x + 1;
      }
    if (v->right[y] > 0) {
      *first = *first < y ? *first : y;
      *last = y;
    }
  }
  make_convex(v->left, *first, *last, 1);
  make_convex(v->right, *first, *last, -1);
  for (int y = *first; y <= *last; y++)
    area += v->right[y] - v->left[y];
  return area;
}

/* The part of the hull that is not what is around. */
static double part_inside(const view *v, int first, int last, long of_hull)
{
  long inside = 0;
  for (int y = first; y <= last; y++)
    for (int x = v->left[y]; x < v->right[y]; x++)
      inside += v->kind[y * v->width + x] != AROUND;
  return (double)inside / (double)of_hull;
}

/* From (x, y) on in direction `step` to the first pixel of a kind: its tone, -1 where there is
 * none. */
static int tone_towards(const view *v, int x, int y, int step, int kind)
{
  for (; x >= 0 && x < v->width; x += step)
    if (v->kind[y * v->width + x] == kind)
      return v->tone[y * v->width + x];
  return -1;
}

/* True where the sheet is lighter than what is beside it nearly everywhere, or darker; `clearly` by
 * far. What is on both sides of a ring of ink, a 0, has one tone. */
static bool has_own_tone(const view *v, int first, int last, bool clearly)
{
  int lighter = 0, darker = 0, all = 0;
  for (int y = first; y <= last; y++)
    for (int side = -1; side <= 1; side += 2) {
      int edge = side < 0 ? v->left[y] : v->right[y] - 1;
      int in = tone_towards(v, edge, y, -side, SHEET);
      int out = tone_towards(v, edge, y, side, AROUND);
      if (in < 0 || out < 0)
        continue;
      bool differs = clearly ? out < DARKER * in || in < DARKER * out : is_edge(in, out);
      all++;
      lighter += differs && in > out;
      darker += differs && in < out;
    }
  return all > 0 && (lighter > AGREE * all || darker > AGREE * all);
}

static uint8_t mean(const uint8_t *from, int count)
{
  int sum = count / 2;
  for (int i = 0; i < count; i++)
    sum += from[i];
  return (uint8_t)(sum / count);
}

/* Carries the tones just inside the sheet on to the border: along the rows, then up and down. */
static void paint(const view *v, int first, int last, uint8_t *tones, int width, int height)
{
  int top = (first + INSIDE) * v->factor, bottom = (last + 1 - INSIDE) * v->factor;
  for (int y = top; y < bottom; y++) {
    uint8_t *row = tones + (size_t)y * (size_t)width;
    int left = (v->left[y / v->factor] + INSIDE) * v->factor;
    int right = (v->right[y / v->factor] - INSIDE) * v->factor;
    if (right - left < SAMPLE) { /* a corner */
      memcpy(row, y > top ? row - width : row, (size_t)width);
      continue;
    }
    memset(row, mean(row + left, SAMPLE), (size_t)left);
    memset(row + right, mean(row + right - SAMPLE, SAMPLE), (size_t)(width - right));
  }
  for (int x = 0; x < width; x++) {
    for (int y = 0; y < top; y++)
      tones[(size_t)y * (size_t)width + (size_t)x] = tones[(size_t)top * (size_t)width + (size_t)x];
    for (int y = bottom; y < height; y++)
      tones[(size_t)y * (size_t)width + (size_t)x] =
          tones[(size_t)(bottom - 1) * (size_t)width + (size_t)x];
  }
}

static lenet_status look(view *v, uint8_t *tones, int width, int height, lenet_error *error)
{
  int first, last, all = v->width * v->height, border = 2 * (v->width + v->height) - 4;
  shrink(tones, width, v);
  lenet_status status = find_edges(v, error);
  if (status != LENET_OK)
    return status;
  int largest = find_regions(v);
  if (v->regions == 0)
    return LENET_OK;
  const region *sheet = &v->region[largest];
  if (sheet->area < LARGE * all || sheet->border > BEYOND * border)
    return LENET_OK;
  bool beyond = sheet->border > AWAY * border;
  name_regions(v, largest);
  long of_hull = hull(v, &first, &last);
  if (last - first > 4 * INSIDE && part_inside(v, first, last, of_hull) >= CONVEX &&
      has_own_tone(v, first, last, beyond))
    paint(v, first, last, tones, width, height);
  return LENET_OK;
}

lenet_status lenet_sheet_isolate(uint8_t *tones, int width, int height, lenet_error *error)
{
  int longer = width > height ? width : height, shorter = width < height ? width : height;
  if (shorter < LEAST_SIDE || longer > 8 * shorter)
    return LENET_OK;
  view v = {.factor = (longer + SMALL - 1) / SMALL};
  v.width = width / v.factor;
  v.height = height / v.factor;
  size_t count = (size_t)v.width * (size_t)v.height;
  v.tone = malloc(count);
  v.lightest = malloc(count);
  v.darkest = malloc(count);
  v.kind = calloc(count, sizeof *v.kind);
  v.stack = malloc(count * sizeof *v.stack);
  v.left = malloc((size_t)v.height * sizeof *v.left);
  v.right = malloc((size_t)v.height * sizeof *v.right);
  v.region = malloc(count * sizeof *v.region);
  lenet_status status = LENET_OK;
  if (v.tone && v.lightest && v.darkest && v.kind && v.stack && v.left && v.right && v.region)
    status = look(&v, tones, width, height, error);
  else
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to look for a sheet");
  free(v.tone);
  free(v.lightest);
  free(v.darkest);
  free(v.kind);
  free(v.stack);
  free(v.left);
  free(v.right);
  free(v.region);
  return status;
}
