/* Downloads, from a web server that this test runs on 127.0.0.1 for itself. */
#define _XOPEN_SOURCE 700
#include "data/fetch.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scratch.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>

/* gzip of "lenet\n" 100, 1, 2 and 3 times, by "gzip -9n", and the SHA-256 of the texts, by
 * sha256sum. */
static const uint8_t packed_100[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xcb, 0x49, 0xcd, 0x4b, 0x2d, 0xe1,
    0xca, 0x19, 0x25, 0x47, 0x49, 0xaa, 0x92, 0x00, 0x3b, 0x6c, 0xae, 0xba, 0x58, 0x02, 0x00, 0x00};
static const uint8_t packed_1[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
                                   0x03, 0xcb, 0x49, 0xcd, 0x4b, 0x2d, 0xe1, 0x02, 0x00,
                                   0xa8, 0x4a, 0x45, 0xa1, 0x06, 0x00, 0x00, 0x00};
static const uint8_t packed_2[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                   0xcb, 0x49, 0xcd, 0x4b, 0x2d, 0xe1, 0xca, 0x01, 0x93, 0x00,
                                   0x9b, 0x06, 0x39, 0x32, 0x0c, 0x00, 0x00, 0x00};
static const uint8_t packed_3[] = {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
                                   0xcb, 0x49, 0xcd, 0x4b, 0x2d, 0xe1, 0xca, 0x41, 0x22, 0x01,
                                   0x5d, 0xdf, 0x68, 0xf3, 0x12, 0x00, 0x00, 0x00};

static const struct {
  const uint8_t *bytes;
  size_t size;
} packed[4] = {{packed_100, sizeof packed_100},
               {packed_1, sizeof packed_1},
               {packed_2, sizeof packed_2},
               {packed_3, sizeof packed_3}};

static const lenet_known_set small_set = {
    .name = "small",
    .description = "four texts",
    .file = {"one", "two", "three", "four"},
    .sha256 = {"69965ce78e65d55fc7c818a310ed5e5e377772059dec649ffe19ae7f1cb6683a",
               "87f892d63b7cdd57c1644edca90d54082fb9f18a5585f0d59b2b8f1258c09936",
               "cc2f88ea0b75f776a1f2868d24f1effa56af3410796fecc8b221911f38a0490f",
               "ba3ee535c4b1756531b4ff98c5a52fa1f0dd7b173e3266aee4b60c8cbc73fb0a"},
    .bytes = {600, 6, 12, 18},
};

/* ------------------------------------------------------------------ the server ------------- */

/* The first part of a request's path says how the server behaves:
 *
 *   /good/     as it should, with ranges
 *   /whole/    sends all, whatever range is asked for
 *   /broken/   breaks off half-way when asked for a whole file
 *   /wrong/    sends "two" for every file
 *   /noise/    sends bytes that are no gzip
 *   /endless/  sends without end
 *   /moved/    sends one on to /good/
 *   /local/    sends one on to file:///etc/passwd
 *   anything else is not found */
typedef struct server {
  int listener, port;
  pthread_t thread;
  atomic_bool stop;
  atomic_int requests, ranges; /* how many were answered; how many with a part */
} server;

static bool send_all(int to, const void *bytes, size_t size)
{
  const char *at = bytes;
  while (size > 0) {
    ssize_t n = send(to, at, size, MSG_NOSIGNAL);
    if (n <= 0)
      return false;
    at += n;
    size -= (size_t)n;
  }
  return true;
}

static void send_head(int to, const char *status, const char *more, size_t length)
{
  char head[512];
  snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n%s\r\n",
           status, length, more);
  send_all(to, head, strlen(head));
}

static void send_endless(int to)
{
  static const char zeros[4096];
  const char *head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  send_all(to, head, strlen(head));
  while (send_all(to, zeros, sizeof zeros))
    ;
}

static void send_file(server *s, int to, const char *manner, int file, long from)
{
  const uint8_t *bytes = packed[file].bytes;
  size_t size = packed[file].size, start = 0;
  char range[96] = "";
  if (from > 0 && strcmp(manner, "whole") != 0) {
    s->ranges++;
    if ((size_t)from >= size) {
      send_head(to, "416 Range Not Satisfiable", "", 0);
      return;
    }
    start = (size_t)from;
    snprintf(range, sizeof range, "Content-Range: bytes %zu-%zu/%zu\r\n", start, size - 1, size);
  }
  send_head(to, start ? "206 Partial Content" : "200 OK", range, size - start);
  bool breaks = strcmp(manner, "broken") == 0 && start == 0;
  send_all(to, bytes + start, breaks ? size / 2 : size - start);
}

