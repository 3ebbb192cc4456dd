/* JPEG by libjpeg. */
#include "image/codecs.h"

#include "base/error.h"
#include "base/file.h"

#if LENET_HAVE_JPEG

/* jpeglib.h needs FILE and size_t from here. */
#include <stdio.h>

#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* A progressive file of a few bytes may ask for far more passes than any real one has, each over
 * all pixels: the scans are limited, and so is what they come to together. */
enum { MOST_SCANS = 200, MOST_SCANNED = 1 << 30 };
/* Whatever the size of the file. A picture of 48 megapixels with colours of half their size takes
 * 192 MB. */
enum { MOST_MEMORY = 256 << 20 };

/* Everything that must survive libjpeg's longjmp. */
typedef struct jpeg_job {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  const lenet_picture_file *file;
  lenet_image *image;
  lenet_error *error;
  lenet_status status;
  uint64_t samples; /* of all components */
  uint64_t needed;  /* bytes, where there are several scans */
  uint8_t *row;     /* one row, grey or CMYK */
  jmp_buf jump;
} jpeg_job;

/* Never behind the file's end: on_message gives up before libjpeg goes on with bytes of its own. */
static size_t offset_of(const jpeg_job *job)
{
  const struct jpeg_source_mgr *source = job->jpeg.src;
  if (!source) /* GCOVR_EXCL_BR_LINE: only a libjpeg of another version fails before it has one */
    return 0;
  return job->file->size - source->bytes_in_buffer;
}

static void give_up(jpeg_job *job, size_t position, const char *reason)
{
  job->status = lenet_picture_bad(job->file, position, reason, job->error);
  longjmp(job->jump, 1);
}

static void fail(j_common_ptr common)
{
  jpeg_job *job = common->client_data;
  char message[JMSG_LENGTH_MAX];
  common->err->format_message(common, message);
  if (common->err->msg_code == JERR_OUT_OF_MEMORY) {
    job->status = lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory to read a JPEG",
                             job->file->name);
    longjmp(job->jump, 1);
  }
  give_up(job, offset_of(job), message);
}

/* A file that is cut or broken is only a warning to libjpeg, which makes up the missing pixels. */
static void on_message(j_common_ptr common, int level)
{
  jpeg_job *job = common->client_data;
  if (level >= 0)
    return;
  if (common->err->msg_code == JWRN_JPEG_EOF)
    give_up(job, job->file->size, "the file ends within its JPEG");
  if (common->err->msg_code == JWRN_HIT_MARKER || common->err->msg_code == JWRN_HUFF_BAD_CODE)
    fail(common);
}

static void no_output(j_common_ptr common) { (void)common; }

static void on_progress(j_common_ptr common)
{
  jpeg_job *job = common->client_data;
  uint64_t scans = job->jpeg.input_scan_number > 0 ? (uint64_t)job->jpeg.input_scan_number : 0;
  if (scans > MOST_SCANS || scans * job->samples > MOST_SCANNED)
    give_up(job, offset_of(job), "too many scans for a picture of its size");
}

/* ------------------------------------------------------------- orientation ----------------- */

/* Every marker before the first scan has its length behind it, but for those of one byte. libjpeg
 * would keep a copy of each APP1, and a file can be made of them. */
static int find_orientation(const lenet_picture_file *file)
{
  enum { TEM = 0x01, RST0 = 0xd0, SOI = 0xd8, EOI, SOS, APP1 = 0xe1, EXIF = 6 };
  size_t at = 0;
  for (;;) {
    while (at < file->size && file->bytes[at] != 0xff)
      at++;
    while (at < file->size && file->bytes[at] == 0xff)
      at++;
    if (file->size - at < 3)
      return 1;
    const uint8_t *marker = file->bytes + at;
    if (marker[0] == EOI || marker[0] == SOS)
      return 1;
    at++;
    if (marker[0] <= TEM || (marker[0] >= RST0 && marker[0] <= SOI))
      continue;
    const size_t length = (size_t)marker[1] << 8 | marker[2];
    if (length < 2 || length > file->size - at)
      return 1;
    if (marker[0] == APP1 && length >= 2 + EXIF && memcmp(marker + 3, "Exif\0\0", EXIF) == 0)
      return lenet_exif_orientation(marker + 3 + EXIF, length - 2 - EXIF);
    at += length;
  }
}

/* ------------------------------------------------------------- pixels ---------------------- */

