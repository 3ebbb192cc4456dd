/* A disk that fails: each call of the system that saving or loading makes goes wrong once, is cut
 * short once, or is the last one that the process makes. What is then found under the name is the
 * old file or the new one, whole; nothing else is left in the folder, unless the process was
 * killed; and a run that is resumed ends with the same weights. The calls of the library come here
 * by --wrap (tests/CMakeLists.txt). */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lenet.h"
#include "scratch.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* ------------------------------------------------------------------ the disk --------------- */

typedef enum fault { NONE, FAILS, IS_SHORT, KILLS } fault;

static struct {
  fault fault;
  long left;     /* calls until it happens */
  bool happened; /* it did */
  bool closing;  /* to a close */
  FILE *broken;  /* a stream that has read an error */
} disk;

static void disk_fails(fault kind, long at)
{
  disk.fault = kind;
  disk.left = at;
  disk.happened = disk.closing = false;
  disk.broken = NULL;
}

/* Ends it. True where it happened. */
static bool disk_is_well(void)
{
  disk.fault = NONE;
  return disk.happened;
}

/* Whether this call is the one. */
static bool strikes(void)
{
  if (disk.fault == NONE || disk.happened || --disk.left > 0)
    return false;
  disk.happened = true;
  if (disk.fault == KILLS)
    raise(SIGKILL);
  errno = EIO;
  return true;
}

/* With 32 bits the library calls these by other names, which know files of more than 2 GiB. */
#if defined __GLIBC__ && defined _FILE_OFFSET_BITS && SIZE_MAX == UINT32_MAX
#define LARGE(name) __asm__(name "64")
#else
#define LARGE(name)
#endif

FILE *__real_fopen(const char *path, const char *mode) LARGE("__real_fopen");
FILE *__wrap_fopen(const char *path, const char *mode) LARGE("__wrap_fopen");
FILE *__wrap_fopen(const char *path, const char *mode)
{
  return strikes() ? NULL : __real_fopen(path, mode);
}

FILE *__real_fdopen(int descriptor, const char *mode);
FILE *__wrap_fdopen(int descriptor, const char *mode);
FILE *__wrap_fdopen(int descriptor, const char *mode)
{
  return strikes() ? NULL : __real_fdopen(descriptor, mode);
}

int __real_open(const char *path, int flags, ...) LARGE("__real_open");
int __wrap_open(const char *path, int flags, ...) LARGE("__wrap_open");
int __wrap_open(const char *path, int flags, ...)
{
  va_list arguments;
  va_start(arguments, flags);
  const int mode = flags & O_CREAT ? va_arg(arguments, int) : 0;
  va_end(arguments);
  return strikes() ? -1 : __real_open(path, flags, mode);
}

size_t __real_fread(void *to, size_t size, size_t count, FILE *stream);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *stream);
size_t __wrap_fread(void *to, size_t size, size_t count, FILE *stream)
{
  if (!strikes())
    return __real_fread(to, size, count, stream);
  const size_t got = __real_fread(to, size, count, stream) / 2;
  if (disk.fault == FAILS)
    disk.broken = stream;
  return got;
}

/* FORTIFY calls this one, with the room at `to`. */
size_t __wrap___fread_chk(void *to, size_t room, size_t size, size_t count, FILE *stream);
size_t __wrap___fread_chk(void *to, size_t room, size_t size, size_t count, FILE *stream)
{
  assert_true(size * count <= room);
  return __wrap_fread(to, size, count, stream);
}

int __real_ferror(FILE *stream);
int __wrap_ferror(FILE *stream);
int __wrap_ferror(FILE *stream) { return stream == disk.broken || __real_ferror(stream); }

size_t __real_fwrite(const void *from, size_t size, size_t count, FILE *stream);
size_t __wrap_fwrite(const void *from, size_t size, size_t count, FILE *stream);
size_t __wrap_fwrite(const void *from, size_t size, size_t count, FILE *stream)
{
  if (!strikes())
    return __real_fwrite(from, size, count, stream);
  if (disk.fault == FAILS)
    return 0;
  const size_t wrote = __real_fwrite(from, size, count / 2, stream);
  errno = ENOSPC;
  return wrote;
}

