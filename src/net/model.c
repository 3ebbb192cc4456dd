#include "net/model.h"

#include "base/error.h"
#include "base/rng.h"
#include "net/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

lenet_status lenet_model_create_blank(const lenet_network *network, lenet_input input,
                                      lenet_model **model, lenet_error *error)
{
  lenet_layout layout;
  lenet_status status = lenet_network_layout(network, &layout, error);
  if (status != LENET_OK)
    return status;
  lenet_model *made = calloc(1, sizeof *made);
  real *parameters = lenet_reals(layout.parameter_count);
  if (!made || !parameters) {
    free(made);
    free(parameters);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a model of %zu parameters",
                      layout.parameter_count);
  }
  made->network = *network;
  made->layout = layout;
  made->parameters = parameters;
  status = lenet_model_set_input(made, input, error);
  if (status == LENET_OK)
    *model = made;
  else
    lenet_model_free(made);
  return status;
}

lenet_status lenet_model_set_input(lenet_model *model, lenet_input input, lenet_error *error)
{
  if (!isfinite(input.scale) || !isfinite(input.offset))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "input scale and offset must be finite");
  model->input = input;
  return LENET_OK;
}

/* Half the width of the uniform distribution that the weights of unit `to` start from.
 *   fan-in, LeCun et al. 1998, p. 41:        2.4 / fan_in
 *   root-fan-in, the authors' later programs: 1 / sqrt(fan_in)
 *   usual: He et al. 2015                    sqrt(6 / fan_in)             for ReLU,
 *          2.4 / fan_in                                                   for the scaled tanh,
 *          Glorot and Bengio 2010            sqrt(6 / (fan_in + fan_out)) for the rest */
static double initial_width(const lenet_row *row, const lenet_layer *layer, int to,
                            lenet_initial initial)
{
  const double fan_in = lenet_fan_in(row, layer, to);
  if (initial == LENET_ROOT_FAN_IN)
    return 1 / sqrt(fan_in);
  if (initial == LENET_FAN_IN || row->activation == LENET_SCALED_TANH)
    return 2.4 / fan_in;
  if (row->activation == LENET_RELU)
    return sqrt(6.0 / fan_in);
  const double kernel = row->kind == LENET_CONV ? (double)row->size * row->size : 1;
  return sqrt(6.0 / (fan_in + layer->maps * kernel));
}

static void draw_weights(lenet_model *model, int index, lenet_initial initial, uint64_t seed)
{
  const lenet_row *row = &model->network.row[index];
  const lenet_layer *layer = &model->layout.layer[index];
  const size_t per_map = layer->maps ? layer->weight_count / (size_t)layer->maps : 0;
  const size_t per_input = row->kind == LENET_CONV ? (size_t)row->size * row->size : per_map;
  /* A map's one coefficient near 0 would silence it: here the authors' programs draw nothing. */
  const bool drawn = row->kind != LENET_SUBSAMPLE || initial != LENET_ROOT_FAN_IN;
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_WEIGHTS, (uint64_t)index);
  real *w = model->parameters + layer->weight_offset;
  for (int to = 0; to < layer->maps; to++) {
    const double width = initial_width(row, layer, to, initial);
    for (size_t i = 0; i < per_map; i++, w++) {
      const double value = drawn ? lenet_rng_range(&rng, -width, width) : width;
      int from = (int)(i / per_input);
      *w = row->kind == LENET_CONV && !lenet_connected(row, from, to) ? 0 : (real)value;
    }
  }
}

void lenet_model_initialize(lenet_model *model, lenet_initial initial, uint64_t seed)
{
  memset(model->parameters, 0, model->layout.parameter_count * sizeof *model->parameters);
  for (int i = 0; i < model->network.row_count; i++)
    if (model->layout.layer[i].weight_count)
      draw_weights(model, i, initial, seed);
}

lenet_status lenet_model_create(const lenet_network *network, lenet_input input, uint64_t seed,
                                lenet_model **model, lenet_error *error)
{
  lenet_status status = lenet_model_create_blank(network, input, model, error);
  if (status == LENET_OK)
    lenet_model_initialize(*model, LENET_USUAL, seed);
  return status;
}

