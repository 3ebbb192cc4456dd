/* small_set.h - a small data set in IDX files, and what opening one in the scratch folder gives or
 * why it is refused. The including file includes lenet.h and cmocka.h first. */
#ifndef LENET_TESTS_SMALL_SET_H
#define LENET_TESTS_SMALL_SET_H

#include "scratch.h"

#include <stdint.h>

enum { COUNT = 4, ROWS = 3, COLUMNS = 2, AREA = ROWS * COLUMNS };
enum { PICTURES_SIZE = 16 + COUNT * AREA, LABELS_SIZE = 8 + COUNT };

/* Four pictures of 3x2 whose pixels count up from 100; labels 3, 0, 9, 1. */
static const uint8_t good_pictures[PICTURES_SIZE] = {
    0,   0,   8,   3,   0,   0,   0,   4,   0,   0,   0,   3,   0,   0,
    0,   2,   100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
    112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123};
static const uint8_t good_labels[LABELS_SIZE] = {0, 0, 8, 1, 0, 0, 0, 4, 3, 0, 9, 1};

static inline void write_pair(void **state, const char *directory)
{
  char name[128];
  snprintf(name, sizeof name, "%s/train-images-idx3-ubyte", directory);
  scratch_write(state, name, good_pictures, sizeof good_pictures);
  snprintf(name, sizeof name, "%s/train-labels-idx1-ubyte", directory);
  scratch_write(state, name, good_labels, sizeof good_labels);
}

static inline lenet_status open_in(void **state, const char *directory, lenet_split split,
                                   lenet_dataset **data, lenet_error *error)
{
  char path[SCRATCH_PATH];
  *error = (lenet_error){.position = -2};
  return lenet_dataset_open(scratch_path(state, directory, path), split, NULL, data, error);
}

/* Opens the training split in "set", which must fail so, and name `file`. */
static inline void assert_refused(void **state, lenet_status status, long long position,
                                  const char *file, const char *reason)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  char path[SCRATCH_PATH];
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), status);
  assert_null(data);
  assert_int_equal(error.status, status);
  if (error.position != position || !strstr(error.message, scratch_path(state, file, path)) ||
      !strstr(error.message, reason))
    fail_msg("position %lld: %s", error.position, error.message);
  if (position >= 0) {
    char place[32];
    snprintf(place, sizeof place, "byte %lld", position);
    assert_non_null(strstr(error.message, place));
  }
}

#define PICTURES "set/train-images-idx3-ubyte"
#define LABELS "set/train-labels-idx1-ubyte"

static inline void assert_is_good(const lenet_dataset *data)
{
  lenet_samples samples = lenet_dataset_samples(data);
  assert_int_equal(samples.first, 0);
  assert_int_equal(samples.count, COUNT);
  assert_int_equal(samples.rows, ROWS);
  assert_int_equal(samples.columns, COLUMNS);
  assert_int_equal(samples.classes, 10);
  for (size_t i = 0; i < COUNT; i++) {
    assert_memory_equal(lenet_dataset_pixels(data, i), good_pictures + 16 + i * AREA, AREA);
    assert_int_equal(lenet_dataset_label(data, i), good_labels[8 + i]);
  }
  assert_string_equal(lenet_dataset_class(data, 9), "9");
  assert_null(lenet_dataset_class(data, 10));
  assert_null(lenet_dataset_class(data, -1));
}

#endif
