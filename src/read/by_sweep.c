#include "read/by_sweep.h"

#include "base/error.h"
#include "image/page.h"
#include "image/strip.h"
#include "read/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  SIDE = LENET_STRIP_ROWS,
  OFFSETS = 2 /* sweeps, each so much of a step of the network further right than the last */
};

/* The line as the network reads it, and what it says: window i begins `step` i columns from the
 * left. */
typedef struct swept {
  lenet_strip strip;
  int step, count;
  lenet_real *scores; /* [count][LENET_READER_SCORES] */
} swept;

static void free_swept(swept *s)
{
  lenet_strip_free(&s->strip);
  free(s->scores);
}

/* Sweeps at each offset in turn and puts every window in its place. `picture` and `scores` have
 * room for the widest. */
static lenet_status sweep_offsets(lenet_sweep *sweep, swept *s, uint8_t *picture,
                                  lenet_real *scores, lenet_error *error)
{
  for (int k = 0; k < OFFSETS; k++) {
    const int from = k * s->step, width = s->strip.width - from;
    const int windows = (s->count - k + OFFSETS - 1) / OFFSETS;
    if (windows <= 0)
      break;
    for (int y = 0; y < SIDE; y++)
      memcpy(picture + (size_t)y * (size_t)width,
             s->strip.value + (size_t)y * (size_t)s->strip.width + from, (size_t)width);
    lenet_status status = lenet_sweep_run(sweep, picture, width, scores, error);
    if (status != LENET_OK)
      return status;
    for (int i = 0; i < windows; i++)
      memcpy(s->scores + (size_t)(k + i * OFFSETS) * LENET_READER_SCORES,
             scores + (size_t)i * LENET_READER_SCORES, LENET_READER_SCORES * sizeof *scores);
  }
  return LENET_OK;
}

static lenet_status sweep_line(lenet_sweep *sweep, const lenet_line *line, swept *s,
                               lenet_error *error)
{
  swept made = {.step = lenet_sweep_step(sweep) / OFFSETS};
  lenet_status status = lenet_strip_make(line, &made.strip, error);
  if (status != LENET_OK)
    return status;
  made.count = (made.strip.width - SIDE) / made.step + 1;
  const size_t size = (size_t)made.count * LENET_READER_SCORES;
  uint8_t *picture = malloc(SIDE * (size_t)made.strip.width);
  lenet_real *scores = malloc(size * sizeof *scores);
  made.scores = malloc(size * sizeof *made.scores);
  if (picture && scores && made.scores)
    status = sweep_offsets(sweep, &made, picture, scores, error);
  else
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to sweep a line");
  free(picture);
  free(scores);
  if (status == LENET_OK)
    *s = made;
  else
    free_swept(&made);
  return status;
}

/* The column of the line under the middle of a run. */
static int centre_of(const swept *s, const lenet_line *line, const lenet_run *run)
{
  const double middle = 0.5 * (run->first + run->last) * s->step + 0.5 * SIDE;
  const int x = (int)((middle - LENET_STRIP_MARGIN) / s->strip.scale);
  return x < 0 ? 0 : x >= line->width ? line->width - 1 : x;
}

/* The column between two digits with the least ink; of several that nearest to the middle. */
static int border_between(const lenet_line *line, int left, int right)
{
  int best = (left + right + 1) / 2;
  double least = HUGE_VAL;
  for (int x = left + 1; x < right; x++) {
    double ink = 0;
    for (int y = 0; y < line->height; y++)
      ink += line->value[(size_t)y * (size_t)line->width + (size_t)x];
    ink += abs(2 * x - left - right); /* a grey level for each half pixel */
    if (ink < least) {
      least = ink;
      best = x;
    }
  }
  return best;
}

/* Where columns left .. right - 1 have ink; all of them where there is none. */
static lenet_extent extent_of(const lenet_line *line, int left, int right)
{
  lenet_extent e = {.left = right, .top = line->height, .right = left, .bottom = 0};
  for (int y = 0; y < line->height; y++)
    for (int x = left; x < right; x++) {
      if (line->value[(size_t)y * (size_t)line->width + (size_t)x] < 128)
        continue;
      e.left = x < e.left ? x : e.left;
      e.right = x >= e.right ? x + 1 : e.right;
      e.top = y < e.top ? y : e.top;
      e.bottom = y + 1;
    }
  if (e.bottom == 0)
    e = (lenet_extent){.left = left, .top = 0, .right = right, .bottom = line->height};
  return e;
}

static void fill_digit(const swept *s, const lenet_run *run, lenet_read_digit *digit)
{
  const lenet_real *score = s->scores + (size_t)run->peak * LENET_READER_SCORES;
  digit->digit = run->digit;
  digit->character = (char)('0' + run->digit);
  digit->confidence = (lenet_real)run->confidence;
  memcpy(digit->scores, score, sizeof digit->scores);
  for (int y = 0; y < SIDE; y++)
    memcpy(digit->seen + y * SIDE,
           s->strip.value + (size_t)y * (size_t)s->strip.width + run->peak * s->step, SIDE);
}

