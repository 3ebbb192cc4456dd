/* export.c - `lenet export`: a model for other programs. */
#include "commands.h"
#include "output.h"
#include "place.h"
#include "whole_file.h"

#include <string.h>

/* To add a format: a line here, and its name among the choices of --format. */
static const struct {
  const char *name;
  lenet_status (*save)(const lenet_model *model, const char *path, lenet_error *error);
} formats[] = {
    {"onnx", lenet_model_save_onnx},
    {"safetensors", lenet_model_save},
};

static int export_model(const cli_arguments *arguments, const lenet_model *model)
{
  const char *format = cli_text(arguments, "format", NULL), *out = cli_text(arguments, "out", NULL);
  const cli_net_name net = cli_name_network(lenet_model_network(model));
  char path[CLI_MAX_PATH];
  lenet_error error;
  size_t i = 0;
  int code = cli_check_out(arguments, out, path);
  if (code != CLI_OK)
    return code;
  while (strcmp(formats[i].name, format) != 0)
    i++;
  if (formats[i].save(model, path, &error) != LENET_OK)
    return cli_library_error(arguments->command, &error);
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(json_pack("{s:o, s:s, s:s, s:I}", "file", cli_json_text(out), "format", format,
                             "net", net.text, "parameters",
                             (json_int_t)lenet_model_layout(model)->parameters));
  else
    cli_note(arguments, "%s: %s, %s parameters, as %s", out, net.text,
             cli_thousands(lenet_model_layout(model)->parameters).text, format);
  return CLI_OK;
}

static int run_export(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  lenet_model *model = NULL;
  if (arguments->operand_count > 0)
    return cli_usage_error(command, "'%s' is too much: a model is named by --model",
                           arguments->operand[0]);
  if (!cli_given(arguments, "format") || !cli_given(arguments, "out"))
    return cli_usage_error(command, "--%s is missing",
                           cli_given(arguments, "format") ? "out" : "format");
  int code = cli_open_model(arguments, "model", cli_text(arguments, "model", NULL), &model);
  if (code == CLI_OK)
    code = export_model(arguments, model);
  lenet_model_free(model);
  return code;
}

static const cli_option options[] = {
    {"format", 'f', CLI_CHOICE, "onnx|safetensors", 0, 0, "what kind of file to write"},
    CLI_OPTION_MODEL,
    {"out", 'o', CLI_TEXT, "FILE", 0, 0, "where it goes"},
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_export_command = {
    .name = "export",
    .summary = "write a model for other programs: ONNX, safetensors",
    .usage = "--format FORMAT [--model FILE|NAME] --out FILE",
    .details =
        "onnx: operator set 13, float32, 'input' [N, 1, rows, columns] to 'scores' and "
        "'probabilities' [N, classes]; input is byte * scale + offset with the numbers of the "
        "file's metadata. safetensors: lenet's own model files, weights in PyTorch's order. "
        "docs/embedding.md says what is in them; 'lenet import' reads both back.",
    .examples = "  lenet export --format onnx --out lenet.onnx\n"
                "  lenet export --format onnx --model lenet5-1998 --out lenet5-1998.onnx\n"
                "  lenet export --format safetensors --model lenet5 --out lenet5.safetensors\n",
    .options = options,
    .run = run_export,
};
