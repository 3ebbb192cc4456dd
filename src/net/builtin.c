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
  if (builtin->word_count != made->layout.parameter_count) {
    lenet_model_free(made);
    return lenet_fail(error, LENET_BAD_FILE, -1,
                      "built-in model %s: %zu parameters, its notation has %zu", builtin->name,
                      builtin->word_count, made->layout.parameter_count);
  }
  for (size_t i = 0; i < builtin->word_count; i++) {
    float value;
    memcpy(&value, &builtin->words[i], sizeof value);
    made->parameters[i] = (real)value;
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
