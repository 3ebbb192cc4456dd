/* model_file.h - what every file that holds a network says about it. */
#ifndef LENET_FILES_MODEL_FILE_H
#define LENET_FILES_MODEL_FILE_H

#include "files/safetensors.h"
#include "net/model.h"

extern const char lenet_model_format[]; /* "lenet": the "format" of a model */

/* Reads the text of a note that must be a float; `text` NULL where the file at `path` has none. */
lenet_status lenet_read_number_note(const char *path, const char *key, const char *text,
                                    float *number, lenet_error *error);

/* Gives the model a note from a file, unless the note describes the model or does not suit one.
 * False when there is room for no more. `model` is a lenet_model. */
bool lenet_take_note(void *model, const char *key, const char *value);

/* Refuses weights that are not 0 where the connection table of row `row` has holes: the file at
 * `path` means another network. */
lenet_status lenet_check_holes(const lenet_model *model, int row, const char *path,
                               lenet_error *error);

/* LENET_BAD_ARGUMENT where a parameter is no finite number: a file with one would be refused when
 * it is read, and have taken a good one's place. */
lenet_status lenet_check_finite(const lenet_model *model, const char *path, lenet_error *error);

/* Writes "format", notation, input scaling and the model's notes. */
lenet_status lenet_describe_model(lenet_tensors_writer *writer, const lenet_model *model,
                                  const char *format, lenet_error *error);

/* Reads them back into a model whose parameters are 0. The file must be of `format`. */
lenet_status lenet_blank_from_file(const lenet_tensors *tensors, const char *format,
                                   lenet_model **model, lenet_error *error);

/* The array of row `row`'s weights or biases as the file names it: "c1.weight", [6, 1, 5, 5]. */
lenet_tensor lenet_row_tensor(const lenet_model *model, int row, bool bias);

/* Larger files are no LeNet: parameters four times over, in double, and a header. */
enum { LENET_MAX_MODEL_FILE = LENET_MAX_PARAMETERS * 4 * 8 + (2 << 20) };

#endif
