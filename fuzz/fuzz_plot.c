/* `lenet plot` as a whole: documents such as train and eval print with --json, an empty line
 * between two, become one figure, whose angle brackets must come in pairs. */
#define _GNU_SOURCE
#include "command.h"

enum { MOST_DOCUMENTS = 4 };

static void check_figure(void)
{
  FILE *file = fopen(fuzz_out_path(), "rb");
  long open = 0, last = 0;
  FUZZ_CHECK(file != NULL);
  for (int c = getc(file); c != EOF; c = getc(file)) {
    open += (c == '<') - (c == '>');
    FUZZ_CHECK(open == 0 || open == 1);
    FUZZ_CHECK(c >= 0x20 || c == '\n' || c == '\t');
    last = c == '\n' ? last : c;
  }
  FUZZ_CHECK(open == 0 && last == '>');
  fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input[MOST_DOCUMENTS] = {FUZZ_NO_FILE, FUZZ_NO_FILE, FUZZ_NO_FILE, FUZZ_NO_FILE};
  char *argv[MOST_DOCUMENTS + 4] = {"plot", "--out", (char *)fuzz_out_path()};
  int argc = 3;
  cli_arguments arguments;
  fuzz_silence();
  for (int i = 0; i < MOST_DOCUMENTS; i++) {
    const uint8_t *edge = i + 1 < MOST_DOCUMENTS ? memmem(bytes, size, "\n\n", 2) : NULL;
    const size_t length = edge != NULL ? (size_t)(edge - bytes) : size;
    argv[argc++] = (char *)fuzz_write(&input[i], bytes, length);
    if (edge == NULL)
      break;
    bytes += length + 2;
    size -= length + 2;
  }
  FUZZ_CHECK(cli_parse(&cli_plot_command, argc, argv, &arguments) == CLI_OK);
  const int code = cli_plot_command.run(&arguments);
  FUZZ_CHECK(code == CLI_OK || code == CLI_USAGE || code == CLI_BAD_FILE);
  if (code == CLI_OK)
    check_figure();
  return 0;
}
