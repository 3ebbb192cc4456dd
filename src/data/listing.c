#define _POSIX_C_SOURCE 200809L
#include "data/listing.h"

#include "base/error.h"
#include "data/dataset.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void lenet_names_free(lenet_names *list)
{
  for (size_t i = 0; i < list->count; i++)
    free(list->name[i]);
  free(list->name);
  *list = (lenet_names){.count = 0};
}

lenet_status lenet_names_add(lenet_names *list, const char *name, lenet_error *error)
{
  if (list->count == list->room) {
    size_t room = list->room ? 2 * list->room : 64;
    char **larger = realloc(list->name, room * sizeof *larger);
    if (!larger)
      return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for names", name);
    list->name = larger;
    list->room = room;
  }
  char *copy = strdup(name);
  if (!copy)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for names", name);
  list->name[list->count++] = copy;
  return LENET_OK;
}

static int compare_names(const void *a, const void *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

void lenet_names_sort(lenet_names *list)
{
  if (list->count == 0)
    return;
  qsort(list->name, list->count, sizeof *list->name, compare_names);
  size_t kept = 1;
  for (size_t i = 1; i < list->count; i++)
    if (strcmp(list->name[i], list->name[kept - 1]) == 0)
      free(list->name[i]);
    else
      list->name[kept++] = list->name[i];
  list->count = kept;
}

bool lenet_is_directory(const char *path)
{
  struct stat info;
  return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static lenet_status add_entry(const char *directory, const char *name, bool only_directories,
                              lenet_names *list, lenet_error *error)
{
  if (name[0] == '.')
    return LENET_OK;
  char *path = lenet_data_path(directory, name, "");
  if (!path)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", directory);
  bool take = !only_directories || lenet_is_directory(path);
  free(path);
  return take ? lenet_names_add(list, name, error) : LENET_OK;
}

lenet_status lenet_list_directory(const char *directory, bool only_directories, lenet_names *list,
                                  lenet_error *error)
{
  DIR *stream = opendir(directory);
  if (!stream)
    return lenet_fail(error, errno == ENOMEM ? LENET_NO_MEMORY : LENET_CANNOT_READ, -1, "%s: %s",
                      directory, strerror(errno));
  lenet_status status = LENET_OK;
  struct dirent *entry;
  while (errno = 0, status == LENET_OK && (entry = readdir(stream)))
    status = add_entry(directory, entry->d_name, only_directories, list, error);
  if (status == LENET_OK && errno)
    status = lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", directory, strerror(errno));
  closedir(stream);
  return status;
}
