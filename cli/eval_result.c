/* eval_result.c - what a measurement came to. */
#include "eval.h"

#include "curve.h"
#include "report.h"

#include <inttypes.h>
#include <string.h>

static uint32_t class_samples(const lenet_measure *measure, int label, int classes)
{
  uint32_t count = 0;
  for (int answer = 0; answer < classes; answer++)
    count += measure->confusion[label][answer];
  return count;
}

long long cli_parameters_of(const cli_models *models)
{
  long long sum = 0;
  for (size_t i = 0; i < models->count; i++)
    sum += lenet_model_layout(models->model[i])->parameters;
  return sum;
}

cli_net_name cli_common_net(const cli_models *models)
{
  cli_net_name name = cli_name_network(lenet_model_network(models->model[0]));
  for (size_t i = 1; i < models->count; i++)
    if (strcmp(name.text, cli_name_network(lenet_model_network(models->model[i])).text) != 0)
      snprintf(name.text, sizeof name.text, "several");
  return name;
}

/* Errors of printed characters where those that look alike count as one, and those of the digits
 * among them, each with their pictures. */
typedef struct alike {
  bool known; /* the classes are characters */
  size_t errors, digits, digit_errors;
} alike;

static alike count_alike(const cli_evaluation *e, int classes)
{
  alike a = {.known = lenet_class_character(classes, 0) == ' '};
  if (!a.known)
    return a;
  a.errors = lenet_errors_but_alike(&e->measure, classes, 0, classes);
  a.digit_errors = lenet_errors_but_alike(&e->measure, classes, '0' - ' ', 10);
  for (int digit = '0' - ' '; digit < '0' - ' ' + 10; digit++)
    a.digits += class_samples(&e->measure, digit, classes);
  return a;
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

static json_t *classes_document(const cli_evaluation *e, int classes)
{
  json_t *names = json_array();
  for (int label = 0; label < classes; label++)
    json_array_append_new(names, cli_json_text(lenet_dataset_class(e->data, label)));
  return names;
}

/* [fraction rejected, error of the others] */
static json_t *curve_document(const cli_evaluation *e)
{
  json_t *curve = json_array();
  size_t place[CLI_CURVE_POINTS];
  const size_t count = cli_thin_curve(e->curve, e->points, e->measure.samples, place);
  for (size_t i = 0; i < count; i++)
    json_array_append_new(curve, json_pack("[f, f]", cli_rejected(&e->curve[place[i]]),
                                           cli_accepted_error(&e->curve[place[i]])));
  return curve;
}

/* The least rejection for an error rate; null where it cannot be reached. */
static json_t *point_document(const cli_evaluation *e, double error_rate)
{
  const lenet_rejection *p = lenet_rejection_for(e->curve, e->points, error_rate);
  return p == NULL ? json_null()
                   : json_pack("{s:f, s:f, s:f}", "rejected",
                               (double)p->rejected / (double)e->measure.samples, "margin",
                               (double)p->margin, "error", (double)p->errors / (double)p->accepted);
}

static json_t *models_document(const cli_models *models)
{
  json_t *list = json_array();
  for (size_t i = 0; i < models->count; i++) {
    const lenet_model *model = models->model[i];
    json_array_append_new(
        list, json_pack("{s:o, s:s, s:I}", "model", cli_json_text(models->name[i]), "net",
                        cli_name_network(lenet_model_network(model)).text, "parameters",
                        (json_int_t)lenet_model_layout(model)->parameters));
  }
  return list;
}

static json_t *calibration_document(const cli_evaluation *e)
{
  const lenet_calibration c = lenet_calibration_of(e->answers.answer, e->measure.samples);
  json_t *bins = json_array();
  for (int b = 0; b < LENET_CALIBRATION_BINS; b++)
    json_array_append_new(bins, json_pack("{s:I, s:f, s:f}", "count", (json_int_t)c.bin[b].count,
                                          "confidence", c.bin[b].confidence, "accuracy",
                                          c.bin[b].accuracy));
  return json_pack("{s:f, s:o}", "error", c.error, "bins", bins);
}

static json_t *document(const cli_evaluation *e)
{
  const lenet_measure *m = &e->measure;
  const int classes = lenet_model_layout(e->models.model[0])->classes;
  const double error_rate = (double)m->errors / (double)m->samples;
  const bool distorted = e->augment[0] != '\0';
  char seed[32]; /* as text: not every reader of JSON has 64 bits for a number */
  snprintf(seed, sizeof seed, "%" PRIu64, e->seed);
  json_t *document = json_pack(
      "{s:o, s:o, s:I, s:o, s:s, s:o, s:o, s:I, s:I, s:f, s:f, s:o, s:f, s:f, s:o, s:o, s:o}",
      "model", cli_json_text(e->model_name), "net", cli_json_text(cli_common_net(&e->models).text),
      "parameters", (json_int_t)cli_parameters_of(&e->models), "data", cli_json_text(e->set),
      "split", e->split, "augment", cli_json_text(distorted ? e->augment : NULL), "seed",
      cli_json_text(distorted ? seed : NULL), "samples", (json_int_t)m->samples, "errors",
      (json_int_t)m->errors, "error_rate", error_rate, "accuracy", 1 - error_rate, "loss",
      cli_json_real(m->loss), "seconds", m->seconds, "images_per_second",
      (double)m->samples / m->seconds, "classes", classes_document(e, classes), "confusion",
      confusion_document(m, classes), "mistakes", cli_mistakes_document(&e->answers));
  json_object_set_new(document, "rejection",
                      json_pack("{s:o, s:o, s:o}", "at_half_percent", point_document(e, 0.005),
                                "at_tenth_percent", point_document(e, 0.001), "curve",
                                curve_document(e)));
  json_object_set_new(document, "int8",
                      e->int8
                          ? json_pack("{s:I}", "calibration_samples", (json_int_t)e->calibration)
                          : json_null());
  json_object_set_new(document, "calibration", calibration_document(e));
  const alike a = count_alike(e, classes);
  if (a.known)
    json_object_set_new(document, "alike",
                        json_pack("{s:I, s:I, s:I}", "errors", (json_int_t)a.errors, "digits",
                                  (json_int_t)a.digits, "digit_errors",
                                  (json_int_t)a.digit_errors));
  if (e->models.count > 1)
    json_object_set_new(document, "models", models_document(&e->models));
  return document;
}
#endif

/* The names of the classes where they say more than the numbers do. */
static cli_words row_name(const cli_evaluation *e, int label)
{
  cli_words words;
  const char *name = lenet_dataset_class(e->data, label);
  snprintf(words.text, sizeof words.text, "%d", label);
  if (name != NULL && strcmp(name, words.text) != 0)
    snprintf(words.text, sizeof words.text, "%d %.20s", label, cli_clean(name).text);
  return words;
}

/* Rows are the true classes, columns the answers, with each class's error at the end. */
static void print_confusion(const cli_evaluation *e, int classes)
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

/* The pairs that are confused most, where a table of all would be too wide. */
static void print_confused(const cli_evaluation *e, int classes)
{
  enum { SHOWN = 12 };
  struct {
    uint32_t count;
    int label, answer;
  } most[SHOWN + 1] = {{0}};
  int shown = 0;
  for (int label = 0; label < classes; label++)
    for (int answer = 0; answer < classes; answer++) {
      const uint32_t count = label != answer ? e->measure.confusion[label][answer] : 0;
      int place = count > 0 ? shown : SHOWN;
      for (; place > 0 && place <= shown && most[place - 1].count < count; place--)
        most[place] = most[place - 1];
      if (place == SHOWN)
        continue;
      most[place].count = count;
      most[place].label = label;
      most[place].answer = answer;
      shown += shown < SHOWN;
    }
  if (shown > 0)
    printf("\nconfused most often:\n");
  for (int i = 0; i < shown; i++)
    printf("%6s  %s read as %s\n", cli_thousands(most[i].count).text,
           cli_clean(cli_name_class(e->data, most[i].label).text).text,
           cli_clean(cli_name_class(e->data, most[i].answer).text).text);
}

/* What is told apart by no more than height and place, counted as one. */
static void print_alike(const cli_evaluation *e, int classes)
{
  const alike a = count_alike(e, classes);
  if (!a.known)
    return;
  printf("but alike %s  (%s, with 0 O o, 1 I l | and their like as one)\n",
         cli_percent((double)a.errors / (double)e->measure.samples).text,
         cli_thousands((long long)a.errors).text);
  if (a.digits > 0)
    printf("digits    %s  (%s of %s, the same way)\n",
           cli_percent((double)a.digit_errors / (double)a.digits).text,
           cli_thousands((long long)a.digit_errors).text, cli_thousands((long long)a.digits).text);
}

static void print_heading(const cli_evaluation *e)
{
  const cli_models *models = &e->models;
  if (models->count == 1)
    printf("%s (%s, %s parameters)", cli_clean(e->model_name).text, cli_common_net(models).text,
           cli_thousands(cli_parameters_of(models)).text);
  else
    printf("%zu models together (%s parameters)", models->count,
           cli_thousands(cli_parameters_of(models)).text);
  printf(" on %s, %s split\n", cli_clean(e->set).text, e->split);
  for (size_t i = 0; i < models->count && models->count > 1; i++)
    printf("  %s (%s)\n", cli_clean(models->name[i]).text,
           cli_name_network(lenet_model_network(models->model[i])).text);
  if (e->augment[0] != '\0')
    printf("distorted by %s, seed %" PRIu64 "\n", e->augment, e->seed);
  if (e->int8)
    printf("in 8-bit integers, scales from %s training images of %s\n",
           cli_thousands((long long)e->calibration).text, cli_clean(e->set).text);
}

/* Says nothing where nothing need be rejected, or nothing helps. */
static void print_rejection(const cli_evaluation *e, double error_rate)
{
  const lenet_rejection *p = lenet_rejection_for(e->curve, e->points, error_rate);
  if (p == NULL || p->rejected == 0)
    return;
  printf("rejecting %s (margin below %.3g) leaves %s error\n",
         cli_percent((double)p->rejected / (double)e->measure.samples).text, (double)p->margin,
         cli_percent((double)p->errors / (double)p->accepted).text);
}

static void print_text(const cli_evaluation *e)
{
  const lenet_measure *m = &e->measure;
  const int classes = lenet_model_layout(e->models.model[0])->classes;
  const double error_rate = (double)m->errors / (double)m->samples;
  print_heading(e);
  printf("\nerror     %s  (%s of %s images)\n", cli_percent(error_rate).text,
         cli_thousands((long long)m->errors).text, cli_thousands((long long)m->samples).text);
  printf("accuracy  %s\n", cli_percent(1 - error_rate).text);
  print_alike(e, classes);
  printf("loss      %.4f nats\n", m->loss);
  printf("calibration error %s  (confidence against accuracy, %d bins)\n",
         cli_percent(lenet_calibration_of(e->answers.answer, m->samples).error).text,
         LENET_CALIBRATION_BINS);
  printf("time      %s  (%s images/s)\n", cli_seconds(m->seconds).text,
         cli_rate((double)m->samples / m->seconds).text);
  print_rejection(e, 0.005);
  print_rejection(e, 0.001);
  if (classes <= 20)
    print_confusion(e, classes);
  else
    print_confused(e, classes);
  cli_print_mistakes(stdout, &e->answers, &e->samples, e->data);
}

void cli_print_evaluation(const cli_arguments *arguments, const cli_evaluation *e)
{
  if (cli_given(arguments, "json"))
    CLI_PRINT_JSON(document(e));
  else
    print_text(e);
}
