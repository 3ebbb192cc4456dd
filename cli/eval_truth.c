/* eval_truth.c - reading a folder of pictures whose truth is known, with progress. */
#include "eval_truth.h"

#include "progress.h"
#include "reject.h"
#include "stop.h"
#include "truth.h"

static int read_list(const cli_arguments *a, lenet_reader *reader, char **list, int count,
                     cli_read_truth *read, void *tally)
{
  cli_progress progress = cli_progress_start(a);
  const double start = cli_clock();
  int code = CLI_OK;
  for (int i = 0; i < count && code == CLI_OK; i++) {
    code = read(a, reader, list[i], tally);
    cli_progress_part(&progress, (i + 1.0) / count, (cli_clock() - start) * count / (i + 1),
                      "reading");
    if (code == CLI_OK && cli_stop_wanted()) {
      cli_progress_clear(&progress);
      return cli_error(a->command, CLI_INTERRUPTED, "stopped");
    }
  }
  cli_progress_clear(&progress);
  return code;
}

int cli_read_all_truth(const cli_arguments *a, cli_read_truth *read, void *tally)
{
  cli_open_reader opened;
  char **list = NULL;
  int count = 0;
  int code = cli_truth_list(a->command, cli_text(a, "pages", ""), &list, &count);
  if (code == CLI_OK)
    code = cli_reader_open(a, CLI_OF_LINES, &opened);
  if (code == CLI_OK) {
    cli_catch_stop();
    code = read_list(a, opened.reader, list, count, read, tally);
    cli_reader_close(&opened);
  }
  cli_truth_list_free(list, count);
  return code;
}
