/* classes.c - what the classes of a model are called. */
#include "classes.h"

#include <string.h>

static const lenet_known_set *find_known(const char *name)
{
  size_t count = 0;
  const lenet_known_set *known = lenet_catalogue(&count);
  for (size_t i = 0; name != NULL && i < count; i++)
    if (strcmp(known[i].name, name) == 0)
      return &known[i];
  return NULL;
}

cli_classes cli_classes_of(const lenet_model *model)
{
  const lenet_known_set *set = find_known(lenet_model_note(model, "data"));
  const int count = lenet_model_layout(model)->classes;
  cli_classes classes = {.note = lenet_model_note(model, "classes")};
  if (set != NULL && strcmp(set->classes[0], "0") != 0)
    classes.known = set->classes;
  const bool unnamed = classes.known == NULL && classes.note == NULL;
  classes.digits = unnamed && (count == LENET_NONDIGIT || count == LENET_NONDIGIT + 1);
  classes.characters = unnamed && lenet_class_character(count, 0) == ' ' ? count : 0;
  return classes;
}

bool cli_call_class(const cli_classes *classes, int k, cli_clean_text *name)
{
  const char *at = classes->note;
  if (classes->characters > 0) {
    lenet_class_name(classes->characters, k, name->text);
    return true;
  }
  if (classes->known != NULL && k < LENET_NONDIGIT)
    at = classes->known[k];
  else if (at == NULL)
    return false;
  else
    for (; k > 0 && at != NULL; k--)
      at = (at = strchr(at, '/')) != NULL ? at + 1 : NULL;
  if (at == NULL || at[0] == '\0')
    return false;
  *name = cli_clean(at);
  if (classes->known == NULL)
    name->text[strcspn(name->text, "/")] = '\0';
  return true;
}

/* Digits or characters, called as they are where nothing else is said; what is none of them may
 * have any name. */
static bool are_usual(const lenet_dataset *data, int count)
{
  bool usual = count >= LENET_NONDIGIT && lenet_class_character(count, 0) != 0;
  for (int k = 0; k < count && usual; k++) {
    char name[LENET_CLASS_NAME];
    lenet_class_name(count, k, name);
    usual = lenet_class_character(count, k) == 0 || strcmp(lenet_dataset_class(data, k), name) == 0;
  }
  return usual;
}

/* The names of a folder's classes hold no slash. Where they do not fit into a note, or hold what
 * none can, the note is empty: then the model knows that they are no digits, if no more. */
lenet_status cli_note_classes(lenet_model *model, const lenet_dataset *data, lenet_error *error)
{
  const int count = lenet_dataset_samples(data).classes;
  char names[1024] = "";
  size_t used = 0;
  if (find_known(lenet_model_note(model, "data")) != NULL || are_usual(data, count))
    return LENET_OK;
  for (int k = 0; k < count && used < sizeof names; k++)
    used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", k > 0 ? "/" : "",
                             lenet_dataset_class(data, k));
  if (used < sizeof names && lenet_model_set_note(model, "classes", names, error) == LENET_OK)
    return LENET_OK;
  return lenet_model_set_note(model, "classes", "", error);
}
