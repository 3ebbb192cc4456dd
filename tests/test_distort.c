/* Distorted pictures: what is moved arrives where it should, the random fields are those that are
 * promised, the same place gives the same picture, and the one-line form is read as it is written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "data/distort.h"
#include "lenet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, AREA = SIDE * SIDE };

static const lenet_plane still = {.wide = 1, .high = 1};

static void distort_plane(lenet_plane plane, int rows, int columns, uint8_t *pixels)
{
  const lenet_mapping mapping = lenet_plane_invert(&plane, rows, columns);
  lenet_distort(&mapping, NULL, NULL, rows, columns, pixels);
}

/* ------------------------------------------------------------------ the plane ------------- */

static void fill_randomly(uint64_t seed, size_t count, uint8_t *pixels)
{
  lenet_rng rng = lenet_rng_at(seed, 99, 0);
  for (size_t i = 0; i < count; i++)
    pixels[i] = (uint8_t)lenet_rng_below(&rng, 256);
}

static void test_whole_pixels(void **state)
{
  (void)state;
  static const struct {
    int rows, columns, right, down;
  } cases[] = {{SIDE, SIDE, 0, 0}, {SIDE, SIDE, 2, 0},  {SIDE, SIDE, -3, 5},
               {5, 9, 1, -2},      {6, 3, 0, 4},        {1, 1, 0, 0},
               {1, 1, 1, 0},       {SIDE, SIDE, 40, 0}, {LENET_MAX_SIDE, LENET_MAX_SIDE, 7, -9}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    static uint8_t before[LENET_MAX_SIDE * LENET_MAX_SIDE], after[sizeof before];
    const int rows = cases[i].rows, columns = cases[i].columns;
    fill_randomly(i, (size_t)(rows * columns), before);
    memcpy(after, before, sizeof before);
    lenet_plane plane = still;
    plane.right = cases[i].right;
    plane.down = cases[i].down;
    distort_plane(plane, rows, columns, after);
    for (int y = 0; y < rows; y++)
      for (int x = 0; x < columns; x++) {
        int from_x = x - cases[i].right, from_y = y - cases[i].down;
        bool paper = from_x < 0 || from_x >= columns || from_y < 0 || from_y >= rows;
        assert_int_equal(after[y * columns + x], paper ? 0 : before[from_y * columns + from_x]);
      }
  }
}

/* Between four pixels: shares of the areas. 0.25 to the right and 0.5 down. */
static void test_parts_of_pixels(void **state)
{
  (void)state;
  uint8_t pixels[3][4] = {{0, 0, 0, 0}, {0, 200, 40, 0}, {0, 0, 0, 0}};
  static const uint8_t expected[3][4] = {{0, 0, 0, 0}, {0, 75, 40, 5}, {0, 75, 40, 5}};
  lenet_plane plane = still;
  plane.right = 0.25;
  plane.down = 0.5;
  distort_plane(plane, 3, 4, &pixels[0][0]);
  assert_memory_equal(pixels, expected, sizeof expected);
}

/* Puts a soft dot at (x, y) and finds where it is afterwards; returns its mass. */
static double follow_dot(lenet_plane plane, double *x, double *y)
{
  uint8_t pixels[AREA];
  for (int r = 0; r < SIDE; r++)
    for (int c = 0; c < SIDE; c++)
      pixels[r * SIDE + c] =
          (uint8_t)lrint(250 * exp(-((c - *x) * (c - *x) + (r - *y) * (r - *y)) / 4));
  distort_plane(plane, SIDE, SIDE, pixels);
  double mass = 0, right = 0, down = 0;
  for (int i = 0; i < AREA; i++) {
    mass += pixels[i];
    right += pixels[i] * (double)(i % SIDE);
    down += pixels[i] * (double)(i / SIDE);
  }
  *x = right / mass;
  *y = down / mass;
  return mass;
}

