/* predict.c - `lenet predict`: the digit in a picture. */
#include "commands.h"
#include "explain.h"
#include "image_input.h"
#include "output.h"
#include "picture.h"
#include "place.h"
#include "reject.h"

#include <string.h>

typedef struct answer {
  bool blank;           /* the picture holds nothing that could be a digit */
  const char *rejected; /* why no digit is given, or NULL */
  int classes;          /* scores of the prediction */
  lenet_prediction prediction;
} answer;

/* ------------------------------------------------------------------ reading --------------- */

/* A prediction as the reading of a page with this one digit. */
static lenet_status explain(const char *path, const lenet_image *image, const answer *answer,
                            lenet_error *error)
{
  const lenet_prediction *p = &answer->prediction;
  lenet_read_digit digit = {.digit = p->digit,
                            .confidence = p->confidence,
                            .x = p->x,
                            .y = p->y,
                            .width = p->width,
                            .height = p->height};
  for (int k = 0; k < LENET_NONDIGIT; k++)
    digit.scores[k] = p->scores[k];
  digit.scores[LENET_NONDIGIT] = p->none;
  memcpy(digit.seen, p->seen, sizeof digit.seen);
  lenet_read_line line = {1, &digit, p->confidence};
  const lenet_reading reading = {answer->blank ? 0 : 1, &line};
  return cli_explain(path, image, &reading, error);
}

/* Reads the digit of one picture; a picture without one is an answer too. */
static lenet_status read_digit(const cli_open_reader *opened, const char *path,
                               const cli_reject *reject, answer *answer, lenet_error *error)
{
  lenet_image image;
  lenet_status status = cli_load_image(path, &image, error);
  if (status != LENET_OK)
    return status;
  status = lenet_predict(opened->reader, &image, &answer->prediction, error);
  answer->blank = status == LENET_NO_DIGIT;
  if (answer->blank)
    status = LENET_OK;
  else if (status == LENET_OK)
    answer->rejected = cli_reject_digit(reject, &answer->prediction);
  if (status == LENET_OK && opened->explain[0] != '\0')
    status = explain(opened->explain, &image, answer, error);
  lenet_image_free(&image);
  return status;
}

/* ------------------------------------------------------------------ printing -------------- */

#if LENET_HAVE_JANSSON
static json_t *document(const char *path, const answer *answer)
{
  const lenet_prediction *p = &answer->prediction;
  json_t *scores = json_array();
  for (int i = 0; i < answer->classes; i++)
    json_array_append_new(scores, cli_json_real((double)p->scores[i]));
  const bool silent = answer->blank || answer->rejected != NULL;
  json_t *object = json_pack("{s:o, s:o, s:o, s:o, s:o}", "file", cli_json_text(path), "digit",
                             silent ? json_null() : json_integer(p->digit), "confidence",
                             cli_json_real((double)p->confidence), "no_digit",
                             cli_json_real((double)p->none), "scores", scores);
  if (silent && object != NULL)
    json_object_set_new(object, "reason", json_string(answer->blank ? "no ink" : answer->rejected));
  if (!answer->blank && object != NULL)
    json_object_set_new(object, "box", json_pack("[i, i, i, i]", p->x, p->y, p->width, p->height));
  return object;
}
#endif

static void print_answer(const char *path, const answer *answer, bool show)
{
  const lenet_prediction *prediction = &answer->prediction;
  if (show && !answer->blank) {
    cli_picture picture = {.pixels = prediction->seen};
    cli_draw(stdout, &picture, 1, 28, 28, false);
  }
  const double percent = 100 * (double)prediction->confidence;
  if (answer->blank)
    printf("%s: - (no digit found)\n", cli_clean(path).text);
  else if (answer->rejected != NULL)
    printf("%s: - (%s: %d at %.1f %%)\n", cli_clean(path).text, answer->rejected, prediction->digit,
           percent);
  else
    printf("%s: %d (%.1f %%)\n", cli_clean(path).text, prediction->digit, percent);
}

/* ------------------------------------------------------------------ command --------------- */

static int predict_all(const cli_arguments *arguments, const cli_open_reader *opened,
                       const cli_reject *reject)
{
  int code = CLI_OK;
  for (int i = 0; i < arguments->operand_count; i++) {
    const char *path = arguments->operand[i];
    answer answer = {.classes = opened->digits};
    lenet_error error;
    if (read_digit(opened, path, reject, &answer, &error) != LENET_OK)
      code = cli_library_error(arguments->command, &error);
    else if (cli_given(arguments, "json"))
      CLI_PRINT_JSON(document(path, &answer));
    else
      print_answer(path, &answer, cli_given(arguments, "show"));
    fflush(stdout); /* answers and complaints in the order of the pictures */
  }
  return code;
}

static int run_predict(const cli_arguments *arguments)
{
  cli_open_reader opened;
  cli_reject reject;
  int code = cli_reader_begin(arguments, CLI_OF_DIGITS, &opened, &reject);
  if (code != CLI_OK)
    return code;
  reject.always = reject.always || opened.others; /* clothes are no digits, and right */
  code = predict_all(arguments, &opened, &reject);
  cli_reader_close(&opened);
  return code;
}

static const cli_option options[] = {
    CLI_OPTION_READER,
    CLI_OPTION_REJECT,
    {"always", 0, CLI_FLAG, NULL, 0, 0, "give a digit even where there seems to be none"},
    {"show", 's', CLI_FLAG, NULL, 0, 0, "draw the 28x28 pixels that the network sees"},
    CLI_OPTION_EXPLAIN,
    CLI_OPTION_ISA,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_predict_command = {
    .name = "predict",
    .summary = "read the digit in each picture",
    .usage = "IMAGE... [options]",
    .details =
        "Pictures are PNG, JPEG or PNM of any size with one digit each, dark on light or light on "
        "dark; '-' reads one from standard input. Where a picture holds several, the largest is "
        "read; 'lenet read' reads all. What looks like no digit gets no answer. With --json each "
        "picture that can be read gives one line: file, digit (null where there is none or it is "
        "rejected; then with a reason), confidence, no_digit (the probability of that), scores, "
        "box.",
    .examples = "  lenet predict photo.png\n"
                "  lenet predict --reject 0.5% --json *.png\n"
                "  lenet predict --explain steps.png photo.jpg\n"
                "  lenet predict --show - < photo.jpg\n",
    .options = options,
    .run = run_predict,
};
