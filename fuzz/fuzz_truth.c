/* What stands in pictures of lines, as `lenet eval --pages` reads it: digits with boxes, or text.
 */
#define _GNU_SOURCE
#include "command.h"

#include "truth.h"

static bool is_side(int at, int least) { return at >= least && at <= LENET_MAX_IMAGE_SIDE; }

static void check_digits(const cli_truth *truth)
{
  FUZZ_CHECK(truth->count >= 0 && memchr(truth->picture, '\0', sizeof truth->picture) != NULL);
  for (int l = 0; l < truth->count; l++) {
    FUZZ_CHECK(truth->line[l].count > 0);
    for (int i = 0; i < truth->line[l].count; i++) {
      const cli_truth_digit *d = &truth->line[l].digit[i];
      FUZZ_CHECK(d->digit >= 0 && d->digit <= 9);
      FUZZ_CHECK(is_side(d->x, 0) && is_side(d->y, 0));
      FUZZ_CHECK(is_side(d->width, 1) && is_side(d->height, 1));
    }
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  char picture[CLI_MAX_PATH] = "", *text = NULL;
  cli_truth truth = {.count = 0};
  fuzz_silence();
  const char *path = fuzz_write(&input, bytes, size);
  int code = cli_truth_load(&cli_eval_command, path, &truth);
  FUZZ_CHECK(code == CLI_OK || code == CLI_BAD_FILE);
  if (code == CLI_OK)
    check_digits(&truth);
  cli_truth_free(&truth);
  code = cli_truth_load_text(&cli_eval_command, path, picture, &text);
  FUZZ_CHECK(code == CLI_OK || code == CLI_BAD_FILE);
  if (code == CLI_OK)
    FUZZ_CHECK(strlen(text) < 100000 && strncmp(picture, "/proc/self/fd/", 14) == 0);
  free(text);
  return 0;
}
