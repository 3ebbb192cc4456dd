#include "mix.h"

#include "output.h"
#include "write_idx.h"

#include <stdlib.h>
#include <string.h>

enum { AREA = 28 * 28 };

int cli_mix_begin(const cli_command *command, size_t wanted, cli_mix *mix)
{
  *mix = (cli_mix){.wanted = wanted, .pixels = malloc(wanted * AREA), .labels = malloc(wanted)};
  if (mix->pixels == NULL || mix->labels == NULL)
    return cli_error(command, CLI_FAILED, "out of memory for %zu pictures", wanted);
  return CLI_OK;
}

static size_t greatest_divisor(size_t a, size_t b)
{
  while (b > 0) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

/* About the golden section of all: steps of it fall evenly (Weyl), and visit every place once. */
static size_t stride_for(size_t count)
{
  size_t stride = (size_t)(0.6180339887498949 * (double)count) | 1;
  while (greatest_divisor(stride, count) > 1)
    stride += 2;
  return stride;
}

static void fetch_mixed(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                        size_t count, uint8_t *pixels, uint8_t *labels)
{
  const cli_mix *m = context;
  (void)epoch;
  for (size_t i = 0; i < count; i++) {
    const size_t at = (size_t)(((uint64_t)first + index[i]) * m->stride % m->count);
    memcpy(pixels + i * AREA, m->pixels + at * AREA, AREA);
    labels[i] = m->labels[at];
  }
}

int cli_mix_write(const cli_command *command, const char *directory, lenet_split split, int classes,
                  cli_mix *mix)
{
  mix->stride = stride_for(mix->count);
  const lenet_samples samples = {0, mix->count, 28, 28, classes, fetch_mixed, mix};
  return cli_write_idx(command, directory, split, &samples);
}

void cli_mix_free(cli_mix *mix)
{
  free(mix->pixels);
  free(mix->labels);
  *mix = (cli_mix){0};
}
