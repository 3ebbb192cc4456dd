/* How a picture lies: the Exif block of JPEG and PNG, which is a TIFF header and a directory. */
#include "image/codecs.h"

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

/* Orientations 5 to 8 exchange rows and columns; 2, 3, 6, 7 then mirror left and right, 3, 4, 7, 8
 * top and bottom. */
lenet_placement lenet_picture_place(int orientation, lenet_image *image)
{
  const bool transpose = orientation >= 5;
  const bool mirror_x =
      orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool mirror_y =
      orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  const int width = transpose ? image->height : image->width;
  const int height = transpose ? image->width : image->height;
  const ptrdiff_t column = mirror_x ? -1 : 1, row = mirror_y ? -(ptrdiff_t)width : width;
  image->width = width;
  image->height = height;
  return (lenet_placement){
      .first = (mirror_x ? width - 1 : 0) + (mirror_y ? (ptrdiff_t)width * (height - 1) : 0),
      .across = transpose ? row : column,
      .down = transpose ? column : row,
  };
}
