/* exports.c - the library as the web page calls it from WebAssembly: numbers and pointers only.
 *
 * A call that can fail returns a negative number; page_error then has the reason. Pointers point
 * into the module's memory. Layouts of structs stand in page_offsets, so that the page repeats
 * none. There is one thread, and what is kept here belongs to the page: open networks by number,
 * one reader, one sweep, what they gave last. Training is in training.c. */
#include "page.h"

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name), used)) name

static page_network networks[PAGE_NETWORKS];
static lenet_error error = {.message = ""};
static lenet_reader *reader, *sweeper;
static lenet_reading reading;
static lenet_sweeping sweeping;
static lenet_steps steps;
static lenet_prediction prediction;

int page_failed(const lenet_error *what)
{
  error = *what;
  return -1;
}

static int answer(lenet_status status) { return status == LENET_OK ? 0 : -1; }

page_network *page_network_at(int handle)
{
  const bool open = handle >= 0 && handle < PAGE_NETWORKS && networks[handle].model;
  if (!open)
    error = (lenet_error){LENET_BAD_ARGUMENT, -1, "no such network is open"};
  return open ? &networks[handle] : NULL;
}

void *EXPORT(page_allocate)(size_t size) { return malloc(size); }
void EXPORT(page_release)(void *memory) { free(memory); }
const char *EXPORT(page_error)(void) { return error.message; }
const char *EXPORT(page_version)(void) { return lenet_version(); }

/* Where the fields stand that the page reads, in the order of its table (core.js). */
const int32_t *EXPORT(page_offsets)(void)
{
  static const int32_t offsets[] = {sizeof(lenet_term),
                                    offsetof(lenet_term, input),
                                    offsetof(lenet_term, weight),
                                    offsetof(lenet_term, product),
                                    sizeof(lenet_unit),
                                    offsetof(lenet_unit, bias),
                                    offsetof(lenet_unit, sum),
                                    offsetof(lenet_unit, output),
                                    offsetof(lenet_prediction, confidence),
                                    offsetof(lenet_prediction, scores),
                                    offsetof(lenet_prediction, none),
                                    offsetof(lenet_prediction, x),
                                    offsetof(lenet_prediction, seen),
                                    sizeof(lenet_read_line),
                                    offsetof(lenet_read_line, digit),
                                    offsetof(lenet_read_line, confidence),
                                    sizeof(lenet_read_digit),
                                    offsetof(lenet_read_digit, confidence),
                                    offsetof(lenet_read_digit, scores),
                                    offsetof(lenet_read_digit, x),
                                    offsetof(lenet_read_digit, seen),
                                    sizeof(lenet_swept_line),
                                    offsetof(lenet_swept_line, strip),
                                    offsetof(lenet_swept_line, step),
                                    offsetof(lenet_swept_line, count),
                                    offsetof(lenet_swept_line, scores),
                                    offsetof(lenet_swept_line, path),
                                    offsetof(lenet_steps, factor),
                                    offsetof(lenet_steps, light),
                                    offsetof(lenet_steps, stroke),
                                    offsetof(lenet_steps, level),
                                    offsetof(lenet_steps, ink)};
  return offsets;
}

/* ------------------------------------------------------------------ networks -------------- */

/* A free place for `model`, which it takes over, or -1. */
static int keep(lenet_model *model)
{
  for (int i = 0; i < PAGE_NETWORKS; i++) {
    if (networks[i].model)
      continue;
    if (lenet_session_create(model, LENET_ISA_BEST, &networks[i].session, &error) != LENET_OK)
      break;
    networks[i].model = model;
    return i;
  }
  if (error.status == LENET_OK)
    error = (lenet_error){LENET_BAD_ARGUMENT, -1, "too many networks are open"};
  lenet_model_free(model);
  return -1;
}

int EXPORT(page_open_builtin)(const char *name)
{
  lenet_model *model;
  error.status = LENET_OK;
  return lenet_builtin_load(name, &model, &error) == LENET_OK ? keep(model) : -1;
}

/* With fresh weights; `scale` 0 asks for the network's usual scaling of inputs. */
int EXPORT(page_open_network)(const char *notation, float scale, float offset, uint32_t seed)
{
  lenet_network network;
  lenet_model *model;
  error.status = LENET_OK;
  if (lenet_network_parse(notation, &network, &error) != LENET_OK)
    return -1;
  const lenet_input input =
      scale == 0 ? lenet_input_default(&network) : (lenet_input){scale, offset};
  return lenet_model_create(&network, input, seed, &model, &error) == LENET_OK ? keep(model) : -1;
}

