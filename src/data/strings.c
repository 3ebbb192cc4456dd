/* strings.c - lines of digits that stand close, as cheques and forms have them: digits are cut to
 * the columns of their ink and put side by side, in each column the darker ink counting. */
#include "data/strings.h"

#include "base/error.h"
#include "base/rng.h"

#include <stdlib.h>
#include <string.h>

enum { MARGIN = 6 /* pixels of paper around */ };

/* The columns and rows of a picture that hold ink. */
typedef struct bounds {
  int left, top, right, bottom;
} bounds;

static bounds ink_of(const uint8_t *pixels, int rows, int columns)
{
  bounds b = {columns, rows, 0, 0};
  for (int y = 0; y < rows; y++)
    for (int x = 0; x < columns; x++)
      if (pixels[y * columns + x]) {
        b.left = x < b.left ? x : b.left;
        b.right = x >= b.right ? x + 1 : b.right;
        b.top = y < b.top ? y : b.top;
        b.bottom = y + 1;
      }
  if (b.right == 0) /* a blank picture is a blank */
    b = (bounds){0, 0, columns > 1 ? columns / 2 : 1, rows};
  return b;
}

/* Chooses the digits, and where they stand. Their pictures go to pixels [count][rows][columns]. */
static void place_digits(const lenet_samples *digits, const lenet_string_options *o, lenet_rng *rng,
                         uint8_t *pixels, lenet_inked_string *d)
{
  size_t picture = (size_t)digits->rows * (size_t)digits->columns;
  int x = MARGIN, right = 0;
  d->count = o->shortest + (int)lenet_rng_below(rng, (uint32_t)(o->longest - o->shortest + 1));
  for (int i = 0; i < d->count; i++) {
    uint32_t sample = lenet_rng_below(rng, (uint32_t)digits->count);
    digits->fetch(digits->context, 0, digits->first, &sample, 1, pixels + (size_t)i * picture,
                  &d->label[i]);
    d->sample[i] = digits->first + sample;
    bounds b = ink_of(pixels + (size_t)i * picture, digits->rows, digits->columns);
    d->box[i].x = x;
    d->box[i].y = MARGIN + b.top;
    d->box[i].width = b.right - b.left;
    d->box[i].height = b.bottom - b.top;
    int gap = o->least_gap + (int)lenet_rng_below(rng, (uint32_t)(o->most_gap - o->least_gap + 1));
    right = x + d->box[i].width > right ? x + d->box[i].width : right;
    /* Never left of this one, however far they overlap: the text is read from left to right. */
    x += d->box[i].width + gap > 0 ? d->box[i].width + gap : 0;
  }
  d->width = right + MARGIN;
  d->height = digits->rows + 2 * MARGIN;
}

static void draw_digit(const uint8_t *picture, int rows, int columns, int i, lenet_inked_string *d)
{
  size_t wide = (size_t)d->width;
  bounds b = ink_of(picture, rows, columns);
  for (int y = b.top; y < b.bottom; y++)
    for (int x = b.left; x < b.right; x++) {
      uint8_t ink = picture[y * columns + x];
      size_t to = (size_t)(MARGIN + y) * wide + (size_t)(d->box[i].x + x - b.left);
      if (ink <= d->pixels[to])
        continue;
      d->pixels[to] = ink;
      d->owner[to] = (uint8_t)i;
    }
}

lenet_status lenet_inked_string_make(const lenet_samples *digits,
                                     const lenet_string_options *options, uint64_t seed,
                                     uint64_t index, lenet_inked_string *drawn, lenet_error *error)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_STRING, index);
  lenet_inked_string d = {0};
  size_t picture = (size_t)digits->rows * (size_t)digits->columns, count = 0;
  uint8_t *pixels = malloc(LENET_PAGE_DIGITS * picture);
  if (pixels) {
    place_digits(digits, options, &rng, pixels, &d);
    count = (size_t)d.width * (size_t)d.height;
    d.pixels = calloc(count, 1);
    d.owner = malloc(count);
  }
  if (!d.pixels || !d.owner) {
    free(pixels);
    lenet_inked_string_free(&d);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a string of digits");
  }
  memset(d.owner, LENET_NO_OWNER, count);
  for (int i = 0; i < d.count; i++)
    draw_digit(pixels + (size_t)i * picture, digits->rows, digits->columns, i, &d);
  free(pixels);
  for (size_t i = 0; options->invert > 0 && i < count; i++)
    if (lenet_rng_uniform(&rng) < options->invert)
      d.pixels[i] = (uint8_t)(255 - d.pixels[i]);
  *drawn = d;
  return LENET_OK;
}

/* The string's numbers as a page of one line. */
static void to_page(const lenet_inked_string *d, lenet_page *page)
{
  *page =
      (lenet_page){.width = d->width, .height = d->height, .pixels = page->pixels, .line_count = 1};
  page->line[0].count = d->count;
  for (int i = 0; i < d->count; i++)
    page->line[0].digit[i] = (lenet_page_digit){.digit = d->label[i],
                                                .sample = d->sample[i],
                                                .x = d->box[i].x,
                                                .y = d->box[i].y,
                                                .width = d->box[i].width,
                                                .height = d->box[i].height};
  size_t count = (size_t)d->width * (size_t)d->height;
  for (size_t i = 0; i < count; i++)
    memset(page->pixels + 3 * i, d->pixels[i], 3);
}

static bool in_range(const lenet_samples *digits, const lenet_string_options *o)
{
  return digits->count > 0 && digits->count <= UINT32_MAX && digits->rows <= LENET_MAX_SIDE &&
         digits->columns <= LENET_MAX_SIDE && digits->classes <= 10 && o->shortest >= 1 &&
         o->longest >= o->shortest && o->longest <= LENET_PAGE_DIGITS && o->least_gap >= -8 &&
         o->most_gap >= o->least_gap && o->most_gap <= 28 && o->invert >= 0 && o->invert <= 0.5;
}

lenet_status lenet_string_make(const lenet_samples *digits, const lenet_string_options *options,
                               uint64_t seed, uint64_t index, lenet_page *page, lenet_error *error)
{
  lenet_inked_string drawn;
  if (!in_range(digits, options))
    return lenet_fail(
        error, LENET_BAD_ARGUMENT, -1,
        "strings have 1 to %d digits of a data set of ten classes, gaps of -8 to 28 pixels, and "
        "up to half of their pixels inverted",
        (int)LENET_PAGE_DIGITS);
  lenet_status status = lenet_inked_string_make(digits, options, seed, index, &drawn, error);
  if (status != LENET_OK)
    return status;
  lenet_page made = {.pixels = malloc(3 * (size_t)drawn.width * (size_t)drawn.height)};
  if (made.pixels) {
    to_page(&drawn, &made);
    *page = made;
  } else {
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a string of digits");
  }
  lenet_inked_string_free(&drawn);
  return status;
}

void lenet_inked_string_free(lenet_inked_string *drawn)
{
  free(drawn->pixels);
  free(drawn->owner);
  *drawn = (lenet_inked_string){0};
}