int __real_fflush(FILE *stream);
int __wrap_fflush(FILE *stream);
int __wrap_fflush(FILE *stream) { return strikes() ? EOF : __real_fflush(stream); }

/* These have done their work when they fail, as the system's do. */
int __real_fclose(FILE *stream);
int __wrap_fclose(FILE *stream);
int __wrap_fclose(FILE *stream)
{
  const bool fails = strikes();
  const int result = __real_fclose(stream);
  errno = fails ? EIO : errno;
  return fails ? EOF : result;
}

int __real_close(int descriptor);
int __wrap_close(int descriptor);
int __wrap_close(int descriptor)
{
  const bool fails = strikes();
  disk.closing |= fails;
  const int result = __real_close(descriptor);
  return fails ? -1 : result;
}

int __real_fsync(int descriptor);
int __wrap_fsync(int descriptor);
int __wrap_fsync(int descriptor) { return strikes() ? -1 : __real_fsync(descriptor); }

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
  return strikes() ? -1 : __real_rename(from, to);
}

/* ------------------------------------------------------------------ what is saved ---------- */

enum { SIDE = 8, CLASSES = 3, SAMPLES = 24, EPOCHS = 4, NOISE = 64 };

static char folder[SCRATCH_PATH], path[SCRATCH_PATH + 8];
static uint8_t pixels[NOISE * NOISE];

static void fetch(void *context, uint32_t epoch, size_t first, const uint32_t *index, size_t count,
                  uint8_t *to, uint8_t *labels)
{
  (void)context, (void)epoch;
  for (size_t i = 0; i < count; i++) {
    const size_t sample = first + index[i];
    for (size_t p = 0; p < SIDE * SIDE; p++)
      to[i * SIDE * SIDE + p] = (uint8_t)((sample + 1) * (p + 3) * 29);
    labels[i] = (uint8_t)(sample % CLASSES);
  }
}

static const lenet_samples samples = {
    .count = SAMPLES, .rows = SIDE, .columns = SIDE, .classes = CLASSES, .fetch = fetch};

/* A run, with its model. */
typedef struct run {
  lenet_model *model;
  lenet_trainer *trainer;
} run;

static run begin_run(void)
{
  run r;
  lenet_network network;
  assert_int_equal(lenet_network_parse("8x8 C2@3:relu M2 F6:tanh F3:softmax", &network, NULL),
                   LENET_OK);
  lenet_recipe recipe = lenet_recipe_default(&network);
  recipe.epochs = EPOCHS;
  recipe.batch = 5;
  recipe.optimizer = LENET_ADAM;
  recipe.learning_rate = 0.01f;
  assert_int_equal(lenet_model_create(&network, lenet_input_default(&network), 1, &r.model, NULL),
                   LENET_OK);
  assert_int_equal(
      lenet_trainer_create(r.model, &recipe, &samples, NULL, 1, LENET_ISA_BEST, &r.trainer, NULL),
      LENET_OK);
  return r;
}

static void train_until(run *r, int epoch)
{
  lenet_epoch result;
  while (lenet_trainer_epochs_done(r->trainer) < epoch)
    assert_int_equal(lenet_trainer_epoch(r->trainer, NULL, NULL, &result, NULL), LENET_OK);
}

static void end_run(run *r)
{
  lenet_trainer_free(r->trainer);
  lenet_model_free(r->model);
}

static run saved; /* a run at work */

static lenet_status save_model(lenet_error *error)
{
  return lenet_model_save(saved.model, path, error);
}

static lenet_status save_run(lenet_error *error)
{
  return lenet_trainer_save(saved.trainer, path, error);
}

static lenet_status save_png(lenet_error *error)
{
  return lenet_image_write_png(path, pixels, NOISE, NOISE, 1, error);
}

