/* idx.h - the file format of MNIST. */
#ifndef LENET_DATA_IDX_H
#define LENET_DATA_IDX_H

#include "data/dataset.h"
#include "lenet.h"

/* *present: whether `directory` holds any of the set's four files, plain or .gz, be they readable
 * or not. Fails only with LENET_NO_MEMORY. */
lenet_status lenet_idx_find(const char *directory, const lenet_known_set *set, bool *present,
                            lenet_error *error);

/* Fills pixels, labels and sizes of `dataset` from the set's files for `split`, plain or .gz (the
 * plain one if both are there). With `checked`, sizes and hashes must be the set's own; without
 * libcrypto only sizes are compared. */
lenet_status lenet_idx_open(const char *directory, const lenet_known_set *set, lenet_split split,
                            bool checked, lenet_dataset *dataset, lenet_error *error);

#endif
