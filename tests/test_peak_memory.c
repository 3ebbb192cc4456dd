/* What reading takes in memory: the files that make most of their length, pictures of cameras and
 * scanners, and what is kept of each of them at the worst moment, as the system counts it, in a
 * process of its own.
 *
 *   test_peak_memory [FOLDER]      keeps the files there, for a look at them by other programs */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scratch.h"

#include <stdint.h>
#include <sys/wait.h>

#if defined __linux__ && LENET_HAVE_PNG && LENET_HAVE_JPEG && LENET_HAVE_ZLIB

#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

enum { MIB = 1 << 20, SIDE = 8192 /* LENET_MAX_IMAGE_PIXELS of them */ };
/* What the libraries keep of their own: a few rows, windows, tables. */
enum { SMALL_CHANGE = 3 * MIB };

static const uint8_t exif[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3,
                               0,   1,   0,  0, 0, 6, 0, 0, 0, 0, 0,    0, 0};

/* ------------------------------------------------------------------ the files -------------- */

static void check(bool right)
{
  if (!right)
    abort(); /* in a process of its own: the test sees it end so */
}

/* All pixels 0, with an orientation behind them. */
static void make_png(const char *path, int side, int depth, int type, int interlace)
{
  FILE *stream = fopen(path, "wb");
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct(png);
  uint8_t *row = calloc((size_t)side, 8);
  check(stream && row);
  png_init_io(png, stream);
  png_set_IHDR(png, info, (unsigned)side, (unsigned)side, depth, type, interlace,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_filter(png, 0, PNG_FILTER_NONE);
  png_write_info(png, info);
  const int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; pass++)
    for (int y = 0; y < side; y++)
      png_write_row(png, row);
  png_write_chunk(png, (png_const_bytep) "eXIf", exif, sizeof exif);
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  free(row);
  check(fclose(stream) == 0);
}

static void make_white_png(const char *path)
{
  make_png(path, SIDE, 1, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE);
}

static void make_interlaced_png(const char *path)
{
  make_png(path, SIDE, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_ADAM7);
}

typedef struct jpeg_form {
  int width, height, components;
  bool progressive;
  int noise; /* the sensor's, up to this */
} jpeg_form;

