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

void cli_print_mistakes(FILE *stream, const cli_mistakes *mistakes, const lenet_dataset *data)
{
  lenet_samples samples = lenet_dataset_samples(data);
  cli_picture *pictures = calloc(mistakes->count > 0 ? mistakes->count : 1, sizeof *pictures);
  for (size_t i = 0; pictures != NULL && i < mistakes->count; i++) {
    const lenet_mistake *m = &mistakes->mistake[i];
    pictures[i].pixels = lenet_dataset_pixels(data, m->index);
    snprintf(pictures[i].caption, sizeof pictures[i].caption, "%.20s read as %.20s (%.0f %%)",
             class_name(data, m->label).text, class_name(data, m->answer).text,
             100 * (double)m->confidence);
  }
  if (pictures != NULL)
    cli_draw(stream, pictures, mistakes->count, samples.rows, samples.columns, true);
  free(pictures);
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
