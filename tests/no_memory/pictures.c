/* Pictures in and out of files, and reading them. */
#include "calls.h"

static lenet_status load_picture(const char *name, lenet_error *error)
{
  lenet_image made = {.width = -7};
  const lenet_status status = lenet_image_load(path(name), &made, error);
  if (status == LENET_OK)
    lenet_image_free(&made);
  else
    assert_true(made.width == -7 && made.pixels == NULL);
  return status;
}

static lenet_status call_png(lenet_error *error) { return load_picture("picture.png", error); }
static lenet_status call_jpeg(lenet_error *error) { return load_picture("picture.jpg", error); }
static lenet_status call_pnm(lenet_error *error) { return load_picture("picture.pgm", error); }

static lenet_status call_pixels(lenet_error *error)
{
  lenet_image made = {.width = -7};
  const lenet_status status =
      lenet_image_from_pixels(picture.pixels, 9, 9, 9, LENET_GREY, &made, error);
  if (status == LENET_OK)
    lenet_image_free(&made);
  else
    assert_true(made.width == -7 && made.pixels == NULL);
  return status;
}

static lenet_status call_write_png(lenet_error *error)
{
  return lenet_image_write_png(path("saved"), noise.pixels, noise.width, noise.height, 1, error);
}

static lenet_status call_write_jpeg(lenet_error *error)
{
  return lenet_image_write_jpeg(path("saved"), noise.pixels, noise.width, noise.height, 1, 99,
                                error);
}

static lenet_status call_to_digit(lenet_error *error)
{
  uint8_t digit[28 * 28];
  return lenet_image_to_digit(&picture, digit, error);
}

static lenet_status call_steps(lenet_error *error)
{
  lenet_steps steps = {.width = -7};
  const lenet_status status = lenet_image_steps(&picture, &steps, error);
  if (status == LENET_OK)
    lenet_steps_free(&steps);
  else
    assert_int_equal(steps.width, -7);
  return status;
}

static lenet_status call_reader(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_reader_of_ten(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create(ten, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_sweeping_reader(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_reader_of_text(lenet_error *error)
{
  lenet_reader *made = UNTOUCHED(lenet_reader);
  const lenet_status status = lenet_reader_create_text(NULL, LENET_ISA_BEST, &made, error);
  SETTLE(lenet_reader, made, status);
  return status;
}

static lenet_status call_predict(lenet_error *error)
{
  lenet_prediction prediction = {.digit = -7};
  const lenet_status status = lenet_predict(cutting, &picture, &prediction, error);
  assert_true(status == LENET_OK || prediction.digit == -7);
  return status;
}

static lenet_status read_with(lenet_reader *reader, lenet_error *error)
{
  lenet_reading reading = {.count = -7};
  const lenet_status status = lenet_read(reader, &picture, &reading, error);
  if (status == LENET_OK) {
    assert_true(reading.count > 0);
    lenet_reading_free(&reading);
  } else {
    assert_int_equal(reading.count, -7);
  }
  return status;
}

static lenet_status call_read(lenet_error *error) { return read_with(cutting, error); }
static lenet_status call_read_sweep(lenet_error *error) { return read_with(sweeping, error); }
static lenet_status call_read_text(lenet_error *error) { return read_with(texts, error); }

static lenet_status call_sweep_image(lenet_error *error)
{
  lenet_sweeping made = {.count = -7};
  const lenet_status status = lenet_sweep_image(sweeping, &picture, &made, error);
  if (status == LENET_OK)
    lenet_sweeping_free(&made);
  else
    assert_int_equal(made.count, -7);
  return status;
}

const call picture_calls[] = {
    {"image_load, PNG", call_png},
    {"image_load, JPEG", call_jpeg},
    {"image_load, PNM", call_pnm},
    {"image_from_pixels", call_pixels},
    {"image_write_png", call_write_png},
    {"image_write_jpeg", call_write_jpeg},
    {"image_to_digit", call_to_digit},
    {"image_steps", call_steps},
    {"reader_create", call_reader},
    {"reader_create, 10 classes", call_reader_of_ten},
    {"reader_create_sweep", call_sweeping_reader},
    {"reader_create_text", call_reader_of_text},
    {"predict", call_predict},
    {"read", call_read},
    {"read, sweep", call_read_sweep},
    {"read, text", call_read_text},
    {"sweep_image", call_sweep_image},
    {NULL, NULL},
};
