/* whole_file.c - files that are written whole or not at all. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "whole_file.h"

#include "output.h"
#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder that `path` stands in: ".", "/" or what is before the last slash. */
static void name_folder(const char *path, char folder[CLI_MAX_PATH])
{
  const char *slash = strrchr(path, '/');
  int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
  snprintf(folder, CLI_MAX_PATH, "%.*s", length, slash == NULL ? "." : path);
}

/* True for names such as /dev/stdout and /dev/fd/1 too, which lead there: their links are no names
 * of files but files that are open. */
static bool is_in_proc(const char *path)
{
  char folder[CLI_MAX_PATH];
  name_folder(path, folder);
  char *real = realpath(folder, NULL);
  const bool is = real != NULL && (strcmp(real, "/proc") == 0 || strncmp(real, "/proc/", 6) == 0);
  free(real);
  return is;
}

/* Replaces a path by what the link of that name holds; false where that is too long. */
static bool follow_link(char path[CLI_MAX_PATH])
{
  char target[CLI_MAX_PATH];
  const ssize_t length = readlink(path, target, sizeof target - 1);
  if (length < 0)
    return false;
  target[length] = '\0';
  const char *slash = strrchr(path, '/');
  const size_t kept = slash == NULL || target[0] == '/' ? 0 : (size_t)(slash - path) + 1;
  if (kept + (size_t)length >= CLI_MAX_PATH) {
    errno = ENAMETOOLONG;
    return false;
  }
  memcpy(path + kept, target, (size_t)length + 1);
  return true;
}

static const char not_regular[] = "not a regular file";

/* Follows the links that `path` may be to the last name, which need not be there. NULL, or what is
 * wrong. */
static const char *follow_links(const char *path, char real[CLI_MAX_PATH])
{
  enum { MOST_LINKS = 40 }; /* as Linux has it */
  struct stat there;
  errno = ENAMETOOLONG;
  bool good = strlen(path) < CLI_MAX_PATH;
  if (good)
    strcpy(real, path);
  for (int links = 0; good; links++) {
    if (is_in_proc(real))
      return not_regular;
    if (lstat(real, &there) != 0) {
      good = errno == ENOENT || errno == ENOTDIR;
      break;
    }
    if (!S_ISLNK(there.st_mode))
      break;
    errno = ELOOP;
    good = links < MOST_LINKS && follow_link(real);
  }
  return good ? NULL : strerror(errno);
}

bool cli_find_folder(const char *given, char folder[CLI_MAX_PATH])
{
  char path[CLI_MAX_PATH];
  if (follow_links(given, path) != NULL)
    return false;
  name_folder(path, folder);
  return true;
}

int cli_check_out(const cli_arguments *a, const char *given, char path[CLI_MAX_PATH])
{
  return cli_check_file(a, "--out", given, path);
}

int cli_check_file(const cli_arguments *a, const char *what, const char *given,
                   char path[CLI_MAX_PATH])
{
  struct stat there;
  const char *wrong = follow_links(given, path);
  if (wrong != NULL)
    return cli_usage_error(a->command, "%s: %s%s %s", what, given,
                           wrong == not_regular ? " is" : ":", wrong);
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return cli_usage_error(a->command, "%s: %s is %s", what, path,
                           S_ISDIR(there.st_mode) ? "a folder" : not_regular);
  char folder[CLI_MAX_PATH];
  name_folder(path, folder);
  if (stat(folder, &there) != 0 || access(folder, W_OK) != 0)
    return cli_usage_error(a->command, "%s: %s: the folder %s: %s", what, path, folder,
                           strerror(errno));
  if (!S_ISDIR(there.st_mode))
    return cli_usage_error(a->command, "%s: %s: %s is not a folder", what, path, folder);
  if (path[strlen(path) - 1] == '/')
    return cli_usage_error(a->command, "%s: %s has no file name", what, path);
  return CLI_OK;
}

bool cli_same_place(const char *path, const char *other)
{
  char folder[2][CLI_MAX_PATH];
  struct stat there[2];
  const char *slash = strrchr(path, '/'), *other_slash = strrchr(other, '/');
  name_folder(path, folder[0]);
  name_folder(other, folder[1]);
  return strcmp(slash != NULL ? slash + 1 : path, other_slash != NULL ? other_slash + 1 : other) ==
             0 &&
         stat(folder[0], &there[0]) == 0 && stat(folder[1], &there[1]) == 0 &&
         there[0].st_dev == there[1].st_dev && there[0].st_ino == there[1].st_ino;
}

/* ------------------------------------------------------------------ what is there --------- */

int cli_check_sources(const cli_arguments *a, const char *what, const char *path,
                      const char *const *source, int count)
{
  struct stat there, from;
  if (stat(path, &there) != 0)
    return CLI_OK;
  for (int i = 0; i < count; i++) {
    if (source[i] == NULL)
      continue;
    const bool input = strcmp(source[i], "-") == 0;
    if ((input ? fstat(STDIN_FILENO, &from) : stat(source[i], &from)) == 0 &&
        from.st_dev == there.st_dev && from.st_ino == there.st_ino)
      return cli_usage_error(a->command, "%s: %s would take the place of what it is made of", what,
                             path);
  }
  return CLI_OK;
}

