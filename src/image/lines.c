/* A part of a digit's height looks to the right for the next one that stands about as high as it
 * does, and both are in one line; whatever is smaller joins the line of the part that it is nearest
 * to. A line through the middles of the large parts gives the slope. */
#include "image/lines.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EDGE = 2 /* pixels that a stroke's soft edge is wide */ };

static const double LARGE = 0.45;      /* of a digit's height: what can begin a line */
static const double FARTHEST = 5;      /* digit heights from one digit to the next */
static const double SMALL_REACH = 0.6; /* digit heights from a small part to a large one */
static const double STEEPEST = 0.36;   /* slope of a line: 20 degrees */
static const double ONE_DIGIT =
    0.25; /* of the largest part's side, from part to part of one digit */

static int height_of(const lenet_part *p) { return p->bottom - p->top; }
static double middle_x(const lenet_part *p) { return 0.5 * (p->left + p->right); }
static double middle_y(const lenet_part *p) { return 0.5 * (p->top + p->bottom); }

/* ------------------------------------------------------------------ who stands with whom --- */

static int root(int *of, int i)
{
  while (of[i] != i)
    i = of[i] = of[of[i]];
  return i;
}

/* How far b is from being the next to the right of a; HUGE_VAL where it cannot be. */
static double distance_to_next(const lenet_part *a, const lenet_part *b, double tall)
{
  double ahead = middle_x(b) - middle_x(a), gap = b->left - a->right;
  double off = fabs(middle_y(b) - middle_y(a));
  int low = a->bottom < b->bottom ? a->bottom : b->bottom;
  int high = a->top > b->top ? a->top : b->top;
  int shorter = height_of(a) < height_of(b) ? height_of(a) : height_of(b);
  if (ahead < 0 || gap > FARTHEST * tall || low - high < 0.35 * shorter ||
      off > 0.3 * tall + STEEPEST * ahead)
    return HUGE_VAL;
  return fmax(gap, 0) + 3 * off;
}

static bool is_large(const lenet_parts *parts, const lenet_part *p)
{
  return p->writing && height_of(p) >= LARGE * parts->digit_height;
}

/* Parts of writing by their left edges, so that one need not look at those far off. */
typedef struct row {
  const lenet_parts *parts;
  int count, widest; /* pixels, of any of them */
  int *at;           /* [count] parts */
  int *left;         /* [count] their left edges */
} row;

typedef struct edge {
  int left, part;
} edge;

static int by_left(const void *a, const void *b)
{
  const edge *first = a, *second = b;
  return first->left != second->left ? (first->left < second->left ? -1 : 1)
                                     : first->part - second->part;
}

static void row_free(row *r)
{
  free(r->at);
  free(r->left);
}

/* All writing, or what is large alone. */
static lenet_status row_make(const lenet_parts *parts, bool large, row *r, lenet_error *error)
{
  edge *edges = malloc(((size_t)parts->count + 1) * sizeof *edges);
  *r = (row){.parts = parts,
             .at = malloc(((size_t)parts->count + 1) * sizeof *r->at),
             .left = malloc(((size_t)parts->count + 1) * sizeof *r->left)};
  bool memory = edges && r->at && r->left;
  for (int i = 0; memory && i < parts->count; i++) {
    const lenet_part *p = &parts->part[i];
    if (!p->writing || (large && !is_large(parts, p)))
      continue;
    edges[r->count++] = (edge){p->left, i};
    r->widest = p->right - p->left > r->widest ? p->right - p->left : r->widest;
  }
  if (memory)
    qsort(edges, (size_t)r->count, sizeof *edges, by_left);
  for (int i = 0; memory && i < r->count; i++) {
    r->at[i] = edges[i].part;
    r->left[i] = edges[i].left;
  }
  free(edges);
  if (memory)
    return LENET_OK;
  row_free(r);
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
}

