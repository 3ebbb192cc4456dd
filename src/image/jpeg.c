/* JPEG by libjpeg. */
#include "image/codecs.h"

#include "base/error.h"

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
/* Where there are several scans, libjpeg keeps each sample's coefficient, 2 bytes, until the last.
 */
enum { MOST_COEFFICIENTS = 1 << 26 };

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
  uint8_t *row;     /* one row of CMYK */
  jmp_buf jump;
} jpeg_job;

static size_t offset_of(const jpeg_job *job)
{
  size_t left = job->jpeg.src ? job->jpeg.src->bytes_in_buffer : job->file->size;
  /* Behind the end of the file, libjpeg reads two bytes of its own. */
  return left <= job->file->size ? job->file->size - left : job->file->size;
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

static int find_orientation(const struct jpeg_decompress_struct *jpeg)
{
  for (jpeg_saved_marker_ptr marker = jpeg->marker_list; marker; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length >= 6 &&
        memcmp(marker->data, "Exif\0\0", 6) == 0)
      return lenet_exif_orientation(marker->data + 6, marker->data_length - 6);
  return 1;
}

/* ------------------------------------------------------------- pixels ---------------------- */

/* Adobe's programs store CMYK inverted and say so with a marker. */
static void cmyk_to_grey(const uint8_t *row, int width, bool inverted, uint8_t *grey)
{
  for (int x = 0; x < width; x++, row += 4) {
    unsigned rgb[3], flip = inverted ? 0 : 255;
    for (int c = 0; c < 3; c++)
      rgb[c] = ((row[c] ^ flip) * (row[3] ^ flip) + 127) / 255;
    grey[x] = lenet_picture_grey(rgb[0], rgb[1], rgb[2]);
  }
}

static lenet_status read_rows(jpeg_job *job)
{
  struct jpeg_decompress_struct *jpeg = &job->jpeg;
  bool cmyk = jpeg->out_color_space == JCS_CMYK;
  int width = job->image->width;
  if (cmyk && !(job->row = malloc(4 * (size_t)width)))
    return lenet_fail(job->error, LENET_NO_MEMORY, -1, "%s: no memory for a row", job->file->name);
  while (jpeg->output_scanline < jpeg->output_height) {
    uint8_t *grey = job->image->pixels + (size_t)jpeg->output_scanline * (size_t)width;
    JSAMPROW row = cmyk ? job->row : grey;
    jpeg_read_scanlines(jpeg, &row, 1);
    if (cmyk)
      cmyk_to_grey(row, width, jpeg->saw_Adobe_marker, grey);
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

static void decode(jpeg_job *job)
{
  struct jpeg_decompress_struct *jpeg = &job->jpeg;
  jpeg_create_decompress(jpeg);
  jpeg->progress = &job->progress;
  jpeg_mem_src(jpeg, job->file->bytes, (unsigned long)job->file->size);
  jpeg_save_markers(jpeg, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(jpeg, TRUE);
  int orientation = find_orientation(jpeg);
  job->status = lenet_picture_allocate(job->file, jpeg->image_width, jpeg->image_height,
                                       offset_of(job), job->image, job->error);
  if (job->status != LENET_OK)
    return;
  job->samples = count_samples(jpeg);
  if (jpeg_has_multiple_scans(jpeg) && job->samples > MOST_COEFFICIENTS)
    give_up(job, offset_of(job), "too large for a picture in several scans (progressive)");
  bool four = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
  jpeg->out_color_space = four ? JCS_CMYK : JCS_GRAYSCALE;
  jpeg_start_decompress(jpeg);
  job->status = read_rows(job);
  if (job->status != LENET_OK)
    return;
  jpeg_finish_decompress(jpeg);
  job->status = lenet_picture_turn(job->file, orientation, job->image, job->error);
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