static bool starts_with(const char *text, const char *start)
{
  return strncasecmp(text, start, strlen(start)) == 0;
}

/* Safetensors: the length of the header in eight bytes, the least significant first, and the
 * header, a JSON object. */
static bool is_model(const char *text, size_t size)
{
  return size > 8 && text[8] == '{' && text[6] == '\0' && text[7] == '\0';
}

/* Protobuf's numbers have seven bits in a byte, the least first; false where one is cut off. */
static bool read_number(const unsigned char *byte, size_t size, size_t *at, uint64_t *number)
{
  *number = 0;
  for (int shift = 0; shift < 64 && *at < size; shift += 7) {
    *number |= (uint64_t)(byte[*at] & 0x7f) << shift;
    if (byte[(*at)++] < 0x80)
      return true;
  }
  return false;
}

/* A ModelProto of onnx.proto. All who write it begin with ir_version, and the graph comes after no
 * more than names, versions and a few lines of text. */
static bool is_onnx(const char *text, size_t size)
{
  enum { IR_VERSION = 1, MODEL_VERSION = 5, GRAPH = 7, LAST = 15, NUMBER = 0, BYTES = 2 };
  const unsigned char *byte = (const unsigned char *)text;
  uint64_t number;
  if (byte[0] != (IR_VERSION << 3 | NUMBER))
    return false;
  for (size_t at = 0; at < size;) {
    const int field = byte[at] >> 3, kind = byte[at] & 7;
    const bool is_number = field == IR_VERSION || field == MODEL_VERSION;
    at++;
    if (field > LAST || kind != (is_number ? NUMBER : BYTES) ||
        !read_number(byte, size, &at, &number))
      return false;
    if (field == GRAPH)
      return true;
    if (!is_number && number > size - at)
      return false;
    at += is_number ? 0 : (size_t)number;
  }
  return false;
}

/* By how a file begins; `text` ends with a 0 of its own. */
static bool is_of_kind(cli_file_kind kind, const char *text, size_t size)
{
  switch (kind) {
  case CLI_HTML: return starts_with(text, "<!doctype html");
  case CLI_SVG:
    return starts_with(text, "<svg") || (starts_with(text, "<?xml") && strstr(text, "<svg"));
  case CLI_PNG: return starts_with(text, "\x89PNG");
  case CLI_MODEL: return is_model(text, size);
  case CLI_ONNX: return is_onnx(text, size);
  case CLI_EXPORTED_C: return starts_with(text, "/* ") && strstr(text, " - reads a digit") != NULL;
  }
  return false;
}

int cli_check_replaced(const cli_arguments *a, const char *what, const char *path,
                       cli_file_kind kind)
{
  static const char *const names[] = {
      [CLI_HTML] = "HTML page", [CLI_SVG] = "SVG",
      [CLI_PNG] = "PNG",        [CLI_MODEL] = "model file",
      [CLI_ONNX] = "ONNX file", [CLI_EXPORTED_C] = "C that lenet wrote"};
  char text[1024] = "";
  FILE *file = fopen(path, "rb");
  const bool missing = file == NULL && errno == ENOENT;
  const size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
  const bool empty = file != NULL && size == 0 && !ferror(file);
  if (file != NULL)
    fclose(file);
  if (missing || empty || is_of_kind(kind, text, size))
    return CLI_OK;
  return cli_usage_error(a->command, "%s: %s is there and is no %s: choose another name", what,
                         path, names[kind]);
}

/* ------------------------------------------------------------------ writing --------------- */

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
  const char *slash = strrchr(path, '/');
  const int folder = slash == NULL ? 0 : (int)(slash - path) + 1;
  file->path = path;
  /* Short, whatever the length of the name itself. */
  snprintf(file->part, sizeof file->part, "%.*s.lenet-%ld.part", folder, path, (long)getpid());
  cli_hold_stop(true);
  file->stream = create(file->part);
  if (file->stream != NULL)
    return CLI_OK;
  cli_error(command, CLI_FAILED, "%s: %s", file->part, strerror(errno));
  cli_hold_stop(false);
  return CLI_FAILED;
}

int cli_whole_file_end(const cli_command *command, cli_whole_file *file)
{
  int code = CLI_OK;
  const bool failed = ferror(file->stream) != 0;
  if (fclose(file->stream) != 0 || failed || rename(file->part, file->path) != 0) {
    code = cli_error(command, CLI_FAILED, "%s: %s", file->path, strerror(errno));
    remove(file->part);
  }
  cli_hold_stop(false);
  return code;
}

void cli_whole_file_drop(cli_whole_file *file)
{
  fclose(file->stream);
  remove(file->part);
  cli_hold_stop(false);
}
