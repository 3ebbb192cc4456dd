/* Data sets: IDX files good and bad, folders of pictures, synthetic sets, and MNIST itself where
 * $LENET_DATA has it. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/idx.h"
#include "scratch.h"

#include <math.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>
#if LENET_HAVE_ZLIB
#include <zlib.h>
#endif

/* Sanitizers need address space of their own and end the program where there is none. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define WITHOUT_FAILING_MALLOC 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define WITHOUT_FAILING_MALLOC 1
#endif
#endif
#ifndef WITHOUT_FAILING_MALLOC
#define WITHOUT_FAILING_MALLOC 0
#endif

/* ------------------------------------------------------------------ IDX files -------------- */

enum { COUNT = 4, ROWS = 3, COLUMNS = 2, AREA = ROWS * COLUMNS };
enum { PICTURES_SIZE = 16 + COUNT * AREA, LABELS_SIZE = 8 + COUNT };

/* Four pictures of 3x2 whose pixels count up from 100; labels 3, 0, 9, 1. */
static const uint8_t good_pictures[PICTURES_SIZE] = {
    0,   0,   8,   3,   0,   0,   0,   4,   0,   0,   0,   3,   0,   0,
    0,   2,   100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111,
    112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 123};
static const uint8_t good_labels[LABELS_SIZE] = {0, 0, 8, 1, 0, 0, 0, 4, 3, 0, 9, 1};

static void write_pair(void **state, const char *directory)
{
  char name[128];
  snprintf(name, sizeof name, "%s/train-images-idx3-ubyte", directory);
  scratch_write(state, name, good_pictures, sizeof good_pictures);
  snprintf(name, sizeof name, "%s/train-labels-idx1-ubyte", directory);
  scratch_write(state, name, good_labels, sizeof good_labels);
}

static lenet_status open_in(void **state, const char *directory, lenet_split split,
                            lenet_dataset **data, lenet_error *error)
{
  char path[SCRATCH_PATH];
  *error = (lenet_error){.position = -2};
  return lenet_dataset_open(scratch_path(state, directory, path), split, NULL, data, error);
}

/* Opens the training split in "set", which must fail so, and name `file`. */
static void assert_refused(void **state, lenet_status status, long long position, const char *file,
                           const char *reason)
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

static void assert_is_good(const lenet_dataset *data)
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
#if WITHOUT_FAILING_MALLOC
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

/* ------------------------------------------------------------------ gzip ------------------- */

#if LENET_HAVE_ZLIB

static size_t pack(const uint8_t *bytes, size_t size, uint8_t *packed, size_t room)
{
  z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes,
                .avail_in = (uInt)size,
                .next_out = packed,
                .avail_out = (uInt)room};
  assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  deflateEnd(&z);
  return z.total_out;
}

static void test_gzip(void **state)
{
  lenet_error error;
  lenet_dataset *data;
  uint8_t packed[256];
  size_t size = pack(good_pictures, PICTURES_SIZE, packed, sizeof packed);
  scratch_write(state, PICTURES ".gz", packed, size);
  scratch_write(state, LABELS, good_labels, LABELS_SIZE);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  assert_is_good(data);
  lenet_dataset_free(data);
  /* Unpacked on the way by somebody who left the name as it was. */
  scratch_write(state, PICTURES ".gz", good_pictures, PICTURES_SIZE);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  assert_is_good(data);
  lenet_dataset_free(data);
}

static void test_broken_gzip(void **state)
{
  uint8_t packed[256], broken[256];
  lenet_error error;
  lenet_dataset *data = NULL;
  size_t size = pack(good_pictures, PICTURES_SIZE, packed, sizeof packed);
  scratch_write(state, LABELS, good_labels, LABELS_SIZE);
  char path[SCRATCH_PATH];
  scratch_path(state, PICTURES ".gz", path);
  /* Cut anywhere, also within the checksum and length at its end. */
  for (size_t cut = 0; cut < size; cut++) {
    scratch_write(state, PICTURES ".gz", packed, cut);
    assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_BAD_FILE);
    assert_non_null(strstr(error.message, path));
    assert_true(error.position >= 0);
  }
  /* The checksum of the unpacked bytes and their length are the last eight bytes. */
  for (size_t at = size - 8; at < size; at++) {
    memcpy(broken, packed, size);
    broken[at] ^= 0x40;
    scratch_write(state, PICTURES ".gz", broken, size);
    assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_BAD_FILE);
    assert_non_null(strstr(error.message, path));
    /* zlib would say "<fd:5>", which is no name that anybody knows. */
    assert_non_null(strstr(error.message, "broken gzip: "));
    assert_null(strstr(error.message, "<fd"));
  }
  assert_null(data);
}

