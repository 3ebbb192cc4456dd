/* import.c - `lenet import`: a model from other programs. */
#include "commands.h"
#include "output.h"
#include "place.h"
#include "stop.h"
#include "whole_file.h"

#include <stdio.h>
#include <string.h>

/* A safetensors file begins with the length of its header, eight bytes, and a brace. */
static bool is_safetensors(const char *path)
{
  char start[9] = "";
  FILE *file = fopen(path, "rb");
  if (file == NULL)
    return false;
  const size_t got = fread(start, 1, sizeof start, file);
  fclose(file);
  return got == sizeof start && start[8] == '{' && memcmp(start + 4, "\0\0\0", 4) == 0;
}

static int open_foreign(const cli_arguments *arguments, const char *path, lenet_model **model)
{
  const cli_command *command = arguments->command;
  const char *net = cli_text(arguments, "net", NULL);
  lenet_network network;
  lenet_error error;
  if (!is_safetensors(path) && net != NULL)
    return cli_usage_error(command, "--net is for safetensors files: an ONNX file has its network");
  if (!is_safetensors(path))
    return lenet_model_load_onnx(path, model, &error) == LENET_OK
               ? CLI_OK
               : cli_library_error(command, &error);
  if (net == NULL && lenet_model_load(path, model, &error) == LENET_OK)
    return CLI_OK;
  if (net == NULL) {
    const int code = cli_library_error(command, &error);
    fprintf(stderr, "weights of another program need --net, the network that they belong to\n");
    return code;
  }
  const int code = cli_open_network(arguments, net, &network);
  if (code != CLI_OK)
    return code;
  return lenet_model_load_weights(path, &network, model, &error) == LENET_OK
             ? CLI_OK
             : cli_library_error(command, &error);
}

/* Pixels of 0 .. 1, less the mean, divided by the deviation, as transforms.Normalize has them. */
static int set_input(const cli_arguments *arguments, lenet_model *model)
{
  if (!cli_given(arguments, "mean") && !cli_given(arguments, "std"))
    return CLI_OK;
  const double mean = cli_number(arguments, "mean", 0), deviation = cli_number(arguments, "std", 1);
  const lenet_input input = {.scale = (float)(1 / (255 * deviation)),
                             .offset = (float)(-mean / deviation)};
  lenet_error error;
  return lenet_model_set_input(model, input, &error) == LENET_OK
             ? CLI_OK
             : cli_library_error(arguments->command, &error);
}

static int save(const cli_arguments *arguments, const lenet_model *model)
{
  const char *out = cli_text(arguments, "out", NULL);
  const long parameters = lenet_model_layout(model)->parameters;
  char path[CLI_MAX_PATH], notation[LENET_MAX_NOTATION];
  lenet_error error;
  int code = cli_check_out(arguments, out, path);
  if (code == CLI_OK)
    code = cli_check_sources(arguments, "--out", path, (const char *const *)arguments->operand, 1);
  if (code == CLI_OK)
    code = cli_check_replaced(arguments, "--out", path, CLI_MODEL);
  if (code != CLI_OK)
    return code;
  cli_hold_stop(true);
  const lenet_status status = lenet_model_save(model, path, &error);
  cli_hold_stop(false);
  if (status != LENET_OK)
    return cli_library_error(arguments->command, &error);
  lenet_network_print(lenet_model_network(model), notation);
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(json_pack("{s:o, s:s, s:I, s:o, s:o}", "model", cli_json_text(out), "notation",
                             notation, "parameters", (json_int_t)parameters, "input_scale",
                             cli_json_real((double)lenet_model_input(model).scale), "input_offset",
                             cli_json_real((double)lenet_model_input(model).offset)));
  cli_note(arguments, "%s: %s, %s parameters", out, notation, cli_thousands(parameters).text);
  cli_note(arguments, "input = byte * %s + %s", cli_float(lenet_model_input(model).scale).text,
           cli_float(lenet_model_input(model).offset).text);
  return CLI_OK;
}

static int run_import(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  lenet_model *model = NULL;
  if (arguments->operand_count != 1)
    return cli_usage_error(command, arguments->operand_count == 0 ? "a file is missing"
                                                                  : "one file at a time");
  if (!cli_given(arguments, "out"))
    return cli_usage_error(command, "--out is missing");
  int code = open_foreign(arguments, arguments->operand[0], &model);
  if (code == CLI_OK)
    code = set_input(arguments, model);
  if (code == CLI_OK)
    code = save(arguments, model);
  lenet_model_free(model);
  return code;
}

static const cli_option options[] = {
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0,
     "the network whose weights a safetensors file of another program holds"},
    {"mean", 0, CLI_NUMBER, "M", -1e6, 1e6,
     "mean that pixels of 0 .. 1 were lessened by where it was trained [0]"},
    {"std", 0, CLI_NUMBER, "S", 1e-6, 1e6, "deviation that they were divided by [1]"},
    {"out", 'o', CLI_TEXT, "FILE", 0, 0, "the model file to write"},
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_import_command = {
    .name = "import",
    .summary = "make a model file of an ONNX file or of another program's weights",
    .usage = "FILE [--net NAME|NOTATION] --out FILE",
    .details =
        "FILE is ONNX, as PyTorch, tf2onnx or lenet write it, or safetensors, such as PyTorch's "
        "state_dict, with --net for its network. What is no network of lenet's kind is refused "
        "with the node or array. Neither says how pixels become inputs: 0 .. 1 is taken for "
        "granted, other ways are --mean and --std. docs/embedding.md has the details.",
    .examples = "  lenet import net.onnx --out net.safetensors\n"
                "  lenet import torch.onnx --mean 0.1307 --std 0.3081 --out torch.safetensors\n"
                "  lenet import state_dict.safetensors --net lenet5 --out mine.safetensors\n",
    .options = options,
    .run = run_import,
    .writes = "out",
};
