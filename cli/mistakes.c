/* mistakes.c - what a model answered, and pictures that it got wrong, for eval and train. */
#include "mistakes.h"

#include "picture.h"

#include <stdlib.h>

bool cli_answers_reserve(cli_answers *answers, size_t count, size_t wanted)
{
  *answers = (cli_answers){
      .count = count, .wanted = wanted, .answer = calloc(count, sizeof *answers->answer)};
  return answers->answer != NULL;
}

void cli_answers_free(cli_answers *answers) { free(answers->answer); }

/* The first mistake at or after sample `from`; the number of samples where there is none. */
static size_t next_mistake(const cli_answers *answers, size_t from)
{
  while (from < answers->count && answers->answer[from].label == answers->answer[from].answer)
    from++;
  return from;
}

static size_t count_shown(const cli_answers *answers)
{
  size_t shown = 0, i = 0;
  for (; shown < answers->wanted && (i = next_mistake(answers, i)) < answers->count; i++)
    shown++;
  return shown;
}

/* A class that the data set has no name for is shown by its number. */
static cli_words class_name(const lenet_dataset *data, int label)
{
  cli_words words;
  const char *name = lenet_dataset_class(data, label);
  if (name != NULL)
    snprintf(words.text, sizeof words.text, "%.20s", name);
  else
    snprintf(words.text, sizeof words.text, "%d", label);
  return words;
}

void cli_print_mistakes(FILE *stream, const cli_answers *answers, const lenet_samples *samples,
                        const lenet_dataset *data)
{
  const size_t area = (size_t)samples->rows * (size_t)samples->columns;
  const size_t shown = count_shown(answers);
  if (shown == 0)
    return;
  cli_picture *pictures = calloc(shown, sizeof *pictures);
  uint8_t *pixels = malloc(shown * area), label;
  size_t i = 0;
  for (size_t n = 0; pictures != NULL && pixels != NULL && n < shown; n++, i++) {
    i = next_mistake(answers, i);
    const lenet_answer *a = &answers->answer[i];
    const uint32_t index = (uint32_t)i;
    samples->fetch(samples->context, 0, samples->first, &index, 1, pixels + n * area, &label);
    pictures[n].pixels = pixels + n * area;
    snprintf(pictures[n].caption, sizeof pictures[n].caption, "%.20s read as %.20s (%.0f %%)",
             class_name(data, a->label).text, class_name(data, a->answer).text,
             100 * (double)a->confidence);
  }
  fprintf(stream, "\n");
  if (pictures != NULL && pixels != NULL)
    cli_draw(stream, pictures, shown, samples->rows, samples->columns, true);
  free(pictures);
  free(pixels);
}

#if LENET_HAVE_JANSSON
json_t *cli_mistakes_document(const cli_answers *answers)
{
  json_t *list = json_array();
  const size_t shown = count_shown(answers);
  size_t i = 0;
  for (size_t n = 0; n < shown; n++, i++) {
    i = next_mistake(answers, i);
    const lenet_answer *a = &answers->answer[i];
    json_array_append_new(list, json_pack("{s:I, s:i, s:i, s:f}", "index", (json_int_t)i, "label",
                                          (int)a->label, "answer", (int)a->answer, "confidence",
                                          (double)a->confidence));
  }
  return list;
}
#endif
