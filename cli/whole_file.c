/* whole_file.c - files that are written whole or not at all. */
#define _POSIX_C_SOURCE 200809L
#include "whole_file.h"

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_check_out(const cli_arguments *a, const char *path)
{
  struct stat there;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return cli_usage_error(a->command, "--out: %s is %s", path,
                           S_ISDIR(there.st_mode) ? "a folder" : "not a regular file");
  char folder[CLI_MAX_PATH];
  const char *slash = strrchr(path, '/');
  int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
  snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
  if (stat(folder, &there) != 0 || access(folder, W_OK) != 0)
    return cli_usage_error(a->command, "--out: %s: the folder %s: %s", path, folder,
                           strerror(errno));
  if (!S_ISDIR(there.st_mode))
    return cli_usage_error(a->command, "--out: %s: %s is not a folder", path, folder);
  if (slash != NULL && slash[1] == '\0')
    return cli_usage_error(a->command, "--out: %s has no file name", path);
  return CLI_OK;
}

/* A new file, never one that is there or that a link leads to. */
static FILE *create(const char *path)
{
  int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (file < 0)
    return NULL;
  FILE *stream = fdopen(file, "wb");
  if (stream == NULL) {
    close(file);
    unlink(path);
  }
  return stream;
}

int cli_whole_file_begin(const cli_command *command, const char *path, cli_whole_file *file)
{
  file->path = path;
  snprintf(file->part, sizeof file->part, "%s.part-%ld", path, (long)getpid());
  file->stream = create(file->part);
  if (file->stream == NULL)
    return cli_error(command, CLI_FAILED, "%s: %s", file->part, strerror(errno));
  return CLI_OK;
}

int cli_whole_file_end(const cli_command *command, cli_whole_file *file)
{
  const bool failed = ferror(file->stream) != 0;
  if (fclose(file->stream) == 0 && !failed && rename(file->part, file->path) == 0)
    return CLI_OK;
  cli_error(command, CLI_FAILED, "%s: %s", file->path, strerror(errno));
  remove(file->part);
  return CLI_FAILED;
}
