/* onnx_order.c - nodes of a graph that only put the same numbers in another order, or a border
 * around them: Keras has the maps of a picture last, PyTorch and lenet have them first. */
#include "files/onnx_rows.h"

#if LENET_HAVE_ONNX

/* From here on the value is [N, units], in the order in which it was. */
static void become_flat(onnx_reader *reader)
{
  const lenet_onnx_shape shape = lenet_onnx_shape_of(reader);
  reader->flat_last |= reader->channels_last && shape.maps > 1 && shape.rows * shape.columns > 1;
  reader->channels_last = false;
  reader->flat = true;
}

lenet_status lenet_onnx_flatten(onnx_reader *reader, const onnx_node *node)
{
  if (lenet_onnx_integer(node, "axis", 1) != 1)
    return lenet_onnx_refuse(reader, node, "an axis other than 1");
  become_flat(reader);
  return lenet_onnx_take(reader, node);
}

/* True where `name` is the number of pictures, as PyTorch writes x.size(0): Shape, Gather of the
 * first number, perhaps Unsqueeze. */
static bool is_batch_size(onnx_reader *reader, const char *name)
{
  int64_t first = -1;
  const onnx_node *node = lenet_onnx_source(reader, name);
  if (node && lenet_onnx_is(node->op_type, "Unsqueeze") && node->n_input > 0) {
    if (node->n_input > 1)
      lenet_onnx_input(reader, node, 1); /* its axis, taken with it: of one number there is one */
    node = lenet_onnx_source(reader, node->input[0]);
  }
  if (!node || !lenet_onnx_is(node->op_type, "Gather") || node->n_input != 2 ||
      lenet_onnx_integer(node, "axis", 0) != 0 ||
      lenet_onnx_integers(lenet_onnx_input(reader, node, 1), 1, &first) != 1 || first != 0)
    return false;
  node = lenet_onnx_source(reader, node->input[0]);
  return node && lenet_onnx_is(node->op_type, "Shape") && node->n_input == 1 &&
         lenet_onnx_is(node->input[0], reader->value);
}

/* The shape that a Reshape asks for, -1 or 0 in place of N; how many numbers it has, or 0. */
static size_t wanted_shape(onnx_reader *reader, const onnx_node *node, int64_t wanted[4])
{
  const onnx_tensor *constant = lenet_onnx_input(reader, node, 1);
  if (constant || node->n_input != 2)
    return lenet_onnx_integers(constant, 4, wanted);
  const onnx_node *join = lenet_onnx_source(reader, node->input[1]);
  if (!join || !lenet_onnx_is(join->op_type, "Concat") || join->n_input != 2 ||
      !is_batch_size(reader, join->input[0]) ||
      lenet_onnx_integers(lenet_onnx_input(reader, join, 1), 1, wanted + 1) != 1)
    return 0;
  wanted[0] = 0;
  return 2;
}

lenet_status lenet_onnx_reshape(onnx_reader *reader, const onnx_node *node)
{
  const lenet_onnx_shape shape = lenet_onnx_shape_of(reader);
  const int64_t units = (int64_t)shape.maps * shape.rows * shape.columns;
  int64_t wanted[4] = {0};
  const size_t count = wanted_shape(reader, node, wanted);
  const bool whole = wanted[0] == -1 || wanted[0] == 0 || wanted[0] == 1; /* the first is N */
  if (count == 3 && wanted[1] == 1 && wanted[2] == LENET_CODE_CELLS && units == LENET_CODE_CELLS &&
      !reader->channels_last && !reader->flat_last)
    return lenet_onnx_rbf(reader, node);
  if (count == 2 && whole && (wanted[1] == units || (wanted[1] == -1 && wanted[0] >= 0))) {
    if (!reader->flat)
      become_flat(reader);
    return lenet_onnx_take(reader, node);
  }
  /* Between [N, 1, rows, columns] and [N, rows, columns, 1], or of maps of one pixel. */
  const bool first =
      wanted[1] == shape.maps && wanted[2] == shape.rows && wanted[3] == shape.columns;
  const bool last =
      wanted[1] == shape.rows && wanted[2] == shape.columns && wanted[3] == shape.maps;
  if (count == 4 && whole && (first || last) && !reader->flat &&
      (shape.maps == 1 || shape.rows * shape.columns == 1 || first != reader->channels_last)) {
    reader->channels_last = !first;
    return lenet_onnx_take(reader, node);
  }
  return lenet_onnx_refuse(reader, node,
                           "its new shape is neither [N, %lld] nor another order of maps",
                           (long long)units);
}

