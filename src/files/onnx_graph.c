/* onnx_graph.c - bytes to a graph that can be believed, and what its nodes and arrays hold. */
#include "files/onnx_graph.h"

#if LENET_HAVE_ONNX

#include "base/error.h"
#include "base/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MAX_FILE = LENET_MAX_PARAMETERS * 4 + (2 << 20),
  MAX_DEPTH = 16,         /* of messages inside each other; LeNet's files have 7 */
  MAX_FIELDS = 1 << 16,   /* of all messages */
  MAX_PACKED = 64 * 1024, /* bytes of a list of integers: each byte may become eight */
  MAX_THINGS = 512,       /* nodes or arrays of a graph */
  MAX_DIMS = 8
};

/* ---- bytes ---- */

/* Reads a varint; false where it does not end. */
static bool read_varint(const uint8_t **at, const uint8_t *end, uint64_t *number)
{
  *number = 0;
  for (int shift = 0; shift < 64 && *at < end; shift += 7) {
    const uint8_t byte = *(*at)++;
    *number |= (uint64_t)(byte & 0x7f) << shift;
    if (byte < 0x80)
      return true;
  }
  return false;
}

static bool is_integer(const ProtobufCFieldDescriptor *field)
{
  return field->type != PROTOBUF_C_TYPE_FLOAT && field->type != PROTOBUF_C_TYPE_DOUBLE &&
         field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES;
}

/* Where a message is not sound, or NULL. protobuf-c goes as deep as the bytes say and takes as much
 * memory, so this looks at them first. */
static const uint8_t *find_unsound(const ProtobufCMessageDescriptor *message, const uint8_t *at,
                                   const uint8_t *end, int depth, int *fields)
{
  while (at < end) {
    const uint8_t *start = at;
    uint64_t tag, length = 0;
    if (!read_varint(&at, end, &tag) || tag >> 3 == 0 || tag >> 3 > 1 << 20 ||
        ++*fields > MAX_FIELDS || depth == MAX_DEPTH)
      return start;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field(message, (unsigned)(tag >> 3));
    switch (tag & 7) {
    case 0:
      if (!read_varint(&at, end, &length))
        return start;
      continue;
    case 1: length = 8; break;
    case 2:
      if (!read_varint(&at, end, &length))
        return start;
      break;
    case 5: length = 4; break;
    default: return start;
    }
    if (length > (uint64_t)(end - at))
      return start;
    if ((tag & 7) == 2 && field && field->type == PROTOBUF_C_TYPE_MESSAGE) {
      const uint8_t *inside = find_unsound(field->descriptor, at, at + length, depth + 1, fields);
      if (inside)
        return inside;
    } else if ((tag & 7) == 2 && field && is_integer(field) && length > MAX_PACKED) {
      return start;
    }
    at += length;
  }
  return NULL;
}

/* protobuf-c says of bytes that are no message and of too little memory the same, nothing. */
static void *take(void *refused, size_t size)
{
  void *memory = malloc(size);
  *(bool *)refused |= !memory;
  return memory;
}

static void give_back(void *refused, void *memory)
{
  (void)refused;
  free(memory);
}

lenet_status lenet_onnx_read(const char *path, onnx_model **model, lenet_error *error)
{
  uint8_t *bytes;
  size_t size;
  int fields = 0;
  bool refused = false;
  ProtobufCAllocator memory = {.alloc = take, .free = give_back, .allocator_data = &refused};
  lenet_status status = lenet_file_read(path, MAX_FILE, &bytes, &size, error);
  if (status != LENET_OK)
    return status;
  const uint8_t *unsound =
      find_unsound(&lenet_onnx__model_proto__descriptor, bytes, bytes + size, 0, &fields);
  onnx_model *made = unsound ? NULL : lenet_onnx__model_proto__unpack(&memory, size, bytes);
  const long long place = unsound ? (long long)(unsound - bytes) : 0;
  if (refused)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read a model", path);
  else if (!made)
    status = lenet_fail(error, LENET_BAD_FILE, place,
                        "%s: byte %lld: not an ONNX file, or one that was cut off", path, place);
  free(bytes);
  if (!made)
    return status;
  if (made->graph && made->graph->n_node <= MAX_THINGS &&
      made->graph->n_initializer <= MAX_THINGS) {
    *model = made;
    return LENET_OK;
  }
  status = lenet_fail(error, LENET_BAD_FILE, -1, "%s: %s", path,
                      made->graph ? "more nodes or arrays than a LeNet has"
                                  : "not an ONNX file: there is no graph");
  lenet_onnx__model_proto__free_unpacked(made, NULL);
  return status;
}

