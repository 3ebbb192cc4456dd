/* fuzz.h - what the targets share.
 *
 * A target is one function, LLVMFuzzerTestOneInput, that gives bytes to a reader of the library or
 * of the command and checks what comes of them. Linked with libFuzzer it is fed for as long as one
 * likes; linked with replay.c it runs the files of its corpus, as a test, with any compiler.
 *
 * Readers that take a path get that of a file in memory (memfd_create): no disk is written, and
 * many targets may run side by side. What has to be renamed lies in a folder of the process's own.
 */
#ifndef LENET_FUZZ_FUZZ_H
#define LENET_FUZZ_FUZZ_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE first: memfd_create"
#endif

#include "lenet.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed);

/* Ends the program where what must hold does not: libFuzzer then keeps the input. */
#define FUZZ_CHECK(condition) fuzz_check(condition, #condition, __FILE__, __LINE__)
static inline void fuzz_check(bool holds, const char *what, const char *file, int line)
{
  if (holds)
    return;
  dprintf(2, "%s:%d: %s does not hold\n", file, line, what);
  abort();
}

/* A failure must be told in one line, and say the same as the status. */
static inline void fuzz_check_told(lenet_status status, const lenet_error *error)
{
  if (status == LENET_OK)
    return;
  FUZZ_CHECK(error->status == status);
  FUZZ_CHECK(error->message[0] && memchr(error->message, '\0', sizeof error->message));
  for (const char *c = error->message; *c; c++)
    FUZZ_CHECK((unsigned char)*c >= 0x20 && *c != 0x7f);
}

/* A file in memory with a path, kept from one input to the next. */
typedef struct fuzz_file {
  int descriptor; /* -1 before the first use */
  char path[32];  /* "/proc/self/fd/N" */
} fuzz_file;
#define FUZZ_NO_FILE                                                                               \
  {                                                                                                \
    .descriptor = -1                                                                               \
  }

static inline const char *fuzz_write(fuzz_file *file, const void *bytes, size_t size)
{
  if (file->descriptor < 0) {
    file->descriptor = memfd_create("fuzz", MFD_CLOEXEC);
    FUZZ_CHECK(file->descriptor >= 0);
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
  }
  FUZZ_CHECK(ftruncate(file->descriptor, 0) == 0);
  for (size_t done = 0; done < size;) {
    ssize_t wrote = pwrite(file->descriptor, (const char *)bytes + done, size - done, (off_t)done);
    FUZZ_CHECK(wrote > 0);
    done += (size_t)wrote;
  }
  return file->path;
}

/* "FOLDER/out": for what is written aside and renamed. In memory where there is /dev/shm. */
static char fuzz_folder[64], fuzz_out[80];

static inline void fuzz_remove_folder(void)
{
  unlink(fuzz_out);
  rmdir(fuzz_folder);
}

static inline const char *fuzz_out_path(void)
{
  if (fuzz_out[0])
    return fuzz_out;
  snprintf(fuzz_folder, sizeof fuzz_folder, "%s/lenet-fuzz-XXXXXX",
           access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
  FUZZ_CHECK(mkdtemp(fuzz_folder) != NULL);
  snprintf(fuzz_out, sizeof fuzz_out, "%s/out", fuzz_folder);
  atexit(fuzz_remove_folder);
  return fuzz_out;
}

/* The input as a text with its NUL, to be freed. */
static inline char *fuzz_text(const uint8_t *bytes, size_t size)
{
  char *text = malloc(size + 1);
  FUZZ_CHECK(text != NULL);
  if (size > 0)
    memcpy(text, bytes, size);
  text[size] = '\0';
  return text;
}

/* A copy that ends where its memory ends, so that the sanitizer sees a byte too many. */
static inline uint8_t *fuzz_copy(const uint8_t *bytes, size_t size)
{
  uint8_t *copy = malloc(size + !size);
  FUZZ_CHECK(copy != NULL);
  if (size > 0)
    memcpy(copy, bytes, size);
  return copy;
}

/* Reads every byte, for the sanitizer. */
static inline unsigned fuzz_sum(const uint8_t *bytes, size_t size)
{
  static volatile unsigned kept;
  unsigned sum = 0;
  for (size_t i = 0; i < size; i++)
    sum += bytes[i];
  kept = sum;
  return kept;
}

#endif
