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

enum { MOST_WORDS = 128 };

/* Takes a command line apart as a shell does, which knows no quotes here but single ones. */
static int split(char *line, char *words[MOST_WORDS + 1])
{
  int count = 0;
  char *to = line;
  while (*line != '\0' && count < MOST_WORDS) {
    bool quoted = false;
    words[count++] = to;
    for (; *line != '\0' && (quoted || *line != ' '); line++)
      if (*line == '\'')
        quoted = !quoted;
      else
        *to++ = *line;
    line += *line != '\0';
    *to++ = '\0';
  }
  words[count] = NULL;
  return count;
}

/* What is not told by the command line where it has no effect. */
static cli_plan told(cli_plan plan)
{
  const lenet_recipe *r = &plan.recipe, usual = lenet_recipe_default(&plan.network);
  if (r->distillation == 0)
    plan.recipe.temperature = 0;
  if (r->loss != LENET_MAP)
    plan.recipe.rubbish = usual.rubbish;
  return plan;
}

static void check_same(const cli_plan *a, const cli_plan *b)
{
  const cli_plan left = told(*a), right = told(*b);
  FUZZ_CHECK(memcmp(&left.network, &right.network, sizeof left.network) == 0);
  /* Before the seed there may be bytes that mean nothing. */
  FUZZ_CHECK(memcmp(&left.recipe, &right.recipe,
                    offsetof(lenet_recipe, temperature) + sizeof left.recipe.temperature) == 0);
  FUZZ_CHECK(left.recipe.seed == right.recipe.seed);
  FUZZ_CHECK(memcmp(&left.augmentation, &right.augmentation, sizeof left.augmentation) == 0);
  FUZZ_CHECK(strcmp(left.data, right.data) == 0 && strcmp(left.teachers, right.teachers) == 0);
  FUZZ_CHECK(left.validation == right.validation && left.samples == right.samples);
  FUZZ_CHECK(left.initial == right.initial && left.calibrate == right.calibrate);
}

/* Names with quotes in them cannot be told, and what is longer than a command line is cut. */
static void check_told(cli_plan *plan)
{
  cli_command_line line = cli_plan_command_line(plan);
  cli_arguments arguments;
  cli_plan again;
  char *words[MOST_WORDS + 1];
  FUZZ_CHECK(memchr(line.text, '\0', sizeof line.text) != NULL);
  if (strlen(line.text) + 1 == sizeof line.text || strchr(plan->data, '\'') != NULL ||
      strchr(plan->teachers, '\'') != NULL)
    return;
  const int count = split(line.text, words);
  FUZZ_CHECK(cli_parse(&cli_train_command, count - 1, words + 1, &arguments) == CLI_OK);
  FUZZ_CHECK(cli_plan_run(&arguments, &again) == CLI_OK);
  check_same(plan, &again);
}

static void check_plan(const cli_arguments *arguments)
{
  cli_plan plan;
  if (cli_given(arguments, "init"))
    return;
  const int code = cli_plan_run(arguments, &plan);
  FUZZ_CHECK(code == CLI_OK || code == CLI_USAGE || code == CLI_BAD_FILE);
  size_t learned;
  if (code == CLI_OK && cli_plan_images(arguments, &plan, 60000, &learned) == CLI_OK)
    check_told(&plan);
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