/* ---- failures ---- */

bool lenet_onnx_is(const char *text, const char *wanted)
{
  return strcmp(text ? text : "", wanted) == 0;
}

static lenet_status fail(const onnx_reader *reader, lenet_status status, const onnx_node *node,
                         const char *format, va_list arguments)
{
  char reason[200];
  vsnprintf(reason, sizeof reason, format, arguments);
  if (!node)
    return lenet_fail(reader->error, status, -1, "%s: %s", reader->path, reason);
  const bool named = node->name && *node->name;
  return lenet_fail(reader->error, status, -1, "%s: node '%.40s' (%.30s): %s", reader->path,
                    named                ? node->name
                    : node->n_output > 0 ? node->output[0]
                                         : "",
                    node->op_type ? node->op_type : "", reason);
}

lenet_status lenet_onnx_bad(const onnx_reader *reader, const onnx_node *node, const char *format,
                            ...)
{
  va_list arguments;
  va_start(arguments, format);
  const lenet_status status = fail(reader, LENET_BAD_FILE, node, format, arguments);
  va_end(arguments);
  return status;
}

lenet_status lenet_onnx_refuse(const onnx_reader *reader, const onnx_node *node, const char *format,
                               ...)
{
  va_list arguments;
  va_start(arguments, format);
  const lenet_status status = fail(reader, LENET_UNSUPPORTED, node, format, arguments);
  va_end(arguments);
  return status;
}

/* ---- nodes ---- */

/* A value's shape may be asked for on the way: that is no other way for the value. */
const onnx_node *lenet_onnx_peek(const onnx_reader *reader, const char *value)
{
  const onnx_node *found = NULL;
  for (size_t n = 0; n < reader->graph->n_node; n++) {
    const onnx_node *node = reader->graph->node[n];
    bool reads = false;
    for (size_t i = 0; i < node->n_input; i++)
      reads |= lenet_onnx_is(node->input[i], value);
    if (!reads || reader->used[n] || lenet_onnx_is(node->op_type, "Shape"))
      continue;
    if (found)
      return NULL;
    found = node;
  }
  return found;
}

static void mark(onnx_reader *reader, const onnx_node *node)
{
  for (size_t n = 0; n < reader->graph->n_node; n++)
    reader->used[n] |= reader->graph->node[n] == node;
}

lenet_status lenet_onnx_take(onnx_reader *reader, const onnx_node *node)
{
  if (!lenet_onnx_is(node->domain, "") && !lenet_onnx_is(node->domain, "ai.onnx"))
    return lenet_onnx_refuse(reader, node, "of the domain '%.60s'", node->domain);
  if (node->n_output == 0 || lenet_onnx_is(node->output[0], ""))
    return lenet_onnx_bad(reader, node, "gives nothing");
  mark(reader, node);
  reader->value = node->output[0];
  return LENET_OK;
}

const onnx_node *lenet_onnx_source(onnx_reader *reader, const char *value)
{
  for (size_t n = 0; n < reader->graph->n_node; n++) {
    const onnx_node *node = reader->graph->node[n];
    if (node->n_output > 0 && lenet_onnx_is(node->output[0], value)) {
      mark(reader, node);
      return node;
    }
  }
  return NULL;
}

const onnx_attribute *lenet_onnx_attribute(const onnx_node *node, const char *name)
{
  for (size_t i = 0; i < node->n_attribute; i++)
    if (lenet_onnx_is(node->attribute[i]->name, name))
      return node->attribute[i];
  return NULL;
}

int64_t lenet_onnx_integer(const onnx_node *node, const char *name, int64_t otherwise)
{
  const onnx_attribute *attribute = lenet_onnx_attribute(node, name);
  return attribute ? attribute->i : otherwise;
}

float lenet_onnx_float(const onnx_node *node, const char *name, float otherwise)
{
  const onnx_attribute *attribute = lenet_onnx_attribute(node, name);
  return attribute ? attribute->f : otherwise;
}

int64_t lenet_onnx_even(const onnx_node *node, const char *name, size_t count, int64_t otherwise)
{
  const onnx_attribute *attribute = lenet_onnx_attribute(node, name);
  if (!attribute)
    return otherwise;
  for (size_t i = 0; i < attribute->n_ints; i++)
    if (attribute->ints[i] != attribute->ints[0])
      return -1;
  return attribute->n_ints == count ? attribute->ints[0] : -1;
}

