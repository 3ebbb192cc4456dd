/* fetch.h - the download of a known set, whichever it is. */
#ifndef LENET_DATA_FETCH_H
#define LENET_DATA_FETCH_H

#include "lenet.h"

typedef bool lenet_fetch_progress(void *context, const char *file, uint64_t done, uint64_t total);

/* lenet_fetch_from for a set that need not be in the catalogue. */
lenet_status lenet_fetch_set(const lenet_known_set *set, const char *const *mirrors,
                             const char *directory, lenet_fetch_progress *progress, void *context,
                             lenet_error *error);

#endif
