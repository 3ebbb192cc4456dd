/* png_uri.c - a small picture inside a page: PNG (ISO/IEC 15948) in one uncompressed deflate block
 * (RFC 1951), as base64 (RFC 4648). Written here, since a page needs bytes, not a file, and neither
 * libpng nor zlib may be there. */
#include "png_uri.h"

#include <string.h>

enum {
  MOST_DATA = LENET_MAX_SIDE * (LENET_MAX_SIDE + 1), /* each row has a byte for its filter */
  MOST_BYTES = MOST_DATA + 128
};

typedef struct bytes {
  size_t count;
  uint8_t byte[MOST_BYTES];
} bytes;

static void put(bytes *b, const void *data, size_t count)
{
  memcpy(b->byte + b->count, data, count);
  b->count += count;
}

static void put_word(bytes *b, uint32_t value) /* most significant byte first */
{
  const uint8_t word[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                          (uint8_t)value};
  put(b, word, sizeof word);
}

static uint32_t crc32_of(const uint8_t *data, size_t count)
{
  uint32_t crc = 0xffffffffu;
  for (size_t i = 0; i < count; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
  }
  return ~crc;
}

static uint32_t adler32_of(const uint8_t *data, size_t count)
{
  uint32_t a = 1, b = 0;
  for (size_t i = 0; i < count; i++) {
    a = (a + data[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

/* A chunk is length, type, data and the CRC of the last two. Returns where the type is. */
static size_t begin_chunk(bytes *b, const char *type, size_t length)
{
  put_word(b, (uint32_t)length);
  put(b, type, 4);
  return b->count - 4;
}

static void end_chunk(bytes *b, size_t type)
{
  put_word(b, crc32_of(b->byte + type, b->count - type));
}

static void put_header(bytes *b, int rows, int columns)
{
  static const uint8_t grey[] = {8, 0, 0, 0, 0}; /* bits, grey, deflate, filters, no interlacing */
  const size_t chunk = begin_chunk(b, "IHDR", 13);
  put_word(b, (uint32_t)columns);
  put_word(b, (uint32_t)rows);
  put(b, grey, sizeof grey);
  end_chunk(b, chunk);
}

static void put_pixels(bytes *b, const uint8_t *pixels, int rows, int columns)
{
  const size_t size = (size_t)rows * (size_t)(columns + 1);
  const uint8_t low = (uint8_t)size, high = (uint8_t)(size >> 8);
  /* zlib's two bytes, then a last block that is stored: its length and the complement of that. */
  const uint8_t head[] = {0x78, 0x01, 0x01, low, high, (uint8_t)~low, (uint8_t)~high};
  const size_t chunk = begin_chunk(b, "IDAT", size + sizeof head + 4);
  put(b, head, sizeof head);
  const size_t data = b->count;
  for (int y = 0; y < rows; y++) {
    b->byte[b->count++] = 0; /* no filter */
    for (int x = 0; x < columns; x++)
      b->byte[b->count++] = (uint8_t)(255 - pixels[y * columns + x]);
  }
  put_word(b, adler32_of(b->byte + data, size));
  end_chunk(b, chunk);
}

static void print_base64(FILE *stream, const bytes *b)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < b->count; i += 3) {
    const size_t left = b->count - i;
    const uint32_t bits = (uint32_t)b->byte[i] << 16 |
                          (left > 1 ? (uint32_t)b->byte[i + 1] << 8 : 0) |
                          (left > 2 ? b->byte[i + 2] : 0);
    putc(digits[bits >> 18], stream);
    putc(digits[bits >> 12 & 63], stream);
    putc(left > 1 ? digits[bits >> 6 & 63] : '=', stream);
    putc(left > 2 ? digits[bits & 63] : '=', stream);
  }
}

void cli_print_png_uri(FILE *stream, const uint8_t *pixels, int rows, int columns)
{
  static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  bytes b = {.count = 0};
  put(&b, signature, sizeof signature);
  put_header(&b, rows, columns);
  put_pixels(&b, pixels, rows, columns);
  end_chunk(&b, begin_chunk(&b, "IEND", 0));
  fputs("data:image/png;base64,", stream);
  print_base64(stream, &b);
}
