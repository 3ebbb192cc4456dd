/* tensors.h - how safetensors files are changed: half of the changes are made to the header, whose
 * length is then set right, a quarter to the data alone, the rest to anything. */
#ifndef LENET_FUZZ_TENSORS_H
#define LENET_FUZZ_TENSORS_H

#include "fuzz.h"

static inline size_t fuzz_change_tensors(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  enum { LENGTH = 8 };
  uint64_t header = 0;
  for (int i = 0; i < LENGTH && size >= LENGTH; i++)
    header |= (uint64_t)bytes[i] << (8 * i);
  if (size <= LENGTH || header == 0 || header > size - LENGTH || seed % 4 == 0)
    return LLVMFuzzerMutate(bytes, size, most);
  const size_t start = LENGTH + (size_t)header, data = size - start;
  if (seed % 4 == 1)
    return start + LLVMFuzzerMutate(bytes + start, data, most - start);
  uint8_t *kept = fuzz_copy(bytes + start, data);
  const size_t length = LLVMFuzzerMutate(bytes + LENGTH, (size_t)header, most - LENGTH - data);
  memcpy(bytes + LENGTH + length, kept, data);
  free(kept);
  for (int i = 0; i < LENGTH; i++)
    bytes[i] = (uint8_t)((uint64_t)length >> (8 * i));
  return LENGTH + length + data;
}

#endif
