/* data_reader.c - `lenet data make reader`: what the network of `lenet read` learns from.
 *
 * Of 96 pictures 70 are pieces of strings of MNIST digits, whole digits and what else a line can be
 * cut into; 11 are digits of MNIST as they are, 4 printed ones; and no digits are 8 letters,
 * scribbles, shapes and noise, and 3 clothes of Fashion-MNIST. The training part draws on MNIST's
 * training images but the last 5,000, and on Fashion-MNIST's but the last 10,000; the test part, a
 * twentieth, on these. */
#include "data_make.h"

#include "mix.h"
#include "output.h"
#include "place.h"
#include "progress.h"
#include "stop.h"
#include "write_idx.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  AREA = 28 * 28,
  USUAL_COUNT = 480000,
  TEST_PART = 20,
  DIGITS_KEPT = 5000,
  CLOTHES_KEPT = 10000
};

enum { OF_PIECES = 70, OF_DIGITS = 11, OF_PRINTED = 4, OF_OTHERS = 8, OF_CLOTHES = 3, OF_ALL = 96 };

/* ------------------------------------------------------------------ kinds ----------------- */

static int add_pieces(const cli_arguments *a, const lenet_samples *digits, uint64_t seed,
                      size_t count, cli_mix *m)
{
  cli_progress progress = cli_progress_start(a);
  const double start = cli_clock();
  const size_t end = m->count + count, from = m->count;
  int code = CLI_OK;
  for (uint64_t string = 0; m->count < end && code == CLI_OK; string++) {
    lenet_error error;
    size_t made;
    if (lenet_pieces_make(digits, seed, string, end - m->count, &made, m->pixels + m->count * AREA,
                          m->labels + m->count, &error) != LENET_OK) {
      cli_progress_clear(&progress);
      return cli_library_error(a->command, &error);
    }
    m->count += made;
    const double part = (double)(m->count - from) / (double)count;
    cli_progress_part(&progress, part, part > 0 ? (cli_clock() - start) / part : 0,
                      "cutting strings");
    if (cli_stop_wanted())
      code = cli_error(a->command, CLI_INTERRUPTED, "stopped; nothing was written");
  }
  cli_progress_clear(&progress);
  return code;
}

/* Pictures of a set, over and over if there are too few. Those of no digit lose their label, and
 * every second one is put into the frame of a digit first, as a reader would; what has no ink is
 * left out. */
static void add_samples(const lenet_samples *samples, size_t count, bool none, cli_mix *m)
{
  const size_t end = m->count + count;
  for (size_t i = 0; m->count < end; i++) {
    const uint32_t index = (uint32_t)(i % samples->count);
    uint8_t *pixels = m->pixels + m->count * AREA, framed[AREA];
    uint8_t *label = m->labels + m->count;
    lenet_error error;
    samples->fetch(samples->context, 0, samples->first, &index, 1, pixels, label);
    const lenet_image image = {28, 28, pixels};
    if (none && i % 2 == 1) {
      if (lenet_image_to_digit(&image, framed, &error) != LENET_OK)
        continue;
      memcpy(pixels, framed, AREA);
    }
    if (none)
      *label = LENET_NONDIGIT;
    m->count++;
  }
}

static int add_drawn(const cli_arguments *a, const char *name, uint64_t seed, size_t count,
                     bool none, cli_mix *m)
{
  char set[96];
  lenet_dataset *data = NULL;
  snprintf(set, sizeof set, "%s:%zu,seed=%" PRIu64, name, count, seed);
  const int code = cli_open_data(a, NULL, set, LENET_TRAIN, &data);
  if (code != CLI_OK)
    return code;
  const lenet_samples samples = lenet_dataset_samples(data);
  add_samples(&samples, count, none, m);
  lenet_dataset_free(data);
  return CLI_OK;
}

/* ------------------------------------------------------------------ the mix --------------- */

