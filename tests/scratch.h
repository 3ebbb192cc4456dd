/* scratch.h - a folder for a test's files that is gone afterwards. The including file defines
 * _XOPEN_SOURCE 700 and includes cmocka.h first. */
#ifndef LENET_TESTS_SCRATCH_H
#define LENET_TESTS_SCRATCH_H

#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SCRATCH_PATH = 512 };

typedef struct scratch {
  char root[128];
} scratch;

static inline int scratch_make(void **state)
{
  const char *temporary = getenv("TMPDIR");
  scratch *s = calloc(1, sizeof *s);
  if (!s)
    return -1;
  snprintf(s->root, sizeof s->root, "%.80s/lenet-test-XXXXXX", temporary ? temporary : "/tmp");
  *state = s;
  return mkdtemp(s->root) ? 0 : -1;
}

static inline int scratch_remove_one(const char *path, const struct stat *info, int type,
                                     struct FTW *place)
{
  (void)info, (void)type, (void)place;
  return remove(path);
}

static inline int scratch_remove(void **state)
{
  scratch *s = *state;
  int result = nftw(s->root, scratch_remove_one, 16, FTW_DEPTH | FTW_PHYS);
  free(s);
  return result;
}

/* "<root>/<name>" in `path`. */
static inline const char *scratch_path(void **state, const char *name, char path[SCRATCH_PATH])
{
  scratch *s = *state;
  snprintf(path, SCRATCH_PATH, "%s/%s", s->root, name);
  return path;
}

/* Makes the folders above the file, too. */
static inline void scratch_write(void **state, const char *name, const void *bytes, size_t size)
{
  char path[SCRATCH_PATH];
  scratch_path(state, name, path);
  for (char *c = path + strlen(((scratch *)*state)->root) + 1; *c; c++)
    if (*c == '/') {
      *c = '\0';
      assert_true(mkdir(path, 0777) == 0 || errno == EEXIST);
      *c = '/';
    }
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(bytes, 1, size, stream), size);
  assert_int_equal(fclose(stream), 0);
}

static inline bool scratch_exists(void **state, const char *name)
{
  char path[SCRATCH_PATH];
  struct stat info;
  return lstat(scratch_path(state, name, path), &info) == 0;
}

#endif
