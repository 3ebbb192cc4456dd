/* output.c - what goes to stdout and stderr, and how it looks. */
#define _POSIX_C_SOURCE 200809L
#include "output.h"

#include <errno.h>
#include <langinfo.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* ------------------------------------------------------------------ messages -------------- */

/* Bytes of the character that begins here, or 0 where it is none of UTF-8's. */
static int length_of(const unsigned char *c)
{
  const int length = *c < 0x80                  ? 1
                     : *c >= 0xc2 && *c <= 0xdf ? 2
                     : *c >= 0xe0 && *c <= 0xef ? 3
                     : *c >= 0xf0 && *c <= 0xf4 ? 4
                                                : 0;
  for (int i = 1; i < length; i++)
    if ((c[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

/* Control characters, and what turns the direction of text: U+2028 to U+202E, U+2066 to U+2069. */
static bool is_control(const unsigned char *c)
{
  return *c < 0x20 || *c == 0x7f || (c[0] == 0xc2 && c[1] <= 0x9f) ||
         (c[0] == 0xe2 && ((c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) ||
                           (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9)));
}

/* Each byte of these becomes '?', and each that is no UTF-8: an old terminal may take it for one.
 */
static void replace_controls(char *text)
{
  for (unsigned char *c = (unsigned char *)text; *c != '\0';) {
    const int length = length_of(c);
    if (length == 0 || is_control(c))
      memset(c, '?', length == 0 ? 1 : (size_t)length);
    c += length == 0 ? 1 : length;
  }
}

enum { LONGEST_LINE = 4095, KEPT_IN_FRONT = 1000 };

/* One line on stderr. A name may be longer than it: then its middle goes, not the reason behind it.
 */
static void print_clean(const char *format, va_list list)
{
  char line[LONGEST_LINE + 1], *whole = line;
  va_list again;
  va_copy(again, list);
  const int length = vsnprintf(line, sizeof line, format, list);
  if (length > LONGEST_LINE)
    whole = malloc((size_t)length + 1);
  if (whole != NULL && whole != line) {
    vsnprintf(whole, (size_t)length + 1, format, again);
    snprintf(line + KEPT_IN_FRONT, sizeof line - KEPT_IN_FRONT, "...%s",
             whole + length - (LONGEST_LINE - KEPT_IN_FRONT - 3));
    free(whole);
  }
  va_end(again);
  replace_controls(line);
  fprintf(stderr, "%s\n", line);
}

/* "lenet train: error text", with the severity in colour where there is one. */
static void print_message(const cli_command *command, cli_style style, const char *severity,
                          const char *format, va_list list)
{
  fprintf(stderr, "%slenet%s%s:%s %s", cli_style_on(stderr, style), command != NULL ? " " : "",
          command != NULL ? command->name : "", cli_style_on(stderr, CLI_PLAIN), severity);
  print_clean(format, list);
}

int cli_usage_error(const cli_command *command, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  print_message(command, CLI_RED, "", format, list);
  va_end(list);
  fprintf(stderr, "try 'lenet%s%s --help'\n", command != NULL ? " " : "",
          command != NULL ? command->name : "");
  return CLI_USAGE;
}

int cli_error(const cli_command *command, int code, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  print_message(command, CLI_RED, "", format, list);
  va_end(list);
  return code;
}

int cli_exit_code(lenet_status status)
{
  switch (status) {
  case LENET_OK: return CLI_OK;
  case LENET_BAD_ARGUMENT:
  case LENET_BAD_NOTATION: return CLI_USAGE;
  case LENET_BAD_FILE:
  case LENET_CANNOT_READ:
  case LENET_NO_DIGIT: return CLI_BAD_FILE;
  case LENET_NO_DATA:
  case LENET_BAD_HASH: return CLI_NO_DATA;
  case LENET_STOPPED: return CLI_INTERRUPTED;
  default: return CLI_FAILED;
  }
}

int cli_library_error(const cli_command *command, const lenet_error *error)
{
  return cli_error(command, cli_exit_code(error->status), "%s", error->message);
}

void cli_warning(const cli_command *command, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  print_message(command, CLI_YELLOW, "warning: ", format, list);
  va_end(list);
}

void cli_note(const cli_arguments *arguments, const char *format, ...)
{
  if (cli_given(arguments, "quiet"))
    return;
  va_list list;
  va_start(list, format);
  print_clean(format, list);
  va_end(list);
}

void cli_print_word(FILE *stream, const char *word)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                              "0123456789_./:=,+-@%";
  if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
    fputs(word, stream);
    return;
  }
  putc('\'', stream);
  for (; *word != '\0'; word++) {
    if (*word == '\'')
      fputs("'\\''", stream);
    else
      putc(*word, stream);
  }
  putc('\'', stream);
}

static int flush_error; /* errno of the first flush that failed */

void cli_flush(void)
{
  if (fflush(stdout) != 0 && flush_error == 0)
    flush_error = errno;
}

int cli_finish(int code)
{
  const bool failed = ferror(stdout) != 0;
  errno = 0;
  cli_flush();
  if (!failed && flush_error == 0)
    return code;
  if (flush_error != EPIPE) /* a reader that has seen enough is no reason to complain */
    cli_error(NULL, CLI_FAILED, "cannot write to standard output%s%s", flush_error != 0 ? ": " : "",
              flush_error != 0 ? strerror(flush_error) : "");
  return code == CLI_OK ? CLI_FAILED : code;
}

/* ------------------------------------------------------------------ terminals ------------- */

bool cli_is_terminal(const FILE *stream) { return isatty(fileno((FILE *)stream)) == 1; }

bool cli_is_live(const FILE *stream)
{
  const char *term = getenv("TERM");
  return term != NULL && strcmp(term, "dumb") != 0 && cli_is_terminal(stream);
}

bool cli_is_fancy(const FILE *stream)
{
  const char *no_color = getenv("NO_COLOR");
  return (no_color == NULL || no_color[0] == '\0') && cli_is_live(stream);
}

bool cli_is_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

int cli_columns(const FILE *stream)
{
  struct winsize size;
  if (ioctl(fileno((FILE *)stream), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
    return size.ws_col;
  return 80;
}

const char *cli_style_on(const FILE *stream, cli_style style)
{
  static const char *const sequences[] = {"\033[0m", "\033[1m", "\033[2m", "\033[31m", "\033[33m"};
  return cli_is_fancy(stream) ? sequences[style] : "";
}

/* ------------------------------------------------------------------ small texts ----------- */

cli_clean_text cli_clean(const char *text)
{
  cli_clean_text clean;
  snprintf(clean.text, sizeof clean.text, "%s", text);
  replace_controls(clean.text);
  return clean;
}

cli_words cli_thousands(long long value)
{
  char digits[32];
  cli_words words;
  size_t used = 0;
  int length = snprintf(digits, sizeof digits, "%lld", value);
  for (int i = 0; i < length; i++) {
    if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0)
      words.text[used++] = ',';
    words.text[used++] = digits[i];
  }
  words.text[used] = '\0';
  return words;
}

cli_words cli_rate(double per_second)
{
  double unit = 1;
  while (per_second / unit >= 1000)
    unit *= 10;
  return cli_thousands((long long)(floor(per_second / unit + 0.5) * unit));
}

cli_words cli_percent(double fraction)
{
  cli_words words = {"-"};
  if (!isnan(fraction))
    snprintf(words.text, sizeof words.text, "%.2f %%", 100 * fraction);
  return words;
}

cli_words cli_seconds(double seconds)
{
  cli_words words;
  if (seconds < 10)
    snprintf(words.text, sizeof words.text, "%.2f s", seconds);
  else if (seconds < 120)
    snprintf(words.text, sizeof words.text, "%.1f s", seconds);
  else
    snprintf(words.text, sizeof words.text, "%d min %02d s", (int)seconds / 60, (int)seconds % 60);
  return words;
}

cli_words cli_float(float value)
{
  cli_words words;
  for (int digits = 6; digits <= 9; digits++) { /* 6 is the %g that people expect: 100, 0.1 */
    snprintf(words.text, sizeof words.text, "%.*g", digits, (double)value);
    if (strtof(words.text, NULL) == value)
      break;
  }
  return words;
}

cli_net_name cli_name_network(const lenet_network *network)
{
  cli_net_name name;
  const lenet_variant *variant = lenet_variant_of(network);
  if (variant != NULL)
    snprintf(name.text, sizeof name.text, "%s", variant->name);
  else
    lenet_network_print(network, name.text);
  return name;
}

const char *cli_kind_name(lenet_kind kind)
{
  switch (kind) {
  case LENET_PAD: return "pad";
  case LENET_CONV: return "conv";
  case LENET_AVERAGE_POOL: return "average_pool";
  case LENET_MAX_POOL: return "max_pool";
  case LENET_SUBSAMPLE: return "subsample";
  case LENET_DENSE: return "dense";
  case LENET_RBF: return "rbf";
  }
  return "";
}

double cli_clock(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ------------------------------------------------------------------ JSON ------------------ */

#if LENET_HAVE_JANSSON
void cli_json_write(json_t *document, FILE *stream)
{
  if (document == NULL) {
    cli_error(NULL, CLI_FAILED, "out of memory");
    exit(CLI_FAILED);
  }
  /* 9 digits: as much as a float holds, so that 0.0103 stays 0.0103. */
  json_dumpf(document, stream, JSON_COMPACT | JSON_REAL_PRECISION(9));
  putc('\n', stream);
  json_decref(document);
}

void cli_json_print(json_t *document) { cli_json_write(document, stdout); }

json_t *cli_json_real(double value) { return isfinite(value) ? json_real(value) : json_null(); }

json_t *cli_json_text(const char *text)
{
  if (text == NULL)
    return json_null();
  json_t *string = json_string(text);
  if (string != NULL)
    return string;
  char *copy = strdup(text);
  for (char *c = copy; c != NULL && *c != '\0'; c++) {
    if ((unsigned char)*c >= 0x80)
      *c = '?';
  }
  string = copy != NULL ? json_string(copy) : NULL;
  free(copy);
  return string;
}
#endif