static void test_points_arrive(void **state)
{
  (void)state;
  /* By hand, from the middle (13.5, 13.5), y downwards. The last line: (6, -4) becomes (4.8, -5)
   * by stretching, (7.3, -5) by shear 0.5, (5, 7.3) by a quarter turn, (4, 10.3) by moving. */
  const double quarter = 1.5707963267948966;
  const struct {
    lenet_plane plane;
    double from[2], to[2];
  } cases[] = {
      {{.wide = 1.2, .high = 1.2}, {20, 8}, {21.3, 6.9}},
      {{.wide = 0.7, .high = 0.7}, {4.5, 20.5}, {7.2, 18.4}},
      {{.wide = 0.8, .high = 1.25}, {19.5, 7.5}, {18.3, 6}},
      {{.wide = 1.25, .high = 0.8}, {19.5, 7.5}, {21, 8.7}},
      {{.wide = 1, .high = 1, .shear = 0.5}, {10, 5.5}, {14, 5.5}},
      {{.wide = 1, .high = 1, .shear = 0.5}, {16, 21.5}, {12, 21.5}},
      {{.wide = 1, .high = 1, .shear = -0.3}, {10, 5.5}, {7.6, 5.5}},
      {{.wide = 1, .high = 1, .turn = quarter}, {13.5, 5}, {22, 13.5}},
      {{.wide = 1, .high = 1, .turn = quarter / 3}, {13.5, 5.5}, {17.5, 6.572}},
      {{.wide = 1, .high = 1, .right = 2.25, .down = -1.5}, {10, 15}, {12.25, 13.5}},
      {{0.8, 1.25, 0.5, quarter, -1, 3}, {19.5, 9.5}, {17.5, 23.8}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    double x = cases[i].from[0], y = cases[i].from[1], same_x = x, same_y = y;
    double ink = follow_dot(still, &same_x, &same_y), mass = follow_dot(cases[i].plane, &x, &y);
    assert_true(fabs(x - cases[i].to[0]) < 0.1 && fabs(y - cases[i].to[1]) < 0.1);
    /* Ink grows with the area; shear, turn and moving keep it. */
    double area = cases[i].plane.wide * cases[i].plane.high;
    assert_true(fabs(mass / (ink * area) - 1) < 0.03);
  }
}

static void test_drawn_evenly(void **state)
{
  (void)state;
  enum { DRAWS = 40000, NUMBERS = 6 };
  const lenet_augmentation ranges = {
      .shift = 2, .scale = 0.2f, .squeeze = 0.1f, .shear = 0.3f, .rotate = 90};
  const double most[NUMBERS] = {2, 2, 0.2, 0.1, 0.3, 1.5707963267948966};
  double sum[NUMBERS] = {0}, squares[NUMBERS] = {0};
  lenet_rng rng = lenet_rng_at(3, 98, 0);
  for (int i = 0; i < DRAWS; i++) {
    lenet_plane p = lenet_plane_draw(&ranges, &rng);
    /* Back from width and height to size and squeeze. */
    const double drawn[NUMBERS] = {
        p.right, p.down, sqrt(p.wide * p.high) - 1, sqrt(p.high / p.wide) - 1, p.shear, p.turn};
    for (int k = 0; k < NUMBERS; k++) {
      assert_true(fabs(drawn[k]) <= most[k] + 1e-6);
      sum[k] += drawn[k] / most[k];
      squares[k] += drawn[k] * drawn[k] / (most[k] * most[k]);
    }
  }
  for (int k = 0; k < NUMBERS; k++) { /* an even distribution in +-1: mean 0, variance 1/3 */
    assert_true(fabs(sum[k] / DRAWS) < 0.015);
    assert_true(fabs(squares[k] / DRAWS - 1.0 / 3) < 0.01);
  }
}

/* ------------------------------------------------------------------ the displacements ----- */

/* The standard deviation by the definition: even noise of +-1 in every pixel, weighted by a
 * Gaussian that sums to 1. */
static double deviation_by_definition(double alpha, double sigma)
{
  double sum = 0, squares = 0;
  for (int i = -200; i <= 200; i++) {
    double weight = exp(-i * i / (2 * sigma * sigma));
    sum += weight;
    squares += weight * weight;
  }
  return alpha * sqrt(1.0 / 3) * squares / (sum * sum);
}

static void test_displacements(void **state)
{
  (void)state;
  static const lenet_augmentation cases[] = {
      {.alpha = 36, .sigma = 6}, {.alpha = 34, .sigma = 4}, {.alpha = 8, .sigma = 2}};
  enum { DRAWS = 1500, FARTHEST = 12 };
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    const double sigma = (double)cases[c].sigma;
    const double deviation = deviation_by_definition((double)cases[c].alpha, sigma);
    lenet_bend bend;
    lenet_nodes nodes;
    lenet_bend_prepare(&cases[c], SIDE, SIDE, &bend);
    lenet_rng rng = lenet_rng_at(c, 97, 0);
    double squares = 0, fourths = 0, crossed = 0, along[FARTHEST + 1] = {0}, below = 0;
    double count = 0, pairs = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      static float across[SIDE][LENET_MAX_SIDE], down[SIDE][LENET_MAX_SIDE];
      lenet_nodes_draw(&bend, &rng, &nodes);
      for (int y = 0; y < SIDE; y++)
        lenet_bend_row(&bend, &nodes, y, SIDE, across[y], down[y]);
      for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
          double dx = (double)across[y][x] / deviation, dy = (double)down[y][x] / deviation;
          squares += dx * dx + dy * dy;
          fourths += dx * dx * dx * dx + dy * dy * dy * dy;
          crossed += dx * dy;
          count++;
          if (x + FARTHEST >= SIDE || y + (int)sigma >= SIDE)
            continue;
          pairs++;
          below += dy * (double)down[y + (int)sigma][x] / deviation;
          for (int far = 0; far <= FARTHEST; far++)
            along[far] += dx * (double)across[y][x + far] / deviation;
        }
    }
    assert_true(fabs(sqrt(squares / (2 * count)) - 1) < 0.03);
    assert_true(fabs(fourths / (2 * count) - 3) < 0.4); /* near to normal */
    assert_true(fabs(crossed / count) < 0.05);          /* both directions are independent */
    for (int far = 0; far <= FARTHEST; far++)
      assert_true(fabs(along[far] / pairs - exp(-far * far / (4 * sigma * sigma))) < 0.06);
    assert_true(fabs(below / pairs - exp(-0.25)) < 0.06);
  }
}