/* The place in the row of the first part whose left edge is at x or beyond. */
static int row_find(const row *r, double x)
{
  int low = 0, high = r->count;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (r->left[middle] < x)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* Whoever is the next to the right of a part has its middle beyond this one's, and its left edge
 * within the least distance found so far. */
static void join_large(const row *r, int *of)
{
  double tall = r->parts->digit_height;
  for (int i = 0; i < r->count; i++) {
    const lenet_part *p = &r->parts->part[r->at[i]];
    double best = HUGE_VAL;
    int next = -1;
    for (int j = row_find(r, middle_x(p) - 0.5 * r->widest);
         j < r->count && r->left[j] - p->right <= fmin(best, FARTHEST * tall); j++) {
      if (j == i)
        continue;
      double away = distance_to_next(p, &r->parts->part[r->at[j]], tall);
      if (away < best) {
        best = away;
        next = r->at[j];
      }
    }
    if (next >= 0)
      of[root(of, r->at[i])] = root(of, next);
  }
}

/* From box to box, 0 where they overlap. */
static double distance_between(const lenet_part *a, const lenet_part *b)
{
  int dx = a->left > b->right ? a->left - b->right : b->left > a->right ? b->left - a->right : 0;
  int dy = a->top > b->bottom ? a->top - b->bottom : b->top > a->bottom ? b->top - a->bottom : 0;
  return hypot(dx, dy);
}

/* Each small part joins the large one of the row that it is nearest to. */
static void join_small(const row *r, int *of)
{
  for (int i = 0; i < r->parts->count; i++) {
    const lenet_part *p = &r->parts->part[i];
    if (!p->writing || is_large(r->parts, p))
      continue;
    double best = SMALL_REACH * r->parts->digit_height;
    for (int j = row_find(r, p->left - best - r->widest);
         j < r->count && r->left[j] - p->right < best; j++) {
      double away = distance_between(p, &r->parts->part[r->at[j]]);
      if (away < best) {
        best = away;
        of[i] = r->at[j];
      }
    }
  }
}

/* Numbers the lines, from 0; parts without a line get -1. */
static int number_lines(lenet_parts *parts, int *of)
{
  int count = 0;
  for (int i = 0; i < parts->count; i++)
    parts->part[i].line = -1;
  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < parts->count; i++) {
      lenet_part *p = &parts->part[i];
      lenet_part *first = &parts->part[root(of, i)];
      if (pass == 0 && is_large(parts, p)) {
        if (first->line < 0)
          first->line = count++;
        p->line = first->line;
      } else if (pass == 1 && p->writing && p->line < 0 && of[i] != i) {
        p->line = first->line;
      }
    }
  return count;
}

/* ------------------------------------------------------------------ one line --------------- */

/* The parts of one line. */
typedef struct members {
  const lenet_parts *parts;
  const int *at; /* [count] */
  int count;
} members;

/* Least squares through the middles of the large parts; level where they do not reach far. */
static double slope_of(const members *m)
{
  const lenet_parts *parts = m->parts;
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (int i = 0; i < m->count; i++) {
    const lenet_part *p = &parts->part[m->at[i]];
    if (!is_large(parts, p))
      continue;
    double w = height_of(p);
    n += w;
    x += w * middle_x(p);
    y += w * middle_y(p);
    xx += w * middle_x(p) * middle_x(p);
    xy += w * middle_x(p) * middle_y(p);
  }
  double spread = xx / n - x / n * (x / n), tall = parts->digit_height;
  double slope = (xy / n - x / n * (y / n)) / (spread + 0.3 * tall * tall);
  return slope > STEEPEST ? STEEPEST : slope < -STEEPEST ? -STEEPEST : slope;
}

int lenet_line_drop(const lenet_line *line, int x) { return (int)lrint(line->slope * x); }