static void answer(server *s, int to, const char *request)
{
  char manner[32] = "", name[64] = "", more[128];
  s->requests++;
  if (sscanf(request, "GET /%31[a-z]/%63[a-z].gz ", manner, name) != 2)
    return;
  int file = 0;
  while (file < 4 && strcmp(small_set.file[file], name) != 0)
    file++;
  const char *range = strstr(request, "Range: bytes=");
  long from = range ? strtol(range + 13, NULL, 10) : 0;
  if (file == 4)
    send_head(to, "404 Not Found", "", 0);
  else if (strcmp(manner, "good") == 0 || strcmp(manner, "whole") == 0 ||
           strcmp(manner, "broken") == 0)
    send_file(s, to, manner, file, from);
  else if (strcmp(manner, "wrong") == 0)
    send_file(s, to, manner, 1, from);
  else if (strcmp(manner, "endless") == 0)
    send_endless(to);
  else if (strcmp(manner, "noise") == 0) {
    send_head(to, "200 OK", "", 6);
    send_all(to, "noise\n", 6);
  } else if (strcmp(manner, "moved") == 0) {
    snprintf(more, sizeof more, "Location: /good/%s.gz\r\n", name);
    send_head(to, "302 Found", more, 0);
  } else if (strcmp(manner, "local") == 0)
    send_head(to, "302 Found", "Location: file:///etc/passwd\r\n", 0);
  else
    send_head(to, "404 Not Found", "", 0);
}

static void *serve(void *context)
{
  server *s = context;
  while (!s->stop) {
    struct pollfd wait = {.fd = s->listener, .events = POLLIN};
    if (poll(&wait, 1, 20) != 1)
      continue;
    int to = accept(s->listener, NULL, NULL);
    char request[2048];
    size_t used = 0;
    ssize_t n = 1;
    request[0] = '\0';
    while (to >= 0 && n > 0 && used < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
      n = recv(to, request + used, sizeof request - 1 - used, 0);
      used += n > 0 ? (size_t)n : 0;
      request[used] = '\0';
    }
    if (to >= 0) {
      answer(s, to, request);
      close(to);
    }
  }
  return NULL;
}

static void start(server *s)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  *s = (server){.listener = socket(AF_INET, SOCK_STREAM, 0)};
  assert_true(s->listener >= 0);
  assert_int_equal(bind(s->listener, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(s->listener, 8), 0);
  assert_int_equal(getsockname(s->listener, (struct sockaddr *)&address, &length), 0);
  s->port = ntohs(address.sin_port);
  assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

static void stop(server *s)
{
  s->stop = true;
  pthread_join(s->thread, NULL);
  close(s->listener);
}

/* ------------------------------------------------------------------ helpers ---------------- */

static server web;

static int group_setup(void **state)
{
  (void)state;
  /* A proxy would be asked for 127.0.0.1, too. */
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  unsetenv("ALL_PROXY");
  start(&web);
  return 0;
}

static int group_teardown(void **state)
{
  (void)state;
  stop(&web);
  return 0;
}

/* Fetches from mirrors that behave as the two manners say (NULL: one mirror). */
static lenet_status fetch(void **state, const char *first, const char *second,
                          lenet_fetch_progress *progress, void *context, lenet_error *error)
{
  char url[2][96];
  const char *manner[2] = {first, second}, *mirrors[3] = {NULL};
  for (int i = 0; i < 2 && manner[i]; i++) {
    /* With and without a slash at the end. */
    snprintf(url[i], sizeof url[i], "http://127.0.0.1:%d/%s%s", web.port, manner[i], i ? "/" : "");
    mirrors[i] = url[i];
  }
  web.requests = web.ranges = 0;
  return lenet_fetch_set(&small_set, mirrors, ((scratch *)*state)->root, progress, context, error);
}

static void assert_fetched(void **state)
{
  for (int i = 0; i < 4; i++) {
    char name[64], path[SCRATCH_PATH];
    uint8_t bytes[256];
    snprintf(name, sizeof name, "small/%s.gz", small_set.file[i]);
    FILE *stream = fopen(scratch_path(state, name, path), "rb");
    assert_non_null(stream);
    assert_int_equal(fread(bytes, 1, sizeof bytes, stream), packed[i].size);
    assert_memory_equal(bytes, packed[i].bytes, packed[i].size);
    fclose(stream);
    snprintf(name, sizeof name, "small/%s.gz.part", small_set.file[i]);
    assert_false(scratch_exists(state, name));
  }
}

#define SKIP_WITHOUT_FETCH()                                                                       \
  do {                                                                                             \
    lenet_error missing;                                                                           \
    if (fetch(state, "nothing", NULL, NULL, NULL, &missing) == LENET_UNSUPPORTED)                  \
      skip();                                                                                      \
  } while (0)

/* ------------------------------------------------------------------ tests ------------------ */

static void test_whole(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  assert_int_equal(web.requests, 4);
  assert_fetched(state);
  /* What is there and right is left alone. */
  assert_int_equal(fetch(state, "nothing", NULL, NULL, NULL, &error), LENET_OK);
  assert_int_equal(web.requests, 0);
}

static void test_redirect(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "moved", NULL, NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
}

static void test_only_http(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "local", NULL, NULL, NULL, &error), LENET_NO_NETWORK);
  char path[SCRATCH_PATH], url[SCRATCH_PATH + 16];
  scratch_write(state, "mirror/one.gz", packed[0].bytes, packed[0].size);
  snprintf(url, sizeof url, "file://%s", scratch_path(state, "mirror/", path));
  const char *mirrors[] = {url, NULL};
  assert_int_equal(
      lenet_fetch_set(&small_set, mirrors, ((scratch *)*state)->root, NULL, NULL, &error),
      LENET_NO_NETWORK);
  assert_false(scratch_exists(state, "small/one.gz"));
}

