/* eval_predict.c - `lenet eval --predict`: a data set read as people's pictures are, with what is
 * refused. */
#include "eval.h"

#include "confident.h"
#include "place.h"
#include "progress.h"
#include "reject.h"
#include "stop.h"

#include <string.h>

typedef struct tally {
  bool digits;           /* the classes are digits */
  size_t all, of_digits; /* pictures, and those of digits: what is refused of these is lost */
  size_t blank, refused, wrong;
  cli_confident answers;
} tally;

/* Data sets of other things than digits have no right answer but none. */
static bool has_digits(const lenet_dataset *data)
{
  return strcmp(lenet_dataset_class(data, 0), "0") == 0;
}

static int read_sample(const cli_arguments *a, lenet_reader *reader, const cli_reject *reject,
                       const lenet_samples *samples, uint8_t *pixels, uint32_t index, tally *t)
{
  uint8_t label = 0;
  lenet_error error;
  lenet_prediction p;
  samples->fetch(samples->context, 0, samples->first, &index, 1, pixels, &label);
  const lenet_image image = {samples->columns, samples->rows, pixels};
  const lenet_status status = lenet_predict(reader, &image, &p, &error);
  const bool digit = t->digits && label < LENET_NONDIGIT;
  t->all++;
  t->of_digits += digit;
  if (status == LENET_NO_DIGIT) {
    t->blank++;
    return CLI_OK;
  }
  if (status != LENET_OK)
    return cli_library_error(a->command, &error);
  const bool right = digit && p.digit == label;
  if (cli_judge_digit(reject, &p) != CLI_GIVEN)
    t->refused++;
  else
    t->wrong += !right;
  if (!cli_confident_add(&t->answers, (double)p.confidence, right))
    return cli_error(a->command, CLI_FAILED, "out of memory");
  return CLI_OK;
}

static int read_samples(const cli_arguments *a, lenet_reader *reader, const cli_reject *reject,
                        const lenet_samples *samples, tally *t)
{
  static uint8_t pixels[LENET_MAX_SIDE * LENET_MAX_SIDE];
  cli_progress progress = cli_progress_start(a);
  const double start = cli_clock();
  int code = CLI_OK;
  for (size_t i = 0; i < samples->count && code == CLI_OK; i++) {
    code = read_sample(a, reader, reject, samples, pixels, (uint32_t)i, t);
    cli_progress_part(&progress, (double)(i + 1) / (double)samples->count,
                      (cli_clock() - start) * (double)samples->count / (double)(i + 1), "reading");
    if (code == CLI_OK && cli_stop_wanted())
      code = cli_error(a->command, CLI_INTERRUPTED, "stopped");
  }
  cli_progress_clear(&progress);
  return code;
}

static void print_tally(const char *set, const tally *t)
{
  const size_t given = t->all - t->blank - t->refused;
  printf("%s, read as pictures\n\n", cli_clean(set).text);
  cli_print_part("no ink", (long long)t->blank, (long long)t->all);
  cli_print_part("refused", (long long)t->refused, (long long)t->all);
  cli_print_part("answered", (long long)given, (long long)t->all);
  if (t->of_digits > 0) {
    cli_print_part("wrong of these", (long long)t->wrong, (long long)given);
    cli_confident_print(&t->answers, t->all, "pictures");
  }
}

#if LENET_HAVE_JANSSON
static json_t *document(const cli_arguments *a, const char *set, const tally *t)
{
  json_t *made = json_pack(
      "{s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I}", "data", cli_json_text(set), "model",
      cli_json_text(cli_text(a, "model", NULL)), "split", cli_text(a, "split", "test"), "samples",
      (json_int_t)t->all, "no_ink", (json_int_t)t->blank, "refused", (json_int_t)t->refused,
      "answered", (json_int_t)(t->all - t->blank - t->refused), "wrong", (json_int_t)t->wrong);
  if (made != NULL)
    json_object_set_new(made, "rejection",
                        t->of_digits > 0 ? cli_confident_document(&t->answers, t->all)
                                         : json_null());
  return made;
}
#endif

static int measure(const cli_arguments *a, const lenet_dataset *data, const lenet_samples *samples,
                   tally *t)
{
  cli_open_reader opened;
  cli_reject reject;
  int code = cli_reject_parse(a, CLI_OF_DIGITS, &reject);
  if (code == CLI_OK)
    code = cli_reader_open(a, CLI_OF_DIGITS, &opened);
  if (code != CLI_OK)
    return code;
  t->digits = has_digits(data);
  cli_catch_stop();
  code = opened.classes.digits ? read_samples(a, opened.reader, &reject, samples, t)
                               : cli_refuse_others(a);
  cli_confident_sort(&t->answers);
  cli_reader_close(&opened);
  return code;
}

int cli_evaluate_predictions(const cli_arguments *a)
{
  static const char *const beside[] = {"augment", "corrupt", "seed",   "mistakes", "int8",
                                       "method",  "threads", "report", NULL};
  const char *set = cli_text(a, "data", "mnist");
  lenet_dataset *data = NULL;
  tally t = {0};
  for (const char *const *name = beside; *name != NULL; name++)
    if (cli_given(a, *name))
      return cli_usage_error(a->command, "--%s and --predict exclude each other", *name);
  lenet_samples samples;
  int code = cli_open_samples(a, "data", set, cli_text(a, "split", "test"), &data, &samples);
  if (code == CLI_OK)
    code = measure(a, data, &samples, &t);
  if (code == CLI_OK && cli_given(a, "json"))
    CLI_PRINT_JSON(document(a, set, &t));
  else if (code == CLI_OK)
    print_tally(set, &t);
  cli_confident_free(&t.answers);
  lenet_dataset_free(data);
  return code;
}
