/* encode.c - pictures as PNG and JPEG files.
 *
 * Both are made in memory first, so that a file is only begun when all of its bytes are there. */
#include "image/encode.h"

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

/* The job is its caller's: what a function sets between setjmp and longjmp in its own frame is
 * lost. */
static void run_png(png_job *job)
{
  if (setjmp(job->jump) != 0)
    return;
  job->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, job, fail_png, ignore_warning);
  job->info = job->png ? png_create_info_struct(job->png) : NULL;
  if (job->info) {
    png_set_write_fn(job->png, job, keep_bytes, flush_nothing);
    encode_png(job);
  } else {
    job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory to write a PNG",
                             job->picture->path);
  }
}

static lenet_status write_png(const picture *p, lenet_error *error)
{
  png_job job = {.picture = p, .error = error, .status = LENET_OK};
  run_png(&job);
  png_destroy_write_struct(&job.png, &job.info);
  if (job.status == LENET_OK)
    job.status = store(p, job.bytes, job.size, error);
  free(job.bytes);
  return job.status;
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

#include <jerror.h>
#include <jpeglib.h>

enum { FIRST_BYTES = 1 << 16 };

/* Everything that must survive libjpeg's longjmp. */
typedef struct jpeg_job {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr destination;
  const picture *picture;
  int quality;
  uint8_t *bytes; /* the file so far */
  size_t size, room;
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

/* Gives libjpeg `room` bytes, of which it has filled `used`. (Its own jpeg_mem_dest, where memory
 * runs out, leaves its caller with a buffer that is free already.) */
static void set_room(struct jpeg_compress_struct *jpeg, size_t used, size_t room)
{
  jpeg_job *job = jpeg->client_data;
  uint8_t *larger = realloc(job->bytes, room);
  if (!larger)
    ERREXIT1(jpeg, JERR_OUT_OF_MEMORY, 0);
  job->bytes = larger;
  job->room = room;
  job->destination.next_output_byte = larger + used;
  job->destination.free_in_buffer = room - used;
}

static void begin_bytes(j_compress_ptr jpeg) { set_room(jpeg, 0, FIRST_BYTES); }

/* libjpeg calls this when all of the room is filled. */
static boolean more_bytes(j_compress_ptr jpeg)
{
  const size_t used = ((jpeg_job *)jpeg->client_data)->room;
  set_room(jpeg, used, 2 * used);
  return TRUE;
}

static void end_bytes(j_compress_ptr jpeg)
{
  jpeg_job *job = jpeg->client_data;
  job->size = job->room - job->destination.free_in_buffer;
}

static void encode_jpeg(jpeg_job *job)
{
  struct jpeg_compress_struct *jpeg = &job->jpeg;
  const picture *p = job->picture;
  jpeg_create_compress(jpeg);
  jpeg->dest = &job->destination;
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

static void run_jpeg(jpeg_job *job)
{
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->jpeg.client_data = job;
  job->errors.error_exit = fail_jpeg;
  job->errors.output_message = no_output;
  job->destination = (struct jpeg_destination_mgr){.init_destination = begin_bytes,
                                                   .empty_output_buffer = more_bytes,
                                                   .term_destination = end_bytes};
  if (setjmp(job->jump) == 0)
    encode_jpeg(job);
}

static lenet_status make_jpeg(const picture *p, int quality, uint8_t **bytes, size_t *size,
                              lenet_error *error)
{
  lenet_status status = check(p, error);
  if (status != LENET_OK)
    return status;
  if (quality < 1 || quality > 100)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: quality %d is not in 1 .. 100", p->path,
                      quality);
  jpeg_job job = {.picture = p, .quality = quality, .error = error, .status = LENET_OK};
  run_jpeg(&job);
  jpeg_destroy_compress(&job.jpeg);
  if (job.status != LENET_OK) {
    free(job.bytes);
    return job.status;
  }
  *bytes = job.bytes;
  *size = job.size;
  return LENET_OK;
}

lenet_status lenet_through_jpeg(int quality, int width, int height, uint8_t *pixels,
                                lenet_error *error)
{
  const picture p = {"JPEG", pixels, width, height, 1};
  uint8_t *bytes = NULL;
  size_t size = 0;
  lenet_image image;
  lenet_status status = make_jpeg(&p, quality, &bytes, &size, error);
  if (status != LENET_OK)
    return status;
  status = lenet_image_decode(bytes, size, p.path, &image, error);
  free(bytes);
  if (status != LENET_OK)
    return status;
  memcpy(pixels, image.pixels, (size_t)width * (size_t)height);
  lenet_image_free(&image);
  return LENET_OK;
}

lenet_status lenet_image_write_jpeg(const char *path, const uint8_t *pixels, int width, int height,
                                    int channels, int quality, lenet_error *error)
{
  const picture p = {path, pixels, width, height, channels};
  uint8_t *bytes;
  size_t size;
  lenet_status status = make_jpeg(&p, quality, &bytes, &size, error);
  if (status != LENET_OK)
    return status;
  status = store(&p, bytes, size, error);
  free(bytes);
  return status;
}

#else

lenet_status lenet_through_jpeg(int quality, int width, int height, uint8_t *pixels,
                                lenet_error *error)
{
  (void)quality, (void)width, (void)height, (void)pixels;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "this build makes no JPEG: it was made without libjpeg");
}

lenet_status lenet_image_write_jpeg(const char *path, const uint8_t *pixels, int width, int height,
                                    int channels, int quality, lenet_error *error)
{
  (void)pixels, (void)width, (void)height, (void)channels, (void)quality;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build writes no JPEG: it was made without libjpeg", path);
}

#endif
