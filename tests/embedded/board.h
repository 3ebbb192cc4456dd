/* board.h - what main.c needs of a board. Boards speak to the machine that emulates them by
 * semihosting: a call is a number and one word, mostly the address of more words. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

uintptr_t board_call(uintptr_t number, uintptr_t word);

/* Instructions so far, up to what a counter wraps at: differences modulo board_wrap count. */
uint32_t board_ticks(void);
extern const uint32_t board_wrap; /* a power of 2 less 1 */
/* Halves of an instruction in a tick. */
extern const uint32_t board_halves;

int main(void);

#endif