/* A displacement of so many pixels to the right reads the ink from there. */
static void test_displacement_is_added(void **state)
{
  (void)state;
  const lenet_augmentation elastic = {.alpha = 20, .sigma = 4};
  lenet_bend bend;
  lenet_nodes nodes;
  lenet_bend_prepare(&elastic, SIDE, SIDE, &bend);
  lenet_rng rng = lenet_rng_at(1, 96, 0);
  lenet_nodes_draw(&bend, &rng, &nodes);
  lenet_plane plane = still;
  plane.right = 3;
  const lenet_mapping mapping = lenet_plane_invert(&plane, SIDE, SIDE);
  uint8_t slope[2][AREA]; /* 8 grey levels a pixel, to the right and downwards */
  for (int i = 0; i < AREA; i++) {
    slope[0][i] = (uint8_t)(8 * (i % SIDE));
    slope[1][i] = (uint8_t)(8 * (i / SIDE));
  }
  lenet_distort(&mapping, &bend, &nodes, SIDE, SIDE, slope[0]);
  lenet_distort(&mapping, &bend, &nodes, SIDE, SIDE, slope[1]);
  for (int y = 8; y < SIDE - 8; y++) {
    float across[LENET_MAX_SIDE], down[LENET_MAX_SIDE];
    lenet_bend_row(&bend, &nodes, y, SIDE, across, down);
    for (int x = 8; x < SIDE - 8; x++) {
      assert_true(fabs(slope[0][y * SIDE + x] / 8.0 - (x - 3 + (double)across[x])) < 0.07);
      assert_true(fabs(slope[1][y * SIDE + x] / 8.0 - (y + (double)down[x])) < 0.07);
    }
  }
}

/* ------------------------------------------------------------------ samples --------------- */

static void fetch_digits(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                         size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  for (size_t i = 0; i < count; i++)
    labels[i] = (uint8_t)lenet_synthetic_digit(1, first + index[i], pixels + i * AREA);
}

static const lenet_samples digits = {
    .count = 1000, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch_digits};

static lenet_augmenter *make(const char *spec, uint64_t seed)
{
  lenet_augmentation augmentation;
  lenet_augmenter *augmenter = NULL;
  assert_int_equal(lenet_augmentation_parse(spec, &augmentation, NULL), LENET_OK);
  assert_int_equal(lenet_augmenter_create(&digits, &augmentation, seed, &augmenter, NULL),
                   LENET_OK);
  return augmenter;
}

/* Sample `sample` as `augmenter` gives it in `epoch`, asked for alone. */
static void fetch_one(const lenet_augmenter *augmenter, uint32_t epoch, uint32_t sample,
                      uint8_t pixels[AREA])
{
  lenet_samples samples = lenet_augmenter_samples(augmenter);
  uint8_t label;
  samples.fetch(samples.context, epoch, samples.first, &sample, 1, pixels, &label);
  assert_int_equal(label, sample % 10);
}

