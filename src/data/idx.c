/* An IDX file is a header of big-endian 32-bit numbers and then bytes:
 *
 *   byte 0, 1   0
 *   byte 2      type of the elements; 0x08 = unsigned byte, the only one here
 *   byte 3      dimensions: 3 for pictures (count, rows, columns), 1 for labels (count)
 *   byte 4...   the size of each dimension, 4 bytes each
 *
 * A file is read once, from front to back, into the memory where it stays. */
#define _POSIX_C_SOURCE 200809L
#include "data/idx.h"

#include "base/error.h"
#include "data/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LABELS = 1, PICTURES = 3, MAX_LABEL = LENET_MAX_CLASSES - 1, MAX_HEADER = 4 + 4 * PICTURES };

typedef struct idx_file {
  uint32_t size[3]; /* of each dimension; 1 for those that the file does not have */
  size_t length;    /* elements in all */
  uint8_t *bytes;   /* [size[0]][size[1]][size[2]], to be freed */
} idx_file;

static lenet_status check_magic(const char *path, const uint8_t *header, int dimensions,
                                lenet_error *error)
{
  if (header[0] != 0 || header[1] != 0)
    return lenet_fail(error, LENET_BAD_FILE, header[0] ? 0 : 1,
                      "%s: byte %d: not an IDX file: starts with %02x %02x %02x %02x", path,
                      header[0] ? 0 : 1, header[0], header[1], header[2], header[3]);
  if (header[2] != 0x08)
    return lenet_fail(error, LENET_BAD_FILE, 2,
                      "%s: byte 2: elements of IDX type 0x%02x; unsigned bytes (0x08) expected",
                      path, header[2]);
  if (header[3] == dimensions)
    return LENET_OK;
  const char *hint = "";
  if (header[3] == LABELS)
    hint = " (a file of labels where pictures should be)";
  else if (header[3] == PICTURES)
    hint = " (a file of pictures where labels should be)";
  return lenet_fail(error, LENET_BAD_FILE, 3, "%s: byte 3: %d dimensions; %d expected%s", path,
                    header[3], dimensions, hint);
}

static lenet_status check_sizes(const lenet_unpack *file, idx_file *idx, int header,
                                lenet_error *error)
{
  const char *path = file->path;
  if (idx->size[0] == 0)
    return lenet_fail(error, LENET_BAD_FILE, 4, "%s: byte 4: holds nothing", path);
  if (idx->size[0] > LENET_MAX_SAMPLES)
    return lenet_fail(error, LENET_BAD_FILE, 4, "%s: byte 4: %lu samples promised; at most %d",
                      path, (unsigned long)idx->size[0], (int)LENET_MAX_SAMPLES);
  for (int d = 1; d < 3; d++)
    if (idx->size[d] == 0 || idx->size[d] > LENET_MAX_SIDE)
      return lenet_fail(error, LENET_BAD_FILE, 4 + 4 * d,
                        "%s: byte %d: pictures of %lu %s; 1 to %d can be read", path, 4 + 4 * d,
                        (unsigned long)idx->size[d], d == 1 ? "rows" : "columns",
                        (int)LENET_MAX_SIDE);
  /* At most 2^24 * 128 * 128 = 2^38. */
  uint64_t length = (uint64_t)idx->size[0] * idx->size[1] * idx->size[2];
  if (length > SIZE_MAX / 2 || /* GCOVR_EXCL_BR_LINE: it can be where size_t has 32 bits */
      length + (uint64_t)header > file->most)
    return lenet_fail(error, LENET_BAD_FILE, 4,
                      "%s: byte 4: %llu bytes promised, more than a file of this length may hold",
                      path, (unsigned long long)length);
  idx->length = (size_t)length;
  return LENET_OK;
}

static lenet_status read_header(lenet_unpack *file, int dimensions, idx_file *idx,
                                lenet_error *error)
{
  uint8_t header[MAX_HEADER];
  size_t wanted = 4 + 4 * (size_t)dimensions, got;
  lenet_status status = lenet_unpack_read(file, header, wanted, &got, error);
  if (status == LENET_OK && got >= 4)
    status = check_magic(file->path, header, dimensions, error);
  if (status != LENET_OK)
    return status;
  if (got < wanted)
    return lenet_fail(error, LENET_BAD_FILE, (long long)got,
                      "%s: byte %zu: the file ends within its header of %zu bytes", file->path, got,
                      wanted);
  for (int d = 0; d < 3; d++) {
    const uint8_t *at = header + 4 + 4 * d;
    idx->size[d] = d >= dimensions ? 1
                                   : (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
                                         (uint32_t)at[2] << 8 | at[3];
  }
  return check_sizes(file, idx, (int)wanted, error);
}

static lenet_status read_body(lenet_unpack *file, idx_file *idx, lenet_error *error)
{
  idx->bytes = malloc(idx->length);
  if (!idx->bytes)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for %zu bytes", file->path,
                      idx->length);
  size_t got;
  uint64_t end = file->offset + idx->length;
  lenet_status status = lenet_unpack_read(file, idx->bytes, idx->length, &got, error);
  if (status != LENET_OK)
    return status;
  if (got < idx->length)
    return lenet_fail(error, LENET_BAD_FILE, (long long)file->offset,
                      "%s: byte %llu: the file ends here; its header promises %llu bytes",
                      file->path, (unsigned long long)file->offset, (unsigned long long)end);
  uint8_t extra;
  status = lenet_unpack_read(file, &extra, 1, &got, error);
  if (status == LENET_OK && got)
    return lenet_fail(error, LENET_BAD_FILE, (long long)end,
                      "%s: byte %llu: more bytes than the header promises", file->path,
                      (unsigned long long)end);
  return status;
}

