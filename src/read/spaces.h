/* spaces.h - where a printed line has spaces. */
#ifndef LENET_READ_SPACES_H
#define LENET_READ_SPACES_H

#include "read/lattice.h"

#include "lenet.h"

/* Sets `spaces` of each digit [way->count]: how many are before it. */
lenet_status lenet_spaces_find(const lenet_line *line, const lenet_candidates *candidates,
                               const lenet_path *way, lenet_read_digit *digit, lenet_error *error);

#endif
