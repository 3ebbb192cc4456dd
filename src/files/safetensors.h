/* safetensors.h - the container: named arrays and string notes in one file.
 *
 *   u64 length | JSON header of that length | data
 *
 * all little-endian; the header maps each name to {dtype, shape, data_offsets} and __metadata__ to
 * strings. See https://github.com/huggingface/safetensors (format). Readers here are strict:
 * no duplicate names, no holes, no overlaps, sizes that agree. */
#ifndef LENET_FILES_SAFETENSORS_H
#define LENET_FILES_SAFETENSORS_H

#include "lenet.h"

typedef enum lenet_dtype { LENET_F32, LENET_F64 } lenet_dtype;

enum { LENET_TENSOR_DIMS = 4, LENET_TENSOR_NAME = 96, LENET_TENSOR_TEXT = 80 };

/* An array to be written, or the shape that a reader expects. */
typedef struct lenet_tensor {
  char name[LENET_TENSOR_NAME];
  lenet_dtype dtype; /* what stands in the file */
  int dims;
  size_t shape[LENET_TENSOR_DIMS];
} lenet_tensor;

size_t lenet_tensor_count(const lenet_tensor *tensor);

/* "F32[6, 1, 5, 5]" */
void lenet_tensor_print(const lenet_tensor *tensor, char text[LENET_TENSOR_TEXT]);

/* A writer collects notes and arrays, then saves them in one go. `data` of an array, lenet_real or
 * double as said, is copied out at save time and must live until then. */
typedef struct lenet_tensors_writer lenet_tensors_writer;

lenet_status lenet_tensors_begin(lenet_tensors_writer **writer, lenet_error *error);
lenet_status lenet_tensors_note(lenet_tensors_writer *writer, const char *key, const char *value,
                                lenet_error *error);
/* A number as nine digits that give a float back. */
lenet_status lenet_tensors_note_number(lenet_tensors_writer *writer, const char *key, double value,
                                       lenet_error *error);
lenet_status lenet_tensors_add_reals(lenet_tensors_writer *writer, const lenet_tensor *tensor,
                                     const lenet_real *data, lenet_error *error);
lenet_status lenet_tensors_add_doubles(lenet_tensors_writer *writer, const lenet_tensor *tensor,
                                       const double *data, lenet_error *error);
lenet_status lenet_tensors_save(lenet_tensors_writer *writer, const char *path, lenet_error *error);
void lenet_tensors_end(lenet_tensors_writer *writer);

/* An opened file. Its header has been checked as far as it can be without knowing the network. */
typedef struct lenet_tensors lenet_tensors;

/* Files over `limit` bytes are refused. */
lenet_status lenet_tensors_open(const char *path, size_t limit, lenet_tensors **tensors,
                                lenet_error *error);
void lenet_tensors_close(lenet_tensors *tensors);

size_t lenet_tensors_size(const lenet_tensors *tensors);  /* number of arrays */
size_t lenet_tensors_bytes(const lenet_tensors *tensors); /* of their data */
const char *lenet_tensors_path(const lenet_tensors *tensors);

/* The value of a note, or NULL. */
const char *lenet_tensors_find_note(const lenet_tensors *tensors, const char *key);
/* Calls `visit` with each note in the file's order until it returns false. */
void lenet_tensors_visit_notes(const lenet_tensors *tensors,
                               bool (*visit)(void *context, const char *key, const char *value),
                               void *context);

/* The name, type and shape of array `index`, in the file's order. */
lenet_tensor lenet_tensors_at(const lenet_tensors *tensors, size_t index);

/* Copies an array that must have just this name, type and shape; reals must be finite. */
lenet_status lenet_tensors_read_reals(const lenet_tensors *tensors, const lenet_tensor *expected,
                                      lenet_real *data, lenet_error *error);
lenet_status lenet_tensors_read_doubles(const lenet_tensors *tensors, const lenet_tensor *expected,
                                        double *data, lenet_error *error);

#endif
