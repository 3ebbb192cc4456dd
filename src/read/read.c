/* read.c - from a picture to all its digits. */
#include "lenet.h"

#include "base/error.h"
#include "read/lattice.h"
#include "read/reader.h"

#include <stdlib.h>
#include <string.h>

/* The box of a candidate's ink in the picture. */
static void place_digit(const lenet_ink *ink, const lenet_line *line, const lenet_candidate *c,
                        lenet_read_digit *digit)
{
  const lenet_extent *e = &c->extent;
  int at_left = lenet_line_drop(line, e->left), at_right = lenet_line_drop(line, e->right);
  int down = (at_left + at_right) / 2;
  digit->x = (line->left + e->left) * ink->factor;
  digit->y = (line->top + e->top + down) * ink->factor;
  digit->width = (e->right - e->left) * ink->factor;
  digit->height = (e->bottom - e->top) * ink->factor;
  memcpy(digit->seen, c->digit, sizeof digit->seen);
}

static lenet_status score_all(lenet_reader *reader, const lenet_candidates *candidates,
                              float **scores, lenet_error *error)
{
  size_t count = (size_t)candidates->count;
  uint8_t *pictures = malloc(count * 28 * 28);
  float *made = malloc(count * LENET_READER_SCORES * sizeof *made);
  lenet_status status = LENET_OK;
  if (!pictures || !made) {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to read a line");
  } else {
    for (size_t i = 0; i < count; i++)
      memcpy(pictures + i * 28 * 28, candidates->at[i].digit, 28 * 28);
    status = lenet_reader_score(reader, pictures, count, made, error);
  }
  free(pictures);
  if (status == LENET_OK)
    *scores = made;
  else
    free(made);
  return status;
}

static lenet_status read_line(lenet_reader *reader, const lenet_ink *ink, const lenet_line *line,
                              lenet_read_line *read, lenet_error *error)
{
  lenet_candidates candidates;
  float *scores = NULL;
  lenet_path way = {0};
  lenet_status status = lenet_candidates_find(line, &candidates, error);
  if (status != LENET_OK)
    return status;
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
      place_digit(ink, line, &candidates.at[way.step[i].candidate], &read->digit[i]);
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

static lenet_status read_lines(lenet_reader *reader, const lenet_ink *ink, const lenet_lines *lines,
                               lenet_reading *reading, lenet_error *error)
{
  reading->line = calloc((size_t)lines->count + 1, sizeof *reading->line);
  if (!reading->line)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the lines of a page");
  for (int i = 0; i < lines->count; i++) {
    lenet_read_line *line = &reading->line[reading->count];
    lenet_status status = read_line(reader, ink, &lines->line[i], line, error);
    if (status != LENET_OK)
      return status;
    reading->count += line->count > 0; /* nothing but dirt in it: no line */
  }
  return LENET_OK;
}

lenet_status lenet_read(lenet_reader *reader, const lenet_image *image, lenet_reading *reading,
                        lenet_error *error)
{
  lenet_reading made = {0};
  lenet_ink ink = {0};
  lenet_parts parts = {0};
  lenet_lines lines = {0};
  lenet_status status = lenet_ink_find(image, &ink, error);
  if (status == LENET_OK)
    status = lenet_parts_find(&ink, &parts, error);
  if (status == LENET_OK)
    status = lenet_lines_find(&ink, &parts, &lines, error);
  if (status == LENET_OK)
    status = read_lines(reader, &ink, &lines, &made, error);
  lenet_lines_free(&lines);
  lenet_parts_free(&parts);
  lenet_ink_free(&ink);
  if (status == LENET_NO_DIGIT)
    status = LENET_OK; /* a page without digits has no lines */
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
