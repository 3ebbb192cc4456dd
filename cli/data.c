/* data.c - `lenet data`: list, fetch, info; make is in data_make.c. */
#define _POSIX_C_SOURCE 200809L
#include "commands.h"
#include "data_make.h"
#include "output.h"
#include "picture.h"
#include "place.h"
#include "progress.h"
#include "stop.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int wrong_operands(const cli_arguments *a, int wanted, const char *what)
{
  if (a->operand_count < wanted)
    return cli_usage_error(a->command, "%s is missing", what);
  if (a->operand_count > wanted)
    return cli_usage_error(a->command, "'%s' is too much", a->operand[wanted]);
  return CLI_OK;
}

/* ------------------------------------------------------------------ list ------------------ */

#if LENET_HAVE_JANSSON
static json_t *list_document(const cli_places *places)
{
  size_t count = 0;
  const lenet_known_set *set = lenet_catalogue(&count);
  json_t *sets = json_array(), *directories = json_array();
  for (size_t i = 0; i < count; i++) {
    char path[CLI_MAX_PATH];
    const bool found = cli_locate_set(places, &set[i], path) == 4;
    json_array_append_new(sets, json_pack("{s:s, s:s, s:o}", "name", set[i].name, "description",
                                          set[i].description, "place",
                                          cli_json_text(found ? path : NULL)));
  }
  for (const char *const *d = places->directory; *d != NULL; d++)
    json_array_append_new(directories, cli_json_text(*d));
  size_t drawn_count = 0;
  const lenet_drawn_set *drawn = lenet_drawn_sets(&drawn_count);
  json_t *names = json_array();
  for (size_t i = 0; i < drawn_count; i++)
    json_array_append_new(
        names, json_pack("{s:s, s:s}", "name", drawn[i].name, "description", drawn[i].description));
  return json_pack("{s:o, s:o, s:o}", "sets", sets, "drawn", names, "directories", directories);
}
#endif

static int run_list(const cli_arguments *arguments)
{
  int code = wrong_operands(arguments, 0, "");
  if (code != CLI_OK)
    return code;
  cli_places places;
  cli_find_places(arguments, &places);
  if (cli_given(arguments, "json")) {
    CLI_PRINT_JSON(list_document(&places));
    return CLI_OK;
  }
  size_t count = 0;
  const lenet_known_set *set = lenet_catalogue(&count);
  for (size_t i = 0; i < count; i++) {
    char path[CLI_MAX_PATH];
    const int found = cli_locate_set(&places, &set[i], path);
    printf("%-15s %s\n%-15s ", set[i].name, set[i].description, "");
    if (found > 0)
      printf("%s", cli_clean(path).text);
    if (found > 0 && found < 4)
      printf(" has %d of its 4 files: ", found);
    if (found < 4)
      printf("%slenet data fetch %s", found == 0 ? "not here: " : "", set[i].name);
    printf("\n");
  }
  const lenet_drawn_set *drawn = lenet_drawn_sets(&count);
  for (size_t i = 0; i < count; i++)
    printf("%-15s %s\n%-15s drawn by lenet: %s[:COUNT][,seed=S]\n", drawn[i].name,
           drawn[i].description, "", drawn[i].name);
  printf("\nlooked for in:\n");
  for (const char *const *d = places.directory; *d != NULL; d++)
    printf("  %s\n", cli_clean(*d).text);
  return CLI_OK;
}

/* ------------------------------------------------------------------ fetch ----------------- */

typedef struct fetching {
  const cli_arguments *arguments;
  cli_progress progress;
  char file[128]; /* the one that was heard of last */
} fetching;

static bool on_bytes(void *context, const char *file, uint64_t done, uint64_t total)
{
  fetching *fetching = context;
  if (!fetching->progress.live && strcmp(fetching->file, file) != 0)
    cli_note(fetching->arguments, "fetching %s", file);
  snprintf(fetching->file, sizeof fetching->file, "%s", file);
  cli_progress_bytes(&fetching->progress, file, done, total);
  return !cli_stop_wanted();
}

