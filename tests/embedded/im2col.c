/* im2col.c - what lenet5 takes the usual way, for comparison: layer after layer, each kernel's
 * pixels gathered as half words for two columns at a time, products of two maps with two columns,
 * sums scaled by a 32-bit factor, pools and the table of tanh as passes of their own. That is how
 * CMSIS-NN's arm_convolve_s8, arm_avgpool_s8 and arm_fully_connected_s8 go about it; the text is
 * ours. Its weights are no one's: main.c counts instructions and compares no scores. */
#include "digit.h"

typedef struct {
  int32_t factor, shift;
} scaling;

static int8_t planes[2][6 * 32 * 32];
static int16_t columns[2][152];
static const int8_t weights[120 * 400] = {1, 2, 3};
static const int32_t biases[120] = {1, 2, 3};
static const scaling scalings[120] = {{1 << 30, 3}};
static const int8_t curve[256] = {1, 2, 3};

static inline uint32_t word_at(const void *p)
{
  uint32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return word;
}

/* Four bytes as two pairs of half words, in their order. */
static inline const int8_t *widen(const int8_t *p, uint32_t *low, uint32_t *high)
{
  uint32_t even, odd;
  const uint32_t word = word_at(p);
  __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(word));
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(word));
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(*low) : "r"(even), "r"(odd));
  __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(*high) : "r"(odd), "r"(even));
  return p + 4;
}

static inline int32_t dual(uint32_t a, uint32_t b, int32_t sum)
{
  __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
  return sum;
}

/* The rounded doubled high half of the product, then a rounded shift; to a byte. */
static inline int8_t scaled(int32_t sum, const scaling *s)
{
  const int64_t product = (int64_t)sum * s->factor + (1 << 30);
  const int32_t high = (int32_t)(product >> 31), mask = (1 << s->shift) - 1;
  int32_t a = (high >> s->shift) + ((high & mask) > (mask >> 1) + (high < 0));
  a = a - 128 < -128 ? -128 : a - 128 > 127 ? 127 : a - 128;
  return (int8_t)a;
}

/* Two columns of `count` numbers by all maps. */
static void multiply(const int8_t *w, int maps, int count, int8_t *y)
{
  for (int map = 0; map < maps; map += 2, w += count) {
    const int8_t *v = w + count;
    const int16_t *a = columns[0], *b = columns[1];
    int32_t s = biases[map], t = s, p = biases[map + 1], q = p;
    for (int n = count / 4; n > 0; n--, a += 4, b += 4) {
      uint32_t w0, w1, v0, v1;
      w = widen(w, &w0, &w1), v = widen(v, &v0, &v1);
      s = dual(w0, word_at(a), s), t = dual(w0, word_at(b), t);
      p = dual(v0, word_at(a), p), q = dual(v0, word_at(b), q);
      s = dual(w1, word_at(a + 2), s), t = dual(w1, word_at(b + 2), t);
      p = dual(v1, word_at(a + 2), p), q = dual(v1, word_at(b + 2), q);
    }
    for (int n = count % 4; n > 0; n--, a++, b++, w++, v++) {
      s += *w * *a, t += *w * *b;
      p += *v * *a, q += *v * *b;
    }
    y[map] = scaled(s, &scalings[map]), y[map + 1] = scaled(p, &scalings[map + 1]);
    y[maps + map] = scaled(t, &scalings[map]), y[maps + map + 1] = scaled(q, &scalings[map + 1]);
  }
}

/* Bytes to half words, with their zero added, four at a time. */
static void gather(const int8_t *x, int count, int16_t *to)
{
  for (; count >= 4; count -= 4, to += 4) {
    uint32_t low, high;
    x = widen(x, &low, &high);
    __asm__("sadd16 %0, %0, %1" : "+r"(low) : "r"(0x00800080));
    __asm__("sadd16 %0, %0, %1" : "+r"(high) : "r"(0x00800080));
    __builtin_memcpy(to, &low, 4), __builtin_memcpy(to + 2, &high, 4);
  }
  for (; count > 0; count--)
    *to++ = (int16_t)(*x++ + 128);
}

/* x [side + 4][side + 4][from], y [side][side][maps]; 5x5. */
static void convolve(const int8_t *x, int side, int from, int maps, int8_t *y)
{
  int waiting = 0;
  for (int i = 0; i < side; i++)
    for (int j = 0; j < side; j++) {
      for (int k = 0; k < 5; k++)
        gather(x + ((i + k) * (side + 4) + j) * from, 5 * from, columns[waiting] + 5 * k * from);
      if (++waiting == 2) {
        multiply(weights, maps, 25 * from, y);
        y += 2 * maps, waiting = 0;
      }
    }
}

static void bend(int8_t *y, int count)
{
  for (int i = 0; i < count; i++)
    y[i] = curve[y[i] + 128];
}

static void pool(const int8_t *x, int side, int maps, int8_t *y)
{
  for (int i = 0; i < side; i += 2)
    for (int j = 0; j < side; j += 2)
      for (int map = 0; map < maps; map++) {
        const int8_t *p = x + (i * side + j) * maps + map, *q = p + side * maps;
        *y++ = (int8_t)((p[0] + p[maps] + q[0] + q[maps] + 2) >> 2);
      }
}

/* Two units at a time; x as half words would need memory, so both sides are widened. */
static void dense(const int8_t *x, int count, int units, int8_t *y)
{
  const int8_t *w = weights;
  for (int unit = 0; unit < units; unit += 2, w += count) {
    const int8_t *v = w + count, *a = x;
    int32_t s = biases[unit], p = biases[unit + 1];
    for (int n = count / 4; n > 0; n--) {
      uint32_t a0, a1, w0, w1, v0, v1;
      a = widen(a, &a0, &a1), w = widen(w, &w0, &w1), v = widen(v, &v0, &v1);
      s = dual(w0, a0, dual(w1, a1, s)), p = dual(v0, a0, dual(v1, a1, p));
    }
    y[unit] = scaled(s, scalings), y[unit + 1] = scaled(p, scalings);
  }
}

int digit_classify(const uint8_t pixels[DIGIT_ROWS * DIGIT_COLUMNS], int32_t scores[DIGIT_CLASSES],
                   void *workspace)
{
  int8_t *const x = planes[0], *const y = planes[1];
  int best = 0;
  (void)workspace;
  for (int i = 0; i < DIGIT_ROWS; i++)
    for (int j = 0; j < DIGIT_COLUMNS; j++)
      x[(i + 2) * 32 + j + 2] = (int8_t)(pixels[i * DIGIT_COLUMNS + j] - 128);
  convolve(x, 28, 1, 6, y), bend(y, 28 * 28 * 6), pool(y, 28, 6, x);
  convolve(x, 10, 6, 16, y), bend(y, 10 * 10 * 16), pool(y, 10, 16, x);
  dense(x, 400, 120, y), bend(y, 120);
  dense(y, 120, 84, x), bend(x, 84);
  dense(x, 84, 10, y);
  for (int k = 0; k < DIGIT_CLASSES; k++) {
    scores[k] = y[k];
    best = scores[k] > scores[best] ? k : best;
  }
  return best;
}

int digit_selftest(void *workspace)
{
  (void)workspace;
  return 0;
}