static void test_unchanged(void **state)
{
  (void)state;
  uint8_t digit[AREA], got[AREA];
  lenet_augmenter *none = make("none", 1), *much = make("affine,elastic,rotate=90", 1);
  for (uint32_t i = 0; i < 20; i++) {
    lenet_synthetic_digit(1, i, digit);
    fetch_one(none, 1 + i, i, got);
    assert_memory_equal(got, digit, AREA);
    fetch_one(much, 0, i, got);
    assert_memory_equal(got, digit, AREA);
    fetch_one(much, 1, i, got);
    assert_memory_not_equal(got, digit, AREA);
  }
  lenet_augmenter_free(none);
  lenet_augmenter_free(much);
}

/* The same for seed, epoch and place: in a batch, in another order, in a part of the samples. */
static void test_function_of_its_place(void **state)
{
  (void)state;
  enum { COUNT = 7, FIRST = 300 };
  lenet_augmenter *augmenter = make("affine,elastic", 5);
  lenet_samples all = lenet_augmenter_samples(augmenter);
  lenet_samples part = lenet_samples_part(all, FIRST, 100);
  const uint32_t whole[COUNT] = {301, 300, 399, 307, 303, 302, 301};
  uint32_t within[COUNT];
  uint8_t pixels[2][COUNT * AREA], labels[COUNT], alone[AREA];
  for (int i = 0; i < COUNT; i++)
    within[i] = whole[i] - FIRST;
  all.fetch(all.context, 4, all.first, whole, COUNT, pixels[0], labels);
  part.fetch(part.context, 4, part.first, within, COUNT, pixels[1], labels);
  assert_memory_equal(pixels[0], pixels[1], sizeof pixels[0]);
  for (int i = 0; i < COUNT; i++) {
    fetch_one(augmenter, 4, whole[i], alone);
    assert_memory_equal(alone, pixels[0] + i * AREA, AREA);
  }
  lenet_augmenter_free(augmenter);
}

/* The same picture for each sample, so that only distortions can differ. */
static void fetch_cross(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                        size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  (void)first;
  (void)index;
  memset(labels, 0, count);
  for (size_t i = 0; i < count * AREA; i++) {
    int x = (int)(i % SIDE), y = (int)(i / SIDE % SIDE);
    pixels[i] = x == SIDE / 2 || y == SIDE / 2 ? 255 : 0;
  }
}

static void test_other_place_other_distortion(void **state)
{
  (void)state;
  static const struct {
    uint64_t seed;
    uint32_t epoch, sample;
  } places[] = {{1, 1, 0},
                {1, 1, 1},
                {1, 2, 0},
                {1, 2, 1},
                {2, 1, 0},
                {1, 1, 1u << 31},
                {1 + (UINT64_C(1) << 32), 1, 0}};
  enum { PLACES = sizeof places / sizeof places[0] };
  static const char *const specs[] = {"affine", "elastic"};
  lenet_samples crosses = digits;
  crosses.fetch = fetch_cross;
  for (int s = 0; s < 2; s++) {
    uint8_t pixels[PLACES][AREA], label;
    for (int i = 0; i < PLACES; i++) {
      lenet_augmentation augmentation;
      lenet_augmenter *augmenter;
      lenet_augmentation_parse(specs[s], &augmentation, NULL);
      assert_int_equal(
          lenet_augmenter_create(&crosses, &augmentation, places[i].seed, &augmenter, NULL),
          LENET_OK);
      lenet_samples samples = lenet_augmenter_samples(augmenter);
      samples.fetch(samples.context, places[i].epoch, 0, &places[i].sample, 1, pixels[i], &label);
      lenet_augmenter_free(augmenter);
    }
    for (int i = 0; i < PLACES; i++)
      for (int j = 0; j < i; j++)
        assert_memory_not_equal(pixels[i], pixels[j], AREA);
  }
}

/* After the distortions, which it leaves as they are: each pixel is as it was or inverted, as often
 * as asked for, and every pixel, sample and epoch on its own. */