static void test_second_mirror(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "nothing", "good", NULL, NULL, &error), LENET_OK);
  assert_int_equal(web.requests, 8);
  assert_fetched(state);
}

/* Each mirror's reason is told; nothing stays behind. */
static void test_no_mirror(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "nothing", "nowhere", NULL, NULL, &error), LENET_NO_NETWORK);
  assert_non_null(strstr(error.message, "small/one.gz: "));
  char *first = strstr(error.message, "404");
  assert_non_null(first);
  assert_non_null(strstr(first + 3, "404"));
  assert_false(scratch_exists(state, "small/one.gz.part"));
  /* Nobody listens on port 1. */
  const char *mirrors[] = {"http://127.0.0.1:1/", NULL};
  assert_int_equal(
      lenet_fetch_set(&small_set, mirrors, ((scratch *)*state)->root, NULL, NULL, &error),
      LENET_NO_NETWORK);
  assert_non_null(strstr(error.message, "127.0.0.1:1: "));
}

static void test_resume(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "broken", NULL, NULL, NULL, &error), LENET_NO_NETWORK);
  assert_true(scratch_exists(state, "small/one.gz.part"));
  assert_false(scratch_exists(state, "small/one.gz"));
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  assert_int_equal(web.ranges, 1); /* the first file's rest; the others from the start */
  assert_int_equal(web.requests, 4);
  assert_fetched(state);
}

/* The next mirror takes up where the first broke off. */
static void test_resume_elsewhere(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "broken", "good", NULL, NULL, &error), LENET_OK);
  assert_int_equal(web.ranges, 4);
  assert_fetched(state);
}

static void test_resume_without_ranges(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  scratch_write(state, "small/one.gz.part", packed[0].bytes, 10);
  assert_int_equal(fetch(state, "whole", NULL, NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
}

/* The .part is another file's beginning, or whole already, or longer than the file. */
static void test_resume_of_something_else(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  uint8_t noise[128] = "something else";
  scratch_write(state, "small/one.gz.part", noise, 10);
  scratch_write(state, "small/two.gz.part", packed[1].bytes, packed[1].size);
  scratch_write(state, "small/three.gz.part", noise, sizeof noise);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  /* one: rest, whole; two: nothing left; three: nothing left, whole; four. */
  assert_int_equal(web.requests, 6);
  assert_fetched(state);
}

static void test_wrong_hash(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "wrong", NULL, NULL, NULL, &error), LENET_BAD_HASH);
  assert_non_null(strstr(error.message, "small/one.gz"));
  assert_non_null(strstr(error.message, "SHA-256"));
  assert_false(scratch_exists(state, "small/one.gz"));
  assert_false(scratch_exists(state, "small/one.gz.part"));
  assert_int_equal(fetch(state, "wrong", "good", NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
}

static void test_not_gzip(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "noise", NULL, NULL, NULL, &error), LENET_BAD_HASH);
  assert_false(scratch_exists(state, "small/one.gz"));
}

/* A file that is there and wrong is fetched again; an unpacked one is the user's. */
static void test_wrong_file_there(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  scratch_write(state, "small/two.gz", packed[2].bytes, packed[2].size);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
  scratch_write(state, "small/two", "lenet\n", 6);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  scratch_write(state, "small/two", "tenel\n", 6);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_BAD_HASH);
  assert_non_null(strstr(error.message, "small/two: "));
  assert_true(scratch_exists(state, "small/two"));
}

