/* The one-line form of augmentations: printed and parsed again it is the same. */
#define _GNU_SOURCE
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  char *text = fuzz_text(bytes, size);
  lenet_augmentation augmentation = {.shift = -7}, again;
  lenet_error error;
  const lenet_status status = lenet_augmentation_parse(text, &augmentation, &error);
  fuzz_check_told(status, &error);
  if (status == LENET_OK) {
    char line[LENET_MAX_AUGMENTATION];
    lenet_augmentation_print(&augmentation, line);
    FUZZ_CHECK(strlen(line) < LENET_MAX_AUGMENTATION - 1);
    FUZZ_CHECK(lenet_augmentation_parse(line, &again, &error) == LENET_OK);
    FUZZ_CHECK(memcmp(&augmentation, &again, sizeof again) == 0);
  } else {
    FUZZ_CHECK(status == LENET_BAD_ARGUMENT && augmentation.shift == -7);
    FUZZ_CHECK(error.position >= 1 && error.position <= (long long)strlen(text) + 1);
  }
  free(text);
  return 0;
}
