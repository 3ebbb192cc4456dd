/* page.c - `lenet page`: the web page, one file. */
#include "commands.h"
#include "output.h"
#include "whole_file.h"

#include <string.h>

static int write_page(const cli_arguments *arguments, const char *given)
{
  char path[CLI_MAX_PATH];
  cli_whole_file file;
  int code = cli_check_file(arguments, "FILE.html", given, path);
  if (code == CLI_OK)
    code = cli_check_replaced(arguments, "FILE.html", path, CLI_HTML);
  if (code == CLI_OK)
    code = cli_whole_file_begin(arguments->command, path, &file);
  if (code != CLI_OK)
    return code;
  fwrite(cli_shipped_page, 1, cli_shipped_page_size, file.stream);
  code = cli_whole_file_end(arguments->command, &file);
  if (code == CLI_OK)
    cli_note(arguments, "%s: %zu kB, to be opened in a browser", given,
             cli_shipped_page_size / 1000);
  return code;
}

static int run_page(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  if (arguments->operand_count != 1)
    return cli_usage_error(command, arguments->operand_count == 0
                                        ? "a file is missing: lenet page FILE.html"
                                        : "one file at a time");
  if (cli_shipped_page_size == 0)
    return cli_error(command, CLI_FAILED,
                     "this lenet was built without the page: 'make page' builds one with it");
  if (strcmp(arguments->operand[0], "-") != 0)
    return write_page(arguments, arguments->operand[0]);
  fwrite(cli_shipped_page, 1, cli_shipped_page_size, stdout);
  return CLI_OK;
}

static const cli_option options[] = {
    {"quiet", 'q', CLI_FLAG, NULL, 0, 0, "no messages but errors"},
    {"help", 'h', CLI_FLAG, NULL, 0, 0, "print this help"},
    {0},
};

const cli_command cli_page_command = {
    .name = "page",
    .summary = "write the web page: draw, look inside, train, in a browser",
    .usage = "FILE.html",
    .details =
        "The page is one file that needs nothing else: it opens from a disk or a server, with or "
        "without a network. It holds this library, compiled to WebAssembly, and models. '-' writes "
        "it to standard output.",
    .examples = "  lenet page lenet.html\n",
    .options = options,
    .run = run_page,
};
