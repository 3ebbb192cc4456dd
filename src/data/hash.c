#include "data/hash.h"

#include "base/error.h"

#if LENET_HAVE_CRYPTO

#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct lenet_sha256 {
  EVP_MD_CTX *context;
  bool failed;
};

bool lenet_sha256_available(void) { return true; }

/* Why libcrypto has failed: for want of memory, which may be too little to note that as the reason,
 * or because it is configured to refuse the algorithm. */
static lenet_status why(lenet_error *error)
{
  bool told = false, memory = false;
  for (unsigned long code; (code = ERR_get_error()) != 0; told = true)
    memory = memory || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE;
  return memory || !told
             ? lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a SHA-256")
             : lenet_fail(error, LENET_UNSUPPORTED, -1, "this system's libcrypto refuses SHA-256");
}

lenet_status lenet_sha256_begin(lenet_sha256 **hash, lenet_error *error)
{
  lenet_sha256 *made = calloc(1, sizeof *made);
  if (made)
    made->context = EVP_MD_CTX_new();
  if (!made || !made->context) {
    free(made);
    return lenet_fail(error, LENET_NO_MEMORY, -1, "no memory for a SHA-256");
  }
  ERR_clear_error();
  if (EVP_DigestInit_ex(made->context, EVP_sha256(), NULL) != 1) {
    lenet_sha256_free(made);
    return why(error);
  }
  *hash = made;
  return LENET_OK;
}

void lenet_sha256_add(lenet_sha256 *hash, const void *bytes, size_t size)
{
  if (EVP_DigestUpdate(hash->context, bytes, size) != 1)
    hash->failed = true;
}

lenet_status lenet_sha256_end(lenet_sha256 *hash, char text[LENET_SHA256_TEXT], lenet_error *error)
{
  static const char digits[] = "0123456789abcdef";
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (hash->failed || EVP_DigestFinal_ex(hash->context, sum, &length) != 1 || length != 32)
    return lenet_fail(error, LENET_UNSUPPORTED, -1, "libcrypto failed to compute a SHA-256");
  for (unsigned i = 0; i < length; i++) {
    text[2 * i] = digits[sum[i] >> 4];
    text[2 * i + 1] = digits[sum[i] & 15];
  }
  text[2 * length] = '\0';
  return LENET_OK;
}

void lenet_sha256_free(lenet_sha256 *hash)
{
  if (!hash)
    return;
  EVP_MD_CTX_free(hash->context);
  free(hash);
}

#else

bool lenet_sha256_available(void) { return false; }

lenet_status lenet_sha256_begin(lenet_sha256 **hash, lenet_error *error)
{
  (void)hash;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "this build has no SHA-256: it was made without libcrypto");
}

void lenet_sha256_add(lenet_sha256 *hash, const void *bytes, size_t size)
{
  (void)hash, (void)bytes, (void)size;
}

lenet_status lenet_sha256_end(lenet_sha256 *hash, char text[LENET_SHA256_TEXT], lenet_error *error)
{
  (void)text;
  return lenet_sha256_begin(&hash, error);
}

void lenet_sha256_free(lenet_sha256 *hash) { (void)hash; }

#endif
