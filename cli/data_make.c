/* data_make.c - `lenet data make`: data sets and pictures that lenet draws. */
#include "data_make.h"

#include "data_pages.h"
#include "data_print.h"
#include "output.h"
#include "place.h"
#include "stop.h"
#include "write_idx.h"

#include <errno.h>
#include <string.h>

/* Both splits of a set that the library draws. */
static int make_drawn(const cli_arguments *arguments, const char *directory)
{
  const cli_command *command = arguments->command;
  static const char *const split_names[] = {[LENET_TRAIN] = "train", [LENET_TEST] = "test"};
  char set[96];
  int code = CLI_OK;
  int used = snprintf(set, sizeof set, "%s:%lld", arguments->operand[0],
                      cli_integer(arguments, "count", 60000));
  if (cli_given(arguments, "seed"))
    snprintf(set + used, sizeof set - (size_t)used, ",seed=%s", cli_text(arguments, "seed", ""));
  lenet_dataset *data[] = {[LENET_TRAIN] = NULL, [LENET_TEST] = NULL};
  for (int split = LENET_TRAIN; split <= LENET_TEST && code == CLI_OK; split++)
    code = cli_open_data(arguments, NULL, set, (lenet_split)split, &data[split]);
  if (code == CLI_OK && !cli_make_directories(directory))
    code = cli_error(command, CLI_FAILED, "%s: cannot make this folder: %s", directory,
                     strerror(errno));
  cli_catch_stop(); /* drawing is ended at once, writing leaves nothing */
  for (int split = LENET_TRAIN; split <= LENET_TEST && code == CLI_OK; split++) {
    const lenet_samples samples = lenet_dataset_samples(data[split]);
    code = cli_write_idx(command, directory, (lenet_split)split, &samples);
    if (code == CLI_OK)
      cli_note(arguments, "%s: %s pictures", split_names[split],
               cli_thousands((long long)samples.count).text);
    else if (split == LENET_TEST)
      cli_remove_idx(directory, LENET_TRAIN);
  }
  lenet_dataset_free(data[LENET_TRAIN]);
  lenet_dataset_free(data[LENET_TEST]);
  if (code != CLI_OK)
    return code;
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(json_pack("{s:s, s:o}", "data", set, "place", cli_json_text(directory)));
  else
    printf("%s\n", cli_clean(directory).text);
  return CLI_OK;
}