/* A slope of light, with noise; turned by its Exif. */
static void make_jpeg(const char *path, jpeg_form form)
{
  FILE *stream = fopen(path, "wb");
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  uint8_t marker[6 + sizeof exif] = "Exif\0";
  uint8_t *row = malloc((size_t)(form.width * form.components));
  uint32_t random = 1;
  check(stream && row);
  memcpy(marker + 6, exif, sizeof exif);
  jpeg.err = jpeg_std_error(&errors);
  jpeg_create_compress(&jpeg);
  jpeg_stdio_dest(&jpeg, stream);
  jpeg.image_width = (unsigned)form.width;
  jpeg.image_height = (unsigned)form.height;
  jpeg.input_components = form.components;
  jpeg.in_color_space = form.components == 1   ? JCS_GRAYSCALE
                        : form.components == 3 ? JCS_RGB
                                               : JCS_CMYK;
  jpeg_set_defaults(&jpeg);
  if (form.progressive)
    jpeg_simple_progression(&jpeg);
  jpeg_start_compress(&jpeg, TRUE);
  jpeg_write_marker(&jpeg, JPEG_APP0 + 1, marker, sizeof marker);
  while (jpeg.next_scanline < jpeg.image_height) {
    for (int i = 0; i < form.width * form.components; i++) {
      random = random * 1664525 + 1013904223; /* Numerical Recipes' generator */
      const int light = form.noise ? 60 + i / form.components * 128 / form.width : 0;
      row[i] = (uint8_t)(light + (form.noise ? (int)(random >> 16) % form.noise : 0));
    }
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  jpeg_destroy_compress(&jpeg);
  free(row);
  check(fclose(stream) == 0);
}

static void make_plain_jpeg(const char *path)
{
  make_jpeg(path, (jpeg_form){.width = SIDE, .height = SIDE, .components = 1});
}

/* Three bytes a pixel, 64 MiB together. */
static void make_progressive_jpeg(const char *path)
{
  make_jpeg(path, (jpeg_form){.width = 4096, .height = 5456, .components = 1, .progressive = true});
}

static void make_greedy_jpeg(const char *path)
{
  make_jpeg(path, (jpeg_form){.width = SIDE, .height = SIDE, .components = 4, .progressive = true});
}

/* 12 to 48 megapixels as cameras have them. */
static void make_photo(const char *path)
{
  make_jpeg(path, (jpeg_form){.width = 8064, .height = 6048, .components = 3, .noise = 15});
}

static void make_progressive_photo(const char *path)
{
  make_jpeg(
      path,
      (jpeg_form){.width = 8064, .height = 6048, .components = 3, .progressive = true, .noise = 15});
}

/* A JPEG of 4 MB that has nothing but markers. */
static void make_markers(const char *path)
{
  FILE *stream = fopen(path, "wb");
  check(stream != NULL);
  fwrite("\xff\xd8\xff", 1, 3, stream);
  for (int i = 0; i < MIB; i++)
    fwrite("\xe1\0\x02\xff", 1, 4, stream);
  check(fclose(stream) == 0);
}

static void make_bitmap(const char *path)
{
  FILE *stream = fopen(path, "wb");
  check(stream != NULL);
  fprintf(stream, "P4 %d %d\n", SIDE, SIDE);
  for (int i = 0; i < SIDE * SIDE / 8; i++)
    putc(0, stream);
  check(fclose(stream) == 0);
}

/* As many blank pictures as a gzip's length allows, and a thousand more where it has to be
 * `greedy`. */
static void make_pictures(const char *path, int count)
{
  static const uint8_t zeros[28 * 28];
  const uint8_t head[] = {
      0,  0, 8, 3, 0, (uint8_t)(count >> 16), (uint8_t)(count >> 8), (uint8_t)count, 0, 0, 0,
      28, 0, 0, 0, 28};
  check(mkdir(path, 0777) == 0);
  char name[SCRATCH_PATH + 40];
  for (int labels = 0; labels < 2; labels++) {
    snprintf(name, sizeof name, "%s/train-%s.gz", path,
             labels ? "labels-idx1-ubyte" : "images-idx3-ubyte");
    gzFile file = gzopen(name, "wb9");
    check(file != NULL);
    gzwrite(file, labels ? (const uint8_t[]){0, 0, 8, 1} : head, labels ? 4 : sizeof head);
    if (labels)
      gzwrite(file, head + 4, 4);
    for (int i = 0; i < count; i++)
      gzwrite(file, zeros, labels ? 1 : sizeof zeros);
    check(gzclose(file) == Z_OK);
  }
}

static void make_blank_pictures(const char *path) { make_pictures(path, 85000); }

static void make_greedy_pictures(const char *path) { make_pictures(path, 150000); }

/* ------------------------------------------------------------------ measuring -------------- */

typedef struct peak_case {
  const char *name;
  void (*make)(const char *path);
  lenet_status status;
  int most; /* MiB beside the file, SMALL_CHANGE apart */
} peak_case;

/* The highest that this process has had in memory so far, in bytes (proc(5)). */
static long high_water(void)
{
  long kilobytes = -1;
  char line[256];
  FILE *stream = fopen("/proc/self/status", "r");
  check(stream != NULL);
  while (fgets(line, sizeof line, stream))
    if (sscanf(line, "VmHWM: %ld", &kilobytes) == 1)
      break;
  fclose(stream);
  return kilobytes * 1024;
}

static long file_size(const char *path)
{
  struct stat there;
  char inside[SCRATCH_PATH + 40];
  snprintf(inside, sizeof inside, "%s/train-images-idx3-ubyte.gz", path);
  if (stat(inside, &there) != 0 && stat(path, &there) != 0)
    return -1;
  return (long)there.st_size;
}

typedef struct outcome {
  lenet_status status;
  long growth; /* bytes */
} outcome;

static lenet_status read_it(const char *path)
{
  struct stat there;
  lenet_error error;
  check(stat(path, &there) == 0);
  if (S_ISDIR(there.st_mode)) {
    lenet_dataset *set = NULL;
    const lenet_status status = lenet_dataset_open(path, LENET_TRAIN, NULL, &set, &error);
    lenet_dataset_free(set);
    return status;
  }
  lenet_image image = {.pixels = NULL};
  const lenet_status status = lenet_image_load(path, &image, &error);
  lenet_image_free(&image);
  return status;
}

/* In a process that has had nothing large in memory before, as this one never has. */
static outcome measure(const char *path)
{
  int ends[2], status = -1;
  outcome outcome = {.growth = -1};
  assert_int_equal(pipe(ends), 0);
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    const long before = high_water();
    outcome.status = read_it(path);
    outcome.growth = high_water() - before;
    check(write(ends[1], &outcome, sizeof outcome) == sizeof outcome);
    _exit(0);
  }
  close(ends[1]);
  assert_int_equal(read(ends[0], &outcome, sizeof outcome), sizeof outcome);
  close(ends[0]);
  assert_int_equal(waitpid(child, &status, 0), child);
  return outcome;
}

static void make(const peak_case *one, const char *path)
{
  int status = -1;
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    one->make(path);
    _exit(0);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
}

static const char *kept; /* the folder of the command line */

static const peak_case cases[] = {
    {"white.png", make_white_png, LENET_OK, 64},
    {"interlaced.png", make_interlaced_png, LENET_OK, 64},
    {"plain.jpg", make_plain_jpeg, LENET_OK, 64},
    {"progressive.jpg", make_progressive_jpeg, LENET_OK, 64},
    {"greedy.jpg", make_greedy_jpeg, LENET_BAD_FILE, 0},
    {"markers.jpg", make_markers, LENET_BAD_FILE, 0},
    {"bitmap.pbm", make_bitmap, LENET_OK, 64},
    {"blank-pictures", make_blank_pictures, LENET_OK, 64},
    {"greedy-pictures", make_greedy_pictures, LENET_BAD_FILE, 0},
    {"photo.jpg", make_photo, LENET_OK, 64},
    {"progressive-photo.jpg", make_progressive_photo, LENET_OK, 192},
};

static void test_peaks(void **state)
{
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const peak_case *one = &cases[i];
    char path[SCRATCH_PATH];
    if (kept)
      snprintf(path, sizeof path, "%s/%s", kept, one->name);
    else
      scratch_path(state, one->name, path);
    make(one, path);
    const outcome outcome = measure(path);
    const long size = file_size(path);
    print_message("%-22s %9ld bytes, %6.1f MiB\n", one->name, size, (double)outcome.growth / MIB);
    assert_int_equal(outcome.status, one->status);
    assert_in_range(outcome.growth, 0, size + one->most * (long)MIB + SMALL_CHANGE);
  }
}

int main(int argc, char **argv)
{
  kept = argc > 1 ? argv[1] : NULL;
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_peaks)};
  return cmocka_run_group_tests(tests, scratch_make, scratch_remove);
}

#else

/* Files are made by the libraries, and the peak is read from Linux's /proc. */
int main(void) { return 77; }

#endif
