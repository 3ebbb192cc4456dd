/* riscv.c - the board "virt" of QEMU: start, and the counter of instructions. */
#include "board.h"

const uint32_t board_wrap = 0xffffffff, board_halves = 2;

/* The three instructions that an emulator knows a call by; they may not be compressed. */
__attribute__((naked, aligned(16), noinline)) uintptr_t board_call(uintptr_t number, uintptr_t word)
{
  (void)number, (void)word;
  __asm__(".option push\n.option norvc\n"
          "slli x0, x0, 0x1f\nebreak\nsrai x0, x0, 7\nret\n"
          ".option pop");
}

uint32_t board_ticks(void)
{
  uint32_t ticks;
  __asm__ volatile("csrr %0, minstret" : "=r"(ticks));
  return ticks;
}

__attribute__((section(".vectors"), naked, used)) void start(void)
{
  __asm__("la sp, stack_top\n"
          "la t0, bss_start\nla t1, bss_end\n"
          "1: bgeu t0, t1, 2f\nsw zero, 0(t0)\naddi t0, t0, 4\nj 1b\n"
          "2: call main");
}
