/* The simple path from a picture that holds one digit to the frame of MNIST:
 *
 *   shrink      large photographs, to what a digit of 20x20 can use
 *   binarise    paper, polarity, ink
 *   specks      components far smaller than the largest are dirt and go
 *   normalise   20x20 box, centre of mass */
#include "lenet.h"

#include "base/error.h"
#include "image/binarise.h"
#include "image/normalise.h"

#include <stdlib.h>
#include <string.h>

enum {
  MOST_SIDE = 1024, /* of a picture after shrinking */
  SPECK = 25        /* a component of less than a 25th of the largest is dirt */
};

/* Means of factor x factor pixels; what is left over at the right and below is cut off. */
static lenet_status shrink(const lenet_image *image, int factor, lenet_image *smaller,
                           lenet_error *error)
{
  int width = image->width / factor, height = image->height / factor;
  if (width < 1)
    width = 1;
  if (height < 1)
    height = 1;
  uint8_t *pixels = malloc((size_t)width * (size_t)height);
  if (!pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to shrink a picture");
  int across = image->width < factor ? image->width : factor;
  int down = image->height < factor ? image->height : factor;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      unsigned sum = 0;
      for (int v = 0; v < down; v++)
        for (int u = 0; u < across; u++)
          sum += image->pixels[((size_t)y * (size_t)factor + (size_t)v) * (size_t)image->width +
                               (size_t)x * (size_t)factor + (size_t)u];
      unsigned area = (unsigned)(across * down);
      pixels[(size_t)y * (size_t)width + (size_t)x] = (uint8_t)((sum + area / 2) / area);
    }
  *smaller = (lenet_image){.width = width, .height = height, .pixels = pixels};
  return LENET_OK;
}

/* ------------------------------------------------------------- components ------------------ */

typedef struct raster {
  int width, height;
  uint8_t *ink; /* [height][width] */
  int threshold;
  uint32_t *label; /* [height][width]: 0 paper, else the component */
  uint32_t *stack; /* [height][width] */
} raster;

/* Labels the component that holds `start`, 8-connected, and returns its size. */
static uint32_t flood(raster *r, uint32_t start, uint32_t label)
{
  uint32_t size = 0, depth = 0;
  r->label[start] = label;
  r->stack[depth++] = start;
  while (depth > 0) {
    uint32_t at = r->stack[--depth];
    int x = (int)(at % (uint32_t)r->width), y = (int)(at / (uint32_t)r->width);
    size++;
    for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < r->height; v++)
      for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < r->width; u++) {
        uint32_t next = (uint32_t)v * (uint32_t)r->width + (uint32_t)u;
        if (r->label[next] || r->ink[next] < r->threshold)
          continue;
        r->label[next] = label;
        r->stack[depth++] = next;
      }
  }
  return size;
}

/* True if a pixel that is kept lies at (x, y) or beside it. */
static bool near_kept(const raster *r, int x, int y)
{
  for (int v = y > 0 ? y - 1 : 0; v <= y + 1 && v < r->height; v++)
    for (int u = x > 0 ? x - 1 : 0; u <= x + 1 && u < r->width; u++)
      if (r->label[(size_t)v * (size_t)r->width + (size_t)u] == UINT32_MAX)
        return true;
  return false;
}

/* Clears all ink but that of large components and of the pixels around them, which hold the
 * faint edges of strokes. Kept pixels are labelled again, with UINT32_MAX. */
static void keep_large(raster *r, const uint32_t *size, uint32_t components)
{
  uint32_t largest = 0;
  size_t count = (size_t)r->width * (size_t)r->height;
  for (uint32_t c = 1; c <= components; c++)
    if (size[c] > largest)
      largest = size[c];
  for (size_t i = 0; i < count; i++)
    if (r->label[i] && size[r->label[i]] >= largest / SPECK)
      r->label[i] = UINT32_MAX;
  for (int y = 0; y < r->height; y++)
    for (int x = 0; x < r->width; x++)
      if (!near_kept(r, x, y))
        r->ink[(size_t)y * (size_t)r->width + (size_t)x] = 0;
}

static lenet_status drop_specks(raster *r, lenet_error *error)
{
  uint32_t count = (uint32_t)r->width * (uint32_t)r->height, components = 0;
  r->label = calloc(count, sizeof *r->label);
  r->stack = malloc(count * sizeof *r->stack);
  uint32_t *size = malloc(((size_t)count + 1) * sizeof *size);
  lenet_status status = LENET_OK;
  if (r->label && r->stack && size) {
    for (uint32_t i = 0; i < count; i++)
      if (!r->label[i] && r->ink[i] >= r->threshold) {
        components++;
        size[components] = flood(r, i, components);
      }
    keep_large(r, size, components);
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to find strokes");
  }
  free(size);
  free(r->stack);
  free(r->label);
  return status;
}

/* ------------------------------------------------------------- the path -------------------- */

static lenet_status to_digit(const lenet_image *image, uint8_t digit[28 * 28], lenet_error *error)
{
  raster r = {.width = image->width, .height = image->height};
  r.ink = malloc((size_t)r.width * (size_t)r.height);
  if (!r.ink)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for the ink of a picture");
  lenet_status status = lenet_binarise(image, r.ink, &r.threshold, error);
  if (status == LENET_OK)
    status = drop_specks(&r, error);
  if (status == LENET_OK && !lenet_normalise(r.ink, r.width, r.height, digit))
    status = lenet_fail(error, LENET_NO_DIGIT, -1, "the picture holds no ink");
  free(r.ink);
  return status;
}

lenet_status lenet_image_to_digit(const lenet_image *image, uint8_t digit[28 * 28],
                                  lenet_error *error)
{
  if (!image || !image->pixels || image->width < 1 || image->height < 1 ||
      image->width > LENET_MAX_IMAGE_SIDE || image->height > LENET_MAX_IMAGE_SIDE)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "a picture has 1 to %d pixels on a side",
                      (int)LENET_MAX_IMAGE_SIDE);
  int side = image->width > image->height ? image->width : image->height;
  int factor = (side + MOST_SIDE - 1) / MOST_SIDE;
  if (factor == 1)
    return to_digit(image, digit, error);
  lenet_image smaller;
  lenet_status status = shrink(image, factor, &smaller, error);
  if (status != LENET_OK)
    return status;
  status = to_digit(&smaller, digit, error);
  lenet_image_free(&smaller);
  return status;
}
