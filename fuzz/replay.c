/* replay.c - runs a target without libFuzzer, as a test.
 *
 *   NAME_replay [-r ROUNDS] FILE|FOLDER...
 *
 * Each file is given to the target as it is, and then ROUNDS copies with a few bytes changed, the
 * same ones in every run, by the target's own mutator where it has one. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

enum { USUAL_ROUNDS = 50, MOST = 1 << 16 };

#pragma weak LLVMFuzzerCustomMutator

static uint64_t numbers = 1;

/* Steele, Lea and Flood 2014, SplitMix64. */
static uint64_t draw(uint64_t below)
{
  uint64_t z = numbers += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return (z ^ z >> 31) % below;
}

/* Stands in for libFuzzer's: a byte changed, put in or taken out, or the end cut off. */
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most)
{
  static const uint8_t odd[] = {0, 1, 0x7f, 0x80, 0xff, ' ', '"', '9'};
  for (uint64_t left = 1 + draw(3); left > 0; left--) {
    const size_t at = (size_t)draw(size + 1);
    const uint8_t byte = draw(2) ? odd[draw(sizeof odd)] : (uint8_t)draw(256);
    switch (draw(8)) {
    case 0:
      if (size < most) {
        memmove(bytes + at + 1, bytes + at, size - at);
        bytes[at] = byte;
        size++;
      }
      break;
    case 1:
      if (at < size) {
        memmove(bytes + at, bytes + at + 1, size - at - 1);
        size--;
      }
      break;
    case 2:
      if (draw(4) == 0)
        size = at;
      break;
    case 3:
      if (at < size)
        bytes[at] ^= (uint8_t)(1u << draw(8));
      break;
    default:
      if (at < size)
        bytes[at] = byte;
    }
  }
  return size;
}

static void run(const uint8_t *bytes, size_t size)
{
  uint8_t *copy = fuzz_copy(bytes, size);
  LLVMFuzzerTestOneInput(copy, size);
  free(copy);
}

static void replay(const char *path, int rounds)
{
  static uint8_t bytes[MOST + 1], changed[MOST];
  FILE *stream = fopen(path, "rb");
  FUZZ_CHECK(stream != NULL);
  const size_t size = fread(bytes, 1, sizeof bytes, stream);
  fclose(stream);
  FUZZ_CHECK(size <= MOST);
  run(bytes, size);
  for (int i = 0; i < rounds; i++) {
    memcpy(changed, bytes, size);
    const size_t length =
        LLVMFuzzerCustomMutator
            ? LLVMFuzzerCustomMutator(changed, size, MOST, (unsigned)draw(1u << 31))
            : LLVMFuzzerMutate(changed, size, MOST);
    run(changed, length);
  }
}

static int visible(const struct dirent *entry) { return entry->d_name[0] != '.'; }

/* In the order of their names, so that runs repeat. */
static int replay_folder(const char *folder, int rounds)
{
  struct dirent **entries;
  const int count = scandir(folder, &entries, visible, alphasort);
  FUZZ_CHECK(count > 0);
  for (int i = 0; i < count; i++) {
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
    replay(path, rounds);
    free(entries[i]);
  }
  free(entries);
  return count;
}

int main(int argc, char **argv)
{
  int files = 0, rounds = USUAL_ROUNDS;
  run((const uint8_t *)"", 0);
  for (int i = 1; i < argc; i++) {
    struct stat info;
    if (strcmp(argv[i], "-r") == 0 && i + 1 < argc) {
      rounds = atoi(argv[++i]);
    } else if (stat(argv[i], &info) == 0 && S_ISDIR(info.st_mode)) {
      files += replay_folder(argv[i], rounds);
    } else {
      replay(argv[i], rounds);
      files++;
    }
  }
  printf("%d files, each also %d times with some bytes changed\n", files, rounds);
  return files > 0 ? 0 : 1;
}
