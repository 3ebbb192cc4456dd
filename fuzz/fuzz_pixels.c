/* Pixels in memory, through everything that is done with a picture: made grey, taken apart, one
 * digit predicted, all of them read, by cutting, by the sweep and as text, and written to files and
 * back.
 *
 *   byte 0  width, 1 .. 64;  byte 1  height, 1 .. 64
 *   byte 2  format, and whether rows run upwards;  byte 3  bytes between rows, low four bits
 *   then    pixels; what is missing is 0 */
#define _GNU_SOURCE
#include "fuzz.h"

enum { HEAD = 4, MOST_SIDE = 64 };

static void check_box(const lenet_image *image, int x, int y, int width, int height)
{
  FUZZ_CHECK(x >= 0 && y >= 0 && width >= 1 && height >= 1);
  FUZZ_CHECK(x + width <= image->width && y + height <= image->height);
}

static void check_predict(lenet_reader *reader, const lenet_image *image)
{
  lenet_prediction prediction;
  lenet_error error;
  const lenet_status status = lenet_predict(reader, image, &prediction, &error);
  fuzz_check_told(status, &error);
  FUZZ_CHECK(status == LENET_OK || status == LENET_NO_DIGIT);
  if (status != LENET_OK)
    return;
  double sum = (double)prediction.none;
  for (int i = 0; i < 10; i++)
    sum += (double)prediction.scores[i];
  FUZZ_CHECK(sum > 0.99 && sum < 1.01 && prediction.digit >= 0 && prediction.digit <= 9);
  check_box(image, prediction.x, prediction.y, prediction.width, prediction.height);
}

/* Returns the number of lines. */
static int check_read(lenet_reader *reader, const lenet_image *image, bool text)
{
  lenet_reading reading;
  lenet_error error;
  FUZZ_CHECK(lenet_read(reader, image, &reading, &error) == LENET_OK);
  for (int l = 0; l < reading.count; l++) {
    FUZZ_CHECK(reading.line[l].count > 0);
    FUZZ_CHECK(reading.line[l].confidence >= 0 && reading.line[l].confidence <= 1.0001f);
    for (int d = 0; d < reading.line[l].count; d++) {
      const lenet_read_digit *digit = &reading.line[l].digit[d];
      FUZZ_CHECK(digit->digit >= (text ? -1 : 0) && digit->digit <= 9);
      FUZZ_CHECK(digit->character > ' ' && digit->character <= '~' && digit->spaces >= 0);
      FUZZ_CHECK(text ? digit->choices >= 1 && digit->choices <= LENET_CHOICES
                      : digit->choices == 0 && digit->spaces == 0);
      FUZZ_CHECK(digit->confidence >= 0 && digit->confidence <= 1.0001f);
      check_box(image, digit->x, digit->y, digit->width, digit->height);
    }
  }
  const int lines = reading.count;
  lenet_reading_free(&reading);
  return lines;
}

/* The lines under the sweep are those that are read. */
static void check_sweep(lenet_reader *reader, const lenet_image *image, int lines)
{
  lenet_sweeping sweeping;
  lenet_error error;
  FUZZ_CHECK(lenet_sweep_image(reader, image, &sweeping, &error) == LENET_OK);
  FUZZ_CHECK(sweeping.count == lines);
  for (int l = 0; l < sweeping.count; l++) {
    const lenet_swept_line *line = &sweeping.line[l];
    FUZZ_CHECK(line->width >= 28 && (line->count - 1) * line->step + 28 <= line->width);
    fuzz_sum(line->strip, 28 * (size_t)line->width);
    for (int i = 0; i < line->count; i++)
      FUZZ_CHECK(line->path[i] <= LENET_NONDIGIT);
  }
  lenet_sweeping_free(&sweeping);
}

static void check_files(const lenet_image *image)
{
  lenet_image again;
  lenet_error error;
  const size_t area = (size_t)image->width * (size_t)image->height;
  FUZZ_CHECK(lenet_image_write_png(fuzz_out_path(), image->pixels, image->width, image->height, 1,
                                   &error) == LENET_OK);
  FUZZ_CHECK(lenet_image_load(fuzz_out_path(), &again, &error) == LENET_OK);
  FUZZ_CHECK(again.width == image->width && again.height == image->height);
  FUZZ_CHECK(memcmp(again.pixels, image->pixels, area) == 0);
  lenet_image_free(&again);
  FUZZ_CHECK(lenet_image_write_jpeg(fuzz_out_path(), image->pixels, image->width, image->height, 1,
                                    1 + image->pixels[0] % 100, &error) == LENET_OK);
  FUZZ_CHECK(lenet_image_load(fuzz_out_path(), &again, &error) == LENET_OK);
  FUZZ_CHECK(again.width == image->width && again.height == image->height);
  lenet_image_free(&again);
}

static void check_steps(const lenet_image *image)
{
  lenet_steps steps;
  lenet_error error;
  uint8_t digit[28 * 28];
  lenet_status status = lenet_image_steps(image, &steps, &error);
  fuzz_check_told(status, &error);
  FUZZ_CHECK(status == LENET_OK || status == LENET_NO_DIGIT);
  if (status == LENET_OK) {
    fuzz_sum(steps.level, (size_t)steps.width * (size_t)steps.height);
    fuzz_sum(steps.ink, (size_t)steps.width * (size_t)steps.height);
    lenet_steps_free(&steps);
  }
  status = lenet_image_to_digit(image, digit, &error);
  fuzz_check_told(status, &error);
  FUZZ_CHECK(status == LENET_OK || status == LENET_NO_DIGIT);
}

static lenet_status make(const uint8_t *bytes, size_t size, lenet_image *image, lenet_error *error)
{
  static const int bytes_of[] = {1, 2, 3, 4, 4};
  const int width = 1 + bytes[0] % MOST_SIDE, height = 1 + bytes[1] % MOST_SIDE;
  const lenet_pixel_format format = (lenet_pixel_format)(bytes[2] % (LENET_BGRA + 1));
  const size_t stride = (size_t)(width * bytes_of[format] + bytes[3] % 16);
  /* The last row ends with its pixels: behind it no byte may be read. */
  const size_t room = stride * (size_t)(height - 1) + (size_t)(width * bytes_of[format]);
  uint8_t *pixels = calloc(room, 1);
  FUZZ_CHECK(pixels != NULL);
  memcpy(pixels, bytes + HEAD, size - HEAD < room ? size - HEAD : room);
  const bool upwards = bytes[2] & 0x80;
  const lenet_status status = lenet_image_from_pixels(
      pixels + (upwards ? stride * (size_t)(height - 1) : 0), width, height,
      upwards ? -(ptrdiff_t)stride : (ptrdiff_t)stride, format, image, error);
  free(pixels);
  return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static lenet_reader *cutting, *sweeping, *texts;
  lenet_image image;
  lenet_error error;
  if (!cutting) {
    FUZZ_CHECK(lenet_reader_create(NULL, LENET_ISA_BEST, &cutting, &error) == LENET_OK);
    FUZZ_CHECK(lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &sweeping, &error) == LENET_OK);
    FUZZ_CHECK(lenet_reader_create_text(NULL, LENET_ISA_BEST, &texts, &error) == LENET_OK);
  }
  if (size < HEAD)
    return 0;
  FUZZ_CHECK(make(bytes, size, &image, &error) == LENET_OK);
  check_steps(&image);
  check_predict(cutting, &image);
  check_read(cutting, &image, false);
  check_sweep(sweeping, &image, check_read(sweeping, &image, false));
  check_read(texts, &image, true);
  check_files(&image);
  lenet_image_free(&image);
  return 0;
}
