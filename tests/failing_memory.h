/* failing_memory.h - an allocator that fails when it is told to and knows what was not given back.
 * The including test is built with --wrap where it is sanitized (tests/CMakeLists.txt): then it
 * stands only between the library and the sanitizer's allocator, which looks for leaks itself.
 * Elsewhere, with the GNU C library, it takes the place of the allocator, for the libraries that
 * ours calls too. */
#ifndef LENET_TESTS_FAILING_MEMORY_H
#define LENET_TESTS_FAILING_MEMORY_H

#include "sanitized.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#if SANITIZED
#define HAVE_FAILING_MEMORY 1
#define OURS(name) __wrap_##name
#define THEIRS(name) __real_##name
#elif defined(__GLIBC__)
#define HAVE_FAILING_MEMORY 1
#define OURS(name) name
#define THEIRS(name) __libc_##name
#else
#define HAVE_FAILING_MEMORY 0
#endif

#if HAVE_FAILING_MEMORY

/* Seen by the shared libraries that ours calls, too. */
#pragma GCC visibility push(default)
void *THEIRS(malloc)(size_t size);
void *THEIRS(calloc)(size_t count, size_t size);
void *THEIRS(realloc)(void *old, size_t size);
void THEIRS(free)(void *block);
void *OURS(malloc)(size_t size);
void *OURS(calloc)(size_t count, size_t size);
void *OURS(realloc)(void *old, size_t size);
void OURS(free)(void *block);
#if SANITIZED
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
void *__real_aligned_alloc(size_t alignment, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
#else
void *__libc_memalign(size_t alignment, size_t size);
void *aligned_alloc(size_t alignment, size_t size);
void *memalign(size_t alignment, size_t size);
int posix_memalign(void **memory, size_t alignment, size_t size);
#endif
#pragma GCC visibility pop

static atomic_long memory_blocks;   /* not given back yet */
static atomic_long memory_left = 0; /* allocations until one fails; 0: none will */
static atomic_bool memory_ran_out;  /* one has failed */
static bool memory_stays_out;       /* all that come after it fail too */

/* From now on the n-th allocation fails, from 1, and with `stays_out` all later ones. */
static void memory_fails_at(long n, bool stays_out)
{
  memory_ran_out = false;
  memory_stays_out = stays_out;
  memory_left = n;
}

/* Ends it. True where an allocation did fail. */
static bool memory_is_back(void)
{
  memory_left = 0;
  return memory_ran_out;
}

static bool is_out(void)
{
  if (memory_left == 0)
    return false;
  const long left = atomic_fetch_sub(&memory_left, 1);
  if (left > 1)
    return false;
  memory_ran_out = true;
  memory_left = memory_stays_out ? 1 : 0;
  errno = ENOMEM;
  return true;
}

static void *counted(void *block)
{
  if (block)
    memory_blocks++;
  return block;
}

void *OURS(malloc)(size_t size) { return is_out() ? NULL : counted(THEIRS(malloc)(size)); }

void *OURS(calloc)(size_t count, size_t size)
{
  return is_out() ? NULL : counted(THEIRS(calloc)(count, size));
}

void *OURS(realloc)(void *old, size_t size)
{
  if (is_out())
    return NULL;
  return old ? THEIRS(realloc)(old, size) : counted(THEIRS(realloc)(old, size));
}

void OURS(free)(void *block)
{
  if (block)
    memory_blocks--;
  THEIRS(free)(block);
}

#if SANITIZED

/* Within the C library this one calls its allocator behind our back. */
char *__wrap_strdup(const char *text) { return is_out() ? NULL : counted(__real_strdup(text)); }

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
  return is_out() ? NULL : counted(__real_aligned_alloc(alignment, size));
}

#else

void *aligned_alloc(size_t alignment, size_t size)
{
  return is_out() ? NULL : counted(__libc_memalign(alignment, size));
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size)
{
  void *block = aligned_alloc(alignment, size);
  if (block)
    *memory = block;
  return block ? 0 : ENOMEM;
}

#endif

#endif

#endif
