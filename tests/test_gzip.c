/* Data sets in gzip: unpacked on the way, cut, with a broken sum, and promising too much. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "small_set.h"
#if LENET_HAVE_ZLIB
#include <zlib.h>
#endif

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

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_gzip),
      IN_SCRATCH(test_broken_gzip),
      IN_SCRATCH(test_broken_sum_of_a_long_gzip),
      IN_SCRATCH(test_promises),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
