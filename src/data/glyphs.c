/* glyphs.c - one printed character: set in a face, pressed onto paper, scanned, cut out of its
 * line.
 *
 * Lengths are heights of the letter x, unless they are pixels of the scan. */
#include "data/glyphs.h"

#include "image/encode.h"
#include "image/frame.h"

#include <math.h>
#include <string.h>

enum {
  CHARACTERS = 95,
  DIGITS = 10,
  SIDE = LENET_MAX_SIDE,
  MARGIN = 6 /* pixels of paper around */
};

static const double SMALLEST = 5, LARGEST = 30; /* pixels of x: 8 points at 100 dpi have 5.5 */
static const double SPREAD = 0.025;             /* of ink beyond its outline, its deviation */
static const double LEAST_SPREAD = -0.02;       /* more would leave light faces without strokes */
static const double MOST_SPREAD = 0.06;
static const double LEAN = 0.02, TURN = 0.012; /* tangents, deviations: paper that lies askew */
static const double OBLIQUE_SHARE = 0.1, OBLIQUE = 0.25; /* slanted by machine, up to this */
static const double SOFTEST = 0.06; /* blur at most, and as many pixels besides: */
static const double SOFTEST_PIXELS = 0.35;
static const double NOISIEST = 0.08; /* of full ink, its deviation at most */
static const double BILEVEL_LEAST =
    8; /* pixels of x: nobody scans smaller ones to black and white */
static const double BILEVEL_SHARE = 0.2; /* scanned to black and white */
static const double JPEG_SHARE = 0.3;
static const double WRONG_SCALE = 0.05; /* of the guessed x-height, relative deviation */
static const double WRONG_BASELINE = 0.05;
static const double CAPITALS_SHARE = 0.15; /* lines without small letters: x is guessed from H */
static const double USUAL_CAPITAL = 1.43;

typedef struct scan {
  int width, height;
  double baseline, x_height; /* pixels */
  uint8_t pixels[SIDE * SIDE];
} scan;

static double within(double x, double low, double high) { return fmin(fmax(x, low), high); }

static lenet_type choose_type(lenet_rng *rng, double x_height, double size)
{
  lenet_type type = {.size = size, .slant = LEAN * lenet_rng_normal(rng)};
  type.spread = x_height * within(SPREAD * lenet_rng_normal(rng) + 0.01, LEAST_SPREAD, MOST_SPREAD);
  type.turn = TURN * lenet_rng_normal(rng);
  if (lenet_rng_uniform(rng) < OBLIQUE_SHARE)
    type.slant = OBLIQUE * lenet_rng_uniform(rng);
  return type;
}

/* The character alone, at any place between pixels; what is larger than SIDE is cut off. */
static lenet_status press(const lenet_fonts *fonts, const lenet_face *face, const lenet_type *type,
                          const char *text, lenet_rng *rng, scan *s, lenet_error *error)
{
  lenet_glyph_box box;
  const double x = lenet_rng_uniform(rng), y = lenet_rng_uniform(rng);
  lenet_status status =
      lenet_fonts_draw(fonts, face, type, text, x, y, NULL, SIDE, SIDE, &box, NULL, error);
  if (status != LENET_OK)
    return status;
  s->width = box.width + 2 * MARGIN < SIDE ? box.width + 2 * MARGIN : SIDE;
  s->height = box.height + 2 * MARGIN < SIDE ? box.height + 2 * MARGIN : SIDE;
  s->baseline = y - box.y + MARGIN;
  memset(s->pixels, 0, (size_t)s->width * (size_t)s->height);
  return lenet_fonts_draw(fonts, face, type, text, x - box.x + MARGIN, s->baseline, s->pixels,
                          s->width, s->height, NULL, NULL, error);
}

/* What is fainter than the cut is paper, as for a reader that looks for ink. */
static void take_ink(double cut, double full, size_t count, uint8_t *pixels)
{
  for (size_t i = 0; i < count; i++)
    pixels[i] = pixels[i] < cut ? 0 : (uint8_t)within(255.0 * pixels[i] / full, 0, 255);
}