void EXPORT(page_close)(int handle)
{
  page_network *n = page_network_at(handle);
  if (!n)
    return;
  lenet_session_free(n->session);
  lenet_model_free(n->model);
  *n = (page_network){0};
}

float *EXPORT(page_parameters)(int handle)
{
  page_network *n = page_network_at(handle);
  return n ? lenet_model_parameters_mut(n->model) : NULL;
}

/* notation, or a note of the model's; an empty text where there is none */
const char *EXPORT(page_note)(int handle, const char *key)
{
  static char notation[LENET_MAX_NOTATION];
  page_network *n = page_network_at(handle);
  if (n && strcmp(key, "notation") == 0) {
    lenet_network_print(lenet_model_network(n->model), notation);
    return notation;
  }
  const char *note = n ? lenet_model_note(n->model, key) : NULL;
  return note ? note : "";
}

/* scale and offset of inputs */
const float *EXPORT(page_input)(int handle)
{
  static float input[2];
  page_network *n = page_network_at(handle);
  if (!n)
    return NULL;
  const lenet_input of_model = lenet_model_input(n->model);
  input[0] = of_model.scale;
  input[1] = of_model.offset;
  return input;
}

/* Name and notation of the library's named network `index`; NULL after the last. */
const char *EXPORT(page_variant)(int index, int what)
{
  static char notation[LENET_MAX_NOTATION];
  size_t count;
  const lenet_variant *variants = lenet_variants(&count);
  if (index < 0 || (size_t)index >= count)
    return NULL;
  if (what == 0)
    return variants[index].name;
  if (what == 1)
    return variants[index].source;
  lenet_network_print(&variants[index].network, notation);
  return notation;
}

/* Rows of a network, each 18 numbers: kind, maps, rows, columns, input maps, rows and columns,
 * size, activation, connection table, offset and count of weights, of biases, parameters,
 * connections, multiply-adds, length of the parameter array. page_row_count tells how many. */
const int32_t *EXPORT(page_rows)(int handle)
{
  enum { NUMBERS = 18 };
  static int32_t numbers[LENET_MAX_ROWS * NUMBERS];
  page_network *n = page_network_at(handle);
  if (!n)
    return NULL;
  const lenet_network *network = lenet_model_network(n->model);
  const lenet_layout *layout = lenet_model_layout(n->model);
  for (int i = 0; i < network->row_count; i++) {
    const lenet_row *row = &network->row[i];
    const lenet_layer *at = &layout->layer[i];
    const int32_t of_row[NUMBERS] = {(int32_t)row->kind,
                                     at->maps,
                                     at->rows,
                                     at->columns,
                                     at->input_maps,
                                     at->input_rows,
                                     at->input_columns,
                                     row->size,
                                     (int32_t)row->activation,
                                     (int32_t)row->connections,
                                     (int32_t)at->weight_offset,
                                     (int32_t)at->weight_count,
                                     (int32_t)at->bias_offset,
                                     (int32_t)at->bias_count,
                                     (int32_t)at->parameters,
                                     (int32_t)at->connections,
                                     (int32_t)at->macs,
                                     (int32_t)layout->parameter_count};
    memcpy(numbers + i * NUMBERS, of_row, sizeof of_row);
  }
  return numbers;
}

int EXPORT(page_row_count)(int handle)
{
  page_network *n = page_network_at(handle);
  return n ? lenet_model_network(n->model)->row_count : -1;
}

const char *EXPORT(page_row_name)(int handle, int row)
{
  page_network *n = page_network_at(handle);
  return n ? lenet_model_layout(n->model)->layer[row].name : "";
}

int EXPORT(page_connected)(int handle, int row, int from, int to)
{
  page_network *n = page_network_at(handle);
  return n && lenet_connected(&lenet_model_network(n->model)->row[row], from, to);
}

const float *EXPORT(page_code)(int classes, int k)
{
  static float code[LENET_CODE_CELLS];
  lenet_class_code(classes, k, code);
  return code;
}

/* ------------------------------------------------------------------ one picture ----------- */

int EXPORT(page_classify)(int handle, const uint8_t *pixels, int rows, int columns, int count,
                          float *probabilities)
{
  page_network *n = page_network_at(handle);
  return n ? answer(lenet_classify(n->session, pixels, rows, columns, (size_t)count, probabilities,
                                   &error))
           : -1;
}