/* What can be made, and the options that go with it beside --count and --seed. */
static const struct kind {
  const char *name;
  int (*make)(const cli_arguments *arguments, const char *directory);
  const char *options[6];
} kinds[] = {
    {"synthetic", make_drawn, {NULL}},
    {"glyphs", make_drawn, {"data-dir"}},
    {"pages", cli_make_pages, {"from", "split", "data-dir"}},
    {"strings", cli_make_strings, {"from", "split", "data-dir", "digits", "gap", "invert"}},
    {"reader", cli_make_reader_data, {"data-dir"}},
    {"print", cli_make_print, {"split", "dpi"}},
    {"print-reader", cli_make_print_reader, {NULL}},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool goes_with(const struct kind *kind, const char *option)
{
  for (int i = 0; i < 6 && kind->options[i] != NULL; i++)
    if (strcmp(kind->options[i], option) == 0)
      return true;
  return false;
}

static int refuse_others(const cli_arguments *arguments, const struct kind *kind)
{
  static const char *const some[] = {"from", "split",  "data-dir", "digits",
                                     "gap",  "invert", "dpi",      NULL};
  for (const char *const *option = some; *option != NULL; option++)
    if (cli_given(arguments, *option) && !goes_with(kind, *option))
      return cli_usage_error(arguments->command, "--%s: does not go with '%s'", *option,
                             kind->name);
  return CLI_OK;
}

static int run_make(const cli_arguments *arguments)
{
  if (arguments->operand_count == 0)
    return cli_usage_error(arguments->command,
                           "what to make is missing: synthetic, glyphs, pages, strings, reader, "
                           "print or print-reader");
  const struct kind *kind = NULL;
  for (int i = 0; i < KINDS; i++)
    if (strcmp(kinds[i].name, arguments->operand[0]) == 0)
      kind = &kinds[i];
  if (kind == NULL)
    return cli_usage_error(arguments->command,
                           "'%s' cannot be made: synthetic, glyphs, pages, strings, reader, print "
                           "and print-reader can",
                           arguments->operand[0]);
  if (arguments->operand_count == 1)
    return cli_usage_error(arguments->command, "the folder is missing");
  if (arguments->operand[1][0] == '\0')
    return cli_usage_error(arguments->command, "DIR: the value is empty");
  if (arguments->operand_count > 2)
    return cli_usage_error(arguments->command, "'%s' is too much", arguments->operand[2]);
  const int code = refuse_others(arguments, kind);
  return code == CLI_OK ? kind->make(arguments, arguments->operand[1]) : code;
}

static const cli_option options[] = {
    {"count", 'n', CLI_INTEGER, "N", 1, 1e7,
     "synthetic, glyphs: training pictures; test pictures are a sixth of it, at least 100 [60000]; "
     "pages, strings and print: how many, at most 99999 [100]; reader and print-reader: training "
     "pictures [480000, 400000]"},
    {"seed", 's', CLI_SEED, "S", 0, 0, "which of the endless sets of pictures or pages [1]"},
    {"from", 0, CLI_TEXT, "SET", 0, 0,
     "pages, strings: the data set of digits that are written on them, as for --data of 'lenet "
     "train' [mnist]"},
    {"split", 0, CLI_CHOICE, "train|validation|test", 0, 0,
     "pages, strings: the part of it to take; strings keep the last 5,000 training pictures apart "
     "for validation; print: the families of fonts [test]"},
    {"digits", 0, CLI_TEXT, "A..B", 0, 0, "strings: how many digits each has [1..10]"},
    {"gap", 0, CLI_TEXT, "A..B", 0, 0,
     "strings: pixels of paper from one digit's ink to the next one's; fewer than none overlap "
     "[-1..4]"},
    {"invert", 0, CLI_NUMBER, "P", 0, 0.5, "strings: probability of each pixel to be inverted [0]"},
    {"dpi", 0, CLI_INTEGER, "N", LENET_PRINT_LEAST_DPI, LENET_PRINT_MOST_DPI,
     "print: pixels an inch of the scan [300]"},
    CLI_OPTION_DATA_DIR,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_data_make_command = {
    .name = "data make",
    .summary = "write digits or characters as the four files of MNIST, or pictures of lines",
    .usage = "synthetic|glyphs|pages|strings|reader|print|print-reader DIR [options]",
    .details =
        "synthetic: drawn handwriting. glyphs: printed characters, the 95 printable ones of ASCII, "
        "as a "
        "scanner sees them, in the fonts of this machine or those in DATA-DIR/fonts ('make fonts' "
        "installs them); families for training, for validation (the last twelfth of the training "
        "pictures) and for tests are different ones; docs/print.md. pages: pictures of lines of "
        "digits, as people photograph "
        "and "
        "scan them; strings: digits of a set side by side. Both with what stands in them: "
        "DIR/page-00001.jpg or .png, DIR/page-00001.json, and so on. The JSON has the size of the "
        "picture and, for each line from top to bottom, its text and its digits from left to "
        "right, "
        "each with the box of its ink in pixels: [x, y, width, height]. A page depends on the data "
        "set, the split, the seed and its number alone. reader: what the network of 'lenet read' "
        "learns from, "
        "digits of MNIST alone and cut out of strings, and an eleventh class of what is no digit; "
        "needs MNIST and Fashion-MNIST, of both the training images alone (docs/reading.md). "
        "print: scanned "
        "pages of generated text in the fonts of the machine, with what stands in them in the same "
        "way, "
        "'characters' in place of digits; print-reader: what the network of 'lenet read --chars "
        "ascii' "
        "learns from, characters cut out of such lines, and a last class of what is none "
        "(docs/print.md).",
    .examples = "  lenet data make synthetic ./digits --count 10000\n"
                "  lenet data make glyphs ./characters --count 120000\n"
                "  lenet data make pages ./pages --from mnist --split train --count 500\n"
                "  lenet data make strings ./strings --digits 5 --gap -1..4 --invert 0.1\n"
                "  lenet data make print ./print --split validation --dpi 100 --count 20\n",
    .options = options,
    .run = run_make,
};
