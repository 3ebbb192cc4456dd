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
  bool blank;          /* the picture holds nothing that could be a digit */
  cli_verdict verdict; /* where it is not blank */
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

/* A model of other things than digits is asked alone about what lenet_predict has found. */
static lenet_status ask_alone(const cli_open_reader *opened, lenet_prediction *p,
                              lenet_error *error)
{
  const lenet_status status = lenet_classify(opened->alone, p->seen, 28, 28, 1, p->scores, error);
  p->digit = 0;
  for (int k = 1; k < opened->scores; k++)
    if (p->scores[k] > p->scores[p->digit])
      p->digit = k;
  p->confidence = p->scores[p->digit];
  p->none = 0;
  return status;
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
  if (status == LENET_OK && opened->alone != NULL)
    status = ask_alone(opened, &answer->prediction, error);
  answer->blank = status == LENET_NO_DIGIT;
  if (answer->blank)
    status = LENET_OK;
  else if (status == LENET_OK)
    answer->verdict = cli_judge_digit(reject, &answer->prediction);
  if (status == LENET_OK && opened->explain[0] != '\0')
    status = explain(opened->explain, &image, answer, error);
  lenet_image_free(&image);
  return status;
}

/* ------------------------------------------------------------------ printing -------------- */

/* The digit, or what else the class is called, or its number where the model names fewer. */
static cli_clean_text name_of(const cli_open_reader *opened, int class)
{
  cli_clean_text name;
  if (opened->classes.digits || !cli_call_class(&opened->classes, class, &name))
    snprintf(name.text, sizeof name.text, "%d", class);
  return name;
}

#if LENET_HAVE_JANSSON
static json_t *document(const cli_open_reader *opened, const char *path, const answer *answer)
{
  static const char *const reasons[] = {
      [CLI_NO_DIGIT_SEEN] = "no digit", [CLI_REJECTED] = "rejected"};
  const lenet_prediction *p = &answer->prediction;
  const bool digits = opened->classes.digits;
  json_t *scores = json_array();
  for (int i = 0; i < opened->scores; i++)
    json_array_append_new(scores, cli_json_real((double)p->scores[i]));
  const bool silent = answer->blank || answer->verdict != CLI_GIVEN;
  json_t *object =
      json_pack("{s:o, s:o, s:o, s:o, s:o}", "file", cli_json_text(path), "digit",
                silent || !digits ? json_null() : json_integer(p->digit), "confidence",
                cli_json_real((double)p->confidence), "no_digit",
                digits ? cli_json_real((double)p->none) : json_null(), "scores", scores);
  if (!digits && object != NULL)
    json_object_set_new(object, "class",
                        cli_json_text(silent ? NULL : name_of(opened, p->digit).text));
  if (silent && object != NULL)
    json_object_set_new(object, "reason",
                        json_string(answer->blank ? "no ink" : reasons[answer->verdict]));
  if (!answer->blank && object != NULL)
    json_object_set_new(object, "box", json_pack("[i, i, i, i]", p->x, p->y, p->width, p->height));
  return object;
}
#endif

static void print_answer(const cli_open_reader *opened, const char *path, const answer *answer,
                         bool show)
{
  const lenet_prediction *prediction = &answer->prediction;
  if (show && !answer->blank) {
    cli_picture picture = {.pixels = prediction->seen};
    cli_draw(stdout, &picture, 1, 28, 28, false);
  }
  const double percent = 100 * (double)prediction->confidence;
  const cli_clean_text name = name_of(opened, prediction->digit);
  printf("%s: ", cli_clean(path).text);
  if (answer->blank)
    printf("- (no digit found)\n");
  else if (answer->verdict == CLI_NO_DIGIT_SEEN)
    printf("- (most likely no digit; else %s, %.1f %%)\n", name.text, percent);
  else if (answer->verdict == CLI_REJECTED)
    printf("- (rejected: %s at %.1f %%)\n", name.text, percent);
  else
    printf("%s (%.1f %%)\n", name.text, percent);
}

