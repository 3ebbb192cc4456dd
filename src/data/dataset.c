#define _POSIX_C_SOURCE 200809L
#include "data/dataset.h"

#include "base/error.h"
#include "data/drawn.h"
#include "data/folder.h"
#include "data/glyphs.h"
#include "data/idx.h"
#include "data/listing.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
  DRAWN_DEFAULT = 60000,
  DRAWN_MOST = 10000000,
  DRAWN_LEAST_TEST = 100,
  DRAWN_SEED = 1,
  DRAWN_SIDE = 28,
  VALIDATION_SHARE = 12 /* of glyphs for training, the last of so many parts: 5,000 of 60,000 */
};

/* The test split is drawn from samples that no training split can reach. */
#define DRAWN_TEST_START ((uint64_t)1 << 40)

static lenet_status no_memory(const char *set, lenet_error *error)
{
  return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for the data set", set);
}

char *lenet_data_path(const char *directory, const char *name, const char *suffix)
{
  size_t length = strlen(directory);
  const char *slash = length && directory[length - 1] == '/' ? "" : "/";
  size_t room = length + strlen(name) + strlen(suffix) + 2;
  char *path = malloc(room);
  if (path)
    snprintf(path, room, "%s%s%s%s", directory, slash, name, suffix);
  return path;
}

/* Ten classes as the known set has them, and where there are higher labels, more: by number, or
 * `eleventh` where that is the only one. As many as there are characters are these. */
static lenet_status name_classes(lenet_dataset *dataset, const lenet_known_set *set,
                                 const char *eleventh, lenet_error *error)
{
  if (dataset->classes < 10)
    dataset->classes = 10;
  for (size_t i = 0; i < dataset->count; i++)
    if (dataset->labels[i] >= dataset->classes)
      dataset->classes = dataset->labels[i] + 1;
  for (int c = 0; c < dataset->classes; c++) {
    char name[LENET_CLASS_NAME];
    if (lenet_class_character(dataset->classes, 0) == ' ')
      lenet_class_name(dataset->classes, c, name);
    else
      snprintf(name, sizeof name, "%d", c);
    const bool known = c < 10 && dataset->classes <= 11;
    if (!(dataset->class_name[c] = strdup(known ? set->classes[c] : eleventh ? eleventh : name)))
      return no_memory(set->name, error);
  }
  return LENET_OK;
}

/* -------------------------------------------------------------- drawn sets ----------------- */

/* Reads decimal digits up to `most` and moves `*text` past them; false if there are none or the
 * number is larger. */
static bool read_number(const char **text, uint64_t most, uint64_t *number)
{
  const char *c = *text;
  uint64_t value = 0;
  for (; *c >= '0' && *c <= '9'; c++) {
    uint64_t digit = (uint64_t)(*c - '0');
    if (value > (most - digit) / 10)
      return false;
    value = value * 10 + digit;
  }
  if (c == *text)
    return false;
  *text = c;
  *number = value;
  return true;
}

#define DRAWN_NAMES "synthetic, printed, nondigits, glyphs"

static const lenet_drawn_set drawn_sets[] = {
    {"synthetic", "handwritten digits"},
    {"printed", "digits of typefaces and displays"},
    {"nondigits", "letters, scribbles, shapes and noise, an eleventh class"},
    {"glyphs", "printed characters in the fonts of this machine, 95 classes"},
};

/* How each of these is drawn: these return the label. */
static int (*const drawers[])(uint64_t seed, uint64_t index, uint8_t pixels[28 * 28]) = {
    lenet_synthetic_digit, lenet_printed_digit, lenet_nondigit, NULL /* see fill_with_glyphs */
};

const lenet_drawn_set *lenet_drawn_sets(size_t *count)
{
  *count = sizeof drawn_sets / sizeof drawn_sets[0];
  return drawn_sets;
}

/* The place of the drawn set that `set` names, -1 where it is something else; `*options` is what
 * follows the name. */
static int find_drawn(const char *set, const char **options)
{
  size_t count;
  const lenet_drawn_set *all = lenet_drawn_sets(&count);
  for (size_t i = 0; i < count; i++) {
    size_t length = strlen(all[i].name);
    if (strncmp(set, all[i].name, length) != 0)
      continue;
    *options = set + length;
    if (**options == '\0' || **options == ':' || **options == ',')
      return (int)i;
  }
  return -1;
}

static lenet_status bad_drawn(const char *set, const char *at, const char *reason,
                              lenet_error *error)
{
  int column = (int)(at - set) + 1;
  return lenet_fail(error, LENET_BAD_ARGUMENT, column, "%s: column %d: %s", set, column, reason);
}

