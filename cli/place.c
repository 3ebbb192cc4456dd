/* place.c - where data sets are looked for, and what --net, --model and --data name. */
#define _POSIX_C_SOURCE 200809L
#include "place.h"

#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void cli_find_places(const cli_arguments *arguments, cli_places *places)
{
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME"),
             *data = getenv("LENET_DATA");
  int length = 0;
  if (cache != NULL && cache[0] == '/') /* the XDG specification: ignore what is not absolute */
    length = snprintf(places->cache, sizeof places->cache, "%s/lenet", cache);
  else if (home != NULL && home[0] != '\0')
    length = snprintf(places->cache, sizeof places->cache, "%s/.cache/lenet", home);
  if (length <= 0 || (size_t)length >= sizeof places->cache)
    places->cache[0] = '\0';
  int count = 0;
  if (cli_given(arguments, "data-dir"))
    places->directory[count++] = cli_text(arguments, "data-dir", NULL);
  if (data != NULL && data[0] != '\0')
    places->directory[count++] = data;
  if (places->cache[0] != '\0')
    places->directory[count++] = places->cache;
  places->directory[count] = NULL;
}

/* True where a file of a set, plain or packed, can be read. */
static bool has_file(const char *place, const char *name)
{
  char file[CLI_MAX_PATH + 128];
  snprintf(file, sizeof file, "%s/%s", place, name);
  if (access(file, R_OK) == 0)
    return true;
  snprintf(file, sizeof file, "%s/%s.gz", place, name);
  return access(file, R_OK) == 0;
}

int cli_locate_set(const cli_places *places, const lenet_known_set *set, char path[CLI_MAX_PATH])
{
  for (const char *const *directory = places->directory; *directory != NULL; directory++) {
    int found = 0;
    if (snprintf(path, CLI_MAX_PATH, "%s/%s", *directory, set->name) >= CLI_MAX_PATH)
      continue;
    for (int i = 0; i < 4; i++)
      found += has_file(path, set->file[i]);
    if (found > 0)
      return found;
  }
  return 0;
}

bool cli_make_directories(const char *path)
{
  char part[CLI_MAX_PATH];
  size_t length = strlen(path);
  if (length >= sizeof part) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(part, path, length + 1);
  for (size_t i = 1; i <= length; i++) {
    if (part[i] != '/' && part[i] != '\0')
      continue;
    part[i] = '\0';
    if (mkdir(part, 0777) != 0 && errno != EEXIST && errno != EISDIR)
      return false;
    part[i] = path[i];
  }
  struct stat info;
  const bool there = stat(path, &info) == 0;
  if (there && !S_ISDIR(info.st_mode))
    errno = ENOTDIR;
  return there && S_ISDIR(info.st_mode);
}

int cli_open_network(const cli_arguments *arguments, const char *name, lenet_network *network)
{
  const lenet_variant *variant = lenet_variant_find(name);
  if (variant != NULL) {
    *network = variant->network;
    return CLI_OK;
  }
  if (name[0] >= '0' && name[0] <= '9') { /* every notation starts with the input's size */
    lenet_error error;
    if (lenet_network_parse(name, network, &error) == LENET_OK)
      return CLI_OK;
    return cli_option_error(arguments, "net", "%s", error.message);
  }
  if (access(name, F_OK) == 0)
    return cli_option_error(arguments, "net",
                            "'%s' is a file: 'lenet show --model' tells its network", name);
  const char *names[64] = {NULL};
  size_t count = 0;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t i = 0; i < count && i < 63; i++)
    names[i] = variants[i].name;
  const char *nearest = cli_nearest(name, names);
  return cli_option_error(arguments, "net", "no network is called '%s'%s%s%s", name,
                          nearest != NULL ? ": did you mean " : "", nearest != NULL ? nearest : "",
                          nearest != NULL ? "?" : " ('lenet show --list' lists them)");
}

/* What is wrong with the model that `option` names; CLI_BAD_FILE wherever the name comes from. */
static int model_error(const cli_arguments *arguments, const char *option, const char *message)
{
  if (cli_given_by_file(arguments, option))
    return cli_option_error(arguments, option, "%s", message);
  return cli_error(arguments->command, CLI_BAD_FILE, "--%s: %s", option, message);
}

int cli_open_model(const cli_arguments *arguments, const char *option, const char *name,
                   lenet_model **model)
{
  lenet_error error;
  bool builtin = name == NULL;
  for (const char *const *n = lenet_builtin_names(); !builtin && *n != NULL; n++)
    builtin = strcmp(*n, name) == 0;
  if (builtin) {
    if (lenet_builtin_load(name, model, &error) == LENET_OK)
      return CLI_OK;
    return cli_library_error(arguments->command, &error);
  }
  if (strchr(name, '/') == NULL && strchr(name, '.') == NULL && access(name, F_OK) != 0) {
    char message[512];
    snprintf(message, sizeof message,
             "'%.300s' is neither a file nor a model that ships with lenet ('lenet show --list' "
             "lists them)",
             name);
    return model_error(arguments, option, message);
  }
  if (lenet_model_load(name, model, &error) == LENET_OK)
    return CLI_OK;
  if (cli_exit_code(error.status) == CLI_BAD_FILE)
    return model_error(arguments, option, error.message);
  return cli_library_error(arguments->command, &error);
}

int cli_open_data(const cli_arguments *arguments, const char *option, const char *set,
                  lenet_split split, lenet_dataset **data)
{
  cli_places places;
  cli_find_places(arguments, &places);
  lenet_error error;
  if (lenet_dataset_open(set, split, places.directory, data, &error) == LENET_OK)
    return CLI_OK;
  if (error.status == LENET_BAD_ARGUMENT && option != NULL && cli_given(arguments, option))
    return cli_option_error(arguments, option, "%s", error.message);
  int code = cli_library_error(arguments->command, &error);
  size_t count = 0;
  const lenet_known_set *known = lenet_catalogue(&count);
  for (size_t i = 0; error.status == LENET_NO_DATA && option != NULL && i < count; i++) {
    if (strcmp(known[i].name, set) == 0)
      fprintf(stderr, "--%s synthetic needs no download: lenet draws its digits\n", option);
  }
  return code;
}

int cli_open_samples(const cli_arguments *arguments, const char *option, const char *set,
                     const char *split, lenet_dataset **data, lenet_samples *samples)
{
  const bool test = strcmp(split, "test") == 0, validation = strcmp(split, "validation") == 0;
  const int code = cli_open_data(arguments, option, set, test ? LENET_TEST : LENET_TRAIN, data);
  if (code != CLI_OK)
    return code;
  *samples = lenet_dataset_samples(*data);
  if (!validation)
    return CLI_OK;
  if (samples->count <= CLI_VALIDATION)
    return cli_usage_error(arguments->command,
                           "--split validation: the last %d training pictures, and %s has %zu",
                           CLI_VALIDATION, set, samples->count);
  *samples = lenet_samples_part(*samples, samples->count - CLI_VALIDATION, CLI_VALIDATION);
  return CLI_OK;
}