static void test_inverted(void **state)
{
  (void)state;
  enum { COUNT = 400 };
  static const struct {
    const char *spec;
    double share;
  } cases[] = {{"affine,elastic,invert=0.1", 0.1},
               {"affine,elastic,invert=0.75", 0.75},
               {"affine,elastic,invert=0.001", 0.001},
               {"affine,elastic,invert=1", 1}};
  lenet_augmenter *without = make("affine,elastic", 5);
  for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
    lenet_augmenter *with = make(cases[c].spec, 5);
    static uint8_t was[COUNT][AREA];
    double inverted = 0, again = 0, beside = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
      uint8_t plain[AREA], got[AREA];
      fetch_one(without, 1 + i % 2, i / 2, plain);
      fetch_one(with, 1 + i % 2, i / 2, got);
      for (int k = 0; k < AREA; k++) {
        was[i][k] = got[k] != plain[k];
        assert_true(!was[i][k] || got[k] == 255 - plain[k]);
        inverted += was[i][k];
        again += was[i][k] && i > 0 && was[i - 1][k]; /* other epoch, or other sample */
        beside += was[i][k] && k > 0 && was[i][k - 1];
      }
    }
    const double share = cases[c].share, pixels = (double)COUNT * AREA;
    const double spread = 5 / sqrt(pixels);
    assert_true(fabs(inverted / pixels - share) < spread * sqrt(share) + 1e-12);
    assert_true(fabs(again / pixels - share * share) < spread * share + share / COUNT);
    assert_true(fabs(beside / pixels - share * share) < spread * share + share / AREA);
    lenet_augmenter_free(with);
  }
  lenet_augmenter_free(without);
}

/* Digits stay digits: on average as much ink as before, hardly ever much of it lost. */
static void test_ink_is_kept(void **state)
{
  (void)state;
  enum { COUNT = 500 };
  lenet_augmenter *augmenter = make("affine,elastic", 2);
  double sum = 0;
  for (uint32_t i = 0; i < COUNT; i++) {
    uint8_t digit[AREA], got[AREA];
    lenet_synthetic_digit(1, i, digit);
    fetch_one(augmenter, 1, i, got);
    double before = 0, after = 0;
    for (int k = 0; k < AREA; k++) {
      before += digit[k];
      after += got[k];
    }
    assert_true(after / before > 0.4 && after / before < 2);
    sum += after / before;
  }
  assert_true(fabs(sum / COUNT - 1) < 0.05);
  lenet_augmenter_free(augmenter);
}

/* A seed means the same distortions in every build: row 13 of a ramp, as gcc 12 and clang 14 draw
 * it; other mathematical libraries may differ in the last bit, which moves a byte by little. */
static void fetch_ramp(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                       size_t count, uint8_t *pixels, uint8_t *labels)
{
  fetch_cross(context, epoch, first, index, count, pixels, labels);
  for (size_t i = 0; i < count * AREA; i++)
    pixels[i] = (uint8_t)(9 * (i % SIDE));
}

static void test_seed_keeps_its_meaning(void **state)
{
  (void)state;
  static const uint8_t expected[SIDE] = {0,   0,   5,   13,  21,  30,  38,  47,  55,  64,
                                         73,  83,  92,  102, 111, 121, 131, 142, 152, 163,
                                         174, 185, 196, 207, 218, 229, 240, 52};
  lenet_samples ramps = digits;
  ramps.fetch = fetch_ramp;
  lenet_augmentation augmentation;
  lenet_augmenter *augmenter;
  lenet_augmentation_parse("shift=1,scale=0.1,squeeze=0.1,shear=0.2,rotate=5,alpha=36,sigma=6",
                           &augmentation, NULL);
  assert_int_equal(lenet_augmenter_create(&ramps, &augmentation, 7, &augmenter, NULL), LENET_OK);
  lenet_samples samples = lenet_augmenter_samples(augmenter);
  uint8_t pixels[AREA], label;
  const uint32_t sample = 11;
  samples.fetch(samples.context, 3, 0, &sample, 1, pixels, &label);
  for (int x = 0; x < SIDE; x++)
    assert_true(abs(pixels[13 * SIDE + x] - expected[x]) <= 2);
  lenet_augmenter_free(augmenter);
}

/* The largest pictures with the finest displacements, in frames that are not square. */
static void fetch_ink(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                      size_t count, uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *samples = context;
  (void)epoch;
  (void)first;
  (void)index;
  memset(labels, 0, count);
  memset(pixels, 255, count * (size_t)samples->rows * (size_t)samples->columns);
}

