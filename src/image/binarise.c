/* The way from grey to ink:
 *
 *   1. The border shows the paper: a plane through its tones, by least absolute deviations, so
 *      that a stroke that reaches the border does not tilt it.
 *   2. What differs from that plane most, darker or lighter, is ink: the polarity.
 *   3. Otsu's threshold on the difference gives a first guess of the ink.
 *   4. A curved surface through all that is not ink is the paper's final level: uneven light.
 *   5. Otsu's threshold again; then tones from the paper's noise up to full ink become 0 .. 255.
 *
 * The paper is worked out on a grid of at most SAMPLES x SAMPLES pixels, so that large pictures
 * cost no more than one look at each pixel. */
#include "image/binarise.h"

#include "base/error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 96, MOST_TERMS = 6, PLANE = 3, CURVED = 6, ROUNDS = 12 };

/* Ink must differ from paper by this many of 255 levels. */
enum { LEAST_CONTRAST = 8 };

/* Level of the paper as a polynomial in x and y, each scaled to -1 .. 1. */
typedef struct surface {
  int terms; /* PLANE: 1, x, y; CURVED: also x^2, x y, y^2 */
  double coefficient[MOST_TERMS];
} surface;

/* Tones of the picture on a coarse grid. */
typedef struct sample {
  double x, y, tone;
  double weight; /* 0: not paper */
} sample;

typedef struct grid {
  int count, columns, rows;
  sample at[SAMPLES * SAMPLES];
} grid;

static void terms_at(double x, double y, double term[MOST_TERMS])
{
  const double all[MOST_TERMS] = {1, x, y, x * x, x * y, y * y};
  memcpy(term, all, sizeof all);
}

static double level_at(const surface *paper, double x, double y)
{
  double term[MOST_TERMS], sum = 0;
  terms_at(x, y, term);
  for (int t = 0; t < paper->terms; t++)
    sum += paper->coefficient[t] * term[t];
  return sum;
}

static double scaled(int i, int length) { return length > 1 ? 2.0 * i / (length - 1) - 1 : 0; }

static void take_samples(const lenet_image *image, grid *g)
{
  g->columns = image->width < SAMPLES ? image->width : SAMPLES;
  g->rows = image->height < SAMPLES ? image->height : SAMPLES;
  g->count = g->columns * g->rows;
  for (int i = 0; i < g->count; i++) {
    int column = i % g->columns, row = i / g->columns;
    size_t x =
        g->columns > 1 ? (size_t)column * (size_t)(image->width - 1) / (size_t)(g->columns - 1) : 0;
    size_t y = g->rows > 1 ? (size_t)row * (size_t)(image->height - 1) / (size_t)(g->rows - 1) : 0;
    g->at[i] = (sample){.x = scaled(column, g->columns),
                        .y = scaled(row, g->rows),
                        .tone = image->pixels[y * (size_t)image->width + x],
                        .weight = 1};
  }
}

/* Solves a x = b for a symmetric positive matrix by Gauss-Jordan elimination. */
static void solve(double a[MOST_TERMS][MOST_TERMS + 1], int n, double *x)
{
  for (int k = 0; k < n; k++) {
    double pivot = a[k][k];
    for (int j = k; j <= n; j++)
      a[k][j] /= pivot;
    for (int i = 0; i < n; i++) {
      double factor = a[i][k];
      for (int j = k; i != k && j <= n; j++)
        a[i][j] -= factor * a[k][j];
    }
  }
  for (int i = 0; i < n; i++)
    x[i] = a[i][n];
}

/* Weighted least squares. A little of the identity keeps terms at 0 that the samples say nothing
 * of: a picture one pixel wide has no slope in x. */
static void fit(const grid *g, surface *paper)
{
  double a[MOST_TERMS][MOST_TERMS + 1] = {{0}};
  int n = paper->terms;
  double total = 0;
  for (int i = 0; i < g->count; i++) {
    const sample *s = &g->at[i];
    double term[MOST_TERMS];
    terms_at(s->x, s->y, term);
    for (int r = 0; r < n; r++) {
      for (int c = 0; c < n; c++)
        a[r][c] += s->weight * term[r] * term[c];
      a[r][n] += s->weight * term[r] * s->tone;
    }
    total += s->weight;
  }
  for (int r = 1; r < n; r++)
    a[r][r] += 1e-9 * total;
  solve(a, n, paper->coefficient);
}

/* The plane of least absolute deviation through the border, a twelfth of each side, by least
 * squares reweighted with 1 / |deviation|. */
static surface plane_of_border(grid *g)
{
  int border_x = 1 + g->columns / 12, border_y = 1 + g->rows / 12;
  surface paper = {.terms = PLANE};
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < g->count; i++) {
      sample *s = &g->at[i];
      int column = i % g->columns, row = i / g->columns;
      bool border = column < border_x || column >= g->columns - border_x || row < border_y ||
                    row >= g->rows - border_y;
      double away = fabs(s->tone - level_at(&paper, s->x, s->y));
      s->weight = !border ? 0 : round == 0 ? 1 : 1 / (away + 0.1);
    }
    fit(g, &paper);
  }
  return paper;
}

/* +1 where ink is lighter than paper, -1 where it is darker: the side of the larger squares. */
static int polarity_of(const grid *g, const surface *paper)
{
  double sum = 0;
  for (int i = 0; i < g->count; i++) {
    double away = g->at[i].tone - level_at(paper, g->at[i].x, g->at[i].y);
    sum += away * fabs(away);
  }
  return sum > 0 ? 1 : -1;
}

