#define _POSIX_C_SOURCE 200809L
#include "base/file.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static lenet_status read_stream(FILE *stream, const char *path, size_t limit, uint8_t **bytes,
                                size_t *size, lenet_error *error)
{
  size_t capacity = 64 * 1024, used = 0;
  uint8_t *buffer = malloc(capacity);
  if (!buffer)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for %zu bytes", path, capacity);
  for (;;) {
    size_t got = fread(buffer + used, 1, capacity - used, stream);
    used += got;
    if (used > limit) {
      free(buffer);
      return lenet_fail(error, LENET_BAD_FILE, (long long)limit,
                        "%s: larger than the %zu bytes that such a file may have", path, limit);
    }
    if (used < capacity)
      break;
    uint8_t *larger = realloc(buffer, capacity * 2);
    if (!larger) {
      free(buffer);
      return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for %zu bytes", path,
                        capacity * 2);
    }
    buffer = larger;
    capacity *= 2;
  }
  if (ferror(stream)) {
    int reason = errno;
    free(buffer);
    return lenet_fail(error, LENET_CANNOT_READ, (long long)used, "%s: byte %zu: %s", path, used,
                      strerror(reason));
  }
  *bytes = buffer;
  *size = used;
  return LENET_OK;
}

lenet_status lenet_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                             lenet_error *error)
{
  struct stat there = {0};
  FILE *stream = fopen(path, "rb");
  if (!stream)
    return lenet_fail(error, errno == ENOMEM ? LENET_NO_MEMORY : LENET_CANNOT_READ, -1, "%s: %s",
                      path, strerror(errno));
  /* A device may never end, so only files and pipes are read. */
  if (fstat(fileno(stream), &there) != 0 || !(S_ISREG(there.st_mode) || S_ISFIFO(there.st_mode))) {
    fclose(stream);
    return lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", path,
                      S_ISDIR(there.st_mode) ? "is a directory" : "not a file");
  }
  lenet_status status = read_stream(stream, path, limit, bytes, size, error);
  fclose(stream);
  return status;
}

uint64_t lenet_file_memory(uint64_t size) { return ((uint64_t)64 << 20) + 128 * size; }

static lenet_status cannot_write(lenet_file_writer *writer, int reason, lenet_error *error)
{
  lenet_status status =
      lenet_fail(error, LENET_CANNOT_WRITE, -1, "%s: %s", writer->path, strerror(reason));
  lenet_file_abandon(writer);
  return status;
}

enum { MAX_PARTS = 100 };

/* WASI has no processes to tell apart. */
static long process(void)
{
#ifdef __wasi__
  return 0;
#else
  return (long)getpid();
#endif
}

lenet_status lenet_file_begin(lenet_file_writer *writer, const char *path, lenet_error *error)
{
  /* A rename would put a file in the place of a device or a folder of that name. */
  struct stat there;
  if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
    return lenet_fail(error, LENET_CANNOT_WRITE, -1, "%s: not a regular file", path);
  const char *slash = strrchr(path, '/');
  const int folder = slash ? (int)(slash - path) + 1 : 0;
  size_t room = (size_t)folder + 64;
  char *part = malloc(room);
  if (!part)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for its name", path);
  /* A name of its own, also among threads, never another's file or link, and short however long
   * that of the file is. */
  int descriptor = -1;
  for (int try = 0; try < MAX_PARTS && descriptor < 0; try++) {
    snprintf(part, room, "%.*s.lenet-%ld-%d.part", folder, path, process(), try);
    descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno != EEXIST)
      break;
  }
  FILE *stream = descriptor < 0 ? NULL : fdopen(descriptor, "wb");
  if (!stream) {
    const lenet_status status =
        lenet_fail(error, errno == ENOMEM ? LENET_NO_MEMORY : LENET_CANNOT_WRITE, -1, "%s: %s",
                   path, strerror(errno));
    if (descriptor >= 0) {
      close(descriptor);
      unlink(part);
    }
    free(part);
    return status;
  }
  *writer = (lenet_file_writer){.stream = stream, .path = path, .part = part};
  return LENET_OK;
}

lenet_status lenet_file_append(lenet_file_writer *writer, const void *bytes, size_t size,
                               lenet_error *error)
{
  if (size && fwrite(bytes, 1, size, writer->stream) != size)
    return cannot_write(writer, errno, error);
  return LENET_OK;
}

/* Makes the rename itself last: the directory that holds the name is synced. Best effort, since
 * some file systems refuse it. */
static void sync_directory_of(const char *path)
{
  char *copy = strdup(path);
  if (!copy)
    return;
  char *slash = strrchr(copy, '/');
  if (slash)
    slash[slash == copy] = '\0';
  int directory = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY);
  if (directory >= 0) {
    fsync(directory);
    close(directory);
  }
  free(copy);
}

lenet_status lenet_file_settle(lenet_file_writer *writer, lenet_error *error)
{
  FILE *stream = writer->stream;
  if (ferror(stream)) /* noticed late, by those who write to the stream themselves */
    return cannot_write(writer, errno ? errno : EIO, error);
  if (fflush(stream) != 0 || fsync(fileno(stream)) != 0)
    return cannot_write(writer, errno, error);
  writer->stream = NULL;
  return fclose(stream) == 0 ? LENET_OK : cannot_write(writer, errno, error);
}

lenet_status lenet_file_commit(lenet_file_writer *writer, lenet_error *error)
{
  const lenet_status status = writer->stream ? lenet_file_settle(writer, error) : LENET_OK;
  if (status != LENET_OK)
    return status;
  if (rename(writer->part, writer->path) != 0)
    return cannot_write(writer, errno, error);
  sync_directory_of(writer->path);
  free(writer->part);
  *writer = (lenet_file_writer){0};
  return LENET_OK;
}

void lenet_file_abandon(lenet_file_writer *writer)
{
  if (writer->stream)
    fclose(writer->stream);
  if (writer->part) {
    unlink(writer->part);
    free(writer->part);
  }
  *writer = (lenet_file_writer){0};
}