static void test_every_size(void **state)
{
  (void)state;
  static const int sides[][2] = {
      {LENET_MAX_SIDE, LENET_MAX_SIDE}, {LENET_MAX_SIDE, 1}, {1, LENET_MAX_SIDE}, {1, 1}, {32, 20}};
  static const lenet_augmentation widest = {.shift = 32,
                                            .scale = 0.9f,
                                            .squeeze = 0.9f,
                                            .shear = 2,
                                            .rotate = 180,
                                            .alpha = 1000,
                                            .sigma = 2,
                                            .stroke = 2,
                                            .occlude = 32,
                                            .blur = 4,
                                            .contrast = 0.9f,
                                            .noise = 1,
                                            .flip = 1,
                                            .invert = 1};
  for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
    lenet_samples samples = {
        .count = 1, .rows = sides[i][0], .columns = sides[i][1], .classes = 10, .fetch = fetch_ink};
    samples.context = &samples;
    lenet_augmenter *augmenter;
    assert_int_equal(lenet_augmenter_create(&samples, &widest, 1, &augmenter, NULL), LENET_OK);
    const size_t area = (size_t)sides[i][0] * (size_t)sides[i][1];
    uint8_t *pixels = malloc(area), label;
    const uint32_t sample = 0;
    lenet_samples distorted = lenet_augmenter_samples(augmenter);
    for (uint32_t epoch = 1; epoch < 30; epoch++)
      distorted.fetch(distorted.context, epoch, 0, &sample, 1, pixels, &label);
    free(pixels);
    lenet_augmenter_free(augmenter);
  }
  static const int wrong[][2] = {{LENET_MAX_SIDE + 1, 5}, {5, LENET_MAX_SIDE + 1}, {0, 5}, {5, 0}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    const lenet_samples samples = {
        .count = 1, .rows = wrong[i][0], .columns = wrong[i][1], .fetch = fetch_ink};
    lenet_augmenter *augmenter = NULL;
    assert_int_equal(lenet_augmenter_create(&samples, &widest, 1, &augmenter, NULL),
                     LENET_BAD_ARGUMENT);
    assert_null(augmenter);
  }
}

