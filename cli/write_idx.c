/* write_idx.c - a data set as the files of MNIST.
 *
 * IDX: two zero bytes, the type (8: unsigned byte), the number of dimensions, each dimension as
 * a big-endian 32-bit number, then the values with the last dimension running fastest. */
#define _POSIX_C_SOURCE 200809L
#include "write_idx.h"

#include "output.h"
#include "place.h"
#include "stop.h"
#include "whole_file.h"

#include <stdio.h>
#include <sys/stat.h>

typedef enum content { IMAGES, LABELS } content;

static const char *const names[][2] = {
    [LENET_TRAIN] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"},
    [LENET_TEST] = {"t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"},
};

static int name_file(const cli_command *command, const char *directory, lenet_split split,
                     content content, char path[CLI_MAX_PATH])
{
  if (snprintf(path, CLI_MAX_PATH, "%s/%s", directory, names[split][content]) >= CLI_MAX_PATH)
    return cli_error(command, CLI_FAILED, "%s: the name is too long", directory);
  return CLI_OK;
}

/* A link counts, wherever it leads. */
static int must_be_free(const cli_command *command, const char *path)
{
  struct stat there;
  if (lstat(path, &there) == 0)
    return cli_error(command, CLI_FAILED, "%s: is there already; nothing was written", path);
  return CLI_OK;
}

static void write_header(FILE *stream, const lenet_samples *samples, content content)
{
  uint32_t sizes[3] = {(uint32_t)samples->count, (uint32_t)samples->rows,
                       (uint32_t)samples->columns};
  int dimensions = content == IMAGES ? 3 : 1;
  fwrite((uint8_t[]){0, 0, 8, (uint8_t)dimensions}, 1, 4, stream);
  for (int i = 0; i < dimensions; i++)
    fwrite((uint8_t[]){(uint8_t)(sizes[i] >> 24), (uint8_t)(sizes[i] >> 16),
                       (uint8_t)(sizes[i] >> 8), (uint8_t)sizes[i]},
           1, 4, stream);
}

static int write_file(const cli_command *command, const char *path, const lenet_samples *samples,
                      content content)
{
  static uint8_t pixels[LENET_MAX_SIDE * LENET_MAX_SIDE];
  uint8_t label;
  cli_whole_file file;
  int code = cli_whole_file_begin(command, path, &file);
  if (code != CLI_OK)
    return code;
  FILE *stream = file.stream;
  write_header(stream, samples, content);
  for (uint32_t i = 0; i < samples->count && !ferror(stream); i++) {
    if (cli_stop_wanted()) {
      cli_whole_file_drop(&file);
      return cli_error(command, CLI_INTERRUPTED, "stopped; nothing was written");
    }
    samples->fetch(samples->context, 0, samples->first, &i, 1, pixels, &label);
    if (content == IMAGES)
      fwrite(pixels, 1, (size_t)samples->rows * (size_t)samples->columns, stream);
    else
      putc(label, stream);
  }
  return cli_whole_file_end(command, &file);
}

void cli_remove_idx(const char *directory, lenet_split split)
{
  char path[CLI_MAX_PATH];
  for (int content = IMAGES; content <= LABELS; content++)
    if (snprintf(path, sizeof path, "%s/%s", directory, names[split][content]) < CLI_MAX_PATH)
      remove(path);
}

int cli_write_idx(const cli_command *command, const char *directory, lenet_split split,
                  const lenet_samples *samples)
{
  char path[CLI_MAX_PATH];
  int code = CLI_OK;
  /* From `split` on: the test split is written after the training split, but a name of its files
   * that is taken should be known before either. */
  for (int i = (int)split; i <= LENET_TEST; i++)
    for (int content = IMAGES; content <= LABELS && code == CLI_OK; content++) {
      code = name_file(command, directory, (lenet_split)i, (enum content)content, path);
      if (code == CLI_OK)
        code = must_be_free(command, path);
    }
  if (code != CLI_OK)
    return code;
  for (int content = IMAGES; content <= LABELS && code == CLI_OK; content++) {
    code = name_file(command, directory, split, (enum content)content, path);
    if (code == CLI_OK)
      code = write_file(command, path, samples, (enum content)content);
  }
  if (code != CLI_OK)
    cli_remove_idx(directory, split);
  return code;
}
