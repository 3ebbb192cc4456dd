/* The command line: a line of the input is an argument, the first one chooses the command. Nothing
 * is run; what a command would ask of its options is. */
#define _GNU_SOURCE
#include "command.h"

enum { MOST_ARGUMENTS = 64 };

static const cli_command *const commands[] = {
    &cli_train_command, &cli_eval_command, &cli_predict_command, &cli_read_command,
    &cli_show_command,  &cli_data_command, &cli_bench_command,   &cli_plot_command};
enum { COMMANDS = sizeof commands / sizeof *commands };

/* A command of the table, or one of its sub-commands. */
static const cli_command *choose(const char *word)
{
  const unsigned char *c = (const unsigned char *)word;
  const cli_command *chosen = commands[c[0] % COMMANDS];
  int count = 0;
  while (chosen->commands != NULL && chosen->commands[count] != NULL)
    count++;
  return count == 0 ? chosen : chosen->commands[c[0] == '\0' ? 0 : c[1] % count];
}

static int split(char *text, char *argv[MOST_ARGUMENTS + 1])
{
  int argc = 0;
  for (char *next; text != NULL && argc < MOST_ARGUMENTS; text = next) {
    next = strchr(text, '\n');
    if (next != NULL)
      *next++ = '\0';
    argv[argc++] = text;
  }
  argv[argc] = NULL;
  return argc;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
  char *text = fuzz_text(bytes, size), *argv[MOST_ARGUMENTS + 1];
  cli_arguments arguments;
  lenet_isa isa;
  fuzz_silence();
  const int argc = split(text, argv);
  const cli_command *command = choose(argv[0]);
  const int code = cli_parse(command, argc, argv, &arguments);
  FUZZ_CHECK(code == CLI_OK || code == CLI_USAGE);
  if (code == CLI_OK) {
    FUZZ_CHECK(arguments.operand_count >= 0 && arguments.operand_count < argc + !argc);
    for (int i = 0; i < arguments.operand_count; i++)
      FUZZ_CHECK(arguments.operand[i] != NULL);
    for (int i = 0; command->options[i].name != NULL; i++) {
      const cli_option *option = &command->options[i];
      const cli_value *value = &arguments.value[i];
      if (value->given && option->kind == CLI_INTEGER)
        FUZZ_CHECK((double)value->integer >= option->low && (double)value->integer <= option->high);
      if (value->given && option->kind == CLI_NUMBER)
        FUZZ_CHECK(value->number >= option->low && value->number <= option->high);
    }
    if (cli_isa(&arguments, &isa))
      FUZZ_CHECK(lenet_isa_available(isa));
    FUZZ_CHECK(cli_threads(&arguments) >= 1);
  }
  free(text);
  return 0;
}
