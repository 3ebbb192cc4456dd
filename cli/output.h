/* output.h - what goes to stdout and stderr, and how it looks. */
#ifndef LENET_CLI_OUTPUT_H
#define LENET_CLI_OUTPUT_H

#include "options.h"

#if LENET_HAVE_JANSSON
#include <jansson.h>

/* Prints one document on one line of stdout and drops the reference to it. NULL, which is what
 * json_pack gives when memory runs out, ends up as a failed exit. */
void cli_json_print(json_t *document);
void cli_json_write(json_t *document, FILE *stream); /* the same, to another stream */
json_t *cli_json_real(double value);     /* null for NaN */
json_t *cli_json_text(const char *text); /* null for NULL; bytes that are no UTF-8 become ? */
#define CLI_PRINT_JSON(document) cli_json_print(document)
#else
/* cli_parse has refused --json before a command could ask for this. */
#define CLI_PRINT_JSON(document) ((void)0)
#endif

/* Messages on stderr, one line each: "lenet train: ...". All but notes return an exit code. */
int cli_usage_error(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3))); /* adds where help is; CLI_USAGE */
int cli_error(const cli_command *command, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int cli_library_error(const cli_command *command, const lenet_error *error);
void cli_warning(const cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Writes `word` so that a shell reads it back as one word: in single quotes where it must be. */
void cli_print_word(FILE *stream, const char *word);

/* Silenced by --quiet. */
void cli_note(const cli_arguments *arguments, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The exit code for a failure of the library. */
int cli_exit_code(lenet_status status);

/* Flushes stdout, for lines that should come before others of stderr. cli_finish says what fails. */
void cli_flush(void);

/* Flushes stdout. Returns `code`, or CLI_FAILED where something could not be written. */
int cli_finish(int code);

bool cli_is_terminal(const FILE *stream);
/* True where `stream` is a terminal that can take a line back: not TERM=dumb. */
bool cli_is_live(const FILE *stream);
/* True where it takes colours too: NO_COLOR is not set. */
bool cli_is_fancy(const FILE *stream);
/* True where characters outside ASCII may be printed. */
bool cli_is_utf8(void);
/* Columns of the terminal, 80 where it is not known. */
int cli_columns(const FILE *stream);

typedef enum cli_style { CLI_PLAIN, CLI_BOLD, CLI_DIM, CLI_RED, CLI_YELLOW } cli_style;
/* The escape sequence for a style, "" where the stream is not fancy. */
const char *cli_style_on(const FILE *stream, cli_style style);

/* Small texts by value, for use as an argument of printf. */
typedef struct cli_words {
  char text[64];
} cli_words;

cli_words cli_thousands(long long value); /* 61,706 */
cli_words cli_rate(double per_second);    /* 71,300: three significant digits, or all above 1 M */
cli_words cli_percent(double fraction);   /* 1.03 %; "-" for NaN */
cli_words cli_seconds(double seconds);    /* 0.81 s, 12.3 s, 3 min 20 s */
cli_words cli_float(float value);         /* a short text that reads back as the same float */

/* A name of a file or a class for a line of standard output, as messages have it too: control
 * characters become '?', so that it stays on its line and moves no cursor. */
typedef struct cli_clean_text {
  char text[4096];
} cli_clean_text;
cli_clean_text cli_clean(const char *text);

/* The variant's name, or the notation of a network that has none. */
typedef struct cli_net_name {
  char text[LENET_MAX_NOTATION];
} cli_net_name;
cli_net_name cli_name_network(const lenet_network *network);

/* "conv", "average_pool", ... as JSON documents name the kinds of rows. */
const char *cli_kind_name(lenet_kind kind);

/* Seconds of a clock that only goes forward. */
double cli_clock(void);

#endif