static void test_values_out_of_range(void **state)
{
  (void)state;
  static const struct {
    lenet_augmentation augmentation;
    const char *names;
  } cases[] = {
      {{.shift = -1}, "shift"},
      {{.shift = 33}, "shift"},
      {{.scale = 0.91f}, "scale"},
      {{.squeeze = NAN}, "squeeze"},
      {{.shear = INFINITY}, "shear"},
      {{.rotate = 181}, "rotate"},
      {{.shear = 0.0001f}, "shear"},
      {{.alpha = 5}, "sigma"},
      {{.sigma = 5}, "alpha"},
      {{.alpha = 5, .sigma = 1.9f}, "sigma"},
      {{.alpha = 1001, .sigma = 5}, "alpha"},
      {{.alpha = 5, .sigma = 33}, "sigma"},
      {{.invert = -0.1f}, "invert"},
      {{.invert = 1.01f}, "invert"},
      {{.invert = NAN}, "invert"},
      {{.stroke = 2.5f}, "stroke"},
      {{.occlude = -1}, "occlude"},
      {{.blur = NAN}, "blur"},
      {{.contrast = 0.95f}, "contrast"},
      {{.noise = 1.5f}, "noise"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    lenet_augmenter *augmenter = NULL;
    lenet_error error;
    assert_int_equal(lenet_augmenter_create(&digits, &cases[i].augmentation, 1, &augmenter, &error),
                     LENET_BAD_ARGUMENT);
    assert_null(augmenter);
    assert_non_null(strstr(error.message, cases[i].names));
  }
}

/* ------------------------------------------------------------------ the one-line form ----- */

static void test_one_line_form(void **state)
{
  (void)state;
  static const struct {
    const char *text, *shortest;
    lenet_augmentation means;
  } cases[] = {
      {"none", "none", {.shift = 0}},
      {"shift=0", "none", {.shift = 0}},
      {"shift=2", "shift=2", {.shift = 2}},
      {"shift=2.50", "shift=2.5", {.shift = 2.5f}},
      {"rotate=07", "rotate=7", {.rotate = 7}},
      {"sigma=4,shear=0.15,alpha=34",
       "shear=0.15,alpha=34,sigma=4",
       {.shear = 0.15f, .alpha = 34, .sigma = 4}},
      {"shift=2,scale=0.1,squeeze=0.1,shear=0.15,rotate=0,alpha=20,sigma=6",
       "shift=2,scale=0.1,squeeze=0.1,shear=0.15,alpha=20,sigma=6",
       {.shift = 2, .scale = 0.1f, .squeeze = 0.1f, .shear = 0.15f, .alpha = 20, .sigma = 6}},
      {"invert=1", "invert=1", {.invert = 1}},
      {"invert=0.1,alpha=34,sigma=4",
       "alpha=34,sigma=4,invert=0.1",
       {.alpha = 34, .sigma = 4, .invert = 0.1f}},
      {"affine,shift=0,scale=0,squeeze=0,shear=0,rotate=180", "rotate=180", {.rotate = 180}},
      {"elastic,alpha=0,sigma=0", "none", {.shift = 0}},
      {"scale=0.001", "scale=0.001", {.scale = 0.001f}},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    lenet_augmentation got;
    char text[LENET_MAX_AUGMENTATION];
    assert_int_equal(lenet_augmentation_parse(cases[i].text, &got, NULL), LENET_OK);
    assert_memory_equal(&got, &cases[i].means, sizeof got);
    lenet_augmentation_print(&got, text);
    assert_string_equal(text, cases[i].shortest);
  }
}

#define AFFINE_REST "scale=0.1,squeeze=0.1,shear=0.2"
#define AFFINE "shift=1.5," AFFINE_REST
#define ELASTIC "alpha=36,sigma=6"
#define ROBUST "stroke=1,occlude=8,blur=1,contrast=0.6,noise=0.2"

/* The names give what the header says, alone and together, and are printed where they fit. */
static void test_names(void **state)
{
  (void)state;
  static const struct {
    const char *text, *same, *shortest;
  } cases[] = {
      {"affine", AFFINE, "affine"},
      {"elastic", ELASTIC, "elastic"},
      {"affine,elastic", AFFINE "," ELASTIC, "affine,elastic"},
      {"affine,elastic,shift=9", NULL, "elastic,shift=9," AFFINE_REST},
      {"elastic,rotate=9", ELASTIC ",rotate=9", "elastic,rotate=9"},
      {"robust", ROBUST, "robust"},
      {"affine,robust,flip=0.5", AFFINE "," ROBUST ",flip=0.5", "affine,robust,flip=0.5"},
      {"affine,elastic,invert=0.1", AFFINE "," ELASTIC ",invert=0.1", "affine,elastic,invert=0.1"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    lenet_augmentation got, same;
    char text[LENET_MAX_AUGMENTATION];
    assert_int_equal(lenet_augmentation_parse(cases[i].text, &got, NULL), LENET_OK);
    lenet_augmentation_print(&got, text);
    assert_string_equal(text, cases[i].shortest);
    if (!cases[i].same)
      continue;
    assert_int_equal(lenet_augmentation_parse(cases[i].same, &same, NULL), LENET_OK);
    assert_memory_equal(&got, &same, sizeof got);
  }
}

/* Any augmentation comes back with all its bits, and a printed one is printed again alike. */
static void test_printing_and_parsing_are_inverse(void **state)
{
  (void)state;
  enum { FIELDS = sizeof(lenet_augmentation) / sizeof(float) };
  static const float most[FIELDS] = {32, 0.9f, 0.9f, 2, 180, 1000, 32, 2, 32, 4, 0.9f, 1, 1, 1};
  lenet_rng rng = lenet_rng_at(1, 95, 0);
  size_t longest = 0;
  for (int i = 0; i < 20000; i++) {
    float number[FIELDS];
    lenet_augmentation made, got;
    char text[LENET_MAX_AUGMENTATION], again[LENET_MAX_AUGMENTATION];
    for (int k = 0; k < FIELDS; k++) {
      double least = k == 6 ? 2 : 0.001; /* every order of magnitude alike */
      number[k] = (float)exp(lenet_rng_range(&rng, log(least * 1.0001), log((double)most[k])));
      if (lenet_rng_below(&rng, 4) == 0)
        number[k] = lenet_rng_below(&rng, 2) && k != 5 && k != 6 ? 0 : most[k];
    }
    if (lenet_rng_below(&rng, 4) == 0)
      number[5] = number[6] = 0;
    memcpy(&made, number, sizeof made);
    lenet_augmentation_print(&made, text);
    assert_int_equal(lenet_augmentation_parse(text, &got, NULL), LENET_OK);
    assert_memory_equal(&got, &made, sizeof got);
    lenet_augmentation_print(&got, again);
    assert_string_equal(again, text);
    longest = strlen(text) > longest ? strlen(text) : longest;
  }
  assert_in_range(longest, 90, LENET_MAX_AUGMENTATION - 1);
  /* One smaller than any that is accepted has no more places than those that are. */
  char tiny[LENET_MAX_AUGMENTATION];
  lenet_augmentation_print(&(lenet_augmentation){.shift = 1.2345678e-9f}, tiny);
  assert_string_equal(tiny, "shift=0.000000001235");
}

static void test_wrong_forms(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    int column;
    const char *says;
  } cases[] = {
      {"", 1, "no distortion"},
      {"affin", 1, "'affin' is no distortion"},
      {"Affine", 1, "no distortion"},
      {"affine,", 8, "no distortion"},
      {",affine", 1, "no distortion"},
      {"affine elastic", 1, "no distortion"},
      {"affine, elastic", 8, "no distortion"},
      {"none,affine", 1, "no distortion"},
      {"affine,none", 8, "no distortion"},
      {"affine,affine", 8, "too much"},
      {"elastic,affine", 9, "affine,elastic,robust is the order"},
      {"shift=1,affine", 9, "before"},
      {"affine,rotate=3,elastic", 17, "before"},
      {"shift", 6, "needs a number"},
      {"shift=", 7, "no number"},
      {"=3", 1, "no distortion"},
      {"shift=2,shift=2", 9, "twice"},
      {"affine,shift=2,shift=2", 16, "twice"},
      {"shifts=2", 1, "no distortion"},
      {"shif=2", 1, "no distortion"},
      {"shift=x", 7, "'x' is no number"},
      {"shift=-1", 7, "no number"},
      {"shift=+1", 7, "no number"},
      {"shift= 1", 7, "no number"},
      {"shift=1 ", 7, "no number"},
      {"shift=1e0", 7, "no number"},
      {"shift=0x1", 7, "no number"},
      {"shift=nan", 7, "no number"},
      {"shift=1.", 7, "no number"},
      {"shift=.5", 7, "no number"},
      {"shift=1.2.3", 7, "no number"},
      {"shift=1=2", 7, "no number"},
      {"shift=0.00000000000000000000000000001", 7, "no number"},
      {"shift=32.1", 7, "shift: 0, or 0.001 to 32"},
      {"shift=0.0009", 7, "shift: 0, or 0.001 to 32"},
      {"rotate=1,scale=1", 16, "scale: 0, or 0.001 to 0.9"},
      {"alpha=36", 9, "alpha and sigma"},
      {"sigma=6", 8, "alpha and sigma"},
      {"elastic,sigma=1.5", 15, "sigma: 0, or 2 to 32"},
      {"alpha=5,sigma=33", 15, "sigma: 0, or 2 to 32"},
      {"elastic,alpha=0", 16, "alpha and sigma"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    lenet_augmentation untouched = {.shift = 17}, kept = untouched;
    lenet_error error;
    assert_int_equal(lenet_augmentation_parse(cases[i].text, &untouched, &error),
                     LENET_BAD_ARGUMENT);
    if (error.position != cases[i].column || !strstr(error.message, cases[i].says))
      fail_msg("'%s': column %lld: %s", cases[i].text, error.position, error.message);
    assert_memory_equal(&untouched, &kept, sizeof kept);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_pixels),
      cmocka_unit_test(test_parts_of_pixels),
      cmocka_unit_test(test_points_arrive),
      cmocka_unit_test(test_drawn_evenly),
      cmocka_unit_test(test_displacements),
      cmocka_unit_test(test_displacement_is_added),
      cmocka_unit_test(test_unchanged),
      cmocka_unit_test(test_function_of_its_place),
      cmocka_unit_test(test_other_place_other_distortion),
      cmocka_unit_test(test_inverted),
      cmocka_unit_test(test_ink_is_kept),
      cmocka_unit_test(test_seed_keeps_its_meaning),
      cmocka_unit_test(test_every_size),
      cmocka_unit_test(test_values_out_of_range),
      cmocka_unit_test(test_one_line_form),
      cmocka_unit_test(test_names),
      cmocka_unit_test(test_printing_and_parsing_are_inverse),
      cmocka_unit_test(test_wrong_forms),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
