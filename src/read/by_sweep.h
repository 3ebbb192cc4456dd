/* by_sweep.h - a line read by a network that is swept over it. */
#ifndef LENET_READ_BY_SWEEP_H
#define LENET_READ_BY_SWEEP_H

#include "image/cuts.h"
#include "image/ink.h"
#include "read/reader.h"

/* The reader has a sweep. */
lenet_status lenet_read_by_sweep(lenet_reader *reader, const lenet_ink *ink, const lenet_line *line,
                                 lenet_read_line *read, lenet_error *error);

/* The box in the picture of what lies in `extent` of the line. */
void lenet_read_place(const lenet_ink *ink, const lenet_line *line, const lenet_extent *extent,
                      lenet_read_digit *digit);

#endif
