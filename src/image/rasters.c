/* A line through the middles of the large parts gives the slope; each column of the line goes up or
 * down by what that makes. */
#include "image/rasters.h"

#include "base/error.h"
#include "image/height.h"
#include "image/median.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What holds a slope to the usual one, squares of digit heights: letters reach up and down. */
static const double DIGITS_HOLD = 0.3, LETTERS_HOLD = 60;

enum { EDGE = 2 /* pixels that a stroke's soft edge is wide */ };

/* The parts of one line. */
typedef struct members {
  const lenet_parts *parts;
  const int *at; /* [count] */
  int count;
} members;

/* How the middles of the large parts spread, each counting as its height. */
typedef struct spread {
  double weight;
  double along, together; /* variance along the line, and covariance with how far down they are */
} spread;

static spread spread_of(const members *m)
{
  const lenet_parts *parts = m->parts;
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (int i = 0; i < m->count; i++) {
    const lenet_part *p = &parts->part[m->at[i]];
    if (!lenet_part_is_large(parts, p))
      continue;
    double w = lenet_part_height(p);
    n += w;
    x += w * lenet_part_middle_x(p);
    y += w * lenet_part_middle_y(p);
    xx += w * lenet_part_middle_x(p) * lenet_part_middle_x(p);
    xy += w * lenet_part_middle_x(p) * lenet_part_middle_y(p);
  }
  return (spread){n, xx / n - x / n * (x / n), xy / n - x / n * (y / n)};
}

/* Least squares; where parts do not reach far about `usual`, which counts as much as parts that
 * spread by `firm` do. */
static double slope_of(const spread *s, double firm, double usual)
{
  double slope = (s->together + firm * usual) / (s->along + firm);
  return slope > LENET_STEEPEST    ? LENET_STEEPEST
         : slope < -LENET_STEEPEST ? -LENET_STEEPEST
                                   : slope;
}

int lenet_line_drop(const lenet_line *line, int x) { return (int)lrint(line->slope * x); }

