/* plan.h - shapes, counts and offsets of a network, worked out row by row. */
#ifndef LENET_NET_PLAN_H
#define LENET_NET_PLAN_H

#include "lenet.h"

/* Works out row `index` into layout->layer[index] and adds it to the totals; the rows above must
 * have been worked out already. The notation's parser and lenet_network_layout both build on it.
 * Fails with LENET_BAD_ARGUMENT, the row's index and the reason, without naming the place. */
lenet_status lenet_plan_row(const lenet_network *network, int index, lenet_layout *layout,
                            lenet_error *error);

/* What must hold of all rows together: the last one gives numbers for 2 classes or more. */
lenet_status lenet_plan_end(const lenet_network *network, lenet_layout *layout, lenet_error *error);

/* Inputs that unit or map `to` of this row reads, per output position. */
int lenet_fan_in(const lenet_row *row, const lenet_layer *layer, int to);

/* What the outputs of the last row are held against. */
typedef enum lenet_ending {
  LENET_ENDS_IN_SOFTMAX,
  LENET_ENDS_IN_CODES,  /* an R row: distances to the codes of the classes */
  LENET_ENDS_IN_TARGETS /* tanh units: +1 for the class, -1 for the others */
} lenet_ending;

lenet_ending lenet_ending_of(const lenet_network *network);

/* A connection table; that of LENET_FULL has neither name nor bits. */
typedef struct lenet_table {
  const char *name; /* in the notation */
  int maps, input_maps;
  const uint8_t *connected; /* [maps][input_maps], 0 or 1 */
} lenet_table;

/* NULL outside the list. */
const lenet_table *lenet_table_of(lenet_connections connections);

#endif
