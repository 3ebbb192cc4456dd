/* PNG. A chunk with a wrong sum is refused at once, and pixels that do not inflate soon after: so
 * most changes are made inside a chunk, those of IDAT to what it unpacks to, and the sums are made
 * anew. */
#define _GNU_SOURCE
#include "picture.h"

#include <zlib.h>

enum { SIGNATURE = 8, FRAME = 12 /* length, type and sum of a chunk */, MOST_UNPACKED = 1 << 16 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  fuzz_decode(bytes, size);
  return 0;
}

static size_t get(const uint8_t *b)
{
  return (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
}

static void put(uint8_t *b, unsigned long value)
{
  for (int i = 0; i < 4; i++)
    b[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Length of the data of the chunk at `at`, cut where the file ends. */
static size_t length_of(const uint8_t *bytes, size_t size, size_t at)
{
  const size_t length = get(bytes + at), rest = size - at - FRAME;
  return length < rest ? length : rest;
}

/* Where one of the chunks begins, 0 where there is none. */
static size_t choose(const uint8_t *bytes, size_t size, unsigned seed)
{
  size_t chosen = 0;
  unsigned seen = 0;
  for (size_t at = SIGNATURE; at + FRAME <= size; at += FRAME + length_of(bytes, size, at))
    if ((seed >> 8) % ++seen == 0)
      chosen = at;
  return chosen;
}

static size_t change_packed(uint8_t *data, size_t length, size_t most)
{
  static uint8_t plain[MOST_UNPACKED];
  uLongf unpacked = sizeof plain, packed = most;
  if (uncompress(plain, &unpacked, data, length) != Z_OK)
    return LLVMFuzzerMutate(data, length, most);
  unpacked = LLVMFuzzerMutate(plain, unpacked, sizeof plain);
  return compress2(data, &packed, plain, unpacked, 1) == Z_OK ? packed : length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  const size_t at = choose(bytes, size, seed);
  if (at == 0 || seed % 8 == 0)
    return LLVMFuzzerMutate(bytes, size, most);
  const size_t old = length_of(bytes, size, at), rest = size - at - FRAME - old;
  if (seed % 8 == 1) { /* the type, or a length that lies */
    LLVMFuzzerMutate(bytes + at, 8, 8);
    return size;
  }
  const size_t room = most - size + old;
  uint8_t *data = malloc(room + !room);
  FUZZ_CHECK(data != NULL);
  memcpy(data, bytes + at + 8, old);
  const size_t length = memcmp(bytes + at + 4, "IDAT", 4) == 0 ? change_packed(data, old, room)
                                                               : LLVMFuzzerMutate(data, old, room);
  memmove(bytes + at + FRAME + length, bytes + at + FRAME + old, rest);
  memcpy(bytes + at + 8, data, length);
  put(bytes + at, length);
  put(bytes + at + 8 + length, crc32(0, bytes + at + 4, (uInt)length + 4));
  free(data);
  return at + FRAME + length + rest;
}