static void test_endless(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  assert_int_equal(fetch(state, "endless", NULL, NULL, NULL, &error), LENET_NO_NETWORK);
  char path[SCRATCH_PATH];
  struct stat info;
  assert_int_equal(stat(scratch_path(state, "small/one.gz.part", path), &info), 0);
  assert_true(info.st_size < 100000);
}

typedef struct heard {
  int calls;
  bool stop;
  uint64_t done, total;
  char file[32];
} heard;

static bool hear(void *context, const char *file, uint64_t done, uint64_t total)
{
  heard *h = context;
  h->calls++;
  if (strcmp(file, "one") == 0) {
    h->done = done > h->done ? done : h->done;
    h->total = total > h->total ? total : h->total;
  }
  snprintf(h->file, sizeof h->file, "%s", file);
  return !h->stop;
}

static void test_progress(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  heard h = {.calls = 0};
  scratch_write(state, "small/one.gz.part", packed[0].bytes, 10);
  assert_int_equal(fetch(state, "good", NULL, hear, &h, &error), LENET_OK);
  assert_true(h.calls >= 4);
  assert_int_equal(h.done, packed[0].size); /* with what was there before */
  assert_int_equal(h.total, packed[0].size);
  assert_string_equal(h.file, "four");
}

static void test_stop(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  heard h = {.stop = true};
  scratch_write(state, "small/one.gz.part", packed[0].bytes, 10);
  assert_int_equal(fetch(state, "good", NULL, hear, &h, &error), LENET_STOPPED);
  assert_int_equal(h.calls, 1);
  assert_true(scratch_exists(state, "small/one.gz.part"));
  assert_false(scratch_exists(state, "small/one.gz"));
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
}

static void test_cannot_write(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  char path[SCRATCH_PATH];
  scratch_write(state, "file", "", 0);
  const char *mirrors[] = {"http://127.0.0.1:1/", NULL};
  assert_int_equal(
      lenet_fetch_set(&small_set, mirrors, scratch_path(state, "file", path), NULL, NULL, &error),
      LENET_CANNOT_WRITE);
  assert_non_null(strstr(error.message, path));
}

/* A download never goes through a link, nor into a pipe. */
static void test_part_is_no_file(void **state)
{
  SKIP_WITHOUT_FETCH();
  lenet_error error;
  char path[SCRATCH_PATH];
  scratch_write(state, "small/other", "precious", 8);
  scratch_path(state, "small/one.gz.part", path);
  assert_int_equal(symlink("other", path), 0);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_CANNOT_WRITE);
  assert_non_null(strstr(error.message, path));
  char other[SCRATCH_PATH], bytes[9] = "";
  FILE *stream = fopen(scratch_path(state, "small/other", other), "rb");
  assert_non_null(stream);
  assert_int_equal(fread(bytes, 1, sizeof bytes, stream), 8);
  fclose(stream);
  assert_memory_equal(bytes, "precious", 8);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mkfifo(path, 0666), 0);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_CANNOT_WRITE);
  assert_non_null(strstr(error.message, "not a regular file"));
  assert_int_equal(unlink(path), 0);
  assert_int_equal(fetch(state, "good", NULL, NULL, NULL, &error), LENET_OK);
  assert_fetched(state);
}

static void test_names(void **state)
{
  lenet_error error;
  const char *none[] = {NULL};
  const char *root = ((scratch *)*state)->root;
  assert_int_equal(lenet_fetch("nothing", root, NULL, NULL, &error), LENET_BAD_ARGUMENT);
  assert_non_null(strstr(error.message, "nothing"));
  assert_int_equal(lenet_fetch(NULL, root, NULL, NULL, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_fetch_from("mnist", none, root, NULL, NULL, &error), LENET_BAD_ARGUMENT);
  assert_int_equal(lenet_fetch_from("mnist", NULL, root, NULL, NULL, NULL), LENET_BAD_ARGUMENT);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_make, scratch_remove)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_SCRATCH(test_whole),
      IN_SCRATCH(test_redirect),
      IN_SCRATCH(test_only_http),
      IN_SCRATCH(test_second_mirror),
      IN_SCRATCH(test_no_mirror),
      IN_SCRATCH(test_resume),
      IN_SCRATCH(test_resume_elsewhere),
      IN_SCRATCH(test_resume_without_ranges),
      IN_SCRATCH(test_resume_of_something_else),
      IN_SCRATCH(test_wrong_hash),
      IN_SCRATCH(test_not_gzip),
      IN_SCRATCH(test_wrong_file_there),
      IN_SCRATCH(test_endless),
      IN_SCRATCH(test_progress),
      IN_SCRATCH(test_stop),
      IN_SCRATCH(test_cannot_write),
      IN_SCRATCH(test_part_is_no_file),
      IN_SCRATCH(test_names),
  };
  return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
