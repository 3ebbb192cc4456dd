/* error.h - how every function of the library reports what went wrong. */
#ifndef LENET_BASE_ERROR_H
#define LENET_BASE_ERROR_H

#include "lenet.h"

/* Fills `error` (if not NULL) with a one-line message and returns `status`, so that a caller
 * writes: return lenet_fail(error, LENET_BAD_FILE, 4, "%s: byte 4: 3 dimensions promised", path);
 * `position` is a byte offset, a column, or -1. Control characters in the text, which may come
 * from foreign files, become '?'. */
lenet_status lenet_fail(lenet_error *error, lenet_status status, long long position,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
