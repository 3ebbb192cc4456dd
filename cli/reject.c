#include "reject.h"

#include "explain.h"
#include "output.h"

#include <stdlib.h>
#include <string.h>

/* Whether a model learned a known set whose classes are no digits. */
static bool knows_others(const lenet_model *model)
{
  size_t count = 0;
  const lenet_known_set *known = lenet_catalogue(&count);
  const char *learned = lenet_model_note(model, "data");
  for (size_t i = 0; learned != NULL && i < count; i++)
    if (strcmp(known[i].name, learned) == 0)
      return strcmp(known[i].classes[0], "0") != 0;
  return false;
}

/* True where lines are to be swept, which digits are never. */
static bool sweeps(const cli_arguments *arguments, cli_reject_of of)
{
  return of == CLI_OF_LINES && strcmp(cli_text(arguments, "method", "cuts"), "sweep") == 0;
}

int cli_reader_open(const cli_arguments *arguments, cli_reject_of of, cli_open_reader *opened)
{
  lenet_isa isa;
  lenet_error error;
  *opened = (cli_open_reader){.digits = LENET_NONDIGIT};
  if (!cli_isa(arguments, &isa))
    return CLI_USAGE;
  int code = CLI_OK;
  if (cli_given(arguments, "model"))
    code = cli_open_model(arguments, "model", cli_text(arguments, "model", NULL), &opened->model);
  if (code != CLI_OK)
    return code;
  opened->others = opened->model != NULL && knows_others(opened->model);
  if (opened->others && of == CLI_OF_LINES) {
    lenet_model_free(opened->model);
    return cli_option_error(arguments, "model", "%s has learned other things than digits",
                            cli_text(arguments, "model", ""));
  }
  const lenet_status status =
      sweeps(arguments, of) ? lenet_reader_create_sweep(opened->model, isa, &opened->reader, &error)
                            : lenet_reader_create(opened->model, isa, &opened->reader, &error);
  if (status != LENET_OK) {
    lenet_model_free(opened->model);
    return cli_library_error(arguments->command, &error);
  }
  const int classes =
      opened->model != NULL ? lenet_model_layout(opened->model)->classes : LENET_NONDIGIT + 1;
  opened->digits = classes == LENET_NONDIGIT + 1 ? LENET_NONDIGIT : classes;
  return CLI_OK;
}

void cli_reader_close(cli_open_reader *opened)
{
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

const char *cli_reject_digit(const cli_reject *reject, const lenet_prediction *prediction)
{
  if (!reject->always && (double)prediction->none > LENET_NO_DIGIT_ABOVE)
    return "no digit";
  return (double)prediction->confidence >= reject->least ? NULL : "rejected";
}
