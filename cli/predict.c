/* predict.c - `lenet predict`: the digit in a picture. */
#include "commands.h"
#include "output.h"
#include "picture.h"
#include "place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const size_t STDIN_LIMIT = (size_t)256 << 20; /* bytes */

typedef struct answer {
  bool blank;    /* the picture holds no digit */
  bool rejected; /* the confidence is below --reject */
  int classes;   /* scores of the prediction */
  lenet_prediction prediction;
  uint8_t digit[28 * 28]; /* what the network sees */
} answer;

/* ------------------------------------------------------------------ reading --------------- */

/* Reads all of standard input. Returns NULL, with `error` filled, where that fails. */
static uint8_t *read_stdin(size_t *size, lenet_error *error)
{
  size_t used = 0, capacity = (size_t)1 << 16;
  uint8_t *bytes = malloc(capacity);
  *error = (lenet_error){LENET_NO_MEMORY, -1, "standard input: out of memory"};
  while (bytes != NULL) {
    used += fread(bytes + used, 1, capacity - used, stdin);
    if (used < capacity)
      break;
    uint8_t *more = capacity < STDIN_LIMIT ? realloc(bytes, 2 * capacity) : NULL;
    if (more == NULL) {
      if (capacity >= STDIN_LIMIT)
        *error = (lenet_error){LENET_BAD_FILE, (long long)used,
                               "standard input: larger than a picture may be"};
      free(bytes);
      return NULL;
    }
    bytes = more;
    capacity *= 2;
  }
  if (bytes != NULL && ferror(stdin)) {
    error->status = LENET_CANNOT_READ;
    snprintf(error->message, sizeof error->message, "standard input: %s", strerror(errno));
    free(bytes);
    return NULL;
  }
  *size = used;
  return bytes;
}

static lenet_status load_image(const char *path, lenet_image *image, lenet_error *error)
{
  if (strcmp(path, "-") != 0)
    return lenet_image_load(path, image, error);
  size_t size = 0;
  uint8_t *bytes = read_stdin(&size, error);
  if (bytes == NULL)
    return error->status;
  lenet_status status = lenet_image_decode(bytes, size, "standard input", image, error);
  free(bytes);
  return status;
}

/* Reads the digit of one picture; a picture without one is an answer too. */
static lenet_status read_digit(lenet_session *session, const char *path, double reject,
                               answer *answer, lenet_error *error)
{
  lenet_image image;
  lenet_status status = load_image(path, &image, error);
  if (status != LENET_OK)
    return status;
  status = lenet_image_to_digit(&image, answer->digit, error);
  if (status == LENET_OK)
    status = lenet_predict(session, &image, &answer->prediction, error);
  lenet_image_free(&image);
  answer->blank = status == LENET_NO_DIGIT;
  answer->rejected = !answer->blank && !((double)answer->prediction.confidence >= reject);
  return answer->blank ? LENET_OK : status;
}

/* ------------------------------------------------------------------ printing -------------- */

#if LENET_HAVE_JANSSON
static json_t *document(const char *path, const answer *answer)
{
  json_t *scores = json_array();
  for (int i = 0; i < answer->classes; i++)
    json_array_append_new(scores, cli_json_real((double)answer->prediction.scores[i]));
  bool silent = answer->blank || answer->rejected;
  json_t *object =
      json_pack("{s:o, s:o, s:o, s:o}", "file", cli_json_text(path), "digit",
                silent ? json_null() : json_integer(answer->prediction.digit), "confidence",
                cli_json_real((double)answer->prediction.confidence), "scores", scores);
  if (silent && object != NULL)
    json_object_set_new(object, "reason", json_string(answer->blank ? "no digit" : "rejected"));
  return object;
}
#endif

static void print_answer(const char *path, const answer *answer, bool show)
{
  const lenet_prediction *prediction = &answer->prediction;
  if (show && !answer->blank) {
    cli_picture picture = {.pixels = answer->digit};
    cli_draw(stdout, &picture, 1, 28, 28, false);
  }
  double percent = 100 * (double)prediction->confidence;
  if (answer->blank)
    printf("%s: - (no digit found)\n", path);
  else if (answer->rejected)
    printf("%s: - (rejected: %d at %.1f %%)\n", path, prediction->digit, percent);
  else
    printf("%s: %d (%.1f %%)\n", path, prediction->digit, percent);
}

/* ------------------------------------------------------------------ command --------------- */

static int predict_all(const cli_arguments *arguments, const lenet_model *model,
                       lenet_session *session)
{
  int code = CLI_OK;
  double reject = cli_number(arguments, "reject", 0);
  for (int i = 0; i < arguments->operand_count; i++) {
    const char *path = arguments->operand[i];
    answer answer = {.classes = lenet_model_layout(model)->classes};
    lenet_error error;
    if (read_digit(session, path, reject, &answer, &error) != LENET_OK)
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
  const cli_command *command = arguments->command;
  lenet_isa isa;
  if (arguments->operand_count == 0)
    return cli_usage_error(command, "no picture given");
  if (!cli_isa(arguments, &isa))
    return CLI_USAGE;
  lenet_model *model = NULL;
  int code = cli_open_model(arguments, "model", cli_text(arguments, "model", NULL), &model);
  if (code != CLI_OK)
    return code;
  lenet_session *session = NULL;
  lenet_error error;
  if (lenet_session_create(model, isa, &session, &error) == LENET_OK)
    code = predict_all(arguments, model, session);
  else
    code = cli_library_error(command, &error);
  lenet_session_free(session);
  lenet_model_free(model);
  return code;
}

static const cli_option options[] = {
    CLI_OPTION_MODEL,
    {"reject", 'r', CLI_NUMBER, "T", 0, 1,
     "give no digit where the confidence is below T, 0 to 1 [0]"},
    {"show", 's', CLI_FLAG, NULL, 0, 0, "draw the 28x28 pixels that the network sees"},
    CLI_OPTION_ISA,
    CLI_OPTIONS_COMMON,
    {0},
};

const cli_command cli_predict_command = {
    .name = "predict",
    .summary = "read the digit in each picture",
    .usage = "IMAGE... [options]",
    .details =
        "Pictures are PNG, JPEG or PNM of any size with one digit each, dark on light or "
        "light on dark; '-' reads one from standard input. With --json each picture that can be "
        "read "
        "gives one line: file, digit (null where there is none or it is rejected), confidence, "
        "scores.",
    .examples = "  lenet predict photo.png\n"
                "  lenet predict --reject 0.9 --json *.png\n"
                "  lenet predict --show - < photo.jpg\n",
    .options = options,
    .run = run_predict,
};
