/* compiler.c - part of the C that lenet_model_save_c writes: what compilers and processors are told. See
 * int8.c. */

/* ---- compiler ------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#define INLINE inline __attribute__((always_inline))
#define APART __attribute__((noinline))
#else
#define INLINE inline
#define APART
#endif

/* Cortex-M0 and its like. */
#if defined(__thumb__) && !defined(__thumb2__)
enum { FEW_REGISTERS = 1 };
#else
enum { FEW_REGISTERS = 0 };
#endif
