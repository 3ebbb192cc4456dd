/* row_text.c - the rows of a network and the notes of a model in words. */
#include "row_text.h"

const char *const cli_shown_notes[] = {"data", "classes", "augment",    "test_error", "validation_error",
                                       "epochs",  "best_epoch", "recipe",     "isa",
                                       "version", NULL};

const char *cli_activation_name(lenet_activation activation)
{
  switch (activation) {
  case LENET_LINEAR: return "linear";
  case LENET_TANH: return "tanh";
  case LENET_SCALED_TANH: return "scaled tanh";
  case LENET_SIGMOID: return "sigmoid";
  case LENET_RELU: return "relu";
  case LENET_SOFTMAX: return "softmax";
  }
  return "";
}

/* The name of a connection table. */
static const char *table_name(lenet_connections connections)
{
  switch (connections) {
  case LENET_FULL: break;
  case LENET_TABLE1: return " by Table I";
  case LENET_TABLE_LENET1: return " by table lenet1";
  case LENET_TABLE_LENET4: return " by table lenet4";
  }
  return "";
}

cli_words cli_describe_row(const lenet_row *row)
{
  cli_words words = {""};
  size_t size = sizeof words.text;
  const char *function = cli_activation_name(row->activation);
  switch (row->kind) {
  case LENET_PAD: snprintf(words.text, size, "zero padding %d", row->size); break;
  case LENET_CONV:
    snprintf(words.text, size, "convolution %dx%d%s, %s", row->size, row->size,
             table_name(row->connections), function);
    break;
  case LENET_AVERAGE_POOL:
    snprintf(words.text, size, "average pooling %dx%d", row->size, row->size);
    break;
  case LENET_MAX_POOL: snprintf(words.text, size, "max pooling %dx%d", row->size, row->size); break;
  case LENET_SUBSAMPLE:
    snprintf(words.text, size, "subsampling %dx%d, %s", row->size, row->size, function);
    break;
  case LENET_DENSE: snprintf(words.text, size, "dense, %s", function); break;
  case LENET_RBF: snprintf(words.text, size, "distances to codes"); break;
  }
  return words;
}

cli_words cli_describe_output(const lenet_row *row, const lenet_layer *layer)
{
  cli_words words;
  if (row->kind == LENET_DENSE || row->kind == LENET_RBF)
    snprintf(words.text, sizeof words.text, "%d", layer->maps);
  else
    snprintf(words.text, sizeof words.text, "(%d, %d, %d)", layer->rows, layer->columns,
             layer->maps);
  return words;
}
