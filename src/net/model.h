/* model.h - what is learned: a network, its parameters, its input scaling and its notes. */
#ifndef LENET_NET_MODEL_H
#define LENET_NET_MODEL_H

#include "base/real.h"

#include <stdbool.h>

enum { LENET_MAX_NOTES = 24, LENET_NOTE_KEY = 32, LENET_NOTE_VALUE = 1024 };

typedef struct lenet_note {
  char key[LENET_NOTE_KEY], value[LENET_NOTE_VALUE];
} lenet_note;

struct lenet_model {
  lenet_network network;
  lenet_layout layout;
  lenet_input input;
  lenet_note note[LENET_MAX_NOTES];
  int note_count;
  real *parameters; /* rounded up to whole lanes */
};

/* A model whose parameters are all 0, to be filled by a reader of files. */
lenet_status lenet_model_create_blank(const lenet_network *network, lenet_input input,
                                      lenet_model **model, lenet_error *error);

/* True for the keys "format", "notation", "input_scale" and "input_offset", which stand among a
 * file's notes but are the model's description, not notes of the model. */
bool lenet_note_describes(const char *key);

#endif
