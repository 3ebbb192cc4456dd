/* classes.h - what the classes of a model are called. */
#ifndef LENET_CLI_CLASSES_H
#define LENET_CLI_CLASSES_H

#include "output.h"

/* The classes are the ten digits, or these and what is none; or the printable characters; or others:
 * those of a known set that is no set of digits, or those of the note "classes", which `lenet train`
 * writes for all other sets. */
typedef struct cli_classes {
  bool digits;
  int characters;           /* how many classes there are where they are characters, else 0 */
  const char *const *known; /* [10], or NULL */
  const char *note;         /* names with slashes between, or NULL; the model's */
} cli_classes;

cli_classes cli_classes_of(const lenet_model *model);

/* What class k of others is called; false where the model does not know. */
bool cli_call_class(const cli_classes *classes, int k, cli_clean_text *name);

/* Writes the note "classes" where those of the set are not digits. */
lenet_status cli_note_classes(lenet_model *model, const lenet_dataset *data, lenet_error *error);

#endif
