#include "reject.h"

#include "explain.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

/* True where lines are to be swept, which digits are never. */
static bool sweeps(const cli_arguments *arguments, cli_reject_of of)
{
  return of == CLI_OF_LINES && strcmp(cli_text(arguments, "method", "cuts"), "sweep") == 0;
}

/* True where lines of text are to be read. */
static bool reads_text(const cli_arguments *arguments)
{
  return strcmp(cli_text(arguments, "chars", "digits"), "ascii") == 0;
}

int cli_refuse_others(const cli_arguments *arguments)
{
  return cli_option_error(arguments, "model", "%s has learned other things than digits",
                          cli_text(arguments, "model", ""));
}

/* Opens --model, where it is given, and looks what it knows. */
static int open_model(const cli_arguments *a, cli_reject_of of, cli_open_reader *opened)
{
  if (!cli_given(a, "model"))
    return CLI_OK;
  const int code = cli_open_model(a, "model", cli_text(a, "model", NULL), &opened->model);
  if (code != CLI_OK)
    return code;
  opened->classes = cli_classes_of(opened->model);
  if (opened->text)
    return CLI_OK; /* the library says whether it knows characters */
  const int count = lenet_model_layout(opened->model)->classes;
  cli_clean_text name;
  opened->scores = count == LENET_NONDIGIT + 1 && opened->classes.digits ? LENET_NONDIGIT : count;
  if (opened->classes.digits)
    return CLI_OK;
  if (of == CLI_OF_LINES)
    return cli_refuse_others(a);
  if (!cli_call_class(&opened->classes, 0, &name))
    return cli_option_error(a, "model",
                            "%s tells %d classes apart, which are not the digits, and does not "
                            "know what they are called",
                            cli_text(a, "model", ""), count);
  return CLI_OK;
}

static lenet_status create_reader(const cli_arguments *a, cli_reject_of of, lenet_isa isa,
                                  cli_open_reader *opened, lenet_error *error)
{
  if (opened->text)
    return lenet_reader_create_text(opened->model, isa, &opened->reader, error);
  if (sweeps(a, of))
    return lenet_reader_create_sweep(opened->model, isa, &opened->reader, error);
  const lenet_status status = lenet_reader_create(opened->model, isa, &opened->reader, error);
  if (status != LENET_OK || opened->classes.digits)
    return status;
  return lenet_session_create(opened->model, isa, &opened->alone, error);
}

int cli_reader_open(const cli_arguments *arguments, cli_reject_of of, cli_open_reader *opened)
{
  lenet_isa isa;
  lenet_error error;
  *opened = (cli_open_reader){.scores = LENET_NONDIGIT, .classes.digits = true};
  if (!cli_isa(arguments, &isa))
    return CLI_USAGE;
  opened->text = of == CLI_OF_LINES && reads_text(arguments);
  if (opened->text && cli_given(arguments, "explain"))
    return cli_option_error(arguments, "explain",
                            "draws what digits are made of: it does not go with --chars ascii");
  if (opened->text && cli_given(arguments, "method"))
    return cli_option_error(arguments, "method",
                            "lines of text are cut: it does not go with --chars ascii");
  int code = open_model(arguments, of, opened);
  if (code == CLI_OK && create_reader(arguments, of, isa, opened, &error) != LENET_OK)
    code = error.status == LENET_NO_MEMORY || opened->model == NULL
               ? cli_library_error(arguments->command, &error)
               : cli_option_error(arguments, "model", "%s: %s", cli_text(arguments, "model", ""),
                                  error.message); /* which knows no name */
  if (code != CLI_OK)
    cli_reader_close(opened);
  return code;
}

void cli_reader_close(cli_open_reader *opened)
{
  lenet_session_free(opened->alone);
  lenet_reader_free(opened->reader);
  lenet_model_free(opened->model);
}

int cli_reject_parse(const cli_arguments *arguments, cli_reject_of of, cli_reject *reject)
{
  *reject = (cli_reject){.always = of == CLI_OF_DIGITS && cli_given(arguments, "always")};
  const char *text = cli_text(arguments, "reject", "0");
  char *end;
  const double value = strtod(text, &end);
  if (end != text && strcmp(end, "%") == 0 && value > 0 && value <= 100) {
    if (sweeps(arguments, of))
      return cli_option_error(arguments, "reject", "errors were measured for --method cuts only");
    if (of == CLI_OF_LINES && reads_text(arguments))
      return cli_option_error(arguments, "reject", "errors were measured for --chars digits only");
    reject->least = lenet_reject_threshold(of == CLI_OF_LINES, value / 100);
    return CLI_OK;
  }
  if (end == text || *end != '\0' || !(value >= 0 && value <= 1))
    return cli_option_error(arguments, "reject",
                            "'%s' is neither a confidence from 0 to 1 nor an error as 1%%", text);
  reject->least = value;
  return CLI_OK;
}

int cli_reader_begin(const cli_arguments *arguments, cli_reject_of of, cli_open_reader *opened,
                     cli_reject *reject)
{
  if (arguments->operand_count == 0)
    return cli_usage_error(arguments->command, "no picture given");
  char explain[CLI_MAX_PATH];
  int code = cli_choose_explain(arguments, explain);
  if (code == CLI_OK)
    code = cli_reject_parse(arguments, of, reject);
  if (code == CLI_OK)
    code = cli_reader_open(arguments, of, opened);
  if (code == CLI_OK)
    memcpy(opened->explain, explain, sizeof explain);
  return code;
}

cli_verdict cli_judge_digit(const cli_reject *reject, const lenet_prediction *prediction)
{
  if (!reject->always && (double)prediction->none > LENET_NO_DIGIT_ABOVE)
    return CLI_NO_DIGIT_SEEN;
  return (double)prediction->confidence >= reject->least ? CLI_GIVEN : CLI_REJECTED;
}