static lenet_status read_open_file(lenet_unpack *file, int dimensions, idx_file *idx,
                                   lenet_error *error)
{
  lenet_status status = read_header(file, dimensions, idx, error);
  if (status == LENET_OK)
    status = read_body(file, idx, error);
  for (size_t i = 0; status == LENET_OK && dimensions == LABELS && i < idx->length; i++)
    if (idx->bytes[i] > MAX_LABEL)
      status = lenet_fail(error, LENET_BAD_FILE, (long long)(8 + i),
                          "%s: byte %zu: label %d of sample %zu; labels are 0 to %d", file->path,
                          8 + i, idx->bytes[i], i, (int)MAX_LABEL);
  return status;
}

/* `sha256` and `bytes` of the whole unpacked file; NULL: not compared. */
static lenet_status read_file(const char *path, int dimensions, const char *sha256, uint64_t bytes,
                              idx_file *idx, lenet_error *error)
{
  lenet_sha256 *hash = NULL;
  lenet_unpack file;
  lenet_status status = LENET_OK;
  if (sha256 && lenet_sha256_available()) /* GCOVR_EXCL_BR_LINE: always where libcrypto is */
    status = lenet_sha256_begin(&hash, error);
  if (status == LENET_OK)
    status = lenet_unpack_open(&file, path, hash, error);
  if (status != LENET_OK) {
    lenet_sha256_free(hash);
    return status;
  }
  status = read_open_file(&file, dimensions, idx, error);
  char found[LENET_SHA256_TEXT];
  if (status == LENET_OK && hash)
    status = lenet_sha256_end(hash, found, error);
  if (status == LENET_OK && sha256 && file.offset != bytes)
    status = lenet_fail(error, LENET_BAD_HASH, -1, "%s: %llu bytes unpacked; this file has %llu",
                        path, (unsigned long long)file.offset, (unsigned long long)bytes);
  else if (status == LENET_OK && hash && strcmp(found, sha256) != 0)
    status = lenet_fail(error, LENET_BAD_HASH, -1, "%s: SHA-256 is %s, should be %s", path, found,
                        sha256);
  lenet_unpack_close(&file);
  lenet_sha256_free(hash);
  return status;
}

/* Gives the path of the plain file, or else of the .gz. */
static lenet_status find_file(const char *directory, const char *name, char **path,
                              lenet_error *error)
{
  static const char *const suffix[] = {"", ".gz"};
  for (int i = 0; i < 2; i++) {
    char *tried = lenet_data_path(directory, name, suffix[i]);
    if (!tried)
      return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", directory);
    struct stat info;
    if (stat(tried, &info) == 0) {
      *path = tried;
      return LENET_OK;
    }
    if (errno != ENOENT && errno != ENOTDIR) {
      lenet_fail(error, LENET_CANNOT_READ, -1, "%s: %s", tried, strerror(errno));
      free(tried);
      return LENET_CANNOT_READ;
    }
    free(tried);
  }
  return lenet_fail(error, LENET_NO_DATA, -1, "%s/%s: no such file, and no %s.gz", directory, name,
                    name);
}

lenet_status lenet_idx_find(const char *directory, const lenet_known_set *set, bool *present,
                            lenet_error *error)
{
  *present = false;
  for (int i = 0; i < 4 && !*present; i++) {
    char *path = NULL;
    lenet_status status = find_file(directory, set->file[i], &path, error);
    free(path);
    if (status == LENET_NO_MEMORY)
      return status;
    *present = status != LENET_NO_DATA;
  }
  return LENET_OK;
}

static lenet_status read_pair(const char *pictures_path, const char *labels_path,
                              const lenet_known_set *set, int first, bool checked,
                              idx_file *pictures, idx_file *labels, lenet_error *error)
{
  lenet_status status = read_file(pictures_path, PICTURES, checked ? set->sha256[first] : NULL,
                                  set->bytes[first], pictures, error);
  if (status == LENET_OK)
    status = read_file(labels_path, LABELS, checked ? set->sha256[first + 1] : NULL,
                       set->bytes[first + 1], labels, error);
  if (status == LENET_OK && labels->length != pictures->size[0])
    status =
        lenet_fail(error, LENET_BAD_FILE, 4, "%s: byte 4: %zu labels, but %s has %lu pictures",
                   labels_path, labels->length, pictures_path, (unsigned long)pictures->size[0]);
  return status;
}

lenet_status lenet_idx_open(const char *directory, const lenet_known_set *set, lenet_split split,
                            bool checked, lenet_dataset *dataset, lenet_error *error)
{
  int first = split == LENET_TRAIN ? 0 : 2;
  char *pictures_path = NULL, *labels_path = NULL;
  idx_file pictures = {.bytes = NULL}, labels = {.bytes = NULL};
  lenet_status status = find_file(directory, set->file[first], &pictures_path, error);
  if (status == LENET_OK)
    status = find_file(directory, set->file[first + 1], &labels_path, error);
  if (status == LENET_OK)
    status = read_pair(pictures_path, labels_path, set, first, checked, &pictures, &labels, error);
  free(pictures_path);
  free(labels_path);
  if (status != LENET_OK) {
    free(pictures.bytes);
    free(labels.bytes);
    return status;
  }
  dataset->count = labels.length;
  dataset->rows = (int)pictures.size[1];
  dataset->columns = (int)pictures.size[2];
  dataset->pixels = pictures.bytes;
  dataset->labels = labels.bytes;
  return LENET_OK;
}
