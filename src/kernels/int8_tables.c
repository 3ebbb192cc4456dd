/* int8_tables.c - tanh in steps of 2^-13 on pieces of 1/8, -4 .. 4.
 *
 * At 0, 1/8, 2/8, ... 4 the function goes through whole numbers y[0 .. 32], which lie above tanh by
 * about half of what a chord loses in the middle of a piece, so that the error is the same there
 * and here. From y[i] to y[i + 1] it is a straight line, 1024 steps of a wide:
 *
 *   slope = 32 (y[i + 1] - y[i]),   base = y[i] - i (y[i + 1] - y[i])
 *
 * Below 0 the line of -1 - i has the same slope and the opposite base. */
#include "kernels/int8.h"

/* P(i, y[i], y[i + 1]) */
#define PIECES(P)                                                                                  \
  P(0, 0, 1021)                                                                                    \
  P(1, 1021, 2010)                                                                                 \
  P(2, 2010, 2941)                                                                                 \
  P(3, 2941, 3791) P(4, 3791, 4549) P(5, 4549, 5209) P(6, 5209, 5772) P(7, 5772, 6244)             \
      P(8, 6244, 6634) P(9, 6634, 6953) P(10, 6953, 7211) P(11, 7211, 7418) P(12, 7418, 7583)      \
          P(13, 7583, 7713) P(14, 7713, 7817) P(15, 7817, 7898) P(16, 7898, 7962)                  \
              P(17, 7962, 8013) P(18, 8013, 8052) P(19, 8052, 8083) P(20, 8083, 8107)              \
                  P(21, 8107, 8126) P(22, 8126, 8140) P(23, 8140, 8152) P(24, 8152, 8161)          \
                      P(25, 8161, 8168) P(26, 8168, 8173) P(27, 8173, 8177) P(28, 8177, 8180)      \
                          P(29, 8180, 8183) P(30, 8183, 8185) P(31, 8185, 8187)

#define BASE(i, from, to) [i] = from - i * (to - from), [63 - i] = i * (to - from) - from,
#define SLOPE(i, from, to) [i] = 32 * (to - from), [63 - i] = 32 * (to - from),

const int16_t lenet_int8_base[LENET_PIECES] = {PIECES(BASE)};
const int16_t lenet_int8_slope[LENET_PIECES] = {PIECES(SLOPE)};
