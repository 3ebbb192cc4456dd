#include "files/model_file.h"

#include "base/error.h"
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

lenet_tensor lenet_row_tensor(const lenet_model *model, int index, bool bias)
{
  const lenet_row *row = &model->network.row[index];
  const lenet_layer *layer = &model->layout.layer[index];
  lenet_tensor tensor = {.dtype = LENET_F32, .dims = 1, .shape = {(size_t)layer->maps}};
  snprintf(tensor.name, sizeof tensor.name, "%s.%s", layer->name, bias ? "bias" : "weight");
  tensor.name[0] = (char)(tensor.name[0] - 'A' + 'a');
  if (!bias && row->kind == LENET_CONV) {
    tensor.dims = 4;
    tensor.shape[1] = (size_t)layer->input_maps;
    tensor.shape[2] = tensor.shape[3] = (size_t)row->size;
  } else if (!bias && row->kind == LENET_DENSE) {
    tensor.dims = 2;
    tensor.shape[1] = layer->weight_count / (size_t)layer->maps;
  }
  return tensor;
}

const char lenet_model_format[] = "lenet";

lenet_status lenet_read_number_note(const char *path, const char *key, const char *text,
                                    float *number, lenet_error *error)
{
  double value;
  if (!text || !lenet_parse_number(text, &value) || fabs(value) > FLT_MAX)
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: note '%s' is missing or no number", path,
                      key);
  *number = (float)value;
  return LENET_OK;
}

/* Notes of other programs that do not suit a model, or are too many for it, are left out. */
bool lenet_take_note(void *model, const char *key, const char *value)
{
  lenet_model *made = model;
  if (!lenet_note_describes(key))
    lenet_model_set_note(made, key, value, NULL);
  return made->note_count < LENET_MAX_NOTES;
}

lenet_status lenet_check_holes(const lenet_model *model, int index, const char *path,
                               lenet_error *error)
{
  const lenet_row *row = &model->network.row[index];
  const lenet_layer *layer = &model->layout.layer[index];
  const size_t kernel = (size_t)row->size * (size_t)row->size;
  const real *w = model->parameters + layer->weight_offset;
  for (size_t i = 0; row->connections != LENET_FULL && i < layer->weight_count; i++) {
    int from = (int)(i / kernel % (size_t)layer->input_maps);
    int to = (int)(i / kernel / (size_t)layer->input_maps);
    if (w[i] != 0 && !lenet_connected(row, from, to))
      return lenet_fail(error, LENET_BAD_FILE, -1,
                        "%s: %s has a weight from map %d to map %d, which its table does not join",
                        path, layer->name, from, to);
  }
  return LENET_OK;
}

lenet_status lenet_check_finite(const lenet_model *model, const char *path, lenet_error *error)
{
  for (size_t i = 0; i < model->layout.parameter_count; i++)
    if (!isfinite(model->parameters[i]))
      return lenet_fail(error, LENET_BAD_ARGUMENT, (long long)i,
                        "%s: not written: parameter %zu is not a finite number", path, i);
  return LENET_OK;
}

#if LENET_HAVE_JANSSON

lenet_status lenet_describe_model(lenet_tensors_writer *writer, const lenet_model *model,
                                  const char *format, lenet_error *error)
{
  char notation[LENET_MAX_NOTATION];
  lenet_network_print(&model->network, notation);
  lenet_status status = lenet_tensors_note(writer, "format", format, error);
  if (status == LENET_OK)
    status = lenet_tensors_note(writer, "notation", notation, error);
  if (status == LENET_OK)
    status = lenet_tensors_note_number(writer, "input_scale", (double)model->input.scale, error);
  if (status == LENET_OK)
    status = lenet_tensors_note_number(writer, "input_offset", (double)model->input.offset, error);
  for (int i = 0; i < model->note_count && status == LENET_OK; i++)
    status = lenet_tensors_note(writer, model->note[i].key, model->note[i].value, error);
  return status;
}

