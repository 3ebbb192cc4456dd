/* completion.c - scripts that complete the command line, for three shells. */
#include "completion.h"

#include "completion_values.h"

#include <string.h>

/* ------------------------------------------------------------------ text ------------------ */

/* The first clause of a help text, at most 70 bytes of whole words. */
static int clause(const char *help)
{
  enum { MOST = 70 };
  size_t length = strcspn(help, "[;(");
  if (length > MOST) {
    length = MOST;
    while (length > 0 && help[length] != ' ')
      length--;
  }
  while (length > 0 && strchr(" ,", help[length - 1]) != NULL)
    length--;
  return (int)length;
}

/* Inside single quotes: `quote` stands for a quote, and a backslash before each of `special`. */
static void print_quoted(FILE *stream, const char *text, int length, const char *quote,
                         const char *special)
{
  for (int i = 0; i < length && text[i] != '\0'; i++) {
    if (text[i] == '\'')
      fputs(quote, stream);
    else
      fprintf(stream, "%s%c", strchr(special, text[i]) != NULL ? "\\" : "", text[i]);
  }
}

/* Calls `print` for each command that has options, sub-commands included. */
static void each_command(FILE *stream, const cli_command *root, const cli_command *command,
                         void (*print)(FILE *, const cli_command *, const cli_command *))
{
  for (const cli_command *const *c = command->commands; *c != NULL; c++) {
    print(stream, root, *c);
    if ((*c)->commands != NULL)
      each_command(stream, root, *c, print);
  }
}

/* ------------------------------------------------------------------ bash ------------------ */

static void bash_values(FILE *stream, const cli_values *v)
{
  static const char *const kinds[] = {"", "files", "folders"};
  fprintf(stream, "words='%s' paths=%s ;;\n", v->words, kinds[v->paths]);
}

static void bash_name(FILE *stream, const cli_command *root, const cli_command *command)
{
  (void)root;
  fprintf(stream, "'%s' | ", command->name);
}

/* After an option that takes a value. */
static void bash_options(FILE *stream, const cli_command *root, const cli_command *command)
{
  (void)root;
  for (const cli_option *o = command->options; o != NULL && o->name != NULL; o++) {
    const cli_values v = cli_values_of(o);
    if (o->kind == CLI_FLAG)
      continue;
    fprintf(stream, "    '%s:--%s'", command->name, o->name);
    if (o->letter != 0)
      fprintf(stream, " | '%s:-%c'", command->name, o->letter);
    fputs(") ", stream);
    bash_values(stream, &v);
  }
}

/* Elsewhere. */
static void bash_words(FILE *stream, const cli_command *root, const cli_command *command)
{
  const cli_values v = cli_operands_of(root, command);
  fprintf(stream, "        '%s:-'*) words='--help", command->name);
  for (const cli_option *o = command->options; o != NULL && o->name != NULL; o++) {
    if (strcmp(o->name, "help") != 0)
      fprintf(stream, " --%s", o->name);
  }
  fprintf(stream, "' ;;\n        '%s:'*) ", command->name);
  bash_values(stream, &v);
}

static void print_bash(FILE *stream, const cli_command *root)
{
  const cli_values commands = cli_operands_of(root, root);
  fputs("_lenet() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
        "  local command= words= paths= i IFS=$' \\t\\n'\n"
        "  # --option=value comes as three words\n"
        "  if [[ $word == = ]]; then word=\n"
        "  elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}\n"
        "  fi\n"
        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "    case ${command:+$command }${COMP_WORDS[i]} in\n      ",
        stream);
  each_command(stream, root, root, bash_name);
  fputs("'')\n"
        "        command=${command:+$command }${COMP_WORDS[i]} ;;\n"
        "    esac\n"
        "  done\n"
        "  case $command:$before in\n",
        stream);
  each_command(stream, root, root, bash_options);
  fputs("    *)\n"
        "      case $command:$word in\n"
        "        :-*) words='--help --version' ;;\n"
        "        :*) ",
        stream);
  bash_values(stream, &commands);
  each_command(stream, root, root, bash_words);
  fputs("      esac ;;\n"
        "  esac\n"
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
        "  [[ $paths ]] || return 0\n"
        "  compopt -o filenames 2>/dev/null\n"
        "  IFS=$'\\n'\n"
        "  if [[ $paths == files ]]; then COMPREPLY+=($(compgen -f -- \"$word\"))\n"
        "  else COMPREPLY+=($(compgen -d -- \"$word\"))\n"
        "  fi\n"
        "}\n"
        "complete -F _lenet lenet\n",
        stream);
}

