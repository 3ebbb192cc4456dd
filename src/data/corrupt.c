/* corrupt.c - pictures made worse in one way each, to measure what a network stands.
 *
 * The ways are those in which pictures of digits are worse than MNIST's, most of them as in MNIST-C
 * (Mu and Gilmer 2019), with amounts of our own. Directions, places and noise are drawn for each
 * picture from the seed and its place. */
#include "base/error.h"
#include "data/distort.h"
#include "data/spoil.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A picture at work: its numbers, and how far to go. */
typedef struct canvas {
  const lenet_normals *normals;
  lenet_rng rng;
  double amount;
  int rows, columns;
  uint8_t *pixels;
} canvas;

static double sign(canvas *c) { return lenet_rng_u32(&c->rng) >> 31 ? 1 : -1; }

static double angle(canvas *c) { return lenet_rng_range(&c->rng, 0, 6.283185307179586); }

static size_t area(const canvas *c) { return (size_t)c->rows * (size_t)c->columns; }

/* ---- the plane ---- */

static void move(canvas *c, lenet_plane plane)
{
  const lenet_mapping mapping = lenet_plane_invert(&plane, c->rows, c->columns);
  lenet_distort(&mapping, NULL, NULL, c->rows, c->columns, c->pixels);
}

static void shift(canvas *c)
{
  const double to = angle(c);
  move(c, (lenet_plane){
              .wide = 1, .high = 1, .right = c->amount * cos(to), .down = c->amount * sin(to)});
}

static void turn(canvas *c)
{
  const double degree = 0.017453292519943295;
  move(c, (lenet_plane){.wide = 1, .high = 1, .turn = sign(c) * c->amount * degree});
}

static void scale(canvas *c)
{
  const double factor = sign(c) > 0 ? c->amount : 1 / c->amount;
  move(c, (lenet_plane){.wide = factor, .high = factor});
}

static void shear(canvas *c)
{
  move(c, (lenet_plane){.wide = 1, .high = 1, .shear = sign(c) * c->amount});
}

/* ---- tones ---- */

static uint8_t clip(double value)
{
  return value <= 0 ? 0 : value >= 255 ? 255 : (uint8_t)(value + 0.5);
}

static void brighten(canvas *c)
{
  for (size_t i = 0; i < area(c); i++)
    c->pixels[i] = clip(c->pixels[i] + 255 * c->amount);
}

static void flatten(canvas *c)
{
  lenet_tone(127.5 * (1 - c->amount), 127.5 * (1 + c->amount), area(c), c->pixels);
}

/* Noise of one fineness: a number of -1 .. 1 at each corner of a grid of `step` pixels. */
typedef struct octave {
  int step, pitch; /* pixels; corners in a row */
  double weight;
  double *corner;
} octave;

/* Between four corners there is a smooth passage. */
static double octave_at(const octave *o, int x, int y)
{
  const double *above = o->corner + y / o->step * o->pitch + x / o->step;
  const double *below = above + o->pitch;
  double v = (double)(y % o->step) / o->step, u = (double)(x % o->step) / o->step;
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  const double top = above[0] + u * (above[1] - above[0]);
  const double bottom = below[0] + u * (below[1] - below[0]);
  return o->weight * (top + v * (bottom - top));
}

enum {
  OCTAVES = 4,
  COARSEST = 16, /* step; each is half of the one before */
  CORNERS = (LENET_MAX_SIDE / 16 + 2) * (LENET_MAX_SIDE / 16 + 2) +
            (LENET_MAX_SIDE / 8 + 2) * (LENET_MAX_SIDE / 8 + 2) +
            (LENET_MAX_SIDE / 4 + 2) * (LENET_MAX_SIDE / 4 + 2) +
            (LENET_MAX_SIDE / 2 + 2) * (LENET_MAX_SIDE / 2 + 2)
};

static void draw_octaves(canvas *c, octave octaves[OCTAVES], double corners[CORNERS])
{
  double weight = 1;
  for (int n = 0; n < OCTAVES; n++, weight /= 2) {
    const int step = COARSEST >> n, across = c->columns / step + 2, down = c->rows / step + 2;
    octaves[n] = (octave){step, across, weight, corners};
    for (int i = 0; i < across * down; i++)
      *corners++ = lenet_rng_range(&c->rng, -1, 1);
  }
}