static int by_size(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

/* The median height of the large parts: a usual digit's. `room` is for a number for each member. */
static int usual_height(const members *m, int *room)
{
  size_t count = 0;
  for (int i = 0; i < m->count; i++)
    if (lenet_part_is_large(m->parts, &m->parts->part[m->at[i]]))
      room[count++] = lenet_part_height(&m->parts->part[m->at[i]]);
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

/* Those of all lines that are bars, or those that are not. */
static void copy_parts(const lenet_ink *ink, const lenet_parts *parts, bool bars,
                       lenet_lines *lines)
{
  for (int i = 0; i < parts->count; i++)
    if (parts->part[i].line >= 0 && parts->part[i].bar == bars)
      copy_part(ink, parts, i, &lines->line[parts->part[i].line]);
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

/* `ink` has room for each row. */
static lenet_stand stand_of(const lenet_line *line, double *ink)
{
  for (int y = 0; y < line->height; y++) {
    ink[y] = 0;
    for (int x = 0; x < line->width; x++)
      ink[y] += line->value[(size_t)y * (size_t)line->width + (size_t)x];
  }
  return lenet_stand_find(ink, line->height, line->width);
}

/* The mean x-height of all lines that may have the same, the longer ones counting more. */
static double x_height_among(const lenet_lines *lines, const lenet_stand *stand, int line)
{
  double sum = 0, weight = 0;
  for (int i = 0; i < lines->count; i++)
    if (stand[i].sure && lenet_stand_like(&stand[i], stand[line].at.x_height)) {
      sum += lines->line[i].width * stand[i].at.x_height;
      weight += lines->line[i].width;
    }
  return weight > 0 ? sum / weight : stand[line].at.x_height;
}

/* Lines that are not sure are like those that are, and in lines of one size so is the x-height.
 * `room` has a number for each line. */
static void settle(lenet_lines *lines, lenet_stand *stand, lenet_weighed *room)
{
  size_t count = 0;
  for (int i = 0; i < lines->count; i++)
    if (stand[i].sure)
      room[count++] = (lenet_weighed){stand[i].at.x_height, lines->line[i].width};
  const double page = lenet_median(room, count);
  for (int i = 0; i < lines->count; i++)
    lenet_stand_settle(&stand[i], page);
  for (int i = 0; i < lines->count; i++) {
    lenet_line *line = &lines->line[i];
    line->text = stand[i].at;
    if (stand[i].sure)
      line->text.x_height = x_height_among(lines, stand, i);
    line->if_small = stand[i].sure ? 0 : stand[i].if_small;
    line->digit_height = (int)(line->text.x_height + 0.5);
  }
}

static lenet_status find_letters(lenet_lines *lines, lenet_error *error)
{
  int highest = 1;
  for (int i = 0; i < lines->count; i++)
    highest = lines->line[i].height > highest ? lines->line[i].height : highest;
  double *ink = malloc((size_t)highest * sizeof *ink);
  lenet_stand *stand = malloc(((size_t)lines->count + 1) * sizeof *stand);
  lenet_weighed *room = malloc(((size_t)lines->count + 1) * sizeof *room);
  lenet_status status = LENET_OK;
  if (ink && stand && room) {
    for (int i = 0; i < lines->count; i++)
      stand[i] = stand_of(&lines->line[i], ink);
    settle(lines, stand, room);
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find letters");
  }
  free(ink);
  free(stand);
  free(room);
  return status;
}

/* The slope that the letters of all lines show together. */
static double slope_of_page(const lenet_parts *parts, const int *start, const int *at, int lines)
{
  double along = 0, together = 0, tall = parts->digit_height;
  for (int i = 0; i < lines; i++) {
    const members m = {parts, at + start[i], start[i + 1] - start[i]};
    const spread s = spread_of(&m);
    along += s.weight * s.along;
    together += s.weight * s.together;
  }
  const spread all = {1, along, together};
  return slope_of(&all, LETTERS_HOLD * tall * tall * tall, 0); /* as of one letter's weight */
}

/* `room` is for two numbers for each part, and one for each line and one more. */
static lenet_status make_lines(const lenet_ink *ink, const lenet_parts *parts,
                               lenet_levelling levelling, int *room, lenet_lines *lines,
                               lenet_error *error)
{
  int *at = room + parts->count, *start = at + parts->count;
  const bool letters = levelling == LENET_BY_LETTERS;
  group(parts, lines->count, start, at);
  const double tall = parts->digit_height,
               firm = (letters ? LETTERS_HOLD : DIGITS_HOLD) * tall * tall;
  const double usual = letters ? slope_of_page(parts, start, at, lines->count) : 0;
  for (int i = 0; i < lines->count; i++) {
    lenet_line *line = &lines->line[i];
    const members m = {parts, at + start[i], start[i + 1] - start[i]};
    line->digit_height = usual_height(&m, room);
    line->stroke = ink->stroke;
    if (levelling != LENET_LEVEL) {
      const spread s = spread_of(&m);
      line->slope = slope_of(&s, firm, usual);
    }
    measure_line(&m, line);
    line->value = calloc((size_t)line->width * (size_t)line->height, 1);
    if (!line->value)
      return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a line of digits");
  }
  /* Where letters stand is seen by their ink: a dash or = may have the fullest row of a line. */
  copy_parts(ink, parts, false, lines);
  const lenet_status status = letters ? find_letters(lines, error) : LENET_OK;
  copy_parts(ink, parts, true, lines);
  sort_lines(lines);
  return status;
}

lenet_status lenet_rasters_make(const lenet_ink *ink, const lenet_parts *parts,
                                lenet_levelling levelling, lenet_lines *lines, lenet_error *error)
{
  lenet_status status = LENET_OK;
  int *room = malloc((2 * (size_t)parts->count + (size_t)lines->count + 1) * sizeof *room);
  lines->line = calloc((size_t)lines->count + 1, sizeof *lines->line);
  if (!lines->line || !room)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find lines");
  if (status == LENET_OK)
    status = make_lines(ink, parts, levelling, room, lines, error);
  free(room);
  if (status != LENET_OK)
    lenet_lines_free(lines);
  return status;
}

void lenet_lines_free(lenet_lines *lines)
{
  for (int i = 0; lines->line && i < lines->count; i++)
    free(lines->line[i].value);
  free(lines->line);
  *lines = (lenet_lines){0};
}
