#include "image_input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const size_t STDIN_LIMIT = (size_t)256 << 20; /* bytes */

/* Reads all of standard input. Returns NULL, with `error` filled, where that fails. */
static uint8_t *read_stdin(size_t *size, lenet_error *error)
{
  size_t used = 0, capacity = (size_t)1 << 16;
  uint8_t *bytes = malloc(capacity);
  *error = (lenet_error){LENET_NO_MEMORY, -1, "standard input: out of memory"};
  while (bytes != NULL) {
    used += fread(bytes + used, 1, capacity - used, stdin);
    if (used < capacity)
      break;
    uint8_t *more = capacity < STDIN_LIMIT ? realloc(bytes, 2 * capacity) : NULL;
    if (more == NULL) {
      if (capacity >= STDIN_LIMIT)
        *error = (lenet_error){LENET_BAD_FILE, (long long)used,
                               "standard input: larger than a picture may be"};
      free(bytes);
      return NULL;
    }
    bytes = more;
    capacity *= 2;
  }
  if (bytes != NULL && ferror(stdin)) {
    error->status = LENET_CANNOT_READ;
    snprintf(error->message, sizeof error->message, "standard input: %s", strerror(errno));
    free(bytes);
    return NULL;
  }
  *size = used;
  return bytes;
}

lenet_status cli_load_image(const char *path, lenet_image *image, lenet_error *error)
{
  if (path[0] == '\0') { /* the library's message would begin with nothing */
    *error = (lenet_error){LENET_CANNOT_READ, -1, "'': the name is empty"};
    return error->status;
  }
  if (strcmp(path, "-") != 0)
    return lenet_image_load(path, image, error);
  size_t size = 0;
  uint8_t *bytes = read_stdin(&size, error);
  if (bytes == NULL)
    return error->status;
  lenet_status status = lenet_image_decode(bytes, size, "standard input", image, error);
  free(bytes);
  return status;
}
