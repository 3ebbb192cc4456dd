#include "image/codecs.h"

#include "base/error.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

lenet_status lenet_picture_bad(const lenet_picture_file *file, size_t position, const char *reason,
                               lenet_error *error)
{
  return lenet_fail(error, LENET_BAD_FILE, (long long)position, "%s: byte %zu: %s", file->name,
                    position, reason);
}

lenet_status lenet_picture_allocate(const lenet_picture_file *file, unsigned long width,
                                    unsigned long height, size_t position, lenet_image *image,
                                    lenet_error *error)
{
  if (width < 1 || height < 1 || width > LENET_MAX_IMAGE_SIDE || height > LENET_MAX_IMAGE_SIDE ||
      (uint64_t)width * height > LENET_MAX_IMAGE_PIXELS)
    return lenet_fail(error, LENET_BAD_FILE, (long long)position,
                      "%s: byte %zu: %lux%lu pixels; a side has 1 to %d, a picture at most %d",
                      file->name, position, width, height, (int)LENET_MAX_IMAGE_SIDE,
                      (int)LENET_MAX_IMAGE_PIXELS);
  image->pixels = malloc((size_t)width * height);
  if (!image->pixels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for %lux%lu pixels", file->name,
                      width, height);
  image->width = (int)width;
  image->height = (int)height;
  return LENET_OK;
}

uint8_t lenet_picture_grey(unsigned red, unsigned green, unsigned blue)
{
  return (uint8_t)((299 * red + 587 * green + 114 * blue + 500) / 1000);
}

static bool is_png(const uint8_t *bytes, size_t size)
{
  return size >= 4 && memcmp(bytes, "\x89PNG", 4) == 0;
}

static bool is_jpeg(const uint8_t *bytes, size_t size)
{
  return size >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0;
}

static bool is_pnm(const uint8_t *bytes, size_t size)
{
  return size >= 3 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6' &&
         memchr(" \t\n\v\f\r#", bytes[2], 7);
}

static const struct format {
  bool (*probe)(const uint8_t *bytes, size_t size);
  lenet_status (*decode)(const lenet_picture_file *file, lenet_image *image, lenet_error *error);
} formats[] = {
    {is_png, lenet_decode_png},
    {is_jpeg, lenet_decode_jpeg},
    {is_pnm, lenet_decode_pnm},
};

/* What people have beside these, by how it begins: '?' is any byte. */
#define BEGINS(pattern) pattern, sizeof pattern - 1
static const struct foreign {
  const char *name, *pattern;
  size_t length;
} foreign[] = {
    {"a HEIC picture", BEGINS("????ftyphei")},  {"a HEIC picture", BEGINS("????ftyphev")},
    {"a HEIF picture", BEGINS("????ftypmif1")}, {"a HEIF picture", BEGINS("????ftypmsf1")},
    {"an AVIF picture", BEGINS("????ftypavi")}, {"a WebP picture", BEGINS("RIFF????WEBP")},
    {"a GIF picture", BEGINS("GIF8")},          {"a TIFF picture", BEGINS("II*\0")},
    {"a TIFF picture", BEGINS("MM\0*")},        {"a BMP picture", BEGINS("BM????\0\0\0\0")},
    {"a PDF document", BEGINS("%PDF-")},
};

static bool is_foreign(const struct foreign *format, const lenet_picture_file *file)
{
  if (file->size < format->length)
    return false;
  for (size_t i = 0; i < format->length; i++)
    if (format->pattern[i] != '?' && (uint8_t)format->pattern[i] != file->bytes[i])
      return false;
  return true;
}

static lenet_status refuse_unknown(const lenet_picture_file *file, lenet_error *error)
{
  char reason[100] = "not a PNG, JPEG or PNM picture";
  for (size_t f = 0; f < sizeof foreign / sizeof *foreign; f++)
    if (is_foreign(&foreign[f], file))
      snprintf(reason, sizeof reason, "%s, and only PNG, JPEG and PNM are read: convert it first",
               foreign[f].name);
  return lenet_picture_bad(file, 0, reason, error);
}

lenet_status lenet_image_decode(const void *bytes, size_t size, const char *name,
                                lenet_image *image, lenet_error *error)
{
  lenet_picture_file file = {.bytes = bytes, .size = size, .name = name ? name : "picture"};
  if (size == 0)
    return lenet_picture_bad(&file, 0, "the file is empty", error);
  for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
    if (!formats[f].probe(file.bytes, size))
      continue;
    lenet_image made = {.pixels = NULL};
    lenet_status status = formats[f].decode(&file, &made, error);
    if (status == LENET_OK)
      *image = made;
    else
      lenet_image_free(&made);
    return status;
  }
  return refuse_unknown(&file, error);
}

lenet_status lenet_image_load(const char *path, lenet_image *image, lenet_error *error)
{
  uint8_t *bytes;
  size_t size;
  lenet_status status = lenet_file_read(path, LENET_MAX_IMAGE_BYTES, &bytes, &size, error);
  if (status != LENET_OK)
    return status;
  status = lenet_image_decode(bytes, size, path, image, error);
  free(bytes);
  return status;
}

void lenet_image_free(lenet_image *image)
{
  if (!image)
    return;
  free(image->pixels);
  *image = (lenet_image){.pixels = NULL};
}
