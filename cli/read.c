/* read.c - `lenet read`: all the digits of a picture, line by line. */
#define _POSIX_C_SOURCE 200809L
#include "agree.h"
#include "commands.h"
#include "explain.h"
#include "farm.h"
#include "image_input.h"
#include "name_list.h"
#include "output.h"
#include "reject.h"
#include "told.h"

#include <stdlib.h>
#include <string.h>

/* While a rank reads a picture the next one is there. */
enum { SLOTS = 2 };

/* ------------------------------------------------------------------ command --------------- */

static lenet_status read_one(const cli_open_reader *opened, const char *path,
                             lenet_reading *reading, lenet_error *error)
{
  lenet_image image;
  lenet_status status = cli_load_image(path, &image, error);
  if (status != LENET_OK)
    return status;
  status = lenet_read(opened->reader, &image, reading, error);
  if (status == LENET_OK && opened->explain[0] != '\0') {
    status = cli_explain(opened->explain, &image, reading, error);
    if (status != LENET_OK)
      lenet_reading_free(reading);
  }
  lenet_image_free(&image);
  return status;
}

/* What has come of a picture: an exit code, and text for standard output or a message. */
typedef struct answer {
  int code;
  bool there;
  char *text;
  size_t size;
} answer;

typedef struct job {
  const cli_arguments *arguments;
  const cli_open_reader *opened;
  cli_told told;
  const cli_names *names;
  /* On each rank: what is to be read. */
  struct {
    size_t task;
    char *path;
  } waiting[SLOTS];
  /* On rank 0: answers in the order of the pictures. */
  answer *answers;
  size_t printed;
  int code;
} job;

/* ---- on each rank ---- */

static bool begin(void *context, size_t task, const cli_bytes *name)
{
  job *j = context;
  for (int i = 0; i < SLOTS; i++)
    if (j->waiting[i].path == NULL) {
      j->waiting[i].task = task;
      j->waiting[i].path = strndup(name->data, name->size);
      return j->waiting[i].path != NULL;
    }
  return false;
}

static void write_answer(const job *j, const char *path, const lenet_reading *reading, FILE *stream)
{
#if LENET_HAVE_JANSSON
  if (cli_given(j->arguments, "json")) {
    cli_json_write(cli_reading_document(path, reading, &j->told), stream);
    return;
  }
#endif
  cli_print_reading(stream, path, j->names->count > 1 || cli_ranks() > 1, reading, &j->told);
}

/* An exit code and then the text. */
static bool read_next(job *j, const char *path, cli_bytes *result)
{
  lenet_reading reading;
  lenet_error error;
  FILE *stream = open_memstream(&result->data, &result->size);
  if (stream == NULL)
    return false;
  const lenet_status status = read_one(j->opened, path, &reading, &error);
  const int code = cli_exit_code(status);
  fwrite(&code, sizeof code, 1, stream);
  if (status == LENET_OK) {
    write_answer(j, path, &reading, stream);
    lenet_reading_free(&reading);
  } else {
    fputs(error.message, stream);
  }
  return fclose(stream) == 0;
}

static bool finish(void *context, size_t *task, cli_bytes *result)
{
  job *j = context;
  char *path = j->waiting[0].path;
  if (path == NULL)
    return false;
  *task = j->waiting[0].task;
  memmove(j->waiting, j->waiting + 1, (SLOTS - 1) * sizeof j->waiting[0]);
  j->waiting[SLOTS - 1].path = NULL;
  const bool read = read_next(j, path, result);
  free(path);
  if (!read) {
    cli_error(j->arguments->command, CLI_FAILED, "out of memory");
    exit(CLI_FAILED);
  }
  return true;
}

static void stop(void *context)
{
  job *j = context;
  for (int i = 0; i < SLOTS; i++)
    free(j->waiting[i].path);
}

/* ---- on rank 0 ---- */

static bool describe(void *context, size_t task, cli_bytes *name)
{
  const job *j = context;
  name->size = strlen(j->names->name[task]);
  name->data = strdup(j->names->name[task]);
  return name->data != NULL;
}

static void print_answer(job *j, answer *a)
{
  if (a->code == CLI_OK)
    fwrite(a->text, 1, a->size, stdout);
  else
    j->code = cli_error(j->arguments->command, a->code, "%.*s", (int)a->size, a->text);
  cli_flush(); /* answers and complaints in the order of the pictures */
  free(a->text);
  a->text = NULL;
}

static bool take(void *context, size_t task, cli_bytes *result)
{
  job *j = context;
  answer *a = &j->answers[task];
  memcpy(&a->code, result->data, sizeof a->code);
  a->size = result->size - sizeof a->code;
  memmove(result->data, result->data + sizeof a->code, a->size);
  a->text = result->data;
  a->there = true;
  result->data = NULL; /* kept */
  for (; j->printed < j->names->count && j->answers[j->printed].there; j->printed++)
    print_answer(j, &j->answers[j->printed]);
  return true;
}

