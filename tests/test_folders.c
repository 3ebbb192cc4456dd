/* Folders of pictures as a data set: splits, labels, pictures of another size, what is refused. */
#define _XOPEN_SOURCE 700
#include "lenet.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "small_set.h"

#include <unistd.h>

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
      IN_SCRATCH(test_folder),
      IN_SCRATCH(test_folder_levels),
      IN_SCRATCH(test_folder_other_size),
      IN_SCRATCH(test_bad_folders),
      IN_SCRATCH(test_too_many_classes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
