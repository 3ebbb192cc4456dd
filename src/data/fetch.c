/* Each file is saved as <file>.gz.part, whatever mirrors send, until its unpacked bytes have been
 * found right; then it is synced and renamed. A .part that is there at the start is what an earlier
 * try left: only the rest is asked for. Should the whole then be wrong, or a mirror not know how to
 * send a part, the file is taken from the start. */
#define _DEFAULT_SOURCE /* flock */
#include "data/fetch.h"

#include "base/error.h"

#include <string.h>

#if LENET_HAVE_CURL && LENET_HAVE_ZLIB && LENET_HAVE_CRYPTO

#include "data/dataset.h"
#include "data/hash.h"
#include "data/unpack.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A mirror that takes longer to connect, or sends less for so long, is given up. */
enum { CONNECT_SECONDS = 15, SLOWEST_BYTES = 64, SLOW_SECONDS = 30, MOST_REDIRECTS = 5 };

/* One file on its way. */
typedef struct transfer {
  const lenet_known_set *set;
  int index; /* which of the set's four files */
  char *plain_path, *path, *part_path;
  int part;      /* file descriptor of part_path */
  uint64_t size; /* bytes in it */
  uint64_t most; /* bytes that it may come to */
  CURL *curl;
  char curl_reason[CURL_ERROR_SIZE];
  lenet_fetch_progress *progress;
  void *context;
  uint64_t start;    /* where this request takes up */
  bool stopped;      /* by the callback */
  int write_error;   /* errno of a failed write */
  bool wrong_hash;   /* some mirror sent all of a file, but another one */
  char reasons[240]; /* of each mirror, for the error */
} transfer;

static lenet_status cannot_write(const char *path, int reason, lenet_error *error)
{
  return lenet_fail(error, LENET_CANNOT_WRITE, -1, "%s: %s", path, strerror(reason));
}

static bool make_directories(char *path)
{
  for (char *c = path + 1; *c; c++)
    if (*c == '/') {
      *c = '\0';
      int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
      *c = '/';
      if (failed)
        return false;
    }
  return mkdir(path, 0777) == 0 || errno == EEXIST;
}

/* ------------------------------------------------------------- checking -------------------- */

/* Hashes the unpacked bytes of `path`, no more of them than the right file has. */
static lenet_status hash_unpacked(const char *path, uint64_t bytes, lenet_sha256 *hash,
                                  lenet_error *error)
{
  enum { BUFFER = 1 << 16 };
  lenet_unpack file;
  lenet_status status = lenet_unpack_open(&file, path, hash, error);
  if (status != LENET_OK)
    return status;
  uint8_t *buffer = malloc(BUFFER);
  size_t got = BUFFER;
  if (!buffer)
    status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory to check it", path);
  while (status == LENET_OK && got == BUFFER && file.offset <= bytes)
    status = lenet_unpack_read(&file, buffer, BUFFER, &got, error);
  free(buffer);
  lenet_unpack_close(&file);
  return status;
}

/* LENET_OK: right. LENET_BAD_HASH, LENET_BAD_FILE: wrong. Anything else: not known. */
static lenet_status check(const transfer *t, const char *path, lenet_error *error)
{
  lenet_sha256 *hash;
  char found[LENET_SHA256_TEXT];
  const char *expected = t->set->sha256[t->index];
  lenet_status status = lenet_sha256_begin(&hash, error);
  if (status != LENET_OK)
    return status;
  status = hash_unpacked(path, t->set->bytes[t->index], hash, error);
  if (status == LENET_OK)
    status = lenet_sha256_end(hash, found, error);
  if (status == LENET_OK && strcmp(found, expected) != 0)
    status = lenet_fail(error, LENET_BAD_HASH, -1, "%s: SHA-256 is %s, should be %s", path, found,
                        expected);
  lenet_sha256_free(hash);
  return status;
}

static bool is_wrong(lenet_status status)
{
  return status == LENET_BAD_HASH || status == LENET_BAD_FILE;
}

