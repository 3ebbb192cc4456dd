/* read.c - from a picture to all its digits. */
#include "lenet.h"

#include "base/error.h"
#include "image/page.h"
#include "read/by_sweep.h"
#include "read/lattice.h"
#include "read/reader.h"

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
  float *made = malloc((count + 1) * LENET_READER_SCORES * sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  lenet_status status = lenet_reader_score(reader, candidates->digit, count, made, error);
  if (status == LENET_OK)
    *scores = made;
  else
    free(made);
  return status;
}

static lenet_status read_by_cuts(lenet_reader *reader, const lenet_ink *ink, const lenet_line *line,
                                 lenet_read_line *read, lenet_error *error)
{
  lenet_candidates candidates;
  float *scores = NULL;
  lenet_path way = {0};
  lenet_status status = lenet_candidates_find(line, &candidates, error);
  if (status != LENET_OK)
    return status;
  if (candidates.count == 0) {
    lenet_candidates_free(&candidates);
    return LENET_OK;
  }
  status = score_all(reader, &candidates, &scores, error);
  if (status == LENET_OK)
    status = lenet_lattice_read(line, &candidates, scores, &way, error);
  if (status == LENET_OK && way.count > 0) {
    read->digit = calloc((size_t)way.count, sizeof *read->digit);
    if (!read->digit)
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the digits of a line");
  }
  if (status == LENET_OK) {
    read->count = way.count;
    read->confidence = (lenet_real)way.confidence;
    for (int i = 0; i < way.count; i++) {
      const lenet_candidate *c = &candidates.at[way.step[i].candidate];
      lenet_read_place(ink, line, &c->extent, &read->digit[i]);
      memcpy(read->digit[i].seen, candidates.digit + (size_t)way.step[i].candidate * 28 * 28,
             sizeof read->digit[i].seen);
      read->digit[i].digit = way.step[i].digit;
      read->digit[i].confidence = (lenet_real)way.step[i].confidence;
      for (int k = 0; k < LENET_READER_SCORES; k++)
        read->digit[i].scores[k] =
            (lenet_real)scores[way.step[i].candidate * LENET_READER_SCORES + k];
    }
  }
  lenet_path_free(&way);
  free(scores);
  lenet_candidates_free(&candidates);
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

static lenet_status read_lines(lenet_reader *reader, const lenet_ink *ink, const lenet_lines *lines,
                               lenet_reading *reading, lenet_error *error)
{
  reading->line = calloc((size_t)lines->count + 1, sizeof *reading->line);
  if (!reading->line)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the lines of a page");
  for (int i = 0; i < lines->count; i++) {
    lenet_read_line *line = &reading->line[reading->count];
    lenet_status status = reader->sweep
                              ? lenet_read_by_sweep(reader, ink, &lines->line[i], line, error)
                              : read_by_cuts(reader, ink, &lines->line[i], line, error);
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
  lenet_status status = lenet_lines_of_image(image, &page, error);
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