/* Where a block of what is read from the disk ends within the checksum, zlib compares the
 * sum only when more is asked for than there is. A long name in the gzip's head makes it so. */
static void test_broken_sum_of_a_long_gzip(void **state)
{
  enum { LONG = 50, SIDE = LENET_MAX_SIDE, SIZE = 16 + LONG * SIDE * SIDE, BLOCK = 128 * 1024 };
  enum { HEAD = 10, HAS_NAME = 8, BEHIND = 6 };
  lenet_error error;
  lenet_dataset *data = NULL;
  uint8_t *pictures = malloc(SIZE), *packed = calloc(1, 2 * SIZE), labels[8 + LONG] = {0, 0, 8, 1};
  assert_true(pictures && packed);
  memcpy(pictures, ((const uint8_t[]){0, 0, 8, 3, 0, 0, 0, LONG, 0, 0, 0, SIDE, 0, 0, 0, SIDE}),
         16);
  for (int i = 16; i < SIZE; i++)
    pictures[i] = (uint8_t)((uint32_t)i * 2654435761u >> 24);
  labels[7] = LONG;
  const size_t plain = pack(pictures, SIZE, packed, 2 * SIZE);
  const size_t size = (plain / BLOCK + 1) * BLOCK + BEHIND, name = size - plain;
  assert_true(size <= 2 * SIZE);
  memmove(packed + HEAD + name, packed + HEAD, plain - HEAD);
  memset(packed + HEAD, 'n', name - 1);
  packed[HEAD + name - 1] = '\0';
  packed[3] |= HAS_NAME;
  scratch_write(state, LABELS, labels, sizeof labels);
  scratch_write(state, PICTURES ".gz", packed, size);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  assert_memory_equal(lenet_dataset_pixels(data, 0), pictures + 16, SIZE - 16);
  lenet_dataset_free(data);
  data = NULL;
  scratch_write(state, PICTURES ".gz", packed, size - plain / 4); /* cut among the pixels */
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_BAD_FILE);
  assert_in_range(error.position, 16, SIZE - 1);
  assert_non_null(strstr(error.message, "broken gzip: "));
  packed[size - 5] ^= 1; /* the last byte of the sum */
  scratch_write(state, PICTURES ".gz", packed, size);
  assert_refused(state, LENET_BAD_FILE, SIZE, PICTURES ".gz", "broken gzip: ");
  free(pictures);
  free(packed);
}

/* A few bytes of gzip may unpack to a thousand times as many, and a header may promise more. */
static void test_promises(void **state)
{
  uint8_t packed[256];
  const uint8_t promise[16] = {0, 0, 8, 3, 0, 255, 255, 255, 0, 0, 0, 128, 0, 0, 0, 128};
  size_t size = pack(promise, sizeof promise, packed, sizeof packed);
  scratch_write(state, PICTURES ".gz", packed, size);
  scratch_write(state, LABELS, good_labels, LABELS_SIZE);
  assert_refused(state, LENET_BAD_FILE, 4, PICTURES ".gz",
                 "more than a file of this length may hold");
}

#else

static void test_gzip(void **state)
{
  scratch_write(state, PICTURES ".gz", good_pictures, PICTURES_SIZE);
  scratch_write(state, LABELS, good_labels, LABELS_SIZE);
  assert_refused(state, LENET_UNSUPPORTED, -1, PICTURES ".gz", "zlib");
}

static void test_broken_gzip(void **state)
{
  (void)state;
  skip();
}

static void test_broken_sum_of_a_long_gzip(void **state)
{
  (void)state;
  skip();
}

static void test_promises(void **state)
{
  (void)state;
  skip();
}

#endif

/* ------------------------------------------------------------------ known sets ------------- */

