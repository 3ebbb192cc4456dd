/* eval.c - `lenet eval`: the errors of a model, or of several together, on a data set. */
#include "commands.h"
#include "eval.h"
#include "place.h"
#include "reject.h"
#include "report.h"

#include <stdlib.h>
#include <string.h>

/* ------------------------------------------------------------------ distorting ------------ */

/* --augment and --seed. */
static int read_augmentation(const cli_arguments *a, cli_evaluation *e,
                             lenet_augmentation *augmentation)
{
  lenet_error error;
  if (lenet_augmentation_parse(cli_text(a, "augment", "none"), augmentation, &error) != LENET_OK)
    return cli_usage_error(a->command, "--augment: %s", error.message);
  lenet_augmentation_print(augmentation, e->augment);
  if (strcmp(e->augment, "none") == 0)
    e->augment[0] = '\0';
  if (cli_given(a, "seed") && e->augment[0] == '\0' && !cli_given(a, "corrupt"))
    return cli_usage_error(a->command,
                           "--seed: without --augment or --corrupt nothing is drawn from it");
  e->seed = cli_seed(a, "seed", 1);
  return CLI_OK;
}

/* Measuring asks for epoch 0, the samples as they are: it gets those of epoch 1. */
static void fetch_distorted(void *context, uint32_t epoch, size_t first, const uint32_t *index,
                            size_t count, uint8_t *pixels, uint8_t *labels)
{
  const lenet_samples *distorted = context;
  distorted->fetch(distorted->context, epoch + 1, first, index, count, pixels, labels);
}

