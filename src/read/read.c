/* read.c - from a picture to all its digits. */
#include "lenet.h"

#include "base/error.h"
#include "image/page.h"
#include "read/by_sweep.h"
#include "read/lattice.h"
#include "read/reader.h"
#include "read/sure.h"
#include "read/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A line that is less sure than this is wrong most likely, and no other need be asked. */
static const lenet_real UNSURE = (lenet_real)0.01;

void lenet_read_place(const lenet_ink *ink, const lenet_line *line, const lenet_extent *extent,
                      lenet_read_digit *digit)
{
  int at_left = lenet_line_drop(line, extent->left),
      at_right = lenet_line_drop(line, extent->right);
  int down = (at_left + at_right) / 2;
  digit->x = (line->left + extent->left) * ink->factor;
  digit->y = (line->top + extent->top + down) * ink->factor;
  digit->width = (extent->right - extent->left) * ink->factor;
  digit->height = (extent->bottom - extent->top) * ink->factor;
}

static lenet_status score_all(lenet_reader *reader, const lenet_candidates *candidates,
                              float **scores, lenet_error *error)
{
  size_t count = (size_t)candidates->count;
  float *made = malloc((count + 1) * (size_t)reader->scores * sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  lenet_status status = lenet_reader_score(reader, candidates->digit, count, made, error);
  if (status == LENET_OK)
    *scores = made;
  else
    free(made);
  return status;
}

/* The best way through a line, and what it leads through. All zeros where the line has no ink. */
typedef struct found_way {
  lenet_candidates candidates;
  float *scores; /* [candidates][reader->scores] */
  lenet_path path;
} found_way;

static void free_way(found_way *way)
{
  lenet_path_free(&way->path);
  free(way->scores);
  lenet_candidates_free(&way->candidates);
}

static lenet_status find_way(lenet_reader *reader, const lenet_line *line, found_way *way,
                             lenet_error *error)
{
  found_way made = {0};
  lenet_status status;
  if (reader->script == LENET_TEXT) {
    status = lenet_candidates_score(reader, line, &made.candidates, &made.scores, error);
  } else {
    status = lenet_candidates_find(line, &made.candidates, error);
    if (status == LENET_OK && made.candidates.count > 0)
      status = score_all(reader, &made.candidates, &made.scores, error);
  }
  if (status == LENET_OK && made.candidates.count > 0)
    status =
        lenet_lattice_read(line, &made.candidates, made.scores, reader->scores, &made.path, error);
  if (status == LENET_OK)
    *way = made;
  else
    free_way(&made);
  return status;
}

/* Letters of one height may be capitals or figures, or all be like x: the cheaper of both ways is
 * taken. Of several characters most often one would be higher if they were small letters. */
static const double ALL_SMALL = 1; /* cost of that */

static lenet_status find_text_way(lenet_reader *reader, lenet_line *line, found_way *way,
                                  lenet_error *error)
{
  lenet_status status = find_way(reader, line, way, error);
  if (status != LENET_OK || line->if_small <= 0)
    return status;
  lenet_line small = *line;
  found_way other;
  small.text.x_height = line->if_small;
  small.digit_height = (int)(line->if_small + 0.5);
  status = find_way(reader, &small, &other, error);
  const double unlikely = way->path.count > 1 ? ALL_SMALL : 0;
  if (status == LENET_OK && other.path.count > 0 && other.path.cost + unlikely < way->path.cost) {
    const found_way kept = *way;
    *way = other;
    other = kept;
    *line = small;
  }
  free_way(status == LENET_OK ? &other : way);
  return status;
}

static void fill_line(const lenet_ink *ink, const lenet_line *line, const found_way *way,
                      lenet_read_line *read)
{
  read->count = way->path.count;
  read->confidence = (lenet_real)way->path.confidence;
  for (int i = 0; i < way->path.count; i++) {
    const lenet_path_digit *step = &way->path.step[i];
    lenet_read_digit *digit = &read->digit[i];
    lenet_read_place(ink, line, &way->candidates.at[step->candidate].extent, digit);
    memcpy(digit->seen, way->candidates.digit + (size_t)step->candidate * 28 * 28,
           sizeof digit->seen);
    digit->digit = step->digit;
    digit->character = (char)('0' + step->digit);
    digit->confidence = (lenet_real)step->confidence;
    for (int k = 0; k < LENET_READER_SCORES; k++)
      digit->scores[k] = (lenet_real)way->scores[step->candidate * LENET_READER_SCORES + k];
  }
}

static lenet_status read_by_cuts(lenet_reader *reader, const lenet_ink *ink, lenet_line *line,
                                 lenet_read_line *read, lenet_gaps *gaps, lenet_error *error)
{
  found_way way;
  lenet_status status = reader->script == LENET_TEXT ? find_text_way(reader, line, &way, error)
                                                     : find_way(reader, line, &way, error);
  if (status != LENET_OK)
    return status;
  if (way.path.count > 0) {
    read->digit = calloc((size_t)way.path.count, sizeof *read->digit);
    if (!read->digit)
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
    else if (reader->script == LENET_TEXT)
      status =
          lenet_text_fill(ink, line, &way.candidates, way.scores, &way.path, read, gaps, error);
    else
      fill_line(ink, line, &way, read);
  }
  free_way(&way);
  return status;
}

/* The two ways to read a line err in different places: one may be sure of what both have read, and
 * cannot be of what one has read otherwise. */
static lenet_status ask_second(lenet_reader *second, const lenet_ink *ink, const lenet_line *line,
                               lenet_read_line *read, lenet_error *error)
{
  lenet_read_line other = {0};
  lenet_status status = lenet_read_by_sweep(second, ink, line, &other, error);
  if (status != LENET_OK)
    return status;
  bool same = other.count == read->count;
  for (int i = 0; same && i < read->count; i++)
    same = other.digit[i].digit == read->digit[i].digit;
  lenet_real sure = same ? other.confidence : 1 - other.confidence;
  read->confidence = (lenet_real)sqrt((double)(read->confidence * fmax(sure, 0)));
  free(other.digit);
  return LENET_OK;
}

/* gaps [lines->count] are of text alone. */
static lenet_status read_each(lenet_reader *reader, const lenet_ink *ink, lenet_lines *lines,
                              lenet_reading *reading, lenet_gaps *gaps, lenet_error *error)
{
  for (int i = 0; i < lines->count; i++) {
    lenet_read_line *line = &reading->line[reading->count];
    lenet_status status =
        reader->sweep
            ? lenet_read_by_sweep(reader, ink, &lines->line[i], line, error)
            : read_by_cuts(reader, ink, &lines->line[i], line, &gaps[reading->count], error);
    if (status == LENET_OK && reader->second && line->count > 0 && line->confidence > UNSURE)
      status = ask_second(reader->second, ink, &lines->line[i], line, error);
    if (status != LENET_OK) {
      free(line->digit);
      return status;
    }
    reading->count += line->count > 0; /* nothing but dirt in it: no line */
  }
  return LENET_OK;
}

static lenet_status read_lines(lenet_reader *reader, const lenet_ink *ink, lenet_lines *lines,
                               lenet_reading *reading, lenet_error *error)
{
  const size_t count = (size_t)lines->count + 1;
  lenet_gaps *gaps = calloc(count, sizeof *gaps);
  reading->line = calloc(count, sizeof *reading->line);
  lenet_status status = LENET_OK;
  if (!gaps || !reading->line)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the lines of a page");
  if (status == LENET_OK)
    status = read_each(reader, ink, lines, reading, gaps, error);
  if (status == LENET_OK && reader->script == LENET_TEXT)
    status = lenet_text_settle(gaps, reading, error);
  for (size_t i = 0; gaps && i < count; i++)
    lenet_gaps_free(&gaps[i]);
  free(gaps);
  return status;
}

static void keep_inside(const lenet_image *image, lenet_reading *reading)
{
  for (int l = 0; l < reading->count; l++)
    for (int i = 0; i < reading->line[l].count; i++) {
      lenet_read_digit *digit = &reading->line[l].digit[i];
      lenet_box_keep_inside(image, &digit->x, &digit->y, &digit->width, &digit->height);
    }
}

lenet_status lenet_read(lenet_reader *reader, const lenet_image *image, lenet_reading *reading,
                        lenet_error *error)
{
  lenet_reading made = {0};
  lenet_sheet_of_lines page = {0};
  lenet_status status = reader->script == LENET_TEXT
                            ? lenet_lines_of_text(image, &page, error)
                            : lenet_lines_of_image(image, LENET_DIGITS, &page, error);
  if (status == LENET_OK)
    status = read_lines(reader, &page.ink, &page.lines, &made, error);
  lenet_lines_of_image_free(&page);
  if (status == LENET_NO_DIGIT)
    status = LENET_OK; /* a page without digits has no lines */
  keep_inside(image, &made);
  if (status == LENET_OK)
    *reading = made;
  else
    lenet_reading_free(&made);
  return status;
}

void lenet_reading_free(lenet_reading *reading)
{
  for (int i = 0; reading->line && i < reading->count; i++)
    free(reading->line[i].digit);
  free(reading->line);
  *reading = (lenet_reading){0};
}
