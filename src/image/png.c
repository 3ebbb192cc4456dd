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

/* Everything that must survive libpng's longjmp. */
typedef struct png_job {
  const lenet_picture_file *file;
  lenet_image *image;
  lenet_error *error;
  lenet_status status;
  png_structp png;
  png_infop info;
  png_bytep row;
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
  job->no_memory |= !memory;
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
}

/* In the chunk eXIf, which may stand behind the pixels: it is looked for before they are read,
 * since it says where they go. */
static int find_orientation(const lenet_picture_file *file)
{
  enum { SIGNATURE = 8, HEAD = 8, SUM = 4 };
  size_t at = SIGNATURE;
  while (at <= file->size && file->size - at >= HEAD + SUM) {
    const uint8_t *chunk = file->bytes + at;
    const size_t length =
        (size_t)chunk[0] << 24 | (size_t)chunk[1] << 16 | (size_t)chunk[2] << 8 | chunk[3];
    if (length > file->size - at - HEAD - SUM)
      break;
    if (memcmp(chunk + 4, "eXIf", 4) == 0)
      return lenet_exif_orientation(chunk + HEAD, length);
    at += HEAD + length + SUM;
  }
  return 1;
}

/* row [count][channels] to grey, `step` from one to the next; transparent pixels lie on white. */
static void to_grey(const uint8_t *row, int channels, int count, uint8_t *grey, ptrdiff_t step)
{
  bool colour = channels >= 3, alpha = channels == 2 || channels == 4;
  for (ptrdiff_t x = 0; x < count; x++, row += channels) {
    unsigned value = colour ? lenet_picture_grey(row[0], row[1], row[2]) : row[0];
    if (alpha) {
      unsigned a = row[channels - 1];
      value = (value * a + 255 * (255 - a) + 127) / 255;
    }
    grey[x * step] = (uint8_t)value;
  }
}

/* Adam7, pass by pass: each is a small picture of every so many columns and rows of the large one.
 */
static void read_interlaced(png_job *job, int width, int height, lenet_placement place)
{
  const int channels = png_get_channels(job->png, job->info);
  for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
    const int columns = (int)PNG_PASS_COLS((unsigned)width, pass);
    const int rows = columns > 0 ? (int)PNG_PASS_ROWS((unsigned)height, pass) : 0;
    const ptrdiff_t step = place.across * (1 << PNG_PASS_COL_SHIFT(pass));
    for (int y = 0; y < rows; y++) {
      png_read_row(job->png, job->row, NULL);
      to_grey(job->row, channels, columns,
              job->image->pixels + place.first + PNG_PASS_START_COL(pass) * place.across +
                  (ptrdiff_t)PNG_ROW_FROM_PASS_ROW(y, pass) * place.down,
              step);
    }
  }
}

static void read_plain(png_job *job, int width, int height, lenet_placement place)
{
  const int channels = png_get_channels(job->png, job->info);
  for (ptrdiff_t y = 0; y < height; y++) {
    png_read_row(job->png, job->row, NULL);
    to_grey(job->row, channels, width, job->image->pixels + place.first + y * place.down,
            place.across);
  }
}

static void decode(png_job *job)
{
  png_structp png = job->png;
  const int orientation = find_orientation(job->file);
  png_read_info(png, job->info);
  job->status =
      lenet_picture_allocate(job->file, png_get_image_width(png, job->info),
                             png_get_image_height(png, job->info), 16, job->image, job->error);
  if (job->status != LENET_OK)
    return;
  png_set_expand(png);   /* palettes to RGB, few bits to 8, transparent colours to alpha */
  png_set_scale_16(png); /* 16 bits to 8, rounded */
  png_read_update_info(png, job->info);

  const int width = job->image->width, height = job->image->height;
  const lenet_placement place = lenet_picture_place(orientation, job->image);
  job->row = malloc(png_get_rowbytes(png, job->info));
  if (!job->row) {
    job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory for %d pixels",
                             job->file->name, width);
    return;
  }
  if (png_get_interlace_type(png, job->info) == PNG_INTERLACE_ADAM7)
    read_interlaced(job, width, height, place);
  else
    read_plain(job, width, height, place);
  png_read_end(png, NULL);
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
  free(kept->row);
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