/* Adobe's programs store CMYK inverted and say so with a marker. */
static void cmyk_to_grey(const uint8_t *row, int width, bool inverted, uint8_t *grey,
                         ptrdiff_t step)
{
  for (ptrdiff_t x = 0; x < width; x++, row += 4) {
    unsigned rgb[3], flip = inverted ? 0 : 255;
    for (int c = 0; c < 3; c++)
      rgb[c] = ((row[c] ^ flip) * (row[3] ^ flip) + 127) / 255;
    grey[x * step] = lenet_picture_grey(rgb[0], rgb[1], rgb[2]);
  }
}

static lenet_status read_rows(jpeg_job *job, int orientation)
{
  struct jpeg_decompress_struct *jpeg = &job->jpeg;
  const bool cmyk = jpeg->out_color_space == JCS_CMYK;
  const int width = job->image->width;
  const lenet_placement place = lenet_picture_place(orientation, job->image);
  job->row = malloc((cmyk ? 4 : 1) * (size_t)width);
  if (!job->row)
    return lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory for a row", job->file->name);
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *grey =
        job->image->pixels + place.first + (ptrdiff_t)jpeg->output_scanline * place.down;
    jpeg_read_scanlines(jpeg, &job->row, 1);
    if (cmyk)
      cmyk_to_grey(job->row, width, jpeg->saw_Adobe_marker, grey, place.across);
    else
      for (ptrdiff_t x = 0; x < width; x++)
        grey[x * place.across] = job->row[x];
  }
  return LENET_OK;
}

/* As many as are stored, in whole blocks; components may have fewer than the picture has pixels. */
static uint64_t count_samples(const struct jpeg_decompress_struct *jpeg)
{
  uint64_t samples = 0;
  for (int c = 0; c < jpeg->num_components; c++)
    samples += (uint64_t)jpeg->comp_info[c].width_in_blocks * jpeg->comp_info[c].height_in_blocks *
               DCTSIZE2;
  return samples;
}

/* Where there are several scans, libjpeg keeps each sample's coefficient, 2 bytes, until the last.
 */
static void check_memory(jpeg_job *job)
{
  const uint64_t pixels = (uint64_t)job->image->width * (uint64_t)job->image->height;
  const uint64_t most = lenet_file_memory(job->file->size);
  job->needed = pixels + 2 * job->samples;
  if (!jpeg_has_multiple_scans(&job->jpeg) || (job->needed <= most && job->needed <= MOST_MEMORY))
    return;
  char reason[160];
  snprintf(reason, sizeof reason,
           "to read %d x %d pixels in several scans (progressive) takes %.1f MiB, more than a file "
           "of %zu bytes may",
           job->image->width, job->image->height, (double)job->needed / (1 << 20), job->file->size);
  give_up(job, offset_of(job), reason);
}

static void decode(jpeg_job *job)
{
  struct jpeg_decompress_struct *jpeg = &job->jpeg;
  const int orientation = find_orientation(job->file);
  jpeg_create_decompress(jpeg);
  jpeg->progress = &job->progress;
  jpeg_mem_src(jpeg, job->file->bytes, (unsigned long)job->file->size);
  jpeg_read_header(jpeg, TRUE);
  job->status = lenet_picture_allocate(job->file, jpeg->image_width, jpeg->image_height,
                                       offset_of(job), job->image, job->error);
  if (job->status != LENET_OK)
    return;
  job->samples = count_samples(jpeg);
  check_memory(job);
  bool four = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = four ? JCS_CMYK : JCS_GRAYSCALE;
  jpeg_start_decompress(jpeg);
  job->status = read_rows(job, orientation);
  if (job->status == LENET_OK)
    jpeg_finish_decompress(jpeg);
}

lenet_status lenet_decode_jpeg(const lenet_picture_file *file, lenet_image *image,
                               lenet_error *error)
{
  /* On the heap: what a function sets between setjmp and longjmp in its own frame is lost. */
  jpeg_job *job = calloc(1, sizeof *job);
  if (!job)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read a JPEG", file->name);
  job->file = file;
  job->image = image;
  job->error = error;
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->jpeg.client_data = job;
  job->errors.error_exit = fail;
  job->errors.emit_message = on_message;
  job->errors.output_message = no_output;
  job->progress.progress_monitor = on_progress;
  if (setjmp(job->jump) == 0)
    decode(job);
  jpeg_destroy_decompress(&job->jpeg);
  lenet_status status = job->status;
  free(job->row);
  free(job);
  return status;
}

#else

lenet_status lenet_decode_jpeg(const lenet_picture_file *file, lenet_image *image,
                               lenet_error *error)
{
  (void)image;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build reads no JPEG: it was made without libjpeg", file->name);
}

#endif