static void say_place(const cli_arguments *arguments, const char *name, const char *place)
{
  (void)name; /* is for JSON alone */
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(json_pack("{s:s, s:o}", "name", name, "place", cli_json_text(place)));
  else
    printf("%s\n", cli_clean(place).text);
}

static const lenet_known_set *find_known(const char *name)
{
  size_t count = 0;
  const lenet_known_set *set = lenet_catalogue(&count);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(set[i].name, name) == 0)
      return &set[i];
  }
  return NULL;
}

/* True, after saying where, if both splits of a known set open in the places that are searched. */
static bool is_at_hand(const cli_arguments *arguments, const char *name)
{
  cli_places places;
  cli_find_places(arguments, &places);
  lenet_dataset *train = NULL, *test = NULL;
  lenet_error error;
  bool here = find_known(name) != NULL &&
              lenet_dataset_open(name, LENET_TRAIN, places.directory, &train, &error) == LENET_OK &&
              lenet_dataset_open(name, LENET_TEST, places.directory, &test, &error) == LENET_OK;
  if (here) {
    cli_note(arguments, "%s is here already", name);
    say_place(arguments, name, lenet_dataset_place(train));
  }
  lenet_dataset_free(train);
  lenet_dataset_free(test);
  return here;
}

static int run_fetch(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  int code = wrong_operands(arguments, 1, "the name of a data set");
  if (code != CLI_OK)
    return code;
  cli_places places;
  cli_find_places(arguments, &places);
  const char *name = arguments->operand[0];
  const char *directory = cli_text(arguments, "data-dir", places.cache);
  const char *mirrors[] = {cli_text(arguments, "mirror", NULL), NULL};
  if (!cli_given(arguments, "data-dir") && mirrors[0] == NULL && is_at_hand(arguments, name))
    return CLI_OK;
  if (directory[0] == '\0')
    return cli_usage_error(command, "no home folder is known: say where with --data-dir");
  const bool new = access(directory, F_OK) != 0;
  if (!cli_make_directories(directory))
    return cli_error(command, CLI_FAILED, "%s: cannot make this folder: %s", directory,
                     strerror(errno));
  fetching fetching = {.arguments = arguments, .progress = cli_progress_start(arguments)};
  cli_catch_stop();
  lenet_error error;
  lenet_status status =
      mirrors[0] != NULL ? lenet_fetch_from(name, mirrors, directory, on_bytes, &fetching, &error)
                         : lenet_fetch(name, directory, on_bytes, &fetching, &error);
  cli_progress_clear(&fetching.progress);
  if (status != LENET_OK && new)
    rmdir(directory); /* where nothing has come */
  if (status == LENET_NO_NETWORK || status == LENET_UNSUPPORTED)
    return cli_error(command, cli_exit_code(status), "%s; --data synthetic needs no download",
                     error.message);
  if (status != LENET_OK)
    return cli_library_error(command, &error);
  char place[CLI_MAX_PATH + 128];
  snprintf(place, sizeof place, "%s/%s", directory, name);
  say_place(arguments, name, place);
  return CLI_OK;
}

/* ------------------------------------------------------------------ info ------------------ */

typedef struct statistics {
  lenet_samples samples;
  size_t per_class[LENET_MAX_CLASSES];
  double mean, sd; /* of pixels, 0 .. 1 */
  bool checked;    /* by its SHA-256 */
} statistics;

static const char *const split_names[] = {[LENET_TRAIN] = "train", [LENET_TEST] = "test"};

/* Opening a known set checks its files, in a build that can. */
static bool is_checked(const char *set)
{
#if LENET_HAVE_CRYPTO
  return find_known(set) != NULL;
#else
  (void)set;
  return false;
#endif
}