lenet_status lenet_blank_from_file(const lenet_tensors *tensors, const char *format,
                                   lenet_model **model, lenet_error *error)
{
  const char *path = lenet_tensors_path(tensors);
  const char *says = lenet_tensors_find_note(tensors, "format");
  const char *notation = lenet_tensors_find_note(tensors, "notation");
  if (!says || strcmp(says, format) != 0)
    return lenet_fail(error, LENET_BAD_FILE, 8, "%s: format is '%.40s', not '%s'", path,
                      says ? says : "", format);
  if (!notation)
    return lenet_fail(error, LENET_BAD_FILE, 8, "%s: note 'notation' is missing", path);
  lenet_network network;
  lenet_input input = {0};
  lenet_error reason;
  if (lenet_network_parse(notation, &network, &reason) != LENET_OK)
    return lenet_fail(error, LENET_BAD_FILE, 8, "%s: notation: %s", path, reason.message);
  lenet_status status = lenet_read_number_note(
      path, "input_scale", lenet_tensors_find_note(tensors, "input_scale"), &input.scale, error);
  if (status == LENET_OK)
    status = lenet_read_number_note(path, "input_offset",
                                    lenet_tensors_find_note(tensors, "input_offset"), &input.offset,
                                    error);
  lenet_layout layout;
  lenet_network_layout(&network, &layout, NULL); /* what was parsed has one */
  /* A short file must not make the library take the memory that a long notation asks for. */
  if (status == LENET_OK && lenet_tensors_bytes(tensors) < layout.parameter_count * sizeof(float))
    return lenet_fail(error, LENET_BAD_FILE, 8, "%s: %zu bytes of data, the notation needs %zu",
                      path, lenet_tensors_bytes(tensors), layout.parameter_count * sizeof(float));
  lenet_model *made;
  if (status == LENET_OK)
    status = lenet_model_create_blank(&network, input, &made, error);
  if (status != LENET_OK)
    return status;
  lenet_tensors_visit_notes(tensors, lenet_take_note, made);
  *model = made;
  return LENET_OK;
}

lenet_status lenet_model_save(const lenet_model *model, const char *path, lenet_error *error)
{
  lenet_tensors_writer *writer;
  lenet_status status = lenet_check_finite(model, path, error);
  if (status == LENET_OK)
    status = lenet_tensors_begin(&writer, error);
  if (status != LENET_OK)
    return status;
  status = lenet_describe_model(writer, model, lenet_model_format, error);
  for (int i = 0; i < model->network.row_count && status == LENET_OK; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    if (!layer->weight_count)
      continue;
    lenet_tensor weight = lenet_row_tensor(model, i, false),
                 bias = lenet_row_tensor(model, i, true);
    status =
        lenet_tensors_add_reals(writer, &weight, model->parameters + layer->weight_offset, error);
    if (status == LENET_OK)
      status =
          lenet_tensors_add_reals(writer, &bias, model->parameters + layer->bias_offset, error);
  }
  if (status == LENET_OK)
    status = lenet_tensors_save(writer, path, error);
  lenet_tensors_end(writer);
  return status;
}

static lenet_status read_parameters(const lenet_tensors *tensors, lenet_model *model,
                                    lenet_error *error)
{
  size_t arrays = 0;
  for (int i = 0; i < model->network.row_count; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    if (!layer->weight_count)
      continue;
    lenet_tensor weight = lenet_row_tensor(model, i, false),
                 bias = lenet_row_tensor(model, i, true);
    lenet_status status =
        lenet_tensors_read_reals(tensors, &weight, model->parameters + layer->weight_offset, error);
    if (status == LENET_OK)
      status =
          lenet_tensors_read_reals(tensors, &bias, model->parameters + layer->bias_offset, error);
    if (status == LENET_OK)
      status = lenet_check_holes(model, i, lenet_tensors_path(tensors), error);
    if (status != LENET_OK)
      return status;
    arrays += 2;
  }
  if (arrays != lenet_tensors_size(tensors))
    return lenet_fail(error, LENET_BAD_FILE, 8, "%s: %zu arrays, the network has %zu",
                      lenet_tensors_path(tensors), lenet_tensors_size(tensors), arrays);
  return LENET_OK;
}

lenet_status lenet_model_load(const char *path, lenet_model **model, lenet_error *error)
{
  lenet_tensors *tensors;
  lenet_model *made;
  lenet_status status = lenet_tensors_open(path, LENET_MAX_MODEL_FILE, &tensors, error);
  if (status != LENET_OK)
    return status;
  status = lenet_blank_from_file(tensors, lenet_model_format, &made, error);
  if (status == LENET_OK) {
    status = read_parameters(tensors, made, error);
    if (status == LENET_OK)
      *model = made;
    else
      lenet_model_free(made);
  }
  lenet_tensors_close(tensors);
  return status;
}

#else

static lenet_status without_jansson(const char *path, lenet_error *error)
{
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build has no jansson, which model files need", path);
}

lenet_status lenet_model_save(const lenet_model *model, const char *path, lenet_error *error)
{
  (void)model;
  return without_jansson(path, error);
}

lenet_status lenet_model_load(const char *path, lenet_model **model, lenet_error *error)
{
  (void)model;
  return without_jansson(path, error);
}

#endif
