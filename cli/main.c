/* main.c - the command `lenet`: its table of commands, and the way into each. */
#define _POSIX_C_SOURCE 200809L
#include "agree.h"
#include "commands.h"
#include "completion.h"
#include "manual.h"
#include "output.h"
#include "sandbox.h"
#include "whole_file.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run_version(const cli_arguments *arguments);
static int run_help(const cli_arguments *arguments);

static const cli_option version_options[] = {CLI_OPTIONS_COMMON, {0}};
static const cli_option help_options[] = {
    {"man", 0, CLI_FLAG, NULL, 0, 0,
     "print the page of the manual instead, in roff: of COMMAND, or the first one"},
    {"completion", 0, CLI_CHOICE, CLI_SHELLS, 0, 0,
     "print the script by which this shell completes commands, options and names"},
    {"help", 'h', CLI_FLAG, NULL, 0, 0, "print this help"},
    {0},
};

static const cli_command version_command = {
    .name = "version",
    .summary = "print the version and what this processor offers",
    .usage = "[--json]",
    .options = version_options,
    .run = run_version,
};

static const cli_command help_command = {
    .name = "help",
    .summary = "print the help of a command",
    .usage = "[COMMAND]",
    .details =
        "'make install' puts the pages of the manual and the scripts for shells where man and "
        "the shells look for them; elsewhere they can be had from here.",
    .examples = "  lenet help --man train | man -l -\n"
                "  source <(lenet help --completion bash)\n",
    .options = help_options,
    .run = run_help,
};

static const cli_command *const commands[] = {
    &cli_train_command,
    &cli_sweep_command,
    &cli_eval_command,
    &cli_predict_command,
    &cli_read_command,
    &cli_show_command,
    &cli_data_command,
    &cli_plot_command,
    &cli_bench_command,
    &cli_export_command,
    &cli_import_command,
    &cli_page_command,
    &version_command,
    &help_command,
    NULL,
};

static const cli_command root = {
    .summary = "train LeNet-5, measure it, read digits with it, look inside it",
    .usage = "COMMAND [options]",
    .details =
        "'lenet COMMAND --help' explains a command and its options.\n\n"
        "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a file is missing or wrong, 4 a data "
        "set is missing or its SHA-256 is wrong, 130 stopped by Ctrl-C, SIGTERM or SIGHUP.",
    .examples =
        "  lenet predict photo.png             the digit in a picture, with the built-in model\n"
        "  lenet train --data synthetic        learn digits that need no download\n"
        "  lenet show --net lenet5             the network's layers, shapes and counts\n",
    .commands = commands,
};

/* ------------------------------------------------------------------ finding --------------- */

static const cli_command *find_command(const char *name)
{
  for (const cli_command *const *c = commands; *c != NULL; c++) {
    if (strcmp((*c)->name, name) == 0)
      return *c;
  }
  return NULL;
}

/* "data fetch" is called `word` "fetch" among the sub-commands of "data". */
static const cli_command *find_sub_command(const cli_command *command, const char *word)
{
  for (const cli_command *const *sub = command->commands; *sub != NULL; sub++) {
    if (strcmp(strchr((*sub)->name, ' ') + 1, word) == 0)
      return *sub;
  }
  return NULL;
}

static int unknown_command(const cli_command *parent, const char *word)
{
  const char *names[32] = {NULL};
  size_t count = 0;
  if (parent == NULL) {
    for (const cli_command *const *c = commands; *c != NULL; c++)
      names[count++] = (*c)->name;
  } else {
    for (const cli_command *const *sub = parent->commands; *sub != NULL; sub++)
      names[count++] = strchr((*sub)->name, ' ') + 1;
  }
  const char *nearest = cli_nearest(word, names);
  if (nearest != NULL)
    return cli_usage_error(parent, "unknown command '%s': did you mean '%s'?", word, nearest);
  return cli_usage_error(parent, "unknown command '%s'", word);
}

/* ------------------------------------------------------------------ help, version --------- */

static void print_overview(FILE *stream)
{
  const char *bold = cli_style_on(stream, CLI_BOLD), *plain = cli_style_on(stream, CLI_PLAIN);
  fprintf(stream, "lenet - %s\n\n%sUsage%s\n  lenet %s\n\n%sCommands%s\n", root.summary, bold,
          plain, root.usage, bold, plain);
  for (const cli_command *const *c = commands; *c != NULL; c++)
    fprintf(stream, "  %-10s %s\n", (*c)->name, (*c)->summary);
  fprintf(stream, "\n%sExamples%s\n%s\n", bold, plain, root.examples);
  cli_print_paragraphs(stream, root.details);
}

