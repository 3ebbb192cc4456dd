/* IDX files: good ones, those that cannot be read or are cut, and what may stand in them. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/idx.h"
#include "sanitized.h"
#include "small_set.h"

#include <sys/resource.h>
#include <unistd.h>

static void test_idx(void **state)
{
  lenet_error error;
  lenet_dataset *data;
  char path[SCRATCH_PATH];
  write_pair(state, "set");
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  assert_is_good(data);
  assert_string_equal(lenet_dataset_place(data), scratch_path(state, "set", path));
  lenet_dataset_free(data);
  lenet_dataset_free(NULL);
}

static void test_samples(void **state)
{
  lenet_error error;
  lenet_dataset *data;
  write_pair(state, "set");
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  lenet_samples part = lenet_samples_part(lenet_dataset_samples(data), 1, 3);
  part = lenet_samples_part(part, 1, 2); /* samples 2 and 3 */
  assert_int_equal(part.first, 2);
  assert_int_equal(part.count, 2);
  uint8_t pixels[3 * AREA], labels[3];
  part.fetch(part.context, 7, part.first, (const uint32_t[]){1, 0, 1}, 3, pixels, labels);
  assert_memory_equal(pixels, good_pictures + 16 + 3 * AREA, AREA);
  assert_memory_equal(pixels + AREA, good_pictures + 16 + 2 * AREA, AREA);
  assert_memory_equal(pixels + 2 * AREA, good_pictures + 16 + 3 * AREA, AREA);
  assert_memory_equal(labels, ((const uint8_t[]){1, 9, 1}), 3);
  /* A part is never more than there is. */
  assert_int_equal(lenet_samples_part(part, 1, 100).count, 1);
  assert_int_equal(lenet_samples_part(part, 5, 1).count, 0);
  lenet_dataset_free(data);
}

static void test_missing(void **state)
{
  write_pair(state, "set");
  lenet_error error;
  lenet_dataset *data = NULL;
  char path[SCRATCH_PATH];
  assert_int_equal(open_in(state, "set", LENET_TEST, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, "t10k-images-idx3-ubyte"));
  assert_non_null(strstr(error.message, ".gz"));
  assert_int_equal(unlink(scratch_path(state, LABELS, path)), 0);
  assert_refused(state, LENET_NO_DATA, -1, LABELS, "no such file");
  assert_int_equal(open_in(state, "elsewhere", LENET_TRAIN, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, "elsewhere"));
  assert_int_equal(open_in(state, PICTURES, LENET_TRAIN, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, PICTURES));
  assert_null(data);
}

static void test_unreadable(void **state)
{
  char path[SCRATCH_PATH];
  write_pair(state, "set");
  /* A folder in place of a file, and a link to itself, stop even root. */
  assert_int_equal(unlink(scratch_path(state, LABELS, path)), 0);
  assert_int_equal(mkdir(path, 0777), 0);
  assert_refused(state, LENET_BAD_FILE, -1, LABELS, "not a regular file");
  assert_int_equal(rmdir(path), 0);
  assert_int_equal(symlink("train-labels-idx1-ubyte", path), 0);
  assert_refused(state, LENET_CANNOT_READ, -1, LABELS, strerror(ELOOP));
}

/* A file that fails while it is read: the process's own memory, which has nothing at 0. */
static void test_failing_read(void **state)
{
  char path[SCRATCH_PATH];
  write_pair(state, "set");
  if (access("/proc/self/mem", R_OK) != 0)
    skip();
  assert_int_equal(unlink(scratch_path(state, LABELS, path)), 0);
  assert_int_equal(symlink("/proc/self/mem", path), 0);
  assert_refused(state, LENET_CANNOT_READ, 0, LABELS, strerror(EIO));
}

/* Labels alone are missing. */
static void test_no_labels(void **state)
{
  char path[SCRATCH_PATH];
  lenet_dataset *data = NULL;
  lenet_error error;
  write_pair(state, "set");
  assert_int_equal(unlink(scratch_path(state, LABELS, path)), 0);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, LABELS));
  assert_null(data);
}

/* A pipe that nobody writes to is refused, not waited for. */
static void test_pipe(void **state)
{
  char path[SCRATCH_PATH];
  write_pair(state, "set");
  assert_int_equal(unlink(scratch_path(state, PICTURES, path)), 0);
  assert_int_equal(mkfifo(path, 0666), 0);
  alarm(60);
  assert_refused(state, LENET_BAD_FILE, -1, PICTURES, "not a regular file");
  alarm(0);
}

/* Whether a file is there is not known where there is no memory for its path. */
static void test_no_memory(void **state)
{
  (void)state;
/* Sanitizers need address space of their own and end the program where there is none. */
#if SANITIZED
  skip();
#else
  enum { LONG = 64 << 20 };
  struct rlimit before, none;
  size_t count;
  bool present = true;
  lenet_error error;
  char *directory = malloc(LONG);
  assert_non_null(directory);
  memset(directory, 'd', LONG - 1);
  directory[LONG - 1] = '\0';
  assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
  none = before;
  none.rlim_cur = 0;
  assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
  void *probe = malloc(LONG);
  lenet_status status = lenet_idx_find(directory, lenet_catalogue(&count), &present, &error);
  assert_int_equal(setrlimit(RLIMIT_AS, &before), 0);
  bool limited = probe == NULL;
  free(probe);
  free(directory);
  if (!limited)
    skip();
  assert_int_equal(status, LENET_NO_MEMORY);
  assert_int_equal(error.status, LENET_NO_MEMORY);
  assert_false(present);
#endif
}

