#include "image_input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads all of standard input. Returns NULL, with `error` filled, where that fails. */
static uint8_t *read_stdin(size_t *size, lenet_error *error)
{
  size_t used = 0, capacity = (size_t)1 << 16;
  uint8_t *bytes = malloc(capacity);
  *error = (lenet_error){LENET_NO_MEMORY, -1, "standard input: out of memory"};
  while (bytes != NULL) {
    used += fread(bytes + used, 1, capacity - used, stdin);
    if (used > LENET_MAX_IMAGE_BYTES) {
      error->status = LENET_BAD_FILE;
      error->position = LENET_MAX_IMAGE_BYTES;
      snprintf(error->message, sizeof error->message,
               "standard input: larger than the %d bytes that such a file may have",
               (int)LENET_MAX_IMAGE_BYTES);
      free(bytes);
      return NULL;
    }
    if (used < capacity)
      break;
    uint8_t *more = realloc(bytes, 2 * capacity);
    if (more == NULL)
      free(bytes);
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