/* The command that the operands name; NULL after a message, with *code set. */
static const cli_command *command_asked_for(const cli_arguments *arguments, int *code)
{
  const cli_command *command = find_command(arguments->operand[0]);
  if (command == NULL) {
    *code = unknown_command(NULL, arguments->operand[0]);
    return NULL;
  }
  const char *second = arguments->operand_count > 1 ? arguments->operand[1] : NULL;
  if (second == NULL)
    return command;
  if (command->commands == NULL) {
    *code = cli_usage_error(arguments->command, "'%s' is too much: one command is enough", second);
    return NULL;
  }
  const cli_command *sub = find_sub_command(command, second);
  if (sub == NULL)
    *code = unknown_command(command, second);
  /* the pages of the manual have sub-commands in that of their command */
  return sub != NULL && cli_given(arguments, "man") ? command : sub;
}

static int run_help(const cli_arguments *arguments)
{
  const char *shell = cli_text(arguments, "completion", NULL);
  if (shell != NULL && (arguments->operand_count > 0 || cli_given(arguments, "man")))
    return cli_usage_error(arguments->command, "--completion stands alone");
  if (shell != NULL) {
    cli_print_completion(stdout, &root, shell);
    return CLI_OK;
  }
  int code = CLI_OK;
  const cli_command *command =
      arguments->operand_count > 0 ? command_asked_for(arguments, &code) : &root;
  if (command == NULL)
    return code;
  if (cli_given(arguments, "man"))
    cli_print_manual(stdout, &root, command);
  else if (command == &root)
    print_overview(stdout);
  else
    cli_print_help(stdout, command);
  return CLI_OK;
}

static const lenet_isa isas[] = {LENET_ISA_SCALAR, LENET_ISA_AVX2, LENET_ISA_AVX512, LENET_ISA_NEON,
                                 LENET_ISA_WASM};
enum { ISA_COUNT = sizeof isas / sizeof isas[0] };

/* Third-party libraries that this build was made with; the build tells the command the same as it
 * tells the library. */
static const char *const parts[] = {
#if LENET_HAVE_ZLIB
    "zlib",
#endif
#if LENET_HAVE_PNG
    "libpng",
#endif
#if LENET_HAVE_JPEG
    "libjpeg",
#endif
#if LENET_HAVE_JANSSON
    "jansson",
#endif
#if LENET_HAVE_CURL
    "libcurl",
#endif
#if LENET_HAVE_CRYPTO
    "libcrypto",
#endif
#if LENET_HAVE_ONNX
    "protobuf-c",
#endif
#if LENET_HAVE_FREETYPE
    "freetype",
#endif
#if LENET_HAVE_MPI
    "MPI",
#endif
    NULL,
};

#if LENET_HAVE_JANSSON
static json_t *version_document(void)
{
  json_t *available = json_array();
  for (size_t i = 0; i < ISA_COUNT; i++) {
    if (lenet_isa_available(isas[i]))
      json_array_append_new(available, json_string(lenet_isa_name(isas[i])));
  }
  json_t *names = json_array();
  for (const char *const *part = parts; *part != NULL; part++)
    json_array_append_new(names, json_string(*part));
  const cli_sandbox offered = cli_sandbox_offered();
  return json_pack("{s:s, s:o, s:s, s:s, s:o, s:{s:i, s:b}}", "version", lenet_version(), "isa",
                   available, "isa_best", lenet_isa_name(lenet_isa_best()), "integers",
                   lenet_isa_integers(LENET_ISA_BEST), "parts", names, "sandbox", "landlock",
                   offered.landlock, "seccomp", (int)offered.seccomp);
}
#endif

static int run_version(const cli_arguments *arguments)
{
  if (arguments->operand_count > 0)
    return cli_usage_error(arguments->command, "'%s' is too much", arguments->operand[0]);
  if (cli_given(arguments, "json")) {
    CLI_PRINT_JSON(version_document());
    return CLI_OK;
  }
  printf("lenet %s\ninstruction sets:", lenet_version());
  for (size_t i = 0; i < ISA_COUNT; i++) {
    if (lenet_isa_available(isas[i]))
      printf(" %s%s", lenet_isa_name(isas[i]), isas[i] == lenet_isa_best() ? " (best)" : "");
  }
  printf("\nin 8-bit integers: %s\nlibraries:%s", lenet_isa_integers(LENET_ISA_BEST),
         parts[0] == NULL ? " none" : "");
  for (const char *const *part = parts; *part != NULL; part++)
    printf(" %s", *part);
  const cli_sandbox offered = cli_sandbox_offered();
  printf("\nsandbox:");
  if (offered.landlock > 0)
    printf(" Landlock %d", offered.landlock);
  printf("%s\n", offered.seccomp ? " seccomp" : offered.landlock > 0 ? "" : " none");
  return CLI_OK;
}

/* ------------------------------------------------------------------ dispatch -------------- */

static bool is_help(const char *word)
{
  return strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0;
}