static lenet_status save_jpeg(lenet_error *error)
{
  return lenet_image_write_jpeg(path, pixels, NOISE, NOISE, 1, 90, error);
}

static lenet_status (*const saves[])(lenet_error *error) = {save_model, save_run, save_png,
                                                            save_jpeg};
enum { SAVES = sizeof saves / sizeof *saves };

/* ------------------------------------------------------------------ files ------------------ */

typedef struct content {
  bool there;
  size_t size;
  char bytes[1 << 16];
} content;

static void read_content(content *c)
{
  FILE *stream = fopen(path, "rb");
  *c = (content){.there = stream != NULL};
  if (!stream)
    return;
  c->size = fread(c->bytes, 1, sizeof c->bytes, stream);
  assert_int_equal(fclose(stream), 0);
  assert_true(c->size < sizeof c->bytes);
}

static void put_content(const content *c)
{
  if (!c->there) {
    assert_true(unlink(path) == 0 || errno == ENOENT);
    return;
  }
  FILE *stream = fopen(path, "wb");
  assert_non_null(stream);
  assert_int_equal(fwrite(c->bytes, 1, c->size, stream), c->size);
  assert_int_equal(fclose(stream), 0);
}

static bool is_content(const content *c)
{
  static content now;
  read_content(&now);
  return now.there == c->there && now.size == c->size && memcmp(now.bytes, c->bytes, c->size) == 0;
}

/* Files in the folder beside the one of the name, which are removed. */
static int count_others(void)
{
  int count = 0;
  DIR *stream = opendir(folder);
  assert_non_null(stream);
  for (const struct dirent *entry; (entry = readdir(stream));) {
    char other[2 * SCRATCH_PATH];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
        strcmp(entry->d_name, strrchr(path, '/') + 1) == 0)
      continue;
    snprintf(other, sizeof other, "%s/%s", folder, entry->d_name);
    unlink(other);
    count++;
  }
  closedir(stream);
  return count;
}

/* The lowest number that a new descriptor would get. */
static int next_descriptor(void)
{
  const int descriptor = dup(0);
  close(descriptor);
  return descriptor;
}

/* ------------------------------------------------------------------ tests ------------------ */

static const content no_file = {.there = false};
static content first, second; /* the old file, and the new one */

/* After a save that met a fault: the old file or the new one, as the status says. */
static void assert_old_or_new(lenet_status status, const lenet_error *error, const content *old,
                              int descriptor)
{
  if (status == LENET_OK)
    assert_true(is_content(&second));
  else
    assert_true(is_content(old));
  if (status != LENET_OK) {
    assert_int_equal(status, LENET_CANNOT_WRITE);
    assert_int_equal(error->status, LENET_CANNOT_WRITE);
    assert_non_null(strstr(error->message, path));
  }
  assert_int_equal(count_others(), 0);
  assert_int_equal(next_descriptor(), descriptor);
}

static int fail_at_each_call(lenet_status (*save)(lenet_error *error), fault kind,
                             const content *old)
{
  int refused = 0;
  for (long n = 1;; n++) {
    lenet_error error = {.status = LENET_OK};
    put_content(old);
    const int descriptor = next_descriptor();
    disk_fails(kind, n);
    const lenet_status status = save(&error);
    const bool happened = disk_is_well();
    assert_old_or_new(status, &error, old, descriptor);
    assert_true(happened || status == LENET_OK);
    refused += status != LENET_OK;
    if (!happened)
      return refused;
  }
}

/* What is under the name before a save, and what that writes. False in a build that cannot. */
static bool make_contents(lenet_status (*save)(lenet_error *error))
{
  const lenet_status status = save(NULL);
  if (status == LENET_UNSUPPORTED)
    return false;
  assert_int_equal(status, LENET_OK);
  read_content(&second);
  first = (content){.there = true, .size = 3, .bytes = "old"};
  return true;
}

