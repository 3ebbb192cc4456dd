/* options.h - what a command accepts: one table that is parsed, checked and printed as help. */
#ifndef LENET_CLI_OPTIONS_H
#define LENET_CLI_OPTIONS_H

#include "lenet.h"

#include <stdio.h>

/* Exit codes that scripts may rely on. */
enum {
  CLI_OK = 0,
  CLI_FAILED = 1,       /* failed at run time */
  CLI_USAGE = 2,        /* wrong usage */
  CLI_BAD_FILE = 3,     /* an input file is missing, unreadable or wrong */
  CLI_NO_DATA = 4,      /* a data set is missing, or its SHA-256 is wrong */
  CLI_INTERRUPTED = 130 /* Ctrl-C, SIGTERM or SIGHUP */
};

enum { CLI_MAX_OPTIONS = 48 };

typedef enum cli_kind {
  CLI_FLAG,
  CLI_INTEGER, /* low .. high */
  CLI_SEED,    /* 0 .. 2^64-1 */
  CLI_NUMBER,  /* low .. high */
  CLI_CHOICE,  /* one of `choices`, words separated by '|' */
  CLI_TEXT
} cli_kind;

/* One row of an option table; a row without a name ends the table. */
typedef struct cli_option {
  const char *name; /* without the dashes */
  char letter;      /* short form, or 0 */
  cli_kind kind;
  const char *argument; /* as help shows it: "N", "FILE"; for CLI_CHOICE the choices */
  double low, high;
  const char *help; /* one sentence, wrapped by the printer */
} cli_option;

/* Rows that several commands share. */
#define CLI_OPTION_MODEL                                                                           \
  {                                                                                                \
    "model", 'm', CLI_TEXT, "FILE|NAME", 0, 0,                                                     \
        "model file, or the name of a model that ships "                                           \
        "with lenet [the first of 'lenet show --list']"                                            \
  }
#define CLI_OPTION_DATA                                                                            \
  {                                                                                                \
    "data", 'd', CLI_TEXT, "SET", 0, 0,                                                            \
        "data set: a name of 'lenet data list', a folder with the four files of MNIST, a folder "  \
        "with a folder of pictures for each class (or those below train/ and test/; without "      \
        "these every sixth picture is for testing), or synthetic, "                                \
        "printed, nondigits or glyphs (in the fonts of this machine), each with "                  \
        "[:COUNT][,seed=S], which lenet draws [mnist]"                                             \
  }
#define CLI_OPTION_DATA_DIR                                                                        \
  {                                                                                                \
    "data-dir", 0, CLI_TEXT, "DIR", 0, 0,                                                          \
        "look for named data sets in DIR first, then in "                                          \
        "$LENET_DATA and in the cache folder"                                                      \
  }
#define CLI_OPTION_ISA                                                                             \
  {                                                                                                \
    "isa", 0, CLI_CHOICE, "scalar|avx2|avx512|neon|wasm|best", 0, 0,                               \
        "instruction set to use [best]"                                                            \
  }
#define CLI_OPTION_THREADS                                                                         \
  {                                                                                                \
    "threads", 0, CLI_INTEGER, "N", 1, 256,                                                        \
        "number of threads [one per processor]; it changes "                                       \
        "the time, never the result"                                                               \
  }
#define CLI_OPTIONS_COMMON                                                                         \
  {"json", 0, CLI_FLAG, NULL, 0, 0, "print JSON instead of text"},                                 \
      {"quiet", 'q', CLI_FLAG, NULL, 0, 0, "no messages but errors"},                              \
  {                                                                                                \
    "help", 'h', CLI_FLAG, NULL, 0, 0, "print this help"                                           \
  }

typedef struct cli_arguments cli_arguments;

/* One row of the table of commands. A command has either `run` or sub-commands. */
typedef struct cli_command {
  const char *name;     /* as typed, with its parent: "train", "data fetch"; NULL: lenet itself */
  const char *summary;  /* one line */
  const char *usage;    /* what follows the name */
  const char *details;  /* paragraphs for --help, or NULL */
  const char *examples; /* lines, each a command and what it does */
  const cli_option *options;
  int (*run)(const cli_arguments *arguments); /* returns an exit code */
  const struct cli_command *const *commands;  /* sub-commands, ended by NULL */
  /* The options that name what the command writes, words separated by '|': it is confined to the
   * folders of these (sandbox.h). "": it writes no file; NULL: it is not confined. */
  const char *writes;
  bool shares; /* its work among the processes that mpirun has started (cluster.h); has --timeout */
} cli_command;

typedef struct cli_value {
  bool given;
  const char *file; /* the recipe that gives it, or NULL: the command line */
  int line;         /* with `file`: from 1 */
  const char *text;
  long long integer;
  uint64_t seed;
  double number;
} cli_value;

struct cli_arguments {
  const cli_command *command;
  const char *program;              /* the name that lenet was called by: "lenet", "build/lenet" */
  cli_value value[CLI_MAX_OPTIONS]; /* in the order of command->options */
  int operand_count;
  char **operand; /* what is left on the command line */
};

/* Reads argv[1..] by the table of `command` (argv[0] is the command's own name; argv is reordered).
 * Returns CLI_OK, or an exit code after printing what is wrong with it and where help is. */
int cli_parse(const cli_command *command, int argc, char **argv, cli_arguments *arguments);

/* Gives the option `name` the value `text`, which stands in `file` on `line` and outlives
 * `arguments`, as if it stood on the command line. Where the command line has given the option too,
 * `text` is checked, but the command line wins. CLI_OK, or CLI_BAD_FILE after a message. */
int cli_set_from_file(cli_arguments *arguments, const char *name, const char *text,
                      const char *file, int line);

/* Says what is wrong with the value of the option `name` and where it comes from: "--lr: ..." and
 * CLI_USAGE, or "FILE:3: lr: ..." and CLI_BAD_FILE. */
int cli_option_error(const cli_arguments *arguments, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What was given for the option `name`, which must stand in the command's table. */
bool cli_given(const cli_arguments *arguments, const char *name);
bool cli_given_by_file(const cli_arguments *arguments, const char *name);
const char *cli_text(const cli_arguments *arguments, const char *name, const char *otherwise);
long long cli_integer(const cli_arguments *arguments, const char *name, long long otherwise);
uint64_t cli_seed(const cli_arguments *arguments, const char *name, uint64_t otherwise);
double cli_number(const cli_arguments *arguments, const char *name, double otherwise);

/* The value of --isa, with "best" resolved. False, after a message, where it cannot run here. */
bool cli_isa(const cli_arguments *arguments, lenet_isa *isa);
/* The value of --threads, or the number of processors. */
int cli_threads(const cli_arguments *arguments);

/* Prints paragraphs, which an empty line parts, wrapped as help is. */
void cli_print_paragraphs(FILE *stream, const char *text);

/* Prints the help of one command. */
void cli_print_help(FILE *stream, const cli_command *command);

/* The entry of `names` (NULL-terminated) most like `word`, or NULL where none is close. */
const char *cli_nearest(const char *word, const char *const *names);

#endif