static void test_no_permission(void **state)
{
  char path[SCRATCH_PATH];
  if (geteuid() == 0)
    skip();
  write_pair(state, "set");
  assert_int_equal(chmod(scratch_path(state, PICTURES, path), 0), 0);
  assert_refused(state, LENET_CANNOT_READ, -1, PICTURES, strerror(EACCES));
}

/* Cut anywhere, a file is refused with the byte where it ends. */
static void test_truncated(void **state)
{
  write_pair(state, "set");
  for (size_t size = 0; size < PICTURES_SIZE; size++) {
    scratch_write(state, PICTURES, good_pictures, size);
    assert_refused(state, LENET_BAD_FILE, (long long)size, PICTURES, "the file ends");
  }
  scratch_write(state, PICTURES, good_pictures, PICTURES_SIZE);
  for (size_t size = 0; size < LABELS_SIZE; size++) {
    scratch_write(state, LABELS, good_labels, size);
    assert_refused(state, LENET_BAD_FILE, (long long)size, LABELS, "the file ends");
  }
}

static void test_trailing(void **state)
{
  uint8_t longer[PICTURES_SIZE + 1] = {0};
  write_pair(state, "set");
  memcpy(longer, good_pictures, PICTURES_SIZE);
  scratch_write(state, PICTURES, longer, PICTURES_SIZE + 1);
  assert_refused(state, LENET_BAD_FILE, PICTURES_SIZE, PICTURES, "more bytes");
  scratch_write(state, PICTURES, good_pictures, PICTURES_SIZE);
  memcpy(longer, good_labels, LABELS_SIZE);
  longer[LABELS_SIZE] = 5;
  scratch_write(state, LABELS, longer, LABELS_SIZE + 1);
  assert_refused(state, LENET_BAD_FILE, LABELS_SIZE, LABELS, "more bytes");
  /* 3 GiB, nearly all of it a hole: more than 31 bits count. */
  char path[SCRATCH_PATH];
  scratch_write(state, LABELS, good_labels, LABELS_SIZE);
  assert_int_equal(truncate(scratch_path(state, LABELS, path), (off_t)((int64_t)3 << 30)), 0);
  assert_refused(state, LENET_BAD_FILE, LABELS_SIZE, LABELS, "more bytes");
}

static void test_bad_headers(void **state)
{
  static const struct {
    int at;
    uint8_t value;
    long long position;
    const char *reason;
  } bad[] = {
      {0, 'P', 0, "not an IDX file"},
      {1, 1, 1, "not an IDX file"},
      {2, 0x0d, 2, "type 0x0d"},
      {3, 1, 3, "labels where pictures should be"},
      {3, 2, 3, "2 dimensions; 3 expected"},
      {4, 2, 4, "samples promised"},                           /* 2^25 */
      {5, 200, 4, "more than a file of this length may hold"}, /* 13 million of 6 bytes */
      {7, 0, 4, "holds nothing"},
      {7, 5, PICTURES_SIZE, "the file ends here"}, /* a fifth picture */
      {7, 3, PICTURES_SIZE - AREA, "more bytes"},  /* one fewer */
      {8, 1, 8, "rows"},
      {11, 0, 8, "rows"},
      {11, 129, 8, "rows"},
      {15, 0, 12, "columns"},
      {15, 129, 12, "columns"},
  };
  write_pair(state, "set");
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    uint8_t pictures[PICTURES_SIZE];
    memcpy(pictures, good_pictures, sizeof pictures);
    pictures[bad[i].at] = bad[i].value;
    scratch_write(state, PICTURES, pictures, sizeof pictures);
    assert_refused(state, LENET_BAD_FILE, bad[i].position, PICTURES, bad[i].reason);
  }
  scratch_write(state, PICTURES, good_pictures, sizeof good_pictures);
  scratch_write(state, LABELS, good_pictures, sizeof good_pictures);
  assert_refused(state, LENET_BAD_FILE, 3, LABELS, "pictures where labels should be");
}

static void test_mislabelled(void **state)
{
  uint8_t labels[LABELS_SIZE];
  write_pair(state, "set");
  memcpy(labels, good_labels, sizeof labels);
  labels[10] = 128;
  scratch_write(state, LABELS, labels, sizeof labels);
  assert_refused(state, LENET_BAD_FILE, 10, LABELS, "label 128 of sample 2");
}

static void test_count_mismatch(void **state)
{
  uint8_t labels[LABELS_SIZE];
  write_pair(state, "set");
  memcpy(labels, good_labels, sizeof labels);
  labels[7] = 3;
  scratch_write(state, LABELS, labels, sizeof labels - 1);
  assert_refused(state, LENET_BAD_FILE, 4, LABELS, "3 labels");
  assert_refused(state, LENET_BAD_FILE, 4, PICTURES, "4 pictures");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_idx),           IN_SCRATCH(test_samples),
      IN_SCRATCH(test_missing),       IN_SCRATCH(test_unreadable),
      IN_SCRATCH(test_failing_read),  IN_SCRATCH(test_no_labels),
      IN_SCRATCH(test_pipe),          cmocka_unit_test(test_no_memory),
      IN_SCRATCH(test_no_permission), IN_SCRATCH(test_truncated),
      IN_SCRATCH(test_trailing),      IN_SCRATCH(test_bad_headers),
      IN_SCRATCH(test_mislabelled),   IN_SCRATCH(test_count_mismatch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
