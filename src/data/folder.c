#define _POSIX_C_SOURCE 200809L
#include "data/folder.h"

#include "base/error.h"
#include "data/listing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIDE = 28, TEST_EVERY = 6 };

/* ------------------------------------------------------------- pictures -------------------- */

/* A picture that already has the size is taken as it is, only turned to light ink on dark. */
static void take_frame(const lenet_image *image, uint8_t *digit)
{
  unsigned border = 0;
  for (int i = 0; i < SIDE; i++)
    border += (unsigned)image->pixels[i] + image->pixels[(SIDE - 1) * SIDE + i] +
              image->pixels[i * SIDE] + image->pixels[i * SIDE + SIDE - 1];
  uint8_t invert = border > 4 * SIDE * 127 ? 255 : 0;
  for (int i = 0; i < SIDE * SIDE; i++)
    digit[i] = image->pixels[i] ^ invert;
}

static lenet_status read_picture(const char *path, uint8_t *digit, lenet_error *error)
{
  lenet_image image;
  lenet_error reason;
  lenet_status status;
  struct stat info;
  if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: a %s where a picture should be", path,
                      S_ISDIR(info.st_mode) ? "folder" : "pipe or device");
  status = lenet_image_load(path, &image, error);
  if (status != LENET_OK)
    return status;
  if (image.width == SIDE && image.height == SIDE)
    take_frame(&image, digit);
  else if ((status = lenet_image_to_digit(&image, digit, &reason)) != LENET_OK)
    lenet_fail(error, status, reason.position, "%s: %s", path, reason.message);
  lenet_image_free(&image);
  return status;
}

/* Appends the pictures of one class to `dataset`, which has room for them. */
static lenet_status read_class(const char *directory, const lenet_names *files, int label,
                               lenet_dataset *dataset, lenet_error *error)
{
  const size_t area = (size_t)SIDE * SIDE;
  for (size_t i = 0; i < files->count; i++) {
    char *path = lenet_data_path(directory, files->name[i], "");
    if (!path)
      return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", directory);
    lenet_status status = read_picture(path, dataset->pixels + dataset->count * area, error);
    free(path);
    if (status != LENET_OK)
      return status;
    dataset->labels[dataset->count++] = (uint8_t)label;
  }
  return LENET_OK;
}

static lenet_status make_room(lenet_dataset *dataset, size_t count, const char *directory,
                              lenet_error *error)
{
  const size_t area = (size_t)SIDE * SIDE;
  if (count > LENET_MAX_SAMPLES)
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: more than %d pictures", directory,
                      (int)LENET_MAX_SAMPLES);
  if (count == 0)
    return LENET_OK;
  uint8_t *pixels = realloc(dataset->pixels, count * area);
  if (pixels)
    dataset->pixels = pixels;
  uint8_t *labels = pixels ? realloc(dataset->labels, count) : NULL;
  if (!labels)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for %zu pictures", directory,
                      count);
  dataset->labels = labels;
  return LENET_OK;
}

/* Of pictures that are not yet split, those of `split`. */
static void keep_split(lenet_names *files, lenet_split split)
{
  size_t kept = 0;
  for (size_t i = 0; i < files->count; i++) {
    bool test = i % TEST_EVERY == TEST_EVERY - 1;
    if (test == (split == LENET_TEST))
      files->name[kept++] = files->name[i];
    else
      free(files->name[i]);
  }
  files->count = kept;
}

/* ------------------------------------------------------------- the set --------------------- */

typedef struct folder {
  const char *directory; /* as it was named */
  char *level[2];        /* its train and test, or NULL */
  lenet_split split;
} folder;

/* The folder above the class folders for the asked split. */
static const char *root_of(const folder *f)
{
  return f->level[0] || f->level[1] ? f->level[f->split == LENET_TEST] : f->directory;
}

static lenet_status find_levels(folder *f, lenet_error *error)
{
  static const char *const name[2] = {"train", "test"};
  for (int i = 0; i < 2; i++) {
    f->level[i] = lenet_data_path(f->directory, name[i], "");
    if (!f->level[i])
      return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", f->directory);
  }
  for (int i = 0; i < 2; i++)
    if (!lenet_is_directory(f->level[i])) {
      free(f->level[i]);
      f->level[i] = NULL;
    }
  if (root_of(f))
    return LENET_OK;
  int asked = f->split == LENET_TEST;
  return lenet_fail(error, LENET_NO_DATA, -1, "%s: there is a folder %s but none called %s",
                    f->directory, name[!asked], name[asked]);
}

