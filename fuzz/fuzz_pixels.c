/* Pixels in memory, through one of the things that are done with a picture: taken apart, one digit
 * predicted, all of them read, by cutting, by the sweep and as text, or written to files and back.
 *
 *   byte 0, 1  width and height: 1 .. 64 below 64, else 1 .. 24, so that most pictures are small
 *   byte 2     format, and whether rows run upwards
 *   byte 3     bytes between rows, low four bits; what is done, high four bits
 *   then       pixels; what is missing is 0
 *
 * Whatever a network answers is to be borne, so that one of a pool and a dense row stands for those
 * of the readers: its random weights lead to ways that trained ones never take. The readers' own
 * take nearly all the time where they are asked: they are seldom, and for small pictures. */
#define _GNU_SOURCE
#include "draw.h"

enum { HEAD = 4, MOST_SIDE = 64, SMALL_SIDE = 24, MOST_SHIPPED = 32 * 32 };

typedef enum way { SHIPPED, CUT, SWEEP, TEXT, PREDICT, STEPS, FILES } way;

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
static void check_sweep(lenet_reader *reader, const lenet_image *image)
{
  const int lines = check_read(reader, image, false);
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

/* ---- what the bytes mean ---- */

typedef struct frame {
  int width, height;
  lenet_pixel_format format;
  int each;            /* bytes of a pixel */
  size_t stride, room; /* the last row ends with its pixels: behind it no byte may be read */
  bool upwards;
  way way;
} frame;

static int side_of(uint8_t byte) { return 1 + (byte < MOST_SIDE ? byte : byte % SMALL_SIDE); }

static frame frame_of(const uint8_t *bytes)
{
  static const int bytes_of[] = {1, 2, 3, 4, 4};
  static const way ways[16] = {SHIPPED, CUT,   CUT,   CUT,  SWEEP, SWEEP,   TEXT,    TEXT,
                               TEXT,    STEPS, STEPS, TEXT, FILES, PREDICT, PREDICT, SWEEP};
  frame f = {.width = side_of(bytes[0]),
             .height = side_of(bytes[1]),
             .format = (lenet_pixel_format)(bytes[2] % (LENET_BGRA + 1)),
             .upwards = bytes[2] & 0x80,
             .way = ways[bytes[3] >> 4]};
  if (f.way == SHIPPED && ((bytes[2] & 0x70) || f.width * f.height > MOST_SHIPPED))
    f.way = CUT;
  f.each = bytes_of[f.format];
  f.stride = (size_t)(f.width * f.each + bytes[3] % 16);
  f.room = f.stride * (size_t)(f.height - 1) + (size_t)(f.width * f.each);
  return f;
}

static void make(const uint8_t *bytes, size_t size, const frame *f, lenet_image *image)
{
  lenet_error error;
  uint8_t *pixels = calloc(f->room, 1);
  FUZZ_CHECK(pixels != NULL);
  memcpy(pixels, bytes + HEAD, size - HEAD < f->room ? size - HEAD : f->room);
  const uint8_t *first = pixels + (f->upwards ? f->stride * (size_t)(f->height - 1) : 0);
  const ptrdiff_t down = f->upwards ? -(ptrdiff_t)f->stride : (ptrdiff_t)f->stride;
  FUZZ_CHECK(lenet_image_from_pixels(first, f->width, f->height, down, f->format, image, &error) ==
             LENET_OK);
  free(pixels);
}

/* Its scores differ widely from picture to picture. */
static lenet_model *network_of(const char *notation)
{
  lenet_network network;
  lenet_model *model;
  lenet_error error;
  const lenet_input input = {.scale = 16.0f / 255, .offset = -8};
  FUZZ_CHECK(lenet_network_parse(notation, &network, &error) == LENET_OK);
  FUZZ_CHECK(lenet_model_create(&network, input, 1, &model, &error) == LENET_OK);
  return model;
}

static struct {
  lenet_reader *shipped, *cutting, *sweeping, *texts;
} readers;

static void make_readers(void)
{
  static lenet_model *digits, *characters; /* both live as long as the readers */
  lenet_error error;
  digits = network_of("28x28 A4 F11:softmax");
  characters = network_of("28x28 A4 F96:softmax");
  FUZZ_CHECK(lenet_reader_create(NULL, LENET_ISA_BEST, &readers.shipped, &error) == LENET_OK);
  FUZZ_CHECK(lenet_reader_create(digits, LENET_ISA_BEST, &readers.cutting, &error) == LENET_OK);
  FUZZ_CHECK(lenet_reader_create_sweep(digits, LENET_ISA_BEST, &readers.sweeping, &error) ==
             LENET_OK);
  FUZZ_CHECK(lenet_reader_create_text(characters, LENET_ISA_BEST, &readers.texts, &error) ==
             LENET_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  lenet_image image;
  if (!readers.shipped)
    make_readers();
  if (size < HEAD)
    return 0;
  const frame f = frame_of(bytes);
  make(bytes, size, &f, &image);
  switch (f.way) {
  case SHIPPED: check_read(readers.shipped, &image, false); break;
  case CUT: check_read(readers.cutting, &image, false); break;
  case SWEEP: check_sweep(readers.sweeping, &image); break;
  case TEXT: check_read(readers.texts, &image, true); break;
  case PREDICT: check_predict(readers.cutting, &image); break;
  case STEPS: check_steps(&image); break;
  case FILES: check_files(&image); break;
  }
  lenet_image_free(&image);
  return 0;
}

/* ---- changes ---- */

static void put_dot(const frame *f, uint8_t *pixels, int x, int y, int pen, uint8_t tone)
{
  for (int v = y; v < y + pen && v < f->height; v++)
    for (int u = x; u < x + pen && u < f->width; u++)
      memset(pixels + (size_t)v * f->stride + (size_t)(u * f->each), tone, (size_t)f->each);
}

static void put_stroke(const frame *f, uint8_t *pixels)
{
  const int x = (int)draw((size_t)f->width), y = (int)draw((size_t)f->height);
  const int right = (int)draw((size_t)f->width) - x, down = (int)draw((size_t)f->height) - y;
  const int steps = 1 + (abs(right) > abs(down) ? abs(right) : abs(down));
  const int pen = 1 + (int)draw(draw(4) ? 3 : 12);
  const uint8_t tone = (uint8_t)(draw(2) ? draw(2) * 255 : draw(256));
  for (int i = 0; i <= steps; i++)
    put_dot(f, pixels, x + right * i / steps, y + down * i / steps, pen, tone);
}

/* A part of the picture once more, elsewhere. */
static void put_again(const frame *f, uint8_t *pixels)
{
  const size_t width = (size_t)f->width, height = (size_t)f->height, each = (size_t)f->each;
  const size_t wide = 1 + draw(width), high = 1 + draw(height);
  const size_t from = draw(width - wide + 1), to = draw(width - wide + 1);
  const size_t above = draw(height - high + 1), below = draw(height - high + 1);
  for (size_t y = 0; y < high; y++)
    memmove(pixels + (below + y) * f->stride + to * each,
            pixels + (above + y) * f->stride + from * each, wide * each);
}

/* Half of the changes are ink: strokes, and what is there once more. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  draw_from(seed);
  if (size < HEAD || draw(2))
    return LLVMFuzzerMutate(bytes, size, most);
  if (draw(4) == 0)
    LLVMFuzzerMutate(bytes, HEAD, HEAD);
  const frame f = frame_of(bytes);
  if (HEAD + f.room > most)
    return LLVMFuzzerMutate(bytes, size, most);
  if (size < HEAD + f.room)
    memset(bytes + size, 0, HEAD + f.room - size);
  for (size_t left = 1 + draw(4); left > 0; left--)
    if (draw(3))
      put_stroke(&f, bytes + HEAD);
    else
      put_again(&f, bytes + HEAD);
  return HEAD + f.room;
}
