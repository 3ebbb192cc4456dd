#include "files/safetensors.h"

#include "base/error.h"
#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t lenet_tensor_count(const lenet_tensor *tensor)
{
  size_t count = 1;
  for (int i = 0; i < tensor->dims; i++)
    count *= tensor->shape[i];
  return count;
}

#if LENET_HAVE_JANSSON

#include <jansson.h>

enum { MAX_ARRAYS = 64, MAX_HEADER = 1 << 20, LENGTH_BYTES = 8 };

static const struct {
  const char *name;
  size_t bytes;
} dtypes[] = {[LENET_F32] = {"F32", 4}, [LENET_F64] = {"F64", 8}};
enum { DTYPE_COUNT = sizeof dtypes / sizeof *dtypes };

static void put_little_endian(uint8_t *to, uint64_t bits, size_t bytes)
{
  for (size_t i = 0; i < bytes; i++)
    to[i] = (uint8_t)(bits >> (8 * i));
}

static uint64_t get_little_endian(const uint8_t *from, size_t bytes)
{
  uint64_t bits = 0;
  for (size_t i = 0; i < bytes; i++)
    bits |= (uint64_t)from[i] << (8 * i);
  return bits;
}

static void encode(uint8_t *to, lenet_dtype dtype, double value)
{
  uint64_t bits = 0;
  if (dtype == LENET_F32) {
    float narrow = (float)value;
    uint32_t bits32;
    memcpy(&bits32, &narrow, sizeof bits32);
    bits = bits32;
  } else {
    memcpy(&bits, &value, sizeof bits);
  }
  put_little_endian(to, bits, dtypes[dtype].bytes);
}

static double decode(const uint8_t *from, lenet_dtype dtype)
{
  uint64_t bits = get_little_endian(from, dtypes[dtype].bytes);
  if (dtype == LENET_F32) {
    uint32_t bits32 = (uint32_t)bits;
    float narrow;
    memcpy(&narrow, &bits32, sizeof narrow);
    return (double)narrow;
  }
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* ---- writing ---- */

struct lenet_tensors_writer {
  json_t *header, *notes;
  size_t bytes; /* of data so far */
  int count;
  struct {
    lenet_tensor tensor;
    const lenet_real *reals; /* one of the two */
    const double *doubles;
  } array[MAX_ARRAYS];
};

static lenet_status no_memory(lenet_error *error)
{
  return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a safetensors header");
}

lenet_status lenet_tensors_begin(lenet_tensors_writer **writer, lenet_error *error)
{
  lenet_tensors_writer *made = calloc(1, sizeof *made);
  if (made) {
    made->header = json_object();
    made->notes = json_object();
  }
  /* json_object_set_new takes the reference also when it fails, and notes NULL as a failure. */
  if (!made || json_object_set(made->header, "__metadata__", made->notes) != 0) {
    lenet_tensors_end(made);
    return no_memory(error);
  }
  *writer = made;
  return LENET_OK;
}

void lenet_tensors_end(lenet_tensors_writer *writer)
{
  if (!writer)
    return;
  json_decref(writer->header);
  json_decref(writer->notes);
  free(writer);
}

lenet_status lenet_tensors_note(lenet_tensors_writer *writer, const char *key, const char *value,
                                lenet_error *error)
{
  /* Keys and values are UTF-8: those of a model were looked at when they were set. */
  return json_object_set_new(writer->notes, key, json_string(value)) == 0 ? LENET_OK
                                                                          : no_memory(error);
}

lenet_status lenet_tensors_note_number(lenet_tensors_writer *writer, const char *key, double value,
                                       lenet_error *error)
{
  json_t *number = json_real(value);
  char *text = number ? json_dumps(number, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9)) : NULL;
  json_decref(number);
  if (!text)
    return no_memory(error);
  lenet_status status = lenet_tensors_note(writer, key, text, error);
  free(text);
  return status;
}