int EXPORT(page_maps)(int handle, int row, float *maps)
{
  page_network *n = page_network_at(handle);
  return n ? answer(lenet_session_maps(n->session, row, maps, &error)) : -1;
}

int EXPORT(page_sums)(int handle, int row, float *sums)
{
  page_network *n = page_network_at(handle);
  return n ? answer(lenet_session_sums(n->session, row, sums, &error)) : -1;
}

int EXPORT(page_unit)(int handle, int row, int map, int y, int x, int most, lenet_term *terms,
                      lenet_unit *unit)
{
  page_network *n = page_network_at(handle);
  return n ? answer(
                 lenet_session_unit(n->session, row, map, y, x, (size_t)most, terms, unit, &error))
           : -1;
}

/* row, column, rows, columns of the receptive field; NULL on failure */
const lenet_field *EXPORT(page_field)(int handle, int row, int y, int x, int of)
{
  static lenet_field field;
  page_network *n = page_network_at(handle);
  if (!n || lenet_receptive_field(lenet_model_network(n->model), row, y, x, of, &field, &error))
    return NULL;
  return &field;
}

int EXPORT(page_distort)(double wide, double high, double shear, double rotate, double right,
                         double down, double stroke, double noise, uint32_t seed, uint8_t *pixels)
{
  const lenet_distortion d = {wide, high, shear, rotate, right, down, stroke, noise};
  return answer(lenet_distort_picture(&d, seed, 28, 28, pixels, &error));
}

int EXPORT(page_synthetic)(uint32_t seed, uint32_t index, uint8_t *pixels)
{
  return lenet_synthetic_digit(seed, index, pixels);
}

/* ------------------------------------------------------------------ reading --------------- */

static int open_reader(void)
{
  return reader ? 0 : answer(lenet_reader_create(NULL, LENET_ISA_BEST, &reader, &error));
}

static int open_sweeper(void)
{
  return sweeper ? 0 : answer(lenet_reader_create_sweep(NULL, LENET_ISA_BEST, &sweeper, &error));
}

static int take_image(const uint8_t *rgba, int width, int height, lenet_image *image)
{
  return answer(lenet_image_from_pixels(rgba, width, height, (ptrdiff_t)width * 4, LENET_RGBA,
                                        image, &error));
}

/* NULL: page_error says why; for a picture without ink page_no_digit is true. */
const lenet_prediction *EXPORT(page_predict)(const uint8_t *rgba, int width, int height)
{
  lenet_image image;
  if (open_reader() < 0 || take_image(rgba, width, height, &image) < 0)
    return NULL;
  const lenet_status status = lenet_predict(reader, &image, &prediction, &error);
  lenet_image_free(&image);
  return status == LENET_OK ? &prediction : NULL;
}

int EXPORT(page_no_digit)(void) { return error.status == LENET_NO_DIGIT; }

const lenet_steps *EXPORT(page_steps)(const uint8_t *rgba, int width, int height)
{
  lenet_image image;
  lenet_steps_free(&steps);
  steps = (lenet_steps){0};
  if (take_image(rgba, width, height, &image) < 0)
    return NULL;
  const lenet_status status = lenet_image_steps(&image, &steps, &error);
  lenet_image_free(&image);
  return status == LENET_OK ? &steps : NULL;
}

const lenet_reading *EXPORT(page_read)(const uint8_t *rgba, int width, int height)
{
  lenet_image image;
  lenet_reading_free(&reading);
  if (open_reader() < 0 || take_image(rgba, width, height, &image) < 0)
    return NULL;
  const lenet_status status = lenet_read(reader, &image, &reading, &error);
  lenet_image_free(&image);
  return status == LENET_OK ? &reading : NULL;
}

const lenet_sweeping *EXPORT(page_sweep)(const uint8_t *rgba, int width, int height)
{
  lenet_image image;
  lenet_sweeping_free(&sweeping);
  if (open_sweeper() < 0 || take_image(rgba, width, height, &image) < 0)
    return NULL;
  const lenet_status status = lenet_sweep_image(sweeper, &image, &sweeping, &error);
  lenet_image_free(&image);
  return status == LENET_OK ? &sweeping : NULL;
}

double EXPORT(page_threshold)(int lines, double wanted)
{
  return lenet_reject_threshold(lines != 0, wanted);
}