lenet_status lenet_model_copy(const lenet_model *model, lenet_model **copy, lenet_error *error)
{
  lenet_model *made;
  lenet_status status = lenet_model_create_blank(&model->network, model->input, &made, error);
  if (status != LENET_OK)
    return status;
  memcpy(made->parameters, model->parameters,
         model->layout.parameter_count * sizeof *made->parameters);
  memcpy(made->note, model->note, sizeof made->note);
  made->note_count = model->note_count;
  *copy = made;
  return LENET_OK;
}

void lenet_model_free(lenet_model *model)
{
  if (!model)
    return;
  free(model->parameters);
  free(model);
}

const lenet_network *lenet_model_network(const lenet_model *model) { return &model->network; }
const lenet_layout *lenet_model_layout(const lenet_model *model) { return &model->layout; }
lenet_input lenet_model_input(const lenet_model *model) { return model->input; }
const lenet_real *lenet_model_parameters(const lenet_model *model) { return model->parameters; }
lenet_real *lenet_model_parameters_mut(lenet_model *model) { return model->parameters; }

/* ---- notes ---- */

bool lenet_note_describes(const char *key)
{
  static const char *const keys[] = {"format", "notation", "input_scale", "input_offset"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(keys[i], key) == 0)
      return true;
  return false;
}

static int find_note(const lenet_model *model, const char *key)
{
  for (int i = 0; i < model->note_count; i++)
    if (strcmp(model->note[i].key, key) == 0)
      return i;
  return -1;
}

const char *lenet_model_note(const lenet_model *model, const char *key)
{
  int i = find_note(model, key);
  return i < 0 ? NULL : model->note[i].value;
}

/* The number of bytes of the UTF-8 character at `text`, 0 where there is none: overlong forms,
 * surrogates and what lies beyond U+10FFFF are none, nor are control characters. */
static size_t utf8_length(const unsigned char *text)
{
  if (text[0] < 0x80)
    return text[0] >= 0x20 && text[0] != 0x7f;
  const size_t length = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
  static const uint32_t least[] = {0, 0, 0xa0, 0x800, 0x10000}; /* U+0080 .. U+009F are controls */
  if (text[0] < 0xc2 || text[0] > 0xf4)
    return 0;
  uint32_t point = text[0] & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((text[i] & 0xc0) != 0x80)
      return 0;
    point = point << 6 | (text[i] & 0x3fu);
  }
  bool good = point >= least[length] && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return good ? length : 0;
}

static bool fits_note(const char *text, size_t room)
{
  size_t used = 0;
  while (text[used]) {
    const size_t length = utf8_length((const unsigned char *)text + used);
    if (length == 0 || text[used] == '"' || text[used] == '\\')
      return false;
    used += length;
    if (used >= room)
      return false;
  }
  return true;
}

lenet_status lenet_model_set_note(lenet_model *model, const char *key, const char *value,
                                  lenet_error *error)
{
  if (!*key || !fits_note(key, LENET_NOTE_KEY) || lenet_note_describes(key))
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1,
                      "note '%.40s': not a key of 1 to %d bytes, or one that files use themselves",
                      key, LENET_NOTE_KEY - 1);
  int i = find_note(model, key);
  if (!value) {
    if (i >= 0)
      memmove(&model->note[i], &model->note[i + 1],
              sizeof *model->note * (size_t)(--model->note_count - i));
    return LENET_OK;
  }
  if (!fits_note(value, LENET_NOTE_VALUE))
    return lenet_fail(
        error, LENET_BAD_ARGUMENT, -1,
        "note '%s': a value of up to %d bytes without quotes, backslashes and control "
        "characters is needed",
        key, LENET_NOTE_VALUE - 1);
  if (i < 0) {
    if (model->note_count == LENET_MAX_NOTES)
      return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "note '%s': a model holds %d notes", key,
                        LENET_MAX_NOTES);
    i = model->note_count++;
    snprintf(model->note[i].key, sizeof model->note[i].key, "%s", key);
  }
  snprintf(model->note[i].value, sizeof model->note[i].value, "%s", value);
  return LENET_OK;
}
