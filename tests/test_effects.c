/* Pictures made worse: each effect by its definition on pictures made by hand, what an augmentation
 * draws of them, and corruptions as a whole. */
#define _GNU_SOURCE /* pthread_setattr_default_np */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "data/spoil.h"

#include <math.h>
#ifdef __GLIBC__
#include <pthread.h>
#endif
#include <stdlib.h>
#include <string.h>

enum { SIDE = 28, AREA = SIDE * SIDE };

/* ---- effects ---- */

static void test_widen(void **state)
{
  (void)state;
  uint8_t wide[5][6] = {{0}}, half[5][6] = {{0}}, thin[5][6] = {{0}};
  wide[2][3] = half[2][3] = 200;
  lenet_widen(2, 5, 6, wide[0]);
  lenet_widen(1, 5, 6, half[0]);
  for (int y = 0; y < 5; y++)
    for (int x = 0; x < 6; x++) {
      const int far = abs(y - 2) + abs(x - 3);
      assert_int_equal(wide[y][x], far <= 1 ? 200 : 0);
      assert_int_equal(half[y][x], far == 0 ? 200 : far == 1 ? 100 : 0);
    }
  /* Narrower undoes wider; at the border paper lies outside. */
  lenet_widen(-2, 5, 6, wide[0]);
  assert_int_equal(wide[2][3], 200);
  assert_int_equal(wide[1][3] + wide[3][3] + wide[2][2] + wide[2][4], 0);
  memset(thin, 255, sizeof thin);
  lenet_widen(-2, 5, 6, thin[0]);
  for (int y = 0; y < 5; y++)
    for (int x = 0; x < 6; x++)
      assert_int_equal(thin[y][x], y > 0 && y < 4 && x > 0 && x < 5 ? 255 : 0);
}

static void test_paint(void **state)
{
  (void)state;
  uint8_t p[4][5] = {{0}};
  lenet_paint(-1, 2, 3, 9, 7, 4, 5, p[0]);
  for (int y = 0; y < 4; y++)
    for (int x = 0; x < 5; x++)
      assert_int_equal(p[y][x], y >= 2 && x < 2 ? 7 : 0);
  lenet_paint(9, 9, 2, 2, 1, 4, 5, p[0]); /* outside */
  lenet_paint(0, 0, 0, 3, 1, 4, 5, p[0]); /* nothing */
  assert_int_equal(p[0][0], 0);
}

/* A lone pixel becomes the Gaussian, whose sum is 1 and whose variance is sigma^2. */
static void test_blur(void **state)
{
  (void)state;
  uint8_t p[SIDE][SIDE] = {{0}};
  double sum = 0, across = 0, down = 0;
  p[13][14] = 255;
  lenet_blur(1, SIDE, SIDE, p[0]);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++) {
      sum += p[y][x];
      across += p[y][x] * (x - 14) * (x - 14);
      down += p[y][x] * (y - 13) * (y - 13);
    }
  assert_true(fabs(sum - 255) < 8);
  assert_true(fabs(across / sum - 1) < 0.1 && fabs(down / sum - 1) < 0.1);
  assert_int_equal(p[13][14], 41); /* 255 / (2 pi) = 40.6 */
  /* Nothing happens to a plain ground inside, and to anything at sigma 0. */
  memset(p, 100, sizeof p);
  lenet_blur(2, SIDE, SIDE, p[0]);
  assert_int_equal(p[14][14], 100);
  p[3][3] = 77;
  lenet_blur(0, SIDE, SIDE, p[0]);
  assert_int_equal(p[3][3], 77);
}

/* Along the x axis a lone pixel becomes a line of the length; turned by a right angle a column. */
static void test_blur_along(void **state)
{
  (void)state;
  for (int turned = 0; turned < 2; turned++) {
    uint8_t p[SIDE][SIDE] = {{0}};
    int sum = 0, outside = 0, length = 0;
    p[14][14] = 250;
    lenet_blur_along(6, turned * 1.5707963267948966, SIDE, SIDE, p[0]);
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++) {
        sum += p[y][x];
        outside += (turned ? x : y) == 14 ? 0 : p[y][x];
        length += p[y][x] > 10;
      }
    assert_in_range(sum, 240, 260);
    assert_int_equal(outside, 0);
    assert_int_equal(length, 7);
  }
}

