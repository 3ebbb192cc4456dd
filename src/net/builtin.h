/* builtin.h - the models that ship inside the library, as the build writes them.
 *
 * cmake/embed.c reads models/NAME.safetensors and writes the table as C: the default model, named
 * by models/default.txt, comes first, the others follow by name. The web page's module has them rounded, for
 * its size. */
#ifndef LENET_NET_BUILTIN_H
#define LENET_NET_BUILTIN_H

#include <stddef.h>
#include <stdint.h>

struct lenet_builtin {
  const char *name;
  const char *const *notes; /* the file's metadata: key, value, key, value, ..., NULL */
  const uint32_t *words;    /* float32 bit patterns in the order of the parameter array */
  size_t word_count;
  /* NULL, or the model is rounded: weights of rows with more than one to a unit are levels, in the same
   * order, and words has a step for each unit in their place; weight = step x level. */
  const int8_t *levels;
  size_t level_count;
};

extern const struct lenet_builtin lenet_builtin_models[];
extern const size_t lenet_builtin_model_count;
extern const char *const lenet_builtin_model_names[]; /* the same names, NULL-terminated */

#endif
