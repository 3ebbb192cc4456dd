/* picture.h - what the targets of picture formats do with a file. */
#ifndef LENET_FUZZ_PICTURE_H
#define LENET_FUZZ_PICTURE_H

#include "fuzz.h"

static inline void fuzz_decode(const uint8_t *bytes, size_t size)
{
  lenet_image image = {.width = -7};
  lenet_error error;
  uint8_t *copy = fuzz_copy(bytes, size);
  const lenet_status status = lenet_image_decode(copy, size, "input", &image, &error);
  fuzz_check_told(status, &error);
  if (status == LENET_OK) {
    FUZZ_CHECK(image.width >= 1 && image.width <= LENET_MAX_IMAGE_SIDE);
    FUZZ_CHECK(image.height >= 1 && image.height <= LENET_MAX_IMAGE_SIDE);
    FUZZ_CHECK((int64_t)image.width * image.height <= LENET_MAX_IMAGE_PIXELS);
    fuzz_sum(image.pixels, (size_t)image.width * (size_t)image.height);
    lenet_image_free(&image);
  } else {
    FUZZ_CHECK(status == LENET_BAD_FILE && image.width == -7 && image.pixels == NULL);
    FUZZ_CHECK(error.position >= -1 && error.position <= (long long)size);
  }
  free(copy);
}

#endif