/* What is not given, or cannot be written, needs no folder; the command will say so. */
static void confine(const cli_arguments *arguments)
{
  enum { MOST = 2 };
  char folder[MOST][CLI_MAX_PATH], name[32];
  const char *folders[MOST];
  int count = 0;
  for (const char *word = arguments->command->writes; *word != '\0' && count < MOST;) {
    const size_t length = strcspn(word, "|");
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    const char *given = cli_text(arguments, name, NULL);
    if (given != NULL && cli_find_folder(given, folder[count])) {
      folders[count] = folder[count];
      count++;
    }
    word += length + (word[length] == '|');
  }
  cli_sandbox_enter(folders, count);
}

/* A command without others below it, on this rank. */
static int parse_and_run(const char *program, const cli_command *command, int argc, char **argv)
{
  cli_arguments arguments;
  int code = cli_parse(command, argc, argv, &arguments);
  if (code != CLI_OK)
    return code;
  if (cli_given(&arguments, "help")) {
    if (cli_rank() == 0)
      cli_print_help(stdout, command);
    return CLI_OK;
  }
  arguments.program = program;
  if (command->shares)
    cli_cluster_limit(cli_number(&arguments, "timeout", 120));
  if (command->writes != NULL && cli_ranks() == 1) /* ranks need their sockets */
    confine(&arguments);
  return command->run(&arguments);
}

/* mpirun has started several processes. A command that knows nothing of the others does not run once
 * in each, or they would take each other's place. */
static int run_on_ranks(const char *program, const cli_command *command, int argc, char **argv)
{
  const bool leads = cli_launched_rank() == 0;
  if (command == &help_command || command == &version_command)
    return leads ? parse_and_run(program, command, argc, argv) : CLI_OK;
  if (!command->shares || !cli_has_mpi())
    return !leads ? CLI_OK
                  : cli_usage_error(command, "%d processes were started, but %s",
                                    cli_launched_ranks(),
                                    command->shares
                                        ? "this lenet was built without MPI (LENET_MPI): each "
                                          "would do all of it, in the others' way"
                                        : "this command runs in one");
  int code = cli_cluster_begin();
  if (code != CLI_OK)
    return code;
  code = parse_and_run(program, command, argc, argv);
  if (!cli_has_agreed())
    code = cli_agree(command, code, NULL);
  return cli_cluster_end(code);
}

/* argv[0] is the name of `command`, `program` that of lenet as it was called. */
static int run_command(const char *program, const cli_command *command, int argc, char **argv)
{
  if (command->commands != NULL) {
    if (argc < 2) {
      cli_print_help(stderr, command);
      return CLI_USAGE;
    }
    if (is_help(argv[1])) {
      cli_print_help(stdout, command);
      return CLI_OK;
    }
    if (argv[1][0] == '-')
      return cli_usage_error(command, "'%s' stands before the command that it belongs to", argv[1]);
    const cli_command *sub = find_sub_command(command, argv[1]);
    return sub != NULL ? run_command(program, sub, argc - 1, argv + 1)
                       : unknown_command(command, argv[1]);
  }
  return cli_launched_ranks() > 1 ? run_on_ranks(program, command, argc, argv)
                                  : parse_and_run(program, command, argc, argv);
}

static int run(int argc, char **argv)
{
  if (argc < 2) {
    print_overview(stderr);
    return CLI_USAGE;
  }
  if (is_help(argv[1])) {
    print_overview(stdout);
    return CLI_OK;
  }
  if (strcmp(argv[1], "--version") == 0 && argc > 2)
    return run_command(argv[0], &version_command, argc - 1, argv + 1);
  if (strcmp(argv[1], "--version") == 0) {
    printf("lenet %s\n", lenet_version());
    return CLI_OK;
  }
  if (argv[1][0] == '-')
    return cli_usage_error(NULL, "'%s' stands before the command that it belongs to", argv[1]);
  const cli_command *command = find_command(argv[1]);
  return command != NULL ? run_command(argv[0], command, argc - 1, argv + 1)
                         : unknown_command(NULL, argv[1]);
}

/* A file that is opened must not get the number of a closed standard stream, or messages would be
 * written into it. Standard output stays unwritable, so that its loss is noticed at the end. */
static void occupy_standard_streams(void)
{
  for (int descriptor = 0; descriptor <= 2; descriptor++)
    if (fcntl(descriptor, F_GETFD) == -1 &&
        open("/dev/null", descriptor == 1 ? O_RDONLY : O_RDWR) != descriptor)
      exit(CLI_FAILED);
}

int main(int argc, char **argv)
{
  occupy_standard_streams();
  signal(SIGXFSZ, SIG_IGN); /* a file that may grow no more: a failed write, which is told of */
  /* musl would write a first line at once, and forget why it could not. */
  if (!isatty(STDOUT_FILENO))
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
  setlocale(LC_CTYPE, "");  /* only to learn whether the terminal takes UTF-8 */
  return cli_finish(run(argc, argv));
}