static lenet_status add(lenet_tensors_writer *writer, const lenet_tensor *tensor,
                        const lenet_real *reals, const double *doubles, lenet_error *error)
{
  if (writer->count == MAX_ARRAYS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "more than %d arrays", MAX_ARRAYS);
  json_t *shape = json_array();
  bool whole = shape != NULL;
  for (int i = 0; i < tensor->dims && whole; i++)
    whole = json_array_append_new(shape, json_integer((json_int_t)tensor->shape[i])) == 0;
  if (!whole) {
    json_decref(shape);
    return no_memory(error);
  }
  const size_t end = writer->bytes + lenet_tensor_count(tensor) * dtypes[tensor->dtype].bytes;
  json_t *entry = json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtypes[tensor->dtype].name, "shape",
                            shape, "data_offsets", (json_int_t)writer->bytes, (json_int_t)end);
  if (json_object_set_new(writer->header, tensor->name, entry) != 0)
    return no_memory(error);
  writer->array[writer->count].tensor = *tensor;
  writer->array[writer->count].reals = reals;
  writer->array[writer->count].doubles = doubles;
  writer->count++;
  writer->bytes = end;
  return LENET_OK;
}

lenet_status lenet_tensors_add_reals(lenet_tensors_writer *writer, const lenet_tensor *tensor,
                                     const lenet_real *data, lenet_error *error)
{
  return add(writer, tensor, data, NULL, error);
}

lenet_status lenet_tensors_add_doubles(lenet_tensors_writer *writer, const lenet_tensor *tensor,
                                       const double *data, lenet_error *error)
{
  return add(writer, tensor, NULL, data, error);
}

static lenet_status append_arrays(const lenet_tensors_writer *writer, lenet_file_writer *file,
                                  lenet_error *error)
{
  enum { CHUNK = 1024 };
  uint8_t buffer[CHUNK * 8];
  for (int a = 0; a < writer->count; a++) {
    const lenet_tensor *tensor = &writer->array[a].tensor;
    const size_t count = lenet_tensor_count(tensor), each = dtypes[tensor->dtype].bytes;
    for (size_t at = 0; at < count; at += CHUNK) {
      const size_t here = count - at < CHUNK ? count - at : CHUNK;
      for (size_t i = 0; i < here; i++)
        encode(buffer + i * each, tensor->dtype,
               writer->array[a].reals ? (double)writer->array[a].reals[at + i]
                                      : writer->array[a].doubles[at + i]);
      lenet_status status = lenet_file_append(file, buffer, here * each, error);
      if (status != LENET_OK)
        return status;
    }
  }
  return LENET_OK;
}

lenet_status lenet_tensors_save(lenet_tensors_writer *writer, const char *path, lenet_error *error)
{
  char *header = json_dumps(writer->header, JSON_COMPACT);
  /* What cannot be read back, for want of memory or otherwise, does not replace a good file. */
  json_t *again = header ? json_loads(header, JSON_REJECT_DUPLICATES, NULL) : NULL;
  const bool whole = again && json_equal(again, writer->header);
  json_decref(again);
  if (!whole) {
    free(header);
    return no_memory(error);
  }
  /* Spaces after the header bring the data to a multiple of 8. */
  const size_t length = strlen(header), padded = (length + 7) / 8 * 8;
  uint8_t prefix[LENGTH_BYTES];
  put_little_endian(prefix, padded, LENGTH_BYTES);
  lenet_file_writer file;
  lenet_status status = lenet_file_begin(&file, path, error);
  if (status == LENET_OK) {
    status = lenet_file_append(&file, prefix, sizeof prefix, error);
    if (status == LENET_OK)
      status = lenet_file_append(&file, header, length, error);
    if (status == LENET_OK)
      status = lenet_file_append(&file, "       ", padded - length, error);
    if (status == LENET_OK)
      status = append_arrays(writer, &file, error);
    if (status == LENET_OK)
      status = lenet_file_commit(&file, error);
  }
  free(header);
  return status;
}

/* ---- reading ---- */

struct lenet_tensors {
  char *path;
  uint8_t *bytes;
  const uint8_t *data;
  size_t data_size;
  json_t *header, *notes; /* notes borrowed from header, or NULL */
};

