/* weights.c - a network's weights from a safetensors file of another program, which has arrays and
 * says nothing of the network: PyTorch's state_dict, say, with conv1.weight, conv1.bias, fc1.weight
 * ... */
#include "base/error.h"
#include "files/model_file.h"

#if LENET_HAVE_JANSSON

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LAYERS = 64 };

typedef struct found_layer {
  char name[LENET_TENSOR_NAME]; /* "conv1" */
  lenet_tensor weight, bias;    /* name "" where there is none */
  bool taken;
} found_layer;

typedef struct found_layers {
  const lenet_tensors *tensors;
  size_t count;
  found_layer layer[MAX_LAYERS];
} found_layers;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Orders names as people do: numbers in them by their value, "conv2" before "conv10". */
static int by_name(const void *a, const void *b)
{
  const char *x = ((const found_layer *)a)->name, *y = ((const found_layer *)b)->name;
  while (*x && *y) {
    if (!is_digit(*x) || !is_digit(*y)) {
      if (*x != *y)
        break;
      x++, y++;
      continue;
    }
    x += strspn(x, "0");
    y += strspn(y, "0");
    const size_t left = strspn(x, "0123456789"), right = strspn(y, "0123456789");
    const int order = left != right ? (left < right ? -1 : 1) : memcmp(x, y, left);
    if (order != 0)
      return order;
    x += left;
    y += right;
  }
  return (unsigned char)*x - (unsigned char)*y;
}

static lenet_status refuse(const lenet_tensors *tensors, const lenet_tensor *tensor,
                           const char *reason, lenet_error *error)
{
  char shape[LENET_TENSOR_TEXT];
  lenet_tensor_print(tensor, shape);
  return lenet_fail(error, LENET_BAD_FILE, -1, "%s: array '%s', %s: %s",
                    lenet_tensors_path(tensors), tensor->name, shape, reason);
}

static lenet_status find_layers(const lenet_tensors *tensors, found_layers *found,
                                lenet_error *error)
{
  for (size_t i = 0; i < lenet_tensors_size(tensors); i++) {
    const lenet_tensor tensor = lenet_tensors_at(tensors, i);
    const char *point = strrchr(tensor.name, '.');
    const bool weight = point && strcmp(point, ".weight") == 0;
    if (!weight && !(point && strcmp(point, ".bias") == 0))
      return refuse(tensors, &tensor, "not called LAYER.weight or LAYER.bias", error);
    char name[LENET_TENSOR_NAME];
    snprintf(name, sizeof name, "%.*s", (int)(point - tensor.name), tensor.name);
    size_t at = 0;
    while (at < found->count && strcmp(found->layer[at].name, name) != 0)
      at++;
    found_layer *layer = &found->layer[at];
    if (at == found->count) { /* a file has at most MAX_LAYERS arrays */
      memcpy(layer->name, name, sizeof name);
      found->count++;
    }
    *(weight ? &layer->weight : &layer->bias) = tensor;
  }
  qsort(found->layer, found->count, sizeof *found->layer, by_name);
  return LENET_OK;
}

static bool same_shape(const lenet_tensor *a, const lenet_tensor *b)
{
  return a->dims == b->dims && memcmp(a->shape, b->shape, (size_t)a->dims * sizeof *a->shape) == 0;
}

/* The row's weights are those of the first layer of its shape that no other row has. */
static lenet_status read_row(found_layers *found, lenet_model *model, int row, lenet_error *error)
{
  const lenet_layer *layer = &model->layout.layer[row];
  const lenet_tensor weight = lenet_row_tensor(model, row, false);
  const lenet_tensor bias = lenet_row_tensor(model, row, true);
  size_t at = 0;
  while (at < found->count &&
         (found->layer[at].taken || !same_shape(&found->layer[at].weight, &weight)))
    at++;
  if (at == found->count) {
    char shape[LENET_TENSOR_TEXT];
    lenet_tensor_print(&weight, shape);
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: no array has the weights of %s, %s",
                      lenet_tensors_path(found->tensors), layer->name, shape);
  }
  found_layer *from = &found->layer[at];
  from->taken = true;
  lenet_status status = lenet_tensors_read_reals(found->tensors, &from->weight,
                                                 model->parameters + layer->weight_offset, error);
  if (status != LENET_OK || !from->bias.name[0])
    return status;
  if (!same_shape(&from->bias, &bias))
    return refuse(found->tensors, &from->bias, "not one number for each map or unit", error);
  status = lenet_tensors_read_reals(found->tensors, &from->bias,
                                    model->parameters + layer->bias_offset, error);
  return status == LENET_OK
             ? lenet_check_holes(model, row, lenet_tensors_path(found->tensors), error)
             : status;
}

static lenet_status read_rows(found_layers *found, lenet_model *model, lenet_error *error)
{
  lenet_status status = find_layers(found->tensors, found, error);
  for (int i = 0; i < model->network.row_count && status == LENET_OK; i++)
    if (model->layout.layer[i].weight_count > 0)
      status = read_row(found, model, i, error);
  for (size_t i = 0; i < found->count && status == LENET_OK; i++) {
    const found_layer *layer = &found->layer[i];
    if (!layer->taken)
      status = refuse(found->tensors, layer->weight.name[0] ? &layer->weight : &layer->bias,
                      "no row of the network has this shape, or they all have theirs", error);
  }
  return status;
}

lenet_status lenet_model_load_weights(const char *path, const lenet_network *network,
                                      lenet_model **model, lenet_error *error)
{
  const lenet_input input = {.scale = 1.0f / 255, .offset = 0};
  lenet_tensors *tensors;
  lenet_model *made = NULL;
  lenet_status status = lenet_tensors_open(path, LENET_MAX_MODEL_FILE, &tensors, error);
  if (status != LENET_OK)
    return status;
  found_layers *found = calloc(1, sizeof *found);
  if (found)
    found->tensors = tensors;
  status = found ? lenet_model_create_blank(network, input, &made, error)
                 : lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read it", path);
  if (status == LENET_OK)
    status = read_rows(found, made, error);
  if (status == LENET_OK)
    *model = made;
  else
    lenet_model_free(made);
  free(found);
  lenet_tensors_close(tensors);
  return status;
}

#else

lenet_status lenet_model_load_weights(const char *path, const lenet_network *network,
                                      lenet_model **model, lenet_error *error)
{
  (void)network;
  (void)model;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build has no jansson, which safetensors files need", path);
}

#endif
