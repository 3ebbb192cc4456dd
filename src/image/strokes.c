/* An edge is a place along a row or a column where the tone changes fastest; a run lies between an
 * edge and the next one, if that goes the other way. A stroke gives one short run, the paper
 * between strokes one that is mostly longer, and paper that reaches the border none at all: so the
 * tone with more and shorter runs is ink. The border of the picture, where there is mostly paper,
 * has a say too. */
#include "image/strokes.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
  LEAST_CHANGE = 10,  /* of 255 over two pixels, of an edge */
  MOST_LINES = 512,   /* looked at in each direction */
  LONGEST_RUN = 4096, /* longer ones count as this */
  STEEPEST = 8        /* pixels that set the scale for edges, at least */
};

/* How many runs there are of each length, in each of the two tones: 0 dark, 1 light. */
typedef struct runs {
  uint32_t count[2][LONGEST_RUN + 1];
} runs;

/* A row or a column. */
typedef struct line {
  const uint8_t *pixel;
  size_t step;
  int length;
} line;

static int change_at(const line *l, int i)
{
  int before = i > 0 ? i - 1 : 0, after = i < l->length - 1 ? i + 1 : i;
  return (int)l->pixel[(size_t)after * l->step] - (int)l->pixel[(size_t)before * l->step];
}

/* Every line of one direction, or as many as MOST_LINES. */
static int line_count(const lenet_image *image, bool rows)
{
  int all = rows ? image->height : image->width;
  return all < MOST_LINES ? all : MOST_LINES;
}

static line line_at(const lenet_image *image, bool rows, int i)
{
  size_t width = (size_t)image->width;
  size_t all = (size_t)(rows ? image->height : image->width);
  size_t at = (size_t)i * all / (size_t)line_count(image, rows);
  return rows ? (line){image->pixels + at * width, 1, image->width}
              : (line){image->pixels + at, width, image->height};
}

/* A third of what the steepest places have. 0: none. */
static int least_edge(const lenet_image *image)
{
  uint64_t histogram[256] = {0}, total = 0, above = 0;
  for (int rows = 0; rows < 2; rows++)
    for (int i = 0; i < line_count(image, rows); i++) {
      line l = line_at(image, rows, i);
      for (int x = 0; x < l.length; x++)
        histogram[abs(change_at(&l, x))]++;
      total += (uint64_t)l.length;
    }
  uint64_t steep = total / 5000 > STEEPEST ? total / 5000 : STEEPEST;
  int change = 255;
  while (change > 0 && above + histogram[change] < steep)
    above += histogram[change--];
  if (change < LEAST_CHANGE)
    return 0;
  return change / 3 > LEAST_CHANGE ? change / 3 : LEAST_CHANGE;
}

static void count_runs(const line *l, int least, runs *r)
{
  int last = 0, last_at = -1; /* the edge before: its sign and place */
  for (int x = 0; x < l->length; x++) {
    int change = change_at(l, x);
    if (abs(change) < least)
      continue;
    int sign = change > 0 ? 1 : -1, steepest = change, at = x;
    /* To the steepest place of this edge. */
    while (x + 1 < l->length && change_at(l, x + 1) * sign >= least) {
      x++;
      if (change_at(l, x) * sign > steepest * sign) {
        steepest = change_at(l, x);
        at = x;
      }
    }
    if (last == -sign) {
      int length = at - last_at;
      r->count[sign < 0][length < LONGEST_RUN ? length : LONGEST_RUN]++;
    }
    last = sign;
    last_at = at;
  }
}

static double total_of(const uint32_t *count)
{
  double total = 0;
  for (int i = 0; i <= LONGEST_RUN; i++)
    total += count[i];
  return total;
}

static double median_of(const uint32_t *count)
{
  double total = total_of(count), sum = 0;
  for (int i = 0; i <= LONGEST_RUN; i++) {
    if (sum + count[i] >= 0.5 * total)
      return i < 1 ? 1 : i;
    sum += count[i];
  }
  return 1;
}

/* The part of the border that is darker than the picture's middle tone, -1 .. 1. */
static double border_is_dark(const lenet_image *image)
{
  int w = image->width, h = image->height;
  uint64_t histogram[256] = {0}, total = (uint64_t)w * (uint64_t)h;
  for (uint64_t i = 0; i < total; i++)
    histogram[image->pixels[i]]++;
  int low = 0, high = 255;
  for (uint64_t sum = 0; low < 255 && (sum += histogram[low]) <= total / 200;)
    low++;
  for (uint64_t sum = 0; high > 0 && (sum += histogram[high]) <= total / 200;)
    high--;
  int dark = 0, all = 2 * (w + h);
  for (int x = 0; x < w; x++)
    dark += (2 * image->pixels[x] < low + high) +
            (2 * image->pixels[(size_t)(h - 1) * (size_t)w + (size_t)x] < low + high);
  for (int y = 0; y < h; y++)
    dark += (2 * image->pixels[(size_t)y * (size_t)w] < low + high) +
            (2 * image->pixels[(size_t)y * (size_t)w + (size_t)w - 1] < low + high);
  return 2.0 * dark / all - 1;
}

lenet_status lenet_measure_strokes(const lenet_image *image, lenet_strokes *strokes,
                                   lenet_error *error)
{
  int least = least_edge(image);
  runs *r = calloc(1, sizeof *r);
  if (!r)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to measure strokes");
  for (int rows = 0; least > 0 && rows < 2; rows++)
    for (int i = 0; i < line_count(image, rows); i++) {
      line l = line_at(image, rows, i);
      count_runs(&l, least, r);
    }
  double dark = total_of(r->count[0]), light = total_of(r->count[1]);
  double wide_dark = median_of(r->count[0]), wide_light = median_of(r->count[1]);
  free(r);
  if (dark < 1)
    wide_dark = wide_light;
  if (light < 1)
    wide_light = wide_dark;
  if (dark + light < 1)
    return lenet_fail(error, LENET_NO_DIGIT, -1, "the picture is of one tone: no ink on it");
  double for_light =
      log(wide_dark / wide_light) + 2 * log((light + 1) / (dark + 1)) + border_is_dark(image);
  strokes->light = for_light > 0;
  strokes->width = strokes->light ? wide_light : wide_dark;
  return LENET_OK;
}
