/* decoded.h - what decoding a picture file must give: these pixels, a reason, or either of them
 * without harm. The including file includes lenet.h and cmocka.h first. */
#ifndef LENET_TESTS_DECODED_H
#define LENET_TESTS_DECODED_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static inline void assert_decodes(const void *bytes, size_t size, int width, int height,
                                  const uint8_t *pixels)
{
  lenet_image image;
  lenet_error error;
  if (lenet_image_decode(bytes, size, "picture", &image, &error) != LENET_OK)
    fail_msg("%s", error.message);
  assert_int_equal(image.width, width);
  assert_int_equal(image.height, height);
  assert_memory_equal(image.pixels, pixels, (size_t)(width * height));
  lenet_image_free(&image);
  assert_null(image.pixels);
}

static inline void assert_refused(const void *bytes, size_t size, long long position,
                                  const char *reason)
{
  lenet_image image = {.width = -5};
  lenet_error error;
  /* A copy of just this size lets AddressSanitizer see any look beyond it. */
  uint8_t *copy = malloc(size ? size : 1);
  assert_non_null(copy);
  memcpy(copy, bytes, size);
  assert_int_equal(lenet_image_decode(copy, size, "it.png", &image, &error), LENET_BAD_FILE);
  free(copy);
  assert_int_equal(image.width, -5);
  assert_int_equal(strncmp(error.message, "it.png: byte ", 13), 0);
  if ((position >= 0 && error.position != position) || !strstr(error.message, reason))
    fail_msg("position %lld: %s", error.position, error.message);
}

static inline void assert_every_cut_refused(const uint8_t *bytes, size_t size)
{
  for (size_t cut = 0; cut < size; cut++)
    assert_refused(bytes, cut, -1, "");
}

/* One byte changed at a time: no crash, and either a picture or a reason. */
static inline void assert_survives_changes(uint8_t *bytes, size_t size, uint8_t change)
{
  for (size_t at = 0; at < size; at++) {
    lenet_image image;
    lenet_error error = {.message = ""};
    bytes[at] ^= change;
    lenet_status status = lenet_image_decode(bytes, size, "picture", &image, &error);
    bytes[at] ^= change;
    if (status == LENET_OK)
      lenet_image_free(&image);
    else
      assert_true(strlen(error.message) > 0);
  }
}

#endif
