/* arm.c - Cortex-M boards of QEMU: vectors, start, SysTick. With -icount shift=0 an instruction
 * takes one nanosecond of the board's time, and SysTick counts the processor's clock: TICK_HALVES
 * is how many half nanoseconds one of its ticks has. */
#include "board.h"

extern uint32_t bss_start[], bss_end[], stack_top[];

const uint32_t board_wrap = 0xffffff, board_halves = TICK_HALVES;

static volatile uint32_t *const systick =
    (volatile uint32_t *)0xe000e010; /* control, reload, now */

uintptr_t board_call(uintptr_t number, uintptr_t word)
{
  register uintptr_t r0 __asm__("r0") = number;
  register uintptr_t r1 __asm__("r1") = word;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

uint32_t board_ticks(void) { return board_wrap - systick[2]; }

static void start(void)
{
  for (uint32_t *p = bss_start; p < bss_end; p++)
    *p = 0;
#ifdef __ARM_FP
  *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20; /* the floating-point unit may be used */
#endif
  systick[1] = board_wrap;
  systick[2] = 0;
  systick[0] = 5;
  main();
}

static void fault(void) { board_call(0x20, (uintptr_t)(const uintptr_t[]){0x20023, 1}); }

__attribute__((section(".vectors"), used)) static void (*const vectors[])(void) = {
    (void (*)(void))stack_top, start, fault, fault};