/* Options are [:COUNT][,seed=S]. */
static lenet_status parse_drawn(const char *set, const char *options, uint64_t *count,
                                uint64_t *seed, lenet_error *error)
{
  const char *at = options;
  *count = DRAWN_DEFAULT;
  *seed = DRAWN_SEED;
  if (*at == ':') {
    at++;
    if (!read_number(&at, DRAWN_MOST, count))
      return bad_drawn(set, at, "a count from 1 to 10000000 expected", error);
  }
  if (strncmp(at, ",seed=", 6) == 0) {
    at += 6;
    if (!read_number(&at, UINT64_MAX, seed))
      return bad_drawn(set, at, "a seed from 0 to 18446744073709551615 expected", error);
  }
  if (*at)
    return bad_drawn(set, at, "not of the form NAME[:COUNT][,seed=S]", error);
  if (*count == 0)
    return bad_drawn(set, options + 1, "a count from 1 to 10000000 expected", error);
  return LENET_OK;
}

/* The fonts of the first of `directories` that has some, or those of the machine. Each split has
 * families of its own, and so have the last training pictures, which are for choosing. */
static lenet_status fill_with_glyphs(uint64_t seed, lenet_split split,
                                     const char *const *directories, lenet_dataset *dataset,
                                     lenet_error *error)
{
  const size_t area = (size_t)DRAWN_SIDE * DRAWN_SIDE;
  const size_t apart = split == LENET_TEST ? 0 : dataset->count / VALIDATION_SHARE;
  const size_t first = dataset->count - apart;
  char *folder = NULL;
  for (; directories && *directories && !folder; directories++) {
    if (!(folder = lenet_data_path(*directories, "fonts", "")))
      return no_memory(dataset->place, error);
    if (!lenet_is_directory(folder)) {
      free(folder);
      folder = NULL;
    }
  }
  const char *const found[] = {folder, NULL}, *const *folders = folder ? found : NULL;
  lenet_status status = lenet_glyphs_fill(
      folders, split == LENET_TEST ? LENET_FONTS_TEST : LENET_FONTS_TRAIN, seed,
      split == LENET_TEST ? DRAWN_TEST_START : 0, first, dataset->pixels, dataset->labels, error);
  if (status == LENET_OK && apart > 0)
    status = lenet_glyphs_fill(folders, LENET_FONTS_VALIDATION, seed, first, apart,
                               dataset->pixels + first * area, dataset->labels + first, error);
  free(folder);
  size_t sets;
  dataset->classes = LENET_CHARACTERS; /* also where there are fewer pictures */
  return status == LENET_OK ? name_classes(dataset, lenet_catalogue(&sets), NULL, error) : status;
}

/* Classes are the ten digits and, where the set has one more, what is none of them; or characters.
 */
static lenet_status open_drawn(int place, const char *set, const char *options, lenet_split split,
                               const char *const *directories, lenet_dataset *dataset,
                               lenet_error *error)
{
  uint64_t count, seed;
  lenet_status status = parse_drawn(set, options, &count, &seed, error);
  if (status != LENET_OK)
    return status;
  if (split == LENET_TEST)
    count = count / 6 > DRAWN_LEAST_TEST ? count / 6 : DRAWN_LEAST_TEST;
  const size_t area = (size_t)DRAWN_SIDE * DRAWN_SIDE;
  if (count > SIZE_MAX / area)
    return no_memory(set, error);
  dataset->count = (size_t)count;
  dataset->rows = dataset->columns = DRAWN_SIDE;
  dataset->pixels = malloc(dataset->count * area);
  dataset->labels = malloc(dataset->count);
  dataset->place = strdup(drawn_sets[place].name);
  if (!dataset->pixels || !dataset->labels || !dataset->place)
    return no_memory(set, error);
  if (!drawers[place])
    return fill_with_glyphs(seed, split, directories, dataset, error);
  uint64_t start = split == LENET_TEST ? DRAWN_TEST_START : 0;
  for (size_t i = 0; i < dataset->count; i++)
    dataset->labels[i] = (uint8_t)drawers[place](seed, start + i, dataset->pixels + i * area);
  size_t sets;
  return name_classes(dataset, lenet_catalogue(&sets), "no digit", error);
}

/* -------------------------------------------------------------- known sets ----------------- */

static const lenet_known_set *find_known(const char *name)
{
  size_t count;
  const lenet_known_set *set = lenet_catalogue(&count);
  for (size_t i = 0; i < count; i++)
    if (strcmp(set[i].name, name) == 0)
      return &set[i];
  return NULL;
}

static lenet_status known_not_found(const lenet_known_set *set, const char *const *directories,
                                    lenet_error *error)
{
  char places[256] = "nowhere: no directory was given";
  size_t used = 0;
  for (; directories && *directories && used < sizeof places; directories++) {
    int n = snprintf(places + used, sizeof places - used, "%s%s/%s", used ? ", " : "", *directories,
                     set->name);
    used += n > 0 ? (size_t)n : 0;
  }
  return lenet_fail(error, LENET_NO_DATA, -1,
                    "%s: not here yet (lenet data fetch %s gets it); looked in %s", set->name,
                    set->name, places);
}

