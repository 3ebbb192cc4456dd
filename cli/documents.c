/* documents.c - what `lenet train --json` and `lenet eval --json` have printed, read back. */
#include "documents.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void cli_free_document(cli_document *document)
{
  free(document->name);
  free(document->epoch);
  for (int i = 0; i < CLI_COLUMNS; i++)
    free(document->column[i]);
}

#if LENET_HAVE_JANSSON

/* What is being read, for messages. */
typedef struct reader {
  const cli_command *command;
  cli_document *document;
} reader;

static int refuse(const reader *r, const char *where, const char *what)
{
  return cli_error(r->command, CLI_BAD_FILE, "%s: %s %s", r->document->path, where, what);
}

/* ------------------------------------------------------------------ values ---------------- */

/* A fraction of 0 to 1; NaN for null or, where that may be, for nothing. */
static bool is_fraction(const json_t *value, bool optional, double *fraction)
{
  *fraction = json_is_number(value) ? json_number_value(value) : (double)NAN;
  if (value == NULL || json_is_null(value))
    return optional;
  return *fraction >= 0 && *fraction <= 1;
}

static bool make_columns(cli_document *document, size_t count)
{
  bool made = true;
  document->count = count;
  for (int i = 0; i < CLI_COLUMNS; i++) {
    document->column[i] = calloc(count, sizeof *document->column[i]);
    made = made && document->column[i] != NULL;
  }
  return made;
}

/* "first, second", or the first alone where there is no second. */
static char *join(const char *first, const char *second)
{
  const size_t size = strlen(first) + (second != NULL ? strlen(second) + 2 : 0) + 1;
  char *name = malloc(size);
  if (name != NULL)
    snprintf(name, size, "%s%s%s", first, second != NULL ? ", " : "", second != NULL ? second : "");
  return name;
}

/* The name: the text `key` and, where it is given, the augmentation. */
static int read_name(const reader *r, const json_t *root, const char *key)
{
  const json_t *name = json_object_get(root, key), *augment = json_object_get(root, "augment");
  if (!json_is_string(name))
    return refuse(r, key, "is no text");
  if (augment != NULL && !json_is_null(augment) && !json_is_string(augment))
    return refuse(r, "augment", "is no text");
  r->document->name = join(json_string_value(name), json_string_value(augment));
  return r->document->name != NULL ? CLI_OK : cli_error(r->command, CLI_FAILED, "out of memory");
}

/* ------------------------------------------------------------------ train ----------------- */

/* The numbers of the epochs: 1, 2, ... where the document leaves them out. */
static int read_numbers(const reader *r, const json_t *epochs)
{
  const size_t count = json_array_size(epochs);
  const bool numbered = json_object_get(json_array_get(epochs, 0), "epoch") != NULL;
  double *epoch = r->document->epoch = calloc(count, sizeof *epoch);
  if (epoch == NULL)
    return cli_error(r->command, CLI_FAILED, "out of memory");
  for (size_t i = 0; i < count; i++) {
    const json_t *value = json_object_get(json_array_get(epochs, i), "epoch");
    epoch[i] = numbered ? (double)json_integer_value(value) : (double)(i + 1);
    if ((value != NULL) == numbered && epoch[i] > (i > 0 ? epoch[i - 1] : 0) &&
        epoch[i] <= (double)UINT32_MAX)
      continue;
    char where[64];
    snprintf(where, sizeof where, "epochs[%zu].epoch", i);
    return refuse(r, where, "is no whole number from 1 on and above those before");
  }
  return CLI_OK;
}

/* The place of the best epoch, or one beyond the last. */
static size_t find_best(const cli_document *document, const json_t *best)
{
  size_t i = 0;
  while (i < document->count &&
         !(json_is_integer(best) && (double)json_integer_value(best) == document->epoch[i]))
    i++;
  return i;
}

static int read_epochs(const reader *r, const json_t *epochs)
{
  static const struct {
    const char *key;
    bool optional;
  } columns[CLI_COLUMNS] = {[CLI_TRAIN_ERROR] = {"train_error", false},
                            [CLI_VALIDATION_ERROR] = {"validation_error", true},
                            [CLI_TEST_ERROR] = {"test_error", true}};
  for (size_t i = 0; i < json_array_size(epochs); i++)
    for (int k = 0; k < CLI_COLUMNS; k++) {
      const json_t *value = json_object_get(json_array_get(epochs, i), columns[k].key);
      if (is_fraction(value, columns[k].optional, &r->document->column[k][i]))
        continue;
      char where[64];
      snprintf(where, sizeof where, "epochs[%zu].%s", i, columns[k].key);
      return refuse(r, where, "is no fraction of 0 to 1");
    }
  return CLI_OK;
}

