/* codecs.h - one decoder for each picture format. */
#ifndef LENET_IMAGE_CODECS_H
#define LENET_IMAGE_CODECS_H

#include "lenet.h"

/* The bytes of one file and what to call it in an error. */
typedef struct lenet_picture_file {
  const uint8_t *bytes;
  size_t size;
  const char *name;
} lenet_picture_file;

/* Each takes a file that begins as its format does and fills `image`, whose pixels are NULL
 * before; on failure the caller frees what is there. */
lenet_status lenet_decode_png(const lenet_picture_file *file, lenet_image *image,
                              lenet_error *error);
lenet_status lenet_decode_jpeg(const lenet_picture_file *file, lenet_image *image,
                               lenet_error *error);
lenet_status lenet_decode_pnm(const lenet_picture_file *file, lenet_image *image,
                              lenet_error *error);

/* Checks a size of `width` x `height` against the limits of lenet.h and takes memory for the
 * pixels. `position` is where the file says the size. */
lenet_status lenet_picture_allocate(const lenet_picture_file *file, unsigned long width,
                                    unsigned long height, size_t position, lenet_image *image,
                                    lenet_error *error);

/* "<name>: byte <position>: <reason>", LENET_BAD_FILE. */
lenet_status lenet_picture_bad(const lenet_picture_file *file, size_t position, const char *reason,
                               lenet_error *error);

/* The tag "Orientation" of the first directory of an Exif block (Exif 2.32, 4.6): 1 to 8, or 1
 * where there is none or anything is wrong. `tiff` begins with "II" or "MM". */
int lenet_exif_orientation(const uint8_t *tiff, size_t size);

/* Where the pixels of a stored picture are seen: that in column x of row y at pixels[first + x *
 * across + y * down]. So each goes to its place as it is decoded, and no second picture is needed.
 */
typedef struct lenet_placement {
  ptrdiff_t first, across, down;
} lenet_placement;

/* `image` has the stored picture's size and gets that of the one that is seen, by an Exif
 * orientation. */
lenet_placement lenet_picture_place(int orientation, lenet_image *image);

/* Luma by Rec. ITU-R BT.601, as in JPEG, rounded. */
uint8_t lenet_picture_grey(unsigned red, unsigned green, unsigned blue);

#endif