static void test_tone(void **state)
{
  (void)state;
  uint8_t p[3] = {0, 51, 255};
  lenet_tone(50, 152, 3, p); /* 50 + 0.4 p */
  assert_int_equal(p[0], 50);
  assert_in_range(p[1], 70, 71); /* 70.4 */
  assert_int_equal(p[2], 152);
}

static void test_noise(void **state)
{
  (void)state;
  enum { COUNT = 100001 };
  lenet_normals normals;
  lenet_normals_prepare(&normals);
  lenet_rng rng = lenet_rng_at(3, 99, 0);
  uint8_t *p = malloc(COUNT);
  double sum = 0, squares = 0;
  int beyond = 0;
  assert_non_null(p);
  memset(p, 128, COUNT);
  lenet_add_noise(&normals, 20, &rng, COUNT, p);
  for (int i = 0; i < COUNT; i++) {
    sum += p[i] - 128.0;
    squares += (p[i] - 128.0) * (p[i] - 128.0);
    beyond += p[i] > 128 + 39; /* 1.975 deviations, with rounding: 2.41 % */
  }
  assert_true(fabs(sum / COUNT) < 0.25);
  assert_true(fabs(sqrt(squares / COUNT) - 20) < 0.2);
  assert_in_range(beyond, 2250, 2570);
  memset(p, 250, COUNT);
  lenet_add_noise(&normals, 60, &rng, COUNT, p); /* clipped, not wrapped around */
  int white = 0, black = 0;
  for (int i = 0; i < COUNT; i++) {
    white += p[i] == 255;
    black += p[i] < 20;
  }
  assert_in_range(white, COUNT * 45 / 100, COUNT * 49 / 100); /* 1 - Phi(4.5 / 60) = 47 % */
  assert_in_range(black, 0, 40);
  free(p);
}

/* ---- samples ---- */

/* A bright frame in every picture, no two of the same size. */
static void fetch_frames(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                         size_t count, uint8_t *pixels, uint8_t *labels)
{
  (void)context;
  (void)epoch;
  for (size_t i = 0; i < count; i++, pixels += AREA) {
    const int side = 8 + (int)((first + index[i]) % 9), from = (SIDE - side) / 2;
    memset(pixels, 0, AREA);
    lenet_paint(from, from, side, side, 255, SIDE, SIDE, pixels);
    lenet_paint(from + 3, from + 3, side - 5, side - 6, 0, SIDE, SIDE, pixels);
    labels[i] = (uint8_t)(index[i] % 10);
  }
}

static const lenet_samples frames = {
    .count = 4000, .rows = SIDE, .columns = SIDE, .classes = 10, .fetch = fetch_frames};

static void fetch_one(const lenet_samples *samples, uint32_t epoch, uint32_t index,
                      uint8_t pixels[AREA])
{
  uint8_t label;
  samples->fetch(samples->context, epoch, samples->first, &index, 1, pixels, &label);
  assert_int_equal(label, index % 10);
}