static void test_not_fetched(void **state)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  char here[SCRATCH_PATH], there[SCRATCH_PATH];
  const char *directories[] = {scratch_path(state, "here", here),
                               scratch_path(state, "there", there), NULL};
  assert_int_equal(lenet_dataset_open("mnist", LENET_TRAIN, directories, &data, &error),
                   LENET_NO_DATA);
  assert_non_null(strstr(error.message, "lenet data fetch mnist"));
  strcat(here, "/mnist");
  strcat(there, "/mnist");
  assert_non_null(strstr(error.message, here));
  assert_non_null(strstr(error.message, there));
  assert_int_equal(lenet_dataset_open("mnist", LENET_TRAIN, NULL, &data, &error), LENET_NO_DATA);
  assert_null(data);
}

/* A set that is all right but is not MNIST does not pass for it. */
static void test_wrong_hash(void **state)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  char root[SCRATCH_PATH], path[SCRATCH_PATH];
  const char *directories[] = {"/nowhere", scratch_path(state, "", root), NULL};
  write_pair(state, "mnist");
  assert_int_equal(lenet_dataset_open("mnist", LENET_TRAIN, directories, &data, &error),
                   LENET_BAD_HASH);
  assert_non_null(strstr(error.message, "train-images-idx3-ubyte"));
  assert_null(data);
  /* Given by its path, it is only a directory. */
  assert_int_equal(
      lenet_dataset_open(scratch_path(state, "mnist", path), LENET_TRAIN, NULL, &data, &error),
      LENET_OK);
  lenet_dataset_free(data);
}

/* Of the right size, but for one pixel: found and expected hash are told. */
static void test_wrong_hash_of_right_size(void **state)
{
#if LENET_HAVE_CRYPTO
  enum { TEST_PICTURES = 10000, TEST_SIZE = 16 + TEST_PICTURES * 28 * 28 };
  lenet_error error;
  lenet_dataset *data = NULL;
  char root[SCRATCH_PATH];
  const char *directories[] = {scratch_path(state, "", root), NULL};
  const uint8_t header[16] = {0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28};
  uint8_t *bytes = calloc(1, TEST_SIZE);
  assert_non_null(bytes);
  memcpy(bytes, header, sizeof header);
  scratch_write(state, "mnist/t10k-images-idx3-ubyte", bytes, TEST_SIZE);
  free(bytes);
  scratch_write(state, "mnist/t10k-labels-idx1-ubyte", good_labels, LABELS_SIZE);
  assert_int_equal(lenet_dataset_open("mnist", LENET_TEST, directories, &data, &error),
                   LENET_BAD_HASH);
  assert_null(data);
  assert_non_null(strstr(error.message, "t10k-images-idx3-ubyte: "));
  assert_non_null(
      strstr(error.message, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"));
  /* By sha256sum. */
  assert_non_null(
      strstr(error.message, "cfd1127d014c27e98f9e456fd8c48a2dd1b837950c181e2038a513bc1c89f1d6"));
#else
  (void)state;
  skip();
#endif
}

/* A known set of our own: its files pass, and labels that are other than its do not. */
static void test_right_hash(void **state)
{
#if LENET_HAVE_CRYPTO
  lenet_known_set set = {
      .name = "set",
      .file = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "none", "none"},
      .bytes = {PICTURES_SIZE, LABELS_SIZE},
      /* By sha256sum. */
      .sha256 = {"42c55dee129eaac5018ab1fd2636b9c99579eb034c84f347d6ab9d5b0d98d40b",
                 "f3f934fb6495a67495eb287b40c77138dbb8948e8920a9bed303183a72c5fb2d"}};
  lenet_error error;
  struct lenet_dataset data = {.classes = 10};
  char directory[SCRATCH_PATH];
  write_pair(state, "set");
  scratch_path(state, "set", directory);
  assert_int_equal(lenet_idx_open(directory, &set, LENET_TRAIN, true, &data, &error), LENET_OK);
  assert_int_equal(data.count, COUNT);
  assert_memory_equal(data.pixels, good_pictures + 16, COUNT * AREA);
  assert_memory_equal(data.labels, good_labels + 8, COUNT);
  free(data.pixels);
  free(data.labels);

  uint8_t labels[LABELS_SIZE];
  memcpy(labels, good_labels, LABELS_SIZE);
  labels[LABELS_SIZE - 1] = 2;
  scratch_write(state, LABELS, labels, LABELS_SIZE);
  assert_int_equal(lenet_idx_open(directory, &set, LENET_TRAIN, true, &data, &error),
                   LENET_BAD_HASH);
  assert_non_null(strstr(error.message, "train-labels-idx1-ubyte: "));
  assert_non_null(strstr(error.message, set.sha256[1]));
#else
  (void)state;
  skip();
#endif
}

static void test_catalogue(void **state)
{
  (void)state;
  size_t count;
  const lenet_known_set *set = lenet_catalogue(&count);
  assert_int_equal(count, 2);
  assert_string_equal(set[0].name, "mnist");
  assert_string_equal(set[1].name, "fashion-mnist");
  for (size_t s = 0; s < count; s++) {
    for (int i = 0; i < 4; i++) {
      assert_int_equal(strlen(set[s].sha256[i]), 64);
      assert_int_equal(strspn(set[s].sha256[i], "0123456789abcdef"), 64);
    }
    assert_int_equal(set[s].bytes[0], 16 + 60000 * 28 * 28);
    assert_int_equal(set[s].bytes[3], 8 + 10000);
    assert_int_equal(strncmp(set[s].mirror[0], "http", 4), 0);
    for (int c = 0; c < 10; c++)
      assert_true(strlen(set[s].classes[c]) > 0);
  }
}

static lenet_dataset *open_known(const char *name, lenet_split split)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  const char *directories[] = {getenv("LENET_DATA"), NULL};
  lenet_status status = lenet_dataset_open(name, split, directories, &data, &error);
  if (status == LENET_NO_DATA || status == LENET_UNSUPPORTED) /* a .gz, without zlib */
    skip();
  if (status != LENET_OK)
    fail_msg("%s", error.message);
  return data;
}