static lenet_status find_classes(const folder *f, lenet_names *classes, lenet_error *error)
{
  lenet_status status = LENET_OK;
  if (!f->level[0] && !f->level[1])
    status = lenet_list_directory(f->directory, true, classes, error);
  for (int i = 0; i < 2 && status == LENET_OK; i++)
    if (f->level[i])
      status = lenet_list_directory(f->level[i], true, classes, error);
  lenet_names_sort(classes);
  if (status != LENET_OK)
    return status;
  if (classes->count < 2)
    return lenet_fail(error, LENET_NO_DATA, -1,
                      "%s: neither IDX files (train-images-idx3-ubyte, ...) nor at least 2 folders "
                      "of pictures, one for each class",
                      f->directory);
  if (classes->count > LENET_MAX_CLASSES)
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: %zu folders; at most %d classes",
                      f->directory, classes->count, (int)LENET_MAX_CLASSES);
  return LENET_OK;
}

static lenet_status add_class(const folder *f, const char *name, int label, lenet_dataset *dataset,
                              lenet_error *error)
{
  char *directory = lenet_data_path(root_of(f), name, "");
  if (!directory)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", f->directory);
  lenet_names files = {.count = 0};
  lenet_status status = LENET_OK;
  if (lenet_is_directory(directory))
    status = lenet_list_directory(directory, false, &files, error);
  lenet_names_sort(&files);
  if (!f->level[0] && !f->level[1])
    keep_split(&files, f->split);
  if (status == LENET_OK)
    status = make_room(dataset, dataset->count + files.count, f->directory, error);
  if (status == LENET_OK)
    status = read_class(directory, &files, label, dataset, error);
  lenet_names_free(&files);
  free(directory);
  return status;
}

/* A picture's place in the mixed order, and where it is now. */
typedef struct place {
  double share; /* of its class that comes before it */
  size_t from;
} place;

static int by_share(const void *a, const void *b)
{
  const place *x = a, *y = b;
  if (x->share != y->share)
    return x->share < y->share ? -1 : 1;
  return x->from < y->from ? -1 : x->from > y->from;
}

/* Spreads each class evenly over the set, which was read class by class: the last pictures, which
 * training keeps for validation, are then of all classes. */
static lenet_status mix_classes(lenet_dataset *dataset, lenet_error *error)
{
  const size_t area = (size_t)SIDE * SIDE, count = dataset->count;
  place *places = malloc(count * sizeof *places);
  uint8_t *pixels = malloc(count * area), *labels = malloc(count);
  if (!places || !pixels || !labels) {
    free(places);
    free(pixels);
    free(labels);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to mix %zu pictures", count);
  }
  for (size_t start = 0, end; start < count; start = end) {
    for (end = start; end < count && dataset->labels[end] == dataset->labels[start];)
      end++;
    for (size_t i = start; i < end; i++)
      places[i] = (place){((double)(i - start) + 0.5) / (double)(end - start), i};
  }
  qsort(places, count, sizeof *places, by_share);
  for (size_t i = 0; i < count; i++) {
    memcpy(pixels + i * area, dataset->pixels + places[i].from * area, area);
    labels[i] = dataset->labels[places[i].from];
  }
  free(places);
  free(dataset->pixels);
  free(dataset->labels);
  dataset->pixels = pixels;
  dataset->labels = labels;
  return LENET_OK;
}

static lenet_status read_classes(const folder *f, lenet_names *classes, lenet_dataset *dataset,
                                 lenet_error *error)
{
  dataset->rows = dataset->columns = SIDE;
  dataset->classes = (int)classes->count;
  for (int c = 0; c < dataset->classes; c++) {
    lenet_status status = add_class(f, classes->name[c], c, dataset, error);
    if (status != LENET_OK)
      return status;
    dataset->class_name[c] = classes->name[c];
    classes->name[c] = NULL; /* now the data set's */
  }
  if (dataset->count == 0)
    return lenet_fail(error, LENET_NO_DATA, -1, "%s: its class folders hold no pictures to %s",
                      root_of(f), f->split == LENET_TEST ? "test" : "train");
  return mix_classes(dataset, error);
}

lenet_status lenet_folder_open(const char *directory, lenet_split split, lenet_dataset *dataset,
                               lenet_error *error)
{
  folder f = {.directory = directory, .split = split};
  lenet_names classes = {.count = 0};
  lenet_status status = find_levels(&f, error);
  if (status == LENET_OK)
    status = find_classes(&f, &classes, error);
  if (status == LENET_OK)
    status = read_classes(&f, &classes, dataset, error);
  lenet_names_free(&classes);
  free(f.level[0]);
  free(f.level[1]);
  return status;
}
