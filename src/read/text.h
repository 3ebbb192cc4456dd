/* text.h - characters of a printed line: which they are, and where there is a space. */
#ifndef LENET_READ_TEXT_H
#define LENET_READ_TEXT_H

#include "read/lattice.h"
#include "read/reader.h"

/* Fills read->digit [way->count] with the characters of the best way through a line. */
lenet_status lenet_text_fill(const lenet_ink *ink, const lenet_line *line,
                             const lenet_candidates *candidates, const float *scores,
                             const lenet_path *way, lenet_read_line *read, lenet_error *error);

#endif