/* What is measured. */
static int choose_samples(const cli_arguments *a, cli_evaluation *e,
                          const lenet_augmentation *augmentation)
{
  lenet_error error;
  if (e->augment[0] == '\0')
    return CLI_OK;
  if (lenet_augmenter_create(&e->samples, augmentation, e->seed, &e->augmenter, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  e->distorted = lenet_augmenter_samples(e->augmenter);
  e->samples.fetch = fetch_distorted;
  e->samples.context = &e->distorted;
  return CLI_OK;
}

/* ------------------------------------------------------------------ command --------------- */

static bool is_known(const char *set)
{
  size_t count = 0;
  const lenet_known_set *known = lenet_catalogue(&count);
  for (size_t i = 0; i < count; i++) {
    if (strcmp(known[i].name, set) == 0)
      return true;
  }
  return false;
}

/* Without --data: what the model was trained on, where that is one of the named sets. */
static const char *usual_set(const lenet_model *model)
{
  const char *learned = lenet_model_note(model, "data");
  if (learned != NULL && is_known(learned))
    return learned;
  return learned != NULL && strncmp(learned, "glyphs", 6) == 0 ? "glyphs" : "mnist";
}

/* A model is measured on any data that it can read, but some of it was hardly meant. */
static void warn_of_other_data(const cli_command *command, const cli_evaluation *e)
{
  const int classes = lenet_model_layout(e->models.model[0])->classes;
  if (e->samples.classes != classes) {
    cli_warning(command, "%s tells %d classes apart, %s has %d", e->model_name, classes, e->set,
                e->samples.classes);
    return;
  }
  for (size_t i = 0; i < e->models.count; i++) {
    const char *learned = lenet_model_note(e->models.model[i], "data");
    if (learned != NULL && is_known(learned) && is_known(e->set) && strcmp(learned, e->set) != 0)
      cli_warning(command, "%s was trained on %s, not on %s", e->models.name[i], learned, e->set);
  }
}

int cli_refuse_models(const cli_command *command, const cli_models *models,
                      const lenet_error *error)
{
  if (error->status != LENET_BAD_ARGUMENT || error->position < 1)
    return cli_library_error(command, error);
  return cli_usage_error(command, "--model: %s, %s: %s", models->name[0],
                         models->name[error->position], error->message);
}

/* In integers: scales are measured on the first training images of the same data set. */
static int evaluate_int8(const cli_arguments *arguments, cli_evaluation *e, lenet_isa isa)
{
  const cli_command *command = arguments->command;
  lenet_dataset *train = NULL;
  lenet_quantized *quantized = NULL;
  lenet_error error;
  const int code = cli_open_data(arguments, "data", e->set, LENET_TRAIN, &train);
  if (code != CLI_OK)
    return code;
  lenet_samples samples = lenet_dataset_samples(train);
  if (samples.count > CLI_CALIBRATION)
    samples = lenet_samples_part(samples, 0, CLI_CALIBRATION);
  e->calibration = samples.count;
  lenet_status status = lenet_quantize(e->models.model[0], &samples, &quantized, &error);
  if (status == LENET_OK)
    status = lenet_quantized_evaluate(quantized, &e->samples, cli_threads(arguments), isa,
                                      &e->measure, e->answers.answer, &error);
  lenet_quantized_free(quantized);
  lenet_dataset_free(train);
  return status == LENET_OK ? CLI_OK : cli_library_error(command, &error);
}

static int evaluate_float(const cli_arguments *arguments, cli_evaluation *e, lenet_isa isa)
{
  lenet_error error;
  if (lenet_evaluate_together((const lenet_model *const *)e->models.model, e->models.count,
                              &e->samples, cli_threads(arguments), isa, &e->measure,
                              e->answers.answer, &error) != LENET_OK)
    return cli_refuse_models(arguments->command, &e->models, &error);
  return CLI_OK;
}

static int evaluate(const cli_arguments *arguments, cli_evaluation *e, lenet_isa isa)
{
  const cli_command *command = arguments->command;
  const size_t count = e->samples.count;
  if (e->int8 && e->models.count > 1)
    return cli_usage_error(command, "--int8: one model at a time, not %zu", e->models.count);
  warn_of_other_data(command, e);
  if (cli_given(arguments, "corrupt"))
    return cli_evaluate_corrupted(arguments, e, isa);
  e->curve = calloc(count, sizeof *e->curve);
  if (e->curve == NULL ||
      !cli_answers_reserve(&e->answers, count, (size_t)cli_integer(arguments, "mistakes", 0)))
    return cli_error(command, CLI_FAILED, "out of memory");
  const int code = e->int8 ? evaluate_int8(arguments, e, isa) : evaluate_float(arguments, e, isa);
  if (code != CLI_OK)
    return code;
  e->points = lenet_rejection_curve(e->answers.answer, count, e->curve);
  cli_print_evaluation(arguments, e);
  return cli_report_evaluation(arguments, e);
}

static int run_eval(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  lenet_augmentation augmentation;
  lenet_isa isa;
  if (arguments->operand_count > 0)
    return cli_usage_error(command, "'%s' is too much: a data set is named by --data",
                           arguments->operand[0]);
  if (cli_given(arguments, "pages"))
    return cli_evaluate_pages(arguments);
  if (cli_given(arguments, "predict"))
    return cli_evaluate_predictions(arguments);
  if (cli_given(arguments, "method"))
    return cli_usage_error(command, "--method: goes with --pages");
  if (cli_given(arguments, "reject"))
    return cli_usage_error(command, "--reject: goes with --pages or --predict");
  if (!cli_isa(arguments, &isa))
    return CLI_USAGE;
  cli_evaluation *e = calloc(1, sizeof *e); /* the confusion matrix is large for a stack */
  if (e == NULL)
    return cli_error(command, CLI_FAILED, "out of memory");
  e->model_name = cli_text(arguments, "model", lenet_builtin_names()[0]);
  e->split = cli_text(arguments, "split", "test");
  e->int8 = cli_given(arguments, "int8");
  e->isa = isa;
  int code = read_augmentation(arguments, e, &augmentation);
  if (code == CLI_OK)
    code = cli_choose_report(arguments, e->report);
  if (code == CLI_OK)
    code = cli_open_models(arguments, "model", cli_text(arguments, "model", NULL), &e->models);
  if (code == CLI_OK)
    e->set = cli_text(arguments, "data", usual_set(e->models.model[0]));
  if (code == CLI_OK)
    code = cli_open_samples(arguments, "data", e->set, e->split, &e->data, &e->samples);
  if (code == CLI_OK)
    code = choose_samples(arguments, e, &augmentation);
  if (code == CLI_OK)
    code = evaluate(arguments, e, isa);
  free(e->curve);
  cli_answers_free(&e->answers);
  lenet_augmenter_free(e->augmenter);
  lenet_dataset_free(e->data);
  cli_models_free(&e->models);
  free(e);
  return code;
}

static const cli_option options[] = {
    {"model", 'm', CLI_TEXT, "FILE|NAME[,...]", 0, 0,
     "model file, or the name of a model that ships with lenet; several with commas between answer "
     "together, by the mean of their outputs [the first of 'lenet show --list']"},
    CLI_OPTION_DATA,
    {"split", 0, CLI_CHOICE, "test|train|validation", 0, 0,
     "which part of it; validation is the last 5,000 pictures of train [test]"},
    CLI_OPTION_DATA_DIR,
    {"augment", 0, CLI_TEXT, "SPEC", 0, 0,
     "distort the pictures as 'lenet train --augment SPEC' does in its first epoch [none]"},
    {"corrupt", 0, CLI_TEXT, "NAME[:LEVEL][,...]", 0, 0,
     "make the pictures worse in one way after another, each at a level of 1 to 5 [3]: shift, "
     "rotate, scale, shear, thick, thin, brightness, contrast, fog, blur, motion-blur, noise, "
     "impulse, dotted-line, zigzag, occlusion, or all"},
    {"predict", 0, CLI_FLAG, NULL, 0, 0,
     "read each sample as 'lenet predict' reads a picture, and count what it refuses"},
    {"pages", 0, CLI_TEXT, "DIR", 0, 0,
     "read the pictures of lines in DIR as 'lenet read' does, and compare with the truth beside "
     "them, which 'lenet data make pages' and 'lenet data make strings' write"},
    CLI_OPTION_CHARS,
    CLI_OPTION_METHOD,
    CLI_OPTION_REJECT,
    {"seed", 's', CLI_SEED, "S", 0, 0,
     "with --augment and --corrupt: decides what is done to each picture [1]"},
    {"int8", 0, CLI_FLAG, NULL, 0, 0,
     "compute in 8-bit integers, whose scales the first 1,000 training images of the data set "
     "decide"},
    {"mistakes", 0, CLI_INTEGER, "N", 0, 10000,
     "draw the first N wrongly read pictures; with --pages: name them [0]; the report shows N of "
     "them, the most confident first [24]"},
    CLI_OPTION_REPORT,
    CLI_OPTION_ISA,
    CLI_OPTION_THREADS,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_eval_command = {
    .name = "eval",
    .summary = "measure the errors of a model, or of several together, on a data set",
    .usage = "[--model FILE|NAME[,...]] [--data SET] [options]",
    .details =
        "Without --data a model is measured on the set that it was trained on, where that is a "
        "named "
        "one, else on mnist. Prints the error, the loss and the confusion matrix, and how many "
        "pictures must be "
        "rejected so that of the others at most 0.5 and 0.1 % are read wrongly: those with the "
        "smallest margin between the two best scores go first. JSON keys: model, models (of "
        "several), net, parameters, samples, errors, error_rate (a fraction), accuracy, loss, "
        "seconds, images_per_second, confusion, rejection (with the error-reject curve, pairs of "
        "the fraction rejected and the error of the others), int8 (null, or calibration_samples) "
        "and more. "
        "With --corrupt it prints a table instead, the accuracy for each corruption and their "
        "mean; JSON keys: errors, accuracy (of the pictures as they are), corrupted_accuracy (the "
        "mean) and corruptions, each with name, level, amount, errors, error_rate, accuracy. "
        "docs/robustness.md says what each level does. "
        "--report FILE.html writes a page of either, with the confusion matrix, the mistakes and "
        "how "
        "far confidences can be trusted, or a bar and an example for each corruption; "
        "docs/look-inside.md says more. It does not go with --predict and --pages. "
        "With --predict it finds the ink of each picture first and may refuse it; of a data set "
        "whose classes are no digits every answer is wrong; JSON keys: samples, no_ink, refused, "
        "answered, wrong, rejection. "
        "With --pages it reads lines: how many digits, lines and pictures are right, and how many "
        "lines can be answered at which error; JSON keys: pages, pages_right, digits, "
        "digits_found, digits_right, digits_extra, lines, lines_found, lines_right, lines_extra, "
        "lines_answered and lines_answered_wrong (with --reject), rejection. docs/reading.md says "
        "how they count. With --chars ascii as well it counts characters that must be changed, put "
        "in or "
        "taken out to come from what was read to what stands there, of all; JSON keys: pages, "
        "characters, errors, error_rate, errors_but_alike (characters that look like each other "
        "counting as one), error_rate_but_alike, rejected, seconds. docs/print.md.",
    .examples = "  lenet eval\n"
                "  lenet eval --model mine.safetensors --data fashion-mnist --mistakes 6\n"
                "  lenet eval --model one.safetensors,two.safetensors,three.safetensors\n"
                "  lenet eval --int8 --data mnist\n"
                "  lenet eval --corrupt all --report corrupted.html\n"
                "  lenet eval --model mine.safetensors --report mine.html\n"
                "  lenet eval --predict --data fashion-mnist\n"
                "  lenet eval --pages ./pages --reject 1%\n"
                "  lenet eval --pages ./print --chars ascii\n"
                "  lenet eval --corrupt fog:5,noise:5 --seed 2 --json\n"
                "  lenet eval --data synthetic:6000 --augment rotate=30 --json\n",
    .options = options,
    .run = run_eval,
    .writes = "report",
};
