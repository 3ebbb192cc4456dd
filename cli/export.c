/* export.c - `lenet export`: a model for other programs and machines. */
#include "commands.h"
#include "eval.h"
#include "output.h"
#include "place.h"
#include "stop.h"
#include "whole_file.h"

#include <string.h>

/* A model to be exported. */
typedef struct cli_export {
  const cli_arguments *arguments;
  const lenet_model *model;
  char path[CLI_MAX_PATH]; /* where --out leads */
} cli_export;

/* ------------------------------------------------------------------ C --------------------- */

/* In integers, as `lenet eval --int8` has them. Only some kinds of rows need data for that. */
static int quantize(const cli_export *e, lenet_quantized **quantized)
{
  lenet_dataset *train = NULL;
  lenet_error error;
  if (!cli_given(e->arguments, "data") &&
      lenet_quantize(e->model, NULL, quantized, &error) == LENET_OK)
    return CLI_OK;
  const char *set = cli_text(e->arguments, "data", "mnist");
  const int code = cli_open_data(e->arguments, "data", set, LENET_TRAIN, &train);
  if (code != CLI_OK)
    return code;
  lenet_samples samples = lenet_dataset_samples(train);
  if (samples.count > CLI_CALIBRATION)
    samples = lenet_samples_part(samples, 0, CLI_CALIBRATION);
  const lenet_status status = lenet_quantize(e->model, &samples, quantized, &error);
  lenet_dataset_free(train);
  return status == LENET_OK ? CLI_OK : cli_library_error(e->arguments->command, &error);
}

/* Neither the file nor its header may take the place of something else. A path that does not end in
 * .c is for the library to refuse. */
static int check_c(const cli_export *e)
{
  const char *source = cli_text(e->arguments, "model", NULL);
  char header[CLI_MAX_PATH];
  snprintf(header, sizeof header, "%s", e->path);
  const size_t length = strlen(header);
  int code = CLI_OK;
  if (length < 2 || strcmp(header + length - 2, ".c") != 0)
    return code;
  header[length - 1] = 'h';
  if (source != NULL)
    code = cli_check_sources(e->arguments, "--out", header, &source, 1);
  if (code == CLI_OK)
    code = cli_check_replaced(e->arguments, "--out", e->path, CLI_EXPORTED_C);
  return code == CLI_OK ? cli_check_replaced(e->arguments, "--out", header, CLI_EXPORTED_C) : code;
}

static int export_c(const cli_export *e, lenet_c_sizes *sizes)
{
  lenet_quantized *quantized = NULL;
  lenet_error error;
  int code = check_c(e);
  if (code == CLI_OK && cli_given(e->arguments, "int8"))
    code = quantize(e, &quantized);
  if (code == CLI_OK && lenet_model_save_c(e->model, quantized, e->path, sizes, &error) != LENET_OK)
    code = cli_library_error(e->arguments->command, &error);
  lenet_quantized_free(quantized);
  return code;
}

/* ------------------------------------------------------------------ files ----------------- */

static int export_onnx(const cli_export *e, lenet_c_sizes *sizes)
{
  (void)sizes;
  lenet_error error;
  const int code = cli_check_replaced(e->arguments, "--out", e->path, CLI_ONNX);
  if (code != CLI_OK)
    return code;
  return lenet_model_save_onnx(e->model, e->path, &error) == LENET_OK
             ? CLI_OK
             : cli_library_error(e->arguments->command, &error);
}

static int export_safetensors(const cli_export *e, lenet_c_sizes *sizes)
{
  (void)sizes;
  lenet_error error;
  const int code = cli_check_replaced(e->arguments, "--out", e->path, CLI_MODEL);
  if (code != CLI_OK)
    return code;
  return lenet_model_save(e->model, e->path, &error) == LENET_OK
             ? CLI_OK
             : cli_library_error(e->arguments->command, &error);
}

/* To add a format: a line here, and its name among the choices of --format. */
static const struct {
  const char *name;
  int (*run)(const cli_export *e, lenet_c_sizes *sizes);
} formats[] = {
    {"onnx", export_onnx},
    {"safetensors", export_safetensors},
    {"c", export_c},
};

/* ------------------------------------------------------------------ command --------------- */

