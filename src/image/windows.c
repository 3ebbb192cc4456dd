/* A maximum over n numbers is that of two overlapping halves: windows of 1, 2, 4, ... in place, and
 * a last step to n. Rows first, on a copy with room on both sides; then columns, in bands that fit
 * the cache. The minimum is the maximum of the inverse. */
#include "image/windows.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

enum {
  BAND = 256,       /* columns that go together */
  OUTSTANDING = 80, /* of 255, how far a speck is from what is around it */
  MOST_AROUND = 7   /* of the 8 pixels around a speck are of another tone */
};
static const double SPECKS = 0.02; /* of all pixels, that are worth a remedy */

/* line [count + 2 radius][step] becomes at i the maximum of i .. i + 2 radius. */
static void slide(uint8_t *line, size_t count, size_t radius, size_t step)
{
  size_t window = 2 * radius + 1, reached = 1, all = count + 2 * radius;
  while (reached < window) {
    size_t further = 2 * reached <= window ? reached : window - reached;
    size_t shift = further * step, end = (all - further - reached + 1) * step;
    for (size_t i = 0; i < end; i++)
      line[i] = line[i] > line[i + shift] ? line[i] : line[i + shift];
    reached += further;
  }
}

static void across(uint8_t *pixels, size_t width, size_t height, size_t radius, uint8_t *line)
{
  for (size_t y = 0; y < height; y++) {
    memset(line, 0, width + 2 * radius);
    memcpy(line + radius, pixels + y * width, width);
    slide(line, width, radius, 1);
    memcpy(pixels + y * width, line, width);
  }
}

static void down(uint8_t *pixels, size_t width, size_t height, size_t radius, uint8_t *band)
{
  for (size_t from = 0; from < width; from += BAND) {
    size_t columns = width - from < BAND ? width - from : BAND;
    memset(band, 0, (height + 2 * radius) * columns);
    for (size_t y = 0; y < height; y++)
      memcpy(band + (radius + y) * columns, pixels + y * width + from, columns);
    slide(band, height, radius, columns);
    for (size_t y = 0; y < height; y++)
      memcpy(pixels + y * width + from, band + y * columns, columns);
  }
}

lenet_status lenet_window_maximum(uint8_t *pixels, int width, int height, int radius,
                                  lenet_error *error)
{
  int longer = width > height ? width : height;
  if (radius > longer)
    radius = longer;
  size_t room = (size_t)longer + 2 * (size_t)radius;
  uint8_t *scratch = malloc(room * BAND);
  if (!scratch)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to look around each pixel");
  across(pixels, (size_t)width, (size_t)height, (size_t)radius, scratch);
  down(pixels, (size_t)width, (size_t)height, (size_t)radius, scratch);
  free(scratch);
  return LENET_OK;
}

static void invert(uint8_t *pixels, int width, int height)
{
  size_t count = (size_t)width * (size_t)height;
  for (size_t i = 0; i < count; i++)
    pixels[i] = (uint8_t)(255 - pixels[i]);
}

lenet_status lenet_window_minimum(uint8_t *pixels, int width, int height, int radius,
                                  lenet_error *error)
{
  invert(pixels, width, height);
  lenet_status status = lenet_window_maximum(pixels, width, height, radius, error);
  invert(pixels, width, height);
  return status;
}

/* to[x] = line[x - 1] + 2 line[x] + line[x + 1] */
static void blur_row(const uint8_t *line, int width, uint16_t *to)
{
  for (int x = 0; x < width; x++) {
    int left = line[x > 0 ? x - 1 : 0], right = line[x < width - 1 ? x + 1 : x];
    to[x] = (uint16_t)(left + 2 * line[x] + right);
  }
}

lenet_status lenet_smooth(uint8_t *pixels, int width, int height, lenet_error *error)
{
  uint16_t *rows = malloc(3 * (size_t)width * sizeof *rows);
  if (!rows)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to smooth a picture");
  uint16_t *above = rows, *here = rows + width, *below = rows + 2 * (size_t)width;
  blur_row(pixels, width, above);
  memcpy(here, above, (size_t)width * sizeof *rows);
  for (int y = 0; y < height; y++) {
    uint8_t *line = pixels + (size_t)y * (size_t)width;
    blur_row(y < height - 1 ? line + width : line, width, below);
    for (int x = 0; x < width; x++)
      line[x] = (uint8_t)((above[x] + 2 * here[x] + below[x] + 8) / 16);
    uint16_t *spare = above;
    above = here;
    here = below;
    below = spare;
  }
  free(rows);
  return LENET_OK;
}

/* cleaned [width] gets row y without its specks. Returns how many there were. */
static size_t clean_row(const uint8_t *pixels, int width, int height, int y, uint8_t *cleaned)
{
  const uint8_t *row[3];
  size_t specks = 0;
  for (int v = -1; v <= 1; v++) {
    int at = y + v < 0 ? 0 : y + v >= height ? height - 1 : y + v;
    row[v + 1] = pixels + (size_t)at * (size_t)width;
  }
  for (int x = 0; x < width; x++) {
    int left = x > 0 ? x - 1 : 0, right = x < width - 1 ? x + 1 : x, here = row[1][x];
    const int around[8] = {row[0][left],  row[0][x],    row[0][right], row[1][left],
                           row[1][right], row[2][left], row[2][x],     row[2][right]};
    int darker = 0, lighter = 0, sum_darker = 0, sum_lighter = 0;
    for (int i = 0; i < 8; i++) {
      bool dark = around[i]<here - OUTSTANDING, light = around[i]> here + OUTSTANDING;
      darker += dark;
      lighter += light;
      sum_darker += dark ? around[i] : 0;
      sum_lighter += light ? around[i] : 0;
    }
    bool speck = darker >= MOST_AROUND || lighter >= MOST_AROUND;
    cleaned[x] = (uint8_t)(!speck                  ? here
                           : darker >= MOST_AROUND ? sum_darker / darker
                                                   : sum_lighter / lighter);
    specks += speck;
  }
  return specks;
}

lenet_status lenet_despeckle(uint8_t *pixels, int width, int height, lenet_error *error)
{
  size_t count = (size_t)width * (size_t)height, specks = 0, looked_at = 0;
  uint8_t *cleaned = malloc(count);
  if (!cleaned)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to clean a picture");
  /* Of a large picture a part of the rows tells enough. */
  for (int y = 0, step = 1 + height / 256; y < height; y += step, looked_at += (size_t)width)
    specks += clean_row(pixels, width, height, y, cleaned);
  if ((double)specks > SPECKS * (double)looked_at) {
    for (int y = 0; y < height; y++)
      clean_row(pixels, width, height, y, cleaned + (size_t)y * (size_t)width);
    memcpy(pixels, cleaned, count);
  }
  free(cleaned);
  return LENET_OK;
}