static double mean_of(const lenet_dataset *data, double *deviation)
{
  lenet_samples samples = lenet_dataset_samples(data);
  size_t count = samples.count * (size_t)samples.rows * (size_t)samples.columns;
  const uint8_t *pixels = lenet_dataset_pixels(data, 0);
  double sum = 0, squares = 0;
  for (size_t i = 0; i < count; i++) {
    sum += pixels[i] / 255.0;
    squares += pixels[i] / 255.0 * (pixels[i] / 255.0);
  }
  double mean = sum / (double)count;
  *deviation = sqrt(squares / (double)count - mean * mean);
  return mean;
}

/* Mean and deviation are those that PyTorch's examples normalise MNIST with: 0.1307, 0.3081. */
static void test_mnist_train(void **state)
{
  (void)state;
  lenet_dataset *data = open_known("mnist", LENET_TRAIN);
  lenet_samples samples = lenet_dataset_samples(data);
  assert_int_equal(samples.count, 60000);
  assert_int_equal(samples.rows, 28);
  assert_int_equal(samples.columns, 28);
  assert_int_equal(lenet_dataset_label(data, 0), 5);
  double deviation, mean = mean_of(data, &deviation);
  assert_true(fabs(mean - 0.1307) < 0.00005);
  assert_true(fabs(deviation - 0.3081) < 0.00005);
  lenet_dataset_free(data);
}

static void test_mnist_test(void **state)
{
  (void)state;
  lenet_dataset *data = open_known("mnist", LENET_TEST);
  assert_int_equal(lenet_dataset_samples(data).count, 10000);
  assert_int_equal(lenet_dataset_label(data, 0), 7);
  lenet_dataset_free(data);
}

/* Mean and deviation that are in use for Fashion-MNIST: 0.2860, 0.3530. */
static void test_fashion(void **state)
{
  (void)state;
  lenet_dataset *data = open_known("fashion-mnist", LENET_TRAIN);
  assert_string_equal(lenet_dataset_class(data, lenet_dataset_label(data, 0)), "Ankle boot");
  double deviation, mean = mean_of(data, &deviation);
  assert_true(fabs(mean - 0.2860) < 0.0001);
  assert_true(fabs(deviation - 0.3530) < 0.0001);
  lenet_dataset_free(data);
}

/* ------------------------------------------------------------------ synthetic -------------- */

