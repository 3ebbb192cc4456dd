/* PNG by libpng's row interface. Whatever the file holds is brought to 8-bit rows of grey or RGB
 * with or without alpha; grey is then made here, so that all formats weigh colours alike. */
#include "image/codecs.h"

#include "base/error.h"

#if LENET_HAVE_PNG

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An interlaced picture needs all its rows at once, up to 4 bytes a pixel; a few bytes of file may
 * ask for them. */
enum { MOST_INTERLACED = 1 << 26, INTERLACE_AT = 28 /* in the file: the last byte of IHDR */ };

/* Everything that must survive libpng's longjmp. */
typedef struct png_job {
  const lenet_picture_file *file;
  lenet_image *image;
  lenet_error *error;
  lenet_status status;
  png_structp png;
  png_infop info;
  png_bytep rows; /* one row, or all of them where the picture is interlaced */
  size_t offset;  /* bytes of the file handed to libpng */
  bool no_memory; /* libpng asked for some in vain */
  jmp_buf jump;
} png_job;

static void fail(png_structp png, png_const_charp message)
{
  png_job *job = png_get_error_ptr(png);
  job->status = job->no_memory ? lenet_fail(job->error, LENET_NO_MEMORY, -1,
                                            "%s: no memory to read a PNG", job->file->name)
                               : lenet_picture_bad(job->file, job->offset, message, job->error);
  longjmp(job->jump, 1);
}

/* The message of an error does not tell what is the file's fault and what the machine's. */
static png_voidp take(png_structp png, png_alloc_size_t size)
{
  png_job *job = png_get_mem_ptr(png);
  void *memory = malloc(size);
  job->no_memory = job->no_memory || !memory;
  return memory;
}

static void give_back(png_structp png, png_voidp memory)
{
  (void)png;
  free(memory);
}

static void ignore_warning(png_structp png, png_const_charp message) { (void)png, (void)message; }

static void read_bytes(png_structp png, png_bytep to, size_t size)
{
  png_job *job = png_get_io_ptr(png);
  if (size > job->file->size - job->offset) {
    job->offset = job->file->size;
    png_error(png, "the file ends within its PNG");
  }
  memcpy(to, job->file->bytes + job->offset, size);
  job->offset += size;
}

static void set_limits(png_structp png)
{
  /* All that a PNG can say: lenet_picture_allocate knows the limits, and says them. */
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_chunk_cache_max(png, 16);
  png_set_chunk_malloc_max(png, 1 << 20);
  /* All chunks that are not needed for the pixels, text and colour profiles among them. */
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
#ifdef PNG_eXIf_SUPPORTED
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_AS_DEFAULT, (png_const_bytep) "eXIf", 1);
#endif
}

/* Which may stand behind the pixels. */
static int find_orientation(const png_job *job)
{
#ifdef PNG_eXIf_SUPPORTED
  png_bytep exif = NULL;
  png_uint_32 size = 0;
  if (png_get_eXIf_1(job->png, job->info, &size, &exif) != 0)
    return lenet_exif_orientation(exif, size);
#else
  (void)job;
#endif
  return 1;
}

/* row [width][channels] to grey; transparent pixels lie on white. */
static void to_grey(const uint8_t *row, int channels, int width, uint8_t *grey)
{
  bool colour = channels >= 3, alpha = channels == 2 || channels == 4;
  for (int x = 0; x < width; x++, row += channels) {
    unsigned value = colour ? lenet_picture_grey(row[0], row[1], row[2]) : row[0];
    if (alpha) {
      unsigned a = row[channels - 1];
      value = (value * a + 255 * (255 - a) + 127) / 255;
    }
    grey[x] = (uint8_t)value;
  }
}

static void decode(png_job *job)
{
  png_structp png = job->png;
  png_read_info(png, job->info);
  job->status =
      lenet_picture_allocate(job->file, png_get_image_width(png, job->info),
                             png_get_image_height(png, job->info), 16, job->image, job->error);
  if (job->status != LENET_OK)
    return;
  png_set_expand(png);   /* palettes to RGB, few bits to 8, transparent colours to alpha */
  png_set_scale_16(png); /* 16 bits to 8, rounded */
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, job->info);

  int width = job->image->width, height = job->image->height;
  int channels = png_get_channels(png, job->info);
  size_t stride = png_get_rowbytes(png, job->info);
  if (passes > 1 && (uint64_t)stride * (uint64_t)height > MOST_INTERLACED) {
    job->status = lenet_picture_bad(job->file, INTERLACE_AT, "too large for an interlaced picture",
                                    job->error);
    return;
  }
  /* Only an interlaced picture comes back to a row. */
  job->rows = calloc(passes > 1 ? (size_t)height : 1, stride);
  if (!job->rows) {
    job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory for %dx%d pixels",
                             job->file->name, width, height);
    return;
  }
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < height; y++) {
      png_bytep row = job->rows + (passes > 1 ? (size_t)y * stride : 0);
      png_read_row(png, row, NULL);
      if (pass == passes - 1)
        to_grey(row, channels, width, job->image->pixels + (size_t)y * (size_t)width);
    }
  png_read_end(png, job->info);
  job->status = lenet_picture_turn(job->file, find_orientation(job), job->image, job->error);
}

lenet_status lenet_decode_png(const lenet_picture_file *file, lenet_image *image,
                              lenet_error *error)
{
  png_job job = {.file = file, .image = image, .error = error, .status = LENET_OK};
  png_job *const kept = &job;
  if (setjmp(job.jump) == 0) {
    kept->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, kept, fail, ignore_warning, kept,
                                         take, give_back);
    kept->info = kept->png ? png_create_info_struct(kept->png) : NULL;
    if (kept->info) {
      png_set_read_fn(kept->png, kept, read_bytes);
      set_limits(kept->png);
      decode(kept);
    } else {
      kept->status =
          lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read a PNG", file->name);
    }
  }
  png_destroy_read_struct(&kept->png, &kept->info, NULL);
  free(kept->rows);
  return kept->status;
}

#else

lenet_status lenet_decode_png(const lenet_picture_file *file, lenet_image *image,
                              lenet_error *error)
{
  (void)image;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build reads no PNG: it was made without libpng", file->name);
}

#endif
