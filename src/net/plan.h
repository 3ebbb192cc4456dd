/* plan.h - shapes, counts and offsets of a network, worked out row by row. */
#ifndef LENET_NET_PLAN_H
#define LENET_NET_PLAN_H

#include "lenet.h"

/* Works out row `index` into layout->layer[index] and adds it to the totals; the rows above must
 * have been worked out already. The notation's parser and lenet_network_layout both build on it.
 * Fails with LENET_BAD_ARGUMENT, the row's index and the reason, without naming the place. */
lenet_status lenet_plan_row(const lenet_network *network, int index, lenet_layout *layout,
                            lenet_error *error);

/* What must hold of all rows together: the last one is a softmax over 2 classes or more, or R. */
lenet_status lenet_plan_end(const lenet_network *network, lenet_layout *layout, lenet_error *error);

/* Inputs that unit or map `to` of this row reads, per output position. */
int lenet_fan_in(const lenet_row *row, const lenet_layer *layer, int to);

/* True where the last row is an R row: distances to codes in place of a softmax. */
bool lenet_has_codes(const lenet_network *network);

/* [maps][input_maps] of 0 and 1, or NULL for LENET_FULL. */
const uint8_t *lenet_connection_table(lenet_connections connections);

#endif
