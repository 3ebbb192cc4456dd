/* int8_unroll.h - loops over registers: only unrolled and inlined do their arrays stay there. With
 * IN_PLAIN_LOOPS, where there are no vectors to keep, they are left as they stand. */
#ifndef LENET_KERNELS_INT8_UNROLL_H
#define LENET_KERNELS_INT8_UNROLL_H

#if defined(IN_PLAIN_LOOPS)
#define UNROLL
#define INLINE static
#elif defined(__clang__)
#define UNROLL _Pragma("unroll")
#define INLINE static inline __attribute__((always_inline))
#else
#define UNROLL _Pragma("GCC unroll 16")
#define INLINE static inline __attribute__((always_inline))
#endif

#endif
