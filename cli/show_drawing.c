/* show_drawing.c - what `lenet show` draws, and in which form: terminal, SVG or PNG. */
#include "show.h"

#include "diagram.h"
#include "image_input.h"
#include "output.h"
#include "sheets.h"
#include "whole_file.h"

#include <string.h>

/* ------------------------------------------------------------------ options --------------- */

static const char *const subjects[] = {"blocks", "filters",   "maps", "table",
                                       "codes",  "distances", NULL};

/* The option that says what is drawn, or NULL: stacks. */
static const char *subject_of(const cli_arguments *arguments)
{
  for (const char *const *s = subjects; *s != NULL; s++)
    if (cli_given(arguments, *s))
      return *s;
  return NULL;
}

bool cli_show_is_drawing(const cli_arguments *a)
{
  return subject_of(a) != NULL || cli_given(a, "svg") || cli_given(a, "png") || cli_given(a, "out");
}

/* Where the drawing goes, links followed; "" for the terminal or a pipe. It must take the place
 * neither of what it is made of nor of what is no drawing. */
static int choose_file(const cli_arguments *a, char path[CLI_MAX_PATH])
{
  const char *const inputs[] = {cli_text(a, "maps", NULL), cli_text(a, "distances", NULL),
                                cli_text(a, "model", NULL)};
  const bool png = cli_given(a, "png");
  const char *what = png ? "--png" : "--out", *given = cli_text(a, what + 2, NULL);
  path[0] = '\0';
  if (given == NULL || (!png && strcmp(given, "-") == 0))
    return CLI_OK;
  int code = cli_check_file(a, what, given, path);
  if (code == CLI_OK)
    code = cli_check_sources(a, what, path, inputs, sizeof inputs / sizeof inputs[0]);
  return code == CLI_OK ? cli_check_replaced(a, what, path, png ? CLI_PNG : CLI_SVG) : code;
}

/* Options that do not go together, before anything is opened or made. */
static int check_options(const cli_arguments *a, const lenet_model *model)
{
  const cli_command *command = a->command;
  const char *subject = subject_of(a);
  const bool diagram = subject == NULL || strcmp(subject, "blocks") == 0;
  for (const char *const *s = subjects; *s != NULL; s++)
    if (cli_given(a, *s) && strcmp(*s, subject) != 0)
      return cli_usage_error(command, "--%s and --%s exclude each other", subject, *s);
  if (cli_given(a, "json"))
    return cli_usage_error(command, "--json: the table of rows alone has a document");
  if (cli_given(a, "svg") && cli_given(a, "png"))
    return cli_usage_error(command, "--svg and --png exclude each other");
  if (cli_given(a, "out") && !cli_given(a, "svg"))
    return cli_usage_error(command, "--out: goes with --svg alone; --png names its own file");
  if (cli_given(a, "png") && diagram)
    return cli_usage_error(command, "--png: the %s are drawn as SVG alone",
                           subject == NULL ? "stacks of maps" : "blocks");
  if (cli_given(a, "svg") && !cli_given(a, "out") && cli_is_terminal(stdout))
    return cli_usage_error(
        command, "--svg: the drawing goes to a file (--out) or a pipe, not to a terminal");
  const bool learned = !diagram && strcmp(subject, "table") != 0 && strcmp(subject, "codes") != 0;
  if (learned && model == NULL)
    return cli_usage_error(command, "--%s: shows what a model has learned, so it goes with --model",
                           subject);
  return CLI_OK;
}

/* ------------------------------------------------------------------ what ------------------ */

/* The picture as `lenet predict` would give it to a network. */
static lenet_status load_digit(const char *path, uint8_t digit[28 * 28], lenet_error *error)
{
  lenet_image image;
  lenet_status status = cli_load_image(path, &image, error);
  if (status != LENET_OK)
    return status;
  status = lenet_image_to_digit(&image, digit, error);
  lenet_image_free(&image);
  if (status != LENET_OK) { /* the message knows no file */
    const lenet_error reason = *error;
    snprintf(error->message, sizeof error->message, "%.120s: %.190s",
             strcmp(path, "-") == 0 ? "standard input" : path, reason.message);
  }
  return status;
}

static lenet_status fill_sheet(const cli_arguments *a, const lenet_network *network,
                               const lenet_layout *layout, const lenet_model *model,
                               cli_sheet *sheet, lenet_error *error)
{
  uint8_t digit[28 * 28];
  const char *subject = subject_of(a);
  const char *image = cli_text(a, "maps", cli_text(a, "distances", NULL));
  *sheet = (cli_sheet){.count = 0};
  if (strcmp(subject, "table") == 0)
    return cli_table_sheet(network, layout, sheet, error);
  if (strcmp(subject, "codes") == 0)
    return cli_codes_sheet(network, sheet, error);
  if (image == NULL)
    return cli_filters_sheet(model, sheet, error);
  if (cli_given(a, "distances") && network->row[network->row_count - 1].kind != LENET_RBF)
    return cli_codes_sheet(network, sheet, error); /* says why not, before the picture is read */
  const lenet_status status = load_digit(image, digit, error);
  if (status != LENET_OK)
    return status;
  return cli_given(a, "maps") ? cli_maps_sheet(model, digit, sheet, error)
                              : cli_distances_sheet(model, digit, sheet, error);
}

/* ------------------------------------------------------------------ form ------------------ */

/* What is printed on `stream`: a sheet, or with NULL a diagram. */
static void print_drawing(FILE *stream, const cli_arguments *a, const lenet_network *network,
                          const lenet_layout *layout, const cli_sheet *sheet)
{
  const bool svg = cli_given(a, "svg");
  if (sheet != NULL && svg)
    cli_sheet_print_svg(stream, sheet);
  else if (sheet != NULL)
    cli_sheet_print_text(stream, sheet);
  else if (!cli_given(a, "blocks"))
    cli_print_stacks(stream, network, layout);
  else if (svg)
    cli_print_blocks(stream, network, layout);
  else
    cli_print_blocks_text(stream, network, layout);
}

static int write_drawing(const cli_arguments *a, const char *path, const lenet_network *network,
                         const lenet_layout *layout, const cli_sheet *sheet)
{
  lenet_error error;
  if (cli_given(a, "png"))
    return cli_sheet_write_png(path, sheet, &error) == LENET_OK
               ? CLI_OK
               : cli_library_error(a->command, &error);
  if (path[0] == '\0') {
    print_drawing(stdout, a, network, layout, sheet);
    return CLI_OK;
  }
  cli_whole_file file;
  const int code = cli_whole_file_begin(a->command, path, &file);
  if (code != CLI_OK)
    return code;
  print_drawing(file.stream, a, network, layout, sheet);
  return cli_whole_file_end(a->command, &file);
}

int cli_show_drawing(const cli_arguments *a, const lenet_network *network,
                     const lenet_layout *layout, const lenet_model *model)
{
  char path[CLI_MAX_PATH];
  int code = check_options(a, model);
  if (code == CLI_OK)
    code = choose_file(a, path);
  if (code != CLI_OK)
    return code;
  const char *subject = subject_of(a);
  if (subject == NULL || strcmp(subject, "blocks") == 0)
    return write_drawing(a, path, network, layout, NULL);
  cli_sheet sheet;
  lenet_error error;
  if (fill_sheet(a, network, layout, model, &sheet, &error) == LENET_OK)
    code = write_drawing(a, path, network, layout, &sheet);
  else
    code = error.status == LENET_UNSUPPORTED
               ? cli_usage_error(a->command, "--%s: %s", subject, error.message)
               : cli_library_error(a->command, &error);
  cli_sheet_free(&sheet);
  return code;
}
