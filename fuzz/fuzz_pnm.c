/* PBM, PGM and PPM, as text and as bytes. */
#define _GNU_SOURCE
#include "picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_decode(bytes, size);
  return 0;
}
