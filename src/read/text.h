/* text.h - characters of a printed line: which they are, and where there is a space. */
#ifndef LENET_READ_TEXT_H
#define LENET_READ_TEXT_H

#include "read/lattice.h"
#include "read/reader.h"
#include "read/spaces.h"

/* Fills read->digit [way->count] with the characters of the best way through a line, which of them
 * and with what spaces being open still, and measures the gaps between. */
lenet_status lenet_text_fill(const lenet_ink *ink, const lenet_line *line,
                             const lenet_candidates *candidates, const float *scores,
                             const lenet_path *way, lenet_read_line *read, lenet_gaps *gaps,
                             lenet_error *error);

/* Spaces and look-alikes of all lines, gaps [reading->count] being theirs. */
lenet_status lenet_text_settle(lenet_gaps *gaps, lenet_reading *reading, lenet_error *error);

#endif
