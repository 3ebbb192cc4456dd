/* completion_values.c - what may stand for an argument on the command line. */
#include "completion_values.h"

#include "recipe_file.h"

#include <string.h>

static void add_word(cli_values *v, const char *word, size_t length)
{
  const size_t used = strlen(v->words);
  if (used + length + 2 > sizeof v->words)
    return;
  snprintf(v->words + used, sizeof v->words - used, "%s%.*s", used > 0 ? " " : "", (int)length,
           word);
}

static void add_choices(cli_values *v, const char *choices)
{
  while (*choices != '\0') {
    const size_t length = strcspn(choices, "|");
    add_word(v, choices, length);
    choices += length + (choices[length] == '|');
  }
}

static void add_models(cli_values *v)
{
  for (const char *const *name = lenet_builtin_names(); *name != NULL; name++)
    add_word(v, *name, strlen(*name));
}

static void add_networks(cli_values *v)
{
  size_t count = 0;
  const lenet_variant *variants = lenet_variants(&count);
  for (size_t i = 0; i < count; i++)
    add_word(v, variants[i].name, strlen(variants[i].name));
}

static void add_known_sets(cli_values *v)
{
  size_t count = 0;
  const lenet_known_set *known = lenet_catalogue(&count);
  for (size_t i = 0; i < count; i++)
    add_word(v, known[i].name, strlen(known[i].name));
}

static void add_sets(cli_values *v)
{
  size_t count = 0;
  add_known_sets(v);
  const lenet_drawn_set *drawn = lenet_drawn_sets(&count);
  for (size_t i = 0; i < count; i++)
    add_word(v, drawn[i].name, strlen(drawn[i].name));
  v->paths = CLI_FOLDERS;
}

static void add_corruptions(cli_values *v)
{
  size_t count = 0;
  const lenet_corruption *corruptions = lenet_corruptions(&count);
  add_word(v, "all", strlen("all"));
  for (size_t i = 0; i < count; i++)
    add_word(v, corruptions[i].name, strlen(corruptions[i].name));
}

static bool speaks_of(const char *argument, const char *what)
{
  return strstr(argument, what) != NULL;
}

cli_values cli_values_of(const cli_option *option)
{
  cli_values v = {"", CLI_NO_PATHS};
  const char *name = option->name, *argument = option->argument;
  if (option->kind == CLI_CHOICE)
    add_choices(&v, argument);
  if (option->kind != CLI_TEXT)
    return v;
  if (speaks_of(argument, "FILE") || speaks_of(argument, "IMAGE") || speaks_of(argument, "MODEL") ||
      speaks_of(argument, "json") || speaks_of(argument, "CHECKPOINT"))
    v.paths = CLI_FILES;
  else if (speaks_of(argument, "DIR"))
    v.paths = CLI_FOLDERS;
  if (strcmp(argument, "SET") == 0)
    add_sets(&v);
  else if (strcmp(name, "model") == 0 || speaks_of(argument, "MODEL"))
    add_models(&v);
  else if (strcmp(name, "net") == 0)
    add_networks(&v);
  else if (strcmp(name, "corrupt") == 0)
    add_corruptions(&v);
  for (const cli_shipped_recipe *r = cli_shipped_recipes; strcmp(name, "recipe") == 0 && r->name;
       r++)
    add_word(&v, r->name, strlen(r->name));
  return v;
}

cli_values cli_operands_of(const cli_command *root, const cli_command *command)
{
  cli_values v = {"", CLI_FILES};
  char first[64];
  snprintf(first, sizeof first, "%.*s", (int)strcspn(command->usage, " "), command->usage);
  if (command->commands != NULL) {
    v.paths = CLI_NO_PATHS;
    for (const cli_command *const *sub = command->commands; *sub != NULL; sub++) {
      const char *word = command == root ? (*sub)->name : strchr((*sub)->name, ' ') + 1;
      add_word(&v, word, strlen(word));
    }
  } else if (strcmp(first, "[COMMAND]") == 0) {
    return cli_operands_of(root, root);
  } else if (strcmp(first, "SET") == 0) {
    add_sets(&v);
  } else if (strcmp(first, "NAME") == 0) {
    v.paths = CLI_NO_PATHS;
    add_known_sets(&v);
  } else if (first[0] >= 'a' && first[0] <= 'z') {
    v.paths = CLI_FOLDERS;
    add_choices(&v, first);
  }
  return v;
}