static lenet_status bad(const char *path, long long position, const char *reason,
                        lenet_error *error)
{
  return lenet_fail(error, LENET_BAD_FILE, position, "%s: byte %lld: %s", path, position, reason);
}

/* Where an array lies, or false if its entry is not what it should be. Takes no memory, so that it
 * says no for no other reason. */
static bool read_entry(json_t *entry, lenet_tensor *tensor, size_t offsets[2])
{
  const char *dtype = json_string_value(json_object_get(entry, "dtype"));
  json_t *shape = json_object_get(entry, "shape");
  json_t *range = json_object_get(entry, "data_offsets");
  json_t *first = json_array_get(range, 0), *last = json_array_get(range, 1);
  if (json_object_size(entry) != 3 || !dtype || !json_is_array(shape) ||
      json_array_size(shape) > LENET_TENSOR_DIMS || json_array_size(range) != 2 ||
      json_typeof(first) != JSON_INTEGER || json_typeof(last) != JSON_INTEGER)
    return false;
  const json_int_t from = json_integer_value(first), to = json_integer_value(last);
  if (from < 0 || to < from)
    return false;
  int known = 0;
  while (known < DTYPE_COUNT && strcmp(dtypes[known].name, dtype) != 0)
    known++;
  if (known == DTYPE_COUNT)
    return false;
  tensor->dtype = (lenet_dtype)known;
  tensor->dims = (int)json_array_size(shape);
  double bytes = (double)dtypes[known].bytes;
  for (int i = 0; i < tensor->dims; i++) {
    const json_t *side = json_array_get(shape, (size_t)i);
    if (json_typeof(side) != JSON_INTEGER || json_integer_value(side) < 0 ||
        json_integer_value(side) > INT32_MAX)
      return false;
    tensor->shape[i] = (size_t)json_integer_value(side);
    bytes *= (double)tensor->shape[i]; /* as a double it cannot wrap around */
  }
  offsets[0] = (size_t)from;
  offsets[1] = (size_t)to;
  return bytes == (double)(to - from);
}

static int by_offset(const void *a, const void *b)
{
  const size_t *x = a, *y = b;
  /* An empty array may share its start with its neighbour and comes first. */
  if (x[0] != y[0])
    return x[0] < y[0] ? -1 : 1;
  return x[1] < y[1] ? -1 : x[1] > y[1];
}

static lenet_status check_arrays(const lenet_tensors *t, lenet_error *error)
{
  size_t offsets[MAX_ARRAYS][2], count = 0;
  const char *name;
  json_t *entry;
  json_object_foreach(t->header, name, entry)
  {
    lenet_tensor tensor;
    if (entry == t->notes)
      continue;
    if (count == MAX_ARRAYS)
      return bad(t->path, LENGTH_BYTES, "more arrays than a LeNet has", error);
    if (strlen(name) >= LENET_TENSOR_NAME || !read_entry(entry, &tensor, offsets[count]))
      return lenet_fail(error, LENET_BAD_FILE, LENGTH_BYTES,
                        "%s: header: '%.40s' is not a float32 or float64 array with a shape and "
                        "the offsets that go with it",
                        t->path, name);
    count++;
  }
  qsort(offsets, count, sizeof *offsets, by_offset);
  size_t end = 0;
  for (size_t i = 0; i < count; i++) {
    if (offsets[i][0] != end)
      return bad(t->path, LENGTH_BYTES, "header: the arrays overlap or leave a hole", error);
    end = offsets[i][1];
  }
  const size_t whole = end < t->data_size ? end : t->data_size; /* as far as both go */
  if (end != t->data_size)
    return lenet_fail(error, LENET_BAD_FILE, (long long)(t->data - t->bytes) + (long long)whole,
                      "%s: the header promises %zu bytes of data, the file has %zu", t->path, end,
                      t->data_size);
  return LENET_OK;
}

