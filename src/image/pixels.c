/* pixels.c - pictures that are in memory already. */
#include "lenet.h"

#include "base/error.h"
#include "image/codecs.h"

#include <stdlib.h>

static const int bytes_of[] = {1, 2, 3, 4, 4};

/* One pixel on white paper. */
static uint8_t grey_of(const uint8_t *p, lenet_pixel_format format)
{
  unsigned grey = p[0], alpha = 255;
  if (format == LENET_RGB || format == LENET_RGBA)
    grey = lenet_picture_grey(p[0], p[1], p[2]);
  if (format == LENET_BGRA)
    grey = lenet_picture_grey(p[2], p[1], p[0]);
  if (format == LENET_GREY_ALPHA)
    alpha = p[1];
  if (format == LENET_RGBA || format == LENET_BGRA)
    alpha = p[3];
  return (uint8_t)((grey * alpha + 255 * (255 - alpha) + 127) / 255);
}

lenet_status lenet_image_from_pixels(const void *pixels, int width, int height, ptrdiff_t stride,
                                     lenet_pixel_format format, lenet_image *image,
                                     lenet_error *error)
{
  if (!pixels || (unsigned)format > LENET_BGRA || width < 1 || height < 1 ||
      width > LENET_MAX_IMAGE_SIDE || height > LENET_MAX_IMAGE_SIDE ||
      (long long)width * height > LENET_MAX_IMAGE_PIXELS)
    return lenet_fail(
        error, LENET_BAD_ARGUMENT, -1,
        "%dx%d pixels of format %d: a picture has 1 to %d pixels on a side, %d in all", width,
        height, (int)format, (int)LENET_MAX_IMAGE_SIDE, (int)LENET_MAX_IMAGE_PIXELS);
  ptrdiff_t bytes = bytes_of[format];
  if ((stride < 0 ? -stride : stride) < width * bytes && height > 1)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "a stride of %td bytes: a row of %d pixels has %td", stride, width,
                      width * bytes);
  lenet_image made = {width, height, malloc((size_t)width * (size_t)height)};
  if (!made.pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a picture");
  for (int y = 0; y < height; y++) {
    const uint8_t *row = (const uint8_t *)pixels + y * stride;
    for (int x = 0; x < width; x++)
      made.pixels[(size_t)y * (size_t)width + (size_t)x] = grey_of(row + x * bytes, format);
  }
  *image = made;
  return LENET_OK;
}
