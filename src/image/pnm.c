/* PNM: "P1" to "P6", width, height and (not for bitmaps) the value of white as decimal text, then
 * the pixels as text (P1 to P3) or as bytes (P4 to P6). P1 and P4 are bitmaps where 1 is black,
 * P2 and P5 grey, P3 and P6 red, green, blue. See pbm(5), pgm(5), ppm(5). */
#include "image/codecs.h"

#include <string.h>

typedef struct pnm {
  const lenet_picture_file *file;
  size_t at; /* the next byte */
  unsigned long width, height, white;
  lenet_error *error;
} pnm;

static lenet_status bad(const pnm *p, size_t position, const char *reason)
{
  return lenet_picture_bad(p->file, position, reason, p->error);
}

static lenet_status cut(const pnm *p)
{
  return bad(p, p->file->size, "the file ends within its PNM");
}

/* Spaces, and comments from # to the end of the line. */
static void skip_space(pnm *p)
{
  const uint8_t *bytes = p->file->bytes;
  for (; p->at < p->file->size; p->at++) {
    if (bytes[p->at] == '#')
      while (p->at + 1 < p->file->size && bytes[p->at] != '\n')
        p->at++;
    else if (!memchr(" \t\n\v\f\r", bytes[p->at], 6))
      return;
  }
}

static lenet_status read_number(pnm *p, unsigned long most, unsigned long *number)
{
  skip_space(p);
  size_t start = p->at;
  unsigned long value = 0;
  for (; p->at < p->file->size; p->at++) {
    unsigned digit = p->file->bytes[p->at] - (unsigned)'0';
    if (digit > 9)
      break;
    value = value * 10 + digit;
    if (value > most)
      return bad(p, start, "a number is too large");
  }
  if (p->at == start)
    return p->at == p->file->size ? cut(p) : bad(p, start, "a decimal number expected");
  *number = value;
  return LENET_OK;
}

/* Text bitmaps need no space between their digits. */
static lenet_status read_bit(pnm *p, unsigned long *bit)
{
  skip_space(p);
  if (p->at == p->file->size)
    return cut(p);
  uint8_t c = p->file->bytes[p->at];
  if (c != '0' && c != '1')
    return bad(p, p->at, "0 or 1 expected");
  p->at++;
  *bit = c == '1';
  return LENET_OK;
}

static lenet_status read_header(pnm *p, int kind)
{
  lenet_status status = read_number(p, LENET_MAX_IMAGE_PIXELS, &p->width);
  if (status == LENET_OK)
    status = read_number(p, LENET_MAX_IMAGE_PIXELS, &p->height);
  p->white = 1;
  if (status == LENET_OK && kind != 1 && kind != 4)
    status = read_number(p, 65535, &p->white);
  if (status != LENET_OK)
    return status;
  if (p->white == 0)
    return bad(p, p->at - 1, "the value of white is 0");
  if (p->at == p->file->size)
    return cut(p);
  /* Exactly one byte: raw pixels may begin with one that looks like a space. */
  if (!memchr(" \t\n\v\f\r", p->file->bytes[p->at], 6))
    return bad(p, p->at, "a space expected after the header");
  if (kind >= 4)
    p->at++;
  return LENET_OK;
}

/* A value 0 .. white to 0 .. 255, rounded. */
static unsigned scale(const pnm *p, unsigned long value)
{
  return (unsigned)((value * 255 + p->white / 2) / p->white);
}

/* One value of a picture that is neither bitmap; `raw` takes 1 byte, or 2 where white needs it. */
static lenet_status read_value(pnm *p, bool raw, unsigned *value)
{
  unsigned long number = 0;
  size_t start = p->at;
  if (!raw) {
    lenet_status status = read_number(p, 65535, &number);
    if (status != LENET_OK)
      return status;
    start = p->at - 1;
  } else {
    number = p->file->bytes[p->at++];
    if (p->white > 255)
      number = number << 8 | p->file->bytes[p->at++];
  }
  if (number > p->white)
    return bad(p, start, "a value above that of white");
  *value = scale(p, number);
  return LENET_OK;
}

static lenet_status read_colours(pnm *p, int colours, bool raw, lenet_image *image)
{
  size_t count = (size_t)image->width * (size_t)image->height;
  for (size_t i = 0; i < count; i++) {
    unsigned value[3];
    for (int c = 0; c < colours; c++) {
      lenet_status status = read_value(p, raw, &value[c]);
      if (status != LENET_OK)
        return status;
    }
    image->pixels[i] =
        colours == 3 ? lenet_picture_grey(value[0], value[1], value[2]) : (uint8_t)value[0];
  }
  return LENET_OK;
}

static lenet_status read_bitmap(pnm *p, bool raw, lenet_image *image)
{
  uint8_t *to = image->pixels;
  for (int y = 0; y < image->height; y++) {
    for (int x = 0; x < image->width; x++) {
      unsigned long bit = 0;
      lenet_status status = LENET_OK;
      if (raw)
        bit = p->file->bytes[p->at + (size_t)x / 8] >> (7 - x % 8) & 1;
      else
        status = read_bit(p, &bit);
      if (status != LENET_OK)
        return status;
      *to++ = bit ? 0 : 255;
    }
    if (raw)
      p->at += ((size_t)image->width + 7) / 8;
  }
  return LENET_OK;
}

/* The fewest bytes that the pixels can take; raw ones take exactly these. */
static uint64_t least_bytes(const pnm *p, int kind)
{
  uint64_t pixels = (uint64_t)p->width * p->height;
  switch (kind) {
  case 1: return pixels;
  case 2: return 2 * pixels - 1;
  case 3: return 6 * pixels - 1;
  case 4: return (uint64_t)(p->width + 7) / 8 * p->height;
  case 5: return p->white > 255 ? 2 * pixels : pixels;
  default: return p->white > 255 ? 6 * pixels : 3 * pixels;
  }
}

lenet_status lenet_decode_pnm(const lenet_picture_file *file, lenet_image *image,
                              lenet_error *error)
{
  pnm p = {.file = file, .at = 2, .error = error};
  int kind = file->bytes[1] - '0';
  lenet_status status = read_header(&p, kind);
  if (status != LENET_OK)
    return status;
  status = lenet_picture_allocate(file, p.width, p.height, 2, image, error);
  if (status != LENET_OK)
    return status;
  if (least_bytes(&p, kind) > file->size - p.at)
    return cut(&p);
  if (kind == 1 || kind == 4)
    return read_bitmap(&p, kind == 4, image);
  return read_colours(&p, kind == 3 || kind == 6 ? 3 : 1, kind >= 4, image);
}
