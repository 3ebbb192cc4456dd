/* IDX, plain and gzip: the input is read once as pictures and once as labels, beside labels and
 * pictures that go with it as far as that can be known. Changes to a gzip are made to what it
 * unpacks to, for its sum would refuse most others. */
#define _GNU_SOURCE
#include "fuzz.h"

#include "data/idx.h"

#include <zlib.h>

enum { MOST_UNPACKED = 1 << 16, MOST_COMPANIONS = 4096, USUAL_COMPANIONS = 2 };

static bool is_gzip(const uint8_t *bytes, size_t size)
{
  return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* How many samples the input seems to have. */
static uint8_t *companions(const uint8_t *bytes, size_t size, bool pictures, size_t *length)
{
  size_t count = USUAL_COMPANIONS;
  if (size >= 8 && !is_gzip(bytes, size))
    count = (size_t)bytes[4] << 24 | (size_t)bytes[5] << 16 | (size_t)bytes[6] << 8 | bytes[7];
  if (count > MOST_COMPANIONS)
    count = MOST_COMPANIONS;
  const size_t head = pictures ? 16 : 8;
  uint8_t *made = calloc(head + count, 1);
  FUZZ_CHECK(made != NULL);
  made[2] = 8;
  made[3] = pictures ? 3 : 1;
  made[6] = (uint8_t)(count >> 8);
  made[7] = (uint8_t)count;
  if (pictures)
    made[11] = made[15] = 1;
  *length = head + count;
  return made;
}

static void open_set(const lenet_known_set *set)
{
  lenet_error error;
  lenet_dataset *dataset = calloc(1, sizeof *dataset);
  FUZZ_CHECK(dataset != NULL);
  const lenet_status status =
      lenet_idx_open("/proc/self/fd", set, LENET_TRAIN, false, dataset, &error);
  fuzz_check_told(status, &error);
  if (status == LENET_OK) {
    FUZZ_CHECK(dataset->count > 0);
    fuzz_sum(dataset->pixels, dataset->count * (size_t)dataset->rows * (size_t)dataset->columns);
    for (size_t i = 0; i < dataset->count; i++)
      FUZZ_CHECK(dataset->labels[i] < LENET_MAX_CLASSES);
  } else {
    FUZZ_CHECK(status == LENET_BAD_FILE && dataset->pixels == NULL && dataset->labels == NULL);
  }
  lenet_dataset_free(dataset);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE, other = FUZZ_NO_FILE;
  for (int pictures = 0; pictures < 2; pictures++) {
    size_t length;
    uint8_t *made = companions(bytes, size, !pictures, &length);
    const char *at = strrchr(fuzz_write(&input, bytes, size), '/') + 1;
    const char *beside = strrchr(fuzz_write(&other, made, length), '/') + 1;
    const lenet_known_set set = {
        .file = {pictures ? at : beside, pictures ? beside : at, "none", "none"}};
    open_set(&set);
    free(made);
  }
  return 0;
}

/* Packs or unpacks into `to`; 0 where it does not fit or is broken. */
static size_t pack(const uint8_t *from, size_t size, uint8_t *to, size_t most)
{
  enum { GZIP = 16 + MAX_WBITS };
  z_stream z = {
      .next_in = (Bytef *)from, .avail_in = (uInt)size, .next_out = to, .avail_out = (uInt)most};
  FUZZ_CHECK(deflateInit2(&z, 1, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  const bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
  deflateEnd(&z);
  return whole ? most - z.avail_out : 0;
}

static size_t unpack(const uint8_t *from, size_t size, uint8_t *to, size_t most)
{
  enum { GZIP = 16 + MAX_WBITS };
  z_stream z = {
      .next_in = (Bytef *)from, .avail_in = (uInt)size, .next_out = to, .avail_out = (uInt)most};
  FUZZ_CHECK(inflateInit2(&z, GZIP) == Z_OK);
  const bool whole = inflate(&z, Z_FINISH) == Z_STREAM_END;
  inflateEnd(&z);
  return whole ? most - z.avail_out : 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned seed)
{
  static uint8_t plain[MOST_UNPACKED];
  const size_t unpacked =
      is_gzip(bytes, size) && seed % 4 ? unpack(bytes, size, plain, sizeof plain) : 0;
  if (unpacked == 0)
    return LLVMFuzzerMutate(bytes, size, most);
  uint8_t *packed = malloc(most);
  FUZZ_CHECK(packed != NULL);
  const size_t length = pack(plain, LLVMFuzzerMutate(plain, unpacked, sizeof plain), packed, most);
  if (length > 0)
    memcpy(bytes, packed, length);
  free(packed);
  return length > 0 ? length : size;
}
