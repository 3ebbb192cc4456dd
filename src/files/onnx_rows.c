/* onnx_rows.c - the nodes of a graph as rows: those with weights, pools and activations.
 *
 * A graph is taken for a chain. Each node is met with all before it taken, may look at those behind
 * it, and becomes a row, a part of one, or nothing but another order of the same numbers. */
#include "files/onnx_rows.h"

#if LENET_HAVE_ONNX

#include "base/error.h"
#include "net/plan.h"

#include <math.h>
#include <string.h>

lenet_status lenet_onnx_push(onnx_reader *reader, const onnx_node *node, lenet_row row,
                             onnx_parameters parameters)
{
  const int index = reader->network.row_count;
  lenet_error reason;
  if (index == LENET_MAX_ROWS)
    return lenet_onnx_refuse(reader, node, "more than %d rows", LENET_MAX_ROWS);
  if (reader->ended)
    return lenet_onnx_refuse(reader, node, "stands behind the softmax");
  reader->network.row[index] = row;
  reader->network.row_count++;
  reader->parameters[index] = parameters;
  if (lenet_plan_row(&reader->network, index, &reader->layout, &reason) != LENET_OK)
    return lenet_onnx_refuse(reader, node, "%s", reason.message);
  return LENET_OK;
}

lenet_onnx_shape lenet_onnx_shape_of(const onnx_reader *reader)
{
  if (reader->network.row_count == 0)
    return (lenet_onnx_shape){1, reader->network.rows, reader->network.columns};
  const lenet_layer *last = &reader->layout.layer[reader->network.row_count - 1];
  return (lenet_onnx_shape){last->maps, last->rows, last->columns};
}

/* True for one number for each of `count` units, which are the last axis (behind 0), or maps,
 * behind which there are rows and columns (behind 2): [count], [1, count], [count, 1, 1], ... */
static bool is_vector(const onnx_tensor *tensor, size_t count, size_t behind)
{
  return tensor && lenet_onnx_is_float(tensor) && lenet_onnx_count(tensor) == count &&
         tensor->n_dims > behind && tensor->dims[tensor->n_dims - 1 - behind] == (int64_t)count;
}

static bool is_number(const onnx_tensor *tensor, float number)
{
  return tensor && lenet_onnx_is_float(tensor) && lenet_onnx_count(tensor) == 1 &&
         fabsf(lenet_onnx_number(tensor, 0) - number) < 1e-6f * fabsf(number);
}

static bool is_wanted(const onnx_node *node, const char *operation)
{
  return node && lenet_onnx_is(node->op_type, operation);
}

/* Where the next node adds a constant to each of `count` maps or units, takes it as the bias. */
static lenet_status take_bias(onnx_reader *reader, size_t count, size_t behind,
                              const onnx_tensor **bias)
{
  const onnx_node *next = lenet_onnx_peek(reader, reader->value);
  if (!is_wanted(next, "Add"))
    return LENET_OK;
  const onnx_tensor *added = lenet_onnx_other(reader, next);
  if (!is_vector(added, count, behind))
    return lenet_onnx_refuse(reader, next, "adds no number to each of the %zu maps or units",
                             count);
  *bias = added;
  return lenet_onnx_take(reader, next);
}

/* ---- rows with weights ---- */

/* The border of zeros that a convolution adds on each side, or -1 where the sides differ. */
static int64_t border_of(const onnx_node *node, int64_t size)
{
  const onnx_attribute *attribute = lenet_onnx_attribute(node, "auto_pad");
  char mode[12] = "";
  if (attribute && attribute->s.len < sizeof mode && attribute->s.len > 0)
    memcpy(mode, attribute->s.data, attribute->s.len);
  if (strcmp(mode, "VALID") == 0)
    return 0;
  if (strcmp(mode, "SAME_UPPER") == 0 || strcmp(mode, "SAME_LOWER") == 0)
    return size % 2 == 1 ? (size - 1) / 2 : -1;
  return lenet_onnx_even(node, "pads", 4, 0);
}