/* ------------------------------------------------------------------ zsh ------------------- */

static void zsh_text(FILE *stream, const char *text, int length)
{
  print_quoted(stream, text, length, "'\\''", "[]:\\");
}

static void zsh_values(FILE *stream, const cli_values *v)
{
  static const char *const kinds[] = {"_lenet_words", "_lenet_files", "_lenet_folders"};
  if (v->words[0] == '\0' && v->paths == CLI_NO_PATHS)
    fputs(": '", stream);
  else
    fprintf(stream, ": %s %s'", kinds[v->paths], v->words);
}

static void zsh_option(FILE *stream, const cli_option *option)
{
  const char *takes = option->kind == CLI_FLAG ? "" : "=";
  fputs(" \\\n    ", stream);
  if (option->letter != 0)
    fprintf(stream, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name, option->letter,
            takes[0] != '\0' ? "+" : "", option->name, takes);
  else
    fprintf(stream, "'--%s%s[", option->name, takes);
  zsh_text(stream, option->help, clause(option->help));
  fputc(']', stream);
  if (option->kind == CLI_FLAG) {
    fputc('\'', stream);
    return;
  }
  const cli_values v = cli_values_of(option);
  fputc(':', stream);
  zsh_text(stream, option->argument, (int)strlen(option->argument));
  zsh_values(stream, &v);
}

static void zsh_function_name(FILE *stream, const cli_command *command)
{
  fputs("_lenet", stream);
  for (const char *c = command->name; c != NULL && *c != '\0'; c++)
    fprintf(stream, "%s%c", c == command->name ? "_" : "", *c == ' ' ? '_' : *c);
}

/* Of a command with sub-commands: which one, and then what that takes. */
static void zsh_choose(FILE *stream, const cli_command *root, const cli_command *command)
{
  fputs("  if ((CURRENT == 2)); then\n    local -a commands=(", stream);
  for (const cli_command *const *sub = command->commands; *sub != NULL; sub++) {
    const char *word = command == root ? (*sub)->name : strchr((*sub)->name, ' ') + 1;
    fprintf(stream, "\n      '%s:", word);
    zsh_text(stream, (*sub)->summary, (int)strlen((*sub)->summary));
    fputc('\'', stream);
  }
  fputs(")\n    _describe command commands\n    return\n  fi\n"
        "  shift words\n  ((CURRENT--))\n  case $words[1] in\n",
        stream);
  for (const cli_command *const *sub = command->commands; *sub != NULL; sub++) {
    const char *word = command == root ? (*sub)->name : strchr((*sub)->name, ' ') + 1;
    fprintf(stream, "    %s) ", word);
    zsh_function_name(stream, *sub);
    fputs(" ;;\n", stream);
  }
  fputs("  esac\n", stream);
}

static void zsh_function(FILE *stream, const cli_command *root, const cli_command *command)
{
  zsh_function_name(stream, command);
  fputs("() {\n", stream);
  if (command->commands != NULL) {
    zsh_choose(stream, root, command);
  } else {
    const cli_values v = cli_operands_of(root, command);
    fputs("  _arguments -s -S", stream);
    for (const cli_option *o = command->options; o != NULL && o->name != NULL; o++)
      zsh_option(stream, o);
    fputs(" \\\n    '*:argument", stream);
    zsh_values(stream, &v);
    fputc('\n', stream);
  }
  fputs("}\n\n", stream);
}

