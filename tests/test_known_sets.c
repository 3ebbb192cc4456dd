/* The known sets: found by name in the folders of data, held to their hashes, and MNIST and
 * Fashion-MNIST themselves where $LENET_DATA has them. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/idx.h"
#include "small_set.h"

#include <math.h>

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

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_not_fetched),
      IN_SCRATCH(test_wrong_hash),
      IN_SCRATCH(test_wrong_hash_of_right_size),
      IN_SCRATCH(test_right_hash),
      cmocka_unit_test(test_catalogue),
      cmocka_unit_test(test_mnist_train),
      cmocka_unit_test(test_mnist_test),
      cmocka_unit_test(test_fashion),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
