/* read.c - `lenet read`: all the digits of a picture, line by line. */
#include "commands.h"
#include "explain.h"
#include "image_input.h"
#include "output.h"
#include "reject.h"

#include <stdlib.h>
#include <string.h>

static bool is_rejected(const lenet_read_line *line, const cli_reject *reject)
{
  return !((double)line->confidence >= reject->least);
}

static char *text_of(const lenet_read_line *line)
{
  char *text = malloc((size_t)line->count + 1);
  for (int i = 0; text != NULL && i < line->count; i++)
    text[i] = (char)('0' + line->digit[i].digit);
  if (text != NULL)
    text[line->count] = '\0';
  return text;
}

/* ------------------------------------------------------------------ printing -------------- */

#if LENET_HAVE_JANSSON
static json_t *digit_document(const lenet_read_digit *d)
{
  return json_pack("{s:i, s:o, s:[i, i, i, i]}", "digit", d->digit, "confidence",
                   cli_json_real((double)d->confidence), "box", d->x, d->y, d->width, d->height);
}

static json_t *line_document(const lenet_read_line *line, bool rejected)
{
  json_t *digits = json_array();
  for (int i = 0; i < line->count; i++)
    json_array_append_new(digits, digit_document(&line->digit[i]));
  char *text = text_of(line);
  json_t *object =
      json_pack("{s:o, s:b, s:o, s:o}", "text", cli_json_text(rejected ? NULL : text), "rejected",
                rejected, "confidence", cli_json_real((double)line->confidence), "digits", digits);
  free(text);
  return object;
}

/* The lines that are given, each on a line of its own. */
static json_t *joined_text(const lenet_reading *reading, const cli_reject *reject)
{
  size_t room = 1, used = 0;
  for (int i = 0; i < reading->count; i++)
    room += (size_t)reading->line[i].count + 1;
  char *text = malloc(room);
  if (text == NULL)
    return NULL;
  for (int i = 0; i < reading->count; i++) {
    if (is_rejected(&reading->line[i], reject))
      continue;
    if (used > 0)
      text[used++] = '\n';
    for (int k = 0; k < reading->line[i].count; k++)
      text[used++] = (char)('0' + reading->line[i].digit[k].digit);
  }
  text[used] = '\0';
  json_t *joined = json_string(text);
  free(text);
  return joined;
}

static json_t *document(const char *path, const lenet_reading *reading, const cli_reject *reject)
{
  json_t *lines = json_array();
  for (int i = 0; i < reading->count; i++)
    json_array_append_new(lines,
                          line_document(&reading->line[i], is_rejected(&reading->line[i], reject)));
  return json_pack("{s:o, s:o, s:o}", "file", cli_json_text(path), "text",
                   joined_text(reading, reject), "lines", lines);
}
#endif

/* One line of output for each line of the picture; the name only where there are several pictures.
 */
static void print_reading(const char *path, bool named, const lenet_reading *reading,
                          const cli_reject *reject)
{
  if (reading->count == 0)
    printf("%s%s(no digits found)\n", named ? cli_clean(path).text : "", named ? ": " : "");
  for (int i = 0; i < reading->count; i++) {
    const lenet_read_line *line = &reading->line[i];
    char *text = text_of(line);
    if (named)
      printf("%s: ", cli_clean(path).text);
    if (is_rejected(line, reject))
      printf("- (rejected: %s at %.1f %%)\n", text != NULL ? text : "",
             100 * (double)line->confidence);
    else
      printf("%s\n", text != NULL ? text : "");
    free(text);
  }
}

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

static int read_all(const cli_arguments *arguments, const cli_open_reader *opened,
                    const cli_reject *reject)
{
  int code = CLI_OK;
  for (int i = 0; i < arguments->operand_count; i++) {
    const char *path = arguments->operand[i];
    lenet_reading reading;
    lenet_error error;
    if (read_one(opened, path, &reading, &error) != LENET_OK) {
      code = cli_library_error(arguments->command, &error);
      continue;
    }
    if (cli_given(arguments, "json"))
      CLI_PRINT_JSON(document(path, &reading, reject));
    else
      print_reading(path, arguments->operand_count > 1, &reading, reject);
    lenet_reading_free(&reading);
    cli_flush(); /* answers and complaints in the order of the pictures */
  }
  return code;
}

static int run_read(const cli_arguments *arguments)
{
  cli_open_reader opened;
  cli_reject reject;
  int code = cli_reader_begin(arguments, CLI_OF_LINES, &opened, &reject);
  if (code != CLI_OK)
    return code;
  code = read_all(arguments, &opened, &reject);
  cli_reader_close(&opened);
  return code;
}

static const cli_option options[] = {
    CLI_OPTION_READER,
    CLI_OPTION_METHOD,
    CLI_OPTION_REJECT,
    CLI_OPTION_EXPLAIN,
    CLI_OPTION_ISA,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_read_command = {
    .name = "read",
    .summary = "read all digits of each picture, line by line",
    .usage = "IMAGE... [options]",
    .details =
        "Pictures are PNG, JPEG or PNM: photographs, scans, screenshots, with any number of lines "
        "of digits, dark on light or light on dark, on plain, ruled or squared paper; '-' reads "
        "one "
        "from standard input. Prints a line for each line of digits, from top to bottom. With "
        "--json each picture gives one line: file, text (its lines with newlines between), lines, "
        "each with its text, confidence (0 to 1, that the whole line is right) and digits, "
        "each with digit, confidence and box [x, y, width, height] in pixels. docs/reading.md "
        "shows "
        "how it goes.",
    .examples = "  lenet read photo.jpg\n"
                "  lenet read --reject 1% --json scans/*.png\n"
                "  lenet read --method sweep photo.jpg\n"
                "  lenet read --explain steps.png photo.jpg\n",
    .options = options,
    .run = run_read,
    .writes = "explain",
};
