/* mistakes.c - pictures that a model got wrong, for eval and train. */
#include "mistakes.h"

#include "picture.h"

#include <stdlib.h>

bool cli_mistakes_reserve(cli_mistakes *mistakes, size_t capacity)
{
  *mistakes = (cli_mistakes){.capacity = capacity};
  if (capacity > 0)
    mistakes->mistake = calloc(capacity, sizeof *mistakes->mistake);
  return capacity == 0 || mistakes->mistake != NULL;
}

void cli_mistakes_counted(cli_mistakes *mistakes, size_t errors)
{
  mistakes->count = errors < mistakes->capacity ? errors : mistakes->capacity;
}

void cli_mistakes_free(cli_mistakes *mistakes) { free(mistakes->mistake); }

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

void cli_print_mistakes(FILE *stream, const cli_mistakes *mistakes, const lenet_samples *samples,
                        const lenet_dataset *data)
{
  const size_t area = (size_t)samples->rows * (size_t)samples->columns;
  cli_picture *pictures = calloc(mistakes->count + 1, sizeof *pictures);
  uint8_t *pixels = malloc((mistakes->count + 1) * area), label;
  for (size_t i = 0; pictures != NULL && pixels != NULL && i < mistakes->count; i++) {
    const lenet_mistake *m = &mistakes->mistake[i];
    samples->fetch(samples->context, 0, samples->first, &m->index, 1, pixels + i * area, &label);
    pictures[i].pixels = pixels + i * area;
    snprintf(pictures[i].caption, sizeof pictures[i].caption, "%.20s read as %.20s (%.0f %%)",
             class_name(data, m->label).text, class_name(data, m->answer).text,
             100 * (double)m->confidence);
  }
  if (pictures != NULL && pixels != NULL)
    cli_draw(stream, pictures, mistakes->count, samples->rows, samples->columns, true);
  free(pictures);
  free(pixels);
}

#if LENET_HAVE_JANSSON
json_t *cli_mistakes_document(const cli_mistakes *mistakes)
{
  json_t *list = json_array();
  for (size_t i = 0; i < mistakes->count; i++) {
    const lenet_mistake *m = &mistakes->mistake[i];
    json_array_append_new(list, json_pack("{s:I, s:i, s:i, s:f}", "index", (json_int_t)m->index,
                                          "label", (int)m->label, "answer", (int)m->answer,
                                          "confidence", (double)m->confidence));
  }
  return list;
}
#endif
