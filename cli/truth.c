/* truth.c - the truth about pictures of lines: JSON files beside the pictures. */
#define _POSIX_C_SOURCE 200809L
#include "truth.h"

#include "documents.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ------------------------------------------------------------------ a folder -------------- */

static int is_truth(const struct dirent *entry)
{
  const size_t length = strlen(entry->d_name);
  return entry->d_name[0] != '.' && length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
}

static char *join(const char *directory, const char *name)
{
  const size_t room = strlen(directory) + strlen(name) + 2;
  char *path = malloc(room);
  if (path != NULL)
    snprintf(path, room, "%s/%s", directory, name);
  return path;
}

/* A pipe would be waited for, be it a truth or the picture that one names. */
static int refuse_others(const cli_command *command, char *const *paths, int count)
{
  struct stat there;
  for (int i = 0; i < count; i++)
    if (stat(paths[i], &there) == 0 && !S_ISREG(there.st_mode))
      return cli_error(command, CLI_BAD_FILE, "%s: %s", paths[i],
                       S_ISDIR(there.st_mode) ? "is a directory" : "not a file");
  return CLI_OK;
}

int cli_truth_list(const cli_command *command, const char *directory, char ***list, int *count)
{
  struct dirent **entries = NULL;
  const int found = scandir(directory, &entries, is_truth, alphasort);
  if (found < 0)
    return cli_error(command, CLI_BAD_FILE, "%s: %s", directory, strerror(errno));
  char **paths = calloc((size_t)found + 1, sizeof *paths);
  bool memory = paths != NULL;
  for (int i = 0; i < found; i++) {
    if (memory)
      memory = (paths[i] = join(directory, entries[i]->d_name)) != NULL;
    free(entries[i]);
  }
  free(entries);
  if (memory && found > 0) {
    const int code = refuse_others(command, paths, found);
    if (code != CLI_OK) {
      cli_truth_list_free(paths, found);
      return code;
    }
    *list = paths;
    *count = found;
    return CLI_OK;
  }
  if (paths != NULL)
    cli_truth_list_free(paths, found);
  if (!memory)
    return cli_error(command, CLI_FAILED, "out of memory");
  return cli_error(
      command, CLI_BAD_FILE,
      "%s: no *.json in it that says what stands in a picture ('lenet data make pages' "
      "makes some)",
      directory);
}

void cli_truth_list_free(char **list, int count)
{
  for (int i = 0; i < count; i++)
    free(list[i]);
  free(list);
}

/* ------------------------------------------------------------------ a file ---------------- */

void cli_truth_free(cli_truth *truth)
{
  for (int i = 0; truth->line != NULL && i < truth->count; i++)
    free(truth->line[i].digit);
  free(truth->line);
  *truth = (cli_truth){0};
}

#if LENET_HAVE_JANSSON
/* Where the reader is, for messages. */
typedef struct place {
  const cli_command *command;
  const char *path;
  int line, digit; /* from 1 on; 0: not there */
} place;

static int wrong(const place *p, const char *what)
{
  if (p->digit > 0)
    return cli_error(p->command, CLI_BAD_FILE, "%s: line %d, digit %d: %s", p->path, p->line,
                     p->digit, what);
  if (p->line > 0)
    return cli_error(p->command, CLI_BAD_FILE, "%s: line %d: %s", p->path, p->line, what);
  return cli_error(p->command, CLI_BAD_FILE, "%s: %s", p->path, what);
}

static int read_digit(const place *p, json_t *json, cli_truth_digit *d)
{
  if (json_unpack(json, "{s:i, s:[i, i, i, i !]}", "digit", &d->digit, "box", &d->x, &d->y,
                  &d->width, &d->height) != 0)
    return wrong(p, "wants a digit and its box [x, y, width, height]");
  if (d->digit < 0 || d->digit > 9)
    return wrong(p, "is not 0 to 9");
  if (d->x < 0 || d->y < 0 || d->width < 1 || d->height < 1 || d->x > LENET_MAX_IMAGE_SIDE ||
      d->y > LENET_MAX_IMAGE_SIDE || d->width > LENET_MAX_IMAGE_SIDE ||
      d->height > LENET_MAX_IMAGE_SIDE)
    return wrong(p, "has a box outside any picture");
  return CLI_OK;
}

static int read_line(place *p, json_t *json, cli_truth_line *line)
{
  json_t *digits = json_object_get(json, "digits");
  const size_t count = json_array_size(digits);
  if (count == 0 || count > INT32_MAX)
    return wrong(p, "has no digits (--chars ascii reads print)");
  line->digit = calloc(count, sizeof *line->digit);
  if (line->digit == NULL)
    return cli_error(p->command, CLI_FAILED, "out of memory");
  for (size_t i = 0; i < count; i++) {
    p->digit = (int)i + 1;
    const int code = read_digit(p, json_array_get(digits, i), &line->digit[i]);
    if (code != CLI_OK)
      return code;
  }
  line->count = (int)count;
  p->digit = 0;
  return CLI_OK;
}