/* The list of integers that an attribute was before it became an input, which goes the same way as
 * lenet_onnx_integers. */
static size_t integers_of(const onnx_attribute *attribute, size_t most, int64_t *integers)
{
  for (size_t i = 0; i < attribute->n_ints && i < most; i++)
    integers[i] = attribute->ints[i];
  return attribute->n_ints;
}

/* Of four axes, counted from the front or, below 0, from the back; no arithmetic on what a file
 * says before it is known to be small. */
static bool is_axis(int64_t axis, int wanted) { return axis == wanted || axis == wanted - 4; }

/* Of [N, units, 1, 1], which is what is left of a picture behind the last convolution. */
lenet_status lenet_onnx_squeeze(onnx_reader *reader, const onnx_node *node)
{
  const lenet_onnx_shape shape = lenet_onnx_shape_of(reader);
  if (shape.rows * shape.columns != 1 || reader->flat || reader->channels_last)
    return lenet_onnx_refuse(reader, node, "there is more than one pixel a map");
  int64_t axes[4] = {0};
  const onnx_attribute *attribute = lenet_onnx_attribute(node, "axes");
  size_t count = lenet_onnx_integers(lenet_onnx_input(reader, node, 1), 4, axes);
  if (attribute)
    count = integers_of(attribute, 4, axes);
  if (count != 2 || !((is_axis(axes[0], 2) && is_axis(axes[1], 3)) ||
                      (is_axis(axes[0], 3) && is_axis(axes[1], 2))))
    return lenet_onnx_refuse(reader, node, "axes other than rows and columns");
  become_flat(reader);
  return lenet_onnx_take(reader, node);
}

lenet_status lenet_onnx_transpose(onnx_reader *reader, const onnx_node *node)
{
  static const int64_t first[] = {0, 3, 1, 2}, last[] = {0, 2, 3, 1};
  const onnx_attribute *order = lenet_onnx_attribute(node, "perm");
  const int64_t *wanted = reader->channels_last ? first : last;
  bool same = order && order->n_ints == 4 && !reader->flat;
  for (int i = 0; same && i < 4; i++)
    same = order->ints[i] == wanted[i];
  if (!same)
    return lenet_onnx_refuse(reader, node, "does not put maps first or last, which they were not");
  reader->channels_last = !reader->channels_last;
  return lenet_onnx_take(reader, node);
}

/* The same border of zeros on all sides; PyTorch also writes borders of no width. */
lenet_status lenet_onnx_pad(onnx_reader *reader, const onnx_node *node)
{
  int64_t pads[8] = {0};
  const onnx_attribute *attribute = lenet_onnx_attribute(node, "pads"), /* before operator set 11 */
      *mode = lenet_onnx_attribute(node, "mode");
  size_t count = lenet_onnx_integers(lenet_onnx_input(reader, node, 1), 8, pads);
  const onnx_tensor *value = lenet_onnx_input(reader, node, 2);
  const bool filled = node->n_input > 2 && !lenet_onnx_is(node->input[2], "");
  if (attribute)
    count = integers_of(attribute, 8, pads);
  const int at = reader->channels_last ? 1 : 2; /* the axis of rows; columns are behind it */
  const int64_t size = pads[at];
  bool even = count == 8 && !reader->flat && size >= 0 && size <= LENET_MAX_SIDE;
  for (int i = 0; i < 8; i++)
    even &= pads[i] == (i % 4 == at || i % 4 == at + 1 ? size : 0);
  even &= !mode || (mode->s.len == 8 && mode->s.data[0] == 'c'); /* "constant" */
  even &= lenet_onnx_float(node, "value", 0) == 0;
  if (filled)
    even &= value && lenet_onnx_is_float(value) && lenet_onnx_count(value) == 1 &&
            lenet_onnx_number(value, 0) == 0;
  if (!even)
    return lenet_onnx_refuse(reader, node, "is no border of zeros, the same on all sides");
  const lenet_status status = lenet_onnx_take(reader, node);
  if (status != LENET_OK || size == 0)
    return status;
  return lenet_onnx_push(reader, node, (lenet_row){.kind = LENET_PAD, .size = (int)size},
                         (onnx_parameters){0});
}

lenet_status lenet_onnx_keep(onnx_reader *reader, const onnx_node *node)
{
  return lenet_onnx_take(reader, node);
}

#endif