static double clouds_at(const octave octaves[OCTAVES], int x, int y)
{
  double sum = 0;
  for (int n = 0; n < OCTAVES; n++)
    sum += octave_at(&octaves[n], x, y);
  return sum;
}

/* As in MNIST-C: clouds of 0 .. amount are added to the picture, and all is brought back to 0 .. 1.
 * They are computed twice, for what is least and most of them, since a thread's stack has no room
 * for a field of the largest pictures. */
static void fog(canvas *c)
{
  octave octaves[OCTAVES];
  double corners[CORNERS], least = INFINITY, most = -INFINITY;
  draw_octaves(c, octaves, corners);
  for (int y = 0; y < c->rows; y++)
    for (int x = 0; x < c->columns; x++) {
      const double cloud = clouds_at(octaves, x, y);
      least = fmin(least, cloud);
      most = fmax(most, cloud);
    }
  for (int y = 0; y < c->rows; y++)
    for (int x = 0; x < c->columns; x++) {
      uint8_t *pixel = &c->pixels[y * c->columns + x];
      const double cloud = most > least ? (clouds_at(octaves, x, y) - least) / (most - least) : 0;
      *pixel = clip((*pixel + 255 * c->amount * cloud) / (1 + c->amount));
    }
}

/* ---- blurs and noise ---- */

static void blur(canvas *c) { lenet_blur(c->amount, c->rows, c->columns, c->pixels); }

static void blur_along(canvas *c)
{
  lenet_blur_along(c->amount, angle(c), c->rows, c->columns, c->pixels);
}

static void noise(canvas *c)
{
  lenet_add_noise(c->normals, 255 * c->amount, &c->rng, area(c), c->pixels);
}

static void impulses(canvas *c)
{
  for (size_t i = 0; i < area(c); i++) {
    const double drawn = lenet_rng_uniform(&c->rng);
    if (drawn < c->amount)
      c->pixels[i] = drawn < c->amount / 2 ? 0 : 255;
  }
}

/* ---- strokes ---- */

static void dot(canvas *c, double x, double y)
{
  lenet_paint((int)floor(x), (int)floor(y), 2, 2, 255, c->rows, c->columns, c->pixels);
}

/* From border to border through the middle third, a dot of 2x2 pixels every 4. */
static void dot_lines(canvas *c)
{
  for (int line = 0; line < (int)c->amount; line++) {
    const double to = angle(c), reach = hypot(c->rows, c->columns) / 2;
    const double x = c->columns * lenet_rng_range(&c->rng, 1 / 3.0, 2 / 3.0);
    const double y = c->rows * lenet_rng_range(&c->rng, 1 / 3.0, 2 / 3.0);
    for (double at = -reach; at <= reach; at += 4)
      dot(c, x + at * cos(to), y + at * sin(to));
  }
}

/* A line from left to right that turns every 4 columns, one pixel wide. */
static void zigzag(canvas *c)
{
  const double height = c->amount, middle = c->rows * lenet_rng_range(&c->rng, 0.25, 0.75);
  double from = middle - height, to = middle + height;
  for (int x = 0; x < c->columns; x += 4) {
    for (double at = 0; at < 1; at += 1 / (4 + 2 * height))
      lenet_paint(x + (int)(4 * at), (int)floor(from + at * (to - from)), 1, 1, 255, c->rows,
                  c->columns, c->pixels);
    const double kept = from;
    from = to;
    to = kept;
  }
}

static void occlude(canvas *c)
{
  const int side = (int)c->amount;
  lenet_occlude(side, side, &c->rng, c->rows, c->columns, c->pixels);
}

static void widen(canvas *c) { lenet_widen(c->amount, c->rows, c->columns, c->pixels); }

static void thin(canvas *c) { lenet_widen(-c->amount, c->rows, c->columns, c->pixels); }

/* ---- the list ---- */