static lenet_status check_notes(const lenet_tensors *t, lenet_error *error)
{
  const char *key;
  json_t *value;
  if (t->notes && !json_is_object(t->notes))
    return bad(t->path, LENGTH_BYTES, "header: __metadata__ is not an object", error);
  json_object_foreach(t->notes, key, value)
  {
    if (json_typeof(value) != JSON_STRING)
      return lenet_fail(error, LENET_BAD_FILE, LENGTH_BYTES,
                        "%s: header: note '%.40s' is not a string", t->path, key);
  }
  return LENET_OK;
}

/* NULL without a text of the reason: there is no memory. jansson does not look whether it had
 * memory for each character: where that runs out it may call a good file wrong, or leave a
 * character out. So there must be room for what it needs, and two readings must agree. */
static json_t *parse_text(const lenet_tensors *t, size_t length, json_error_t *reason)
{
  const char *text = (const char *)t->bytes + LENGTH_BYTES;
  void *room = malloc(4 * length);
  free(room);
  json_t *header = room ? json_loadb(text, length, JSON_REJECT_DUPLICATES, reason) : NULL;
  json_t *again = room ? json_loadb(text, length, JSON_REJECT_DUPLICATES, reason) : NULL;
  const bool wrong = room && !header && !again, whole = header && json_equal(header, again);
  json_decref(again);
  if (!whole) {
    json_decref(header);
    header = NULL;
  }
  if (!whole && !wrong)
    reason->text[0] = '\0';
  return header;
}

static lenet_status parse_header(lenet_tensors *t, size_t size, lenet_error *error)
{
  if (size < LENGTH_BYTES + 2)
    return bad(t->path, (long long)size, "too short for a safetensors file", error);
  const uint64_t length = get_little_endian(t->bytes, LENGTH_BYTES);
  if (length < 2 || length > MAX_HEADER || t->bytes[LENGTH_BYTES] != '{')
    return bad(t->path, 0, "not a safetensors file", error);
  if (length > size - LENGTH_BYTES)
    return lenet_fail(error, LENET_BAD_FILE, (long long)size,
                      "%s: the header has %llu bytes, the file ends after %zu", t->path,
                      (unsigned long long)length, size - LENGTH_BYTES);
  t->data = t->bytes + LENGTH_BYTES + length;
  t->data_size = size - LENGTH_BYTES - (size_t)length;
  json_error_t reason;
  t->header = parse_text(t, (size_t)length, &reason);
  if (!t->header && !reason.text[0])
    return no_memory(error);
  if (!t->header)
    return lenet_fail(error, LENET_BAD_FILE, LENGTH_BYTES + (long long)reason.position,
                      "%s: byte %lld: header: %s", t->path,
                      LENGTH_BYTES + (long long)reason.position, reason.text);
  t->notes = json_object_get(t->header, "__metadata__");
  lenet_status status = check_notes(t, error);
  return status == LENET_OK ? check_arrays(t, error) : status;
}

lenet_status lenet_tensors_open(const char *path, size_t limit, lenet_tensors **tensors,
                                lenet_error *error)
{
  size_t size = 0;
  lenet_tensors *made = calloc(1, sizeof *made);
  if (made)
    made->path = malloc(strlen(path) + 1);
  if (!made || !made->path) {
    lenet_tensors_close(made);
    return no_memory(error);
  }
  strcpy(made->path, path);
  lenet_status status = lenet_file_read(path, limit, &made->bytes, &size, error);
  if (status == LENET_OK)
    status = parse_header(made, size, error);
  if (status != LENET_OK) {
    lenet_tensors_close(made);
    return status;
  }
  *tensors = made;
  return LENET_OK;
}

void lenet_tensors_close(lenet_tensors *t)
{
  if (!t)
    return;
  json_decref(t->header);
  free(t->bytes);
  free(t->path);
  free(t);
}

const char *lenet_tensors_path(const lenet_tensors *t) { return t->path; }

size_t lenet_tensors_size(const lenet_tensors *t)
{
  return json_object_size(t->header) - (t->notes ? 1 : 0);
}