/* ------------------------------------------------------------- one request ----------------- */

static bool restart_part(transfer *t)
{
  t->size = 0;
  if (ftruncate(t->part, 0) == 0 && lseek(t->part, 0, SEEK_SET) == 0)
    return true;
  t->write_error = errno;
  return false;
}

static size_t on_bytes(char *bytes, size_t one, size_t count, void *context)
{
  transfer *t = context;
  size_t size = one * count, written = 0;
  if (size > t->most - t->size)
    return 0;
  while (written < size) {
    ssize_t n = write(t->part, bytes + written, size - written);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      t->write_error = errno;
      return 0;
    }
    written += (size_t)n;
  }
  t->size += size;
  return size;
}

static int on_progress(void *context, curl_off_t total, curl_off_t done, curl_off_t up_total,
                       curl_off_t up_done)
{
  transfer *t = context;
  (void)up_total, (void)up_done, (void)done;
  if (!t->progress)
    return 0;
  uint64_t all = total > 0 ? t->start + (uint64_t)total : 0;
  t->stopped = !t->progress(t->context, t->set->file[t->index], t->size, all);
  return t->stopped;
}

static CURLcode request(transfer *t, const char *url)
{
  t->start = t->size;
  t->curl_reason[0] = '\0';
  curl_easy_setopt(t->curl, CURLOPT_URL, url);
  curl_easy_setopt(t->curl, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)t->size);
  CURLcode code = curl_easy_perform(t->curl);
  /* A .part that is already whole: nothing follows it. */
  long answer = 0;
  curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &answer);
  return code == CURLE_HTTP_RETURNED_ERROR && answer == 416 && t->start > 0 ? CURLE_OK : code;
}

static CURL *new_curl(transfer *t)
{
  CURL *curl = curl_easy_init();
  if (!curl)
    return NULL;
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)MOST_REDIRECTS);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)SLOWEST_BYTES);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)SLOW_SECONDS);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "lenet/" LENET_VERSION);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->curl_reason);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, t);
  return curl;
}

/* ------------------------------------------------------------- one file -------------------- */

/* Notes "<host>: <reason>" for the error that names all mirrors. */
static void note(transfer *t, const char *url, const char *reason)
{
  size_t used = strlen(t->reasons);
  const char *host = strstr(url, "://");
  host = host ? host + 3 : url;
  snprintf(t->reasons + used, sizeof t->reasons - used, "%s%.*s: %s", used ? "; " : "",
           (int)strcspn(host, "/"), host, reason);
}

/* Keeps a file that has been found right. */
static lenet_status keep(const transfer *t, lenet_error *error)
{
  if (fsync(t->part) != 0)
    return cannot_write(t->part_path, errno, error);
  if (rename(t->part_path, t->path) != 0)
    return cannot_write(t->path, errno, error);
  return LENET_OK;
}

/* What a request has come to. LENET_NO_NETWORK: no more from this mirror; *again: from the start,
 * please. */
static lenet_status judge(transfer *t, const char *url, CURLcode code, bool *again,
                          lenet_error *error)
{
  lenet_error reason;
  *again = false;
  if (t->stopped)
    return lenet_fail(error, LENET_STOPPED, -1,
                      "%s: stopped after %llu bytes; what is there is kept", t->part_path,
                      (unsigned long long)t->size);
  if (t->write_error)
    return cannot_write(t->part_path, t->write_error, error);
  if (code == CURLE_RANGE_ERROR && t->start > 0) {
    *again = true;
    return LENET_NO_NETWORK;
  }
  if (code == CURLE_OUT_OF_MEMORY)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for libcurl", t->part_path);
  if (code != CURLE_OK) {
    bool too_large = code == CURLE_WRITE_ERROR;
    note(t, url,
         too_large         ? "sends more than the file has"
         : *t->curl_reason ? t->curl_reason
                           : curl_easy_strerror(code));
    return LENET_NO_NETWORK;
  }
  lenet_status status = check(t, t->part_path, &reason);
  if (status == LENET_OK)
    return keep(t, error);
  if (!is_wrong(status))
    return lenet_fail(error, status, reason.position, "%s", reason.message);
  *again = t->start > 0;
  if (!*again) {
    t->wrong_hash = true;
    note(t, url,
         status == LENET_BAD_HASH ? "sends another file: its SHA-256 is wrong"
                                  : "sends a broken file");
    restart_part(t); /* nothing to build on */
  }
  return LENET_NO_NETWORK;
}

