/* main.c - reads digits on a board and compares all scores with those of the library, which
 * reference.c has written: in integers bit for bit, in floats within 0.0001; nor may they take more
 * than MOST_STACK bytes of stack. Prints one line. ONLY_COUNT is for im2col.c. */
#include "board.h"
#include "digit.h"

#ifdef FLOATS
typedef float score;
#else
typedef int32_t score;
#endif

enum { OPEN = 1, WRITE0 = 4, READ = 6, EXIT = 0x20, FINISHED = 0x20026, PAINT = 2048 };

static uint32_t workspace[DIGIT_WORKSPACE / 4];

/* Loops become these, with or without a C library. */
void *memset(void *to, int with, unsigned long count)
{
  for (volatile unsigned char *p = to; count > 0; count--)
    *p++ = (unsigned char)with;
  return to;
}

void *memcpy(void *restrict to, const void *restrict from, unsigned long count)
{
  volatile unsigned char *p = to;
  for (const unsigned char *q = from; count > 0; count--)
    *p++ = *q++;
  return to;
}

static void say(const char *text) { board_call(WRITE0, (uintptr_t)text); }

static void say_number(uint32_t number)
{
  char text[12], *p = text + sizeof text - 1;
  *p = '\0';
  do
    *--p = (char)('0' + number % 10);
  while (number /= 10);
  say(p);
}

static void finish(int code)
{
  board_call(EXIT, (uintptr_t)(const uintptr_t[]){FINISHED, (uintptr_t)code});
}

static uintptr_t open_file(const char *name, uintptr_t length)
{
  return board_call(OPEN, (uintptr_t)(const uintptr_t[]){(uintptr_t)name, 1, length});
}

/* The answer of semihosting is how many bytes were not read. */
static int read_file(uintptr_t file, void *to, uintptr_t size)
{
  return board_call(READ, (uintptr_t)(const uintptr_t[]){file, (uintptr_t)to, size}) == 0;
}

/* How far down the stack goes: what lies below is painted, and then looked at. */
static __attribute__((noinline)) uint32_t stack_of(const uint8_t *pixels, score *scores)
{
  volatile uint8_t *const low = (uint8_t *)__builtin_frame_address(0) - PAINT - 64;
  uint32_t untouched = 0;
  for (int i = 0; i < PAINT; i++)
    low[i] = 0xa5;
  digit_classify(pixels, scores, workspace);
  while (untouched < PAINT && low[untouched] == 0xa5)
    untouched++;
  return PAINT + 64 - untouched;
}

static int differ(const score *a, const score *b)
{
  int count = 0;
  for (int k = 0; k < DIGIT_CLASSES; k++) {
#ifdef FLOATS
    count += !(a[k] - b[k] < 1e-4f && b[k] - a[k] < 1e-4f);
#else
    count += a[k] != b[k];
#endif
  }
  return count;
}

int main(void)
{
  static uint8_t pixels[DIGIT_ROWS * DIGIT_COLUMNS];
  score scores[DIGIT_CLASSES], wanted[DIGIT_CLASSES];
  const uintptr_t digits = open_file("digits", 6), library = open_file("scores", 6);
  uint32_t count = 0, wrong = 0, most = 0, thousands = 0, rest = 0, stack = 0;
  if (digit_selftest(workspace) != 0) {
    say("the self-test fails\n");
    finish(1);
  }
  while (read_file(digits, pixels, sizeof pixels) && read_file(library, wanted, sizeof wanted)) {
    const uint32_t start = board_ticks();
    digit_classify(pixels, scores, workspace);
    const uint32_t took = ((board_ticks() - start) & board_wrap) * board_halves / 2;
    most = took > most ? took : most;
    rest += took;
    thousands += rest / 1000, rest %= 1000;
    wrong += differ(scores, wanted) != 0;
    count++;
  }
  if (count > 0)
    stack = stack_of(pixels, scores);
  say_number(count), say(" digits, "), say_number(wrong), say(" differ; ");
  say_number(count ? thousands * 10 / count * 100 : 0), say(" instructions a digit, at most ");
  say_number(most), say("; stack "), say_number(stack), say(" bytes\n");
#ifdef ONLY_COUNT
  wrong = 0;
#endif
  finish(count == 0 || wrong > 0 || stack > MOST_STACK);
  return 0;
}
