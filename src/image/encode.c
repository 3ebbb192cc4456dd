/* encode.c - pictures as PNG and JPEG files.
 *
 * Both are made in memory first, so that a file is only begun when all of its bytes are there. */
#include "base/error.h"
#include "base/file.h"

#if LENET_HAVE_PNG || LENET_HAVE_JPEG

#include <stdio.h>

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* What is to be written, and where. */
typedef struct picture {
  const char *path;
  const uint8_t *pixels; /* [height][width][channels] */
  int width, height, channels;
} picture;

static lenet_status check(const picture *p, lenet_error *error)
{
  const bool fits = p->width >= 1 && p->width <= LENET_MAX_IMAGE_SIDE && p->height >= 1 &&
                    p->height <= LENET_MAX_IMAGE_SIDE &&
                    (int64_t)p->width * p->height <= LENET_MAX_IMAGE_PIXELS;
  if (!fits)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: no picture has %dx%d pixels", p->path,
                      p->width, p->height);
  if (p->channels != 1 && p->channels != 3)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: %d channels; 1 or 3 can be written",
                      p->path, p->channels);
  return LENET_OK;
}

static const uint8_t *row_of(const picture *p, int y)
{
  return p->pixels + (size_t)y * (size_t)p->width * (size_t)p->channels;
}

static lenet_status store(const picture *p, const void *bytes, size_t size, lenet_error *error)
{
  lenet_file_writer writer;
  lenet_status status = lenet_file_begin(&writer, p->path, error);
  if (status == LENET_OK)
    status = lenet_file_append(&writer, bytes, size, error);
  if (status == LENET_OK)
    status = lenet_file_commit(&writer, error);
  return status;
}

#endif

/* ------------------------------------------------------------- PNG ------------------------- */

#if LENET_HAVE_PNG

#include <png.h>

/* zlib's usual level, 6, takes far longer over noise for hardly fewer bytes. */
enum { LEVEL = 3 };

/* Everything that must survive libpng's longjmp. */
typedef struct png_job {
  const picture *picture;
  png_structp png;
  png_infop info;
  uint8_t *bytes; /* the file so far */
  size_t size, room;
  lenet_error *error;
  lenet_status status;
  jmp_buf jump;
} png_job;

static void fail_png(png_structp png, png_const_charp message)
{
  png_job *job = png_get_error_ptr(png);
  job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: %s", job->picture->path, message);
  longjmp(job->jump, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void keep_bytes(png_structp png, png_bytep from, size_t size)
{
  png_job *job = png_get_io_ptr(png);
  if (size > job->room - job->size) {
    const size_t room = 2 * (job->size + size);
    uint8_t *larger = realloc(job->bytes, room);
    if (!larger)
      png_error(png, "no memory for the PNG");
    job->bytes = larger;
    job->room = room;
  }
  memcpy(job->bytes + job->size, from, size);
  job->size += size;
}

static void flush_nothing(png_structp png) { (void)png; }

static void encode_png(png_job *job)
{
  const picture *p = job->picture;
  png_set_IHDR(job->png, job->info, (png_uint_32)p->width, (png_uint_32)p->height, 8,
               p->channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_compression_level(job->png, LEVEL);
  png_write_info(job->png, job->info);
  for (int y = 0; y < p->height; y++)
    png_write_row(job->png, row_of(p, y));
  png_write_end(job->png, NULL);
}

static lenet_status write_png(const picture *p, lenet_error *error)
{
  png_job job = {.picture = p, .error = error, .status = LENET_OK};
  png_job *const kept = &job;
  if (setjmp(job.jump) == 0) {
    kept->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, kept, fail_png, ignore_warning);
    kept->info = kept->png ? png_create_info_struct(kept->png) : NULL;
    if (kept->info) {
      png_set_write_fn(kept->png, kept, keep_bytes, flush_nothing);
      encode_png(kept);
    } else {
      kept->status =
          lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to write a PNG", p->path);
    }
  }
  png_destroy_write_struct(&kept->png, &kept->info);
  if (kept->status == LENET_OK)
    kept->status = store(p, kept->bytes, kept->size, error);
  free(kept->bytes);
  return kept->status;
}

lenet_status lenet_image_write_png(const char *path, const uint8_t *pixels, int width, int height,
                                   int channels, lenet_error *error)
{
  const picture p = {path, pixels, width, height, channels};
  const lenet_status status = check(&p, error);
  return status == LENET_OK ? write_png(&p, error) : status;
}

#else

lenet_status lenet_image_write_png(const char *path, const uint8_t *pixels, int width, int height,
                                   int channels, lenet_error *error)
{
  (void)pixels, (void)width, (void)height, (void)channels;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build writes no PNG: it was made without libpng", path);
}

#endif

/* ------------------------------------------------------------- JPEG ------------------------ */

#if LENET_HAVE_JPEG

#include <jpeglib.h>

/* Everything that must survive libjpeg's longjmp. */
typedef struct jpeg_job {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  const picture *picture;
  int quality;
  unsigned char *bytes; /* the file, by libjpeg's malloc */
  unsigned long size;
  lenet_error *error;
  lenet_status status;
  jmp_buf jump;
} jpeg_job;

static void fail_jpeg(j_common_ptr common)
{
  jpeg_job *job = common->client_data;
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: %s", job->picture->path, message);
  longjmp(job->jump, 1);
}

static void no_output(j_common_ptr common) { (void)common; }

static void encode_jpeg(jpeg_job *job)
{
  struct jpeg_compress_struct *jpeg = &job->jpeg;
  const picture *p = job->picture;
  jpeg_create_compress(jpeg);
  jpeg_mem_dest(jpeg, &job->bytes, &job->size);
  jpeg->image_width = (JDIMENSION)p->width;
  jpeg->image_height = (JDIMENSION)p->height;
  jpeg->input_components = p->channels;
  jpeg->in_color_space = p->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, job->quality, TRUE);
  jpeg->dct_method = JDCT_ISLOW; /* the same bits on every processor */
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = (JSAMPROW)row_of(p, (int)jpeg->next_scanline);
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

static lenet_status write_jpeg(const picture *p, int quality, lenet_error *error)
{
  /* On the heap: what a function sets between setjmp and longjmp in its own frame is lost. */
  jpeg_job *job = calloc(1, sizeof *job);
  if (!job)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to write a JPEG", p->path);
  job->picture = p;
  job->quality = quality;
  job->error = error;
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->jpeg.client_data = job;
  job->errors.error_exit = fail_jpeg;
  job->errors.output_message = no_output;
  if (setjmp(job->jump) == 0)
    encode_jpeg(job);
  jpeg_destroy_compress(&job->jpeg);
  if (job->status == LENET_OK)
    job->status = store(p, job->bytes, job->size, error);
  const lenet_status status = job->status;
  free(job->bytes);
  free(job);
  return status;
}

lenet_status lenet_image_write_jpeg(const char *path, const uint8_t *pixels, int width, int height,
                                    int channels, int quality, lenet_error *error)
{
  const picture p = {path, pixels, width, height, channels};
  const lenet_status status = check(&p, error);
  if (status != LENET_OK)
    return status;
  if (quality < 1 || quality > 100)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: quality %d is not in 1 .. 100", path,
                      quality);
  return write_jpeg(&p, quality, error);
}

#else

lenet_status lenet_image_write_jpeg(const char *path, const uint8_t *pixels, int width, int height,
                                    int channels, int quality, lenet_error *error)
{
  (void)pixels, (void)width, (void)height, (void)channels, (void)quality;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build writes no JPEG: it was made without libjpeg", path);
}

#endif
