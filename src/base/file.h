/* file.h - whole files in, whole files out. */
#ifndef LENET_BASE_FILE_H
#define LENET_BASE_FILE_H

#include "lenet.h"

#include <stdio.h>

/* Reads all of `path`, a file or a pipe, at most `limit` bytes (a larger file is LENET_BAD_FILE).
 * The caller frees *bytes with free(). */
lenet_status lenet_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size,
                             lenet_error *error);

/* What may be taken to unpack a file of `size` bytes: 64 MiB, and 128 bytes for each of the file's.
 * Pictures and sets of pictures of people's making stay far below; a few bytes that ask for much do
 * not get it. */
uint64_t lenet_file_memory(uint64_t size);

/* A file that appears whole under its name or not at all: written as ".lenet-<pid>-<n>.part", a
 * name that no other file has, in the same directory, then synced and renamed. A symbolic link at
 * the path is replaced. */
typedef struct lenet_file_writer {
  FILE *stream;
  const char *path; /* the caller's; must outlive the writer */
  char *part;
} lenet_file_writer;

lenet_status lenet_file_begin(lenet_file_writer *writer, const char *path, lenet_error *error);
lenet_status lenet_file_append(lenet_file_writer *writer, const void *bytes, size_t size,
                               lenet_error *error);
/* Brings all that was written to the disk, under the writer's own name, so that of a commit nothing
 * but the rename is left: for files that belong together. Like a failed append, if it fails. */
lenet_status lenet_file_settle(lenet_file_writer *writer, lenet_error *error);
/* Either ends the writer; after a failed append or commit nothing of it is left on the disk. */
lenet_status lenet_file_commit(lenet_file_writer *writer, lenet_error *error);
void lenet_file_abandon(lenet_file_writer *writer);

#endif