/* Otsu 1979: the threshold that leaves the least variance within the two classes: the middle of
 * the best ones, since all between two far tones are equally good. Values of at least *threshold
 * are the upper class. Returns the difference of the classes' means. */
static double otsu(const uint32_t histogram[256], int *threshold)
{
  double total = 0, sum = 0, below = 0, sum_below = 0, best = 0, contrast = 0;
  int first = 1, last = 1;
  for (int v = 0; v < 256; v++) {
    total += histogram[v];
    sum += (double)v * histogram[v];
  }
  for (int t = 1; t < 256; t++) {
    below += histogram[t - 1];
    sum_below += (double)(t - 1) * histogram[t - 1];
    if (below == 0 || below == total)
      continue;
    double difference = (sum - sum_below) / (total - below) - sum_below / below;
    double between = below * (total - below) * difference * difference;
    if (between > best * (1 + 1e-12)) {
      best = between;
      first = t;
      contrast = difference;
    }
    if (between >= best * (1 - 1e-12))
      last = t;
  }
  *threshold = (first + last) / 2;
  return contrast;
}

static uint8_t clamp(double value)
{
  return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5);
}

/* The paper without its ink and the ink's near surroundings, as a curved surface where there is
 * enough of it. */
static surface curved_paper(grid *g, const surface *plane, int polarity)
{
  uint32_t histogram[256] = {0};
  int threshold;
  double paper_samples = 0;
  for (int i = 0; i < g->count; i++)
    histogram[clamp(polarity * (g->at[i].tone - level_at(plane, g->at[i].x, g->at[i].y)))]++;
  otsu(histogram, &threshold);
  for (int i = 0; i < g->count; i++)
    g->at[i].weight = 1;
  for (int i = 0; i < g->count; i++) {
    const sample *s = &g->at[i];
    if (polarity * (s->tone - level_at(plane, s->x, s->y)) < threshold)
      continue;
    int column = i % g->columns, row = i / g->columns;
    for (int y = row - 2; y <= row + 2; y++)
      for (int x = column - 2; x <= column + 2; x++)
        if (x >= 0 && x < g->columns && y >= 0 && y < g->rows)
          g->at[y * g->columns + x].weight = 0;
  }
  for (int i = 0; i < g->count; i++)
    paper_samples += g->at[i].weight;
  if (paper_samples < 0.5 * g->count)
    return *plane;
  surface paper = {.terms = CURVED};
  fit(g, &paper);
  return paper;
}

/* The value that `part` of the histogram's range [from, to) lies below. */
static int quantile(const uint32_t histogram[256], int from, int to, double part)
{
  double total = 0, sum = 0;
  for (int v = from; v < to; v++)
    total += histogram[v];
  for (int v = from; v < to; v++) {
    sum += histogram[v];
    if (sum > part * total)
      return v;
  }
  return to - 1;
}

/* Writes each pixel's difference from the paper, on the ink's side, and counts the values. */
static void subtract_paper(const lenet_image *image, const surface *paper, int polarity,
                           uint8_t *difference, uint32_t histogram[256])
{
  const double *c = paper->coefficient;
  for (int row = 0; row < image->height; row++) {
    double y = scaled(row, image->height);
    /* This row's polynomial in x. */
    double constant = c[0] + c[2] * y + c[5] * y * y, linear = c[1] + c[4] * y;
    for (int column = 0; column < image->width; column++) {
      double x = scaled(column, image->width);
      size_t i = (size_t)row * (size_t)image->width + (size_t)column;
      double level = constant + x * (linear + x * c[3]);
      difference[i] = clamp(polarity * (image->pixels[i] - level));
      histogram[difference[i]]++;
    }
  }
}

/* Difference to ink: the paper's noise is 0, the darkest fifth of the ink is 255. */
static int stretch(uint8_t *ink, size_t count, const uint32_t histogram[256], int threshold)
{
  /* Half of the noise is on the other side and counts as 0, so this is four times the median of
   * its size: 2.7 standard deviations. At least what rounding can do. */
  int noise = 4 * quantile(histogram, 0, threshold, 0.75);
  int low = noise > 2 ? noise : 2;
  if (low > threshold / 2)
    low = threshold / 2;
  int high = quantile(histogram, threshold, 256, 0.8);
  if (high <= low)
    high = low + 1;
  uint8_t table[256];
  for (int v = 0; v < 256; v++)
    table[v] = clamp(255.0 * (v - low) / (high - low));
  for (size_t i = 0; i < count; i++)
    ink[i] = table[ink[i]];
  return table[threshold];
}

lenet_status lenet_binarise(const lenet_image *image, uint8_t *ink, int *threshold,
                            lenet_error *error)
{
  grid *g = malloc(sizeof *g);
  if (!g)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find the paper");
  take_samples(image, g);
  surface plane = plane_of_border(g);
  int polarity = polarity_of(g, &plane);
  surface paper = curved_paper(g, &plane, polarity);
  free(g);
  uint32_t histogram[256] = {0};
  subtract_paper(image, &paper, polarity, ink, histogram);
  int split;
  if (otsu(histogram, &split) < LEAST_CONTRAST)
    return lenet_fail(error, LENET_NO_DIGIT, -1, "the picture is of one tone: no ink on it");
  *threshold = stretch(ink, (size_t)image->width * (size_t)image->height, histogram, split);
  return LENET_OK;
}