static void measure(const lenet_dataset *data, const char *set, statistics *s)
{
  *s = (statistics){.samples = lenet_dataset_samples(data)};
  size_t pixels = (size_t)s->samples.rows * (size_t)s->samples.columns;
  double sum = 0, squares = 0;
  for (size_t i = 0; i < s->samples.count; i++) {
    const uint8_t *p = lenet_dataset_pixels(data, i);
    uint64_t picture_sum = 0, picture_squares = 0;
    for (size_t k = 0; k < pixels; k++) {
      picture_sum += p[k];
      picture_squares += (uint64_t)p[k] * p[k];
    }
    sum += (double)picture_sum / 255;
    squares += (double)picture_squares / (255.0 * 255.0);
    s->per_class[lenet_dataset_label(data, i)]++;
  }
  double n = (double)s->samples.count * (double)pixels;
  s->mean = sum / n;
  s->sd = sqrt(squares / n - s->mean * s->mean);
  s->checked = is_checked(set);
}

#if LENET_HAVE_JANSSON
static json_t *split_document(const lenet_dataset *data, const statistics *s)
{
  json_t *classes = json_array();
  for (int i = 0; i < s->samples.classes; i++)
    json_array_append_new(classes, json_pack("{s:o, s:I}", "name",
                                             cli_json_text(lenet_dataset_class(data, i)), "samples",
                                             (json_int_t)s->per_class[i]));
  return json_pack("{s:I, s:i, s:i, s:f, s:f, s:o, s:b, s:o}", "samples",
                   (json_int_t)s->samples.count, "rows", s->samples.rows, "columns",
                   s->samples.columns, "mean", s->mean, "sd", s->sd, "place",
                   cli_json_text(lenet_dataset_place(data)), "hash_checked", (int)s->checked,
                   "classes", classes);
}

static json_t *info_document(const char *set, lenet_dataset *const data[2], const statistics s[2])
{
  json_t *document = json_pack("{s:o}", "data", cli_json_text(set));
  for (int split = LENET_TRAIN; split <= LENET_TEST; split++) {
    if (data[split] != NULL)
      json_object_set_new(document, split_names[split], split_document(data[split], &s[split]));
  }
  return document;
}
#endif

