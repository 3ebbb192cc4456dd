#include "net/builtin.h"

#include "base/error.h"
#include "base/number.h"
#include "net/model.h"

#include <string.h>

const char *const *lenet_builtin_names(void) { return lenet_builtin_model_names; }

static const char *find_note(const struct lenet_builtin *builtin, const char *key)
{
  for (const char *const *note = builtin->notes; note[0]; note += 2)
    if (strcmp(note[0], key) == 0)
      return note[1];
  return "";
}

static real number_of(uint32_t word)
{
  float value;
  memcpy(&value, &word, sizeof value);
  return (real)value;
}

/* Fills the parameters, or returns false where they are not as many as there should be. */
static bool fill_whole(const struct lenet_builtin *builtin, lenet_model *model)
{
  if (builtin->word_count != model->layout.parameter_count)
    return false;
  for (size_t i = 0; i < builtin->word_count; i++)
    model->parameters[i] = number_of(builtin->words[i]);
  return true;
}

static bool fill_rounded(const struct lenet_builtin *builtin, lenet_model *model)
{
  const uint32_t *word = builtin->words, *words_end = word + builtin->word_count;
  const int8_t *level = builtin->levels, *levels_end = level + builtin->level_count;
  for (int i = 0; i < model->network.row_count; i++) {
    const lenet_layer *layer = &model->layout.layer[i];
    const size_t units = (size_t)layer->maps, each = layer->weight_count / units;
    real *weight = model->parameters + layer->weight_offset;
    real *bias = model->parameters + layer->bias_offset;
    const size_t words = (each ? units : 0) + layer->bias_count;
    if ((size_t)(words_end - word) < words ||
        (each > 1 && (size_t)(levels_end - level) < layer->weight_count))
      return false;
    for (size_t unit = 0; each && unit < units; unit++) {
      const real step = number_of(*word++);
      for (size_t k = 0; k < each; k++)
        *weight++ = each > 1 ? step * (real)*level++ : step;
    }
    for (size_t k = 0; k < layer->bias_count; k++)
      *bias++ = number_of(*word++);
  }
  return word == words_end && level == levels_end;
}

static lenet_status build(const struct lenet_builtin *builtin, lenet_model **model,
                          lenet_error *error)
{
  lenet_network network;
  double scale, offset;
  if (!lenet_parse_number(find_note(builtin, "input_scale"), &scale) ||
      !lenet_parse_number(find_note(builtin, "input_offset"), &offset))
    return lenet_fail(error, LENET_BAD_FILE, -1, "built-in model %s: no input scaling",
                      builtin->name);
  lenet_status status = lenet_network_parse(find_note(builtin, "notation"), &network, error);
  lenet_model *made;
  if (status == LENET_OK)
    status = lenet_model_create_blank(
        &network, (lenet_input){.scale = (float)scale, .offset = (float)offset}, &made, error);
  if (status != LENET_OK)
    return status;
  if (!(builtin->levels ? fill_rounded : fill_whole)(builtin, made)) {
    lenet_model_free(made);
    return lenet_fail(error, LENET_BAD_FILE, -1,
                      "built-in model %s: its notation has %zu parameters, it has others",
                      builtin->name, made->layout.parameter_count);
  }
  for (const char *const *note = builtin->notes; note[0] && status == LENET_OK; note += 2)
    if (!lenet_note_describes(note[0]))
      status = lenet_model_set_note(made, note[0], note[1], error);
  if (status != LENET_OK) {
    lenet_model_free(made);
    return status;
  }
  *model = made;
  return LENET_OK;
}

lenet_status lenet_builtin_load(const char *name, lenet_model **model, lenet_error *error)
{
  for (size_t i = 0; i < lenet_builtin_model_count; i++)
    if (!name || strcmp(lenet_builtin_models[i].name, name) == 0)
      return build(&lenet_builtin_models[i], model, error);
  return lenet_fail(error, LENET_CANNOT_READ, -1, "%s: no built-in model has this name",
                    name ? name : "default");
}