lenet_status lenet_onnx_conv(onnx_reader *reader, const onnx_node *node)
{
  const lenet_onnx_shape shape = lenet_onnx_shape_of(reader);
  onnx_parameters parameters = {.weight = lenet_onnx_input(reader, node, 1)};
  const onnx_tensor *weight = parameters.weight;
  if (!weight)
    return lenet_onnx_bad(reader, node, "%s", reader->fault);
  if (weight->n_dims != 4 || !lenet_onnx_is_float(weight) || weight->dims[2] != weight->dims[3])
    return lenet_onnx_refuse(reader, node, "its kernels are not square");
  const int64_t maps = weight->dims[0], size = weight->dims[2], border = border_of(node, size);
  if (lenet_onnx_integer(node, "group", 1) != 1 || !lenet_onnx_all(node, "dilations", 2, 1) ||
      !lenet_onnx_all(node, "strides", 2, 1) || !lenet_onnx_all(node, "kernel_shape", 2, size))
    return lenet_onnx_refuse(reader, node, "groups, strides or dilations other than 1");
  if (border < 0 || border > LENET_MAX_SIDE)
    return lenet_onnx_refuse(reader, node, "its border is not the same on all sides");
  if (weight->dims[1] != shape.maps || reader->flat || maps < 1 || maps > LENET_MAX_MAPS)
    return lenet_onnx_bad(reader, node, "joins %lld maps to %lld, and %d come to it",
                          (long long)weight->dims[1], (long long)maps,
                          reader->flat ? 0 : shape.maps);
  if (reader->channels_last)
    return lenet_onnx_refuse(reader, node, "its input has the maps last");
  if (node->n_input > 2 && !lenet_onnx_is(node->input[2], "")) {
    parameters.bias = lenet_onnx_input(reader, node, 2);
    if (!is_vector(parameters.bias, (size_t)maps, 0))
      return lenet_onnx_bad(reader, node, "its bias is no array of %lld floats", (long long)maps);
  }
  lenet_status status = lenet_onnx_take(reader, node);
  if (status == LENET_OK && border > 0)
    status = lenet_onnx_push(reader, node, (lenet_row){.kind = LENET_PAD, .size = (int)border},
                             (onnx_parameters){0});
  if (status == LENET_OK && !parameters.bias)
    status = take_bias(reader, (size_t)maps, 2, &parameters.bias);
  if (status != LENET_OK)
    return status;
  return lenet_onnx_push(reader, node,
                         (lenet_row){.kind = LENET_CONV, .maps = (int)maps, .size = (int)size},
                         parameters);
}

/* Gemm, and MatMul with the Add behind it. */
lenet_status lenet_onnx_dense(onnx_reader *reader, const onnx_node *node)
{
  const lenet_onnx_shape shape = lenet_onnx_shape_of(reader);
  const bool gemm = lenet_onnx_is(node->op_type, "Gemm");
  onnx_parameters parameters = {.weight = lenet_onnx_input(reader, node, 1),
                                .transposed = !gemm || lenet_onnx_integer(node, "transB", 0) == 0,
                                .channels_last = reader->flat_last};
  const onnx_tensor *weight = parameters.weight;
  if (!weight)
    return lenet_onnx_bad(reader, node, "%s", reader->fault);
  if (gemm && (lenet_onnx_integer(node, "transA", 0) != 0 ||
               lenet_onnx_float(node, "alpha", 1) != 1 || lenet_onnx_float(node, "beta", 1) != 1))
    return lenet_onnx_refuse(reader, node, "transA, or an alpha or beta other than 1");
  if (!reader->flat)
    return lenet_onnx_refuse(reader, node, "its input is not [N, units]: a Flatten is missing");
  const long long inputs = (long long)shape.maps * shape.rows * shape.columns;
  if (weight->n_dims != 2 || !lenet_onnx_is_float(weight) ||
      weight->dims[!parameters.transposed] != inputs)
    return lenet_onnx_bad(reader, node, "its weights do not read the %lld units that come to it",
                          inputs);
  const int64_t units = weight->dims[parameters.transposed];
  if (units < 1 || units > LENET_MAX_MAPS)
    return lenet_onnx_refuse(reader, node, "%lld units: 1 to %d are possible", (long long)units,
                             LENET_MAX_MAPS);
  if (gemm && node->n_input > 2 && !lenet_onnx_is(node->input[2], "")) {
    parameters.bias = lenet_onnx_input(reader, node, 2);
    if (!is_vector(parameters.bias, (size_t)units, 0))
      return lenet_onnx_bad(reader, node, "its bias is no array of %lld floats", (long long)units);
  }
  lenet_status status = lenet_onnx_take(reader, node);
  if (status == LENET_OK && !parameters.bias)
    status = take_bias(reader, (size_t)units, 0, &parameters.bias);
  reader->flat_last = false;
  if (status != LENET_OK)
    return status;
  return lenet_onnx_push(reader, node, (lenet_row){.kind = LENET_DENSE, .maps = (int)units},
                         parameters);
}

