/* unpack.h - the bytes of a file, unpacked if it is gzip. */
#ifndef LENET_DATA_UNPACK_H
#define LENET_DATA_UNPACK_H

#include "data/hash.h"
#include "lenet.h"

/* Whether a file is gzip is told by its first bytes, not by its name: some programs unpack what
 * they download and keep the ".gz". Without zlib a name that ends in ".gz" is LENET_UNSUPPORTED. */
typedef struct lenet_unpack {
  const char *path;   /* the caller's; must outlive this */
  void *stream;       /* gzFile, or FILE without zlib */
  uint64_t offset;    /* unpacked bytes read so far */
  uint64_t most;      /* unpacked bytes that a file of this size on the disk may have */
  lenet_sha256 *hash; /* the caller's, or NULL; every byte read is added to it */
} lenet_unpack;

/* LENET_BAD_FILE for what is no regular file, such as a pipe or a folder. */
lenet_status lenet_unpack_open(lenet_unpack *file, const char *path, lenet_sha256 *hash,
                               lenet_error *error);
/* Reads `wanted` bytes; fewer, *got, only where the unpacked bytes end. A broken gzip is
 * LENET_BAD_FILE, and its end is not reached before its checksum has been found right. */
lenet_status lenet_unpack_read(lenet_unpack *file, void *bytes, size_t wanted, size_t *got,
                               lenet_error *error);
void lenet_unpack_close(lenet_unpack *file);

#endif