static int by_size(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* The median height of the large parts: a usual digit's. `room` is for a number for each member. */
static int usual_height(const members *m, int *room)
{
  size_t count = 0;
  for (int i = 0; i < m->count; i++)
    if (is_large(m->parts, &m->parts->part[m->at[i]]))
      room[count++] = height_of(&m->parts->part[m->at[i]]);
  if (count == 0)
    return m->parts->digit_height;
  qsort(room, count, sizeof *room, by_size);
  return room[count / 2];
}

/* Where the line's raster lies. */
static void measure_line(const members *m, lenet_line *line)
{
  int left = INT32_MAX, right = 0, top = INT32_MAX, bottom = INT32_MIN;
  for (int i = 0; i < m->count; i++) {
    const lenet_part *p = &m->parts->part[m->at[i]];
    left = p->left < left ? p->left : left;
    right = p->right > right ? p->right : right;
  }
  line->left = left - EDGE;
  line->width = right - left + 2 * EDGE;
  for (int i = 0; i < m->count; i++) {
    const lenet_part *p = &m->parts->part[m->at[i]];
    int at_left = lenet_line_drop(line, p->left - line->left);
    int at_right = lenet_line_drop(line, p->right - line->left);
    int low = at_left < at_right ? at_left : at_right;
    int high = at_left < at_right ? at_right : at_left;
    top = p->top - high < top ? p->top - high : top;
    bottom = p->bottom - low > bottom ? p->bottom - low : bottom;
  }
  line->top = top - EDGE;
  line->height = bottom - top + 2 * EDGE;
}

/* True where (x, y) is not ink but within EDGE pixels of that of part `index`. */
static bool is_edge(const lenet_ink *ink, const lenet_parts *parts, int index, int x, int y)
{
  for (int v = y - EDGE; v <= y + EDGE; v++)
    for (int u = x - EDGE; u <= x + EDGE; u++)
      if (u >= 0 && v >= 0 && u < ink->width && v < ink->height &&
          parts->label[(size_t)v * (size_t)ink->width + (size_t)u] == index + 1)
        return true;
  return false;
}

/* Copies the ink of a part and the faint pixels beside it. */
static void copy_part(const lenet_ink *ink, const lenet_parts *parts, int index, lenet_line *line)
{
  const lenet_part *p = &parts->part[index];
  for (int y = p->top - EDGE; y < p->bottom + EDGE; y++)
    for (int x = p->left - EDGE; x < p->right + EDGE; x++) {
      int to_x = x - line->left, to_y = y - line->top - lenet_line_drop(line, to_x);
      if (x < 0 || y < 0 || x >= ink->width || y >= ink->height || to_x < 0 ||
          to_x >= line->width || to_y < 0 || to_y >= line->height)
        continue;
      size_t at = (size_t)y * (size_t)ink->width + (size_t)x;
      int32_t label = parts->label[at];
      if (ink->value[at] && (label ? label == index + 1 : is_edge(ink, parts, index, x, y)))
        line->value[(size_t)to_y * (size_t)line->width + (size_t)to_x] =
            (uint8_t)(ink->value[at] < p->full ? 255 * ink->value[at] / p->full : 255);
    }
}

static double middle_of(const lenet_line *line)
{
  return line->top + 0.5 * line->height + 0.5 * line->slope * line->width;
}

static int by_middle(const void *a, const void *b)
{
  double one = middle_of(a), two = middle_of(b);
  return one < two ? -1 : one > two;
}

static int by_left_end(const void *a, const void *b)
{
  return ((const lenet_line *)a)->left - ((const lenet_line *)b)->left;
}

/* From top to bottom; those whose middles are within half a digit of the uppermost's stand beside
 * each other, and go from left to right. */
static void sort_lines(lenet_lines *lines)
{
  lenet_line *all = lines->line;
  qsort(all, (size_t)lines->count, sizeof *all, by_middle);
  for (int first = 0, end; first < lines->count; first = end) {
    for (end = first + 1; end < lines->count; end++) {
      int tall = all[first].digit_height < all[end].digit_height ? all[first].digit_height
                                                                 : all[end].digit_height;
      if (middle_of(&all[end]) - middle_of(&all[first]) >= 0.5 * tall)
        break;
    }
    qsort(all + first, (size_t)(end - first), sizeof *all, by_left_end);
  }
}

/* The parts by line: those of line i are at[start[i]] .. at[start[i + 1] - 1]. start [lines + 1].
 */
static void group(const lenet_parts *parts, int lines, int *start, int *at)
{
  memset(start, 0, ((size_t)lines + 1) * sizeof *start);
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].line >= 0)
      start[parts->part[i].line + 1]++;
  for (int i = 0; i < lines; i++)
    start[i + 1] += start[i];
  /* Each start moves on to its end, which is the next one's start, and back. */
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].line >= 0)
      at[start[parts->part[i].line]++] = i;
  memmove(start + 1, start, (size_t)lines * sizeof *start);
  start[0] = 0;
}

