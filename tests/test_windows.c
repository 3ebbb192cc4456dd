/* The largest and the least around each pixel, smoothing, and specks. */
#include "lenet.h"

#include "image/windows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

enum { MOST = 40 * 30 };

/* Numbers that look drawn by lot; the same each time (Numerical Recipes' quick generator). */
static void fill(uint8_t *pixels, int count)
{
  uint32_t state = 1;
  for (int i = 0; i < count; i++) {
    state = 1664525u * state + 1013904223u;
    pixels[i] = (uint8_t)(state >> 24);
  }
}

/* By looking at every pixel of the square. */
static uint8_t around(const uint8_t *pixels, int width, int height, int x, int y, int radius,
                      bool largest)
{
  int found = largest ? 0 : 255;
  for (int v = y - radius; v <= y + radius; v++)
    for (int u = x - radius; u <= x + radius; u++)
      if (u >= 0 && v >= 0 && u < width && v < height) {
        int p = pixels[v * width + u];
        found = (largest ? p > found : p < found) ? p : found;
      }
  return (uint8_t)found;
}

static void test_extremes(void **state)
{
  (void)state;
  static const int sizes[][3] = {{1, 1, 1},   {1, 1, 9},   {5, 1, 2},    {1, 7, 3},   {40, 30, 1},
                                 {40, 30, 2}, {40, 30, 7}, {40, 30, 40}, {13, 29, 5}, {40, 30, 0}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    int w = sizes[i][0], h = sizes[i][1], radius = sizes[i][2];
    uint8_t pixels[MOST], largest[MOST], least[MOST];
    fill(pixels, w * h);
    memcpy(largest, pixels, sizeof pixels);
    memcpy(least, pixels, sizeof pixels);
    assert_int_equal(lenet_window_maximum(largest, w, h, radius, NULL), LENET_OK);
    assert_int_equal(lenet_window_minimum(least, w, h, radius, NULL), LENET_OK);
    for (int y = 0; y < h; y++)
      for (int x = 0; x < w; x++) {
        assert_int_equal(largest[y * w + x], around(pixels, w, h, x, y, radius, true));
        assert_int_equal(least[y * w + x], around(pixels, w, h, x, y, radius, false));
      }
  }
}

/* A picture wider than the bands that columns go in. */
static void test_wide(void **state)
{
  (void)state;
  enum { W = 600, H = 5 };
  static uint8_t pixels[W * H], before[W * H];
  fill(pixels, W * H);
  memcpy(before, pixels, sizeof pixels);
  assert_int_equal(lenet_window_maximum(pixels, W, H, 2, NULL), LENET_OK);
  for (int y = 0; y < H; y++)
    for (int x = 0; x < W; x++)
      assert_int_equal(pixels[y * W + x], around(before, W, H, x, y, 2, true));
}

/* By hand: a dot of 160 becomes 160 times 1 2 1 / 2 4 2 / 1 2 1, over 16; at the border it repeats.
 */
static void test_smooth(void **state)
{
  (void)state;
  uint8_t pixels[25] = {0};
  static const uint8_t expected[25] = {0,  0, 0, 0,  0,  0,  10, 20, 10, 0, 0, 20, 40,
                                       20, 0, 0, 10, 20, 10, 0,  0,  0,  0, 0, 0};
  pixels[12] = 160;
  assert_int_equal(lenet_smooth(pixels, 5, 5, NULL), LENET_OK);
  assert_memory_equal(pixels, expected, 25);
  uint8_t corner[4] = {160, 0, 0, 0};
  static const uint8_t spread[4] = {90, 30, 30, 10}; /* (3 x 3, 3 x 1, 1 x 1) x 160 / 16 */
  assert_int_equal(lenet_smooth(corner, 2, 2, NULL), LENET_OK);
  assert_memory_equal(corner, spread, 4);
  uint8_t one = 77;
  assert_int_equal(lenet_smooth(&one, 1, 1, NULL), LENET_OK);
  assert_int_equal(one, 77);
}

/* Salt and pepper on paper with strokes of one pixel, which are not specks but for their ends. */
static void test_despeckle(void **state)
{
  (void)state;
  enum { SIDE = 30 };
  uint8_t clean[SIDE * SIDE], pixels[SIDE * SIDE];
  memset(clean, 200, sizeof clean);
  for (int i = 3; i < 26; i++)
    clean[i * SIDE + 4] = clean[27 * SIDE + i] = 40;
  memcpy(pixels, clean, sizeof pixels);
  for (int y = 2; y < 26; y += 4)
    for (int x = 6; x < 28; x += 4)
      pixels[y * SIDE + x] = x % 8 == 6 ? 0 : 255;
  assert_int_equal(lenet_despeckle(pixels, SIDE, SIDE, NULL), LENET_OK);
  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      if ((clean[y * SIDE + x] == 40 && x > 3 && x < 25 && y > 3 && y != 25) || x % 8 == 6)
        assert_int_equal(pixels[y * SIDE + x], clean[y * SIDE + x]); /* 255 is only 55 lighter */
  /* A single one is no noise, but perhaps a point of a pen. */
  memcpy(pixels, clean, sizeof pixels);
  pixels[10 * SIDE + 10] = 0;
  assert_int_equal(lenet_despeckle(pixels, SIDE, SIDE, NULL), LENET_OK);
  assert_int_equal(pixels[10 * SIDE + 10], 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_extremes),
      cmocka_unit_test(test_wide),
      cmocka_unit_test(test_smooth),
      cmocka_unit_test(test_despeckle),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