/* ---- pools ---- */

/* The side of a pool's windows, which lie side by side; -1 where they do not. */
static int64_t window_of(const onnx_node *node)
{
  const int64_t size = lenet_onnx_even(node, "kernel_shape", 2, -1);
  const bool side_by_side = lenet_onnx_even(node, "strides", 2, 1) == size &&
                            lenet_onnx_all(node, "pads", 4, 0) &&
                            lenet_onnx_all(node, "dilations", 2, 1);
  return side_by_side && size >= 1 && size <= LENET_MAX_SIDE ? size : -1;
}

/* Behind an AveragePool, what makes an S row of it: Mul by the area where the coefficient is for
 * sums, Mul by a coefficient and Add of a bias for each map. */
static lenet_status take_coefficient(onnx_reader *reader, const onnx_node *pool, int size, int maps,
                                     bool *found, onnx_parameters *parameters)
{
  const onnx_node *next = lenet_onnx_peek(reader, reader->value);
  const onnx_tensor *factor = is_wanted(next, "Mul") ? lenet_onnx_other(reader, next) : NULL;
  lenet_status status = LENET_OK;
  *found = false;
  parameters->divisor = size * size;
  if (factor && factor->n_dims == 0 && is_number(factor, (float)(size * size))) {
    status = lenet_onnx_take(reader, next);
    parameters->divisor = 1;
    next = lenet_onnx_peek(reader, reader->value);
    factor = is_wanted(next, "Mul") ? lenet_onnx_other(reader, next) : NULL;
  } else if (!factor || factor->n_dims == 0) {
    return LENET_OK;
  }
  if (status == LENET_OK && !is_vector(factor, (size_t)maps, 2))
    return lenet_onnx_refuse(reader, pool, "is not multiplied by one coefficient for each map");
  *found = true;
  parameters->weight = factor;
  if (status == LENET_OK)
    status = lenet_onnx_take(reader, next);
  return status == LENET_OK ? take_bias(reader, (size_t)maps, 2, &parameters->bias) : status;
}

/* `maps` is 0, or the number that a Gather has made. */
static lenet_status pool(onnx_reader *reader, const onnx_node *node, int maps)
{
  const bool average = lenet_onnx_is(node->op_type, "AveragePool");
  const int64_t size = window_of(node);
  onnx_parameters parameters = {0};
  bool learns = false;
  if (size < 0 || reader->flat || reader->channels_last)
    return lenet_onnx_refuse(reader, node,
                             "its windows are not square, side by side, without pads");
  lenet_status status = lenet_onnx_take(reader, node);
  if (status == LENET_OK && average)
    status = take_coefficient(reader, node, (int)size,
                              maps ? maps : lenet_onnx_shape_of(reader).maps, &learns, &parameters);
  if (status == LENET_OK && maps > 0 && !learns)
    return lenet_onnx_refuse(reader, node, "reads maps several times and has no coefficients");
  if (status != LENET_OK)
    return status;
  const lenet_kind kind = learns ? LENET_SUBSAMPLE : average ? LENET_AVERAGE_POOL : LENET_MAX_POOL;
  return lenet_onnx_push(reader, node, (lenet_row){.kind = kind, .maps = maps, .size = (int)size},
                         parameters);
}