static void test_every_call_fails(void **state)
{
  (void)state;
  for (int s = 0; s < SAVES; s++) {
    if (!make_contents(saves[s]))
      continue;
    for (fault kind = FAILS; kind <= IS_SHORT; kind++) {
      /* open, fdopen, fwrite, fflush, fsync, fclose and rename at least */
      assert_true(fail_at_each_call(saves[s], kind, &first) >= 7);
      assert_true(fail_at_each_call(saves[s], kind, &no_file) >= 7);
    }
  }
}

/* A true fault of the system: files may not grow beyond a limit, so that a write ends within a
 * block. */
static void test_no_room(void **state)
{
  (void)state;
  struct rlimit limit;
  lenet_error error;
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
  signal(SIGXFSZ, SIG_IGN);
  for (int s = 0; s < SAVES; s++) {
    if (!make_contents(saves[s]))
      continue;
    for (size_t room = 0; room <= second.size; room += second.size / 20 + 1) {
      put_content(&first);
      const int descriptor = next_descriptor();
      assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){room, limit.rlim_max}), 0);
      const lenet_status status = saves[s](&error);
      assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
      assert_int_equal(status, room < second.size ? LENET_CANNOT_WRITE : LENET_OK);
      assert_old_or_new(status, &error, &first, descriptor);
    }
  }
  signal(SIGXFSZ, SIG_DFL);
}

/* A process of its own saves and is killed at the n-th call. False where it has fewer. */
static bool save_and_die(lenet_status (*save)(lenet_error *error), long n)
{
  int status;
  const pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    disk_fails(KILLS, n);
    _exit(save(NULL) == LENET_OK ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status)) {
    assert_int_equal(WTERMSIG(status), SIGKILL);
    return true;
  }
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return false;
}

static void test_killed_at_every_call(void **state)
{
  (void)state;
  for (int s = 0; s < SAVES; s++) {
    int olds = 0, news = 0;
    if (!make_contents(saves[s]))
      continue;
    for (long n = 1;; n++) {
      put_content(&first);
      const bool killed = save_and_die(saves[s], n);
      const bool is_new = is_content(&second);
      assert_true(is_new || is_content(&first));
      olds += !is_new;
      news += is_new;
      assert_true(count_others() <= killed); /* a part that nobody reads may be left */
      if (!killed)
        break;
    }
    assert_true(olds >= 7 && news >= 1);
  }
}

/* Weights after all epochs, resumed from what is under the name. */
static void assert_ends_the_same(const lenet_model *whole)
{
  run r = begin_run();
  lenet_error error;
  if (lenet_trainer_resume(r.trainer, path, &error) != LENET_OK)
    fail_msg("%s", error.message);
  train_until(&r, EPOCHS);
  assert_memory_equal(lenet_model_parameters(r.model), lenet_model_parameters(whole),
                      lenet_model_layout(whole)->parameter_count * sizeof(lenet_real));
  end_run(&r);
}

static void test_resumed_after_a_kill(void **state)
{
  (void)state;
  run whole = begin_run(), before = begin_run();
  static content old;
  train_until(&whole, EPOCHS);
  train_until(&before, 1);
  const bool can = lenet_trainer_save(before.trainer, path, NULL) == LENET_OK;
  read_content(&old);
  for (long n = 1; can; n++) {
    put_content(&old);
    const bool killed = save_and_die(save_run, n); /* after the second epoch */
    assert_ends_the_same(whole.model);
    count_others();
    if (!killed)
      break;
  }
  end_run(&before);
  end_run(&whole);
}

/* ------------------------------------------------------------------ loading ---------------- */

static lenet_status load_model(lenet_error *error)
{
  lenet_model *const untouched = (lenet_model *)(void *)folder;
  lenet_model *model = untouched;
  const lenet_status status = lenet_model_load(path, &model, error);
  if (status == LENET_OK)
    lenet_model_free(model);
  else
    assert_ptr_equal(model, untouched);
  return status;
}

static lenet_status load_run(lenet_error *error)
{
  run r = begin_run();
  const lenet_status status = lenet_trainer_resume(r.trainer, path, error);
  assert_int_equal(lenet_trainer_epochs_done(r.trainer), status == LENET_OK ? 2 : 0);
  end_run(&r);
  return status;
}