static void print_zsh(FILE *stream, const cli_command *root)
{
  fputs("_lenet_words() { compadd -- \"$@\" }\n"
        "_lenet_files() { compadd -- \"$@\"; _files }\n"
        "_lenet_folders() { compadd -- \"$@\"; _files -/ }\n\n",
        stream);
  each_command(stream, root, root, zsh_function);
  zsh_function(stream, root, root);
  /* as a file of $fpath the text is the function's body at the first call; else it is sourced */
  fputs("if [[ $funcstack[1] == _lenet ]]; then _lenet \"$@\"\nelse compdef _lenet lenet\nfi\n",
        stream);
}

/* ------------------------------------------------------------------ fish ------------------ */

static void fish_text(FILE *stream, const char *text, int length)
{
  fputs(" -d '", stream);
  print_quoted(stream, text, length, "\\'", "\\");
  fputc('\'', stream);
}

/* "complete -c lenet", where this command is given. */
static void fish_begin(FILE *stream, const cli_command *command)
{
  char words[64];
  snprintf(words, sizeof words, "%s", command->name);
  char *second = strchr(words, ' ');
  if (second != NULL)
    *second++ = '\0';
  fprintf(stream, "complete -c lenet -n '__fish_seen_subcommand_from %s%s%s'", words,
          second != NULL ? "; and __fish_seen_subcommand_from " : "", second != NULL ? second : "");
}

static void fish_values(FILE *stream, const cli_values *v)
{
  if (v->words[0] != '\0')
    fprintf(stream, " -a '%s'", v->words);
  if (v->paths == CLI_FOLDERS)
    fputs(" -a '(__fish_complete_directories)'", stream);
  fputs(v->paths == CLI_FILES ? " -F" : " -f", stream);
}

static void fish_sub_commands(FILE *stream, const cli_command *command)
{
  for (const cli_command *const *sub = command->commands; *sub != NULL; sub++) {
    const char *word = strchr((*sub)->name, ' ') + 1;
    fish_begin(stream, command);
    fprintf(stream, " -f -a %s", word);
    fish_text(stream, (*sub)->summary, (int)strlen((*sub)->summary));
    fputc('\n', stream);
  }
}

static void fish_command(FILE *stream, const cli_command *root, const cli_command *command)
{
  if (command->commands != NULL) {
    fish_sub_commands(stream, command);
    return;
  }
  const cli_values operands = cli_operands_of(root, command);
  fish_begin(stream, command);
  fish_values(stream, &operands);
  fputc('\n', stream);
  for (const cli_option *o = command->options; o != NULL && o->name != NULL; o++) {
    const cli_values v = cli_values_of(o);
    fish_begin(stream, command);
    fprintf(stream, " -l %s", o->name);
    if (o->letter != 0)
      fprintf(stream, " -s %c", o->letter);
    if (o->kind != CLI_FLAG) {
      fputs(" -r", stream);
      fish_values(stream, &v);
    }
    fish_text(stream, o->help, clause(o->help));
    fputc('\n', stream);
  }
}

static void print_fish(FILE *stream, const cli_command *root)
{
  for (const cli_command *const *c = root->commands; *c != NULL; c++) {
    fprintf(stream, "complete -c lenet -n __fish_use_subcommand -f -a %s", (*c)->name);
    fish_text(stream, (*c)->summary, (int)strlen((*c)->summary));
    fputc('\n', stream);
  }
  each_command(stream, root, root, fish_command);
}

void cli_print_completion(FILE *stream, const cli_command *root, const char *shell)
{
  const bool zsh = strcmp(shell, "zsh") == 0;
  fprintf(stream, "%s# made by 'lenet help --completion %s'\n\n", zsh ? "#compdef lenet\n" : "",
          shell);
  if (zsh)
    print_zsh(stream, root);
  else if (strcmp(shell, "fish") == 0)
    print_fish(stream, root);
  else
    print_bash(stream, root);
}
