#define _POSIX_C_SOURCE 200809L
#include "data/unpack.h"

#include "base/error.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if LENET_HAVE_ZLIB
#include <zlib.h>
#else
#include <stdio.h>
#endif

/* Deflate packs at most 1032 to 1: RFC 1951, a match of 258 bytes takes at least 2 bits. */
enum { MOST_PACKING = 1032 };

/* Opens a regular file. What else is there is not waited for, as a pipe that nobody writes to. */
static lenet_status open_regular(const char *path, int *file, uint64_t *most, lenet_error *error)
{
  struct stat info;
  int opened = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0)
    return lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", path, strerror(errno));
  if (fstat(opened, &info) != 0 || /* GCOVR_EXCL_BR_LINE: what is open has a state */
      !S_ISREG(info.st_mode)) {
    close(opened);
    return lenet_fail(error, LENET_BAD_FILE, -1, "%s: not a regular file", path);
  }
  *file = opened;
  const uint64_t packed = (uint64_t)info.st_size, most_memory = lenet_file_memory(packed);
  *most = packed * MOST_PACKING < most_memory ? packed * MOST_PACKING : most_memory;
  return LENET_OK;
}

static lenet_status cannot_read(const lenet_unpack *file, int reason, lenet_error *error)
{
  return lenet_fail(error, LENET_CANNOT_READ, (long long)file->offset, "%s: byte %llu: %s",
                    file->path, (unsigned long long)file->offset, strerror(reason));
}

#if LENET_HAVE_ZLIB

enum { BUFFER = 128 * 1024, MOST_AT_ONCE = 1 << 20 };

lenet_status lenet_unpack_open(lenet_unpack *file, const char *path, lenet_sha256 *hash,
                               lenet_error *error)
{
  int opened = -1;
  uint64_t most = 0;
  lenet_status status = open_regular(path, &opened, &most, error);
  if (status != LENET_OK)
    return status;
  gzFile stream = gzdopen(opened, "rb");
  if (!stream) {
    close(opened);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to unpack it", path);
  }
  gzbuffer(stream, BUFFER);
  *file = (lenet_unpack){.path = path, .stream = stream, .most = most, .hash = hash};
  return LENET_OK;
}

/* gzread tells of a file that ends within its gzip only through gzerror. */
static lenet_status check_stream(const lenet_unpack *file, lenet_error *error)
{
  int code = Z_OK;
  int reason = errno;
  const char *text = gzerror(file->stream, &code);
  if (code == Z_OK || code == Z_STREAM_END)
    return LENET_OK;
  if (code == Z_ERRNO)
    return cannot_read(file, reason, error);
  if (code == Z_MEM_ERROR)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to unpack it", file->path);
  /* zlib puts the number of the file before its reason, "<fd:5>: ". */
  const char *reason_alone = strstr(text, ": ");
  if (reason_alone) /* GCOVR_EXCL_BR_LINE: this zlib always does */
    text = reason_alone + 2;
  return lenet_fail(error, LENET_BAD_FILE, (long long)file->offset,
                    "%s: byte %llu unpacked: broken gzip: %s", file->path,
                    (unsigned long long)file->offset, text);
}

lenet_status lenet_unpack_read(lenet_unpack *file, void *bytes, size_t wanted, size_t *got,
                               lenet_error *error)
{
  *got = 0;
  while (*got < wanted) {
    size_t rest = wanted - *got;
    uint8_t *to = (uint8_t *)bytes + *got;
    errno = 0;
    int n = gzread(file->stream, to, rest < MOST_AT_ONCE ? (unsigned)rest : MOST_AT_ONCE);
    if (n > 0) {
      if (file->hash)
        lenet_sha256_add(file->hash, to, (size_t)n);
      *got += (size_t)n;
      file->offset += (uint64_t)n;
    }
    lenet_status status = check_stream(file, error);
    if (status != LENET_OK)
      return status;
    if (n <= 0)
      break;
  }
  return LENET_OK;
}

void lenet_unpack_close(lenet_unpack *file) { gzclose(file->stream); }

#else

lenet_status lenet_unpack_open(lenet_unpack *file, const char *path, lenet_sha256 *hash,
                               lenet_error *error)
{
  size_t length = strlen(path);
  if (length > 3 && strcmp(path + length - 3, ".gz") == 0)
    return lenet_fail(error, LENET_UNSUPPORTED, -1,
                      "%s: this build reads no gzip: it was made without zlib; unpack the file",
                      path);
  int opened = -1;
  uint64_t most = 0;
  lenet_status status = open_regular(path, &opened, &most, error);
  if (status != LENET_OK)
    return status;
  FILE *stream = fdopen(opened, "rb");
  if (!stream) {
    close(opened);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to read it", path);
  }
  *file = (lenet_unpack){.path = path, .stream = stream, .most = most, .hash = hash};
  return LENET_OK;
}

lenet_status lenet_unpack_read(lenet_unpack *file, void *bytes, size_t wanted, size_t *got,
                               lenet_error *error)
{
  errno = 0;
  *got = fread(bytes, 1, wanted, file->stream);
  if (file->hash)
    lenet_sha256_add(file->hash, bytes, *got);
  file->offset += *got;
  if (ferror((FILE *)file->stream))
    return cannot_read(file, errno, error);
  return LENET_OK;
}

void lenet_unpack_close(lenet_unpack *file) { fclose(file->stream); }

#endif