size_t lenet_tensors_bytes(const lenet_tensors *t) { return t->data_size; }

const char *lenet_tensors_find_note(const lenet_tensors *t, const char *key)
{
  return json_string_value(json_object_get(t->notes, key));
}

void lenet_tensors_visit_notes(const lenet_tensors *t,
                               bool (*visit)(void *context, const char *key, const char *value),
                               void *context)
{
  const char *key;
  json_t *value;
  json_object_foreach(t->notes, key, value)
  {
    if (!visit(context, key, json_string_value(value)))
      return;
  }
}

void lenet_tensor_print(const lenet_tensor *tensor, char text[LENET_TENSOR_TEXT])
{
  const size_t room = LENET_TENSOR_TEXT;
  size_t used = (size_t)snprintf(text, room, "%s[", dtypes[tensor->dtype].name);
  for (int i = 0; i < tensor->dims; i++)
    used += (size_t)snprintf(text + used, room - used, "%s%zu", i ? ", " : "", tensor->shape[i]);
  snprintf(text + used, room - used, "]");
}

lenet_tensor lenet_tensors_at(const lenet_tensors *t, size_t index)
{
  lenet_tensor tensor = {.dims = 0};
  size_t offsets[2];
  const char *name;
  json_t *entry;
  json_object_foreach(t->header, name, entry)
  {
    if (entry == t->notes || index-- > 0)
      continue;
    snprintf(tensor.name, sizeof tensor.name, "%s", name);
    read_entry(entry, &tensor, offsets); /* checked when the file was opened */
    break;
  }
  return tensor;
}

/* The bytes of an array that is just as expected, or NULL and the error. */
static const uint8_t *find(const lenet_tensors *t, const lenet_tensor *expected, lenet_error *error)
{
  lenet_tensor there = {.dims = 0};
  size_t offsets[2];
  json_t *entry = json_object_get(t->header, expected->name);
  if (!entry) {
    lenet_fail(error, LENET_BAD_FILE, LENGTH_BYTES, "%s: array '%s' is missing", t->path,
               expected->name);
    return NULL;
  }
  read_entry(entry, &there, offsets); /* checked when the file was opened */
  if (there.dtype != expected->dtype || there.dims != expected->dims ||
      memcmp(there.shape, expected->shape, sizeof *there.shape * (size_t)there.dims) != 0) {
    char has[LENET_TENSOR_TEXT], wanted[LENET_TENSOR_TEXT];
    lenet_tensor_print(&there, has);
    lenet_tensor_print(expected, wanted);
    lenet_fail(error, LENET_BAD_FILE, LENGTH_BYTES, "%s: array '%s' is %s, not %s", t->path,
               expected->name, has, wanted);
    return NULL;
  }
  return t->data + offsets[0];
}

lenet_status lenet_tensors_read_reals(const lenet_tensors *t, const lenet_tensor *expected,
                                      lenet_real *data, lenet_error *error)
{
  const uint8_t *bytes = find(t, expected, error);
  if (!bytes)
    return LENET_BAD_FILE;
  for (size_t i = 0; i < lenet_tensor_count(expected); i++) {
    const uint8_t *at = bytes + i * dtypes[expected->dtype].bytes;
    data[i] = (lenet_real)decode(at, expected->dtype);
    if (!isfinite(data[i]))
      return lenet_fail(error, LENET_BAD_FILE, (long long)(at - t->bytes),
                        "%s: byte %lld: value %zu of '%s' is not a finite number", t->path,
                        (long long)(at - t->bytes), i, expected->name);
  }
  return LENET_OK;
}

lenet_status lenet_tensors_read_doubles(const lenet_tensors *t, const lenet_tensor *expected,
                                        double *data, lenet_error *error)
{
  const uint8_t *bytes = find(t, expected, error);
  if (!bytes)
    return LENET_BAD_FILE;
  for (size_t i = 0; i < lenet_tensor_count(expected); i++)
    data[i] = decode(bytes + i * dtypes[expected->dtype].bytes, expected->dtype);
  return LENET_OK;
}

#endif