lenet_status lenet_onnx_pool(onnx_reader *reader, const onnx_node *node)
{
  return pool(reader, node, 0);
}

/* Each map several times in turn, for an S row: 0 0 1 1 2 2. */
lenet_status lenet_onnx_gather(onnx_reader *reader, const onnx_node *node)
{
  int64_t from[LENET_MAX_MAPS];
  const int maps = lenet_onnx_shape_of(reader).maps;
  const size_t count = lenet_onnx_integers(lenet_onnx_input(reader, node, 1), LENET_MAX_MAPS, from);
  bool even = count > 0 && count <= LENET_MAX_MAPS && count % (size_t)maps == 0 &&
              lenet_onnx_integer(node, "axis", 0) == 1;
  for (size_t i = 0; even && i < count; i++)
    even = from[i] == (int64_t)(i / (count / (size_t)maps));
  if (!even)
    return lenet_onnx_refuse(reader, node, "does not give each map the same number of times");
  lenet_status status = lenet_onnx_take(reader, node);
  const onnx_node *next = lenet_onnx_peek(reader, reader->value);
  if (status == LENET_OK && !is_wanted(next, "AveragePool"))
    return lenet_onnx_refuse(reader, node, "no AveragePool reads it");
  return status == LENET_OK ? pool(reader, next, (int)count) : status;
}

/* ---- activations ---- */

/* Gives the last row an activation. A maximum may stand between: it is the same before and behind a
 * function that grows. */
static lenet_status activate(onnx_reader *reader, const onnx_node *node,
                             lenet_activation activation)
{
  int i = reader->network.row_count - 1;
  while (i >= 0 && activation != LENET_SOFTMAX && reader->network.row[i].kind == LENET_MAX_POOL)
    i--;
  lenet_row *row = &reader->network.row[i < 0 ? 0 : i];
  if (i < 0 || reader->ended || row->activation != LENET_LINEAR ||
      (row->kind != LENET_CONV && row->kind != LENET_DENSE && row->kind != LENET_SUBSAMPLE))
    return lenet_onnx_refuse(reader, node, "there is no row whose activation it could be");
  row->activation = activation;
  return LENET_OK;
}

lenet_status lenet_onnx_activation(onnx_reader *reader, const onnx_node *node)
{
  lenet_status status = lenet_onnx_take(reader, node);
  if (status != LENET_OK)
    return status;
  return activate(reader, node,
                  lenet_onnx_is(node->op_type, "Relu")   ? LENET_RELU
                  : lenet_onnx_is(node->op_type, "Tanh") ? LENET_TANH
                                                         : LENET_SIGMOID);
}

/* The end: a softmax over the last row's sums, over minus the distances of an R row, or over four
 * times units with targets, which is what lenet_classify does with these (`factor`). */
static lenet_status end(onnx_reader *reader, const onnx_node *node, bool factor)
{
  const int64_t axis = lenet_onnx_integer(node, "axis", reader->opset < 13 ? 1 : -1);
  if (reader->network.row_count == 0 || !reader->flat || (axis != 1 && axis != -1))
    return lenet_onnx_refuse(reader, node, "is not over the units of a last row");
  const lenet_row *last = &reader->network.row[reader->network.row_count - 1];
  lenet_status status = lenet_onnx_take(reader, node);
  if (status != LENET_OK)
    return status;
  if (last->kind != LENET_RBF && !factor)
    status = activate(reader, node, LENET_SOFTMAX);
  else if (factor && last->activation != LENET_TANH && last->activation != LENET_SCALED_TANH)
    status = lenet_onnx_refuse(reader, node, "there are no units with targets of +1 and -1");
  reader->ended = true;
  return status;
}

lenet_status lenet_onnx_softmax(onnx_reader *reader, const onnx_node *node)
{
  return end(reader, node, false);
}