static int read_all(const cli_arguments *arguments, const cli_open_reader *opened,
                    const cli_reject *reject, const cli_names *names)
{
  job j = {.arguments = arguments,
           .opened = opened,
           .told = {opened->text, reject->least},
           .names = names};
  j.answers = calloc(names->count > 0 ? names->count : 1, sizeof *j.answers);
  if (j.answers == NULL)
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  const cli_farm farm = {.context = &j,
                         .slots = cli_ranks() > 1 ? SLOTS : 1,
                         .count = names->count,
                         .describe = describe,
                         .take = take,
                         .begin = begin,
                         .finish = finish,
                         .stop = stop};
  const int code = cli_farm_run(arguments->command, &farm);
  for (size_t i = 0; i < names->count; i++)
    free(j.answers[i].text);
  free(j.answers);
  return code != CLI_OK ? code : j.code;
}

/* ---- both ---- */

/* Of ranks, rank 0 alone has the names. */
static int list_names(const cli_arguments *arguments, cli_names *names)
{
  *names = (cli_names){.count = 0};
  if (cli_rank() > 0)
    return CLI_OK;
  int code = cli_list_names(arguments, names);
  for (size_t i = 0; code == CLI_OK && cli_ranks() > 1 && i < names->count; i++)
    if (strcmp(names->name[i], "-") == 0)
      code = cli_usage_error(arguments->command,
                             "'-': standard input reaches one of the processes alone");
  return code;
}

static int make_ready(const cli_arguments *arguments, cli_open_reader *opened, cli_reject *reject,
                      cli_names *names)
{
  int code = list_names(arguments, names);
  if (code != CLI_OK)
    return code;
  cli_arguments all = *arguments;
  all.operand = cli_rank() > 0 ? (char *[]){"-"} : names->name;
  all.operand_count = cli_rank() > 0 ? 1 : (int)names->count;
  return cli_reader_begin(&all, CLI_OF_LINES, opened, reject);
}

static int run_read(const cli_arguments *arguments)
{
  cli_open_reader opened = {.reader = NULL};
  cli_reject reject;
  cli_names names;
  cli_facts facts = {""};
  int code = make_ready(arguments, &opened, &reject, &names);
  const bool open = code == CLI_OK;
  cli_add_option_facts(&facts, arguments);
  code = cli_agree(arguments->command, code, &facts);
  if (code == CLI_OK)
    code = read_all(arguments, &opened, &reject, &names);
  if (open)
    cli_reader_close(&opened);
  cli_names_free(&names);
  return code;
}

static const cli_option options[] = {
    CLI_OPTION_CHARS, CLI_OPTION_READER, CLI_OPTION_METHOD,  CLI_OPTION_REJECT,  CLI_OPTION_EXPLAIN,
    CLI_OPTION_LIST,  CLI_OPTION_ISA,    CLI_OPTION_TIMEOUT, CLI_OPTIONS_COMMON, {0},
};

const cli_command cli_read_command = {
    .name = "read",
    .summary = "read all digits of each picture, or all its text, line by line",
    .usage = "IMAGE... [--list FILE] [options]",
    .details =
        "Pictures are PNG, JPEG or PNM: photographs, scans, screenshots, with any number of lines "
        "of digits, dark on light or light on dark, on plain, ruled or squared paper; '-' reads "
        "one "
        "from standard input. Prints a line for each line of digits, from top to bottom. With "
        "--json each picture gives one line: file, text (its lines with newlines between), lines, "
        "each with its text, confidence (0 to 1, that the whole line is right) and digits, "
        "each with digit, confidence and box [x, y, width, height] in pixels. docs/reading.md "
        "shows how it goes.\n\n"
        "--chars ascii reads printed text, of one column, with its spaces: what is less sure than "
        "--reject T is U+FFFD then; JSON has characters in place of digits, each with character, "
        "rejected, confidence, box, spaces (before it), choices (what it may be, with the "
        "probability that the network gives) and alike (those that look like it, or null). "
        "--explain and --reject E% are for digits. "
        "docs/print.md says how well.\n\n"
        "'mpirun -n N lenet read ...' reads on N processes and prints in the order of the "
        "pictures: "
        "docs/cluster.md.",
    .examples = "  lenet read photo.jpg\n"
                "  lenet read --reject 1% --json scans/*.png\n"
                "  lenet read --method sweep photo.jpg\n"
                "  find scans -name '*.png' | lenet read --list - --json\n"
                "  lenet read --explain steps.png photo.jpg\n"
                "  lenet read --chars ascii --reject 0.5 letter.png\n",
    .options = options,
    .run = run_read,
    .writes = "explain",
    .shares = true,
};