/* Of all pictures half are spoilt at all, and each effect comes to half of those. */
static void test_half_are_spoilt(void **state)
{
  (void)state;
  static const char *const alone[] = {"stroke=2",  "occlude=20", "blur=3", "contrast=0.8",
                                      "noise=0.5", "flip=0.25",  "robust"};
  for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
    lenet_augmentation augmentation;
    lenet_augmenter *augmenter = NULL;
    assert_int_equal(lenet_augmentation_parse(alone[i], &augmentation, NULL), LENET_OK);
    assert_int_equal(lenet_augmenter_create(&frames, &augmentation, 5, &augmenter, NULL), LENET_OK);
    const lenet_samples samples = lenet_augmenter_samples(augmenter);
    int changed = 0;
    for (uint32_t s = 0; s < 2000; s++) {
      uint8_t before[AREA], after[AREA], again[AREA];
      fetch_one(&frames, 1, s, before);
      fetch_one(&samples, 1, s, after);
      fetch_one(&samples, 1, s, again);
      assert_memory_equal(after, again, AREA);
      changed += memcmp(before, after, AREA) != 0;
    }
    /* A quarter, of occluded and stroked ones a little less; of all five 1/2 (1 - 1/2^5). */
    if (strcmp(alone[i], "robust") == 0)
      assert_in_range(changed, 880, 1040);
    else
      assert_in_range(changed, 380, 570);
    lenet_augmenter_free(augmenter);
  }
}

static void test_flip(void **state)
{
  (void)state;
  uint8_t p[2][3] = {{1, 2, 3}, {4, 5, 6}};
  lenet_flip(1, 1, 1, 2, 3, p[0]);
  assert_memory_equal(p, ((uint8_t[2][3]){{3, 2, 1}, {6, 5, 4}}), sizeof p);
  lenet_flip(0, 1, 1, 2, 3, p[0]);
  assert_int_equal(p[0][0], 3);
}

static double difference(const lenet_samples *a, const lenet_samples *b)
{
  double sum = 0;
  for (uint32_t s = 0; s < 200; s++) {
    uint8_t one[AREA], other[AREA];
    fetch_one(a, 0, s, one);
    fetch_one(b, 0, s, other);
    for (int i = 0; i < AREA; i++)
      sum += fabs((double)one[i] - other[i]);
  }
  return sum;
}

static lenet_samples corrupted(const lenet_corruption *corruption, int level, uint64_t seed,
                               lenet_corrupter **corrupter)
{
  lenet_error error;
  if (lenet_corrupter_create(&frames, corruption, level, seed, corrupter, &error))
    fail_msg("%s", error.message);
  return lenet_corrupter_samples(*corrupter);
}

/* Every one changes pictures, at a higher level not less, by its seed, and again the same. */
static void test_corruptions(void **state)
{
  (void)state;
  size_t count = 0;
  const lenet_corruption *list = lenet_corruptions(&count);
  assert_true(count >= 13);
  for (size_t i = 0; i < count; i++) {
    double before = 0;
    assert_ptr_equal(lenet_corruption_find(list[i].name), &list[i]);
    for (int level = 1; level <= LENET_CORRUPTION_LEVELS; level++) {
      lenet_corrupter *one = NULL, *same = NULL, *other = NULL;
      const lenet_samples a = corrupted(&list[i], level, 1, &one);
      const lenet_samples b = corrupted(&list[i], level, 1, &same);
      const lenet_samples c = corrupted(&list[i], level, 2, &other);
      const double changed = difference(&frames, &a);
      if (!(changed > 0 && changed >= before))
        fail_msg("%s: level %d changes %g, level %d %g", list[i].name, level - 1, before, level,
                 changed);
      assert_true(difference(&a, &b) == 0);
      static const char *const undrawn[] = {"brightness", "contrast", "blur", "thick", "thin"};
      bool draws = true;
      for (size_t u = 0; u < sizeof undrawn / sizeof *undrawn; u++)
        draws = draws && strcmp(list[i].name, undrawn[u]) != 0;
      assert_int_equal(difference(&a, &c) > 0, draws);
      before = changed;
      lenet_corrupter_free(one);
      lenet_corrupter_free(same);
      lenet_corrupter_free(other);
    }
  }
  assert_null(lenet_corruption_find("shif"));
}

static void corrupt_one(const char *name, int level, uint32_t index, uint8_t pixels[AREA])
{
  lenet_corrupter *corrupter = NULL;
  const lenet_samples samples = corrupted(lenet_corruption_find(name), level, 1, &corrupter);
  fetch_one(&samples, 0, index, pixels);
  lenet_corrupter_free(corrupter);
}