/* By a number: the scaled tanh, or what stands before the softmax of units with targets. */
lenet_status lenet_onnx_mul(onnx_reader *reader, const onnx_node *node)
{
  const onnx_tensor *in = lenet_onnx_other(reader, node);
  const onnx_node *next = node->n_output > 0 ? lenet_onnx_peek(reader, node->output[0]) : NULL;
  lenet_status status = LENET_OK;
  if (is_number(in, LENET_ONNX_TARGET_SCALE) && is_wanted(next, "Softmax")) {
    status = lenet_onnx_take(reader, node);
    return status == LENET_OK ? end(reader, next, true) : status;
  }
  if (is_number(in, LENET_ONNX_SCALE_IN) && is_wanted(next, "Tanh")) {
    status = lenet_onnx_take(reader, node);
    if (status == LENET_OK)
      status = lenet_onnx_take(reader, next);
    next = lenet_onnx_peek(reader, reader->value);
    if (status == LENET_OK && is_wanted(next, "Mul") &&
        is_number(lenet_onnx_other(reader, next), LENET_ONNX_SCALE_OUT))
      status = lenet_onnx_take(reader, next);
    else if (status == LENET_OK)
      status = lenet_onnx_refuse(reader, node, "begins no 1.7159 tanh(2a/3)");
    return status == LENET_OK ? activate(reader, node, LENET_SCALED_TANH) : status;
  }
  return lenet_onnx_refuse(reader, node,
                           "multiplies by what is neither a scaled tanh nor a coefficient of S");
}

/* ---- the R row ---- */

/* [N, 1, 84] less the codes, squared and summed: Sub, Mul, ReduceSum, Neg. */
lenet_status lenet_onnx_rbf(onnx_reader *reader, const onnx_node *reshape)
{
  static const char *const steps[] = {"Sub", "Mul", "ReduceSum", "Neg"};
  const onnx_tensor *codes = NULL;
  lenet_status status = lenet_onnx_take(reader, reshape);
  for (size_t i = 0; i < sizeof steps / sizeof *steps && status == LENET_OK; i++) {
    const onnx_node *node = lenet_onnx_peek(reader, reader->value);
    if (!is_wanted(node, steps[i]))
      return lenet_onnx_refuse(reader, reshape, "begins no row of distances to codes");
    int64_t axis = 2;
    if (i == 0)
      codes = lenet_onnx_input(reader, node, 1);
    if (i == 1 && (node->n_input != 2 || !lenet_onnx_is(node->input[0], node->input[1])))
      return lenet_onnx_refuse(reader, node, "squares no differences");
    if (i == 2 && (lenet_onnx_integers(lenet_onnx_input(reader, node, 1), 1, &axis) != 1 ||
                   (axis != 2 && axis != -1) || lenet_onnx_integer(node, "keepdims", 1) != 0))
      return lenet_onnx_refuse(reader, node, "does not sum over a code's cells");
    status = lenet_onnx_take(reader, node);
  }
  if (status != LENET_OK)
    return status;
  bool same = codes && codes->n_dims == 2 && lenet_onnx_is_float(codes) &&
              codes->dims[0] <= LENET_CHARACTERS && lenet_has_codes((int)codes->dims[0]) &&
              codes->dims[1] == LENET_CODE_CELLS;
  for (int k = 0; same && k < (int)codes->dims[0]; k++) {
    lenet_real code[LENET_CODE_CELLS];
    lenet_class_code((int)codes->dims[0], k, code);
    for (int i = 0; same && i < LENET_CODE_CELLS; i++)
      same = lenet_onnx_number(codes, (size_t)(k * LENET_CODE_CELLS + i)) == (float)code[i];
  }
  if (!same)
    return lenet_onnx_refuse(reader, reshape, "its codes are not those of digits or characters");
  reader->flat = true;
  return lenet_onnx_push(reader, reshape,
                         (lenet_row){.kind = LENET_RBF, .maps = (int)codes->dims[0]},
                         (onnx_parameters){0});
}

#endif
