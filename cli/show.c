/* show.c - `lenet show`: everything of a network. */
#include "commands.h"
#include "output.h"
#include "place.h"
#include "show.h"

static int show_network(const cli_arguments *arguments, const lenet_network *network,
                        const lenet_model *model)
{
  lenet_layout layout;
  lenet_error error;
  if (lenet_network_layout(network, &layout, &error) != LENET_OK)
    return cli_library_error(arguments->command, &error);
  return cli_show_is_drawing(arguments) ? cli_show_drawing(arguments, network, &layout, model)
                                        : cli_show_table(arguments, network, &layout, model);
}

static int run_show(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  const bool text = cli_given(arguments, "list") || cli_given(arguments, "recipe");
  if (arguments->operand_count > 0)
    return cli_usage_error(command, "'%s' is too much: a network is named by --net or --model",
                           arguments->operand[0]);
  if (cli_given(arguments, "net") + cli_given(arguments, "model") + cli_given(arguments, "list") +
          cli_given(arguments, "recipe") >
      1)
    return cli_usage_error(command, "--net, --model, --list and --recipe exclude each other");
  if (text && cli_show_is_drawing(arguments))
    return cli_usage_error(command, "--%s: there is nothing to draw",
                           cli_given(arguments, "list") ? "list" : "recipe");
  if (cli_given(arguments, "list"))
    return cli_show_list(arguments);
  if (cli_given(arguments, "recipe"))
    return cli_show_recipe(arguments, cli_text(arguments, "recipe", NULL));
  int code;
  if (cli_given(arguments, "net")) {
    lenet_network network;
    code = cli_open_network(arguments, cli_text(arguments, "net", NULL), &network);
    return code == CLI_OK ? show_network(arguments, &network, NULL) : code;
  }
  lenet_model *model = NULL;
  code = cli_open_model(arguments, "model", cli_text(arguments, "model", NULL), &model);
  if (code == CLI_OK)
    code = show_network(arguments, lenet_model_network(model), model);
  lenet_model_free(model);
  return code;
}

static const cli_option options[] = {
    {"net", 'n', CLI_TEXT, "NAME|NOTATION", 0, 0, "a network by its name or its one-line notation"},
    CLI_OPTION_MODEL,
    {"list", 'l', CLI_FLAG, NULL, 0, 0,
     "list the networks, models and recipes that lenet knows by name"},
    {"recipe", 'r', CLI_TEXT, "NAME|FILE", 0, 0,
     "print a recipe for 'lenet train': one that ships with lenet, or a file"},
    {"blocks", 'b', CLI_FLAG, NULL, 0, 0,
     "the layers as blocks, '5x5 Conv (6), pad 2', one below the other"},
    {"filters", 'f', CLI_FLAG, NULL, 0, 0,
     "the kernels of each convolution, and the last row's weights or codes"},
    {"maps", 0, CLI_TEXT, "IMAGE", 0, 0,
     "what each layer makes of the digit in a picture; - is standard input"},
    {"table", 0, CLI_FLAG, NULL, 0, 0,
     "the table of a sparse convolution: which maps read which (lenet5-1998, lenet1, lenet4)"},
    {"codes", 0, CLI_FLAG, NULL, 0, 0,
     "the codes of the digits (lenet5-1998) or characters (lenet5-ascii)"},
    {"distances", 0, CLI_TEXT, "IMAGE", 0, 0,
     "the digit in a picture as the last row but one sees it, and how far it is from each code "
     "(lenet5-1998)"},
    {"svg", 0, CLI_FLAG, NULL, 0, 0,
     "draw as SVG; without one of the options above: the architecture as stacks of feature maps"},
    {"out", 'o', CLI_TEXT, "FILE", 0, 0, "where the SVG goes; - is standard output [that]"},
    {"png", 0, CLI_TEXT, "FILE", 0, 0, "draw into a PNG; not for stacks and blocks"},
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_show_command = {
    .name = "show",
    .summary = "look inside a network: layers, counts, kernels, feature maps",
    .usage = "[--net NAME|NOTATION | --model FILE|NAME | --list | --recipe NAME|FILE] [options]",
    .details =
        "Parameters are weights and biases; connections count each use of a parameter per "
        "picture, and each input of a pool; multiply-adds count weights alone. Below "
        "stands the recipe that 'lenet train' would use; with a model its notes: the data, "
        "the recipe, the measured error. Drawings go to the terminal, with --svg and --png to "
        "files; "
        "blue is below 0, orange above. Where there are no colours (NO_COLOR, a pipe) = and - "
        "stand for what is below 0, + and # for what is above. docs/look-inside.md shows them.",
    .examples = "  lenet show --net lenet5\n"
                "  lenet show --net '28x28 C4@5:relu M2 F10:softmax'\n"
                "  lenet show --recipe 1998\n"
                "  lenet show --model mine.safetensors --json\n"
                "  lenet show --net lenet5-1998 --svg --out stacks.svg\n"
                "  lenet show --net lenet5 --blocks\n"
                "  lenet show --model lenet5 --filters --png filters.png\n"
                "  lenet show --maps examples/samples/seven.pgm\n"
                "  lenet show --model lenet5-1998 --distances photo.jpg --svg >codes.svg\n",
    .options = options,
    .run = run_show,
    .writes = "out|png",
};