static int read_training(const reader *r, const json_t *root)
{
  cli_document *document = r->document;
  const json_t *epochs = json_object_get(root, "epochs");
  const json_t *best = json_object_get(root, "best_epoch");
  const json_t *images = json_object_get(root, "train_samples");
  const size_t count = json_array_size(epochs);
  document->kind = CLI_TRAINED;
  if (count < 1)
    return refuse(r, "epochs", "is no list of epochs");
  if (!make_columns(document, count))
    return cli_error(r->command, CLI_FAILED, "out of memory");
  int code = read_name(r, root, "net");
  if (code == CLI_OK)
    code = read_epochs(r, epochs);
  if (code == CLI_OK)
    code = read_numbers(r, epochs);
  if (code != CLI_OK)
    return code;
  const size_t at = find_best(document, best);
  if (at == count)
    return refuse(r, "best_epoch", "is none of the epochs");
  if (!is_fraction(json_object_get(root, "test_error"), false, &document->test_error))
    return refuse(r, "test_error", "is no fraction of 0 to 1");
  if (!json_is_integer(images) || json_integer_value(images) < 1 ||
      json_integer_value(images) > (json_int_t)UINT32_MAX)
    return refuse(r, "train_samples", "is no number of images");
  document->images = (double)json_integer_value(images);
  document->train_error = document->column[CLI_TRAIN_ERROR][at];
  return CLI_OK;
}

/* ------------------------------------------------------------------ eval ------------------ */

static int read_evaluation(const reader *r, const json_t *root)
{
  cli_document *document = r->document;
  const json_t *curve = json_object_get(json_object_get(root, "rejection"), "curve");
  const size_t count = json_array_size(curve);
  document->kind = CLI_EVALUATED;
  if (count < 1)
    return refuse(r, "rejection.curve", "is no list of points");
  if (!make_columns(document, count))
    return cli_error(r->command, CLI_FAILED, "out of memory");
  double *rejected = document->column[CLI_REJECTED], *error = document->column[CLI_ACCEPTED_ERROR];
  for (size_t i = 0; i < count; i++) {
    const json_t *point = json_array_get(curve, i);
    if (json_array_size(point) == 2 && is_fraction(json_array_get(point, 0), false, &rejected[i]) &&
        is_fraction(json_array_get(point, 1), false, &error[i]) &&
        (i == 0 || rejected[i] >= rejected[i - 1]))
      continue;
    char where[64];
    snprintf(where, sizeof where, "rejection.curve[%zu]", i);
    return refuse(r, where, "is no pair of fractions, or not in order");
  }
  return read_name(r, root, "model");
}

/* ------------------------------------------------------------------ file ------------------ */

static const char standard_input[] = "standard input";

/* Much more than lenet prints. A value takes up to 230 bytes of memory, and may have three of the
 * file. */
enum { MOST_BYTES = 1 << 26, MOST_MARKS = 2000000 };

/* Commas and brackets, as many as there are values or more. */
static bool has_too_many(const char *bytes, size_t size)
{
  size_t marks = 0;
  for (size_t i = 0; i < size; i++)
    marks += bytes[i] == ',' || bytes[i] == '[' || bytes[i] == '{';
  return marks > MOST_MARKS;
}

/* The whole file; NULL, after a message, where that cannot be had. */
static char *read_file(const cli_command *command, const char *path, size_t *size, int *code)
{
  FILE *stream = path == standard_input ? stdin : fopen(path, "rb");
  char *bytes = NULL;
  size_t room = 1 << 16;
  *size = 0;
  *code = CLI_OK;
  while (stream != NULL && *code == CLI_OK) {
    char *more = realloc(bytes, room);
    if (more == NULL) {
      *code = cli_error(command, CLI_FAILED, "out of memory");
      break;
    }
    bytes = more;
    *size += fread(bytes + *size, 1, room - *size, stream);
    if (*size < room)
      break;
    room *= 2;
    if (room > MOST_BYTES)
      *code = cli_error(command, CLI_BAD_FILE, "%s: the file is too large", path);
  }
  if (stream == NULL || ferror(stream))
    *code = cli_error(command, CLI_BAD_FILE, "%s: %s", path, strerror(errno));
  if (stream != NULL && stream != stdin)
    fclose(stream);
  return bytes;
}

json_t *cli_load_json(const cli_command *command, const char **path, int *code)
{
  *path = strcmp(*path, "-") == 0 ? standard_input : *path;
  size_t size;
  char *bytes = read_file(command, *path, &size, code);
  json_error_t error;
  const size_t mark = *code == CLI_OK && size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  json_t *root = NULL;
  if (*code == CLI_OK && has_too_many(bytes, size))
    *code = cli_error(command, CLI_BAD_FILE, "%s: more than 2,000,000 commas and brackets", *path);
  if (*code == CLI_OK) {
    root = json_loadb(bytes + mark, size - mark, JSON_REJECT_DUPLICATES, &error);
    if (root == NULL)
      *code = cli_error(command, CLI_BAD_FILE, "%s: no JSON document: line %d: %s", *path,
                        error.line, error.text);
  }
  free(bytes);
  return root;
}

int cli_read_document(const cli_command *command, const char *path, cli_document *document)
{
  const reader r = {command, document};
  int code;
  *document = (cli_document){.path = path};
  json_t *root = cli_load_json(command, &document->path, &code);
  if (root == NULL)
    return code;
  if (json_object_get(root, "epochs") != NULL)
    code = read_training(&r, root);
  else if (json_object_get(root, "rejection") != NULL)
    code = read_evaluation(&r, root);
  else
    code =
        cli_error(command, CLI_BAD_FILE,
                  "%s: neither of 'lenet train --json' nor of 'lenet eval --json'", document->path);
  json_decref(root);
  return code;
}

#else

int cli_read_document(const cli_command *command, const char *path, cli_document *document)
{
  *document = (cli_document){.path = path};
  return cli_error(command, CLI_FAILED, "%s: this build of lenet was made without jansson", path);
}

#endif