bool lenet_onnx_all(const onnx_node *node, const char *name, size_t count, int64_t wanted)
{
  return lenet_onnx_even(node, name, count, wanted) == wanted;
}

/* ---- arrays ---- */

size_t lenet_onnx_count(const onnx_tensor *tensor)
{
  size_t count = 1;
  for (size_t i = 0; i < tensor->n_dims; i++)
    count *= (size_t)tensor->dims[i];
  return count;
}

bool lenet_onnx_is_float(const onnx_tensor *tensor)
{
  return tensor->data_type == LENET_ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT;
}

/* What is wrong with an array, or NULL: it must have as many numbers as its shape says, floats or
 * 64-bit integers, in this file. */
static const char *fault_of(const onnx_tensor *tensor)
{
  double count = 1; /* cannot wrap around */
  bool fits = tensor->n_dims <= MAX_DIMS;
  for (size_t i = 0; fits && i < tensor->n_dims; i++) {
    fits = tensor->dims[i] >= 0 && tensor->dims[i] <= LENET_MAX_PARAMETERS;
    count *= (double)tensor->dims[i];
  }
  if (!fits)
    return "an array has a shape that no LeNet has";
  const bool is_float = lenet_onnx_is_float(tensor);
  if (!is_float && tensor->data_type != LENET_ONNX__TENSOR_PROTO__DATA_TYPE__INT64)
    return "an array is neither of float32 nor of int64";
  if (tensor->n_external_data > 0 ||
      tensor->data_location == LENET_ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL)
    return "an array's numbers are in another file: export with the data inside";
  const double there = tensor->has_raw_data ? (double)tensor->raw_data.len / (is_float ? 4 : 8)
                       : is_float           ? (double)tensor->n_float_data
                                            : (double)tensor->n_int64_data;
  return there == count ? NULL : "an array has more or fewer numbers than its shape says";
}

static const onnx_tensor *find_tensor(onnx_reader *reader, const char *name)
{
  if (lenet_onnx_is(name, ""))
    return NULL;
  for (size_t i = 0; i < reader->graph->n_initializer; i++)
    if (lenet_onnx_is(reader->graph->initializer[i]->name, name))
      return reader->graph->initializer[i];
  for (size_t n = 0; n < reader->graph->n_node; n++) {
    const onnx_node *node = reader->graph->node[n];
    const onnx_attribute *value = lenet_onnx_attribute(node, "value");
    if (lenet_onnx_is(node->op_type, "Constant") && node->n_output == 1 && value &&
        lenet_onnx_is(node->output[0], name)) {
      reader->used[n] = true;
      return value->t;
    }
  }
  return NULL;
}

const onnx_tensor *lenet_onnx_input(onnx_reader *reader, const onnx_node *node, size_t index)
{
  const onnx_tensor *tensor =
      index < node->n_input ? find_tensor(reader, node->input[index]) : NULL;
  reader->fault = tensor ? fault_of(tensor) : "it reads what is neither its input nor an array";
  return reader->fault ? NULL : tensor;
}

const onnx_tensor *lenet_onnx_other(onnx_reader *reader, const onnx_node *node)
{
  if (node->n_input != 2)
    return NULL;
  const onnx_tensor *second = lenet_onnx_input(reader, node, 1);
  return second ? second : lenet_onnx_input(reader, node, 0);
}

static uint64_t get_little_endian(const uint8_t *from, int bytes)
{
  uint64_t bits = 0;
  for (int i = 0; i < bytes; i++)
    bits |= (uint64_t)from[i] << (8 * i);
  return bits;
}

float lenet_onnx_number(const onnx_tensor *tensor, size_t index)
{
  if (!tensor->has_raw_data)
    return tensor->float_data[index];
  const uint32_t bits = (uint32_t)get_little_endian(tensor->raw_data.data + index * 4, 4);
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

size_t lenet_onnx_integers(const onnx_tensor *tensor, size_t most, int64_t *integers)
{
  if (!tensor || lenet_onnx_is_float(tensor) || tensor->n_dims > 1)
    return 0;
  const size_t count = lenet_onnx_count(tensor);
  for (size_t i = 0; i < count && i < most; i++)
    integers[i] = tensor->has_raw_data
                      ? (int64_t)get_little_endian(tensor->raw_data.data + i * 8, 8)
                      : tensor->int64_data[i];
  return count;
}

#endif