/* Amounts as the list has them. */
static void test_amounts(void **state)
{
  (void)state;
  uint8_t before[AREA], p[AREA];
  fetch_one(&frames, 0, 0, before);
  corrupt_one("brightness", 2, 0, p); /* 0.3 x 255 = 76.5 */
  for (int i = 0; i < AREA; i++)
    assert_int_equal(p[i], before[i] ? 255 : 77);
  corrupt_one("contrast", 4, 0, p); /* 127.5 +- 25.5 */
  for (int i = 0; i < AREA; i++)
    assert_in_range(p[i], before[i] ? 152 : 101, before[i] ? 153 : 102);
  int salt = 0;
  corrupt_one("impulse", 5, 0, p);
  for (int i = 0; i < AREA; i++)
    salt += p[i] != before[i];
  assert_in_range(salt, AREA / 20, AREA * 3 / 20); /* a tenth changes */
  /* The middle of the ink is 4 pixels away from where it was. */
  double x[2] = {0}, y[2] = {0}, ink[2] = {0};
  corrupt_one("shift", 3, 0, p);
  for (int i = 0; i < AREA; i++)
    for (int which = 0; which < 2; which++) {
      const double v = which ? p[i] : before[i];
      ink[which] += v;
      x[which] += v * (i % SIDE);
      y[which] += v * (int)(i / SIDE);
    }
  assert_true(fabs(hypot(x[1] / ink[1] - x[0] / ink[0], y[1] / ink[1] - y[0] / ink[0]) - 4) < 0.05);
}

/* Where threads have 128 KiB, as musl gives them. */
static void test_small_stacks(void **state)
{
  (void)state;
#ifdef __GLIBC__
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  assert_int_equal(pthread_attr_setstacksize(&attributes, 128 * 1024), 0);
  assert_int_equal(pthread_setattr_default_np(&attributes), 0);
  pthread_attr_destroy(&attributes);
#endif
  lenet_corrupter *corrupter = NULL;
  lenet_model *model = NULL;
  lenet_network network;
  lenet_measure measure;
  const lenet_samples foggy =
      corrupted(lenet_corruption_find("fog"), LENET_CORRUPTION_USUAL, 1, &corrupter);
  assert_int_equal(lenet_network_parse("28x28 F10:softmax", &network, NULL), LENET_OK);
  assert_int_equal(lenet_model_create(&network, lenet_input_default(&network), 1, &model, NULL),
                   LENET_OK);
  assert_int_equal(lenet_evaluate(model, &foggy, 4, LENET_ISA_BEST, &measure, NULL, NULL),
                   LENET_OK);
  assert_int_equal(measure.samples, foggy.count);
  lenet_model_free(model);
  lenet_corrupter_free(corrupter);
}

static void test_refusals(void **state)
{
  (void)state;
  lenet_corrupter *corrupter = NULL;
  lenet_error error;
  size_t count = 0;
  const lenet_corruption *list = lenet_corruptions(&count), stranger = *list;
  lenet_samples large = frames;
  large.columns = LENET_MAX_SIDE + 1;
  assert_int_equal(lenet_corrupter_create(&frames, list, 0, 1, &corrupter, &error),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_corrupter_create(&frames, list, 6, 1, &corrupter, &error),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_corrupter_create(&frames, &stranger, 1, 1, &corrupter, &error),
                   LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_corrupter_create(&large, list, 1, 1, &corrupter, &error),
                   LENET_BAD_ARGUMENT);
  assert_null(corrupter);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_widen),       cmocka_unit_test(test_paint),
      cmocka_unit_test(test_blur),        cmocka_unit_test(test_blur_along),
      cmocka_unit_test(test_tone),        cmocka_unit_test(test_noise),
      cmocka_unit_test(test_flip),        cmocka_unit_test(test_half_are_spoilt),
      cmocka_unit_test(test_corruptions), cmocka_unit_test(test_amounts),
      cmocka_unit_test(test_refusals),    cmocka_unit_test(test_small_stacks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