/* All kinds but pieces, in turn; what rounding leaves is pieces. */
static int fill(const cli_arguments *a, const lenet_samples *digits, const lenet_samples *clothes,
                uint64_t seed, cli_mix *m)
{
  const size_t unit = m->wanted / OF_ALL;
  add_samples(digits, OF_DIGITS * unit, false, m);
  add_samples(clothes, OF_CLOTHES * unit, true, m);
  int code = add_drawn(a, "nondigits", seed, OF_OTHERS * unit, true, m);
  if (code == CLI_OK)
    code = add_drawn(a, "printed", seed, OF_PRINTED * unit, false, m);
  if (code == CLI_OK)
    code = add_pieces(a, digits, seed, m->wanted - m->count, m);
  return code;
}

static int make_split(const cli_arguments *a, const char *directory, lenet_split split,
                      const lenet_samples *digits, const lenet_samples *clothes, size_t count)
{
  /* The parts share no drawing either. */
  const uint64_t seed = 2 * cli_seed(a, "seed", 1) + (split == LENET_TEST);
  cli_mix m;
  int code = cli_mix_begin(a->command, count, &m);
  if (code == CLI_OK)
    code = fill(a, digits, clothes, seed, &m);
  if (code == CLI_OK)
    code = cli_mix_write(a->command, directory, split, LENET_NONDIGIT + 1, &m);
  cli_mix_free(&m);
  return code;
}

static int make_both(const cli_arguments *a, const char *directory, const lenet_dataset *digits,
                     const lenet_dataset *clothes)
{
  const lenet_samples d = lenet_dataset_samples(digits), c = lenet_dataset_samples(clothes);
  const size_t count = (size_t)cli_integer(a, "count", USUAL_COUNT);
  if (d.count <= DIGITS_KEPT || c.count <= CLOTHES_KEPT)
    return cli_error(a->command, CLI_BAD_FILE, "MNIST and Fashion-MNIST have 60,000 images");
  const size_t more = d.count - DIGITS_KEPT, dressed = c.count - CLOTHES_KEPT;
  const lenet_samples digits_of[] = {lenet_samples_part(d, 0, more),
                                     lenet_samples_part(d, more, DIGITS_KEPT)};
  const lenet_samples clothes_of[] = {lenet_samples_part(c, 0, dressed),
                                      lenet_samples_part(c, dressed, CLOTHES_KEPT)};
  int code = make_split(a, directory, LENET_TRAIN, &digits_of[0], &clothes_of[0], count);
  if (code != CLI_OK)
    return code;
  code = make_split(a, directory, LENET_TEST, &digits_of[1], &clothes_of[1],
                    count / TEST_PART > OF_ALL ? count / TEST_PART : OF_ALL);
  if (code != CLI_OK)
    cli_remove_idx(directory, LENET_TRAIN);
  return code;
}

int cli_make_reader_data(const cli_arguments *a, const char *directory)
{
  lenet_dataset *digits = NULL, *clothes = NULL;
  if (cli_integer(a, "count", USUAL_COUNT) < OF_ALL)
    return cli_usage_error(a->command, "--count: at least %d pictures of the reader's kinds",
                           OF_ALL);
  int code = cli_open_data(a, NULL, "mnist", LENET_TRAIN, &digits);
  if (code == CLI_OK)
    code = cli_open_data(a, NULL, "fashion-mnist", LENET_TRAIN, &clothes);
  cli_catch_stop();
  if (code == CLI_OK && !cli_make_directories(directory))
    code = cli_error(a->command, CLI_FAILED, "%s: cannot make this folder: %s", directory,
                     strerror(errno));
  if (code == CLI_OK)
    code = make_both(a, directory, digits, clothes);
  lenet_dataset_free(digits);
  lenet_dataset_free(clothes);
  if (code != CLI_OK)
    return code;
  if (cli_given(a, "json"))
    CLI_PRINT_JSON(json_pack("{s:s, s:o}", "data", "reader", "place", cli_json_text(directory)));
  else
    printf("%s\n", cli_clean(directory).text);
  return CLI_OK;
}