/* `room` is for two numbers for each part, and one for each line and one more. */
static lenet_status make_lines(const lenet_ink *ink, const lenet_parts *parts, bool level,
                               int *room, lenet_lines *lines, lenet_error *error)
{
  int *at = room + parts->count, *start = at + parts->count;
  group(parts, lines->count, start, at);
  for (int i = 0; i < lines->count; i++) {
    lenet_line *line = &lines->line[i];
    const members m = {parts, at + start[i], start[i + 1] - start[i]};
    line->digit_height = usual_height(&m, room);
    line->stroke = ink->stroke;
    line->slope = level ? 0 : slope_of(&m);
    measure_line(&m, line);
    line->value = calloc((size_t)line->width * (size_t)line->height, 1);
    if (!line->value)
      return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a line of digits");
  }
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].line >= 0)
      copy_part(ink, parts, i, &lines->line[parts->part[i].line]);
  sort_lines(lines);
  return LENET_OK;
}

/* Makes the lines->count lines that are numbered in `parts`. */
static lenet_status finish(const lenet_ink *ink, const lenet_parts *parts, bool level,
                           lenet_lines *lines, lenet_error *error)
{
  lenet_status status = LENET_OK;
  int *room = malloc((2 * (size_t)parts->count + (size_t)lines->count + 1) * sizeof *room);
  lines->line = calloc((size_t)lines->count + 1, sizeof *lines->line);
  if (!lines->line || !room)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  if (status == LENET_OK)
    status = make_lines(ink, parts, level, room, lines, error);
  free(room);
  if (status != LENET_OK)
    lenet_lines_free(lines);
  return status;
}

lenet_status lenet_lines_find(const lenet_ink *ink, lenet_parts *parts, lenet_lines *lines,
                              lenet_error *error)
{
  lenet_lines made = {0};
  int *of = malloc(((size_t)parts->count + 1) * sizeof *of);
  if (!of)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  row large;
  lenet_status status = row_make(parts, true, &large, error);
  if (status == LENET_OK) {
    for (int i = 0; i < parts->count; i++)
      of[i] = i;
    join_large(&large, of);
    join_small(&large, of);
    row_free(&large);
    made.count = number_lines(parts, of);
    status = finish(ink, parts, false, &made, error);
  }
  free(of);
  if (status == LENET_OK)
    *lines = made;
  return status;
}

/* Takes the largest part into line 0, and what is near to what is taken already, until there is no
 * more. `taken` is for a number for each part. */
static void take_nearby(const row *r, lenet_parts *parts, int *taken)
{
  int largest = -1, count = 0;
  for (int i = 0; i < parts->count; i++) {
    lenet_part *p = &parts->part[i];
    p->line = -1;
    if (p->writing && (largest < 0 || p->area > parts->part[largest].area))
      largest = i;
  }
  lenet_part *seed = &parts->part[largest];
  int wide = seed->right - seed->left, high = height_of(seed);
  double reach = ONE_DIGIT * (wide > high ? wide : high);
  seed->line = 0;
  taken[count++] = largest;
  for (int next = 0; next < count; next++) {
    const lenet_part *near = &parts->part[taken[next]];
    for (int j = row_find(r, near->left - reach - r->widest);
         j < r->count && r->left[j] - near->right <= reach; j++) {
      lenet_part *p = &parts->part[r->at[j]];
      if (p->line == 0 || distance_between(p, near) > reach)
        continue;
      p->line = 0;
      taken[count++] = r->at[j];
    }
  }
}

lenet_status lenet_lines_of_largest(const lenet_ink *ink, lenet_parts *parts, lenet_lines *lines,
                                    lenet_error *error)
{
  lenet_lines made = {.count = 1};
  int *taken = malloc(((size_t)parts->count + 1) * sizeof *taken);
  row all;
  if (!taken)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  lenet_status status = row_make(parts, false, &all, error);
  if (status == LENET_OK) {
    take_nearby(&all, parts, taken);
    row_free(&all);
    status = finish(ink, parts, true, &made, error);
  }
  free(taken);
  if (status == LENET_OK)
    *lines = made;
  return status;
}

void lenet_lines_free(lenet_lines *lines)
{
  for (int i = 0; lines->line && i < lines->count; i++)
    free(lines->line[i].value);
  free(lines->line);
  *lines = (lenet_lines){0};
}