/* ------------------------------------------------------------------ command --------------- */

static int predict_all(const cli_arguments *arguments, const cli_open_reader *opened,
                       const cli_reject *reject)
{
  int code = CLI_OK;
  for (int i = 0; i < arguments->operand_count; i++) {
    const char *path = arguments->operand[i];
    answer answer = {.blank = false};
    lenet_error error;
    if (read_digit(opened, path, reject, &answer, &error) != LENET_OK)
      code = cli_library_error(arguments->command, &error);
    else if (cli_given(arguments, "json"))
      CLI_PRINT_JSON(document(opened, path, &answer));
    else
      print_answer(opened, path, &answer, cli_given(arguments, "show"));
    cli_flush(); /* answers and complaints in the order of the pictures */
  }
  return code;
}

/* Errors were measured on digits, and digits are what --explain draws. */
static int check_others(const cli_arguments *a, cli_reject *reject)
{
  static const char *const of_digits[] = {"explain", "always", NULL};
  const char *model = cli_text(a, "model", "");
  for (const char *const *name = of_digits; *name != NULL; name++)
    if (cli_given(a, *name))
      return cli_option_error(a, *name, "is for digits, and %s has learned other things", model);
  if (strchr(cli_text(a, "reject", ""), '%') != NULL)
    return cli_option_error(a, "reject",
                            "errors were measured on digits, and %s has learned other things: "
                            "a confidence from 0 to 1 goes with it",
                            model);
  reject->always = true; /* nobody knows what is none of them */
  return CLI_OK;
}

static int run_predict(const cli_arguments *arguments)
{
  cli_open_reader opened;
  cli_reject reject;
  int code = cli_reader_begin(arguments, CLI_OF_DIGITS, &opened, &reject);
  if (code != CLI_OK)
    return code;
  if (lenet_class_character(opened.scores, 0) == ' ')
    code = cli_option_error(arguments, "model",
                            "%s knows characters by their place on a line, which a picture of one "
                            "has not: 'lenet read --chars ascii'",
                            cli_text(arguments, "model", NULL));
  else if (!opened.classes.digits)
    code = check_others(arguments, &reject);
  if (code == CLI_OK)
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
        "dark; '-' reads one from standard input. Where a picture holds several, the largest ink "
        "and what is near it is read and all else passed over; 'lenet read' reads all. The two may "
        "differ: predict asks once what that ink is, read tries all the ways in which a line can "
        "come apart and takes the best of them.\n\n"
        "'7 (99.9 %)' is a digit and its probability. '- (no digit found)': there is no ink. '- "
        "(most likely no digit; else 1, 48.9 %)': no digit is more probable than all ten "
        "together, so none is given, and of the digits 1 comes first, with a probability of 48.9 "
        "%; --always gives it. '- (rejected: 1 at 70.2 %)': a digit, but less sure than --reject "
        "asks for. Of single digits of MNIST that are given fewer than 0.5 % are wrong as it is: "
        "--reject 1% leaves out nothing more, --reject 0.1% what has less than 92.5 %.\n\n"
        "A model that has learned other things than digits, such as fashion, answers with what "
        "they are called ('Sneaker (97.1 %)'), if it knows: 'lenet train' tells it. It has an "
        "answer for everything, digits too.\n\n"
        "With --json each picture that can be read gives one line: file, digit (null where there "
        "is none or it is rejected; then with a reason), confidence, no_digit (the probability of "
        "that), scores, box; of other things digit and no_digit are null, and class is the name.",
    .examples = "  lenet predict photo.png\n"
                "  lenet predict --reject 0.5% --json *.png\n"
                "  lenet predict --explain steps.png photo.jpg\n"
                "  lenet predict --show - < photo.jpg\n",
    .options = options,
    .run = run_predict,
    .writes = "explain",
};
