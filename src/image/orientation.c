/* How a picture lies: the Exif block of JPEG and PNG, which is a TIFF header and a directory. */
#include "image/codecs.h"

#include "base/error.h"

#include <stdlib.h>
#include <string.h>

static unsigned read_number(const uint8_t *at, int size, bool big_endian)
{
  unsigned value = 0;
  for (int i = 0; i < size; i++)
    value = value << 8 | at[big_endian ? i : size - 1 - i];
  return value;
}

int lenet_exif_orientation(const uint8_t *tiff, size_t size)
{
  enum { ENTRY = 12, TAG = 0x0112, TYPE_SHORT = 3 };
  if (size < 8 || (memcmp(tiff, "II*\0", 4) != 0 && memcmp(tiff, "MM\0*", 4) != 0))
    return 1;
  bool big_endian = tiff[0] == 'M';
  size_t directory = read_number(tiff + 4, 4, big_endian);
  if (directory > size - 2)
    return 1;
  unsigned entries = read_number(tiff + directory, 2, big_endian);
  for (size_t at = directory + 2; entries > 0 && at + ENTRY <= size; at += ENTRY, entries--) {
    if (read_number(tiff + at, 2, big_endian) != TAG)
      continue;
    unsigned value = read_number(tiff + at + 8, 2, big_endian);
    bool right = read_number(tiff + at + 2, 2, big_endian) == TYPE_SHORT;
    return right && value >= 1 && value <= 8 ? (int)value : 1;
  }
  return 1;
}

/* Orientations 5 to 8 exchange rows and
 * columns; 2, 3, 6, 7 then mirror left and right, 3, 4, 7, 8 top and bottom. */
lenet_status lenet_picture_turn(const lenet_picture_file *file, int orientation, lenet_image *image,
                                lenet_error *error)
{
  bool transpose = orientation >= 5;
  bool mirror_x = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  bool mirror_y = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  if (orientation == 1)
    return LENET_OK;
  const lenet_image stored = *image;
  int width = transpose ? stored.height : stored.width;
  int height = transpose ? stored.width : stored.height;
  uint8_t *pixels = malloc((size_t)width * (size_t)height);
  if (!pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to turn the picture", file->name);
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      int u = mirror_x ? width - 1 - x : x, v = mirror_y ? height - 1 - y : y;
      size_t from = transpose ? (size_t)u * (size_t)stored.width + (size_t)v
                              : (size_t)v * (size_t)stored.width + (size_t)u;
      pixels[(size_t)y * (size_t)width + (size_t)x] = stored.pixels[from];
    }
  free(stored.pixels);
  *image = (lenet_image){.width = width, .height = height, .pixels = pixels};
  return LENET_OK;
}