static lenet_status open_known(const lenet_known_set *set, lenet_split split,
                               const char *const *directories, lenet_dataset *dataset,
                               lenet_error *error)
{
  for (const char *const *directory = directories; directory && *directory; directory++) {
    char *place = lenet_data_path(*directory, set->name, "");
    if (!place)
      return no_memory(set->name, error);
    bool present;
    lenet_status status = lenet_idx_find(place, set, &present, error);
    if (status == LENET_OK && present) {
      dataset->place = place;
      status = lenet_idx_open(place, set, split, true, dataset, error);
      return status == LENET_OK ? name_classes(dataset, set, NULL, error) : status;
    }
    free(place);
    if (status != LENET_OK)
      return status;
  }
  return known_not_found(set, directories, error);
}

/* -------------------------------------------------------------- directories ---------------- */

static lenet_status open_directory(const char *directory, lenet_split split, lenet_dataset *dataset,
                                   lenet_error *error)
{
  struct stat info;
  size_t count;
  const lenet_known_set *known = lenet_catalogue(&count);
  if (stat(directory, &info) != 0 && errno != ENOENT && errno != ENOTDIR)
    return lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", directory, strerror(errno));
  if (stat(directory, &info) != 0)
    return lenet_fail(error, LENET_NO_DATA, -1,
                      "%s: no such directory, and no name of a data set (%s, %s, " DRAWN_NAMES ")",
                      directory, known[0].name, known[1].name);
  if (!S_ISDIR(info.st_mode))
    return lenet_fail(error, LENET_NO_DATA, -1,
                      "%s: a file; a data set is a directory, or one of %s, %s, " DRAWN_NAMES,
                      directory, known[0].name, known[1].name);
  dataset->place = strdup(directory);
  if (!dataset->place)
    return no_memory(directory, error);
  bool present;
  lenet_status status = lenet_idx_find(directory, &known[0], &present, error);
  if (status != LENET_OK)
    return status;
  if (!present)
    return lenet_folder_open(directory, split, dataset, error);
  status = lenet_idx_open(directory, &known[0], split, false, dataset, error);
  return status == LENET_OK ? name_classes(dataset, &known[0], NULL, error) : status;
}

/* -------------------------------------------------------------- public --------------------- */

/* A name comes before a directory of that name, which can be written "./mnist". */
lenet_status lenet_dataset_open(const char *set, lenet_split split, const char *const *directories,
                                lenet_dataset **dataset, lenet_error *error)
{
  if (!set || !*set)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "no data set named");
  if (split != LENET_TRAIN && split != LENET_TEST)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: no such split: %d", set, (int)split);
  lenet_dataset *made = calloc(1, sizeof *made);
  if (!made)
    return no_memory(set, error);
  const char *options;
  const int drawn = find_drawn(set, &options);
  const lenet_known_set *known = find_known(set);
  lenet_status status;
  if (drawn >= 0)
    status = open_drawn(drawn, set, options, split, directories, made, error);
  else if (known)
    status = open_known(known, split, directories, made, error);
  else
    status = open_directory(set, split, made, error);
  if (status != LENET_OK) {
    lenet_dataset_free(made);
    return status;
  }
  *dataset = made;
  return LENET_OK;
}

void lenet_dataset_free(lenet_dataset *dataset)
{
  if (!dataset)
    return;
  for (int c = 0; c < LENET_MAX_CLASSES; c++)
    free(dataset->class_name[c]);
  free(dataset->place);
  free(dataset->labels);
  free(dataset->pixels);
  free(dataset);
}

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const lenet_dataset *dataset = context;
  const size_t area = (size_t)dataset->rows * (size_t)dataset->columns;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    memcpy(pixels + i * area, dataset->pixels + (first + index[i]) * area, area);
    labels[i] = dataset->labels[first + index[i]];
  }
}

lenet_samples lenet_dataset_samples(const lenet_dataset *dataset)
{
  return (lenet_samples){
      .first = 0,
      .count = dataset->count,
      .rows = dataset->rows,
      .columns = dataset->columns,
      .classes = dataset->classes,
      .fetch = fetch,
      .context = (void *)(uintptr_t)dataset, /* only ever read */
  };
}

lenet_samples lenet_samples_part(lenet_samples samples, size_t first, size_t count)
{
  if (first > samples.count)
    first = samples.count;
  if (count > samples.count - first)
    count = samples.count - first;
  samples.first += first;
  samples.count = count;
  return samples;
}

const uint8_t *lenet_dataset_pixels(const lenet_dataset *dataset, size_t i)
{
  return dataset->pixels + i * (size_t)dataset->rows * (size_t)dataset->columns;
}

int lenet_dataset_label(const lenet_dataset *dataset, size_t i) { return dataset->labels[i]; }

const char *lenet_dataset_class(const lenet_dataset *dataset, int label)
{
  return label >= 0 && label < dataset->classes ? dataset->class_name[label] : NULL;
}

const char *lenet_dataset_place(const lenet_dataset *dataset) { return dataset->place; }