/* A digit's box ends where it is nearer to the next, and a digit's height from its middle. */
static void fill_line(const lenet_ink *ink, const lenet_line *line, const swept *s,
                      const lenet_runs *runs, lenet_read_line *read)
{
  read->count = runs->count;
  read->confidence = (lenet_real)runs->confidence;
  int border = 0;
  for (int i = 0; i < runs->count; i++) {
    int centre = centre_of(s, line, &runs->run[i]), left = border, right = line->width;
    if (i + 1 < runs->count)
      right = border_between(line, centre, centre_of(s, line, &runs->run[i + 1]));
    border = right;
    left = left < centre - line->digit_height ? centre - line->digit_height : left;
    right = right > centre + line->digit_height ? centre + line->digit_height : right;
    right = right > left ? right : left + 1;
    lenet_extent e = extent_of(line, left, right);
    lenet_read_place(ink, line, &e, &read->digit[i]);
    fill_digit(s, &runs->run[i], &read->digit[i]);
  }
}

/* The network's scores of a line, and the digits that they come to; both are the caller's. */
static lenet_status read_columns(lenet_reader *reader, const lenet_line *line, swept *s,
                                 lenet_runs *runs, lenet_error *error)
{
  lenet_status status = sweep_line(reader->sweep, line, s, error);
  if (status != LENET_OK)
    return status;
  status = lenet_columns_read(s->scores, s->count, runs, error);
  if (status != LENET_OK)
    free_swept(s);
  return status;
}

lenet_status lenet_read_by_sweep(lenet_reader *reader, const lenet_ink *ink, const lenet_line *line,
                                 lenet_read_line *read, lenet_error *error)
{
  swept s;
  lenet_runs runs = {0};
  lenet_status status = read_columns(reader, line, &s, &runs, error);
  if (status != LENET_OK)
    return status;
  if (runs.count > 0) {
    read->digit = calloc((size_t)runs.count, sizeof *read->digit);
    if (read->digit)
      fill_line(ink, line, &s, &runs, read);
    else
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
  }
  lenet_runs_free(&runs);
  free_swept(&s);
  return status;
}

/* ------------------------------------------------------------------ to be looked at ------- */

/* Leaves `shown` as it was where no digit is read in the line. */
static lenet_status show_line(lenet_reader *reader, const lenet_line *line, lenet_swept_line *shown,
                              lenet_error *error)
{
  swept s;
  lenet_runs runs = {0};
  lenet_status status = read_columns(reader, line, &s, &runs, error);
  if (status != LENET_OK)
    return status;
  uint8_t *path = runs.count > 0 ? malloc((size_t)s.count) : NULL;
  if (path) {
    memset(path, LENET_NONDIGIT, (size_t)s.count);
    for (int i = 0; i < runs.count; i++)
      for (int k = runs.run[i].first; k <= runs.run[i].last; k++)
        path[k] = (uint8_t)runs.run[i].digit;
    *shown = (lenet_swept_line){s.strip.width, s.strip.value, s.step, s.count, s.scores, path};
  } else {
    if (runs.count > 0)
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the way through a line");
    free_swept(&s);
  }
  lenet_runs_free(&runs);
  return status;
}

lenet_status lenet_sweep_image(lenet_reader *reader, const lenet_image *image,
                               lenet_sweeping *sweeping, lenet_error *error)
{
  if (!reader->sweep)
    return lenet_fail(error, LENET_UNSUPPORTED, -1, "the reader cuts lines, it has no sweep");
  lenet_sheet_of_lines page = {0};
  lenet_sweeping made = {0};
  lenet_status status = lenet_lines_of_image(image, LENET_DIGITS, &page, error);
  if (status == LENET_OK) {
    made.line = calloc((size_t)page.lines.count + 1, sizeof *made.line);
    if (!made.line)
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the lines of a page");
  }
  for (int i = 0; status == LENET_OK && i < page.lines.count; i++) {
    status = show_line(reader, &page.lines.line[i], &made.line[made.count], error);
    made.count += status == LENET_OK && made.line[made.count].path;
  }
  lenet_lines_of_image_free(&page);
  if (status == LENET_NO_DIGIT)
    status = LENET_OK; /* no lines */
  if (status == LENET_OK)
    *sweeping = made;
  else
    lenet_sweeping_free(&made);
  return status;
}

void lenet_sweeping_free(lenet_sweeping *sweeping)
{
  for (int i = 0; sweeping->line && i < sweeping->count; i++) {
    free(sweeping->line[i].strip);
    free(sweeping->line[i].scores);
    free(sweeping->line[i].path);
  }
  free(sweeping->line);
  *sweeping = (lenet_sweeping){0};
}
