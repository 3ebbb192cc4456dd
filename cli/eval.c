/* eval.c - `lenet eval`: a model's errors on a data set. */
#include "commands.h"
#include "mistakes.h"
#include "output.h"
#include "place.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct evaluation {
  const char *model_name, *set;
  lenet_split split;
  const lenet_model *model;
  const lenet_dataset *data;
  char augment[LENET_MAX_AUGMENTATION]; /* "" where pictures are measured as they are */
  uint64_t seed;                        /* of the distortions */
  lenet_samples distorted;              /* what the augmenter gives */
  lenet_samples samples;                /* what is measured */
  lenet_measure measure;
  cli_mistakes mistakes;
} evaluation;

static const char *split_name(lenet_split split) { return split == LENET_TRAIN ? "train" : "test"; }

static uint32_t class_samples(const lenet_measure *measure, int label, int classes)
{
  uint32_t count = 0;
  for (int answer = 0; answer < classes; answer++)
    count += measure->confusion[label][answer];
  return count;
}

/* ------------------------------------------------------------------ distorting ------------ */

/* --augment and --seed. */
static int read_augmentation(const cli_arguments *a, evaluation *e,
                             lenet_augmentation *augmentation)
{
  lenet_error error;
  if (lenet_augmentation_parse(cli_text(a, "augment", "none"), augmentation, &error) != LENET_OK)
    return cli_usage_error(a->command, "--augment: %s", error.message);
  lenet_augmentation_print(augmentation, e->augment);
  if (strcmp(e->augment, "none") == 0)
    e->augment[0] = '\0';
  if (cli_given(a, "seed") && e->augment[0] == '\0')
    return cli_usage_error(a->command, "--seed: without --augment nothing is drawn from it");
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

/* What is measured; `augmenter` stays NULL where nothing is distorted. */
static int choose_samples(const cli_arguments *a, evaluation *e,
                          const lenet_augmentation *augmentation, lenet_augmenter **augmenter)
{
  lenet_error error;
  e->samples = lenet_dataset_samples(e->data);
  if (e->augment[0] == '\0')
    return CLI_OK;
  if (lenet_augmenter_create(&e->samples, augmentation, e->seed, augmenter, &error) != LENET_OK)
    return cli_library_error(a->command, &error);
  e->distorted = lenet_augmenter_samples(*augmenter);
  e->samples.fetch = fetch_distorted;
  e->samples.context = &e->distorted;
  return CLI_OK;
}

/* ------------------------------------------------------------------ printing -------------- */

#if LENET_HAVE_JANSSON
static json_t *confusion_document(const lenet_measure *measure, int classes)
{
  json_t *rows = json_array();
  for (int label = 0; label < classes; label++) {
    json_t *row = json_array();
    for (int answer = 0; answer < classes; answer++)
      json_array_append_new(row, json_integer(measure->confusion[label][answer]));
    json_array_append_new(rows, row);
  }
  return rows;
}

static json_t *classes_document(const evaluation *e, int classes)
{
  json_t *names = json_array();
  for (int label = 0; label < classes; label++)
    json_array_append_new(names, cli_json_text(lenet_dataset_class(e->data, label)));
  return names;
}

static json_t *document(const evaluation *e)
{
  const lenet_measure *m = &e->measure;
  const lenet_layout *layout = lenet_model_layout(e->model);
  const double error_rate = (double)m->errors / (double)m->samples;
  const bool distorted = e->augment[0] != '\0';
  char seed[32]; /* as text: not every reader of JSON has 64 bits for a number */
  snprintf(seed, sizeof seed, "%" PRIu64, e->seed);
  return json_pack(
      "{s:o, s:s, s:I, s:o, s:s, s:o, s:o, s:I, s:I, s:f, s:f, s:o, s:f, s:f, s:o, s:o, s:o}",
      "model", cli_json_text(e->model_name), "net",
      cli_name_network(lenet_model_network(e->model)).text, "parameters",
      (json_int_t)layout->parameters, "data", cli_json_text(e->set), "split", split_name(e->split),
      "augment", cli_json_text(distorted ? e->augment : NULL), "seed",
      cli_json_text(distorted ? seed : NULL), "samples", (json_int_t)m->samples, "errors",
      (json_int_t)m->errors, "error_rate", error_rate, "accuracy", 1 - error_rate, "loss",
      cli_json_real(m->loss), "seconds", m->seconds, "images_per_second",
      (double)m->samples / m->seconds, "classes", classes_document(e, layout->classes), "confusion",
      confusion_document(m, layout->classes), "mistakes", cli_mistakes_document(&e->mistakes));
}
#endif

/* The names of the classes where they say more than the numbers do. */
static cli_words row_name(const evaluation *e, int label)
{
  cli_words words;
  const char *name = lenet_dataset_class(e->data, label);
  snprintf(words.text, sizeof words.text, "%d", label);
  if (name != NULL && strcmp(name, words.text) != 0)
    snprintf(words.text, sizeof words.text, "%d %.20s", label, name);
  return words;
}

/* Rows are the true classes, columns the answers, with each class's error at the end. */
static void print_confusion(const evaluation *e, int classes)
{
  const char *bold = cli_style_on(stdout, CLI_BOLD), *plain = cli_style_on(stdout, CLI_PLAIN);
  const lenet_measure *m = &e->measure;
  int widest = 5;
  for (int label = 0; label < classes; label++) {
    int length = (int)strlen(row_name(e, label).text);
    widest = length > widest ? length : widest;
  }
  printf("\n%*s  answers\n%s%-*s  ", widest, "", bold, widest, "class");
  for (int answer = 0; answer < classes; answer++)
    printf("%6d", answer);
  printf("%10s%s\n", "error", plain);
  for (int label = 0; label < classes; label++) {
    uint32_t samples = class_samples(m, label, classes);
    printf("%-*s  ", widest, row_name(e, label).text);
    for (int answer = 0; answer < classes; answer++) {
      uint32_t count = m->confusion[label][answer];
      printf("%s%6s%s", answer == label ? bold : "", count > 0 ? cli_thousands(count).text : ".",
             answer == label ? plain : "");
    }
    double right = m->confusion[label][label];
    printf("%10s\n", samples > 0 ? cli_percent(1 - right / samples).text : "-");
  }
}

static void print_text(const evaluation *e)
{
  const lenet_measure *m = &e->measure;
  const lenet_layout *layout = lenet_model_layout(e->model);
  double error_rate = (double)m->errors / (double)m->samples;
  printf("%s (%s, %s parameters) on %s, %s split\n", e->model_name,
         cli_name_network(lenet_model_network(e->model)).text,
         cli_thousands(layout->parameters).text, e->set, split_name(e->split));
  if (e->augment[0] != '\0')
    printf("distorted by %s, seed %" PRIu64 "\n", e->augment, e->seed);
  printf("\n");
  printf("error     %s  (%s of %s images)\n", cli_percent(error_rate).text,
         cli_thousands((long long)m->errors).text, cli_thousands((long long)m->samples).text);
  printf("accuracy  %s\n", cli_percent(1 - error_rate).text);
  printf("loss      %.4f nats\n", m->loss);
  printf("time      %s  (%s images/s)\n", cli_seconds(m->seconds).text,
         cli_rate((double)m->samples / m->seconds).text);
  if (layout->classes <= 20)
    print_confusion(e, layout->classes);
  if (e->mistakes.count > 0) {
    printf("\n");
    cli_print_mistakes(stdout, &e->mistakes, &e->samples, e->data);
  }
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

/* A model is measured on any data that it can read, but some of it was hardly meant. */
static void warn_of_other_data(const cli_arguments *arguments, const evaluation *e)
{
  const char *learned = lenet_model_note(e->model, "data");
  int classes = lenet_model_layout(e->model)->classes;
  if (e->samples.classes != classes)
    cli_warning(arguments->command, "%s tells %d classes apart, %s has %d", e->model_name, classes,
                e->set, e->samples.classes);
  else if (learned != NULL && is_known(learned) && is_known(e->set) && strcmp(learned, e->set) != 0)
    cli_warning(arguments->command, "%s was trained on %s, not on %s", e->model_name, learned,
                e->set);
}

static int evaluate(const cli_arguments *arguments, evaluation *e, lenet_isa isa)
{
  warn_of_other_data(arguments, e);
  lenet_error error;
  size_t wanted = (size_t)cli_integer(arguments, "mistakes", 0);
  if (!cli_mistakes_reserve(&e->mistakes, wanted))
    return cli_error(arguments->command, CLI_FAILED, "out of memory");
  if (lenet_evaluate(e->model, &e->samples, cli_threads(arguments), isa, &e->measure,
                     e->mistakes.mistake, wanted, &error) != LENET_OK)
    return cli_library_error(arguments->command, &error);
  cli_mistakes_counted(&e->mistakes, e->measure.errors);
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(document(e));
  else
    print_text(e);
  return CLI_OK;
}

static int run_eval(const cli_arguments *arguments)
{
  const cli_command *command = arguments->command;
  lenet_isa isa;
  if (arguments->operand_count > 0)
    return cli_usage_error(command, "'%s' is too much: a data set is named by --data",
                           arguments->operand[0]);
  if (!cli_isa(arguments, &isa))
    return CLI_USAGE;
  bool train = strcmp(cli_text(arguments, "split", "test"), "train") == 0;
  evaluation *e = calloc(1, sizeof *e); /* the confusion matrix is large for a stack */
  if (e == NULL)
    return cli_error(command, CLI_FAILED, "out of memory");
  e->model_name = cli_text(arguments, "model", lenet_builtin_names()[0]);
  e->set = cli_text(arguments, "data", "mnist");
  e->split = train ? LENET_TRAIN : LENET_TEST;
  lenet_model *model = NULL;
  lenet_dataset *data = NULL;
  lenet_augmentation augmentation;
  lenet_augmenter *augmenter = NULL;
  int code = read_augmentation(arguments, e, &augmentation);
  if (code == CLI_OK)
    code = cli_open_model(command, cli_text(arguments, "model", NULL), &model);
  if (code == CLI_OK)
    code = cli_open_data(arguments, e->set, e->split, &data);
  e->model = model;
  e->data = data;
  if (code == CLI_OK)
    code = choose_samples(arguments, e, &augmentation, &augmenter);
  if (code == CLI_OK)
    code = evaluate(arguments, e, isa);
  cli_mistakes_free(&e->mistakes);
  lenet_augmenter_free(augmenter);
  lenet_dataset_free(data);
  lenet_model_free(model);
  free(e);
  return code;
}

static const cli_option options[] = {
    CLI_OPTION_MODEL,
    CLI_OPTION_DATA,
    {"split", 0, CLI_CHOICE, "test|train", 0, 0, "which part of it [test]"},
    CLI_OPTION_DATA_DIR,
    {"augment", 0, CLI_TEXT, "SPEC", 0, 0,
     "distort the pictures as 'lenet train --augment SPEC' does in its first epoch [none]"},
    {"seed", 's', CLI_SEED, "S", 0, 0, "with --augment: decides how each is distorted [1]"},
    {"mistakes", 0, CLI_INTEGER, "N", 0, 10000, "draw the first N wrongly read pictures [0]"},
    CLI_OPTION_ISA,
    CLI_OPTION_THREADS,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_eval_command = {
    .name = "eval",
    .summary = "measure a model's errors on a data set",
    .usage = "[--model FILE|NAME] [--data SET] [options]",
    .details = "Prints the error, the loss and the confusion matrix. JSON keys: model, net, "
               "parameters, samples, errors, error_rate (a fraction), accuracy, loss, seconds, "
               "images_per_second, confusion and more.",
    .examples = "  lenet eval\n"
                "  lenet eval --model mine.safetensors --data fashion-mnist --mistakes 6\n"
                "  lenet eval --data synthetic:6000 --augment rotate=30 --json\n",
    .options = options,
    .run = run_eval,
};