/* The picture lies beside the truth. */
static int name_picture(const place *p, json_t *json, char picture[CLI_MAX_PATH])
{
  const char *name = json_string_value(json_object_get(json, "file"));
  const char *slash = strrchr(p->path, '/');
  const int folder = slash != NULL ? (int)(slash - p->path) + 1 : 0;
  if (name == NULL || name[0] == '\0' || strchr(name, '/') != NULL)
    return wrong(p, "wants \"file\", the name of a picture beside it");
  if (snprintf(picture, CLI_MAX_PATH, "%.*s%s", folder, p->path, name) >= CLI_MAX_PATH)
    return wrong(p, "the name of its picture is too long");
  return refuse_others(p->command, (char *const[]){picture}, 1);
}

static int read_truth(place *p, json_t *json, cli_truth *truth)
{
  json_t *lines = json_object_get(json, "lines");
  const size_t count = json_array_size(lines);
  int code = name_picture(p, json, truth->picture);
  if (code != CLI_OK)
    return code;
  if (!json_is_array(lines) || count > INT32_MAX)
    return wrong(p, "wants \"lines\", an array");
  truth->line = calloc(count + 1, sizeof *truth->line);
  if (truth->line == NULL)
    return cli_error(p->command, CLI_FAILED, "out of memory");
  truth->count = (int)count;
  for (size_t i = 0; i < count && code == CLI_OK; i++) {
    p->line = (int)i + 1;
    code = read_line(p, json_array_get(lines, i), &truth->line[i]);
  }
  return code;
}

int cli_truth_load(const cli_command *command, const char *path, cli_truth *truth)
{
  place p = {.command = command, .path = path};
  cli_truth made = {0};
  int code = CLI_OK;
  json_t *json = cli_load_json(command, &p.path, &code);
  if (json == NULL)
    return code;
  code = read_truth(&p, json, &made);
  json_decref(json);
  if (code == CLI_OK)
    *truth = made;
  else
    cli_truth_free(&made);
  return code;
}

enum { MOST_CHARACTERS = 100000 }; /* of a page: they are compared each with each that is read */

/* Appends one line's text. `room` is what is left of it. */
static int append_text(place *p, json_t *line, char *text, size_t *used, size_t room)
{
  const char *said = json_string_value(json_object_get(line, "text"));
  if (said == NULL)
    return wrong(p, "wants \"text\"");
  const int length = snprintf(text + *used, room, "%s%s", *used > 0 ? "\n" : "", said);
  *used += (size_t)length;
  return CLI_OK;
}

static int read_text(place *p, json_t *json, char picture[CLI_MAX_PATH], char **text)
{
  json_t *lines = json_object_get(json, "lines");
  int code = name_picture(p, json, picture);
  if (code != CLI_OK)
    return code;
  if (!json_is_array(lines))
    return wrong(p, "wants \"lines\", an array");
  size_t room = 1, used = 0, index;
  json_t *line;
  json_array_foreach(lines, index, line) room +=
      json_string_length(json_object_get(line, "text")) + 1;
  if (room > MOST_CHARACTERS)
    return wrong(p, "has more than 100,000 characters");
  char *made = calloc(room, 1);
  if (made == NULL)
    return cli_error(p->command, CLI_FAILED, "out of memory");
  json_array_foreach(lines, index, line)
  {
    p->line = (int)index + 1;
    code = append_text(p, line, made, &used, room - used);
    if (code != CLI_OK) {
      free(made);
      return code;
    }
  }
  *text = made;
  return CLI_OK;
}

int cli_truth_load_text(const cli_command *command, const char *path, char picture[CLI_MAX_PATH],
                        char **text)
{
  place p = {.command = command, .path = path};
  int code = CLI_OK;
  json_t *json = cli_load_json(command, &p.path, &code);
  if (json == NULL)
    return code;
  code = read_text(&p, json, picture, text);
  json_decref(json);
  return code;
}
#else
int cli_truth_load(const cli_command *command, const char *path, cli_truth *truth)
{
  (void)truth;
  return cli_error(command, CLI_FAILED, "%s: this build of lenet was made without jansson", path);
}

int cli_truth_load_text(const cli_command *command, const char *path, char picture[CLI_MAX_PATH],
                        char **text)
{
  (void)picture, (void)text;
  return cli_truth_load(command, path, NULL);
}
#endif