static void test_synthetic(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *train, *test;
  assert_int_equal(lenet_dataset_open("synthetic:900,seed=3", LENET_TRAIN, NULL, &train, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_open("synthetic:900,seed=3", LENET_TEST, NULL, &test, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_samples(train).count, 900);
  assert_int_equal(lenet_dataset_samples(test).count, 150);
  assert_int_equal(lenet_dataset_samples(test).classes, 10);
  assert_string_equal(lenet_dataset_place(train), "synthetic");
  assert_string_equal(lenet_dataset_class(train, 7), "7");
  uint8_t pixels[28 * 28];
  assert_int_equal(lenet_synthetic_digit(3, 899, pixels), lenet_dataset_label(train, 899));
  assert_memory_equal(pixels, lenet_dataset_pixels(train, 899), sizeof pixels);
  /* No test digit is a training digit. */
  for (size_t i = 0; i < 150; i++)
    for (size_t j = 0; j < 900; j++)
      assert_memory_not_equal(lenet_dataset_pixels(test, i), lenet_dataset_pixels(train, j),
                              sizeof pixels);
  lenet_dataset_free(train);
  lenet_dataset_free(test);
}

static void test_nondigits(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *train, *test;
  assert_int_equal(lenet_dataset_open("nondigits:240,seed=3", LENET_TRAIN, NULL, &train, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_open("nondigits:240,seed=3", LENET_TEST, NULL, &test, &error),
                   LENET_OK);
  assert_int_equal(lenet_dataset_samples(train).count, 240);
  assert_int_equal(lenet_dataset_samples(test).count, 100);
  assert_int_equal(lenet_dataset_samples(train).classes, 11);
  assert_string_equal(lenet_dataset_place(train), "nondigits");
  assert_string_equal(lenet_dataset_class(train, 9), "9");
  assert_string_equal(lenet_dataset_class(train, 10), "no digit");
  for (size_t i = 0; i < 240; i++)
    assert_int_equal(lenet_dataset_label(train, i), 10);
  for (size_t i = 0; i < 100; i++)
    for (size_t j = 0; j < 240; j++)
      assert_memory_not_equal(lenet_dataset_pixels(test, i), lenet_dataset_pixels(train, j),
                              28 * 28);
  lenet_dataset_free(train);
  lenet_dataset_free(test);
}

static void test_synthetic_options(void **state)
{
  (void)state;
  lenet_error error;
  lenet_dataset *data;
  assert_int_equal(lenet_dataset_open("synthetic:1", LENET_TEST, NULL, &data, &error), LENET_OK);
  assert_int_equal(lenet_dataset_samples(data).count, 100);
  lenet_dataset_free(data);
  assert_int_equal(
      lenet_dataset_open("synthetic:2,seed=18446744073709551615", LENET_TRAIN, NULL, &data, &error),
      LENET_OK);
  lenet_dataset_free(data);
  static const struct {
    const char *set;
    int column;
  } bad[] = {
      {"synthetic:", 11},         {"synthetic:0", 11},
      {"synthetic:10000001", 11}, {"synthetic:-5", 11},
      {"synthetic: 5", 11},       {"synthetic:5x", 12},
      {"synthetic:5,", 12},       {"synthetic:5,seed=", 18},
      {"synthetic:5,seed=x", 18}, {"synthetic:5,seed=1,", 19},
      {"synthetic,SEED=1", 10},   {"synthetic:5,seed=18446744073709551616", 18},
      {"synthetic:5 ", 12},       {"printed:", 9},
      {"printed:5,seed=", 16},    {"printed,5", 8},
      {"nondigits:0", 11},        {"nondigits:5,seed=x", 18},
      {"nondigits,", 10},
  };
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    data = NULL;
    assert_int_equal(lenet_dataset_open(bad[i].set, LENET_TRAIN, NULL, &data, &error),
                     LENET_BAD_ARGUMENT);
    assert_null(data);
    assert_non_null(strstr(error.message, bad[i].set));
    if (error.position != bad[i].column)
      fail_msg("%s, expected %d", error.message, bad[i].column);
  }
  assert_int_equal(lenet_dataset_open("synthetics", LENET_TRAIN, NULL, &data, &error),
                   LENET_NO_DATA);
  assert_int_equal(lenet_dataset_open("nondigit", LENET_TRAIN, NULL, &data, &error), LENET_NO_DATA);
  assert_int_equal(lenet_dataset_open("", LENET_TRAIN, NULL, &data, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_dataset_open("synthetic", (lenet_split)2, NULL, &data, NULL),
                   LENET_BAD_ARGUMENT);
}

/* ------------------------------------------------------------------ folders ---------------- */

/* A 28x28 PGM: ground all over, one pixel of the other tone in the middle, of value `mark`. */
static void write_frame(void **state, const char *name, uint8_t ground, uint8_t mark)
{
  char bytes[13 + 784];
  memcpy(bytes, "P5 28 28 255\n", 13);
  memset(bytes + 13, ground, 784);
  bytes[13 + 14 * 28 + 14] = (char)mark;
  scratch_write(state, name, bytes, sizeof bytes);
}

static uint8_t mark_of(const lenet_dataset *data, size_t i)
{
  assert_int_equal(lenet_dataset_pixels(data, i)[0], 0);
  return lenet_dataset_pixels(data, i)[14 * 28 + 14];
}

static void test_folder(void **state)
{
  lenet_error error;
  lenet_dataset *data;
  /* Written in another order than that of names; every sixth in order, "f" and "l", is a test. */
  const char *order = "mcaljbkdfieghn";
  for (const char *c = order; *c; c++) {
    char name[64];
    snprintf(name, sizeof name, "set/cat/%c.pgm", *c);
    write_frame(state, name, 0, (uint8_t)(*c));
  }
  write_frame(state, "set/ant/b", 255, 255 - 20); /* dark on light: turned */
  write_frame(state, "set/ant/a", 0, 10);
  scratch_write(state, "set/ant/.hidden", "no picture", 10);
  scratch_write(state, "set/.git/x", "no picture", 10);
  scratch_write(state, "set/README", "no picture", 10);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  lenet_samples samples = lenet_dataset_samples(data);
  assert_int_equal(samples.count, 14);
  assert_int_equal(samples.classes, 2);
  assert_int_equal(samples.rows, 28);
  assert_int_equal(samples.columns, 28);
  assert_string_equal(lenet_dataset_class(data, 0), "ant");
  assert_string_equal(lenet_dataset_class(data, 1), "cat");
  /* Both classes are spread evenly: the two of "ant" (10, 20) at a quarter and three quarters. */
  const char *train = "abc\012deghij\024kmn";
  for (size_t i = 0; i < 14; i++) {
    assert_int_equal(mark_of(data, i), train[i]);
    assert_int_equal(lenet_dataset_label(data, i), train[i] >= 'a');
  }
  lenet_dataset_free(data);
  assert_int_equal(open_in(state, "set", LENET_TEST, &data, &error), LENET_OK);
  assert_int_equal(lenet_dataset_samples(data).count, 2);
  assert_int_equal(lenet_dataset_samples(data).classes, 2);
  assert_int_equal(mark_of(data, 0), 'f');
  assert_int_equal(mark_of(data, 1), 'l');
  assert_int_equal(lenet_dataset_label(data, 0), 1);
  lenet_dataset_free(data);
}

static void test_folder_levels(void **state)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  write_frame(state, "set/train/0/a.pgm", 0, 1);
  write_frame(state, "set/train/2/a.pgm", 0, 2);
  assert_int_equal(open_in(state, "set", LENET_TEST, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, "test"));
  write_frame(state, "set/test/1/a.pgm", 0, 3);
  write_frame(state, "set/test/2/a.pgm", 0, 4);
  /* Labels count the classes of both. */
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  assert_int_equal(lenet_dataset_samples(data).classes, 3);
  assert_int_equal(lenet_dataset_samples(data).count, 2);
  assert_int_equal(lenet_dataset_label(data, 1), 2);
  lenet_dataset_free(data);
  assert_int_equal(open_in(state, "set", LENET_TEST, &data, &error), LENET_OK);
  assert_int_equal(lenet_dataset_samples(data).count, 2);
  assert_int_equal(lenet_dataset_label(data, 0), 1);
  assert_int_equal(mark_of(data, 0), 3);
  assert_string_equal(lenet_dataset_class(data, 0), "0");
  lenet_dataset_free(data);
}

/* A picture of another size goes through lenet_image_to_digit. */
static void test_folder_other_size(void **state)
{
  lenet_error error;
  lenet_dataset *data;
  char bytes[13 + 40 * 60];
  memcpy(bytes, "P5 40 60 255\n", 13);
  memset(bytes + 13, 200, 40 * 60);
  for (int y = 10; y < 50; y++)
    memset(bytes + 13 + y * 40 + 15, 30, 6);
  scratch_write(state, "set/1/a.pgm", bytes, sizeof bytes);
  write_frame(state, "set/2/a.pgm", 0, 255);
  assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
  lenet_image image = {.width = 40, .height = 60, .pixels = (uint8_t *)bytes + 13};
  uint8_t digit[28 * 28];
  assert_int_equal(lenet_image_to_digit(&image, digit, &error), LENET_OK);
  assert_memory_equal(lenet_dataset_pixels(data, 0), digit, sizeof digit);
  lenet_dataset_free(data);
}

static void test_bad_folders(void **state)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  char path[SCRATCH_PATH];
  scratch_write(state, "set/README", "nothing", 7);
  assert_refused(state, LENET_NO_DATA, -1, "set", "folders");
  write_frame(state, "set/0/a.pgm", 0, 1);
  assert_refused(state, LENET_NO_DATA, -1, "set", "at least 2 folders");
  write_frame(state, "set/1/a.pgm", 0, 1);
  assert_int_equal(open_in(state, "set", LENET_TEST, &data, &error), LENET_NO_DATA);
  assert_non_null(strstr(error.message, scratch_path(state, "set", path)));
  scratch_write(state, "set/1/notes.txt", "no picture", 10);
  assert_refused(state, LENET_BAD_FILE, 0, "set/1/notes.txt", "not a PNG, JPEG or PNM");
  scratch_write(state, "set/1/notes.txt", "P5 3 3 255\n#########", 20);
  assert_refused(state, LENET_NO_DIGIT, -1, "set/1/notes.txt", "one tone");
  scratch_write(state, "set/1/notes.txt", "P5 3 3 255\n########", 19);
  assert_refused(state, LENET_BAD_FILE, 19, "set/1/notes.txt", "ends");
  assert_int_equal(unlink(scratch_path(state, "set/1/notes.txt", path)), 0);
  write_frame(state, "set/1/more/a.pgm", 0, 1);
  assert_refused(state, LENET_BAD_FILE, -1, "set/1/more", "folder");
  assert_int_equal(unlink(scratch_path(state, "set/1/more/a.pgm", path)), 0);
  assert_int_equal(rmdir(scratch_path(state, "set/1/more", path)), 0);
  assert_int_equal(mkfifo(path, 0666), 0);
  alarm(60);
  assert_refused(state, LENET_BAD_FILE, -1, "set/1/more", "pipe");
  alarm(0);
  assert_null(data);
}

static void test_too_many_classes(void **state)
{
  lenet_error error;
  lenet_dataset *data = NULL;
  for (int c = 0; c < LENET_MAX_CLASSES + 1; c++) {
    char name[64];
    snprintf(name, sizeof name, "set/%03d/a.pgm", c);
    write_frame(state, name, 0, 1);
    if (c == LENET_MAX_CLASSES - 1) {
      assert_int_equal(open_in(state, "set", LENET_TRAIN, &data, &error), LENET_OK);
      assert_int_equal(lenet_dataset_samples(data).classes, LENET_MAX_CLASSES);
      assert_string_equal(lenet_dataset_class(data, 127), "127");
      lenet_dataset_free(data);
    }
  }
  assert_refused(state, LENET_BAD_FILE, -1, "set", "at most 128 classes");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_idx),
      IN_SCRATCH(test_samples),
      IN_SCRATCH(test_missing),
      IN_SCRATCH(test_unreadable),
      IN_SCRATCH(test_failing_read),
      IN_SCRATCH(test_no_labels),
      IN_SCRATCH(test_pipe),
      cmocka_unit_test(test_no_memory),
      IN_SCRATCH(test_no_permission),
      IN_SCRATCH(test_truncated),
      IN_SCRATCH(test_trailing),
      IN_SCRATCH(test_bad_headers),
      IN_SCRATCH(test_mislabelled),
      IN_SCRATCH(test_count_mismatch),
      IN_SCRATCH(test_gzip),
      IN_SCRATCH(test_broken_gzip),
      IN_SCRATCH(test_broken_sum_of_a_long_gzip),
      IN_SCRATCH(test_promises),
      IN_SCRATCH(test_not_fetched),
      IN_SCRATCH(test_wrong_hash),
      IN_SCRATCH(test_wrong_hash_of_right_size),
      IN_SCRATCH(test_right_hash),
      cmocka_unit_test(test_catalogue),
      cmocka_unit_test(test_mnist_train),
      cmocka_unit_test(test_mnist_test),
      cmocka_unit_test(test_fashion),
      cmocka_unit_test(test_synthetic),
      cmocka_unit_test(test_nondigits),
      cmocka_unit_test(test_synthetic_options),
      IN_SCRATCH(test_folder),
      IN_SCRATCH(test_folder_levels),
      IN_SCRATCH(test_folder_other_size),
      IN_SCRATCH(test_bad_folders),
      IN_SCRATCH(test_too_many_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