enum { COUNT = 16 };
static const lenet_corruption list[COUNT] = {
    {"shift", "moved in some direction, pixels", {2, 3, 4, 5, 6}},
    {"rotate", "turned either way, degrees", {8, 16, 24, 32, 40}},
    {"scale", "so many times as large, or as small", {1.1, 1.2, 1.3, 1.45, 1.6}},
    {"shear", "slanted either way, pixels across per pixel of height", {0.1, 0.2, 0.3, 0.45, 0.6}},
    {"thick", "strokes wider, pixels", {0.5, 1, 1.5, 2, 3}},
    {"thin", "strokes narrower, pixels", {0.25, 0.5, 0.75, 1, 1.5}},
    {"brightness", "paper and ink brighter by a part of full ink", {0.15, 0.3, 0.45, 0.6, 0.75}},
    {"contrast", "only this part of the contrast is left", {0.6, 0.45, 0.3, 0.2, 0.1}},
    {"fog", "clouds of so many times full ink, over a fainter digit", {0.5, 1, 1.5, 2, 3}},
    {"blur", "Gaussian of this standard deviation, pixels", {0.5, 0.75, 1, 1.5, 2}},
    {"motion-blur", "moved along a line of so many pixels", {4, 6, 8, 10, 12}},
    {"noise", "Gaussian, standard deviation in parts of full ink", {0.1, 0.2, 0.3, 0.4, 0.5}},
    {"impulse", "this part of the pixels black or white", {0.03, 0.06, 0.1, 0.15, 0.2}},
    {"dotted-line", "so many lines of dots across", {1, 1, 1, 2, 3}},
    {"zigzag", "a zigzag line across, so many pixels up and down", {1, 2, 3, 4, 6}},
    {"occlusion", "a square of so many pixels covered", {4, 6, 8, 10, 12}},
};
static void (*const apply[COUNT])(canvas *c) = {
    shift, turn, scale,      shear, widen,    thin,      brighten, flatten,
    fog,   blur, blur_along, noise, impulses, dot_lines, zigzag,   occlude};

const lenet_corruption *lenet_corruptions(size_t *count)
{
  *count = COUNT;
  return list;
}

const lenet_corruption *lenet_corruption_find(const char *name)
{
  for (int i = 0; i < COUNT; i++)
    if (strcmp(list[i].name, name) == 0)
      return &list[i];
  return NULL;
}

/* ---- samples ---- */

struct lenet_corrupter {
  lenet_samples samples;
  size_t kind;
  double amount;
  uint64_t seed;
  lenet_normals normals;
};

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *pixels, uint8_t *labels)
{
  const lenet_corrupter *corrupter = context;
  const lenet_samples *samples = &corrupter->samples;
  samples->fetch(samples->context, epoch, first, index, count, pixels, labels);
  for (size_t i = 0; i < count; i++) {
    const uint64_t place = (uint64_t)corrupter->kind << 32 | (uint32_t)(first + index[i]);
    canvas c = {.normals = &corrupter->normals,
                .rng = lenet_rng_at(corrupter->seed, LENET_STREAM_CORRUPT, place),
                .amount = corrupter->amount,
                .rows = samples->rows,
                .columns = samples->columns};
    c.pixels = pixels + i * area(&c);
    apply[corrupter->kind](&c);
  }
}

lenet_status lenet_corrupter_create(const lenet_samples *samples,
                                    const lenet_corruption *corruption, int level, uint64_t seed,
                                    lenet_corrupter **corrupter, lenet_error *error)
{
  if (corruption < list || corruption >= list + COUNT)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "a corruption outside the list");
  if (level < 1 || level > LENET_CORRUPTION_LEVELS)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: level %d: 1 to %d are possible",
                      corruption->name, level, LENET_CORRUPTION_LEVELS);
  lenet_status status = lenet_sides_check(samples, "corrupted", error);
  if (status != LENET_OK)
    return status;
  lenet_corrupter *made = malloc(sizeof *made);
  if (!made)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory to corrupt samples");
  made->samples = *samples;
  made->kind = (size_t)(corruption - list);
  made->amount = corruption->amount[level - 1];
  made->seed = seed;
  lenet_normals_prepare(&made->normals);
  *corrupter = made;
  return LENET_OK;
}

void lenet_corrupter_free(lenet_corrupter *corrupter) { free(corrupter); }

lenet_samples lenet_corrupter_samples(const lenet_corrupter *corrupter)
{
  lenet_samples samples = corrupter->samples;
  samples.fetch = fetch;
  samples.context = (void *)(uintptr_t)corrupter; /* only ever read */
  return samples;
}
