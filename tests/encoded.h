/* encoded.h - PNG and JPEG files of every form, made by libpng and libjpeg. The including file
 * includes lenet.h and cmocka.h first. */
#ifndef LENET_TESTS_ENCODED_H
#define LENET_TESTS_ENCODED_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if LENET_HAVE_PNG
#include <png.h>
#endif
#if LENET_HAVE_JPEG
#include <jpeglib.h>
#endif

#if LENET_HAVE_PNG || LENET_HAVE_JPEG

/* The smallest Exif block: a TIFF header and a directory of one entry. */
enum { EXIF = 26 };

static inline void make_exif(uint8_t exif[EXIF], int orientation, bool big_endian)
{
  uint8_t little[EXIF] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1};
  uint8_t big[EXIF] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1};
  little[18] = big[19] = (uint8_t)orientation;
  memcpy(exif, big_endian ? big : little, EXIF);
}

#endif

/* ------------------------------------------------------------------ PNG -------------------- */

#if LENET_HAVE_PNG

typedef struct png_form {
  int width, height, depth, type;
  bool interlaced;
  const uint8_t *rows; /* packed as PNG has them */
  size_t stride;
  const png_color *palette;
  const uint8_t *transparency;     /* of palette entries */
  const png_color_16 *transparent; /* one colour */
  int palette_size, transparency_size;
  uint8_t *exif; /* [EXIF], or NULL */
  bool exif_last;
} png_form;

typedef struct bytes {
  uint8_t at[1 << 15];
  size_t size;
} bytes;

static inline void append(png_structp png, png_bytep from, size_t size)
{
  bytes *to = png_get_io_ptr(png);
  assert_true(size <= sizeof to->at - to->size);
  memcpy(to->at + to->size, from, size);
  to->size += size;
}

static inline void flush(png_structp png) { (void)png; }

static inline void make_png(const png_form *form, bytes *to)
{
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  to->size = 0;
  png_set_write_fn(png, to, append, flush);
  png_set_IHDR(png, info, (unsigned)form->width, (unsigned)form->height, form->depth, form->type,
               form->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (form->palette)
    png_set_PLTE(png, info, form->palette, form->palette_size);
  if (form->transparency || form->transparent)
    png_set_tRNS(png, info, form->transparency, form->transparency_size, form->transparent);
#ifdef PNG_eXIf_SUPPORTED
  if (form->exif && !form->exif_last)
    png_set_eXIf_1(png, info, EXIF, form->exif);
#endif
  png_write_info(png, info);
  int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < form->height; y++)
      png_write_row(png, form->rows + (size_t)y * form->stride);
  if (form->exif && form->exif_last)
    png_write_chunk(png, (png_const_bytep) "eXIf", form->exif, EXIF);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
}

#endif

/* ------------------------------------------------------------------ JPEG ------------------- */

#if LENET_HAVE_JPEG

typedef struct jpeg_form {
  int width, height, components;
  J_COLOR_SPACE from, to;
  const uint8_t *pixels;
  int orientation; /* 0: no Exif */
  bool big_endian, progressive;
} jpeg_form;

static inline void write_exif(struct jpeg_compress_struct *jpeg, int orientation, bool big_endian)
{
  uint8_t marker[6 + EXIF] = "Exif\0";
  make_exif(marker + 6, orientation, big_endian);
  jpeg_write_marker(jpeg, JPEG_APP0 + 1, marker, sizeof marker);
}

static inline uint8_t *make_jpeg(const jpeg_form *form, unsigned long *size)
{
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  uint8_t *file = NULL;
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_mem_dest(&jpeg, &file, size);
  jpeg.image_width = (unsigned)form->width;
  jpeg.image_height = (unsigned)form->height;
  jpeg.input_components = form->components;
  jpeg.in_color_space = form->from;
  jpeg_set_defaults(&jpeg);
  jpeg_set_colorspace(&jpeg, form->to);
  jpeg_set_quality(&jpeg, 100, TRUE);
  if (form->progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  if (form->orientation)
    write_exif(&jpeg, form->orientation, form->big_endian);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = (uint8_t *)(uintptr_t)form->pixels +
                   (size_t)jpeg.next_scanline * (size_t)(form->width * form->components);
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  return file;
}

/* Blocks of one tone survive JPEG but for rounding. */
static inline void assert_jpeg(const jpeg_form *form, int width, int height, const uint8_t *grey,
                               int tolerance)
{
  unsigned long size = 0;
  uint8_t *file = make_jpeg(form, &size);
  lenet_image image;
  lenet_error error;
  if (lenet_image_decode(file, size, "it.jpg", &image, &error) != LENET_OK)
    fail_msg("%s", error.message);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  for (int i = 0; i < width * height; i++)
    if (abs(image.pixels[i] - grey[i]) > tolerance)
      fail_msg("pixel %d is %d, not %d", i, image.pixels[i], grey[i]);
  lenet_image_free(&image);
  free(file);
}

#endif

#endif
