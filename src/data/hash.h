/* hash.h - SHA-256, by libcrypto. */
#ifndef LENET_DATA_HASH_H
#define LENET_DATA_HASH_H

#include "lenet.h"

enum { LENET_SHA256_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

typedef struct lenet_sha256 lenet_sha256;

/* False in a build without libcrypto; begin then fails with LENET_UNSUPPORTED. */
bool lenet_sha256_available(void);

lenet_status lenet_sha256_begin(lenet_sha256 **hash, lenet_error *error);
/* Adds bytes; once one addition has failed, so does the end. */
void lenet_sha256_add(lenet_sha256 *hash, const void *bytes, size_t size);
/* Writes the lower-case hexadecimal digits. The hash must still be freed. */
lenet_status lenet_sha256_end(lenet_sha256 *hash, char text[LENET_SHA256_TEXT], lenet_error *error);
void lenet_sha256_free(lenet_sha256 *hash);

#endif