static void tell(const cli_export *e, const char *format, const lenet_c_sizes *sizes)
{
  const char *out = cli_text(e->arguments, "out", NULL);
  const lenet_layout *layout = lenet_model_layout(e->model);
  const cli_net_name net = cli_name_network(lenet_model_network(e->model));
  if (cli_given(e->arguments, "json")) {
#if LENET_HAVE_JANSSON
    json_t *document =
        json_pack("{s:o, s:s, s:s, s:I}", "file", cli_json_text(out), "format", format, "net",
                  net.text, "parameters", (json_int_t)layout->parameters);
    if (sizes->weights > 0) {
      json_object_set_new(document, "flash",
                          json_integer((json_int_t)(sizes->weights + sizes->tables)));
      json_object_set_new(document, "ram", json_integer((json_int_t)sizes->workspace));
    }
    CLI_PRINT_JSON(document);
#endif
  } else if (sizes->weights > 0) {
    cli_note(e->arguments, "%s and its header: %s, flash %s bytes and code, RAM %s bytes", out,
             net.text, cli_thousands((long long)(sizes->weights + sizes->tables)).text,
             cli_thousands((long long)sizes->workspace).text);
  } else {
    cli_note(e->arguments, "%s: %s, %s parameters, as %s", out, net.text,
             cli_thousands(layout->parameters).text, format);
  }
}

static int export_model(const cli_arguments *arguments, const lenet_model *model)
{
  const char *format = cli_text(arguments, "format", NULL);
  const char *source = cli_text(arguments, "model", NULL);
  cli_export e = {.arguments = arguments, .model = model};
  lenet_c_sizes sizes = {0};
  size_t i = 0;
  int code = cli_check_out(arguments, cli_text(arguments, "out", NULL), e.path);
  if (code == CLI_OK && source != NULL)
    code = cli_check_sources(arguments, "--out", e.path, &source, 1);
  while (strcmp(formats[i].name, format) != 0)
    i++;
  cli_hold_stop(true);
  if (code == CLI_OK)
    code = formats[i].run(&e, &sizes);
  cli_hold_stop(false);
  if (code == CLI_OK)
    tell(&e, format, &sizes);
  return code;
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
  if (cli_given(arguments, "int8") && strcmp(cli_text(arguments, "format", NULL), "c") != 0)
    return cli_usage_error(command, "--int8: goes with --format c");
  if (cli_given(arguments, "data") && !cli_given(arguments, "int8"))
    return cli_usage_error(command, "--data: goes with --int8");
  int code = cli_open_model(arguments, "model", cli_text(arguments, "model", NULL), &model);
  if (code == CLI_OK)
    code = export_model(arguments, model);
  lenet_model_free(model);
  return code;
}

static const cli_option options[] = {
    {"format", 'f', CLI_CHOICE, "onnx|safetensors|c", 0, 0, "what to write"},
    CLI_OPTION_MODEL,
    {"out", 'o', CLI_TEXT, "FILE", 0, 0,
     "where it goes; for C it ends in .c, and a header comes with it"},
    {"int8", 0, CLI_FLAG, NULL, 0, 0,
     "C that computes in 8-bit integers, whose scales the first 1,000 training images of --data "
     "decide; else it computes in floats"},
    CLI_OPTION_DATA,
    CLI_OPTION_DATA_DIR,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_export_command = {
    .name = "export",
    .summary = "write a model for other programs and for small chips: ONNX, safetensors, C",
    .usage = "--format FORMAT [--model FILE|NAME] --out FILE",
    .details =
        "onnx: operator set 13, float32, 'input' [N, 1, rows, columns] to 'scores' and "
        "'probabilities' [N, classes]; input is byte * scale + offset with the numbers of the "
        "file's metadata. safetensors: lenet's own model files, weights in PyTorch's order. "
        "'lenet import' reads both back.\n\n"
        "c: two files, NAME.c and NAME.h, of C99 that needs no library, takes no memory but a "
        "workspace of the caller's and has a self-test; functions begin with NAME. With --int8 its "
        "scores are those of 'lenet eval --int8', bit for bit. The header says what flash and RAM "
        "it takes. docs/embedding.md has an example of each.",
    .examples = "  lenet export --format onnx --out lenet.onnx\n"
                "  lenet export --format safetensors --model lenet5 --out lenet5.safetensors\n"
                "  lenet export --format c --model lenet5 --int8 --out digit.c\n",
    .options = options,
    .run = run_export,
    .writes = "out",
};