static lenet_status load_picture(lenet_error *error)
{
  lenet_image image = {.width = -7};
  const lenet_status status = lenet_image_load(path, &image, error);
  if (status == LENET_OK)
    lenet_image_free(&image);
  else
    assert_int_equal(image.width, -7);
  return status;
}

static void test_every_read_fails(void **state)
{
  (void)state;
  static lenet_status (*const loads[SAVES])(lenet_error * error) = {load_model, load_run,
                                                                    load_picture, load_picture};
  for (int l = 0; l < SAVES; l++) {
    if (!make_contents(saves[l]))
      continue;
    for (fault kind = FAILS; kind <= IS_SHORT; kind++)
      for (long n = 1;; n++) {
        lenet_error error = {.status = LENET_OK};
        const int descriptor = next_descriptor();
        disk_fails(kind, n);
        const lenet_status status = loads[l](&error);
        const bool happened = disk_is_well();
        /* A file that has been read may fail to close. */
        assert_true(status == LENET_OK || (happened && error.status == status));
        assert_true(status == LENET_OK || status == LENET_CANNOT_READ || status == LENET_BAD_FILE);
        assert_true(n > 2 || status != LENET_OK); /* fopen, fread */
        assert_int_equal(next_descriptor(), descriptor);
        if (!happened)
          break;
      }
  }
}

/* Two files, each found, then opened: the disk may have lost it between. Where zlib is linked into
 * the program its calls are the test's too: what has been read may fail to close. */
static void test_every_opening_of_a_set_fails(void **state)
{
  static const uint8_t pictures[16 + 4] = {0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2};
  static const uint8_t labels[8 + 1] = {0, 0, 8, 1, 0, 0, 0, 1};
  char set[SCRATCH_PATH];
  scratch_write(state, "set/train-images-idx3-ubyte", pictures, sizeof pictures);
  scratch_write(state, "set/train-labels-idx1-ubyte", labels, sizeof labels);
  scratch_path(state, "set", set);
  for (long n = 1;; n++) {
    lenet_dataset *const untouched = (lenet_dataset *)(void *)folder;
    lenet_dataset *data = untouched;
    lenet_error error = {.status = LENET_OK};
    const int descriptor = next_descriptor();
    disk_fails(FAILS, n);
    const lenet_status status = lenet_dataset_open(set, LENET_TRAIN, NULL, &data, &error);
    const bool happened = disk_is_well();
    assert_int_equal(next_descriptor(), descriptor);
    if (!happened || disk.closing) {
      assert_int_equal(status, LENET_OK);
      lenet_dataset_free(data);
    }
    if (disk.closing)
      continue;
    if (!happened) {
      assert_true(n > 2);
      return;
    }
    assert_int_equal(status, LENET_CANNOT_READ);
    assert_int_equal(error.status, status);
    assert_non_null(strstr(error.message, n == 1 ? "train-images" : "train-labels"));
    assert_ptr_equal(data, untouched);
  }
}

static int make_all(void **state)
{
  if (scratch_make(state) != 0)
    return -1;
  snprintf(folder, sizeof folder, "%s", ((scratch *)*state)->root);
  snprintf(path, sizeof path, "%s/saved", folder);
  for (unsigned i = 0; i < sizeof pixels; i++)
    pixels[i] = (uint8_t)((i * 2654435761u) >> 24);
  saved = begin_run();
  train_until(&saved, 2);
  return 0;
}

static int free_all(void **state)
{
  end_run(&saved);
  return scratch_remove(state);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_every_call_fails),
      cmocka_unit_test(test_no_room),
      cmocka_unit_test(test_killed_at_every_call),
      cmocka_unit_test(test_resumed_after_a_kill),
      cmocka_unit_test(test_every_read_fails),
      cmocka_unit_test(test_every_opening_of_a_set_fails),
  };
  return cmocka_run_group_tests(tests, make_all, free_all);
}
