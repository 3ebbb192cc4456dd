/* JPEG, baseline and progressive, with turned pictures and CMYK. */
#define _GNU_SOURCE
#include "picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_decode(bytes, size);
  return 0;
}