static lenet_status look_at(const lenet_normals *normals, lenet_rng *rng, scan *s,
                            lenet_error *error)
{
  const size_t count = (size_t)s->width * (size_t)s->height;
  const double soft = lenet_rng_uniform(rng);
  lenet_blur(soft * (SOFTEST * s->x_height + SOFTEST_PIXELS), s->height, s->width, s->pixels);
  uint8_t most = 1;
  for (size_t i = 0; i < count; i++)
    most = s->pixels[i] > most ? s->pixels[i] : most;
  const double noise = NOISIEST * lenet_rng_uniform(rng) * lenet_rng_uniform(rng);
  lenet_add_noise(normals, noise * most, rng, count, s->pixels);
  if (lenet_rng_uniform(rng) < JPEG_SHARE) {
    const int quality = 30 + (int)lenet_rng_below(rng, 66);
    const lenet_status status = lenet_through_jpeg(quality, s->width, s->height, s->pixels, error);
    if (status != LENET_OK)
      return status;
  }
  const bool bilevel = lenet_rng_uniform(rng) < BILEVEL_SHARE && s->x_height >= BILEVEL_LEAST;
  const double cut =
      most * (bilevel ? lenet_rng_range(rng, 0.3, 0.6) : lenet_rng_range(rng, 0.15, 0.4));
  take_ink(cut, bilevel ? cut : most, count, s->pixels);
  return LENET_OK;
}

/* Where a reader takes the line to lie. */
static lenet_height guess(lenet_rng *rng, const lenet_face *face, const scan *s)
{
  double x_height = s->x_height;
  if (lenet_rng_uniform(rng) < CAPITALS_SHARE)
    x_height *= face->capital / face->x_height / USUAL_CAPITAL;
  const double scale = WRONG_SCALE * within(lenet_rng_normal(rng), -3, 3);
  const double place = WRONG_BASELINE * within(lenet_rng_normal(rng), -3, 3);
  return (lenet_height){.baseline = s->baseline + place * s->x_height,
                        .x_height = x_height * (1 + scale)};
}

/* What is learned from has each digit three times: a figure read wrongly says so least.
 * What is chosen on and measured with has all characters alike. */
static int character_at(lenet_font_part part, uint64_t index)
{
  const int round = part == LENET_FONTS_TRAIN ? CHARACTERS + 2 * DIGITS : CHARACTERS;
  const int place = (int)(index % (uint64_t)round);
  return place < CHARACTERS ? place : '0' - ' ' + (place - CHARACTERS) % DIGITS;
}

static lenet_status draw(const lenet_fonts *fonts, lenet_font_part part,
                         const lenet_normals *normals, uint64_t seed, uint64_t index,
                         uint8_t pixels[28 * 28], uint8_t *label, lenet_error *error)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_GLYPHS, index);
  const lenet_face *face = lenet_fonts_choose(fonts, &rng);
  const int character = character_at(part, index);
  const char text[] = {(char)(' ' + character), '\0'};
  scan s = {.x_height = SMALLEST * pow(LARGEST / SMALLEST, lenet_rng_uniform(&rng))};
  *label = (uint8_t)character;
  memset(pixels, 0, 28 * 28);
  if (character == 0)
    return LENET_OK;
  const lenet_type type = choose_type(&rng, s.x_height, s.x_height / face->x_height);
  lenet_status status = press(fonts, face, &type, text, &rng, &s, error);
  if (status == LENET_OK)
    status = look_at(normals, &rng, &s, error);
  if (status == LENET_OK)
    lenet_frame_character(s.pixels, s.width, s.height, guess(&rng, face, &s), pixels);
  return status;
}

lenet_status lenet_glyphs_fill(const char *const *folders, lenet_font_part part, uint64_t seed,
                               uint64_t first, size_t count, uint8_t *pictures, uint8_t *labels,
                               lenet_error *error)
{
  lenet_normals normals;
  lenet_fonts *fonts;
  lenet_status status = lenet_fonts_open(folders, part, &fonts, error);
  if (status != LENET_OK)
    return status;
  lenet_normals_prepare(&normals);
  for (size_t i = 0; i < count && status == LENET_OK; i++)
    status =
        draw(fonts, part, &normals, seed, first + i, pictures + i * 28 * 28, labels + i, error);
  lenet_fonts_free(fonts);
  return status;
}