static lenet_status try_mirror(transfer *t, const char *mirror, lenet_error *error)
{
  char *url = lenet_data_path(mirror, t->set->file[t->index], ".gz");
  if (!url)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for its name", mirror);
  bool again;
  lenet_status status = judge(t, url, request(t, url), &again, error);
  if (again && restart_part(t))
    status = judge(t, url, request(t, url), &again, error);
  free(url);
  return t->write_error ? cannot_write(t->part_path, t->write_error, error) : status;
}

static lenet_status try_mirrors(transfer *t, const char *const *mirrors, lenet_error *error)
{
  for (; *mirrors; mirrors++) {
    lenet_status status = try_mirror(t, *mirrors, error);
    if (status != LENET_NO_NETWORK)
      return status;
  }
  return lenet_fail(error, t->wrong_hash ? LENET_BAD_HASH : LENET_NO_NETWORK, -1, "%s: %s", t->path,
                    t->reasons);
}

/* Opens the .part for this process alone; a link there would lead to some other file. */
static lenet_status open_part(transfer *t, lenet_error *error)
{
  struct stat info;
  t->part = open(t->part_path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (t->part < 0)
    return cannot_write(t->part_path, errno, error);
  if (fstat(t->part, &info) != 0 || !S_ISREG(info.st_mode)) {
    close(t->part);
    return lenet_fail(error, LENET_CANNOT_WRITE, -1, "%s: not a regular file", t->part_path);
  }
  if (flock(t->part, LOCK_EX | LOCK_NB) != 0) {
    lenet_status status = errno == EWOULDBLOCK
                              ? lenet_fail(error, LENET_CANNOT_WRITE, -1,
                                           "%s: another process is downloading it", t->part_path)
                              : cannot_write(t->part_path, errno, error);
    close(t->part);
    return status;
  }
  off_t end = lseek(t->part, 0, SEEK_END);
  t->size = end > 0 ? (uint64_t)end : 0;
  /* Deflate makes incompressible bytes larger by far less than a thousandth. */
  t->most = t->set->bytes[t->index] + t->set->bytes[t->index] / 1000 + 65536;
  if (t->size > t->most)
    restart_part(t);
  return LENET_OK;
}

static lenet_status download(transfer *t, const char *const *mirrors, lenet_error *error)
{
  lenet_status status = open_part(t, error);
  if (status != LENET_OK)
    return status;
  t->wrong_hash = false;
  t->reasons[0] = '\0';
  status = try_mirrors(t, mirrors, error);
  if (status != LENET_OK && t->size == 0)
    unlink(t->part_path);
  close(t->part);
  return status;
}

static bool exists(const char *path)
{
  struct stat info;
  return stat(path, &info) == 0;
}

static lenet_status fetch_file(transfer *t, const char *const *mirrors, lenet_error *error)
{
  lenet_error reason;
  if (exists(t->plain_path)) {
    lenet_status status = check(t, t->plain_path, &reason);
    /* It would be read before the .gz, and is not ours to remove. */
    if (status != LENET_OK)
      lenet_fail(error, status, reason.position, "%s (remove it and fetch again)", reason.message);
    return status;
  }
  if (exists(t->path)) {
    lenet_status status = check(t, t->path, &reason);
    if (status == LENET_OK)
      return LENET_OK;
    if (!is_wrong(status))
      return lenet_fail(error, status, reason.position, "%s", reason.message);
  }
  return download(t, mirrors, error);
}

/* ------------------------------------------------------------- the set --------------------- */

static lenet_status fetch_files(transfer *t, const char *place, const char *const *mirrors,
                                lenet_error *error)
{
  lenet_status status = LENET_OK;
  for (t->index = 0; t->index < 4 && status == LENET_OK; t->index++) {
    const char *name = t->set->file[t->index];
    t->plain_path = lenet_data_path(place, name, "");
    t->path = lenet_data_path(place, name, ".gz");
    t->part_path = lenet_data_path(place, name, ".gz.part");
    if (t->plain_path && t->path && t->part_path)
      status = fetch_file(t, mirrors, error);
    else
      status = lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", place);
    free(t->plain_path);
    free(t->path);
    free(t->part_path);
  }
  return status;
}

lenet_status lenet_fetch_set(const lenet_known_set *set, const char *const *mirrors,
                             const char *directory, lenet_fetch_progress *progress, void *context,
                             lenet_error *error)
{
  transfer t = {.set = set, .progress = progress, .context = context};
  char *place = lenet_data_path(directory, set->name, "");
  if (!place)
    return lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for a path", directory);
  const bool new = access(place, F_OK) != 0;
  lenet_status status = LENET_OK;
  if (!make_directories(place))
    status = cannot_write(place, errno, error);
  else if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    status = lenet_fail(error, LENET_NO_NETWORK, -1, "%s: libcurl does not start", set->name);
  else {
    t.curl = new_curl(&t);
    status = t.curl ? fetch_files(&t, place, mirrors, error)
                    : lenet_fail(error, LENET_NO_MEMORY, -1, "%s: no memory for libcurl", place);
    curl_easy_cleanup(t.curl);
    curl_global_cleanup();
  }
  if (status != LENET_OK && new)
    rmdir(place); /* where nothing of a file has come */
  free(place);
  return status;
}

#else

lenet_status lenet_fetch_set(const lenet_known_set *set, const char *const *mirrors,
                             const char *directory, lenet_fetch_progress *progress, void *context,
                             lenet_error *error)
{
  (void)mirrors, (void)directory, (void)progress, (void)context;
  return lenet_fail(error, LENET_UNSUPPORTED, -1,
                    "%s: this build downloads nothing: it was made without libcurl, zlib or "
                    "libcrypto",
                    set->name);
}

#endif

static const lenet_known_set *find_set(const char *name, lenet_error *error)
{
  size_t count;
  const lenet_known_set *set = lenet_catalogue(&count);
  for (size_t i = 0; name && i < count; i++)
    if (strcmp(set[i].name, name) == 0)
      return &set[i];
  lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: no data set of this name is known",
             name ? name : "(null)");
  return NULL;
}

lenet_status lenet_fetch_from(const char *name, const char *const *mirrors, const char *directory,
                              bool (*progress)(void *context, const char *file, uint64_t done,
                                               uint64_t total),
                              void *context, lenet_error *error)
{
  const lenet_known_set *set = find_set(name, error);
  if (!set)
    return LENET_BAD_ARGUMENT;
  if (!mirrors || !mirrors[0] || !directory || !*directory)
    return lenet_fail(error, LENET_BAD_ARGUMENT, -1, "%s: no %s named", name,
                      mirrors && mirrors[0] ? "directory" : "mirror");
  return lenet_fetch_set(set, mirrors, directory, progress, context, error);
}

lenet_status lenet_fetch(const char *name, const char *directory,
                         bool (*progress)(void *context, const char *file, uint64_t done,
                                          uint64_t total),
                         void *context, lenet_error *error)
{
  const lenet_known_set *set = find_set(name, error);
  if (!set)
    return LENET_BAD_ARGUMENT;
  const char *mirrors[5] = {NULL};
  for (int i = 0; i < 4; i++)
    mirrors[i] = set->mirror[i];
  return lenet_fetch_from(name, mirrors, directory, progress, context, error);
}