/* The samples `index` as the first epochs of training would see them, with seed 1. */
static int draw_distorted(const cli_arguments *a, const statistics *s,
                          const lenet_augmentation *augmentation, const uint32_t *index,
                          size_t count)
{
  enum { EPOCHS = 3 };
  lenet_error error;
  lenet_augmenter *augmenter = NULL;
  if (lenet_augmenter_create(&s->samples, augmentation, 1, &augmenter, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  lenet_samples distorted = lenet_augmenter_samples(augmenter);
  const size_t area = (size_t)s->samples.rows * (size_t)s->samples.columns;
  uint8_t *pixels = malloc(count * area);
  int code = pixels != NULL ? CLI_OK : cli_error(a->command, CLI_FAILED, "out of memory");
  for (uint32_t epoch = 1; epoch <= EPOCHS && code == CLI_OK; epoch++) {
    cli_picture pictures[LENET_MAX_CLASSES];
    uint8_t labels[LENET_MAX_CLASSES];
    distorted.fetch(distorted.context, epoch, distorted.first, index, count, pixels, labels);
    for (size_t i = 0; i < count; i++) {
      pictures[i].pixels = pixels + i * area;
      snprintf(pictures[i].caption, sizeof pictures[i].caption, "epoch %u", (unsigned)epoch);
    }
    printf("\n");
    cli_draw(stdout, pictures, count, s->samples.rows, s->samples.columns, false);
  }
  free(pixels);
  lenet_augmenter_free(augmenter);
  return code;
}

/* The first picture of each class; if that is asked for, a strip of them distorted too. */
static int draw_examples(const cli_arguments *a, const lenet_dataset *data, const statistics *s,
                         const lenet_augmentation *augmentation)
{
  cli_picture pictures[LENET_MAX_CLASSES];
  uint32_t index[LENET_MAX_CLASSES];
  size_t count = 0;
  for (int label = 0; label < s->samples.classes; label++) {
    for (size_t i = 0; i < s->samples.count; i++) {
      if (lenet_dataset_label(data, i) != label)
        continue;
      pictures[count].pixels = lenet_dataset_pixels(data, i);
      snprintf(pictures[count].caption, sizeof pictures[count].caption, "%.20s",
               lenet_dataset_class(data, label));
      index[count] = (uint32_t)i;
      count++;
      break;
    }
  }
  if (count == 0)
    return CLI_OK;
  cli_draw(stdout, pictures, count, s->samples.rows, s->samples.columns, false);
  if (augmentation == NULL)
    return CLI_OK;
  size_t strip = (size_t)cli_columns(stdout) / ((size_t)s->samples.columns + 2);
  strip = strip < 1 ? 1 : strip;
  return draw_distorted(a, s, augmentation, index, count < strip ? count : strip);
}

/* "0: 5,923  1: 6,742", in lines that fit the terminal. */
static void print_classes(const lenet_dataset *data, const statistics *s)
{
  enum { INDENT = 8 };
  int at = printf("%-*s", INDENT, "classes");
  for (int i = 0; i < s->samples.classes; i++) {
    char entry[64];
    int length =
        snprintf(entry, sizeof entry, "  %.40s: %s", cli_clean(lenet_dataset_class(data, i)).text,
                 cli_thousands((long long)s->per_class[i]).text);
    if (at > INDENT && at + length > cli_columns(stdout))
      at = printf("\n%*s", INDENT, "") - 1;
    at += printf("%s", entry);
  }
  printf("\n\n");
}

static int print_split(const cli_arguments *a, const lenet_dataset *data, const statistics *s,
                       lenet_split split, const lenet_augmentation *augmentation)
{
  const char *set = a->operand[0];
  printf("%s, %s split: %s pictures of %dx%d pixels in %d classes\n", cli_clean(set).text,
         split_names[split], cli_thousands((long long)s->samples.count).text, s->samples.rows,
         s->samples.columns, s->samples.classes);
  printf("place     %s%s\n", cli_clean(lenet_dataset_place(data)).text,
         s->checked ? "  (SHA-256 is right)" : "");
  printf("pixels    mean %.4f, standard deviation %.4f  (0 is paper, 1 is ink)\n", s->mean, s->sd);
  print_classes(data, s);
  return draw_examples(a, data, s, augmentation);
}

/* Only training pictures are ever distorted. */
static int print_info(const cli_arguments *a, lenet_dataset *const data[2], const statistics s[2],
                      const lenet_augmentation *augmentation)
{
  int code = CLI_OK;
  for (int split = LENET_TRAIN; split <= LENET_TEST && code == CLI_OK; split++) {
    if (split == LENET_TEST && data[LENET_TRAIN] != NULL && data[LENET_TEST] != NULL)
      printf("\n");
    if (data[split] != NULL)
      code = print_split(a, data[split], &s[split], (lenet_split)split,
                         split == LENET_TRAIN ? augmentation : NULL);
  }
  return code;
}

/* --augment; `given` stays NULL without it. */
static int read_augmentation(const cli_arguments *a, lenet_augmentation *augmentation,
                             const lenet_augmentation **given)
{
  lenet_error error;
  if (!cli_given(a, "augment"))
    return CLI_OK;
  if (cli_given(a, "json") || strcmp(cli_text(a, "split", ""), split_names[LENET_TEST]) == 0)
    return cli_usage_error(a->command, "--augment: distorts the training pictures that are drawn; "
                                       "with --json or --split test there are none");
  if (lenet_augmentation_parse(cli_text(a, "augment", ""), augmentation, &error) != LENET_OK)
    return cli_usage_error(a->command, "--augment: %s", error.message);
  *given = augmentation;
  return CLI_OK;
}

static int run_info(const cli_arguments *arguments)
{
  int code = wrong_operands(arguments, 1, "the name of a data set");
  if (code != CLI_OK)
    return code;
  const char *set = arguments->operand[0], *only = cli_text(arguments, "split", NULL);
  lenet_dataset *data[2] = {NULL, NULL};
  statistics s[2];
  lenet_augmentation augmentation;
  const lenet_augmentation *given = NULL;
  code = read_augmentation(arguments, &augmentation, &given);
  for (int split = LENET_TRAIN; split <= LENET_TEST && code == CLI_OK; split++) {
    if (only == NULL || strcmp(only, split_names[split]) == 0)
      code = cli_open_data(arguments, NULL, set, (lenet_split)split, &data[split]);
    if (code == CLI_OK && data[split] != NULL)
      measure(data[split], set, &s[split]);
  }
  if (code == CLI_OK && cli_given(arguments, "json"))
    CLI_PRINT_JSON(info_document(set, data, s));
  else if (code == CLI_OK)
    code = print_info(arguments, data, s, given);
  lenet_dataset_free(data[LENET_TRAIN]);
  lenet_dataset_free(data[LENET_TEST]);
  return code;
}

/* ------------------------------------------------------------------ commands -------------- */

static const cli_option list_options[] = {CLI_OPTION_DATA_DIR, CLI_OPTIONS_COMMON, {0}};

static const cli_option fetch_options[] = {
    {"data-dir", 0, CLI_TEXT, "DIR", 0, 0,
     "put the set into DIR/NAME [the cache folder: $XDG_CACHE_HOME/lenet or ~/.cache/lenet]"},
    {"mirror", 0, CLI_TEXT, "URL", 0, 0,
     "take the files from this place instead of the known ones"},
    CLI_OPTIONS_COMMON,
    {0},
};

static const cli_option info_options[] = {
    {"split", 0, CLI_CHOICE, "train|test", 0, 0, "look at this part alone [both]"},
    {"augment", 0, CLI_TEXT, "SPEC", 0, 0,
     "draw training pictures also as 'lenet train --augment SPEC --seed 1' would distort them"},
    CLI_OPTION_DATA_DIR,
    CLI_OPTIONS_COMMON,
    {0},
};

static const cli_command list_command = {
    .name = "data list",
    .summary = "list the data sets that lenet knows by name, and where they are",
    .usage = "[options]",
    .options = list_options,
    .run = run_list,
};

static const cli_command fetch_command = {
    .name = "data fetch",
    .summary = "download a data set into the cache, checked and resumable",
    .usage = "NAME [--data-dir DIR] [options]",
    .examples = "  lenet data fetch mnist\n"
                "  lenet data fetch fashion-mnist --data-dir /srv/data\n",
    .options = fetch_options,
    .run = run_fetch,
};

static const cli_command info_command = {
    .name = "data info",
    .summary = "count and draw what is in a data set",
    .usage = "SET [--split train|test] [options]",
    .examples = "  lenet data info mnist\n"
                "  lenet data info mnist --split train --augment affine,elastic\n"
                "  lenet data info ./my-digits --json\n",
    .options = info_options,
    .run = run_info,
    .writes = "",
};

static const cli_command *const sub_commands[] = {&list_command, &fetch_command, &info_command,
                                                  &cli_data_make_command, NULL};

const cli_command cli_data_command = {
    .name = "data",
    .summary = "list, fetch, inspect and make data sets",
    .usage = "COMMAND [options]",
    .details =
        "A data set is a folder with the four files of MNIST (plain or .gz), a folder with "
        "a folder of pictures for each class (or those below train/ and test/; without "
        "these every sixth picture is for testing), a name that 'lenet data list' shows, or "
        "one that lenet draws: synthetic[:COUNT][,seed=S], handwriting; printed, typefaces "
        "and displays; nondigits, letters, scribbles, shapes and noise, all of an eleventh "
        "class; glyphs, all printable characters, in the fonts of this machine "
        "(docs/print.md). Names are looked for in --data-dir, $LENET_DATA and the cache folder.",
    .examples = "  lenet data fetch mnist\n"
                "  lenet data info synthetic:1000\n",
    .commands = sub_commands,
};
