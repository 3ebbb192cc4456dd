/* spoil.c - the numbers of a picture's strokes, patches, blurs, tones and noise. */
#include "data/spoil.h"

#include <math.h>

/* A picture, and where its numbers come from. */
typedef struct spoiled {
  uint64_t seed, place;
  int rows, columns;
  uint8_t *pixels;
} spoiled;

/* True for half of the pictures that are spoilt at all, those that an effect with this range
 * applies to; `rng` is then at the start of its numbers. */
static bool applies(const spoiled *s, float range, uint32_t stream, lenet_rng *rng)
{
  if (!(range > 0))
    return false;
  *rng = lenet_rng_at(s->seed, stream, s->place);
  return lenet_rng_u32(rng) >> 31 != 0;
}

void lenet_flip(double probability, uint64_t seed, uint64_t place, int rows, int columns,
                uint8_t *pixels)
{
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_FLIP, place);
  if (!(probability > 0) || lenet_rng_uniform(&rng) >= probability)
    return;
  for (int y = 0; y < rows; y++, pixels += columns)
    for (int left = 0, right = columns - 1; left < right; left++, right--) {
      const uint8_t kept = pixels[left];
      pixels[left] = pixels[right];
      pixels[right] = kept;
    }
}

static void stroke(const spoiled *s, float range)
{
  lenet_rng rng;
  if (applies(s, range, LENET_STREAM_STROKE, &rng))
    lenet_widen((double)range * lenet_rng_range(&rng, -1, 1), s->rows, s->columns, s->pixels);
}

void lenet_occlude(int width, int height, lenet_rng *rng, int rows, int columns, uint8_t *pixels)
{
  width = width < columns ? width : columns;
  height = height < rows ? height : rows;
  const int left = (int)lenet_rng_below(rng, (uint32_t)(columns - width + 1));
  const int top = (int)lenet_rng_below(rng, (uint32_t)(rows - height + 1));
  const uint32_t kind = lenet_rng_below(rng, 3), grey = 1 + lenet_rng_below(rng, 254);
  const uint8_t tone = (uint8_t)(kind == 0 ? 0 : kind == 1 ? 255 : grey);
  lenet_paint(left, top, width, height, tone, rows, columns, pixels);
}

static void occlude(const spoiled *s, float range)
{
  lenet_rng rng;
  if (!applies(s, range, LENET_STREAM_OCCLUDE, &rng))
    return;
  /* Above 0 and up to the range, rounded up to whole pixels. */
  const int width = (int)ceil((double)range * (1 - lenet_rng_uniform(&rng)));
  const int height = (int)ceil((double)range * (1 - lenet_rng_uniform(&rng)));
  lenet_occlude(width, height, &rng, s->rows, s->columns, s->pixels);
}

/* A line of the length sqrt(12) sigma has the standard deviation sigma, as the Gaussian has. */
static void blur(const spoiled *s, float range)
{
  lenet_rng rng;
  if (!applies(s, range, LENET_STREAM_BLUR, &rng))
    return;
  const bool moves = lenet_rng_u32(&rng) >> 31 != 0;
  const double sigma = (double)range * lenet_rng_uniform(&rng);
  const double angle = lenet_rng_range(&rng, 0, 3.141592653589793);
  if (moves)
    lenet_blur_along(3.4641016151377544 * sigma, angle, s->rows, s->columns, s->pixels);
  else
    lenet_blur(sigma, s->rows, s->columns, s->pixels);
}

/* A tenth of the contrast is always left. */
static void contrast(const spoiled *s, float range)
{
  lenet_rng rng;
  if (!applies(s, range, LENET_STREAM_CONTRAST, &rng))
    return;
  const double low = (double)range * lenet_rng_uniform(&rng);
  const double least = fmin(1, fmax(1 - (double)range, low + 0.1));
  const double high = lenet_rng_range(&rng, least, 1);
  lenet_tone(255 * low, 255 * high, (size_t)s->rows * (size_t)s->columns, s->pixels);
}

static void noise(const spoiled *s, float range, const lenet_normals *normals)
{
  lenet_rng rng;
  if (!applies(s, range, LENET_STREAM_NOISE, &rng))
    return;
  const double deviation = 255 * (double)range * lenet_rng_uniform(&rng);
  lenet_add_noise(normals, deviation, &rng, (size_t)s->rows * (size_t)s->columns, s->pixels);
}

void lenet_spoil(const lenet_augmentation *a, const lenet_normals *normals, uint64_t seed,
                 uint64_t place, int rows, int columns, uint8_t *pixels)
{
  const spoiled s = {seed, place, rows, columns, pixels};
  lenet_rng rng = lenet_rng_at(seed, LENET_STREAM_SPOIL, place);
  if (lenet_rng_u32(&rng) >> 31 == 0)
    return;
  stroke(&s, a->stroke);
  occlude(&s, a->occlude);
  blur(&s, a->blur);
  contrast(&s, a->contrast);
  noise(&s, a->noise, normals);
}
