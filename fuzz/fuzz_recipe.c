/* Recipe files, read as `lenet train --recipe FILE` does, and the plan that comes of them, but for
 * what opens other files. A plan's command line must ask for the same plan. */
#define _GNU_SOURCE
#include "command.h"

#include "plan.h"
#include "recipe_file.h"

static cli_value *value_of(cli_arguments *arguments, const char *name)
{
  int i = 0;
  while (strcmp(arguments->command->options[i].name, name) != 0)
    i++;
  return &arguments->value[i];
}

static void check_plan(const cli_arguments *arguments)
{
  cli_plan plan;
  if (cli_given(arguments, "init"))
    return;
  const int code = cli_plan_run(arguments, &plan);
  FUZZ_CHECK(code == CLI_OK || code == CLI_USAGE || code == CLI_BAD_FILE);
  if (code != CLI_OK)
    return;
  const cli_command_line line = cli_plan_command_line(&plan);
  FUZZ_CHECK(memchr(line.text, '\0', sizeof line.text) != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  static fuzz_file input = FUZZ_NO_FILE;
  fuzz_silence();
  cli_arguments arguments = {.command = &cli_train_command, .program = "lenet"};
  char *text = NULL;
  cli_value *recipe = value_of(&arguments, "recipe");
  recipe->given = true;
  recipe->text = fuzz_write(&input, bytes, size);
  const int code = cli_read_recipe(&arguments, &text);
  FUZZ_CHECK(code == CLI_OK || code == CLI_BAD_FILE);
  if (code == CLI_OK)
    check_plan(&arguments);
  free(text);
  return 0;
}
